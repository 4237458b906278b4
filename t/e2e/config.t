# Configurations by messages: over HTTP, and in the AppWebsocket of an app, which
# has a session key (innovaphone-protocols 2.5, 3.2, 8; additions A4, B7, B8).
use Encode 'encode_utf8';
use Fleetline;

my $f = Fleetline->new;
$f->cli(qw(domain add), $_, '--password-file', $f->secret_file("$_-password"))
    for qw(north.example south.example);
$f->cli('category', 'add', 'north.example', $_, '--config') for qw(desks halls);
my %domain = map { $_->{name} => $_->{id} } @{$f->api({mt => 'GetDomains'})->{domains}};
my ($north, $south) = @domain{qw(north.example south.example)};
my @north = (user => 'north.example', password => 'north.example-password');
my @south = (user => 'south.example', password => 'south.example-password');
my ($true, $false) = (Mojo::JSON::true, Mojo::JSON::false);

sub add (%c) { $f->api({mt => 'AddDeviceConfig', config => {domainId => $north, %c}}) }
sub get ($id, @as) { $f->api({mt => 'GetDeviceConfig', id => $id}, @as) }
sub edit ($id, %c) { $f->api({mt => 'EditDeviceConfig', config => {id => $id, %c}}) }
sub drop ($id) { $f->api({mt => 'DeleteDeviceConfig', id => $id}) }

my %ntp = (type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '', tz => 'UTC');
my %alarm = (type => 'ALARM_SERVER', url => 'https://192.0.2.7/', setLogUrl => $true,
    logUser => 'u', logPassword => 'Gr3en-s3cret');
my %phone = (coder => 'OPUS-WB', srtpKey => '0', srtpCipher => '5', dialTone => 15);

# What an app shares with us after its login (2.5).
sub app_of ($domain = $f->domain, $password = $f->password) {
	my $app = App->new(url => $f->ws_url)->connect->login(domain => $domain,
	    password => $password);
	return ($app, Digest::SHA::sha256_hex('innovaphoneAppSessionKey:'
	    . $app->challenge . ":$password"));
}
sub encrypt ($seed, $key, $text) { unpack 'H*', Device::rc4("$seed:$key", $text) }
sub decrypt ($seed, $key, $hex) { Device::rc4("$seed:$key", pack 'H*', $hex) }

subtest 'each type, each field' => sub {
	my %all = (
	    ALARM_SERVER => {url => 'https://192.0.2.7/', setLogUrl => $true,
		logUrl => '', logUser => 'u'},
	    MEDIA => {stunServer => 's', turnServer => 't', turnUser => 'u',
		tosRtp => '0xb8', tosSig => '0x1A', setRtpPorts => $true,
		rtpFirst => 16384, rtpNum => 512, setNatPorts => $true,
		natFirst => 20000, natNum => 128},
	    NTP => {ntp1 => 'a', ntp2 => '', tz => 'CET-1CEST-2,M3.5.0/2,M10.5.0/3'},
	    TLS_PROFILE => {profile => 'strict'},
	    PHONE => {%phone, gk1 => '192.0.2.2', gk2 => '', gkId => 'pbx',
		frameSize => 20, (map { $_ => $true } qw(exclusive setRecordingUrl
		silenceComp noDtmfDetect noPhysicalLocation audioOnly noCtHookOn
		protectCfg allowUserCfg hideCompleteCfg)), hideAdminCfg => $false,
		recordingUrl => 'https://r.example/'},
	    FXS_PHONE => {%phone, fax => $true},
	    EXPERT => {script => "# all\r\nconfig write\r\n"},
	);
	for my $type (sort keys %all) {
		my $r = add(type => $type, desc => "my $type", %{$all{$type}});
		is $r->{error}, undef, "$type is taken" or diag explain $r;
		my $c = get($r->{id})->{config};
		is_deeply {map { $_ => $c->{$_} } keys %{$all{$type}}}, $all{$type},
		    "$type comes back, field by field";
		is_deeply [@$c{qw(id domainId desc type categories revision)}],
		    [$r->{id}, $north, "my $type", $type, [], 1], 'with what all have';
		drop($r->{id});
	}
};

