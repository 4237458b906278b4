# A newcomer's walk through the console, from ./start --demo in the browser alone:
# he assigns an unassigned device, names it, gives it a configuration and sees it
# delivered, updates phones, looks at what changed between two backups, and
# downloads the history of a rental.
use Fleetline;
use Console;

my $missing = Chromium::missing();
plan(skip_all => $missing) if $missing;

use constant {ID => '009033400018', PHONES => 13, WORK => 60};

my $f = Fleetline->new(demo => 1);
my $c = Console->new(f => $f);
$c->size(1280, 900);

sub has ($pattern, $name, $seconds = 10) {
	my $seen = $c->sees($pattern, $seconds);
	ok $seen, $name or diag $c->text;
	return $seen;
}

# Where the link of this name leads, as one would click it.
sub follow ($name, $selector = 'nav a') {
	return ok $c->choose($name, $selector), "he goes to \"$name\"";
}

# The check of the dialog that is called so.
sub tick ($name) {
	$c->run('[...document.querySelectorAll("dialog .check label")].find(e =>
	    e.textContent === arguments[0]).click()', $name);
}

# The option of a choice that is called so.
sub pick ($selector, $name) {
	$c->waits_for($selector);
	$c->run(<<'JS', $selector, $name);
		const e = document.querySelector(arguments[0]);
		e.value = [...e.options].find(o =>
			o.textContent.trim() === arguments[1]).value;
		for (const type of ["input", "change"])
			e.dispatchEvent(new Event(type, {bubbles: true}));
JS
}

# The domain that a screen is about.
sub of_domain ($name) { pick('.filters select', $name) }

subtest 'he logs in' => sub {
	my ($url) = $f->{started} =~ /^fleetline is ready: (\S+)$/m;
	$c->go("$url/?lang=en");
	$c->waits_for('.login form');
	$c->type('[name=user]', $f->domain)->type('[name=password]', $f->password);
	$c->click('.login button');
	ok $c->waits_for('nav'), 'with the domain and the password of the instance';
	has(qr/Unassigned\s+3\b/, 'the menu says that three devices wait');
};

subtest 'an unassigned device is assigned' => sub {
	ok $c->choose('Unassigned3', 'nav a'), 'he goes there';
	has(qr/\Q@{[ID]}/, 'it is among them');
	$c->run('[...document.querySelectorAll("main tbody tr")].find(e =>
	    e.textContent.includes(arguments[0])).querySelector("input").click()', ID);
	has(qr/1 selected/, 'he selects it');
	$c->choose('Assign', '.bulk button');
	pick('dialog [name=domainId]', 'north.example');
	ok $c->submit, '... and says where it belongs';
	ok wait_until(sub { $c->text !~ /\Q@{[ID]}/ }), 'it waits no longer';
};

subtest 'it gets a name' => sub {
	follow('Devices');
	$c->type('input[type=search]', ID);
	ok wait_until(sub { $c->count('.rows .row') == 1 }), 'it is found by its id';
	$c->click('.rows .row a');
	has(qr/About it.*State\s+online/s, 'it is there, and online', 20);
	$c->choose('Edit', '.heading button');
	$c->fill(name => 'front desk');
	tick('Phones');
	ok $c->submit, 'it is called front desk, and is one of the phones';
	has(qr/front desk.*Categories\s+Phones/s, '... as it says');
	has(qr/clock\s+1\s+1, [^\n]*\s+delivered/, 'what its domain has is on it', WORK);
};

sub backup () {
	$c->choose('Start', '.heading button');
	return has(qr/State\s+done\b.*@{[PHONES]} of @{[PHONES]}/s,
	    'all phones are saved', WORK);
}

my $job;
subtest 'its configuration is kept' => sub {
	follow('Backup jobs');
	of_domain('north.example');
	has(qr/No backup jobs yet/, 'there is no job for that');
	$c->choose('Add backup job');
	$c->fill(name => 'nightly');
	$c->fill(rule => 'daily 02:30');
	tick('Phones');
	ok $c->submit, 'he adds one';
	has(qr/nightly.*never begun/s, '... which has never begun');
	$job = $c->url;
	backup();
};

subtest 'it gets a configuration' => sub {
	follow('Configurations');
	of_domain('north.example');
	has(qr/ports of media/, 'the domain has some');
	$c->choose('Add configuration');
	$c->fill(type => 'EXPERT');
	$c->choose('Continue', 'dialog button');
	$c->fill(desc => 'greeting');
	$c->fill(script => "config change PHONE0 /greeting Welcome\n"
	    . "config write\nconfig activate\n");
	tick('Phones');
	ok $c->submit, 'he adds one for the phones';
	has(qr/config change PHONE0 \/greeting Welcome/, '... which is shown');
	follow('Devices');
	$c->type('input[type=search]', 'front desk');
	ok wait_until(sub { $c->count('.rows .row') == 1 }), 'the device';
	$c->click('.rows .row a');
	has(qr/greeting\s+1\s+1, [^\n]*\s+delivered/, 'it is delivered', WORK);
	$c->is_quiet('configuration');
};

subtest 'the phones get other firmware' => sub {
	has(qr/Version\s+13r3 sr5/, 'the device runs an old one');
	follow('Update jobs');
	of_domain('north.example');
	has(qr/No update jobs yet/, 'there is no job');
	$c->choose('Add update job');
	$c->fill(name => 'to 14r1');
	$c->fill(release => '14r1');
	tick('Phones');
	ok $c->submit, 'he adds one';
	$c->choose('Start', '.heading button');
	has(qr/running/, 'it begins');
	has(qr/State\s+done\b.*@{[PHONES]} of @{[PHONES]}/s, '... and ends', WORK);
	unlike $c->text, qr/\d failed/, '... without a failure';
	$c->choose('front desk', 'main a');
	has(qr/Version\s+14r1 \[14\.2001\/142001\/0\]/, 'the device runs the new one');
	$c->is_quiet('update');
};

subtest 'he looks at what has changed' => sub {
	$c->run('location.href = arguments[0]', $job);
	backup();
	$c->choose('front desk', 'main a');
	has(qr/Backups of front desk/, 'the device has backups');
	ok wait_until(sub { $c->count('main tbody tr') == 2 }), '... two';
	$c->choose('What is new', 'main button');
	has(qr/\+\s+# 14r1 .*\+\s+config change PHONE0 \/greeting Welcome/s,
	    'the newer one has the other version and the greeting');
	$c->is_quiet('backups');
};

subtest 'he downloads a history' => sub {
	follow('Rental');
	of_domain('south.example');
	has(qr/PBX user\s+50\b/, 'the other domain rents something');
	$c->choose('Download as CSV');
	my $csv = $c->downloaded('rental-history-south.example.csv') // '';
	like $csv, qr/^\xef\xbb\xbfNumber;Date;/, 'its history is a file';
	like $csv, qr/"009033400001";[^\n]*PBX-USER;50;/, '... of what was rented';
	$c->is_quiet('rental');
};

$c->end;
done_testing;
