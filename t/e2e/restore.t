# Bringing a copy back: what belongs to it is said at once, nothing is replaced
# that runs or before the copy was checked, and the old one is kept.
use Fleetline;
use Cwd qw(getcwd);
use Mojo::File qw(path tempdir);

my $top = getcwd;
my $f = Fleetline->new;
my ($state, $dir) = (path($f->state), tempdir('fleetline-restore-XXXXXX',
    TMPDIR => 1));
my $db = $state->child('fleetline.db');
my @files = map { "$state/$_" } qw(fleetline.db secret.key instance.password);

sub names () { join ' ', sort map { $_->{name} } @{$f->cli_json(qw(domain list))} }

sub kept () { $state->list->grep(qr/fleetline\.db\.\d/)->map('to_string')->sort }

# ./start --detach does not start, and says in time what belongs together.
sub refused ($why, $what) {
	my $began = time;
	my ($rc, $out, $err) = $f->command("$top/start", '--build', $f->build,
	    '--state', $state, '--port', $f->port, '--detach');
	is $rc, 1, "$what: ./start ends with 1";
	cmp_ok time - $began, '<', 5, '... at once';
	like $err, $why, '... and says why';
	is join(' ', grep { index($err, $_) < 0 } @files), '',
	    '... and which three files belong to a restore';
	is $out, '', '... and how to reach nothing';
}

# Nothing was replaced, nothing is left.
sub restore_fails ($why, $file, $what) {
	my $before = $db->slurp;
	my $n = kept()->size;
	my ($rc, $out, $err) = $f->try_cli('restore', $file);
	is $rc, 1, "$what is not restored";
	like "$out$err", $why, '... which is said';
	ok $db->slurp eq $before && kept()->size == $n,
	    '... the database is as it was';
	is join(' ', grep { -e "$db.new$_" } '', '-wal', '-shm'), '',
	    '... and nothing lies beside it';
}

$f->cli(qw(domain add before.example));
$f->cli('backup', "$dir/copy");
$f->cli(qw(domain add after.example));

# ---- while programs run ---------------------------------------------------

restore_fails(qr/stop the programs first/, "$dir/copy",
    'a copy under running programs');
is names(), 'after.example before.example example.com', '... they go on';
{
	my $hub = $f->pid('hub');
	kill 'KILL', $f->supervisor;
	wait_until(sub { !-d '/proc/' . $f->supervisor });
	restore_fails(qr/stop the programs first: the hub answers/,
	    "$dir/copy", 'a copy under a hub whose supervisor was killed');
	kill 'KILL', $hub;
	wait_until(sub { !-d "/proc/$hub" });
	restore_fails(qr/process \d+ has it open/, "$dir/copy",
	    'a copy under programs that only have the database open');
	$f->stop;
}

mkdir "$db.new" or die $!;
{
	my ($rc, $out, $err) = $f->try_cli('restore', "$dir/copy");
	is $rc, 1, 'without room beside the database nothing is restored';
	like $err, qr/cannot create .*\.new: /, '... which is said';
}
rmdir "$db.new" or die $!;

# ---- a restore ------------------------------------------------------------

{
	# What a killed program left: a log that holds a change.
	my $pid = open my $sqlite, '|-', 'sqlite3', $db or die $!;
	$sqlite->autoflush;
	print $sqlite "PRAGMA wal_autocheckpoint = 0;\n",
	    "UPDATE domain SET name = 'logged.example'",
	    " WHERE name = 'after.example';\n";
	ok wait_until(sub { -s "$db-wal" && names() =~ /logged/ }),
	    'a change stands in the log only';
	restore_fails(qr/process $pid has it open/, "$dir/copy",
	    'a copy under a program of another kind');
	kill 'KILL', $pid;
	close $sqlite;
	ok -s "$db-wal", 'a killed program leaves its log';
}
{
	my ($rc, $out, $err) = $f->try_cli('restore', "$dir/copy");
	is $rc, 0, 'the copy is restored' or diag $err;
	my ($old) = @{kept()};
	like $out, qr/^the old one is kept as \Q$old\E$/m, '... it says where '
	    . 'the old one is';
	like $old, qr/\.\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d/, '... named by the time';
	is names(), 'before.example example.com',
	    'a log that was left is not played into the copy';
	is sprintf('%o', (stat $db)[2] & 0777), '600', 'it is ours alone';
	is sprintf('%o', (stat $old)[2] & 0777), '600',
	    'the one that is kept is ours alone';
	ok -e "$dir/copy", 'the copy stays where it is';
	my ($row) = @{$f->cli_json(qw(audit list --what instance.restore))};
	is "$row->{who} $row->{on}", "local $dir/copy",
	    'the audit knows of the restore';
	$f->start;
	ok $f->ready, 'it runs';
	is names(), 'before.example example.com', '... with what was copied';
	$f->stop;

	($rc, $out, $err) = $f->try_cli('restore', $old);
	is $rc, 0, 'a restore can be taken back' or diag $err;
	is names(), 'before.example example.com logged.example',
	    '... with what stood in the log of the old one';
	is scalar(@{kept()->grep(qr/Z$/)}), 2, '... and both are kept';
}

