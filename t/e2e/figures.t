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

$_->disconnect for @devices;
done_testing;
