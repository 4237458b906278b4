# Broken input below the messages: HTTP heads, passthrough, what devices say and
# answer, the hub's sockets, FastCGI records, slow and half-sent requests.
use Fleetline;
use Broken;
use File::Temp;
use Mojo::JSON qw(true);
use Raw;
use Siege;

use constant {LEAST => 4500, SEED => 20260118};

# libfcgi itself forgets what it has begun to read of a record of management that
# ends too early, 48 bytes, when the end comes in another read.
my $forgiven = File::Temp->new;
print $forgiven "leak:libfcgi.so\n";
close $forgiven;
$ENV{LSAN_OPTIONS} = "suppressions=$forgiven:print_suppressions=0";

my $s = Siege->new;
my ($f, $device) = ($s->f, $s->device);
my $api = $f->base . '/api';
Broken::start(SEED);

sub hub_socket ($name) { Raw->unix($f->run_folder . "/$name.sock") }

# Half-sent requests stay open during all that follows.
my $half_since = time;
my @half = map { my $r = Raw->tcp($f->port); $r->write($_); $r }
    (map { substr $s->api('{"mt":"GetDomains"}'), 0, 9 * $_ } 1 .. 10),
    map { substr Raw::handshake($f->base . $_), 0, 40 } '/', '/sysclients',
	'/passthrough/x';
my @half_hub = map { my $r = hub_socket($_); $r->write("GET /x HTTP/1.1\r\nHos");
	$r } (qw(ws door control)) x 5;

# ---- heads, of nginx and of the hub ----------------------------------------

my $info = $f->api({mt => 'GetUserInfo'}, key => $s->key);
my $wide = $f->base . '/passthrough/' . ID . "/$info->{key}";
$device->answer(sub ($request) { {body => 'of the device'} });
is $f->get("$wide/x")->body, 'of the device', 'the device is reached';

# nginx answers, or ends the connection; what it lets pass is answered as well.
{
	my ($n, @wrong) = (0);
	for my $path ($api, "$wide/x", $f->base . '/sysclients', '/health') {
		for my $head (Broken::heads()) {
			my ($r, $end) = once($head =~ s/%s/$path/gr,
			    Raw->tcp($f->port), 0.1);
			$n++;
			my $fine = !$r || $r->{code} < 500
			    || $r->{code} =~ /^50[1345]$/;
			push @wrong, "$head ($path) => " . got($r) . ", end $end"
			    unless $end && $fine;
		}
	}
	$s->section('heads, to nginx', $n, @wrong);
}
for my $socket (qw(ws door control)) {
	my $good = request('POST', "$wide/x", 'abc', 'X-Real-IP' => '::1');
	my @heads = ((map { s/%s/$wide/gr } Broken::heads()),
	    (map { Broken::bytes(1 + int rand 200) } 1 .. 40),
	    (map { Broken::mutant($good) } 1 .. 100),
	    (map { $_ x 3 } request('GET', "$wide/x"), $good,
		request('GET', '/status'), request('POST', '/orders', '{}'),
		Raw::handshake('/x/sysclients')));
	my @wrong = map {
		my ($r, $end) = once($_, hub_socket($socket), 0.05);
		my $fine = !$r || $r->{code} =~ /^(?:101|200|[45]\d\d)$/;
		$end && $fine ? () : "$_ => " . got($r) . ", end $end";
	} @heads;
	$s->section("heads, to $socket.sock", scalar @heads, @wrong);
}

# ---- passthrough -----------------------------------------------------------

