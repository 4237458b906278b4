# HTTP and websockets from clients to devices: every byte arrives, nothing a
# device says acts as ours, and nobody reaches a device he may not see.
use Fleetline;
use Digest::SHA qw(sha1_base64 sha256_hex);
use Mojo::IOLoop;
use Mojo::Message::Response;
use Mojo::URL;

my %password = ('north.example' => 'north', 'south.example' => 'south');

sub fill ($f) {
	for my $name (sort keys %password) {
		$f->cli(qw(domain add), $name, '--password-file',
		    $f->secret_file($password{$name}));
	}
	return $f;
}

# A device that is connected and proven by its first password.
sub join_in ($f, $id, $domain = 'north.example', %o) {
	$f->cli(qw(device add), $id, '--domain', $domain, qw(--offer 10));
	my $d = $f->device(id => $id, %o)->connect;
	$d->wait_for('password');
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})
	    ->{device}{online} });
	return $d;
}

my $f = fill(Fleetline->new(conf => {hub => {tunnel_timeout => 2}}));
my $id = '0090334100be';
my $d = join_in($f, $id, 'north.example', more => {ethIfs => [
    {if => 'ETH0', ipv4 => '192.0.2.35', ipv6 => 'fd00::35'}]});
my $app = $f->app;
my $uri = $app->ask({mt => 'GetDevice', hwId => $id})->{device}{uri};
my $prefix = Mojo::URL->new($uri)->path->to_string =~ s{/$}{}r;
my $wide = $app->ask({mt => 'GetUserInfo'})->{key};
my $through = $f->base . '/passthrough';

# One request as bytes, on a connection of its own; gives the response, with
# what came in {wire} and whether it was whole in {whole}.
sub raw ($method, $target, $lines = [], $body = '') {
	my $wire = '';
	my ($closed, $error);
	my $given = join "\n", '', @$lines;
	my @length = length($body) && $given !~ /^Transfer-Encoding:/mi
	    ? 'Content-Length: ' . length $body : ();
	Mojo::IOLoop->client({port => $f->port, address => '127.0.0.1'} =>
	    sub ($loop, $err, $stream) {
		return $closed = $error = $err if $err;
		$stream->timeout(0);
		$stream->on(read => sub ($s, $bytes) { $wire .= $bytes });
		$stream->on(close => sub { $closed = 1 });
		$stream->on(error => sub { $closed = 1 });
		$stream->write(join("\r\n", "$method $target HTTP/1.1",
		    $given =~ /^Host:/mi ? () : 'Host: 127.0.0.1:' . $f->port,
		    'Connection: close', @length, @$lines, '', '') . $body);
	});
	wait_until(sub { $closed }, 30) or diag "$method $target: no end";
	my $res = Mojo::Message::Response->new(max_message_size => 0);
	$res->content->skip_body(1) if $method eq 'HEAD';
	$res->headers->max_line_size(1 << 16);
	$res->parse($wire);
	$res->{wire} = $wire;
	$res->{whole} = $res->is_finished;
	return $res;
}

# Status, headers that do not change by themselves, and body.
sub looks ($res) {
	my %h = %{$res->headers->to_hash(1)};
	delete $h{$_} for qw(Date);
	return [$res->code, \%h, $res->body];
}

sub last_request { $d->requests->[-1] }

my $log = join '', map { chr } 0 .. 255;

subtest 'bytes of the device' => sub {
	$d->answer(sub ($r) { {headers => ['Content-Type: text/plain',
	    'X-Own: 1'], body => $log} });
	my $res = $f->get("$prefix/log.txt");
	is $res->code, 200, 'the device answers';
	ok $res->body eq $log, 'its bytes arrive as they are';
	is $res->headers->content_type, 'text/plain', 'and its headers';
	is $res->headers->header('X-Own'), 1, 'also unknown ones';
	is last_request()->{target}, '/log.txt', 'it was asked for the path';
	is last_request()->{method}, 'GET', 'by the same method';
	ok $f->get("$through/$id/$wide/log.txt")->body eq $log,
	    'the key of the session opens it as well';
	is $f->get("$through/$id/$wide")->code, 200, 'a path is not needed';
	is last_request()->{target}, '/', 'the device is asked for /';
	for my $spelling ('0090334100BE', '00-90-33-41-00-be',
	    '00:90:33:41:00:BE') {
		is $f->get($prefix =~ s/\Q$id\E/$spelling/r . '/')->code, 200,
		    "$spelling in the URL is the same device";
	}
	my $h = $res->headers;
	is $h->header('Content-Security-Policy'),
	    'sandbox allow-scripts allow-forms allow-popups allow-downloads '
	    . 'allow-modals', 'its pages are put in a sandbox';
	is_deeply $h->every_header('Access-Control-Allow-Origin'), ['*'],
	    'any origin may read, the key is the credential';
	is_deeply $h->every_header('Cache-Control'), ['no-store'],
	    'nothing is kept';
	is_deeply $h->every_header('Referrer-Policy'), ['no-referrer'],
	    'the key is not told to others';
};

