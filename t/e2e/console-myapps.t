# The console inside myApps, and the hidden page that gives other Apps our API:
# a page of another origin plays the window of myApps.
use Fleetline;
use Console;
use Digest::SHA qw(sha256_hex);
use Mojo::Server::Daemon;
use Mojo::Util qw(url_escape);
use Mojolicious;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

# ---- the window of myApps -------------------------------------------------------

my $myapps = Mojo::Server::Daemon->new(silent => 1,
    listen => ['http://127.0.0.1:0']);
my $app = Mojolicious->new(secrets => ['x']);
$app->log->level('fatal');
$app->routes->any('/parent' => sub ($c) {
	$c->render(format => 'html', data => <<'EOF');
<link rel="icon" href="data:,"><iframe></iframe><script>
const got = [], raw = [];
const inner = () => document.querySelector("iframe").contentWindow;
addEventListener("message", e => {
	if (e.source !== inner()) return;
	raw.push(typeof e.data);
	got.push(JSON.parse(e.data));
});
const say = m => inner().postMessage(typeof m === "string" ? m
	: JSON.stringify(m), "*");
document.querySelector("iframe").src = decodeURIComponent(location.hash.slice(1));
</script>
EOF
});
$app->routes->any('/sibling' => sub ($c) {
	$c->render(format => 'html', data => 'sibling');
});
$myapps->app($app)->start;
my $parent = 'http://127.0.0.1:' . $myapps->ports->[0];

my $f = Fleetline->new(conf => {console => {frame_ancestors => $parent}});
my @ids = ('0090334100be', '0090334100bf');
$f->cli(qw(domain add north.example --password-file), $f->secret_file('North-1'));
$f->cli(qw(category add north.example Phones --config));
$f->cli(qw(device add), $_, qw(--domain north.example --type PHONE --name),
    "desk $_") for @ids;
my $c = Console->new(f => $f);
$c->size(1280, 800);

# Opens a page of ours in the window of myApps.
sub framed ($page, $query) {
	$c->frame(undef)->go('about:blank');
	$c->go("$parent/parent#" . url_escape($f->url($f->base . "/$page?$query")));
}

# What the page has said, of one kind or all.
sub got ($mt = undef) {
	my $all = $c->frame(undef)->run('return got');
	return grep { !$mt || $_->{mt} eq $mt } @$all;
}

# The nth message of a kind, once it is there.
sub wait_got ($mt, $n = 1) {
	my @all;
	wait_until(sub { (@all = got($mt)) >= $n }) or diag "no $mt";
	return $all[$n - 1] // {};
}

sub say_to ($m) { $c->frame(undef)->run('say(arguments[0])', $m); return }

# In the frame.
sub inside ($js, @args) {
	my $r = $c->frame(undef)->frame(0)->run($js, @args);
	$c->frame(undef);
	return $r;
}

sub sees_inside ($pattern, $seconds = 10) {
	return wait_until(sub {
		(inside('return document.body.innerText') // '') =~ $pattern;
	}, $seconds);
}

my $info = '{"appobj":"devices","b":1,"a":[2]}';

# Login as the PBX would answer this getLogin.
sub login_for ($ask, %o) {
	my %l = (app => 'innovaphone-devices', domain => 'north.example',
	    sip => 'ada', guid => 'ab' x 16, dn => 'Ada Ring', %o);
	my $digest = sha256_hex(join ':', @l{qw(app domain sip guid dn)}, $info,
	    $ask->{challenge}, 'North-1');
	return encode_json({mt => 'Login', src => $ask->{src}, pbxObj => 'devices',
	    %l, digest => $digest, key => 'c0ffee' x 10}) =~ s/\}$/,"info":$info}/r;
}

# Opens a page and logs it in.
sub enter ($page, $query, %o) {
	framed($page, $query);
	my $ask = wait_got('getLogin');
	say_to(login_for($ask, %o));
	wait_got('RegisterApi');
	return $ask;
}

my @hidden = (app => 'innovaphone-devices-api', pbxObj => 'devices-api');

# ---- the visible App ---------------------------------------------------------------

