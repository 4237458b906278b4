# The console in a real browser: logging in, the list of devices, a device; by
# mouse and by keyboard, in both languages, wide and narrow; what happens
# elsewhere is seen without a reload.
use Fleetline;
use Console;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $f = Fleetline->new;
my ($id, $other) = ('0090334100be', '0090334100bf');
$f->cli(qw(domain add north.example --password-file), $f->secret_file('North-1'));
$f->cli(qw(domain add south.example --password-file), $f->secret_file('South-1'));
$f->cli(qw(category add north.example Phones --config));
$f->cli(qw(device add), $_, qw(--domain north.example --offer 10), '--name',
    "desk $_") for $id, $other;
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
$f->cli(qw(account add otto --role system-admin --read-only yes --password-file),
    $f->secret_file('Secret-1'));
my $device = $f->device(id => $id)->connect;
$device->wait_for('password');
wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})->{device}{online} });

my ($north) = map { $_->{id} } grep { $_->{name} eq 'north.example' }
    @{$f->api({mt => 'GetDomains'})->{domains}};

my $c = Console->new(f => $f);
$c->size(1280, 800);

# ---- files and headers ----------------------------------------------------------

subtest 'the page and its files' => sub {
	my $res = $f->get($f->base . '/');
	is $res->code, 200, 'BASE/ is a page';
	is $res->headers->content_type, 'text/html; charset=utf-8', '... of HTML';
	like $res->headers->to_string, qr/Vary: Upgrade/, '... and a websocket';
	my $policy = $res->headers->header('Content-Security-Policy');
	like $policy, qr/default-src 'self'/, 'its policy allows what is ours';
	unlike $policy, qr/unsafe|\*/, '... and nothing else';
	like $policy, qr{connect-src 'self' ws://127\.0\.0\.1:\d+ }, '... the websocket by name';
	like $policy, qr/frame-ancestors 'self' *$/, '... no frame of others';
	is $res->headers->header('X-Frame-Options'), undef, 'no header contradicts that';
	$res = $f->get($f->base);
	is $res->code, 301, 'BASE leads there';
	is $res->headers->location, $f->base . '/', '... whatever host it is called by';
	my $path = $f->base . '/console/main.js';
	$res = $f->get($path, {'Accept-Encoding' => 'gzip'});
	is $res->code, 200, 'a module';
	is $res->headers->content_type, 'text/javascript; charset=utf-8', '... is one';
	ok my $tag = $res->headers->etag, '... has an ETag';
	is $f->get($path, {'If-None-Match' => $tag})->code, 304, '... by which it is not sent again';
	is $f->get($f->base . "/console/$_")->code, 404, "$_ is none"
	    for '../README', '%2e%2e/README', 'x.js', 'index.html', '.js';
	is $f->request(POST => $f->base . '/')->code, 405, 'nobody posts to it';
	ok(App->new(url => $f->ws_url('/'))->connect->ws, 'the websocket is still there');
};

# ---- logging in -------------------------------------------------------------------

subtest 'a person logs in' => sub {
	$c->go($c->page_url);
	ok $c->waits_for('.login form'), 'there is a form';
	$c->type('[name=user]', 'anna')->type('[name=password]', 'wrong');
	$c->click('.login button');
	ok $c->sees(qr/Name or password is wrong/), 'a wrong password is told';
	is $c->run('return document.querySelector("[name=user]").value'), 'anna',
	    '... and what was typed stays';
	$c->type('[name=password]', 'Secret-1')->press("\x{E007}");
	ok $c->waits_for('nav'), 'the right one opens the console';
	ok $c->sees(qr/anna\s+administrator/), '... which says who it is';
	$c->go($c->page_url);
	ok $c->waits_for('nav'), 'after a reload he is still logged in';
	$c->choose('Log out');
	ok $c->waits_for('.login form'), 'he logs out';
	$c->go($c->page_url);
	ok $c->waits_for('.login form'), '... for good';
	like join("\n", $c->complaints), qr/^[^\n]*status of 40[01][^\n]*$|^$/,
	    'the browser complains of the wrong password at most';
};

sub logs_in ($name) {
	$c->waits_for('.login form');
	$c->type('[name=user]', $name)->type('[name=password]', 'Secret-1');
	$c->click('.login button');
	return $c->waits_for('nav');
}

subtest 'a login that is over in the middle of a question loses nothing that was typed' => sub {
	my ($anna) = map { $_->{id} } grep { $_->{name} eq 'anna' }
	    @{$f->api({mt => 'GetAccounts'})->{accounts}};
	my $over = sub { $f->api({mt => 'EndSessions', accountId => $anna});
	    ok $c->sees(qr/Your login is over/), 'the login is over' };
	ok $c->log_in('anna', 'Secret-1'), 'anna is here';
	$c->view("#/domain/$north");
	$c->choose('Add category');
	$c->type('dialog [name=name]', 'Lobby');
	$over->();
	ok logs_in('anna'), 'she logs in again';
	ok wait_until(sub { $c->run('return document.querySelector("dialog")?.open') }),
	    '... and is asked still';
	is $c->run('return document.querySelector("dialog [name=name]").value'), 'Lobby',
	    '... with what she typed';
	ok $c->submit, '... which is saved';
	ok $c->sees(qr/Lobby/), '... and shown';
	$c->choose('Add category');
	$c->type('dialog [name=name]', 'hers');
	$over->();
	ok logs_in('otto'), 'another one logs in';
	is $c->count('dialog'), 0, '... and is not asked';
	$c->press('?');
	ok $c->sees(qr/Shortcuts|Keyboard/i), '... and the keyboard is his';
	$c->press("\x{E00C}");
	$c->choose('Log out');
	my ($lobby) = map { $_->{id} } grep { $_->{name} eq 'Lobby' } @{$f->api(
	    {mt => 'GetCategories', domainId => $north})->{categories}};
	$f->api({mt => 'DeleteCategory', id => $lobby});
	$c->complaints;
};

subtest 'who comes next takes back nothing of who was there before' => sub {
	ok $c->log_in('anna', 'Secret-1'), 'anna is here';
	$c->view("#/device/$id");
	$c->choose('Edit');
	$c->fill(name => 'by anna');
	ok $c->submit, 'a device has another name';
	ok $c->sees(qr/Undo/), '... which can be taken back';
	$c->choose('Log out');
	ok logs_in('otto'), 'otto is here';
	is $c->count('.toast'), 0, '... and is not offered to';
	$c->choose('Log out');
	$f->cli(qw(device set), $id, '--name', "desk $id");
	$c->is_quiet('who comes next');
};

subtest 'a domain logs in by its name' => sub {
	ok $c->log_in('north.example', 'North-1'), 'with its password';
	ok $c->sees(qr/north\.example\s+login of a domain/), 'and is told so';
	is $c->run('return document.querySelector("nav").innerText') =~
	    /Accounts|Unassigned/, '', 'what is for administrators is not there';
	for my $screen (qw(unassigned account/0 settings)) {
		$c->view("#/$screen");
		ok $c->sees(qr/You may not do that/), "... nor by its URL, $screen";
		is $c->count('main button'), 0, '... with nothing to do';
	}
	$c->choose('Log out');
	ok $c->log_in('south.example', 'South-1', hash => '#/devices'), 'another one, with no device';
	ok $c->sees(qr/Give somebody a provisioning code/), '... hears what he can do';
	is $c->run('return document.querySelector(".empty a").hash'), '#/codes', '... and where';
	$c->choose('Log out');
	$c->waits_for('.login form');
	$c->type('[name=user]', 'north.example')->type('[name=password]', 'wrong');
	$c->click('.login button');
	ok $c->sees(qr/Name or password is wrong/), 'a wrong one is told';
	$c->complaints;
};

subtest 'X22: an instance may want accounts only' => sub {
	my $ways = sub { Mojo::JSON::decode_json($f->request(POST => $f->base . '/api',
	    {}, '{"mt":"GetLoginWays"}')->body)->{domain} };
	ok $ways->(), 'else domains, too, which GetLoginWays tells who asks';
	$f->cli(qw(setting set console.domain_login no));
	ok !$ways->(), 'then not';
	$c->go($c->page_url);
	ok $c->waits_for('.login form'), 'there is a form';
	ok $c->sees(qr/With the name of your account\./), 'it speaks of accounts';
	ok !$c->sees(qr/with a domain/, 0.1), '... and of no domain';
	$c->type('[name=user]', 'north.example')->type('[name=password]', 'North-1');
	$c->click('.login button');
	ok $c->sees(qr/Name or password is wrong/), 'a domain is refused';
	$c->complaints;
	my %form = (app => 'innovaphone-devices', guid => '0' x 32, dn => 'Admin',
	    sip => 'innovaphone-devices', domain => 'north.example');
	my $login = sub (%more) { App->new(url => $f->ws_url('/'))->connect
	    ->login(%form, password => "North-1", %more)->login_result };
	is $login->()->{ok}, 0, '... by the server, too';
	is $login->(guid => '1' x 32)->{ok}, 1, 'but an App that a PBX logs in is not';
	$f->cli(qw(setting set console.domain_login yes));
	is $login->()->{ok}, 1, 'as it was before';
};

subtest 'who may only look sees nothing to change' => sub {
	ok $c->log_in('otto', 'Secret-1'), 'a read-only account logs in';
	ok $c->sees(qr/may only look/), '... and is told so';
	$c->view("#/device/$id");
	ok $c->sees(qr/About it/), 'it sees a device';
	is $c->run('return document.querySelector("main").innerText') =~
	    /Edit|Delete|Move|Show|It is the right one/, '', '... with nothing to change';
	for my $screen ('unassigned', "domain/$north") {
		$c->view("#/$screen");
		ok wait_until(sub { !$c->count('.loading') }), "$screen is loaded";
		is $c->run('return document.querySelector("main").innerText') =~
		    /Add|Assign\b|Grant/, '', '... with nothing to change';
	}
	$c->choose('Log out');
	$c->is_quiet('read-only');
};

subtest 'what a domain may only look at has nothing to change' => sub {
	my ($south) = map { $_->{id} } grep { $_->{name} eq 'south.example' }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	my $there = '009033420009';
	$f->api({mt => 'AddDevice', hwId => $there, domainId => $south, type => 'GW'});
	$f->api({mt => 'GrantAccess', domainId => $north, targetId => $south, readOnly => \1});
	is_deeply $f->api({mt => 'GetMe'}, user => 'north.example', password => 'North-1')
	    ->{looks}, [$south], 'GetMe says which that is';
	ok $c->log_in('north.example', 'North-1'), 'it logs in';
	for (["device/%s", $id, $there], ['configs?domain=%s', $north, $south],
	    ['jobs?domain=%s', $north, $south], ['domain/%s', $north, $south],
	    ['rental/%s', $north, $south], ['codes?domain=%s', $north, $south]) {
		my ($screen, @of) = @$_;
		for my $own (1, 0) {
			$c->view('#/' . sprintf $screen, $of[1 - $own]);
			ok wait_until(sub { !$c->count('.loading') }), sprintf
			    "$screen is loaded", $of[1 - $own];
			my $offers = qr/^(?:Edit|Pause|Show|Add|New|Change|Load|Start)\b/m;
			my $buttons = join "\n", @{$c->run('return [...document
			    .querySelectorAll("main button")].map(e => e.innerText)')};
			$own ? like $buttons, $offers, '... with what one can do'
			    : unlike $buttons, $offers, '... with nothing';
		}
	}
	$c->choose('Log out');
	$c->waits_for('.login form');
	$f->api({mt => 'RevokeAccess', domainId => $north, targetId => $south});
	$f->cli(qw(device remove --yes), $there);
	$c->is_quiet('only looking');
};

# ---- devices ------------------------------------------------------------------------

ok $c->log_in('anna', 'Secret-1', hash => '#/devices'), 'anna is here';

# The ids of the rows, top down.
sub rows {
	return join ' ', @{$c->run(
	    'return [...document.querySelectorAll(".rows .row")].sort((a, b) =>
		a.offsetTop - b.offsetTop).map(e =>
		e.querySelector("code").textContent.trim())')};
}

sub shows ($want, $name) {
	ok(wait_until(sub { rows() eq $want }), $name) or diag rows();
}

subtest 'UI2: the list is searched by MAC, type, product and addresses' => sub {
	shows("$id $other", 'all are there');
	my %found = ('00-90-33-41-00-BE' => $id, '4100be' => $id, 'desk' =>
	    "$id $other", '0090.3341.00bf' => $other, $device->identity->{product}
	    => $id, 'no such' => '');
	my ($if) = @{$f->api({mt => 'GetDevice', hwId => $id})->{device}{ethIfs}};
	@found{grep { defined } @{$if}{qw(ipv4 ipv6)}} = ($id) x 2;
	for my $text (sort keys %found) {
		$c->type('input[type=search]', $text);
		shows($found{$text}, "\"$text\"");
	}
	ok $c->sees(qr/No device is like that/), 'nothing found is said';
	my $version = $f->api({mt => 'GetDevice', hwId => $id})->{device}{version};
	$c->type('input[type=search]', $version);
	shows('', 'but not by version');
	like $c->url, qr/[?&]q=/, 'a view is its URL';
	$c->go($c->page_url . '#/devices?q=4100bf');
	$c->waits_for('nav');
	shows($other, '... which opens it again');
	$c->choose('Show all devices') if !rows();
	$c->view('#/devices?online=true');
	$c->view('#/devices');
};

subtest 'which columns the list has stands in its URL' => sub {
	my $heads = sub { join ' ', map { lc } @{$c->run('return [...document
	    .querySelectorAll("[role=columnheader]")].map(e => e.innerText.trim())')} };
	my $tick = sub ($name) { $c->run(<<'JS', $name) };
		const one = [...document.querySelectorAll(".columns label")]
			.find(e => e.textContent.trim() === arguments[0]).control;
		one.click();
JS
	$c->view('#/devices');
	my $all = $heads->();
	$tick->('Type');
	ok wait_until(sub { $heads->() ne $all }), 'a column goes';
	like my $url = $c->url, qr/[?&]columns=online%2Cname%2ChwId%2Cproduct/, '... by its URL';
	$tick->('Type');
	ok wait_until(sub { $heads->() eq $all }), 'it comes back to its place';
	unlike $c->url, qr/columns/, '... and the URL names none';
	$c->go($url =~ s/columns=[^&]*/columns=hwId,nonsense/r);
	ok wait_until(sub { $heads->() =~ /^\S*\s*hardware id$/ }), 'a bookmark has its column'
	    or diag $heads->();
	is $c->count('.columns :disabled'), 1, '... of which the last one stays';
	$c->view('#/devices');
	ok wait_until(sub { $heads->() eq $all }), 'all are there again';
	$c->is_quiet('columns');
};

subtest 'the list by keyboard' => sub {
	$c->view('#/overview');
	$c->view('#/devices');
	shows("$id $other", 'the list is there');
	$c->press('/');
	is $c->run('return document.activeElement.type'), 'search', '/ searches';
	$c->run('document.querySelector("[role=grid]").focus()');
	ok $c->sees(qr/row 1 of 2/), 'the position is told';
	$c->press("\x{E015}");
	ok $c->sees(qr/row 2 of 2/), 'an arrow goes on';
	$c->press(' ');
	ok $c->sees(qr/1 selected/), 'blank selects';
	is $c->run('return location.hash'), '#/devices', '... and opens nothing';
	$c->press("\x{E013}", "\x{E007}");
	ok wait_until(sub { $c->run('return location.hash') eq "#/device/$id" }),
	    'Enter opens' or diag $c->url;
	$c->press('?');
	ok $c->sees(qr/close a dialog/), '? says what there is';
	$c->press("\x{E00C}");
	ok wait_until(sub { !$c->count('dialog') }), 'Escape closes it';
	$c->press('g')->press('d');
	ok wait_until(sub { $c->run('return location.hash') eq '#/devices' }),
	    'g d leads to the devices';
	$c->is_quiet('keyboard');
};

subtest 'what happens elsewhere is seen' => sub {
	$c->view('#/devices');
	shows("$id $other", 'the list');
	my $third = '0090334100c0';
	$f->cli(qw(device add), $third, qw(--domain south.example --name zoe));
	shows("$id $other $third", 'a device that is added');
	$f->cli(qw(device rename), $third, 'aaron');
	shows("$third $id $other", 'one that gets another name, in its place');
	$c->type('input[type=search]', 'aar');
	shows($third, 'somebody searches');
	$f->cli(qw(device rename), $other, 'aardvark');
	shows("$other $third", 'one that gets a name like that');
	$f->cli(qw(device rename), $other, "desk $other");
	shows($third, '... and another one again');
	$f->cli(qw(device remove --yes), $third);
	shows('', 'one that is removed');
	is $c->run('return document.querySelector("[type=search]").value'), 'aar',
	    'what is typed stays';
	$c->type('input[type=search]', ' ');
	$c->view("#/device/$id");
	ok $c->sees(qr/State\s+online/), 'a device is online';
	$device->disconnect;
	ok $c->sees(qr/State\s+offline/), '... and then not';
	ok $c->sees(qr/offline\s+the device closed it/), '... with why';
	$device->connect;
	ok $c->sees(qr/State\s+online/), '... and again';
	$c->is_quiet('live');
};

# ---- a device -----------------------------------------------------------------------

subtest 'a device' => sub {
	$c->view('#/device/00-90-33-41-00-BE');
	ok $c->sees(qr/desk $id/), 'is found by its id in any spelling';
	$c->view("#/device/$id");
	$c->choose('Edit');
	$c->fill(name => 'front desk');
	ok $c->submit, 'it gets another name';
	ok $c->sees(qr/front desk/), '... which is shown';
	is $f->api({mt => 'GetDevice', hwId => $id})->{device}{name}, 'front desk',
	    '... and is its name';
	$c->choose('Undo');
	ok wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})
	    ->{device}{name} eq "desk $id" }), 'undo takes that back';
	$c->view('#/device/009033000000');
	ok $c->sees(qr/There is no such device/), 'one that is not there';
	$c->is_quiet('device');
};

subtest 'UI5: a random password is shown to who may administer' => sub {
	my $before = () = $f->cli(qw(audit list --what device.password));
	$c->view("#/device/$id");
	my $password = $f->api({mt => 'GetDevicePassword', hwId => $id})->{password};
	$c->choose('Show');
	ok $c->sees(qr/\Q$password\E/), 'on demand';
	like $f->cli(qw(audit list), '--on', $id), qr/account:\d+ +device\.password/,
	    '... which the audit knows';
};

subtest 'UI9: of a device that is marked as other no page is opened' => sub {
	my $button = 'a.button.primary';
	$c->view('#/overview');
	$c->view("#/device/$id");
	ok $c->waits_for($button), 'else there is a link to it';
	like $c->run("return document.querySelector('$button').href"),
	    qr{/passthrough/$id/}, '... by the passthrough';
	my $third = $f->device(id => $other, more => {other => Mojo::JSON->true})
	    ->connect;
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $other})->{device}{other} });
	$c->view("#/device/$other");
	ok $c->sees(qr/desk $other.*State\s+online/s), 'one of the others is shown';
	is $c->count($button), 0, '... with none';
	$third->disconnect;
};

