# Update jobs from the command line to devices that load and restart, on the real
# nginx, programs and hub (innovaphone-protocols 6).
use Fleetline;
use Mojo::File qw(path);
use Updated;

my $f = Fleetline->new(stopped => 1, conf => {instance => {url => 'x'}});
$f->conf({instance => {url => 'http://127.0.0.1:' . $f->port}});
$f->write_conf;
my $store = path($f->state, 'store');

sub put ($name, $text) {
	my $file = $store->child($name);
	$file->dirname->make_path;
	$file->spurt($text);
}
put('firmware.json', encode_json({
	devices => [{id => 'IP222', versions => ['13r1', '14r1']},
	    {id => 'IP411', versions => ['14r1']}],
	versions => [{id => '13r1', build => '131705'},
	    {id => '14r1', build => '140001'}]}));
put("$_/ip222.bin", 'firmware ' x 1000) for qw(131705 140001);
put('140001/boot222.bin', 'boot');
$f->start;
$f->cli(qw(domain add north.example));
$f->cli('category', 'add', 'north.example', 'acme phones', '--config');
my ($n, $jobs, $looks) = (0, 0, 0);

# A phone of the category that is there.
sub phone (%o) {
	my $id = sprintf '0090330200%02x', ++$n;
	my $product = delete $o{product} // 'IP222';
	my $code = decode_json($f->cli(qw(code new north.example --category),
	    'acme phones', '--json'))->[0]{code};
	my $d = $f->device(id => $id, product => $product,
	    version => '13r1 [131705]', more => {provisioningCode => $code,
	    fwBuild => '131705', bcBuild => '131705'});
	my $u = Updated->new(device => $d, %o);
	$d->connect;
	$d->wait_for('password') or die "no password for $id";
	delete $d->more->{provisioningCode};
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $id})
	    ->{device}{online} });
	return $u;
}

sub job (@o) {
	$f->cli('job', 'add', 'north.example', 'night ' . ++$jobs, '--release', '14r1',
	    '--category', 'acme phones', @o) =~ /id (\d+)/ or die;
	return $1;
}
sub shown ($id) { (grep { $_->{id} == $id } @{decode_json($f->cli(
    qw(job list north.example --json)))})[0] }
sub tasks ($id) { +{map { $_->{hwId} => $_ } @{decode_json($f->cli('job',
    'tasks', $id, '--json'))}} }

# How it ended; devices go on while the command line is not asked.
sub ended ($id, $seconds = 60) {
	my $end = time + $seconds;
	while (time < $end) {
		pause(0.5);
		my $j = shown($id);
		return $j->{outcome} if $j->{outcome}
		    && $j->{state} =~ /^(?:idle|waiting)$/;
	}
	return '';
}

{
	my @u = map { phone() } 1 .. 3;
	my $other = phone(product => 'IP9');
	my $id = job();
	my %plan = map { $_->{hwId} => $_ } @{decode_json($f->cli(qw(job plan),
	    $id, '--json'))};
	is $plan{$u[0]->device->id}{plan}, 'firmware:140001',
	    'a plan says what would be done';
	is $plan{$other->device->id}{plan}, 'the store has nothing for "IP9"',
	    'and to whom not, and why';
	is scalar @{$u[0]->told}, 0, 'nobody is told anything by that';
	$f->cli('job', 'start', $id);
	is ended($id), 'done', 'UJ1: a job brings a release of the store';
	for my $u (@u) {
		is_deeply $u->loaded, [['http://127.0.0.1:' . $f->port
		    . '/store/140001/ip222.bin', 9000, 200]],
		    'a device loads its file, once';
		is tasks($id)->{$u->device->id}{state}, 'done', 'which is seen';
		is $f->api({mt => 'GetDevice', hwId => $u->device->id})
		    ->{device}{version}, '13r1 [140001]', 'by what it says';
	}
	is scalar @{$other->told}, 0, 'others are left alone';
	$f->cli('job', 'start', $id);
	is ended($id), 'done', 'started once more';
	is scalar @{$u[0]->told}, 1, 'UJ6: nobody is updated twice';
	$_->device->disconnect for @u, $other;
	$f->cli(qw(job remove --yes), $id);
}