subtest 'files and headers' => sub {
	for my $page ('innovaphone-devices', 'innovaphone-devices-api') {
		my $res = $f->get($f->base . "/$page.htm");
		is $res->code, 200, "$page.htm";
		is $res->headers->content_type, 'text/html; charset=utf-8', '... is a page';
		like $res->headers->header('Content-Security-Policy'),
		    qr/frame-ancestors 'self' \Q$parent\E/, '... that myApps may show';
		is $res->headers->header('X-Frame-Options'), undef, '... in a frame';
		$res = $f->get($f->base . "/$page.png");
		is $res->headers->content_type, 'image/png', "$page.png";
		my ($width, $height) = unpack 'x16NN', $res->body;
		is $width, $height, '... is square';
	}
	unlike $f->get($f->base . '/innovaphone-devices-api.htm')->body, qr/main\.js/,
	    'the hidden page is another one';
};

subtest 'logging in' => sub {
	framed('innovaphone-devices.htm', 'name=devices&lang=de&scheme=light');
	my $ask = wait_got('getLogin');
	is((got())[0]{mt}, 'Alive', 'the first word is Alive');
	is $ask->{app}, 'devices', 'getLogin names the App object';
	like $ask->{challenge}, qr/^\d{16}$/, '... with the challenge of the server';
	like $ask->{src}, qr/^\d+$/, '... and a number of its own';
	is scalar(got('getLogin')), 1, '... once';
	say_to($_) for 'junk', '{', 'null', '[]', '7', '{"mt":7}', '{"mt":"x"}',
	    'x' x 2000000;
	$c->frame(undef)->run('inner().postMessage({mt: "Login"}, "*")');
	say_to(login_for($ask, pbxObj => 'other'));
	say_to(login_for({%$ask, src => '1'}));
	pause(0.5);
	is scalar(got('RegisterApi')), 0, 'what is no right Login does nothing';
	say_to(login_for($ask)) for 1, 2;
	my $api = wait_got('RegisterApi');
	is $api->{api}, 'com.innovaphone.devicesui',
	    'UI1: after the login its API is offered';
	ok sees_inside(qr/\xdcbersicht/), 'the console is there, in the language';
	is inside('return document.documentElement.dataset.scheme'), 'light',
	    '... and colours';
	is inside('return document.querySelectorAll("[type=password]").length'), 0,
	    '... and asks for no password';
	is scalar(() = $f->log_of('rules') =~ /mt=AppLogin/g), 1,
	    'of two right ones one is sent';
	is_deeply [grep { $_ ne 'string' } @{$c->run('return raw')}], [],
	    'every message was a string';
	my $everything = inside('return JSON.stringify([
	    document.documentElement.outerHTML, location.href,
	    Object.entries(localStorage), Object.entries(sessionStorage)])');
	unlike $everything . encode_json([got()]), qr/c0ffee/, 'the key is nowhere';
	$c->is_quiet('logging in');
};

subtest 'the window of myApps says' => sub {
	my $back = 'return getComputedStyle(document.body).backgroundColor';
	my $light = inside($back);
	say_to({mt => 'SetScheme', scheme => 'dark'});
	ok wait_until(sub { inside($back) ne $light }), 'other colours';
	say_to({mt => 'SetScheme', scheme => 'pink'});
	say_to({mt => 'SetLang', lang => 'en'});
	ok sees_inside(qr/Overview/), 'another language';
	is inside('return document.documentElement.lang'), 'en', '... of the page, too';
	say_to({mt => 'SetLang', lang => 'xx'});
	say_to({mt => 'SetArgs', args => {hwId => $ids[0]}});
	ok sees_inside(qr/desk $ids[0]/), 'a device to open';
	say_to({mt => 'SetArgs', args => {hwId => '<img src=x onerror=alert(1)>'}});
	ok sees_inside(qr/There is no such device/), 'one that is markup is text';
	is inside('return document.querySelectorAll("img").length'), 0,
	    '... and no picture';
	say_to({mt => 'SetArgs', args => {}});
	ok sees_inside(qr/row 1 of 2/), 'none: the list';
	say_to({mt => 'PrepareReload'});
	ok wait_got('PrepareReloadComplete')->{mt}, 'it may be reloaded';
	say_to({mt => 'OpenChannel', src => 1, channel => 'ch1'});
	is wait_got('ChannelClosed')->{channel}, 'ch1', 'a channel is closed';
	say_to({mt => $_}) for qw(Show SetMenuState Nonsense);
	$c->frame(undef)->run(<<'JS', $parent);
		const f = document.createElement("iframe");
		f.src = arguments[0] + "/sibling";
		document.body.append(f);
		return new Promise(done => f.onload = () => done());
JS
	$c->frame(1)->run('parent.frames[0].postMessage(
	    JSON.stringify({mt: "SetLang", lang: "de"}), "*")');
	pause(0.3);
	is inside('return document.documentElement.lang'), 'en', 'a sibling says nothing';
	$c->is_quiet('messages');
};

