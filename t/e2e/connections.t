# The contract between hub and rules with real programs: long filters, many
# domains, orders that cross, why a device is offline, who may crowd the claims.
use utf8;
use Fleetline;
use Mojo::Util qw(url_escape);

my $f = Fleetline->new;
for my $name (qw(north south)) {
	$f->cli(qw(domain add), "$name.example", '--password-file',
	    $f->secret_file($name));
}
my %id = map { $_->{name} =~ s/\.example$//r => $_->{id} }
    @{$f->cli_json(qw(domain list))};
$f->cli(qw(account add robot --role system-admin));
my $robot = $f->cli(qw(key add robot)) =~ s/\n//r;

sub admin (%m) {
	my $r = $f->api(\%m, key => $robot);
	die "$m{mt}: $r->{error}\n" if $r->{error};
	return $r;
}
sub login ($name) {
	return $f->app(domain => "$name.example", password => $name);
}
# To a socket of the run folder; the answer.
sub post ($socket, $path, $body, $headers = {}) {
	my $url = 'http+unix://' . url_escape($f->run_folder . "/$socket.sock",
	    '^A-Za-z0-9._-') . $path;
	my ($tx, $done) = $f->ua->build_tx(POST => $url =>
	    {Host => $socket, %$headers} => $body);
	$f->ua->start($tx => sub { $done = 1 });
	wait_until(sub { $done });
	return $tx->res;
}
sub status { decode_json(get_control()) }
sub get_control {
	my $url = 'http+unix://' . url_escape($f->run_folder . '/control.sock',
	    '^A-Za-z0-9._-') . '/status';
	my ($tx, $done) = $f->ua->build_tx(GET => $url);
	$f->ua->start($tx => sub { $done = 1 });
	wait_until(sub { $done });
	return $tx->res->body;
}
sub is_online ($hw) { admin(mt => 'GetDevice', hwId => $hw)->{device}{online} }
sub join_in ($hw, $domain) {
	admin(mt => 'AddDevice', hwId => $hw, domainId => $id{$domain},
	    offer => 10);
	my $d = $f->device(id => $hw)->connect;
	$d->wait_for('password');
	wait_until(sub { is_online($hw) }) or die "$hw is not online";
	return $d;
}
sub connections ($hw, %o) {
	return $f->api({mt => 'GetDeviceConnections', hwId => $hw},
	    %o ? %o : (key => $robot));
}

# ---- what the hub carries --------------------------------------------------

subtest 'filters up to the largest message' => sub {
	my $app = login('north');
	my $d = join_in('0090330a0001', 'north');
	my @some = ($id{north}, map { 1_000_000 + $_ } 1 .. 199);
	my $list = $app->ask_list({mt => 'GetDevices', recvUpdates => \1,
	    domainIds => join(',', @some), src => 'ids'}, 'devices');
	is_deeply [map { $_->{hwId} } @$list], ['0090330a0001'],
	    'GetDevices with recvUpdates and 200 domainIds is answered';
	my %long = (mt => 'GetDevices', recvUpdates => \1, src => 'long',
	    domainIds => join(',', $id{north}, map { 1e15 + $_ } 1 .. 499),
	    categories => [map { sprintf '%049d', $_ } 1 .. 500],
	    subcategories => [map { sprintf '%049d', $_ } 1 .. 500]);
	my $size = length encode_json(\%long);
	cmp_ok $size, '>', 60_000, "a message of $size bytes";
	cmp_ok $size, '<', 65_536, 'which is not too long';
	is_deeply $app->ask_list(\%long, 'devices'), [],
	    'is answered, whatever it names';
	is status()->{subscriptions}, 2, 'and subscribed with';
	$app->queue([]);
	admin(mt => 'EditDevice', hwId => '0090330a0001', name => 'renamed');
	my $e = $app->wait_mt('DeviceUpdate');
	is_deeply [@{$e->{device}}{qw(hwId name)}], ['0090330a0001', 'renamed'],
	    'events come to who asked for 200 domains';
	is $e->{src}, 'ids', 'with its src';
	$_->disconnect for $app, $d;
	is status()->{too_long}, 0, 'nothing was more than the hub carries';
};

subtest 'an app that sees 13,500 domains' => sub {
	$f->sql('WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i '
	    . 'WHERE n < 13500) INSERT INTO domain (id, name, epoch) '
	    . "SELECT 1000000000000000000 + n, 'many-' || n || '.example', 1 FROM i");
	$f->sql('INSERT INTO access (domain_id, target_id) SELECT '
	    . "$id{south}, id FROM domain WHERE name LIKE 'many-%'");
	my $app = login('south');
	ok $app->login_result->{ok}, 'logs in';
	is scalar @{$app->ask_list({mt => 'GetDomains'}, 'domains')}, 13_501,
	    'and sees them all';
	admin(mt => 'GrantAccess', domainId => $id{south},
	    targetId => $id{north});
	$app->ask_list({mt => 'GetDevices', recvUpdates => \1}, 'devices');
	admin(mt => 'EditDevice', hwId => '0090330a0001', name => 'seen');
	ok $app->wait_mt('DeviceUpdate'),
	    'an order with 13,502 domains reaches its session';
	my $all = $f->app;
	is_deeply $all->ask({mt => 'GetAccess', domainId => $id{south},
	    src => 'a'}), {mt => 'GetAccessResult', src => 'a',
	    domainIds => [], error => 'too long'},
	    'an answer that is no list and longer than 256 KiB says so';
	like $f->log_of('devices'), qr/api\.too-long mt=GetAccess/,
	    'and the log names the message';
	is scalar @{$all->ask_list({mt => 'GetDomains'}, 'domains')}, 13_503,
	    'the connection goes on';
	$all->disconnect;
	admin(mt => 'RevokeAccess', domainId => $id{south},
	    targetId => $id{north});
	$app->disconnect;
	$f->sql("DELETE FROM domain WHERE name LIKE 'many-%'");
};

# ---- orders that cross -----------------------------------------------------

subtest 'two changes whose orders come the wrong way round' => sub {
	my $d = join_in('0090330a0002', 'south');
	my $app = login('north');
	my $rev = sub { ($f->sql(
	    "SELECT last FROM sequence WHERE name = 'rev'"))[1] + 0 };
	my $key = $app->ask({mt => 'GetUserInfo'})->{key};
	my $url = $f->base . "/passthrough/0090330a0002/$key/x";
	admin(mt => 'GrantAccess', domainId => $id{north},
	    targetId => $id{south});
	my $granted = $rev->();
	is $f->get($url)->code, 200, 'what was granted is reached';
	admin(mt => 'RevokeAccess', domainId => $id{north},
	    targetId => $id{south});
	cmp_ok $rev->(), '>', $granted, 'each change has a rev';
	is $f->get($url)->code, 404, 'and what was revoked is not';
	my $order = {order => 'rights', cred => "domain:$id{north}",
	    admin => \0, domains => [$id{north}, $id{south}], rev => $granted};
	is post(control => '/orders', encode_json($order))->body,
	    "{\"ok\":true}\n", 'the order of the grant comes once more, late';
	is $f->get($url)->code, 404, 'it gives nothing back';
	my $late = login('north');
	post(control => '/orders', encode_json({order => 'end',
	    cred => "domain:$id{north}", rev => $granted}));
	ok !$late->wait_closed(0.3),
	    'nor does a late end close who logged in after it';
	is status()->{old_rights}, 3, 'both were counted, for each session';
	$_->disconnect for $app, $late, $d;
};

# ---- why is it offline? ----------------------------------------------------

subtest 'since when, from where, and why not any more' => sub {
	my $hw = '0090330a0003';
	my $d = join_in($hw, 'north');
	my $c = connections($hw)->{connections};
	is scalar @$c, 1, 'a connected device has one connection';
	is $c->[0]{address}, '127.0.0.1', 'its address is kept';
	ok abs($c->[0]{since} / 1000 - time) < 60, 'and since when it is there';
	ok !exists $c->[0]{until} && !exists $c->[0]{cause}, 'it has not ended';
	my $ended = sub ($end) {
		my $n = @{connections($hw)->{connections}};
		$end->();
		my $got;
		wait_until(sub {
			$got = connections($hw)->{connections}[0];
			return exists $got->{until};
		});
		return $got->{cause};
	};
	is $ended->(sub { $d->disconnect }), 'closed', 'it closed';
	my $again = sub {
		$d->connect;
		wait_until(sub { is_online($hw) });
	};
	$again->();
	is $ended->(sub { $d->vanish }), 'lost', 'the line broke off';
	$again->();
	is $ended->(sub { $f->kill_program('hub') }), 'hub', 'the hub was killed';
	wait_until(sub { $f->get('/health')->code == 200 });
	$again->();
	is scalar @{connections($hw)->{connections}}, 4, 'all are kept';

	my %south = (user => 'south.example', password => 'south');
	my %north = (user => 'north.example', password => 'north');
	is scalar @{connections($hw, %north)->{connections}}, 4,
	    'the domain of the device sees them';
	my $no = connections($hw, %south);
	is $no->{error}, 'not found', 'another domain does not';
	ok $no->{last}, 'and its list ends';
	my $shown = $f->cli(qw(device show), $hw);
	like $shown, qr/^online +yes$/m, 'device show tells whether it is there';
	like $shown, qr/^connection +since \S+Z, 127\.0\.0\.1$/m,
	    'since when, from what address';
	like $shown, qr/^connection +\S+Z to \S+Z, lost, 127\.0\.0\.1$/m,
	    'and why the former ones ended';
	is_deeply [map { $_->{cause} } @{$f->cli_json(qw(device connections),
	    $hw)}], ['', 'hub', 'lost', 'closed'], 'device connections lists all';
	isnt +($f->try_cli(qw(device connections nothing)))[0], 0,
	    'of no device there are none';
	$f->cli(qw(device unassign), $hw);
	is connections($hw)->{connections}[0]{cause}, 'administrator',
	    'who was unassigned was by an administrator';
	$d->disconnect;
};

subtest 'hubs with ids of their own on one store' => sub {
	my $d = join_in('0090330a0004', 'north');
	my $other = {'X-Fleetline-Hub' =>
	    'other/0e6ff4c7-7a88-40c4-98eb-8c91903933e6'};
	is post(internal => '/hub/presence', '{"first":true,"subscribers":0,'
	    . '"list":[]}', $other)->code, 200, 'a second hub begins';
	ok is_online('0090330a0004'), 'the devices of the first stay online';
	my $main = {'X-Fleetline-Hub' =>
	    'main/0e6ff4c7-7a88-40c4-98eb-8c91903933e7'};
	post(internal => '/hub/presence', '{"first":true,"subscribers":0,'
	    . '"list":[]}', $main);
	ok !is_online('0090330a0004'), 'with the same id they would not';
	$d->disconnect;
};

# ---- who crowds the claims -------------------------------------------------

subtest 'a flood of ids from one address' => sub {
	$f->cli(qw(setting set claims_per_address 20));
	my @crowd = map { $f->device(id => sprintf 'flood-%03d', $_) } 1 .. 30;
	# Nothing else has a claim from there.
	$_->ua->socket_options({LocalAddr => '127.0.0.3'}) for @crowd;
	$_->connect for @crowd;
	ok wait_until(sub { (grep { $_->closed } @crowd) == 10 }),
	    'ten of thirty are over the share of their address';
	is_deeply [map { $_->closed->[0] } grep { $_->closed } @crowd],
	    [(1013) x 10], 'they may come again later';
	is status()->{crowded}, 10, 'and are counted';
	my $count = sub { scalar grep { $_->{hwId} =~ /^flood/ }
	    @{$f->cli_json(qw(device list --unassigned))} };
	is $count->(), 20, 'twenty are recorded';
	my $lone = $f->device(id => 'lone-1');
	$lone->ua->socket_options({LocalAddr => '127.0.0.2'});
	$lone->connect;
	ok wait_until(sub { grep { $_->{hwId} eq 'lone-1' }
	    @{$f->cli_json(qw(device list --unassigned))} }),
	    'another address is not concerned';
	$_->disconnect for grep { $_->ws } @crowd[0 .. 19];
	like $f->log_of('rules'), qr/claims\.crowded address=127\.0\.0\.3/,
	    'the log names the address';
	my $lines = () = $f->log_of('rules') =~ /claims\.crowded/g;
	cmp_ok $lines, '<=', 2, 'once a minute, not each time';
	$lone->disconnect;
};

done_testing;