{
	my $fail = phone(way => 'fail');
	my $cut = phone(way => 'cut');
	my $id = job('--parts', 'boot,firmware');
	$f->cli('job', 'start', $id);
	is ended($id), 'failures', 'a device that says no';
	my $t = tasks($id)->{$fail->device->id};
	is $t->{error}, 'boot: the device answers 404',
	    'UJ7: has failed, by this step';
	like $t->{hint}, qr/UP1 and HTTPCLIENT0/, 'UJ7: with a hint';
	is tasks($id)->{$cut->device->id}{state}, 'done',
	    'a connection that is cut while it loads is no failure';
	is_deeply [map { /(boot222|ip222)/ } @{$cut->told}],
	    ['boot222', 'ip222'], 'boot code first, as the job says';
	is shown($id)->{state}, 'waiting', 'UJ8: the job waits to be repeated';
	$f->cli('job', 'abort', $id);
	is shown($id)->{state}, 'idle', 'unless it is aborted';
	$_->device->disconnect for $fail, $cut;
	$f->cli(qw(job remove --yes), $id);
}

{
	my $u = phone();
	my $d = $u->device;
	$d->disconnect;
	wait_until(sub { !$f->api({mt => 'GetDevice', hwId => $d->id})
	    ->{device}{online} });
	my $id = job();
	$f->cli('job', 'start', $id);
	is ended($id), 'done', 'a job whose devices are offline ends';
	is tasks($id)->{$d->id}{state}, 'away', 'they are waited for';
	$d->connect;
	ok wait_until(sub { @{$u->loaded} }, 20),
	    'UJ5: one that comes online later is updated';
	ok wait_until(sub { tasks($id)->{$d->id}{state} eq 'done' }, 20),
	    'and done';
	$d->disconnect;
	$f->cli(qw(job remove --yes), $id);
}

# Killed between what it notes and what it sends it cannot know what came of it:
# such a device is waited for, has failed then, and is updated in the next round.
{
	$f->cli(qw(setting set jobs.timeout 8));
	my @u = map { phone(pause => 0.3) } 1 .. 25;
	my $id = job();
	my ($most, $killed, $told) = (0, 0, 0);
	$f->cli('job', 'start', $id);
	ok wait_until(sub {
		my $now = grep { @{$_->told} } @u;
		my $at_work = grep { @{$_->told} > @{$_->loaded} } @u;
		$most = $at_work if $at_work > $most;
		if ($now > $told && $killed < 3) {
			$f->kill_program('tasks');
			$killed++;
			$told = grep { @{$_->told} } @u;
		}
		++$looks % 50 == 0 && shown($id)->{outcome};
	}, 120), 'a runner that is killed is taken up again, and the job ends';
	cmp_ok $killed, '>', 1, 'it was killed';
	cmp_ok $most, '<=', 20, 'UJ4: twenty devices at once';
	is scalar(grep { @{$_->told} > 1 } @u), 0, 'no device was told twice';
	$f->cli('job', 'start', $id);
	is ended($id), 'done', 'the next round';
	is scalar(grep { @{$_->loaded} != 1 } @u), 0,
	    'leaves every device with the release';
	$f->cli(qw(job remove --yes), $id);
	$_->device->disconnect for @u;
}