subtest 'what is refused, and why' => sub {
	my %wrong = (
	    type => {type => 'PHONES'}, ntp1 => {%ntp, ntp1 => 7},
	    tz => {%ntp, tz => undef}, ntp3 => {%ntp, ntp3 => 'x'},
	    profile => {type => 'TLS_PROFILE', profile => 'lax'},
	    tosRtp => {type => 'MEDIA', tosRtp => '0x1'},
	    rtpNum => {type => 'MEDIA', setRtpPorts => $true, rtpFirst => 4000},
	    rtpFirst => {type => 'MEDIA', rtpFirst => 2051},
	    natFirst => {type => 'MEDIA', setRtpPorts => $true, rtpFirst => 4000,
		rtpNum => 200, setNatPorts => $true, natFirst => 4100, natNum => 128},
	    coder => {type => 'PHONE', %phone, coder => 'G729'},
	    dialTone => {type => 'PHONE', %phone, dialTone => 27},
	    frameSize => {type => 'PHONE', %phone, frameSize => 81},
	    srtpKey => {type => 'PHONE', %phone, srtpKey => 4},
	    fax => {type => 'PHONE', %phone, fax => $true},
	    audioOnly => {type => 'FXS_PHONE', %phone, audioOnly => $true},
	    url => {type => 'ALARM_SERVER', url => 'x' x 1025},
	    script => {type => 'EXPERT', script => "# nothing\n"},
	    certs => {type => 'TRUST_LIST', certs => [{pem => 'none'}]},
	    categories => {%ntp, categories => ['none']},
	);
	for my $field (sort keys %wrong) {
		my $r = add(%{$wrong{$field}});
		is $r->{field}, $field, "$field: $r->{error}";
	}
	is_deeply $f->api({mt => 'GetDeviceConfigs', domainId => $north})->{configs},
	    [], 'nothing of it is kept';
};

subtest 'secrets over HTTP' => sub {
	my $id = add(%alarm)->{id};
	my $c = get($id)->{config};
	ok !exists $c->{logPassword}, 'they are set in clear, and do not come out';
	is_deeply $c->{secrets}, ['logPassword'], 'it says that there is one';
	ok $f->post(encode_json({mt => 'GetDeviceConfig', id => $id}))->body
	    !~ /Gr3en|seed/, 'nothing else does either';
	is edit($id, logUser => 'v')->{revision}, 2, 'something else is changed';
	is edit($id, domainId => $south, logUser => 'w')->{field}, 'domainId',
	    'but not its domain';
	is_deeply get($id)->{config}{secrets}, ['logPassword'], 'and leaves it';
	edit($id, logPassword => undef);
	is get($id)->{config}{secrets}, undef, 'null takes it away';
	ok $f->cli(qw(audit list)) !~ /Gr3en/, 'the audit does not have it';
	drop($id);
};

subtest 'secrets in an AppWebsocket' => sub {
	my ($app, $key) = app_of();
	my $seed = '0123456789';
	my $r = $app->ask({mt => 'AddDeviceConfig', config => {%alarm,
	    domainId => $north, seed => $seed,
	    logPassword => encrypt($seed, $key, 'Gr3en-s3cret')}});
	is $r->{error}, undef, 'they are set encrypted by the session key';
	my $c = $app->ask({mt => 'GetDeviceConfig', id => $r->{id}})->{config};
	is $c->{seed}, $alarm{url}, 'A4: the seed is the value of url';
	is decrypt($c->{seed}, $key, $c->{logPassword}), 'Gr3en-s3cret',
	    'and come out encrypted';
	is $app->ask({mt => 'EditDeviceConfig', config => {id => $r->{id},
	    logPassword => 'in clear'}})->{field}, 'logPassword',
	    'in clear they are refused here';
	$app->ask({mt => 'EditDeviceConfig', config => {id => $r->{id}, url => ''}});
	$c = $app->ask({mt => 'GetDeviceConfig', id => $r->{id}})->{config};
	ok length $c->{seed} >= 16, 'without a url the seed is drawn';
	is decrypt($c->{seed}, $key, $c->{logPassword}), 'Gr3en-s3cret', 'and works';
	is $f->api({mt => 'EditDeviceConfig', config => {id => $r->{id}, seed => 's',
	    logPassword => 'Blue'}})->{error}, undef, 'over HTTP a seed is nothing';
	drop($r->{id});
	my $m = $app->ask({mt => 'AddDeviceConfig', config => {type => 'MEDIA',
	    domainId => $north, turnServer => 'turn.example', seed => $seed,
	    turnPassword => encrypt($seed, $key, 'pw')}});
	$c = $app->ask({mt => 'GetDeviceConfig', id => $m->{id}})->{config};
	is $c->{seed}, 'turn.example', 'A4: of MEDIA it is that of turnServer';
	is decrypt($c->{seed}, $key, $c->{turnPassword}), 'pw', 'the same';
	drop($m->{id});
	$app->disconnect;
};

