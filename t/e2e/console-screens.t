# The screens of the console besides the list of devices: each is loaded, does
# its main action, tells an error, and the browser complains of nothing, in
# English and in German.
use Fleetline;
use Console;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example));
$f->cli(qw(domain add south.example --deploy yes));
$f->cli(qw(category add north.example Phones --config));
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
$f->cli(qw(device add 0090334100be --domain north.example --type GW));
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my ($north, $south) = @domain{qw(north.example south.example)};

my $c = Console->new(f => $f);
$c->size(1280, 800);
ok $c->log_in('anna', 'Secret-1'), 'anna is here';

sub has ($pattern, $name) { ok $c->sees($pattern), $name or diag $c->text }

# As when somebody comes back to the page; else it takes ten seconds.
sub comes ($pattern, $name) {
	ok wait_until(sub {
		$c->run('document.dispatchEvent(new Event("visibilitychange"))');
		$c->sees($pattern, 0.3);
	}), $name or diag $c->text;
}

sub device ($id) { $f->api({mt => 'GetDevice', hwId => $id})->{device} // {} }

# ---- devices that come -------------------------------------------------------------

subtest 'UI4: unassigned devices are listed and added to a domain by hand' => sub {
	$c->view('#/unassigned');
	has(qr/No device waits/, 'nobody is there: what to do first is said');
	my $device = $f->device(id => '0090334100c0')->connect;
	has(qr/0090334100c0/, 'one comes, and is shown without a reload');
	ok $c->sees(qr/Unassigned\s+1\b/), '... and counted in the menu';
	$c->choose('Connections');
	has(qr/127\.0\.0\.1\s+connected/, 'its connection is shown');
	$c->choose('It is this one');
	$c->fill(domainId => $north);
	ok $c->submit, 'it is chosen';
	has(qr/assigned and has its password/, '... which is said');
	ok $device->wait_for('password'), '... and true';
	is device('0090334100c0')->{domainId}, $north, 'it is in the domain';
	$device->disconnect;
	my @more = map { $f->device(id => "0090334100d$_")->connect } 1 .. 3;
	has(qr/0090334100d3/, 'more come');
	$c->click('thead input');
	has(qr/3 selected/, 'all are selected');
	$c->choose('Assign', '.bulk button');
	$c->fill(domainId => $south);
	ok $c->submit, 'they are assigned together';
	ok $_->wait_for('password'), 'each gets its password' for @more;
	$c->run('document.querySelector("main input")?.focus()');
	$c->press('u');
	has(qr/Undone/, 'that is taken back, by its key from a checkbox as well');
	is device('0090334100d1')->{domainId}, 0, '... of each';
	$_->disconnect for @more;
	$c->choose('Add a device');
	$c->fill(hwId => '9.03E10');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog .wrong, dialog [aria-invalid]'), 'what is no id is told';
	$c->fill(hwId => '0090334100e0');
	ok $c->submit, 'another one is added before it comes';
	is_deeply [device('0090334100e0')->{online}], [Mojo::JSON->false], '... and waits';
	$c->is_quiet('unassigned');
};

subtest 'codes' => sub {
	$c->view("#/codes?domain=$north");
	has(qr/No codes yet/, 'there is none');
	$c->choose('New code');
	$c->fill(name => 'otto');
	ok $c->waits_for('dialog [type=submit]'), 'one is made';
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog .qr'), 'it is shown with a picture';
	ok wait_until(sub { $c->run('return document.querySelector(".qr").naturalWidth > 0') }),
	    '... which the policy allows';
	my ($code) = $c->text =~ /^(\d{12})$/m;
	ok $code, '... in digits' or diag $c->text;
	$c->choose('Close');
	has(qr/open/, 'the list has it');
	ok wait_until(sub { $c->text !~ /$code/ }), '... without its digits';
	$c->choose('Revoke');
	has(qr/Revoke the code that ends in @{[substr $code, -2]}\? otto/,
	    'what cannot be undone is asked about');
	$c->choose('Revoke', 'dialog button');
	has(qr/over/, 'it is revoked');
	$c->is_quiet('codes');
};

# ---- devices from a file, and into one ------------------------------------------------

sub imports ($text, %tick) {
	$c->choose('Import');
	$c->choose_file('devices.csv', $text);
	$c->fill($_ => $tick{$_}) for keys %tick;
	return $c->click('dialog [type=submit]');
}

# A large file takes its time on a busy machine.
sub in_time ($pattern, $name) { ok $c->sees($pattern, 60), $name or diag $c->text }

sub listed ($search) {
	return @{$f->api({mt => 'GetDevices', search => $search})->{devices}};
}

subtest 'devices are imported, and exported as the filter has them' => sub {
	$c->view('#/devices');
	imports("hwId,domain\n009033110001,north.example\n009033110002,nowhere.example\n");
	has(qr/The file has 1 mistake.*3\s+domain\s+no such domain/s,
	    'a mistake is told by its line');
	$c->choose('Close');
	is scalar listed('0090331100'), 0, '... and nothing is done';
	# More than one message takes.
	my $many = join '', "hwId;domain;name\n", "009033110000;north.example;\"a;b\"\n",
	    map { sprintf "00903312%04d;north.example;desk %d\n", $_, $_ } 1 .. 3000;
	imports($many . "009033119999;nowhere.example;x\n");
	in_time(qr/The file has 1 mistake.*3003\s+domain/s,
	    '... which is that of the file, also behind the first pieces');
	$c->choose('Close');
	imports($many);
	in_time(qr/3,001 new, 0 changed, 0 as they were/, 'what would be done is shown first');
	is scalar listed('0090331'), 0, '... and is not done';
	$c->click('dialog [type=submit]');
	in_time(qr/Imported: 3,001 new/, 'then it is');
	is scalar listed('0090331'), 3001, '... all of it';
	$c->run('location.hash = "#/devices?q=0090331100"');
	has(qr/row 1 of 1\b/, 'the list has them, too');
	$c->choose('Export');
	my $csv = $c->downloaded('devices.csv') // '';
	like $csv, qr/\A\xef\xbb\xbfhwId,name,domain,[^\n]*\n009033110000,"a;b",north\.example,[^\n]*\n\z/,
	    'a file has what the filter selects';
	$csv =~ s/"a;b"/'=1+1/;
	imports(Mojo::Util::decode('UTF-8', $csv), update => 1);
	has(qr/009033110000\s+name\s+a;b \x{2192} =1\+1/, 'what an update changes is shown');
	has(qr/0 new, 1 changed/, '... and counted');
	$c->click('dialog [type=submit]');
	has(qr/Imported: 0 new, 1 changed/, 'it is done');
	$c->choose('Export');
	like $c->downloaded('devices.csv'), qr/009033110000,'=1\+1,/,
	    'no spreadsheet runs a name as a formula';
	imports($many, update => 1);
	in_time(qr/0 new, 1 changed, 3,000 as they were/, 'an update that is large');
	$c->choose('Cancel');
	imports("hwId\n");
	has(qr/The file has no devices/, 'a file without devices is told');
	$c->choose('Cancel');
	my @many = map { $_->{hwId} } listed('00903312');
	$f->api({mt => 'UnassignDevice', hwId => $_}) for @many[0 .. 204];
	$c->view('#/unassigned');
	has(qr/200 of 208 are shown/, 'of many that wait some are shown');
	$c->choose('Show more');
	ok wait_until(sub { $c->count('main tbody tr') == 208 }), '... then all';
	$c->view('#/devices?q=0090331');
	$c->waits_for('.row.head');
	$f->api({mt => 'DeleteDevices', hwIds => join ',', map { $_->{hwId} }
	    listed('0090331')});
	in_time(qr/No device is like that/, 'they are deleted, which the list shows');
	ok !$c->count('.lost'), '... and so many events cost it no connection';
	$c->is_quiet('import');
};

# ---- domains -------------------------------------------------------------------------

subtest 'UI6: the settings of a domain' => sub {
	$c->view('#/domains');
	has(qr/north\.example.*south\.example/s, 'all are listed');
	$c->choose('Add domain');
	$c->fill(name => 'north.example');
	$c->click('dialog [type=submit]');
	has(qr/exists already/, 'one that is there is told');
	$c->fill(name => 'east.example');
	ok $c->submit, 'one is added';
	ok wait_until(sub { $c->url =~ m{/domain/\d+$} }), '... and opened';
	my $east = 0 + ($c->url =~ m{/(\d+)$})[0];
	has(qr/east\.example.*Settings/s, '... by its name');
	$c->choose('Edit', '.panel button');
	$c->fill(name => 'west.example');
	$c->fill(password => 'West-1');
	$c->fill(deployAdminPasswords => 0);
	ok $c->submit, 'name, password and checkmark are changed';
	my ($now) = grep { $_->{id} == $east } @{$f->api({mt => 'GetDomains'})->{domains}};
	is "$now->{name} $now->{deployAdminPasswords}", 'west.example 0', '... in the store';
	is $f->api({mt => 'GetUserInfo'}, user => 'west.example', password => 'West-1')
	    ->{admin}, 0, '... and the password is right';
	my $pause = sub { $f->api({mt => 'GetPauses', domainId => $east})->{until} };
	$c->choose('Pause', '.panel button');
	$c->fill(hours => '8');
	ok $c->submit, 'all its devices are paused';
	has(qr/paused\s+\S.*Go on/s, '... which is shown');
	cmp_ok $pause->(), '>', 1000 * (time + 7 * 3600), '... for as long as it was said';
	$c->choose('Go on', '.panel button');
	has(qr/It is no longer paused/, 'they go on');
	is $pause->(), 0, '... all of them';
	$c->choose('Grant access');
	$c->fill(targetId => $south);
	$c->fill(readOnly => 1);
	ok $c->submit, 'it gets access to another';
	is_deeply [map { [@{$_}{qw(targetId readOnly)}] } @{$f->api({mt => 'GetAccess',
	    domainId => $east})->{grants}}], [[$south, Mojo::JSON->true]], '... to look at it';
	has(qr/south\.example\s+only look/, '... and that is shown');
	$c->choose('Draw a token');
	has(qr/Draw a new one/, 'a token is drawn');
	$c->choose('Draw a new one');
	has(qr/End the registration token of west\.example\?/, 'that another ends is asked');
	$c->choose('Cancel');
	$c->choose('Show');
	my $token = $f->api({mt => 'GetProvisioningToken', domainId => $east})->{token};
	has(qr/\Q$token\E/, '... and shown on demand');
	$c->run('[...document.querySelectorAll(".panel")].find(e =>
	    /Invoices/.test(e.textContent)).querySelector("button").click()');
	$c->fill(recipients => 'a@example.com, b@example.com');
	$c->fill(invoiceReference => 'PO 4711');
	ok $c->submit, 'recipients and invoice reference';
	my $rental = $f->api({mt => 'GetRental', domainId => $east})->{rental};
	is "@{$rental->{recipients}} $rental->{invoiceReference}",
	    'a@example.com b@example.com PO 4711', '... are kept';
	$c->is_quiet('domain');
	$c->complaints;
};

subtest 'UI8: a checkmark that is off disables its fields' => sub {
	$c->view("#/domain/$north");
	$c->choose('Edit', '.panel button');
	my $field = 'dialog [name=adminPasswords]';
	$c->fill(deployAdminPasswords => 1);
	ok wait_until(sub { $c->count("$field:disabled") == 0 }), 'on: they are there';
	$c->fill(deployAdminPasswords => 0);
	ok wait_until(sub { $c->count("$field:disabled") == 1 }), 'off: they are not';
	$c->choose('Cancel');
};

subtest 'M4: new random passwords are drawn' => sub {
	$f->api({mt => 'EditDomain', id => $south, adminPasswords => 'random'});
	my $id = '0090334100f0';
	$f->api({mt => 'AddDevice', hwId => $id, domainId => $south});
	my $before = $f->api({mt => 'GetDevicePassword', hwId => $id})->{password};
	$c->view("#/domain/$south");
	$c->choose('New random passwords');
	$c->choose('Draw new ones');
	has(qr/on their way/, 'it is done');
	isnt $f->api({mt => 'GetDevicePassword', hwId => $id})->{password}, $before,
	    'a device has another one';
};

# ---- rental --------------------------------------------------------------------------

subtest 'UI3: rental, and its history in the language of the person' => sub {
	my $key = $f->cli(qw(rental key new 500)) =~ s/\s+//gr;
	$c->view("#/rental/$north");
	has(qr/Nothing happened yet/, 'at first there is nothing');
	has(qr/so nothing can be rented/, '... and no licence');
	$c->choose('Add a licence');
	$c->fill(licence => 'PBX-USER');
	$c->fill(title => 'PBX user');
	$c->fill(price => 'much');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog .wrong, dialog [aria-invalid]'), 'a wrong price is told';
	$c->fill(price => '3,1');
	ok $c->submit, 'a licence gets into the catalogue';
	has(qr/PBX-USER\s+PBX user\s+3\.1\b/, '... with its price');
	$c->choose('Load a key');
	$c->fill(key => 'nonsense');
	$c->click('dialog [type=submit]');
	has(qr/invalid activation key/, 'a wrong key is told');
	$c->fill(key => $key);
	ok $c->submit, 'a right one is loaded';
	has(qr/500\s+Balance/, '... and is the balance');
	$c->choose('Rent or change');
	$c->fill(hwId => '0090334100be');
	$c->fill(count => 50);
	$c->click('dialog [type=submit]');
	has(qr/Charged today: [\d.]+ iSC/, 'first the cost is shown');
	is $f->api({mt => 'GetRental', domainId => $north})->{rental}{costPerMonth}, 0,
	    '... and nothing is done';
	$c->choose('Do it so');
	has(qr/155\s+Cost per month/, 'then it is');
	my $balance = sub { $f->api({mt => 'GetRental', domainId => $north})->{rental}{balance} };
	my $had = $balance->();
	$c->choose('Correct');
	$c->fill(amount => '-0.5');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog'), 'a correction has a note';
	$c->fill(note => 'counted twice');
	ok $c->submit, 'with it the balance is corrected';
	is $balance->(), $had - 500, '... by that much';
	ok wait_until(sub { $c->run('return /L\S+ \S+$/.test(document.querySelector(
	    ".plot .line")?.getAttribute("d") ?? "")') }), 'the plot has a line to now';
	$c->click('main details summary');
	has(qr/Cost per month, over a year.*Time\s+Cost per month \(iSC\)\s+\S[^\n]*\s155\n/s,
	    '... with a table behind it');
	for my $lang (qw(en de)) {
		$c->lang($lang);
		$c->go($c->page_url . "#/rental/$north");
		$c->waits_for('nav');
		$c->choose($lang eq 'en' ? 'Download as CSV' : 'Als CSV laden');
		my $csv = $c->downloaded('rental-history-north.example.csv') // '';
		like $csv, $lang eq 'en' ? qr/^\xef\xbb\xbfNumber;Date;/ :
		    qr/^\xef\xbb\xbfNummer;Datum;/, "a file in $lang";
		like $csv, qr/PBX-USER;50;155;/, '... of what happened';
	}
	$c->lang('en');
	$c->is_quiet('rental');
};

subtest 'a ticket fetches one file' => sub {
	my $ticket = $f->api({mt => 'GetTicket'})->{ticket};
	my $path = $f->base . '/csvapi?domain=north.example&type=history';
	my $get = sub ($t) { $f->get($path, {Authorization => "Ticket $t"})->code };
	is $get->($ticket), 200, 'once';
	is $get->($ticket), 401, '... and no second time';
	is $get->('x' x 32), 401, 'one that was never drawn';
	is $f->get($path, {Authorization => 'Ticket x'})->headers
	    ->header('WWW-Authenticate'), undef, 'no browser asks for a password by that';
	$ticket = $f->api({mt => 'GetTicket'})->{ticket};
	is $f->post('{"mt":"GetMe"}', headers => {Authorization => "Ticket $ticket"})
	    ->code, 200, 'BASE/api asks for a login of its own';
};

# ---- alarms and audit ------------------------------------------------------------------

subtest 'alarms' => sub {
	$c->go($c->page_url . "#/alarms?domain=$north");
	has(qr/Nobody is told/, 'nobody is told at first');
	$c->choose('Edit');
	$c->fill(offlineMinutes => 1);
	$c->click('dialog [type=submit]');
	has(qr/minutes out of range/, 'a number that is too small');
	$c->fill(offlineMinutes => 30);
	$c->fill(recipients => 'noc@example.com');
	ok $c->submit, 'a right one';
	my $now = sub { $f->api({mt => 'GetAlarmSettings', domainId => $north}) };
	is $now->()->{offlineMinutes}, 30, '... is kept';
	$c->choose('Pause');
	has(qr/Nobody is told until then/, 'alarms are paused');
	ok $c->submit, '... for a while';
	cmp_ok $now->()->{pausedUntil}, '>', 1000 * time, '... really';
	$c->choose('Go on');
	ok wait_until(sub { !$now->()->{pausedUntil} }), 'and go on';
	$f->api({mt => 'SetAlarmSettings', domainId => $north, url => 'http://hooks.example/a'});
	$c->view('#/health');
	$c->view("#/alarms?domain=$north");
	$c->choose('New secret');
	$c->choose('New secret', 'dialog button');
	has(qr/Note it now/, 'a new secret of the webhook is shown once');
	$c->choose('Close');
	$c->is_quiet('alarms');
};

subtest 'an alarm leads to what it is about' => sub {
	my %job = map { my $work = $_; $work => $f->api({mt => "Add\u${work}Job",
	    domainId => $north, name => "$work night", categories => ['Phones'],
	    $work eq 'update' ? (release => '14r1') : ()})->{id} } qw(update backup);
	my @rows = (['offline', '0090334100be', '#/device/0090334100be'],
	    ['backup-missing', '0090334100be', '#/saves/0090334100be'],
	    ['phone-elsewhere', '000413922d24', '#/phone/000413922d24'],
	    ['job-failed', 'update night', "#/job/$job{update}?domain=$north"],
	    ['job-failed', 'backup night', "#/backup/$job{backup}?domain=$north"],
	    ['job-failed', 'gone night', "#/jobs?domain=$north"]);
	$f->sql('INSERT INTO alarm (domain_id, kind, subject, detail, raised, told,'
	    . " cleared) VALUES ($north, '$_->[0]', '$_->[1]', 'x', 1, 0, 0)") for @rows;
	my $links = sub { join ' ', sort @{$c->run('return [...document.querySelectorAll(
	    document.querySelector(".list") ? ".list a" : ".table td a")]
	    .map(e => e.getAttribute("href"))')} };
	my $want = join ' ', sort map { $_->[2] } @rows;
	for my $screen ("alarms?domain=$north", 'overview') {
		$c->view('#/me');
		$c->view("#/$screen");
		ok wait_until(sub { $links->() eq $want }), "$screen: each leads there"
		    or diag $links->();
	}
	$c->choose('backup night: x');
	has(qr/backup night.*Keep of each device/s, 'a backup job is opened as one');
	$f->sql('DELETE FROM alarm');
	$f->api({mt => "Delete\u${_}Job", id => $job{$_}}) for keys %job;
	$c->is_quiet('what an alarm is about');
};

subtest 'audit' => sub {
	$c->view('#/audit');
	has(qr/domain\.edit/, 'what was changed');
	has(qr/account:\d+/, '... and by whom');
	$c->type('[name=on]', 'west.example')->click('[type=submit]');
	ok wait_until(sub { $c->text !~ /0090334100be/ }), 'of one thing only';
	$c->is_quiet('audit');
};

# ---- accounts --------------------------------------------------------------------------

subtest 'accounts and keys' => sub {
	$c->view('#/accounts');
	$c->choose('Add account');
	$c->fill(name => 'bert');
	$c->fill(role => 'manager');
	$c->fill(password => 'Bert-1');
	$c->fill("d$north" => 1);
	ok $c->submit, 'one is added';
	has(qr/bert\s+manager\s+north\.example/, '... and listed');
	$c->choose('bert');
	has(qr/It has no keys/, 'it is opened');
	$c->choose('New key');
	$c->fill(name => 'monitoring');
	$c->click('dialog [type=submit]');
	has(qr/flk_\d+_/, 'its key is shown once');
	my ($key) = $c->text =~ /(flk_\S+)/;
	is_deeply $f->api({mt => 'GetMe'}, key => $key)->{admin}, Mojo::JSON->false,
	    '... and works';
	$c->choose('Close');
	has(qr/monitoring/, 'the list names it');
	$c->choose('Edit', '.panel button');
	$c->fill(name => 'watching');
	ok $c->submit, 'it gets another name';
	has(qr/watching/, '... which is listed');
	$c->choose('Revoke');
	$c->choose('Revoke', 'dialog button');
	has(qr/revoked/, 'it is revoked');
	is $f->post('{"mt":"GetMe"}', key => $key)->code, 401, '... and worth nothing';
	$c->is_quiet('accounts');
};

subtest 'one\'s own account' => sub {
	$c->view('#/me');
	has(qr/Logins.*this one/s, 'logins are listed');
	$c->choose('Set up a second factor');
	$c->fill(password => 'wrong');
	$c->click('dialog [type=submit]');
	has(qr/Name or password is wrong/, 'the password is asked for');
	$c->fill(password => 'Secret-1');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog .qr'), 'a picture for the app';
	$c->fill(code => '000000');
	$c->click('dialog [type=submit]');
	has(qr/This code is wrong/, 'a wrong code is told');
	$c->choose('Cancel');
	my $other = $f->api({mt => 'Login', user => 'anna', password => 'Secret-1',
	    token => Mojo::JSON->true}, key => 'none');
	$c->choose('Change password');
	$c->fill(oldPassword => 'Secret-1');
	$c->fill(password => 'Secret-2');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('.login form'), 'with another password one logs in anew';
	$c->type('[name=user]', 'anna')->type('[name=password]', 'Secret-2');
	$c->click('.login button');
	ok $c->waits_for('nav'), '... with it';
	$c->complaints;
};

# ---- the instance ------------------------------------------------------------------------

subtest 'settings' => sub {
	$c->view('#/settings');
	has(qr/login\.hours.*hours after which/s, 'each with its meaning');
	$c->run('[...document.querySelectorAll("tbody tr")].find(e =>
	    /^login\.hours/.test(e.textContent.trim())).querySelector("button").click()');
	$c->fill(value => '0');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog .wrong, dialog [aria-invalid]'), 'a wrong value is told';
	$c->fill(value => '24');
	ok $c->submit, 'a right one';
	is $f->cli(qw(setting get login.hours)), "24\n", '... is kept';
	$c->choose('Undo');
	ok wait_until(sub { $f->cli(qw(setting get login.hours)) eq "12\n" }),
	    'undo takes it back';
	$f->sql("UPDATE device SET host = 'old.example' WHERE hw_id = '0090334100be'");
	$c->view('#/health');
	$c->view('#/settings');
	has(qr/old\.example\s+\d/, 'by which names devices come');
	$c->choose('Tell another name');
	$c->fill(to => 'new.example');
	$c->click('dialog [type=submit]');
	has(qr/Tell devices of old\.example the name new\.example/, 'first who would be told');
	$c->choose('Tell them');
	has(qr/registration\.push is off/, 'another name is not told by mistake');
	$f->cli(qw(setting set registration.push manual));
	$c->choose('Tell them');
	has(qr/under way/, 'then they are');
	$c->choose('Stop', 'main button');
	$c->choose('Stop', 'dialog button');
	has(qr/over\s+Old name/, 'until somebody stops it');
	$f->cli(qw(setting set registration.push off));
	$c->is_quiet('settings');
};

subtest 'billing' => sub {
	$f->cli(qw(account add acme --role user --id 100));
	$c->view('#/billing');
	has(qr/acme \(100\)/, 'users are listed');
	$c->choose('Add trunk');
	$c->fill(ipaddr => '192.0.2.300');
	$c->click('dialog [type=submit]');
	has(qr/no IPv4 address/, 'what is no address is told');
	$c->fill(ipaddr => '192.0.2.0/24');
	ok $c->submit, 'a trunk is added';
	has(qr{192\.0\.2\.0/24\s+5060}, '... and listed');
	$c->choose('Give a device');
	$c->fill(hwId => 'nothing');
	$c->click('dialog [type=submit]');
	has(qr/That does not exist/, 'what is no device is told');
	$c->fill(hwId => '0090334100be');
	ok $c->submit, 'a device gets into his list';
	is $f->number("SELECT owner FROM device WHERE hw_id = '0090334100be'"), 100,
	    '... really';
	$c->view('#/device/0090334100be');
	has(qr/Owner\s+acme/, '... and says whose it is');
	$c->is_quiet('billing');
};

subtest 'health' => sub {
	$c->view('#/health');
	has(qr/Everything works/, 'all is well');
	has(qr/database\s+works/, '... each part');
	$c->is_quiet('health');
};

subtest 'the overview' => sub {
	$c->view('#/overview');
	has(qr/Wrong now\s+Nothing is wrong/, 'nothing is wrong');
	has(qr/A device that is offline is told here once/, '... as far as that is told');
	ok $c->run('const e = document.querySelector(".drawer");
	    return e.scrollHeight <= e.clientHeight'), 'the menu is in sight whole, 800 high';
	my $before = $c->run('return document.querySelector(".tile strong").textContent');
	$f->cli(qw(device add 0090334100ee --domain north.example));
	ok wait_until(sub { $c->run('return document.querySelector(".tile strong")
	    .textContent') eq $before + 1 }), 'counts follow what happens';
	$f->cli('domain', 'add', "d$_.example") for 1 .. 3;
	my ($last) = sort { $b <=> $a } map { $_->{id} } @{$f->api({mt => 'GetDomains'})
	    ->{domains}};
	$f->sql("INSERT INTO alarm (domain_id, kind, subject, detail, raised, told,
	    cleared) VALUES ($last, 'job-failed', 'late night', 'x', 1, 0, 0)");
	my $key = $f->cli(qw(phone-key new north.example)) =~ s/\s//gr;
	$f->request(GET => "/p/$key/000413922d24.xml");
	comes(qr/job failed\s+late night/, 'what goes wrong later is told, in any domain');
	$f->cli(qw(rental apply north.example 0090334100be PBX-USER 300));
	comes(qr/rental ends\s+\S[^\n]*\s+north\.example/, '... that a rental ends soon');
	has(qr/1\s+Waiting phones/, '... and so is a phone that waits');
	$c->is_quiet('overview');
};

subtest 'what others do is seen where no event tells it' => sub {
	my @seen = (["domain/$north", sub { $f->cli(qw(category add north.example),
	    'of another') }, qr/of another/],
	    ['accounts', sub { $f->cli(qw(account add ned --role manager)) }, qr/\bned\b/],
	    ["codes?domain=$north", sub { $f->cli(qw(code new north.example --category
	    Phones --name foyer)) }, qr/foyer/],
	    ['settings', sub { $f->cli(qw(setting set offer_minutes 77)) }, qr/\b77\b/],
	    ["rental/$north", sub { $f->cli(qw(rental correct north.example 1 --note
	    gift)) }, qr/gift|corrected/i],
	    ["alarms?domain=$north", sub { $f->cli(qw(alarm set north.example --offline
	    77)) }, qr/\b77\b/]);
	for (@seen) {
		my ($screen, $do, $pattern) = @$_;
		$c->view("#/$screen");
		wait_until(sub { !$c->count('.loading') });
		$do->();
		comes($pattern, $screen);
	}
	$c->view('#/audit?what=category.add');
	has(qr/of another/, 'the audit');
	$c->type('[name=on]', 'half typ');
	$f->cli(qw(category add north.example), 'while one types');
	ok $c->sees(qr/while one types/, 20), '... goes on by itself';
	is $c->run('return document.querySelector("[name=on]").value'), 'half typ',
	    '... and what one types stays';
	$c->is_quiet('what others do');
};

subtest 'a long name, or many of them, push nothing out of sight' => sub {
	my $long = 'W' x 64;
	my $domain = join '.', ('w' x 63) x 3, 'example';
	my $id = $f->api({mt => 'AddDomain', name => $domain})->{id};
	$f->api({mt => 'AddCategory', domainId => $id, name => $_, config =>
	    Mojo::JSON->true}) for $long, map { "category $_" } 1 .. 40;
	$f->api({mt => 'AddAccount', name => $long, role => 'manager', domainIds => [$id]});
	$f->api({mt => 'AddProvisioningCode', domainId => $id, category => $long,
	    name => $long});
	$f->api({mt => 'AddDevice', hwId => '00903341ffff', domainId => $id,
	    product => $long, name => $long});
	for my $screen ('overview', 'domains', "domain/$id", 'accounts',
	    "codes?domain=$id", 'devices') {
		$c->view("#/$screen");
		ok wait_until(sub { !$c->count('.loading') }), "$screen is loaded";
		is $c->run('return [...document.querySelectorAll(".scroll, .panel, main")]
		    .filter(e => e.scrollWidth > e.clientWidth).map(e => e.className)
		    .join()'), '', '... and all of it is in sight';
	}
	$c->view('#/domains');
	has(qr/category 1\b[^\n]*, 31 more/, 'of many categories some are named');
	cmp_ok $c->run('return Math.max(...[...document.querySelectorAll("main tr")]
	    .map(e => e.clientHeight))'), '<', 200, 'a row stays a row';
	$f->api({mt => 'DeleteDevice', hwId => '00903341ffff'});
	$f->api({mt => 'DeleteDomain', id => $id});
	$c->is_quiet('long names');
};

# ---- every screen, in both languages and schemes, wide and narrow -----------------------

my @screens = ('overview', 'devices', 'device/0090334100be', 'unassigned', 'codes',
    'domains', "domain/$north", "rental/$north", 'alarms', 'audit', 'accounts',
    'account/0', 'settings', 'billing', 'health', 'me');
$c->by_keyboard(@screens);

subtest 'a domain is added by the keyboard alone' => sub {
	$c->view('#/me');
	$c->view('#/domains');
	$c->run('document.querySelector("h1").focus()');
	$c->press("\x{E004}");
	is $c->run('return document.activeElement.textContent.trim()'), 'Add domain',
	    'Tab goes to what one can do';
	$c->press("\x{E007}");
	ok $c->waits_for('dialog[open]'), 'Enter does it';
	$c->press('keys.example');
	$c->press("\x{E007}");
	ok wait_until(sub { $c->url =~ m{/domain/\d+$} }), 'what is typed goes by Enter';
	has(qr/keys\.example.*Settings/s, '... and is there');
	$c->is_quiet('the keyboard');
};

$c->shows_well(@screens);

$c->end;
done_testing;
