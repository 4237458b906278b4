# Phones -- the rows of bench/run about phones of other vendors: what a served
# file costs, what a scanner gets and does to others, and how long it takes to
# say what a change would do.
package Phones;
use Mojo::Base -strict, -signatures;
use Bench ();
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Fleetline ();
use IO::Socket::IP;
use List::Util qw(max min);
use Mojo::File qw(path);
use POSIX ();
use Request ();
use Time::HiRes qw(sleep time);

my $top = abs_path(dirname(__FILE__) . '/../..');
my $PHONES = $ENV{FL_BENCH_PHONES} // 10_000;
my $SCANS = $ENV{FL_BENCH_SCANS} // 100_000;
my $TURNS = 5;
my $SECRET = 'hush-4711-hush';

sub mac ($i) { sprintf '001565%06x', $i }
sub agent ($mac) { "Yealink SIP-T46S 66.86.0.15 $mac" }

# ---- phones -----------------------------------------------------------------

# An instance with $n phones in the domain north, in their first window.
sub instance ($n) {
	my $f = Fleetline->new(plain => 1);
	$f->cli(qw(domain add north));
	$f->{key} = $f->cli(qw(phone-key new north)) =~ s/\s//gr;
	my %all = (sip_server => 'sip.example', time_server => 'ntp.example',
	    time_zone => 'Europe/Berlin', language => 'de');
	$f->cli(qw(phone set all), $_, $all{$_}) for sort keys %all;
	my $csv = path($f->{folder}, 'phones.csv');
	my $out = $csv->open('>');
	print $out "mac;domain;type;from;sip_user.0;sip_name.0;sip_password.0\n";
	printf $out "%s;north;yealinkT46S;127.0.0.1;%d;Phone %d;%s\n", mac($_),
	    1000 + $_, $_, $SECRET for 0 .. $n - 1;
	close $out;
	$f->cli(qw(phone import), "$csv");
	return $f;
}

# Requests one after the other over one connection: their answers.
sub ask_all ($port, @asks) {
	my ($s, @got);
	for my $i (0 .. $#asks) {
		# nginx takes a thousand on one connection.
		$s = IO::Socket::IP->new(PeerHost => '127.0.0.1', PeerPort => $port)
		    // die "no connection: $@\n" if $i % 500 == 0;
		push @got, ask($s, @{$asks[$i]});
	}
	return @got;
}

# The whole answer, which tells its length.
sub ask ($s, $path, $agent) {
	print $s "GET $path HTTP/1.1\r\nHost: phones\r\nUser-Agent: $agent\r\n\r\n";
	my $got = '';
	while ($got !~ /^content-length: (\d+)\r\n.*?\r\n\r\n/ims
	    || length $got < $+[0] + $1) {
		sysread $s, $got, 65536, length $got or die "no answer\n";
	}
	return $got;
}

# Each phone's own URL, which it has come by once, so that nothing of what it
# says is new: [path of its file, User-Agent].
sub own ($f, $n) {
	my @first = map { ["/p/$f->{key}/" . mac($_) . '.boot', agent(mac($_))] }
	    0 .. $n - 1;
	my @own = map { m{(/p/\Q$f->{key}\E/[\w-]+/)}
	    or die "bench: no URL in: $_\n"; $1 } ask_all($f->port, @first);
	my @asks = map { [$own[$_] . mac($_) . '.cfg', agent(mac($_))] } 0 .. $n - 1;
	my @bad = grep { !/^HTTP\S+ 200.*\Q$SECRET\E/s } ask_all($f->port, @asks);
	die "bench: not served: $bad[0]\n" if @bad;
	return @asks;
}

# With a number of the change counter, as the rule draws one: else answers of
# before would count.
sub close_windows ($f) {
	my ($rc, undef, $why) = $f->sql('BEGIN; UPDATE phone SET until = 0;'
	    . " UPDATE sequence SET last = last + 1 WHERE name = 'rev'; COMMIT");
	die "bench: $why\n" if $rc;
}

# ---- row: phone-file --------------------------------------------------------

# An answer as the program gave it to nginx, which has lines of its own.
sub by_program ($answer) {
	my ($head, $body) = split /\r\n\r\n/, $answer, 2;
	my ($status, @lines) = split /\r\n/, $head;
	return join "\r\n", $status =~ s{^\S+}{Status:}r,
	    grep({ !/^(?:Server|Date|Connection):/i } @lines), '', $body;
}

