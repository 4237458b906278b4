# Fleetline -- a whole instance in a temporary folder, for end-to-end tests.
#
#	use Fleetline;				# strict, Test::More, signatures
#	my $f = Fleetline->new(conf => {hub => {ping => 2}});
#	my $out = $f->cli(qw(domain list));	# dies unless it succeeds
#	my $r = $f->api({mt => 'GetGateways'});
#	my $d = $f->device(id => '0090330a0b0c')->connect;
#	done_testing;
#
# new() starts it through ./start --build with FLEETLINE_BUILD (plain => 1:
# FLEETLINE_PLAIN) on a free port of the loopback.  Pages of devices stand on the
# same origin, with pages => 1 on a port of their own (pages_port).  At the end everything is
# stopped, and the test fails if a process or the port is left, or if a
# sanitizer has reported; logs are shown when the test has failed.
package Fleetline;
use Mojo::Base -base, -signatures;
use App;
use Cwd qw(abs_path);
use Device;
use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(sha256_hex);
use File::Basename qw(dirname);
use File::Temp;
use IO::Socket::INET;
use IO::Socket::UNIX;
use IPC::Open3;
use Mojo::File qw(path);
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json encode_json);
use Mojo::UserAgent;
use Symbol qw(gensym);
use Test::More;
use POSIX qw(WNOHANG);
use Time::HiRes qw(sleep time);

my $top = abs_path(dirname(__FILE__) . '/../..');
my @running;

has [qw(state port tls_port pages_port build supervisor)];
has domain => 'example.com';
has base => '/example.com/devices';
has conf => sub { {} };
has ua => sub {
	Mojo::UserAgent->new(inactivity_timeout => 60, insecure => 1,
	    max_connections => 0, max_response_size => 0);
};
has password => sub ($self) {
	my $text = path($self->state, 'instance.password')->slurp;
	chomp $text;
	return $text;
};

sub import {
	my $caller = caller;
	strict->import;
	warnings->import;
	feature->import(qw(say signatures));
	warnings->unimport('experimental::signatures');
	no strict 'refs';
	for my $name (@Test::More::EXPORT) {
		next if $name =~ /^\W/;
		*{"${caller}::$name"} = \&{"Test::More::$name"};
	}
	*{"${caller}::$_"} = \&{$_} for qw(wait_until pause time sleep);
	*{"${caller}::encode_json"} = \&encode_json;
	*{"${caller}::decode_json"} = \&decode_json;
}

# Run the loop until sub is true; gives what it gave, or false after the time.
sub wait_until ($sub, $seconds = 10) {
	my ($late, $got);
	my $timer = Mojo::IOLoop->timer($seconds => sub { $late = 1 });
	my $tick = Mojo::IOLoop->recurring(0.01 => sub { });
	Mojo::IOLoop->one_tick until ($got = $sub->()) || $late;
	Mojo::IOLoop->remove($_) for $timer, $tick;
	return $got;
}

# The same for a sub that asks the store: not so often that it keeps the test from
# what else is going on.
sub soon ($sub, $seconds = 10) {
	my $next = 0;
	return wait_until(sub {
		return if time < $next;
		my $got = $sub->();
		$next = time + 0.2;
		return $got;
	}, $seconds);
}

# Let devices and apps work for a while.
sub pause ($seconds) { wait_until(sub { 0 }, $seconds); return }

# ---- start and stop -------------------------------------------------------

sub free_port {
	my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
	    or die "no free port: $!";
	return $s->sockport;
}

sub new ($class, %o) {
	my ($plain, $tls, $stopped, $demo, $pages) =
	    delete @o{qw(plain tls stopped demo pages)};
	my $self = $class->SUPER::new(%o);
	my $env = $plain ? 'FLEETLINE_PLAIN' : 'FLEETLINE_BUILD';
	$self->{build} //= $ENV{$env} // "$top/build";
	$self->{folder} = File::Temp->newdir('fleetline-test-XXXXXX',
	    TMPDIR => 1);
	$self->{state} //= "$self->{folder}/state of the test";
	$self->{port} = free_port();
	$self->{tls_port} = free_port() if $tls;
	$self->{pages_port} //= $pages ? free_port() : 0;
	$self->{extra} = [$demo ? '--demo' : ()];
	push @running, $self;
	$self->write_conf;
	$self->start unless $stopped;
	return $self;
}