# The messages, and what subscribers hear.
{
	my $u = phone();
	my $app = App->new(url => $f->ws_url)->connect->login(
	    domain => $f->domain, password => $f->password);
	my %domain = map { $_->{name} => $_->{id} }
	    @{$f->api({mt => 'GetDomains'})->{domains}};
	my $north = $domain{'north.example'};
	$app->ask({mt => 'GetUpdateJobs', domainId => $north, recvUpdates => Mojo::JSON::true,
	    src => 'mine'});
	my $r = $f->api({mt => 'AddUpdateJob', domainId => $north,
	    name => 'by message', release => '14r1',
	    categories => ['acme phones'], parts => ['firmware'],
	    rule => 'monthly 31 02:30', zone => 'Europe/Berlin'});
	my $id = $r->{id};
	ok $id, 'AddUpdateJob makes one' or diag encode_json($r);
	my $e = $app->wait_mt('JobAdded');
	is_deeply [@{$e}{qw(src)}, @{$e->{job}}{qw(id name state)}],
	    ['mine', $id, 'by message', 'idle'], 'which subscribers hear';
	ok !$f->api({mt => 'StartUpdateJob', id => $id})->{error}, 'it starts';
	my $done;
	ok wait_until(sub {
		my ($x) = grep { $_->{mt} eq 'JobUpdate' && $_->{job}{id} == $id
		    && $_->{job}{outcome} eq 'done' } @{$app->queue};
		$done = $x;
	}, 30), 'JobUpdate says when it has ended';
	is $done->{job}{tasks}{done}, 1, 'and how many are done';
	my $update;
	ok wait_until(sub { ($update) = grep { $_->{mt} eq 'TaskUpdate'
	    && $_->{jobId} == $id && grep { $_->{state} eq 'done'
	    && $_->{hwId} eq $u->device->id } @{$_->{tasks}} }
	    @{$app->queue} }), 'TaskUpdate has the device that is done';
	# It may tell of others of the same second, too.
	is_deeply [$update->{src}, map { [@{$_}{qw(hwId state tries)}] }
	    grep { $_->{hwId} eq $u->device->id } @{$update->{tasks}}],
	    ['mine', [$u->device->id, 'done', 1]],
	    '... as GetTasks has it';
	my ($task) = grep { $_->{hwId} eq $u->device->id }
	    @{$f->api({mt => 'GetTasks', id => $id})->{tasks}};
	is_deeply [@{$task}{qw(state stage tries)}], ['done', 1, 1],
	    'GetTasks has its devices';
	is $f->api({mt => 'GetTasks', id => $id, state => 'failed'})->{tasks}[0],
	    undef, 'or those of a state';
	$f->cli(qw(device add 009033ffff01 --domain north.example));
	is_deeply [map { [map { $_->{hwId} } @{$f->api({mt => 'GetTasks', id => $id,
	    hwId => $_})->{tasks}}] } $u->device->id, '009033ffff01'],
	    [[$u->device->id], []], 'or that of a device';
	is $f->api({mt => 'GetTasks', id => $id, hwId => '009033ffff02'})->{error},
	    'not found', '... that there is';
	my ($told) = grep { $_->{id} == $id } @{$f->api({mt => 'GetUpdateJobs',
	    domainId => $north})->{jobs}};
	is_deeply [$told->{parts}, $told->{categories}],
	    [['firmware'], ['acme phones']], 'GetUpdateJobs has what it is';
	is $f->api({mt => 'AbortUpdateJob', id => $id})->{error}, undef,
	    'one that has ended can be closed for late comers';
	is $f->api({mt => 'EditUpdateJob', id => $id, name => 'other'})->{error},
	    undef, 'it can be edited';
	$f->cli('job', 'edit', $id, qw(--stages 3 --threshold 20 --enabled no));
	my ($edited) = grep { $_->{id} == $id } @{$f->api({mt => 'GetUpdateJobs',
	    domainId => $north})->{jobs}};
	is_deeply [@{$edited}{qw(stages threshold enabled)}],
	    [3, 20, Mojo::JSON::false], 'by the command line, too';
	my $shown = decode_json($f->cli(qw(job show --json), $id));
	is_deeply $shown, $edited, 'job show has what GetUpdateJobs has';
	my %line = map { /^(\S+) +(.*)$/ } split /\n/, $f->cli(qw(job show), $id);
	is_deeply [@line{qw(release category threshold enabled)}],
	    [$edited->{release}, $edited->{categories}[0], 20, 'no'],
	    'and prints it for people';
	for my $wrong (['edit', $id], ['edit', $id, '--threshold', 101],
	    ['edit', $id, '--enabled', 'perhaps'], ['tasks', $id, '--state', 'x'],
	    ['watch', 999], ['show', 999], ['edit', 999, '--stages', 2]) {
		isnt +($f->try_cli('job', @$wrong))[0], 0, "not: job @$wrong";
	}
	my ($rc, $out) = $f->try_cli('job', 'watch', $id);
	is $rc, 0, 'job watch';
	like $out, qr/\Aidle +\[#+\] 1 of \d done.*\naborted -\n\z/,
	    'prints a line for what happens, and how it ended';
	for my $wide (60, 80, 120) {
		my $said = ($f->command('sh', '-c', 'export FLEETLINE_CONF="$1";'
		    . ' script -qec "stty cols $2; $0 job watch $3" /dev/null',
		    $f->build . '/sbin/fleetline', $f->state . '/fleetline.conf',
		    $wide, $id))[1];
		my ($row) = $said =~ /\r([^\r\n]*)\033\[K/;
		ok length($row // '') > 40 && length $row < $wide,
		    "a terminal of $wide columns has it in one row" or diag $said;
	}
	ok !$f->api({mt => 'DeleteUpdateJob', id => $id})->{error}, 'and goes';
	is $app->wait_mt('JobDeleted')->{id}, $id, 'as subscribers hear';
	is $f->api({mt => 'StartUpdateJob', id => $id})->{error}, 'not found',
	    'then there is none';
	$app->disconnect;
	$u->device->disconnect;
}

# Another store, on a web server of its own.  Only the operator can name a socket
# of this machine.
{
	my $id = job();
	my $u = phone();
	$f->cli('setting', 'set', 'jobs.store', 'http://127.0.0.1:' . $f->port
	    . '/store');
	$f->cli('job', 'start', $id);
	is ended($id), 'failures', 'a store on this machine is never asked';
	like shown($id)->{trouble}, qr/the address is not allowed/,
	    'and the job says why';
	is scalar @{$u->told}, 0, 'nobody is told anything';
	$f->cli('job', 'abort', $id);
	$f->stop;
	$f->conf({%{$f->conf}, fetch => {local => '127.0.0.1:' . $f->port}});
	$f->write_conf;
	$f->start;
	$u->device->connect unless $u->device->ws;
	wait_until(sub { $f->api({mt => 'GetDevice', hwId => $u->device->id})
	    ->{device}{online} });
	$f->cli('job', 'start', $id);
	is ended($id), 'done', 'UJ1: one on a web server without a login is';
	is $u->loaded->[0][0], 'http://127.0.0.1:' . $f->port
	    . '/store/140001/ip222.bin', 'from which the device loads';
	my ($file, $away) = map { $store->child("140001/$_") } qw(ip222.bin away);
	rename $file, $away;
	my $old = phone();
	$f->cli('job', 'start', $id);
	isnt ended($id), 'done', 'a file that its store lacks';
	like tasks($id)->{$old->device->id}{error},
	    qr/the store answers 404 for ip222\.bin/, 'is said before anybody is told';
	rename $away, $file;
	ok $f->access_logged(qr{GET /store/firmware\.json HTTP/1\.1" 304}),
	    'firmware.json is not loaded again while it is as it was';
	$f->cli('job', 'abort', $id);
	my $catalogue = $store->child('firmware.json')->slurp;
	put('firmware.json', '{"devices":[],"versions":[]}');
	$f->cli('job', 'start', $id);
	ended($id);
	is shown($id)->{trouble}, 'the store has no release 14r1',
	    'but it is when it has changed';
	put('firmware.json', $catalogue);
	$f->cli('job', 'abort', $id) if shown($id)->{state} ne 'idle';
	$f->cli('setting', 'set', 'jobs.store', 'http://127.0.0.1:' . $f->port
	    . '/none');
	$f->cli('job', 'start', $id);
	isnt ended($id), 'done', 'a store that is none';
	like shown($id)->{trouble}, qr/the store answers 404 for firmware\.json/,
	    'is said as well';
	$f->cli('job', 'abort', $id);
	isnt +($f->try_cli(qw(setting set jobs.store ftp://x)))[0], 0,
	    'its URL is one of http or https';
	$f->cli(qw(setting set jobs.store), '');
	$_->device->disconnect for $u, $old;
	$f->cli(qw(job remove --yes), $id);
}

# The store by the command line.
{
	my $file = path($f->state, 'ip411.bin');
	$file->spurt('four');
	$f->cli('store', 'add', $file, qw(--release 14r1 --build 140001));
	my ($x) = grep { $_->{name} eq 'ip411.bin' }
	    @{decode_json($f->cli(qw(store list --json)))};
	is_deeply [@{$x}{qw(build size)}], ['140001', 4],
	    'store add copies a file';
	is $f->ua->get('http://127.0.0.1:' . $f->port
	    . '/store/140001/ip411.bin')->res->body, 'four', 'which is served';
	$f->cli(qw(store remove 131705 --yes));
	is_deeply [grep { $_->{build} eq '131705' } @{decode_json($f->cli(
	    qw(store list --json)))}], [], 'store remove takes a build away';
}

my $tx = $f->ua->get('http://127.0.0.1:' . $f->port . '/store/firmware.json');
is $tx->res->code, 200, 'the store is served';
for my $path ('/store/../fleetline.conf', '/store/%2e%2e/fleetline.conf',
    '/store/', '/store/no') {
	isnt $f->ua->get('http://127.0.0.1:' . $f->port . $path)->res->code, 200,
	    "nothing else is: $path";
}
is $f->ua->put('http://127.0.0.1:' . $f->port . '/store/x' => 'y')->res->code,
    403, 'nobody puts anything there';

# Without templates fleetline-tasks cannot tell phones anything.
{
	my $conf = path($f->state, 'bare.conf')->spurt(path($f->state,
	    'fleetline.conf')->slurp =~ s{^templates = .*}{templates = /nonexistent}mr);
	my ($rc, undef, $log) = $f->command($f->build . '/sbin/fleetline-tasks', '-c',
	    "$conf");
	isnt $rc, 0, 'a program that lacks what it needs ends';
	like $log, qr{/nonexistent}, 'and says what it is';
}
done_testing;
