# The console before who is hostile: devices and tenants that put markup into
# every text they can set, and pages of others around it.
use Fleetline;
use Console;
use Mojo::Server::Daemon;
use Mojolicious;
use Saved;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

# Runs if it ever becomes markup: as an element, an attribute, a script, a URL.
my $evil = q{"'><img src=x onerror=hit()><script>hit()</script>};
my $short = q{<b onclick=hit()>${hit()}`};

my $f = Fleetline->new;
my ($id, $mac) = ('0090334100be', '001565aabbcc');
$f->cli(qw(domain add north.example --password-file), $f->secret_file('North-1'));
my ($north) = map { $_->{id} } grep { $_->{name} eq 'north.example' }
    @{$f->api({mt => 'GetDomains'})->{domains}};
$f->api({mt => 'AddCategory', domainId => $north, name => $short, config =>
    Mojo::JSON->true});
$f->cli(qw(device add), $id, qw(--domain north.example --offer 10));
$f->api({mt => 'EditDevice', hwId => $id, categories => [$short]});
$f->api({mt => 'AddProvisioningCode', domainId => $north, category => $short,
    name => $short});
$f->api({mt => 'AddAccount', name => $evil, role => 'manager', mail => ''});
my ($account) = map { $_->{id} } grep { $_->{name} eq $evil }
    @{$f->api({mt => 'GetAccounts'})->{accounts}};
$f->api({mt => 'AddKey', accountId => $account, name => $short});
$f->cli(qw(licence set EVIL --price 1 --title), $evil);
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
my $device = $f->device(id => $id, more => {name => $evil, product => $evil,
    version => $evil, ethIfs => [{if => $short, ipv4 => '10.0.0.1'}]});
Saved->new(device => $device, text => "config change $evil\r\n$short\r\n");
$device->connect;
$device->wait_for('password');
my $stranger = $f->device(id => 'a"><b>c', more => {product => $evil})->connect;
wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})->{device}{online} });
$f->api({mt => 'ConfirmDevice', hwId => $id});	# else no job works on it
my $backup = $f->api({mt => 'AddBackupJob', domainId => $north, name => $short,
    categories => [$short]})->{id};
$f->api({mt => 'StartBackupJob', id => $backup});
my $save;
ok wait_until(sub { ($save) = map { $_->{id} } @{$f->api({mt => 'GetBackups',
    hwId => $id})->{backups}} }, 30), 'its configuration is kept';

# A phone that names itself and its files so.
my $key = $f->cli(qw(phone-key new north.example)) =~ s/\s//gr;
$f->request(GET => "/p/$key/" . Mojo::Util::url_escape("$mac$short") . '.cfg',
    {'User-Agent' => "Yealink SIP-T46S $short 00:15:65:aa:bb:cc"});
$f->request(GET => "/p/$key/$mac.cfg",
    {'User-Agent' => 'Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc'});
$f->cli(qw(phone promote), $mac, 'north.example');
$f->api({mt => 'SetPhoneSettings', layer => $mac, settings => {sip_name => $short}});
# One that waits, and says what it likes.
$f->request(GET => "/p/$key/001565aabbcd.cfg",
    {'User-Agent' => "Yealink SIP-T46S $short 00:15:65:aa:bb:cd"});
$f->api({mt => 'EditDevice', hwId => $mac, categories => [$short]});
my $layer = "category:north.example/$short";
my $staged = $f->api({mt => 'StageTemplates', layer => $layer, phones => [$mac],
    settings => {sip_name => $short}});
is $staged->{error}, undef, 'a change of settings is staged';
my $config = $f->api({mt => 'AddDeviceConfig', config => {domainId => $north,
    type => 'EXPERT', desc => $short, script => "$evil\n",
    categories => [{name => $short}]}})->{id};
my $job = $f->api({mt => 'AddUpdateJob', domainId => $north, name => "$short 2",
    release => '14r1', categories => [$short]})->{id};
ok $config && $job, 'a configuration and an update job';
$f->api({mt => 'StartUpdateJob', id => $job});
# Hardware that shall take the place of the device comes twice, so one is asked which.
my ($gone, $by) = qw(0090334100c8 0090334100c9);
my @claims = map { $f->device(id => $by, more => {name => $evil, product => $evil,
    version => $evil})->connect } 1, 2;
my $loaded = $f->cli(qw(rental key new 500)) =~ s/\s+//gr;
$f->api({mt => 'LoadRental', domainId => $north, key => $loaded});

my $c = Console->new(f => $f);
$c->size(1280, 900);
$c->log_in('anna', 'Secret-1');
$c->run('window.hit = () => { window.hits = (window.hits || 0) + 1; }');

subtest 'markup in every text is text' => sub {
	for my $screen ('overview', 'devices', "device/$id", 'unassigned',
	    "codes?domain=$north", 'domains', "domain/$north", "rental/$north",
	    "alarms?domain=$north", 'audit', 'accounts', "account/$account",
	    "backups?domain=$north", "backup/$backup?domain=$north", "saves/$id",
	    "saves/$id?save=$save&text=yes", 'settings', 'billing', 'health', 'me', 'device/%3Cimg%20src%3Dx%3E',
	    'devices?q=%3Cimg%20src%3Dx%3E', 'phones', "phone/$mac",
	    "layers/$mac", "configs?domain=$north", "config/$config",
	    "jobs?domain=$north", "job/$job?domain=$north", 'staging',
	    'staging?layer=%3Cimg%20src%3Dx%3E', 'phone/001565aabbcd', 'phone/%3Cimg%20src%3Dx%3E', 'layers/%3Cimg%20src%3Dx%3E') {
		$c->view('#/me');
		$c->view("#/$screen");
		ok wait_until(sub { !$c->count('.loading') }), "$screen is shown";
		is $c->count('main img, main script, main b[onclick], [onerror], [onclick]'),
		    0, '... without an element of theirs';
	}
	$c->view("#/device/$id");
	ok $c->sees(qr/\Q$evil\E/), 'it is shown as it was written';
	$c->choose('Edit');
	ok $c->waits_for('dialog'), 'in a dialog, too';
	$c->choose('Cancel');
	for my $screen ("configs?domain=$north", "jobs?domain=$north", 'staging') {
		$c->view("#/$screen");
		ok $c->sees(qr/\Q$short\E/), "$screen has it as well";
	}
	$c->view('#/staging?layer=domain%3Anorth.example');
	$c->choose('Set something');
	$c->fill(name => 'sip_name');
	$c->fill(at => 0);
	$c->choose('Continue', 'dialog button');
	$c->fill(value => $evil);
	ok $c->submit, 'a setting is thought of';
	$c->choose('See what would change');
	ok $c->sees(qr/What would change.*Phones like $mac|No file of a phone/s),
	    '... and looked at';
	is $c->count('main img, main script, main b[onclick]'), 0,
	    'what would change is text';
	is $c->run('return window.hits || 0'), 0, 'nothing of theirs has run';
	$c->is_quiet('hostile texts');
};

# ---- what newer screens and their dialogs show ---------------------------------------

sub is_text ($name) {
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	is $c->count(':is(main, dialog, .toasts) :is(img, script, b[onclick], [onerror], [onclick])'),
	    0, "$name is text";
	return is $c->run('return window.hits || 0'), 0, '... and nothing has run';
}

# A dialog is opened, has their text, and is left.
sub dialog_is_text ($name, $has = $evil) {
	ok wait_until(sub { index($c->run('return document.querySelector("dialog")
	    ?.textContent ?? ""'), $has) >= 0 }), "$name shows what they wrote" or diag $c->text;
	is_text($name);
	return $c->press("\x{E00C}");
}

subtest 'a device, its jobs, and what takes its place' => sub {
	$f->api({mt => 'EditDevice', hwId => $id, name => $short});
	$c->view("#/device/$id");
	ok $c->sees(qr/Jobs\s+Job\s.*\Q$short\E\s+done/s), 'a job is shown by its name'
	    or diag $c->text;
	is_text('what a job did with a device');
	$c->choose('Pause');
	dialog_is_text('the question for a pause', $short);
	$c->choose('Delete', '.heading button');
	dialog_is_text('the question before it is deleted', $short);
	$f->cli(qw(device add), $gone, qw(--domain north.example --name), $short);
	$c->view("#/device/$gone");
	$c->choose('Replace');
	$c->fill(by => $by);
	$c->click('dialog [type=submit]');
	ok $c->sees(qr/Which one is it\?/), 'which hardware it is, is asked';
	dialog_is_text('which hardware takes its place');
	$c->choose('Replace');
	$c->fill(by => $by);
	$c->click('dialog [type=submit]');
	ok $c->sees(qr/Which one is it\?/), '... once more';
	$c->choose('Continue', 'dialog button');
	ok $c->sees(qr/Goes\s+$gone/), 'what would be done is shown';
	dialog_is_text('the preview of a replacement', $short);
	$c->view("#/saves/$id");
	$c->choose('Put back', 'main .table button');
	ok $c->waits_for('dialog'), 'a backup would be put back';
	dialog_is_text('the question before that', $short);
};

subtest 'a change that is staged, an alarm' => sub {
	$c->view('#/staging');
	for my $button ('Give it to all', 'Take back') {
		$c->choose($button, 'main td button');
		dialog_is_text("$button asks: that", $short);
	}
	$f->sql("INSERT INTO alarm (domain_id, kind, subject, detail, raised, told, cleared)"
	    . " VALUES ($north, 'offline', '$id', '" . $evil =~ s/'/''/gr . "', 1, 0, 0),"
	    . " ($north, 'job-failed', '$short 2', '" . $evil =~ s/'/''/gr . "', 1, 0, 0)");
	for my $screen ('overview', "alarms?domain=$north") {
		$c->view('#/me');
		$c->view("#/$screen");
		ok $c->sees(qr/\Q$short 2: $evil\E/), "$screen has an alarm" or diag $c->text;
		is_text("an alarm in $screen");
	}
	$c->is_quiet('newer screens');
};

subtest 'pages of others' => sub {
	my $others = Mojo::Server::Daemon->new(silent => 1,
	    listen => ['http://127.0.0.1:0']);
	my $app = Mojolicious->new(secrets => ['x']);
	$app->log->level('fatal');
	my $page = $f->url($f->base . '/');
	$app->routes->any('/frame' => sub ($c) {
		$c->render(format => 'html', data =>
		    qq{<link rel="icon" href="data:,"><iframe src="$page"></iframe>});
	});
	my ($api, $ws) = ($f->url($f->base . '/api'), $f->ws_url('/'));
	my $change = Mojo::Util::xml_escape(
	    qq({"mt":"EditDevice","hwId":"$id","categories":[],"x":"));
	$app->routes->any('/form' => sub ($c) {
		$c->render(format => 'html', data => qq~<link rel="icon" href="data:,">
		    <form method="post" enctype="text/plain" action="$api">
		    <input name="$change" value='"}'></form>~);
	});
	$app->routes->any('/socket' => sub ($c) {
		$c->render(format => 'html', data => '<link rel="icon" href="data:,">');
	});
	$others->app($app)->start;
	my $origin = 'http://127.0.0.1:' . $others->ports->[0];
	$c->go("$origin/frame");
	like join("\n", $c->complaints), qr/frame-ancestors/,
	    'a page that is not named does not get the console into a frame';
	# Another port is the same site to a browser: it sends the cookie.
	$c->go("$origin/form");
	$c->run('document.querySelector("form").submit()');
	ok $c->sees(qr/foreign origin/), 'a form of theirs is refused';
	is_deeply $f->api({mt => 'GetDeviceCategories', hwId => $id})->{categories},
	    [$short], '... and changes nothing, though somebody is logged in';
	$c->go("$origin/socket");
	like $c->run(<<'JS', $ws), qr/login required/, 'a socket of theirs is logged in by no cookie';
		const [url] = arguments;
		return new Promise(done => {
			const socket = new WebSocket(url);
			socket.onopen = () => socket.send('{"mt":"GetDevices"}');
			socket.onmessage = event => done(event.data);
			socket.onclose = () => done("closed");
		});
JS
	is $c->run(<<'JS', $api), 'unread', '... and it gets no ticket for one';
		const [url] = arguments;
		return fetch(url, {method: "POST", credentials: "include",
			body: '{"mt":"GetTicket"}'}).then(r => r.text(), () => "unread");
JS
	$c->complaints;
	$c->go($f->url($f->base . '/'));
	$c->waits_for('nav');
	$c->run('postMessage(JSON.stringify({mt: "SetLang", lang: "de"}), "*")');
	pause(0.3);
	is $c->run('return document.documentElement.lang'), 'en',
	    'a page that is no frame hears no messages';
};

$c->end;
$_->disconnect for $device, $stranger, @claims;
done_testing;
