# Provisioning codes from the app that asks for one to the device that has it,
# on the real nginx, programs and hub (innovaphone-protocols 3.1 to 3.3, 5).
use Fleetline;
use Mojo::File;

my $f = Fleetline->new;
$f->cli(qw(domain add north.example --deploy yes));
$f->cli(qw(domain add south.example --deploy yes));
$f->cli('category', 'add', $_, 'acme phones', '--config') for
    qw(north.example south.example);
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my $north = $domain{'north.example'};

sub logged_in { App->new(url => $f->ws_url)->connect->login(
    domain => $f->domain, password => $f->password) }
my $app = logged_in();
my $other = logged_in();

sub fresh ($id, $code, %more) {
	return $f->device(id => $id, password => undef, more => {
	    provisioningCode => $code, ethIfs => [{if => 'ETH0',
	    ipv4 => '192.0.2.44'}]}, %more)->connect;
}

# ---- the service API ----------------------------------------------------------

{
	my $r = $app->ask({mt => 'GetProvisioningCode', domainId => $north,
	    category => 'acme phones', sip => 'anna', src => 'mine'});
	like $r->{code}, qr/^\d{12}$/, 'PC1: the service form answers a code';
	ok abs($r->{validUntil} - time - 900) < 10, 'PC1: and until when';
	is $r->{url}, 'wss://127.0.0.1:' . $f->port . $f->base . '/sysclients',
	    'PC4: and the URL that the device will use, by TLS always';
	my $d = fresh('009033010001', $r->{code});
	ok $d->wait_for('password'), 'the device gets its password';
	ok $d->wait_for('admin_password'), 'and its administrative one';
	my $e = $app->wait_mt('DeviceProvisioned');
	is $e->{src}, 'mine', 'PC7: the one who asked hears of it';
	is $e->{code}, $r->{code}, 'by the code';
	is_deeply [@{$e->{device}}{qw(hwId name domainId product version online)}],
	    ['009033010001', 'anna', $north, $d->product, $d->version, Mojo::JSON::true],
	    'PC8: with the whole device';
	is $e->{device}{ethIfs}[0]{ipv4}, '192.0.2.44', 'PC8: and its addresses';
	ok !exists $e->{gateway}, 'and no gateway: that is of the client form';
	ok !(grep { $_->{mt} eq 'DeviceProvisioned' } @{$other->queue}),
	    'PC7: nobody else hears of it';
	my $found = $app->ask({mt => 'GetProvisionedDevice', domainId => $north,
	    code => $r->{code}});
	is $found->{device}{hwId}, '009033010001',
	    'PC7: afterwards GetProvisionedDevice answers';
	my $password = $d->password;
	$d->disconnect;
	my $again = $f->device(id => '009033010001', password => $password)->connect;
	ok wait_until(sub { $f->api({mt => 'GetDevice', hwId => '009033010001'})
	    ->{device}{online} }), 'and it proves its password from then on';
	$again->disconnect;
}

# ---- the client API -------------------------------------------------------------

{
	my $r = $app->ask({api => 'com.innovaphone.devices',
	    mt => 'GetProvisioningCode', category => 'acme phones',
	    domainId => $north, src => 'c'});
	my $d = fresh('009033010002', $r->{code});
	my $e = $app->wait_mt('DeviceProvisioned');
	is $e->{api}, 'com.innovaphone.devices', 'the client form is told as such';
	is_deeply $e->{gateway}, $e->{device},
	    'PC7: with device and gateway, the same';
	$d->disconnect;
}

# ---- who made it has gone; somebody else asks -------------------------------------

{
	my $gone = logged_in();
	my $r = $gone->ask({mt => 'GetProvisioningCode', domainId => $north,
	    category => 'acme phones'});
	$gone->disconnect;
	my $not = $other->ask({mt => 'GetProvisionedDevice', domainId => $north,
	    code => $r->{code}, src => 'later'});
	ok !exists $not->{device} && !exists $not->{error}, 'not yet';
	my $d = fresh('009033010003', $r->{code});
	my $e = $other->wait_mt('DeviceProvisioned');
	is $e->{src}, 'later', 'who asks for the device hears when it comes';
	$d->disconnect;
	is $other->ask({mt => 'GetProvisionedDevice', domainId => $north,
	    code => '000000000000'})->{error}, 'not found', 'PC1: an error';
	is $app->ask({mt => 'GetProvisioningCode', domainId => $north,
	    category => 'none'})->{error}, 'not found',
	    'PC5: the category has to be one';
}

# ---- messages of our own ----------------------------------------------------------

