# Devices that fail, lie, hang or are silent, while configurations are brought to
# them (additions B5): said in words, others not delayed, tried again at the next
# connection only.
use Delivery;
use Fleetline;
use Mojo::File 'path';

# The table is a copy, so that it can be broken.
my $f = Delivery->new(stopped => 1, conf => {hub => {tunnel_timeout => 3},
    deliver => {commands => 'commands.json'}});
my $table = path($f->state, 'commands.json');
my $good = path('templates/innovaphone/commands.json');
$table->spurt($good->slurp);
$f->start;
my %ntp = (type => 'NTP', ntp1 => '192.0.2.1', ntp2 => '', tz => 'UTC');
my $ntp = $f->add(%ntp);
my $tls = $f->add(type => 'TLS_PROFILE', profile => 'fast');

# A device that does this to each form of NTP, and one beside it that works.
sub failing ($name, $answer, $words) {
	my $good = $f->phone;
	my $bad = $f->phone(wrong => {'cmd=ntp' => $answer});
	my $began = time;
	ok $f->becomes($good, $tls, DELIVERED), "$name: others are delivered";
	my $s = $f->becomes($bad, $ntp, FAILED);
	like $s->{why}, $words, "$name: in words";
	return ($bad, $good);
}

my %answers = (
    'not found' => [{status => '404 Not Found'}, qr{^HTTP 404 at NTP /CMD0/mod_cmd\.xml$}],
    'an error' => [{status => '500 Oops', body => 'secret'}, qr{^HTTP 500 at NTP /CMD0}],
    'no HTTP' => [{raw => "what?\r\n\r\n"}, qr{^the answer is no HTTP at NTP}],
    'closed in the middle' => [{raw => "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"},
	qr{^no answer: .* at NTP}],
    'an endless answer' => [{body => sub { 'x' x 4000 }},
	qr{^the answer is too long at NTP}],
);
for my $name (sort keys %answers) {
	subtest $name => sub {
		my ($bad, $good) = failing($name, @{$answers{$name}});
		ok $f->becomes($bad, $tls, DELIVERED), 'what works is delivered';
		is_deeply [grep { /write|activate/ } @{$bad->asked}],
		    ['!config write', '!config activate'], 'and written';
		$bad->forget;
		$f->edit($tls, profile => 'strict');
		ok wait_until(sub { grep { /tls/ } @{$bad->asked} }), 'another change comes';
		pause(2.5);	# longer than a sweep
		is_deeply [grep { /ntp/ } @{$bad->asked}], [],
		    'what failed is not tried again on this connection';
		$bad->wrong({})->reconnect;
		ok $f->becomes($bad, $ntp, DELIVERED), 'but at the next one';
		$f->edit($tls, profile => 'fast');
		$_->disconnect for $bad, $good;
	};
}

subtest 'a silent device' => sub {
	my ($bad, $good) = failing('silent', {silent => 1}, qr{^no answer in time at NTP});
	my $s = $f->becomes($bad, $tls, FAILED);
	is $s->{why}, 'not sent: no answer in time', 'it is asked nothing more';
	is_deeply [grep { !/ntp/ } @{$bad->asked}], [], 'not even to write';
	$bad->wrong({})->reconnect;
	ok $f->becomes($bad, $tls, DELIVERED), 'at the next connection it gets all';
	$_->disconnect for $bad, $good;
};

subtest 'a device that goes in the middle' => sub {
	my $d = $f->phone(wrong => {'cmd=tls' => {silent => 1}});
	ok wait_until(sub { grep { /tls/ } @{$d->asked} }), 'it is asked';
	$d->vanish;
	ok $f->becomes($d, $tls, FAILED), 'that has failed';
	like $f->state_of($d, $ntp)->{why}, qr/^no write: the connection ended/,
	    'and what was not written, too';
	$d->wrong({})->connect;
	ok $f->becomes($d, $ntp, DELIVERED), 'it comes again';
	ok $f->becomes($d, $tls, DELIVERED), 'and gets both';
	$d->disconnect;
};

