# People and pages come in: tickets, names and passwords, second factors; and
# nobody else does.
use Fleetline;
use Digest::SHA qw(hmac_sha1);
use Mojo::JSON qw(true false);

my $f = Fleetline->new(tls => 1);
$f->cli(qw(domain add), "$_.example", '--password-file', $f->secret_file($_))
    for qw(north south);
$f->cli(qw(account add robot --role system-admin));
my $robot = $f->cli(qw(key add robot)) =~ s/\n//r;

# An AppWebsocket of a page; its Origin, or none.
sub page ($origin, %o) {
	return App->new(url => $o{url} // $f->ws_url, headers =>
	    {defined $origin ? (Origin => $origin) : ()})->connect;
}

my @drawn;
sub ticket (%o) {
	push @drawn, $f->api({mt => 'GetTicket'}, %o)->{ticket};
	return $drawn[-1];
}

# ---- tickets ----------------------------------------------------------------

subtest 'a ticket opens one websocket, for who asked' => sub {
	my $ticket = ticket(user => 'north.example', password => 'north');
	like $ticket, qr/^[A-Za-z0-9!_]{32}$/, 'it is drawn';
	my $app = page($f->origin);
	my $r = $app->ask({mt => 'TicketLogin', ticket => $ticket});
	is_deeply [@$r{qw(ok domain)}], [true, 'example.com'], 'it is taken';
	ok !exists $r->{sessionKey}, 'without TLS no session key is told';
	is_deeply [map { $_->{name} } @{$app->ask_list({mt => 'GetDomains'},
	    'domains')}], ['north.example'], 'its session sees what he sees';
	is $app->ask({mt => 'TicketLogin', ticket => $ticket})->{error},
	    'logged in already', 'once on a connection';
	my $again = page($f->origin)->ask({mt => 'TicketLogin',
	    ticket => $ticket});
	is_deeply [@$again{qw(ok error)}], [false, 'wrong login'],
	    'a ticket that was used opens nothing';
	ok $app->ask({mt => 'GetUserInfo'})->{key}, 'the first session stays';
};

subtest 'a session key for secrets' => sub {
	my @key = map {
		my $url = $f->ws_url =~ s/^ws:/wss:/r
		    =~ s/:\d+/':' . $f->tls_port/er;
		my $origin = 'https://127.0.0.1:' . $f->tls_port;
		page($origin, url => $url)->ask({mt => 'TicketLogin',
		    ticket => ticket(key => $robot)})->{sessionKey};
	} 1, 2;
	like $key[0], qr/^[0-9a-f]{64}$/, 'over TLS it is told';
	isnt $key[0], $key[1], 'another one each time';
};

subtest 'where a page is from' => sub {
	my $ticket = ticket(key => $robot);
	for my $origin ('http://127.0.0.1:' . ($f->port + 1), 'null',
	    'https://127.0.0.1:' . $f->port, 'http://evil.example') {
		my $r = page($origin)->ask({mt => 'TicketLogin',
		    ticket => $ticket});
		is_deeply [@$r{qw(ok error)}], [false, 'wrong login'],
		    "a page of $origin cannot use a ticket";
	}
	ok page(undef)->ask({mt => 'TicketLogin', ticket => $ticket})->{ok},
	    'a program, which names no page, can';
	my $app = App->new(url => $f->ws_url, headers =>
	    {Origin => 'http://evil.example'})->connect
	    ->login(domain => 'north.example', password => 'north');
	ok $app->login_result->{ok}, 'AppLogin is taken from any page';
	like $f->log_of('rules'), qr/login\.foreign .*evil\.example/,
	    'the log names the page';
};

subtest 'a ticket is over with what it lives on' => sub {
	my $key = $f->cli(qw(key add robot --name short)) =~ s/\n//r;
	my ($id) = $key =~ /^flk_(\d+)_/;
	my $ticket = ticket(key => $key);
	my $app = page($f->origin);
	ok $app->ask({mt => 'TicketLogin', ticket => ticket(key => $key)})->{ok},
	    'a session by ticket';
	$f->cli(qw(key remove), $id);
	ok $app->wait_closed, 'ends with the key of who asked';
	ok !page($f->origin)->ask({mt => 'TicketLogin',
	    ticket => $ticket})->{ok}, 'and so does a ticket that waits';
};

