# A clock that jumps, and nobody vouches for it: the periodic work settles
# nothing by it, and says so in its log, by one mail and in /health.
use Fleetline;
use Jobs;
use Mailserver;
use POSIX qw(strftime);
use Mojo::JSON qw(decode_json);

use constant DAY => 86400;

my $m = Mailserver->new;
my $f = Jobs->new(clock_word => 'doubted', plain => 1, mail => {
	url => $m->url, tls => 'off', from => 'fleet@rental.example'});
my $now = time;

sub rows { ($f->sql('SELECT count(*) FROM ledger'))[1] + 0 }

# Of the history of the whole instance: the last day, and its bytes.
sub history {
	my ($rc, $out) = $f->sql('SELECT max(day), sum(length(points))'
	    . ' FROM history WHERE domain_id = 0');
	return $out =~ s/\n//r;
}

sub force ($time) {
	return $f->command_at($time, 'sbin/fleetline-jobs', '-c',
	    $f->state . '/fleetline.conf', '--force');
}

$f->cli(qw(account set admin --mail boss@rental.example));
$f->rent('long.example', days => 300);
my ($rc, $log) = $f->jobs($now);
is $rc, 0, 'the first run is believed' or diag $log;
my $before = rows();
my $noted = history();
like $noted, qr/^\d{5}\|\d+$/, 'and notes who is online';

subtest 'a run hundred days ahead' => sub {
	$m->stop;
	my ($rc, $log) = $f->jobs($now + 100 * DAY);
	like $log, qr/ clock\.untold why=/, 'the mail server is away, says the log';
	$m->start;
	($rc, $log) = $f->jobs($now + 100 * DAY);
	is $rc, 1, 'must be looked at';
	like $log, qr/ clock\.doubt /, 'the log says why';
	is rows(), $before, 'nothing is settled';
	is history(), $noted, 'nor noted in the history';
	my @mails = $m->mails;
	is @mails, 1, 'one mail';
	is_deeply $mails[0]{to}, ['boss@rental.example'], 'to the administrator';
	like $mails[0]{subject}, qr/clock/, 'about the clock';
	my $day = strftime('%Y-%m-%d', gmtime $now);
	like $mails[0]{body}, qr/last ran at $day/, 'and the last run';
	$f->jobs($now + 100 * DAY + 600);
	is @{[$m->mails]}, 1, 'and only one';
};

subtest 'the clock is right again' => sub {
	my ($rc, $log) = $f->jobs($now + 600);
	is $rc, 0, 'the next run is well' or diag $log;
	is rows(), $before, 'nothing was charged ahead of its time';
	isnt history(), $noted, 'ten minutes later it notes again';
};

subtest 'a week off, with a clock that is vouched for' => sub {
	$f->clock_word('trusted')->set_mail(%{$f->mail});
	my ($rc, $log) = $f->jobs($now + 40 * DAY);
	is $rc, 0, 'runs as usual' or diag $log;
	ok rows() > $before, 'and settles';
	$f->clock_word('doubted')->set_mail(%{$f->mail});
};

subtest '--force' => sub {
	my $settled = rows();
	is +($f->jobs($now + 80 * DAY))[0], 1, 'in doubt again';
	is rows(), $settled, 'nothing is settled';
	my ($rc, $out, $log) = force($now + 80 * DAY);
	is $rc, 0, 'a run is forced' or diag $log;
	like $log, qr/ clock\.forced /, 'which the log tells';
	ok rows() > $settled, 'and settles';
};

subtest '/health' => sub {
	$f->sql("UPDATE last_run SET time = 1000");
	$f->start;
	my $r = decode_json($f->get('/health')->body);
	is $r->{parts}{clock}, 'in doubt', 'tells it';
	is $r->{status}, 'ok', 'devices are served all the same';
};

subtest 'who changes a rental' => sub {
	my $before = rows();
	my ($id) = map { $_->{id} } grep { $_->{name} eq 'long.example' }
	    @{$f->cli_json(qw(domain list))};
	my ($rc, $out, $err) = $f->try_cli(qw(rental apply long.example
	    009033000000 PORT 2));
	isnt $rc, 0, 'cannot on the command line';
	like $err, qr/clock is in doubt/, 'which says why';
	ok $f->api({mt => 'GetRental', domainId => $id})->{rental},
	    'the project can still be read';
	$f->cli(qw(rental settle));
	is rows(), $before, 'and whoever settles it adds no row';
};

done_testing;
