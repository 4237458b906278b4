# Deliver -- the row "deliver": what configurations cost those who connect, how
# quickly a change is at all devices, and what it costs to ask for one's state.
#
# The same simulated devices reconnect after a kill -9 of the hub without
# configurations and with three, three times each (the middle one counts); then
# one is changed.  What is asked of devices
# for that is also asked by one curl through the same tunnel, as many at once:
# both open a connection for each request.
package Deliver;
use Mojo::Base -strict, -signatures;
use Bench ();
use Fleetline ();
use Mojo::File qw(path);
use Mojo::JSON qw(encode_json);
use Reconnect ();
use Request ();
use Time::HiRes qw(sleep time);

my $CONNECTED = $ENV{FL_BENCH_CONNECTED} // 10_000;
my $DEVICES = Bench::devices();
use constant {AT_ONCE => 20, TURNS => 3, PATIENCE => 300, CONFIGS => 500, MATCHING => 5,
    ASKED_MS => 5};

my @configs = (
	{type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '', tz => 'CET-1'},
	{type => 'TLS_PROFILE', profile => 'strict'},
	{type => 'MEDIA', stunServer => 'stun.example'});

sub ask ($f, %m) {
	my $r = $f->api({%m});
	die "bench: $m{mt}: $r->{error}\n" if $r->{error};
	return $r;
}

sub domain ($f) {
	my ($id) = map { $_->{id} } grep { $_->{name} eq 'example.com' }
	    @{ask($f, mt => 'GetDomains')->{domains}};
	return $id;
}

sub add ($f, %config) {
	return ask($f, mt => 'AddDeviceConfig', config => {%config})->{id};
}

sub count ($f, $sql) {
	my $n = Bench::run('sqlite3', $f->state . '/fleetline.db',
	    "PRAGMA busy_timeout = 9999; $sql");
	return (split /\n/, $n)[-1];
}

# ---- who connects -----------------------------------------------------------

# Questions "identify" that took at most so long, by the histogram of /metrics.
sub buckets ($f) {
	my $text = $f->get($f->url('/metrics'))->body;
	return {$text =~
	    /^fleetline_rules_seconds_bucket\{message="identify",le="([^"]+)"\} (\d+)/mg};
}