subtest 'guessed tickets' => sub {
	my $app = page($f->origin);
	my @r = map { $app->ask({mt => 'TicketLogin', ticket => $_})->{ok} }
	    'x' x 32, '', 'x' x 31, 'y' x 32, 'z' x 32;
	is_deeply \@r, [(false) x 5], 'open nothing';
	is_deeply $app->wait_closed && $app->closed->[0], 1008,
	    'five end the connection';
	my $logs = join '', map { $f->log_of($_) } qw(rules devices access hub);
	like $logs, qr/login\.wrong .*user=ticket/, 'the log counts them';
	is scalar(grep { index($logs, $_) >= 0 } @drawn), 0,
	    'no ticket is in a log';
};

# Cookies are sent where a test says so, and nowhere else.
$f->ua->cookie_jar->ignore(sub { 1 });

# ---- names and passwords ------------------------------------------------------

my $api = $f->base . '/api';
sub account ($name, $role, @more) {
	$f->cli(qw(account add), $name, '--role', $role, '--password-file',
	    $f->secret_file("Secret of $name"), @more);
}

# A POST as a browser or a program sends it; the answer as it came.
sub send_to ($path, $m, %headers) {
	return $f->request(POST => $path, {'Content-Type' =>
	    'application/json', %headers}, encode_json($m));
}
sub send_api ($m, %headers) { send_to($api, $m, %headers) }
sub answer ($res) { decode_json($res->body) }

# What Set-Cookie says: name=value and the rest.
sub cookie_of ($res) {
	my ($pair, $rest) = split /; /, $res->headers->set_cookie // '', 2;
	return ($pair, $rest);
}

sub login ($name, %more) {
	my $res = send_api({mt => 'Login', user => $name,
	    password => "Secret of $name", %more});
	return $more{token} ? answer($res)->{token} : (cookie_of($res))[0];
}

account('anna', 'manager', qw(--domain north.example));
account('berta', 'system-admin');
account('ulla', 'user');

subtest 'a browser logs in by name and password' => sub {
	my $res = send_api({mt => 'Login', user => 'anna',
	    password => 'Secret of anna', src => 'x'}, Origin => $f->origin,
	    'Sec-Fetch-Site' => 'same-origin');
	is $res->code, 200, 'without a login before';
	my $r = answer($res);
	is_deeply [@$r{qw(mt src name role)}], ['LoginResult', 'x', 'anna',
	    'manager'], 'it hears who it is';
	ok !exists $r->{token}, 'and gets no token';
	my ($pair, $rest) = cookie_of($res);
	like $pair, qr/^fleetline=fls_\d+_[A-Za-z0-9!_]{32}$/, 'but a cookie';
	is $rest, "Path=$api; HttpOnly; SameSite=Strict",
	    'which no script reads, for BASE/api alone';
	is_deeply [map { $_->{name} } @{answer(send_api({mt => 'GetDomains'},
	    Cookie => "a=b; $pair; c=d"))->{domains}}], ['north.example'],
	    'that opens what the account may see';
	is answer(send_api({mt => 'GetAccounts'}, Cookie => $pair))->{error},
	    'not allowed', 'and nothing else';
	is send_api({mt => 'GetDomains'}, Cookie => "$pair; $pair")->code, 401,
	    'two cookies are not believed';
	is send_api({mt => 'GetDomains'}, Cookie => "__Host-$pair")->code, 401,
	    'nor one of another name';
};

