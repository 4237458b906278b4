# ./start as a stranger uses it: --demo, the printed curl line, a second start,
# two instances side by side, --stop, a killed supervisor, --tls.
use Fleetline;
use Cwd qw(getcwd);
use Device;
use File::Temp;
use IO::Socket::IP;
use Mojo::File qw(path);

use constant DEVICES => 27;

my $top = getcwd;
my $build = $ENV{FLEETLINE_BUILD} // "$top/build";
my $folder = File::Temp->newdir('fleetline-start-XXXXXX', TMPDIR => 1);
my @states;

# A stranger stands anywhere, and has a poor environment.
sub sh ($line) {
	local $ENV{LINE} = $line;
	my $text = qx{cd / && env -i PATH="\$PATH" sh -c "\$LINE" 2>&1 </dev/null};
	return ($? >> 8, $text);
}

sub run (@args) {
	return sh(join ' ', map { "'" . s/'/'\\''/gr . "'" } @args);
}

sub start ($state, $port, @more) {
	push @states, $state;
	my ($rc, $out) = run("$top/start", '--build', $build, '--state', $state,
	    '--port', $port, '--detach', @more);
	is $rc, 0, "./start @more" or diag $out;
	return $out;
}

sub stop ($state) {
	my ($rc, $out) = run("$top/start", '--stop', '--state', $state);
	is $rc, 0, './start --stop' or diag $out;
}

