# How a device gets into a domain and stays in it: claim, offer, challenge,
# administrative password, and what others who name its id can do (nothing).
use Fleetline;

my $f = Fleetline->new;
my %password = ('north.example' => 'north secret 1', 'south.example' => 's0uth!');
$f->cli(qw(domain add north.example --deploy yes --password-file),
    $f->secret_file($password{'north.example'}));
$f->cli(qw(domain add south.example --deploy no --password-file),
    $f->secret_file($password{'south.example'}));
my %domain_id = map { $_->{name} => $_->{id} } @{$f->cli_json(qw(domain list))};

sub devices (%m) { $f->api({mt => 'GetDevices', %m})->{devices} }

# The device as administrators see it, or nothing.
sub seen ($id) { (grep { $_->{hwId} eq $id } @{devices()})[0] }

sub seen_as ($id, %want) {
	return wait_until(sub {
		my $d = seen($id) or return;
		return (!grep { ($d->{$_} // '') ne $want{$_} } keys %want) && $d;
	});
}

sub unassigned_count { $f->api({mt => 'GetUnassignedDevicesCount'})->{count} }

# Wait for a claim of the id, and its number.
sub claim_of ($id, $n = 1) {
	my $list = wait_until(sub {
		my @l = grep { $_->{online} }
		    @{$f->cli_json(qw(device claims), $id)};
		@l >= $n && \@l;
	}) or return;
	return @$list;
}

# Numbers of the admin messages a device got.
sub numbers ($d) { join ',', map { $_->[0] } @{$d->admins} }

sub get_password ($id) { my $p = $f->cli(qw(device password), $id); chomp $p; $p }

# A device of a domain, proven: assigned by hand, and connected again.
sub proven ($id, $domain, %o) {
	my @how = @{delete $o{assign} // []};
	my $d = $f->device(id => $id, %o)->connect;
	claim_of($id);
	$f->cli(qw(device assign), $id, $domain, @how);
	$d->wait_for('password');
	$d->disconnect->connect->wait_for('challenge');
	seen_as($id, online => 1);
	return $d;
}

# A path of the device through the passthrough.
sub through ($id, $path) {
	my $uri = $f->api({mt => 'GetDevice', hwId => $id})->{device}{uri};
	return $f->get($uri . $path)->body;
}

subtest 'an unknown device is unassigned' => sub {
	my $id = '0090330a0b0c';
	my $d = $f->device(id => $id)->connect;
	my $seen = seen_as($id, online => 1) or return fail 'it is listed';
	is $seen->{id}, 0, 'its id is 0';
	is $seen->{domainId}, 0, 'its domain is 0';
	is $seen->{product}, 'IP112', 'its product is shown';
	is $seen->{version}, '13r1 sr99 [132940/132940/300]', 'and its version';
	is $seen->{type}, 'PHONE', 'and its type';
	is unassigned_count(), 1, 'it is counted';
	is_deeply [map { $_->{hwId} } @{devices(unassigned => \1)}], [$id],
	    'it is in the list of unassigned ones';
	my @as = (user => 'north.example', password => $password{'north.example'});
	is_deeply $f->api({mt => 'GetDevices', unassigned => \1}, @as)->{devices},
	    [], 'a domain does not see it';
	is $f->api({mt => 'GetUnassignedDevicesCount'}, @as)->{count}, 0,
	    'a domain does not count it';
	is $f->api({mt => 'GetDevice', hwId => $id}, @as)->{error}, 'not found',
	    'a domain does not find it';
	is numbers($d), '', 'it was sent nothing';

	$f->cli(qw(device assign), $id, 'north.example');
	$d->wait_for('admin_password');
	like $d->password, qr/^[a-zA-Z0-9!_]{32}$/, 'it gets a password';
	is numbers($d), '1,3', 'the administrative password follows at once';
	is $d->admin_password, get_password($id), 'and decrypts';
	isnt $d->admin_password, $password{'north.example'},
	    'a phone gets a random one';
	like $d->seed, qr/^[a-zA-Z0-9!_]{16}$/, 'the seed has its form';
	ok seen_as($id, online => 1, domainId => $domain_id{'north.example'}),
	    'it is online in its domain at once';
	is unassigned_count(), 0, 'no device is unassigned any more';

	my ($old, $seed) = ($d->admin_password, $d->seed);
	$d->admin_password(undef)->admins([])->disconnect;
	ok seen_as($id, online => 0), 'it is offline when its connection is closed';
	$d->connect->wait_for('admin_password');
	is numbers($d), '2,3', 'when it comes back: challenge, then 0x0003';
	like $d->challenge, qr/^[0-9]{1,10}$/, 'the challenge has its form';
	is $d->admin_password, $old, 'the administrative password is the same';
	isnt $d->seed, $seed, 'with another seed';
	my $now = seen_as($id, online => 1);
	ok $now->{id} > 0, 'it is online and has an id';
	is $now->{domainId}, $domain_id{'north.example'}, 'in its domain';
	is scalar @{$f->api({mt => 'GetDevices'}, @as)->{devices}}, 1,
	    'the domain sees it';
	$d->disconnect;
};

subtest 'administrative passwords by type and domain' => sub {
	my $gw = proven('009033000001', 'north.example', product => 'IP811',
	    platform => {type => 'GW'}, assign => [qw(--type GW)]);
	$gw->wait_for('admin_password');
	is $gw->admin_password, $password{'north.example'},
	    'a gateway gets the password of the domain';
	my $phone = proven('009033000002', 'north.example');
	my $none = proven('009033000003', 'south.example');
	pause 0.3;
	is numbers($none), '1,2', 'a domain without the mark deploys none';

	$gw->admin_password(undef);
	my $new = $password{'north.example'} = "n\x{f6}rth secret 2";
	utf8::encode(my $bytes = $new);
	$f->cli(qw(domain set north.example --password-file),
	    $f->secret_file($bytes));
	$gw->wait_for('admin_password');
	is $gw->admin_password, $new, 'a new domain password is deployed at once';

	my $old = $phone->admin_password;
	$f->cli(qw(domain set north.example --deploy no));
	$phone->disconnect;
	$phone->admin_password(undef)->connect;
	seen_as('009033000002', online => 1);
	pause 0.3;
	is $phone->admin_password, undef,
	    'without the mark nothing is deployed at a reconnect';
	$f->cli(qw(domain set north.example --deploy yes));
	$phone->wait_for('admin_password');
	ok defined $phone->admin_password, 'setting the mark deploys again';
	isnt $phone->admin_password, $old, 'another random password';
	is $phone->admin_password, get_password('009033000002'),
	    'the one that is shown';
	$_->disconnect for $gw, $phone, $none;
	$password{'north.example'} = 'north secret 3';
	$f->cli(qw(domain set north.example --password-file),
	    $f->secret_file($password{'north.example'}));
};

subtest 'who cannot prove it is a claim and disturbs nothing' => sub {
	my $id = '009033000010';
	my $d = proven($id, 'north.example');
	$d->answer(sub ($r) { {body => 'the device'} });
	is through($id, 'who'), 'the device', 'the device answers';

	my $wrong = $f->device(id => $id, password => 'x' x 32);
	$wrong->answer(sub ($r) { {body => 'the thief'} });
	$wrong->connect->wait_for('challenge');
	ok claim_of($id), 'a wrong digest is a claim';
	is numbers($wrong), '2', 'which is sent a challenge and nothing else';
	ok !$wrong->closed, 'and stays connected';
	ok !$d->closed, 'the device stays connected';
	is through($id, 'who'), 'the device', 'and alone gets requests';
	is $f->api({mt => 'HttpGet', uri => $f->api({mt => 'GetDevice',
	    hwId => $id})->{device}{uri} . 'x'})->{data}, 'the device',
	    'also those of HttpGet';
	is scalar @{$wrong->tunnels}, 0, 'the claim never gets any';

	my $mute = $f->device(id => $id, obey => 0)->connect;
	$mute->wait_for('challenge');
	my $first = $mute->challenge;
	$mute->challenge(undef)->identify->wait_for('challenge');
	is $mute->challenge, $first, 'the same challenge is sent once more';
	$mute->identify for 1 .. 3;
	claim_of($id, 2);
	pause 0.3;
	is numbers($mute), '2,2', 'and not a third time';
	ok !$mute->closed, 'without a digest it stays connected, as a claim';
	is scalar(claim_of($id, 2)), 2, 'both claims are listed';

	$_->disconnect for $mute, $wrong;
	ok seen_as($id, online => 1), 'claims that go leave the device online';

	$d->disconnect;
	ok seen_as($id, online => 0), 'the device is offline';
	$wrong->challenge(undef)->connect->wait_for('challenge');
	claim_of($id);
	pause 0.3;
	is seen($id)->{online}, 0, 'a claim does not set it online';
	my $uri = $f->api({mt => 'GetDevice', hwId => $id})->{device}{uri};
	like $f->get($uri . 'who')->code, qr/^50[23]$/, 'nor is it reached';
	$wrong->disconnect;
};

subtest 'repeated wrong digests' => sub {
	my $id = '009033000011';
	my $d = proven($id, 'north.example');
	my $wrong = $f->device(id => $id, obey => 0)->connect;
	$wrong->wait_for('challenge');
	my $sent = 0;
	while (!$wrong->closed && $sent < 6) {
		$wrong->identify(digest => 'f' x 64);
		$sent++;
		$wrong->wait_for('closed', 0.5);
	}
	ok $sent >= 4, 'some wrong digests are tolerated';
	ok $wrong->wait_for('closed'), 'the sixth is closed at the latest';
	is $wrong->closed->[0], 1008, 'with 1008';
	ok !$d->closed, 'the device is not disturbed';
	$wrong = $f->device(id => $id, password => $d->password, obey => 0);
	$wrong->connect->wait_for('challenge');
	$wrong->identify(digest => 'nonsense');
	$wrong->identify(digest => Device::digest_of($id, $wrong->product,
	    $wrong->version, $wrong->challenge, $wrong->password));
	ok $d->wait_for('closed'), 'a right one after a wrong one proves it';
	$wrong->disconnect;
};

subtest 'a newer proven connection replaces the older' => sub {
	my $id = '009033000012';
	my $old = proven($id, 'north.example');
	my $new = $f->device(id => $id, password => $old->password);
	$new->answer(sub ($r) { {body => 'the newer'} });
	$new->connect;
	ok $old->wait_for('closed'), 'the older is closed';
	is $old->closed->[0], 1000, 'with 1000';
	ok seen_as($id, online => 1), 'the device stays online';
	is through($id, 'who'), 'the newer', 'requests go to the newer';
	pause 0.5;
	ok seen($id)->{online}, 'the end of the older does not set it offline';
	$new->disconnect;
};

subtest 'offers' => sub {
	my $id = '009033000020';
	my $d = $f->device(id => $id);
	$f->cli(qw(device add), $id, qw(--domain north.example --offer 10));
	ok $f->kill_program('hub'), 'the hub is killed before the device comes';
	ok $f->kill_program('rules'), 'and the rules';
	$f->ready;
	$d->connect->wait_for('password');
	like $d->password, qr/^.{32}$/, 'it gets the password at its first contact';
	ok $f->kill_program('hub'), 'the hub is killed before it is proven';
	$f->kill_program('rules');
	$d->wait_for('closed');
	$f->ready;
	wait_until(sub { eval { $d->connect } });
	ok wait_until(sub { numbers($d) =~ /2,3$/ }),
	    'the offered password is good all the same, by a challenge';
	ok seen_as($id, online => 1), 'it is online';

	# Without a password: what it says to the challenge is wrong.
	my $lost = $f->device(id => $id, digest_with => '?' x 32)->connect;
	my ($claim) = claim_of($id);
	$lost->digest_with(undef);
	$f->cli(qw(device confirm), $id);
	my ($rc, $out, $err) =
	    $f->try_cli(qw(device assign), $id, 'north.example');
	isnt $rc, 0, 'while the device is there a copy is not taken for it';
	like $err, qr/look at the connections/, 'it says what to look at';
	like $out, qr/device assign $id north\.example --claim $claim->{conn}\n/,
	    'and the command that chooses the connection';
	pause 0.3;
	ok !$lost->password, 'the copy is given nothing';
	is $f->cli_json(qw(device show), $id)->{claimed}, 1,
	    'the device is marked';
	$f->cli(qw(device assign), $id, 'north.example', '--claim',
	    $claim->{conn});
	ok $lost->wait_for('password'), 'a device that lost its password is '
	    . 'assigned anew and gets another';
	isnt $lost->password, $d->password, 'indeed another';
	ok $d->wait_for('closed'), 'who was chosen is the device';
	$d->admins([])->connect;
	ok wait_until(sub { numbers($d) =~ /^2,3/ }),
	    'the proven password is still accepted, by its digest';
	ok seen_as($id, online => 1), 'it is online';
	$lost->disconnect->connect;
	ok $d->wait_for('closed'), 'so is the offered one, which is proven by it';
	$d->admins([])->connect;
	pause 0.3;
	ok claim_of($id), 'now the old one is worth nothing';
	is numbers($d), '2', 'it gets a challenge, and that is all';
	ok !$lost->closed, 'the new one stays';
	$_->disconnect for $d, $lost;
};

subtest 'an open offer that nobody fetched ends' => sub {
	my $id = '009033000021';
	$f->cli(qw(device add), $id, qw(--domain north.example --offer 10));
	my ($rc, undef, $err) = $f->sql('UPDATE device_secret SET offer_until ='
	    . ' offer_until - 600000 WHERE device_id = (SELECT id FROM device'
	    . " WHERE hw_id = '$id')");
	is $rc, 0, 'ten minutes go by' or diag $err;
	my $d = $f->device(id => $id)->connect;
	ok claim_of($id), 'a device that comes then is a claim';
	pause 2.5;
	is numbers($d), '', 'and gets nothing, from the sweep neither';
	$f->cli(qw(device assign), $id, 'north.example');
	ok $d->wait_for('password'), 'until it is assigned again';
	$d->disconnect;
};

subtest 'several claims of one id' => sub {
	my $id = '009033000022';
	my @d = map { $f->device(id => $id, version => "v$_")->connect } 0 .. 2;
	my @claims = claim_of($id, 3);
	is scalar @claims, 3, 'all are listed';
	is_deeply [grep { $_->{hwId} eq $id } map { {hwId => $_->{hwId}} }
	    @{devices(unassigned => \1)}], [{hwId => $id}],
	    'as one device';
	# They were made one after the other.
	my ($chosen) = (sort { $a->{conn} <=> $b->{conn} } @claims)[1];
	$f->cli(qw(device assign), $id, 'north.example', '--claim',
	    $chosen->{conn});
	wait_until(sub { grep { $_->password } @d });
	pause 0.3;
	is_deeply [map { $_->password ? 1 : 0 } @d], [0, 1, 0],
	    'only the chosen one gets the password';
	my ($rc, $out, $err) = $f->try_cli(qw(device assign), $id,
	    'north.example', '--claim', 99999999);
	isnt $rc, 0, 'a claim that does not exist cannot be chosen';
	like $err, qr/^[^\n]+\n$/, 'which is said in one line';
	$_->disconnect for @d;

	$id = '009033000023';
	@d = map { $f->device(id => $id)->connect } 0 .. 2;
	claim_of($id, 3);
	($rc, $out, $err) =
	    $f->try_cli(qw(device assign), $id, 'north.example');
	isnt $rc, 0, 'without a choice it is refused';
	is scalar(() = $out =~ /--claim \d+$/mg), 3, 'and each can be chosen';
	pause 2.5;
	is scalar(grep { $_->password } @d), 0, 'nobody gets anything';
	$_->disconnect for @d;
};

subtest 'messages besides identify' => sub {
	my $id = '009033000030';
	my $d = proven($id, 'north.example');
	$d->send_admin(4, encode_json({id => 'TEL1', code => '123123123123'}));
	ok $d->wait_for(sub { @{$d->provision_results} }),
	    'an FXS port that is to be provisioned is answered';
	ok $d->provision_results->[0]{error}, 'with an error';
	$d->send_admin($_, '{"what":"ever"}') for 7, 0x77, 0xffff;
	$d->send_bytes("\x09strange");
	is through($id, 'log.txt'), "hello\n", 'unknown numbers are ignored';
	ok !$d->closed, 'the connection stays';

	my $app = $f->app;
	$app->ask_list({mt => 'GetDevices', recvUpdates => \1, src => 'u'},
	    'devices');
	$d->version('13r2 dvl [13.4250/131286/1300]');
	$d->more({pbxActive => \1, ethIfs => [{if => 'ETH0',
	    ipv4 => '172.16.14.35', ipv6 => 'fec0:9033::1'}, {if => 'ETH1'}]});
	$d->identify;
	my $e = $app->wait_for(sub ($m) { $m->{mt} eq 'DeviceUpdate'
	    && $m->{device}{version} eq $d->version });
	ok $e, 'identify tells new facts, subscribers hear of it';
	my $now = seen($id);
	is $now->{version}, $d->version, 'the version is kept';
	ok $now->{pbxActive}, 'the PBX is shown';
	is_deeply $now->{ethIfs}, [{if => 'ETH0', ipv4 => '172.16.14.35',
	    ipv6 => 'fec0:9033::1'}, {if => 'ETH1'}], 'and the interfaces';
	$app->disconnect;

	$d->send_admin(0, encode_json({%{$d->identity}, id => '009033000031'}));
	ok $d->wait_for('closed'), 'another id on the same connection closes it';
};

subtest 'hardware ids' => sub {
	my $d = proven('docker0', 'north.example', product => 'Docker Host',
	    platform => {type => 'VA'});
	ok seen('docker0')->{online}, 'an id need not be a MAC address';
	$d->disconnect;
	for my $bad ('..', '.', '', 'a' x 65, 'a b', "a\x{e9}", 'a/b', '../x') {
		my $x = $f->device(id => $bad)->connect;
		ok $x->wait_for('closed'), "\"$bad\" is refused";
	}
	my $mac = proven('009033000040', 'north.example');
	$mac->disconnect;
	for my $form ('00-90-33-00-00-40', '00:90:33:00:00:40') {
		my $x = $f->device(id => $form, password => $mac->password);
		$x->connect->wait_for('challenge');
		ok seen_as('009033000040', online => 1), "$form is the same device";
		$x->disconnect;
		ok seen_as('009033000040', online => 0), 'it is offline again';
	}
	is scalar(grep { $_->{hwId} =~ /[-:]/ } @{devices()}), 0,
	    'no other spelling is listed';
};

subtest 'names' => sub {
	my $id = '009033000050';
	my $d = proven($id, 'north.example', more => {name => 'Reception'});
	is seen($id)->{name}, 'Reception', 'a device tells its name';
	$f->cli(qw(device rename), $id, 'Front desk');
	is seen($id)->{name}, 'Front desk', 'a name set here wins';
	$d->more({name => 'Elsewhere'})->identify;
	pause 0.3;
	is seen($id)->{name}, 'Front desk', 'also over a later one';
	$f->cli(qw(device rename), $id, '');
	is seen($id)->{name}, 'Elsewhere', 'without it the own one counts';
	$d->disconnect;
	$d = proven('009033000051', 'north.example');
	ok !exists seen('009033000051')->{name}, 'no name, no member';
	$d->disconnect;
};

subtest 'the URL' => sub {
	my $id = '009033000060';
	my $d = $f->device(id => $id, url => $f->sysclient_url
	    . '?domain=north.example&token=a%20b&category=x');
	$d->connect;
	ok claim_of($id), 'a query of automatic provisioning is tolerated';
	$d->disconnect;
};

subtest 'leaving a domain' => sub {
	my $id = '009033000070';
	my $d = proven($id, 'north.example');
	my $password = $d->password;
	$f->cli(qw(device unassign), $id);
	is seen($id)->{domainId}, 0, 'an unassigned device has no domain';
	ok unassigned_count() > 0, 'and is counted as such';
	$d->admins([])->disconnect->connect;
	ok claim_of($id), 'its password is worth nothing any more';
	is numbers($d), '', 'it is not asked for it';
	$f->cli(qw(device assign), $id, 'south.example');
	ok $d->wait_for(sub { $d->password ne $password }),
	    'in another domain it gets another password';
	$f->cli(qw(device remove --yes), $id);
	ok $d->wait_for('closed'), 'when it is removed it is disconnected';
	ok !seen($id), 'and gone';
};

# It does not identify again when it is assigned, which may be for weeks.
subtest 'what a device told is not lost when it is assigned' => sub {
	my $id = '009033000098';
	my @ifs = ({if => 'ETH0', ipv4 => '192.0.2.98', ipv6 => '2001:db8::98'},
	    {if => 'ETH1', ipv4 => '192.0.2.99'});
	my $d = $f->device(id => $id, platform => {type => 'GW', fxs => \1},
	    more => {name => 'hall', fwBuild => '137055', pbxActive => \1,
		ethIfs => \@ifs})->connect;
	claim_of($id);
	is_deeply seen($id)->{ethIfs}, \@ifs, 'an unassigned device shows its '
	    . 'interfaces';
	$f->cli(qw(device assign), $id, 'north.example');
	$d->wait_for('password');
	my $seen = seen($id);
	is_deeply [@$seen{qw(name version type)}], ['hall', $d->version, 'GW'],
	    'an assigned one its name, version and type at once';
	is_deeply $seen->{ethIfs}, \@ifs, 'and its interfaces';
	ok $seen->{pbxActive}, 'and its flags';
	my $list = $f->api({mt => 'GetGateways', justFxs => \1});
	is_deeply [map { $_->{hwId} } @{$list->{gateways}}], [$id],
	    'justFxs finds it';
	$f->cli(qw(device rename), $id, 'of north');
	$f->cli(qw(device assign), $id, 'south.example');
	is seen($id)->{name}, 'of north', 'it keeps its name in another domain';

	$f->cli(qw(device unassign), $id);
	is_deeply seen($id)->{ethIfs}, \@ifs, 'unassigned it still shows them';
	$d->password(undef)->disconnect->connect;
	seen_as($id, online => 1);
	wait_until(sub { 1 == grep { $_->{online} }
	    @{$f->cli_json(qw(device claims), $id)} });
	$f->cli(qw(device assign), $id, 'north.example');
	ok $d->wait_for('password'), 'after its restart it is assigned again';
	ok wait_until(sub { 1 == grep { $_->{hwId} eq $id } @{devices()} }),
	    'its own closed claim goes, so that it is listed once';
	$d->disconnect;
};

subtest 'silence' => sub {
	my $id = '009033000099';
	my $d = proven($id, 'north.example')->disconnect;
	$d->obey(0)->admins([])->connect->wait_for('challenge');
	my ($claim) = claim_of($id);
	ok $claim, 'who does not answer the challenge is shown as a claim';
	ok !$d->closed, 'and stays connected';
	ok !seen($id)->{online}, 'the device of that id is offline';
	$f->cli(qw(device assign), $id, 'north.example', '--claim',
	    $claim->{conn});
	ok $d->wait_for(sub { numbers($d) eq '2,1,3' }), 'it can be assigned anew';
	is numbers($d), '2,1,3', 'and gets a new password on this connection';
	ok seen_as($id, online => 1), 'then it is online';
	$d->disconnect;
};

done_testing;
