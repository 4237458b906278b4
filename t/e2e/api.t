# The JSON device API over HTTP, with the real curl and without: credentials,
# forms of errors, and every message with its members.
use Fleetline;
use Mojo::IOLoop;
use Mojo::JSON qw(false true);
use Mojo::URL;

my $f = Fleetline->new;
my $api = $f->base . '/api';
my %password = ('example.com' => 'the domain', 'north.example' => 'north',
    'south.example' => 'south');
$f->cli(qw(domain add), $_, '--password-file', $f->secret_file($password{$_}))
    for qw(north.example south.example);
my %id = map { $_->{name} => $_->{id} } @{$f->cli_json(qw(domain list))};
my ($north, $south) = @id{qw(north.example south.example)};
my @north = (user => 'north.example', password => 'north');
my @south = (user => 'south.example', password => 'south');

sub ask ($mt, %m) { $f->api({mt => $mt, %m}) }

# A member set as one text, so that a difference is readable.
sub members ($object) { join ' ', sort keys %$object }

sub curl (@args) {
	my ($rc, $out, $err) = $f->command(qw(curl -sS -w), "\n%{http_code}",
	    @args, $f->url($api));
	return $rc ? ($rc, $err) : $out =~ /^(.*)\n(\d+)$/s ? ($2, $1) : $out;
}

sub join_in ($hw, $domain, %o) {
	my $d = $f->device(id => $hw, %o)->connect;
	wait_until(sub { ask('GetDevice', hwId => $hw)->{device}{online} });
	ask('AssignDevice', hwId => $hw, domainId => $domain);
	$d->wait_for('password');
	wait_until(sub { ask('GetDevice', hwId => $hw)->{device}{online} });
	return $d;
}

my $gw = join_in('0090334100be', $north, product => 'IP811',
    version => '13r1 dvl [13.A110/13A146/200]',
    platform => {type => 'GW', fxs => \1}, more => {name => 'Kari2',
	pbxActive => \1, ethIfs => [{if => 'ETH0', ipv4 => '172.16.14.35',
	    ipv6 => 'fec0:9033:0:230:290:33ff:fe41:a'},
	    {if => 'ETH1', ipv6 => 'fe80::290:33ff:fe41:80be'}]});
my %other = (VA => '009033000002', PHONE => '009033000003',
    DECT => '009033000004', APP_PLATFORM => '009033000005');
ask('AddDevice', hwId => $other{$_}, domainId => $north, type => $_)
    for sort keys %other;
ask('AddDevice', hwId => '009033000006', domainId => $south, type => 'GW',
    name => 'in the south');

# ---- curl ------------------------------------------------------------------

subtest 'curl --digest' => sub {
	my @as = ('-u', 'example.com:' . $f->password);
	my $body = '{"mt":"GetGateways"}';
	my ($code, $text) = curl('--digest', @as, '-d',
	    '{"mt":"GetGateways","hwIds":"0090334100be"}');
	is $code, 200, 'the line of the issue works';
	my $guid = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}'
	    . '-[0-9a-f]{12}';
	my $origin = quotemeta $f->origin . $f->base;
	my $ifs = quotemeta '[{"if":"ETH0","ipv4":"172.16.14.35",'
	    . '"ipv6":"fec0:9033:0:230:290:33ff:fe41:a"},'
	    . '{"if":"ETH1","ipv6":"fe80::290:33ff:fe41:80be"}]';
	like $text, qr{^\{"mt":"GetGatewaysResult",.*\}\s*$}s,
	    'the answer is one object';
	like $text, qr{"gateways":\[\{"id":\d+,"hwId":"0090334100be",
	    "name":"Kari2","domainId":$north,"product":"IP811",
	    "version":"13r1\ dvl\ \[13\.A110/13A146/200\]","type":"GW",
	    "pbxActive":true,"online":true,"hasLeaseLicenses":false,
	    "rented":false,"rentalWant":false,"rentalStarted":false,
	    "uri":"$origin/passthrough/0090334100be/$guid/",
	    "ethIfs":$ifs\}\]}x, 'members, types and order are those of the '
	    . 'published page' or diag $text;
	my $r = decode_json($text);
	is members($r), 'gateways last mt', 'and around it';
	is $r->{last}, 1, 'it is the last part';

	($code, $text) = curl('--digest', @as, '-d', $body);
	is scalar @{decode_json($text)->{gateways}}, 3,
	    'without hwIds all gateways and IPVAs';
	($code) = curl('--digest', '-u', 'example.com:wrong', '-d', $body);
	is $code, 401, 'a wrong password';
	($code) = curl('-d', $body);
	is $code, 401, 'none';
	($code) = curl('--basic', @as, '-d', $body);
	is $code, 401, 'Basic';
	($code, $text) = curl('--digest', '-u', 'north.example:north', '-d',
	    $body);
	is scalar @{decode_json($text)->{gateways}}, 2,
	    'a domain sees its own';
	# curl asks first without a body when it has to authenticate
	($code, $text) = curl('--digest', @as, '-d', '{"mt":"GetDevice","hwId":"'
	    . 'x' x 60000 . '"}');
	is $code, 200, 'a large message';
};

# ---- credentials -----------------------------------------------------------

sub challenges {
	my $res = $f->request(POST => $api, {}, '{}');
	return $res->headers->every_header('WWW-Authenticate');
}

sub with ($header, $body = '{"mt":"GetUserInfo"}') {
	return $f->request(POST => $api, {Authorization => $header}, $body);
}

sub is_stale ($res) {
	return $res->code == 401 && (grep { /stale=true/ }
	    @{$res->headers->every_header('WWW-Authenticate')}) ? 1 : 0;
}