# The p99 between two looks, in ms: between two limits, as Prometheus does it.
sub p99 ($before, $after) {
	my @le = sort { $a <=> $b } grep { /\d/ } keys %$after;
	my %n = map { $_ => $after->{$_} - ($before->{$_} // 0) } keys %$after;
	my ($want, $low, $below) = (0.99 * $n{'+Inf'}, 0, 0);
	for my $le (@le) {
		return 1000 * ($low + ($le - $low) * ($want - $below)
		    / ($n{$le} - $below)) if $n{$le} >= $want;
		($low, $below) = ($le, $n{$le});
	}
	return 1000 * $low;
}

# All reconnect: p99 of identify until they are there, seconds until all have
# what they should, and the most devices that were worked on at a time.
sub reconnect ($f, $configs) {
	my $boot = Reconnect::hub_status($f)->{boot};
	my ($before, $start, $most) = (buckets($f), time, 0);
	kill 'KILL', $f->pid('hub');
	Fleetline::wait_until(sub {
		sleep 0.1;
		my $s = Reconnect::hub_status($f);
		($s->{boot} // $boot) ne $boot && $s->{devices} == $CONNECTED;
	}, PATIENCE) or die "bench: not all are back\n";
	my $p99 = p99($before, buckets($f));
	Fleetline::wait_until(sub {
		sleep 1; # looking costs something, too
		my $n = count($f, 'SELECT count(*) FROM device_work');
		$most = $n if $n > $most;
		count($f, 'SELECT count(*) FROM config_state s JOIN presence p'
		    . ' ON p.device_id = s.device_id AND p.boot = s.boot AND'
		    . ' p.conn = s.conn WHERE s.result = 2')
		    == $configs * $CONNECTED;
	}, PATIENCE) or die "bench: not all were delivered\n";
	return ($p99, time - $start, $most);
}

# ---- a change ---------------------------------------------------------------

# Seconds until all have the change of one configuration.
sub change ($f, $id) {
	ask($f, mt => 'EditDeviceConfig', config => {id => $id, tz => 'UTC'});
	my $start = time;
	Fleetline::wait_until(sub {
		sleep 0.5;
		count($f, 'SELECT count(*) FROM config_state s JOIN config c ON'
		    . ' c.id = s.config_id WHERE c.id = ' . $id . ' AND'
		    . ' s.revision = c.revision AND s.result = 2') == $CONNECTED;
	}, PATIENCE) or die "bench: not all have the change\n";
	return time - $start;
}

# Seconds of the same requests without anything around.
sub bare ($f) {
	my $list = path($f->{folder}, 'bare.curl');
	my @ids = map { /^(\w+)/ } split /\n/,
	    Bench::run(Bench::sim_program(), '--list', '--devices', $CONNECTED);
	my @paths = ('CMD0/mod_cmd.xml?cmd=ntp&addr=192.0.2.1&addr2=&tz=UTC',
	    '!config%20write', '!config%20activate');
	$list->spurt(map { my $path = $_; map {
		qq{url = "http://hub/tunnel/$_/$path"\noutput = "/dev/null"\n} }
		@ids } @paths);
	my $start = time;
	Bench::run('curl', '-s', '-f', '--no-progress-meter', '--parallel', '--parallel-max', AT_ONCE,
	    '--unix-socket', $f->run_folder . '/control.sock', '-K', "$list");
	return time - $start;
}

# That with the middle p99.
sub middle (@turns) {
	return (sort { $a->[0] <=> $b->[0] } @turns)[$#turns / 2];
}

sub fleet {
	my $f = Bench::sim_instance($CONNECTED);
	$f->cli(qw(setting set deliver.at_once), AT_ONCE);
	my ($pid) = Bench::sim($f, $CONNECTED);
	Bench::until_online($f, $CONNECTED, 120)
	    or die "bench: devices stay offline\n";
	reconnect($f, 0);	# the first time they prove their passwords
	my $plain = (middle(map { [reconnect($f, 0)] } 1 .. TURNS))->[0];
	my @ids = map { add($f, domainId => domain($f), %$_) } @configs;
	my $memory = Bench::own_memory($f, 'deliver');
	my ($with, $took, $most) = @{middle(map { [reconnect($f, scalar @ids)] }
	    1 .. TURNS)};
	my $grown = Bench::own_memory($f, 'deliver') - $memory;
	my ($ours, $bare) = (change($f, $ids[0]), bare($f));
	my $pages = 3 * $CONNECTED / Bench::pages($f, AT_ONCE,
	    Bench::uris($f, Bench::bearer($f)));
	Bench::finish($pid);
	$f->stop;
	return ([sprintf('p99 of identify when %d devices reconnect that get 3'
		. ' configurations each', $CONNECTED), sprintf('%.1f ms', $with),
		sprintf('without configurations %.1f ms: %.2f times', $plain,
		$with / $plain), 'within 1.3 times', Bench::kept($with <= 1.3 * $plain)],
	    ['until all have them', sprintf('%.1f s', $took), '-', 'within 60 s',
		Bench::kept($took <= 60)],
	    ['fleetline-deliver meanwhile', sprintf('grows %.1f MB, works on'
		. ' %d devices at a time', $grown / 1e6, $most), '-', sprintf('below 16 MB, %d'
		. ' at once', AT_ONCE), Bench::kept($grown < 16e6
		&& $most <= AT_ONCE)],
	    [sprintf('one configuration changed for %d devices', $CONNECTED),
		sprintf('%.1f s', $ours), sprintf('curl asks the same %d requests,'
		. ' %d at once, in %.1f s: %.2f times', 3 * $CONNECTED, AT_ONCE,
		$bare, $ours / $bare), 'within 1.5 times',
		Bench::kept($ours <= 1.5 * $bare)],
	    ['the same', sprintf('%.1f s', $ours), sprintf('wrk asks as many'
		. ' small pages through nginx and the passthrough, over connections'
		. ' that stay, in %.1f s: %.2f times', $pages, $ours / $pages), '-',
		'-']);
}

# ---- the state of one device ------------------------------------------------

# Milliseconds of one request, while two ask one after the other.
sub each_ms ($f, $key, %m) {
	my ($rate) = Bench::wrk($f->url($f->base . '/api'), key => $key,
	    connections => 2, body => encode_json({%m}));
	return 2000 / $rate;
}

sub asking {
	my $f = Bench::instance($DEVICES);
	my $key = Bench::bearer($f);
	my $domain = domain($f);
	$f->cli(qw(category add example.com nobody --config));
	add($f, domainId => $domain, desc => "configuration $_", %{$configs[0]},
	    $_ < MATCHING ? () : (categories => ['nobody'])) for 0 .. CONFIGS - 1;
	my %one = (hwId => '00b000000007');
	my $plain = each_ms($f, $key, mt => 'GetDevice', %one);
	my $few = each_ms($f, $key, mt => 'GetDeviceConfigState', %one);
	count($f, 'UPDATE config SET limited = 0');
	my $all = each_ms($f, $key, mt => 'GetDeviceConfigState', %one);
	$f->stop;
	return ([sprintf('GetDeviceConfigState of one of %d devices, %d'
		. ' configurations in the domain, %d for it', $DEVICES, CONFIGS,
		MATCHING), sprintf('%.2f ms', $few), sprintf('GetDevice %.2f ms:'
		. ' %.1f times', $plain, $few / $plain), 'within 3 times',
		Bench::kept($few <= 3 * $plain)],
	    [sprintf('all %d are for it', CONFIGS), sprintf('%.2f ms', $all), '-',
		sprintf('at most %d ms', ASKED_MS), Bench::kept($all <= ASKED_MS)]);
}

sub rows {
	return (fleet(), asking(),
	    ['load of the machine after it', Reconnect::load(), '-', '-', '-']);
}

1;
