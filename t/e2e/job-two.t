# Two of fleetline-tasks started together do the work once: each device is told
# once, whoever of them is at work; when that one ends, the other goes on.
use Delivery;
use Fleetline;
use Mojo::File qw(path);
use Updated;

use constant {DEVICES => 50, AT_ONCE => 20, LEASE_S => 6};

my $f = Delivery->new(plain => 1, stopped => 1, conf => {instance => {url => 'x'}});
$f->conf({instance => {url => 'http://127.0.0.1:' . $f->port}});
$f->write_conf;
$f->add_release('firmware ' x 1000);
$f->start;

my $log = path($f->state, 'second.log');
my $own = $$;
my $second = fork // die "fork: $!";
if (!$second) {
	open STDERR, '>', $log or die $!;
	exec $f->build . '/sbin/fleetline-tasks', '-c', $f->state . '/fleetline.conf'
	    or die "exec: $!";
}
END { local $?; Fleetline::end_programs($second) if $second && $$ == $own }

$f->cli('category', 'add', 'north.example', 'acme phones', '--config');
my @ids = map { sprintf '00903306%04x', $_ } 1 .. DEVICES;
$f->import_devices(map { [$_, 'north.example', 'PHONE', 'acme phones', PASSWORD] }
    @ids);
my @all = map { Updated->new(pause => 2, device => Device->new(
    url => $f->sysclient_url, id => $_, password => PASSWORD, product => 'IP222',
    version => '13r1 [131705]', more => {fwBuild => '131705', bcBuild => '131705'}))
} @ids;
my $connected = 0;
$_->device->connect_p->then(sub { $connected++ }) for @all;
ok wait_until(sub { $connected == DEVICES }, 30), 'all are there';

ok Fleetline::soon(sub {
	$f->number('SELECT count(*) FROM presence WHERE online = 1') == DEVICES
}, 30), 'and the store knows it';
ok Fleetline::soon(sub {
	-e $log && $log->slurp =~ /tasks start/ && $f->log_of('tasks') =~ /tasks start/
}, 10), 'two run';
sub holder { ($f->sql("SELECT holder FROM lease WHERE name = 'tasks'"))[1] =~ s/\s//gr }

sub told { my $n = 0; $n += @{$_->told} for @all; return $n }
my ($id) = $f->cli('job', 'add', 'north.example', 'night', '--release', '14r1',
    '--category', 'acme phones') =~ /id (\d+)/;
my $first = holder();
$f->cli('job', 'start', $id);
ok wait_until(sub { told() >= AT_ONCE }, 30), 'one of them begins';
is holder(), $first, 'the one that has the lease';

# The supervisor starts the one that it watches again; the other may be first.
my $sends = sub ($text) { scalar(() = $text =~ /task\.send/g) };
my $at_second = $sends->($log->slurp) > 0;
is !!$at_second, !$sends->($f->log_of('tasks')), 'and the other sends nothing';
kill 'TERM', $at_second ? $second : $f->pid('tasks');
ok Fleetline::soon(sub {
	$f->number("SELECT state = 0 AND outcome = 1 FROM job WHERE id = $id") == 1
}, 60 + LEASE_S), 'when it ends somebody goes on, and the job ends well'
    or diag $f->log_of('tasks'), $log->slurp;
isnt holder(), $first, '... by another lease';
is join(' ', map { $_->device->id } grep { @{$_->told} != 1 || @{$_->loaded} != 1 }
    @all), '', 'each device was told once, and loaded once';
is $f->number("SELECT count(*) FROM task WHERE tries <> 1"), 0, '... in one attempt';
is $sends->($f->log_of('tasks')) + $sends->($log->slurp), DEVICES,
    '... by both of them together';
$_->device->disconnect for @all;
done_testing;