# (rate, microseconds of the program for each request).
sub turn ($port, $pid, $status) {
	local $ENV{FL_STATUS} = $status;
	my $seconds = Bench::seconds();
	my $before = Request::used($pid);
	my $text = Bench::run('wrk', '-t2', '-c16', '-d', "${seconds}s", '-s',
	    "$top/bench/phones.lua", "http://127.0.0.1:$port/");
	my ($requests) = $text =~ /(\d+) requests in/ or die $text;
	my ($rate) = $text =~ m{Requests/sec:\s+([\d.]+)};
	die $text if $text !~ /^refused: 0$/m;
	return ($rate, (Request::used($pid) - $before) / $requests);
}

sub file {
	my $f = instance($PHONES);
	my @asks = own($f, $PHONES);
	local $ENV{FL_URIS} = path($f->{folder}, 'uris')
	    ->spurt(map { "$_->[0]\t$_->[1]\n" } @asks)->to_string;
	my ($one) = ask_all($f->port, $asks[0]);
	my $answer = path($f->{folder}, 'answer')->spurt(by_program($one));
	my ($at, $bare) = Request::beside($f, 'bare', 'provision', "$answer");
	my %at = (bare => [$at =~ /(\d+)$/, $bare, 200],
	    served => [$f->port, $f->pid('provision'), 200]);
	my (%rate, %cpu);
	my $measure = sub (@names) {
		for my $name ((@names) x $TURNS) {
			my ($rate, $us) = turn(@{$at{$name}});
			push @{$rate{$name}}, $rate;
			push @{$cpu{$name}}, $us;
		}
	};
	$measure->(qw(bare served));
	close_windows($f);
	$at{outside} = [$f->port, $f->pid('provision'), 404];
	$measure->('outside');
	Bench::finish_all();
	$f->stop;
	$_ = Request::middle(@$_) for values %rate, values %cpu;
	my $share = $rate{served} / $rate{bare};
	return ([sprintf('a served file of %d bytes, %d phones in turn, 16 connections',
	    length $one =~ s/.*?\r\n\r\n//sr, $PHONES), sprintf('%.0f/s', $rate{served}), '-',
	    'at least 1,500/s', Bench::kept($rate{served} >= 1500)],
	    ['the same', sprintf('%.0f/s', $rate{served}), sprintf('bare FastCGI'
	    . ' responder with the same header lines and bytes %.0f/s: %.2f times', $rate{bare},
	    $share), 'at least 0.75 times', Bench::kept($share >= 0.75)],
	    ['processor of the program for it', sprintf('%.1f us', $cpu{served}),
	    sprintf('bare %.1f us', $cpu{bare}), '-', '-'],
	    ['the 404 outside of the windows', sprintf('%.0f/s', $rate{outside}),
	    sprintf('%.1f us of the program', $cpu{outside}), '-', '-']);
}

# ---- row: phone-scan --------------------------------------------------------

# What the scanner and everybody may have left in the store.
sub rows ($f) {
	my (undef, $n) = $f->sql('SELECT (SELECT count(*) FROM waiting_phone)'
	    . ' + (SELECT count(*) FROM phone_trace) + (SELECT count(*) FROM audit)'
	    . ' + (SELECT count(*) FROM device)');
	return 0 + $n;
}

# A scanner that asks as fast as it is answered, from an address of its own.
sub scanner ($f, $n) {
	my $seconds = POSIX::ceil($n / 1000);
	my $out = path($f->{folder}, 'scan.out');
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		@ENV{qw(FL_SCAN FL_STATUS)} = ("/p/$f->{key}/", 404);
		exec 'sh', '-c', 'exec "$@" >"$0" 2>&1', $out, 'wrk', '-t2', '-c16',
		    '-d', "${seconds}s", '-s', "$top/bench/phones.lua",
		    'http://127.0.0.1:' . $f->port . '/' or POSIX::_exit(127);
	}
	return ($pid, $out);
}

# Milliseconds that a phone waits for its file, every 20 ms, while pid runs.
sub meanwhile ($f, $pid, $path, $agent) {
	my (@ms, $s);
	for (my $i = 0; waitpid($pid, POSIX::WNOHANG()) == 0; $i++) {
		$s = IO::Socket::IP->new(PeerHost => '127.0.0.1',
		    PeerPort => $f->port, LocalHost => '127.0.0.2')
		    // die "no connection: $@\n" if $i % 500 == 0;
		my $from = time;
		ask($s, $path, $agent) =~ /\Q$SECRET\E/ or die "not served\n";
		push @ms, 1000 * (time - $from);
		sleep 0.02;
	}
	return sort { $a <=> $b } @ms;
}

