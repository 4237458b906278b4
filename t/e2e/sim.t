# The simulator against a server that is written from the protocol reference.
use Mojo::Base -strict, -signatures;
use Test::More;
use Device;
use File::Temp;
use Mojo::File qw(path);
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json encode_json);
use Mojo::Server::Daemon;
use Mojo::Util;
use Mojolicious;

my $program = ($ENV{FLEETLINE_BUILD} // 'build') . '/sbin/fleetline-sim';
my $folder = File::Temp->newdir;
my ($store, $status) = ("$folder/store", "$folder/status");
my (%password, %conn, %right, @results);

sub admin ($c, $number, $m) {
	$c->send({binary => pack('Cn', 1, $number) . encode_json($m)});
}

sub on_admin ($c, $m) {
	my $id = $m->{id};
	$conn{$id} = $c;
	if (!$password{$id}) {
		$password{$id} = substr "$id" . 'x' x 32, 0, 32;
		return admin($c, 1, {password => $password{$id}});
	}
	return admin($c, 2, {challenge => '4711000815'}) unless $m->{digest};
	$right{$id}++ if $m->{digest} eq Device::digest_of($id, $m->{product},
	    $m->{version}, '4711000815', $password{$id});
}

my $app = Mojolicious->new;
$app->log->level('fatal');
$app->routes->websocket('/d/sysclients' => sub ($c) {
	$c->inactivity_timeout(0);
	$c->on(binary => sub ($c, $bytes) {
		my ($kind, $number) = unpack 'Cn', $bytes;
		return on_admin($c, decode_json(substr $bytes, 3))
		    if $kind == 1 && $number == 0;
		push @results, [unpack('xNN', $bytes), substr $bytes, 9]
		    if $kind == 2;
	});
});
my $daemon = Mojo::Server::Daemon->new(app => $app, silent => 1,
    max_clients => 1000, listen => ['http://127.0.0.1']);
my $port = $daemon->start->ports->[0];

sub wait_until ($sub, $seconds = 20) {
	my $late;
	my $timer = Mojo::IOLoop->timer($seconds => sub { $late = 1 });
	my $tick = Mojo::IOLoop->recurring(0.02 => sub { });
	my $got;
	Mojo::IOLoop->one_tick until ($got = $sub->()) || $late;
	Mojo::IOLoop->remove($_) for $timer, $tick;
	return $got;
}

# One that dies leaves no simulator, which would hold the pipe to prove.
my ($own, $pid) = ($$, undef);
END { local $?; kill 'KILL', $pid if $pid && $$ == $own }

sub status { eval { decode_json(path($status)->slurp) } // {} }

$pid = fork // die;
if (!$pid) {
	exec $program, '--quiet', '--url', "ws://127.0.0.1:$port/d/sysclients",
	    '--devices', 100, '--store', $store, '--status', $status,
	    '--retry', 200;
	die "$program: $!";
}

ok wait_until(sub { keys %password == 100 }), 'all devices identify';
ok wait_until(sub { (status->{answered} // 0) == 100 }),
    'the status file tells that all have got a password';
# The status is written before the store.
ok wait_until(sub { -e $store && path($store)->slurp =~ tr/\n// == 100 }),
    'the store has a line for each';
is((stat $store)[2] & 0777, 0600, 'the store is private');

$_->finish(1001) for values %conn;
ok wait_until(sub { keys %right == 100 }),
    'all come back and answer the challenge rightly';

sub tunnel ($id, $event, $data = '') {
	$conn{'009033400000'}->send({binary => pack('CNN', 2, $id, $event)
	    . $data});
	my $want = ($event == 0 ? 3 : $event == 1 ? 2 : 4);
	my $r;
	wait_until(sub {
		($r) = grep { $_->[0] == $id && $_->[1] == $want } @results;
	});
	@results = ();
	return $r ? $r->[2] : undef;
}
is tunnel(13, 0, "GET /log.txt HTTP/1.1\r\nHost: x\r\n\r\n"), '',
    'a send is confirmed';
like tunnel(13, 1, pack 'N', 0), qr/^HTTP\/1\.1 200 OK\r\n.*log of IP222/s,
    'a receive gets the answer';
is tunnel(13, 4), '', 'a shutdown is confirmed';
ok wait_until(sub { status()->{connected} == 100 }),
    'the status file tells the connections';

kill 'TERM', $pid;
waitpid $pid, 0;
is $?, 0, 'the simulator ends orderly';
ok wait_until(sub { status()->{connected} == 0 }), 'and says so';

# What it cannot do it says, at once.
sub refused ($why, @options) {
	my $said = qx(timeout 20 '$program' --quiet @options 2>&1);
	is $? >> 8, $why =~ /usage/ ? 2 : 1, "it does not start: @options";
	like $said, $why, '... and says why';
}
my $url = "ws://127.0.0.1:$port/d/sysclients";
refused(qr/must begin with ws:/, '--url', 'http://127.0.0.1/');
refused(qr/wrong port/, '--url', 'ws://127.0.0.1:none/');
refused(qr/no-such-host/, '--url', 'ws://no-such-host.invalid:1/');
refused(qr/^usage/, '--url', $url, '--types', 'TOASTER');
refused(qr/^usage/, '--url', $url, '--first', 99_999_999);
refused(qr/path of the socket/, '--url', $url, '--socket', '/' . 'x' x 120);
refused(qr/\Q$folder\E/, '--url', $url, '--store', $folder);

# The same over a socket of this machine.
my $socket = "$folder/ws.sock";
my $local = Mojo::Server::Daemon->new(app => $app, silent => 1,
    listen => ['http+unix://' . Mojo::Util::url_escape($socket)]);
$local->start;
%conn = ();
$pid = fork // die;
exec $program, '--quiet', '--url', 'ws://fleet.example/d/sysclients',
    '--socket', $socket, '--devices', 1, '--store', $store if !$pid;
ok wait_until(sub { $conn{'009033400000'} }),
    'a device comes over a socket of this machine';
kill 'TERM', $pid;
waitpid $pid, 0;
is $?, 0, '... and goes';

# A delayed answer once stayed in the simulator until something else came.
%conn = ();
$pid = fork // die;
exec $program, '--quiet', '--url', "ws://127.0.0.1:$port/d/sysclients",
    '--devices', 1, '--store', $store, '--answer-delay', 200 if !$pid;
ok wait_until(sub { $conn{'009033400000'} && $right{'009033400000'} > 1 }),
    'a device that answers late';
tunnel(1, 0, "GET /CMD0/box_info.xml HTTP/1.1\r\nHost: x\r\n\r\n");
like tunnel(1, 1, pack 'N', 0) // '', qr/200 OK/,
    'answers by itself when its time has come';
kill 'TERM', $pid;
waitpid $pid, 0;
undef $pid;

chomp(my @list = `$program --list --devices 24`);
my %types = map { (split /;/)[1] => 1 } @list;
is "@{[sort keys %types]}", 'APP_PLATFORM DECT GW PHONE VA',
    '24 devices have all five types';

done_testing;
