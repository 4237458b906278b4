# Reconnect -- the row "reconnect": what it costs that all devices come at once,
# against a hub that accepts everything and asks nobody (bench/accept.c), behind
# the same nginx and with the same simulator.
#
# Devices imported with --offer come for the first time and get a password (first
# connection); the hub is killed with -9 and they prove it (first proof); it is
# killed again, by turns with the other hub, and they prove what was known
# (unchanged).  Once on the disk as it is, once on one that takes 5 ms for each
# sync (bench/slowsync.c).
package Reconnect;
use Mojo::Base -strict, -signatures;
use Bench ();
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Fleetline ();
use Mojo::File qw(path);
use Mojo::JSON qw(decode_json);
use Raw;
use Request ();
use Time::HiRes qw(sleep time);

my $top = abs_path(dirname(__FILE__) . '/../..');
my $CONNECTED = $ENV{FL_BENCH_CONNECTED} // 10_000;
my $TURNS = 3;
my $RETRY = 2;		# seconds that a device waits for its next attempt
my $PATIENCE = 120;

# ---- a fleet that nobody has seen yet ---------------------------------------

# An instance with devices that wait for an offer, and a file with passwords for
# those of the other hub.
sub instance (%env) {
	my $f = do {
		local @ENV{keys %env} = values %env;
		Bench::instance(0);
	};
	my ($csv, $store) = map { path($f->{folder}, $_) } 'sim.csv', 'sim.store';
	my @ids = split /\n/, Bench::run(Bench::sim_program(), '--list',
	    '--devices', $CONNECTED);
	$csv->spurt("hwId,domain,type,product\n", map {
		my ($id, $type, $product) = split /;/;
		"$id,example.com,$type,$product\n" } @ids);
	$store->spurt(map { s/;.*//r . ';' . Bench::password(1) . "\n" } @ids);
	chmod 0600, "$store";
	$f->cli('import', 'devices', "$csv", '--offer', 60);
	return $f;
}

# ---- the two hubs -----------------------------------------------------------

sub hub_status ($f) {
	my $r = eval { my $c = Raw->unix($f->run_folder . '/control.sock')
	    ->seconds(2);
	$c->write("GET /status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	$c->response } // return {};
	return eval { decode_json($r->{body}) } // {};
}

# Each: start (its devices come for the first time), kill, back (whether all are
# there since), pids (of those who work for it).
sub ours ($f) {
	my ($boot, $sim) = ('');
	return {
		pids => sub { ($sim // (), workers($f->pid('nginx')),
			map { $f->pid($_) // () } qw(hub rules)) },
		start => sub {
			($sim) = Bench::sim_at($f->sysclient_url, $f, $CONNECTED,
			    '--retry', 1000 * $RETRY);
		},
		kill => sub {
			$boot = hub_status($f)->{boot};
			kill 'KILL', $f->pid('hub');
		},
		back => sub {
			my $s = hub_status($f);
			return ($s->{boot} // $boot) ne $boot
			    && $s->{devices} == $CONNECTED
			    && Bench::online($f) == $CONNECTED;
		},
	};
}

sub theirs ($f) {
	my ($origin, $pid, $socket, $nginx) = Request::beside($f, 'accept', 'ws');
	my ($status, $attempts, $sim) = (undef, 0);
	return {
		pids => sub { ($sim // (), workers($nginx), $pid) },
		start => sub {
			($sim, $status) = Bench::sim_at("ws://$origin"
			    . $f->base . '/sysclients', $f, $CONNECTED,
			    '--retry', 1000 * $RETRY, '--store',
			    path($f->{folder}, 'sim.store'));
		},
		kill => sub {
			$attempts = $status->()->{attempts};
			kill 'KILL', $pid;
			$pid = Request::listening($socket, 'accept');
		},
		back => sub {
			my $s = $status->();
			return ($s->{attempts} // 0) >= $attempts + $CONNECTED
			    && $s->{answered} == $CONNECTED;
		},
	};
}

# ---- measuring --------------------------------------------------------------

sub workers ($nginx) {
	return map { m{/(\d+)/} } grep { (eval { path($_)->slurp } // '')
	    =~ /^PPid:\s+$nginx$/m } glob '/proc/[0-9]*/status';
}

# Processor seconds of each, as long as it lives.
sub used (@pids) {
	return map { $_ => (eval { Request::used($_) } // 0) / 1e6 } @pids;
}

# Milliseconds of a GetDevice.
sub asked ($f, $key, $n) {
	my $start = time;
	$f->api({mt => 'GetDevice', hwId => sprintf '0090334%05x',
	    $n % $CONNECTED}, key => $key);
	return 1000 * (time - $start);
}

# Seconds from the deed until all are back, the processor's seconds that they
# and we took, and the times of GetDevice meanwhile.
sub comeback ($f, $key, $hub, $deed) {
	my %before = used($hub->{pids}->());
	my ($start, $looked, @times) = (time, 0);
	$hub->{$deed}->();
	while (time - $start < $PATIENCE) {
		push @times, asked($f, $key, scalar @times);
		sleep 0.02;
		next if time - $looked < 0.1;
		if ($hub->{back}->()) {
			my ($took, %after) = (time - $start,
			    used($hub->{pids}->()));
			my $cpu = 0;
			$cpu += $after{$_} - ($before{$_} // 0) for keys %after;
			return ($took, $cpu, @times);
		}
		$looked = time;
	}
	die "bench: not all devices came back\n";
}

sub measure (%env) {
	my $f = instance(%env);
	my $key = Bench::bearer($f);
	my ($ours, $theirs) = (ours($f), theirs($f));
	my %of;
	my $turn = sub ($what, @do) {
		my ($took, $cpu, @times) = comeback($f, $key, @do);
		push @{$of{$what}{took}}, $took;
		push @{$of{$what}{cpu}}, $cpu;
		push @{$of{$what}{times}}, @times;
	};
	$turn->('first', $ours, 'start');
	$turn->('proof', $ours, 'kill');
	comeback($f, $key, $theirs, 'start');
	for (1 .. $TURNS) {
		$turn->('floor', $theirs, 'kill');
		$turn->('unchanged', $ours, 'kill');
	}
	Bench::finish_all();
	$f->stop;
	return \%of;
}

# ---- the table --------------------------------------------------------------

sub percentile ($share, @x) { (sort { $a <=> $b } @x)[$share * $#x] }

sub cell ($r) {
	return sprintf '%.1f s (%s), %.1f s of the processor, GetDevice'
	    . ' meanwhile p50 %.0f ms, p99 %.0f ms, worst %.0f ms',
	    Request::middle(@{$r->{took}}),
	    join(' ', map { sprintf '%.1f', $_ } @{$r->{took}}),
	    Request::middle(@{$r->{cpu}}),
	    map { percentile($_, @{$r->{times}}) } 0.5, 0.99, 1;
}

sub load { (split / /, path('/proc/loadavg')->slurp)[0] }

# A line: $what against $other, at most so many times; of both also without the
# time that devices only wait, and of the processor.
sub line ($name, $of, $what, $other, $other_name, $most) {
	my ($mine, $theirs) = @$of{$what, $other};
	my ($a, $b) = map { Request::middle(@{$_->{took}}) } $mine, $theirs;
	my ($cpu, $floor) = map { Request::middle(@{$_->{cpu}}) } $mine, $theirs;
	my $wait = $what eq 'first' ? 0 : $RETRY;
	my $p99 = percentile(0.99, @{$mine->{times}});
	return [$name, cell($mine), sprintf('%s %.1f s: %.2f times, without the'
	    . ' wait of %d s %.2f times, of the processor %.2f times',
	    $other_name, $b, $a / $b, $RETRY, ($a - $wait) / ($b - $RETRY),
	    $cpu / $floor), sprintf('at most %s times%s',
	    $most, $what eq 'unchanged' ? ', p99 below 100 ms' : ''),
	    Bench::kept($a <= $most * $b && ($what ne 'unchanged' || $p99 < 100))];
}

sub lines ($disk, $most, $of) {
	return (line("$CONNECTED devices reconnect, nothing changed$disk", $of,
		'unchanged', 'floor', 'a hub that asks nobody', $most),
	    line("they prove their password for the first time$disk", $of,
		'proof', 'unchanged', 'unchanged', 2),
	    line("they come for the first time and are given it$disk", $of,
		'first', 'unchanged', 'unchanged', 2));
}

sub rows {
	my @lines = lines('', 1.5, measure());
	push @lines, lines(', 5 ms for each sync', 2, measure(LD_PRELOAD =>
	    "$top/build/bench/slowsync.so"));
	push @lines, ['load of the machine after it', load(), '-', '-', '-'];
	return @lines;
}

1;