# ---- disks and owners -----------------------------------------------------

{
	# The limit of a file stands for a disk that is full.
	my $before = $db->slurp;
	my ($rc) = $f->command('sh', '-c', 'ulimit -f 16; exec "$@"', 'sh',
	    $f->build . '/sbin/fleetline', '-c', "$state/fleetline.conf",
	    'restore', "$dir/copy");
	isnt $rc, 0, 'a restore that breaks off half-way fails';
	ok $db->slurp eq $before, '... and leaves the database';
	is +($f->try_cli('restore', "$dir/copy"))[0], 0, '... the next one works';

	my ($log) = $state->list->grep(qr/-wal$/)->each;
	$log->copy_to("$db.new-wal");
	is +($f->try_cli('restore', "$dir/copy"))[0], 0,
	    'a log of one that broke off';
	is names(), 'before.example example.com',
	    '... is not played into the copy';

	my $disk = path("$dir/disk")->make_path;
	$db->move_to("$disk/real.db");
	symlink "$disk/real.db", $db;
	is +($f->try_cli('restore', "$dir/copy"))[0], 0,
	    'a database behind a link is replaced';
	is readlink($db), "$disk/real.db", '... where it is';
	is $disk->list->grep(qr/real\.db\.\d/)->size, 1,
	    '... and the old one is kept there';
	unlink $db;
	path("$disk/real.db")->move_to($db);
}
SKIP: {
	skip 'only root gives files away', 1 if $> != 0;
	chown 65534, 65534, $db;
	$f->try_cli('restore', "$dir/copy");
	is join(' ', (stat $db)[4, 5]), '65534 65534',
	    'a restore by root leaves the database to its owner';
	chown 0, 0, $db;
}

# ---- copies that are none -------------------------------------------------

sub made ($name, $sql) {
	path("$dir/copy")->copy_to("$dir/$name");
	$f->command('sqlite3', "$dir/$name", $sql);
	return "$dir/$name";
}

restore_fails(qr/No such file/, "$dir/nowhere", 'a file that is not there');
restore_fails(qr/is no file/, $dir, 'a folder');
restore_fails(qr/is the database itself/, $db, 'the database itself');
path("$dir/empty")->spurt('');
restore_fails(qr/not initialised/, "$dir/empty", 'an empty file');
path("$dir/text")->spurt("no database\n" x 500);
restore_fails(qr/damaged, or is none/, "$dir/text", 'a text');
restore_fails(qr/version 99/, made('newer', 'PRAGMA user_version = 99'),
    'a database of a newer version');
restore_fails(qr/fleetline\.conf says \[instance\] domain = example\.com, /,
    made('renamed', "UPDATE domain SET name = 'else.example'"
	. " WHERE name = 'example.com'"), 'a copy of another domain');
restore_fails(qr/fleetline\.conf says \[instance\] name = devices, the /,
    made('named', "UPDATE instance SET name = 'phones'"),
    'a copy of another instance');
{
	my $bytes = path("$dir/copy")->slurp;
	substr $bytes, 4096 * $_, 4096, "\xa5" x 4096 for 5 .. 30;
	path("$dir/damaged")->spurt($bytes);
	restore_fails(qr/./, "$dir/damaged", 'a damaged copy');
	my $key = $state->child('secret.key');
	my $right = $key->slurp;
	$key->spurt('5e' x 32, "\n");
	restore_fails(qr/the key is of another database/, "$dir/copy",
	    'a copy whose secrets this key does not open');
	$key->spurt($right);
	# Alone in place of a database that is lost.
	$db->move_to("$dir/lost");
	is +($f->try_cli('restore', "$dir/copy"))[0], 0,
	    'a copy takes the place of a database that is lost';
	is names(), 'before.example example.com', '... whole';
}

# ---- fleetline.conf, and the start ----------------------------------------

{
	my $conf = $state->child('fleetline.conf');
	my $good = $conf->slurp;
	is +($f->try_cli('check'))[0], 0, 'all is sound';
	for (['domain', 'example.com', 'else.example'],
	    ['name', 'devices', 'phones']) {
		my ($key, $is, $else) = @$_;
		$conf->spurt($good =~ s/^$key = .*/$key = $else/mr);
		my ($rc, $out) = $f->try_cli('check');
		is $rc, 1, "check notices a $key that is not the store's";
		like $out, qr/$key = \Q$else\E, the database is of \Q$is\E$/m,
		    '... and says which';
		refused(qr/\Q$key = $else\E/, "a $key that is not the store's");
	}
	$conf->spurt($good);
}

