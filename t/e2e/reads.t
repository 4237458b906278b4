# Reads while another program writes: none waits for the writer's lock, and
# what they answer works.
use Fleetline;
use Ledger;
use IPC::Open2 qw(open2);

use constant SOON => 0.5;

my $f = Fleetline->new;
my $api = $f->base . '/api';
$f->cli(qw(domain add north.example --password-file),
    $f->secret_file('north'));
my ($north) = map { $_->{id} } grep { $_->{name} eq 'north.example' }
    @{$f->cli_json(qw(domain list))};
my @north = (user => 'north.example', password => 'north');
chomp(my $key = $f->cli(qw(key add admin --name fresh)));
my $id = '0090334100be';
$f->cli(qw(device add), $id, '--domain', 'north.example', qw(--offer 10));
my $gw = $f->device(id => $id)->connect;
$gw->wait_for('password');
$gw->answer(sub ($r) { {body => 'here'} });
ok wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})
    ->{device}{online} }), 'a device is there';

Ledger::row($f, Ledger::project($f, 'north.example'), time => 1774742400000,
    domain => 'north.example', what => 1, amount => 700000, balance => 700000);

# ---- the writer -------------------------------------------------------------

sub hold () {
	my $pid = open2(my $out, my $in, $f->sqlite);
	$in->autoflush(1);
	print $in "BEGIN IMMEDIATE;\nSELECT 'held';\n";
	chomp(my $line = <$out>);
	is $line, 'held', 'another program begins to write';
	return sub {
		close $in;
		waitpid $pid, 0;
	};
}

# The result of sub, which must come soon.
sub soon ($what, $sub) {
	my $began = time;
	my $r = eval { $sub->() };
	my $took = time - $began;
	ok $r && $took < SOON, sprintf '%s answers', $what
	    or diag sprintf '%.3f s, %s', $took, $@;
	return $r // {};
}

my %reads = (GetDevice => {hwId => $id}, GetDeviceCategories => {hwId => $id},
    GetDeviceConnections => {hwId => $id}, GetDevicePhones => {hwId => $id},
    GetRental => {domainId => $north}, GetRentalHistory => {domainId => $north},
    GetRentedLicences => {domainId => $north},
    GetCategories => {domainId => $north}, map { $_ => {} }
    qw(GetUserInfo GetLoginInfo GetDevices GetGateways GetPhones GetDects
    GetAppPlatforms GetDomains GetLicences GetAudit));
my %of_admin = (GetAccess => {domainId => $north}, GetKeys => {accountId => 0},
    GetClaims => {hwId => $id}, GetDeviceOwner => {hwId => $id},
    map { $_ => {} } qw(GetAccounts GetSettings GetTrunks
    GetUnassignedDevicesCount));

my $release = hold();
my %uri;
for my $by (['digest', @north], ['a key', key => $key]) {
	my ($how, @as) = @$by;
	subtest "by $how, of a login that has no session yet" => sub {
		my $user = soon GetUserInfo => sub { $f->api({mt =>
		    'GetUserInfo'}, @as) };
		like $user->{key}, qr/^[0-9a-f-]{36}$/, 'with a key';
		my $all = soon GetDevices => sub { $f->api({mt =>
		    'GetDevices'}, @as) };
		my $d = soon GetDevice => sub { $f->api({mt => 'GetDevice',
		    hwId => $id}, @as) };
		my $uri = $uri{$how} = $d->{device}{uri};
		is $all->{devices}[0]{hwId}, $id, 'the list has the device';
		my $res = soon 'the device behind the uri' => sub {
			$f->get("${uri}x") };
		is $res->body, 'here', 'it is the device';
		is $f->get($f->base . "/passthrough/$id/$user->{key}/x")->body,
		    'here', 'the key of the session opens it, too';
	};
}

subtest 'every read' => sub {
	my %all = (%reads, %of_admin);
	for my $mt (sort keys %all) {
		my $r = soon $mt => sub { $f->api({mt => $mt, %{$all{$mt}}},
		    key => $key) };
		is $r->{mt}, "${mt}Result", "... $mt as itself";
		is $r->{error}, undef, "... $mt without an error";
	}
	soon $_ => sub { $f->get($_)->code == 200 } for '/health', '/metrics';
};

subtest 'the rental history as CSV' => sub {
	my ($rc, $out) = @{soon 'csvapi' => sub { [$f->command(qw(curl -s --digest
	    -u north.example:north), $f->url($f->base
	    . '/csvapi?type=history&all=1'))] }};
	like $out, qr/^Number;.*\r\n1;.*;7,?00;/s, 'nothing is due: it is sent'
	    or diag $out;
};

subtest 'an app' => sub {
	my $app = soon 'a login' => sub { $f->app(domain => 'north.example',
	    password => 'north') };
	my $r = soon 'GetDevice' => sub { $app->ask({mt => 'GetDevice',
	    hwId => $id}) };
	is $f->get("$r->{device}{uri}x")->body, 'here', 'its uri works';
	$app->disconnect;
};

$release->();
subtest 'when the writer is done' => sub {
	for my $how (sort keys %uri) {
		my @as = $how eq 'digest' ? @north : (key => $key);
		is $f->api({mt => 'GetDevice', hwId => $id}, @as)->{device}{uri},
		    $uri{$how}, "$how: the uri is what it was";
		is $f->get("$uri{$how}x")->body, 'here', 'and works';
	}
	my ($listed) = grep { $_->{name} eq 'fresh' } @{$f->api({mt =>
	    'GetKeys', accountId => 0}, key => $key)->{keys}};
	ok $listed->{lastUsed}, 'the use of the key is noted after all';
};

subtest 'a new password' => sub {
	my $old = $uri{digest};
	$f->api({mt => 'EditDomain', id => $north, password => 'other'});
	is $f->get("${old}x")->code, 403, 'ends the uri';
	my $new = $f->api({mt => 'GetDevice', hwId => $id}, user =>
	    'north.example', password => 'other')->{device}{uri};
	isnt $new, $old, 'the next one is another';
	is $f->get("${new}x")->body, 'here', 'and works';
	is $f->get("${old}x")->code, 403, 'the old one does not come back';
};

done_testing;
