# The real hub between devices, apps and a door client of this process, with
# rules that the test makes up (doc/hub.md is what both sides speak).
use Mojo::Base -strict, -signatures;
use App;
use Device;
use Digest::SHA qw(hmac_sha256);
use File::Temp;
use IO::Socket::UNIX;
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json encode_json true false);
use Mojo::Server::Daemon;
use Mojo::UserAgent;
use Mojo::Util qw(url_escape);
use Mojolicious;
use POSIX ();
use Test::More;
use Time::HiRes ();

my $build = $ENV{FLEETLINE_BUILD} // 'build';
my $dir = File::Temp->newdir('hub-alone-XXXXXX', TMPDIR => 1);
my $run = "$dir/run";
mkdir $run, 0750 or die $!;
my ($id, $base) = ('0090330a0b0c', '/example.com/devices');

sub unix_url ($scheme, $name, $path) {
	return "$scheme+unix://" . url_escape("$run/$name.sock", '^A-Za-z0-9._-')
	    . $path;
}

sub wait_until ($sub, $seconds = 20) {
	my ($late, $got);
	my $timer = Mojo::IOLoop->timer($seconds => sub { $late = 1 });
	my $tick = Mojo::IOLoop->recurring(0.005 => sub { });
	Mojo::IOLoop->one_tick until ($got = $sub->()) || $late;
	Mojo::IOLoop->remove($_) for $timer, $tick;
	return $got;
}

# ---- the rules: %rule answers, @asked remembers ---------------------------

my (%rule, @asked, $ua);
# Several identifications at once: a line for each.
sub many ($body, $c) {
	my @lines;
	while ($body =~ s/\A(.*?)Content-Length: (\d+)\n\n//s) {
		my ($head, $length) = ($1, $2);
		my %fact = $head =~ /^X-Fleetline-(\w+): (.*)$/mg;
		my $text = substr $body, 0, $length, '';
		push @asked, {question => 'identify', body => $text,
		    fact => \%fact, many => 1};
		my $answer = $rule{identify}->($text, \%fact, $c);
		push @lines, defined $answer && !ref $answer ? $answer
		    : encode_json({error => 'not now'}) . "\n";
	}
	return join '', @lines;
}
my $rules = Mojolicious->new(secrets => ['x']);
$rules->log->level('fatal');
$rules->routes->post('/hub/:question' => sub ($c) {
	my $q = $c->param('question');
	my $body = $c->req->body;
	return $c->render(data => many($body, $c)) if $q eq 'identify-many';
	my %fact = map { $_ => $c->req->headers->header("X-Fleetline-$_") }
	    qw(Hub Conn Remote State Query Base App Cursor);
	push @asked, {question => $q, body => $body, fact => \%fact};
	my $answer = $rule{$q}->($body, \%fact, $c);
	return $c->render_later if !defined $answer;	# answered elsewhere
	my ($status, $text) = ref $answer ? @$answer : (200, $answer);
	$c->render(data => $text, status => $status);
});
my $daemon = Mojo::Server::Daemon->new(app => $rules, silent => 1,
    inactivity_timeout => 0, max_requests => 1_000_000,
    listen => [unix_url(http => internal => '')]);

sub asked ($question) { grep { $_->{question} eq $question } @asked }
sub cmd ($c, @lines) {
	return join '', map { "$_\n" } encode_json($c),
	    map { ref ? encode_json($_) : $_ } @lines;
}

my (@presence);
$rule{presence} = sub ($body, $fact, $c) {
	push @presence, @{decode_json($body)->{list}};
	return cmd({});
};
# A device is challenged once, then believed.
$rule{identify} = sub ($body, $fact, $c) {
	my $m = decode_json($body);
	return cmd({state => 'challenged', as => 'claim', hwId => $m->{id},
	    send => [[2, '{"challenge":"4711000815"}']]})
	    unless defined $m->{digest};
	return cmd({state => 'proven', as => 'device', hwId => $m->{id},
	    domain => 3, displace => true,
	    send => [[3, '{"seed":"A1b2C3d4E5f6G7h8","pwd":"aec6f32e"}']]});
};

# ---- the hub --------------------------------------------------------------

my ($hub, $log) = (0, "$dir/hub.log");
sub start_hub (%hub) {
	my $folder = delete $hub{run} // 'run';
	open my $conf, '>', "$dir/fleetline.conf" or die $!;
	print $conf "[paths]\nrun = $folder\n[hub]\n",
	    map { "$_ = $hub{$_}\n" } sort keys %hub;
	close $conf;
	$hub = fork // die $!;
	return if $hub;
	open STDERR, '>>', $log or die $!;
	# Freed memory must be given back, or it looks like growth.
	$ENV{ASAN_OPTIONS} = join ':', $ENV{ASAN_OPTIONS} // (),
	    'quarantine_size_mb=1', 'thread_local_quarantine_size_kb=64';
	my @limit = $ENV{FILES}
	    ? ('sh', '-c', "ulimit -n $ENV{FILES} && exec \"\$\@\"", '-') : ();
	exec @limit, "$build/sbin/fleetline-hub", '-c', "$dir/fleetline.conf";
}
sub stop_hub {
	return unless $hub;
	kill TERM => $hub;
	my $status;
	my $ended = wait_until(sub {
		waitpid($hub, 1) == $hub && do { $status = $?; 1 } }, 20);
	kill KILL => $hub unless $ended;
	$hub = 0;
	return $ended ? $status : -1;
}
# One that does not start: its status.
sub refused_hub (%hub) {
	my $running = $hub;
	start_hub(%hub);
	(my $pid, $hub) = ($hub, $running);
	waitpid $pid, 0;
	return $? >> 8;
}
sub log_text { open my $f, '<', $log or return ''; local $/; <$f> }

$ua = Mojo::UserAgent->new(inactivity_timeout => 30, max_redirects => 0,
    max_connections => 0, max_response_size => 0);
sub begin ($tx) {
	my $running = {tx => $tx};
	$ua->start($tx => sub { $running->{done} = 1 });
	return $running;
}
sub result ($running) {
	wait_until(sub { $running->{done} }, 40);
	return $running->{tx}->res;
}
sub request ($method, $url, $headers = {}, @body) {
	return result(begin($ua->build_tx($method => $url => $headers => @body)));
}
sub control ($method, $path, $body = '', $headers = {}) {
	return request($method, unix_url(http => control => $path), $headers,
	    $body);
}
sub order (@orders) {
	my $res = control(POST => '/orders', join '', map {
		encode_json($_) . "\n" } @orders);
	return [map { decode_json($_) } split /\n/, $res->body];
}
# A request of a program to the device, which is not answered in time.
sub program_tx ($method, @body) {
	return $ua->build_tx($method => unix_url(http => control =>
	    "/tunnel/$id/x"), {'X-Fleetline-Timeout' => 60}, @body);
}
sub status { decode_json(control(GET => '/status')->body) }

END { my $s = $?; diag log_text() if $s; kill KILL => $hub if $hub; $? = $s }

