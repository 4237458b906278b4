# kill -9 of fleetline-tasks at random while a job updates devices: each is told
# once and loads once, counted at the devices, and nothing is left lying (readings
# W11: a device whose command may have gone is waited for, and is updated in the
# next round if it had not).  FL_TEST_DEVICES=1000: fifty times.
use Delivery;
use Fleetline;
use Updated;

use constant {AT_ONCE => 20, LEASE_S => 6, TIMEOUT_S => 30};

my $devices = $ENV{FL_TEST_DEVICES} // 70;
my $kills = $ENV{FL_TEST_DEVICES} ? 50 : 3;
my $f = Delivery->new(plain => 1, stopped => 1, conf => {instance => {url => 'x'}});
$f->conf({instance => {url => 'http://127.0.0.1:' . $f->port}});
$f->write_conf;
$f->add_release('firmware ' x 1000);
$f->start;
$f->cli(qw(setting set jobs.timeout), TIMEOUT_S);
$f->cli('category', 'add', 'north.example', 'acme phones', '--config');
my @ids = map { sprintf '00903305%04x', $_ } 1 .. $devices;
$f->import_devices(map { [$_, 'north.example', 'PHONE', 'acme phones', PASSWORD] }
    @ids);

# One loads for longer than a program lives, another is done before its end.
my $connected = 0;
my @all = map { Updated->new(pause => 3 + rand 8, device => Device->new(
    url => $f->sysclient_url, id => $_, password => PASSWORD, product => 'IP222',
    version => '13r1 [131705]', more => {fwBuild => '131705', bcBuild => '131705'}))
} @ids;
$_->device->connect_p->then(sub { $connected++ }) for @all;
ok wait_until(sub { $connected == $devices }, 30 + $devices / 10), 'all are there';

ok Fleetline::soon(sub {
	$f->number('SELECT count(*) FROM presence WHERE online = 1') == $devices
}, 30 + $devices / 10), 'and the store knows it';
my $now = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

# Who holds the lease, while it lasts.
sub holder { return ($f->sql("SELECT holder FROM lease WHERE name = 'tasks'"
    . " AND until > $now"))[1] =~ s/\s//gr }
sub told { my $n = 0; $n += @{$_->told} for @all; return $n }
my $most = 0;
my $watch = Mojo::IOLoop->recurring(0.05 => sub {
	my $at_work = grep { @{$_->told} > @{$_->loaded} } @all;
	$most = $at_work if $at_work > $most;
});

my ($id) = $f->cli('job', 'add', 'north.example', 'night', '--release', '14r1',
    '--category', 'acme phones') =~ /id (\d+)/;
$f->cli('job', 'start', $id);
sub is_over { $f->number("SELECT state = 0 AND outcome <> 0 FROM job WHERE id = $id") }

# Somebody holds the lease, and has perhaps told some devices.  Some are killed
# while they send their commands, some at any time, some before they have begun.
my ($longest, $term, $before, $killed, $early, $running) = (0, 0, '', 0, 0, 0);
while ($killed < $kills) {
	my $way = int rand 10;
	my ($told, $since) = (told(), time);
	pause(1 + rand 3) if $way == 0 && ++$early;
	if ($way > 0) {
		Fleetline::soon(sub { my $h = holder(); $h ne '' && $h ne $before }, 30) or last;
		my $took = time - $since;
		$longest = $took if $took > $longest && $early == 0;
		$early = 0;
		my $left = $f->number("SELECT until - $now FROM lease WHERE name = 'tasks'");
		$term = $left if $left > $term;
		my $wanted = $told + rand AT_ONCE;
		wait_until(sub { told() >= $wanted }, 2) if $way < 6;
		pause(rand 1.5) if $way >= 6;
	}
	$running++ if !is_over();
	$before = holder();
	$f->kill_program('tasks') or last;
	$killed++;
}
is $killed, $kills, "killed $kills times";
is $running, $kills, 'each time while the job was at work';
cmp_ok $term, '<=', LEASE_S * 1000, 'no lease is given for longer than its term';
cmp_ok $longest, '<=', LEASE_S + 5, 'nor kept for longer: the next one goes on';

my $patience = TIMEOUT_S + $devices;
ok Fleetline::soon(\&is_over, $patience), 'the job ends' or diag $f->log_of('tasks');
is scalar(grep { @{$_->told} > 1 } @all), 0, 'no device was told twice';
my $lost = grep { @{$_->told} == 0 } @all;
cmp_ok $lost, '<=', $killed * AT_ONCE, 'who was not told was being told at a kill';
is $f->number("SELECT count(*) FROM task WHERE job_id = $id AND state = 5"), $lost,
    'and has failed';

$f->cli('job', 'start', $id) if $lost > 0;
ok Fleetline::soon(sub {
	is_over() == 1 && $f->number("SELECT outcome FROM job WHERE id = $id") == 1
}, $patience), 'the next round brings them the release, too';
is join(' ', map { $_->device->id } grep { @{$_->told} != 1 || @{$_->loaded} != 1 }
    @all), '', 'each device was told once, and loaded once';
is scalar(grep { $_->device->more->{fwBuild} ne '140001' } @all), 0,
    'and has the release';
cmp_ok $most, '<=', AT_ONCE, 'UJ4: never more than twenty at once';
is $f->number("SELECT count(*) FROM task WHERE state IN (1, 2, 3)"), 0,
    'no task is stuck';
is $f->number("SELECT count(*) FROM device_work"), 0, 'nobody holds a device';
diag sprintf '%d devices, %d kills; %d told in the second round only, %d at once; '
    . 'the next runner after %.1f s at most', $devices, $killed, $lost, $most,
    $longest if $ENV{FL_TEST_DEVICES};
done_testing;