# Microseconds of each kind of 404, medians of many by turns.
sub refusals ($f, %kind) {
	my %us;
	my @names = sort keys %kind;
	my $s;
	for my $turn (0 .. 2000) {
		$s = IO::Socket::IP->new(PeerHost => '127.0.0.1',
		    PeerPort => $f->port) // die "no connection: $@\n"
		    if $turn % 100 == 0;
		# Who follows whom counts, too.
		push @names, shift @names;
		for my $name (@names) {
			my $from = time;
			ask($s, $kind{$name}, 'Yealink SIP-T46S 66.86.0.15')
			    =~ /^HTTP\S+ 404.*\r\n\r\nnot found\n$/s or die $name;
			push @{$us{$name}}, 1e6 * (time - $from);
		}
	}
	return map { $_ => Request::middle(@{$us{$_}}) } keys %us;
}

sub scan {
	my $f = instance(4);
	$f->cli(qw(domain add south));
	$f->cli(qw(phone add 0015650000f1 south --type yealinkT46S));
	my @asks = own($f, 2);
	$f->cli(qw(phone window), mac(0), qw(--from 127.0.0.2));
	$f->cli(qw(phone window), mac(1), qw(--minutes 0));
	my $before = rows($f);
	my ($pid, $out) = scanner($f, $SCANS);
	my @ms = meanwhile($f, $pid, @{$asks[0]});
	my $text = $out->slurp;
	my ($asked) = $text =~ /(\d+) requests in/ or die $text;
	my ($rate) = $text =~ m{Requests/sec:\s+([\d.]+)};
	my ($other) = $text =~ /^refused: (\d+)$/m;
	sleep 2;	# what is noted late
	my $rows = rows($f) - $before;
	my %us = refusals($f, 'unknown MAC' => "/p/$f->{key}/001565fffff0.cfg",
	    'foreign MAC' => "/p/$f->{key}/0015650000f1.cfg",
	    'outside the window' => $asks[1][0],
	    'unknown file' => $asks[1][0] =~ s{[^/]+$}{nothing.cfg}r);
	$f->stop;
	my $spread = max(values %us) / min(values %us);
	my ($p50, $p99) = @ms[@ms / 2, @ms * 0.99];
	return ([sprintf('rows that %d requests of a scanner leave', $asked),
	    "$rows rows", sprintf('%.0f/s', $rate), 'fewer than 100',
	    Bench::kept($asked >= $SCANS && $rows < 100)],
	    ['answers other than the 404 of everybody', "$other answers", '-',
	    'none', Bench::kept($other == 0)],
	    ['a promoted phone gets its file meanwhile', sprintf('%.1f ms, p99'
	    . ' %.1f ms, worst %.1f ms', $p50, $p99, $ms[-1]),
	    scalar(@ms) . ' times', 'within 20 ms', Bench::kept($ms[-1] < 20)],
	    ['medians of the 404s: ' . join(', ', map { sprintf '%s %.0f us', $_,
	    $us{$_} } sort keys %us), sprintf('%.1f %% apart', 100 * ($spread - 1)),
	    '-', 'within 10 %', Bench::kept($spread <= 1.1)]);
}

# ---- row: phone-diff --------------------------------------------------------

sub took ($f, @args) {
	my $start = time;
	my $said = $f->cli(qw(template diff), @args);
	$said =~ /\b$PHONES\b/ or die "bench: not all phones: $said\n";
	return time - $start;
}

sub diff {
	my $f = instance($PHONES);
	my $own = path($f->{folder}, 'changed', 'yealink')->make_path;
	$own->child('phone.cfg')->spurt(
	    path("$top/templates/yealink/phone.cfg")->slurp . "last.line = 1\n");
	my %s = ('a setting of all' => took($f, qw(--layer all --setting),
		'sip_server=other.example'),
	    'a template' => took($f, $own->dirname->to_string));
	$f->stop;
	return map { ["template diff of $PHONES phones, $_",
	    sprintf('%.2f s', $s{$_}), '-', 'below 10 s',
	    Bench::kept($s{$_} < 10)] } sort keys %s;
}

1;