subtest 'UI1: OpenDevice opens that device' => sub {
	my $request = {mt => 'ApiRequest', api => 'com.innovaphone.devicesui',
	    consumer => 'events', src => 'a-1'};
	say_to({%$request, msg => {mt => 'OpenDevice', hwId => uc $ids[1]}});
	ok sees_inside(qr/desk $ids[1]/), 'in any spelling';
	is wait_got('Action')->{type}, 'ShowApp', '... and comes to the front';
	say_to({%$request, msg => {mt => 'Nonsense'}});
	say_to({%$request, msg => undef});
	say_to({%$request, api => 'com.innovaphone.phone', msg => {mt =>
	    'OpenDevice', hwId => $ids[0]}});
	pause(0.3);
	ok sees_inside(qr/desk $ids[1]/), 'what is something else does nothing';
	enter('innovaphone-devices.htm', "name=devices&lang=en&hwId=$ids[0]");
	ok sees_inside(qr/desk $ids[0]/), 'one in the URL is opened after the login';
	my $info = $f->app->ask({mt => 'AppInfo', app => 'innovaphone-devices'});
	is_deeply $info->{info}, {apis => {'com.innovaphone.devicesui' => {}}},
	    'AppInfo publishes it';
	$c->is_quiet('OpenDevice');
};

subtest 'when it is refused, or the server is gone' => sub {
	framed('innovaphone-devices.htm', 'name=devices&lang=en');
	my $ask = wait_got('getLogin');
	say_to({mt => 'Login', src => $ask->{src}, error => 7,
	    errorText => 'no access'});
	ok sees_inside(qr/no access/), 'its reason is shown';
	is inside('return document.querySelectorAll("input").length'), 0,
	    '... and no password asked for';
	my $next = wait_got('getLogin', 2);
	isnt $next->{src}, $ask->{src}, 'it asks again, by another number';
	say_to(login_for($next));
	ok wait_got('RegisterApi')->{api}, '... and gets in';
	inside('location.hash = "#/devices"');
	ok sees_inside(qr/row 1 of 2/), 'a list';
	inside('const s = document.querySelector("[type=search]"); s.value = "des";
	    s.dispatchEvent(new Event("input"))');
	my $asked = scalar(got('getLogin'));
	$f->kill_program('hub');
	$f->ready;
	say_to(login_for(wait_got('getLogin', $asked + 1)));
	ok wait_until(sub {
		!inside('return document.querySelectorAll(".lost").length');
	}), 'after the hub was gone it logs in by itself';
	is inside('return document.querySelector("[type=search]").value'), 'des',
	    '... and what was typed is there';
	is scalar(got('RegisterApi')), 1, '... and the API is not offered twice';
	$c->complaints;
};

subtest 'where the websocket is' => sub {
	$c->go($f->url($f->base . '/innovaphone-devices.htm?a=x/y#p/q'));
	my $socket_of = 'return import("./console/myapps.js").then(m =>
	    m.socketOf(arguments[0]))' =~ s/arguments/a/r;
	is $c->run("const a = arguments; $socket_of", 'https://h:1/d/i/x'),
	    'wss://h:1/d/i', 'beside the page';
	is $c->run("const a = arguments; $socket_of", 'http://h/d/i/x?a=x/y#p/q'),
	    'ws://h/d/i', '... whatever follows it';
	is $c->run('return import("./console/myapps.js").then(m => m.ownSocket())'),
	    $f->ws_url(''), '... of this page';
	ok $c->waits_for('.login form'), 'a page that is no frame has a form';
};

