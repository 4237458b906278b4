# Every program that serves an instance begins alike: usage, version, errors.
use Mojo::Base -strict;
use Mojo::File qw(path tempdir);
use Test::More;

my $build = $ENV{FLEETLINE_BUILD} // 'build';
my $dir = tempdir;
my %programs = (
	'sbin/fleetline-hub' => '', 'sbin/fleetline-jobs' => ' [--force]',
	map { ("cgi-bin/$_.fcgi" => ' <listening-socket') }
	    qw(billing csvapi devices dialplan provision rules));
my $wrong = $dir->child('wrong.conf')->spurt("[log]\nlevle = info\n");

# Exit status, standard output, standard error.
sub run {
	my ($program, @args) = @_;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDIN, '<', '/dev/null' or die $!;
		open STDOUT, '>', "$dir/out" or die $!;
		open STDERR, '>', "$dir/err" or die $!;
		exec $program, @args or die $!;
	}
	waitpid $pid, 0;
	return ($?, map { path("$dir/$_")->slurp } qw(out err));
}

for my $program (sort keys %programs) {
	my $name = path($program)->basename;
	my $usage = "usage: $name -c FILE$programs{$program}\n";
	subtest $name => sub {
		my ($status, $out, $err);
		for ('-h', '--help') {
			is_deeply [run("$build/$program", $_)], [0, $usage, ''],
			    "$_ prints the usage";
		}
		for ('-V', '--version') {
			($status, $out, $err) = run("$build/$program", $_);
			is $status, 0, "$_ is no error";
			like $out, qr/\A\Q$name\E \d+\.\d+\.\d+\n\z/,
			    'and prints the version';
		}
		for my $args ([], ['-x'], ['-c'], ['-c', $wrong, 'more'],
		    ['-c', $wrong, '-x']) {
			($status, $out, $err) = run("$build/$program", @$args);
			is $status >> 8, 2, "\"@$args\" is refused";
			is $out, '', 'prints nothing';
			like $err, qr/\Q$usage\E\z/, 'and says how it is called';
		}
		for ('/no/such/file', $wrong) {
			($status, $out, $err) = run("$build/$program", '-c', $_);
			is $status >> 8, 1, "with $_ it does not start";
			like $err, qr/\A\S+ error \S+ \S+ why=.*\Q$_\E.*\n\z/,
			    'one line of the log names the file';
		}
	};
}

subtest 'the simulator, too' => sub {
	my $sim = "$build/sbin/fleetline-sim";
	for ('-h', '--help') {
		my ($status, $out, $err) = run($sim, $_);
		is "$status$err", '0', "$_ is no error";
		like $out, qr/\Ausage: fleetline-sim /, 'and prints the usage';
	}
	for ('-V', '--version') {
		my ($status, $out) = run($sim, $_);
		is $status, 0, "$_ is no error";
		like $out, qr/\Afleetline-sim \d+\.\d+\.\d+\n\z/,
		    'and prints the version';
	}
	my ($status, undef, $err) = run($sim, '--nonsense');
	is $status >> 8, 2, 'a wrong option is refused';
	like $err, qr/--nonsense/, 'and named';
};
done_testing;
