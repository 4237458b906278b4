# A simulated year of notices: the jobs run several times a day, also at once,
# the mail server is away for two days, money is loaded; then a run is killed
# while it sends.  Time is that of Debian's faketime, on the plain build.
use Fleetline;
use Jobs;
use Mailserver;
use POSIX qw(strftime);
use Time::Local qw(timegm);

use constant {DAY => 86400, WEEK => 7 * 86400};

my $start = timegm(0, 0, 0, 1, 0, 2027);
my $m = Mailserver->new;
my $f = Jobs->new(plain => 1, mail => {url => $m->url, tls => 'off'});

sub day_of ($time) { strftime('%Y-%m-%d', gmtime $time) }

# When a mail was sent, by its Date.
my %month; @month{qw(Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec)} = 0 .. 11;
sub sent ($mail) {
	my ($d, $month, $y, $h, $min, $s) = $mail->{headers}{date} =~
	    /^\w+, (\d+) (\w+) (\d+) (\d+):(\d+):(\d+) /;
	return timegm($s, $min, $h, $d, $month{$month}, $y);
}

$f->rent('north.example', days => 40 * 7, at => $start,
    recipients => 'a@north.example,b@north.example');
$f->rent('quiet.example', days => 40 * 7, at => $start);
my ($end) = $f->project('north.example');
cmp_ok abs($end - $start - 40 * WEEK), '<=', DAY, 'the end is forty weeks off';

# The first day of the fifth week before the end, and the next one.
my $away = $end - 5 * WEEK;
my (%logged, $second_end, $runs, %status);

for my $day (0 .. 353) {
	my $at = $start + $day * DAY;
	my $is_away = $at >= $away && $at < $away + 2 * DAY;
	$m->stop if $is_away && $m->pid;
	$m->start if !$is_away && !$m->pid;
	if (!$second_end && $at >= $end - 3 * DAY) {
		$f->load('north.example', 10 * 7, $at);
		($second_end) = $f->project('north.example');
	}
	my ($rc, $log) = $f->jobs_at_once([$at + 6 * 3600, 1],
	    [$at + 18 * 3600, 1 + $day % 2]);
	my @status = split / /, $rc;
	$status{$is_away ? 'away' : 'there'}{$_}++ for @status;
	$logged{$1}++ while $log =~ / notice\.(\w+) domain=(?:north|quiet)/g;
	$runs += @status;
}
$m->start unless $m->pid;
cmp_ok $runs, '>', 800, "the jobs ran $runs times";
is join(' ', keys %{$status{there}}), '0', 'each run ends well';
ok $status{away}{1}, 'except while the mail server is away';

my @mails = $m->mails;
is @mails, 14, 'seven mails, and seven after money was loaded';
for my $cycle ([$end, @mails[0 .. 6]], [$second_end, @mails[7 .. 13]]) {
	my ($until, @seven) = @$cycle;
	for my $i (0 .. 6) {
		my $k = 7 - $i;
		my $left = $until - sent($seven[$i]);
		ok $left <= $k * WEEK && $left > ($k - 1) * WEEK,
		    "$k weeks before " . day_of($until) . ': one mail, on '
		    . day_of(sent($seven[$i]));
		my $late = $until == $end && $k == 5 ? 3 : 1;
		cmp_ok $k * WEEK - $left, '<=', $late * DAY,
		    $late > 1 ? 'two days late, when the server was back'
		    : 'on the first day of that week';
	}
}
is scalar(grep { "@{$_->{to}}" ne 'a@north.example b@north.example' } @mails),
    0, 'each to both recipients';
my %id = map { $_->{headers}{'message-id'} => 1 } @mails;
is keys %id, 14, 'each with an id of its own';
my ($over, $week) = $f->project('north.example');
is $over, 0, 'the rental has ended';
is $week, 8, 'the next one begins anew';

is $logged{sent}, 14, 'the log has each mail';
is $logged{nobody}, 7,
    'a domain without recipients has one line in each of its weeks';

subtest 'kill -9 while the server has the mail' => sub {
	my $now = $start + 400 * DAY;
	my $log = Mojo::File->new($f->{folder}, 'killed.log');
	$f->rent('kill.example', days => 20, at => $now,
	    recipients => 'a@kill.example');
	$m->file('silent')->spurt('');
	my $pid = $f->start_jobs($now + 60, $log);
	ok wait_until(sub { 14 < $m->mails }), 'the server has accepted it';
	kill 'KILL', $pid;
	waitpid $pid, 0;
	$m->file('silent')->remove;
	is + ($f->project('kill.example'))[1], 8, 'that was not saved';

	$f->conf->{log}{level} = 'debug';
	$f->write_conf;
	my ($rc, $busy) = $f->jobs_at_once([$now + 90, 1]);
	is $rc, 0, 'a run in the same minute leaves the work alone';
	like $busy, qr/^\S+ debug jobs busy work=notices why="another run does it"$/,
	    'and says so to who wants to know';
	is scalar(my @same = $m->mails), 15, 'and sends nothing';
	($rc, $busy) = $f->jobs_at_once([$now + 180, 2]);
	is $rc, '0 0', 'the next ones go on';
	my @all = $m->mails;
	is @all, 16, 'the mail is sent again, once';
	is $all[15]{headers}{'message-id'}, $all[14]{headers}{'message-id'},
	    'with the same id';
	is + ($f->project('kill.example'))[1], 3, 'and noted';
};

$m->stop;
done_testing;
