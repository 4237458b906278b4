# The console inside myApps: the checks of a page that lies in its window, by
# their numbers; those of the hidden page are in console-myapps-api.t.  A page of
# another origin plays the window.
use Fleetline;
use MyApps;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my ($w, $far) = (MyApps->new, MyApps->new(address => '127.0.0.2'));
my $f = Fleetline->new(conf => {console => {frame_ancestors =>
    $w->origin . ' ' . $far->origin}});
my @ids = ('0090334100be', '0090334100bf');
$f->cli(qw(domain add north.example --password-file), $f->secret_file('North-1'));
$f->cli(qw(category add north.example Phones --config));
$f->cli(qw(device add), $_, qw(--domain north.example --type PHONE --name),
    "desk $_") for @ids;
my $c = $w->open($f);
my $page = 'innovaphone-devices.htm';
my $logins = sub { scalar(() = $w->sent('AppLogin')) };

# ---- logging in ---------------------------------------------------------------

subtest 'check 1: the first word is Alive, every one a string of JSON' => sub {
	$w->framed($page, 'name=devices&lang=de&scheme=light');
	ok $w->wait_got('getLogin')->{src}, 'it asks for a login';
	is(($w->got)[0]{mt}, 'Alive', 'the first word is Alive');
	is_deeply [grep { $_ ne 'string' } @{$w->outside('return raw')}], [],
	    'every message was a string';
	is scalar(grep { !length($_->{mt} // '') } $w->got), 0, '... with a name';
};

my $ask = $w->wait_got('getLogin');

subtest 'check 2: one getLogin after the challenge' => sub {
	is $ask->{app}, 'devices', 'it names the App object';
	my ($answer) = grep { /AppChallengeResult/ } @{$w->inside('return seen.came')};
	is $ask->{challenge}, decode_json($answer)->{challenge},
	    '... with the challenge of the server as it came';
	like $ask->{src}, qr/^\d+$/, '... and a number of its own';
	is scalar($w->got('getLogin')), 1, '... once';
};

subtest 'check 7: junk changes nothing' => sub {
	$w->say($_) for 'junk', '{', 'null', '[]', '7', '"x"', '{"mt":7}', '{"mt":"x"}',
	    '{"mt":"Login"}', 'x' x (2 << 20);
	$w->outside('inner().postMessage({mt: "Login"}, "*")');
	$w->outside('inner().postMessage(null, "*")');
	$w->is_quiet('junk');
};

subtest 'check 4: a Login that was not asked for' => sub {
	$w->say($w->login_for($ask, pbxObj => 'other'));
	$w->say($w->login_for({%$ask, src => '1'}));
	$w->say({mt => 'OpenChannel', channel => 'c'});
	$w->wait_got('ChannelClosed');	# all before it has been heard
	is $logins->(), 0, 'what is no right Login does nothing';
	$w->say($w->login_for($ask)) for 1, 2;
	my $api = $w->wait_got('RegisterApi');
	is $api->{api}, 'com.innovaphone.devicesui',
	    'UI1: after the login its API is offered';
	$w->say($w->login_for($ask));
	$w->say({mt => 'OpenChannel', channel => 'd'});
	$w->wait_got('ChannelClosed', 2);
	is $logins->(), 1, 'of right ones, and one that nobody waits for, one is sent';
	is scalar(() = $f->log_of('rules') =~ /mt=AppLogin/g), 1, '... and received';
};

subtest 'check 3: AppLogin has what Login had' => sub {
	my ($text) = $w->sent('AppLogin');
	my ($login, $given) = map { Mojo::JSON::from_json($_) } $text,
	    $w->login_for($ask);
	is index($text, '"info":' . $w->info) > 0, 1, 'info is the same text';
	is $login->{digest}, $given->{digest}, 'the digest, too';
	is_deeply [@{$login}{qw(pbxObj app)}], [qw(devices innovaphone-devices)],
	    'with the name of the object, and of the service';
	delete $login->{src};	# ours, to know the answer by
	is join(' ', sort keys %$login), 'app digest dn domain guid info mt pbxObj sip',
	    'and nothing else';
	ok !grep { $_ eq ($ask->{src} // '') } values %$login, '... not its src';
	ok $w->sees_inside(qr/\xdcbersicht/), 'the server lets it in';
	is $w->inside('return document.documentElement.dataset.scheme'), 'light',
	    '... in the colours of the window';
	is $w->has_inside('[type=password]'), 0, '... and asks for no password';
};

subtest 'check 28: the key is nowhere' => sub {
	my $everything = $w->inside('return JSON.stringify([
	    document.documentElement.outerHTML, location.href, seen.lines, seen.sent,
	    Object.entries(localStorage), Object.entries(sessionStorage)])');
	like $everything, qr/AppLogin/, 'what is looked at';
	unlike $everything . encode_json([$w->got]), qr/c0ffee/, 'the key is nowhere';
	$w->is_quiet('logging in');
};

subtest 'check 6: a login that is refused' => sub {
	$w->framed($page, 'name=devices&lang=en&hurry=100');
	my $first = $w->wait_got('getLogin');
	my @src;
	for my $n (1 .. 9) {
		my $next = $w->wait_got('getLogin', $n);
		push @src, $next->{src};
		$w->say({mt => 'Login', src => $next->{src}, error => 7,
		    errorText => 'no access'});
	}
	my $last = $w->wait_got('getLogin', 10);
	ok $w->sees_inside(qr/no access/), 'its reason is shown';
	is $w->has_inside('input'), 0, '... and no password asked for';
	is $logins->(), 0, '... and nothing sent';
	is_deeply [map { $_->{waited} } @{$w->inside('return seen.tries')}],
	    [0, 500, 1000, 2000, 4000, 8000, 16000, 32000, 32000, 32000],
	    'it asks again, ever later, at most after 32 s';
	my %all = map { $_ => 1 } @src, $last->{src};
	is scalar keys %all, 10, '... each time by another number';
	$w->say($w->login_for($last, src => undef));
	ok $w->wait_got('RegisterApi')->{api}, 'one without src is taken, too';
	$c->complaints;
};

subtest 'check 5: a Login from elsewhere' => sub {
	my $says = 'postMessage(arguments[0], "*")';
	$w->framed($page, 'name=devices&lang=en&scheme=dark');
	my $own = $w->wait_got('getLogin');
	my @words = ($w->login_for($own), encode_json({mt => 'SetScheme',
	    scheme => 'light'}), encode_json({mt => 'SetLang', lang => 'de'}));
	$w->outside(<<'JS', $w->origin . '/empty');
		const f = document.createElement("iframe");
		document.body.append(f);
		return new Promise(done => { f.onload = () => done();
			f.src = arguments[0]; });
JS
	$c->frame(undef)->frame(1);
	$c->run("parent.frames[0].$says", $_) for @words;
	$w->inside('document.body.append(document.createElement("iframe"))');
	$c->frame(undef)->frame(0)->frame(0);
	$c->run("parent.$says", $_) for @words;
	$c->frame(undef);
	$w->say({mt => 'OpenChannel', channel => 'c'});
	$w->wait_got('ChannelClosed');
	is $logins->(), 0, 'a sibling says nothing, nor does a child';
	is $w->inside('return document.documentElement.dataset.scheme'), 'dark',
	    '... of colours either';
	is $w->inside('return document.documentElement.lang'), 'en', '... or a language';

	$w->beside($w->outside('return location.href'));
	my $theirs = $w->wait_got('getLogin');
	$c->window(0)->frame(undef);
	$c->run("other.frames[0].$says", $_) for $w->login_for($theirs), @words[1, 2];
	$c->window(1);
	$w->say({mt => 'OpenChannel', channel => 'c'});
	$w->wait_got('ChannelClosed');
	is $logins->(), 0, 'who has opened the window says nothing';
	is $w->inside('return document.documentElement.dataset.scheme'), 'dark',
	    '... of colours either';
	$w->say($w->login_for($theirs));
	ok $w->wait_got('RegisterApi')->{api}, 'its own window does';
	$c->close_window->window(0);
	$w->is_quiet('elsewhere');
};

# ---- where the server is --------------------------------------------------------

subtest 'check 8: where the websocket is' => sub {
	my $of = 'const a = arguments[0]; return import("./console/myapps.js").then(m =>
	    m.socketOf(a))';
	$w->framed($page, 'name=devices&lang=en&a=x/y#p/q');
	$w->wait_got('getLogin');
	is $w->inside('return seen.tries[0].url') =~ s{/$}{}r, $f->ws_url(''),
	    'beside the page, whatever follows it';
	is $w->inside($of, 'https://h:1/d/i/x'), 'wss://h:1/d/i', 'beside another';
	is $w->inside($of, 'http://h/d/i/x?a=x/y#p/q'), 'ws://h/d/i', '... without TLS';
	my $own = $f->url($f->base . '-other/x') =~ s{([:/])}{sprintf '%%%02X', ord $1}ger;
	$w->framed($page, "name=devices&lang=en&hurry=100&url=$own");
	ok wait_until(sub { @{$w->inside('return seen.tries') // []} }), 'it tries';
	is $w->inside('return seen.tries[0].url') =~ s{/$}{}r, $f->ws_url('') . '-other',
	    'where "url" says';
	$w->framed($page, 'name=devices&url=https%3A%2F%2Fh%3A1%2Fd%2Fi%2Fx');
	$w->wait_got('getLogin');
	is $w->inside('return seen.tries[0].url') =~ s{/$}{}r, $f->ws_url(''),
	    '... unless that is no server of ours, which would learn logins';
	$c->complaints;
};

subtest 'check 9: the server goes, and comes back' => sub {
	$w->enter($page, 'name=devices&lang=en');
	$w->inside('location.hash = "#/devices"');
	ok $w->sees_inside(qr/row 1 of 2/), 'a list';
	$w->inside('const s = document.querySelector("[type=search]"); s.value = "des";
	    s.dispatchEvent(new Event("input"))');
	my $before = $w->inside('return seen.tries.length');
	$f->signal('supervise', 'STOP');
	$f->signal('hub', 'KILL');
	ok wait_until(sub { $w->inside('return seen.tries.length') >= $before + 3 }, 20),
	    'while it is gone the page tries';
	is_deeply $w->inside('return seen.tries.map(e => e.waited).slice(arguments[0],
	    arguments[0] + 3)', $before), [500, 1000, 2000],
	    '... after half a second, then twice as late each time';
	is $w->has_inside('.lost'), 1, '... and says so';
	$f->signal('supervise', 'CONT');
	my $again = $w->wait_got('getLogin', 2);
	isnt $again->{challenge}, ($w->got('getLogin'))[0]{challenge},
	    'then it asks for a login with another challenge';
	isnt $again->{src}, ($w->got('getLogin'))[0]{src}, '... by another number';
	$w->say($w->login_for($again));
	ok wait_until(sub { !$w->has_inside('.lost') }), '... and is in by itself';
	is $w->inside('return document.querySelector("[type=search]").value'), 'des',
	    'what was typed is there';
	is $w->inside('return location.hash.slice(0, 9)'), '#/devices', '... and the view';
	is scalar($w->got('RegisterApi')), 1, '... and the API is not offered twice';
	$f->ready;
	$c->complaints;
};

subtest 'check 10: a page that is no frame' => sub {
	my $vector = sub ($domain) { $c->run('const d = arguments[0];
	    return import("./console/login.js").then(m => m.digest({app:
	    "innovaphone-devices", domain: d, sip: "innovaphone-devices", guid:
	    "0".repeat(32), dn: "Admin"}, "4711471147114711", "secret-pw"))', $domain) };
	$c->frame(undef)->go($w->origin . '/empty');
	$c->run('window.heard = 0; onmessage = () => heard++');
	$w->beside($f->url($f->base . "/$page?name=devices&lang=en&scheme=dark"));
	ok $c->waits_for('.login form [type=password]'), 'it has a form';
	is $vector->('example.com'),
	    '22540ead1dd02d6ac6082c167fd17a8e52b1de5f418fdac18b0d7f0f5d906e09',
	    'its digest is that of the vector';
	is $vector->(''),
	    '79a4f445b6afd5073fa4d40422065f026e74f5ba7e9a9499309c087b41bcc139',
	    '... without a domain, too';
	$c->type('[name=user]', 'north.example')->type('[name=password]', 'wrong');
	$c->click('.login button');
	ok $c->sees(qr/Name or password is wrong/), 'a wrong password is told';
	is $c->run('return document.querySelector("[name=user]").value'),
	    'north.example', '... and the form stays';
	$c->window(0)->run('for (const m of [{mt: "SetScheme", scheme: "light"},
	    {mt: "SetLang", lang: "de"}]) other.postMessage(JSON.stringify(m), "*")');
	$c->window(1);
	$c->type('[name=password]', 'North-1')->click('.login button');
	ok $c->waits_for('nav'), 'the right one opens the console';
	is $c->run('return document.documentElement.dataset.scheme'), 'dark',
	    'who opened it says nothing of colours';
	is $c->run('return document.documentElement.lang'), 'en', '... or a language';
	my ($login) = map { decode_json($_) } grep { /"domain":"north.example"/ }
	    @{$c->run('return seen.sent')};
	is_deeply [@{$login}{qw(app sip guid dn info)}], ['innovaphone-devices',
	    'innovaphone-devices', '0' x 32, 'Admin', undef], 'it logs in as Admin';
	$c->close_window->window(0);
	is $c->run('return heard'), 0, 'nothing was posted';
	$c->complaints;
};

subtest 'check 11: a parent that is silent for a minute' => sub {
	$w->framed($page, 'name=devices&lang=en&hurry=60');
	$w->wait_got('getLogin');
	$w->inside('setTimeout(() => { seen.minute = true; }, 61000)');
	ok wait_until(sub { $w->inside('return seen.minute') }), 'a minute of its timers';
	is $w->inside('return seen.asked'), 0, 'there never was a field for a password';
	is $logins->(), 0, '... nor a login';
	$w->is_quiet('a silent parent');
};

# ---- what the window says -------------------------------------------------------

# The lowest contrast of texts and fields that are seen.
use constant CONTRAST => <<'JS';
	const light = c => { const [r, g, b] = c.match(/[\d.]+/g).map(v => (v /= 255)
		<= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const behind = e => { for (; e; e = e.parentElement) {
		const c = getComputedStyle(e).backgroundColor;
		if (!/, 0\)$|transparent/.test(c)) return c; }
		return "rgb(255, 255, 255)"; };
	return Math.min(...[...document.querySelectorAll("h1, nav a, input, select, "
		+ ".row .cell, .position")].filter(e => e.offsetParent && !e.disabled
		&& e.type !== "checkbox").map(e => {
		const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }));
JS

subtest 'check 12: light and dark' => sub {
	$w->enter($page, 'name=devices&lang=en&scheme=light');
	$w->inside('location.hash = "#/devices"');
	$w->sees_inside(qr/row 1 of 2/);
	my $colours = 'const of = s => getComputedStyle(document.querySelector(s));
	    return [of("body").backgroundColor, of("h1").color,
	    of("[type=search]").backgroundColor, of("[type=search]").color]';
	my $light = $w->inside($colours);
	cmp_ok $w->inside(CONTRAST), '>=', 4.5, 'light: all can be read';
	$w->say({mt => 'SetScheme', scheme => 'dark'});
	ok wait_until(sub { my $now = $w->inside($colours);
	    !grep { $now->[$_] eq $light->[$_] } 0 .. 3 }),
	    'body, text and fields get other colours';
	ok wait_until(sub { $w->inside(CONTRAST) >= 4.5 }), 'dark: all can be read';
	my $dark = $w->inside($colours);
	$w->say({mt => 'SetScheme', scheme => $_}) for 'pink', 7, undef;
	$w->say({mt => 'OpenChannel', channel => 'c'});
	$w->wait_got('ChannelClosed');
	is_deeply $w->inside($colours), $dark, 'a scheme that is none changes nothing';
	$w->is_quiet('colours');
};

subtest 'check 13: another language while somebody types' => sub {
	$w->framed($page, "name=devices&lang=de&hwId=$ids[0]");
	$w->say($w->login_for($w->wait_got('getLogin')));
	$w->sees_inside(qr/desk $ids[0]/);
	$c->frame(undef)->frame(0)->choose('Bearbeiten');
	$c->type('dialog [name=name]', 'half typed');
	$c->run('document.querySelector("dialog [name=name]").setSelectionRange(2, 6)');
	$c->frame(undef);
	my $german = $w->inside('return document.querySelector("dialog").innerText');
	$w->say({mt => 'SetLang', lang => 'en'});
	ok wait_until(sub { $w->inside('return document.documentElement.lang') eq 'en' }),
	    'the page has the other language';
	ok wait_until(sub { $w->inside('return document.querySelector("dialog")
	    .innerText') ne $german }), '... and so have labels';
	is_deeply $w->inside('const e = document.activeElement; return [e.name, e.value,
	    e.selectionStart, e.selectionEnd]'), ['name', 'half typed', 2, 6],
	    '... text, selection and focus stay';
	$w->say({mt => 'SetLang', lang => 'de'});
	wait_until(sub { $w->inside('return document.documentElement.lang') eq 'de' });
	for my $lang (qw(xx ca)) {
		$w->say({mt => 'SetLang', lang => $lang});
		ok wait_until(sub { $w->inside('return document.documentElement.lang')
		    eq 'en' }), "$lang: English";
		$w->say({mt => 'SetLang', lang => 'de-AT'});
		ok wait_until(sub { $w->inside('return document.documentElement.lang')
		    eq 'de' }), 'de-AT: German';
	}
	$w->is_quiet('languages');
};

subtest 'check 14: a device in the URL, and in SetArgs' => sub {
	$w->enter($page, "name=devices&lang=en&hwId=$ids[0]");
	ok $w->sees_inside(qr/desk $ids[0]/), 'the one of the URL is opened';
	$w->inside('window.same = true');
	$w->say({mt => 'SetArgs', args => {hwId => $ids[1]}});
	ok $w->sees_inside(qr/desk $ids[1]/), 'another one';
	$w->say({mt => 'SetArgs', args => {hwId => '<img src=x onerror=alert(1)>'}});
	ok $w->sees_inside(qr/There is no such device/), 'one that is markup is text';
	is $w->has_inside('img'), 0, '... and no picture';
	$w->say({mt => 'SetArgs', args => {}});
	ok $w->sees_inside(qr/row 1 of 2/), 'none: the list';
	$w->say({mt => 'SetArgs', args => $_}) for undef, 7, {hwId => [1]};
	ok $w->inside('return window.same'), '... all without a reload';
	$w->is_quiet('SetArgs');
};

subtest 'check 15: UI1: OpenDevice opens that device' => sub {
	$w->framed($page, 'name=devices&lang=en');
	my $ask = $w->wait_got('getLogin');
	is scalar($w->got('RegisterApi')), 0, 'before the login no API is offered';
	my %o = (api => 'com.innovaphone.devicesui', src => 'a-1');
	$w->request({mt => 'OpenDevice', hwId => uc $ids[1]}, %o);
	$w->say($w->login_for($ask));
	ok $w->sees_inside(qr/desk $ids[1]/), 'what was asked before is opened after it';
	my $open = $w->inside('return seen.came.findIndex(e => /AppLoginResult/.test(e))');
	cmp_ok $open, '>=', 0, 'the server has let it in';
	is $w->wait_got('RegisterApi')->{api}, 'com.innovaphone.devicesui',
	    'then its API is';
	is $w->wait_got('Action')->{type}, 'ShowApp', '... and it comes to the front';
	$w->request({mt => 'OpenDevice', hwId => $ids[0]}, %o);
	ok $w->sees_inside(qr/desk $ids[0]/), 'another one';
	$w->request({mt => 'Nonsense'}, %o);
	$w->request(undef, %o);
	$w->request({mt => 'OpenDevice', hwId => $ids[1]}, api => 'com.innovaphone.phone');
	$w->say({mt => 'OpenChannel', channel => 'c'});
	$w->wait_got('ChannelClosed');
	ok $w->sees_inside(qr/desk $ids[0]/), 'what is something else does nothing';
	$w->request({mt => 'OpenDevice', hwId => '009033aaaaaa'}, %o);
	ok $w->sees_inside(qr/There is no such device/), 'one that is not there is told';
	is scalar($w->got('ApiResult')), 0, 'nothing is answered';
	$w->is_quiet('OpenDevice');
};

subtest 'check 26: messages of the window' => sub {
	$w->enter($page, 'name=devices&lang=en');
	my $at = $w->outside('say({mt: "PrepareReload"}); return performance.now()');
	my $done = $w->wait_got('PrepareReloadComplete')->{at} // 1e9;
	cmp_ok $done - $at, '<', 1000, 'it may be reloaded, and says so within a second';
	$w->say({mt => 'OpenChannel', src => 1, channel => 'ch1'});
	is $w->wait_got('ChannelClosed')->{channel}, 'ch1', 'a channel is closed';
	$w->say({mt => $_}) for qw(Show SetMenuState Nonsense ChannelMessage
	    ApiConsumerClosed ApiUpdate ApiResult constructor __proto__);
	$w->say({mt => 'OpenChannel', channel => 'ch2'});
	is $w->wait_got('ChannelClosed', 2)->{channel}, 'ch2', 'others do nothing';
	$w->is_quiet('messages');
};

# ---- builds, files, what the server publishes ------------------------------------

# Opens the page with what the server says of builds; how often it was loaded.
sub built ($url) {
	$w->framed($page, 'name=devices&lang=en&build=' . Mojo::Util::url_escape($url));
	return wait_until(sub {
		($w->inside('return location.href') // '') =~ m{\?name=devices&lang=en$}
		    || $w->got('getLogin');
	});
}

subtest 'check 24: another build' => sub {
	my $build = $f->url($f->base . "/140012ab/$page?name=devices&lang=en");
	built($build);
	ok wait_until(sub { $w->inside('return location.href') eq $build }),
	    'one of ours is gone to';
	my $ask = $w->wait_got('getLogin');
	is $w->inside('return seen.tries[0].url') =~ s{/$}{}r, $f->ws_url('/140012ab'),
	    'it connects from there';
	$w->say($w->login_for($ask));
	ok $w->sees_inside(qr/Overview/), '... logs in, and has all its files';
	is $w->outside('return loads'), 2, 'by one navigation';
	my ($sent) = $w->sent('CheckBuild');
	is decode_json($sent)->{url}, $build, 'the server is told where the page is';
	for my $other ('http://127.0.0.2:' . $f->port . $f->base . "/140012ab/$page",
	    $f->url('/example.com/others/' . $page), 'javascript:alert(1)', 'x') {
		built($other);
		ok $w->wait_got('getLogin')->{src}, "$other: it logs in where it is";
		is $w->outside('return loads'), 1, '... without a navigation';
	}
	ok !$w->inside('return import("./console/myapps.js").then(m =>
	    m.isBuild(location.href))'), 'nor does its own URL lead anywhere';
	my $again = Mojo::Util::url_escape($build);
	built($f->url($f->base . "/14/$page?name=devices&lang=en&build=$again"));
	ok wait_until(sub { $w->got('getLogin') }), 'of two in a minute one is gone to';
	is $w->outside('return loads'), 2, '... and no other';
	like $w->inside('return location.href'), qr{/14/}, '... the first';
	$c->complaints;
};

subtest 'a build is no way to what is not for pages' => sub {
	my $base = $f->base . '/140012ab';
	is $f->get("$base/$_")->code, 404, "$_ is not there"
	    for 'api', 'passthrough/009033410000/x/', '140012ab/innovaphone-devices.htm',
	    'console/../../../health', 'health', 'sysclients';
	is $f->get("$base/$_")->code, 200, "$_ is" for "", $page,
	    'innovaphone-devices-api.htm', 'innovaphone-devices.png', 'console/main.js';
	is $f->get($f->base . "/14001g/$page")->code, 404, 'what is no number is none';
};

subtest 'check 25: files and headers' => sub {
	for my $name ('innovaphone-devices', 'innovaphone-devices-api') {
		my $res = $f->get($f->base . "/$name.htm");
		is $res->code, 200, "$name.htm";
		is $res->headers->content_type, 'text/html; charset=utf-8', '... is a page';
		like $res->headers->header('Content-Security-Policy'),
		    qr/frame-ancestors 'self' \Q@{[$w->origin]}\E/, '... that myApps may show';
		is $res->headers->header('X-Frame-Options'), undef, '... in a frame';
		is $res->headers->set_cookie, undef, '... without a cookie';
		$res = $f->get($f->base . "/$name.png");
		is $res->code, 200, "$name.png";
		is $res->headers->content_type, 'image/png', '... is a picture';
		is $res->headers->header('Cross-Origin-Resource-Policy'), undef,
		    '... for pages of others';
		my ($width, $height) = unpack 'x16NN', $res->body;
		is $width, $height, '... and square';
	}
	unlike $f->get($f->base . '/innovaphone-devices-api.htm')->body, qr/main\.js/,
	    'the hidden page is another one';
	$c->frame(undef)->go($w->origin . '/empty');
	is $c->run('const i = new Image(); i.src = arguments[0];
	    return i.decode().then(() => i.naturalWidth > 0)',
	    $f->url($f->base . '/innovaphone-devices.png')), 1,
	    'which a page of another origin shows';
	is join("\n", $c->complaints), '', '... without complaint';
};

subtest 'check 25: without cookies and storage, in a window of another site' => sub {
	my $strict = $far->open($f, prefs =>
	    {'profile.default_content_setting_values.cookies' => 2});
	$far->framed($page, 'name=devices&lang=en');
	my $ask = $far->wait_got('getLogin');
	is $far->inside('try { localStorage.length; return "storage"; }
	    catch (e) { return e.name; }'), 'SecurityError',
	    'there is no storage';
	$far->say($far->login_for($ask));
	ok $far->sees_inside(qr/Overview/), '... and none is needed';
	is_deeply [grep { index($_, $f->origin) } @{$far->inside(
	    'return performance.getEntriesByType("resource").map(e => e.name)')}],
	    [], 'all files are ours';
	is join("\n", $strict->complaints), '', 'and the browser has nothing against it';
	$strict->end;
};

subtest 'check 27: AppInfo on the connection of the PBX' => sub {
	my $app = $f->app;
	my $info = sub ($name) { my $r = $app->ask({mt => 'AppInfo', app => $name});
	    return [@{$r}{qw(info serviceInfo)}] };
	for my $name ('innovaphone-devices', "innovaphone-devices.htm") {
		is_deeply $info->($name), [{apis => {'com.innovaphone.devicesui' => {}}},
		    {apis => {}}], $name;
		my $api = $name =~ s/devices/devices-api/r;
		is_deeply $info->($api), [{hidden => Mojo::JSON->true,
		    apis => {'com.innovaphone.devices' => {}}},
		    {apis => {'com.innovaphone.devices' => {}}}], $api;
	}
	$app->disconnect;
};

$c->end;
done_testing;
