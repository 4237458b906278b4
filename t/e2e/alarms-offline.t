# Devices that are offline, in an instance that runs: who is told when, what our
# own outages do, and the messages of the API.
use Fleetline;
use Jobs;
use Receiver;

my $r = Receiver->new;
my $f = Jobs->new(plain => 1, conf => {fetch => {local => $r->socket}})->start;
$f->cli(qw(domain add), "$_.example", '--password-file', $f->secret_file($_))
    for qw(north south);
my %id = map { $_->{name} =~ s/\.example$//r => $_->{id} }
    @{$f->cli_json(qw(domain list))};
my @north = (user => 'north.example', password => 'north');
my @south = (user => 'south.example', password => 'south');
my $start = int time;

# Run the jobs so many minutes after the start; the bodies that it posted.
my ($seen, $blind) = (0);
sub run_jobs ($minutes) {
	my ($rc, $log) = $f->jobs($start + 60 * $minutes);
	is $rc, 0, "the run at $minutes minutes ends well" or diag $log;
	($blind) = $log =~ /alarm\.blind missing="?(\w+)/;
	my @all = $r->got;
	my @new = map { decode_json($_->{body}) } @all[$seen .. $#all];
	$seen = @all;
	return @new;
}

sub names ($list) { join ' ', sort map { $_->{subject} } @$list }

# A device of north.example that is online.
sub join_in ($hw) {
	$f->api({mt => 'AddDevice', hwId => $hw, domainId => $id{north},
	    offer => 10, name => "phone $hw"});
	my $d = $f->device(id => $hw)->connect;
	$d->wait_for('password');
	wait_until(sub { is_online($hw) }) or die "$hw is not online";
	return $d;
}
sub is_online ($hw) {
	return $f->api({mt => 'GetDevice', hwId => $hw})->{device}{online};
}
sub leave ($d) {
	$d->disconnect;
	wait_until(sub { !is_online($d->id) }) or die $d->id . ' is online';
}

my ($gone, $stays) = map { join_in($_) } qw(009033000001 009033000002);

subtest 'the messages' => sub {
	my %set = (offlineMinutes => 5, recipients => ['a@north.example'],
	    url => $r->url('/ok'), language => 'en', zone => 'Europe/Berlin',
	    quiet => '', pausedUntil => 0);
	my $a = $f->api({mt => 'SetAlarmSettings', domainId => $id{north},
	    %set}, @north);
	is $a->{mt}, 'SetAlarmSettingsResult', 'a domain sets its own';
	like $a->{secret}, qr/^whs_[0-9a-f]{64}$/, 'and gets a secret';
	is_deeply $f->api({mt => 'GetAlarmSettings', domainId => $id{north}},
	    @north), {mt => 'GetAlarmSettingsResult', %set,
	    hasSecret => Mojo::JSON::true, waiting => 0}, 'they are as they were set';
	$a = $f->api({mt => 'SetAlarmSettings', domainId => $id{north},
	    url => $r->url('/ok'), newSecret => Mojo::JSON::true});
	like $a->{secret}, qr/^whs_/, 'an administrator draws it anew';
	my %secret = (path => 'http://192.0.2.1:81/T0/secret',
	    query => 'http://192.0.2.1?secret', none => '');
	$f->cli(qw(account add looker --role system-admin --read-only yes));
	my $looker = $f->cli(qw(key add looker)) =~ s/\n//r;
	my %host = (path => 'http://192.0.2.1/...',
	    query => 'http://192.0.2.1/...', none => '');
	for my $case (sort keys %secret) {
		$f->api({mt => 'SetAlarmSettings', domainId => $id{north},
		    url => $secret{$case}});
		my @url = map { $f->api({mt => 'GetAlarmSettings',
		    domainId => $id{north}}, @$_)->{url} }
		    [key => $looker], [], \@north;
		is_deeply \@url, [$host{$case}, ($secret{$case}) x 2],
		    "$case: who only looks gets no whole URL";
	}
	$f->api({mt => 'SetAlarmSettings', domainId => $id{north},
	    url => $r->url('/ok')});
	is_deeply $f->api({mt => 'GetAlarms', domainId => $id{north}}, @north),
	    {mt => 'GetAlarmsResult', alarms => [], last => Mojo::JSON::true},
	    'nothing is wrong';

	$f->cli(qw(domain grant south.example north.example));
	is_deeply $f->api({mt => 'GetAlarms', domainId => $id{north}},
	    @south)->{alarms}, [], 'who sees the devices sees the alarms';
	for my $mt (qw(GetAlarmSettings SetAlarmSettings)) {
		is $f->api({mt => $mt, domainId => $id{north}, url => ''},
		    @south)->{error}, 'not allowed',
		    "$mt: but not where they go";
	}
	$f->cli(qw(domain revoke south.example north.example));
	for my $mt (qw(GetAlarms GetAlarmSettings SetAlarmSettings)) {
		is $f->api({mt => $mt, domainId => $id{north}}, @south)
		    ->{error}, $f->api({mt => $mt, domainId => 4711})->{error},
		    "$mt: for others it is as if there were none";
	}
	my %bad = (offlineMinutes => 4, offlineMinutes => 99999,
	    recipients => ['nobody'], url => 'ftp://x/', zone => 'Mars/X',
	    quiet => '22-6', language => 'xx1', pausedUntil => -1);
	for my $name (sort keys %bad) {
		ok $f->api({mt => 'SetAlarmSettings', domainId => $id{north},
		    $name => $bad{$name}})->{error}, "refused: $name";
	}
	is $f->api({mt => 'SetAlarmSettings', domainId => $id{north},
	    recipients => [map { "a$_\@north.example" } 1 .. 40]})->{error},
	    'too many recipients', 'refused: forty recipients';
	is_deeply $f->api({mt => 'GetAlarmSettings', domainId => $id{north}})
	    ->{recipients}, ['a@north.example'], 'nothing of it is stored';
};

subtest 'a long list' => sub {
	$f->sql("INSERT INTO alarm (domain_id, kind, subject, detail, raised,
	    told, cleared) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
	    SELECT i + 1 FROM n WHERE i < 1500) SELECT $id{south}, 'job',
	    'job ' || i, printf('%0200d', i), i, i, 0 FROM n");
	my $list = $f->api({mt => 'GetAlarms', domainId => $id{south}},
	    @south)->{alarms};
	is names($list), join(' ', sort map { "job $_" } 1 .. 1500),
	    'is whole over HTTP';
	my $app = $f->app(domain => 'south.example', password => 'south');
	$list = $app->ask_list({mt => 'GetAlarms', domainId => $id{south}},
	    'alarms');
	is names($list), join(' ', sort map { "job $_" } 1 .. 1500),
	    'and in the parts of an app';
	$list = $app->ask_list({mt => 'GetAlarms'}, 'alarms');
	is names($list), join(' ', sort map { "job $_" } 1 .. 1500),
	    '... so is that of all domains';
	is_deeply [grep { $_->{domainId} != $id{south} } @$list], [],
	    '... each of which says whose it is';
	is_deeply $f->api({mt => 'GetAlarms'}, @north)->{alarms}, [],
	    'of all that he sees another one has none';
	$app->disconnect;
	like $f->cli(qw(alarm list south.example)), qr/ job 1500 /,
	    'the command line has it';
	$f->sql('DELETE FROM alarm');
};

subtest 'a device that goes' => sub {
	is scalar(run_jobs(0)), 0, 'all are there, nothing is told';
	leave($gone);
	is scalar(run_jobs(4)), 0, 'four minutes are no five';
	my ($x, @more) = run_jobs(10);
	is names($x->{raised}), '009033000001', 'after five it is told';
	is $x->{raised}[0]{detail}, 'phone 009033000001', 'with its name';
	is scalar(@more), 0, 'by one letter';
	is scalar(run_jobs(15)), 0, 'once';
	my ($a) = @{$f->api({mt => 'GetAlarms', domainId => $id{north}},
	    @north)->{alarms}};
	is "$a->{kind} $a->{subject}", 'offline 009033000001', 'it is listed';
	ok $a->{told} > $a->{since}, 'with its times';
	$gone->connect;
	wait_until(sub { is_online($gone->id) }) or die;
	($x) = run_jobs(20);
	is names($x->{cleared}), '009033000001', 'that it is back is told';
	is scalar(run_jobs(25)), 0, 'once';
};

subtest 'a hub that starts anew' => sub {
	my $before = $f->pid('hub');
	# Nobody answers, so nobody comes back.
	$_->disconnect for $gone, $stays;
	kill 'KILL', $before;
	wait_until(sub { ($f->pid('hub') // $before) != $before }, 30)
	    or die 'no hub';
	wait_until(sub { $f->get('/health')->code == 200 }, 30) or die;
	$f->sql('UPDATE presence SET online = 0, since = 1000');
	is scalar(run_jobs(60)), 0,
	    'devices that have been away for an hour are told of by nobody';
	is scalar(run_jobs(64)), 0, 'nor while they have time to come';
	my ($x, @more) = run_jobs(66);
	is names($x->{raised}), '009033000001 009033000002',
	    'but when they had their five minutes';
	is scalar(@more), 0, 'by one letter';
	$f->sql('DELETE FROM alarm');
};

# Put a program out of work, and back; a socket serves those who have it.
sub away ($name) {
	my $internal = $f->run_folder . '/internal.sock';
	return rename $internal, "$internal.aside" if $name eq 'nginx';
	return $f->signal($name, 'STOP');
}
sub back ($name) {
	my $internal = $f->run_folder . '/internal.sock';
	$name eq 'nginx' ? rename "$internal.aside", $internal
	    : $f->signal($name, 'CONT');
	wait_until(sub { $f->get('/health')->code == 200 }, 30) or die;
}

subtest 'an outage of ours' => sub {
	my $minutes = 100;
	for my $name (qw(hub rules nginx)) {
		$f->sql('DELETE FROM alarm');
		away($name);
		is scalar(run_jobs($minutes)), 0,
		    "while the $name is away nobody is offline";
		is $blind, $name eq 'hub' ? 'hub' : 'rules',
		    'which the log tells';
		back($name);
		is scalar(run_jobs($minutes + 1)), 0,
		    "nor when the $name has just come back";
		is $blind, undef, 'then it is silent';
		is scalar(run_jobs($minutes + 7)), 1,
		    'but after five minutes';
		$minutes += 100;
	}
};

$f->stop;
done_testing;