subtest 'lists and events' => sub {
	my ($app) = app_of('north.example', 'north.example-password');
	my ($other) = app_of('south.example', 'south.example-password');
	$other->ask_list({mt => 'GetDeviceConfigs', recvUpdates => $true}, 'configs');
	my $one = add(%ntp, desc => 'clock')->{id};
	my $list = $app->ask_list({mt => 'GetDeviceConfigs', recvUpdates => $true,
	    src => 'mine'}, 'configs');
	is_deeply [map { [@$_{qw(id desc type)}] } @$list], [[$one, 'clock', 'NTP']],
	    'a list has what all have';
	ok !exists $list->[0]{ntp1}, 'and no values';
	my $two = add(%ntp, categories => ['desks'])->{id};
	my $e = $app->wait_mt('DeviceConfigAdded');
	is_deeply [$e->{src}, $e->{config}{id}, $e->{config}{categories}[0]{name}],
	    ['mine', $two, 'desks'], 'DeviceConfigAdded comes to who subscribed';
	edit($one, ntp1 => 'b');
	$e = $app->wait_mt('DeviceConfigEdited');
	is_deeply [$e->{config}{id}, $e->{config}{revision}], [$one, 2],
	    'DeviceConfigEdited';
	ok !exists $e->{config}{ntp1}, 'without values';
	drop($one);
	$e = $app->wait_mt('DeviceConfigDeleted');
	delete $e->{src};
	is_deeply $e, {mt => 'DeviceConfigDeleted', id => $one},
	    'DeviceConfigDeleted has the id';
	drop($two);
	$app->wait_mt('DeviceConfigDeleted');
	$other->ask({mt => 'GetUnassignedDevicesCount'});
	is_deeply [grep { $_->{mt} =~ /^DeviceConfig/ } @{$other->queue}], [],
	    'another domain hears of none';
	$_->disconnect for $app, $other;
	is_deeply $f->api({mt => 'GetDevicesConfigs'})->{configs}, [],
	    'GetDevicesConfigs is another name of the list';
};

subtest 'rights' => sub {
	my $id = add(%ntp)->{id};
	my $gone = $f->api({mt => 'GetDeviceConfig', id => 99999}, @south)->{error};
	is get($id, @north)->{config}{ntp1}, '192.0.2.1', 'a domain has its own';
	is get($id, @south)->{error}, $gone,
	    'of another it is as if it did not exist';
	for (['EditDeviceConfig', config => {id => $id, ntp1 => 'x'}],
	    ['DeleteDeviceConfig', id => $id], ['AddDeviceConfig',
	    config => {%ntp, domainId => $north}]) {
		my ($mt, %m) = @$_;
		is $f->api({mt => $mt, %m}, @south)->{error}, 'not found', "$mt: no";
	}
	is_deeply [@{$f->api({mt => 'GetDeviceConfigs', domainId => $north}, @south)}
	    {qw(configs error)}], [[], 'not found'], 'nor is its list';
	is $f->api({mt => 'GetDeviceConfig', id => $id, domainId => $south})->{error},
	    'not found', 'with domainId only one of that domain is found';

	$f->cli(qw(account add looker --role system-admin --read-only yes));
	my $key = $f->cli(qw(key add looker)) =~ s/\s//gr;
	my $secret = add(type => 'EXPERT', script => 'config write')->{id};
	is get($id, key => $key)->{config}{ntp1}, '192.0.2.1', 'who only looks sees it';
	is get($secret, key => $key)->{config}{script}, undef, 'but no script';
	for (['EditDeviceConfig', config => {id => $id, ntp1 => 'x'}],
	    ['DeleteDeviceConfig', id => $id], ['AddDeviceConfig',
	    config => {%ntp, domainId => $north}]) {
		my ($mt, %m) = @$_;
		is $f->api({mt => $mt, %m}, key => $key)->{error}, 'not allowed',
		    "and not $mt";
	}
	is get($id)->{config}{revision}, 1, 'nothing was changed';
	drop($_) for $id, $secret;
};

