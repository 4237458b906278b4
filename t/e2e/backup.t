# Backup jobs from the command line to devices that save themselves, on the real
# nginx, programs and hub (innovaphone-protocols 7).
use Fleetline;
use Saved;

my $f = Fleetline->new(stopped => 1, conf => {instance => {url => 'x'}});
$f->conf({instance => {url => 'http://127.0.0.1:' . $f->port}});
$f->write_conf;
$f->start;
$f->cli(qw(domain add north.example));
$f->cli('category', 'add', 'north.example', 'acme phones', '--config');
my ($n, $jobs) = (0, 0);

# A phone of the category that is there.
sub phone (%o) {
	my $id = sprintf '0090330300%02x', ++$n;
	my $code = decode_json($f->cli(qw(code new north.example --category),
	    'acme phones', '--json'))->[0]{code};
	my $d = $f->device(id => $id, product => 'IP222',
	    version => '13r1 [131705]', more => {provisioningCode => $code});
	my $s = Saved->new(device => $d, %o);
	$d->connect;
	$d->wait_for('password') or die "no password for $id";
	delete $d->more->{provisioningCode};
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})
	    ->{device}{online} });
	return $s;
}

sub job (@o) {
	$f->cli('backup-job', 'add', 'north.example', 'night ' . ++$jobs,
	    '--category', 'acme phones', @o) =~ /id (\d+)/ or die;
	return $1;
}
sub shown ($id) { (grep { $_->{id} == $id } @{decode_json($f->cli(
    qw(backup-job list north.example --json)))})[0] }
sub task ($id, $s) { (grep { $_->{hwId} eq $s->device->id } @{decode_json(
    $f->cli('job', 'tasks', $id, '--json'))})[0] }
sub saves ($s) { decode_json($f->cli('save', 'list', $s->device->id, '--json')) }

