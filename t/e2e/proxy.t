# Behind another proxy: who really asks, how he reached us, and that nobody
# becomes "this machine" by standing behind a program that runs on it.
use Fleetline;
use Digest::SHA qw(sha1_hex);
use Mojo::Message::Response;
use App;

my %hash = (user_id => 100, key => 456789);
my $billing = '/billing/api/devices_get?u=admin&user_id=100&hash='
    . sha1_hex("$hash{user_id}$hash{key}");

sub fill ($f) {
	$f->cli(qw(account add acme --role user --id 100));
	$f->cli(qw(setting set billing.key), $hash{key});
	$f->cli(qw(setting set billing.allow), '127.0.0.1');
	$f->cli(qw(setting set billing.api on));
	return $f;
}

# A request from an address of this machine, a POST if there is a body; gives
# the response.
sub asked ($f, $address, $path, $lines = [], $body = undef) {
	my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $f->port, LocalAddr => $address) or die "socket: $!";
	print $s join "\r\n", (defined $body ? 'POST' : 'GET') . " $path HTTP/1.1",
	    'Host: inner.example:80', 'Connection: close',
	    defined $body ? 'Content-Length: ' . length $body : (),
	    @$lines, '', $body // '';
	return $s;
}

sub answer_of ($s) {
	local $/;
	return Mojo::Message::Response->new->parse(<$s> // '');
}

sub from { answer_of(&asked) }

sub shows_parts ($f, $address, @lines) {
	return from($f, $address, '/health', \@lines)->body =~ /"parts"/ ? 1 : 0;
}

sub ask ($f, $address, $key, @lines) {
	return from($f, $address, $f->base . '/api',
	    ["Authorization: Bearer $key", @lines],
	    '{"mt":"GetDevice","hwId":"0090330a0b0c"}');
}

sub guess ($f, $address, @lines) {
	return ask($f, $address, 'flk_99_wrong', @lines)->code;
}

# The uri in a device object begins with scheme and host as the client used
# them.
sub origin_of ($f, $key, $address, @lines) {
	my $res = ask($f, $address, $key, @lines);
	my $uri = (eval { decode_json($res->body) } // {})->{device}{uri};
	return ($uri // $res->body) =~ s{(://[^/]*).*}{$1}sr;
}

# ---- a proxy that nobody has named ----------------------------------------

my $f = fill(Fleetline->new(conf => {login => {burst => 2, per_minute => 1}}));
my @hop = ('X-Forwarded-For: 203.0.113.9', 'X-Forwarded-For: 127.0.0.1',
    'x-forwarded-for: ::1', 'Forwarded: for=127.0.0.1;proto=https',
    'X-Real-IP: 127.0.0.1', 'Via: 1.1 proxy', 'X-Forwarded-Proto: https',
    'X-Forwarded-Host: 127.0.0.1');

is shows_parts($f, '127.0.0.1'), 1, 'this machine sees the parts of /health';
is from($f, '127.0.0.1', '/metrics')->code, 200, 'and /metrics';
is from($f, '127.0.0.1', $billing)->code, 200,
    'and is on the list of billing.allow';
# The client leaves a header empty, the proxy adds its own behind it.
push @hop, map { /(.*): / ? "$1:\r\n$_" : () } @hop[0, 3 .. 7];
for my $line (@hop) {
	is shows_parts($f, '127.0.0.1', $line), 0,
	    "who comes through a proxy is not this machine: "
	    . $line =~ s/\r\n/, /r;
	is from($f, '127.0.0.1', '/metrics', [$line])->code, 403,
	    '... nor for /metrics';
	like from($f, '127.0.0.1', $billing, [$line])->body,
	    qr/Access from this address is denied/, '... nor for billing.allow';
}
is from($f, '127.0.0.7', '/metrics', [$hop[0]])->code, 403,
    'any of its addresses is one of this machine';

guess($f, '127.0.0.1', $hop[0]) for 1 .. 3;
is guess($f, '127.0.0.1', $hop[1]), 429,
    'clients behind such a proxy are slowed together';
is guess($f, '127.0.0.1'), 401, '... and this machine is not';

$f->hold('devices');
my @down = map { answer_of($_)->body }
    map { asked($f, '127.0.0.1', '/health', $_) } [], [$hop[0]],
    map { ["$_:", "$_: x"] } qw(Via Forwarded X-Real-IP X-Forwarded-For);
kill 'CONT', $f->pid('devices');
is $_, qq({"status":"down"}\n),
    'what nginx says of /health itself is the same for everybody' for @down;

my $key = $f->cli(qw(key add admin)) =~ s/\n//r;
$f->cli(qw(device add 0090330a0b0c --domain example.com --offer 10));

is origin_of($f, $key, '127.0.0.1', 'X-Forwarded-Proto: https',
    'X-Forwarded-Host: evil.example'), 'http://inner.example:80',
    'scheme and host of a proxy that nobody has named do not count';
$f->access_log_whole;
like $f->log_of('access'), qr{ unknown "GET /metrics}, 'the log says unknown';
$f->stop;

# ---- one that is trusted --------------------------------------------------

$f = fill(Fleetline->new(conf => {login => {burst => 2, per_minute => 1},
    nginx => {trusted_proxies => '127.0.0.2, 2001:db8::/32'}}));
$key = $f->cli(qw(key add admin)) =~ s/\n//r;
$f->cli(qw(device add 0090330a0b0c --domain example.com --offer 10));
$f->cli(qw(setting set billing.allow), '203.0.113.0/24');
my $proxy = '127.0.0.2';

is from($f, $proxy, $billing, ['X-Forwarded-For: 203.0.113.9'])->code, 200,
    'the address is that of the client';
like from($f, $proxy, $billing, ['X-Forwarded-For: 203.0.113.9, 198.51.100.1'])
    ->body, qr/denied/, 'not one that the client says it has';
is from($f, $proxy, $billing, ['X-Forwarded-For: 198.51.100.1, 203.0.113.9, '
    . '2001:db8::7'])->code, 200, 'proxies that are trusted are passed over';
like from($f, '127.0.0.1', $billing, ['X-Forwarded-For: 203.0.113.9'])
    ->body,
    qr/denied/, 'another program of this machine is not trusted';
for my $for ('127.0.0.1', '127.0.0.1, 203.0.113.9', '::1',
    '::ffff:127.0.0.1', '127.0.0.1, 127.0.0.2', 'unix:', 'nonsense') {
	is from($f, $proxy, '/metrics', ["X-Forwarded-For: $for"])->code, 403,
	    "X-Forwarded-For: $for makes nobody this machine";
	is shows_parts($f, $proxy, "X-Forwarded-For: $for"), 0,
	    '... nor for /health';
}
guess($f, $proxy, 'X-Forwarded-For: 203.0.113.9') for 1 .. 3;
is guess($f, $proxy, 'X-Forwarded-For: 203.0.113.9'), 429,
    'who guesses behind the proxy is slowed';
is guess($f, $proxy, 'X-Forwarded-For: 203.0.113.10'), 401,
    '... and nobody else behind it';

my $for = 'X-Forwarded-For: 203.0.113.9';
is origin_of($f, $key, $proxy, $for), 'http://inner.example:80',
    'without further headers scheme and host are those of the request';
is origin_of($f, $key, $proxy, $for, 'X-Forwarded-Proto: https',
    'X-Forwarded-Host: fleet.example:8443'), 'https://fleet.example:8443',
    'the proxy says scheme and host';
is origin_of($f, $key, $proxy, $for, 'X-Forwarded-Proto: http, HTTPS',
    'X-Forwarded-Host: evil.example, fleet.example'), 'https://fleet.example',
    '... in the last word, which is its own';
is origin_of($f, $key, $proxy, $for, 'X-Forwarded-Proto: gopher',
    'X-Forwarded-Host: a/b"c'), 'http://inner.example:80',
    '... and no nonsense';
is origin_of($f, $key, '127.0.0.1', 'X-Forwarded-Proto: https',
    'X-Forwarded-Host: evil.example'), 'http://inner.example:80',
    'others say nothing';

# A page of ours is one of the address that its browser shows: it gets as far as
# the login.
sub page ($f, $address, @lines) {
	return from($f, $address, $f->base . '/api', \@lines, '{}')->code;
}
my @outside = ($for, 'X-Forwarded-Proto: https',
    'X-Forwarded-Host: fleet.example');
is page($f, $proxy, @outside, 'Origin: https://fleet.example'), 401,
    'a page is ours by the address in front of the proxy';
is page($f, $proxy, @outside, "Origin: $_"), 403, "$_ is not" for
    'http://fleet.example', 'http://inner.example', 'https://inner.example:80';
is page($f, '127.0.0.1', @outside[1, 2], 'Origin: https://fleet.example'), 403,
    'nor does it become ours by what a stranger writes';

# What the hub gets is the same.
sub behind_proxy ($peer, @headers) {
	$peer->ua->socket_options({LocalAddr => $proxy});
	$peer->ua->on(start => sub ($ua, $tx) {
		$tx->req->headers->header(@$_) for @headers;
	});
	return $peer;
}

my $d = behind_proxy($f->device(id => '0090330d0d0d'),
    ['X-Forwarded-For', '203.0.113.77'], ['X-Real-IP', '192.0.2.1'])->connect;
ok wait_until(sub { $f->cli(qw(device claims 0090330d0d0d))
    =~ /203\.0\.113\.77/ }), 'a device is known by its own address';
$d->disconnect;
my $app = behind_proxy(App->new(url => $f->ws_url),
    ['X-Forwarded-For', '203.0.113.77'], ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'fleet.example'])->connect;
$app->login(domain => $f->domain, password => $f->password);
like $app->ask({mt => 'GetDevice', hwId => '0090330a0b0c'})->{device}{uri},
    qr{^https://fleet\.example/}, 'an app gets uris that lead through the proxy';
$app->disconnect;
$f->access_log_whole;
like $f->log_of('access'), qr{ 203\.0\.113\.9 "GET /billing/api},
    'the log has the addresses of clients';

done_testing;