sub line_of ($printed, $begin) { ($printed =~ /^(\Q$begin\E.*)$/m)[0] // '' }

sub list_by ($curl) {
	my (undef, $out) = sh($curl);
	my $r = eval { decode_json($out) } // {};
	diag $out unless ref $r->{devices};
	return @{$r->{devices} // []};
}

sub all_online ($curl) {
	return wait_until(sub {
		DEVICES == grep { $_->{online} } list_by($curl);
	}, 30);
}

sub is_open ($port, $address = '127.0.0.1') {
	return IO::Socket::IP->new(PeerHost => $address, PeerPort => $port)
	    ? 1 : 0;
}

# Processes that have a word of the state folder in their command line, or run
# in the session of its supervisor.
sub processes ($state, $session = -1) {
	return grep {
		my $line = eval { path("/proc/$_/cmdline")->slurp } // '';
		$_ != $$ && (index($line, $state) >= 0
		    || Fleetline::session_of($_) == $session);
	} Fleetline::all_pids();
}

sub pid_of ($state, $name) { path($state, 'run', "$name.pid")->slurp + 0 }

sub nothing_left ($state, $session, @ports) {
	is_deeply [map { eval { path("/proc/$_/cmdline")->slurp } // $_ }
	    processes($state, $session)], [], 'no process is left';
	is join(' ', grep { is_open($_) } @ports), '', 'no port is left open';
	is_deeply [map { $_->basename } @{path($state, 'run')->list
	    ->grep(qr/\.(?:sock|pid)$/)}], [], 'no socket or pid file is left';
}

# ---- the first start ------------------------------------------------------

my ($one, $two) = ("$folder/one", "$folder/its own place");
my @port = map { Fleetline::free_port() } 0 .. 3;
my $printed = start($one, $port[0], '--demo');
my $curl = line_of($printed, 'curl ');
my $base = "http://127.0.0.1:$port[0]/example.com/devices";

like $printed, qr/\Q$base\E/, 'the base URL is printed';
like $printed, qr{\Q$one/instance.password\E}, '... and where the password is';
is -s "$one/instance.password" ? (stat _)[2] & 07777 : 0, 0600,
    '... a file of mode 0600';
chomp(my $password = path("$one/instance.password")->slurp);
is scalar(() = $printed =~ /^curl /mg), 1, 'one line begins with curl';
is index($curl, $password), -1, '... and does not show the password';
is index($printed, $password), -1, '... nor does anything else';
is line_of($printed, 'it listens'), "it listens on 127.0.0.1 only; "
    . "--address '' opens it to the network", 'it says where it listens';
is is_open($port[0], '127.0.0.2'), 0, '... and listens nowhere else';
like $curl, qr/GetDevices/, '... it lists the devices';

my $pages = 'http://127.0.0.1:' . ($port[0] + 2);
is line_of($printed, 'pages of devices'), "pages of devices: $pages",
    'it says where the pages of devices are';
# The uri of a device, by a printed line.
sub uri_by ($line, $id = (list_by($line))[0]{hwId}) {
	my (undef, $out) = sh($line =~ s/GetDevices"/GetDevice","hwId":"$id"/r);
	return decode_json($out)->{device}{uri};
}

is scalar(list_by($curl)), DEVICES, 'the line works as printed, in sh';
ok all_online($curl), 'all devices come online';
like uri_by($curl), qr{^\Q$pages\E/}, '... and their pages are there:';
like((sh('curl -s -i ' . uri_by($curl)))[1], qr{^HTTP/1\.1 200 },
    '... they answer');
my @devices = list_by($curl);
is_deeply [sort keys %{{map { $_->{type} => 1 } @devices}}],
    [qw(APP_PLATFORM DECT GW PHONE VA)], '... of all five types';
is scalar(keys %{{map { $_->{domainId} => 1 }
    grep { $_->{domainId} } @devices}}), 2, '... in two domains';

for my $file (qw(fleetline.conf fleetline.db instance.password log run)) {
	ok -e "$one/$file", "the state folder has $file";
}
my @leaks = grep { index(eval { path("/proc/$_/cmdline")->slurp } // '',
    $password) >= 0 } Fleetline::all_pids();
is "@leaks", '', 'no process shows the password in its arguments';
is join(' ', grep { index($_->slurp, $password) >= 0 }
    path($one, 'log')->list->each), '', '... and no log has it';
{
	my ($rc, $out) = run("$build/sbin/fleetline", '-c',
	    "$one/fleetline.conf", qw(account list --json));
	my ($admin) = grep { $_->{name} eq 'admin' } @{decode_json($out)};
	is $admin->{id}, 0, 'the administrator of the instance has id 0';
	my ($again, $text) = run("$top/start", '--build', $build, '--state',
	    $one, '--port', $port[3], '--detach');
	isnt $again, 0, 'the same instance does not start twice';
	unlike $text, qr/^curl /m, '... and is told so';
	like $text, qr{already runs; \./start --stop --state \Q$one\E ends it},
	    '... with what ends it';
	is scalar(list_by($curl)), DEVICES, '... while the first goes on';
	($again) = run("$top/start", '--build', $build, '--state',
	    "$folder/three", '--port', $port[0], '--detach');
	isnt $again, 0, 'a port in use is refused';
	is scalar(list_by($curl)), DEVICES, '... while the first goes on';
}

# ---- two side by side -----------------------------------------------------

my $other = start($two, $port[1], '--passthrough-port', 0);
my $curl_two = line_of($other, 'curl ');
is line_of($other, 'pages'), '', 'pages of devices need no port of their own';
is is_open($port[1] + 2), 0, '... then none is open';
is scalar(list_by($curl_two)), 0, 'another instance has devices of its own';
isnt path("$two/instance.password")->slurp, "$password\n",
    '... and a password of its own';
{
	my $d = Device->new(url => "ws://127.0.0.1:$port[1]"
	    . '/example.com/devices/sysclients', id => '0090330d0d0d')->connect;
	ok wait_until(sub { list_by($curl_two) == 1 }),
	    'a device that comes there';
	is scalar(list_by($curl)), DEVICES, '... is not seen here';
	$d->disconnect;
}
my $session = pid_of($two, 'supervise');
stop($two);
nothing_left($two, $session, $port[1]);
is scalar(list_by($curl)), DEVICES, 'the end of one is none of the other';

# ---- the second start -----------------------------------------------------

run("$build/sbin/fleetline", '-c', "$one/fleetline.conf", qw(device rename),
    $devices[0]{hwId}, 'kept over the restart');
$session = pid_of($one, 'supervise');
stop($one);
nothing_left($one, $session, $port[0]);
stop($one);	# does nothing, and succeeds

# A configuration of an older version has no templates and no console.
my $conf = path($one, 'fleetline.conf');
my $older = $conf->slurp =~ s/^(?:templates|console) = .*\n//mgr;
$conf->spurt("$older; a comment of its owner\n");
my $again = start($one, $port[0], '--demo');
is $conf->slurp, ($older =~
    s{^(run = )}{templates = $top/templates\nconsole = $top/console\n$1}mr)
    . "; a comment of its owner\n",
    'a configuration without templates and console gets them, and keeps the rest';
stop($one);
my $good = $conf->slurp;
$conf->spurt($good =~ s{^templates = .*}{templates = /moved/away}mr);
$again = start($one, $port[0], '--demo');
is $conf->slurp, $good, 'so does one whose templates are gone';
ok wait_until(sub { -e "$one/log/jobs.log" }), 'the periodic work runs';
is path("$one/log/jobs.log")->slurp, '', '... without a word';
is line_of($again, 'curl '), $curl, 'a second start prints the same line';
is path("$one/instance.password")->slurp, "$password\n",
    '... with the same password';
ok all_online($curl), '... and the same devices come back';
is scalar(grep { ($_->{name} // '') eq 'kept over the restart' }
    list_by($curl)), 1, '... as they were left';

# ---- a killed supervisor --------------------------------------------------

$session = pid_of($one, 'supervise');
kill 'KILL', $session;
ok wait_until(sub { !-d "/proc/$session" }), 'the supervisor is killed';
cmp_ok scalar(processes($one, $session)), '>', 0, 'its programs live on';
stop($one);
nothing_left($one, $session, $port[0]);

$again = start($one, $port[0], '--demo');
$session = pid_of($one, 'supervise');
kill 'KILL', $session;
wait_until(sub { !-d "/proc/$session" });
$again = start($one, $port[0], '--demo');
ok all_online($curl), 'a start after its death brings everything back';
is scalar(grep { Fleetline::session_of($_) == $session }
    Fleetline::all_pids()), 0, '... and leaves nothing of the old';
$session = pid_of($one, 'supervise');
stop($one);
nothing_left($one, $session, $port[0]);

# ---- TLS ------------------------------------------------------------------

{
	my ($rc, $why) = run("$top/start", '--build', $build, '--state', $two,
	    '--port', $port[1], '--tls-port', $port[2], '--passthrough-port',
	    $port[2], '--detach');
	isnt $rc, 0, 'one port is not for two';
	like $why, qr/port $port[2] is used twice/, '... and named';
}
my $tls = start($two, $port[1], '--tls-port', $port[2], '--passthrough-port',
    $port[3]);
like $tls, qr{https://127\.0\.0\.1:$port[2]/}, 'the https URL is printed';
{
	my $ca = "--cacert '" . "$two/tls.crt" =~ s/'/'\\''/gr . "'";
	my $secure = line_of($tls, 'curl ')
	    =~ s{^curl }{curl $ca }r
	    =~ s{http://127\.0\.0\.1:$port[1]}{https://localhost:$port[2]}r;
	is scalar(list_by($secure)), 1, 'https answers with that certificate';
	is((stat "$two/tls.key")[2] & 0077, 0, '... whose key is ours alone');
	my $d = Device->new(url => "wss://127.0.0.1:$port[2]"
	    . '/example.com/devices/sysclients', id => '0090330d0d0e')->connect;
	ok wait_until(sub { list_by($secure) == 2 }), 'a device comes by wss';
	run("$build/sbin/fleetline", '-c', "$two/fleetline.conf",
	    qw(device assign 0090330d0d0e example.com));
	ok $d->wait_for('password'), '... and gets its password';
	like uri_by($secure, $d->id), qr{^https://localhost:$port[3]/},
	    '... its pages have TLS, too, and the name that was used';
	$d->disconnect;
}
$session = pid_of($two, 'supervise');
stop($two);
nothing_left($two, $session, @port[1, 2, 3]);

# ---- where it listens -----------------------------------------------------

my $six_is_here = IO::Socket::IP->new(Listen => 1, LocalHost => '::1');
{
	my $all = start($two, $port[1], '--address', '');
	is line_of($all, 'it listens'),
	    'it listens on every address of this machine',
	    "--address '' opens it, and it says so";
	is is_open($port[1], '127.0.0.2'), 1, '... as it is';
	is scalar(list_by(line_of($all, 'curl '))), 2, '... and its line works';
	SKIP: {
		skip 'this machine has no IPv6', 1 unless $six_is_here;
		is is_open($port[1], '::1'), 1, '... over IPv6, too';
	}
	stop($two);
	my $other = start($two, $port[1], '--address', '127.0.0.3');
	is line_of($other, 'it listens'), "it listens on 127.0.0.3 only; "
	    . "--address '' opens it to the network", 'another address';
	stop($two);
	my ($rc, $why) = run("$top/start", '--build', $build, '--state', $two,
	    '--port', $port[1], '--detach', '--address', '127.0.0.1; x');
	isnt $rc, 0, 'what is no address is refused';
	SKIP: {
		skip 'this machine has no IPv6', 4 unless $six_is_here;
		my $six = start($two, $port[1], '--address', '::1', '--demo');
		like $six, qr{^fleetline is ready: http://\[::1\]:$port[1]/}m,
		    'an IPv6 address stands in brackets';
		ok wait_until(sub { DEVICES <= grep { $_->{online} }
		    list_by(line_of($six, 'curl ')) }, 30),
		    '... for devices as well';
		is is_open($port[1]), 0, '... and it listens only there';
		stop($two);
	}
}

# ---- in the foreground, until Ctrl-C --------------------------------------

{
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		setpgrp;
		open STDOUT, '>', "$folder/front.out";
		open STDERR, '>&', \*STDOUT;
		exec "$top/start", '--build', $build, '--state', $two,
		    '--port', $port[1];
	}
	my $text = sub { eval { path("$folder/front.out")->slurp } // '' };
	ok wait_until(sub { $text->() =~ /^curl /m }, 30),
	    'without --detach it runs in the foreground' or diag $text->();
	kill 'INT', -$pid;
	waitpid $pid, 0;
	is $? & 127, 0, '... until Ctrl-C';
	nothing_left($two, $pid, $port[1]);
}

# ---- at the end -----------------------------------------------------------

END {
	my $status = $?;
	run("$top/start", '--stop', '--state', $_) for @states;
	$? = $status;
}

my @reports = grep { $_->slurp =~ /(?:Sanitizer|runtime error):|must failed/ }
    map { path($_, 'log')->list->each } $one, $two;
is "@reports", '', 'no sanitizer has reported';

done_testing;