subtest 'M10: a device is paused, and goes on' => sub {
	my $paused = sub { my ($one) = map { $_->{until} } grep { $_->{hwId} eq $id }
	    @{$f->api({mt => 'GetPauses', domainId => $north})->{devices}}; $one };
	$c->view("#/device/$id");
	$c->choose('Pause');
	$c->fill(hours => 8);
	ok $c->submit, 'for eight hours';
	ok $c->sees(qr/Until [^\n]+ it gets no configurations/), '... which is shown';
	my $hours = ($paused->() / 1000 - time) / 3600;
	ok $hours > 7.9 && $hours < 8.1, '... and true' or diag $hours;
	$c->choose('Undo');
	ok wait_until(sub { !$paused->() }), 'undo takes it back';
	ok wait_until(sub { $c->text !~ /it gets no configurations/ }), '... in sight, too';
	my $until = 1000 * int(time + 999);
	is $f->api({mt => 'PauseDevice', hwId => $id, until => $until})->{error}, undef,
	    'somebody else pauses it';
	is $f->api({mt => 'PauseDomain', domainId => $north, until => $until})->{error},
	    undef, '... and its domain';
	$c->view('#/me');
	$c->view("#/device/$id");
	ok $c->sees(qr/Its whole domain is paused until/), 'the pause of a domain is shown';
	$c->choose('Go on');
	ok wait_until(sub { !$paused->() }), 'it goes on before its time';
	$f->api({mt => 'PauseDomain', domainId => $north, until => 0});
	ok $c->sees(qr/It is no longer paused/), '... which is said';
	$c->run('for (const e of document.querySelectorAll(".toast .quiet")) e.click()');
	$c->is_quiet('a pause');
};

