# Bench -- the rows of bench/run: what design promises, measured.
package Bench;
use Mojo::Base -strict, -signatures;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp;
use Fleetline ();
use IO::Socket::INET;
use Ledger ();
use Mojo::File qw(path);
use Mojo::JSON qw(decode_json encode_json);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

my $top = abs_path(dirname(__FILE__) . '/../..');
my $DEVICES = $ENV{FL_BENCH_DEVICES} // 100_000;
my $CONNECTED = $ENV{FL_BENCH_CONNECTED} // 10_000;
my $ROWS = $ENV{FL_BENCH_ROWS} // 1_000_000;
my $SECONDS = $ENV{FL_BENCH_SECONDS} // 8;

sub run ($cmd, @args) {
	open my $out, '-|', $cmd, @args or die "$cmd: $!\n";
	local $/;
	my $text = <$out> // '';
	close $out or die "$cmd @args: status " . ($? >> 8) . "\n";
	return $text;
}

# The programs that only measurements need.
sub build_own {
	-x "$top/build/sbin/fleetline" or die "bench: run ./start once first\n";
	system('make', '-s', '-C', "$top/build", 'bench-programs') == 0
	    or die "bench: its own programs cannot be built\n";
	$ENV{FLEETLINE_PLAIN} = "$top/build";
}

sub machine {
	my ($cpu) = path('/proc/cpuinfo')->slurp =~ /^model name\s*: (.*)/m;
	my ($kb) = path('/proc/meminfo')->slurp =~ /^MemTotal:\s+(\d+)/m;
	my ($os) = path('/etc/os-release')->slurp =~ /^PRETTY_NAME="(.*)"/m;
	my @cores = path('/proc/cpuinfo')->slurp =~ /^processor/mg;
	return sprintf "%s; %d cores of %s; %d GiB; load programs on the same"
	    . " cores\n", $os, scalar @cores, $cpu // 'unknown', $kb / 1024 ** 2;
}

sub devices { $DEVICES }

sub seconds { $SECONDS }

sub kept ($ok) { $ok ? 'yes' : '**no**' }

# ---- a fleet in the store ---------------------------------------------------

# An instance with $n devices, each with a known sysclient password; hardware
# ids 00b0 and eight hex digits, or those of the simulator.
sub instance ($n, %o) {
	my $f = Fleetline->new(plain => 1, %o);
	my $csv = path($f->{folder}, 'devices.csv');
	my $out = $csv->open('>');
	print $out "hwId,domain,type,product,name,sysclient_password\n";
	printf $out "%s,example.com,PHONE,IP112,device %d,%s\n",
	    sprintf('00b0%08x', $_), $_, password($_) for 0 .. $n - 1;
	close $out;
	$f->cli('import', 'devices', "$csv") if $n > 0;
	return $f;
}

sub password ($i) { sprintf 'benchmark_password_%013d', $i }

sub bearer ($f) {
	$f->cli(qw(account add bench --role system-admin));
	my $key = $f->cli(qw(key add bench));
	chomp $key;
	return $key;
}

# ---- wrk --------------------------------------------------------------------

