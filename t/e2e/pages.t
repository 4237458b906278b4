# Pages of devices in a real browser: with an origin for each device everything
# works that works when the device is asked directly, and a hostile one reaches
# neither us nor another device.  On our own origin they stand in a sandbox.
use Fleetline;
use Chromium;
use Mojo::URL;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

# Browsers know by themselves where *.localhost is.
my $port = Fleetline::free_port();
my $f = Fleetline->new(conf => {passthrough => {
    url => "http://*.pt.localhost:$port"}});
my ($id, $other_id) = ('0090334100be', 'Gate-way.7');
my ($user, $api) = ($f->domain, $f->url($f->base . '/api'));
$f->cli(qw(domain add north.example));

sub join_in ($id) {
	$f->cli(qw(device add), $id, qw(--domain north.example --offer 10));
	my $d = $f->device(id => $id)->connect;
	$d->wait_for('password');
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})
	    ->{device}{online} });
	return $d;
}

sub uri_of ($id) { $f->api({mt => 'GetDevice', hwId => $id})->{device}{uri} }

my ($d, $other) = map { join_in($_) } $id, $other_id;
my ($uri, $other_uri) = map { uri_of($_) } $id, $other_id;
my $path = Mojo::URL->new($uri)->path;
my $sandboxed = $f->url($path);		# the same page on our own origin

# ---- what devices have ---------------------------------------------------------

my %type = (xml => 'text/xml', xsl => 'text/xml', txt => 'text/plain',
    bin => 'application/octet-stream', json => 'application/json');
my %page = (
    'admin.xml' => '<?xml version="1.0"?><?xml-stylesheet type="text/xsl" '
	. 'href="admin.xsl"?><info version="14r1"/>',
    'admin.xsl' => '<xsl:stylesheet version="1.0" xmlns:xsl='
	. '"http://www.w3.org/1999/XSL/Transform"><xsl:template match="/">'
	. '<html><body>by stylesheet: <xsl:value-of select="info/@version"/>'
	. '</body></html></xsl:template></xsl:stylesheet>',
    'frames.htm' => '<frameset cols="1,2"><frame name="menu" src="menu.htm">'
	. '<frame name="main" src="main.htm"></frameset>',
    'menu.htm' => '<p>menu</p>',
    'main.htm' => '<p>main</p><script>onload = () => setTimeout(() => {
	let seen; try { seen = parent.frames.menu.document.body.innerText }
	catch (e) { seen = e.name }
	document.querySelector("p").textContent = "beside " + seen }, 300)
	</script>',
    'empty.htm' => '<p>empty</p>',
    'load.htm' => '<a href="config.bin" download>save</a>',
    'config.bin' => 'config of the device',
    'data.json' => '{"a":1}',
    'relaxed.htm' => '<p>relaxed</p><script>
	document.domain = "pt.localhost"</script>');

