# Who may see what: a domain never sees, counts or reaches the devices of
# another, by any message, event, error text or time.
use Fleetline;
use Mojo::URL;

my $f = Fleetline->new;
for my $name (qw(north south east)) {
	$f->cli(qw(domain add), "$name.example", '--password-file',
	    $f->secret_file($name));
	$f->cli(qw(category add), "$name.example", "k-$name", '--config');
}
my %id = map { $_->{name} =~ s/\.example$//r => $_->{id} }
    @{$f->cli_json(qw(domain list))};
$f->cli(qw(device add), "$_-dev", '--domain', "$_.example", '--type', 'GW',
    '--category', "k-$_") for qw(north south east);

sub as ($name) {
	return $name eq 'admin' ? () : (user => "$name.example",
	    password => $name);
}

# An answer as text, without what the question said itself.
sub text_of ($who, $m) {
	my $text = $f->post(encode_json($m), @$who)->body;
	$text =~ s/\Q$m->{hwId}\E/ID/g if defined $m->{hwId};
	return $text;
}

my $claim = $f->device(id => 'a-claim')->connect;
wait_until(sub { $f->api({mt => 'GetUnassignedDevicesCount'})->{count} });

# Every message that names a device, with all that it needs.
my @named = (['GetDevice'], ['GetDevicePhones'], ['GetDeviceInstances'],
    ['SetDeviceInstances', instances => ['a.example/b']],
    ['RemoveDevicePhone', id => 'TEL1'], ['EditDevice', name => 'x'],
    ['EditDevice', categories => 'k-south'], ['EditDevice'],
    ['GetDeviceCategories'], ['AddDevice', domainId => $id{north}],
    ['AddDevice', domainId => $id{south}], ['DeleteDevice'],
    ['AssignDevice', domainId => $id{north}], ['UnassignDevice'],
    ['GetClaims'], ['GetDeviceOwner'], ['GetDevicePassword']);
# Those that name a domain.
my @domain = (['GetFilteredDevices'], ['GetCategories'],
    ['GetProvisioningCategories'], ['GetDevices'],
    ['AddCategory', name => 'new'], ['EditDomain', password => 'x'],
    ['EditDomain', name => 'x.example'], ['DeleteDomain'], ['GetAccess'],
    ['GrantAccess', targetId => $id{north}],
    ['RevokeAccess', targetId => $id{north}]);

subtest 'what a domain may not see does not exist' => sub {
	my @north = as('north');
	for (@named) {
		my ($mt, %m) = @$_;
		my @answers = map { text_of(\@north, {mt => $mt, %m,
		    hwId => $_}) } 'nothing', 'south-dev', 'a-claim';
		my $what = "$mt " . encode_json(\%m);
		is $answers[1], $answers[0],
		    "$what: another's device is as unknown as none";
		is $answers[2], $answers[0], "$what: so is an unassigned one";
		like $answers[0], qr/"error":/, 'it is an error';
	}
	for (@domain) {
		my ($mt, %m) = @$_;
		my @answers = map { my $d = $_; text_of(\@north, {mt => $mt, %m,
		    id => $d, domainId => $d, domainIds => "$d"}) }
		    999999, $id{south};
		is $answers[1], $answers[0], "$mt: another domain is as unknown "
		    . 'as none';
	}
	my $uri = sub ($hw) { Mojo::URL->new($f->url($f->base
	    . "/passthrough/$hw/00000000-0000-4000-8000-000000000000/x")) };
	my @get = map { text_of(\@north, {mt => 'HttpGet', uri => $uri->($_)}) }
	    qw(nothing south-dev a-claim);
	is $get[$_], $get[0], 'HttpGet too' for 1, 2;
	my ($category) = @{$f->api({mt => 'GetCategories',
	    domainId => $id{south}})->{categories}};
	for my $mt (qw(EditCategory DeleteCategory)) {
		my @a = map { text_of(\@north, {mt => $mt, id => $_,
		    name => 'y'}) } 999999, $category->{id};
		is $a[1], $a[0], "$mt: another's category is as unknown as none";
	}
	is scalar @{$f->api({mt => 'GetCategories', domainId => $id{south}})
	    ->{categories}}, 1, 'and still there';

	for my $mt (qw(GetGateways GetDevices GetFilteredDevices)) {
		for my $extra ({}, {hwIds => 'south-dev,a-claim,nothing'},
		    {domainIds => join ',', values %id}, {unassigned => \1},
		    {categories => 'k-south'}, {unassigned => \1,
			domainIds => "$id{south}"}) {
			unlike text_of(\@north, {mt => $mt, %$extra}),
			    qr/south-dev|east-dev|a-claim|k-south/,
			    "$mt " . encode_json($extra) . ' shows none';
		}
	}
	is $f->api({mt => 'GetUnassignedDevicesCount'}, @north)->{count}, 0,
	    'unassigned ones are not counted';
	unlike text_of(\@north, {mt => 'GetDomains'}), qr/south|east/,
	    'other domains are not listed';
	is $f->api({mt => 'GetDevice', hwId => 'south-dev'})->{device}{name},
	    undef, 'nothing was changed';
};

subtest 'granted domains' => sub {
	my @north = as('north');
	$f->cli(qw(domain grant north.example south.example));
	is_deeply [sort map { $_->{hwId} } @{$f->api({mt => 'GetDevices'},
	    @north)->{devices}}], ['north-dev', 'south-dev'],
	    'what is granted is seen';
	is $f->api({mt => 'EditDevice', hwId => 'south-dev', name => 'mine'},
	    @north)->{error}, undef, 'and may be named';
	for my $mt (qw(UnassignDevice DeleteDevice)) {
		is $f->api({mt => $mt, hwId => 'south-dev'}, @north)->{error},
		    'not allowed', "$mt is for administrators all the same";
	}
	is $f->api({mt => 'AssignDevice', hwId => 'south-dev',
	    domainId => $id{north}}, @north)->{error}, 'not allowed',
	    'so is moving across domains';
	is scalar @{$f->api({mt => 'GetDevices'}, as('south'))->{devices}}, 1,
	    'a grant is no grant in the other direction';
	$f->cli(qw(domain grant south.example east.example));
	unlike text_of(\@north, {mt => 'GetDevices'}), qr/east-dev/,
	    'nor is it handed on';
	$f->cli(qw(domain revoke north.example south.example));
	unlike text_of(\@north, {mt => 'GetDevices'}), qr/south-dev/,
	    'what was revoked is seen no more';
	$f->cli(qw(domain revoke south.example east.example));
};

subtest 'roles of accounts' => sub {
	my %domains = (manager => [qw(north south)], 'company-admin' => ['east'],
	    'system-admin' => [], user => ['north']);
	my %key;
	for my $role (sort keys %domains) {
		$f->cli('account', 'add', "a-$role", '--role', $role,
		    map { ('--domain', "$_.example") } @{$domains{$role}});
		$key{$role} = $f->cli(qw(key add), "a-$role") =~ s/\n//r;
	}
	my $list = sub ($role) { join ' ', sort map { $_->{hwId} }
	    @{$f->api({mt => 'GetDevices'}, key => $key{$role})->{devices}} };
	is $list->('manager'), 'north-dev south-dev',
	    'a manager sees the domains of the account';
	is $list->('company-admin'), 'east-dev', 'a company-admin too';
	is $list->('system-admin'), 'a-claim east-dev north-dev south-dev',
	    'a system-admin sees everything';
	is $f->post('{"mt":"GetDevices"}', key => $key{user})->body,
	    qq({"mt":"GetDevicesResult","devices":[],"error":"not allowed",)
	    . qq("last":true}\n), 'a mere user has no API';
	is $f->api({mt => 'GetUserInfo'}, key => $key{$_})->{admin},
	    $_ eq 'system-admin' ? 1 : 0, "$_: administrator or not"
	    for qw(manager company-admin system-admin);
	for my $mt (qw(GetAccounts GetSettings)) {
		is $f->api({mt => $mt}, key => $key{$_})->{error},
		    'not allowed', "$mt is not for a $_"
		    for qw(manager company-admin);
		is $f->api({mt => $mt}, key => $key{'system-admin'})->{error},
		    undef, 'but for a system-admin';
	}
	my $south = $id{south};
	is $f->api({mt => 'GetAudit', domainId => $south},
	    key => $key{'company-admin'})->{error}, 'not found',
	    'the audit of another domain is not there for a company-admin';
	ok @{$f->api({mt => 'GetAudit', domainId => $south},
	    key => $key{manager})->{audit}}, 'a manager sees his domains in it';
	$f->cli(qw(domain grant east.example north.example));
	is $list->('company-admin'), 'east-dev north-dev',
	    'what is granted to a domain of the account';
	$f->cli(qw(domain revoke east.example north.example));
	$f->cli(qw(account set a-manager --domain south.example));
	is $list->('manager'), 'south-dev', 'a changed account sees other things';
	$f->cli(qw(account set a-company-admin --role user));
	is $f->api({mt => 'GetDevices'}, key => $key{'company-admin'})->{error},
	    'not allowed', 'a lost role is lost at once';
	my $uri = $f->api({mt => 'GetDevice', hwId => 'south-dev'},
	    key => $key{manager})->{device}{uri};
	like $f->get("${uri}x")->code, qr/^50[23]$/, 'a uri of an account';
	$f->cli(qw(account remove a-manager));
	is $f->get("${uri}x")->code, 403, 'ends with it';
};

subtest 'a key of a user is right, and may nothing' => sub {
	$f->cli(qw(account add plain --role user));
	my $key = $f->cli(qw(key add plain)) =~ s/\n//r;
	for my $mt (qw(GetDevices GetDevice GetUserInfo GetDomains AddDomain
	    HttpGet KeepAlive GetRental Search AppLogin)) {
		my $res = $f->post(encode_json({mt => $mt}), key => $key);
		is $res->code, 200, "$mt is answered";
		is decode_json($res->body)->{error}, 'not allowed',
		    'by what he may not';
	}
	is $f->post('{"mt":"GetUserInfo"}', key => $key)->code, 200,
	    'it was never slowed down' for 1 .. 20;
	my ($id) = $key =~ /^flk_(\d+)_/;
	unlike $f->log_of('devices'), qr/login\.\w+ .*key:$id\b/,
	    'nor called a wrong login';
	is $f->get($f->base . '/csvapi?all=1&type=history', {Authorization =>
	    "Bearer $key"})->code, 401, 'csvapi takes no keys, his neither';
	$f->cli('key', 'remove', $id);
	is $f->post('{"mt":"GetUserInfo"}', key => $key)->code, 401,
	    'revoked it is wrong';
	like $f->log_of('devices'), qr/login\.wrong .*key:$id\b/,
	    'and counts as that';
};

subtest 'a domain has its own affairs in its hands' => sub {
	my @north = as('north');
	my $may = sub (%m) { $f->api({%m}, @north)->{error} // 'yes' };
	my ($self, $south) = @id{qw(north south)};
	$f->cli(qw(device add north-phone --domain north.example --type PHONE));
	my $want = $f->api({mt => 'GetDevicePassword', hwId => 'north-phone'});
	my $got = $f->api({mt => 'GetDevicePassword', hwId => 'north-phone'},
	    @north);
	like $got->{password}, qr/^\S{8,}$/,
	    "a domain's own login reads a random password";
	is $got->{password}, $want->{password}, 'the one there is';
	is $f->api({mt => 'GetAudit', limit => 1})->{audit}[0]{who},
	    "domain:$self", 'and that is in the audit';
	is $may->(mt => 'EditDomain', id => $self, deployAdminPasswords => \0),
	    'yes', 'it sets its checkmark';
	is $may->(mt => 'EditDomain', id => $self, name => 'polar.example'),
	    'not allowed', 'its name is how administrators know it';
	is $may->(mt => 'EditDomain', id => $self, password => 'polar'), 'yes',
	    'it sets its password';
	is $f->post('{"mt":"GetDomains"}', @north)->code, 401,
	    'which holds at once';
	@north[3] = 'polar';
	is $may->(mt => 'EditDomain', id => $self, name => 'north.example',
	    password => 'north'), 'yes', 'and back';
	@north = as('north');
	is $may->(mt => 'EditRental', domainId => $self, recipients =>
	    'a@north.example', invoiceReference => 'n1'), 'yes',
	    'recipients and invoice reference';
	is $may->(mt => 'AddCategory', domainId => $self, name => 'own'),
	    'yes', 'categories';
	is $may->(mt => 'EditDevice', hwId => 'north-dev', name => 'mine',
	    categories => 'own'), 'yes', 'devices';

	my @never = (['AddDomain', name => 'x.example'], ['DeleteDomain',
	    id => $self], ['GrantAccess', domainId => $self, targetId =>
	    $south], ['GetAccess', domainId => $self], ['AddDevice', hwId =>
	    'x', domainId => $self], ['AssignDevice', hwId => 'a-claim',
	    domainId => $self], ['GetSettings'], ['SetInstancePassword',
	    password => 'x'], ['AddAccount', name => 'x', role => 'user']);
	for (@never) {
		my ($mt, %m) = @$_;
		is $may->(mt => $mt, %m), 'not allowed', "but not $mt";
	}
	is $may->(mt => 'EditDomain', id => $south, password => 'x'),
	    'not found', 'another domain is not there';
	is $may->(mt => 'GetDevicePassword', hwId => 'south-dev'), 'not found',
	    'nor its passwords';
	is $may->(mt => 'GetDevicePassword', hwId => 'a-claim'), 'not found',
	    'nor those of unassigned devices';

	$f->cli(qw(domain grant north.example south.example));
	is $may->(mt => 'EditDomain', id => $south, password => 'x'),
	    'not allowed', 'access is not being the domain: no settings';
	is $may->(mt => 'GetDevicePassword', hwId => 'south-dev'),
	    'not allowed', 'and no passwords';
	$f->cli(qw(domain revoke north.example south.example));
	$f->cli(qw(account add boss --role company-admin --domain
	    north.example));
	my $key = $f->cli(qw(key add boss)) =~ s/\n//r;
	for my $m ({mt => 'EditDomain', id => $self, password => 'x'},
	    {mt => 'GetDevicePassword', hwId => 'north-phone'}) {
		is $f->api($m, key => $key)->{error}, 'not allowed',
		    "an account's key is not the domain's login: $m->{mt}";
	}
	my $app = $f->app(as_login('north'));
	is $app->ask({mt => 'GetDevicePassword', hwId => 'north-phone'})
	    ->{password}, $want->{password}, 'an app of the domain is';
	$app->send({mt => 'EditDomain', id => $self, password => 'north'});
	is $app->wait_closed && $app->closed->[0], 1008,
	    'which ends, too, when it changes its own password';
	$f->cli(qw(device remove --yes north-phone));
	$f->cli(qw(account remove boss));
};

subtest 'unassigned devices are for administrators' => sub {
	my ($admin, $north) = ($f->app, $f->app(as_login('north')));
	$_->ask_list({mt => 'GetDevices', recvUpdates => \1, unassigned => \1,
	    src => 'u'}, 'devices') for $admin, $north;
	my $new = $f->device(id => 'b-claim')->connect;
	my $e = $admin->wait_mt('DeviceAdded');
	is $e->{device}{hwId}, 'b-claim', 'administrators hear of a claim';
	is $e->{device}{domainId}, 0, 'that it is unassigned';
	is $e->{device}{online}, 1, 'and online';
	$new->disconnect;
	$e = $admin->wait_mt('DeviceUpdate');
	is $e->{device}{online}, 0, 'and that it goes';
	pause 0.2;
	is_deeply $north->queue, [], 'a domain does not';
	$f->cli(qw(device assign b-claim north.example));
	is $admin->wait_mt('DeviceRemoved')->{device}{hwId}, 'b-claim',
	    'when it is assigned it leaves the list';
	$_->disconnect for $admin, $north;
};

sub as_login ($name) { (domain => "$name.example", password => $name) }

# ---- times -----------------------------------------------------------------

sub median (@x) { (sort { $a <=> $b } @x)[@x / 2] }

# Medians of 1,000 questions each, one after the other in turns.
sub medians ($ask, @what) {
	my @took;
	for my $i (0 .. 999) {
		for my $k ($i % 2 ? reverse 0 .. $#what : 0 .. $#what) {
			my $t = time;
			$ask->($what[$k]);
			push @{$took[$k]}, time - $t;
		}
	}
	return map { median(@$_) } @took;
}

# On a busy machine one run in a while is off: the best of three counts.
sub same_time ($name, $ask, @what) {
	my $off;
	for (1 .. 3) {
		my @m = medians($ask, @what);
		my ($least, $most) = (sort { $a <=> $b } @m)[0, -1];
		$off = $most / $least - 1;
		diag sprintf '%s: %s us', $name, join ' and ',
		    map { sprintf '%.0f', 1e6 * $_ } @m;
		last if $off < 0.1;
	}
	ok $off < 0.1, "$name: medians within 10 %"
	    or diag sprintf '%.1f %%', 100 * $off;
}

subtest 'time' => sub {
	$f->cli(qw(account add timer --role manager --domain north.example));
	my $key = $f->cli(qw(key add timer)) =~ s/\n//r;
	my @h = (Authorization => "Bearer $key");
	my $url = $f->url($f->base . '/api');
	my $ua = $f->ua;
	my $api = sub (%m) { sub ($hw) { $ua->post($url, {@h},
	    encode_json({%m, hwId => $hw})) } };
	my @ids = qw(nothing-d south-dev);
	same_time('GetDevice', $api->(mt => 'GetDevice'), @ids);
	same_time('EditDevice', $api->(mt => 'EditDevice', name => 'x'), @ids);
	my $k = $f->api({mt => 'GetUserInfo'}, key => $key)->{key};
	same_time('passthrough', sub ($hw) { $ua->get($f->url($f->base
	    . "/passthrough/$hw/$k/x")) }, @ids);
	my $c = $f->request(POST => $f->base . '/api')->headers
	    ->every_header('WWW-Authenticate');
	my $nc = 0;
	same_time('a wrong login', sub ($user) {
		$ua->post($url, {Authorization => $f->digest_header($c, 'POST',
		    $f->base . '/api', {user => $user, password => 'x',
			nc => ++$nc})}, '{}');
	}, 'nobody.example', 'south.example');
};

$claim->disconnect;
done_testing;