subtest 'M8: other hardware in the place of a device' => sub {
	my ($old, $new) = qw(009033420001 009033420002);
	$f->cli(qw(device add), $old, qw(--domain north.example --name), 'hall');
	$f->sql("INSERT INTO fxs_phone SELECT id, 'TEL1' FROM device"
	    . " WHERE hw_id = '$old'");
	$c->view("#/device/$old");
	ok $c->sees(qr/Analogue phones\s+TEL1/), 'analogue phones at a gateway are shown';
	$c->choose('Replace');
	$c->fill(by => $new);
	$c->click('dialog [type=submit]');
	ok $c->sees(qr/That does not exist/), 'hardware that never came is told';
	is $c->run('return document.querySelector("dialog [name=by]").value'), $new,
	    '... and what was typed stays';
	my @claims = map { $f->device(id => $new)->connect } 1, 2;
	ok wait_until(sub { @{$f->api({mt => 'GetClaims', hwId => $new})->{claims}
	    // []} == 2 }), 'two come by that id';
	$c->click('dialog [type=submit]');
	ok $c->sees(qr/Which one is it\?/), '... so one is asked for';
	$c->choose('Continue', 'dialog button');
	ok $c->sees(qr/Goes\s+$old\s+Comes\s+$new\s+Name\s+hall/), 'a preview';
	is $f->api({mt => 'GetDevice', hwId => $old})->{device}{name}, 'hall',
	    '... that changes nothing';
	ok $c->submit, 'it is done';
	ok wait_until(sub { $c->url =~ m{/device/$new$} }), '... and the new one shown';
	is $f->api({mt => 'GetDevice', hwId => $new})->{device}{name}, 'hall',
	    '... which has its name';
	$_->disconnect for @claims;
	$f->cli(qw(device remove --yes), $new);
	$c->is_quiet('other hardware');
};

subtest 'a device is deleted while a connection names it' => sub {
	my $named = sub { scalar @{$f->api({mt => 'GetClaims',
	    hwId => '009033420003'})->{claims} // []} };
	my $there = $f->device(id => '009033420003')->connect;
	ok wait_until($named), 'a connection names a new id';
	$f->cli(qw(device assign 009033420003 north.example));
	ok $there->wait_for('password'), 'it is assigned';
	my $copy = $f->device(id => '009033420003', password => 'x' x 32)->connect;
	ok wait_until($named), 'another connection names it';
	$c->view('#/devices');
	shows("$id $other 009033420003", 'it is in the list');
	$f->cli(qw(device remove --yes 009033420003));
	shows("$id $other", 'what only names its id is no row');
	$_->disconnect for $there, $copy;
	$c->is_quiet('what stays of a device');
};

# ---- many at once -------------------------------------------------------------------

subtest 'many devices are moved, and back' => sub {
	$c->view('#/devices');
	shows("$id $other", 'the list');
	$c->click('.row.head input');
	ok $c->sees(qr/2 selected/), 'all are selected';
	$c->choose('Move', '.bulk button');
	my ($south) = map { $_->{id} } grep { $_->{name} eq 'south.example' }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	$c->fill(domainId => $south);
	ok $c->submit, 'they are moved';
	ok $c->sees(qr/2 devices are in south\.example now/), '... which is said';
	is $f->api({mt => 'GetDevice', hwId => $other})->{device}{domainId}, $south,
	    '... and done';
	$c->choose('Undo');
	ok $c->sees(qr/Undone/), 'undo';
	isnt $f->api({mt => 'GetDevice', hwId => $other})->{device}{domainId}, $south,
	    '... takes it back';
	$c->is_quiet('bulk');
};

sub labels ($id) { join ' ', @{$f->api({mt => 'GetDeviceCategories', hwId => $id})
    ->{categories}} }

sub quietly () { $c->run('[...document.querySelectorAll(".toast .quiet")]
    .forEach(e => e.click())') }

subtest 'a move that is taken back has taken no category' => sub {
	my ($south) = map { $_->{id} } grep { $_->{name} eq 'south.example' }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	$f->cli(qw(category add north.example Desks));
	my $give = sub ($of, @names) { $f->api({mt => 'EditDevice', hwId => $of,
	    categories => \@names}) };
	$give->($id, qw(Desks Phones));
	$give->($other, 'Phones');
	my $moved = sub ($undo) {
		quietly();
		$c->fill(domainId => $south);
		ok $c->submit, 'moved';
		is labels($id), '', '... into a domain that has none of its categories';
		$undo->();
		ok $c->sees(qr/Undone/), '... and back';
		is labels($id), 'Desks Phones', 'it has what it had';
	};
	$c->view('#/devices');
	shows("$id $other", 'the list');
	$c->click('.row.head input');
	$c->choose('Move', '.bulk button');
	$moved->(sub { $c->choose('Undo') });
	is labels($other), 'Phones', '... and so has another with others';
	$c->view("#/device/$id");
	$c->choose('Move');
	$moved->(sub { $c->press('u') });
	$give->($_) for $id, $other;
	$c->is_quiet('moved and back');
};

subtest 'what many could not have stays selected; an undo that is refused is told' => sub {
	my $temp = $f->api({mt => 'AddDomain', name => 'temp.example'})->{id};
	my @temp = map { "00903341ff0$_" } 1, 2;
	$f->api({mt => 'AddDevice', hwId => $_, domainId => $temp}) for @temp;
	$c->view("#/devices?domain=$temp");
	shows("@temp", 'the list');
	$c->click('.row.head input');
	$c->choose('Move', '.bulk button');
	$c->waits_for('dialog');
	$f->api({mt => 'DeleteDevice', hwId => $temp[1]});
	$c->click('dialog [type=submit]');
	ok $c->sees(qr/Nothing was changed, because of these devices.*$temp[1]/s),
	    'one has gone meanwhile';
	$c->choose('Close', 'dialog button');
	ok $c->sees(qr/\d selected/), 'what was selected is';
	$c->view("#/device/$temp[0]");
	$c->choose('Move');
	$c->fill(domainId => $north);
	quietly();
	ok $c->submit, 'moved';
	$f->api({mt => 'DeleteDomain', id => $temp});
	$c->choose('Undo');
	ok $c->sees(qr/That does not exist/), 'back to a domain that has gone: it says so';
	$f->api({mt => 'DeleteDevice', hwId => $temp[0]});
	$c->is_quiet('what could not be done');
};

subtest 'X26: while the list comes, the server is asked for what is searched' => sub {
	# Ids behind those of the others, in a domain that is gone afterwards.
	$f->cli(qw(domain add many.example));
	my ($many) = map { $_->{id} } grep { $_->{name} eq 'many.example' }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	$f->sql('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n'
	    . ' WHERE i < 5600) INSERT INTO device (id, hw_id, domain_id, rev, type,'
	    . " name) SELECT 100000 + i, printf('00903350%04x', i), $many, 1, 1,"
	    . " CASE i WHEN 5600 THEN 'needle' ELSE 'hay' END FROM n");
	$c->go($c->page_url(query => '&anew=1') . '#/overview');
	$c->waits_for('nav');
	# The end of the list is held back, as a slow line would.
	$c->run(<<'JS');
		window.searches = [];
		const send = WebSocket.prototype.send;
		WebSocket.prototype.send = function (text) {
			const {mt, src, limit, search} = JSON.parse(text);
			if (search)
				searches.push(search);
			if (mt === "GetDevices" && !limit) {
				const take = this.onmessage, held = [];
				let n = 0;
				this.onmessage = event => {
					const part = JSON.parse(event.data);
					if (part.src !== src || !part.devices || n < 5000)
						take(event);
					else
						held.push(event);
					if (part.src === src)
						n += part.devices?.length ?? 0;
				};
				window.release = () => {
					this.onmessage = take;
					held.forEach(take);
				};
			}
			return send.call(this, text);
		};
JS
	$c->view('#/devices');
	ok $c->sees(qr/5,\d\d\d so far/), 'the first 5,000 are there, and not all'
	    or diag $c->text;
	$c->type('input[type=search]', 'needle');
	shows('0090335015e0', 'one that has not come is found');
	is_deeply $c->run('return searches.slice(-1)'), ['needle'], '... by the server';
	$c->run('release()');
	ok wait_until(sub { !$c->count('.busy') }), 'then the list is whole';
	shows('0090335015e0', '... and has it once');
	my $asked = $c->run('return searches.length');
	$c->type('input[type=search]', 'desk');
	shows("$id $other", '... and is searched here');
	is $c->run('return searches.length'), $asked, '... alone';
	$f->sql("DELETE FROM device WHERE domain_id = $many");
	$c->go($c->page_url(query => '&anew=2') . '#/overview');
	$c->waits_for('nav');
	$c->is_quiet('a list that comes');
};

# ---- languages, width, faults ---------------------------------------------------------

subtest 'in German, narrow' => sub {
	$c->lang('de')->size(390, 844);
	$c->go($c->page_url . '#/devices');
	ok $c->waits_for('.rows .row'), 'the list';
	is $c->run('return document.documentElement.lang'), 'de', 'the page is German';
	ok $c->sees(qr/Zeile 1 von 2/), '... in words';
	ok $c->run('return document.documentElement.scrollWidth <= 390'),
	    'nothing is wider than the screen';
	$c->choose("Men\x{fc}");
	ok $c->sees(qr/Einstellungen/), 'the menu opens';
	$c->choose("\x{dc}bersicht");
	ok wait_until(sub { ($c->run('return document.querySelector("h1")?.textContent')
	    // '') eq "\x{dc}bersicht" }), '... and leads on';
	$c->lang('en')->size(1280, 800);
	$c->is_quiet('German');
};

subtest 'what is asked while the connection is away is sent once it is back' => sub {
	$c->go($c->page_url . "#/device/$id");
	ok $c->sees(qr/About it/), 'a device is open';
	# The socket that sends next is ended, and the dialog is sent without one.
	$c->run(<<'JS');
		const send = WebSocket.prototype.send;
		WebSocket.prototype.send = function (text) {
			window.socket = this;
			return send.call(this, text);
		};
JS
	$c->choose('Edit');
	$c->fill(name => 'sent later');
	$c->run(<<'JS');
		const watch = new MutationObserver(() => {
			if (!document.querySelector(".lost"))
				return;
			watch.disconnect();
			window.sentWithout = socket.readyState !== WebSocket.OPEN;
			document.querySelector("dialog [type=submit]").click();
		});
		watch.observe(document.body, {childList: true, subtree: true});
		socket.close();
JS
	ok wait_until(sub { !$c->count('dialog') }), 'it is sent' or diag $c->text;
	ok $c->run('return window.sentWithout'), '... though there was no connection';
	is $f->api({mt => 'GetDevice', hwId => $id})->{device}{name}, 'sent later',
	    '... and done';
};

# What the question waits for comes when the test lets it.
subtest 'a question that waits for a list is not asked on another screen' => sub {
	for (["device/$id", 'Edit'], ["jobs?domain=$north", 'Add update job']) {
		my ($screen, $button) = @$_;
		$c->go($c->page_url);	# anew: by another "#" alone the page stays
		ok $c->waits_for('nav'), 'the page is there';
		$c->view("#/$screen");
		ok $c->waits_for('.heading button'), "$screen is there";
		ok wait_until(sub { !$c->count('.loading') }), '... with all of it';
		$c->run(<<'JS');
			const send = WebSocket.prototype.send;
			WebSocket.prototype.send = function (text) {
				if (!/"Get(Categories|PhoneTypes)"/.test(text))
					return send.call(this, text);
				this.addEventListener("message", ({data}) =>
					window.came ||= /"Get\w+Result"/.test(data));
				window.late = () => send.call(this, text);
			};
JS
		$c->choose($button, '.heading button');
		ok wait_until(sub { $c->run('return Boolean(window.late)') }), 'a list is asked for';
		$c->view('#/licences');
		$c->run('window.late()');
		ok wait_until(sub { $c->run('return Boolean(window.came)') }), '... and comes late';
		$c->view('#/licences');
		is $c->count('dialog'), 0, '... for nobody';
	}
	$c->go($c->page_url);
	$c->waits_for('nav');
	$c->is_quiet('a list that comes late');
};

subtest 'what hangs on a device' => sub {
	my ($gw, $apps) = qw(009033420004 009033420005);
	$f->cli(qw(device add), $gw, qw(--domain north.example --type GW));
	$f->sql("INSERT INTO fxs_phone SELECT id, 'TEL1' FROM device"
	    . " WHERE hw_id = '$gw'");
	$c->view("#/device/$gw");
	ok $c->sees(qr/Analogue phones\s+TEL1/), 'an analogue phone';
	$c->choose('Delete', 'dd button');
	$c->choose('Delete', 'dialog button');
	ok wait_until(sub { !$c->count('dialog')
	    && $f->number('SELECT count(*) FROM fxs_phone') == 0 }), '... is removed';
	$c->choose('Edit', '.heading button');
	$c->fill(want => 1);
	ok $c->submit, 'that it shall be rented';
	ok $f->api({mt => 'GetDevice', hwId => $gw})->{device}{rentalWant}, '... is kept';
	$f->cli(qw(device add), $apps, qw(--domain north.example --type APP_PLATFORM));
	$c->view("#/device/$apps");
	$c->choose('Saved apps');
	$c->fill(instances => "apps.example/chat\napps.example/users");
	ok $c->submit, 'which apps of an App Platform are saved';
	is_deeply $f->api({mt => 'GetDeviceInstances', hwId => $apps})->{instances},
	    ['apps.example/chat', 'apps.example/users'], '... is kept, too';
	$f->cli(qw(device remove --yes), $_) for $gw, $apps;
	$c->is_quiet('what hangs on a device');
};

$c->end;
$device->disconnect;
done_testing;