sub serve ($device, %more) {
	$device->answer(sub ($r) {
		my ($name) = $r->{target} =~ m{([^/?]*)(?:\?|$)};
		my $body = $more{$name} // $page{$name} // return
		    {status => '404 Not Found', body => 'none'};
		my ($end) = $name =~ /(\w+)$/;
		return {body => $body, headers => ['Content-Type: '
		    . ($type{$end} // 'text/html'),
		    'Set-Cookie: of=device; Path=/; Domain=localhost']};
	});
}
serve($_) for $d, $other;

my $c = Chromium->new;

# What is shown in the end.
sub shows ($want, $name) {
	ok wait_until(sub { $c->text =~ /^\Q$want\E\s*$/ }), $name
	    or diag $c->url, ' shows ', $c->text;
}

# The frame "main" of a page of frames.
sub frame_shows {
	return $c->run('try { return frames.main.document.body.innerText } '
	    . 'catch (e) { return e.name }') // '';
}

my $confirm = 'setTimeout(() => document.querySelector("p").textContent = '
    . 'confirm("restart?") ? "yes" : "no", 100)';
my $store = <<'JS';
	try {
		localStorage.setItem("kept", arguments[0]);
		sessionStorage.setItem("kept", arguments[0]);
		return localStorage.getItem("kept") + " " + document.cookie;
	} catch (e) { return e.name }
JS
my $ask = <<'JS';
	return new Promise(done => {
		const x = new XMLHttpRequest();
		x.open("POST", arguments[0]);
		x.setRequestHeader("X-Own", "1");
		x.setRequestHeader("Content-Type", "application/json");
		x.onloadend = () => done(x.status + " " + x.responseText);
		x.send("{}");
	});
JS

subtest 'an origin for each device' => sub {
	my $label = qr/[0-9a-z-]+/;
	like $uri, qr{^http://\Q$id\E\.pt\.localhost:$port\Q$path\E$},
	    'the uri of a device names its own';
	like $other_uri, qr{^http://x-[0-9a-f]{32}\.pt\.localhost:$port/},
	    'also if its id is no name';
	is $f->app->ask({mt => 'GetDevice', hwId => $id})->{device}{uri}
	    =~ s{/[^/]*/$}{}r, $uri =~ s{/[^/]*/$}{}r, 'so does that of an app';
	is $f->api({mt => 'HttpGet', uri => "$_" . 'data.json'})->{data},
	    '{"a":1}', "HttpGet takes $_" for $uri, $sandboxed;

	$c->go("${uri}admin.xml?xsl=admin.xsl");
	shows('by stylesheet: 14r1', 'a page with a stylesheet (XSLT)');
	$c->go("${uri}frames.htm");
	ok wait_until(sub { frame_shows() eq 'beside menu' }),
	    'frames see each other' or diag frame_shows();
	$c->go("${uri}empty.htm");
	$c->run($confirm);
	is $c->dialog(1), 'restart?', 'a page may ask';
	shows('yes', '... and gets the answer');
	$c->run($confirm);
	$c->dialog(0);
	shows('no', '... also the other one');
	like $c->run($store, 'here'), qr/^here of=device$/,
	    'it has storage and its cookies';
	is $c->run($ask, "${uri}data.json"), '200 {"a":1}',
	    'XHR with headers of its own';
	is $d->requests->[-1]{headers}{'x-own'}, 1, '... which arrive';
	$c->go("${uri}load.htm");
	$c->run('document.querySelector("a").click()');
	is $c->downloaded('config.bin'), 'config of the device',
	    'a file is saved';
};

subtest 'the sandbox on our own origin' => sub {
	$c->go("${sandboxed}empty.htm");
	$c->run($confirm);
	is $c->dialog(1), 'restart?', 'a page may ask';
	shows('yes', '... and gets the answer');
	$c->go("${sandboxed}load.htm");
	$c->run('document.querySelector("a").click()');
	is $c->downloaded('config.bin'), 'config of the device',
	    'a file is saved';
	is $c->run($store, 'x'), 'SecurityError', 'there is no storage';
	is $c->run($ask, "${sandboxed}data.json"), '0 ',
	    'no XHR with headers of its own';
	$c->go("${sandboxed}frames.htm");
	is frame_shows(), 'SecurityError', 'no frames that see each other';
	$c->go("${sandboxed}admin.xml?xsl=admin.xsl");
	unlike $c->text, qr/by stylesheet/, 'and no stylesheet';
};

# ---- a hostile page ------------------------------------------------------------

# What a page at $from gets of $url by fetch.
my $read = 'return fetch(arguments[0], arguments[1] || {}).then('
    . 'async r => r.status + " " + await r.text(), () => "refused")';

# What it sees of a page at $url in a frame.
my $frame = <<'JS';
	return new Promise(done => {
		const f = document.createElement("iframe");
		f.onload = () => {
			try { done("seen " + f.contentWindow.document.body.innerText) }
			catch (e) { done(e.name) }
		};
		f.src = arguments[0];
		document.body.append(f);
	});
JS

# What an app's websocket says to a page that has no login.
my $socket = <<'JS';
	return new Promise(done => {
		const s = new WebSocket(arguments[0]), all = [];
		s.onopen = () => s.send('{"mt":"GetDevices"}');
		s.onmessage = m => { all.push(m.data); s.close() };
		s.onclose = s.onerror = () => done(all.join());
	});
JS

subtest 'a hostile page of a device' => sub {
	like $c->log_in($f), qr/^200 .*"admin":true/, 'an administrator is logged in';
	my $domains = sub { scalar @{$f->api({mt => 'GetDomains'})->{domains}} };
	my $before = $domains->();
	my $form = <<"HTML";
	<form method="post" enctype="text/plain" action="$api"><input
	name='{"mt":"AddDomain","name":"evil.example","x":"' value='"}'></form>
	<script>document.forms[0].submit()</script>
HTML
	serve($d, 'form.htm' => $form);
	for my $at ($uri, $sandboxed) {
		my $so_far = Chromium::refusals($f);
		$c->go("${at}empty.htm");
		is $c->run($read, $api, {method => 'POST', credentials => 'include',
		    body => '{"mt":"AddDomain","name":"evil.example"}'}),
		    'refused', 'the API: nothing is read';
		ok wait_until(sub { Chromium::refusals($f) > $so_far }), '... nor done';
		is $c->run($read, $f->url($_), {credentials => 'include'}),
		    'refused', "$_ cannot be read" for '/health', '/metrics',
		    $f->base . '/csvapi?all=1&type=history', $f->base . '/';
		is $c->run($frame, $f->url($_)), 'SecurityError',
		    "$_ cannot be looked into" for '/health', $f->base . '/';
		unlike $c->run($socket, $f->ws_url), qr/hwId/,
		    "an app's websocket tells it nothing";
		$c->go("${at}form.htm");
		shows('{"error":"foreign origin"}', 'a form is refused');
	}
	is $domains->(), $before, 'nothing was changed';

	$c->go($f->url('/health'));
	$c->run('window.w = open(arguments[0])', "${uri}empty.htm");
	$c->window(1);
	ok wait_until(sub { $c->text eq 'empty' }), 'a page that we open';
	ok $c->run('return window.opener === null'),
	    '... cannot send the one that opened it elsewhere';
	$c->window(0);
};

subtest 'a hostile page and another device' => sub {
	my ($key, $other_key) = map { m{([^/]+)/$} } $uri, $other_uri;
	$c->go("${other_uri}empty.htm");
	$c->run('localStorage.setItem("secret", "of the other")');
	$c->go("${uri}relaxed.htm");
	is $c->run('return localStorage.getItem("secret")'), undef,
	    "another's storage is not its own";
	is $c->run($frame, "$other_uri$_"), 'SecurityError',
	    "nor can it look into $_" for 'empty.htm', 'relaxed.htm';
	is $c->run($frame, $other_uri =~ s/\Q$other_key\E/$key/r), 'SecurityError',
	    'nor with its own key';
	is $c->run($read, $other_uri =~ s/\Q$other_key\E/$key/r . 'data.json'),
	    "403 Forbidden\n", 'its key opens no other device';
	my $here = "http://$id.pt.localhost:$port";
	my $theirs = Mojo::URL->new($other_uri)->path;
	is $c->run($read, "$here${theirs}data.json"), "404 Not Found\n",
	    "another's page is not under its name, even with the key";
	like $c->run($read, "$here$_"), qr/^404 <html>/, "there is no $_"
	    for '/health', $f->base . '/api', $f->base . '/';
};

subtest 'names and keys' => sub {
	my $wide = $f->api({mt => 'GetUserInfo'})->{key};
	my $get = sub ($host, $key, $id = $id) {
		return $f->get('http://127.0.0.1:' . ($host ? $port : $f->port)
		    . $f->base . "/passthrough/$id/$key/data.json",
		    $host ? {Host => $host} : {});
	};
	my ($key) = $uri =~ m{([^/]+)/$};
	is $get->("$id.pt.localhost", $key)->code, 200, 'the key of a device';
	is $get->(uc "$id.PT.localhost:$port", $key)->code, 200,
	    '... however its name is written';
	is $get->("$id.pt.localhost", $key)->headers
	    ->header('Content-Security-Policy'), undef, '... without a sandbox';
	my $refused = $get->("$id.pt.localhost", $wide);
	is $refused->code, 403, 'that of the session opens nothing there';
	is $refused->headers->header('Access-Control-Allow-Origin'), '*',
	    '... and any page may read so';
	is $get->($_, $key)->code, 404, "$_ is no name of the device"
	    for 'pt.localhost', "x.$id.pt.localhost", 'other.pt.localhost',
	    "$id.pt.localhost.evil.example", "127.0.0.1:$port",
	    "$id-pt.localhost";
	my $main = $get->(undef, $wide);
	is $main->code, 200, 'on our own origin it opens';
	like $main->headers->header('Content-Security-Policy'), qr/^sandbox /,
	    '... into the sandbox';
};

# The same instance with other settings.
sub set_up (%passthrough) {
	$f->conf->{passthrough} = \%passthrough;
	$f->write_conf;
	$f->restart;
	wait_until(sub { eval { $_->connect } }) for $d, $other;
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $_})
	    ->{device}{online} }) for $id, $other_id;
	return;
}

