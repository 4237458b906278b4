# The command line: every command, its listings as JSON, exit statuses, errors
# in one line; import, export, backup.
use utf8;
use Fleetline;
use Mojo::File qw(path tempdir);
use Mojo::Util qw(decode encode);
use POSIX ();

my $f = Fleetline->new;

# It succeeds, and says nothing on stderr.
sub good (@args) {
	my ($rc, $out, $err) = $f->try_cli(@args);
	is $rc, 0, "fleetline @args" or diag $err;
	is $err, '', 'without a word on stderr';
	return $out;
}

# It fails, with one line on stderr that matches, and nothing on stdout.
sub bad ($match, @args) {
	my ($rc, $out, $err) = $f->try_cli(@args);
	ok $rc != 0 && $rc < 126, "fleetline @args fails" or diag $rc;
	is $out, '', 'and prints nothing';
	like $err, qr/^fleetline: [^\n]+\n$/, 'but one line on stderr';
	like $err, $match, 'that says why';
	unlike $err, qr/\b(?:SQL\w*|UNIQUE|constraint|statement|SELECT|INSERT)\b/i,
	    'in words of people';
}

sub json (@args) { decode_json(good(@args, '--json')) }

sub members ($o) { join ' ', sort keys %$o }

sub row ($list, $member, $value) {
	return (grep { $_->{$member} eq $value } @$list)[0];
}

subtest 'init' => sub {
	my $dir = tempdir('fleetline-init-XXXXXX', TMPDIR => 1);
	my $bin = $f->build . '/sbin/fleetline';
	my @run = ($bin, '-c', "$dir/fleetline.conf");
	my ($rc, $out, $err) = $f->command(@run, qw(init --domain own.example
	    --name phones));
	is $rc, 0, 'init makes an instance' or diag $err;
	unlike $out, qr/password \S{20}$/, 'without showing its password';
	for my $name (qw(instance.password secret.key)) {
		is sprintf('%o', (stat "$dir/$name")[2] & 0777), '600',
		    "$name is ours alone";
	}
	my $password = path($dir, 'instance.password')->slurp;
	like $password, qr/^\S{20}\n$/, 'the password has 20 characters';
	($rc, $out) = $f->command(@run, qw(domain list --json));
	is_deeply [map { @$_{qw(name deploy instance)} } @{decode_json($out)}],
	    ['own.example', Mojo::JSON::true, Mojo::JSON::true],
	    'its own domain deploys passwords';
	($rc, $out) = $f->command(@run, qw(account list --json));
	is_deeply [map { @$_{qw(id name role)} } @{decode_json($out)}],
	    [0, 'admin', 'system-admin'], 'the account admin has id 0';
	($rc, $out, $err) = $f->command(@run, 'init');
	is $rc, 0, 'init twice is no error' or diag $err;
	is path($dir, 'instance.password')->slurp, $password,
	    'and changes nothing';
	($rc, $out, $err) = $f->command(@run, qw(init --domain other.example));
	isnt $rc, 0, 'with another domain it is one';
	like $err, qr/^fleetline: [^\n]+\n$/, 'that is said in one line';
	($rc) = $f->command(@run, 'check');
	is $rc, 0, 'all is sound';
	path($dir, 'curl.conf')->spurt("user = \"own.example:old\"\n");
	($rc, $out, $err) = $f->command(@run, qw(password --new-password-file),
	    "$dir/drawn");
	is $rc, 0, 'a new password is drawn' or diag $err;
	like $out, qr/own\.example had the same password.*\b0 devices/,
	    '... for the domain that had the same one too';
	my $drawn = path($dir, 'drawn')->slurp;
	isnt $drawn, $password, '... another one';
	is path($dir, 'instance.password')->slurp, $drawn,
	    'the file of init does not go stale';
	chomp(my $bare = $drawn);
	is path($dir, 'curl.conf')->slurp, "user = \"own.example:$bare\"\n",
	    'nor does the one for curl';
	path($dir, 'given')->spurt("given one\n");
	($rc, $out) = $f->command(@run, qw(password --instance-only
	    --password-file), "$dir/given");
	like $out, qr/own\.example was not changed and opens everything still/,
	    'what opens everything still is said';
	($rc, $out) = $f->command(@run, qw(domain set own.example
	    --password-file), "$dir/given");
	like $out, qr/^the instance password still opens everything/,
	    'the instance password that opens everything still is said';
	($rc) = $f->command(@run, 'password');
	isnt $rc, 0, 'a password must come from somewhere';
	# A password that is there must not be overwritten.
	my $half = tempdir('fleetline-init-XXXXXX', TMPDIR => 1);
	path($half, 'instance.password')->spurt("precious\n");
	($rc) = $f->command($bin, '-c', "$half/fleetline.conf", 'init');
	isnt $rc, 0, 'an instance password without a database is an error';
	is path($half, 'instance.password')->slurp, "precious\n", 'it is kept';
	ok !-e path($half, 'fleetline.db'), 'and nothing is made';
};