subtest 'over https the cookie is bound to the host' => sub {
	my $url = 'https://127.0.0.1:' . $f->tls_port . $api;
	my $res = send_to($url, {mt => 'Login', user => 'anna',
	    password => 'Secret of anna'});
	my ($pair, $rest) = cookie_of($res);
	like $pair, qr/^__Host-fleetline=fls_/, 'by its name';
	is $rest, 'Path=/; HttpOnly; SameSite=Strict; Secure',
	    'secure, and without a domain';
	is send_to($url, {mt => 'GetDomains'}, Cookie => $pair)->code, 200,
	    'it opens';
	is send_to($url, {mt => 'GetDomains'}, Cookie => $pair =~
	    s/^__Host-//r)->code, 401, 'a plain one, which any page of the '
	    . 'host could plant, does not';
};

subtest 'a program gets a token' => sub {
	my $res = send_api({mt => 'Login', user => 'berta', token => true,
	    password => 'Secret of berta'}, 'User-Agent' => 'backup/1.0');
	my $token = answer($res)->{token};
	like $token, qr/^fls_/, 'in the answer';
	is $res->headers->set_cookie, undef, 'and no cookie';
	my %bearer = (Authorization => "Bearer $token");
	is scalar @{answer(send_api({mt => 'GetAccounts'}, %bearer))->{accounts}},
	    5, 'it is used as a key is';
	is send_api({mt => 'GetAccounts'}, %bearer,
	    Origin => 'http://evil.example')->code, 200,
	    'from anywhere, for no browser adds it by itself';
	is send_api({mt => 'GetAccounts'}, Cookie => "fleetline=$token")->code,
	    401, 'a token is no cookie';
	is send_api({mt => 'GetAccounts'}, Authorization => 'Bearer '
	    . login('berta') =~ s/^fleetline=//r)->code, 401,
	    'and a cookie no token';
	like $f->get('/health', {Authorization => "Bearer $robot",
	    'X-Forwarded-For' => '192.0.2.7'})->body, qr/parts/,
	    'a key opens details of the health';
	unlike $f->get('/health', {%bearer, 'X-Forwarded-For' => '192.0.2.7'})
	    ->body, qr/parts/, 'it opens the API only';
};

subtest 'a cookie counts on BASE/api only' => sub {
	my $cookie = login('berta');
	is $f->get($f->base . '/csvapi?all=1', {Cookie => $cookie})->code, 401,
	    'not for csvapi';
	my $app = App->new(url => $f->ws_url, headers => {Cookie => $cookie,
	    Origin => $f->origin})->connect;
	is $app->ask({mt => 'GetDomains'})->{error}, 'login required',
	    'not on a websocket';
	like $f->request(POST => '/billing/api/devices_get', {Cookie =>
	    $cookie})->body, qr/<error>/, 'not for billing';
	my $health = $f->get('/health', {Cookie => $cookie,
	    'X-Forwarded-For' => '192.0.2.7'});
	unlike $health->body, qr/parts/, 'not for details of the health';
};

subtest 'pages of others' => sub {
	my $cookie = login('berta');
	for (['Origin' => 'http://evil.example'], ['Origin' => 'null'],
	    ['Sec-Fetch-Site' => 'cross-site'],
	    ['Sec-Fetch-Site' => 'same-site']) {
		my $res = send_api({mt => 'AddDomain', name => 'evil.example'},
		    Cookie => $cookie, @$_);
		is $res->code, 403, "@$_: a cookie does nothing for it";
		is send_api({mt => 'Login', user => 'anna',
		    password => 'Secret of anna'}, @$_)->code, 403,
		    '... and nobody is logged in by it';
	}
	unlike $f->cli(qw(domain list)), qr/evil/, 'nothing was done';
};

subtest 'wrong ones' => sub {
	my @r = map { answer(send_api({mt => 'Login', %$_})) }
	    {user => 'anna', password => 'Secret'},
	    {user => 'nobody', password => 'Secret'},
	    {user => 'robot', password => ''};
	is_deeply $r[0], {mt => 'LoginResult', error => 'wrong login'},
	    'a wrong password is refused';
	is_deeply $r[1], $r[0], 'an unknown name answers the same';
	is $r[2]{error}, 'invalid value', 'an empty password is none';
	my %took;
	for my $user ((qw(anna nobody)) x 6) {
		my $began = time;
		send_api({mt => 'Login', user => $user, password => 'x'});
		push @{$took{$user}}, time - $began;
	}
	my ($known, $unknown) = map { (sort { $a <=> $b } @{$took{$_}})[0] }
	    qw(anna nobody);
	cmp_ok abs($unknown - $known), '<', 0.4 * $known, 'and takes as long'
	    or diag "$known s, $unknown s";
	my $last;
	for (1 .. 20) {
		$last = answer(send_api({mt => 'Login', user => 'anna',
		    password => 'x'}))->{error};
		last if $last ne 'wrong login';
	}
	is $last, 'too many wrong logins', 'who guesses is slowed down';
	is answer(send_api({mt => 'Login', user => 'anna', password =>
	    'Secret of anna'}))->{error}, 'too many wrong logins',
	    'then the right one is not tried either';
	ok login('ulla'), 'others from there get in';
	my $logs = join '', map { $f->log_of($_) } qw(devices access);
	like $logs, qr/login\.wrong .*user=anna/, 'the log counts them';
	unlike $logs, qr/Secret|fls_/, 'and has no password, cookie or token';
};

subtest 'right ones without end' => sub {
	account('carla', 'user');
	my $cookie = login('carla');
	my ($n, $res) = 0;
	for ($n = 1; $n <= 40; $n++) {
		$res = send_api({mt => 'Login', user => 'carla',
		    password => 'Secret of carla'});
		last if answer($res)->{error};
	}
	ok $n > 15 && $n < 30, 'right ones are slowed down, too'
	    or diag "after $n";
	is answer($res)->{error}, 'too many logins', 'and told so';
	like $res->headers->header('Retry-After'), qr/^[1-7]$/, 'for how long';
	my %own = (AddSecondFactor => 'password', ChangePassword => 'oldPassword',
	    RemoveSecondFactor => 'password');
	for my $mt (sort keys %own) {
		is answer(send_api({mt => $mt, password => 'x',
		    $own{$mt} => 'Secret of carla'}, Cookie => $cookie))
		    ->{error}, 'too many logins',
		    "so is the own password for $mt";
	}
	account('emil', 'user');
	ok login('emil'), 'another account gets in';
};

subtest 'right ones all at once' => sub {
	account('dora', 'user');
	my (%got, $served);
	my @all = map {
		$f->ua->post_p($f->url($api), json => {mt => 'Login', user => 'dora',
		    password => 'Secret of dora'})->then(sub ($tx) {
			$got{answer($tx->res)->{error} // 'right'}++;
		});
	} 1 .. 100;
	my $began = time;
	push @all, $f->ua->post_p($f->url($api), {Authorization => "Bearer $robot"},
	    json => {mt => 'GetDomains'})->then(sub ($tx) {
		$served = time - $began;
		is $tx->res->code, 200, 'others are served meanwhile';
	});
	Mojo::Promise->all(@all)->wait;
	cmp_ok $got{right}, '<=', 30,
	    'a hundred right logins at once: few are looked at';
	is $got{right} + ($got{busy} // 0) + ($got{'too many logins'} // 0),
	    100, 'the others hear why';
	cmp_ok $served, '<', 2, 'and nobody waits for them'
	    or diag explain \%got;
};

subtest 'a mere user' => sub {
	my $cookie = login('ulla');
	is answer(send_api({mt => 'GetDomains'}, Cookie => $cookie))->{error},
	    'not allowed', 'has no devices';
	is answer(send_api({mt => 'GetTicket'}, Cookie => $cookie))->{error},
	    'not allowed', 'and no websocket';
	my $r = answer(send_api({mt => 'GetSessions'}, Cookie => $cookie));
	is scalar @{$r->{sessions}}, 2, 'but sees his own logins';
	is answer(send_api({mt => 'GetSessions', accountId => 0},
	    Cookie => $cookie))->{error}, 'not allowed', 'and nobody else\'s';
};

subtest 'going, and being sent away' => sub {
	my @cookie = map { login('berta') } 1 .. 3;
	my $list = answer(send_api({mt => 'GetSessions'},
	    Cookie => $cookie[0]))->{sessions};
	my ($own) = grep { $_->{own} } @$list;
	is_deeply [@$own{qw(kind address)}], ['cookie', '127.0.0.1'],
	    'a login knows where it is from';
	ok scalar(grep { $_->{agent} eq 'backup/1.0' && $_->{kind} eq 'token' }
	    @$list), 'and with what';
	my $res = send_api({mt => 'Logout'}, Cookie => $cookie[0]);
	like $res->headers->set_cookie, qr/^fleetline=; .*Max-Age=0$/,
	    'Logout takes the cookie back';
	my $gone = send_api({mt => 'GetDomains'}, Cookie => $cookie[0]);
	is $gone->code, 401, 'it is worth nothing then';
	is $gone->headers->www_authenticate, undef,
	    'and no browser asks for a password by itself';
	is send_api({mt => 'GetDomains'}, Cookie => $cookie[1])->code, 200,
	    'others go on';
	my ($id) = $cookie[1] =~ /fls_(\d+)_/;
	send_api({mt => 'EndSessions', id => 0 + $id}, Cookie => $cookie[2]);
	is send_api({mt => 'GetDomains'}, Cookie => $cookie[1])->code, 401,
	    'EndSessions ends one';
	send_api({mt => 'EndSessions'}, Cookie => $cookie[2]);
	is send_api({mt => 'GetDomains'}, Cookie => $cookie[2])->code, 401,
	    'or all';
	login('berta') for 1, 2;
	my @listed = @{$f->cli_json(qw(account sessions berta))};
	is_deeply [map { $_->{kind} } @listed], ['cookie', 'cookie'],
	    'the command line lists them';
	$f->cli(qw(account logout berta --id), $listed[1]{id});
	is_deeply [map { $_->{id} } @{$f->cli_json(qw(account sessions berta))}],
	    [$listed[0]{id}], 'ends one';
	$f->cli(qw(account logout berta));
	is_deeply $f->cli_json(qw(account sessions berta)), [], 'or all';
	is answer(send_api({mt => 'Logout'}, Authorization =>
	    "Bearer $robot"))->{error}, 'not allowed', 'a key cannot go';
};

# ---- second factors -----------------------------------------------------------

# What an authenticator app shows for the secret, so many steps from now.
sub code_of ($secret, $steps = 0) {
	my %bits = map { ('A' .. 'Z', 2 .. 7)[$_] => sprintf '%05b', $_ } 0 .. 31;
	my $key = pack 'B160', join '', map { $bits{$_} } split //, $secret;
	my $mac = hmac_sha1(pack('Q>', int(time / 30) + $steps), $key);
	my $at = ord(substr $mac, -1) & 15;
	return sprintf '%06d', (unpack('N', substr $mac, $at, 4) & 0x7fffffff)
	    % 1_000_000;
}

sub try_login ($name, %more) {
	return answer(send_api({mt => 'Login', user => $name, token => true,
	    password => "Secret of $name", %more}));
}

subtest 'a second factor' => sub {
	account('otto', 'system-admin');
	my %h = (Authorization => 'Bearer ' . login('otto', token => true));
	is answer(send_api({mt => 'AddSecondFactor', password => 'x'}, %h))
	    ->{error}, 'wrong login', 'who begins one says the password again';
	my $new = answer(send_api({mt => 'AddSecondFactor',
	    password => 'Secret of otto'}, %h));
	like $new->{secret}, qr/^[A-Z2-7]{32}$/, 'a secret is shown';
	is $new->{url}, 'otpauth://totp/example.com:otto?secret='
	    . "$new->{secret}&issuer=example.com", 'as URL for apps';
	like $new->{svg}, qr{^<svg xmlns.*</svg>$}, 'and as a picture of it';
	ok try_login('otto')->{token}, 'it does not count before it is confirmed';
	is answer(send_api({mt => 'ConfirmSecondFactor', code => '1234567'},
	    %h))->{error}, 'wrong code', 'a wrong code does not confirm it';
	my @recovery = @{answer(send_api({mt => 'ConfirmSecondFactor',
	    code => code_of($new->{secret}, -1)}, %h))->{recoveryCodes}};
	is scalar @recovery, 10, 'a code does, and gives recovery codes';

	is try_login('otto')->{error}, 'code required', 'now it is asked for';
	my $code = code_of($new->{secret});
	ok try_login('otto', code => $code)->{token}, 'a code of now opens';
	is try_login('otto', code => $code)->{error}, 'wrong login',
	    'a code that was seen opens nothing';
	is answer(send_api({mt => 'Login', user => 'otto', code => $recovery[0],
	    password => 'x'}))->{error}, 'wrong login',
	    'a code alone opens nothing';
	ok try_login('otto', code => $recovery[0])->{token},
	    'a recovery code opens';
	is try_login('otto', code => $recovery[0])->{error}, 'wrong login',
	    'once';
	my ($listed) = grep { $_->{name} eq 'otto' }
	    @{answer(send_api({mt => 'GetAccounts'}, %h))->{accounts}};
	is $listed->{hasSecondFactor}, true, 'administrators see who has one';
	my ($status, $dump) = $f->command($f->sqlite, '.dump');
	is scalar(grep { index($dump, $_) >= 0 } $new->{secret}, @recovery), 0,
	    'the store has neither secret nor recovery codes in clear';
	is $f->cli('check'), "ok\n", 'and knows its seal';
	my $last;
	for (1 .. 20) {
		$last = try_login('otto', code => '000000')->{error};
		last if $last ne 'wrong login';
	}
	is $last, 'too many wrong logins', 'guessed codes are slowed down';

	is $f->cli(qw(account totp otto)), "second factor: on\n",
	    'the command line tells';
	$f->cli(qw(account totp otto --off));
	is $f->cli(qw(account totp otto)), "second factor: off\n",
	    'and switches it off';
	like $f->cli(qw(audit list --what account.totp)), qr/otto/,
	    'which is in the audit';
};

# How often m is answered so, and the answer after that.
sub until_other ($error, $m, %h) {
	for my $n (0 .. 40) {
		my $res = send_api($m, %h);
		return ($n, $res) if answer($res)->{error} ne $error;
	}
	return (41, undef);
}

subtest 'guessing what confirms a second factor' => sub {
	account('greta', 'user');
	my %h = (Authorization => 'Bearer ' . login('greta', token => true));
	my %guess = (mt => 'ConfirmSecondFactor', code => 'x');
	my ($n, $res);
	for my $round (1, 2) {
		send_api({mt => 'AddSecondFactor',
		    password => 'Secret of greta'}, %h);
		($n, $res) = until_other('wrong code', {%guess}, %h);
		is $n, 5, "offer $round ends after five wrong codes";
	}
	is answer($res)->{error}, 'too many wrong logins',
	    'the tenth wrong code is the last that is tried';
	like $res->headers->header('Retry-After'), qr/^\d+$/, 'for a while';
	is scalar(() = $f->log_of('devices') =~ /login\.wrong .*user=greta/g),
	    10, 'the log has each';
};

subtest 'guessing with a cookie, or with the password' => sub {
	account('heidi', 'user');
	my %h = (Authorization => 'Bearer ' . login('heidi', token => true));
	my $secret = answer(send_api({mt => 'AddSecondFactor',
	    password => 'Secret of heidi'}, %h))->{secret};
	my @codes = @{answer(send_api({mt => 'ConfirmSecondFactor',
	    code => code_of($secret)}, %h))->{recoveryCodes}};
	my %guess = (RemoveSecondFactor => {password => 'x'},
	    ChangePassword => {oldPassword => 'x', password => 'y'},
	    AddSecondFactor => {password => 'x'});
	for my $mt (sort keys %guess) {
		my $name = lc $mt;
		account($name, 'user');
		my ($n, $res) = until_other('wrong login', {mt => $mt,
		    %{$guess{$mt}}}, Authorization => 'Bearer '
		    . login($name, token => true));
		ok $n >= 10 && $n < 13, "$mt: ten wrong passwords are tried";
		is answer($res)->{error}, 'too many wrong logins', '... and told';
	}
	my ($n) = until_other('wrong login', {mt => 'Login', user => 'heidi',
	    password => 'Secret of heidi', code => 'abcde-abcde'});
	ok $n >= 10 && $n < 13, 'ten wrong recovery codes are tried';
	is try_login('heidi', code => $codes[0])->{error},
	    'too many wrong logins', 'then no right one is';
};

subtest 'a second factor by the command line' => sub {
	account('paula', 'user');
	my $out = $f->cli(qw(account totp paula --new));
	like $out, qr/^(?:\xe2\x96[\x80\x84\x88]){30,}\n/, 'a picture of blocks';
	my ($secret) = $out =~ /^secret ([A-Z2-7]{32})$/m;
	my ($rc, undef, $err) =
	    $f->try_cli(qw(account totp paula --confirm 12345));
	like $err, qr/wrong code/, 'a wrong code is refused';
	my @codes = $f->cli(qw(account totp paula --confirm),
	    code_of($secret)) =~ /^([a-z2-9]{5}-[a-z2-9]{5})$/mg;
	is scalar @codes, 10, 'a right one gives recovery codes';
	is try_login('paula')->{error}, 'code required', 'it counts';
	my $token = try_login('paula', code => $codes[9])->{token};
	my %h = (Authorization => "Bearer $token");
	is answer(send_api({mt => 'RemoveSecondFactor', password => 'x'}, %h))
	    ->{error}, 'wrong login', 'without the password it stays';
	is answer(send_api({mt => 'RemoveSecondFactor', accountId => 0}, %h))
	    ->{error}, 'not allowed', 'so does that of another';
	ok !answer(send_api({mt => 'RemoveSecondFactor',
	    password => 'Secret of paula'}, %h))->{error}, 'with it, it goes';
	ok try_login('paula')->{token}, 'and is not asked for';
	my $logs = join '', map { $f->log_of($_) } qw(devices access);
	is scalar(grep { index($logs, $_) >= 0 } $secret, @codes), 0,
	    'no log has secret or codes';
};

# A cookie, a websocket by its ticket, and the address of a device by it.
sub all_of ($name) {
	my $cookie = login($name);
	my $ticket = answer(send_api({mt => 'GetTicket'},
	    Cookie => $cookie))->{ticket};
	my $app = page($f->origin);
	ok $app->ask({mt => 'TicketLogin', ticket => $ticket})->{ok},
	    'a page with its websocket';
	return ($cookie, $app);
}

subtest 'a session ends at once' => sub {
	my ($number) = map { $_->{id} } grep { $_->{name} eq 'berta' }
	    @{$f->api({mt => 'GetAccounts'}, key => $robot)->{accounts}};
	my $end = sub ($what, $sub) {
		my ($cookie, $app) = all_of('berta');
		$sub->($cookie);
		ok $app->wait_closed(5), "$what: the websocket is closed";
		is send_api({mt => 'GetDomains'}, Cookie => $cookie)->code, 401,
		    '... and the cookie worth nothing';
	};
	$end->('Logout', sub ($c) { send_api({mt => 'Logout'}, Cookie => $c) });
	$end->('its time', sub ($c) {
		my ($id) = $c =~ /fls_(\d+)_/;
		my ($rc) = $f->sql("UPDATE login SET until = 1 WHERE id = $id");
		is $rc, 0, 'a login was not used for long';
	});
	$end->('ended by an administrator', sub ($c) { $f->api({mt =>
	    'EndSessions', accountId => $number}, key => $robot) });
	$end->('own password', sub ($c) {
		is answer(send_api({mt => 'ChangePassword', oldPassword => 'x',
		    password => 'Secret of berta'}, Cookie => $c))->{error},
		    'wrong login', 'the old one is asked for';
		my $res = send_api({mt => 'ChangePassword',
		    oldPassword => 'Secret of berta',
		    password => 'Secret of berta'}, Cookie => $c);
		ok !answer($res)->{error}, 'it is changed';
	});
	$end->('password', sub ($c) { $f->cli(qw(account set berta
	    --password-file), $f->secret_file('Secret of berta')) });
	$end->('role', sub ($c) { $f->cli(qw(account set berta --role manager
	    --domain north.example)) });
	$end->('domains', sub ($c) { $f->cli(qw(account set berta --domain
	    south.example)) });
	$end->('account', sub ($c) { $f->cli(qw(account remove berta)) });
};

# ---- who only looks -------------------------------------------------------------

# Fields that make any message whole, but for what it names.
my %field = (hwId => 'looked-at', hwIds => 'looked-at', id => 1, conn => 1,
    name => 'x', domainId => 2, targetId => 3, accountId => 0,
    role => 'user', key => 'audit.days', value => '0', password => 'x',
    oldPassword => 'x', user => 'x', csv => "hwId\nx", ipaddr => '192.0.2.1',
    licence => 'X', title => 'X', price => 1, amount => 1, note => 'x',
    want => true, changes => [{hwId => 'x', licence => 'X', count => 1}],
    uri => 'http://x/x', code => '1');

subtest 'a read-only account' => sub {
	account('vera', 'system-admin', qw(--read-only yes));
	$f->cli(qw(device add looked-at --domain north.example --offer 10));
	my %h = (Authorization => 'Bearer ' . login('vera', token => true));
	ok answer(send_api({mt => 'Login', user => 'vera',
	    password => 'Secret of vera'}))->{readOnly}, 'knows that it is one';
	my $ask = sub ($mt) { answer(send_api({%field, mt => $mt}, %h))->{error} };
	my @rows = map { [split / /] }
	    split /\n/, qx($ENV{FLEETLINE_PLAIN}/t/web/api --effects);
	cmp_ok scalar @rows, '>', 80, 'all messages are known';
	for (grep { $_->[1] =~ /login|admin/ } @rows) {
		my ($mt, undef, $effect) = @$_;
		my $error = $ask->($mt) // '';
		if ($effect eq 'changes') {
			is $error, 'not allowed', "$mt changes: not allowed";
		} else {
			isnt $error, 'not allowed', "$mt reads";
		}
	}
	my $d = answer(send_api({mt => 'GetDevice', hwId => 'looked-at'}, %h))
	    ->{device};
	is $d->{hwId}, 'looked-at', 'it reads';
	ok !exists $d->{uri}, 'and has no way to the device';
	is answer(send_api({mt => 'EndSessions', accountId => 0}, %h))->{error},
	    'not allowed', 'it sends nobody away';
	ok !answer(send_api({mt => 'ChangePassword',
	    oldPassword => 'Secret of vera', password => 'Secret of vera'},
	    %h))->{error}, 'but has its own password in its hands';
	my $app = page($f->origin);
	%h = (Authorization => 'Bearer ' . login('vera', token => true));
	$app->ask({mt => 'TicketLogin', ticket => answer(send_api({mt =>
	    'GetTicket'}, %h))->{ticket}});
	is $app->ask({mt => 'DeleteDevice', hwId => 'looked-at'})->{error},
	    'not allowed', 'a websocket of it changes nothing either';
	my $key = $app->ask({mt => 'GetUserInfo'})->{key};
	my $device = $f->device(id => 'looked-at')->connect;
	$device->answer(sub ($r) { {body => 'page'} });
	$device->wait_for('password');
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => 'looked-at'},
	    key => $robot)->{device}{online} });
	my $path = $f->base . '/passthrough/looked-at/';
	is $f->get("$path$key/")->code, 404, 'and its key opens no device';
	is $f->get($path . $f->app->ask({mt => 'GetUserInfo'})->{key} . '/')
	    ->body, 'page', 'which others reach';
	$f->cli(qw(account set vera --read-only no));
	is send_api({mt => 'GetDomains'}, %h)->code, 401,
	    'another right ends its logins';
};

