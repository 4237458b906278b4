# Notices by mail: to whom, what they say, and what happens when the mail server
# does not want them.  The server is a real one.
use utf8;
use Fleetline;
use Jobs;
use Mailserver;
use Mojo::File qw(path);

my $m = Mailserver->new(tls => 1, user => 'fleet', password => 'pass word!1');
my $f = Jobs->new;
my $password = $f->secret_file('pass word!1');
my %good = (url => $m->url, user => 'fleet', password_file => $password,
    ca_file => $m->ca_file, from => 'fleet@rental.example', timeout => 10);

# Run the jobs; the mails that came of it.
my $seen = 0;
sub run_jobs (%mail) {
	$f->set_mail(%mail);
	my ($rc, $log) = $f->jobs;
	my @mails = $m->mails;
	my @new = @mails[$seen .. $#mails];
	$seen = @mails;
	unlike $log, qr/pass word|cGFzcyB3b3JkITE/, 'no password in the log';
	return ($rc, $log, @new);
}

sub week ($domain) { ($f->project($domain))[1] }

subtest 'nothing is due' => sub {
	$f->rent('long.example', days => 200, recipients => 'a@long.example');
	my ($rc, $log, @new) = run_jobs(%good);
	is $rc, 0, 'the run ends well';
	is $log, '', 'without a word';
	is @new, 0, 'and without a mail';
	is week('long.example'), 8, 'no week is noted';
};

subtest 'STARTTLS and login, headers and text' => sub {
	$f->rent('north.example', days => 20, language => 'de',
	    recipients => 'a@north.example,b@north.example',
	    'invoice-reference' => 'Bestellung Müller & <7>');
	my ($rc, $log, $x, @more) = run_jobs(%good);
	is $rc, 0, 'the run ends well' or diag $log;
	is @more, 0, 'one mail';
	like $log, qr/ notice\.sent domain=north\.example week=3$/m,
	    'the log tells it';
	is $x->{tls}, 'yes', 'over TLS';
	is $x->{user}, 'fleet', 'after a login';
	is $x->{from}, 'fleet@rental.example', 'from the sender of [mail]';
	is_deeply $x->{to}, ['a@north.example', 'b@north.example'],
	    'to all recipients of the project';

	my ($h, $end) = ($x->{headers}, ($f->project('north.example'))[0]);
	my ($d, $month, $y) = (gmtime $end)[3 .. 5];
	my $date = sprintf '%02d.%02d.%04d', $d, $month + 1, $y + 1900;
	is $h->{from}, 'fleet@rental.example', 'From';
	is $h->{to}, 'a@north.example, b@north.example', 'To';
	is $x->{subject}, "north.example: Die Lizenzmiete endet am $date",
	    'Subject';
	like $h->{date}, qr/^\w{3}, \d+ \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/,
	    'Date';
	like $h->{'message-id'}, qr/^<rental-[0-9a-f]{40}\@rental\.example>$/,
	    'Message-ID';
	is $h->{'auto-submitted'}, 'auto-generated', 'Auto-Submitted';
	is $h->{'mime-version'}, '1.0', 'MIME-Version';
	is $h->{'content-type'}, 'text/plain; charset=utf-8', 'Content-Type';
	is scalar(grep { length > 78 } split /\r\n/, $x->{raw}), 0,
	    'no line is longer than 78 characters';
	like $x->{body}, qr/^Sehr geehrte Damen und Herren,\n/, 'in German';
	like $x->{body}, qr/für north\.example endet am \Q$date\E /,
	    'with the date as the language writes it';
	like $x->{body}, qr/^Guthaben: \d+,\d+ iSC\n.*: 30 iSC\n/m,
	    'balance and cost';
	like $x->{body}, qr/: Bestellung Müller & <7>\n/,
	    'and the reference as it is';
	is week('north.example'), 3, 'the week is noted';

	is + (run_jobs(%good))[2], undef, 'the next run sends nothing';
};

subtest 'umlauts in the subject' => sub {
	$f->rent('pl.example', days => 20, language => 'pl',
	    recipients => 'a@pl.example');
	my ($rc, $log, $x) = run_jobs(%good);
	like $x->{headers}{subject}, qr/^=\?UTF-8\?B\?/, 'are encoded';
	like $x->{subject}, qr/^pl\.example: wynajem licencji kończy się /,
	    'and come back as they were';
};

subtest 'a mail server that does not serve us' => sub {
	$f->rent('east.example', days => 20, recipients => 'a@east.example');
	$f->rent('south.example', days => 20, recipients => 'a@south.example');
	my $fails = sub ($name, $why, %mail) {
		my ($rc, $log, @new) = run_jobs(%good, %mail);
		is $rc, 1, "$name: the exit status says so";
		like $log, $why, "$name: the log says why";
		is @new, 0, "$name: no mail";
		is week($_), 8, "$name: $_ is tried again"
		    for qw(east.example south.example);
		return $log;
	};
	my $wrong = $f->secret_file('wrong word');
	my $log = $fails->('wrong password', qr/535 5\.7\.8"?$/m,
	    password_file => $wrong);
	unlike $log, qr/wrong word/, 'what the server says of it is not logged';
	is scalar(() = $log =~ /notice\.failed/g), 1,
	    'the other domain does not try as well';
	like $log, qr/notices due=2 sent=0 failed=2$/m, 'but is counted';

	my $other = Mailserver->new(tls => 1);
	$fails->('certificate not trusted', qr/certificate|SSL peer/i,
	    ca_file => $other->ca_file);
	my $bare = Mailserver->new;
	$fails->('no STARTTLS', qr/SSL/, url => $bare->url);
	is scalar(grep { /login/ } $bare->events), 0, 'nobody has logged in';
	$bare->stop;
	$fails->('nobody listens', qr/connect to server/, url => $bare->url);

	$fails->('no tls we know', qr/tls must be/, tls => 'yes');
	$fails->('login without surety', qr/tls off or require/, tls => 'try');
	$fails->('no url', qr/smtp:/, url => 'http://127.0.0.1/');
	$fails->('no sender', qr/from is no address/, from => 'Fleet');
	$fails->('no password file', qr/cannot open/, password_file => '/no');
	chmod 0644, $wrong;
	$fails->('open password file', qr/others cannot read/,
	    password_file => $wrong);
	my $none = path($f->{folder}, 'none')->make_path;
	$f->conf->{paths}{templates} = $none;
	$fails->('no texts', qr/rental-notice\.en\.txt/);
	delete $f->conf->{paths}{templates};

	my ($rc, $log2, @new) = run_jobs(%good);
	is $rc, 0, 'when it serves again the run ends well';
	is join(' ', sort map { @{$_->{to}} } @new),
	    'a@east.example a@south.example', 'and both mails are sent';
};

subtest 'without TLS and login' => sub {
	my $bare = Mailserver->new;
	$f->rent('bare.example', days => 20, recipients => 'a@bare.example');
	my ($rc, $log) = run_jobs(url => $bare->url, tls => 'try');
	is $rc, 0, 'tls = try does without' or diag $log;
	my ($x) = $bare->mails;
	is $x->{tls}, 'no', 'if there is none';
	is $x->{from}, 'fleetline@example.com', 'the sender has a default';
};

subtest 'refused recipients' => sub {
	$f->rent('half.example', days => 20,
	    recipients => 'gone@half.example,a@half.example');
	$f->rent('none.example', days => 20, recipients => 'gone@none.example');
	$f->rent('other.example', days => 20, recipients => 'a@other.example');
	$m->refuse('gone@half.example', 'gone@none.example');
	my ($rc, $log, @new) = run_jobs(%good);
	is $rc, 1, 'the run says that something must be looked at';
	my $who = 'gone@half.example';
	like $log, qr/refused domain=half\.example to=$who why="550 5\.1\.1 <$who>/,
	    'a refused address is logged with the answer';
	like $log, qr/failed domain=none\.example week=3 why=".*: 550 5\.1\.1 /,
	    'a mail that nobody took has failed';
	is join(' ', sort map { @{$_->{to}} } @new),
	    'a@half.example a@other.example', 'all others got theirs';
	is week('half.example'), 3, 'one that somebody took counts';
	is week('none.example'), 8, 'one that nobody took does not';

	$m->refuse;
	($rc, $log, @new) = run_jobs(%good);
	is $rc, 0, 'the next run tries again';
	is_deeply [map { $_->{to} } @new], [['gone@none.example']],
	    'what was missing, nothing else';
};

subtest 'a refused message' => sub {
	$f->rent('big.example', days => 20, recipients => 'a@big.example');
	$m->file('reject')->spurt("552 5.3.4 too big for us\n");
	my ($rc, $log) = run_jobs(%good);
	is $rc, 1, 'is a failure';
	like $log, qr/552 5\.3\.4 too big/, 'with the answer';
	$m->file('reject')->remove;
	is + (run_jobs(%good))[0], 0, 'and is sent later';
	is week('big.example'), 3, 'then it counts';
};

subtest 'who gets it when the project names nobody' => sub {
	$f->rent('west.example', days => 20);
	$f->rent('who.example', days => 20);
	my ($rc, $log, @new) = run_jobs(%good);
	is $rc, 0, 'nobody is no fault of the run';
	is @new, 0, 'no mail';
	like $log, qr/notice\.nobody domain=west\.example week=3$/m, 'one line';
	($rc, $log) = run_jobs(%good);
	is $log, '', 'once in that week';

	my $to = sub ($domain) {
		$f->rent($domain, days => 20);
		my (undef, $log, $x) = run_jobs(%good);
		return "@{$x->{to} // []}";
	};
	$f->cli(qw(account set admin --mail admin@example.com));
	is $to->('d1.example'), 'admin@example.com',
	    'the administrator of the instance';
	$f->cli(qw(domain add d2.example));
	$f->cli(qw(account add m1 --role manager --domain d2.example));
	$f->cli(qw(account add m2 --role manager --mail m2@d2.example),
	    qw(--domain d2.example));
	$f->cli(qw(account add m3 --role manager --mail m3@d2.example),
	    qw(--domain d2.example));
	$f->cli(qw(account add u1 --role user --mail u1@d2.example),
	    qw(--domain d2.example));
	is $to->('d2.example'), 'm2@d2.example',
	    'before him the manager with the lowest id that has an address';
	$f->cli(qw(domain add d3.example));
	$f->cli(qw(account add m4 --role manager --mail m4@d3.example),
	    qw(--domain d3.example));
	$f->cli(qw(account add c1 --role company-admin --mail c1@d3.example),
	    qw(--domain d3.example));
	is $to->('d3.example'), 'c1@d3.example',
	    'before him the company-admin';
	$f->cli(qw(domain add d4.example));
	$f->cli(qw(account add c2 --role company-admin --mail c2@d4.example),
	    qw(--domain d4.example));
	$f->rent('d4.example', days => 20, recipients => 'a@d4.example');
	is_deeply + (run_jobs(%good))[2]{to}, ['a@d4.example'],
	    'before all the recipients of the project';
};

subtest 'no mail server' => sub {
	$f->rent('calm.example', days => 20, recipients => 'a@calm.example');
	for my $n (1, 2) {
		my ($rc, $log) = run_jobs();
		is $rc, 0, "run $n ends well";
		like $log, qr/notice\.due domain=calm\.example week=3 /,
		    'what is due is logged';
	}
	is week('calm.example'), 8, 'nothing is marked as sent';
	my (undef, undef, $x) = run_jobs(%good);
	is_deeply $x->{to}, ['a@calm.example'], 'so it is sent once there is one';
};

subtest 'another run is busy for hours with the rentals' => sub {
	my $lease = sub ($name) {
		my ($rc, $out, $err) = $f->sql("INSERT INTO lease VALUES"
		    . " ('$name', 'other', " . int(time + 60) * 1000 . ')');
		is "$rc $err", '0 ', "another run has the lease $name";
	};
	$f->rent('busy.example', days => 20, recipients => 'a@busy.example');
	$lease->('rental');
	my ($rc, $log, @new) = run_jobs(%good);
	is $rc, 0, 'that is nothing to be looked at';
	is_deeply [map { @{$_->{to}} } @new], ['a@busy.example'],
	    'and holds up no notice';
	$f->rent('both.example', days => 20, recipients => 'a@both.example');
	$lease->('notices');
	is + (run_jobs(%good))[2], undef, 'but two runs send no notices at once';
	$f->sql("DELETE FROM lease WHERE holder = 'other'");
	is_deeply + (run_jobs(%good))[2]{to}, ['a@both.example'],
	    'the next one sends them';
};

subtest 'every language' => sub {
	my %word = (en => 'Dear', de => 'geehrte', fr => 'Monsieur',
	    it => 'Gentili', es => 'Estimados', nl => 'Geachte',
	    pt => 'Exmos', pl => 'Szanowni', cs => 'Vážená', sv => 'Hej');
	$f->rent("$_-lang.example", days => 20, language => $_,
	    recipients => "$_\@lang.example") for sort keys %word;
	my ($rc, $log, @new) = run_jobs(%good);
	is @new, 10, 'ten mails' or diag $log;
	for my $x (@new) {
		my ($language) = $x->{to}[0] =~ /^(..)/;
		like $x->{body}, qr/\b$word{$language}\b/, "one in $language";
		unlike $x->{subject} . $x->{body}, qr/[{}]/,
		    'with all names filled in';
	}
};

subtest 'options' => sub {
	my $jobs = $f->build . '/sbin/fleetline-jobs';
	my ($rc, $out, $err) = $f->command($jobs, '-h');
	is "$rc $out", "0 usage: fleetline-jobs -c FILE [--force]\n", '-h';
	($rc, $out, $err) = $f->command($jobs, '-V');
	like "$rc $out", qr/^0 fleetline-jobs \d+\.\d+\.\d+$/, '-V';
	for my $wrong ([], ['-x'], ['-c'], ['-c', 'a', 'b']) {
		($rc, $out, $err) = $f->command($jobs, @$wrong);
		is $rc, 2, "status of: @$wrong";
		like $err, qr/usage: fleetline-jobs -c FILE/, 'usage';
	}
	($rc, $out, $err) = $f->command($jobs, '-c', '/no/such/file');
	is $rc, 1, 'a missing configuration';
	like $err, qr{error jobs stop why="?cannot read /no/such/file}, 'is named';
};

$m->stop;
done_testing;