{
	my %of = (domainId => $north);
	my $r = $f->api({mt => 'AddProvisioningCode', %of, name => 'lobby',
	    category => 'acme phones', rollout => Mojo::JSON::true});
	ok $r->{ends} / 1000 - time > 6 * 86_400, 'AddProvisioningCode for a rollout';
	my $list = sub { $f->api({mt => 'GetProvisioningCodes', %of})->{codes} };
	my $first = $list->()->[0];
	is_deeply [@$first{qw(id tail name state administrative maker)}],
	    [$r->{id}, substr($r->{code}, -2), 'lobby', 'open', Mojo::JSON::true,
	    'instance'], 'GetProvisioningCodes has it first';
	my $drawn = $f->api({mt => 'AddProvisioningCode', %of, qr => Mojo::JSON::true,
	    png => Mojo::JSON::true, category => 'acme phones'});
	like $drawn->{qr}, qr/^<svg /, 'X7: with a picture for a page';
	like +Mojo::Util::b64_decode($drawn->{png}), qr/^\x89PNG\r\n\x1a\n.*IEND....\z/s,
	    'X7: and one for a letter';
	unlike encode_json($list->()), qr/svg|png|$drawn->{code}/,
	    'X7: no list has them again';
	for my $end (qw(png svg)) {
		my $file = $f->state . "/code.$end";
		my @new = ('code', 'new', 'north.example', '--category', 'acme phones',
		    '--qr-file', $file);
		$f->cli(@new);
		like +Mojo::File->new($file)->slurp, qr/^(?:\x89PNG|<svg )/,
		    "X7: a file .$end has the picture";
		is((stat $file)[2] & 0777, 0600, 'for its owner only');
		my $n = @{$list->()};
		like +($f->try_cli(@new))[2], qr/exists/, 'a file that is there stays';
		is @{$list->()}, $n, 'and no code is made then';
	}
	my $n = @{$list->()};
	like +($f->try_cli('code', 'new', 'north.example', '--category', 'acme phones',
	    '--qr-file', $f->state . '/none/x.png'))[2], qr/No such file/,
	    'a folder that is not there';
	is @{$list->()}, $n, 'makes no code either';
	like +($f->try_cli('code', 'new', 'north.example', '--category', 'acme phones',
	    '--qr-file', '/tmp/x.jpg'))[2], qr/ends in \.png or \.svg/,
	    'there are no other forms';
	like $f->cli('code', 'new', 'north.example', '--category', 'acme phones',
	    '--qr'), qr/\x{2580}|\x{2584}|\x{2588}|\xe2\x96/, 'and for a terminal';
	is_deeply $f->api({mt => 'RevokeProvisioningCode', id => $r->{id}}),
	    {mt => 'RevokeProvisioningCodeResult'}, 'RevokeProvisioningCode';
	my ($ended) = grep { $_->{id} == $r->{id} } @{$list->()};
	is $ended->{state}, 'over', 'ends it, and the list still has it';
	is $f->api({mt => 'RevokeProvisioningCode', id => $r->{id}})->{error},
	    'the code is over', 'once';
}

# ---- another domain's device ------------------------------------------------------

{
	$f->cli(qw(device add 009033010004 --domain south.example --offer 10));
	my $d = $f->device(id => '009033010004')->connect;
	ok $d->wait_for('password'), 'a device of the south';
	$d->disconnect;
	wait_until(sub { !$f->api({mt => 'GetDevice', hwId => '009033010004'})
	    ->{device}{online} });
	my $r = $app->ask({mt => 'GetProvisioningCode', domainId => $north,
	    category => 'acme phones', src => 'wrong'});
	my $thief = fresh('009033010004', $r->{code}, obey => 0);
	is $app->wait_mt('DeviceProvisioned')->{error},
	    'device is in another domain', 'PC11: the maker hears why not';
	ok $thief->wait_for('challenge'), 'PC11: the device is asked for its password';
	is $thief->password, undef, 'PC11: and gets none';
	$thief->disconnect;
}

# ---- a port ---------------------------------------------------------------------

{
	$f->cli(qw(device add 009033010007 --domain north.example --offer 10));
	my $gw = $f->device(id => '009033010007', product => 'IP28',
	    platform => {type => 'GW', fxs => Mojo::JSON::true})->connect;
	ok $gw->wait_for('password'), 'a gateway';
	my $r = $app->ask({mt => 'GetProvisioningCode', domainId => $north,
	    category => 'acme phones', src => 'port'});
	$gw->send_admin(Device::PROVISION, encode_json({id => 'TEL1',
	    code => $r->{code}}));
	ok wait_until(sub { @{$gw->provision_results} }), 'is answered';
	is_deeply $gw->provision_results, [{}], 'PC9: the port is taken';
	is $app->wait_mt('DeviceProvisioned')->{device}{hwId}, '009033010007',
	    'PC9: the maker hears of the gateway';
	is_deeply $f->api({mt => 'GetDevicePhones', hwId => '009033010007'})
	    ->{phones}, ['TEL1'], 'PC9: which lists it';
	$gw->disconnect;
}

# ---- by a token -------------------------------------------------------------------