subtest 'a change during a run' => sub {
	my $d = $f->phone(wrong => {'cmd=tls' => {delay => 0.5, body => 'ok'}});
	ok wait_until(sub { grep { /tls/ } @{$d->asked} }), 'it is asked';
	$f->edit($ntp, tz => 'CET-1');
	ok $f->becomes($d, $ntp, DELIVERED, 2), 'B5: one more run follows';
	my @ntp = grep { /ntp/ } @{$d->asked};
	is scalar @ntp, 2, 'with what has changed';
	$f->edit($ntp, tz => 'UTC');
	$d->disconnect;
};

subtest 'a script' => sub {
	my $d = $f->phone;
	$f->becomes($d, $ntp, DELIVERED);
	$d->wrong({'!two' => {status => '404 Not Found'}})->forget;
	my $expert = $f->add(type => 'EXPERT', script => "one\ntwo\nthree\nconfig write\n");
	my $s = $f->becomes($d, $expert, FAILED);
	is $s->{why}, 'line 2: HTTP 404', 'its failing line is named';
	is_deeply [$d->script_lines], ['!one', '!two'], 'and nothing behind it is run';
	$f->drop($expert);
	# The connection breaks at a line: it goes on behind that.
	$d->wrong({'!two' => {silent => 1}})->forget;
	my $again = $f->add(type => 'EXPERT', script => "one\ntwo\nthree\nconfig write\n");
	ok wait_until(sub { grep { /two/ } $d->lines }), 'a line is on its way';
	$d->wrong({})->reconnect;
	$s = $f->becomes($d, $again, DELIVERED);
	is $s->{why}, 'line 2: unknown', 'X9: what became of it is unknown';
	is_deeply [$d->script_lines], ['!one', '!two', '!three'],
	    'X9: it is not sent again, and the rest is sent';
	$f->drop($again);
	$d->disconnect;
};

subtest 'the table of requests' => sub {
	my $d = $f->phone;
	ok $f->becomes($d, $ntp, DELIVERED), 'a good one';
	$table->spurt("[\n{\"do\": \"write\", \"get\": \"/!config%20write\"},\n{\"type\": 7},\n]\n");
	ok wait_until(sub { $f->log_of('deliver') =~ /commands\.broken .*line 3: / }),
	    'W5: a broken one is said with its line';
	ok wait_until(sub { ($f->get('/health')->json->{parts}{commands} // '') =~ /^line 3: / }),
	    'W5: also in /health';
	is $f->get('/health')->code, 200, 'which stays up';
	$f->edit($ntp, tz => 'CET-1');
	ok wait_until(sub { $d->running->{CMD0}{tz} eq 'CET-1' }),
	    'W5: the last good one stays in use';
	$table->spurt($good->slurp =~ s/"name": "tz"/"name": "timezone"/r);
	ok wait_until(sub { ($f->get('/health')->json->{parts}{commands} // '') eq 'ok' }),
	    'a good one again';
	ok wait_until(sub { (() = $f->log_of('deliver') =~ /commands\.read/g) >= 2 }),
	    'is read without a restart';
	$f->edit($ntp, tz => 'UTC');
	ok wait_until(sub { ($d->running->{CMD0}{timezone} // '') eq 'UTC' }), 'and used';
	$table->spurt($good->slurp =~ s/.*"tz".*\n//r);
	ok wait_until(sub { (() = $f->log_of('deliver') =~ /commands\.read/g) >= 3 }),
	    'one without a field';
	$f->edit($ntp, tz => 'CET-1');
	my $s = $f->becomes($d, $ntp, FAILED);
	is $s->{why}, 'commands.json has no row for NTP.tz', 'the field is named';
	$d->disconnect;
};

subtest 'somebody else works on it' => sub {
	my $read = () = $f->log_of('deliver') =~ /commands\.read/g;
	$table->spurt($good->slurp);
	wait_until(sub { (() = $f->log_of('deliver') =~ /commands\.read/g) > $read });
	my $d = $f->phone;
	ok $f->becomes($d, $ntp, DELIVERED), 'it is there';
	$f->sql('INSERT INTO device_work SELECT id, \'somebody\', \'update\', '
	    . int(time + 5) * 1000 . ' FROM device WHERE hw_id = \'' . $d->id . "'");
	$d->forget;
	$f->edit($ntp, tz => 'EST');
	pause(2.5);
	is_deeply $d->asked, [], 'O1: the device is left to him';
	ok $f->becomes($d, $ntp, DELIVERED), 'and gets it when he has done';
	$d->disconnect;
};

done_testing;