sub device (%o) {
	return Device->new(url => unix_url(ws => ws => "$base/sysclients"),
	    password => 'secret', %o);
}
sub online ($d) {
	$d->connect;
	wait_until(sub { grep { $_->[0] == 3 } @{$d->admins} })
	    or die 'device is not online';
	return $d;
}

# The status of an upgrade request.
sub raw_head ($path) {
	my $s = IO::Socket::UNIX->new(Peer => "$run/ws.sock") or die $!;
	print $s "GET $path HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	    . "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    . "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
	return <$s> =~ /^HTTP\S+ (\d+)/ ? $1 : 0;
}

# ---- keys and sessions ----------------------------------------------------

my $secret = join '', map { chr } 0 .. 31;
sub key ($session, $hw_id = '') {
	my $raw = pack('H*', $session) . substr hmac_sha256($hw_id, $secret), 0,
	    11;
	vec($raw, 6, 8) = vec($raw, 6, 8) & 0x0f | 0x40;
	vec($raw, 8, 8) = vec($raw, 8, 8) & 0x3f | 0x80;
	return join '-', unpack 'A8 A4 A4 A4 A12', unpack 'H*', $raw;
}
sub session ($sid, %more) {
	return {id => $sid, secret => unpack('H*', $secret),
	    cred => 'domain:3', admin => false, domains => [3, 7], %more};
}
sub door ($path, $key = key('0a1b2c3d4e', $id), $hw = $id) {
	return unix_url(http => door => "$base/passthrough/$hw/$key$path");
}

# ===========================================================================

start_hub(claims => 3, tunnel_timeout => 2, connections => 2000);
ok wait_until(sub { -S "$run/control.sock" }), 'the hub opens its sockets';
is sprintf('%o', (stat "$run/ws.sock")[2] & 0777), '660',
    'with a mode that lets the group in';

is refused_hub(), 1, 'a second one does not start there';
like log_text(), qr/\.sock is in use/, '... and says why';
is refused_hub(run => 'r' x 120), 1, 'nor one whose sockets have no room';
like log_text(), qr/socket path too long/, '... in their names';
is refused_hub(run => 'missing'), 1, 'nor one without a folder for them';
like log_text(), qr/cannot listen on/, '... nor is it made';
is refused_hub(control_users => 'root, no-such-user'), 1,
    'nor one that is for a user who is not there';
like log_text(), qr/no user no-such-user/, '... whom it names';
is control(GET => '/status')->code, 200, 'the first one goes on';

# Rules that come later than the hub.
$daemon->start;
ok wait_until(sub { asked('presence') }), 'presence is asked until it is heard';
is decode_json((asked('presence'))[0]{body})->{first}, true,
    'the first batch says that it is the first';

# ---- a device -------------------------------------------------------------

my $d = device(id => $id, url => unix_url(ws => ws =>
    "$base/sysclients?domain=x&token=y"));
online($d);
my @q = asked('identify');
is $q[0]{fact}{State}, undef, 'the first question has no state';
is $q[0]{fact}{Query}, 'domain=x&token=y', 'it has the query of the upgrade';
is $q[1]{fact}{State}, 'challenged', 'the state comes back with the second';
is $q[1]{fact}{Conn}, $q[0]{fact}{Conn}, 'both are of one connection';
like $q[0]{fact}{Hub}, qr{^main/[0-9a-f-]{36}$}, 'and name hub and boot';
is $d->challenge, '4711000815', 'frames of the answer reach the device';
ok wait_until(sub { grep { $_->[0] eq $id && $_->[2] && $_->[4] eq 'device'
    && @$_ == 6 } @presence }), 'presence says it is there';
is status()->{devices}, 1, 'the status counts it';

# ---- an app ---------------------------------------------------------------

my $src = '"s\u0031"';
$rule{app} = sub ($body, $fact, $c) {
	my $m = decode_json($body);
	return cmd({state => 'challenge=1'}, {mt => 'AppChallengeResult',
	    challenge => '1'}) if $m->{mt} eq 'AppChallenge';
	return cmd({state => 'who=domain:3', session => session('0a1b2c3d4e')},
	    {mt => 'AppLoginResult', ok => true});
};
my $device_event = sub (%e) { {order => 'event', topic => 'devices',
    hwId => $id, rev => 1, %e} };
my @during;	# orders to give while a page is read
# Answers that ask more of the hub than the contract allows.
my %more_than = (
	LongCursor => {cursor => 'c' x 200},
	LongState => {state => 's' x 4097},
	BadState => {state => 'not visible ' . chr 7},
	LongSubscribe => {subscribe => {topic => 'none'}},
	ManyDomains => {session => session('0a1b2c3d4f', domains => [1 .. 50_001])},
	LongAnswer => 'x' x ((1 << 20) + 1),
);
$rule{api} = sub ($body, $fact, $c) {
	if (defined $fact->{Cursor}) {
		return cmd({}, {mt => 'GetDevicesResult', src => 'd',
		    devices => [2], last => true}) if $fact->{Cursor} eq '2';
		if (@during) {
			my @o = splice @during;
			my $text = join '', map { encode_json($_) . "\n" } @o;
			$ua->post(unix_url(http => control => '/orders') => {}
			    => $text => sub ($ua, $tx) {
				is $tx->res->body, "{\"ok\":true}\n" x @o,
				    'an event is taken while pages are read';
				$c->render(data => cmd({cursor => '2'},
				    {mt => 'GetDevicesResult', src => 'd',
				    devices => [1]}));
			});
			return undef;
		}
		return cmd({cursor => '2'}, {mt => 'GetDevicesResult', src => 'd',
		    devices => [1]});
	}
	my $m = decode_json($body);
	my $long = $more_than{$m->{mt}};
	return ref $long ? cmd($long, {mt => 'Lost'}) : $long if $long;
	return cmd({subscribe => {topic => 'devices', src => 'd', assigned => true,
	    unassigned => false, categories => ['a']}, cursor => '1'})
	    if $m->{mt} eq 'GetDevices';
	return [500, 'no'] if $m->{mt} eq 'Fail';
	return cmd({}, {mt => "$m->{mt}Result", src => $m->{src}});
};
my $app = App->new(url => unix_url(ws => ws => "$base/\$innovaphone-devices.htm"));
$app->connect->login(domain => 'example.com', password => 'x');
ok $app->login_result->{ok}, 'an app logs in';
is((asked('app'))[0]{fact}{App}, 'innovaphone-devices',
    'the name of the app is told without what surrounds it');
is((asked('app'))[0]{fact}{State}, undef, 'its first question has no state');
is((asked('app'))[1]{fact}{State}, 'challenge=1', 'the second has one');
is $app->ask({mt => 'GetX', src => 'q'})->{src}, 'q', 'api questions work';
is((asked('api'))[0]{body}, encode_json({mt => 'GetX', src => 'q'}),
    'the message arrives byte for byte');
is_deeply $app->ask({mt => 'Fail', src => 'f'}),
    {mt => 'FailResult', src => 'f', error => 'busy'},
    'without an answer of the rules the hub answers busy';

