# More screens of the console: configurations, update and backup
# jobs; each does its main action, tells an error, and the browser complains of
# nothing.
use Fleetline;
use Console;
use Delivery;
use Saved;
use Updated;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

my $f = Delivery->new(stopped => 1, conf => {instance => {url => 'x'}});
$f->conf({instance => {url => 'http://127.0.0.1:' . $f->port}});
$f->write_conf;
$f->add_release;
$f->start;
$f->cli(qw(domain set north.example --password-file), $f->secret_file('North-1'));
$f->cli(qw(domain add south.example));
$f->cli(qw(category add north.example Desks --config));
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my ($north, $south) = @domain{qw(north.example south.example)};

my $c = Console->new(f => $f);
$c->size(1280, 800);
ok $c->log_in('anna', 'Secret-1'), 'anna is here';

sub has ($pattern, $name) { ok $c->sees($pattern), $name or diag $c->text }

# ---- configurations ------------------------------------------------------------------

sub configs { @{$f->api({mt => 'GetDeviceConfigs', domainId => $north})->{configs}} }
sub config ($id) { $f->api({mt => 'GetDeviceConfig', id => $id})->{config} // {} }

# The dialogs for a new one of a type.
sub add ($type) {
	$c->choose('Add configuration');
	$c->fill(type => $type);
	$c->choose('Continue', 'dialog button');
	return $c->waits_for('dialog [name=desc]');
}

subtest 'configurations' => sub {
	$c->view("#/configs?domain=$north");
	has(qr/No configurations yet/, 'there is none');
	add('NTP');
	$c->fill(desc => 'clocks');
	$c->fill(ntp1 => 'x' x 1025);
	$c->fill(tz => 'UTC');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog [name=ntp1][aria-invalid]'), 'a wrong value is told';
	$c->fill(ntp1 => '192.0.2.1');
	$c->run('[...document.querySelectorAll("dialog .check label")].find(e =>
	    e.textContent === "Desks").click()');
	ok $c->submit, 'one is added';
	has(qr/clocks.*192\.0\.2\.1/s, '... and opened');
	my ($ntp) = configs();
	is_deeply [$ntp->{desc}, map { $_->{name} } @{$ntp->{categories}}],
	    [qw(clocks Desks)], '... for its category';
	is config($ntp->{id})->{ntp2}, '', '... what must be there is, though empty';
	$c->choose('Edit');
	$c->fill(ntp2 => '192.0.2.2');
	ok $c->submit, 'it is changed';
	has(qr/Revision\s+2\b.*192\.0\.2\.2/s, '... and shown as it is then');
	$f->api({mt => 'EditDeviceConfig', config => {id => $ntp->{id}, tz => 'CET-1'}});
	has(qr/Revision\s+3\b.*CET-1/s, 'what others change comes without a reload');
	$c->view("#/configs?domain=$north");
	has(qr/Time\s+clocks\s+Desks\s+3/, 'the list has it');
	$f->api({mt => 'DeleteDeviceConfig', id => $ntp->{id}});
	has(qr/No configurations yet/, '... until somebody deletes it');
	$c->is_quiet('configurations');
};

subtest 'UI8: a checkmark of a configuration that is off disables its fields' => sub {
	my $disabled = sub ($n) { wait_until(sub {
		$c->count('dialog :disabled:not([type=submit])') == $n }) };
	$c->view("#/configs?domain=$north");
	add('ALARM_SERVER');
	ok $disabled->(3), 'off: URL, user and password of logging are not there';
	$c->fill(setLogUrl => 1);
	ok $disabled->(0), 'on: they are';
	$c->fill(logUser => 'otto');
	$c->fill(logPassword => 'Gr3en-s3cret');
	ok $c->submit, 'saved with a secret';
	has(qr/Set logging\s+yes.*User for logging\s+otto.*is set/s, '... that is not shown');
	my ($id) = map { $_->{id} } configs();
	is_deeply [@{config($id)}{qw(setLogUrl logUrl logUser)},
	    config($id)->{secrets}], [Mojo::JSON->true, '', 'otto', ['logPassword']],
	    'behind a checkmark that is on an empty value is sent, too';
	$c->choose('Edit');
	$c->fill(setLogUrl => 0);
	ok $disabled->(3), 'off again';
	ok $c->submit, '... and saved';
	has(qr/Set logging\s+no/, 'it is off');
	is config($id)->{logUser}, 'otto', '... and what was behind it is kept';
	$c->choose('Delete');
	$c->choose('Delete', 'dialog button');
	has(qr/No configurations yet/, 'it is deleted');
	$c->is_quiet('checkmarks');
};

subtest 'each other type is added by its dialog' => sub {
	my (undef, $pem) = $f->command(qw(openssl req -x509 -newkey rsa:2048 -nodes
	    -keyout /dev/null -days 1 -subj /CN=test));
	my %typed = (TLS_PROFILE => {profile => 'strict'}, PHONE => {dialTone => 15,
	    coder => 'OPUS-WB', setRecordingUrl => 1, hideAdminCfg => 1},
	    FXS_PHONE => {dialTone => 0, fax => 1, srtpCipher => 5},
	    MEDIA => {setRtpPorts => 1, rtpFirst => 16384, rtpNum => 512,
	    tosSig => '0x1A'}, TRUST_LIST => {certs => $pem});
	for my $type (sort keys %typed) {
		$c->view("#/configs?domain=$north");
		$c->waits_for('.empty');
		add($type);
		$c->fill($_ => $typed{$type}{$_}) for sort keys %{$typed{$type}};
		ok $c->submit, "$type is added" or diag $c->text;
		my ($id) = map { $_->{id} } configs();
		ok wait_until(sub { $c->url =~ m{/config/$id$} }), '... and opened';
		my $config = config($id);
		is_deeply [map { $_ eq 'certs' ? scalar @{$config->{certs}}
		    : "$config->{$_}" } sort keys %{$typed{$type}}],
		    [map { $_ eq 'certs' ? 1 : $typed{$type}{$_} }
		    sort keys %{$typed{$type}}], '... as it was typed';
		ok wait_until(sub { $c->count('.panel') == 2 }), '... and is shown';
		$f->api({mt => 'DeleteDeviceConfig', id => $id});
	}
	$c->is_quiet('types');
};

subtest 'a script, and what is doubtful in it' => sub {
	$c->view("#/configs?domain=$north");
	add('EXPERT');
	$c->fill(desc => 'names');
	$c->fill(script => "mod cmd UP0 prot x\nconfig change CMD0 /name <b>hall</b>\n");
	ok $c->submit, 'it is added all the same';
	has(qr/1\s+mod cmd UP0 prot x\s+use an update job/, 'what is wrong stands beside its line');
	has(qr/2\s+config change CMD0 \S+ <b>hall<\/b>\s+no config write follows/,
	    '... and beside the next, whose text is text');
	my ($id) = map { $_->{id} } configs();
	$c->choose('Edit');
	$c->fill(script => '#' x 61000);
	$c->click('dialog [type=submit]');
	has(qr/too long to be sent from here/, 'a long one goes by the command line');
	$c->choose('Cancel');
	my $long = join '', map { "config change CMD0 /name hall-$_\n" } 1 .. 2000;
	$f->cli(qw(config add north.example --script), $f->secret_file($long),
	    qw(--desc long));
	my ($other) = grep { $_->{desc} eq 'long' } configs();
	$c->view("#/config/$other->{id}");
	has(qr/2000\s+config change CMD0 \S+ hall-2000/, '... and is shown whole');
	$f->api({mt => 'DeleteDeviceConfig', id => $_}) for $id, $other->{id};
	has(qr/There is no such configuration/, 'one that was deleted is gone');
	$c->is_quiet('scripts');
};

subtest 'wanted and delivered' => sub {
	my $id = $f->api({mt => 'AddDeviceConfig', config => {domainId => $north,
	    type => 'NTP', desc => 'clocks', ntp1 => 'a', ntp2 => '', tz => 'UTC'}})->{id};
	my $d = $f->phone(stays => 1);
	$c->view('#/device/' . $d->id);
	has(qr/wanted and delivered.*clocks\s+1\s+1, [^\n]*\s+delivered/s,
	    'a device shows what it should have, and has');
	$d->wrong->{ntp} = {status => '500 No'};
	$f->edit($id, tz => 'CET-1');
	$c->view('#/me');
	$c->view('#/device/' . $d->id);
	has(qr/clocks\s+2\s+2, [^\n]*\s+failed\s+\S*[^\n]*500/s, '... and why it has not');
	my $script = $f->add(type => 'EXPERT', script => "config write\n");
	ok $f->becomes($d, $script, DELIVERED), 'a script ran';
	$f->sql('UPDATE config_state SET result = ' . STOPPED
	    . " WHERE config_id = $script");
	$c->view('#/me');
	$c->view('#/device/' . $d->id);
	has(qr/stopped: the device restarted/, 'one that was stopped');
	$c->choose('Run scripts once more');
	has(qr/Script\s+1\s+1, [^\n]*\s+delivered/, '... runs again, when one says so');
	$d->disconnect;
	$f->api({mt => 'DeleteDeviceConfig', id => $_}) for $id, $script;
	$c->is_quiet('wanted and delivered');
};

subtest 'a secret that a domain types goes sealed' => sub {
	my $own = Console->new(f => $f);
	ok $own->log_in('north.example', 'North-1'), 'the domain logs in';
	$own->view('#/configs');
	$own->choose('Add configuration');
	$own->fill(type => 'MEDIA');
	$own->choose('Continue', 'dialog button');
	$own->fill(turnPassword => "p\x{e4}ss");
	ok $own->submit, 'it saves a secret';
	ok $own->sees(qr/TURN password\s+is set/), '... and is not shown it';
	my ($id) = map { $_->{id} } configs();
	my $app = App->new(url => $f->ws_url)->connect->login(
	    domain => 'north.example', password => 'North-1');
	my $config = $app->ask({mt => 'GetDeviceConfig', id => $id})->{config};
	my $key = Digest::SHA::sha256_hex('innovaphoneAppSessionKey:'
	    . $app->challenge . ':North-1');
	is Device::rc4("$config->{seed}:$key", pack 'H*', $config->{turnPassword}),
	    "p\xc3\xa4ss", 'the server has what was typed';
	$app->disconnect;
	$own->is_quiet('a domain');
	$own->end;
	$f->api({mt => 'DeleteDeviceConfig', id => $id});
};

# ---- a view is its URL -----------------------------------------------------------------

sub of_filter () { $c->run('return document.querySelector(".filters select")?.value') }
sub stands_for ($domain) { wait_until(sub { (of_filter() // '') eq $domain }) }

subtest 'each list of a domain shows that of its URL, also where one is there already' => sub {
	for my $screen (qw(configs jobs backups codes alarms rental)) {
		my $view = sub ($id) { $c->view($screen eq 'rental' ? "#/rental/$id"
		    : "#/$screen?domain=$id") };
		$view->($south);
		ok stands_for($south), "$screen of one domain";
		$view->($north);
		ok stands_for($north), '... then of another';
		$c->run('document.querySelector(".filters select").focus()');
		$c->run(<<'JS', "$south");
			const e = document.querySelector(".filters select");
			e.value = arguments[0];
			e.dispatchEvent(new Event("change", {bubbles: true}));
JS
		ok wait_until(sub { $c->url =~ m{[=/]$south$} }),
		    '... what is chosen is its URL';
		ok $c->run('return document.activeElement.matches(".filters select")'),
		    '... and one stands there still';
		$view->(4711);
		ok stands_for(''), '... a domain that is not there is no other one';
	}
	my $id = $f->api({mt => 'AddDeviceConfig', config => {domainId => $north,
	    type => 'NTP', desc => 'of north', map { $_ => '' } qw(ntp1 ntp2 tz)}})->{id};
	$c->view("#/configs?domain=$north");
	has(qr/of north/, 'what it shows is that of the domain');
	$c->view("#/configs?domain=$south");
	has(qr/No configurations yet/, '... and of the other');
	$f->api({mt => 'DeleteDeviceConfig', id => $id});
	my $temp = $f->api({mt => 'AddDomain', name => 'temp.example'})->{id};
	$c->view("#/codes?domain=$temp");
	ok stands_for($temp), 'a domain';
	$f->api({mt => 'DeleteDomain', id => $temp});
	ok stands_for(''), '... that goes while it is shown stands for no other one';
	$c->is_quiet('a list of a domain');
};

subtest 'a choice shows what counts, also once somebody has chosen' => sub {
	$c->view('#/devices');
	$c->waits_for('.filters option[value=DECT]');
	$c->run(<<'JS');
		const e = document.querySelector(".filters option[value=DECT]").parentNode;
		e.value = "DECT";
		e.dispatchEvent(new Event("change", {bubbles: true}));
JS
	has(qr/No device is like that/, 'there is none of a type');
	$c->choose('Show all devices');
	ok wait_until(sub { $c->run(
	    'return document.querySelector(".filters option[value=DECT]").parentNode.value') eq '' }),
	    'all are shown, and the choice is none';
	$c->is_quiet('a choice');
};

subtest 'the audit shows what its URL asks for, and goes back' => sub {
	$c->view('#/audit?on=north.example');
	has(qr/domain\.edit/, 'of a domain');
	$c->view('#/audit?what=account.add');
	has(qr/account\.add\s+anna/, 'of accounts');
	ok !$c->sees(qr/domain\.edit/, 0.1), '... and nothing else';
	$c->type('[name=what]', 'category');
	$c->choose('Search');
	has(qr/category\.add/, 'what is searched');
	ok wait_until(sub { $c->url =~ /what=category$/ }), '... is its URL';
	$c->run('history.back()');
	has(qr/account\.add\s+anna/, 'back');
	is $c->run('return document.querySelector("[name=what]").value'), 'account.add',
	    '... with what was asked for';
	$c->is_quiet('the audit');
};

subtest 'a question goes with the screen that it is about' => sub {
	$c->view('#/domains');
	$c->view("#/domain/$south");
	$c->choose('Delete');
	ok $c->waits_for('dialog'), 'a question';
	$c->run('history.back()');
	ok wait_until(sub { $c->count('dialog') == 0 }), 'gone with the screen';
	ok wait_until(sub { $c->url =~ /domains$/ }), '... to the one before';
	$c->is_quiet('a question');
};

# ---- update jobs ---------------------------------------------------------------------

# It puts itself into the domain.
sub enter ($d) {
	my ($code) = $f->cli(qw(code new north.example --category Desks)) =~ /\b(\d{12})\b/;
	$d->more->{provisioningCode} = $code;
	$d->connect;
	ok $d->wait_for('password'), $d->id . ' is in the domain';
	delete $d->more->{provisioningCode};
}

# A phone that takes firmware, or not.
sub phone ($id, %o) {
	my $u = Updated->new(%o, device => $f->device(id => $id, product => 'IP222',
	    version => '13r1 [131705]', more => {fwBuild => '131705'}));
	enter($u->device);
	return $u;
}

subtest 'UI7: an update job is made, started, watched and aborted' => sub {
	my @phones = (phone('009033020001'), phone('009033020002', way => 'fail'));
	$c->view("#/jobs?domain=$north");
	has(qr/No update jobs yet/, 'there is none');
	$c->choose('Add update job');
	$c->fill(name => 'night');
	$c->fill(release => '14r1');
	$c->fill(rule => 'sometimes');
	$c->run('[...document.querySelectorAll("dialog .check label")].find(e =>
	    e.textContent === "Desks").click()');
	$c->click('dialog [type=submit]');
	has(qr/invalid calendar/, 'a wrong calendar is told');
	$c->fill(rule => 'monthly 31 02:30');
	ok $c->submit, 'one is added';
	has(qr/night.*never begun.*monthly 31 02:30 \(UTC\)/s, '... and opened');
	$c->choose('Start');
	has(qr/2 of 2\s+1 failed/, 'it says how far it is, without a reload');
	has(qr/failed\s+\S+\s+1\s+firmware 140001.*the device answers 404\s+.*UP1/,
	    'UI7: what went wrong, with a hint');
	has(qr/done\s+\S+\s+1\s+1/, '... and what did not');
	$c->run('const e = document.querySelector("[name=state]"); e.value = "done";
	    e.dispatchEvent(new Event("change", {bubbles: true}))');
	ok wait_until(sub { $c->count('.table tbody tr') == 1 }), 'those of a state';
	$c->choose('Abort');
	has(qr/Start\s+Edit/, 'it is not repeated');
	$c->choose('Edit');
	$c->fill(enabled => 0);
	ok $c->submit, 'it is edited';
	has(qr/State\s+disabled/, '... and shown so');
	$c->view("#/jobs?domain=$north");
	has(qr/night\s+disabled\s+14r1\s+Desks/, 'the list has it');
	$c->view('#/device/' . $phones[1]->device->id);
	has(qr/Jobs\s+Job\s.*night\s+failed\s+firmware: the device answers 404.*UP1/s,
	    'the device has what a job did with it');
	$c->choose('night');
	ok wait_until(sub { $c->url =~ m{/job/\d+\?domain=$north} }), '... and leads there';
	$_->device->disconnect for @phones;
	$c->is_quiet('update jobs');
};

subtest 'M7: an update job for phones of other vendors is made and edited' => sub {
	$c->view("#/jobs?domain=$north");
	$c->choose('Add job for phones of other vendors');
	$c->fill(name => 'desk phones');
	ok !$c->count('dialog [name="model vvx400"]'), 'who is not told so is no choice';
	$c->fill(release => '10.1');
	$c->fill(firmware => 'https://files.example/{model}/{version}');
	$c->run('[...document.querySelectorAll("dialog .check label")].find(e =>
	    e.textContent === "Desks").click()');
	$c->click('dialog [type=submit]');
	has(qr/Choose the models of the phones first/, 'it is for no model yet, in words');
	$c->run('[...document.querySelectorAll("dialog summary")].find(e =>
	    e.textContent.includes("snom")).click()');
	$c->fill('model snomD785' => 1);
	$c->fill('model yealinkT46S' => 1);
	has(qr/snom\s+1 of \d+\s/, 'how many are chosen stands at the vendor');
	ok $c->submit, 'one is added';
	has(qr{desk phones.*snomD785, yealinkT46S.*10\.1.*files\.example/\{model\}/}s,
	    '... and opened');
	$c->choose('Edit');
	$c->fill(release => '10.2');
	ok $c->submit, 'it is edited';
	has(qr/Version\s+10\.2/, '... and shown so, without a reload');
	my ($job) = grep { $_->{work} eq 'phones' }
	    @{$f->api({mt => 'GetUpdateJobs', domainId => $north})->{jobs}};
	is_deeply [@$job{qw(release models)}], ['10.2', ['snomD785', 'yealinkT46S']],
	    '... as it is';
	$c->view("#/jobs?domain=$north");
	has(qr/desk phones\s+never begun\s+10\.2\s+Desks/, 'the list has it');
	$f->cli(qw(job remove --yes), $job->{id});
	$c->is_quiet('jobs for phones');
};

# ---- backup jobs ---------------------------------------------------------------------

sub backups { @{$f->api({mt => 'GetBackupJobs', domainId => $north})->{jobs}} }
sub saves ($id) { @{$f->api({mt => 'GetBackups', hwId => $id})->{backups}} }

my $saver = Saved->new(device => $f->device(id => '009033030001'),
    text => "config change IP0 /addr <b>10.0.0.1</b>\r\n"
    . "config change X /pw geheim\r\n");

subtest 'a backup job is made, started and watched' => sub {
	enter($saver->device);
	$c->view("#/backups?domain=$north");
	has(qr/No backup jobs yet/, 'there is none, though there is an update job');
	$c->choose('Add backup job');
	$c->fill(name => 'nightly');
	$c->fill(keep => 5);
	$c->fill(target => 'ftp://files.example/');
	$c->run('[...document.querySelectorAll("dialog .check label")].find(e =>
	    e.textContent === "Desks").click()');
	$c->click('dialog [type=submit]');
	ok $c->waits_for('dialog .wrong, dialog [aria-invalid]'), 'a wrong target is told';
	$c->fill(target => '');
	ok $c->submit, 'one is added';
	has(qr/nightly.*never begun.*Keep of each device\s+5/s, '... and opened');
	$c->choose('Start');
	# The two phones of before are away.
	has(qr/State\s+done\b.*1 of 3/s, 'it says how far it is, without a reload');
	has(qr/done\s+009033030001/, '... and with which devices');
	my ($update) = @{$f->api({mt => 'GetUpdateJobs', domainId => $north})->{jobs}};
	$c->view("#/backups?domain=$north");
	has(qr/nightly\s+done\s+5\s+Desks/, 'the list has it');
	$f->api({mt => 'EditUpdateJob', id => $update->{id}, name => 'other night'});
	$f->api({mt => 'EditBackupJob', id => (backups())[0]{id}, keep => 4});
	has(qr/nightly\s+done\s+4/, 'what others change comes without a reload');
	unlike $c->text, qr/other night/, '... but no update job does';
	$c->choose('nightly');
	$c->choose('Edit');
	$c->fill(days => 90);
	ok $c->submit, 'it is edited';
	has(qr/Keep for days\s+90/, '... and shown so');
	is_deeply [map { [@{$_}{qw(name keep days)}] } backups()],
	    [['nightly', 4, 90]], '... and is so';
	$c->is_quiet('backup jobs');
};

subtest 'what was kept of a device is shown and compared' => sub {
	my $id = $saver->device->id;
	$c->choose($id, 'main a');
	has(qr/Backups of $id.*changed\s+nightly/s, 'from the job one comes to its devices');
	like $c->run('return [...document.querySelectorAll("main td a")].find(e =>
	    e.textContent === "nightly").getAttribute("href")'), qr{^#/backup/\d+\?},
	    '... and from what it has kept back to it';
	is $c->count('main .table tbody tr'), 1, 'there is one';
	$saver->text($saver->text . "config change PHONE0 /greeting Welcome\r\n");
	$f->api({mt => 'StartBackupJob', id => (backups())[0]{id}});
	ok wait_until(sub { $c->count('main .table tbody tr') == 2 }, 30),
	    'another one comes without a reload';
	$c->choose('What is new', 'main button');
	has(qr/What was new on .*3\s+\+\s+config change PHONE0 \/greeting Welcome/s,
	    'its new line is shown');
	ok $c->count('.minus') == 0, '... and none that is gone';
	$c->choose('Show', 'main button');
	has(qr/As of .*<b>10\.0\.0\.1<\/b>.*\*\*\*/s,
	    'its text, as text, its secrets masked');
	unlike $c->text, qr/geheim/, '... everywhere';
	my $url = $c->url;
	$c->view('#/me');
	$c->go($url);
	has(qr/As of .*Welcome/s, 'a view is its URL');
	$c->choose('Close');
	ok wait_until(sub { $c->text !~ /As of/ }), 'it is closed';
	ok $c->count('.heading button:disabled') == 1, 'to compare, two must be chosen';
	$c->run('document.querySelectorAll("main [type=checkbox]").forEach(e => e.click())');
	$c->choose('Compare two');
	has(qr/From .* to .*\+\s+config change PHONE0/s, '... of any two');
	my ($new, $old) = saves($id);
	$c->run('location.hash = "#/me"');
	$c->view("#/saves/$id?save=$old->{id}&old=$new->{id}");
	has(qr/\x{2212}\s+config change PHONE0/, '... in either direction');
	$c->choose('Put back', 'main .table button');
	has(qr/Put the backup of .* back into/, 'who puts one back is asked');
	$c->choose('Put back', 'dialog button');
	has(qr/has taken it/, '... and hears how it ended');
	has(qr/Backup of.*done/s, '... and sees it in the list');
	ok wait_until(sub { @{$saver->loaded} }), '... as it is';
	like $saver->loaded->[0][1], qr/Welcome/, '... with the newest text';
	$c->choose('Put back', 'main .table button');
	$c->choose('Put back', 'dialog button');
	has(qr/Somebody works on the device/, 'once more at once: why not');
	is $c->count('main .table:not(.script):not(.panel *) tbody tr'), 3,
	    'W12: what it had is saved before, and listed';
	$f->sql('DELETE FROM device_work');	# the minute is over
	$saver->answer({status => '500 Oops', body => ''});
	my $loaded = @{$saver->loaded};
	$c->choose('Put back', 'main .table button');
	$c->choose('Put back', 'dialog button');
	has(qr/has now cannot be saved/, 'W12: if it cannot be, who wants it is asked again');
	is scalar @{$saver->loaded}, $loaded, 'W12: and the device was told nothing';
	$c->choose('Put back', 'dialog button');
	ok wait_until(sub { @{$saver->loaded} > $loaded }), 'W12: then it loads it all the same';
	$saver->answer(undef);
	$c->choose('Delete', 'main .table button');
	has(qr/Delete the backup of/, 'who deletes one is asked');
	$c->choose('Delete', 'dialog button');
	ok wait_until(sub { $c->count('main .table:not(.script):not(.panel *) tbody tr') == 2 }),
	    'it is gone';
	is_deeply [map { $_->{id} } saves($id)], [$new->{id}, $old->{id}], '... for good';
	$c->view("#/saves/009033020001");
	has(qr/No backups yet/, 'a device without any: what to do first is said');
	$c->is_quiet('backups');
};

subtest 'only administrators name where copies go' => sub {
	my $own = Console->new(f => $f);
	ok $own->log_in('north.example', 'North-1', hash => '#/backups'),
	    'the domain logs in';
	$own->choose('nightly');
	$own->choose('Edit');
	ok $own->waits_for('dialog [name=keep]'), 'it may edit its job';
	is $own->count('dialog [name=target], dialog [name=password]'), 0,
	    '... without a target';
	$own->fill(keep => 7);
	ok $own->submit, '... and saves it';
	is((backups())[0]{keep}, 7, '... really');
	$own->is_quiet('a domain');
	$own->end;
};

# ---- who may only look ---------------------------------------------------------------

my $script = $f->add(type => 'EXPERT', script => 'config write ' . 'x' x 300);
my $media = $f->add(type => 'MEDIA', setRtpPorts => Mojo::JSON->true,
    rtpFirst => 16384, rtpNum => 512, turnServer => 'x' x 300);
my ($job) = map { $_->{id} } @{$f->api({mt => 'GetUpdateJobs', domainId => $north})->{jobs}};
my ($backup) = map { $_->{id} } backups();
my ($save) = map { $_->{id} } saves($saver->device->id);
my @screens = ("backups?domain=$north", "backup/$backup?domain=$north",
    'saves/' . $saver->device->id, 'saves/' . $saver->device->id
    . "?save=$save&text=yes", 'saves/009033020001',
    "configs?domain=$north", "config/$script", "config/$media",
    "jobs?domain=$north", "job/$job?domain=$north",
    'device/009033020001');

subtest 'who may only look is offered no change' => sub {
	$f->cli(qw(account add otto --role system-admin --read-only yes --password-file),
	    $f->secret_file('Secret-2'));
	my $otto = Console->new(f => $f);
	ok $otto->log_in('otto', 'Secret-2'), 'otto is here';
	for my $screen (@screens) {
		$otto->view("#/$screen");
		ok wait_until(sub { !$otto->count('.loading') }), "$screen is loaded";
		is $otto->run('return [...document.querySelectorAll("main button")]
		    .map(e => e.textContent.trim()).filter(e =>
		    /^(Edit|Delete|Start|Abort|Promote|Forget|Add .*)$/.test(e)).join()'),
		    '', '... and has no button that changes';
	}
	$otto->view("#/config/$script");
	ok $otto->sees(qr/Only who may change the domain can read scripts/),
	    'nor is a script shown';
	$otto->end;
};

# ---- every screen, in both languages, wide and narrow ---------------------------------

$c->by_keyboard(@screens);
$c->shows_well(@screens);

subtest 'what is deleted elsewhere is gone' => sub {
	$c->lang('en');
	$c->size(1280, 800);
	$c->go($c->page_url . "#/jobs?domain=$north");
	has(qr/night/, 'a job is there');
	$f->cli(qw(job remove --yes), $job);
	has(qr/No update jobs yet/, '... until somebody deletes it');
	$c->view("#/backup/$backup?domain=$north");
	has(qr/nightly/, 'a backup job is there');
	$f->cli(qw(job remove --yes), $backup);
	has(qr/There is no such job/, '... until somebody deletes it');
	is scalar saves($saver->device->id), 2, 'what it has kept stays';
	$c->view('#/saves/' . $saver->device->id);
	has(qr/changed\s+\x{2013}\s/, '... of no job any more');
};

$saver->device->disconnect;
$c->end;
done_testing;
