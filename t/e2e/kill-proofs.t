# kill -9 of rules.fcgi and of the hub while a whole fleet is given passwords, and
# while it proves them for the first time: many of them are in one transaction
# then.  No password that a device was told is lost, and no device is locked out.
use Fleetline;
use Mojo::File qw(path);

use constant {FIRST => 200, SECOND => 60, BACK => 60};

my $f = Fleetline->new;
my ($sim, @sims) = ($f->build . '/sbin/fleetline-sim');
END { kill TERM => @sims if @sims }

# Import so many with an open offer, and let them come within a second.
sub fleet ($first, $n) {
	my $csv = path($f->{folder}, "$first.csv");
	my ($rc, $list) = $f->command($sim, '--list', '--first', $first,
	    '--devices', $n);
	$csv->spurt("hwId,domain,type,product\n", map {
		my ($id, $type, $product) = split /;/;
		"$id,example.com,$type,$product\n" } split /\n/, $list);
	$f->cli('import', 'devices', "$csv", '--offer', 60);
	my $pid = fork // die "fork: $!\n";
	return push @sims, $pid if $pid;
	open STDERR, '>', '/dev/null';
	exec $sim, '--url', $f->sysclient_url, '--first', $first, '--devices',
	    $n, '--retry', 500, '--spread', 1000, '--quiet', '--store',
	    path($f->{folder}, "$first.store");
}

sub count ($where) {
	my ($rc, $out) = $f->sql("SELECT count(*) FROM device_secret s JOIN"
	    . " device d ON d.id = s.device_id WHERE $where");
	return $out =~ /^(\d+)$/ ? $1 : -1;
}
my ($handed, $proven) = ('offer_conn IS NOT NULL OR proven IS NOT NULL',
    'proven IS NOT NULL');

sub all_online ($n) {
	return wait_until(sub {
		my $s = eval { $f->cli_json('status') } // {};
		($s->{online} // 0) == $n && ($s->{hub}{devices} // 0) == $n;
	}, BACK);
}

# Kill it when more than so many rows are so; how many there were.
sub strike ($name, $where, $more) {
	my $n;
	wait_until(sub { ($n = count($where)) > $more }, BACK);
	$f->kill_program($name);
	return $n;
}

# ---- passwords are given --------------------------------------------------

fleet(0, FIRST);
my @amid = map { strike('rules', $handed, $_) } 0, FIRST / 4, FIRST / 2;
diag "rules killed when @amid of @{[FIRST]} had been given a password";
ok all_online(FIRST), 'rules die while passwords are given: all have one';

# ---- and proven -----------------------------------------------------------

$f->kill_program('hub');
@amid = (strike('hub', $proven, 0), strike('rules', $proven, 0));
diag "the hub, then rules killed when @amid had proven it";
ok all_online(FIRST), 'rules and hub die while they are proven: all are back';
is count($proven), FIRST, 'each has proven the one it was given';
$f->kill_program('hub');
ok all_online(FIRST), 'which are good the next time, too';

# ---- a hub that dies with passwords on their way --------------------------

# Whoever was not told, because its hub died, has none and is a claim; nobody
# else gets it unseen, an administrator gives another.
fleet(FIRST, SECOND);
diag 'the hub killed when ' . strike('hub', "($handed) AND d.hw_id >="
    . sprintf("'0090334%05x'", FIRST), 0) . ' had been given one';
my $told = sub { wait_until(sub {
	my $s = eval { $f->cli_json('status') } // {};
	($s->{hub}{devices} // 0) + ($s->{hub}{claims} // 0)
	    == FIRST + SECOND && ($s->{hub}{devices} // 0)
	    == ($s->{online} // 0) }, BACK) };
ok $told->(), 'all are there after it, as devices or as claims';
my @lost = split /\n/, ($f->sql('SELECT DISTINCT hw_id FROM claim'
    . ' WHERE online = 1'))[1];
diag scalar(@lost) . ' were not told';
$f->cli(qw(device assign), $_, 'example.com') for @lost;
ok all_online(FIRST + SECOND), 'a choice heals those that were not told';

unlike $f->log_of('rules'), qr/wrong-digest/, 'no right password was refused';
my ($rc, $out) = $f->try_cli('check');
is $rc, 0, 'the store is sound' or diag $out;
done_testing;