subtest 'a domain that may only be looked at' => sub {
	my @north = (user => 'north.example', password => 'north');
	my %id = map { $_->{name} => $_->{id} } @{$f->cli_json(qw(domain list))};
	my ($from, $to) = @id{qw(north.example south.example)};
	$f->cli(qw(device add of-south --domain south.example --type GW));
	my $grant = sub (%more) {
		my $r = $f->api({mt => 'GrantAccess', domainId => $from,
		    targetId => $to, %more}, key => $robot);
		ok !$r->{error}, 'access is granted' or diag $r->{error};
	};
	my $ask = sub ($mt, %m) { $f->api({mt => $mt, %m}, @north) };
	my %device = (hwId => 'of-south');
	is $ask->('GetDevice', %device)->{error}, 'not found', 'at first it is '
	    . 'not there';
	$grant->(readOnly => true);
	my $d = $ask->('GetDevice', %device)->{device};
	is $d->{domainId}, $to, 'then its devices are seen';
	ok !exists $d->{uri}, 'without a way to them';
	is $ask->(@$_)->{error}, 'not allowed', "$_->[0] changes nothing"
	    for ['EditDevice', %device, name => 'x'],
	    ['AddCategory', domainId => $to, name => 'x'],
	    ['EditRental', domainId => $to, language => 'de'],
	    ['GetDevicePassword', %device];
	ok !$ask->('AddCategory', domainId => $from, name => 'own')->{error},
	    'its own affairs go on';
	is_deeply $f->api({mt => 'GetAccess', domainId => $from}, key => $robot)
	    ->{grants}, [{targetId => $to, readOnly => true, ends => 0}],
	    'GetAccess tells how';
	$grant->();
	ok !$ask->('EditDevice', %device, name => 'x')->{error},
	    'granted anew it may be changed';
	ok $ask->('GetDevice', %device)->{device}{uri}, 'and reached';
};