subtest 'digest' => sub {
	my $list = challenges();
	is scalar @$list, 2, 'two challenges';
	my $order = sub { join ' ', map { /algorithm=([\w-]+)/ } @{challenges()} };
	is $order->(), 'MD5 SHA-256', 'MD5 first, for clients that take the first';
	$f->cli(qw(setting set digest.order strong));
	is $order->(), 'SHA-256 MD5', 'digest.order strong: SHA-256 first';
	$f->cli(qw(setting set digest.order compatible));
	is $order->(), 'MD5 SHA-256', 'compatible: as before';
	isnt +($f->try_cli(qw(setting set digest.order none)))[0], 0,
	    'there is no third';
	like $_, qr/^Digest realm="devices api".*qop="auth"/,
	    'of the API of the instance' for @$list;
	like $f->get($f->base . '/csvapi')->headers->www_authenticate,
	    qr/^Digest realm="devices",/, 'csvapi keeps the name alone';
	unlike "@$list", qr/stale=true/, 'not stale';
	for my $algorithm (qw(MD5 SHA-256)) {
		my @o = ('POST', $api, {user => 'example.com',
		    password => $f->password, algorithm => $algorithm});
		my $c = challenges();
		my $header = $f->digest_header($c, @o);
		is with($header)->code, 200, "$algorithm is accepted";
		my $again = with($header);
		is $again->code, 401, 'a replayed nonce count is refused';
		ok is_stale($again), 'and told to be stale';
		$o[2]{nc} = 2;
		is with($f->digest_header($c, @o))->code, 200,
		    'the next count of the same nonce';
		$o[2]{nc} = 9;
		is with($f->digest_header($c, @o))->code, 200, 'counts may skip';
		$o[2]{nc} = 5;
		is with($f->digest_header($c, @o))->code, 200,
		    'and overtake each other';
		is with($f->digest_header($c, @o))->code, 401, 'but not repeat';
		$o[2]{nc} = 20;
		$o[2]{password} = 'wrong';
		my $wrong = with($f->digest_header($c, @o));
		is $wrong->code, 401, 'a wrong password';
		ok !is_stale($wrong), 'is not stale';
		$o[2]{password} = $f->password;
		$o[2]{nc} = 21;
		for my $change (['nonce="', 'nonce="0'], ['realm="devices api"',
		    'realm="devices"'], ["uri=\"$api\"", 'uri="/else"'],
		    ['qop=auth', 'qop=auth-int'], ['response="', 'response="0'],
		    ['username="', 'username="x'], ['nc=000', 'nc=00x'],
		    ['algorithm=', 'algorithm=X']) {
			my $h = $f->digest_header($c, @o);
			substr($h, index($h, $change->[0]),
			    length $change->[0]) = $change->[1];
			is with($h)->code, 401, "$change->[1] is refused";
		}
	}
	my $c = challenges();
	my $h = $f->digest_header($c, 'POST', $api, {user => 'example.com',
	    password => $f->password});
	$f->kill_program('devices');
	$f->ready;
	ok is_stale(with($h)), 'a nonce of before a restart is stale'
	    unless with($h)->code == 200;
	$f->cli(qw(domain set example.com --password-file),
	    $f->secret_file('the domain'));
	is $f->api({mt => 'GetUserInfo'}, password => 'the domain')->{admin}, 1,
	    "the password of the instance's domain is an administrator's";
	is $f->api({mt => 'GetUserInfo'}, @north)->{admin}, 0,
	    "another domain's is not";
	is $f->api({mt => 'GetUserInfo'}, user => 'North.EXAMPLE',
	    password => 'north')->{admin}, 0, 'names are compared without case';
	my @shape = map { my $r = $f->post('{"mt":"GetUserInfo"}', @$_);
	    [$r->code, $r->body, members($r->headers->to_hash)] }
	    [user => 'nobody.example', password => 'x'],
	    [user => 'north.example', password => 'x'];
	is_deeply $shape[0], $shape[1],
	    'an unknown domain is refused as a wrong password is';
};

subtest 'Bearer' => sub {
	my $account = ask('AddAccount', name => 'monitor',
	    role => 'system-admin')->{id};
	my $made = ask('AddKey', accountId => $account, name => 'k');
	like $made->{key}, qr/^flk_\d+_[a-zA-Z0-9!_]{32}$/, 'a key is made';
	is with("Bearer $made->{key}")->code, 200, 'and works';
	is with("bearer  $made->{key}")->code, 200, 'in any case';
	my $wrong = $made->{key} =~ s/(.)$/$1 eq 'a' ? 'b' : 'a'/er;
	is with("Bearer $_")->code, 401, "\"$_\" does not" for $wrong, 'x',
	    'flk_1_', "flk_999_" . 'x' x 32, 'x' x 5000;
	my ($key) = @{ask('GetKeys', accountId => $account)->{keys}};
	is members($key), 'accountId created id lastUsed name revoked',
	    'it is listed, without its secret';
	ok $key->{lastUsed} > 0, 'with its last use';
	is ask('EditKey', id => $made->{id}, name => 'other')->{error}, undef,
	    'it can be renamed';
	is ask('DeleteKey', id => $made->{id})->{error}, undef, 'it is revoked';
	is with("Bearer $made->{key}")->code, 401, 'and worth nothing';
	is ask('GetKeys', accountId => $account)->{keys}[0]{revoked}, 1,
	    'it stays in the list';
	my $k2 = ask('AddKey', accountId => $account, name => 'k2')->{key};
	ask('DeleteAccount', id => $account);
	is with("Bearer $k2")->code, 401, 'the keys of a removed account too';
};