# How it ended; devices go on while the command line is not asked.
sub ended ($id, $seconds = 60) {
	my $before = shown($id)->{ended} // '';
	$f->cli('job', 'start', $id);
	my $end = time + $seconds;
	while (time < $end) {
		pause(0.3);
		my $j = shown($id);
		return $j->{outcome} if $j->{outcome}
		    && ($j->{ended} // '') ne $before && $j->{state} =~ /^(?:idle|waiting)$/;
	}
	return '';
}

{
	my $s = phone();
	my $id = job();
	is ended($id), 'done', 'a backup job saves a device';
	my $url = $s->urls->[0] // '';
	like $url, qr{^http://127\.0\.0\.1:\d+/\S+/dav/[^/]{32}/\Q@{[$s->device->id]}\E\.txt$},
	    'BJ3: which was told /sync scfg and a URL';
	# The job may hear of the end of it before the device does.
	ok wait_until(sub { @{$s->put} }), 'BJ3: it is answered';
	is_deeply $s->put, [201], 'BJ3: and has put its configuration there';
	my $list = saves($s);
	is_deeply [scalar @$list, @{$list->[0]}{qw(size changed)}],
	    [1, length $s->text, Mojo::JSON::true], 'it is listed, with its size';
	is $list->[0]{sha256}, Digest::SHA::sha256_hex($s->text),
	    'and its SHA-256';
	is $f->cli('save', 'show', $list->[0]{id}),
	    "config change IP0 /addr 10.0.0.1\nconfig change X /pw ***\n",
	    'people see it without its secrets';
	is $f->cli('save', 'show', $list->[0]{id}, '--secrets'), $s->text,
	    'and who asks for them with them';
	is $f->ua->put($url => $s->text)->res->code, 404,
	    'X12: the URL is good for one PUT';
	is $f->ua->get($url)->res->code, 404, 'and nothing can be read there';
	ok $f->access_logged(qr{PUT \S*/dav/\*\*\* HTTP}), 'the log has the PUT';
	unlike $f->log_of('access'), qr/dav\/[^*]/, 'but not its ticket';

	is ended($id), 'done', 'the next night';
	is_deeply [map { $_->{changed} ? 'new' : 'same' } @{saves($s)}],
	    ['same', 'new'],
	    'is a row, and no new text';
	$s->text($s->text . "config change NEW /a 1\r\n");
	is ended($id), 'done', 'a night later something has changed';
	$list = saves($s);
	is $f->cli('save', 'diff', $list->[0]{id}),
	    "+ 3\tconfig change NEW /a 1\n", 'diff says what';
	is $f->cli('save', 'diff', $list->[0]{id}, $list->[2]{id}),
	    "- 3\tconfig change NEW /a 1\n", 'of any two';

	my ($rc, $out, $err) = $f->try_cli('save', 'put-back', $list->[2]{id});
	isnt $rc, 0, 'BJ6: nothing is put back unless somebody says yes';
	is scalar @{$s->loaded}, 0, 'BJ6: the device hears nothing';
	my $p = Mojo::IOLoop->subprocess->run_p(sub {
		($f->try_cli('save', 'put-back', $list->[2]{id}, '--yes'))[1];
	});
	my $said;
	$p->then(sub ($text) { $said = $text });
	ok wait_until(sub { defined $said && @{$s->loaded} }, 20),
	    'BJ6: put back';
	is $said, "the device has taken it\n", 'BJ6: the device says yes';
	is $s->loaded->[0][1], "config change IP0 /addr 10.0.0.1\r\n"
	    . "config change X /pw geheim\r\n", 'BJ6: and loads it as it was';
	is $f->ua->get($s->loaded->[0][0])->res->code, 404,
	    'BJ6: nobody does a second time';
	is +($f->try_cli(qw(save put-back --yes), $list->[2]{id}))[2],
	    "fleetline: device busy\n", 'BJ6: it is left in peace then: it may restart';
	is scalar @{saves($s)}, 4, 'W12: what it had is saved before';
	my $orders = $f->cli_json(qw(save put-backs), $s->device->id);
	is_deeply [map { [@{$_}{qw(save saved state error)}] } @$orders],
	    [[$list->[2]{id}, saves($s)->[0]{id}, 'done', '']],
	    'and is listed at the command line, too';
	is scalar(() = $f->cli(qw(save put-backs), $s->device->id) =~ /^\d/mg), 1,
	    'in a row';
	isnt +($f->try_cli(qw(save put-backs 009033999999)))[0], 0,
	    'of a device that there is';
	is $f->cli('save', 'show', saves($s)->[0]{id}, '--secrets'), $s->text,
	    'W12: as it was';
	is saves($s)->[0]{jobId}, undef, 'W12: by no job';
	my $peace = sub { $f->sql('DELETE FROM device_work') };	# the minute is over
	$peace->();
	my @words = ('save', 'put-back', $list->[2]{id}, '--yes');
	my ($code, $why);
	$s->answer({status => '500 Oops', body => ''});
	Mojo::IOLoop->subprocess->run_p(sub { ($f->try_cli(@words))[0, 2] })
	    ->then(sub (@got) { ($code, $why) = @got });
	ok wait_until(sub { defined $code }, 20), 'one whose configuration cannot be had';
	is "$code $why", "1 fleetline: what it has now cannot be saved: "
	    . "the device answers 500\n", 'W12: gets nothing back, and says why';
	is scalar @{$s->loaded}, 1, 'W12: the device was told nothing';
	my $told;
	Mojo::IOLoop->subprocess->run_p(sub {
		($f->try_cli(@words, '--unsaved'))[1];
	})->then(sub ($text) { $told = $text });
	ok wait_until(sub { defined $told && @{$s->loaded} == 2 }, 20),
	    'W12: unless somebody says that it need not be';
	is $told, "what it had is not saved: the device answers 500\n"
	    . "the device has taken it\n", '... who is told so';
	$peace->();
	is scalar @{saves($s)}, 4, '... nothing is listed of it';
	$s->answer(undef);
	undef $code;
	$s->way('deaf');
	Mojo::IOLoop->subprocess->run_p(sub { ($f->try_cli(@words))[0, 2] })
	    ->then(sub (@got) { ($code, $why) = @got });
	ok wait_until(sub { defined $code }, 20), 'a device that takes nothing back';
	is "$code $why", "1 fleetline: the device answers 404\n", 'says so';
	is scalar @{saves($s)}, 5, 'W12: ... and is saved';
	$s->device->disconnect;
	ok wait_until(sub { !$f->api({mt => 'GetDevice', hwId => $s->device->id})
	    ->{device}{online} }), 'it has gone';
	($code, undef, $why) = $f->try_cli(@words);
	ok $code != 0 && $why =~ /^fleetline: .*(?:offline|connected)/,
	    'one that is not there hears nothing' or diag $why;

	isnt +($f->try_cli('backup-job', 'edit', $id))[0], 0,
	    'a job of which nothing is changed';
	$f->cli('backup-job', 'edit', $id, '--name', 'weekly', '--keep', 5,
	    '--days', 30, '--target', 'https://dav.example/x', '--login', 'joe',
	    '--password-file', $f->secret_file('geheim'));
	is_deeply [@{shown($id)}{qw(name keep days target)}],
	    ['weekly', 5, 30, 'https://dav.example/x'],
	    'is edited, one thing or many';
	like $f->cli(qw(audit list --what job.edit --limit 1)), qr/"keep":\[30,5\]/,
	    'the audit has it';
	like $f->cli(qw(audit list --what job.edit --limit 1)),
	    qr{"target":\["","https://dav\.example/x"\],"login":\["","joe"\]},
	    'and where copies go from now on';
	unlike $f->cli(qw(audit list --limit 100)), qr/geheim/, 'but no password';
	$f->cli(qw(backup-job edit), $id, qw(--stages 4 --threshold 25));
	is_deeply [@{$f->cli_json(qw(job show), $id)}{qw(work stages threshold keep)}],
	    ['backup', 4, 25, 5], 'groups and their threshold, too';
	like $f->cli(qw(job show), $id),
	    qr{^target +https://dav\.example/x\nlogin +joe\nkeep +5\ndays +\d+$}m, '... in words';
	isnt +($f->try_cli('backup-job', 'edit', $id, '--keep', 'x'))[0], 0,
	    'what is no number is refused';
	$f->cli(qw(job remove --yes), $id);
	is scalar @{saves($s)}, 5, 'what a job has kept stays';
	$f->cli(qw(save remove --yes), $list->[2]{id});
	is scalar @{saves($s)}, 4, 'until it is taken away';
}

# Ways that fail: the next is tried.
for my $way (qw(refuse half page)) {
	my $s = phone(way => $way);
	my $id = job();
	is ended($id), 'done', "BJ3: $way: the fallback";
	is_deeply [map { /^(cfg\.txt|!mod cmd UP0 .sync scfg)/ } @{$s->told}],
	    ['!mod cmd UP0 /sync scfg', 'cfg.txt'],
	    "BJ3: $way: its configuration is read through the tunnel";
	is scalar @{saves($s)}, 1, "$way: once, and whole";
	$s->device->disconnect;
	$f->cli(qw(job remove --yes), $id);
}

# A device that gives nothing.
{
	my $s = phone(way => 'refuse', answer => {body => '<html>login</html>'});
	my $id = job();
	is ended($id), 'failures', 'a page is no configuration';
	is task($id, $s)->{error}, 'read: it is no configuration',
	    'BJ5: the step, and why';
	like task($id, $s)->{hint}, qr/UP1 and HTTPCLIENT0/, 'BJ5: with a hint';
	is_deeply saves($s), [], 'nothing is listed';
	is shown($id)->{state}, 'waiting', 'BJ5: the job waits to be repeated';
	my @before = times;
	my (undef, $watched) = $f->command('timeout', 3, $f->build
	    . '/sbin/fleetline', '-c', $f->state . '/fleetline.conf', 'job', 'watch', $id);
	my @after = times;
	like $watched, qr/^waiting .*, again at \d{4}-\S+Z\n\z/,
	    'who watches a job that waits sees once until when';
	cmp_ok $after[2] + $after[3] - $before[2] - $before[3], '<', 1,
	    'and sleeps meanwhile';
	ok !$f->api({mt => 'AbortBackupJob', id => 0 + $id})->{error},
	    'unless it is aborted';
	is shown($id)->{state}, 'idle', 'then it does not';
	$s->device->disconnect;
	$f->cli(qw(job remove --yes), $id);
}

# More than twenty.
{
	my @s = map { phone() } 1 .. 23;
	my $id = job();
	is ended($id), 'done', 'BJ2: a job over 23 devices';
	is scalar(grep { @{saves($_)} == 1 } @s), 23, 'BJ2: saves each once';
	$_->device->disconnect for @s;
	$f->cli(qw(job remove --yes), $id);
}

# The messages, and what subscribers hear.
{
	my $s = phone();
	my $app = App->new(url => $f->ws_url)->connect->login(
	    domain => $f->domain, password => $f->password);
	my %domain = map { $_->{name} => $_->{id} }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	my $north = $domain{'north.example'};
	$app->ask({mt => 'GetBackupJobs', domainId => $north,
	    recvUpdates => Mojo::JSON::true, src => 'mine'});
	my $r = $f->api({mt => 'AddBackupJob', domainId => $north,
	    name => 'by message', categories => ['acme phones'], keep => 7,
	    days => 90, rule => 'daily 02:30', zone => 'Europe/Berlin'});
	my $id = $r->{id};
	ok $id, 'AddBackupJob makes one' or diag encode_json($r);
	my $e = $app->wait_mt('JobAdded');
	is_deeply [@{$e}{qw(src)}, @{$e->{job}}{qw(id name work keep days)}],
	    ['mine', $id, 'by message', 'backup', 7, 90],
	    'which subscribers hear';
	is $f->api({mt => 'StartUpdateJob', id => $id})->{error}, 'not found',
	    'it is no update job';
	ok !$f->api({mt => 'StartBackupJob', id => $id})->{error}, 'it starts';
	ok wait_until(sub { grep { $_->{mt} eq 'JobUpdate'
	    && $_->{job}{outcome} eq 'done' } @{$app->queue} }, 30),
	    'JobUpdate says when it has ended';
	my $list = $f->api({mt => 'GetBackups', hwId => $s->device->id})
	    ->{backups};
	is_deeply [$list->[0]{jobId}, $list->[0]{size}], [$id, length $s->text],
	    'GetBackups has what it kept';
	my $b = $list->[0]{id};
	is_deeply $f->api({mt => 'GetBackup', id => $b})->{lines},
	    ['config change IP0 /addr 10.0.0.1', 'config change X /pw ***'],
	    'GetBackup has its lines, masked';
	$s->text($s->text =~ s/geheim/anders/r);
	ok !$f->api({mt => 'StartBackupJob', id => $id})->{error}, 'once more';
	ok wait_until(sub { ($list = $f->api({mt => 'GetBackups',
	    hwId => $s->device->id})->{backups}) && @$list == 2 }, 30),
	    'there are two';
	is_deeply [map { "$_->{op}$_->{line} $_->{text}" } @{$f->api({
	    mt => 'DiffBackup', id => $list->[0]{id}})->{lines}}],
	    ['-2 config change X /pw ***', '+2 config change X /pw ***'],
	    'DiffBackup shows that a secret has changed, not the secret';
	is $f->api({mt => 'DiffBackup', id => $b})->{error}, 'not found',
	    'the first has none before it';
	ok wait_until(sub { shown($id)->{state} eq 'idle' }), 'it has ended';

	my $back = sub (@o) { $f->api({mt => 'RestoreBackup', id => $b, @o}) };
	my $kept = sub { $f->api({mt => 'GetBackups', hwId => $s->device->id})->{backups} };
	my $one = sub ($id) { $f->api({mt => 'GetRestore', id => $id})->{restore} };
	my $end = sub ($id) { my $r;
		wait_until(sub { $r = $one->($id);
		    $r->{state} =~ /^(?:done|failed|unsaved)$/ }, 20);
		return $r };
	my $before = @{$kept->()};
	my $began = time;
	$s->answer({delay => 3, body => $s->text});
	my $order = $back->();
	is $order->{error}, undef, 'RestoreBackup is answered at once';
	cmp_ok time - $began, '<', 3, '... before the device is';
	like $order->{id}, qr/^[1-9]\d*$/, '... with an id to watch';
	is $back->()->{error}, 'device busy', '... and nobody else works on it';
	like $one->($order->{id})->{state}, qr/^(?:waiting|saving)$/,
	    'GetRestore says how far it is';
	my $done = $end->($order->{id});
	$s->answer(undef);
	is_deeply [@{$done}{qw(state error hwId backupId domainId)}],
	    ['done', '', $s->device->id, $b, $north], '... and how it ended';
	ok $done->{ended} >= $done->{began} && $done->{began} >= $done->{ordered},
	    '... and when';
	is @{$kept->()} - $before, 1, 'W12: it is saved before';
	is_deeply [@{$kept->()->[0]}{qw(id jobId size)}],
	    [$done->{savedId}, undef, length $s->text], 'W12: as it is, by no job';
	ok wait_until(sub { @{$s->loaded} }), '... which loads it';
	is $s->loaded->[0][1], "config change IP0 /addr 10.0.0.1\r\n"
	    . "config change X /pw geheim\r\n", '... as it was, with its secrets';
	ok wait_until(sub { grep { $_->{mt} eq 'RestoreUpdate'
	    && $_->{restore}{id} == $order->{id} && $_->{restore}{state} eq 'done' }
	    @{$app->queue} }), 'RestoreUpdate says it to who has jobs';
	is $back->()->{error}, 'device busy', 'it is left in peace for a minute';
	is scalar @{$s->loaded}, 1, '... and told nothing twice';
	my $peace = sub { $f->sql('DELETE FROM device_work') };	# the minute is over
	$peace->();
	my $asked = [];
	$s->device->answer(sub ($request) {
		push @$asked, $request->{target};
		return {status => '404 Not Found', body => ''};
	});
	my $got = $end->($back->()->{id});
	is_deeply [@{$got}{qw(state error)}], ['unsaved',
	    'what it has now cannot be saved: the device answers 404'],
	    'W12: one whose configuration cannot be had gets nothing back';
	is scalar @{$asked}, 1, 'W12: it was asked for it, and told nothing';
	$got = $end->($back->(unsaved => Mojo::JSON::true)->{id});
	is_deeply [@{$got}{qw(state error)}], ['failed', 'the device answers 404'],
	    'W12: nobody holds it then; with unsaved it is told, and says no';
	is_deeply [map { $_->{state} } @{$f->api({mt => 'GetRestores',
	    hwId => $s->device->id})->{restores}}], [qw(failed unsaved done)],
	    'GetRestores has all of them';

	# Killed in the middle: while it is read, and while it is told.
	my $hang = '';
	$s->device->answer(sub ($request) {
		my $cfg = $request->{target} eq '/cfg.txt';
		push @$asked, $request->{target};
		return {silent => 1} if $hang eq ($cfg ? 'cfg' : 'told');
		return {body => $cfg ? $s->text : 'ok'};
	});
	for my $at (['cfg', 'saving', 'done', ''],
	    ['told', 'telling', 'failed', 'fleetline-tasks ended before the device'
	    . ' had answered: it may have loaded it']) {
		($hang, my ($state, $how, $why)) = @$at;
		@$asked = ();
		my $id = $back->()->{id};
		ok wait_until(sub { $one->($id)->{state} eq $state
		    && @$asked == ($hang eq 'cfg' ? 1 : 2) }, 20), "a put-back is $state";
		$f->kill_program('tasks');
		$hang = '';
		$got = $end->($id);
		is_deeply [@{$got}{qw(state error)}], [$how, $why],
		    "... the runner is killed: it has $how";
		is scalar(grep { !/cfg\.txt/ } @$asked), 1, '... and was told once';
		$peace->();
	}
	like $f->cli(qw(audit list --what save.put-back)), qr/save\.put-back/,
	    'the audit has the order';
	like $f->cli(qw(audit list --what save.put-back.end)), qr/unsaved.*done/s,
	    '... and the end';

	$s->device->disconnect;
	ok wait_until(sub { ($back->()->{error} // '') eq 'device offline' }),
	    'one that is away';
	is $f->api({mt => 'RestoreBackup', id => 999})->{error}, 'not found',
	    'one that was not kept';
	ok !$f->api({mt => 'EditBackupJob', id => $id, keep => 3})->{error},
	    'it can be edited';
	is +($f->api({mt => 'GetBackupJobs', domainId => $north})->{jobs}[0]
	    // {})->{keep}, 3, 'as GetBackupJobs says';
	ok !$f->api({mt => 'DeleteBackup', id => $b})->{error},
	    'DeleteBackup forgets one';
	is $f->api({mt => 'GetBackup', id => $b})->{error}, 'not found',
	    'which is gone';
	ok !$f->api({mt => 'DeleteBackupJob', id => $id})->{error}, 'and goes';
	$app->disconnect;
	$s->device->disconnect;
}

done_testing;