subtest 'a grant that ends' => sub {
	my %id = map { $_->{name} => $_->{id} } @{$f->cli_json(qw(domain list))};
	my ($from, $to) = @id{qw(north.example south.example)};
	my $app = $f->app(domain => 'north.example', password => 'north');
	my $ends = int(1000 * time) + 2500;
	my $watch = $app->ask_list({mt => 'GetDevices', recvUpdates => true},
	    'devices');
	$f->api({mt => 'GrantAccess', domainId => $from, targetId => $to,
	    ends => $ends}, key => $robot);
	ok $app->ask({mt => 'GetDevice', hwId => 'of-south'})->{device},
	    'opens until then';
	my ($row) = @{$f->cli_json(qw(domain access north.example))};
	is_deeply [@$row{qw(domain read-only)}], ['south.example', false],
	    'the command line lists it';
	ok wait_until(sub { $app->ask({mt => 'GetDevice', hwId => 'of-south'})
	    ->{error} }), 'and not after it';
	cmp_ok 1000 * time, '>=', $ends, 'not before';
	ok wait_until(sub { $f->cli(qw(audit list --what access.end)) =~
	    /north\.example/ }), 'its end is in the audit';
	$app->queue([]);
	$f->cli(qw(device rename of-south), 'another name');
	ok !$app->wait_mt('DeviceUpdate', 0.5), 'nothing more is heard of it';
	my ($rc, undef, $err) = $f->try_cli(qw(domain grant north.example
	    south.example --until 2020-01-01));
	like $err, qr/ended already/, 'one that has ended is refused';
};

done_testing;
