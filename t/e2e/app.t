# AppWebsocket: logins, the base messages, subscriptions and their events.
use utf8;
use Fleetline;
use Raw;
use Mojo::JSON qw(true);
use Digest::SHA qw(sha256_hex);
use Mojo::Util qw(encode);

my $f = Fleetline->new;
my %id;
for my $name (qw(north south east)) {
	$f->cli(qw(domain add), "$name.example", '--password-file',
	    $f->secret_file($name));
	$f->cli(qw(category add), "$name.example", $_) for qw(a b c);
}
%id = map { $_->{name} =~ s/\.example$//r => $_->{id} }
    @{$f->cli_json(qw(domain list))};
$f->cli(qw(domain grant north.example south.example));
$f->cli(qw(account add robot --role system-admin));
my $robot = $f->cli(qw(key add robot)) =~ s/\n//r;

# As administrator; dies unless it succeeds.
sub admin (%m) {
	my $r = $f->api(\%m, key => $robot);
	die "$m{mt}: $r->{error}\n" if $r->{error};
	return $r;
}

sub login ($name, %o) {
	return $f->app(domain => "$name.example", password => $name, %o);
}

sub fresh ($path = '/innovaphone-devices') {
	return App->new(url => $f->ws_url($path))->connect;
}

# The next message that came, whatever it is.
sub next_message ($app, $seconds = 10) { $app->wait_for(sub { 1 }, $seconds) }

# ---- logins ----------------------------------------------------------------

subtest 'who logs in' => sub {
	my $app = $f->app;
	is_deeply [@{$app->login_result}{qw(ok app domain)}],
	    [Mojo::JSON::true, 'innovaphone-devices', 'example.com'],
	    'the instance password';
	like $app->challenge, qr/^[\x21-\x7e]{1,16}$/, 'the challenge has its form';
	my $info = $app->ask({mt => 'GetUserInfo'});
	ok $info->{admin}, 'means administrator';
	like $info->{key}, qr/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
	    'with a key that is a GUID';
	my $login = $app->ask({mt => 'GetLoginInfo'});
	is_deeply [@$login{qw(key admin)}], [@$info{qw(key admin)}],
	    'GetLoginInfo says the same';
	is scalar @{$app->ask_list({mt => 'GetDomains'}, 'domains')}, 4,
	    'and sees every domain';

	$f->cli(qw(domain set example.com --password-file),
	    $f->secret_file('of the domain'));
	ok !$app->wait_closed(0.3), 'a session of the instance password stays '
	    . 'when the password of the domain changes';
	my $second = $f->app(password => 'of the domain');
	ok $second->ask({mt => 'GetUserInfo'})->{admin},
	    "the password of the instance's domain means administrator too";
	isnt $second->ask({mt => 'GetUserInfo'})->{key}, $info->{key},
	    'each session has a key of its own';
	$_->disconnect for $app, $second;

	$app = login('south');
	ok $app->login_result->{ok}, 'the password of another domain';
	ok !$app->ask({mt => 'GetUserInfo'})->{admin}, 'is no administrator';
	is_deeply [map { $_->{name} } @{$app->ask_list({mt => 'GetDomains'},
	    'domains')}], ['south.example'], 'and sees its own';
	$app->disconnect;
	$app = login('north');
	is_deeply [sort map { $_->{name} } @{$app->ask_list(
	    {mt => 'GetDomains'}, 'domains')}],
	    ['north.example', 'south.example'], 'and those granted to it';
	$app->disconnect;
	ok $f->app(domain => 'NORTH.Example', password => 'north')->disconnect
	    ->login_result->{ok}, 'domains are compared without case';
	ok fresh($_)->login(domain => 'example.com', password => $f->password)
	    ->disconnect->login_result->{ok}, "the URL may end in \"$_\""
	    for '', '/', '/innovaphone-devices-api';
};

subtest 'who does not' => sub {
	my $app = fresh();
	my $form = sub {
		my %r = %{$app->login_result};
		delete @r{qw(src)};
		return \%r;
	};
	$app->login(domain => 'north.example', password => 'wrong');
	my $wrong = $form->();
	is $wrong->{ok}, 0, 'a wrong password is refused';
	ok length $wrong->{error}, 'with an error';
	$app->login(domain => 'nobody.example', password => 'wrong');
	is_deeply $form->(), $wrong, 'an unknown domain looks the same';
	$app->login(domain => 'east.example', password => $f->password);
	is_deeply $form->(), $wrong,
	    'the instance password is for no other domain';
	my $r = $app->ask({mt => 'GetDevices'});
	is $r->{error}, 'login required', 'nothing is served then';
	$app->login(domain => 'east.example', password => 'east');
	ok $app->login_result->{ok}, 'the right one is taken after wrong ones';
	my $old = $app->challenge;
	$app->disconnect;

	$app = fresh();
	$app->ask({mt => 'AppChallenge'});
	$app->send_text($app->login_text(app => 'x', domain => 'east.example',
	    password => 'east', challenge => $old));
	is $app->wait_mt('AppLoginResult')->{ok}, 0,
	    'the challenge of another connection is worth nothing';
	my $challenge = $app->ask({mt => 'AppChallenge'})->{challenge};
	$app->send_text($app->login_text(app => 'x', domain => 'east.example',
	    password => 'no', challenge => $challenge));
	$app->wait_mt('AppLoginResult');
	$app->send_text($app->login_text(app => 'x', domain => 'east.example',
	    password => 'east', challenge => $challenge));
	is $app->wait_mt('AppLoginResult')->{ok}, 0, 'one is good for one login';
	$app->disconnect;

	$app = fresh();
	my $n = 0;
	while ($app->ws && $n < 10) {
		eval { $app->login(domain => 'east.example', password => 'no') };
		$n++;
		$app->wait_closed(0.1);
	}
	ok $n < 10 && $n > 2, 'guessing ends the connection';
	is $app->closed->[0], 1008, 'with 1008';
};

# The vendor's PHP and JavaScript clients name none.
subtest 'a login without a domain' => sub {
	$f->cli(qw(domain set example.com --password-file),
	    $f->secret_file('of the domain'));
	for (['empty', domain => ''], ['absent']) {
		my ($how, %domain) = @$_;
		my $app = fresh()->login(%domain, password => $f->password);
		is_deeply [@{$app->login_result}{qw(ok domain)}],
		    [true, 'example.com'], "$how: the instance password opens";
		ok $app->ask({mt => 'GetUserInfo'})->{admin}, 'as administrator';
		$app->disconnect;
		$app = fresh()->login(%domain, password => 'of the domain');
		is $app->login_result->{ok}, 0,
		    "the password of the instance's domain does not";
		$app->login(%domain, password => 'north');
		is $app->login_result->{ok}, 0, 'nor that of another domain';
		$app->disconnect;
	}
	my $app = fresh();
	my $digest = sub ($password) { sha256_hex("x:::::17:$password") };
	ok $app->ask({mt => 'AppCheckLogin', app => 'x', challenge => '17',
	    digest => $digest->($f->password)})->{ok}, 'a stored one is checked';
	is $app->ask({mt => 'AppCheckLogin', app => 'x', challenge => '17',
	    digest => $digest->('of the domain')})->{ok}, 0, 'in the same way';
	$app->disconnect;
};

subtest 'before the login' => sub {
	my $app = fresh();
	my %list = (GetDomains => {domains => [], last => true},
	    GetDevices => {devices => [], last => true});
	for my $mt (qw(GetUserInfo GetDomains GetDevices AddDomain PbxInfo AppInfo
	    SetDeviceFilter Nonsense)) {
		my $r = $app->ask({mt => $mt, src => "s-$mt"});
		is_deeply $r, {mt => "${mt}Result", src => "s-$mt",
		    error => 'login required', %{$list{$mt} // {}}},
		    "$mt is refused";
	}
	$app->send({mt => 'KeepAlive'});
	is_deeply next_message($app), {mt => 'KeepAlive'}, 'KeepAlive is echoed';
	my $r = $app->ask({mt => 'CheckBuild',
	    url => 'https://x.example/example.com/devices/13a4/devices.htm'});
	ok !exists $r->{error} && !exists $r->{url}, 'CheckBuild is answered';
	$app->disconnect;
};

subtest 'info is hashed as it was sent' => sub {
	my @compact = ('{}', '{"cn":"Test User"}',
	    '{"appobj":"users","apps":[{"name":"users"},{"name":"profile"}],'
	    . '"appurl":"https://1.2.3.4/example.com/usersapp/x",'
	    . '"unlicensed":true}',
	    '{"cn":"Jürgen \"J\" Ä/Ö 漢字 😀"}', '{"z":1,"a":2,"m":3,"a":4}',
	    '{"appurl":"http:\/\/x\/y"}', '{"cn":"J\u00fcrgen\n\t"}',
	    '{"n":[1.50,-0,1e5,1234567890123456,null,true,false]}',
	    '{"deep":{"a":[[[{"b":"}]\",{"}]]],"info":{"info":{}}}}',
	    '{ "cn" : "blanks" ,' . "\t" . '"x":[ 1 , 2 ] }',
	    '[]', '"text"', 'null', '7');
	for my $info (@compact) {
		my $bytes = encode 'UTF-8', $info;
		my $app = login('north', info => $bytes);
		ok $app->login_result->{ok}, "info $bytes";
		$app->disconnect;
	}
	# Sent with blanks or escapes, hashed as JSON.stringify writes it.
	my %sent = ('{"appurl":"http:\/\/x\/y","cn":"J\u00fcrgen"}' =>
		'{"appurl":"http://x/y","cn":"Jürgen"}',
	    '{ "z": 1, "a": [ true, "x" ] }' => '{"z":1,"a":[true,"x"]}');
	for my $wire (sort keys %sent) {
		my $app = fresh();
		my $c = $app->ask({mt => 'AppChallenge'})->{challenge};
		my $digest = sha256_hex(encode 'UTF-8',
		    "x:north.example::::$sent{$wire}:$c:north");
		$app->send_text(qq({"mt":"AppLogin","info":$wire,"app":"x",)
		    . qq("domain":"north.example","digest":"$digest"}));
		ok $app->wait_mt('AppLoginResult')->{ok},
		    "info $wire, hashed compact";
		$app->disconnect;
	}
	my $app = login('north', info => '{"x":1}', sip => 'jm',
	    guid => '0123456789abcdef' x 2, dn => 'Jürgen "info":{}, x',
	    pbxObj => 'devices', app => 'innovaphone-devices-api');
	ok $app->login_result->{ok}, 'all members, "info" inside another';
	is $app->login_result->{app}, 'innovaphone-devices-api',
	    'the app is echoed';
	$app->disconnect;
	ok login('north', guid => '')->disconnect->login_result->{ok},
	    'without info';
	$app = fresh();
	my $c = $app->ask({mt => 'AppChallenge'})->{challenge};
	$app->send_text($app->login_text(app => 'x', domain => 'north.example',
	    password => 'north', challenge => $c) =~ s/\}$/,"info":{"x":1}}/r);
	is $app->wait_mt('AppLoginResult')->{ok}, 0,
	    'info that is not in the digest is refused';
	$app->disconnect;
};

subtest 'base messages' => sub {
	my $app = $f->app;
	my $c = '0123456789';
	my $digest = sha256_hex("manager:north.example::::$c:north");
	my %check = (mt => 'AppCheckLogin', app => 'manager',
	    domain => 'north.example', challenge => $c);
	my $early = fresh();
	is $early->ask({%check, digest => $digest})->{ok}, 1,
	    'AppCheckLogin says if a password is right';
	is $early->ask({%check, digest => 'f' x 64})->{ok}, 0, 'or wrong';
	is $early->ask({mt => 'GetDomains'})->{error}, 'login required',
	    'it is no login';
	$early->disconnect;

	my $info = $app->ask({mt => 'AppInfo', app => 'innovaphone-devices-api'});
	ok exists $info->{serviceInfo}{apis}{'com.innovaphone.devices'},
	    'AppInfo tells other services of our API';
	ok $info->{info}{hidden}, 'the API app is hidden';
	is $info->{app}, 'innovaphone-devices-api', 'the app is named';
	$info = $app->ask({mt => 'AppInfo', app => 'innovaphone-devices'});
	ok !$info->{info}{hidden}, 'the app for people is not';
	my @apis = map { keys %{$_->{apis} // {}} } $info->{info},
	    $info->{serviceInfo};
	ok !(grep { /search/ } @apis), 'no API is published that does not exist';

	for my $mt (qw(SetDeviceFilter SetDeviceFiler PbxInfo)) {
		$app->send({mt => $mt, recvUpdates => \1, src => 'q'});
		$app->send({mt => 'KeepAlive'});
		is next_message($app)->{mt}, 'KeepAlive', "$mt is taken silently";
	}
	is $app->ask({mt => 'CheckBuild', url => 'x'})->{url}, undef,
	    'CheckBuild finds nothing wrong';
	is $app->ask({mt => 'Search', id => 1})->{error},
	    'not supported', 'a message of later is not supported';
	is $app->ask({mt => 'NoSuchThing'})->{error}, 'unknown message',
	    'one that does not exist is unknown';
	is $app->ask({mt => 'AppLogin'})->{error}, 'logged in already',
	    'one login is enough';

	for my $src ('"text"', '""', '7', '-1.5', 'null', 'true', '[1,{"a":[]}]',
	    '{"b":1,"a":"\u00fc\/"}') {
		$app->send_text(qq({"mt":"GetUnassignedDevicesCount","src":$src}));
		my $r = next_message($app);
		is_deeply $r->{src}, Mojo::JSON::decode_json(qq([$src]))->[0],
		    "src $src comes back";
	}
	$app->send({mt => 'GetDomains', api => 'com.innovaphone.devices'});
	my $r = next_message($app);
	is $r->{api}, 'com.innovaphone.devices', 'api comes back';
	ok !exists $r->{src}, 'no src, no src';
	$app->disconnect;
};

# ---- events ----------------------------------------------------------------

sub join_in ($hw, $domain) {
	admin(mt => 'AddDevice', hwId => $hw, domainId => $id{$domain},
	    offer => 10);
	my $d = $f->device(id => $hw)->connect;
	$d->wait_for('password');
	wait_until(sub { admin(mt => 'GetDevice', hwId => $hw)
	    ->{device}{online} });
	return $d;
}

# Members every message of a subscription must have.
sub subscribe ($app, $src, %filter) {
	return $app->ask_list({mt => 'GetDevices', recvUpdates => \1,
	    src => $src, %filter}, 'devices');
}

subtest 'updates of what a filter looks for' => sub {
	my $app = login('north');
	for ([search => 'x'], [name => 'x'], [ip => '192'], [product => 'IP'],
	    [version => '13'], [online => \1], [offlineSince => 5]) {
		my $r = $app->ask({mt => 'GetDevices', recvUpdates => \1, @$_});
		is $r->{error}, 'recvUpdates goes with domains and categories only',
		    "recvUpdates with $_->[0] is refused";
		ok $r->{last} && !@{$r->{devices}}, 'as a list is';
		is $app->ask({mt => 'GetDevices', @$_})->{error}, undef,
		    "$_->[0] without it is not";
	}
	my $r = $app->ask({mt => 'GetDevices', recvUpdates => \1, src => 's',
	    sort => 'name', limit => 1});
	is $r->{total}, 0, 'a page goes with it';
	my $d = join_in('0090330a00f0', 'north');
	is $app->wait_mt('DeviceAdded')->{device}{hwId}, '0090330a00f0',
	    'and updates are those of the whole list';
	$d->disconnect;
	admin(mt => 'DeleteDevice', hwId => '0090330a00f0');
	ok $app->wait_mt('DeviceRemoved'), 'until it goes';
	$app->disconnect;
};

subtest 'presence' => sub {
	my $d = join_in('0090330a0001', 'north');
	my $app = login('north');
	is scalar @{subscribe($app, 'p')}, 1, 'the device is listed';
	my @took;
	for (1 .. 15) {
		my $at = time;
		$d->disconnect;
		my $e = $app->wait_for(sub ($m) { $m->{mt} eq 'DeviceUpdate'
		    && !$m->{device}{online} }) or last;
		my ($arrived) = map { $_->[0] } grep { $_->[1] == $e }
		    @{$app->all};
		push @took, $arrived - $at;
		is $e->{src}, 'p', 'the event has the src' if @took == 1;
		$d->connect;
		$app->wait_for(sub ($m) { $m->{mt} eq 'DeviceUpdate'
		    && $m->{device}{online} }) or last;
	}
	@took = sort { $a <=> $b } @took;
	is scalar @took, 15, 'each time the device goes and comes is told';
	diag sprintf 'DeviceUpdate after %.1f ms (median), %.1f ms at most',
	    1000 * $took[7], 1000 * $took[-1];
	ok $took[7] < 0.2, 'within 200 ms';
	$d->vanish;
	my $e = $app->wait_for(sub ($m) { $m->{mt} eq 'DeviceUpdate' });
	is $e->{device}{online}, 0, 'also when it vanishes';
	is_deeply [sort keys %{$e->{device}}], [sort keys %{admin(
	    mt => 'GetDevices', domainIds => "$id{north}")->{devices}[0]}],
	    'the event has the whole object, without uri';
	$app->disconnect;
};

subtest 'a device that moves' => sub {
	my ($north, $east, $admin) = (login('north'), login('east'), $f->app);
	subscribe($_, 'm') for $north, $east, $admin;
	admin(mt => 'AssignDevice', hwId => '0090330a0001',
	    domainId => $id{east});
	my $r = next_message($north);
	is $r->{mt}, 'DeviceRemoved', 'is removed for those who lose it';
	is $r->{device}{domainId}, $id{north}, 'who do not learn where it went';
	is next_message($east)->{mt}, 'DeviceAdded',
	    'is added for those who gain it';
	my $u = next_message($admin);
	is $u->{mt}, 'DeviceUpdate', 'and changed for those who see both';
	is $u->{device}{domainId}, $id{east}, 'to the new domain';
	admin(mt => 'UnassignDevice', hwId => '0090330a0001');
	is next_message($east)->{mt}, 'DeviceRemoved',
	    'an unassigned device is removed';
	is next_message($admin)->{device}{domainId}, 0,
	    'administrators see it unassigned';
	admin(mt => 'DeleteDevice', hwId => '0090330a0001');
	is next_message($admin)->{mt}, 'DeviceRemoved', 'a deleted one is gone';
	pause 0.2;
	is_deeply [map { @{$_->queue} } $north, $east, $admin], [],
	    'nobody hears anything else';
	$_->disconnect for $north, $east, $admin;
};

subtest 'a device is deleted while a connection names it' => sub {
	my $named = sub { scalar @{admin(mt => 'GetClaims',
	    hwId => '0090330a0007')->{claims} // []} };
	my $device = $f->device(id => '0090330a0007')->connect;
	ok wait_until($named), 'a connection names a new id';
	admin(mt => 'AssignDevice', hwId => '0090330a0007', domainId => $id{north});
	ok $device->wait_for('password'), 'it is assigned';
	my $copy = $f->device(id => '0090330a0007')->connect;
	ok wait_until($named), 'another connection names it';
	my ($north, $admin) = (login('north'), $f->app);
	subscribe($_, 'd') for $north, $admin;
	admin(mt => 'DeleteDevice', hwId => '0090330a0007');
	is next_message($north)->{mt}, 'DeviceRemoved', 'it is removed';
	my ($gone, $claim) = map { next_message($admin) } 1, 2;
	is "$gone->{mt} $claim->{mt}", 'DeviceRemoved DeviceAdded',
	    'who sees both hears of two';
	cmp_ok $gone->{device}{id}, '>', 0, '... that the device goes';
	is_deeply [@{$claim->{device}}{qw(id domainId hwId)}],
	    [0, 0, '0090330a0007'], '... and what only names its id stays';
	$_->disconnect for $north, $admin, $device, $copy;
};

subtest 'domains' => sub {
	my ($admin, $north) = ($f->app, login('north'));
	$_->ask_list({mt => 'GetDomains', recvUpdates => \1, src => 'd'},
	    'domains') for $admin, $north;
	my $new = admin(mt => 'AddDomain', name => 'new.example')->{id};
	my $e = next_message($admin);
	is $e->{mt}, 'DomainAdded', 'a new domain';
	is $e->{src}, 'd', 'with src';
	is $e->{domain}{name}, 'new.example', 'and its object';
	admin(mt => 'EditDomain', id => $new, name => 'newer.example');
	$e = next_message($admin);
	is "$e->{mt} $e->{domain}{name}", 'DomainEdited newer.example',
	    'a changed one';
	my $k = admin(mt => 'AddCategory', domainId => $new, name => 'k')->{id};
	is_deeply [map { $_->{name} } @{next_message($admin)->{domain}{categories}}],
	    ['k'], 'its categories are part of it';
	admin(mt => 'DeleteDomain', id => $new);
	$e = next_message($admin);
	is_deeply $e, {mt => 'DomainDeleted', src => 'd', id => $new},
	    'a removed one';
	pause 0.2;
	is_deeply $north->queue, [], 'who does not see it hears nothing';
	$k = admin(mt => 'AddCategory', domainId => $id{south}, name => 'k')->{id};
	is next_message($north)->{mt}, 'DomainEdited', 'a granted domain is seen';
	admin(mt => 'DeleteCategory', id => $k);
	$_->disconnect for $admin, $north;
};

subtest 'subscriptions of one connection' => sub {
	my $app = $f->app;
	subscribe($app, $_, domainIds => "$id{north}") for 1 .. 20;
	admin(mt => 'AddDevice', hwId => 'sub-1', domainId => $id{north});
	pause 0.3;
	is_deeply [sort { $a <=> $b } map { $_->{src} } @{$app->queue}],
	    [5 .. 20], 'at most 16, the oldest give way';
	$app->queue([]);
	subscribe($app, 20, domainIds => "$id{south}");
	admin(mt => 'EditDevice', hwId => 'sub-1', name => 'n');
	pause 0.3;
	is_deeply [sort { $a <=> $b } map { $_->{src} } @{$app->queue}],
	    [5 .. 19], 'the same src replaces';
	$app->disconnect;
	$app = $f->app;
	$app->send({mt => 'GetDevices', recvUpdates => \1});
	$app->wait_mt('GetDevicesResult');
	$app->ask_list({mt => 'GetDevices', src => 'x'}, 'devices');
	admin(mt => 'DeleteDevice', hwId => 'sub-1');
	my $e = next_message($app);
	is $e->{mt}, 'DeviceRemoved', 'without src';
	ok !exists $e->{src}, 'events carry none';
	pause 0.2;
	is_deeply $app->queue, [], 'who did not subscribe gets none';
	$app->disconnect;
};

subtest 'subscribe before the first page' => sub {
	my @hw = map { sprintf '00903310%04x', $_ } 1 .. 1500;
	my $csv = Mojo::File->new($f->secret_file(join "\n", 'hwId,name,domain',
	    map { "$_,before,north.example" } @hw));
	$f->cli(qw(import devices), $csv);
	my $app = login('north');
	my $n = 0;
	my $rename = sub ($then) {
		my $hw = $hw[rand @hw];
		$f->ua->post($f->url($f->base . '/api'),
		    {Authorization => "Bearer $robot"},
		    encode_json({mt => 'EditDevice', hwId => $hw,
			name => 'now ' . ++$n}), sub { $then->($then) });
	};
	my $stop;
	my $again = sub ($again) { $rename->($again) unless $stop };
	$again->($again) for 1 .. 4;
	$app->send({mt => 'GetDevices', recvUpdates => \1, src => 'l'});
	my (%view, $pages, $early, $wrong);
	my $take = sub ($m) {
		if ($m->{mt} eq 'GetDevicesResult') {
			$pages++;
			$wrong = 'src' if $m->{src} ne 'l';
			$wrong = 'twice' if grep { $view{$_->{hwId}} }
			    @{$m->{devices}};
			$view{$_->{hwId}} = $_ for @{$m->{devices}};
			return $m->{last};
		}
		$early++ if $m->{mt} =~ /^Device/;
		return;
	};
	while (my $m = next_message($app, 20)) { last if $take->($m) }
	ok $pages > 1, 'a long list comes in parts';
	ok !$wrong, 'each with src, no device twice' or diag $wrong;
	is scalar(keys %view), 1500, 'all devices are listed';
	is $early, undef, 'no event comes before the last part';
	pause 0.3;
	$stop = 1;
	pause 0.7;
	my $events = 0;
	for my $m (@{$app->queue}) {
		next if $m->{mt} ne 'DeviceUpdate';
		$events++;
		$view{$m->{device}{hwId}} = $m->{device};
	}
	my %now = map { $_->{hwId} => $_->{name} } @{admin(mt => 'GetDevices',
	    domainIds => "$id{north}")->{devices}};
	my @differ = grep { $view{$_}{name} ne $now{$_} } keys %now;
	is "@differ", '', 'list and events together miss no change';
	ok $n > 20 && $events, "while $n devices were renamed";
	$app->disconnect;
};

# A connection of our own bytes, logged in; what it sends is one segment.
sub raw_login (%o) {
	my $w = Raw->tcp($f->port)->upgrade($f->base . '/innovaphone-devices');
	my $said = sub { decode_json(($w->next_frame // {})->{payload} // '{}') };
	$w->write(frame(TEXT, '{"mt":"AppChallenge"}'));
	my $login = App->new->login_text(app => 'x', domain => 'north.example',
	    password => 'north', challenge => $said->()->{challenge}, %o);
	return ($w, $login) if $o{later};
	$w->write(frame(TEXT, $login));
	$said->()->{ok} or die 'no login';
	return ($w, $login);
}

sub text_frames (@messages) {
	return join '', map { frame(TEXT, ref ? encode_json($_) : $_) } @messages;
}

sub five ($name) {
	return map { {mt => 'AddCategory', domainId => $id{north},
	    name => "$name $_"} } 1 .. 5;
}

# The categories of that name, when none is added any more.
sub added ($name, $n = 5) {
	my $list = sub {
		scalar grep { $_->{name} =~ /^\Q$name\E / } @{admin(
		    mt => 'GetCategories', domainId => $id{north})->{categories}};
	};
	wait_until(sub { $list->() >= $n });
	return $list->();
}

subtest 'the last messages of an app' => sub {
	my ($w) = raw_login();
	$w->write(text_frames(five('close')) . frame(CLOSE, pack 'n', 1000));
	is added('close'), 5, 'five messages and a close in one segment: all five';
	is $w->close_code, 1000, '... and the close is answered';

	($w) = raw_login();
	$w->write(text_frames(five('bare')) . frame(CLOSE));
	is added('bare'), 5, 'a close without code';

	($w) = raw_login();
	$w->write(text_frames(five('broken off')));
	$w->close;
	is added('broken off'), 5, 'no close at all';

	($w, my $login) = raw_login(later => 1);
	$w->write(text_frames($login, five('at once')) . frame(CLOSE));
	is added('at once'), 5, 'a login before them in the same segment';

	($w) = raw_login();
	my @many = map { {mt => 'AddCategory', domainId => $id{north},
	    name => "many $_"} } 1 .. 60;
	$w->write(text_frames({mt => 'GetDevices'}, @many) . frame(CLOSE));
	is added('many', 60), 60, 'behind a list, sixty of them';

	my @wrong = (later => 1, domain => 'nobody.example', password => 'x');
	($w, $login) = raw_login(@wrong);
	$w->write(text_frames($login, five('wrong')) . frame(CLOSE));
	$w->close_code;
	($w) = raw_login();
	$w->write(text_frames(five('after')) . frame(CLOSE));
	is added('after'), 5, 'those of another connection';
	is added('wrong', 0), 0, '... but none without a login';

	($w, $login) = raw_login(@wrong);
	$w->write(text_frames(($login) x 9, five('guess')) . frame(CLOSE));
	($w) = raw_login();
	$w->write(text_frames(five('more')) . frame(CLOSE));
	is added('more'), 5, 'and again those of another';
	is added('guess', 0), 0, '... but none behind wrong logins';
	admin(mt => 'DeleteCategory', id => $_->{id}) for grep {
		$_->{name} =~ / / } @{admin(mt => 'GetCategories',
		domainId => $id{north})->{categories}};
};

# Keep-alive timers of the web server's side, in seconds (/proc/net/tcp: timer 2,
# hundredths).
sub keep_alives {
	my $port = sprintf ':%04X', $f->port;
	open my $in, '<', '/proc/net/tcp' or die $!;
	return map { my @f = split; my ($timer, $when) = split /:/, $f[5];
		$f[1] =~ /$port$/ && $f[3] eq '01' && $timer eq '02'
		    ? hex($when) / 100 : () } <$in>;
}

subtest 'an app whose machine is gone' => sub {
	my ($w) = raw_login();
	ok wait_until(sub { keep_alives() }), 'TCP asks whether it is there';
	cmp_ok((sort { $b <=> $a } keep_alives())[0], '<=', 60,
	    'after a minute of silence');
	$w->close;
};

subtest 'a slow app' => sub {
	my ($slow, $other) = (login('north'), login('north'));
	my $stream = Mojo::IOLoop->stream($slow->ws->connection);
	$slow->send({mt => 'GetDevices', src => "s$_"}) for 1 .. 20;
	pause 0.1;
	$stream->stop;
	pause 1;
	my $t = time;
	is scalar @{$other->ask_list({mt => 'GetDevices'}, 'devices')}, 1500,
	    'an app that does not read does not hold others';
	ok time - $t < 2, 'nor slow them down';
	$stream->start;
	my (%count, $last);
	while (my $m = next_message($slow, 20)) {
		$count{$m->{src}} += @{$m->{devices} // []};
		last if $m->{src} eq 's20' && $m->{last};
	}
	is_deeply \%count, {map { ("s$_" => 1500) } 1 .. 20},
	    'it gets every answer when it reads again';
	$_->disconnect for $slow, $other;
};

# ---- what ends a session ---------------------------------------------------

subtest 'rights that are taken away' => sub {
	my $app = login('north');
	my $key = $app->ask({mt => 'GetUserInfo'})->{key};
	my $d = join_in('0090330a0002', 'south');
	my $url = $f->base . "/passthrough/0090330a0002/$key/x";
	is $f->get($url)->code, 200, 'a granted domain is reached';
	subscribe($app, 'r');
	admin(mt => 'RevokeAccess', domainId => $id{north},
	    targetId => $id{south});
	is $f->get($url)->code, 404, 'not any more after RevokeAccess';
	is $app->ask({mt => 'GetDevice', hwId => '0090330a0002'})->{error},
	    'not found', 'nor seen';
	$app->queue([]);
	admin(mt => 'EditDevice', hwId => '0090330a0002', name => 'moved');
	pause 0.3;
	is_deeply [grep { /0090330a0002/ } map { encode_json($_) }
	    @{$app->queue}], [], 'its events are not told';
	admin(mt => 'GrantAccess', domainId => $id{north},
	    targetId => $id{south});
	is $f->get($url)->code, 200, 'GrantAccess works on living sessions too';

	admin(mt => 'EditDomain', id => $id{north}, password => 'north');
	is $f->get($url)->code, 403, 'a new password ends the key';
	ok $app->wait_closed(1), 'and the session';
	is $app->closed->[0], 1008, 'with 1008';
	$app = login('north');
	$f->cli(qw(domain set north.example --password-file),
	    $f->secret_file('north'));
	ok $app->wait_closed(1), 'also by the command line';
	$app = $f->app;
	my $other = $f->app(password => 'of the domain');
	my $new = 'new instance password';
	admin(mt => 'SetInstancePassword', password => $new);
	ok $app->wait_closed(1), 'so does a new instance password';
	ok !$other->wait_closed(0.3), 'but only sessions that lived on it';
	$other->disconnect;
	$f->password($new);
	ok $f->app->disconnect->login_result->{ok}, 'which then logs in';
	$d->disconnect;
};

subtest 'a restart of the rules' => sub {
	my $app = login('north');
	subscribe($app, 'k');
	ok $f->kill_program('devices'), 'devices.fcgi is killed';
	ok $f->kill_program('rules'), 'and rules.fcgi';
	$f->ready;
	ok $app->ask_list({mt => 'GetDomains'}, 'domains'),
	    'the session goes on';
	admin(mt => 'AddDevice', hwId => 'after-restart', domainId => $id{north});
	is $app->wait_mt('DeviceAdded')->{device}{hwId}, 'after-restart',
	    'and its subscription';
	$app->disconnect;
	$app = login('north');
	kill 'TERM', $f->pid('hub');
	ok $app->wait_closed, 'a hub that ends closes connections';
	is $app->closed->[0], 1001, 'with 1001';
	$f->ready;
};

# ---- random events against a model -----------------------------------------

subtest '1,000 random events' => sub {
	srand($ENV{FLEETLINE_SEED} // 4711);
	my @hw = map { "model-$_" } 1 .. 12;
	my @domains = qw(north south east);
	my %model;	# hwId => {domain, categories}; without domain: unassigned
	my %sees = (admin => [@domains, 'example.com'], north => [qw(north south)],
	    south => ['south'], east => ['east']);
	my @subs = (['admin'], ['admin', unassigned => 1],
	    ['admin', domainIds => ['north']],
	    ['admin', domainIds => ['south'], unassigned => 1],
	    ['admin', categories => 'a'],
	    ['admin', categories => 'a,b', subcategories => 'c'],
	    ['admin', domainIds => [qw(east north)], categories => 'b'],
	    ['north'], ['north', domainIds => ['south']],
	    ['north', domainIds => ['east']], ['north', unassigned => 1],
	    ['north', categories => 'b'],
	    ['north', categories => 'c', subcategories => 'a,b'],
	    ['south'], ['south', domainIds => [qw(north south east)]],
	    ['east'], ['east', categories => 'a,c']);
	my (%app, @view);

	my $matches = sub ($sub, $m) {
		my ($who, %f) = @$sub;
		return 0 unless $m;
		if (!$m->{domain}) {
			return 0 if $who ne 'admin' || $f{categories};
			return $f{unassigned} || !$f{domainIds};
		}
		return 0 unless grep { $_ eq $m->{domain} } @{$sees{$who}};
		return 0 if $f{domainIds}
		    && !grep { $_ eq $m->{domain} } @{$f{domainIds}};
		return 0 if $f{unassigned} && !$f{domainIds};
		for my $names (grep { $_ } @f{qw(categories subcategories)}) {
			my %has = map { $_ => 1 } @{$m->{categories}};
			return 0 unless grep { $has{$_} } split /,/, $names;
		}
		return 1;
	};
	my %name = map { $id{$_} => $_ } @domains;
	for my $i (0 .. $#subs) {
		my ($who, %f) = @{$subs[$i]};
		$app{$who} //= $who eq 'admin' ? $f->app : login($who);
		my %filter = %f;
		$filter{domainIds} = join ',', @id{@{$f{domainIds}}}
		    if $f{domainIds};
		$filter{unassigned} = \1 if $f{unassigned};
		my $list = subscribe($app{$who}, "v$i", %filter);
		$view[$i] = {map { $_->{hwId} => $_ }
		    grep { $_->{hwId} =~ /^model/ } @$list};
	}
	my @leaks;
	my $drain = sub {
		for my $who (keys %app) {
			for my $m (splice @{$app{$who}->queue}) {
				next if ($m->{device}{hwId} // '') !~ /^model/;
				my ($i) = ($m->{src} // '') =~ /^v(\d+)$/;
				my $d = $m->{device};
				my $domain = $name{$d->{domainId}};
				my ($w, %f) = @{$subs[$i]};
				push @leaks, "$who $i " . encode_json($m)
				    if $w ne $who
				    || ($domain ? !grep { $_ eq $domain }
					@{$sees{$who}} : $who ne 'admin')
				    || ($domain && $f{domainIds}
					&& !grep { $_ eq $domain } @{$f{domainIds}});
				my $there = exists $view[$i]{$d->{hwId}};
				push @leaks, "$who $i $m->{mt} unexpected"
				    if $there == ($m->{mt} eq 'DeviceAdded');
				$m->{mt} eq 'DeviceRemoved'
				    ? delete $view[$i]{$d->{hwId}}
				    : ($view[$i]{$d->{hwId}} = $d);
			}
		}
	};
	my @differ;
	my $compare = sub ($step) {
		for my $i (0 .. $#subs) {
			my @want = sort grep { $matches->($subs[$i], $model{$_}) }
			    keys %model;
			my @have = sort keys %{$view[$i]};
			push @differ, "step $step, $i: @have, not @want"
			    if "@want" ne "@have";
			push @differ, "step $step, $i: $_ has an old name"
			    for grep { $model{$_}
				&& ($view[$i]{$_}{name} // '')
				ne $model{$_}{name} } @have;
		}
	};
	my $moves = 0;
	for my $step (1 .. 1000) {
		my $hw = $hw[rand @hw];
		my $m = $model{$hw};
		my $to = $domains[rand @domains];
		my $kind = int rand 10;
		if (!$m) {
			admin(mt => 'AddDevice', hwId => $hw,
			    domainId => $id{$to});
			$model{$hw} = {domain => $to, categories => [],
			    name => ''};
		}
		elsif ($kind == 0) {
			admin(mt => 'DeleteDevice', hwId => $hw);
			delete $model{$hw};
		}
		elsif ($kind < 3 && $m->{domain}) {
			admin(mt => 'UnassignDevice', hwId => $hw);
			$model{$hw} = {domain => undef, categories => [],
			    name => ''};
		}
		elsif ($kind < 6 || !$m->{domain}) {
			admin(mt => 'AssignDevice', hwId => $hw,
			    domainId => $id{$to});
			$m->{domain} = $to;
			# Its name and categories are kept: each domain has
			# the same ones.
			$moves++;
		}
		elsif ($kind < 8) {
			my @has = grep { rand() < 0.5 } qw(a b c);
			admin(mt => 'EditDevice', hwId => $hw,
			    categories => join ',', @has);
			$m->{categories} = \@has;
		}
		else {
			$m->{name} = "name $step";
			admin(mt => 'EditDevice', hwId => $hw,
			    name => $m->{name});
		}
		next if $step % 40;
		pause 0.15;
		$drain->();
		$compare->($step);
	}
	is_deeply \@leaks, [], 'nobody hears of what he may not see'
	    or diag join "\n", @leaks[0 .. ($#leaks > 9 ? 9 : $#leaks)];
	is_deeply \@differ, [], 'every subscription agrees with the model'
	    or diag join "\n", @differ[0 .. ($#differ > 9 ? 9 : $#differ)];
	ok $moves > 100, "$moves moves between domains";
	$_->disconnect for values %app;
};

subtest 'who guesses is slowed down' => sub {
	$f->cli(qw(domain add guessed.example --password-file),
	    $f->secret_file('secret'));
	my %right = (domain => 'guessed.example', password => 'secret');
	for (1 .. 3) {
		my $app = fresh();
		$app->login(%right, password => "guess $_") for 1 .. 4;
		$app->disconnect;
	}
	my $app = fresh();
	$app->login(%right);
	ok !$app->login_result->{ok},
	    'after too many wrong ones the right one is not tried';
	$app->login(domain => 'east.example', password => 'east');
	ok $app->login_result->{ok}, 'another domain of the address gets in';
	$app->disconnect;
	like $f->log_of('rules'), qr/login\.slowed .*user=guessed\.example/,
	    'which is logged';
	unlike $f->log_of('rules'), qr/guess 1/, 'without what was guessed';
};

done_testing;