subtest 'framing' => sub {
	my @pieces;
	my $body = sub { shift @pieces };
	for my $framing (qw(chunked close)) {
		@pieces = ('one ', 'two ', 'x' x 20000, ' end');
		my $want = join '', @pieces;
		$d->answer(sub ($r) { {body => $body, framing => $framing} });
		my $res = $f->get("$prefix/x");
		ok $res->body eq $want, "a $framing answer arrives";
	}
	$d->answer(sub ($r) { {body => ''} });
	is $f->get("$prefix/x")->body, '', 'an empty one too';

	my @status = (['204 No Content', ''], ['304 Not Modified', ''],
	    ['304 Not Modified', 'Content-Length: 77'], ['205 Reset Content',
	    'Content-Length: 0']);
	for (@status) {
		my ($status, $line) = @$_;
		$d->answer(sub ($r) { {raw => "HTTP/1.1 $status\r\n"
		    . ($line ? "$line\r\n" : '') . "ETag: \"1\"\r\n\r\n",
		    open => 1} });
		my $t = time;
		my $res = raw(GET => "$prefix/x");
		is $res->code . ' ' . $res->body, substr($status, 0, 3) . ' ',
		    "$status $line has no body";
		ok time - $t < 1, 'and is answered at once';
		is $res->headers->etag, '"1"', 'with its headers';
	}
	$d->answer(sub ($r) { {body => 'x' x 1234} });
	my $res = raw(HEAD => "$prefix/x");
	is last_request()->{method}, 'HEAD', 'HEAD reaches the device';
	is $res->headers->content_length, 1234, 'its answer says the length';
	unlike $res->{wire}, qr/\r\n\r\n./s, 'and has no body';

	$d->answer(sub ($r) { {raw => "HTTP/1.1 100 Continue\r\n\r\n"
	    . "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
	    . "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"} });
	is $f->get("$prefix/x")->body, 'ok', '1xx answers are skipped';
	$d->answer(sub ($r) { {raw => "HTTP/1.0 200 OK\r\n\r\nold"} });
	is $f->get("$prefix/x")->body, 'old', 'HTTP/1.0 is understood';
	$d->answer(sub ($r) { {status => '404 Not Found', body => 'no file'} });
	is_deeply [@{$f->get("$prefix/x")}{qw(code)}, $f->get("$prefix/x")->body],
	    [404, 'no file'], 'errors of the device are passed on';
};

subtest 'requests' => sub {
	$d->answer(sub ($r) { {body => 'done'} });
	for my $method (qw(POST PUT DELETE OPTIONS PATCH PROPFIND MKCOL)) {
		my $body = "body of $method";
		is raw($method, "$prefix/x", ['Content-Type: text/xml'], $body)
		    ->body, 'done', "$method reaches the device";
		is_deeply [@{last_request()}{qw(method body)}], [$method, $body],
		    'with its body';
		is last_request()->{headers}{'content-type'}, 'text/xml',
		    'and its headers';
	}
	raw(POST => "$prefix/x", ['Transfer-Encoding: chunked'],
	    "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n");
	is last_request()->{body}, 'firstsecond', 'a chunked request arrives';

	my $blanks = "!mod%20cmd%20UP0/a%2fb";
	for my $target ('/!mod%20cmd%20UP0', '//double//slash/', '/a%2fb%2F..',
	    '/a/../b/./c', '/..', '/%01%ff', '/x?y=%2f&&z=a+b?c', '/?', '/x?',
	    '/a;b=c,d:@!$&\'()*~', "/$blanks", '/{"json"}|^`',
	    '/PHONE/CONF-UI/mod_cmd.xml?xsl=phone_ring.xsl&cmd=phone-ring'
	    . '&op=piano&tag=n:0') {
		raw(GET => $prefix . $target);
		is last_request()->{target}, $target, "$target arrives as sent";
	}

	raw(GET => "$prefix/x", ['Host: fleet.example:81',
	    'Authorization: Digest username="x"', 'Accept-Language: de',
	    'Cookie: sid=7; fleetline_session=secret; lang=de',
	    "Referer: $uri", 'X-Forwarded-For: 10.0.0.1', 'X-Real-IP: 10.0.0.1',
	    'X-Fleetline-State: x', 'Proxy-Authorization: y', 'TE: trailers',
	    'X-Own: kept']);
	my $h = last_request()->{headers};
	is $h->{host}, 'fleet.example:81', 'Host stays';
	is $h->{'accept-language'}, 'de', 'other headers too';
	is $h->{'x-own'}, 'kept', 'also unknown ones';
	is $h->{cookie}, 'sid=7; lang=de', 'cookies of the device, not ours';
	my $all = last_request()->{head};
	for my $name (qw(Authorization Referer X-Forwarded-For X-Real-IP
	    X-Forwarded-Proto X-Fleetline-State Proxy-Authorization TE)) {
		ok !exists $h->{lc $name}, "$name is not told to the device";
	}
	unlike $all, qr/secret|10\.0\.0\.1/, 'in no other header either';
	unlike $all, qr/\Q$wide\E/, 'nor a key';
};

