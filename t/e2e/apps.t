# Databases of App Platforms in backup jobs, from the command line to the simulator's
# manager, on the real nginx, programs and hub (innovaphone-protocols 7.3).
use App;
use DavServer;
use Fleetline;
use Mojo::File qw(path);

my $id = '009033400000';
my $dav = DavServer->new;
my $f = Fleetline->new(conf => {
    instance => {url => 'http://127.0.0.1:1'},
    fetch => {local => '127.0.0.1:' . $dav->port}});
my ($journal, $faults) = map { $f->state . "/sim.$_" } qw(journal faults);
$f->cli(qw(domain add north.example --deploy yes));
$f->cli(qw(category add north.example apps --config));
$f->cli('device', 'add', $id, qw(--domain north.example --type APP_PLATFORM
    --category apps --offer 10));

# ---- the simulator -------------------------------------------------------------

my $own = $$;
my $pid = fork // die "fork: $!";
if (!$pid) {
	open STDERR, '>', $f->state . '/sim.log' or die $!;
	exec $f->build . '/sbin/fleetline-sim', '--url', $f->sysclient_url,
	    '--devices', 1, '--types', 'APP_PLATFORM', '--store',
	    $f->state . '/sim.store', '--journal', $journal, '--faults', $faults
	    or die "exec: $!";
}
END { local $?; Fleetline::end_programs($pid) if $pid && $$ == $own }