{
	my $token = $f->api({mt => 'NewProvisioningToken', domainId => $north})->{token};
	is $f->api({mt => 'GetProvisioningToken', domainId => $north})->{token},
	    $token, 'the token of a domain';
	my $query = "domain=north.example&token=$token&category=acme%20phones";
	my $auto = sub ($id, $query) { $f->device(id => $id, password => undef,
	    url => $f->sysclient_url . "?$query")->connect };
	my $d = $auto->('009033010010', $query);
	ok $d->wait_for('admin_password'),
	    'OP3: a device with it in its URL gets its passwords';
	is $f->api({mt => 'GetDevice', hwId => '009033010010'})->{device}{domainId},
	    $north, 'OP3: and is in the domain';
	my $not = $auto->('009033010011', $query =~ s/$token/'0' x 32/er);
	ok wait_until(sub { $f->log_of('rules') =~ /token\.refused.*009033010011/ }),
	    'OP3: with a wrong one the log says why not';
	is $not->password, undef, 'OP3: and the device learns nothing';
	$_->disconnect for $d, $not;

	# The file for the update client of a device.
	my $path = $f->base . "/update/north.example/$token/acme%20phones/";
	my $r = $f->request(GET => $path . 'update-ip222.htm?ver=14r1&type=IP222');
	is $r->code, 200, 'OP5: the update file';
	my @lines = split /\r\n/, $r->body;
	like shift @lines, qr/^mod cmd UP1 check ser [0-9a-f]{12}$/,
	    'OP5: a device that has done it stops at the first line';
	my $host = '127.0.0.1:' . $f->port;
	my $once = "wss://$host" . $f->base . '/sysclients?domain=north.example'
	    . "&token=$token&category=acme%20phones";
	is_deeply \@lines, ['config change SYSCLIENT /sysadmin '
	    . Mojo::Util::url_escape($once, '^A-Za-z0-9\-._~'), 'config write',
	    'config activate'], 'OP5: the URL is encoded as a whole';
	is $f->request(GET => $path =~ s/$token/'0' x 32/er . 'x')->code, 404,
	    'a wrong token is not found';
	is $f->request(GET => $f->base . "/update/north.example/$token/none/x")->code,
	    404, 'nor a category that is none';
	is $f->request(GET => $f->base . "/update/north.example/$token")->code, 404,
	    'nor half a path';
	is $f->request(POST => $path . 'x')->code, 405, 'a file is fetched';
	$f->api({mt => 'DeleteProvisioningToken', domainId => $north});
	is $f->request(GET => $path . 'x')->code, 404, 'without a token nothing is';
	unlike $f->log_of('access') . $f->log_of('rules') . $f->log_of('devices')
	    . $f->log_of('nginx-error'), qr/$token/, 'no log holds the token';
	my $shown = $f->cli(qw(token new north.example));
	like $shown, qr/^[0-9a-f]{32}\b/m, 'token new draws one';
	is $f->cli(qw(token show north.example)), $shown, 'token show prints it';
	like +($f->try_cli(qw(token show north.example --category none)))[2], qr/no category "none"/, 'not with a category that is none';
	$f->cli(qw(token remove north.example));
	unlike $f->cli(qw(token show north.example)), qr/[0-9a-f]{32}/,
	    'token remove ends it';
}

# ---- the command line -----------------------------------------------------------

{
	my ($made) = @{decode_json($f->cli('code', 'new', 'north.example',
	    '--category', 'acme phones', '--name', 'hall', '--json'))};
	my $tail = substr $made->{code}, -2;
	like $f->cli(qw(code list north.example)), qr/^\d+ +\.\.\.$tail +open /m,
	    'code list has it, without its digits';
	unlike $f->cli(qw(code list north.example)), qr/$made->{code}/, 'indeed';
	my $d = fresh('009033010005', $made->{code});
	ok $d->wait_for('admin_password'), 'a code of the command line works';
	is $f->api({mt => 'GetDevice', hwId => '009033010005'})->{device}{name},
	    'hall', 'PC3: and gives the name';
	my ($line) = grep { /\.\.\.$tail/ } split /\n/,
	    $f->cli(qw(code list north.example));
	like $line, qr/ used .*009033010005/, 'and what used it is listed';
	$d->disconnect;
	my ($next) = @{decode_json($f->cli('code', 'new', 'north.example',
	    '--category', 'acme phones', '--json'))};
	$f->cli('code', 'revoke', $next->{id});
	my $late = fresh('009033010006', $next->{code});
	ok wait_until(sub { $f->log_of('rules') =~ /code\.wrong/ }),
	    'a revoked code is wrong, and the log says from where';
	$late->disconnect;
	unlike $f->log_of('rules') . $f->log_of('devices'), qr/$next->{code}|$made->{code}/,
	    'but not which: no log holds a code';
}

$_->disconnect for $app, $other;
# ---- what people are told -----------------------------------------------------

{
	my $page = Mojo::File->new('doc/provisioning.md')->slurp =~ s/\s+/ /gr;
	like $page, qr/Where\ a\ code\ can\ be\ typed:.*?\bform\b.*?\blong\ reset\b
	    .*?\bconfig\.innovaphone\.com\b/x,
	    'OP2: the document says where a code can be typed';
	like $page, qr/That\ server\ is\ not\ ours\b.*?codes\ of\ fleetline\ work\ on
	    \ devices\ that\ have\ the\ registration\ URL\ already/x,
	    'OP2: and on which devices ours work';
}

done_testing;
