# Request -- the row "request": what one request costs, against the least that
# a FastCGI program can do (bench/bare.c), all behind nginx with one site.
package Request;
use Mojo::Base -strict, -signatures;
use Bench ();
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Fleetline ();
use IO::Socket::INET;
use IO::Socket::UNIX;
use Mojo::File qw(path);
use POSIX ();

my $top = abs_path(dirname(__FILE__) . '/../..');
my $TURNS = 5;

# A program of bench that serves on a socket of its own in the place of one of
# ours, and the same nginx before it: (origin, pid of the program, its socket,
# pid of nginx).
sub beside ($f, $name, $socket, @args) {
	my $folder = path($f->{folder}, $name)->make_path;
	my $port = Fleetline::free_port();
	my $program = listening("$folder/$socket.sock", $name, @args);
	$folder->child($_)->make_path
	    for qw(fleetline-answers fleetline-bodies proxy);
	my $own = path($f->state, 'nginx');
	for my $file (qw(nginx.conf site.conf)) {
		my $text = path($own, $file)->slurp;
		$text =~ s/127\.0\.0\.1:\d+/127.0.0.1:$port/;
		$text =~ s{\Q@{[$f->run_folder]}\E/($socket|internal)\.sock}
		    {$folder/$1.sock}g;
		$text =~ s{\Q$own\E/}{$folder/}g;
		$text =~ s{\Q@{[$f->state]}\E/log/}{$folder/}g;
		$folder->child($file)->spurt($text);
	}
	my $nginx = Bench::spawn('nginx', '-e', "$folder/error.log", '-c',
	    "$folder/nginx.conf");
	Fleetline::wait_until(sub { IO::Socket::INET->new(
	    PeerAddr => '127.0.0.1', PeerPort => $port) })
	    or die "bench: nginx of $name does not start\n";
	return ("127.0.0.1:$port", $program, "$folder/$socket.sock", $nginx);
}

# Spawn with a listening socket as standard input, as systemd does.
sub listening ($path, $name, @args) {
	unlink $path;
	my $socket = IO::Socket::UNIX->new(Local => $path, Listen => 4096)
	    or die "$path: $!\n";
	open my $saved, '<&', \*STDIN or die "dup: $!\n";
	POSIX::dup2(fileno $socket, 0) // die "dup2: $!\n";
	my $pid = Bench::spawn("$top/build/bench/$name", @args);
	POSIX::dup2(fileno $saved, 0) // die "dup2: $!\n";
	chmod 0666, $path;
	return $pid;
}

# The calls of pid for each of the requests that it serves meanwhile, the most
# frequent first.  strace slows it, but counts all.
sub calls ($pid, $url, %same) {
	my $out = path(File::Temp->new);
	my $tracer = Bench::spawn('strace', '-f', '-q', '-c', '-U', 'calls,name',
	    '-o', "$out", '-p', $pid);
	Fleetline::pause(0.5);
	my (undef, undef, $requests) = Bench::wrk($url, %same);
	kill 'INT', $tracer;
	waitpid $tracer, 0;
	my %calls = map { /^\s*(\d+) (\w+)$/ ? ($2 => $1 / $requests) : () }
	    split /\n/, $out->slurp;
	delete $calls{total};
	return join ', ', map { sprintf '%.2f %s', $calls{$_}, $_ }
	    grep { $calls{$_} >= 0.01 }
	    sort { $calls{$b} <=> $calls{$a} } keys %calls;
}

sub middle (@x) { (sort { $a <=> $b } @x)[@x / 2] }

# Microseconds of processor that pid has used.
sub used ($pid) {
	my @stat = split / /, path("/proc/$pid/stat")->slurp =~ s/.*\) //r;
	return ($stat[11] + $stat[12]) * 1e6 / POSIX::sysconf(
	    POSIX::_SC_CLK_TCK());
}

# (rate, microseconds of the program for each request).
sub turn ($url, $pid, %same) {
	my $before = used($pid);
	my ($rate, undef, $requests) = Bench::wrk($url, %same);
	return ($rate, (used($pid) - $before) / $requests);
}

# All three by turns, so that what else the machine does weighs on all.
sub row ($devices) {
	my $f = Bench::instance($devices);
	my %same = (key => Bench::bearer($f), devices => $devices);
	my %at = (getdevice => '127.0.0.1:' . $f->port);
	my %pid = (getdevice => $f->pid('devices'));
	($at{bare}, $pid{bare}) = beside($f, 'bare', 'devices');
	($at{empty}, $pid{empty}) = beside($f, 'empty', 'devices', $f->state
	    . '/fleetline.conf');
	my %url = map { $_ => "http://$at{$_}" . $f->base . '/api' } keys %at;
	my (%rate, %cpu);
	for my $name ((sort keys %url) x $TURNS) {
		my ($rate, $us) = turn($url{$name}, $pid{$name}, %same);
		push @{$rate{$name}}, $rate;
		push @{$cpu{$name}}, $us;
	}
	my %calls = map { $_ => calls($pid{$_}, $url{$_}, %same) } keys %url;
	Bench::finish_all();
	$f->stop;
	$_ = middle(@$_) for values %rate, values %cpu;
	return (map { [$_->[0], sprintf('%.0f/s', $rate{$_->[1]}),
	    sprintf('bare FastCGI responder %.0f/s: %.2f times', $rate{bare},
	    $rate{$_->[1]} / $rate{bare}), "at least $_->[2] times",
	    Bench::kept($rate{$_->[1]} >= $_->[2] * $rate{bare})] }
	    ['an empty handler of our runtime, 16 connections', 'empty', 0.9],
	    [sprintf('GetDevice of %d devices, API key, the same', $devices),
	    'getdevice', 0.75]),
	    map { [$_->[0], sprintf('%.1f us of the program, %s',
	    $cpu{$_->[1]}, $calls{$_->[1]}), sprintf('bare %.1f us, %s',
	    $cpu{bare}, $calls{bare}), '-', '-'] }
	    ['system calls of each empty request', 'empty'],
	    ['of each GetDevice', 'getdevice'];
}

1;