sub write_conf ($self) {
	my %c = %{$self->conf};
	$c{instance} = {domain => $self->domain, name => 'devices',
	    %{$c{instance} // {}}};
	$c{paths}{run} //= 'run';
	$c{paths}{templates} //= "$top/templates";
	path($self->state)->make_path({mode => 0750});
	path($self->state, 'fleetline.conf')->spurt(map {
		my $s = $_;
		("[$s]\n", map { "$_ = $c{$s}{$_}\n" } sort keys %{$c{$s}})
	} sort keys %c);
}

sub command ($self, @cmd) {
	my $pid = open3(my $in, my $out, my $err = gensym, @cmd);
	close $in;
	# One after the other: what runs here prints little on stderr.
	local $/;
	my ($stdout, $stderr) = (<$out> // '', <$err> // '');
	waitpid $pid, 0;
	return ($? >> 8 || $? & 127, $stdout, $stderr);
}

# The words of a sqlite3 at the store; it waits for the programs that write.
sub sqlite ($self, @args) {
	return ('sqlite3', '-cmd', '.timeout 20000', @args,
	    $self->state . '/fleetline.db');
}

# One statement: (status, output, error).
sub sql ($self, $statement) {
	return $self->command($self->sqlite, $statement);
}

# The first number that a statement gives; -1: none.
sub number ($self, $statement) {
	my (undef, $out) = $self->sql($statement);
	return $out =~ /(-?\d+)/ ? $1 : -1;
}

sub start ($self) {
	my $out = path($self->{folder}, 'start.out');
	my $rc = do {
		local %ENV = (%ENV, FLEETLINE_TEST => $self->state);
		system 'sh', '-c', 'exec "$@" >"$0" 2>&1', $out, "$top/start",
		    '--build', $self->build, '--state', $self->state,
		    '--port', $self->port, '--address', '127.0.0.1',
		    '--passthrough-port', $self->pages_port,
		    '--detach', @{$self->{extra}},
		    $self->tls_port ? ('--tls-port', $self->tls_port) : ();
	};
	$self->{started} = $out->slurp;
	die "cannot start:\n$self->{started}" if $rc != 0;
	$self->supervisor($self->pid('supervise'));
	return $self;
}

# As command, while devices and apps go on: status and what it printed.
sub command_beside ($self, @cmd) {
	my $said = path($self->{folder}, 'beside.out');
	my $pid = fork // die "fork: $!";
	exec 'sh', '-c', 'exec "$@" >"$0" 2>&1', $said, @cmd if !$pid;
	my $status;
	wait_until(sub {
		waitpid($pid, WNOHANG) == $pid and $status = $?, 1;
	}, 120);
	return ($status, $said->slurp);
}

# End everything; fails when something is left.  The hub waits for who does not
# close.
sub stop ($self) {
	my $session = $self->supervisor or return $self;
	my ($rc, $said) = $self->command_beside("$top/start", '--stop',
	    '--state', $self->state);
	is $rc, 0, 'the instance stops' or diag $said;
	# What was killed may still be about to end.
	my @left;
	wait_until(sub {
		!(@left = grep { session_of($_) == $session } all_pids());
	}, 2);
	is scalar @left, 0, 'no process is left' or diag join "\n",
	    map { eval { path("/proc/$_/cmdline")->slurp } // $_ } @left;
	ok !IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $self->port), 'nothing listens on the port';
	$self->supervisor(undef);
	return $self;
}

sub restart ($self) { $self->stop->start }

sub all_pids { map { m{^/proc/(\d+)$} } glob '/proc/[0-9]*' }

sub session_of ($pid) {
	my $stat = eval { path("/proc/$pid/stat")->slurp } // return 0;
	return $stat =~ /\) (\S) \d+ \d+ (\d+)/ && $1 ne 'Z' ? $2 : 0;
}

# ---- programs -------------------------------------------------------------

# As the list of the supervisor names it.
sub run_folder ($self) {
	my $list = eval { path($self->state, 'programs')->slurp } // '';
	return path($list =~ /^run (.*)$/m ? $1 : ($self->state, 'run'));
}

sub pid ($self, $name) {
	my $text = eval { path($self->run_folder, "$name.pid")->slurp } // return;
	return $text =~ /(\d+)/ ? $1 : undef;
}

# Release 14r1 of the IP222, in the store of an instance that has not started yet.
sub add_release ($self, $firmware = 'firmware') {
	my $store = path($self->state, 'store', '140001')->make_path;
	$store->child('ip222.bin')->spurt($firmware);
	$store->sibling('firmware.json')->spurt(encode_json({
		devices => [{id => 'IP222', versions => ['14r1']}],
		versions => [{id => '14r1', build => '140001'}]}));
	return;
}

# End programs that the test has started itself: by TERM, so that they may write
# what they counted (etc/coverage), at last by KILL.
sub end_programs (@pids) {
	my $late = time + 5;
	kill 'TERM', @pids;
	for my $pid (@pids) {
		my $ended;
		until (($ended = waitpid $pid, WNOHANG) || time > $late) { sleep 0.01 }
		kill 'KILL', $pid if !$ended;
	}
}

sub signal ($self, $name, $signal) { kill $signal, $self->pid($name) }

# Stop it, each of its threads, until a CONT.
sub hold ($self, $name) {
	$self->signal($name, 'STOP');
	my $tasks = '/proc/' . $self->pid($name) . '/task';
	return wait_until(sub { !grep { (eval { path($_)->slurp } // ') T') !~ /\) T/ }
	    glob "$tasks/*/stat" });
}

# Kill -9 and wait until the supervisor has started another one.  One that counts
# its lines writes the counts before (t/counts.c).
sub kill_program ($self, $name) {
	my $old = $self->pid($name);
	kill $ENV{FLEETLINE_COUNTS} ? 'RTMAX' : 'KILL', $old;
	return wait_until(sub {
		my $new = $self->pid($name);
		$new && $new != $old && $new;
	});
}

# Programs that run keep lines back for 100 ms at most (log.h): so much later all
# is in it that was logged before.
sub log_of ($self, $name) {
	pause(0.15) if $self->supervisor && $name !~ /^(?:access|nginx)/;
	return eval { path($self->state, 'log', "$name.log")->slurp } // '';
}

# Each worker of nginx writes its lines once a second.  A mark that is in the log
# says so of its own worker; a second one, sent after it, has lain a second of its
# own, and so has by then each line of the others.
sub access_log_whole ($self) {
	for (1, 2) {
		my $mark = 'mark-' . ++$self->{marks};
		$self->get("/$mark");
		$self->access_logged(qr/\b$mark\b/) or return 0;
	}
	return 1;
}

# Who waits for a request that a device makes in its own time names its line.
sub access_logged ($self, $line) {
	return wait_until(sub { $self->log_of('access') =~ $line });
}

# Resident memory of a program in bytes.
sub memory ($self, $name) {
	my $status = path('/proc/' . $self->pid($name) . '/status')->slurp;
	return $status =~ /^VmRSS:\s+(\d+) kB/m ? $1 * 1024 : 0;
}

# /health knows for two seconds what it found out: who has just ended a program
# looks at the sockets as well.
sub ready ($self) {
	my @sockets = map { $self->run_folder . "/$_.sock" }
	    qw(ws door control internal);
	return wait_until(sub {
		(!grep { !IO::Socket::UNIX->new(Peer => $_) } @sockets)
		    && $self->get('/health')->code == 200;
	}, 30);
}

# ---- command line ---------------------------------------------------------

# (status, stdout, stderr)
sub try_cli ($self, @args) {
	return $self->command($self->build . '/sbin/fleetline', '-c',
	    $self->state . '/fleetline.conf', @args);
}

# What sets the scene for a test.  To look for leaks at its end takes as long as
# the command itself; try_cli does it.
sub cli ($self, @args) {
	local $ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (),
	    'detect_leaks=0';
	my ($rc, $out, $err) = $self->try_cli(@args);
	die "fleetline @args: status $rc: $err" if $rc != 0;
	return $out;
}

sub cli_json ($self, @args) { decode_json($self->cli(@args, '--json')) }

# A file for --password-file.
sub secret_file ($self, $text) {
	my $file = path($self->{folder}, 'secret.' . ++$self->{secrets});
	$file->spurt("$text\n");
	chmod 0600, $file;
	return "$file";
}

# ---- HTTP -----------------------------------------------------------------

sub origin ($self) { 'http://127.0.0.1:' . $self->port }
sub url ($self, $path = '') { $self->origin . $path }
sub ws_url ($self, $path = '/innovaphone-devices') {
	return 'ws://127.0.0.1:' . $self->port . $self->base . $path;
}
sub sysclient_url ($self) { $self->ws_url('/sysclients') }

# Any request; devices in this process go on meanwhile.  Gives the response.
sub request ($self, $method, $path, $headers = {}, $body = '') {
	my $url = $path =~ /^http/ ? $path : $self->url($path);
	my $tx = $self->ua->build_tx($method => $url => $headers => $body);
	my $done;
	$self->ua->start_p($tx)->catch(sub ($e) { $tx->res->code(0)
	    ->message($e) })->finally(sub { $done = 1 })->wait;
	return $tx->res;
}

sub get ($self, $path, $headers = {}) {
	return $self->request(GET => $path, $headers);
}

# Answer to a challenge (RFC 7616, qop=auth).  $o: user, password, algorithm.
sub digest_header ($self, $challenges, $method, $target, $o) {
	my $want = $o->{algorithm} // 'SHA-256';
	my ($text) = grep { /algorithm="?\Q$want\E"?(?:,|\s|$)/i } @$challenges;
	my %c = ($text // return) =~ /(\w+)=(?|"([^"]*)"|([^\s,]+))/g;
	my $hash = $want eq 'MD5' ? \&md5_hex : \&sha256_hex;
	my $nc = sprintf '%08x', $o->{nc} // 1;
	my $cnonce = $o->{cnonce} // sprintf '%08x', rand 0xffffffff;
	my $response = $hash->(join ':',
	    $hash->("$o->{user}:$c{realm}:$o->{password}"),
	    $c{nonce}, $nc, $cnonce, 'auth', $hash->("$method:$target"));
	return qq{Digest username="$o->{user}", realm="$c{realm}", }
	    . qq{nonce="$c{nonce}", uri="$target", algorithm=$want, qop=auth, }
	    . qq{nc=$nc, cnonce="$cnonce", response="$response"}
	    . ($c{opaque} ? qq{, opaque="$c{opaque}"} : '');
}

# What a path asked for last; a nonce serves again, as curl and browsers use it
# (RFC 7616 3.3), so that not every request is made twice.
sub answer_challenge ($self, $path, $o) {
	my $c = $self->{challenge}{$path} // return;
	return $self->digest_header($c->{headers}, 'POST', $path,
	    {user => $self->domain, password => $self->password,
	    nc => ++$c->{count}, %$o});
}

# POST to BASE/api.  Options: key (Bearer), or user, password, algorithm;
# default is the instance password.  Gives the response.
sub post ($self, $body, %o) {
	my $path = $o{path} // $self->base . '/api';
	my %h = ('Content-Type' => 'application/json', %{$o{headers} // {}});
	my $answer = defined $o{key} ? "Bearer $o{key}"
	    : $self->answer_challenge($path, \%o);
	$h{Authorization} = $answer if $answer;
	my $res = $self->request(POST => $path, \%h, $body);
	return $res if defined $o{key} || $res->code != 401;
	my $asked = $res->headers->every_header('WWW-Authenticate');
	return $res if $answer && !grep { /stale=true/ } @$asked;
	$self->{challenge}{$path} = {headers => $asked};
	$h{Authorization} = $self->answer_challenge($path, \%o) // return $res;
	return $self->request(POST => $path, \%h, $body);
}

# One message in, its result out (decoded).
sub api ($self, $message, %o) {
	my $res = $self->post(encode_json($message), %o);
	my $r = eval { decode_json($res->body) };
	die "api $message->{mt}: " . ($res->code // 0) . ' ' . $res->body . "\n"
	    unless ref $r;
	return $r;
}

# ---- peers ----------------------------------------------------------------

sub device ($self, %o) {
	return Device->new(url => $self->sysclient_url, %o);
}

sub app ($self, %o) {
	my $app = App->new(url => $self->ws_url)->connect;
	return $app->login(domain => $self->domain,
	    password => $self->password, %o);
}

# ---- at the end -----------------------------------------------------------

# The first report in a log, which may be far from its end.
sub report_of ($self, $name) {
	my ($text) = $self->log_of($name) =~
	    /^(.*(?:Sanitizer|runtime error):.*(?:\n.*){0,40}|.*must failed.*)/m;
	return "---- $name\n", $text // '', "\n";
}

sub finish ($self) {
	$self->stop;
	my @reports = grep { $self->log_of($_) =~
	    /(?:Sanitizer|runtime error):|must failed/ } map { $_->basename =~
	    s/\.log$//r } path($self->state, 'log')->list->each;
	is "@reports", '', 'no sanitizer has reported'
	    or diag map { $self->report_of($_) } @reports;
	return if Test::More->builder->is_passing;
	for my $log (path($self->state, 'log')->list->each) {
		my @lines = split /\n/, $log->slurp;
		splice @lines, 0, @lines - 100 if @lines > 100;
		diag '---- ', $log->basename, "\n", join "\n", @lines;
	}
}

# done_testing of the test comes after the instances are stopped.
{
	no warnings 'redefine';
	my $end = \&Test::More::done_testing;
	*Test::More::done_testing = sub {
		$_->finish for splice @running;
		$end->(@_);
	};
}

# A test that died or was ended: stop all the same, the plan is missing anyway.
$SIG{TERM} = $SIG{INT} = sub { exit 143 };
END {
	my $status = $?;
	for my $f (splice @running) {
		system "$top/start", '--stop', '--state', $f->state;
		for my $log (path($f->state, 'log')->list->each) {
			my @lines = split /\n/, $log->slurp;
			splice @lines, 0, @lines - 30 if @lines > 30;
			diag '---- ', $log->basename, "\n", join "\n", @lines;
		}
	}
	$? = $status;
}

1;
