# kill -9 of fleetline-tasks at random in the middle of visits to App Platforms:
# what a manager was asked for it is not asked for again in that round, what had
# come is listed as it is, and the others have failed in words; the next round
# brings them.  FL_TEST_KILLS=50: so many.
use Fleetline;
use Digest::SHA qw(sha256_hex);
use Platforms;

use constant {LEASE_S => 6, TIMEOUT_S => 10, PLATFORMS => 4};
use constant PATIENCE => TIMEOUT_S + LEASE_S + 15;

my $kills = $ENV{FL_TEST_KILLS} // 4;
my %dump = (manager => qr/^-- dump of the manager\nversion \S+\n\z/,
    map { ("apps.example/$_" =>
	qr/^-- dump of $_\nINSERT INTO rows VALUES \(1, 'secret'\);\n\z/) }
    qw(users files));
my $f = Platforms->new(plain => 1, platforms => PLATFORMS,
    conf => {instance => {url => 'http://127.0.0.1:1'}});
$f->cli(qw(setting set jobs.timeout), TIMEOUT_S);
ok $f->come, 'all are there' or diag $f->file('log')->slurp;
my @ids = @{$f->ids};
$f->cli('device', 'set', $_, '--instances', join ',', grep { m{/} } sort keys %dump)
    for @ids;
my $job = $f->add_job(qw(--keep 0));

sub tasks { $f->cli_json(qw(job tasks), $job) }
sub saves { $f->number('SELECT count(*) FROM save') }

# The dumps that a manager was asked for more than once in what they heard.
sub twice ($heard) {
	my %n;
	$n{s/key=\w+//r}++ for grep { m{GET /backup\?} } split /\n/, $heard;
	return join ', ', grep { $n{$_} > 1 } sort keys %n;
}

# Some hang at a dump or at the login, so that it is killed inside of it.
my ($killed, $inside, $lost, %why) = (0, 0, 0);
while ($killed < $kills) {
	my $way = $killed % 3;
	$f->faults($way == 0 ? $ids[rand @ids] . " hang /backup\n"
	    : $way == 1 ? "* hang /manager\n" : "\n");
	my ($before, $from) = (saves(), length $f->asked);
	my $over = $f->begin($job);
	my $heard = sub { substr $f->asked, $from };
	my $wanted = $way == 1 ? 1 : 1 + int rand 2 * PLATFORMS * keys %dump;
	$wanted = 2 if $way == 0 && $wanted > 2 * (PLATFORMS - 1) * keys %dump;
	wait_until(sub { (() = $heard->() =~ /GET/g) >= $wanted }, PATIENCE) or last;
	my $at_work = $f->number('SELECT count(*) FROM task WHERE state = 2');
	$f->kill_program('tasks') or last;
	$killed++;
	$inside++ if $at_work > 0;
	$f->faults("\n");
	wait_until($over, PATIENCE) or last;
	is twice($heard->()), '', "kill $killed: no manager is asked for a dump twice";
	my @tasks = @{tasks()};
	is scalar(grep { $_->{state} !~ /^(?:done|failed)$/ } @tasks), 0,
	    "kill $killed: each visit has ended";
	$why{$_->{error}}++ for grep { $_->{state} eq 'failed' } @tasks;
	my $came = () = $heard->() =~ m{GET /backup\?}g;
	cmp_ok saves() - $before, '<=', $came, "kill $killed: what came is listed once";
}
$lost += $_ for values %why;
is $killed, $kills, "killed $kills times" or diag $f->log_of('tasks');
cmp_ok $inside, '>', 0, 'some in the middle of a visit';
cmp_ok $lost, '>', 0, 'of which some were lost';
is join('; ', grep { !/^manager: \S.*/ } sort keys %why), '', '... and say so in words';

my $from = length $f->asked;
ok wait_until($f->begin($job), PATIENCE), 'the next round ends';
is $f->number("SELECT outcome FROM job WHERE id = $job"), 1, '... well'
    or diag map { "$_->{hwId}: $_->{error}\n" } @{tasks()};
my $heard = substr $f->asked, $from;
is twice($heard), '', '... and asks for nothing twice';
is scalar(() = $heard =~ m{GET /backup\?}g), PLATFORMS * keys %dump,
    '... but for each dump of each';

my @half;
for my $id (@ids) {
	for my $s (@{$f->cli_json(qw(save list), $id)}) {
		my $text = $f->cli(qw(save show --secrets), $s->{id});
		push @half, "$id $s->{id}" if $text !~ $dump{$s->{instance}}
		    || $s->{size} != length $text || $s->{sha256} ne sha256_hex($text);
	}
}
is join(', ', @half), '', 'whatever is listed is a whole dump, with its size and SHA-256';
is $f->number('SELECT count(*) FROM task WHERE state IN (1, 2, 3)'), 0,
    'no task is stuck';
is $f->number('SELECT count(*) FROM device_work'), 0, 'nobody holds a device';
diag sprintf '%d kills, %d inside visits, %d visits lost: %s; %d saves', $killed, $inside,
    $lost, join(' | ', map { "$why{$_} x $_" } sort keys %why), saves()
    if $ENV{FL_TEST_KILLS};
done_testing;