subtest 'one origin for all devices' => sub {
	$f->pages_port(Fleetline::free_port());
	set_up();
	my $pages = 'http://127.0.0.1:' . $f->pages_port;
	like $f->{started}, qr/^pages of devices: \Q$pages\E$/m,
	    './start says where they are';
	my ($one, $two) = map { uri_of($_) } $id, $other_id;
	is index($_, $pages . $f->base), 0, 'the uri names it' for $one, $two;
	$c->go("${one}admin.xml?xsl=admin.xsl");
	shows('by stylesheet: 14r1', 'a page with a stylesheet (XSLT)');
	$c->go("${one}empty.htm");
	is $c->run($ask, "${one}data.json"), '200 {"a":1}',
	    'XHR with headers of its own';
	like $c->run($store, 'seen'), qr/^seen of=device$/, 'storage';
	$c->go("${two}empty.htm");
	is $c->run('return localStorage.getItem("kept")'), 'seen',
	    '... which another device sees, as the documents say';
	is $c->run($read, $f->url($_), {credentials => 'include'}), 'refused',
	    "$_ cannot be read" for '/health', $f->base . '/api';
	my $wide = $f->api({mt => 'GetUserInfo'})->{key};
	is $f->get($pages . $f->base . "/passthrough/$id/$wide/x")->code, 403,
	    'the key of a session opens nothing there';
	is $f->get("$pages$_")->code, 404, "$_ is not there" for '/health',
	    $f->base . '/api', $f->base . '/csvapi', '/api/devices_get',
	    $f->base . '/sysclients';
	is $f->get($_)->headers->set_cookie, undef, "$_ sets no cookie of ours"
	    for '/health', $f->base . '/api', $f->base . '/csvapi';
};

subtest 'one key for each session' => sub {
	set_up(keys => 'session', url => "http://*.pt.localhost:$port");
	my ($one, $two) = map { uri_of($_) } $id, $other_id;
	is index($one, $f->url($f->base . "/passthrough/$id/")), 0,
	    'the uri of a device is on our own origin';
	is $one =~ s/\Q$id\E/$other_id/r, $two,
	    'its key is that of the other one, too';
	is $f->get("${two}data.json")->body, '{"a":1}', '... and opens it';
	like $f->get("${two}data.json")->headers
	    ->header('Content-Security-Policy'), qr/^sandbox /, '... sandboxed';
};

$c->end;
$_->disconnect for $d, $other;
done_testing;