# There are devices that read one request a frame.
subtest 'the frames of a request' => sub {
	my $frames = sub ($send) {
		@{$d->tunnels} = ();
		$send->();
		return join ' ', map { $_->[2] } grep { $_->[1] == Device::SEND }
		    @{$d->tunnels};
	};
	my $of = sub ($method, $n, @lines) {
		return $frames->(sub { raw($method, "$prefix/x", [@lines],
		    'x' x $n) });
	};
	my $whole = qr/^\d+$/;
	like $of->(GET => 0), $whole, 'GET';
	for my $method (qw(POST PUT DELETE)) {
		like $of->($method, 100), $whole, "$method: its body is in the "
		    . 'frame of the head';
		is length last_request()->{body}, 100, '... and whole';
	}
	like $frames->(sub { raw(POST => "$prefix/x",
	    ['Transfer-Encoding: chunked'],
	    "5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n") }), $whole,
	    'so are chunks';
	is last_request()->{body}, 'firstsecond', '... all of them';

	my $late = sub {
		my $ended;
		Mojo::IOLoop->client({port => $f->port} => sub ($l, $e, $s) {
			$s->on(close => sub { $ended = 1 });
			$s->write("POST $prefix/x HTTP/1.1\r\nHost: a\r\n"
			    . "Connection: close\r\nContent-Length: 4\r\n\r\nla");
			Mojo::IOLoop->timer(0.3 => sub { $s->write('te') });
		});
		wait_until(sub { $ended });
	};
	like $frames->($late), $whole, 'a body that comes later is waited for';
	is last_request()->{body}, 'late', '... to its end';

	my $room = 8192 - $of->(POST => 1000) + 1000;
	is $of->(POST => $room), 8192, "a body of $room bytes fits as well";
	is $of->(POST => $room + 1), '8192 1', 'one byte more goes in a second';
	is length last_request()->{body}, $room + 1, '... and arrives';
};

subtest 'several at once' => sub {
	$d->answer(sub ($r) {
		my ($n) = $r->{target} =~ /(\d+)/;
		return {delay => (20 - $n) / 50, body => "answer $n " x 2000};
	});
	my %got;
	for my $n (1 .. 20) {
		$f->ua->get($f->url("$prefix/$n") => sub ($ua, $tx) {
			$got{$n} = $tx->res->body;
		});
	}
	wait_until(sub { keys %got == 20 }, 20);
	is scalar(grep { $got{$_} eq "answer $_ " x 2000 } keys %got), 20,
	    'twenty requests at once each get their answer';
	my %id = map { $_->{session} => 1 } @{$d->requests};
	is scalar(keys %id), scalar @{$d->requests},
	    'no session id is used twice';
};

