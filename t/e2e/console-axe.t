# axe-core finds nothing wrong with any screen of the console, light and dark:
# names, roles, contrast, what the keyboard reaches (WCAG 2.2 AA).  It is a tool
# for this test only; without npm or a network there is none.
use Fleetline;
use Console;
use Mojo::File qw(path tempdir);
use Saved;

use constant AXE => 'axe-core@4.10.2';

my $missing = Chromium::missing() // (
    (grep { -x "$_/npm" } split /:/, $ENV{PATH}) ? undef : 'no npm');
plan(skip_all => $missing) if $missing;
my $folder = tempdir;
system "cd '$folder' && timeout 60 npm pack --silent " . AXE
    . ' >/dev/null 2>&1 && tar xzf axe-core-*.tgz package/axe.min.js';
my $axe = eval { path($folder, 'package/axe.min.js')->slurp };
plan(skip_all => 'npm has no ' . AXE) unless $axe;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example));
$f->cli(qw(category add north.example Phones --config));
$f->cli(qw(device add 0090334100be --domain north.example));
$f->cli(qw(account add anna --role system-admin --password-file),
    $f->secret_file('Secret-1'));
$f->cli(qw(account add acme --role user --id 100));
my $device = $f->device(id => '0090334100bf')->connect;
my $key = $f->cli(qw(phone-key new north.example)) =~ s/\s//gr;
$f->request(GET => "/p/$key/$_.xml") for qw(000413922d24 000413922d25);
$f->cli(qw(phone promote 000413922d25 north.example));
$f->cli(qw(phone set vendor:snom language de));
my ($north) = map { $_->{id} } grep { !$_->{isInstanceDomain} }
    @{$f->api({mt => 'GetDomains'})->{domains}};

my $script = $f->api({mt => 'AddDeviceConfig', config => {domainId => $north,
    type => 'EXPERT', script => "config write\n"}})->{id};
my $job = $f->api({mt => 'AddUpdateJob', domainId => $north, name => 'night',
    release => '14r1', categories => ['Phones']})->{id};

# A phone of which there are two backups, one with a line more, one with a line less.
my $saver = Saved->new(device => $f->device(id => '0090334100c1', more => {
    provisioningCode => $f->cli_json(qw(code new north.example --category
    Phones))->[0]{code}}));
$saver->device->connect;
$saver->device->wait_for('password');
my $backup = $f->api({mt => 'AddBackupJob', domainId => $north, name => 'kept',
    categories => ['Phones']})->{id};
my ($save, $before);
for my $n (1, 2) {
	$saver->text("config change IP0 /addr 10.0.0.$n\r\n");
	wait_until(sub { !$f->api({mt => 'StartBackupJob', id => $backup})->{error} });
	ok wait_until(sub { ($save, $before) = map { $_->{id} } @{$f->api({
	    mt => 'GetBackups', hwId => '0090334100c1'})->{backups}};
	    $n == 1 ? $save : $before }, 30), "backup $n";
}

my $c = Console->new(f => $f);
$c->size(1280, 800);

sub findings {
	$c->run("$axe; window.axe = axe;");
	return join "\n", @{$c->run(<<'JS')};
		return axe.run(document, {resultTypes: ["violations"]}).then(r =>
			r.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n =>
				n.target.join(" ")).join(", ")));
JS
}

$c->go($c->page_url);
$c->waits_for('.login form');
is findings(), '', 'the form to log in';
$c->log_in('anna', 'Secret-1');
my @screens = ('overview', 'devices', 'device/0090334100be', 'unassigned',
    "codes?domain=$north", 'domains', "domain/$north", "rental/$north", 'alarms',
    'phones', 'phone/000413922d24', 'phone/000413922d25', 'layers/vendor%3Asnom',
    'layers', 'staging', "configs?domain=$north", "config/$script",
    "jobs?domain=$north", "job/$job?domain=$north", "backups?domain=$north", "backup/$backup?domain=$north",
    'saves/0090334100be', "saves/0090334100c1?save=$save",
    "saves/0090334100c1?save=$save&text=yes", 'audit', 'accounts', 'account/100',
    'settings', 'billing', 'health', 'me');
for my $scheme (qw(light dark)) {
	$c->run('document.documentElement.dataset.scheme = arguments[0]', $scheme);
	for my $screen (@screens) {
		$c->view('#/me');
		$c->view("#/$screen");
		wait_until(sub { !$c->count('.loading') });
		is findings(), '', "$screen, $scheme";
	}
	$c->view('#/domains');
	$c->choose('Add domain');
	$c->waits_for('dialog');
	is findings(), '', "a dialog, $scheme";
	$c->choose('Cancel');
}

$c->end;
$_->disconnect for $device, $saver->device;
done_testing;
