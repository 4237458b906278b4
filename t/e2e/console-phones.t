# Phones of other vendors in the console: those that wait, why one got what it
# got, what it has of each setting and from which layer, what it is told to do.
use Fleetline;
use Console;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $f = Fleetline->new;
$f->cli(qw(domain add), "$_.example") for qw(north south);
$f->cli(qw(category add north.example kitchen));
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
$f->cli(qw(account add otto --role system-admin --read-only yes --password-file),
    $f->secret_file('Secret-2'));
$f->cli(qw(account add nora --role company-admin --domain north.example
    --password-file), $f->secret_file('Secret-3'));
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my ($north, $south) = @domain{qw(north.example south.example)};
chomp(my $key = $f->cli(qw(phone-key new north.example)));

my $mac = '001565aabbcc';
sub asks ($file) { $f->request(GET => "/p/$key/$file", {'User-Agent' =>
    'Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc'}) }
sub snom ($id) { $f->request(GET => "/p/$key/$id.xml") }
sub settings ($layer) { +{map { $_->{name} => $_->{value} // '(secret)' }
    @{$f->api({mt => 'GetPhoneSettings', layer => $layer})->{settings}}} }

my $c = Console->new(f => $f);
$c->size(1280, 800);
ok $c->log_in('anna', 'Secret-1'), 'anna is here';

sub has ($pattern, $name) { ok $c->sees($pattern), $name or diag $c->text }

# The buttons of the row that begins so.
sub in_row ($start, $button) {
	return wait_until(sub { $c->run(<<'JS', $start, $button) });
		const row = [...document.querySelectorAll("main tbody tr")].find(e =>
			e.textContent.trim().startsWith(arguments[0]));
		const one = [...row?.querySelectorAll("button, a") ?? []].find(e =>
			e.textContent.trim() === arguments[1]);
		one?.click();
		return Boolean(one);
JS
}

# ---- those that wait ---------------------------------------------------------------

subtest 'phones that wait' => sub {
	$c->view('#/phones');
	has(qr/No phone waits/, 'none: what to do first is said');
	asks("$mac.cfg");
	has(qr/$mac.*66\.86\.0\.15\s+127\.0\.0\.1\s+north\.example/,
	    'one asks, and is shown without a reload');
	$c->choose('Why?', 'main table a');
	ok wait_until(sub { $c->url =~ m{/phone/$mac$} }), 'it is opened';
	has(qr/404\s+it waits for somebody/, 'why it got nothing');
	has(qr/It is no device/, '... and that it is no device');
	asks('y000000000028.cfg');
	has(qr/y000000000028\.cfg/, 'what it asks for now comes without a reload');
	$c->choose('Promote');
	$c->fill(domainId => $north);
	ok $c->submit, 'it is promoted';
	is $f->api({mt => 'GetDevice', hwId => $mac})->{device}{domainId}, $north,
	    '... and is a device';
	has(qr/north\.example.*What it has, and from where/s, '... which is shown');
	$c->is_quiet('a phone that waits');
};

subtest 'many are promoted, one is forgotten' => sub {
	snom("0004130000$_") for qw(01 02 03);
	$c->view('#/phones');
	has(qr/000413000003/, 'three wait');
	in_row('000413000003', 'Forget');
	$c->choose('Forget', 'dialog button');
	ok wait_until(sub { $c->text !~ /000413000003/ }), 'one is forgotten';
	$c->choose('Select all');
	has(qr/2 selected/, 'all are selected');
	# One of them is promoted by somebody else meanwhile.
	$c->choose('Promote', '.bulk button');
	$c->fill(domainId => $south);
	ok $c->submit, 'they are promoted together';
	has(qr/No phone waits/, '... wait no longer');
	is_deeply [map { $f->api({mt => 'GetDevice', hwId => "0004130000$_"})
	    ->{device}{domainId} } qw(01 02)], [$south, $south], '... and are devices';
	$f->request(GET => "/p/$key/aastra.cfg");
	has(qr/nobody knows.*404\s+neither the file/s,
	    'what was asked for phones that nobody knows comes without a reload');
	$c->type('main [name=mac]', 'x')->click('main [type=submit]');
	has(qr/invalid MAC address/, 'what is no MAC address is told');
	$c->is_quiet('phones');
};

# ---- what it has, and from where ----------------------------------------------------

subtest 'where a value comes from; it is set and cleared for one phone' => sub {
	$f->cli(qw(phone set all language de));
	$f->cli(qw(phone set vendor:yealink time_zone Europe/Berlin));
	$f->api({mt => 'EditDevice', hwId => $mac, categories => ['kitchen']});
	$f->cli(qw(phone set category:north.example/kitchen vlan 20));
	$c->view('#/me');
	$c->view("#/phone/00-15-65-AA-BB-CC");
	has(qr/language\s+language of menus\s+de\s+all\b/, 'of all phones');
	has(qr/time_zone\s+[^\n]+\s+Europe\/Berlin\s+vendor:yealink/, '... of its vendor');
	has(qr/vlan\s+[^\n]+\s+20\s+category:kitchen/, '... of its category');
	unlike $c->text, qr/poll_minutes/, 'what nobody has set is not there';
	$c->click('[name=all]');
	has(qr/poll_minutes\s+[^\n]+\s+1440 minutes\s+from the beginning/,
	    '... until one wants it');
	in_row('language', 'Set here');
	$c->fill(value => 'fr');
	ok $c->submit, 'one is set here';
	has(qr/language\s+language of menus\s+fr\s+this phone/, '... and counts');
	is settings($mac)->{language}, 'fr', '... in the store';
	$c->choose('Undo');
	has(qr/language\s+language of menus\s+de\s+all\b/, 'undo: the farther layer again');
	$c->choose('Set something');
	$c->fill(name => 'sip_password');
	$c->fill(at => 0);
	$c->choose('Continue', 'dialog button');
	$c->fill(value => 'Gr3en-s3cret');
	ok $c->submit, 'a secret is set for a port';
	has(qr/sip_password\.0\s+[^\n]+\s+is set\s+this phone/, '... and not shown');
	is settings($mac)->{'sip_password.0'}, '(secret)', '... but is there';
	unlike $c->run('return document.documentElement.outerHTML'), qr/Gr3en/,
	    '... nor anywhere in the page';
	$c->choose('Set something');
	$c->fill(name => 'key_value');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog [name=at][aria-invalid]'), 'a key without its number is told';
	$c->choose('Cancel');
	in_row('sip_port', 'Set here');
	$c->fill(value => 70000);
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog .wrong'), 'a wrong value is told';
	$c->fill(value => 5070);
	ok $c->submit, '... and what was typed may be mended';
	has(qr/sip_port\s+[^\n]+\s+5070\s+this phone/, '... and set');
	in_row('sip_port', 'Clear');
	has(qr/sip_port\s+[^\n]+\s+5060\s+from the beginning/, 'cleared again');
	in_row('sip_password.0', 'Clear');
	$c->choose('Clear', 'dialog button');
	ok wait_until(sub { !%{settings($mac)} }), 'a secret, too, once it was asked about';
	in_row('vlan', 'category:kitchen');
	ok wait_until(sub { $c->url =~ m{/layers/category%3Anorth\.example%2Fkitchen$} }),
	    'a layer leads to where it is set';
	has(qr/vlan\s+[^\n]+\s+20/, '... with its value');
	$c->is_quiet('settings of a phone');
};

subtest 'what a layer sets' => sub {
	$c->view('#/layers/domain%3Anorth.example');
	has(qr/This layer sets nothing/, 'nothing yet: what to do is said');
	$c->choose('Set something');
	$c->fill(name => 'sip_server');
	$c->choose('Continue', 'dialog button');
	$c->fill(value => 'sip.north.example');
	ok $c->submit, 'something is set for a domain';
	has(qr/sip_server\s+[^\n]+\s+sip\.north\.example/, '... and shown');
	is_deeply settings('domain:north.example'), {sip_server => 'sip.north.example'},
	    '... and kept';
	$c->choose('Edit', 'main td button');
	$c->fill(value => 'sip2.north.example');
	ok $c->submit, 'it is changed';
	$c->choose('Undo');
	ok wait_until(sub { settings('domain:north.example')->{sip_server}
	    eq 'sip.north.example' }), '... and put back';
	has(qr/sip\.north\.example/, '... in sight, too');
	$c->choose('Clear');
	has(qr/This layer sets nothing/, 'it is cleared');
	# Once it is offered.
	my $turn = sub ($n, $value) { wait_until(sub { $c->run(<<~'JS', $n, $value) }) };
		const e = document.querySelectorAll(".filters select")[arguments[0]];
		if (![...e?.options ?? []].some(o => o.value === arguments[1]))
			return false;
		e.value = arguments[1];
		e.dispatchEvent(new Event("change"));
		return true;
		JS
	$turn->(0, 'vendor');
	ok wait_until(sub { $c->url =~ /vendor%3A\w+$/ }), 'another kind of layer';
	ok $turn->(1, 'yealink'), '... with those there are';
	has(qr/time_zone\s+[^\n]+\s+Europe\/Berlin/, '... and what one of them sets');
	$turn->(0, 'model');
	ok wait_until(sub { $c->url =~ /model%3A\w+$/ }), 'models';
	$turn->(0, 'category');
	ok wait_until(sub { $c->url =~ /category%3A/ }), 'categories';
	$c->view('#/layers/domain%3Anowhere.example');
	has(qr/could not be loaded/, 'one that is not there: what happened is said');
	$c->is_quiet('layers');
};

# ---- some phones first ---------------------------------------------------------------

subtest 'a change is looked at, given to some phones, then to all, or taken back' => sub {
	my $layer = 'domain:north.example';
	my $staged = sub { @{$f->api({mt => 'GetStagedTemplates'})->{changes}} };
	my $wish = sub ($name, $value) {
		$c->choose('Set something');
		$c->fill(name => $name);
		$c->choose('Continue', 'dialog button');
		$c->fill(value => $value);
		$c->submit;
	};
	$c->view('#/layers/domain%3Anorth.example');
	$c->choose('Some phones first');
	has(qr/Nothing is staged/, 'nothing is staged at first');
	ok $wish->(language => 'fr'), 'a setting is thought of';
	is_deeply settings($layer), {}, '... and is not set';
	$c->choose('See what would change');
	has(qr/1 file of a phone would change/, 'how many phones it would change');
	has(qr/yealink, [^\n]+: 1 phone\s+Phones like $mac/, '... which, in groups');
	has(qr/\+\s+[^\n]*French/, '... and in which lines');
	$c->click('main h3 input');
	$c->choose('Stage for some phones');
	$c->waits_for('dialog textarea');
	is $c->run('return document.querySelector("dialog textarea").value'), $mac,
	    'phones of a group that is chosen are offered';
	$c->fill(phones => "$mac\nnone");
	$c->click('dialog [type=submit]');
	has(qr/invalid MAC address/, 'what is no MAC address is told');
	$c->fill(phones => $mac);
	ok $c->submit, 'it is staged';
	has(qr/domain:north\.example\s+1 phone\b/, '... and shown');
	is_deeply [map { "$_->{layer} $_->{phones}" } $staged->()], ["$layer 1"],
	    '... and true';
	$c->choose('Take back', 'main td button');
	$c->choose('Take back', 'dialog button');
	has(qr/Nothing is staged/, 'it is taken back');
	is_deeply [$staged->()], [], '... really';
	$f->api({mt => 'StageTemplates', layer => $layer, phones => [$mac],
	    settings => {sip_server => 'sip3.example'}});
	has(qr/domain:north\.example\s+1 phone\b/,
	    'what somebody else stages comes without a reload');
	$c->choose('Give it to all', 'main td button');
	$c->choose('Give it to all', 'dialog button');
	has(qr/Nothing is staged/, 'it is given to all');
	is settings($layer)->{sip_server}, 'sip3.example', '... and set';
	$f->api({mt => 'SetPhoneSettings', layer => $layer, settings =>
	    {sip_server => ''}});
	$c->choose('Try a template');
	$c->fill(name => 'yealink/none.cfg');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog [aria-invalid]'), 'a template without a file is told';
	$c->choose('Cancel');
	$c->is_quiet('some phones first');
};

subtest 'a file of a template is looked at, staged and taken back' => sub {
	my $text = Mojo::File::path('templates/yealink/phone.cfg')->slurp;
	my $try = sub ($text) {
		$c->choose('Try a template');
		$c->fill(name => 'yealink/phone.cfg');
		$c->choose_file('phone.cfg', $text);
		$c->submit;
	};
	$c->view('#/me');
	$c->view('#/staging');
	ok $try->("#!version:1.0.0.1\n{{#nothing}}\n"), 'a file with a mistake is chosen';
	$c->choose('See what would change');
	has(qr/1 file of a phone would change/, '... and looked at');
	$c->choose('Stage for some phones');
	$c->fill(phones => $mac);
	$c->click('dialog [type=submit]');
	has(qr/phone\.cfg:2: unknown name nothing/, 'who stages it hears of it');
	$c->choose('Cancel', 'dialog button');
	$c->choose('Clear', 'main td button');
	ok $try->("$text\nnetwork.lldp.enable = 1\n"), 'one with another line';
	$c->choose('See what would change');
	has(qr/1 file of a phone would change/, 'how many phones it would change');
	has(qr/\+\s+network\.lldp\.enable = 1/, '... and the line');
	$c->choose('Stage for some phones');
	$c->fill(phones => $mac);
	ok $c->submit, 'it is staged';
	has(qr/templates\s+1 phone\b/, '... and shown as one of templates');
	like asks("$mac.cfg")->body, qr/^network\.lldp\.enable = 1$/m, 'the phone gets it';
	$c->choose('Take back', 'main td button');
	$c->choose('Take back', 'dialog button');
	has(qr/Nothing is staged/, 'it is taken back');
	unlike asks("$mac.cfg")->body, qr/lldp\.enable/, '... really';
	$c->is_quiet('a file of a template');
};

subtest 'M7: what it gets while an update job works on it' => sub {
	$f->sql("UPDATE phone SET proven = 1");
	my ($job) = $f->cli(qw(job add north.example night --release 99.1 --models
	    yealinkT46S --firmware https://files.example/fw.rom --category kitchen))
	    =~ /id (\d+)/;
	$f->cli(qw(job start), $job);
	ok Fleetline::soon(sub { ($f->cli_json(qw(job tasks), $job)->[0]{state} // '')
	    eq 'active' }), 'a job works on it';
	$c->view('#/me');
	$c->view("#/phone/$mac");
	has(qr{firmware_url\s+[^\n]+\s+https://files\.example/fw\.rom\s+an update job},
	    'its firmware is from the job');
	$f->cli(qw(job remove --yes), $job);
	$f->sql("UPDATE phone SET proven = 0; UPDATE phone_resync SET done = 1");
	$c->is_quiet('a phone that a job works on');
};

# ---- what it is told ----------------------------------------------------------------

subtest 'a window, a message, a port' => sub {
	$c->view("#/phone/$mac");
	$c->choose('Open a window');
	$c->fill(minutes => 20000);
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog [aria-invalid]'), 'a window that is too long is told';
	$c->fill(minutes => 30);
	ok $c->submit, 'one is opened';
	has(qr/The window is open until/, '... and until when is said');
	asks("$mac.cfg");
	has(qr/200\s+it got its file/, 'it gets its file, which is shown without a reload');
	$c->choose('Fetch files now');
	ok $c->submit, 'it is told to fetch them';
	has(qr/It is told/, '... which is said');
	$c->choose('Move a port');
	$c->fill(port => 0);
	$c->fill(domainId => $south);
	ok $c->submit, 'it is moved';
	ok wait_until(sub { $f->api({mt => 'GetDevice', hwId => $mac})->{device}
	    {domainId} == $south }), '... really';
	has(qr/Domain\s+south\.example/, '... in sight, too');
	$c->view("#/device/$mac");
	$c->choose('As a phone');
	ok wait_until(sub { $c->url =~ m{/phone/$mac$} }), 'from a device one comes here';
	$c->is_quiet('what a phone is told');
};

# ---- others -------------------------------------------------------------------------

snom('000413000009');
my @screens = ('phones', 'phone/000413000009', "phone/$mac", 'phone/000413000001',
    'layers', 'layers/vendor%3Ayealink', 'staging',
    'layers/category%3Anorth.example%2Fkitchen', 'layers/000413000001');

subtest 'who may only look is offered no change' => sub {
	my $otto = Console->new(f => $f);
	ok $otto->log_in('otto', 'Secret-2'), 'otto is here';
	for my $screen (@screens) {
		$otto->view("#/$screen");
		ok wait_until(sub { !$otto->count('.loading') }), "$screen is loaded";
		is $otto->run('return [...document.querySelectorAll("main button")]
		    .map(e => e.textContent.trim()).filter(e => !/^(Why\?|Show more)$/
		    .test(e)).join()'), $screen eq 'staging'
		    ? 'Set something,Try a template' : '',
		    '... and has no button that changes';
	}
	$otto->end;
};

subtest 'a tenant sets its own layers' => sub {
	my $nora = Console->new(f => $f);
	# The screen is there before the domains are.
	ok $nora->log_in('nora', 'Secret-3', hash => '#/layers', first => <<~'JS'),
		const Real = WebSocket;
		window.WebSocket = class extends Real {
			set onmessage(fn) {
				super.onmessage = event => /"GetDomainsResult"/.test(event.data)
					? setTimeout(fn, 1000, event) : fn(event);
			}
		};
		JS
	    'nora is here';
	ok $nora->sees(qr/This layer sets nothing/), 'she begins with her domain';
	is_deeply $nora->run('return [...document.querySelectorAll(
	    ".filters select")[0].options].map(e => e.value)'), [qw(domain category)],
	    '... and is offered no layer of administrators';
	$nora->view("#/phone/000413000001");
	ok $nora->sees(qr/It is no device/), 'a phone of others is none to her';
	$nora->end;
};

$c->by_keyboard(@screens);
$c->shows_well(@screens);

$c->end;
done_testing;