{
	my $key = $info->{key};
	my @keys = ('', 'x', '-', '.', '0' x 36, 'g' x 36, substr($key, 0, 35),
	    $key . '0', "{$key}", 'x' x 3000, '%00', '%2f', '%',
	    'ffffffff-ffff-4fff-bfff-ffffffffffff');
	# One digit changed (not those that tell version and variant).
	push @keys, map { my $k = $key;
	    substr $k, $_, 1, substr($k, $_, 1) eq '0' ? '1' : '0'; $k }
	    grep { substr($key, $_, 1) ne '-' && $_ != 14 && $_ != 19 } 0 .. 35;
	push @keys, map { join '-', map { unpack 'H*', Broken::bytes($_) }
	    4, 2, 2, 2, 6 } 1 .. 100;
	my @wrong = map {
		my $r = $s->http(request('GET', $f->base . '/passthrough/' . ID
		    . "/$_/x"));
		$r && $r->{code} =~ /^(?:400|403|404)$/ ? () : "$_ => " . got($r);
	} @keys;
	my @ids = ('', '.', '..', '%2e%2e', '%2e', 'x', 'x' x 64, 'x' x 65,
	    'x' x 3000, '%00', "\xff", '%ff', '*', '?', '#', ';', '0090330e0e0',
	    '0090330e0e0ee', ID . '%20', ID . '%2f', '00:90', map {
	    Broken::pick('a' .. 'f', 0 .. 9) x 12 } 1 .. 20);
	push @wrong, map {
		my ($r) = once(request('GET', $f->base . "/passthrough/$_/$key/x"),
		    Raw->tcp($f->port));
		$r && $r->{code} =~ /^40[0345]$/ ? () : "$_ => " . got($r);
	} @ids;
	$s->section('keys and ids', @keys + @ids, @wrong);
}
{
	my @paths = ('%', '%%', '%z', '%zz', '%1', '%00', '%0d%0a', '%0d%0aX:%20y',
	    '..', '../', '../../../api', '/../..', '%2e%2e/%2e%2e', '..%2f..',
	    '//', '/\\..\\', '\\', ';', '?', '??', '?%', '#', '#?', '.', './.',
	    '%c0%ae%c0%ae/', '%e2%80%ae', "\xff\xfe", "\xc3\xbc", '"', '<>',
	    '!mod%20cmd%20UP0/x', 'http://x/', 'x' x 7000, '%41' x 2000,
	    '/' x 2000, '?' . 'a=b&' x 1500, '*', '~', '{}', '^`|', '%7f',
	    '%25', '%2500', '%u0041', 'a%2', "a\x80b");
	push @paths, map { my $p = Broken::bytes(1 + int rand 30);
	    $p =~ tr/\0-\x20\x7f//d; "r$p" } 1 .. 100;
	my @wrong = map {
		my ($r) = once(request('GET', "$wide/$_"), Raw->tcp($f->port), 5);
		$r && $r->{code} =~ /^(?:200|400|40[1345]|414)$/ ? ()
		    : "$_ => " . got($r);
	} @paths;
	$s->section('paths on the device', scalar @paths, @wrong);
}
{
	my $raw;
	$device->answer(sub ($request) { {raw => $raw} });
	my @wrong = map {
		$raw = $_;
		my $start = time;
		my $r = $f->get("$wide/x");
		# Once the head is out, only the end of the connection is left.
		my $cut = $raw =~ m{^HTTP/1\.1 200 OK\r\n.*?\r\n\r\n}s;
		($r->code == 502 || $cut) && time - $start < 5 ? ()
		    : "$_ => " . ($r->code // 0) . ' ' . ($r->body // '');
	} my @answers = Broken::answers();
	$s->section('answers of a device', scalar @answers, @wrong);
	$device->answer(sub ($request) { {body => 'still here'} });
	is $f->get("$wide/x")->body, 'still here', '... and it goes on';
}

# Events of the tunnel that nobody asked for, in any order, until the device
# shuts the session down.
{
	my @orders = map { [map { [Broken::pick(0 .. 5, 99), Broken::bytes(
	    int rand 40)] } 1 .. 1 + int rand 8] } 1 .. 60;
	my $order;
	$device->answer(sub ($request) {
		$device->send_tunnel($request->{session}, @$_)
		    for @$order, [Device::SHUTDOWN];
		return {silent => 1};
	});
	my @wrong = map {
		$order = $_;
		my $start = time;
		my $r = $f->get("$wide/x");
		$r->code =~ /^50[23]$/ && time - $start < 5 ? ()
		    : encode_json($order) . ' => ' . ($r->code // 0);
	} @orders;
	$s->section('events of a tunnel', scalar @orders, @wrong);
	$device->answer(sub ($request) { {body => 'still here'} });
	is $f->get("$wide/x")->body, 'still here', '... and it goes on';
}

# ---- devices ---------------------------------------------------------------

sub admin ($number, $json) { frame(BINARY, pack('Cn', 1, $number) . $json) }
sub tunnel (@f) { frame(BINARY, pack('CNN', 2, @f[0, 1]) . ($f[2] // '')) }

{
	my $w = $s->device_ws;
	my @frames = ((map { admin(Broken::pick(1, 2, 3, 5, 6, 7, 255, 256,
	    32768, 65535, int rand 65536) || 7, Broken::bytes(int rand 99)) }
	    1 .. 250), (map { tunnel(Broken::pick(0, 1, 13, 2 ** 31, 2 ** 32 - 1,
	    int rand 2 ** 32), Broken::pick(0 .. 9, 2 ** 32 - 1),
	    Broken::bytes(int rand 99)) } 1 .. 400), (map { frame(BINARY,
	    chr(Broken::pick(0, 3 .. 255)) . Broken::bytes(int rand 50)) }
	    1 .. 100));
	$w->write($_) for @frames;
	$s->section('frames that mean nothing', scalar @frames, $w->alive ? ()
	    : 'the connection ended');
	$device->send_bytes(pack('Cn', 1, 7 + int rand 60000)
	    . Broken::bytes(int rand 50)) for 1 .. 100;
	$device->send_tunnel(1000 + int rand 2 ** 31, int rand 9,
	    Broken::bytes(int rand 99)) for 1 .. 200;
	pause(0.2);
	$s->section('the same from the device itself', 300, $device->ws ? ()
	    : 'it was closed');
}
{
	my @frames = ((map { [$_, 1002] } '', "\x01", "\x01\0", "\x02",
	    map { "\x02" . Broken::bytes($_) } 1 .. 7), ["\x01\0\0" . ' ' x 65537,
	    1002], map { [pack('Cn', 1, 0) . $_, 1008] } Broken::nameless());
	my @wrong = map {
		my ($bytes, $code) = @$_;
		my $w = $s->device_ws;
		$w->write(frame(BINARY, $bytes));
		my $got = $w->close_code;
		$w->close;
		$got eq $code ? () : "$bytes => $got";
	} @frames;
	$s->section('identifications without a name', scalar @frames, @wrong);
}
{
	my @texts = Broken::odd_claims();
	my @open = map { my $w = $s->device_ws; $w->write(admin(0, $_)); $w } @texts;
	my $claims = sub { grep { $_->{hwId} =~ /^0090330f/ } @{$f->api({
	    mt => 'GetDevices', unassigned => \1}, key => $s->key)->{devices}} };
	wait_until(sub { $claims->() == @texts });
	my @wrong = map { $open[$_]->alive ? () : $texts[$_] } 0 .. $#texts;
	push @wrong, map { "listed: $_->{hwId}" } grep { !defined $_->{product}
	    || length $_->{product} > 1024 } $claims->();
	$s->section('odd identifications', scalar @texts, @wrong);
	is scalar($claims->()), scalar @texts, '... which are claims like others';
	$_->close for @open;
}
{
	my @texts = ('', '{}', '[]', 'x', '{"id":1}', '{"id":"TEL1"}',
	    '{"id":"TEL1","code":1}', '{"id":[],"code":{}}', '{"code":"'
	    . '1' x 60000 . '"}', map { Broken::bytes(30) } 1 .. 20);
	my @wrong = map {
		my $w = $s->device_ws;
		$w->write(admin(0, '{"id":"0090330e0e10","product":"x"}'));
		$w->write(admin(4, $_));
		my $got = $w->next_frame // {opcode => 0, payload => ''};
		$w->close;
		$got->{opcode} == BINARY && $got->{payload} =~
		    /^\x01\0\x05\{.*"error"/s || $got->{opcode} == CLOSE ? ()
		    : "$_ => $got->{opcode} $got->{payload}";
	} @texts;
	$s->section('codes of FXS ports', scalar @texts, @wrong);
}

# ---- orders and questions ---------------------------------------------------

sub control ($method, $path, $body, %h) {
	return once(request($method, $path, $body, Connection => 'close', %h),
	    hub_socket('control'), 5);
}
{
	my @odd = (1, -1, 1.5, true, undef, [], {}, '', 'x', [[1]], 'x' x 3000);
	my @orders = ((map { my $o = $_; map { my $member = $_; map { encode_json({
	    order => $o, hwId => 'no-such', $member => $_}) } @odd } qw(order
	    hwId send boot conn as domain close topic session cred domains rev
	    before after) } qw(send move release drop event rights)),
	    (grep { !/\n/ } Broken::not_json(), Broken::deep()),
	    map { s/\n//gr } Broken::random_texts(100));
	@orders = grep { /\S/ } @orders;
	my $n = @orders;
	my @wrong;
	while (my @some = splice @orders, 0, 100) {
		my ($r) = control('POST', '/orders', join("\n", @some) . "\n");
		my @answers = split /\n/, $r ? $r->{body} : '';
		push @wrong, map { my $m = eval { decode_json($answers[$_]) };
		    ref $m && ($m->{ok} || $m->{error}) ? () : "$some[$_] => "
		    . ($answers[$_] // 'nothing') } 0 .. $#some;
	}
	$s->section('orders', $n, @wrong);

	my @big = ([413, ' ' x 1100000], [413, "{}\n" . 'x' x 1100000 . "\n"],
	    [413, ("\n" x 4000000) . "\n" x 400000]);
	my @paths = (['GET', '/orders', 405], ['PUT', '/orders', 405],
	    ['POST', '/status', 405], ['GET', '/', 404], ['GET', '/x', 404],
	    ['GET', '/tunnel', 404], ['GET', '/tunnel/', 404],
	    ['GET', '/tunnel/../x', 404], ['GET', '/tunnel/' . 'x' x 65 . '/',
	    404], ['GET', '/tunnel/no-such/x', 503], ['GET', '/statusx', 404]);
	@wrong = ((map { my ($r) = control('POST', '/orders', $_->[1]);
	    $r && $r->{code} == $_->[0] ? () : length($_->[1]) . ' bytes => '
	    . got($r) } @big), map { my ($r) = control(@$_[0, 1], '');
	    $r && $r->{code} == $_->[2] ? () : "@$_[0, 1] => " . got($r) } @paths);
	$s->section('requests to the control socket', @big + @paths, @wrong);
}
{
	my @states = (undef, '', 'x', '1,2,3', 'x' x 2000, '1,,n,,,0,0',
	    '1,' . ID . ',d,x,1,0,0', "\xff", '1,a,z,,,9,9');
	my @bodies = ('', 'x', '{}', '[]', '{"first":5,"list":{}}',
	    '{"list":[1,[],["a"],["a","b",1,2,3],[1,2,3,4,5]]}', '{"hwId":1}',
	    '{"session":[],"hwId":{}}', '{"session":"' . 'x' x 5000 . '"}',
	    Broken::bytes(50), '[' x 9000);
	my ($n, @wrong) = (0);
	for my $q (qw(identify provision app api presence door nothing)) {
		for my $state (@states) { for my $body (@bodies) {
			my ($r) = once(request('POST', "/hub/$q", $body,
			    Connection => 'close', 'X-Fleetline-Hub' =>
			    Broken::pick('', 'x', 'x/y', undef),
			    'X-Fleetline-Conn' => Broken::pick('', 'x', 1, -1,
			    '9' x 30), 'X-Fleetline-State' => $state),
			    hub_socket('internal'), 5);
			$n++;
			push @wrong, "$q $body => " . got($r) unless $r
			    && $r->{code} =~ /^(?:200|40[0-5]|413|503)$/;
		} }
	}
	$s->section('questions', $n, @wrong);
}

# ---- FastCGI -----------------------------------------------------------------

sub record ($type, $data, %o) {
	return pack('CCnnCC', $o{version} // 1, $type, $o{id} // 1,
	    $o{length} // length $data, $o{padding} // 0, 0) . $data;
}
sub param ($name, $value) {
	return join('', map { pack 'N', 0x80000000 | length $_ } $name, $value)
	    . $name . $value;
}
{
	my $begin = record(1, pack 'nCx5', 1, 0);
	my $get = record(4, param('REQUEST_METHOD', 'GET') . param('REQUEST_URI',
	    '/health')) . record(4, '') . record(5, '');
	my @bad = ('', "\0", "\1", record(1, ''), record(1, 'xx'), record(4, 'x'),
	    record(5, 'x'), record(99, 'x'), record(0, ''), record(2, ''),
	    $begin . $begin, $begin . record(2, ''), $begin . record(99, 'x'),
	    $begin . record(4, "\x7f"), $begin . record(4, "\5\5ab"),
	    $begin . record(4, pack('N', 0x80000100) . "\1a"),
	    $begin . record(4, param('A', 'b'), length => 60000), $begin
	    . record(4, '') . record(5, 'x'), record(1, pack('nCx5', 3, 0)),
	    record(1, pack('nCx5', 9, 0)), record(9, param('FCGI_MAX_CONNS',
	    ''), id => 0), record(9, "\xff" x 20, id => 0), $begin . record(4,
	    param('CONTENT_LENGTH', '-5')) . record(4, '') . record(5, ''),
	    $begin . record(4, param('CONTENT_LENGTH', '9' x 30)) . record(4, '')
	    . record(5, 'abc'), $begin . record(4, param('x' x 300, 'y' x 9000)
	    . param('', '') . param("\0", "\xff\n")) . record(4, '') . record(5,
	    ''), record(1, pack('nCx5', 1, 1), version => 9), $begin . record(4,
	    'x', id => 7), $begin . record(4, param('A', 'b'), padding => 255));
	push @bad, map { Broken::bytes(1 + int rand 100) } 1 .. 60;
	push @bad, map { my $b = $begin . $get; substr $b, int rand length $b, 1,
	    chr int rand 128; $b } 1 .. 60;
	my ($n, @wrong) = (0);
	for my $socket (qw(devices rules)) {
		for my $bytes (@bad) {
			my ($r, $end) = once($bytes, hub_socket($socket), 0.005);
			push @wrong, "$socket: $bytes => no end" unless $end;
			$n++;
		}
	}
	$s->section('FastCGI records', $n, @wrong);
}

# ---- the slow -----------------------------------------------------------------

# The last 60 bytes one by one; meanwhile all else is as fast as ever.
{
	my $get = request('GET', "$wide/x", '', Connection => 'close');
	my @slow = map { [Raw->tcp($f->port), $_] } ($s->api(
	    '{"mt":"GetDomains"}', Connection => 'close')) x 3, ($get) x 2,
	    Raw::handshake($f->base . '/'),
	    Raw::handshake($f->base . '/sysclients');
	$_->[0]->write(substr $_->[1], 0, length($_->[1]) - 60, '') for @slow;
	my $worst = 0;
	for (1 .. 60) {
		$_->[0]->write(substr $_->[1], 0, 1, '') for @slow;
		my $start = time;
		$s->online;
		$worst = time - $start if time - $start > $worst;
		pause(0.05);
	}
	cmp_ok $worst, '<', 1, sprintf 'others waited at most %.0f ms',
	    $worst * 1000;
	my @codes = map { ($_->[0]->response // {})->{code} // 'nothing' } @slow;
	is "@codes", '200 200 200 200 200 101 101',
	    'who sends a byte per 50 ms is served';
	$s->section('slow clients', scalar @slow);
}
{
	pause($half_since + 16 - time) if time < $half_since + 16;
	my @open = grep { !$_->ends(0.5) } @half, @half_hub[map { 3 * $_ } 0 .. 4];
	is scalar @open, 0, 'half-sent requests and handshakes are ended';
	$_->close for @half_hub;
	$s->section('half-sent requests', @half + @half_hub);
}

$s->finish(LEAST);
is $f->get("$wide/x")->body, 'still here', 'the device is reached';

done_testing;
