# The supervisor: a program with "every" runs again and again, and is no fault
# in between; others are kept running.
use Mojo::Base -strict, -signatures;
use File::Temp;
use Mojo::File qw(path);
use Test::More;
use Time::HiRes qw(sleep time);

my $folder = File::Temp->newdir('fleetline-supervise-XXXXXX', TMPDIR => 1);
my $list = path($folder, 'programs');
path($folder, $_)->make_path for qw(run log);

sub wait_until ($sub, $seconds = 20) {
	my ($end, $got) = time + $seconds;
	sleep 0.05 until ($got = $sub->()) || time > $end;
	return $got;
}

sub lines ($name) {
	return split /\n/, eval { path($folder, 'log', $name)->slurp } // '';
}

# tick says when it runs, and ends as the file "status" says.
path($folder, 'status')->spurt("0\n");
$list->spurt(<<"END");
run $folder/run
log $folder/log
program tick
arg /bin/sh
arg -c
arg date +%s.%N; exit \$(cat "\$0")
arg $folder/status
every 1
program stays
arg /bin/sleep
arg 600
END

my $pid = fork // die "fork: $!";
if ($pid == 0) {
	open STDERR, '>', path($folder, 'log', 'supervise.log');
	exec 'etc/supervise', $list;
	die "exec: $!";
}
ok wait_until(sub { lines('tick.log') >= 3 }), 'it runs again and again';
my @at = lines('tick.log');
cmp_ok $at[$_] - $at[$_ - 1], '>=', 0.9, 'not before its time' for 1, 2;
is scalar(grep { /tick/ } lines('supervise.log')), 0,
    'while it ends well nothing is logged';
my $stays = path($folder, 'run', 'stays.pid')->slurp + 0;

path($folder, 'status')->spurt("3\n");
ok wait_until(sub { grep { /failed tick status=3 signal=0$/ }
    lines('supervise.log') }), 'an end that is a failure is logged';
my $n = lines('tick.log');
ok wait_until(sub { lines('tick.log') > $n }), 'it runs again all the same';
ok kill(0, $stays), 'others are left alone';
cmp_ok path($folder, 'run', 'stays.pid')->slurp, '==', $stays,
    'and are still the same';

is system('etc/supervise', '--stop', $list), 0, 'it can be stopped';
waitpid $pid, 0;
is $?, 0, 'and ends';
ok !kill(0, $stays), 'with all its programs';

# What a killed supervisor left behind is ended, not what is dead already and only
# not buried by who should.
sub left_behind (@sleep) {
	my $left = fork // die "fork: $!";
	if ($left == 0) {
		setpgrp;
		exec '/bin/sleep', @sleep;
	}
	path($folder, 'run', 'stays.pid')->spurt("$left\n");
	return $left;
}
sub state_of ($pid) { path("/proc/$pid/stat")->slurp =~ s/^.*\) (\S).*/$1/sr }

my $dead = left_behind(0);
ok wait_until(sub { state_of($dead) eq 'Z' }), 'one of the old is dead';
my $began = time;
system('etc/supervise', '--stop', $list);
cmp_ok time - $began, '<', 4, '... and not waited for';
waitpid $dead, 0;
my $alive = left_behind(600);
ok wait_until(sub { (readlink("/proc/$alive/exe") // '') =~ /sleep|coreutils/ }),
    'another one lives';
system('etc/supervise', '--stop', $list);
ok wait_until(sub { state_of($alive) eq 'Z' }), '... and is ended';
waitpid $alive, 0;
done_testing;