subtest 'usage' => sub {
	my ($rc, $out, $err) = $f->command($f->build . '/sbin/fleetline', 'help');
	is $rc, 0, 'help';
	like $out, qr/^  fleetline \Q$_\E\b/m, "help names \"$_\"" for 'init',
	    'domain add', 'domain list', 'domain set', 'domain grant',
	    'domain revoke', 'domain remove', 'category add', 'category list',
	    'category remove', 'device list', 'device show', 'device add',
	    'device assign', 'device unassign', 'device rename',
	    'device remove', 'account add', 'account list', 'account set',
	    'account remove', 'account sessions', 'account totp', 'account logout',
	    'key add', 'key list', 'key remove',
	    'setting get', 'setting set', 'setting list', 'import devices',
	    'export devices', 'status', 'backup', 'restore', 'check';
	for (['nonsense'], ['domain', 'paint', 'x'],
	    [qw(domain add)], [qw(domain add a b)], [qw(domain add a --blue)],
	    [qw(domain add a --deploy perhaps)], [qw(domain list x)],
	    [qw(device add x)], [qw(device add --domain)],
	    [qw(account add x)], [qw(device list --json=yes)]) {
		bad(qr/./, @$_);
	}
	for my $conf ('/nonexistent/fleetline.conf', '/dev/null/x') {
		($rc, $out, $err) = $f->command($f->build . '/sbin/fleetline',
		    '-c', $conf, qw(domain list));
		isnt $rc, 0, "-c $conf fails";
		like $err, qr/^fleetline: [^\n]+\n$/, 'in one line';
	}
	for my $asked ([qw(setting list)], [qw(domain list --json)], ['help'],
	    [qw(device list --help)], [qw(export devices)]) {
		($rc, $out, $err) = $f->command('sh', '-c',
		    'exec "$0" "$@" >/dev/full', $f->build . '/sbin/fleetline',
		    '-c', $f->state . '/fleetline.conf', @$asked);
		isnt $rc, 0, "@$asked: a full disk is an error";
		like $err, qr/^fleetline: cannot write the output: No space left/,
		    'and says so';
	}
};

# More than standard output holds back.
sub many_devices () {
	return $f->secret_file(join "\n", 'hwId,domain,name',
	    map { sprintf '0090aa%06x,,%s', $_, 'x' x 60 } 1 .. 400);
}

subtest 'a full disk behind a long output' => sub {
	my $file = many_devices();
	my @full = ('sh', '-c', 'exec "$0" "$@" >/dev/full', $f->build
	    . '/sbin/fleetline', '-c', $f->state . '/fleetline.conf');
	for my $asked ([qw(import devices --update --dry-run), $file],
	    [qw(import devices), $file], [qw(export devices)],
	    [qw(device list)], [qw(device list --json)],
	    [qw(device list --sort name)], ['completion']) {
		my ($rc, undef, $err) = $f->command(@full, @$asked);
		is $rc, 1, "@$asked[0, 1] into a full disk is an error"
		    if @$asked > 1;
		like $err, qr/^fleetline: cannot write the output/,
		    '... that says so';
	}
	$f->cli(qw(device remove --yes), map { sprintf '0090aa%06x', $_ }
	    1 .. 400);
};

