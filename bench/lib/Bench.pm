# Bench -- the rows of bench/run: what design promises, measured.
package Bench;
use Mojo::Base -strict, -signatures;
use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Temp;
use Fleetline ();
use Mojo::File qw(path);
use Mojo::JSON qw(decode_json encode_json);
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

my $top = abs_path(dirname(__FILE__) . '/../..');
my $DEVICES = $ENV{FL_BENCH_DEVICES} // 100_000;
my $CONNECTED = $ENV{FL_BENCH_CONNECTED} // 10_000;
my $SECONDS = $ENV{FL_BENCH_SECONDS} // 8;

sub run ($cmd, @args) {
	open my $out, '-|', $cmd, @args or die "$cmd: $!\n";
	local $/;
	my $text = <$out> // '';
	close $out or die "$cmd @args: status " . ($? >> 8) . "\n";
	return $text;
}

# Packages that only measurements need.
sub install {
	system("$top/etc/install-packages", 'build', 'run', 'check', 'bench') == 0
	    or die "bench: packages missing\n";
	-x "$top/build/sbin/fleetline" or die "bench: run ./start once first\n";
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

# Requests per second and the 99th percentile in ms.
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
	die "wrk: $bad refused\n$text" if $bad;
	return ($rate, $p99);
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
			fastcgi_param FL_DATABASE @{[$f->state]}/fleetline.db;
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
	    spawn($fpm, '-R', '-n', '-d', 'extension=pdo_sqlite', '-d',
	    'opcache.enable=1', '-d', 'zend_extension=opcache', '-d',
	    'extension=pdo', '-y', "$folder/fpm.conf"));
	Fleetline::wait_until(sub { -S $sock }) or die "bench: no php-fpm\n";
	return ("http://127.0.0.1:$port", @pids);
}

sub spawn (@cmd) {
	my $pid = fork // die "fork: $!\n";
	return $pid if $pid;
	setpgrp;
	open STDOUT, '>', '/dev/null';
	open STDERR, '>', '/dev/null';
	exec @cmd or POSIX::_exit(127);
}

sub finish (@pids) {
	kill 'TERM', @pids;
	waitpid $_, 0 for @pids;
}

sub getdevice {
	my $f = instance($DEVICES);
	my $key = bearer($f);
	my ($url, @pids) = peers($f);
	my ($constant) = wrk("$url/constant");
	my ($php) = wrk("$url/php", key => $key, devices => $DEVICES);
	my ($ours, $p99) = wrk($f->url($f->base . '/api'), key => $key,
	    devices => $DEVICES);
	finish(@pids);
	$f->stop;
	return ([sprintf('GetDevice of %d devices, API key, 16 connections',
		$DEVICES), sprintf('%.0f/s, p99 %.1f ms', $ours, $p99),
		sprintf('nginx constant %.0f/s: %.0f %%', $constant,
		100 * $ours / $constant), 'at least 30 %',
		kept($ours >= 0.3 * $constant)],
	    ['the same', sprintf('%.0f/s', $ours),
		sprintf('PHP-FPM %.0f/s: %.1f times', $php, $ours / $php),
		'at least 5 times', kept($ours >= 5 * $php)]);
}

1;