# ---- the hidden page ---------------------------------------------------------------------

my $api = 'com.innovaphone.devices';

sub request ($msg, %o) {
	say_to({mt => 'ApiRequest', api => $api, consumer => 'events',
	    src => 'apisrc-1', %o, msg => $msg});
}

subtest 'other Apps use our API by the hidden page' => sub {
	framed('innovaphone-devices-api.htm', 'name=devices-api&lang=en');
	my $ask = wait_got('getLogin');
	request({mt => 'GetDevice', hwId => $ids[0]}, src => 'early');
	say_to(login_for($ask, @hidden));
	my $r = wait_got('ApiResult');
	is_deeply [@{$r}{qw(api consumer src)}, $r->{msg}{device}{hwId}],
	    [$api, 'events', 'early', $ids[0]], 'what was asked before the login';
	is((got('RegisterApi'))[0]{api}, $api, 'its API is offered');
	ok !exists $r->{msg}{src}, 'no src that was not there';
	request({mt => 'GetDevice', hwId => $ids[1], src => 'inner'}, consumer => $_)
	    for qw(a b);
	wait_got('ApiResult', 3);
	my @two = (got('ApiResult'))[1, 2];
	is_deeply [sort map { "$_->{consumer} $_->{src} $_->{msg}{src}" } @two],
	    ['a apisrc-1 inner', 'b apisrc-1 inner'], 'two with the same src get theirs';
	request({mt => 'GetPhones'}, src => undef);
	$r = wait_got('ApiResult', 4);
	is scalar @{$r->{msg}{phones}}, 2, 'a list in one piece';
	ok $r->{msg}{last}, '... that says so';
	request({mt => 'GetDects'});
	is_deeply wait_got('ApiResult', 5)->{msg}{dects}, [], 'an empty one';
	my $n = 5;
	for my $mt (qw(DeleteDevice GetUserInfo SetDeviceFilter AddDomain AppLogin)) {
		request({mt => $mt});
		is wait_got('ApiResult', ++$n)->{msg}{error}, 'not supported',
		    "$mt does not pass";
	}
	request({mt => 'GetDevice'}, api => 'com.innovaphone.phone');
	request(undef);
	pause(0.3);
	is scalar(got('ApiResult')), $n, 'what is not ours is left alone';
	is inside('return document.body.innerText'), '', 'nothing is shown';
	$c->is_quiet('hidden');
};

subtest 'a code, and the device that uses it' => sub {
	enter('innovaphone-devices-api.htm', 'name=devices-api', @hidden);
	request({mt => 'GetProvisioningCode', category => 'Phones', sip => 'anna'},
	    src => 'code');
	my $code = wait_got('ApiResult')->{msg}{code};
	like $code, qr/^\d{12}$/, 'a code';
	my $device = $f->device(id => '0090334100c7',
	    more => {provisioningCode => $code})->connect;
	my $r = wait_got('ApiResult', 2);
	is "$r->{msg}{mt} $r->{consumer} $r->{src}", 'DeviceProvisioned events code',
	    'its use is told to who asked';
	is $r->{msg}{device}{hwId}, '0090334100c7', '... with the device';
	$device->disconnect;
	say_to({mt => 'ApiConsumerClosed', api => $api, consumer => 'events'});
	request({mt => 'GetDevice', hwId => $ids[0]}, consumer => 'other');
	is wait_got('ApiResult', 3)->{consumer}, 'other', 'the page goes on for others';
	$c->is_quiet('a code');
};

subtest 'requests while the server is gone' => sub {
	enter('innovaphone-devices-api.htm', 'name=devices-api', @hidden);
	kill 'STOP', $f->pid('devices');
	request({mt => $_}, src => $_) for qw(GetPhones GetGateways GetDects);
	pause(0.3);
	$f->kill_program('hub');
	my $r = wait_got('ApiResult', 3);
	kill 'CONT', $f->pid('devices');
	is_deeply [map { $_->{msg}{error} } got('ApiResult')],
	    [('connection lost') x 3], 'each gets an error';
	ok $r->{msg}{last}, '... that ends its list';
	$f->ready;
};

$c->end;
done_testing;
