# The main action of every screen of the console, by the keyboard alone: Tab
# finds it, where one stands is seen, and afterwards one stands where one was.
use Fleetline;
use Console;
use Mojo::File qw(path);
use Saved;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

use constant {TAB => "\x{E004}", ENTER => "\x{E007}", ESCAPE => "\x{E00C}",
    DOWN => "\x{E015}", HOME => "\x{E011}",
    CONTROL => "\x{E009}", SHIFT => "\x{E008}", ID => '0090334100be', SAVED => '0090334100c1',
    WAITS => '000413922d24', PHONE => '000413922d25'};

my $f = Fleetline->new(stopped => 1);
$f->add_release;
$f->start;
$f->cli(qw(domain add), "$_.example") for qw(north south);
$f->cli(qw(category add north.example Desks --config));
$f->cli(qw(category add north.example Halls --config));
$f->cli(qw(category add south.example Rooms --config));
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
$f->cli(qw(account add acme --role user --id 100));
$f->cli(qw(device add), ID, qw(--domain north.example --name desk --type GW));
$f->cli(qw(licence set PBX-USER --title), 'PBX user', qw(--price 3.1));
my $loaded = $f->cli(qw(rental key new 500)) =~ s/\s+//gr;
my $key = $f->cli(qw(phone-key new north.example)) =~ s/\s//gr;
$f->request(GET => "/p/$key/$_.xml") for WAITS, PHONE;
$f->cli(qw(phone promote), PHONE, 'north.example');
my ($north, $south) = map { my $name = $_; map { $_->{id} } grep { $_->{name} eq $name }
    @{$f->api({mt => 'GetDomains'})->{domains}} } qw(north.example south.example);
my $clock = $f->api({mt => 'AddDeviceConfig', config => {domainId => $north,
    type => 'NTP', desc => 'clock', ntp1 => 'a', ntp2 => '', tz => 'UTC'}})->{id};
my $update = $f->api({mt => 'AddUpdateJob', domainId => $south, name => 'evening',
    release => '14r1', categories => ['Rooms']})->{id};
my $stranger = $f->device(id => '0090334100bf')->connect;

# A device of which there are two backups.
my $saver = Saved->new(device => $f->device(id => SAVED, more => {
    provisioningCode => $f->cli_json(qw(code new north.example --category
    Halls))->[0]{code}}));
$saver->device->connect;
$saver->device->wait_for('password');
my $backup = $f->api({mt => 'AddBackupJob', domainId => $north, name => 'kept',
    categories => ['Halls']})->{id};
for my $n (1, 2) {
	$saver->text("config change IP0 /addr 10.0.0.$n\r\n");
	wait_until(sub { !$f->api({mt => 'StartBackupJob', id => $backup})->{error} });
	ok wait_until(sub { @{$f->api({mt => 'GetBackups', hwId => SAVED})->{backups}}
	    == $n }, 30), "backup $n";
}

# ---- by the keyboard ---------------------------------------------------------------

my $c = Console->new(f => $f);
$c->size(1280, 800);

# What stands there, as a person calls it: its label, words or name.  Each stop
# on the way is looked at, too: is it in sight, with something around it?
$c->first_of_all(<<'JS');
window.called = e => [e.labels?.[0]?.innerText, e.ariaLabel, e.textContent]
	.find(one => one?.trim())?.trim() ?? "";
window.rowOf = e => e.closest("tr, h3")?.textContent.trim() ?? "";
window.unseen = [];
addEventListener("focusin", ({target: e}) => {
	const r = e.getBoundingClientRect(), {outlineStyle} = getComputedStyle(e);
	if (e.matches(":focus-visible") && (outlineStyle === "none" || r.bottom <= 0
		|| r.top >= innerHeight || r.right <= 0 || r.left >= innerWidth)
		&& e.tagName !== "H1")
		unseen.push(e.tagName + " " + called(e));
});
// How many Tabs away such a thing is; 0: there is none.
window.away = (want, row) => {
	const all = [...document.querySelectorAll("a[href], button, input, select,"
		+ " textarea, summary, [tabindex='0'], dialog, h1")].filter(e => e.tagName === "H1"
		|| e.tagName === "DIALOG" || e.tabIndex >= 0 && !e.disabled && e.checkVisibility());
	const from = all.indexOf(document.activeElement);
	const at = all.findIndex((e, i) => i > from && (called(e) === want || e.name === want)
		&& rowOf(e).includes(row) && (!document.querySelector("dialog")
		|| e.closest("dialog")));
	return at < 0 ? 0 : all.slice(from + 1, at + 1)
		.filter(e => !/H1|DIALOG/.test(e.tagName)).length;
};
JS

sub at {
	return $c->run('const e = document.activeElement; return {tag: e.tagName,
	    name: e.name ?? "", words: called(e), row: rowOf(e)}');
}

sub is_at ($want, $row) {
	my $at = at();
	return $at->{tag} ne 'H1' && ($at->{words} eq $want || $at->{name} eq $want)
	    && index($at->{row}, $row) >= 0;
}