# Moved away while it is tried, or written otherwise.
sub without ($name, $text, $why, $what) {
	my $file = $state->child($name);
	$file->move_to("$dir/aside");
	$file->spurt($text)->chmod(0600) if defined $text;
	refused($why, $what);
	path("$dir/aside")->move_to($file);
}

without('secret.key', undef, qr/secret\.key: No such file/,
    'a database without its key');
without('secret.key', '5e' x 32 . "\n", qr/key is of another database/,
    'the key of another database');
without('secret.key', "short\n", qr/holds no key/, 'a key that is none');
without('instance.password', undef, qr/instance\.password: No such file/,
    'a database without its instance password');
without('instance.password', "another one\n",
    qr/password does not open the instance/, 'a password of before');
without('instance.password', "\n", qr/must have 1 to 128/, 'an empty one');
without('fleetline.db', undef, qr/there is no \Q$db\E/,
    'a key and a password without their database');
ok -e $db, 'no new database is made for them';
chmod 0644, "$state/secret.key";
refused(qr/only its owner can read/, 'a key that others can read');
chmod 0600, "$state/secret.key";
{
	my $newer = made('for-start', 'PRAGMA user_version = 99');
	without('fleetline.db', path($newer)->slurp, qr/version 99/,
	    'a database of a newer version');
	# What it says to do helps.
	$state->child('instance.password')->spurt("written anew\n");
	$f->cli('password', '--password-file', "$state/instance.password");
	$f->start;
	$f->password('written anew');
	is $f->api({mt => 'GetUserInfo'})->{admin}, 1,
	    'a lost instance password is written anew, as it says';
	like path("$state/curl.conf")->slurp, qr/:written anew"/,
	    '... also for the printed line';
}

# ---- what the API tells of the instance password --------------------------

{
	my ($home) = map { $_->{id} } grep { $_->{name} eq $f->domain }
	    @{$f->cli_json(qw(domain list))};
	my $set = sub ($password, @more) {
		my $r = $f->api({mt => 'SetInstancePassword',
		    password => $password, @more});
		$f->password($password);
		return $r;
	};
	$f->cli('domain', 'set', $f->domain, '--password-file',
	    $f->secret_file('written anew'));
	$f->cli(qw(device add 0090330a0b0c --type GW --domain), $f->domain);
	is_deeply $set->('both'), {mt => 'SetInstancePasswordResult',
	    domainPassword => 'changed', devices => 1},
	    'SetInstancePassword says that the domain has it, too';
	is_deeply $set->('one', instanceOnly => Mojo::JSON::true),
	    {mt => 'SetInstancePasswordResult', domainPassword => 'unchanged',
	    devices => 0},
	    'instanceOnly leaves the domain its own';
	is $set->('other')->{domainPassword}, 'unchanged', 'SetInstancePassword '
	    . "says that the domain's opens everything still";
	my %edit = (mt => 'EditDomain', id => $home);
	is_deeply $f->api({%edit, password => 'of the domain'}),
	    {mt => 'EditDomainResult', instancePassword => 'unchanged'},
	    "EditDomain says that the instance's opens everything still";
	is_deeply $f->api({%edit, deployAdminPasswords => Mojo::JSON::true}),
	    {mt => 'EditDomainResult'}, '... where it changed a password';
	$f->api({%edit, password => ''});
	is $set->('alone')->{domainPassword}, 'none',
	    'a domain without password opens nothing';
	my ($other) = map { $_->{id} } grep { $_->{name} ne $f->domain }
	    @{$f->cli_json(qw(domain list))};
	is_deeply $f->api({mt => 'EditDomain', id => $other,
	    password => 'x'}), {mt => 'EditDomainResult'},
	    'another domain opens only itself';
	$f->stop;
	refused(qr/password does not open the instance/,
	    'a password that the API changed since');
}

# ---- programs that never get ready ----------------------------------------

{
	my $mute = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1');
	my $pid = fork // die "fork: $!";
	exec 'sleep', 60 if !$pid;
	local %ENV = (%ENV, ADDRESS => '127.0.0.1', PATIENCE => 1);
	my $began = time;
	my ($rc, $out, $err) = $f->command("$top/etc/announce", $pid, $state,
	    '127.0.0.1:' . $mute->sockport, '/x');
	is $rc, 1, 'programs that accept and never answer are given up';
	like $err, qr/not ready after 1 seconds/, '... with a word';
	cmp_ok time - $began, '<', 15, '... in seconds, not tries';
	kill 'KILL', $pid;
	waitpid $pid, 0;
}

done_testing;