sub online { ($f->api({mt => 'GetDevice', hwId => $id})->{device} // {})->{online} }
ok wait_until(sub { online() }, 20), 'an App Platform is there' or diag
    path($f->state, 'sim.log')->slurp;
$f->cli('device', 'confirm', $id);

# A request through the tunnel.
sub tunnel ($path) {
	return ($f->command('curl', '-s', '-m', 20, '--unix-socket',
	    $f->run_folder . '/control.sock', "http://hub/tunnel/$id$path"))[1];
}

# ---- its three passwords ---------------------------------------------------------

my $admin = $f->cli(qw(device password), $id) =~ s/\n//r;
ok length $admin > 8, 'it has an administrative password';
ok wait_until(sub { tunnel('/passwords.txt') =~ /\Q$admin\E/ }),
    'A14: which it got';
is tunnel('/passwords.txt'),
    "ssh admin $admin\nssh root $admin\nmanager $admin\n",
    'A14: and which replaces the three that it was made with';

# ---- which instances -------------------------------------------------------------

sub set (@names) { $f->api({mt => 'SetDeviceInstances', hwId => $id,
    instances => [@names]}) }
sub named { $f->api({mt => 'GetDeviceInstances', hwId => $id})->{instances} }

is_deeply named(), [], 'W15: no instances are named at first';
$f->cli(qw(device set), $id, '--instances', 'apps.example/users,apps.example/files');
is_deeply named(), ['apps.example/files', 'apps.example/users'],
    'W15: device set names them';
like $f->cli(qw(device show), $id), qr/^instance +apps\.example\/files$/m,
    'device show has them';
is set('users')->{error}, 'invalid instance', 'one without its domain is none';
is set(map { "a/x$_" } 1 .. 33)->{error}, 'too many instances', 'nor are 33';
is scalar @{named()}, 2, 'and nothing has changed';
$f->cli(qw(device add 009033000001 --domain north.example --type PHONE));
is $f->api({mt => 'SetDeviceInstances', hwId => '009033000001',
    instances => ['a/b']})->{error}, 'it is no App Platform', 'a phone has none';
is set()->{error}, undef, 'none is a list, too';
is_deeply named(), [], 'W15: then there is the manager only';
like $f->cli(qw(audit list --what device.edit)), qr{apps\.example/files},
    'the audit has it';

# ---- backups ---------------------------------------------------------------------

my $n = 0;
sub job (@o) {
	$f->cli('backup-job', 'add', 'north.example', 'night ' . ++$n,
	    qw(--category apps), @o) =~ /id (\d+)/ or die;
	return $1;
}
sub shown ($job) { (grep { $_->{id} == $job } @{$f->cli_json(
    qw(backup-job list north.example))})[0] }
sub task ($job) { $f->cli_json(qw(job tasks), $job)->[0] }
sub saves { $f->cli_json(qw(save list), $id) }

# How a run of it ended.
sub ended ($job) {
	my $before = shown($job)->{ended} // '';
	$f->cli(qw(job start), $job);
	wait_until(sub {
		my $j = shown($job);
		($j->{ended} // '') ne $before && $j->{state} =~ /^(?:idle|waiting)$/;
	}, 30);
	return shown($job)->{outcome};
}

my $job = job();
is ended($job), 'done', 'BJ4: a backup job saves an App Platform'
    or diag task($job)->{error}, $f->log_of('tasks');
is_deeply [map { $_->{instance} } @{saves()}], ['manager'],
    'BJ4: without names the dump of its manager only';
set('apps.example/users', 'apps.example/files');
is ended($job), 'done', 'BJ4: the next night';
is_deeply [map { "$_->{instance} " . ($_->{changed} ? 'new' : 'same') }
    reverse @{saves()}], ['manager new', 'manager same',
    'apps.example/files new', 'apps.example/users new'],
    'BJ4: and that of each instance that was named, each with texts of its own';
my ($users) = grep { $_->{instance} eq 'apps.example/users' } @{saves()};
my $dump = "-- dump of users\nINSERT INTO rows VALUES (1, 'secret');\n";
is $f->cli(qw(save show --secrets), $users->{id}), $dump,
    'BJ4: as the manager gives it';
is $users->{sha256}, Digest::SHA::sha256_hex($dump), 'with its SHA-256';
my ($rc, undef, $err) = $f->try_cli(qw(save show), $users->{id});
ok $rc != 0 && $err =~ /it is a dump/, 'nobody sees one with its secrets masked'
    or diag $err;
is $f->api({mt => 'GetBackup', id => $users->{id}})->{error}, 'it is a dump',
    'GetBackup shows none';
is $f->api({mt => 'DiffBackup', id => saves()->[2]{id}})->{error}, 'it is a dump',
    'DiffBackup compares none';
is_deeply [sort map { $_->{instance} } @{$f->api({mt => 'GetBackups', hwId => $id})
    ->{backups}}], [sort map { $_->{instance} } @{saves()}],
    'GetBackups says of what it is';
unlike join('', map { $f->log_of($_) } qw(tasks hub access)),
    qr/backup\?key=[0-9a-f]/, 'no log has the key';
my $asked = path($journal)->slurp;
like $asked, qr{GET /manager\n.*GET /backup\?key=[0-9a-f]{32}&uncompressed=1&manager=true}s,
    '7.3: a login for each dump';

# ---- what goes wrong -------------------------------------------------------------

set('apps.example/gone', 'apps.example/users');
is ended($job), 'failures', 'an instance that it has not';
is task($job)->{error}, 'manager: apps.example/gone: the manager answers 404',
    'BJ5: which one, and why';
like task($job)->{hint}, qr/App and HTTP Client of the manager/, 'BJ5: with its hint';
is_deeply [map { $_->{instance} } @{saves()}[0, 1]],
    ['apps.example/users', 'manager'], 'spoils no other';
$f->cli(qw(job abort), $job);
set('apps.example/users', 'apps.example/files');
for (['/backup' => qr/^manager: manager: .*; 3 of 3 failed$/, '500'],
    ['/manager' => qr/^manager: manager: it answers 500; 3 of 3 failed$/, '500'],
    ['/backup' => qr/^manager: manager: .*; 3 of 3 failed$/, 'cut']) {
	my ($path, $want, $kind) = @$_;
	my $before = @{saves()};
	path($faults)->spurt("* $kind $path\n");
	is ended($job), 'failures', "$path: $kind";
	like task($job)->{error}, $want, "$path: $kind: said in words";
	is scalar @{saves()}, $before, "$path: $kind: nothing half is listed";
	$f->cli(qw(job abort), $job);
}
path($faults)->spurt("\n");

# ---- a target, and what is kept --------------------------------------------------

$f->cli(qw(job remove --yes), $job);
$job = job('--target', $dav->url('basic'), '--login', 'anna', '--password-file',
    $f->secret_file("secret\n"), qw(--keep 2));
is ended($job), 'done', 'BJ1: a job with a target' or diag task($job)->{error};
my %kind = map { m{^/basic/north\.example/$id/(.*)-\d{8}-\d{6}\.bak$} ? ($1 => $_) : () }
    keys %{$dav->files};
is_deeply [sort keys %kind], [qw(apps.example-files apps.example-users manager)],
    'row 22: its files are named as documented';
is $dav->files->{$kind{'apps.example-users'}}, $dump, 'and are the dumps';
is ended($job), 'done', "night $_" for 2, 3;
my %kept;
$kept{$_->{instance}}++ for grep { ($_->{jobId} // 0) == $job }
    @{$f->api({mt => 'GetBackups', hwId => $id})->{backups}};
is_deeply [map { $kept{$_} } qw(manager apps.example/users apps.example/files)],
    [2, 2, 2], 'two of each instance are kept, as the job says';
$f->cli(qw(backup-job edit), $job, '--target', $dav->url('box'));
is ended($job), 'done', 'W13: dumps go into a drop box';
like task($job)->{error}, qr/^not verified: the target takes it/,
    'W13: which is said not to be verified';
$f->cli(qw(backup-job edit), $job, '--target', $dav->url('none'), '--login', '');
is ended($job), 'done', 'elsewhere';
is task($job)->{error}, '', 'what is verified has no word';

# ---- putting back ----------------------------------------------------------------

# How a put-back ended that somebody ordered.
sub put_back (@o) {
	my $r = $f->api({mt => 'RestoreBackup', @o});
	return $r->{error} if $r->{error};
	my $one;
	wait_until(sub { $one = $f->api({mt => 'GetRestore', id => $r->{id}})->{restore};
	    $one->{state} =~ /^(?:done|failed|unsaved)$/ }, 30);
	return join ' ', @{$one}{qw(state error)};
}

# Something else is there now; it is made by putting back a dump that was edited.
($users) = grep { $_->{instance} eq 'apps.example/users' } @{saves()};
my $first = (saves()->[0])->{id};
my $key = sub { (path($journal)->slurp =~ /restore\?src=(\S+?)&key/g)[-1] };
is $f->cli(qw(save put-back --yes), $users->{id}), "the device has taken it\n",
    'BJ6: a dump is put back';
is_deeply [map { [$_->{instance}, $_->{jobId}] } grep { $_->{id} > $first } @{saves()}],
    [['apps.example/users', undef]], 'W12: what is there now is saved before';
like path($journal)->slurp, qr{GET /backup\?\S*users[^\n]*\n.*POST /restore}s,
    'W12: in this order';
is $key->(), 'restore-instance-users', 'BJ6: by POST /restore, as 7.3 has it';
is put_back(id => 0 + $users->{id}), 'done ', 'BJ6: RestoreBackup does it, too';
is scalar(() = path($journal)->slurp =~ /POST \/restore/g), 2, 'once each';
path($faults)->spurt("* 404 /restore\n");
is put_back(id => 0 + $users->{id}), 'failed the manager answers 404',
    'a manager that says no';
($rc, undef, $err) = $f->try_cli(qw(save put-back --yes), $users->{id});
ok $rc != 0 && $err =~ /the manager answers 404/, '... to the command line'
    or diag $err;
path($faults)->spurt("* 500 /backup\n");
my $restored = () = path($journal)->slurp =~ /POST \/restore/g;
($rc, undef, $err) = $f->try_cli(qw(save put-back --yes), $users->{id});
ok $rc != 0 && $err =~ /what it has now cannot be saved: the manager answers 500/,
    'W12: without that nothing is put back' or diag $err;
is put_back(id => 0 + $users->{id}), 'unsaved what it has now cannot be saved: '
    . 'the manager answers 500', 'W12: nor by RestoreBackup';
is scalar(() = path($journal)->slurp =~ /POST \/restore/g), $restored,
    'W12: the manager was told nothing';
is put_back(id => 0 + $users->{id}, unsaved => Mojo::JSON::true),
    'done what it had is not saved: the manager answers 500',
    'W12: unless somebody says so';
is $f->cli(qw(save put-back --yes --unsaved), $users->{id}) =~ s/.*: //r,
    "the manager answers 500\nthe device has taken it\n", 'W12: or so';
path($faults)->spurt("\n");
my ($own_dump) = grep { $_->{instance} eq 'manager' } @{saves()};
is put_back(id => 0 + $own_dump->{id}),
    "how a manager's dump is put back is not public",
    "BJ6: the manager's own is not put back";
is ended($job), 'done', 'what was put back';
is $f->cli(qw(save show --secrets), saves()->[0]{id}), $dump,
    'BJ6: is there afterwards';

# ---- another domain --------------------------------------------------------------

$f->cli(qw(domain add south.example));
$f->cli(qw(device assign), $id, 'south.example');
is_deeply named(), [], 'in another domain nobody learns what its apps were called';

done_testing;
