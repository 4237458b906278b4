# What is counted: statistics, metrics, the history of who is online.
use Fleetline;

my $f = Fleetline->new;
$f->cli(qw(domain add), $_, '--password-file', $f->secret_file('secret'))
    for qw(north.example south.example);
my %id = map { $_->{name} => $_->{id} } @{$f->cli_json(qw(domain list))};
my @north = (user => 'north.example', password => 'secret');

# A device that was assigned, and is online.
sub join_in ($hw, $domain, %o) {
	my $d = $f->device(id => $hw, %o)->connect;
	wait_until(sub {
		!$f->api({mt => 'AssignDevice', hwId => $hw,
		    domainId => $id{$domain}})->{error};
	});
	$d->wait_for('password');
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $hw})
	    ->{device}{online} });
	return $d;
}

my @devices = (join_in('009033000001', 'north.example', product => 'IP811',
    version => '13r1 a'),
    join_in('009033000002', 'south.example', product => 'IP811',
    version => '13r1 a'));
$f->api({mt => 'AddDevice', hwId => '009033000003', type => 'PHONE',
    domainId => $id{'south.example'}, product => 'IP232'});

subtest 'GetStatistics' => sub {
	my $r = $f->api({mt => 'GetStatistics'});
	is_deeply [@$r{qw(mt known online unassigned)}],
	    ['GetStatisticsResult', 3, 2, 0], 'all of them';
	is_deeply $r->{domains}, [
	    {domainId => $id{'south.example'}, name => 'south.example',
		known => 2, online => 1},
	    {domainId => $id{'north.example'}, name => 'north.example',
		known => 1, online => 1}], 'by domain';
	is_deeply [map { "$_->{product} $_->{known} $_->{online}" }
	    @{$r->{types}}], ['IP811 2 2', 'IP232 1 0'], 'by type';
	is_deeply $r->{versions}, [{version => '13r1 a', known => 2,
	    online => 2}, {version => '', known => 1, online => 0}],
	    'by version';
	ok !exists $r->{"other$_"}, "no other $_" for qw(Domains Types Versions);
	$r = $f->api({mt => 'GetStatistics'}, @north);
	is_deeply [map { $_->{name} } @{$r->{domains}}], ['north.example'],
	    'a tenant sees its own';
	ok !exists $r->{unassigned}, 'and not those in no domain';
	$r = $f->api({mt => 'GetStatistics', domainIds => [values %id]}, @north);
	is $r->{known}, 1, "naming another's counts nothing of it";
	is $f->api({mt => 'GetStatistics', domainIds => 'x'})->{field},
	    'domainIds', 'ids are numbers';
};

subtest 'fleetline stats' => sub {
	like $f->cli('stats'), qr/^all +- +- +3 +2\n.*^type +\S+ +IP232 +1 +0$/ms,
	    'a table';
	is_deeply $f->cli_json(qw(stats --by domain --domain north.example)), [
	    {of => 'all', type => '', name => '', known => 1, online => 1},
	    {of => 'domain', type => '', name => 'north.example', known => 1,
		online => 1}], 'one list of one domain';
	my ($rc, $out, $err) = $f->try_cli(qw(stats --by colour));
	isnt $rc, 0, 'by nothing else';
	like $err, qr/"domain", "type" or "version"/, 'which it says';
};

# The periodic work; what it prints, if it fails.
sub jobs {
	my ($rc, $out, $err) = $f->command($f->build . '/sbin/fleetline-jobs',
	    '-c', $f->state . '/fleetline.conf');
	is $rc, 0, 'the periodic work runs' or diag $err;
}

# Steps that are no gap.
sub noted ($list) { [grep { defined } @$list] }

subtest 'GetOnlineHistory' => sub {
	# What ./start runs by itself may have come before the devices.
	$f->sql('DELETE FROM history');
	jobs();
	my $south = {mt => 'GetOnlineHistory', domainId => $id{'south.example'}};
	my $r = $f->api($south);
	is_deeply [@$r{qw(mt step)}], ['GetOnlineHistoryResult', 5],
	    'a day has steps of five minutes';
	is $r->{from} % 300_000, 0, 'whole ones';
	is join(' ', sort keys %$r), 'from known max min mt online step',
	    'its members';
	is scalar @{$r->{online}}, scalar @{$r->{known}}, 'all of one length';
	cmp_ok abs(@{$r->{online}} - 288.5), '<', 1, 'that of a day';
	is_deeply [map { noted($r->{$_}) } qw(online min max known)],
	    [[1], [1], [1], [2]], 'one point, and what nobody noted is a gap';
	$r = $f->api({%$south, step => 1440});
	is_deeply [$r->{step}, noted($r->{known})], [1440, [2]],
	    'a step of a day';
	$r = $f->api({mt => 'GetOnlineHistory'});
	is_deeply [map { noted($r->{$_})->[-1] } qw(online known unassigned)],
	    [2, 3, 0], 'the whole instance';
	is $f->api({mt => 'GetOnlineHistory', domainId => $id{'north.example'}},
	    @north)->{error}, undef, 'a tenant sees its own';
	is $f->api($south, @north)->{error}, 'not found', "another's is not found";
	is $f->api({mt => 'GetOnlineHistory'}, @north)->{error}, 'not found',
	    'nor is the whole';
	like $f->api({%$south, from => 0, to => 253402300799999})->{error},
	    qr/^more than 2016 points/, 'a span without end';
	is $f->api({%$south, step => 4})->{field}, 'step', 'a small step';
	my $app = $f->app;
	is $app->ask({mt => 'GetOnlineHistory'})->{step}, 5, 'an app asks, too';
	$app->disconnect;
};

subtest 'fleetline history' => sub {
	like $f->cli(qw(history north.example)),
	    qr/^TIME +ONLINE +MIN +MAX +KNOWN\n\S+T\S+Z +1 +1 +1 +1\n/,
	    'a table';
	my ($row) = @{$f->cli_json('history')};
	is_deeply [@$row{qw(online known unassigned)}], [2, 3, 0],
	    'of the whole instance';
	is_deeply $f->cli_json(qw(history --until 2020-01-01)), [],
	    'nothing of years ago';
	is scalar @{$f->cli_json('history', '--since', int(time - 399 * 86400)
	    . '000')}, 1, 'a year in longer steps';
	for (['--step', 7], ['--step', 'x'], ['--since', 'x'],
	    ['--since', '2020-01-01', '--step', 5]) {
		isnt +($f->try_cli('history', @$_))[0], 0, "not @$_";
	}
};

$_->disconnect for @devices;
done_testing;