subtest 'answers that want more than they may' => sub {
	my $answer = sub (@lines) {
		$d->answer(sub ($r) { {status => '302 Found', headers => \@lines,
		    body => 'of the device'} });
		my $res = raw(GET => "$prefix/dir/page");
		is $res->body, 'of the device', "$lines[0]: the body is its own";
		return $res->headers;
	};
	for my $line ('X-Accel-Redirect: /health',
	    'x-accel-redirect: /example.com/devices/api', 'X-Accel-Expires: 9',
	    'X-Accel-Limit-Rate: 1', 'X-Accel-Buffering: yes',
	    'X-Accel-Charset: koi8-r',
	    'Strict-Transport-Security: max-age=9999999',
	    'Clear-Site-Data: "cookies"', 'Service-Worker-Allowed: /',
	    'Access-Control-Allow-Credentials: true',
	    'Public-Key-Pins: max-age=1', 'Alt-Svc: h2="evil.example:443"',
	    'NEL: {"report_to":"x"}', 'Report-To: {"group":"x"}',
	    'Reporting-Endpoints: x="https://evil.example/"', 'Accept-CH: DPR',
	    'Set-Login: logged-out', 'Origin-Agent-Cluster: ?1',
	    'X-Sendfile: /etc/passwd', 'Not-Yet-Invented: 1') {
		my ($name) = split /:/, $line;
		is $answer->($line)->header($name), undef, "$name does not pass";
	}
	my $h = $answer->('Access-Control-Allow-Origin: http://evil.example',
	    'Cache-Control: max-age=9999', 'Referrer-Policy: unsafe-url',
	    'Expires: Thu, 01 Jan 2099 00:00:00 GMT');
	is_deeply $h->every_header('Access-Control-Allow-Origin'), ['*'],
	    'our header replaces that of the device';
	is_deeply $h->every_header('Cache-Control'), ['no-store'], 'no caching';
	is_deeply $h->every_header('Referrer-Policy'), ['no-referrer'],
	    'no referrer';
	is $h->header('Expires'), undef, 'no date';
	is $h->header('X-Content-Type-Options'), undef,
	    'a device may leave it to the browser what its answer is';
	is_deeply $answer->('X-Content-Type-Options: nosniff')
	    ->every_header('X-Content-Type-Options'), ['nosniff'],
	    'or not, once';
	is_deeply $f->get("$through/$id/x/x")->headers
	    ->every_header('X-Content-Type-Options'), ['nosniff'],
	    "but the hub's own answers are never guessed at";
	my $may = sub ($res) {
		$res->headers->every_header('Access-Control-Allow-Origin') };
	is_deeply $may->($f->get($_)), ['*'], "any page may read why: $_"
	    for "$through/$id/x/x", "$through/$id/" . $wide =~ tr/0-9/1-90/r,
	    "$through/009033ffffff/$wide/x", "$through/x";
	my $door = $f->run_folder . '/door.sock';
	rename $door, "$door.away" or die $!;
	my $alone = $f->get("$prefix/x");
	rename "$door.away", $door or die $!;
	is_deeply [$alone->code,
	    $alone->headers->every_header('X-Content-Type-Options')],
	    [502, ['nosniff']], 'nor are those of nginx when the hub is gone';
	is_deeply $may->($alone), ['*'], 'any page may read that, too';
	is $answer->('Link: </x.css>; rel=preload')->header('Link'),
	    "<$prefix/x.css>; rel=preload", 'a link stays below';
	is $answer->('Refresh: 0; url=/x')->header('Refresh'),
	    "0; url=$prefix/x", 'so does a page that refreshes itself';

	$h = $answer->('Set-Cookie: a=1; Path=/; Domain=example.com; HttpOnly',
	    'Set-Cookie: b=2', 'Set-Cookie: c=3; path=/sub; Secure; domain=x',
	    'Set-Cookie: fleetline_session=evil; Path=/',
	    'Set-Cookie: d=4;Path=relative; Path=/two');
	my @cookies = @{$h->every_header('Set-Cookie')};
	is scalar @cookies, 4, 'cookies of the device pass, one of ours not';
	unlike "@cookies", qr/domain|fleetline_session/i, 'none for a domain';
	for my $cookie (@cookies) {
		my @path = $cookie =~ /;\s*path=([^;]*)/gi;
		like $path[-1] // '', qr{^\Q$prefix\E/}, "$cookie stays below";
	}
	like $cookies[0], qr/^a=1;.*HttpOnly/, 'other attributes stay';
	like $cookies[2], qr{Secure.*Path=\Q$prefix\E/sub$}, 'a path too, below';

	my $host = '127.0.0.1:' . $f->port;
	my $base = Mojo::URL->new($f->url("$prefix/dir/page"));
	my @inside = ('/login', 'other', '../other', '?q', '#x', './a/b/../c',
	    "http://$host/x", '/../../x', '/', '..', 'a:b/c');
	my @outside = ("//$host/health", "http://$host/health",
	    "https://$host/health", '/health', '../../../../../health',
	    '../../health', './.././../health', 'x/../../../../../health',
	    '%2e%2e/%2E%2e/%2e%2e/x', '.%2e/.%2e/x', '/\\../../health',
	    "/\\$host/health", "\\\\$host/health", '..\\..\\..\\health',
	    "HTTP://\U$host\E/health", 'http:/health', 'http:health',
	    "http:\\\\$host\\health", "http:///$host/health",
	    "http://user\@$host/health", "\thttp://$host/health");
	for my $location (@inside, @outside) {
		my $to = $answer->("Location: $location")->location // 'none';
		ok stays($to, $base), "Location: $location stays below, or "
		    . 'leaves us altogether' or diag $to;
	}
	is $answer->('Location: /login?x=%2f')->location,
	    "$prefix/login?x=%2f", 'the prefix is put in front of a path';
	is $answer->("Location: http://$host/login")->location =~
	    s{^http://\Q$host\E}{}r, "$prefix/login", 'also with our host';
	is $answer->('Location: https://elsewhere.example/x')->location,
	    'https://elsewhere.example/x', 'another host is not ours';
	for my $own ('192.0.2.35', '192.0.2.35:8080', '[fd00::35]', '[FD00:0::35]:1') {
		for my $scheme ('http:', 'https:', '') {
			is $answer->("Location: $scheme//$own/login?x")->location,
			    "$prefix/login?x", "$scheme//$own is the device";
		}
	}
	is $answer->("Refresh: 0; url=http://192.0.2.35/x")->header('Refresh'),
	    "0; url=$prefix/x", 'also where it refreshes itself';
	is $answer->("Location: http://192.0.2.36/x")->location,
	    'http://192.0.2.36/x', 'a neighbour is not';
	is $answer->('Location: other')->location, 'other',
	    'a relative one stays as it is';
};

# Where a browser would go (URL standard: backslashes, dots in %2e, blanks,
# "http:x" and any number of slashes) is below the prefix or not our host.
sub stays ($location, $base) {
	$location =~ s/^[\x00-\x20]+|[\t\r\n]//g;
	$location =~ s{\\}{/}g;
	my ($path) = $location =~ /^([^?#]*)/;
	my $host = $base->host_port;
	if ($path =~ s{^https?:}{}i) {
		# "http:x" is relative when the scheme is that of the page
		$path =~ s{^//+}{//} or 1;
		$path = "//$1" if $location =~ /^https:/i && $path =~ m{^/*(.*)};
	}
	elsif ($path =~ /^[a-z][a-z0-9+.-]*:/i) { return 1 }
	if ($path =~ m{^//+([^/]*)(.*)}) {
		my ($there, $rest) = ($1 =~ s/^.*@//r, $2);
		return 1 if lc $there ne lc $host;
		$path = $rest || '/';
	}
	$path = $base->path->to_string =~ s{[^/]*$}{}r . $path
	    unless $path =~ m{^/};
	my @out;
	for my $part (split m{/}, $path, -1) {
		my $plain = $part =~ s/%2e/./gir;
		if ($plain eq '..') { pop @out if @out > 1 }
		elsif ($plain ne '.') { push @out, $part }
	}
	return index(join('/', @out) . '/', "$prefix/") == 0;
}

subtest 'many headers' => sub {
	for my $kb (4, 8, 15) {
		my @lines = map { "X-Long-$_: " . 'x' x 1000 } 1 .. $kb;
		$d->answer(sub ($r) { {headers => \@lines, body => 'fine'} });
		my $res = raw(GET => "$prefix/x");
		is $res->code . $res->body, '200fine', "$kb KB of headers pass";
		is length $res->headers->header("X-Long-$kb"), 1000, 'all of them';
	}
	my @cookies = map { "Set-Cookie: c$_=" . 'x' x 140 . '; Path=/' } 1 .. 90;
	$d->answer(sub ($r) { {headers => \@cookies, body => 'fine'} });
	my $res = raw(GET => "$prefix/x");
	is scalar @{$res->headers->every_header('Set-Cookie')}, 90,
	    'cookies pass, though each gets a path';
	$d->answer(sub ($r) { {status => '302 Found', headers =>
	    ['Location: /' . 'x' x 15000], body => ''} });
	is length raw(GET => "$prefix/x")->headers->location,
	    15001 + length $prefix, 'a long redirection passes';
};

subtest 'a slash too many' => sub {
	$d->answer(sub ($r) { {body => 'reached'} });
	my ($key) = $prefix =~ m{([^/]+)$};
	my $n = 1;
	for my $base ($f->base . '/', '/' . $f->base, $f->base =~ s{(?<=.)/}{//}r,
	    $f->base . '//') {
		is $f->get("$base/passthrough/$id/$key/x//y")->body, 'reached',
		    "$base/passthrough/ works";
		is last_request()->{target}, '/x//y', '... the path stays';
		like $f->get("$base/csvapi")->code, qr/^401$/, "$base/csvapi too";
		is $f->request(POST => "$base/api", {}, '{}')->code, 401,
		    "$base/api too";
		my $root = 'ws://127.0.0.1:' . $f->port . $base;
		my $name = sprintf '0090330000%02x', $n++;
		my $new = $f->device(id => $name,
		    url => "$root/sysclients");
		ok eval { $new->connect; 1 }, "$base/sysclients is a device's"
		    or diag $@;
		ok wait_until(sub { grep { $_->{online} }
		    @{$f->cli_json(qw(device claims), $name)} }),
		    '... which is heard';
		$new->disconnect;
		my $app = App->new(url => "$root/innovaphone-devices")->connect;
		$app->login(domain => $f->domain, password => $f->password);
		ok $app->login_result->{ok},
		    "$base/innovaphone-devices is an app's";
		$app->disconnect;
	}
	my $want = $f->get('/billing/api/devices_get')->body;
	like $want, qr/<error>/, 'the billing API answers';
	is $f->get($_)->body, $want, "$_ too" for '/billing//api/devices_get',
	    '//billing/api/devices_get', '/api//devices_get',
	    '/billing/api//devices_get', '//api/devices_get';
	$d->answer(sub ($r) { {status => '302 Found', body => '',
	    headers => ['Location: /y']} });
	is $f->get($f->base . "//passthrough/$id/$key/x")->headers->location,
	    $f->base . "//passthrough/$id/$key/y", '... it leads below';
};

subtest 'answers that are none' => sub {
	my %bad = ('no HTTP' => "garbage\r\n\r\n",
	    'two lengths' => "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"
		. "Content-Length: 2\r\n\r\nxx",
	    'a negative length' => "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
	    'an endless head' => "HTTP/1.1 200 OK\r\nX: " . 'x' x 200000,
	    'an upgrade nobody asked for' => "HTTP/1.1 101 Switching Protocols"
		. "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
	    'nothing' => '');
	for my $what (sort keys %bad) {
		$d->answer(sub ($r) { {raw => $bad{$what}} });
		is raw(GET => "$prefix/x")->code, 502, "$what is a 502";
	}
	$d->answer(sub ($r) { {raw => "HTTP/1.1 200 OK\r\nContent-Length: 10"
	    . "\r\n\r\nfour"} });
	ok !raw(GET => "$prefix/x")->{whole}, 'a body that is cut is seen as cut';
	$d->answer(sub ($r) { {raw => "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
	    . "chunked\r\n\r\n4\r\nfour\r\n"} });
	unlike raw(GET => "$prefix/x")->{wire}, qr/\r\n0\r\n\r\n$/,
	    'also without its last chunk';
	$d->answer(sub ($r) { {raw => "HTTP/1.1 200 OK\r\nContent-Length: 2"
	    . "\r\n\r\nokHTTP/1.1 200 OK\r\nX-Smuggled: 1\r\n\r\n"} });
	unlike raw(GET => "$prefix/x")->{wire}, qr/Smuggled/,
	    'what follows an answer is dropped';
	$d->answer(sub ($r) { {body => 'fine'} });
	is raw(GET => "$prefix/x")->body, 'fine', 'the device is still there';
};

# The device's end of a websocket: frames out of the pipe, echoed.
sub echo ($pipe, $bytes) {
	$pipe->{ws} .= $bytes;
	while (length $pipe->{ws} >= 6) {
		my ($op, $n) = unpack 'CC', $pipe->{ws};
		my $head = 2;
		$n &= 0x7f;
		($n, $head) = (unpack('x2n', $pipe->{ws}), 4) if $n == 126;
		($n, $head) = (unpack('x2Q>', $pipe->{ws}), 10) if $n == 127;
		return if length $pipe->{ws} < $head + 4 + $n;
		my $mask = substr $pipe->{ws}, $head, 4;
		my $data = substr $pipe->{ws}, $head + 4, $n;
		substr $pipe->{ws}, 0, $head + 4 + $n, '';
		$data ^= substr $mask x (1 + $n / 4), 0, $n;
		$pipe->write(pack('C', $op) . ($n < 126 ? pack 'C', $n
		    : $n < 65536 ? pack 'Cn', 126, $n
		    : pack 'CQ>', 127, $n) . $data);
	}
}

sub websocket ($url) {
	my $got;
	$f->ua->max_redirects(0)->websocket($url => sub ($ua, $tx) { $got = $tx });
	wait_until(sub { $got });
	return $got;
}

subtest 'a websocket through the tunnel' => sub {
	$d->answer(sub ($r) { {headers => ['Sec-WebSocket-Accept: '
	    . sha1_base64($r->{headers}{'sec-websocket-key'}
	    . '258EAFA5-E914-47DA-95CA-C5AB0DC85B11') . '='],
	    upgrade => \&echo} });
	my $tx = websocket($f->url("$prefix/PBX0/APPCLIENT/websocket")
	    =~ s/^http/ws/r);
	ok $tx->is_websocket, 'the upgrade passes' or return;
	is last_request()->{target}, '/PBX0/APPCLIENT/websocket', 'to its path';
	my @got;
	$tx->max_websocket_size(1 << 22);
	$tx->on(message => sub ($tx, $bytes) { push @got, $bytes });
	my @messages = ('hello', '', 'x' x 125, 'y' x 126, 'z' x 70000,
	    'w' x 1000000);
	$tx->send({binary => $_}) for @messages;
	wait_until(sub { @got == @messages }, 20);
	is_deeply [map { length } @got], [map { length } @messages],
	    'messages come back in order';
	is sha256_hex(join '', @got), sha256_hex(join '', @messages),
	    'and unchanged';
	pause 2.5;
	@got = ();
	$tx->send({text => 'still there'});
	ok wait_until(sub { @got }), 'idleness does not end it';
	$tx->finish;
	my $ended;
	$d->once(shutdown => sub { $ended = 1 });
	ok $d->wait_for(sub { $ended }), 'its end is told to the device';
	$d->answer(sub ($r) { {status => '403 Forbidden', body => 'no'} });
	$tx = websocket($f->url("$prefix/ws") =~ s/^http/ws/r);
	is $tx->res->code, 403, 'a refused upgrade is an ordinary answer';
};

subtest 'keys' => sub {
	$d->answer(sub ($r) { {body => 'reached'} });
	my $other = join_in($f, '0090334100bf', 'south.example');
	my ($key) = $prefix =~ m{([^/]+)$};
	my $wrong = $key =~ s/(.)$/$1 eq '0' ? '1' : '0'/er;
	for my $bad ($wrong, $wide =~ s/(.)$/$1 eq '0' ? '1' : '0'/er, 'x',
	    '00000000-0000-4000-8000-000000000000', uc "$key$key", '%20') {
		is $f->get("$through/$id/$bad/x")->code, 403, "$bad opens nothing";
	}
	is $f->get("$through/0090334100bf/$key/x")->code, 403,
	    'the key of one device does not open another';
	is $f->get("$through/0090334100bf/$wide/x")->code, 200,
	    'that of the session does';
	is $f->get("$through/009033ffffff/$wide/x")->code, 404,
	    'an unknown device is a 404';
	is $f->get($_)->code, 404, "$_ is a 404" for "$through/", "$through/$id",
	    "$through/../x/y/z";
	for my $target ("$through/$id/$wide/x", "$prefix/x") {
		for my $h ({}, {'Sec-Fetch-Site' => 'same-origin'},
		    {'X-Fleetline-Label' => '*'},
		    {Host => 'pt.example.com'}) {
			my $res = $f->get($target, $h);
			is $res->code, 200, 'on our own origin either key opens';
			like $res->headers->header('Content-Security-Policy'),
			    qr/^sandbox /, '... a page in the sandbox';
		}
	}

	my $north = $f->app(domain => 'north.example', password => 'north');
	my $k = $north->ask({mt => 'GetUserInfo'})->{key};
	is $f->get("$through/$id/$k/x")->code, 200, 'a domain reaches its device';
	my @same = map { looks(raw(GET => "$through/$_/$k/x")) }
	    '009033ffffff', '0090334100bf', '009033410100';
	is $same[0][0], 404, 'an unknown device is unknown';
	is_deeply $same[1], $same[0], "another's device is just as unknown";
	$other->disconnect;
	wait_until(sub { !$f->api({mt => 'GetDevice', hwId => '0090334100bf'})
	    ->{device}{online} });
	is_deeply looks(raw(GET => "$through/0090334100bf/$k/x")), $same[0],
	    'also when it is offline';
	my $claim = $f->device(id => '009033410100')->connect;
	wait_until(sub { @{$f->cli_json(qw(device claims 009033410100))} });
	is_deeply looks(raw(GET => "$through/009033410100/$k/x")), $same[0],
	    'an unassigned one as well';
	like $f->get("$through/009033410100/$wide/x")->code, qr/^(404|50[23])$/,
	    'which nobody reaches';
	is scalar @{$claim->tunnels}, 0, 'it is not asked';
	$claim->disconnect;
	like $f->get("$through/0090334100bf/$wide/x")->code, qr/^50[23]$/,
	    'a device that is offline';

	$f->cli(qw(domain grant north.example south.example));
	like $f->get("$through/0090334100bf/$k/x")->code, qr/^50[23]$/,
	    'a granted domain is seen at once';
	$f->cli(qw(domain revoke north.example south.example));
	is $f->get("$through/0090334100bf/$k/x")->code, 404,
	    'and not any more when the right is taken away';

	$d->answer(sub ($r) { {raw => "HTTP/1.1 200 OK\r\n\r\nsome",
	    open => 1} });
	my $tx = $f->ua->build_tx(GET => $f->url("$through/$id/$k/slow"));
	my ($head, $cut);
	$tx->res->content->on(body => sub { $head = 1 });
	$f->ua->start($tx => sub { $cut = 1 });
	wait_until(sub { $head });
	$north->disconnect;
	ok wait_until(sub { $cut }, 1.5),
	    'a running request is cut when its session ends';
	is $f->get("$through/$id/$k/x")->code, 403,
	    'the key is worth nothing any more';
	ok $f->access_log_whole, 'the log is whole';
	like $f->log_of('access'), qr{passthrough/\Q$id\E/\*\*\* },
	    'it has the requests';
	unlike $f->log_of('access') . $f->log_of('hub')
	    . $f->log_of('nginx-error'), qr/\Q$key\E|\Q$wide\E|\Q$k\E/,
	    'but not the keys';
};

subtest 'keys of the HTTP API' => sub {
	$d->answer(sub ($r) { {body => 'reached'} });
	my @as = (user => 'north.example', password => 'north');
	my $uri = $f->api({mt => 'GetDevice', hwId => $id}, @as)->{device}{uri};
	is $f->get("${uri}x")->body, 'reached', 'a uri works';
	my $key = $f->api({mt => 'GetUserInfo'}, @as)->{key};
	is $f->get("$through/$id/$key/x")->body, 'reached', 'a key too';
	ok $f->kill_program('hub'), 'the hub is killed';
	$f->ready;
	$d->wait_for('closed');
	wait_until(sub { eval { $d->connect } });
	ok wait_until(sub { $f->get("${uri}x")->body eq 'reached' }),
	    'the uri survives it';
	$password{'north.example'} = 'north 2';
	$f->cli(qw(domain set north.example --password-file),
	    $f->secret_file('north 2'));
	is $f->get("${uri}x")->code, 403, 'a new password ends it';

	$f->cli(qw(account add watch --role system-admin));
	my $token = $f->cli(qw(key add watch)) =~ s/\n//r;
	$uri = $f->api({mt => 'GetDevice', hwId => $id}, key => $token)
	    ->{device}{uri};
	is $f->get("${uri}x")->body, 'reached', 'a uri for an API key works';
	my ($k) = @{$f->cli_json(qw(key list watch))};
	$f->cli(qw(key remove), $k->{id});
	is $f->get("${uri}x")->code, 403, 'revoking the key ends it';
};

subtest 'devices that fail' => sub {
	$app->disconnect;
	$app = $f->app;
	$uri = $app->ask({mt => 'GetDevice', hwId => $id})->{device}{uri};
	$prefix = Mojo::URL->new($uri)->path->to_string =~ s{/$}{}r;
	$d->answer(sub ($r) { {silent => 1} });
	my $t = time;
	is $f->get("$prefix/x")->code, 504, 'a silent device is a 504';
	my $took = time - $t;
	ok $took > 1.5 && $took < 5, 'after its time' or diag $took;
	my $shut;
	$d->once(shutdown => sub { $shut = 1 });
	$t = time;
	my $tx = $f->ua->build_tx(GET => $f->url("$prefix/x"));
	$f->ua->start($tx => sub { });
	my $n = @{$d->requests};
	$d->wait_for(sub { @{$d->requests} > $n });
	Mojo::IOLoop->remove($tx->connection);
	ok $d->wait_for(sub { $shut }, 1.5),
	    'when the client goes the device is told';

	my $pieces = 0;
	$d->answer(sub ($r) { {headers => ['Content-Type: text/plain'],
	    length => 1000000, framing => 'length', body => sub {
		$d->vanish if ++$pieces == 5;
		return 'x' x 8000;
	}} });
	my $res = raw(GET => "$prefix/big");
	is $res->code, 200, 'a device that dies in the middle';
	ok !$res->{whole}, 'leaves an answer that is seen as cut';
	wait_until(sub { !$f->api({mt => 'GetDevice', hwId => $id})
	    ->{device}{online} });
	like $f->get("$prefix/x")->code, qr/^50[23]$/, 'then it is offline';
	wait_until(sub { eval { $d->connect } });
	$d->answer(sub ($r) { $d->vanish; {silent => 1} });
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})
	    ->{device}{online} });
	like raw(GET => "$prefix/x")->code, qr/^50[23]$/,
	    'one that dies before it answers';
	wait_until(sub { eval { $d->connect } });
	$d->answer(sub ($r) { {body => 'back'} });
	ok wait_until(sub { $f->get("$prefix/x")->body eq 'back' }),
	    'when it is back it is reached';
};

$app->disconnect;
$d->disconnect;

# ---- large bodies, on programs without sanitizers ---------------------------

subtest 'large bodies in constant memory' => sub {
	my $g = fill(Fleetline->new(plain => 1));
	my $big = join_in($g, $id);
	$big->answer(sub ($r) { {body => 'small'} });
	my $uri = $g->api({mt => 'GetDevice', hwId => $id})->{device}{uri};
	$g->get("${uri}x") for 1 .. 3;
	my $before = my $most = $g->memory('hub');
	my $watch = Mojo::IOLoop->recurring(0.05 => sub {
		my $now = $g->memory('hub');
		$most = $now if $now > $most;
	});

	my $block = join '', map { chr } map { $_ % 251 } 1 .. 8000;
	my ($left, $sent) = (13107, Digest::SHA->new(256));
	$big->answer(sub ($r) { {framing => 'length', length => $left * 8000,
	    body => sub {
		return unless $left-- > 0;
		substr $block, 0, 4, pack 'N', $left;
		$sent->add($block);
		return $block;
	}} });
	my $size = $left * 8000;
	my ($got, $bytes) = (Digest::SHA->new(256), 0);
	my $tx = $g->ua->build_tx(GET => "${uri}big");
	$tx->res->content->unsubscribe('read')->on(read => sub ($c, $data) {
		$got->add($data);
		$bytes += length $data;
	});
	my $t = time;
	$g->ua->start_p($tx)->wait;
	diag sprintf '100 MB down in %.1f s', time - $t;
	is $bytes, $size, 'an answer of 100 MB arrives whole';
	is $got->hexdigest, $sent->hexdigest, 'and unchanged';
	ok $most - $before < 1 << 20, 'the hub grows by less than 1 MiB'
	    or diag "$before to $most";

	my $body = $block x 2622;
	my $sum = sha256_hex($body);
	my $arrived;
	$big->answer(sub ($r) { $arrived = sha256_hex($r->{body});
	    {body => 'taken'} });
	$before = $most = $g->memory('hub');
	is $g->request(POST => "${uri}up", {}, $body)->body, 'taken',
	    'a POST of 20 MB is answered';
	is $arrived, $sum, 'it arrived unchanged';
	ok $most - $before < 1 << 20, 'the hub grows by less than 1 MiB'
	    or diag "$before to $most";

	# A client that does not read makes the device wait, not the hub grow.
	$left = 13107;
	$big->answer(sub ($r) { {framing => 'length', length => $left * 8000,
	    body => sub { $left-- > 0 ? $block : undef }} });
	my $stream;
	Mojo::IOLoop->client({port => $g->port, address => '127.0.0.1'} =>
	    sub ($loop, $err, $s) {
		$stream = $s;
		$s->timeout(0);
		$s->write('GET ' . Mojo::URL->new($uri)->path
		    . "big HTTP/1.1\r\nHost: x\r\n\r\n");
		$s->stop;
	});
	my ($still, $since) = ($left, time);
	ok wait_until(sub {
		($still, $since) = ($left, time) if $left != $still;
		return time - $since > 1;
	}, 60), 'a client that does not read holds the device';
	ok $left > 0, 'before it has sent all';
	ok $most - $before < 1 << 20, 'and the hub does not grow'
	    or diag "$before to $most";
	Mojo::IOLoop->remove($watch);
	$stream->close if $stream;
	$big->disconnect;
};

done_testing;
