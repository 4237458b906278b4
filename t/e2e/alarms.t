# Alarms: to whom they are told, what receivers do to us, and what is told when
# a program, the hub or the machine was away.
use utf8;
use Fleetline;
use Digest::SHA qw(hmac_sha256_hex);
use Jobs;
use Mailserver;
use Mojo::File qw(path);
use Receiver;

my $mail = Mailserver->new;
my $r = Receiver->new;
my $f = Jobs->new(plain => 1, conf => {fetch => {local => $r->socket}},
    mail => {url => $mail->url, tls => 'off', from => 'fleet@alarm.example'});
my $domain = 'example.com';
my $now = int time;	# by the clock of the runs, which the test moves

# Run the jobs so many seconds later; what receiver and mail server got.
my ($hooks, $mails) = (0, 0);
sub run_jobs ($later = 0) {
	my ($rc, $log) = $f->jobs($now += $later);
	my @hooks = $r->got;
	my @mails = $mail->mails;
	my @new = ([@hooks[$hooks .. $#hooks]], [@mails[$mails .. $#mails]]);
	($hooks, $mails) = (scalar @hooks, scalar @mails);
	return ($rc, $log, @new);
}

sub set (@o) { $f->cli('alarm', 'set', $domain, @o) =~ /^secret (\S+)$/m }
sub raise { $f->cli(qw(setting set alarm.disk 1)) }
sub over { $f->cli(qw(setting set alarm.disk 100)) }

# Nothing is wrong and nothing waits.
sub calm (@o) {
	over();
	$f->sql('DELETE FROM alarm; DELETE FROM alarm_letter');
	return set(@o);
}

# What doc/api.md tells a receiver to do.
sub signed ($x, $secret, $age = 300) {
	my ($time, $signature) = @{$x->{headers}}{qw(Fleetline-Time
	    Fleetline-Signature)};
	my $mac = hmac_sha256_hex("$time.$x->{body}", $secret);
	return abs($now - $time) <= $age && $signature eq "v1=$mac";
}

subtest 'a disk that fills' => sub {
	my ($secret) = calm('--webhook', $r->url('/ok'), '--mail',
	    'a@alarm.example,b@alarm.example');
	like $secret, qr/^whs_[0-9a-f]{64}$/, 'a webhook has a secret';
	my ($rc, $log, $h, $m) = run_jobs();
	is "$rc@$h@$m", 0, 'nothing is wrong, nothing is told' or diag $log;
	raise();
	($rc, $log, $h, $m) = run_jobs(300);
	is $rc, 0, 'the run ends well' or diag $log;
	is @$h . @$m, '11', 'one webhook and one mail';
	my $body = decode_json($h->[0]{body});
	is $body->{mt}, 'Alarms', 'of alarms';
	is_deeply [@{$body->{raised}[0]}{qw(kind subject)}],
	    ['disk', 'database'], 'it names what is wrong';
	is "$body->{raisedCount} $body->{clearedCount}", '1 0', 'how many';
	is $h->[0]{headers}{'Content-Type'}, 'application/json', 'as JSON';
	ok signed($h->[0], $secret), 'signed by the secret';
	ok !signed($h->[0], 'whs_' . '0' x 64), 'by no other one';
	ok !signed({%{$h->[0]}, body => $h->[0]{body} =~ s/disk/dusk/r},
	    $secret), 'a body that was changed is not';
	is_deeply $m->[0]{to}, ['a@alarm.example', 'b@alarm.example'],
	    'the mail goes to all addresses';
	is $m->[0]{subject}, 'example.com: 1 new alarms', 'its subject';
	like $m->[0]{body}, qr/^\d{4}-\d\d-\d\d \d\d:\d\d  disk  database  \d+ %$/m,
	    'its text';
	like $m->[0]{headers}{'message-id'}, qr/^<alarm-[0-9a-f-]{36}\@alarm/,
	    'its id';
	($rc, $log, $h, $m) = run_jobs(300);
	is "$rc@$h@$m", 0, 'while it holds nothing more is told' or diag $log;
	like $f->cli(qw(alarm list)), qr/^example\.com +disk +database /m,
	    'it is listed';
	over();
	(undef, $log, $h, $m) = run_jobs(300);
	is decode_json($h->[0]{body})->{clearedCount}, 1, 'its end is told';
	like $m->[0]{body}, qr/^Over: 1$/m, 'by mail as well';
	unlike $f->cli(qw(alarm list)), qr/database/, 'and listed no more';
	unlike $log, qr{$secret|/ok},
	    'neither secret nor URL is in the log';
};

subtest 'trying the ways' => sub {
	calm('--webhook', $r->url('/ok'), '--mail', 'a@alarm.example');
	my ($rc, $out) = $f->try_cli(qw(alarm test), $domain);
	is "$rc $out", "0 mail       sent\nwebhook    sent\n", 'both work';
	my (undef, undef, $h, $m) = run_jobs();
	is decode_json($h->[0]{body})->{test}, Mojo::JSON::true,
	    'the webhook is told that it is a test';
	like $m->[0]{subject}, qr/a test of alarms$/, 'so is who reads the mail';
	set('--webhook', $r->url('/500'), '--mail', 'none');
	($rc, $out, my $err) = $f->try_cli(qw(alarm test), $domain);
	is $rc, 1, 'one that does not work';
	like $out, qr/^webhook    failed: the receiver answers 500$/m,
	    'is told, with the reason';
	set('--webhook', 'none');
	($rc, $out, $err) = $f->try_cli(qw(alarm test), $domain);
	like $err, qr/neither mail addresses nor a webhook/, 'and none at all';
	run_jobs();
};

# A receiver that does so: is told why in the log, and tried again later.
sub fails ($name, $url, $why) {
	calm('--webhook', $url, '--mail', 'none');
	raise();
	my $begun = time;
	my ($rc, $log, $h) = run_jobs(300);
	cmp_ok time - $begun, '<', 20, "$name: it does not take long";
	is $rc, 1, "$name: the exit status says so";
	like $log, qr/alarm\.failed domain=example\.com way=webhook .*why="$why/,
	    "$name: the log says why";
	return $h;
}

subtest 'receivers that misbehave' => sub {
	is @{fails('an error', $r->url('/500'), 'the receiver answers 500')}, 1,
	    'it has come';
	my (undef, $log, $h) = run_jobs(60);
	is @$h, 0, 'it is not tried again at once';
	(undef, $log, $h) = run_jobs(300);
	is @$h, 1, 'but after five minutes';
	(undef, $log, $h) = run_jobs(300);
	is @$h, 0, 'then not so soon';
	fails('silence', $r->url('/hang'), 'no answer: Timeout');
	fails('bytes without end', $r->url('/endless'), 'the answer is too long');
	$h = fails('a redirect to itself', $r->url('/moved?' . $r->url('/ok')),
	    'the receiver answers 302');
	is_deeply [map { $_->{path} } @$h], ['/moved'], 'is not followed';
	fails('a redirect to where clouds serve secrets',
	    $r->url('/moved?http://169.254.169.254/'),
	    'the receiver answers 302');
	my $gone = Receiver->new;
	my $url = $gone->url('/');
	undef $gone;
	fails('another port of an allowed address', $url,
	    'the address is not allowed');
};

subtest 'a receiver that comes back' => sub {
	my ($secret) = calm('--webhook', $r->url('/first-500'));
	raise();
	my (undef, $log, $h) = run_jobs(300);
	my $id = decode_json($h->[0]{body})->{id};
	over();
	(undef, $log, $h) = run_jobs(60);
	is @$h, 0, 'what has happened since waits for what was before';
	my ($rc, $log2, $h2) = run_jobs(300);
	is $rc, 0, 'the next try ends well' or diag $log2;
	is decode_json($h2->[0]{body})->{id}, $id, 'with the same id';
	ok signed($h2->[0], $secret), 'signed anew, at its own time';
	is decode_json($h2->[1]{body})->{clearedCount}, 1,
	    'and what waited follows';
};

subtest 'addresses that nobody may lead us to' => sub {
	fails('where clouds serve secrets',
	    'http://169.254.169.254/latest/meta-data/', 'the address is not');
	fails('our own nginx', 'http://127.0.0.1:' . $f->port . '/metrics',
	    'the address is not allowed');
	fails('loopback in another spelling', 'http://0x7f.1:' . $f->port . '/',
	    'the address is not allowed');
	fails('loopback as IPv6', 'http://[::ffff:127.0.0.1]:80/',
	    'the address is not allowed');
	fails('a name of this machine', 'http://localhost:80/',
	    'the address is not allowed');
	$f->conf->{fetch}{private} = 'no';
	$f->write_conf;
	fails('a private network, if the operator says no',
	    'http://10.255.255.1/', 'the address is not allowed');
	delete $f->conf->{fetch}{private};
	$f->conf->{fetch}{local} = 'localhost:80';
	$f->write_conf;
	my ($rc, $log) = run_jobs();
	like $log, qr/\[fetch\] local must be ADDRESS:PORT/,
	    'a list that cannot be read is an error';
	$f->conf->{fetch}{local} = $r->socket;
	$f->write_conf;
};

subtest 'https' => sub {
	my $tls = Receiver->new(tls => 1);
	$f->conf->{fetch}{local} = $r->socket . ', ' . $tls->socket;
	$f->write_conf;
	fails('a certificate that nobody vouches for', $tls->url('/ok'),
	    'no answer: .*(?:certificate|SSL peer)');
	is scalar($tls->got), 0, 'nothing was said to it';
	$f->conf->{fetch}{local} = $r->socket;
	$f->write_conf;
};

subtest 'with sanitizers' => sub {
	my $g = Jobs->new(conf => {fetch => {local => $r->socket}},
	    mail => {url => $mail->url, tls => 'off'});
	$g->cli('alarm', 'set', $domain, '--webhook', $r->url('/ok'), '--mail',
	    'a@alarm.example');
	my ($rc, $out) = $g->try_cli(qw(alarm test), $domain);
	is $rc, 0, 'both ways work' or diag $out;
	$g->cli(qw(setting set alarm.disk 1));
	($rc, my $log) = $g->jobs;
	is $rc, 0, 'a run tells what is wrong' or diag $log;
	like $log, qr/alarms told=1 sent=2 failed=0/, 'by both';
	$g->cli('alarm', 'set', $domain, '--webhook', $r->url('/endless'),
	    '--mail', 'none');
	$g->cli(qw(setting set alarm.disk 100));
	($rc, $log) = $g->jobs;
	like $log, qr/alarms told=1 sent=0 failed=1/, 'or to nobody';
	run_jobs();
};

subtest 'no mail server' => sub {
	calm('--mail', 'a@alarm.example', '--webhook', 'none');
	raise();
	$f->set_mail;
	my ($rc, $log) = run_jobs(300);
	is $rc, 0, 'is no fault of the run' or diag $log;
	my ($out, $err);
	($rc, $out) = $f->try_cli(qw(alarm test), $domain);
	like $out, qr/^mail       failed: no mail server is set$/m, 'a test says so';
	$f->set_mail(url => 'smtp://127.0.0.1:1', tls => 'off');
	($rc, $log) = run_jobs(300);
	like $log, qr/alarm\.failed .*way=mail .*why="mail server: /,
	    'one that cannot be reached is';
	# Another letter waits behind it.
	$f->sql('INSERT INTO alarm_letter SELECT id + 1000, domain_id, way, guid'
	    . " || 'b', tries, due, subject, body FROM alarm_letter");
	($rc, $log) = run_jobs(310);
	is scalar(() = $log =~ /alarm\.failed .*way=mail /g), 1,
	    'and is tried once, however many letters wait';
	$f->set_mail(%{$f->mail});
	($rc, $log, undef, my $m) = run_jobs(620);
	is $rc, 0, 'when it is there again' or diag $log;
	is @$m, 2, 'the mails arrive';
};

subtest 'a recipient who is none' => sub {
	calm('--mail', 'a@alarm.example,b@alarm.example', '--webhook', 'none');
	$mail->refuse('b@alarm.example');
	raise();
	my ($rc, $log, undef, $m) = run_jobs(300);
	like $log, qr/alarm\.refused domain=example\.com to=b\@alarm\.example why=/,
	    'is named in the log';
	is_deeply [map { @{$_->{to}} } @$m], ['a@alarm.example'], 'the others hear';
	$mail->refuse;
};

subtest 'killed between sending and noting' => sub {
	calm('--webhook', $r->url('/ok'), '--mail', 'none');
	raise();
	$now += 300;
	my $log = path($f->{folder}, 'killed.log');
	$r->kill_next;
	my $pid = $f->start_jobs($now, $log);
	$r->whom($pid);
	waitpid $pid, 0;
	is $? & 127, 9, 'the run was killed while the receiver had it'
	    or diag $log->slurp;
	my @first = ($r->got)[$hooks .. ($r->got) - 1];
	is @first, 1, 'it was told once';
	my ($rc, $log2, $h) = run_jobs(120);
	is $rc, 0, 'the next run ends well' or diag $log2;
	is @$h - @first, 1, 'it is told again, so nothing is lost';
	is $h->[0]{body}, $h->[1]{body}, 'with the same id and words';
	($rc, $log2, $h) = run_jobs(600);
	is @$h, 0, 'and not a third time';
};

subtest 'the receiver of doc/api.md' => sub {
	my ($secret) = calm('--webhook', $r->url('/ok'), '--mail', 'none',
	    '--new-secret');
	$f->cli(qw(alarm test), $domain);
	my ($x) = ($r->got)[-1];
	my ($code) = path('doc/api.md')->slurp
	    =~ /^(    import hashlib.*?)^\S/ms;
	$code =~ s/^    //mg;
	# What it says of a message with its secret, at its time.
	my $says = sub ($x, $secret, @seen) {
		my $file = path($f->{folder}, 'message.json')->spurt(encode_json(
		    {%$x, secret => $secret, seen => \@seen}));
		my ($rc, $out, $err) = $f->command('python3', '-c', "$code\n"
		    . "m = json.load(open('$file'))\n"
		    . "print(genuine(m['headers'], m['body'].encode(), "
		    . "m['secret'], m['seen']))");
		diag $err if $rc != 0;
		return $out =~ s/\n//r;
	};
	is $says->($x, $secret), 'True', 'takes what is genuine';
	is $says->($x, 'whs_' . '0' x 64), 'False', 'refuses another secret';
	is $says->({%$x, body => "$x->{body} "}, $secret), 'False',
	    'a body that was changed';
	is $says->($x, $secret, decode_json($x->{body})->{id}), 'False',
	    'one that it has had';
	my %h = (%{$x->{headers}}, 'Fleetline-Time' => '' . int(time - 400));
	$h{'Fleetline-Signature'} = 'v1=' . hmac_sha256_hex(
	    "$h{'Fleetline-Time'}.$x->{body}", $secret);
	is $says->({%$x, headers => \%h}, $secret), 'False', 'and an old one';
	run_jobs();
};

subtest 'the command line' => sub {
	calm('--offline', 30, '--quiet', '22:00-06:00', '--zone',
	    'Europe/Berlin', '--language', 'de', '--mail', 'a@alarm.example',
	    '--webhook', 'http://hooks.example/x');
	is $f->cli(qw(alarm show), $domain), <<~'END', 'shows what is set';
	offline    30
	mail       a@alarm.example
	webhook    http://hooks.example/x
	language   de
	zone       Europe/Berlin
	quiet      22:00-06:00
	paused     -
	waiting    0
	END
	my $before = $f->cli(qw(alarm show), $domain);
	for my $bad (['--offline', 'x'], ['--offline', 3], ['--zone', 'Mars/X'],
	    ['--quiet', '22-6'], ['--webhook', 'file:///etc/passwd'],
	    ['--mail', 'nobody'], ['--language', 'english'],
	    ['--pause-until', 'soon'], []) {
		my ($rc) = $f->try_cli('alarm', 'set', $domain, @$bad);
		isnt $rc, 0, "refused: @$bad";
	}
	is $f->cli(qw(alarm show), $domain), $before, 'nothing has changed';
	like + (set('--new-secret'))[0], qr/^whs_/, 'a secret is drawn anew';
	is set('--language', 'en'), '', 'but shown once';
	like $f->cli(qw(audit list --what alarm.set)), qr/alarm\.set/,
	    'the audit has it';
	unlike $f->cli(qw(audit list --json)), qr/hooks\.example|whs_/,
	    'without URL and secret';
	my ($rc, $out) = $f->try_cli('check');
	is $rc, 0, 'the check opens the secret' or diag $out;
};

done_testing;