# What nginx hands on; which origins are ours is in t/web/origin.c.
subtest 'pages of other origins' => sub {
	my $ours = $f->origin;
	my $key = $f->cli(qw(key add admin)) =~ s/\n//r;
	my $code = sub ($headers, %o) { $f->post('{"mt":"GetUserInfo"}',
	    headers => $headers, %o)->code };
	is $code->({Origin => $ours}), 200, 'a page of ours is let in';
	is $code->({Origin => $ours, 'Sec-Fetch-Site' => 'same-origin'}), 200,
	    'as its browser says it';
	for my $h ({Origin => 'http://evil.example'}, {Origin => 'null'},
	    {Origin => ''}, {Origin => "$ours.evil.example"},
	    {Origin => $ours =~ s/:\d+$//r}, {Origin => $ours =~ s/p:/ps:/r},
	    {Origin => [$ours, $ours]}, {'Sec-Fetch-Site' => 'cross-site'},
	    {'Sec-Fetch-Site' => 'same-site', Origin => $ours},
	    {'Sec-Fetch-Site' => ['none', 'cross-site']}) {
		my $what = encode_json($h);
		my $res = $f->post('{"mt":"AddDomain","name":"evil.example"}',
		    headers => $h);
		is $res->code . $res->body,
		    qq(403{"error":"foreign origin"}\n), "$what is refused";
		is $res->headers->www_authenticate, undef,
		    'and no password is asked for';
		is $code->($h, key => $key), 200, 'a key may come from anywhere';
	}
	is scalar(grep { $_->{name} eq 'evil.example' }
	    @{ask('GetDomains')->{domains}}), 0, 'nothing was done';
	isnt $f->request(POST => '/billing/api/devices_get',
	    {Origin => 'http://evil.example'})->code, 403,
	    'what carries its hash in the request needs no such check';
	for my $type (qw(text/plain application/x-www-form-urlencoded), '') {
		is $code->({'Content-Type' => $type}), 200,
		    "who is no browser may call his message '$type'";
	}
};

subtest 'no browser guesses what an answer of ours is' => sub {
	my @answers = (['the API', POST => $api], ['csvapi', GET => $f->base
	    . '/csvapi'], ['health', GET => '/health'], ['metrics', GET =>
	    '/metrics'], ['billing', GET => '/api/devices_get'], ['nginx: nothing there', GET =>
	    '/x'], ['a websocket address', GET => $f->base . '/'], ['nginx: too '
	    . 'long', POST => $api, {}, 'x' x 1100000], ["the hub's 403", GET =>
	    $f->base . '/passthrough/0090334100be/x/x']);
	for (@answers) {
		my ($what, @request) = @$_;
		is_deeply $f->request(@request)->headers
		    ->every_header('X-Content-Type-Options'), ['nosniff'],
		    $what;
	}
};

subtest 'an error of a list carries the list, empty' => sub {
	for (['GetDevices', 'devices', domainIds => 'x'], ['GetPhones',
	    'phones', hwIds => {}], ['GetCategories', 'categories',
	    domainId => 'x'], ['GetDeviceConfigs', 'configs',
	    domainId => 'x'],
	    ['GetRentalHistory', 'history']) {
		my ($mt, $name, %m) = @$_;
		my $r = ask($mt, %m);
		is_deeply [$r->{$name}, $r->{last}, !!$r->{error}],
		    [[], true, 1], "$mt: $name, last and error";
	}
	for (['GetClaims', 'claims'], ['GetDevicePhones', 'phones'],
	    ['GetAccess', 'domainIds'], ['GetDeviceCategories', 'categories']) {
		my ($mt, $name) = @$_;
		my $r = ask($mt);
		is_deeply [$r->{$name}, exists $r->{last}, $r->{error}],
		    [[], '', 'invalid value'], "$mt: $name, but no last";
	}
	is_deeply ask('GetDevice'), {mt => 'GetDeviceResult', field => 'hwId',
	    error => 'invalid value'}, 'a single answer has neither';
	my $app = App->new(url => $f->ws_url)->connect;
	is_deeply $app->ask({mt => 'GetDevices', src => 'x'}), {mt =>
	    'GetDevicesResult', src => 'x', devices => [], last => true,
	    error => 'login required'}, 'before the login too';
	$app->disconnect;
};

# 64 KiB hold more than 5,000 ids; the one that is there comes once.
subtest 'as many ids as fit into a message' => sub {
	my @none = map { sprintf '00903f%06x', $_ } 1 .. 4990;
	my $message = sub ($list) { encode_json({mt => 'GetGateways', hwIds =>
	    $list}) };
	for my $list (join(',', '0090334100be', @none, '00-90-33-41-00-BE'),
	    ['0090334100be', @none[0 .. 4300], '00:90:33:41:00:be']) {
		my $text = $message->($list);
		cmp_ok length $text, '<=', 65536, length($text) . ' bytes';
		my $r = decode_json($f->post($text)->body);
		is_deeply [map { $_->{hwId} } @{$r->{gateways}}],
		    ['0090334100be'], 'the one device, however often it is named'
		    or diag $r->{error};
	}
	my $r = decode_json($f->post($message->(join ',', ('a') x 32700,
	    '0090334100be'))->body);
	is scalar @{$r->{gateways}}, 1, 'the shortest ids, too'
	    or diag $r->{error};
	is $f->post($message->(join ',', @none, @none))->code, 413,
	    'more is too long a message';
};

subtest 'sessions of HTTP' => sub {
	$gw->answer(sub ($r) { {body => 'here'} });
	my $uri = ask('GetDevice', hwId => $gw->id)->{device}{uri};
	is ask('GetDevice', hwId => $gw->id)->{device}{uri}, $uri,
	    'the uri stays the same';
	is $f->get("${uri}x")->body, 'here', 'it works';
	$f->sql(
	    'UPDATE http_session SET last_used = last_used - 901000');
	$f->kill_program($_) for qw(hub devices);
	$f->ready;
	$gw->wait_for('closed');
	wait_until(sub { eval { $gw->connect } });
	is $f->get("${uri}x")->code, 403, 'not after 15 minutes without use';
	# The note of its use may be left out while somebody writes.
	my $new;
	ok wait_until(sub {
		$new = ask('GetDevice', hwId => $gw->id)->{device}{uri};
		$f->get("${new}x")->body eq 'here';
	}), 'the next one works';
};

# ---- forms -----------------------------------------------------------------

subtest 'what is no message' => sub {
	my $deep = '[' x 200 . ']' x 200;
	my %bad = ('nothing' => '', 'no JSON' => '{"mt":', 'text' => 'hello',
	    'an array' => '[{"mt":"GetDevices"}]', 'no mt' => '{"m":1}',
	    'a number as mt' => '{"mt":7}', 'an empty mt' => '{"mt":""}',
	    'two objects' => '{"mt":"GetDomains"}{"mt":"GetDomains"}',
	    'too deep' => qq({"mt":"GetDomains","x":$deep}),
	    'broken UTF-8' => qq({"mt":"GetDevice","hwId":"\xff"}),
	    'a NUL' => qq({"mt":"GetDevice","hwId":"\0"}));
	for my $what (sort keys %bad) {
		my $res = $f->post($bad{$what});
		is $res->code, 400, "$what is a 400";
		my $r = eval { decode_json($res->body) };
		is members($r // {}), 'error', 'with an error';
	}
	my $res = $f->post('{"mt":"GetDomains","x":"' . 'x' x 70000 . '"}');
	is $res->code, 413, 'more than 64 KiB is a 413';
	ok decode_json($res->body)->{error}, 'with an error';
	$res = $f->post('{"mt":"GetDomains","x":"' . 'x' x 2000000 . '"}');
	is $res->code, 413, 'more than nginx takes as well';
	ok decode_json($res->body)->{error}, 'with an error';
	for my $method (qw(GET PUT DELETE OPTIONS)) {
		$res = $f->request($method => $api);
		is $res->code, 405, "$method is a 405";
		is $res->headers->header('Allow'), 'POST', 'that names POST';
	}
	is $f->get($f->base)->headers->location, $f->base . '/',
	    'a browser that opens the printed URL is led to the console';
	like $f->get($f->base . '/')->body, qr/<title>fleetline/, '... which is there';
	is $f->get($_)->code, 404, "$_ is a 404" for '/', $f->base . '/nothing', '/hub/identify',
	    $f->base . '/api/x', '/fleetline.conf';
	$res = $f->request(POST => '/hub/api', {}, '{}');
	is $res->code, 404, 'questions of the hub are not asked from outside';
	$res = $f->post('{"mt":"GetDomains"}');
	is $res->headers->content_type, 'application/json', 'answers are JSON';
	is $res->headers->cache_control, 'no-store', 'not to be kept';
	$res = $f->post('{"mt":"SetDeviceFilter"}');
	is_deeply decode_json($res->body), {},
	    'a message without answer gets an empty object';
};

subtest 'lines' => sub {
	my $csv = join "\n", 'hwId,domain',
	    map { sprintf 'line-%04d,south.example', $_ } 1 .. 2500;
	$f->cli(qw(import devices), $f->secret_file($csv));
	my $body = '{"mt":"GetDevices","src":{"a":1}}';
	my $res = $f->post($body, @south,
	    headers => {Accept => 'application/x-ndjson'});
	is $res->headers->content_type, 'application/x-ndjson', 'the type';
	my @lines = split /\n/, $res->body;
	ok @lines > 5, 'a long list is many lines';
	is scalar(grep { length > 65536 } @lines), 0, 'none above 64 KiB';
	my @m = map { decode_json($_) } @lines;
	is scalar(map { @{$_->{devices}} } @m), 2501, 'all devices';
	is scalar(grep { $_->{mt} ne 'GetDevicesResult'
	    || $_->{src}{a} != 1 } @m), 0, 'each has mt and src';
	is_deeply [map { $_->{last} ? 1 : 0 } @m], [(0) x $#m, 1],
	    'the last has last';
	my $one = decode_json($f->post($body, @south)->body);
	is scalar @{$one->{devices}}, 2501, 'without it one object holds all';
	my %seen = map { $_->{hwId} => 1 } @{$one->{devices}};
	is scalar keys %seen, 2501, 'each once';
	# What the list costs in memory is tested by the bench.
	$res = $f->post('{"mt":"Nothing"}', headers =>
	    {Accept => 'application/x-ndjson'});
	is scalar(split /\n/, $res->body), 1, 'an error is one line';
};

# ---- messages --------------------------------------------------------------

my $device = 'domainId hasLeaseLicenses hwId id online pbxActive product '
    . 'rentalStarted rentalWant rented type version';

sub device_members ($d, @more) {
	my %m = map { $_ => 1 } split(/ /, $device), @more;
	$m{name} = 1 if exists $d->{name};
	return join ' ', sort keys %m;
}

subtest 'client API' => sub {
	my %list = (GetGateways => ['gateways', '0090334100be', $other{VA}],
	    GetAppPlatforms => ['appPlatforms', $other{APP_PLATFORM}],
	    GetPhones => ['phones', $other{PHONE}],
	    GetDects => ['dects', $other{DECT}]);
	for my $mt (sort keys %list) {
		my ($member, @want) = @{$list{$mt}};
		my $r = $f->api({mt => $mt, src => 7}, @north);
		is members($r), join(' ', sort qw(mt src last), $member),
		    "$mt has its members";
		is_deeply [sort map { $_->{hwId} } @{$r->{$member}}],
		    [sort @want], 'and its devices';
		is members($_), device_members($_, qw(uri ethIfs)),
		    'with theirs' for $r->{$member}[0];
		$r = $f->api({mt => $mt, hwIds => "none,$want[0]"}, @north);
		is_deeply [map { $_->{hwId} } @{$r->{$member}}], [$want[0]],
		    'those that hwIds names';
		$r = $f->api({mt => $mt, hwIds => ''}, @north);
		is scalar @{$r->{$member}}, scalar @want, 'or all';
		$r = $f->api({mt => $mt, hwIds => 'none'}, @north);
		is_deeply $r, {mt => "${mt}Result", $member => [], last => true},
		    'an empty list is an answer';
		$r = ask($mt, hwIds => {});
		is $r->{error}, 'invalid value', 'hwIds must be a text';
		is $r->{last}, 1, 'the error is the last';
	}
	my $r = ask('GetGateways', justFxs => \1);
	is_deeply [map { $_->{hwId} } @{$r->{gateways}}], ['0090334100be'],
	    'justFxs narrows';
	is_deeply [map { $_->{hwId} } @{ask('GetGateways',
	    hwIds => ['00-90-33-41-00-BE'])->{gateways}}], ['0090334100be'],
	    'another spelling, in an array';

	$r = ask('GetDevice', hwId => '0090334100be', api => 'x');
	is members($r), 'api device mt', 'GetDevice';
	is members($r->{device}), device_members($r->{device},
	    qw(uri ethIfs)), 'has a device';
	is_deeply ask('GetDevice', hwId => 'none'),
	    {mt => 'GetDeviceResult', error => 'not found'}, 'or none';
	is_deeply ask('GetDevice'), {mt => 'GetDeviceResult',
	    error => 'invalid value', field => 'hwId'}, 'or lacks its field';
	is ask('GetDevice', hwId => $_)->{error} // '', 'invalid value',
	    encode_json([$_]) . ' is no hardware id' for 7, {}, '', undef;

	is_deeply ask('GetDevicePhones', hwId => '0090334100be'),
	    {mt => 'GetDevicePhonesResult', phones => []},
	    'a gateway without phones';
	$f->sql('INSERT INTO fxs_phone SELECT id, x'
	    . " FROM device, (SELECT 'TEL1' x UNION SELECT 'TEL2')"
	    . " WHERE hw_id = '0090334100be'");
	is_deeply ask('GetDevicePhones', hwId => '0090334100be')->{phones},
	    ['TEL1', 'TEL2'], 'with phones';
	is $f->api({mt => 'RemoveDevicePhone', hwId => '0090334100be',
	    id => 'TEL1'}, @south)->{error}, 'not found',
	    'another domain removes none';
	is_deeply $f->api({mt => 'RemoveDevicePhone', hwId => '0090334100be',
	    id => 'TEL1'}, @north), {mt => 'RemoveDevicePhoneResult'},
	    'RemoveDevicePhone';
	is_deeply ask('GetDevicePhones', hwId => '0090334100be')->{phones},
	    ['TEL2'], 'removes it';
	ok ask('RemoveDevicePhone', hwId => '0090334100be', id => 'TEL1')
	    ->{error}, 'once';
	is ask($_, hwId => 'none', id => 'TEL1')->{error}, 'not found',
	    "$_ of an unknown device" for qw(GetDevicePhones RemoveDevicePhone);
};

subtest 'HttpGet' => sub {
	my $uri = ask('GetDevice', hwId => $gw->id)->{device}{uri};
	my $get = sub (%a) {
		$gw->answer(sub ($r) { {headers => ['Content-Type: '
		    . ($a{type} // 'text/plain')], %a} });
		return ask('HttpGet', uri => "${uri}log.txt?x=%2f");
	};
	is_deeply $get->(body => "line 1\nline \"2\"\n"),
	    {mt => 'HttpGetResult', status => 200, last => true,
	    contentType => 'text/plain', data => "line 1\nline \"2\"\n"},
	    'the text of a device';
	is $gw->requests->[-1]{target}, '/log.txt?x=%2f', 'of this path';
	is $get->(body => "\xc3\xbc")->{data}, "\xfc", 'in UTF-8';
	my $r = $get->(body => "\x00\xff\xfe", type => 'image/png');
	is_deeply [@$r{qw(data encoding contentType)}],
	    ['AP/+', 'base64', 'image/png'], 'what is no text comes in base64';
	is $get->(status => '404 Not Found', body => 'no')->{status}, 404,
	    'the status is that of the device';
	my $n = 1 << 19;
	is length $get->(body => 'x' x $n)->{data}, $n, 'half a MiB';
	is $get->(body => 'x' x (1 << 21))->{error}, 'answer too large',
	    'two are too much';
	$r = $get->(raw => "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:"
	    . $f->port . "/health\r\nContent-Length: 0\r\n\r\n");
	is $r->{status}, 302, 'redirections are not followed';
	my $path = Mojo::URL->new($uri)->path;
	is ask('HttpGet', uri => "https://fleet.example${path}x")->{status}, 302,
	    'of the uri only hardware id and path count';
	for my $bad ('http://127.0.0.1:' . $f->port . '/health', 'x', '/',
	    'file:///etc/passwd', $f->origin . $f->base . '/api',
	    'http://evil.example/passthrough') {
		is ask('HttpGet', uri => $bad)->{error}, 'invalid uri',
		    "$bad is not fetched";
	}
	is $f->api({mt => 'HttpGet', uri => "${uri}x"}, @south)->{error},
	    'not found', 'whoever may not see the device does not reach it';
	is $f->api({mt => 'HttpGet', uri => "${uri}x"}, @north)->{status}, 302,
	    'who may does';
	is ask('HttpGet', uri => ask('GetDevice', hwId => $other{VA})
	    ->{device}{uri})->{error}, 'device offline', 'an offline device';
	my $t = time;
	is $get->(silent => 1)->{error}, 'no answer', 'a silent device';
	my $took = time - $t;
	ok $took < 12, 'after its 10 seconds' or diag $took;
};

subtest 'service API' => sub {
	for my $mt (qw(GetUserInfo GetLoginInfo)) {
		my $r = ask($mt, src => 's');
		is members($r), 'admin key mt src', "$mt has its members";
		like $r->{key}, qr/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/,
		    'and a key';
	}
	my $r = $f->api({mt => 'GetDomains'}, @north);
	is members($r), 'domains last mt', 'GetDomains';
	is members($r->{domains}[0]), 'categories deployAdminPasswords '
	    . 'hasRentalProducts id isInstanceDomain name', 'has domains';
	my ($own) = grep { $_->{isInstanceDomain} }
	    @{ask('GetDomains')->{domains}};
	is $own->{name}, 'example.com', 'one is that of the instance';
	ok $own->{deployAdminPasswords}, 'which deploys passwords';

	my $ids = sub ($r) { join ' ', sort map { $_->{hwId} =~
	    /^line/ ? () : $_->{hwId} } @{$r->{devices}} };
	my $all = join ' ', sort '0090334100be', values %other;
	$r = $f->api({mt => 'GetDevices'}, @north);
	is members($r), 'devices last mt', 'GetDevices';
	is $ids->($r), $all, 'has the devices of the domain';
	ok !(grep { exists $_->{uri} } @{$r->{devices}}), 'without uri';
	my $both = join ' ', sort '0090334100be', $other{VA};
	ask('AddCategory', domainId => $north, name => $_) for qw(a b);
	ask('EditDevice', hwId => '0090334100be', categories => 'a,b');
	ask('EditDevice', hwId => $other{VA}, categories => 'a');
	for ([{categories => 'a'}, $both],
	    [{categories => 'b'}, '0090334100be'],
	    [{categories => 'a,x'}, $both],
	    [{categories => 'a', subcategories => 'b'}, '0090334100be'],
	    [{categories => ''}, $all], [{categories => 'x'}, ''],
	    [{domainIds => "$north"}, $all], [{domainIds => [$north]}, $all],
	    [{domainIds => "$north,$south"}, $all],
	    [{domainIds => "$south"}, ''], [{domainIds => '999'}, ''],
	    [{unassigned => \1}, ''], [{unassigned => \0}, $all],
	    [{unassigned => \1, domainIds => "$north"}, $all]) {
		my ($filter, $want) = @$_;
		is $ids->($f->api({mt => 'GetDevices', %$filter}, @north)), $want,
		    'filter ' . encode_json($filter);
	}
	for ([{domainIds => 'x'}, 'domainIds'], [{domainIds => -1}, 'domainIds'],
	    [{unassigned => 'yes'}, 'unassigned'], [{categories => 7},
	    'categories']) {
		my ($filter, $field) = @$_;
		my $r = ask('GetDevices', %$filter);
		is_deeply [@$r{qw(error field last)}],
		    ['invalid value', $field, true], encode_json($filter);
	}

	$r = $f->api({mt => 'GetFilteredDevices'}, @north);
	is members($r), 'devices last mt', 'GetFilteredDevices';
	is $ids->($r), $all, 'by itself: the domain of the login';
	ok $r->{devices}[0]{uri}, 'with uri';
	is $ids->(ask('GetFilteredDevices')), '',
	    'that of the instance has no device';
	is $ids->(ask('GetFilteredDevices', domainId => $north, types =>
	    [qw(GW PHONE)])), join(' ', sort '0090334100be', $other{PHONE}),
	    'types';
	is $ids->(ask('GetFilteredDevices', domainId => $north,
	    justFxs => \1)), '0090334100be', 'justFxs';
	is $ids->(ask('GetFilteredDevices', domainId => $north,
	    hwIds => $other{VA})), $other{VA}, 'hwIds';
	is ask('GetFilteredDevices', types => ['TOASTER'])->{error},
	    'unknown device type', 'a type that does not exist';
	is_deeply $f->api({mt => 'GetFilteredDevices', domainId => $south},
	    @north)->{devices} // [], [], 'not those of another domain';

	is_deeply ask('GetUnassignedDevicesCount'),
	    {mt => 'GetUnassignedDevicesCountResult', count => 0}, 'none';
	my $claim = $f->device(id => '009033999999')->connect;
	# The rules know it before the hub has read their answer, and can offer.
	wait_until(sub { $f->log_of('hub') =~ /claim conn=\d+ hwId=009033999999/ });
	wait_until(sub { ask('GetUnassignedDevicesCount')->{count} });
	is ask('GetUnassignedDevicesCount')->{count}, 1,
	    'GetUnassignedDevicesCount';
	is $ids->(ask('GetDevices', unassigned => \1)), '009033999999',
	    'unassigned only';
	my ($c) = @{ask('GetClaims', hwId => '009033999999')->{claims}};
	is members($c), 'boot conn firstSeen hub lastSeen online product'
	    . ' remote type version', 'GetClaims';
	is_deeply ask('AssignDevice', hwId => '009033999999',
	    domainId => $south, boot => $c->{boot}, conn => $c->{conn}),
	    {mt => 'AssignDeviceResult', delivered => true},
	    'AssignDevice with a claim';
	ok $claim->wait_for('password'), 'which gets the password';
	ask('AddCategory', domainId => $south, name => 'only-there');
	ask('EditDevice', hwId => '009033999999', categories => 'only-there');
	is_deeply ask('AssignDevice', hwId => '009033999999',
	    domainId => $north)->{categoriesLost}, ['only-there'],
	    'another domain has not all categories';
	is ask('AssignDevice', hwId => '009033999999', domainId => $south,
	    conn => 1)->{error}, 'invalid value', 'a claim has boot and conn';
	is_deeply ask('UnassignDevice', hwId => '009033999999'),
	    {mt => 'UnassignDeviceResult'}, 'UnassignDevice';
	is_deeply ask('DeleteDevice', hwId => '009033999999'),
	    {mt => 'DeleteDeviceResult'}, 'DeleteDevice';
	$claim->disconnect;

	my @two = map { $f->device(id => '009033999998')->connect } 1, 2;
	my $claims = sub { ask('GetClaims', hwId => '009033999998')->{claims} };
	wait_until(sub { @{$claims->() // []} == 2 });
	$r = ask('AssignDevice', hwId => '009033999998', domainId => $south);
	like $r->{error}, qr/name one$/, 'of two claims one must be named';
	is_deeply [sort map { $_->{conn} } @{$r->{claims}}],
	    [sort map { $_->{conn} } @{$claims->()}], '... and here they are';
	is ask('GetDevice', hwId => '009033999998')->{device}{domainId} // 0, 0,
	    '... none was chosen';
	$_->disconnect for @two;

	ask('AddCategory', domainId => $north, name => 'prov', config => \1);
	$r = ask('GetProvisioningCategories', domainId => $north);
	is members($r), 'categories last mt', 'GetProvisioningCategories';
	is_deeply $r->{categories}, [{id => $r->{categories}[0]{id},
	    domainId => $north, name => 'prov', config => true}],
	    'has those for provisioning';
	is scalar @{$f->api({mt => 'GetProvisioningCategories'}, @north)
	    ->{categories}}, 1, 'by itself: of the domain of the login';
	is $f->api({mt => 'GetProvisioningCategories', domainId => $south},
	    @north)->{error}, 'not found', 'not of another';

	is $f->post(encode_json({mt => $_, recvUpdates => \1}))->body =~
	    s/\s//r, '{}', "$_ has no answer"
	    for qw(SetDeviceFilter SetDeviceFiler PbxInfo);
	is ask('Search')->{error}, 'not supported', 'Search is not supported';
	is_deeply ask('Nothing', src => [1]), {mt => 'NothingResult', src => [1],
	    error => 'unknown message'}, 'nor is what does not exist';
	is members(ask('AppInfo', app => 'innovaphone-devices')),
	    'app info mt serviceInfo', 'AppInfo';
	is ask('KeepAlive')->{mt}, 'KeepAlive', 'KeepAlive';
};

subtest 'administration' => sub {
	my $ok = sub ($mt, %m) {
		my $r = ask($mt, %m);
		is $r->{error}, undef, "$mt " . encode_json(\%m);
		return $r;
	};
	my $no = sub ($error, $mt, %m) {
		is ask($mt, %m)->{error}, $error, "$mt " . encode_json(\%m)
		    . " is $error";
	};
	my $bad = sub ($field, $mt, %m) {
		my $r = ask($mt, %m);
		is_deeply [@$r{qw(error field)}], ['invalid value', $field],
		    "$mt: wrong $field";
	};

	my $d = $ok->('AddDomain', name => 'third.example', password => 'pw-3',
	    deployAdminPasswords => \1)->{id};
	$no->('exists already', 'AddDomain', name => 'Third.example');
	$bad->('name', 'AddDomain', name => '');
	$bad->('name', 'AddDomain');
	$bad->('password', 'AddDomain', name => 'x', password => 'x' x 129);
	is_deeply [@{ask('AddDomain', name => $_)}{qw(error field)}],
	    ['invalid domain name', 'name'], "AddDomain: $_ is no name, and says so"
	    for 'not a name', '-x', 'a..b';
	$bad->('password', 'AddDomain', name => 'x', password => "a\tb");
	is_deeply [@{ask('EditDomain', id => $d, adminPasswords => 'none')}{qw(error
	    field)}], ['adminPasswords: domain or random', 'adminPasswords'],
	    'EditDomain: neither of the words';
	$ok->('EditDomain', id => $d, name => 'fourth.example');
	$ok->('EditDomain', id => $d, deployAdminPasswords => \0);
	$no->('not found', 'EditDomain', id => 999, name => 'x');
	$no->('exists already', 'EditDomain', id => $d, name => 'north.example');
	is $f->api({mt => 'GetUserInfo'}, user => 'fourth.example',
	    password => 'pw-3')->{admin}, 0, 'its password is a login';
	$ok->('EditDomain', id => $d, password => '');
	is $f->post('{"mt":"GetUserInfo"}', user => 'fourth.example',
	    password => '')->code, 401, 'an empty one is none';
	ok ask('EditDomain', id => $id{'example.com'}, name => 'x.example')
	    ->{error}, 'the domain of the instance keeps its name';
	ok ask('DeleteDomain', id => $id{'example.com'})->{error},
	    'and cannot be deleted';

	$ok->('GrantAccess', domainId => $d, targetId => $south);
	$ok->('GrantAccess', domainId => $d, targetId => $south);
	is_deeply $ok->('GetAccess', domainId => $d)->{domainIds}, [$south],
	    'which it may act on';
	$ok->('RevokeAccess', domainId => $d, targetId => $south);
	is_deeply $ok->('GetAccess', domainId => $d)->{domainIds}, [],
	    'or not any more';
	$no->('not found', 'GrantAccess', domainId => $d, targetId => 999);
	$bad->('targetId', 'GrantAccess', domainId => $d);

	my $k = $ok->('AddCategory', domainId => $d, name => 'Phones',
	    config => \1)->{id};
	$no->('exists already', 'AddCategory', domainId => $d, name => 'Phones');
	ok ask('AddCategory', domainId => $d, name => 'a,b')->{error},
	    'no commas';
	$ok->('EditCategory', id => $k, name => 'Telephones', config => \0);
	my $r = $ok->('GetCategories', domainId => $d);
	is_deeply $r->{categories}, [{id => $k, domainId => $d,
	    name => 'Telephones', config => false}], 'GetCategories has them';
	$no->('not found', $_, id => 999999) for qw(EditCategory DeleteCategory);

	$ok->('AddDevice', hwId => '00-90-33-00-0A-01', domainId => $d,
	    name => "M\x{fc}ller", type => 'PHONE', product => 'IP222',
	    categories => 'Telephones', password => 'x' x 32);
	$no->('exists already', 'AddDevice', hwId => '009033000a01',
	    domainId => $north);
	$no->('not found', 'AddDevice', hwId => 'a1', domainId => 999);
	$no->('not found', 'AddDevice', hwId => 'a1', domainId => $d,
	    categories => 'None');
	$no->('unknown device type', 'AddDevice', hwId => 'a1',
	    domainId => $d, type => 'TOASTER');
	$bad->('domainId', 'AddDevice', hwId => 'a1');
	$bad->('password', 'AddDevice', hwId => 'a1', domainId => $d,
	    password => 'short');
	ok ask('AddDevice', hwId => $_, domainId => $d)->{error},
	    "no device \"$_\"" for '..', 'a b', '../x';
	is ask('GetDevice', hwId => 'a1')->{error}, 'not found',
	    'an error adds nothing';
	is ask('GetDevice', hwId => '009033000a01')->{device}{name},
	    "M\x{fc}ller", 'the name is kept';
	is_deeply $ok->('GetDeviceCategories', hwId => '009033000a01')
	    ->{categories}, ['Telephones'], 'and the category';
	my $phone = $f->device(id => '009033000a01', password => 'x' x 32)
	    ->connect;
	ok $phone->wait_for('password'), 'a device that is moved over';
	is $phone->password, 'x' x 32, 'gets the password it had';
	$phone->disconnect;
	$ok->('EditDevice', hwId => '009033000a01', name => 'other',
	    categories => '');
	is_deeply ask('GetDeviceCategories', hwId => '009033000a01')
	    ->{categories}, [], 'EditDevice replaces categories';
	$no->('not found', 'EditDevice', hwId => '009033000a01',
	    name => 'half', categories => 'None');
	is ask('GetDevice', hwId => '009033000a01')->{device}{name}, 'other',
	    'or changes nothing';
	$ok->('GetDevicePassword', hwId => '009033000a01');
	$no->('not found', $_, hwId => 'none', domainId => $d)
	    for qw(EditDevice DeleteDevice AssignDevice UnassignDevice
	    GetDevicePassword GetDeviceCategories);
	$ok->('DeleteCategory', id => $k);
	ok ask('DeleteDomain', id => $d)->{error}, 'a domain with devices stays';
	$ok->('UnassignDevice', hwId => '009033000a01');
	$ok->('DeleteDevice', hwId => '009033000a01');
	$ok->('DeleteDomain', id => $d);
	$no->('not found', 'DeleteDomain', id => $d);

	my $made = $ok->('AddAccount', name => 'jm', role => 'manager', id => 77,
	    owner => 0, password => 'secret-jm', permissions => 'connection_points',
	    domainIds => "$north,$south", mail => 'jm@north.example');
	is $made->{id}, 77, 'with the id that was asked for';
	my ($row) = grep { $_->{id} == 77 } @{$ok->('GetAccounts')->{accounts}};
	is members($row), 'domainIds hasPassword hasSecondFactor id mail name owner permissions '
	    . 'readOnly role',
	    'GetAccounts has its members';
	is_deeply $row, {id => 77, name => 'jm', role => 'manager', owner => 0,
	    permissions => $row->{permissions}, hasPassword => true,
	    readOnly => false, hasSecondFactor => false, mail => 'jm@north.example',
	    domainIds => [$north, $south]}, 'as they were given';
	$no->('exists already', 'AddAccount', name => 'jm', role => 'user');
	$no->('unknown role', 'AddAccount', name => 'x', role => 'king');
	$no->('not found', 'AddAccount', name => 'x', role => 'manager',
	    domainIds => '999');
	$no->('invalid mail address', 'EditAccount', id => 77, mail => 'jm@');
	$ok->('EditAccount', id => 77, role => 'company-admin', name => 'jm2',
	    domainIds => "$north", mail => '');
	($row) = grep { $_->{id} == 77 } @{$ok->('GetAccounts')->{accounts}};
	is $row->{mail}, '', 'an empty address takes it away';
	$no->('not found', 'EditAccount', id => 999, name => 'x');
	ok ask('EditAccount', id => 0, role => 'user')->{error},
	    'the administrator stays one';
	ok ask('DeleteAccount', id => 0)->{error}, 'and stays';
	$no->('not found', 'AddKey', accountId => 999, name => 'x');
	$no->('not found', 'DeleteKey', id => 999);
	$ok->('DeleteAccount', id => 77);

	my ($setting) = grep { $_->{key} eq 'offer_minutes' }
	    @{$ok->('GetSettings')->{settings}};
	is members($setting), 'help key value', 'GetSettings';
	$ok->('SetSetting', key => 'offer_minutes', value => '20');
	is $f->cli(qw(setting get offer_minutes)), "20\n", 'SetSetting';
	ok ask('SetSetting', key => 'offer_minutes', value => $_)->{error},
	    "\"$_\" is no value" for '-1', 'x', '99999999';
	$no->('not found', 'SetSetting', key => 'none', value => '1');
	$ok->('SetSetting', key => 'offer_minutes', value => '');
	is $f->cli(qw(setting get offer_minutes)), "1440\n",
	    'an empty value is the default';

	$r = $ok->('GetAudit', limit => 10000);
	is members($r), 'audit last mt', 'GetAudit';
	is members($r->{audit}[0]), 'detail id on time what who', 'has rows';
	my @id = map { $_->{id} } @{$r->{audit}};
	is_deeply \@id, [sort { $b <=> $a } @id], 'newest first';
	my %what = map { $_->{what} => 1 } @{$r->{audit}};
	ok $what{$_}, "$_ is in it" for qw(domain.add domain.edit
	    domain.remove device.add device.assign device.unassign
	    device.remove account.add account.edit account.remove key.add
	    key.remove category.add category.edit category.remove
	    setting.set);
	my $page = $ok->('GetAudit', before => $id[1], limit => 3);
	is_deeply [map { $_->{id} } @{$page->{audit}}], [@id[2 .. 4]],
	    'a page of it';
	my $text = $f->post('{"mt":"GetAudit","limit":10000}')->body;
	unlike $text, qr/pw-3|secret-jm|xxxxxxxx|flk_|\Q@{[$f->password]}\E/,
	    'no secret in it';
	$f->access_log_whole;
	unlike join('', map { $f->log_of($_) } qw(access devices rules hub
	    nginx-error)), qr/pw-3|secret-jm|xxxxxxxx|flk_\d|\Q@{[$f->password]}/,
	    'nor in a log';
};

subtest 'not for domains' => sub {
	for my $mt (qw(AddDomain DeleteDomain GrantAccess RevokeAccess GetAccess
	    AddDevice DeleteDevice AssignDevice UnassignDevice
	    GetClaims GetAccounts AddAccount EditAccount
	    DeleteAccount GetKeys AddKey EditKey DeleteKey SetInstancePassword
	    GetSettings SetSetting)) {
		my $r = $f->api({mt => $mt, hwId => 'x', id => 1, name => 'x',
		    domainId => $north, targetId => $south, accountId => 0,
		    role => 'user', password => 'x', key => 'x', value => 'x'},
		    @north);
		is $r->{error}, 'not allowed', "$mt is for administrators";
	}
};

# ---- trunks, owners --------------------------------------------------------

subtest 'trunks and owners' => sub {
	$f->cli(qw(account add buyer --role user --id 4711));
	$f->cli(qw(device add 0090330e7777 --domain north.example --offer 10));
	my %trunk = (mt => 'AddTrunk', accountId => 4711);
	my $id = $f->api({%trunk, ipaddr => '192.0.2.0/24'})->{id};
	ok $id, 'a trunk is added';
	is $f->api({%trunk, ipaddr => '192.0.2.7', port => 5070, id =>
	    $id + 50})->{id}, $id + 50, 'one with an id of its own';
	is $f->api({%trunk, ipaddr => '192.0.2.7', id => $id})->{error},
	    'exists already', 'an id is taken once';
	like $f->api({%trunk, ipaddr => '192.0.2.0/31'})->{error},
	    qr/^no IPv4 address/, 'a subnet has its limits';
	is $f->api({%trunk, accountId => 4712, ipaddr => '192.0.2.7'})
	    ->{error}, 'not found', 'there must be such an account';
	is_deeply $f->api({mt => 'GetTrunks', accountId => 4711}), {mt =>
	    'GetTrunksResult', last => Mojo::JSON::true, trunks => [
		{id => $id, accountId => 4711, ipaddr => '192.0.2.0/24',
		    port => 5060},
		{id => $id + 50, accountId => 4711, ipaddr => '192.0.2.7',
		    port => 5070}]}, 'both are listed';
	ok !$f->api({mt => 'SetDeviceOwner', hwId => '0090330e7777',
	    accountId => 4711})->{error}, 'a device gets an owner';
	like $f->cli(qw(device show 0090330e7777)), qr/^owner +4711$/m,
	    'which is shown';
	my $owner = sub ($hw_id) { $f->api({mt => 'GetDeviceOwner', hwId => $hw_id}) };
	is_deeply $owner->('0090330e7777'), {mt => 'GetDeviceOwnerResult',
	    accountId => 4711, name => 'buyer'}, '... and told';
	is $owner->('0090330e7778')->{error}, 'not found', 'nobody has what is not there';
	like $f->api({mt => 'SetDeviceOwner', hwId => '0090330e7777',
	    accountId => 0, src => 1})->{mt}, qr/Result$/, 'and none';
	unlike $f->cli(qw(device show 0090330e7777)), qr{^owner +4711}m, 'again';
	is_deeply $owner->('0090330e7777'), {mt => 'GetDeviceOwnerResult',
	    accountId => 0, name => ''}, '... which is told, too';
	ok !$f->api({mt => 'DeleteTrunk', id => $id})->{error}, 'one goes';
	is scalar @{$f->api({mt => 'GetTrunks'})->{trunks}}, 1, 'one is left';
};

# ---- health, metrics -------------------------------------------------------

subtest 'health' => sub {
	my $r = decode_json($f->get('/health')->body);
	is $r->{status}, 'ok', 'all is well';
	is_deeply [map { $r->{parts}{$_} } qw(database hub rules)],
	    [('ok') x 3], 'each part is named';
	for (['hub', 'hub'], ['rules', 'rules']) {
		my ($program, $part) = @$_;
		$f->signal($program => 'STOP');
		my $res;
		wait_until(sub { ($res = $f->get('/health'))->code == 503 });
		is $res->code, 503, "$program does not answer";
		my $r = decode_json($res->body);
		isnt $r->{parts}{$part}, 'ok', 'which is said';
		is $r->{status}, 'down', 'and the whole is down';
		$f->signal($program => 'CONT');
		ok $f->ready, 'it is up again';
	}
	for my $part (qw(billing csvapi dialplan provision)) {
		is $r->{parts}{$part}, 'ok', "$part is named";
		$f->signal($part => 'STOP');
		my $res;
		ok wait_until(sub { decode_json(($res = $f->get('/health'))
		    ->body)->{parts}{$part} ne 'ok' }), 'it is said';
		is $res->code, 200, "without $part the fleet still works";
		$f->signal($part => 'CONT');
	}
	$f->signal(devices => 'STOP');
	my $res;
	wait_until(sub { ($res = $f->get('/health'))->code == 503 });
	is $res->code, 503, 'devices.fcgi does not answer';
	is $res->body, qq({"status":"down"}\n), 'nginx says so';
	$f->signal(devices => 'CONT');
	ok $f->ready, 'it is up again';
};

subtest 'metrics' => sub {
	ask('GetDomains') for 1 .. 3;
	my $res = $f->get('/metrics');
	is $res->code, 200, 'there are metrics';
	like $res->headers->content_type, qr{^text/plain}, 'as text';
	my @lines = grep { !/^#/ } split /\n/, $res->body;
	is scalar(grep { !/^[a-z_]+(\{([a-z_]+="([^"\\]|\\.)*",?)*\})? -?[0-9.e+]+$/
	    } @lines), 0, 'in the form of Prometheus';
	my %value = map { /^(\S+) (\S+)$/ } @lines;
	ok +($value{'fleetline_devices_requests_total{message="GetDomains"}'}
	    // 0) >= 3, 'requests per message';
	ok exists $value{$_}, $_ for qw(fleetline_devices fleetline_domains
	    fleetline_claims fleetline_accounts fleetline_hub_up
	    fleetline_hub_connections fleetline_hub_questions
	    fleetline_database_up fleetline_devices_unassigned);
	my ($name) = map { $_->{name} } grep { $_->{id} == $north }
	    @{ask('GetDomains')->{domains}};
	ok +(grep { $_ eq "fleetline_devices_online{domain=\"$name\"}" }
	    keys %value), 'devices online per domain';
	ok +(grep { /^fleetline_rules_requests_total/ } keys %value),
	    'rules.fcgi is counted too';
	unlike $res->body, qr/\Q@{[$f->password]}\E|flk_/, 'no secret';
};

$gw->disconnect;
done_testing;