# Requests per second, the 99th percentile in ms, and how many there were.
sub wrk ($url, %o) {
	local %ENV = (%ENV, FL_KEY => $o{key} // '', FL_BODY => $o{body} // '',
	    FL_DEVICES => $o{devices} // 0);
	my $text = run('wrk', '-t2', '-c', $o{connections} // 16, '-d',
	    "${SECONDS}s", '--latency', $o{body} || $o{devices} ?
	    ('-s', "$top/bench/api.lua") : (), $url);
	my ($rate) = $text =~ m{Requests/sec:\s+([\d.]+)} or die $text;
	my ($p99, $unit) = $text =~ /99%\s+([\d.]+)(us|ms|s)/;
	$p99 *= {us => 0.001, ms => 1, s => 1000}->{$unit};
	my ($bad) = $text =~ /Non-2xx or 3xx responses: (\d+)/;
	$bad += $1 if $text =~ /^refused: ([1-9]\d*)/m;
	die "wrk: $bad refused\n$text" if $bad;
	my ($requests) = $text =~ /(\d+) requests in/;
	return ($rate, $p99, $requests);
}

# ---- row: GetDevice ---------------------------------------------------------

# nginx that answers a constant, and PHP-FPM on the same database.
sub peers ($f) {
	my $folder = path($f->{folder}, 'peers')->make_path;
	my ($port, $sock) = (Fleetline::free_port(), "$folder/php.sock");
	my ($fpm) = glob '/usr/sbin/php-fpm*' or die "bench: no php-fpm\n";
	my $constant = '{"mt":"GetDeviceResult","device":{' . 'x' x 420 . '}}';
	path($folder, 'nginx.conf')->spurt(<<"END");
daemon off; worker_processes 2; pid $folder/nginx.pid;
error_log $folder/error.log; user root;
events { worker_connections 4096; }
http {
	access_log $folder/access.log;
	client_body_temp_path $folder/b; fastcgi_temp_path $folder/f;
	proxy_temp_path $folder/p; uwsgi_temp_path $folder/u;
	scgi_temp_path $folder/s;
	keepalive_requests 1000000;
	upstream php { server unix:$sock; keepalive 16; }
	server {
		listen 127.0.0.1:$port;
		location /constant { return 200 '$constant'; }
		location /php {
			fastcgi_pass php; fastcgi_keep_conn on;
			include /etc/nginx/fastcgi_params;
			fastcgi_param SCRIPT_FILENAME $top/bench/getdevice.php;
			fastcgi_param FL_DATABASE "@{[$f->state]}/fleetline.db";
		}
	}
}
END
	path($folder, 'fpm.conf')->spurt(<<"END");
[global]
daemonize = no
error_log = $folder/fpm.log
[www]
user = root
listen = $sock
listen.mode = 0666
pm = static
pm.max_children = 16
access.log = $folder/php.access.log
END
	my @pids = (spawn('nginx', '-c', "$folder/nginx.conf"),
	    spawn($fpm, '-R', '-n', (map { ('-d', $_) } 'extension=pdo',
	    'extension=pdo_sqlite', 'zend_extension=opcache',
	    'opcache.enable=1', 'display_errors=0'), '-y',
	    "$folder/fpm.conf"));
	Fleetline::wait_until(sub { -S $sock && IO::Socket::INET->new(
	    PeerAddr => '127.0.0.1', PeerPort => $port) })
	    or die "bench: nginx or php-fpm does not start\n";
	return ("http://127.0.0.1:$port", @pids);
}

my %spawned;

# A row that dies leaves nothing running.
END { local $?; kill 'TERM', keys %spawned }

sub spawn (@cmd) {
	my $pid = fork // die "fork: $!\n";
	return $spawned{$pid} = $pid if $pid;
	%spawned = ();
	setpgrp;
	open STDOUT, '>', '/dev/null';
	open STDERR, '>', '/dev/null';
	exec @cmd or POSIX::_exit(127);
}

sub finish (@pids) {
	kill 'TERM', @pids;
	waitpid $_, 0 for @pids;
	delete @spawned{@pids};
}

sub finish_all { finish(keys %spawned) }

sub getdevice {
	my $f = instance($DEVICES);
	my $key = bearer($f);
	my ($url, @pids) = peers($f);
	# The same requests, made and checked by the same script, for all three.
	my %same = (key => $key, devices => $DEVICES);
	my ($constant) = wrk("$url/constant", %same);
	my ($php) = wrk("$url/php", %same);
	my ($ours, $p99) = wrk($f->url($f->base . '/api'), %same);
	finish(@pids);
	$f->stop;
	return ([sprintf('GetDevice of %d devices, API key, 16 connections',
		$DEVICES), sprintf('%.0f/s, p99 %.1f ms', $ours, $p99),
		sprintf('nginx constant %.0f/s: %.0f %%', $constant,
		100 * $ours / $constant), '-', '-'],
	    ['the same', sprintf('%.0f/s', $ours),
		sprintf('PHP-FPM %.0f/s: %.1f times', $php, $ours / $php),
		'-', '-']);
}

# ---- simulated devices ------------------------------------------------------

sub sim_program { "$top/build/sbin/fleetline-sim" }

# An instance that knows the simulator's devices, and their passwords.
sub sim_instance ($n, %o) {
	my $f = instance(0, %o);
	my ($csv, $store) = map { path($f->{folder}, $_) } 'sim.csv', 'sim.store';
	my ($c, $s, $i) = ($csv->open('>'), $store->open('>'), 0);
	print $c "hwId,domain,type,product,sysclient_password\n";
	for (split /\n/, run(sim_program(), '--list', '--devices', $n)) {
		my ($id, $type, $product) = split /;/;
		my $secret = password($i++);
		print $c "$id,example.com,$type,$product,$secret\n";
		print $s "$id;$secret\n";
	}
	close $_ for $c, $s;
	chmod 0600, "$store";
	$f->cli('import', 'devices', "$csv");
	return $f;
}

sub sim ($f, $n, @more) {
	return sim_at($f->sysclient_url, $f, $n, '--store',
	    path($f->{folder}, 'sim.store'), @more);
}

# Devices of any address, which keep their passwords to themselves: (pid, what
# asks for their state).
sub sim_at ($url, $f, $n, @more) {
	my $status = path($f->{folder}, 'sim.status.' . ++$f->{sims});
	my $pid = spawn(sim_program(), '--url', $url, '--devices', $n,
	    '--status', $status, '--quiet', @more);
	return ($pid, sub { eval { decode_json($status->slurp) } // {} });
}

# How many devices the store and the hub call online.
sub online ($f) { $f->cli_json('status')->{online} }

sub until_online ($f, $n, $seconds) {
	my $start = time;
	while (time - $start < $seconds) {
		return time - $start if online($f) == $n;
		sleep 0.02;
	}
	return;
}

# ---- row: 64 slow requests --------------------------------------------------

# Seconds that n requests at once take, each by a curl of its own.
sub curls ($n, $key, $body, $url) {
	return sort { $b <=> $a } split /\n/, run('sh', '-c', 'for i in $(seq'
	    . ' $4); do curl -s -o /dev/null -w "%{time_total}\n" -H'
	    . ' "Authorization: Bearer $1" -d "$2" "$3" & done; wait', 'sh',
	    $key, $body, $url, $n);
}

sub slow {
	my $f = sim_instance(8);
	my ($pid) = sim($f, 8, '--answer-delay', 1000);
	until_online($f, 8, 20) or die "bench: devices stay offline\n";
	my $key = bearer($f);
	my $uri = $f->api({mt => 'GetGateways'}, key => $key)
	    ->{gateways}[0]{uri};
	my $body = encode_json({mt => 'HttpGet',
	    uri => "${uri}CMD0/box_info.xml"});
	my $api = $f->url($f->base . '/api');
	my ($alone) = curls(1, $key, $body, $api);
	my ($worst) = curls(64, $key, $body, $api);
	finish($pid);
	$f->stop;
	return ['64 slow requests at once (HttpGet of a device that lets one'
	    . ' wait a second at a time)', sprintf('slowest %.2f s', $worst),
	    sprintf('one alone %.2f s', $alone),
	    'none waits longer than its own slowness',
	    kept($worst < $alone + 0.5)];
}

# ---- row: memory per connected device ---------------------------------------

sub nginx_memory ($f) {
	my $master = $f->pid('nginx');
	my $sum = 0;
	for my $status (glob '/proc/[0-9]*/status') {
		my $text = eval { path($status)->slurp } // next;
		$text =~ /^PPid:\s+$master$/m or next;
		$sum += 1024 * $1 if $text =~ /^VmRSS:\s+(\d+)/m;
	}
	return $sum;
}

sub memory {
	my $f = sim_instance($CONNECTED);
	my ($hub, $nginx) = ($f->memory('hub'), nginx_memory($f));
	my ($pid) = sim($f, $CONNECTED, '--spread', 5000);
	until_online($f, $CONNECTED, 60) or die "bench: devices stay offline\n";
	sleep 5;	# calm, so that the hub gives memory back
	my $each = ($f->memory('hub') - $hub) / $CONNECTED;
	my $front = (nginx_memory($f) - $nginx) / $CONNECTED;
	finish($pid);
	$f->stop;
	return [sprintf('resident memory of the hub for each of %d idle devices',
	    $CONNECTED), sprintf('%.0f bytes', $each),
	    sprintf('nginx %.0f bytes more', $front), 'below 1,024 bytes',
	    kept($each < 1024)];
}

# ---- row: passthrough -------------------------------------------------------

# Where pages of all devices are.
sub uris ($f, $key) {
	my %lists = (GetPhones => 'phones', GetGateways => 'gateways',
	    GetDects => 'dects', GetAppPlatforms => 'appPlatforms');
	return map { $_->{uri} } map {
	    @{$f->api({mt => $_}, key => $key)->{$lists{$_}}} } sort keys %lists;
}

# Small requests a second to these pages, so many at once.
sub pages ($f, $at_once, @uris) {
	path($f->{folder}, 'uris')->spurt(map { s{^http://[^/]+}{}r . "\n" } @uris);
	local $ENV{FL_URIS} = path($f->{folder}, 'uris');
	my $text = run('wrk', '-t2', '-c', $at_once, '-d', "${SECONDS}s",
	    '--latency', '-s', "$top/bench/passthrough.lua", $f->url);
	my ($rate) = $text =~ m{Requests/sec:\s+([\d.]+)} or die $text;
	die "wrk: $text" if $text =~ /Non-2xx/;
	return $rate;
}

sub passthrough {
	my $f = sim_instance(100);
	my ($pid) = sim($f, 100);
	until_online($f, 100, 20) or die "bench: devices stay offline\n";
	my @uris = uris($f, bearer($f));
	my $rate = pages($f, 32, @uris);
	my $before = $f->memory('hub');
	my $start = time;
	my $size = run('curl', '-s', '-o', '/dev/null', '-w', '%{size_download}',
	    "$uris[0]big?bytes=104857600&framing=chunked");
	my $took = time - $start;
	my $grown = $f->memory('hub') - $before;
	finish($pid);
	$f->stop;
	return ([sprintf('small passthrough requests over %d devices',
		scalar @uris), sprintf('%.0f/s', $rate), '-',
		'at least 2,000/s', kept($rate >= 2000)],
	    ['100 MB body through the passthrough', sprintf('%.2f s', $took),
		sprintf('hub grows %.0f KiB', $grown / 1024),
		'memory constant (below 1 MiB)', kept($size == 104857600
		&& $grown < 1024 ** 2)]);
}

# ---- row: the rental history as CSV -----------------------------------------

# Memory of its own: the mapped pages of the database do not count.
sub own_memory ($f, $name) {
	my $status = path('/proc/' . $f->pid($name) . '/status')->slurp;
	return $status =~ /^RssAnon:\s+(\d+) kB/m ? $1 * 1024 : 0;
}

# Seconds of the quickest of three runs; what runs prints goes to a file.
sub quickest ($file, @cmd) {
	my ($best) = sort { $a <=> $b } map {
		my $start = time;
		system('sh', '-c', 'exec "$@" >"$0"', $file, @cmd) == 0
		    or die "bench: @cmd\n";
		time - $start;
	} 1 .. 3;
	return $best;
}

sub csvapi {
	my $f = instance(0);
	$f->cli(qw(domain add red.example --password-file),
	    $f->secret_file('red'));
	my $id = Ledger::project($f, 'red.example');
	my $file = path($f->{folder}, 'out.csv');
	my @get = (qw(curl -sf --digest -u red.example:red), $f->url($f->base)
	    . '/csvapi?type=history&domain=red.example&lang=de&tz=Europe/Berlin');
	quickest($file, @get);
	Ledger::many($f, $id, $ROWS, 1700000000000, 60000);
	my $before = own_memory($f, 'csvapi');
	my $ours = quickest($file, @get);
	my $grown = own_memory($f, 'csvapi') - $before;
	my $size = -s $file;
	my $peer = quickest($file, 'sqlite3', '-csv', $f->state . '/fleetline.db',
	    "SELECT number, time, domain, gateway, what, licence, count, monthly,"
	    . " amount, balance, end_time, reference FROM ledger WHERE"
	    . " domain_id = $id ORDER BY number");
	$f->stop;
	return [sprintf('csvapi of %d rows (%.0f MB), in German, zone Berlin',
	    $ROWS, $size / 1e6), sprintf('%.2f s, program grows %.0f KiB', $ours,
	    $grown / 1024), sprintf('sqlite3 -csv of the same rows %.2f s: %.2f'
	    . ' times', $peer, $ours / $peer),
	    'below 2 times, memory constant (below 2 MiB)',
	    kept($ours < 2 * $peer && $grown < 2 * 1024 ** 2)];
}

# ---- row: the billing list --------------------------------------------------

# The rows of a list, as the program reads them.
my $LIST = <<'END';
SELECT d.id AS id, CASE WHEN p.online = 1 THEN coalesce(
 (SELECT i.ipv4 FROM interface i WHERE i.device_id = d.id AND i.ipv4 <> ''
  ORDER BY i.seq LIMIT 1), '') ELSE '' END AS ip, 5060 AS port
 FROM device d LEFT JOIN presence p ON p.device_id = d.id WHERE d.owner = 100
UNION ALL SELECT id, ipaddr, port FROM trunk WHERE user_id = 100 ORDER BY 1
END
my $AS_XML = "SELECT '    <device>' || char(10) || '      <device_id>' || id"
    . " || '</device_id>' || char(10) || '      <device_type>SIP</device_type>'"
    . " || char(10) || '      <ipaddr>' || ip || '</ipaddr>' || char(10)"
    . " || '      <port>' || port || '</port>' || char(10) || '    </device>'"
    . " FROM ($LIST)";

# One user owns the whole fleet, of which nine tenths are online.
sub billing_instance {
	my $f = instance($DEVICES);
	$f->cli(qw(account add bench --role user --id 100));
	run('sqlite3', $f->state . '/fleetline.db', 'PRAGMA busy_timeout = 9999;'
	    . 'UPDATE device SET owner = 100; INSERT INTO interface SELECT id, 0,'
	    . " 'ETH0', '10.' || (id >> 16) || '.' || ((id >> 8) & 255) || '.' ||"
	    . " (id & 255), '' FROM device; INSERT INTO presence"
	    . ' (device_id, hub, boot, conn, online, since)'
	    . " SELECT id, 'h', 'b', id, 1, 0 FROM device WHERE id % 10");
	$f->cli('setting', 'set', "billing.$_->[0]", $_->[1])
	    for [key => '456789'], [api => 'on'], [rate => 0];
	return $f;
}

sub shell_time ($command, @args) {
	my $start = time;
	run('sh', '-c', $command, @args);
	return time - $start;
}

# All by turns, and of each the quickest: what else the machine does then weighs
# on all of them alike.  Of the first byte the slowest counts.
sub billing {
	my $f = billing_instance();
	my $db = $f->state . '/fleetline.db';
	my $url = $f->url('/billing/api/devices_get?u=admin&user_id=100&hash='
	    . '71516eea4850f7e0300ac86adf9fb64bca845aa7');
	my $zip = 'sqlite3 -readonly "$0" "$1" | gzip >/dev/null';
	my (@first, @whole, @rows, @xml);
	run('curl', '-s', '-o', '/dev/null', '-X', 'POST', "$url&hash=x");
	my $before = own_memory($f, 'billing');
	for (1 .. 9) {
		my ($first, $whole, $size) = split / /, run('curl', '-s', '-o',
		    '/dev/null', '-w', '%{time_starttransfer} %{time_total}'
		    . ' %{size_download}', '-X', 'POST', $url);
		die "bench: $size bytes" if $size < 3 * $DEVICES;
		push @first, $first;
		push @whole, $whole;
		push @rows, shell_time($zip, $db, $LIST);
		push @xml, shell_time($zip, $db, $AS_XML);
	}
	my $grown = own_memory($f, 'billing') - $before;
	$f->stop;
	my ($first) = sort { $b <=> $a } @first;
	my ($whole, $rows, $xml) = map { (sort { $a <=> $b } @$_)[0] }
	    \@whole, \@rows, \@xml;
	return ([sprintf('first byte of the billing list of %d devices',
		$DEVICES), sprintf('%.1f ms', 1000 * $first), '-',
		'below 50 ms', kept($first < 0.05)],
	    ['the whole list, compressed', sprintf('%.0f ms', 1000 * $whole),
		sprintf('sqlite3 of the same rows into gzip %.0f ms: %.2f times',
		1000 * $rows, $whole / $rows), 'below 1.5 times',
		kept($whole < 1.5 * $rows)],
	    ['the same', sprintf('%.0f ms', 1000 * $whole),
		sprintf('sqlite3 that prints the same XML into gzip %.0f ms: %.2f'
		. ' times', 1000 * $xml, $whole / $xml), '-', '-'],
	    ['memory of billing.fcgi for it', sprintf('grows %.0f KiB',
		$grown / 1024), '-', 'below 8 MB', kept($grown < 8e6)]);
}

1;