# Tab until $want is there.  Tables that scroll are stops as well.
sub tab_to ($want, $row = '') {
	my $n = 0;
	# A dialog that opens stands in its first field already.
	wait_until(sub { is_at($want, $row)
	    || ($n = $c->run('return away(...arguments)', $want, $row)) }, 3);
	$c->press(TAB x $n) if $n;
	for (1 .. 12) {
		return 1 if is_at($want, $row);
		$c->press(TAB);
	}
	fail("Tab comes to $want");
	diag explain(at()), $c->text;
	return 0;
}

# What a field of a dialog becomes.
sub fill_in ($name, $value) {
	tab_to($name) or return 0;
	my ($tag, $type) = @{$c->run('const e = document.activeElement;
	    return [e.tagName, e.type]')};
	return $c->press(' ') && 1 if $type eq 'checkbox';
	if ($tag ne 'SELECT') {
		$c->chord(CONTROL, 'a');
		return $c->press($value) && 1;
	}
	$c->press(HOME);
	for (1 .. 40) {
		return 1 if 0 == index $c->run('const e = document.activeElement;
		    return e.selectedOptions[0].textContent.trim()'), $value;
		$c->press(DOWN);
	}
	fail("$name has no $value");
	return 0;
}

# As one comes to it from elsewhere: at the heading.
sub stand ($screen) {
	$c->press(ESCAPE) while $c->count('dialog');
	$c->view('#/me') if $screen !~ /^me/;
	$c->run('location.hash = arguments[0]', "#/$screen");
	wait_until(sub { $c->run('return location.hash') eq "#/$screen"
	    && !$c->count('.loading') && $c->run('return document.activeElement.tagName')
	    eq 'H1' }) or diag "$screen: ", $c->text;
	return;
}

# One row: screen; what is done, in order; what is seen then; where one stands.
#	'x'		Tab to what is called x, and Enter
#	['x', 'row']	the one in a row that has these words
#	{x => y}	the field x of the dialog becomes y
#	\' '		this key
# Where: the words of what was begun with, '' for the heading, undef: elsewhere.
my @rows = (
	['overview', ['7 days'], qr/Online/, '7 days'],
	['overview', ['1Unassigned'], qr/0090334100bf/, undef],
	['unassigned', [['Connections', '0090334100bf']], qr/127\.0\.0\.1\s+connected/,
	    'Connections'],
	['unassigned', [['Assign', '0090334100bf'], {domainId => 'south.example'}, 'Assign'],
	    qr/No device waits/, ''],
	["device/@{[ID]}", ['Edit', {name => 'front desk'}, \ENTER],
	    qr/front desk.*About it/s, 'Edit'],
	["device/@{[ID]}", ['Pause', {hours => '8 hours'}, 'Pause', \'u'],
	    qr/\A(?!.*it gets no configurations)/s, 'Pause'],
	["codes?domain=$north", ['New code', {name => 'otto'}, \ENTER, 'Close'],
	    qr/otto/, 'New code'],
	['phones', [['Promote', WAITS], {domainId => 'south.example'}, 'Promote'],
	    qr/No phone waits/, ''],
	["phone/@{[PHONE]}", ['Set something', {name => 'language'}, 'Continue',
	    {value => 'fr'}, 'Save'], qr/fr\s+this phone/, 'Set something'],
	['layers/domain%3Anorth.example', ['Set something', {name => 'language'}, 'Continue',
	    {value => 'de'}, 'Save'], qr/language of menus\s+de/, 'Set something'],
	['staging', ['Set something', {name => 'language'}, 'Continue', {value => 'it'}, 'Continue',
	    'See what would change'], qr/would change/, 'See what would change'],
	["configs?domain=$north", ['Add configuration', {type => 'Time'}, 'Continue',
	    {desc => 'more clocks'}, {ntp1 => 'b'}, {tz => 'UTC'}, {Desks => 1}, 'Save'],
	    qr/more clocks/, ''],
	["config/$clock", ['Edit', {tz => 'CET-1'}, \ENTER], qr/Revision\s+2/, 'Edit'],
	["jobs?domain=$north", ['Add update job', {name => 'night'}, {release => '14r1'},
	    {Desks => 1}, 'Save'], qr/night.*never begun/s, ''],
	["job/$update?domain=$south", ['Start'], qr/Abort/, 'Abort'],
	["backups?domain=$north", ['Add backup job', {name => 'weekly'}, {Halls => 1}, 'Save'],
	    qr/weekly.*never begun/s, ''],
	["backup/$backup?domain=$north", ['Edit', {keep => 5}, \ENTER],
	    qr/Keep of each device\s+5/, 'Edit'],
	["saves/@{[SAVED]}", ['What is new'], qr/What was new on .*10\.0\.0\.2/s, 'What is new'],
	['domains', ['Add domain', {name => 'keys.example'}, \ENTER],
	    qr/keys\.example.*Settings/s, ''],
	["domain/$south", ['Grant access', {targetId => 'north.example'}, 'Grant'],
	    qr/north\.example\s+act and change/, 'Grant access'],
	["rental/$north", ['Load a key', {key => $loaded}, \ENTER], qr/500\s+Balance/,
	    'Load a key'],
	["rental/$north", ['Rent or change', {hwId => ID}, {count => 50}, \ENTER, 'Do it so'],
	    qr/155\s+Cost per month/, 'Rent or change'],
	["alarms?domain=$north", ['Edit', {offlineMinutes => 30}, \ENTER], qr/30/, 'Edit'],
	['audit', [{on => 'desk'}, \ENTER], qr/./, 'On'],
	['accounts', ['Add account', {name => 'bert'}, \ENTER], qr/bert/, 'Add account'],
	['account/100', ['New key', {name => 'watch'}, \ENTER, 'Close'], qr/watch/, 'New key'],
	['settings', [['Edit', 'login.hours'], {value => 24}, \ENTER], qr/login\.hours/, 'Edit'],
	['billing', ['Add trunk', {ipaddr => '192.0.2.0/24'}, \ENTER], qr{192\.0\.2\.0/24},
	    'Add trunk'],
	['health', ['Try again'], qr/Everything works/, 'Try again'],
	['me', ['Set up a second factor', {password => 'Secret-1'}, \ENTER, \ESCAPE],
	    qr/Logins/, 'Set up a second factor'],
);

# What is asked next is there before one goes on.
sub settled {
	return wait_until(sub { !$c->count('dialog [type=submit]:disabled, .loading') });
}

sub perform ($step) {
	return fill_in(%$step) if ref $step eq 'HASH';
	my $dialog = $c->run('return document.querySelector("dialog")?.textContent ?? ""');
	if (ref $step eq 'SCALAR') {
		$c->press($$step);
	} else {
		tab_to(ref $step ? @$step : $step) or return 0;
		$c->press(ENTER);
	}
	# A dialog that is answered gives way, or says why not.
	wait_until(sub { $c->run('return document.querySelector("dialog")?.textContent ?? ""')
	    ne $dialog }, 3) if $dialog;
	return settled();
}

subtest 'somebody logs in' => sub {
	$c->go($c->page_url);
	$c->waits_for('.login form');
	ok wait_until(sub { at()->{name} eq 'user' }), 'one stands in the first field';
	$c->press('anna');
	tab_to('password');
	$c->press('Secret-1', ENTER);
	ok $c->waits_for('nav'), 'Enter logs in';
};

subtest 'the list of devices' => sub {
	stand('devices');
	$c->press('/');
	is at()->{tag}, 'INPUT', '/ goes to the search';
	$c->press('desk');
	ok $c->sees(qr/row 1 of 1\b/), 'what is typed is searched';
	tab_to('Devices') or return;
	$c->press(' ');
	ok $c->sees(qr/1 selected/), 'blank selects';
	for (1 .. 12) {
		last if is_at('Move', '');
		$c->chord(SHIFT, TAB);
	}
	ok is_at('Move', ''), 'what one can do with it is before the list';
	$c->press(ENTER);
	fill_in(domainId => 'south.example');
	perform('Move');
	ok $c->sees(qr/1 device is in south\.example now/), 'Enter moves' or diag $c->text;
	ok wait_until(sub { at()->{tag} eq 'H1' }), 'the bar has gone: one stands at the heading';
	$c->press('u');
	ok $c->sees(qr/Undone/), 'u takes it back';
	tab_to('Devices');
	$c->press(ENTER);
	ok wait_until(sub { $c->url =~ m{#/device/} }), 'Enter opens';
};

for (@rows) {
	my ($screen, $steps, $seen, $where) = @$_;
	my ($first) = map { ref eq 'ARRAY' ? @$_ : ref ? %$_ : $_ } $steps->[0];
	subtest "$screen: $first" => sub {
		stand($screen);
		for (@$steps) { perform($_) or return }
		ok $c->sees($seen), 'it is done' or diag $c->text;
		is $c->count('dialog'), 0, 'no dialog is left';
		return if !defined $where;
		ok wait_until(sub {
			my $at = at();
			$where eq '' ? $at->{tag} eq 'H1' : $at->{words} eq $where;
		}, 5), 'one stands where one was' or diag explain at();
	};
}

subtest 'every screen is one of those' => sub {
	my $text = path('console/main.js')->slurp;
	my ($modules) = $text =~ /const MODULES = \[(.*?)\]/s;
	my %done = map { s/[\/?].*//r => 1 } 'devices', map { $_->[0] } @rows;
	is join(' ', grep { !$done{$_} } $modules =~ /'(\w+)'/g), '', 'each has its action';
};

is join(', ', @{$c->run('return unseen')}), '', 'wherever one stood was seen';
$c->is_quiet('the keyboard');
$c->end;
$_->disconnect for $stranger, $saver->device;
done_testing;