subtest 'long scripts' => sub {
	my $line = 'config change CMD0 /name ' . ("\x{e4}" x 20) . "\n";
	my $script = $line x int(50000 / length encode_utf8($line));
	my $r = add(type => 'EXPERT', script => $script);
	is $r->{error}, undef, 'a long script is taken';
	is get($r->{id})->{config}{script}, $script, 'and comes whole over HTTP';
	my ($app) = app_of();
	my $c = $app->ask({mt => 'GetDeviceConfig', id => $r->{id}, src => 's'})->{config};
	my @pieces = grep { $_->{mt} eq 'GetDeviceConfigValueResult' } @{$app->queue};
	is scalar @pieces, 2, 'EX7: an app gets it in pieces, before the object';
	is join('', map { $_->{value} } @pieces), $script, 'EX7: joined it is whole';
	is_deeply [map { @$_{qw(name src)} } @pieces], [('script', 's') x 2],
	    'EX7: each with its name and the src';
	ok !(grep { length(encode_utf8($_->{value} =~ s/\n/\\n/gr)) > 48 << 10 } @pieces),
	    'EX7: none has more than 48 KiB';
	ok !exists $c->{script}, 'the object does not have it again';
	$app->disconnect;
	drop($r->{id});
};

subtest 'EX6: warnings' => sub {
	my $r = add(type => 'EXPERT', script => "mod cmd UP0 prot http://x/ ireset 1\n"
	    . "vars create A/B p 00\nconfig change CMD0 /name x\n");
	is_deeply [map { "$_->{line} $_->{warning}" } @{$r->{warnings}}],
	    ['1 prot', '2 vars', '3 write', '3 activate'],
	    'EX6: what may go wrong is said, with the line';
	ok !(grep { !length $_->{text} } @{$r->{warnings}}), 'EX6: in words, too';
	ok $r->{id}, 'EX6: and it is kept all the same';
	drop($r->{id});
};

subtest 'what a device should have' => sub {
	my @ids = map { $_->{id} } add(%ntp), add(type => 'TLS_PROFILE',
	    profile => 'fast', categories => ['desks']), add(type => 'MEDIA',
	    stunServer => 's', categories => ['halls']);
	$f->api({mt => 'AddDevice', hwId => '009033000001', domainId => $north,
	    type => 'PHONE', categories => ['desks'],
	    password => 'Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e'});
	my $state = sub { [map { $_->{id} }
	    @{$f->api({mt => 'GetDeviceConfigState', hwId => '009033000001'}, @_)->{configs}}] };
	is_deeply $state->(), [@ids[0, 1]], 'DC1: those for all, and of its category';
	$f->api({mt => 'EditDevice', hwId => '009033000001',
	    categories => ['desks', 'halls']});
	is_deeply $state->(), [@ids[2, 0, 1]],
	    'DC1: in two categories both, in the order of their types';
	is $f->api({mt => $_, hwId => '009033000001'}, @south)->{error}, 'not found',
	    "another domain learns nothing by $_"
	    for qw(GetDeviceConfigState ResumeDeviceConfigs);
	my ($one) = @{$f->api({mt => 'GetDeviceConfigState',
	    hwId => '009033000001'})->{configs}};
	is_deeply $one, {id => $ids[2], type => 'MEDIA', desc => '', revision => 1,
	    result => 'waiting'}, 'what was never sent is waiting';
	is_deeply $f->api({mt => 'ResumeDeviceConfigs', hwId => '009033000001'}),
	    {mt => 'ResumeDeviceConfigsResult'}, 'nothing was stopped';
	$f->cli(qw(config resume 009033000001));
	my ($row) = @{$f->cli_json(qw(config state 009033000001))};
	is_deeply [@$row{qw(id type revision result)}], [$ids[2], 'MEDIA', 1, 'waiting'],
	    'config state says the same';
	$f->cli(qw(device unassign 009033000001));
	is_deeply $state->(), [], 'DC3: unassigned it gets none';
	drop($_) for @ids;
};

subtest 'categories of phones' => sub {
	my $names = sub (@type) { [map { $_->{name} } @{$f->api({
	    mt => 'GetProvisioningCategories', domainId => $north, @type})->{categories}}] };
	is_deeply $names->(), ['desks', 'halls'], 'all are for provisioning';
	is_deeply $names->(type => 'PHONE'), [], 'no phone has a configuration';
	my $id = add(type => 'FXS_PHONE', %phone, categories => ['halls'])->{id};
	is_deeply $names->(type => 'PHONE'), ['halls'],
	    'type PHONE: those that a phone or analog phone configuration has';
	drop($id);
};

done_testing;