is((asked('api'))[-1]{fact}{State}, 'who=domain:3', 'the state goes along');
is_deeply $app->ask({mt => $_, src => 'm'}),
    {mt => "${_}Result", src => 'm', error => 'too long'},
    "$_: more than the hub carries is answered, not dropped"
    for sort keys %more_than;
is status()->{too_long}, 6, 'and counted';
is $app->ask({mt => 'GetX', src => 'after'})->{src}, 'after',
    'the connection goes on';
is((asked('api'))[-1]{fact}{State}, 'who=domain:3', 'with the state it had');
is scalar(grep { ($_->{mt} // '') eq 'Lost' } @{$app->queue}), 0,
    'not even its messages';
{
	my $keep = $rule{api};
	$rule{api} = sub { [500, 'no'] };
	$app->send_text('no message');
	ok $app->wait_for(sub ($m) { ($m->{error} // '') eq 'busy'
	    && !exists $m->{mt} }), 'what is no message is answered, too';
	$app->send_text('{"mt":"GetX","src":"n","list":[' . '0,' x 32_000 . '0]}');
	ok $app->wait_for(sub ($m) { ($m->{src} // '') eq 'n' }),
	    'and 64 KiB of the smallest values';
	$rule{api} = $keep;
}
{
	my $keep = $rule{identify};
	$rule{identify} = sub { cmd({state => 's' x 4097, as => 'claim',
	    hwId => '0090330a0bff'}) };
	my $long = device(id => '0090330a0bff')->connect;
	ok wait_until(sub { $long->closed }),
	    'a device whose state does not fit is closed';
	is $long->closed->[0], 1011, 'with 1011';
	is_deeply order({order => 'send', hwId => $id, state => 's' x 4097}),
	    [{ok => false, error => 'state too long'}],
	    'an order with such a state says so';
	$rule{identify} = $keep;
}
is raw_head("$base/" . 'a' x 129), 400, 'nor is the name of an app cut';

@during = ($device_event->(rev => 5, after => {domain => 3,
    categories => ['a', 'b'], body => '"device":{"id":9}'}));
my $list = $app->ask_list({mt => 'GetDevices', src => 'd'}, 'devices');
is_deeply $list, [1, 2], 'the pages come one after the other';
my $e = $app->wait_mt('DeviceAdded', 5);
is_deeply $e, {mt => 'DeviceAdded', src => 'd', device => {id => 9}},
    'the event was held until the last page';
is_deeply order($device_event->(rev => 4, after => {domain => 3,
    categories => ['a'], body => '"device":{"id":8}'}),
    $device_event->(rev => 6, before => {domain => 3, categories => ['a'],
    body => '"hwId":"x"'}, after => {domain => 9, categories => ['a'],
    body => '"device":{"secret":1}'})), [{ok => true}, {ok => true}],
    'events are taken';
is_deeply $app->wait_mt('DeviceRemoved', 5), {mt => 'DeviceRemoved', src => 'd',
    hwId => 'x'}, 'who loses a device learns nothing of its new place';
is scalar(grep { $_->{mt} eq 'DeviceAdded' } @{$app->queue}), 0,
    'an older event than the last is dropped';

# A change to thousands of devices is told in one turn of the hub, in which
# nobody can have taken a byte: who reads is not cut off for that.
{
	my $rev = 6;
	my $clogged = status()->{clogged};
	my @many = map { $device_event->(hwId => "0090335$_", rev => ++$rev,
	    after => {domain => 3, categories => ['a'],
	    body => qq("device":{"n":$_,"fill":") . 'f' x 900 . '"}'}) } 1000 .. 3999;
	my $come = sub { my $n = 0;
		$n++ while $n < @many && ($app->wait_mt('DeviceAdded', 10) // last);
		return $n };
	order(@many);
	is $come->(), 3000, 'three thousand events at once reach an app that reads';
	$_->{rev} += 3000 for @many;
	@during = @many;
	is_deeply $app->ask_list({mt => 'GetDevices', src => 'd'}, 'devices'),
	    [1, 2], 'as many while a list is read';
	is $come->(), 3000, '... are held, and reach it, too';
	is status()->{clogged}, $clogged, 'nobody was cut off';
}

# ---- the passthrough ------------------------------------------------------

my $answer = {body => "hello\n"};
$d->answer(sub ($r) { ref $answer eq 'CODE' ? $answer->($r) : $answer });
my $res = request(GET => door('/log.txt?a=b%2F%c3'), {Host => 'fleet.example',
    Cookie => 'fleetline_s=1; sid=2', Authorization => 'Bearer x',
    Referer => 'https://fleet.example/key', 'X-Real-IP' => '10.0.0.1'});
is $res->code, 200, 'a GET goes through' or diag $res->body;
is $res->body, "hello\n", 'with its body';
my $r = $d->requests->[-1];
is $r->{target}, '/log.txt?a=b%2F%c3', 'the target stays byte for byte';
is $r->{headers}{host}, 'fleet.example', 'Host stays';
is $r->{headers}{cookie}, 'sid=2', 'only our cookie is removed';
is $r->{headers}{$_}, undef, "$_ is removed"
    for qw(authorization referer x-real-ip connection);
is $res->headers->content_security_policy,
    'sandbox allow-scripts allow-forms allow-popups allow-downloads '
    . 'allow-modals', 'pages are in a sandbox';
is $res->headers->cache_control, 'no-store', 'and are not stored';
is $res->headers->access_control_allow_origin, '*', 'the key is all it takes';
is $res->headers->header('Referrer-Policy'), 'no-referrer', 'and goes nowhere';

$answer = {status => '302 Found', body => '', headers => ['Location: /x?y',
    'Set-Cookie: sid=3; Domain=example.com; path=/admin; HttpOnly',
    'X-Accel-Redirect: /etc/passwd', 'Strict-Transport-Security: max-age=1',
    'Clear-Site-Data: "*"', 'Service-Worker-Allowed: /']};
$res = request(GET => door('/'));
my $prefix = "$base/passthrough/$id/" . key('0a1b2c3d4e', $id);
is $res->headers->location, "$prefix/x?y", 'a redirection stays inside';
is $res->headers->set_cookie, "sid=3; HttpOnly; Path=$prefix/admin",
    'a cookie is confined';
is $res->headers->header($_), undef, "$_ does not come through" for
    'X-Accel-Redirect', 'Strict-Transport-Security', 'Clear-Site-Data',
    'Service-Worker-Allowed';

$answer = sub ($r) { {body => $r->{body}} };
my $big = join '', map { chr rand 256 } 1 .. 200_000;
is request(POST => door('/echo'), {}, $big)->body, $big,
    'a large POST comes back whole';
{
	my $tx = $ua->build_tx(POST => door('/echo'));
	my @pieces = ('a' x 10, 'b' x 70_000, '');
	my $drain;
	$drain = sub ($content, @) {
		my $p = shift @pieces // return;
		$content->write_chunk($p => length $p ? $drain : undef);
	};
	$tx->req->content->$drain;
	my $done;
	$ua->start($tx => sub { $done = 1 });
	wait_until(sub { $done });
	is $tx->res->body, 'a' x 10 . 'b' x 70_000, 'a chunked POST too';
	is $d->requests->[-1]{headers}{'transfer-encoding'}, 'chunked',
	    'and it arrives chunked';
}
$answer = {body => 'x' x 5};
$res = request(HEAD => door('/'));
is $res->headers->content_length, 5, 'HEAD tells the length';
$answer = {status => '204 No Content', framing => 'none'};
is request(GET => door('/'))->code, 204, '204 ends without a body';
$answer = {body => 'to the end', framing => 'close'};
is request(GET => door('/'))->body, 'to the end',
    'a body up to the end of the device\'s connection comes whole';
my @chunks = ('one ', 'two ', 'three');
$answer = {body => sub { shift @chunks }};
is request(GET => door('/'))->body, 'one two three', 'a chunked one too';
$answer = {raw => "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"
    . "Content-Length: 1\r\n\r\nx"};
is request(GET => door('/'))->body, 'x', 'a 1xx before the answer is skipped';
$answer = {raw => "this is not HTTP\r\n\r\n"};
is request(GET => door('/'))->code, 502, 'what is no HTTP gives 502';
$answer = {silent => 1};
is request(GET => door('/'))->code, 504, 'a silent device gives 504';
is control(GET => "/tunnel/$id/x", '', {'X-Fleetline-Timeout' => 1})->code, 504,
    'programs set their own time-out';
$answer = {body => 'direct', headers => ['Cache-Control: max-age=9']};
$res = control(GET => "/tunnel/$id/cfg.txt");
is $res->body, 'direct', 'programs reach the device without a key';
is $res->headers->cache_control, 'max-age=9', 'and get the head as it is';

# ---- keys -----------------------------------------------------------------

$rule{door} = sub ($body, $fact, $c) {
	my $m = decode_json($body);
	return cmd({session => session('1111111111', cred => 'key:7'),
	    life => 60_000}) if ($m->{session} // '') eq '1111111111';
	return cmd({device => ($m->{hwId} // '') eq '0000000000aa' ? 'offline'
	    : 'unknown'});
};
$answer = {body => 'ok'};
is request(GET => door('/', key('0a1b2c3d4e', '0090330a0b0d')))->code, 403,
    'the key of another device is refused';
is request(GET => door('/', 'nokey'))->code, 403, 'as is what is no key';
is request(GET => door('/', key('2222222222', $id)))->code, 403,
    'as is one of no session';
is request(GET => door('/', key('0a1b2c3d4e')))->code, 200,
    'the key of the session opens the device';
$res = request(GET => door('/', key('0a1b2c3d4e')),
    {'Sec-Fetch-Site' => 'none'});
like $res->headers->content_security_policy, qr/^sandbox /,
    'a browser sees it in the sandbox';
for my $label ('*', $id) {
	my %at = ('X-Fleetline-Label' => $label);
	is request(GET => door('/', key('0a1b2c3d4e')), \%at)->code, 403,
	    "where pages are apart ($label) the key of a session opens nothing";
	$res = request(GET => door('/'), \%at);
	is $res->code, 200, '... that of the device does';
	is $res->headers->content_security_policy, undef, '... with no sandbox';
}
is request(GET => door('/'), {'X-Fleetline-Label' => '0090334100bf'})->code,
    404, 'the name of another device is no way to it';
is request(GET => door('/', key('0a1b2c3d4e', '0000000000aa'),
    '0000000000aa'))->code, 503, 'a device that is away gives 503';
is((asked('door'))[-1]{fact}{State}, 'who=domain:3',
    'the rules hear the state of the session');
is request(GET => door('/', key('0a1b2c3d4e', '0000000000ab'),
    '0000000000ab'))->code, 404, 'an unknown one 404';
is request(GET => door('/', key('1111111111', $id), '00-90-33-0A-0B-0C'))->code,
    200, 'a session of the HTTP API is learned from the rules';
my $asked = asked('door');
is request(GET => door('/', key('1111111111', $id)))->code, 200, 'and known';
is scalar(asked('door')), $asked, 'without asking again';
{
	my $old = key('1111111111', $id);
	my $was = $secret;
	$secret = 'n' x 32;
	is request(GET => door('/', key('1111111111', $id)))->code, 200,
	    'a newer session with the id of a known one is learned';
	is request(GET => door('/', $old))->code, 403,
	    'and the keys of the older one open nothing';
	$secret = $was;
}
is_deeply order({order => 'end', cred => 'key:7'}), [{ok => true}],
    'its end is ordered';
$rule{door} = sub { cmd({}) };
is request(GET => door('/', key('1111111111', $id)))->code, 403,
    'and its keys open nothing any more';

# The rules answer, the right is taken away, the answer arrives.
my $again = 0;
sub overtaken ($c, $cred, $answer) {
	my $tx = $ua->build_tx(POST => unix_url(http => control => '/orders'),
	    encode_json({order => 'end', cred => $cred}) . "\n");
	$ua->start($tx => sub { $c->render(data => $answer) });
	return undef;
}
$rule{door} = sub ($body, $fact, $c) {
	return cmd({}) if $again++;
	return overtaken($c, 'key:9', cmd({session => session('3333333333',
	    cred => 'key:9'), life => 60_000}));
};
is request(GET => door('/', key('3333333333', $id)))->code, 403,
    'an answer from before the end of a right opens nothing';
is $again, 2, 'the rules were asked again';
{
	my $logs_in = $rule{app};
	local $rule{app} = sub ($body, $fact, $c) {
		my $answer = $logs_in->($body, $fact, $c);
		return decode_json($body)->{mt} eq 'AppChallenge' ? $answer
		    : overtaken($c, 'key:9', $answer);
	};
	my $slow = App->new(url => unix_url(ws => ws => "$base/"))->connect;
	eval { $slow->login(domain => 'example.com', password => 'x') };
	ok wait_until(sub { $slow->closed }), 'nor does it log an app in';
}

order({order => 'move', hwId => $id, domain => 9});
is request(GET => door('/'))->code, 404,
    'a device of a domain the session may not see is not there';
order({order => 'rights', cred => 'domain:3', admin => false, domains => [9],
    rev => 20});
is request(GET => door('/'))->code, 200, 'until the rights grow';
{
	$answer = {silent => 1};
	my $looks = begin($ua->build_tx(GET => door('/')));
	my $works = begin(program_tx('GET'));
	wait_until(sub { status()->{tunnels} == 2 });
	order({order => 'move', hwId => $id, domain => 5});
	is result($looks)->code, 403,
	    'in the middle of a request the device leaves the domain: it ends';
	is status()->{tunnels}, 1, '... and that of a program goes on';
	order({order => 'move', hwId => $id, domain => 9});
	Mojo::IOLoop->remove($works->{tx}->connection);
	wait_until(sub { status()->{tunnels} == 0 });
	$answer = {body => 'ok'};
}
order({order => 'rights', cred => 'domain:3', admin => false, domains => [7],
    rev => 19}, {order => 'end', cred => 'domain:3', rev => 20});
is request(GET => door('/'))->code, 200,
    'orders that were overtaken by a newer one change nothing';
is status()->{old_rights}, 2, 'and are counted';
is_deeply order({order => 'rights', cred => 'domain:77', admin => false,
    domains => [1 .. 50_001], rev => 30}),
    [{ok => false, error => 'too many domains'}],
    'more domains than a session holds are refused';

# ---- a message for one app --------------------------------------------------

{
	my ($this) = (asked('app'))[0]{fact}{Hub} =~ m{/(.*)};
	my %tell = (order => 'tell', boot => $this, session => '0a1b2c3d4e',
	    domain => 9, line => '{"mt":"DeviceProvisioned"}');
	my @none = ({ok => false, error => 'no such session'}) x 4;
	is_deeply order(\%tell, {%tell, session => '3333333333'},
	    {%tell, boot => 'another'}, {%tell, session => '1111111111'}, {%tell, domain => 77},
	    {%tell, line => 'x' x 65_537}, {%tell, line => ''}),
	    [{ok => true}, @none, ({ok => false, error => 'no message'}) x 2],
	    'a message for a session is told to the app that has it';
	ok $app->wait_mt('DeviceProvisioned'), 'and arrives';
	ok !(grep { $_->{mt} eq 'DeviceProvisioned' } @{$app->queue}), 'once';
}

# ---- a websocket through the tunnel ---------------------------------------

{
	my $got = '';
	my $frames = '';
	$answer = {upgrade => sub ($pipe, $bytes) { $pipe->write(uc $bytes) }};
	my $s = IO::Socket::UNIX->new(Peer => "$run/door.sock") or die $!;
	my $stream = Mojo::IOLoop::Stream->new($s);
	$stream->timeout(0);
	my $closed;
	$stream->on(read => sub ($st, $bytes) { $got .= $bytes });
	$stream->on(close => sub { $closed = 1 });
	Mojo::IOLoop->stream($stream);
	$stream->write("GET $prefix/ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	    . "Connection: Upgrade\r\nSec-WebSocket-Key: x\r\n\r\n");
	ok wait_until(sub { $got =~ /\r\n\r\n/ }), 'an upgrade is answered';
	like $got, qr{^HTTP/1.1 101 .*^upgrade: websocket\r\n}msi, 'with 101';
	is $d->requests->[-1]{headers}{upgrade}, 'websocket',
	    'the device hears of it';
	$got = '';
	$stream->write("abc");
	ok wait_until(sub { $got =~ m{ABC$} }), 'bytes go both ways';
	$stream->write("def");
	ok wait_until(sub { $got =~ m{ABCDEF$} }), 'again and again';
	is status()->{tunnels}, 1, 'one tunnel is open';
	$stream->close;
	close $s;
	ok wait_until(sub { status()->{tunnels} == 0 }),
	    'it is shut down when the client goes';
}

# ---- much data ------------------------------------------------------------

sub memory {
	open my $f, '<', "/proc/$hub/status" or die $!;
	my ($kb) = map { /^VmRSS:\s+(\d+)/ ? $1 : () } <$f>;
	return $kb * 1024;
}
{
	my $left = 100 << 20;
	my $piece = 'z' x 8000;
	$answer = {framing => 'length', length => $left, body => sub {
		return undef if $left <= 0;
		my $p = $left < 8000 ? substr $piece, 0, $left : $piece;
		$left -= length $p;
		return $p;
	}};
	my ($before, $most, $size) = (memory(), 0, 0);
	my $tx = $ua->build_tx(GET => door('/big'));
	$tx->res->content->unsubscribe('read')->on(read => sub ($c, $bytes) {
		$size += length $bytes;
		my $now = memory();
		$most = $now if $now > $most;
	});
	my $done;
	$ua->start($tx => sub { $done = 1 });
	wait_until(sub { $done }, 120);
	is $size, 100 << 20, '100 MiB come through';
	cmp_ok $most - $before, '<', 8 << 20, 'in constant memory';

	# A client that does not read stops the device, not the hub.
	$left = 50 << 20;
	my $s = IO::Socket::UNIX->new(Peer => "$run/door.sock") or die $!;
	syswrite $s, "GET $prefix/big HTTP/1.1\r\nHost: a\r\n\r\n";
	my ($last, $same) = (-1, 0);
	wait_until(sub {
		$same = $left == $last ? $same + 1 : 0;
		$last = $left;
		return $same > 60;
	});
	cmp_ok $left, '>', 40 << 20, 'a client that does not read stops the device';
	cmp_ok memory() - $before, '<', 8 << 20, 'and costs little memory';
	close $s;
	ok wait_until(sub { status()->{tunnels} == 0 }), 'until it goes';
}

{
	# A device that does not read stops its clients, not the hub.
	$answer = sub ($r) { {body => length $r->{body}} };
	my $stream = Mojo::IOLoop->stream($d->ws->connection);
	$stream->stop;
	my ($clients, $pieces, $sent) = (16, 100, 0);
	my $upload = sub {
		my ($left, $drain) = ($pieces);
		$drain = sub ($content, @) {
			$sent++ if $left;
			$content->write_chunk($left-- ? ('u' x 8000, $drain) : '');
		};
		my $tx = program_tx('POST');
		$tx->req->content->$drain;
		return begin($tx);
	};
	my @running = map { $upload->() } 1 .. $clients;
	my ($last, $same) = (-1, 0);
	wait_until(sub {
		$same = $sent == $last ? $same + 1 : 0;
		$last = $sent;
		return $same > 60;
	});
	cmp_ok $sent, '<', $clients * $pieces,
	    'a device that does not read stops its clients';
	$stream->start;
	is scalar(grep { result($_)->body eq 8000 * $pieces } @running), $clients,
	    '... and when it reads, it has all of each';
}
{
	$d->send_tunnel(4_000_000, 2, 'of a session that never was');
	$answer = {silent => 1};
	my @held = map { begin(program_tx('GET')) } 1 .. 64;
	ok wait_until(sub { status()->{tunnels} == 64 }),
	    'a device has 64 tunnels';
	my $res = request(GET => door('/'));
	is $res->code, 429, '... and not one more';
	is $res->headers->header('Retry-After'), 1, 'which is told from a device'
	    . ' that is not there';
	Mojo::IOLoop->remove($_->{tx}->connection) for @held;
	ok wait_until(sub { status()->{tunnels} == 0 }), 'until clients go';
}

# ---- orders for devices ---------------------------------------------------

is_deeply order({order => 'send', hwId => $id, send => [[5, '{"x":1}']]},
    {order => 'send', hwId => 'nobody', send => []}, {order => 'what'}),
    [{ok => true}, {ok => false, error => 'not connected'},
    {ok => false, error => 'unknown order'}], 'orders are answered one by one';
ok wait_until(sub { @{$d->provision_results} }), 'a frame is sent on order';

# ---- claims and displacing ------------------------------------------------

my $claim = device(id => $id, password => undef, obey => 0)->connect;
ok wait_until(sub { status()->{claims} == 1 }), 'a second one is a claim';
$answer = {body => 'the proven one'};
is request(GET => door('/'))->body, 'the proven one',
    'the claim gets no tunnel traffic';
is scalar @{$claim->tunnels}, 0, 'not one frame';
my ($conn) = map { $_->{fact}{Conn} } (asked('identify'))[-1];
my ($boot) = (asked('identify'))[-1]{fact}{Hub} =~ m{/(.*)};
is_deeply order({order => 'send', hwId => $id, boot => $boot,
    conn => 0 + $conn, send => [[1, '{"password":"p"}']], as => 'device',
    domain => 3, displace => false}), [{ok => true}],
    'an offer goes to the connection that was chosen';
ok wait_until(sub { ($claim->password // '') eq 'p' }), 'and arrives';
is status()->{claims}, 1, 'without proof it displaces nobody';

$answer = {silent => 1};
my $cut = begin(program_tx('GET'));
wait_until(sub { status()->{tunnels} == 1 });
my $newer = online(device(id => $id));
ok wait_until(sub { $d->closed }), 'a newer proven connection displaces it';
is result($cut)->code, 503, 'a request that the older one has ends';
is $d->closed->[0], 1000, 'the older one hears 1000';
is status()->{devices}, 1, 'one is the device';
ok wait_until(sub { grep { $_->[0] eq $id && !$_->[2] && $_->[4] eq 'device' }
    @presence }), 'presence hears that the older one is gone';

my @claims = map { device(id => "00000000000$_", obey => 0)->connect } 1 .. 3;
ok wait_until(sub { $claim->closed }), 'too many claims close the oldest';
is $claim->closed->[0], 1013, 'with 1013';
$newer->answer(sub ($r) { {silent => 1} });
$cut = begin(program_tx('GET'));
wait_until(sub { status()->{tunnels} == 1 });
is_deeply order({order => 'release', hwId => $id}), [{ok => true}],
    'a device is released';
is result($cut)->code, 503, 'a request that it has ends';
ok wait_until(sub { status()->{devices} == 0 }), 'and is a claim again';
is request(GET => door('/'))->code, 503, 'without a tunnel';
ok !$newer->closed, 'still connected';
$_->disconnect for @claims;

# ---- an order overtakes an answer -----------------------------------------
# The rules answered before the store changed, and the hub hears of the change
# first.

{
	my $keep = $rule{identify};
	my $moved = online(device(id => 'overtaken-1'));
	my $old = {state => 'old', as => 'device', hwId => $moved->id,
	    domain => 9, displace => true};
	# It says something; then the order comes, then the old answer.
	my $overtake = sub ($answer, $order) {
		my (@late, $asked);
		$rule{identify} = sub ($body, $fact, $c) {
			return cmd({}) if @late;
			push @late, $c;
			return undef;
		};
		$moved->identify;
		ok wait_until(sub { @late }), 'a question is on its way';
		is_deeply order($order), [{ok => true}], "$order->{order} comes";
		$asked = asked('identify');
		$late[0]->render(data => cmd($answer));
		ok wait_until(sub { asked('identify') > $asked }, 5),
		    'the question is asked again';
		return (asked('identify'))[-1];
	};
	my $door = sub {
		request(GET => door('/', key('0a1b2c3d4e', $moved->id),
		    $moved->id))->code;
	};
	order({order => 'move', hwId => $moved->id, domain => 9});
	is $door->(), 200, 'a device can be reached by its domain';
	my $q = $overtake->($old, {order => 'move', hwId => $moved->id,
	    domain => 3});
	is $door->(), 404, 'a late answer does not give a moved device back';
	like $q->{body}, qr/"overtaken-1"/, 'it is the same question';

	$q = $overtake->($old, {order => 'release', hwId => $moved->id});
	is $q->{fact}{State}, undef, 'without the state that was taken away';
	my $drop = {order => 'send', hwId => $moved->id, send => []};
	is_deeply order($drop), [{ok => false, error => 'not connected'}],
	    'a late answer makes no device of one that was taken out';

	$overtake->({state => 'old', as => 'claim', hwId => $moved->id},
	    {order => 'send', hwId => $moved->id, conn => 0 + $q->{fact}{Conn},
	    boot => $q->{fact}{Hub} =~ s{.*/}{}r, as => 'device', domain => 3,
	    displace => true, state => 'chosen'});
	is_deeply order($drop), [{ok => true}],
	    'a late answer makes no claim of the one that was chosen';
	$rule{identify} = $keep;
	$moved->disconnect;
}

# ---- rules that are away --------------------------------------------------

my %good = %rule;
$rule{$_} = sub { [503, 'away'] } for keys %rule;
my $late = device(id => '0090330a0b0e')->connect;
ok wait_until(sub { status()->{failed} > 0 }), 'the rules are away';
$app->send({mt => 'Later', src => 'l'});
is_deeply $app->wait_mt('LaterResult', 15), {mt => 'LaterResult', src => 'l',
    error => 'busy'}, 'an app hears busy';
%rule = %good;
ok wait_until(sub { grep { $_->[0] == 3 } @{$late->admins} }, 30),
    'a device is asked for again until the rules are back';

# ---- limits and bad peers -------------------------------------------------

{
	my $hold = $rule{identify};
	my @held;
	$rule{identify} = sub ($body, $fact, $c) { push @held, $c; undef };
	my $flood = device(id => '0090330a0b0f')->connect;
	wait_until(sub { @held });
	$flood->identify for 1 .. 5;
	ok wait_until(sub { $flood->closed }), 'a device that floods is closed';
	is $flood->closed->[0], 1008, 'with 1008';
	$_->render(data => cmd({as => 'claim', hwId => '0090330a0b0f'})) for @held;
	ok wait_until(sub { grep { $_->[0] eq '0090330a0b0f' && !$_->[2] }
	    @presence }), 'a late answer is reported as gone';
	$rule{identify} = $hold;
}
# A peer that is connected and says nothing.
sub mute ($path) {
	my $s = IO::Socket::UNIX->new(Peer => "$run/ws.sock") or die $!;
	my $peer = {got => '', stream => Mojo::IOLoop::Stream->new($s)};
	$peer->{stream}->timeout(0);
	$peer->{stream}->on(read => sub ($st, $b) { $peer->{got} .= $b });
	$peer->{stream}->on(close => sub { $peer->{closed} = 1 });
	Mojo::IOLoop->stream($peer->{stream});
	$peer->{stream}->write("GET $path HTTP/1.1\r\nHost: a\r\n"
	    . "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    . "Sec-WebSocket-Version: 13\r\n"
	    . "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
	return $peer;
}

sub raw_ws ($path, $bytes) {
	my $s = IO::Socket::UNIX->new(Peer => "$run/ws.sock") or die $!;
	my $got = '';
	my $closed;
	my $stream = Mojo::IOLoop::Stream->new($s);
	$stream->timeout(0);
	$stream->on(read => sub ($st, $b) { $got .= $b });
	$stream->on(close => sub { $closed = 1 });
	Mojo::IOLoop->stream($stream);
	$stream->write("GET $path HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	    . "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    . "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n$bytes");
	wait_until(sub { $got =~ /\r\n\r\n../s || $closed });
	$stream->close;
	return $got =~ s/^.*?\r\n\r\n//sr;
}
is unpack('H*', raw_ws("$base/sysclients", "\x81\x01x")), '880203ea',
    'a frame that is not masked gets 1002';
is unpack('H*', raw_ws("$base/x", "\x82\x81\0\0\0\0x")) =~ /^88..03eb/ ? 1 : 0, 1,
    'a binary message of an app gets 1003';
is unpack('H*', raw_ws("$base/sysclients", "\x82\x81\0\0\0\0\x01")) =~
    /^88..03ea/ ? 1 : 0, 1, 'what is no sysclient message gets 1002';
is request(GET => unix_url(http => ws => "$base/sysclients"))->code, 426,
    'without an upgrade the answer is 426';
is control(GET => '/nothing')->code, 404, 'control knows its paths';
is control(GET => '/orders')->code, 405, 'and its methods';
is control(POST => '/orders', ('x' x (1 << 20)) . "yzz\n")->code, 413,
    'and how long an order may be';
{
	my $s = IO::Socket::UNIX->new(Peer => "$run/control.sock") or die $!;
	my $body = encode_json({order => 'what'});
	print $s "POST /orders HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
	    . 'Content-Length: ' . length($body) . "\r\n\r\n";
	is scalar <$s>, "HTTP/1.1 100 Continue\r\n", 'who waits is told to go on';
	print $s $body;
	<$s> for 1;
	is scalar <$s>, "HTTP/1.1 200 OK\r\n", '... and answered then';
}

# Apps that are gone already: what they sent last is asked, of a number of them.
{
	my $keep = $rule{app};
	my @held;
	$rule{app} = sub ($body, $fact, $c) { push @held, $c; undef };
	my $text = sub ($t) { pack('CC', 0x81, 0x80 | length $t) . "\0\0\0\0$t" };
	my @peers = map { mute("$base/x") } 1 .. 300;
	ok wait_until(sub { status()->{apps} >= 300 }), 'three hundred apps come';
	$_->{stream}->write($text->('first') . $text->('last')
	    . "\x88\x80\0\0\0\0") for @peers;
	ok wait_until(sub { !grep { !$_->{closed} } @peers }), '... and go';
	$rule{app} = sub { cmd({}) };
	$_->render(data => cmd({})) for splice @held;
	wait_until(sub { my $s = status(); !$s->{questions} && !$s->{waiting} });
	is scalar(grep { $_->{body} eq 'last' } asked('app')), 256,
	    'more than 256 that have gone are forgotten';
	my $before = asked('app');
	$rule{app} = sub { cmd({close => 1008}) };
	my $w = mute("$base/x");
	$w->{stream}->write($text->('wrong') . $text->('behind') x 3
	    . "\x88\x80\0\0\0\0");
	ok wait_until(sub { $w->{closed} && asked('app') > $before }),
	    'one whose first message is refused';
	wait_until(sub { my $s = status(); !$s->{questions} && !$s->{waiting} });
	is scalar(grep { $_->{body} eq 'behind' } asked('app')), 0,
	    '... has nothing carried out behind it';
	$rule{app} = $keep;
}

# A slow app: it does not read, events go on.
{
	my $s = IO::Socket::UNIX->new(Peer => "$run/ws.sock") or die $!;
	my $got = '';
	my $stream = Mojo::IOLoop::Stream->new($s);
	$stream->timeout(0);
	my $closed;
	$stream->on(read => sub ($st, $b) { $got .= $b });
	$stream->on(close => sub { $closed = 1 });
	Mojo::IOLoop->stream($stream);
	my $frame = sub ($m) { my $t = encode_json($m);
		pack('CC', 0x81, 0x80 | length $t) . "\0\0\0\0$t" };
	$rule{app} = sub { cmd({session => session('3333333333',
	    admin => true)}) };
	$stream->write("GET $base/x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
	    . "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    . "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
	    . $frame->({mt => 'AppLogin'}) . $frame->({mt => 'GetDevices'}));
	ok wait_until(sub { status()->{subscriptions} == 2 && (asked('api'))[-1]
	    {fact}{Cursor} }), 'another app subscribes';
	wait_until(sub { status()->{questions} == 0 });
	$stream->stop;
	my ($rev, $before) = (20_000, status()->{clogged});
	my $filler = 'f' x 60_000;
	my $publish = sub { order(map { $device_event->(rev => ++$rev,
	    after => {domain => 9, categories => ['a'],
	    body => qq("device":"$filler")}) } 1 .. $_[0]) };
	$publish->(40);
	$stream->start;
	ok wait_until(sub { length $got > 40 * length $filler }),
	    'one that pauses for 2 MB of events has them all';
	ok !$closed, '... and stays connected';
	$stream->stop;
	wait_until(sub {
		$publish->(10);
		return status()->{clogged} > $before || $rev > 20_400;
	}, 60);
	cmp_ok status()->{clogged}, '>', $before, 'a client that does not read '
	    . 'is cut off';
	like log_text(), qr/warn \S+ connection\.slow queued=\d+ queuedAll=\d+/,
	    '... which the log says';
	$stream->start;
	ok wait_until(sub { $closed || $got =~ /\x88.\x03\xf5/s }), 'with 1013';
	ok $app->wait_for(sub ($m) { ($m->{device} // '') eq $filler }, 10),
	    'the others hear the events all the same';
}

# ---- the end --------------------------------------------------------------

is stop_hub(), 0, 'SIGTERM ends the hub';
ok wait_until(sub { $newer->closed && $late->closed && $app->closed }),
    'everybody is told';
is $newer->closed->[0], 1001, 'a device hears 1001';
is $app->closed->[0], 1001, 'an app hears 1001';
ok !-e "$run/ws.sock", 'the sockets are gone';

# ---- silence, and too few descriptors -------------------------------------

start_hub(ping => 1, idle => 3, app_idle => 9, id => 'west-2',
    control_users => 'daemon, bin', tunnel_users => 'nobody');
ok wait_until(sub { -S "$run/control.sock" }), 'the hub starts again';
wait_until(sub { decode_json((asked('presence'))[-1]{body})->{first} });
isnt((asked('presence'))[-1]{fact}{Hub}, $q[0]{fact}{Hub}, 'with another boot');
like((asked('presence'))[-1]{fact}{Hub}, qr{^west-2/},
    'a hub has the id of its configuration');
# Other users of this machine: the status of what one asks.
sub as_user ($user, $path) {
	my $pid = open(my $from, '-|') // die $!;
	if (!$pid) {
		my ($uid, $gid) = (getpwnam $user)[2, 3];
		$) = "$gid $gid";
		($<, $>) = ($uid, $uid);
		my $s = IO::Socket::UNIX->new(Peer => "$run/control.sock");
		print $s "GET $path HTTP/1.1\r\nHost: a\r\n\r\n" if $s;
		syswrite STDOUT, $s ? scalar <$s> : "no socket\n";
		POSIX::_exit(0);
	}
	my $line = <$from>;
	close $from;
	return $line =~ /^HTTP\S+ (\d+)/ ? $1 : $line;
}
SKIP: {
	skip 'only root can be others', 6 if $> != 0;
	chmod 0755, $dir, $run;
	chmod 0666, "$run/control.sock";
	is as_user(bin => '/status'), 200, 'a user of control asks';
	is as_user(bin => '/tunnel/0090330a0b01/'), 403, '... not for the tunnel';
	is as_user(nobody => '/status'), 200, 'one of the tunnel asks';
	is as_user(nobody => '/tunnel/0090330a0b01/'), 503,
	    '... for the tunnel, too';
	is as_user(games => '/status'), 403, 'another one gets nothing';
	is as_user(games => '/tunnel/0090330a0b01/'), 403, '... at all';
}
{
	my $awake = online(device(id => '0090330a0b01'));
	my $silent = mute("$base/sysclients");
	ok wait_until(sub { $silent->{got} =~ /\r\n\r\n\x89\0/s }),
	    'a silent peer is pinged';
	my $app = mute("$base/x");
	ok wait_until(sub { $silent->{closed} }), 'and dropped if it stays silent';
	ok !$awake->closed, 'who answers pings stays';
	ok wait_until(sub { $app->{got} =~ /(?:\x89\0){3}/ }),
	    'an app that never answers is pinged again and again';
	ok !$app->{closed}, '... and stays, longer than a device may be silent';
	my $late = mute("$base/x");
	ok wait_until(sub { $late->{got} =~ /(?:\x89\0){3}/ }), 'another one';
	$late->{stream}->write("\x8a\x80\0\0\0\0");
	ok wait_until(sub { $app->{closed} }), '... until its long silence ends it';
	ok !$late->{closed}, 'one that said something meanwhile stays';
	is scalar(() = $late->{got} =~ /\x88/g), 0, '... unclosed';
	$late->{stream}->close;
	my $why = sub ($d, $end) {
		@presence = ();
		$end->();
		wait_until(sub { grep { $_->[0] eq $d && !$_->[2] } @presence });
		return (map { $_->[6] } grep { $_->[0] eq $d && !$_->[2] }
		    @presence)[-1];
	};
	is $why->($awake->id, sub { $awake->disconnect }), 'closed',
	    'a device that closed';
	my $next = sub ($n) { online(device(id => "0090330a0c0$n")) };
	my $gone = $next->(1);
	is $why->($gone->id, sub { $gone->vanish }), 'lost',
	    'one whose connection broke off';
	my $mute = $next->(2);
	is $why->($mute->id, sub {
		Mojo::IOLoop->stream($mute->ws->connection)->stop }), 'silent',
	    'one that does not pong';
	my ($old, $new) = ($next->(3));
	is $why->($old->id, sub { $new = $next->(3) }), 'replaced',
	    'one that has a newer connection';
	is $why->($new->id, sub { order({order => 'drop', hwId => $new->id}) }),
	    'administrator', 'one that was dropped';
	my $wrong = $next->(4);
	is $why->($wrong->id, sub { $wrong->ws->send({text => 'x'}) }), 'error',
	    'one that does not keep to the protocol';
	my $keep = $rule{identify};
	my $refused = $next->(5);
	is $why->($refused->id, sub {
		$rule{identify} = sub { cmd({close => 1008}) };
		$refused->identify;
	}), 'refused', 'one that the rules closed';
	$rule{identify} = $keep;
	my $crowd = $next->(6);
	is $why->($crowd->id, sub {
		$rule{identify} = sub { cmd({close => 1013}) };
		$crowd->identify;
	}), 'crowded', 'one for which there was no room';
	is status()->{crowded}, 1, 'which is counted';
	$rule{identify} = $keep;
	my $last = $next->(7);
	is $why->($last->id, sub { kill TERM => $hub }), 'hub',
	    'one that the hub closed when it ended';
}
is stop_hub(), 0, 'the second hub ends';

# More devices than questions that may fly.
start_hub(claims => 1000);
ok wait_until(sub { -S "$run/control.sock" }), 'a hub for a crowd';
{
	my $odd = sprintf '%012d', 100;	# comes last
	my @crowd = map { device(id => sprintf('%012d', $_), obey => 0) }
	    1 .. 100;
	my ($keep, $hold, @held) = ($rule{identify}, 1);
	$rule{identify} = sub ($body, $fact, $c) {
		my $hw = decode_json($body)->{id};
		my $answer = cmd({as => 'device', hwId => $hw, domain => 3,
		    displace => true, send => [[3, qq({"for":"$hw"})]]});
		return $hw eq $odd ? undef : $answer if $asked[-1]{many};
		return $answer unless $hold;
		push @held, sub { $c->render(data => $answer) };
		return;
	};
	@asked = ();
	$_->connect_p->catch(sub { }) for @crowd;
	ok wait_until(sub { status()->{waiting} == 100 - 24 }), 'a crowd waits';
	$hold = 0;
	$_->() for @held;
	ok wait_until(sub { 100 == grep { @{$_->admins} } @crowd }),
	    'all are answered';
	my @many = grep { $_->{many} } asked('identify');
	cmp_ok scalar @many, '>', 32, 'those that wait are asked about together';
	is scalar(grep { index($_->admins->[0][1], $_->id) < 0 }
	    @crowd), 0,
	    'each gets its own answer';
	my @of = grep { $_->{body} =~ /$odd/ } asked('identify');
	is join(' ', map { $_->{many} ? 'many' : 'alone' } @of), 'many alone',
	    'who failed in company is asked about alone';
	is scalar asked('identify'), 101, 'and nobody else again';
	$rule{identify} = $keep;
	$_->disconnect for grep { $_->ws } @crowd;
}
is stop_hub(), 0, 'it ends';

$ENV{FILES} = 60;
start_hub(claims => 1000);
delete $ENV{FILES};
ok wait_until(sub { -S "$run/control.sock" }), 'a hub with few descriptors';
{
	my @crowd;
	for my $n (1 .. 80) {
		my $c = device(id => sprintf('%012d', $n), obey => 0);
		$c->connect_p->catch(sub { });
		push @crowd, $c;
	}
	ok wait_until(sub { log_text() =~ /accept\.pause/ }), 'runs out of them';
	ok wait_until(sub { grep { $_->closed } @crowd }),
	    'gives up the oldest claims';
	is((grep { $_->closed } @crowd)[0]->closed->[0], 1013, 'with 1013');
	ok wait_until(sub { @{$crowd[-1]->admins} }),
	    'and serves who came last';
	$_->disconnect for grep { $_->ws } @crowd;
}
is stop_hub(), 0, 'and ends well';
unlike log_text(), qr/Sanitizer|runtime error|must failed/,
    'nothing was found wrong meanwhile';
unlike log_text(), qr/@{[unpack 'H*', $secret]}|@{[key('0a1b2c3d4e', $id)]}/,
    'no secret was logged';
my $boots = () = log_text() =~ /device\.online/g;
cmp_ok $boots, '>=', 3, 'devices that came were logged';
diag log_text() unless Test::More->builder->is_passing;
done_testing;
