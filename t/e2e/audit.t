# The audit as it is asked for: times, who, what, on which thing, by pages; a
# domain's login sees what concerns the domain; what is forgotten, and by whom.
use Fleetline;
use Jobs;
use POSIX qw(strftime);

my $f = Jobs->new;
$f->cli(qw(domain add north.example --password-file), $f->secret_file('north'));
$f->cli(qw(domain add south.example --password-file), $f->secret_file('south'));
$f->cli(qw(device add 0090330e0001 --domain north.example));
$f->cli(qw(device assign 0090330e0001 south.example));
my $file = $f->secret_file("hwId,domain\n" . join "\n", map {
	sprintf '0090330f%04x,south.example', $_ } 1 .. 450);
$f->cli(qw(import devices), $file);

sub rows (@words) { $f->cli_json(qw(audit list --limit 1000), @words) }
sub said (@words) { join ' ', map { $_->{what} } @{rows(@words)} }

subtest 'what is asked for is answered' => sub {
	is said(qw(--on 00-90-33-0e-00-01)), 'device.assign device.add',
	    'all about one device, as its address is printed';
	is said(qw(--on north.example --what domain.add)), 'domain.add',
	    'of a domain';
	is scalar @{rows(qw(--what device))}, 452, 'a kind, over all pages';
	is said(qw(--who account:77)), '', 'of somebody who did nothing';
	my @one = qw(--on 0090330e0001);
	my @day = gmtime rows(@one)->[0]{time} / 1000;
	my $day = strftime '%Y-%m-%d', @day;
	is said(@one, '--since', $day, '--until', $day),
	    'device.assign device.add', 'a day is its whole length';
	is said(@one, '--since', strftime('%d.%m.%Y', @day)),
	    'device.assign device.add', 'as it is written in German, too';
	is said(qw(--until 2020-01-31)), '', 'long ago there was nothing';
	is said('--since', '2020-01-31 16:30', '--on', 'south.example', '--what',
	    'domain'), 'domain.add', 'with a time of the day';
	is scalar @{rows(qw(--domain north.example --on 0090330e0001))}, 2,
	    'what concerns a domain';
	for my $bad (qw(yesterday 2026-02-30 11/26/2026)) {
		my ($status, undef, $err) = $f->try_cli(qw(audit list --since),
		    $bad);
		is $status, 1, "$bad is no date";
		like $err, qr/--since needs a date like/, 'and says what is one';
	}
};

subtest 'an import can be compared with its file' => sub {
	my ($row) = @{rows(qw(--what import))};
	my (undef, $sum) = $f->command('sha256sum', $file);
	is_deeply decode_json($row->{detail}), {devices => 450,
	    sha256 => substr($sum, 0, 64), user => scalar getpwuid $<},
	    'by its number and its hash, and by who ran the command';
};

subtest 'younger rows cannot be removed by anybody' => sub {
	my ($status, undef, $err) = $f->sql('DELETE FROM audit');
	isnt $status, 0, 'without a setting';
	like $err, qr/append-only/, 'the database says why';
	isnt +($f->try_cli(qw(setting set audit.days 7)))[0], 0,
	    'a week is too short';
	$f->cli(qw(setting set audit.days 30));
	isnt +($f->sql('DELETE FROM audit'))[0], 0, 'nor with one';
	isnt +($f->sql('UPDATE audit SET time = 0'))[0], 0, 'nor made older';
	isnt +($f->sql('DELETE FROM audit_domain'))[0], 0,
	    'nor hidden from their domain';
	my $before = @{rows()};
	$f->sql("INSERT INTO audit (time, who, what, target, detail)"
	    . " VALUES (1000, 'local', 'old', 'x', ''),"
	    . " (strftime('%s', 'now', '-31 days') * 1000, 'local', 'old', 'x',"
	    . " ''), (strftime('%s', 'now', '-29 days') * 1000, 'local',"
	    . " 'young', 'x', '')");
	$f->sql('CREATE TRIGGER broken BEFORE DELETE ON audit'
	    . " BEGIN SELECT raise(ABORT, 'the disk failed'); END");
	my ($rc, $log) = $f->jobs;
	isnt $rc, 0, 'what cannot be forgotten is an error of the periodic work';
	is said(qw(--what audit)), '', '... and nothing says that it was';
	$f->sql('DROP TRIGGER broken');
	($rc, $log) = $f->jobs;
	is $rc, 0, 'the periodic work runs';
	is said(qw(--on x)), 'young', 'what is old enough is forgotten';
	is @{rows()}, $before + 2, 'all else is there, and a row about it';
	is said(qw(--what audit)), 'audit.expire', 'which says so';
	$f->cli(qw(setting set audit.days), '');
};

$f->start;
my @north = (user => 'north.example', password => 'north');

subtest 'a domain sees its own part' => sub {
	my $r = $f->api({mt => 'GetAudit'}, @north);
	is join(' ', map { $_->{what} } @{$r->{audit}}),
	    'device.assign device.add domain.add',
	    'what was done with it, until a device left';
	is $f->api({mt => 'GetAudit', domainId => 3}, @north)->{error},
	    'not found', 'not another';
	is_deeply $f->api({mt => 'GetAudit', what => 'setting'}, @north)
	    ->{audit}, [], 'nor what concerns none';
};

subtest 'the message asks as the command does' => sub {
	my $list = sub (%m) { [map { $_->{what} }
	    @{$f->api({mt => 'GetAudit', %m})->{audit}}] };
	is_deeply $list->(on => '0090330e0001'), [qw(device.assign device.add)],
	    'on';
	is_deeply $list->(what => 'domain', on => 'north.example'),
	    ['domain.add'], 'what';
	is_deeply $list->(who => 'nobody'), [], 'who';
	is_deeply $list->(until => '2020-01-31'), [], 'until';
	is scalar @{$list->(since => '2020-01-31', what => 'device',
	    limit => 10000)}, 452, 'since, over all pages';
	is scalar @{$list->(domainId => 3, what => 'device',
	    limit => 10000)}, 451, 'of one domain';
	is $f->api({mt => 'GetAudit', since => 'soon'})->{error},
	    'no date like 2026-11-26 or 2026-11-26 16:30', 'an error says why';
};

done_testing;