subtest 'domains and categories' => sub {
	my $out = good(qw(domain add drawn.example));
	my ($password) = $out =~ /^password (\S+)$/m;
	ok length($password // '') >= 16, 'a password is drawn and shown';
	is $f->api({mt => 'GetUserInfo'}, user => 'drawn.example',
	    password => $password)->{admin}, 0, 'and works';
	$out = good(qw(domain add north.example --deploy yes --password-file),
	    $f->secret_file('north'));
	unlike $out, qr/password|north\n.*north$/, 'one from a file is not';
	good(qw(domain add south.example --deploy no --password-file),
	    $f->secret_file('south'));
	my $list = json(qw(domain list));
	is members($list->[0]),
	    'access deploy devices id instance name online', 'domain list';
	is_deeply [sort map { $_->{name} } @$list], [qw(drawn.example
	    example.com north.example south.example)], 'has them all';
	is row($list, name => 'north.example')->{deploy}, 1, 'deploy yes';
	is row($list, name => 'south.example')->{deploy}, 0, 'deploy no';
	like good(qw(domain list)), qr/^ID\s+NAME.*north\.example/s,
	    'for people it has headings';
	bad(qr/exists/, qw(domain add NORTH.example));
	bad(qr/./, 'domain', 'add', 'not a name');
	bad(qr/none\.example/, qw(domain set none.example --deploy no));
	bad(qr/nothing is to be set/, qw(domain set drawn.example));

	good(qw(domain set drawn.example --name named.example --deploy yes));
	ok row(json(qw(domain list)), name => 'named.example')->{deploy},
	    'domain set';
	good(qw(domain set named.example --password-file),
	    $f->secret_file('new one'));
	is $f->api({mt => 'GetUserInfo'}, user => 'named.example',
	    password => 'new one')->{admin}, 0, 'sets passwords';
	bad(qr/./, qw(domain set named.example --password-file /nonexistent));
	bad(qr/./, qw(domain set named.example --password-file),
	    $f->secret_file('x' x 200));

	good(qw(domain grant north.example south.example));
	is row(json(qw(domain list)), name => 'north.example')->{access},
	    'south.example', 'domain grant';
	good(qw(domain revoke north.example south.example));
	is row(json(qw(domain list)), name => 'north.example')->{access}, '',
	    'domain revoke';
	bad(qr/none/, qw(domain grant north.example none.example));

	good(qw(category add north.example Phones --config));
	good(qw(category add north.example Plain));
	my $k = json(qw(category list north.example));
	is members($k->[0]), 'config id name', 'category list';
	is_deeply [map { [@$_{qw(name config)}] } @$k],
	    [['Phones', Mojo::JSON::true], ['Plain', Mojo::JSON::false]],
	    'has both';
	bad(qr/exists/, qw(category add north.example Plain));
	bad(qr/./, 'category', 'add', 'north.example', 'a,b');
	good(qw(category remove north.example Plain));
	is scalar @{json(qw(category list north.example))}, 1,
	    'category remove';
	bad(qr/None/, qw(category remove north.example None));
	good(qw(domain remove named.example));
	ok !row(json(qw(domain list)), name => 'named.example'),
	    'domain remove';
	bad(qr/./, qw(domain remove example.com));
};

subtest 'devices' => sub {
	good(qw(device add 00-90-33-00-00-01 --domain north.example --name Desk
	    --type PHONE --product IP222 --category Phones));
	my $list = json(qw(device list));
	is members($list->[0]),
	    'domainId hwId id ipv4 look name online product type version',
	    'device list';
	my $d = json(qw(device show 009033000001));
	is "$d->{name} $d->{type} $d->{product}", 'Desk PHONE IP222',
	    'device show';
	like good(qw(device show 009033000001)), qr/^category\s+Phones$/m,
	    'has categories';
	bad(qr/./, qw(device add 009033000001 --domain north.example));
	bad(qr/none/, qw(device add x --domain none.example));
	bad(qr/TOASTER/, qw(device add x --domain north.example --type TOASTER));
	bad(qr/./, qw(device add .. --domain north.example));
	bad(qr/./, qw(device add x --domain north.example --category None));
	bad(qr/nothing/, qw(device show nothing));
	is scalar @{json(qw(device list))}, 1, 'errors add nothing';

	good(qw(device rename 009033000001), encode 'UTF-8', 'Büro');
	is json(qw(device show 009033000001))->{name}, 'Büro', 'device rename';
	is good(qw(device categories 009033000001)), "Phones\n",
	    'device categories without any shows them';
	good(qw(device categories 009033000001 --category), '');
	unlike good(qw(device show 009033000001)), qr/^category/m,
	    'an empty one takes them away';
	good(qw(device assign 009033000001 south.example));
	is_deeply [map { $_->{hwId} } @{json(qw(device list --domain
	    south.example))}], ['009033000001'], 'device assign';
	is_deeply json(qw(device list --domain north.example)), [],
	    'it is gone from there';
	is_deeply json(qw(device list --online)), [], 'none is online';
	good(qw(device unassign 009033000001));
	is_deeply [map { $_->{hwId} } @{json(qw(device list --unassigned))}],
	    ['009033000001'], 'device unassign';
	bad(qr/./, qw(device assign nothing north.example));
	bad(qr/./, qw(device unassign nothing));
	good(qw(device remove --yes 009033000001));
	is_deeply json(qw(device list)), [], 'device remove';
	bad(qr/./, qw(device remove --yes 009033000001));
	is_deeply json(qw(device claims 009033000001)), [], 'device claims';

	my $real = $f->device(id => "evil", product => "a\e[31mred")->connect;
	wait_until(sub { @{$f->cli_json(qw(device list))} });
	unlike good(qw(device list)), qr/\e/,
	    'what a device says does not reach the terminal';
	my ($c) = @{json(qw(device claims evil))};
	is members($c), 'boot conn first last online product remote type',
	    'device claims has its members';
	$real->disconnect;
};

subtest 'accounts and keys' => sub {
	good(qw(account add jm --role manager --id 77 --owner admin --domain
	    north.example --domain south.example --permission
	    connection_points --mail jm@north.example --password-file),
	    $f->secret_file('pw'));
	my $list = json(qw(account list));
	my $a = row($list, name => 'jm');
	is members($a), 'domains id mail name owner password permissions readOnly role '
	    . 'secondFactor',
	    'account list';
	is "$a->{id} $a->{role} $a->{owner} $a->{permissions} $a->{mail} "
	    . $a->{password}, '77 manager 0 connection_points jm@north.example 1', 'has what was given';
	bad(qr/exists/, qw(account add jm --role user));
	bad(qr/mail address/, qw(account set jm --mail), 'jm@north.example, x@y');
	my $people = good(qw(account list));
	like $people, qr/^77 +jm +manager +admin +yes +no +no +connection_points +jm\@/m,
	    'people see the name of the owner';
	like $people, qr/ +north\.example,south\.example$/m,
	    'and of the domains';
	like good(qw(account list)), qr/^0 +admin +system-admin +- /m,
	    'and no owner where there is none';
	bad(qr/unknown permission/, qw(account set jm --permission), $_)
	    for 'foo', 'connection_points,foo', 'Connection_Points';
	bad(qr/king/, qw(account add x --role king));
	bad(qr/./, qw(account add x --role user --id 77));
	bad(qr/./, qw(account add x --role user --id none));
	bad(qr/none/, qw(account add x --role user --owner none));
	good(qw(account set jm --name jm2 --role company-admin --domain
	    north.example));
	is row(json(qw(account list)), id => 77)->{role}, 'company-admin',
	    'account set';
	bad(qr/./, qw(account set admin --role user));
	bad(qr/./, qw(account remove admin));

	my $key = good(qw(key add jm2 --name monitor));
	like $key, qr/^flk_\d+_\S{32}\n$/, 'key add prints the key';
	chomp $key;
	is $f->api({mt => 'GetUserInfo'}, key => $key)->{admin}, 0,
	    'which works';
	my ($k) = @{json(qw(key list jm2))};
	is members($k), 'created id name revoked used', 'key list';
	unlike good(qw(key list jm2)), qr/flk_|\Q@{[substr $key, -32]}\E/,
	    'shows no secret';
	good(qw(key remove), $k->{id});
	is $f->post('{"mt":"GetUserInfo"}', key => $key)->code, 401,
	    'key remove ends it';
	bad(qr/./, qw(key remove 99999));
	bad(qr/./, qw(key remove x));
	bad(qr/none/, qw(key add none));
	good(qw(account remove jm2));
	ok !row(json(qw(account list)), id => 77), 'account remove';
};

subtest 'settings, status, audit' => sub {
	is good(qw(setting get offer_minutes)), "1440\n", 'setting get';
	good(qw(setting set offer_minutes 30));
	is good(qw(setting get offer_minutes)), "30\n", 'setting set';
	my $s = row(json(qw(setting list)), key => 'offer_minutes');
	is members($s), 'default help key value', 'setting list';
	is "$s->{value} $s->{default}", '30 1440', 'value and default';
	bad(qr/./, qw(setting set offer_minutes never));
	bad(qr/./, qw(setting get none));
	bad(qr/./, qw(setting set none 1));

	my $status = json('status');
	is $status->{domains}, 3, 'status counts domains';
	ok $status->{hub}{boot}, 'and asks the hub';
	like good('status'), qr/^devices \d+$/m, 'for people too';
	is good('check'), "ok\n", 'check';
	my ($row) = @{json(qw(audit list))};
	is members($row), 'detail id on time what who', 'audit list';
	is "$row->{what} $row->{who}", 'setting.set local', 'the newest first';
	is scalar @{json(qw(audit list --limit 3))}, 3, 'as many as wanted';
};

subtest 'import and export' => sub {
	my $import = sub ($text, @more) {
		my $file = $f->secret_file(encode 'UTF-8', $text);
		return ($f->try_cli(qw(import devices), $file, @more));
	};
	good(qw(category add south.example Gateways));
	my $csv = qq(Name;HWID;Domain;Categories;Type;Product;sysclient_password\r
"Büro; ""links""";00:90:33:00:01:01;north.example;Phones;PHONE;IP222;\r
;docker0;south.example;Gateways;VA;;) . 'x' x 32 . qq(\r
plain;009033000103;south.example;;;;\r\n);
	my ($rc, $out, $err) = $import->("\x{feff}$csv", '--dry-run');
	is $rc, 0, 'a dry run' or diag $err;
	like $out, qr/^3 /, 'counts';
	is_deeply json(qw(device list --domain north.example)), [],
	    'and changes nothing';
	($rc, $out, $err) = $import->("\x{feff}$csv");
	is $rc, 0, 'the import' or diag $err;
	like $out, qr/^3 /, 'counts too';
	is json(qw(device show 009033000101))->{name}, qq(Büro; "links"),
	    'quotes are understood';
	is json(qw(device show docker0))->{type}, 'VA', 'types';
	like good(qw(device show docker0)), qr/^category\s+Gateways$/m,
	    'categories';
	my $moved = $f->device(id => 'docker0', password => 'x' x 32)->connect;
	ok wait_until(sub { json(qw(device show docker0))->{online} }),
	    'a device that moves here proves the password it has';
	is scalar(grep { $_->[0] == 1 } @{$moved->admins}), 0,
	    'which is never sent';
	$moved->disconnect;

	my $before = good(qw(export devices));
	($rc, $out, $err) = $import->("hwId,domain,type\nnew-1,north.example,\n"
	    . "new-2,nowhere.example,\n\"new-3\nx\",north.example,\n"
	    . "new-4,north.example,TOASTER\n009033000101,north.example,\n"
	    . "new-1,north.example,\nnew-5,north.example,GW\n");
	isnt $rc, 0, 'a file with mistakes';
	is $out, '', 'is not taken';
	my %line = map { /^(?:fleetline: )?line (\d+), column (.+)$/ ? ($1 => $2) : () }
	    split /\n/, $err;
	is join(',', sort { $a <=> $b } keys %line), '3,4,6,7,8',
	    'each mistake is told with its line' or diag $err;
	is good(qw(export devices)), $before, 'nothing of it is there';
	for ('', "a,b\n1,2\n", "hwId,hwId,domain\n", "hwId,domain\nx\n",
	    "hwId,domain\n\"x,north.example\n", "hwId,domain\n,north.example\n",
	    "hwId,domain\nnew-9,north.example,more\n") {
		($rc, $out, $err) = $import->($_);
		isnt $rc, 0, 'no import of ' . Mojo::JSON::encode_json([$_]);
		like $err, qr/\S/, 'with a reason';
	}
	($rc, $out, $err) = $import->("hwId,domain\nx,north.example\xff\n"
	    =~ s/\xff/\x{fffd}/r);
	isnt $rc, 0, 'nor of a strange domain';
	is good(qw(export devices)), $before, 'still nothing';
	bad(qr/./, qw(import devices /nonexistent));

	like $before, qr/^hwId,name,domain,categories,type,product\n/,
	    'an export has a header';
	for my $columns ('hwId,toaster', join ',', ('hwId') x 20) {
		($rc, $out, $err) = $f->try_cli(qw(export devices --columns),
		    $columns);
		is $rc, 1, "no export of the columns $columns";
		like $err, qr/column/, 'with a reason';
	}
	unlike $before, qr/xxxxxxxx/, 'and no passwords';
	my @ids = map { $_->{hwId} } grep { $_->{domainId} }
	    @{json(qw(device list))};
	good(qw(device remove --yes), $_) for @ids;
	my @lines = split /\n(?=[0-9a-z]+,)/, $before;
	my $again = join "\n", grep { !/^[^,]*,[^,]*,,/ } @lines;
	($rc, $out, $err) = $f->try_cli(qw(import devices),
	    $f->secret_file($again));
	is $rc, 0, 'it can be imported again' or diag $err;
	is_deeply [sort split /\n/, good(qw(export devices))],
	    [sort split /\n/, $before], 'and gives the same export';

	my $big = join "\n", 'hwId,domain', map { "big-$_,north.example" }
	    1 .. 20000;
	my $t = time;
	($rc, $out, $err) = $import->($big);
	is $rc, 0, '20,000 devices are imported' or diag $err;
	diag sprintf '20,000 devices in %.1f s', time - $t;
};

subtest 'backup' => sub {
	my $dir = tempdir('fleetline-backup-XXXXXX', TMPDIR => 1);
	my $state = $f->state;
	my $writer = fork // die;
	if ($writer == 0) {
		# Writes all the time, until it is told to stop.
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', '/dev/null';
		my $n = 0;
		while (!-e "$dir/stop") {
			my $pid = fork // POSIX::_exit(1);
			exec $f->build . '/sbin/fleetline', '-c',
			    "$state/fleetline.conf", qw(device add),
			    'w-' . $n++, qw(--domain south.example)
			    if $pid == 0;
			waitpid $pid, 0;
		}
		POSIX::_exit(0);
	}
	my @counts;
	for my $n (1 .. 3) {
		good('backup', "$dir/copy.$n");
		is sprintf('%o', (stat "$dir/copy.$n")[2] & 0777), '600',
		    'a copy is ours alone';
	}
	bad(qr/./, 'backup', "$dir/copy.1");
	bad(qr/./, 'backup', '/nonexistent/copy');
	path($dir, 'stop')->spurt('');
	waitpid $writer, 0;
	my $now = grep { $_->{hwId} =~ /^w-/ } @{json(qw(device list --domain
	    south.example))};
	ok $now > 0, 'devices were added all the time';
	for my $n (1 .. 3) {
		my $to = path($dir, "restored.$n")->make_path;
		path($state, $_)->copy_to($to)
		    for qw(fleetline.conf secret.key);
		chmod 0600, "$to/secret.key";
		path($dir, "copy.$n")->copy_to("$to/fleetline.db");
		my @run = ($f->build . '/sbin/fleetline', '-c',
		    "$to/fleetline.conf");
		my ($rc, $out, $err) = $f->command(@run, 'check');
		is "$rc $out", "0 ok\n", 'a copy is sound' or diag $err;
		($rc, $out) = $f->command(@run, qw(device list --json --domain
		    south.example));
		my %w = map { $_->{hwId} =~ /^w-(\d+)$/ ? ($1 => 1) : () }
		    @{decode_json($out)};
		push @counts, scalar keys %w;
		is scalar(grep { $w{$_} } 0 .. keys(%w) - 1), scalar keys %w,
		    'and has all that was written before, in order';
	}
	ok $counts[0] <= $counts[1] && $counts[1] <= $counts[2]
	    && $counts[2] <= $now, "one after the other: @counts of $now";
	path($dir, 'damaged')->make_path;
	path("$dir/restored.1", $_)->copy_to("$dir/damaged")
	    for qw(fleetline.conf secret.key);
	chmod 0600, "$dir/damaged/secret.key";
	my $bytes = path($dir, 'copy.3')->slurp;
	substr $bytes, 4096 * $_, 4096, "\xa5" x 4096 for 3 .. 40;
	path($dir, 'damaged', 'fleetline.db')->spurt($bytes);
	my ($rc) = $f->command($f->build . '/sbin/fleetline', '-c',
	    "$dir/damaged/fleetline.conf", 'check');
	isnt $rc, 0, 'a damaged one is not';
	path("$dir/restored.1/secret.key")->spurt('5' x 64);
	($rc) = $f->command($f->build . '/sbin/fleetline', '-c',
	    "$dir/restored.1/fleetline.conf", 'check');
	isnt $rc, 0, 'nor one with another key';
};

subtest 'without the hub' => sub {
	$f->stop;
	good(qw(device add alone --domain north.example));
	is json('status')->{hub}, undef, 'status says that there is no hub';
	good(qw(domain set north.example --password-file),
	    $f->secret_file('another'));
	good('password', '--password-file', $f->secret_file('brand new'));
	$f->start;
	$f->password('brand new');
	is $f->api({mt => 'GetUserInfo'})->{admin}, 1,
	    'the instance password can be changed while nothing runs';
};

done_testing;
