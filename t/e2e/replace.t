# M8: broken hardware is replaced, as administrators do it every week: on the real
# hub, with what is rented on it, by message and by command.
use Fleetline;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example --deploy yes --password-file),
    $f->secret_file('north'));
$f->cli(qw(category add north.example hall));
my ($north) = map { $_->{id} } grep { $_->{name} eq 'north.example' }
    @{$f->api({mt => 'GetDomains'})->{domains}};

sub device ($id) { $f->api({mt => 'GetDevice', hwId => $id})->{device} }
sub gone ($id) { wait_until(sub { !device($id)->{online} }) }
sub there ($id) { wait_until(sub { (device($id) // {})->{online} }) }
sub claimed ($id) {
	return wait_until(sub { @{$f->api({mt => 'GetClaims', hwId => $id})
	    ->{claims} // []} });
}
sub ledger_holds { ($f->try_cli(qw(rental verify)))[0] == 0 }

# ---- a gateway, with licences, by message ------------------------------------------

my @gateway = (product => 'IP411', platform => {type => 'GW'});
my ($old, $new) = qw(009033020001 009033020002);
{
	$f->cli('device', 'add', $old, qw(--domain north.example --type GW --offer 10
	    --name), 'main gateway', '--category', 'hall');
	my $d = $f->device(id => $old, @gateway)->connect;
	ok $d->wait_for('password'), 'a gateway';
	ok there($old), 'is there';
	$f->cli(qw(licence set PBX-USER --title user --price 3.1));
	my $key = $f->secret_file($f->cli(qw(rental key new 500)) =~ s/\n//r);
	$f->cli(qw(rental load north.example --key-file), $key);
	$f->cli('rental', 'apply', 'north.example', $old, 'PBX-USER', 50);
	my $id = device($old)->{id};
	my %swap = (mt => 'ReplaceDevice', hwId => $old, by => $new);
	is $f->api({%swap})->{error}, 'the old device is connected',
	    'M8: what is there is not broken';
	$d->disconnect;
	gone($old);
	is $f->api({%swap})->{error}, 'not found', 'M8: nobody has seen the new one';

	my $n = $f->device(id => $new, @gateway)->connect;
	claimed($new);
	my $app = $f->app(domain => 'north.example', password => 'north');
	$app->ask({mt => 'GetDevices', recvUpdates => Mojo::JSON::true});
	my $r = $f->api({%swap, dryRun => Mojo::JSON::true});
	is_deeply [@{$r->{device}}{qw(id hwId name hasLeaseLicenses)}, $r->{categories}],
	    [$id, $new, 'main gateway', Mojo::JSON::true, ['hall']],
	    'M8: a preview tells what it will be';
	is device($old)->{id}, $id, 'M8: and changes nothing';
	$r = $f->api({%swap});
	ok $r->{delivered}, 'M8: the new one gets a password at once';
	ok $n->wait_for('admin_password'), 'M8: and its administrative one';
	is_deeply [map { $_->{mt} . ' ' . ($_->{hwId} // $_->{device}{hwId}) }
	    map { $app->wait_mt($_) } qw(DeviceRemoved DeviceAdded)],
	    ["DeviceRemoved $old", "DeviceAdded $new"],
	    'M8: subscribers see one go and the other come';
	is_deeply [@{device($new)}{qw(id name domainId hasLeaseLicenses)}],
	    [$id, 'main gateway', $north, Mojo::JSON::true],
	    'M8: id, name, domain and rental stay';
	is_deeply $f->api({mt => 'GetDeviceCategories', hwId => $new})->{categories},
	    ['hall'], 'M8: and its category';
	ok ledger_holds(), 'M8: the ledger and its seal hold';
	like $f->cli(qw(rental show north.example)), qr/$new.*PBX-USER/,
	    'M8: the licences run on the new one';
	$n->disconnect;
	my $again = $f->device(id => $new, password => $n->password, @gateway)->connect;
	ok there($new), 'M8: it proves its password from then on';
	my $mended = $f->device(id => $old, password => $d->password, @gateway)->connect;
	ok claimed($old), 'M8: the old one, mended, is a stranger';
	my ($row) = @{$f->api({mt => 'GetAudit', what => 'device.replace'})->{audit}};
	is_deeply [$row->{on}, $row->{detail}{by}], [$old, $new],
	    'M8: the audit has both';
	$_->disconnect for $app, $again, $mended;
}

# ---- a phone that was put in by a code, by command -----------------------------------

{
	my ($broken, $code) = qw(009033020011 009033020012);
	for my $id ($broken, $code) {
		$f->cli('device', 'add', $id, qw(--domain north.example --offer 10),
		    '--name', "phone $id");
	}
	my ($d, $n) = map { $f->device(id => $_)->connect } $broken, $code;
	ok $_->wait_for('password'), 'a phone' for $d, $n;
	there($_) for $broken, $code;
	my $first = $n->password;
	$d->disconnect;
	gone($broken);
	my ($status, $out) = $f->command_beside($f->build . '/sbin/fleetline', '-c',
	    $f->state . '/fleetline.conf', qw(device replace), $broken, $code,
	    '--dry-run');
	like $out, qr/^$code takes the place of $broken: id \d+, domain $north, phone $broken$/m,
	    'M8: the command line previews it';
	($status, $out) = $f->command_beside($f->build . '/sbin/fleetline', '-c',
	    $f->state . '/fleetline.conf', qw(device replace), $broken, $code);
	is $status, 0, 'M8: and does it';
	unlike $out, qr/nothing was sent/, 'M8: its connection got a password';
	ok $n->wait_for(sub { $n->password ne $first }), 'M8: another one';
	is device($code)->{name}, "phone $broken", 'M8: the place is that of the broken one';
	$n->disconnect;
	my $again = $f->device(id => $code, password => $n->password)->connect;
	ok there($code), 'M8: which it proves';
	$again->disconnect;
}

# ---- by which name it is known ---------------------------------------------------------

{
	my $host = '127.0.0.1:' . $f->port;
	my %of = map { $_->{host} => $_ } @{$f->api({mt => 'GetRegistrations'})->{hosts}};
	is_deeply $of{$host}, {host => $host, known => 2, online => 0},
	    'RG2: how many devices know the instance by which host';
	my $d = $f->device(id => '009033020099', password => undef,
	    url => $f->sysclient_url =~ s/127\.0\.0\.1/localhost/r);
	$f->cli(qw(device add 009033020099 --domain north.example --offer 10));
	$d->connect;
	ok $d->wait_for('password'), 'a device that knows it by another name';
	ok there('009033020099'), 'is there';
	like $f->cli(qw(registration list)), qr/^localhost:\d+ +1 +1$/m,
	    'RG2: is listed under that';
	isnt +($f->try_cli(qw(registration list --domain north.example)))[0], 0,
	    'there is one list, of the whole instance';
	$d->disconnect;
}

done_testing;
