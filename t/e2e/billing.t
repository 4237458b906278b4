# The billing interface: a system that was written for Kolmisoft's devices_get
# finds the same transport, hashes, order of checks, texts and bytes; and what
# protects it beyond that.
use Fleetline;
use Digest::SHA qw(sha1_hex);
use IO::Uncompress::Gunzip qw(gunzip);
use Mojo::File qw(path);

my $f = Fleetline->new;
my $B = $f->url('/billing/api/devices_get');
my $H100 = '71516eea4850f7e0300ac86adf9fb64bca845aa7';
my $H_NONE = 'df2983700ffecb52e6649f0cb3981b66537083a4';
my $HEAD = qq{<?xml version="1.0" encoding="UTF-8"?>\n};

sub setting ($key, $value) { $f->cli('setting', 'set', "billing.$key", $value) }

# curl with these arguments; its output as it comes.
sub curl (@args) {
	my ($rc, $out, $err) = $f->command('curl', '-s', @args);
	is $rc, 0, 'curl is content' or diag $err;
	return $out;
}

# Head and body of an answer, the body unpacked if it is compressed.
sub answer (@args) {
	my ($head, $body) = split /\r\n\r\n/, curl('-i', @args), 2;
	($head, $body) = split /\r\n\r\n/, $body, 2
	    while $head =~ /^HTTP\S+ 100/;
	return ($head, plain($body));
}

sub plain ($bytes) {
	return $bytes if ($bytes // '') !~ /^\x1f\x8b/;
	gunzip(\$bytes => \my $text) or die 'not gzip';
	return $text;
}

sub post (%params) { plain(curl('-X', 'POST', url($B, %params))) }

sub url ($base, %p) { "$base?" . join '&', map { "$_=$p{$_}" } sort keys %p }

sub request (%more) { (u => 'admin', user_id => 100, hash => $H100, %more) }

sub hash_of ($text) { sha1_hex($text . '456789') }

sub device ($id, $ipaddr, $port = 5060) {
	return <<"END";
    <device>
      <device_id>$id</device_id>
      <device_type>SIP</device_type>
      <ipaddr>$ipaddr</ipaddr>
      <port>$port</port>
    </device>
END
}

sub list (@devices) {
	return "$HEAD<page>\n  <devices>\n" . join('', @devices)
	    . "  </devices>\n</page>\n";
}

sub before ($text) { "$HEAD<status>\n  <error>$text</error>\n</status>\n" }
sub inside ($text) { "$HEAD<page>\n  <error>$text</error>\n</page>\n" }

# ---- the fixture of the conformance checks ----------------------------------

$f->cli(qw(account add mgr1 --role manager --permission connection_points));
$f->cli(qw(account add mgr2 --role manager));
$f->cli(qw(account add bob --role user --id 7));
$f->cli(qw(account add alice --role user --id 100));
$f->cli(qw(account add theirs --role user --id 55 --owner mgr1));
$f->cli(qw(trunk add --user alice --ipaddr 192.0.2.10 --port 5060 --id 201));
$f->cli(qw(trunk add --user alice --ipaddr 192.0.2.0/24 --port 0 --id 202));
$f->cli(qw(device add 0090330a0b0c --domain example.com --offer 10));
$f->cli(qw(device own 0090330a0b0c alice));

my $LIST = list(device(201, '192.0.2.10'), device(202, '192.0.2.0/24'),
    device(203, ''));

subtest 'before it is set up' => sub {
	is post(request()), before('API Requests are disabled'),
	    'it is off at first';
	my ($rc, $out, $err) = $f->try_cli(qw(setting set billing.api on));
	isnt $rc, 0, 'it cannot be switched on without a key';
	like $err, qr/billing\.key/, 'and says what is missing';
	$f->cli(qw(setting set billing.key --file), $f->secret_file('456789'));
	setting(api => 'on');
	is $f->cli(qw(setting get billing.key)), "set\n", 'the key is not shown';
};

subtest '1 to 5: every way to send the parameters' => sub {
	is plain(curl('-X', 'POST', "$B?u=admin&user_id=100&hash=$H100")), $LIST,
	    'query of a POST';
	is plain(curl('-d', "u=admin&user_id=100&hash=$H100", $B)), $LIST, 'form';
	is plain(curl(map({ ('-F', $_) } 'u=admin', 'user_id=100',
	    "hash=$H100"), $B)), $LIST, 'multipart';
	is plain(curl('-H', 'Content-Type: application/json', '-d',
	    encode_json({u => 'admin', p => 'x', user_id => 100,
	    show_hidden_devices => 1, hash => $H100}), $B)), $LIST, 'JSON';
	is plain(curl('-X', 'POST', "$_?u=admin&user_id=100&hash=$H100")), $LIST,
	    $_ for map { $f->url($_) } qw(/billing/api/device_list
	    /api/devices_get /api/device_list /billing/api/devices_get/
	    /billing/api/devices_get.xml /billing/api/device_list.xml/);
	like $LIST, qr/^<\?xml .*<\/page>\n\z/s, 'declaration and last line';
	path($f->{folder}, 'list.xml')->spurt($LIST);
	my ($rc, $out, $err) = $f->command('xmllint', '--noout',
	    path($f->{folder}, 'list.xml'));
	is "$rc$err", '0', 'xmllint is content';
	is plain(curl('-d', "user_id=7&user_id=100&hash=$H100",
	    "$B?u=admin&user_id=55&hash=x")), $LIST,
	    'the body wins over the query, the last of two over the first';
};

subtest "the vendor's request as printed" => sub {
	my $line = 'http://<SERVER_IP>/billing/api/devices_get?u=admin'
	    . "&user_id=100&hash=$H100";
	my $server = '127.0.0.1:' . $f->port;
	$line =~ s/<SERVER_IP>/$server/;
	my (undef, $out) = $f->command('sh', '-c',
	    'curl -s -X POST "$0" | gunzip', $line);
	is $out, $LIST, 'piped through gunzip';
};

subtest '6, 7: headers and compression' => sub {
	my @post = ('-X', 'POST', url($B, request()));
	my ($head, $body) = answer(@post);
	like $head, qr/^HTTP\/1\.1 200 /, 'status';
	like $head, qr/^\Q$_\E\r?$/m, $_ for 'Content-Type: text/html',
	    'Content-Disposition: attachment; filename="mor_api_response.html"',
	    'Content-Transfer-Encoding: binary', 'Content-Encoding: gzip',
	    'X-Content-Type-Options: nosniff', 'Cache-Control: no-store',
	    'Vary: Accept-Encoding';
	is $body, $LIST, 'the body is the list';
	is curl(@post, '-H', 'Accept-Encoding: identity'), $LIST,
	    'not compressed if the client does not want it';
	is curl(@post, '-H', 'Accept-Encoding: gzip;q=0'), $LIST, 'by weight';
	is curl(@post, '-H', 'Accept-Encoding: deflate, br'), $LIST,
	    'or by silence';
	is curl(@post, '-H', 'Accept-Encoding;'), $LIST, 'or by an empty list';
	like curl(@post, '-H', 'Accept-Encoding: br, gzip;q=0.1'), qr/^\x1f\x8b/,
	    'compressed if it does a little';
	is curl(@post, '--compressed'), $LIST, 'curl --compressed';
	my $file = path($f->{folder}, 'raw');
	is curl(@post, '-o', $file, '-w', '%{content_type}'), 'text/html',
	    'the type has no parameter';
	unlike((answer('-X', 'POST', url($B, request(test => 1))))[0],
	    qr/Content-Disposition/, 'test=1: inline');
	like((answer('-X', 'POST', url($B, request(test => 2))))[0],
	    qr/Content-Disposition/, 'test=2: attached');
	like((answer('-X', 'POST', $B))[0], qr/^Content-Encoding: gzip\r?$/m,
	    'errors are compressed as well');

	setting(extension => 'xml');
	($head) = answer(@post);
	like $head, qr/^Content-Type: text\/xml\r?$/m, 'the other type';
	like $head, qr/filename="mor_api_response\.xml"/, 'and its name';
	setting(extension => 'html');

	setting(gzip => 'negotiate');
	is curl(@post), $LIST, 'negotiate: plain unless asked';
	like curl(@post, '-H', 'Accept-Encoding: gzip'), qr/^\x1f\x8b/, 'asked';
	is curl(@post, '-H', 'Accept-Encoding: gzip;q=0.0'), $LIST, 'refused';
	setting(gzip => 'never');
	is curl(@post, '-H', 'Accept-Encoding: gzip'), $LIST, 'never';
	setting(gzip => 'always');
};

subtest '8 to 10: switches' => sub {
	my $get = url($B, request());
	is plain(curl($get)), before('GET Requests are disabled'), 'GET is off';
	setting(get => 'on');
	is plain(curl($get)), $LIST, 'GET is on';
	my ($head, $body) = answer('-I', $get);
	like $head, qr/^HTTP\S+ 200 /, 'HEAD is answered like GET';
	is $body // '', '', 'without a body';
	setting(api => 'off');
	is plain(curl($get)), before('API Requests are disabled'), 'off for GET';
	is post(request(hash => 'x')), before('API Requests are disabled'),
	    'and before the hash is looked at';
	setting(api => 'on');
	setting(get => 'off');
	setting(key => '');
	is post(request()), before('API must have Secret Key'), 'no key';
	setting(key => '456789');
};

subtest '11 to 15: hashes and names' => sub {
	(my $changed = $H100) =~ s/.$/8/;
	is post(request(hash => $_)), before('Incorrect hash'), "hash \"$_\""
	    for $changed, '', substr($H100, 0, 39), uc $H100, "${H100}0",
	    hash_of(7);
	is post(u => 'admin', user_id => 100), before('Incorrect hash'), 'none';
	is post(request(u => 'nobody')), inside('Bad login'), 'unknown caller';
	is post(user_id => 100, hash => $H100), inside('Bad login'), 'no caller';
	is post(request(u => 'ADMIN')), inside('Bad login'), 'case counts';
	is post(request(u => 'nobody', hash => hash_of(7))),
	    before('Incorrect hash'), 'the hash is looked at first';
	is post(u => 'admin', hash => $H_NONE), inside('user_id is empty'),
	    'no user_id';
	is post(u => 'admin', user_id => '', hash => hash_of(0)),
	    inside('user_id is empty'), 'an empty one counts as 0';
	is post(u => 'admin', user_id => '', hash => $H_NONE),
	    before('Incorrect hash'), 'and not as nothing';
	is post(u => 'admin', user_id => 999, hash => hash_of(999)),
	    inside('User not found'), 'unknown user';
	is post(u => 'admin', user_id => 'abc', hash => $H_NONE),
	    inside('User not found'), 'letters';
};

subtest '16 to 21: who may list whom' => sub {
	is post(request(user_id => 7, hash => hash_of(7))),
	    inside('Device not found'), 'a user without devices';
	my %theirs = (user_id => 55, hash => hash_of(55));
	is post(u => 'admin', %theirs), inside('Access Denied'),
	    "another's user";
	is post(u => 'mgr1', %theirs), inside('Access Denied'),
	    'not even for his owner';
	is post(request(u => 'mgr1')), $LIST, 'a manager with the permission';
	is post(request(u => 'mgr2')),
	    inside('You are not authorized to manage devices'), 'without';
	is post(request(u => 'bob')), inside('Access Denied'), 'a user';
	is post(u => 'bob', user_id => 7, hash => hash_of(7)),
	    inside('Access Denied'), 'not even for himself';
	is post(request(user_id => '0100')), $LIST, 'leading zeros';
	is post(request(type => 'SIP')), before('Incorrect hash'),
	    'a type counts for the hash';
	is post(request(type => 'SIP', hash => hash_of('100SIP'))), $LIST,
	    'behind the user';
	is post(request(device => 'all', hash => hash_of('100all'))), $LIST,
	    'as does device';
	is post(request(p => 'x', foo => 1, show_hidden_devices => 0)), $LIST,
	    'other parameters do not';
};

subtest '22, 23: names and odd bytes' => sub {
	is plain(curl('-X', 'POST', $f->url("/billing/api/$_"))),
	    before('There is no such API'), $_
	    for qw(nosuch devices_get2 devices_get/x x/devices_get
	    device_list.json), '';
	system $f->sqlite, "UPDATE trunk SET ipaddr = 'a&b<c>d\"' || char(1)"
	    . " || 'e' || CAST(x'ff' AS TEXT) WHERE id = 201";
	my $text = post(request());
	is $text, list(device(201, qq{a&amp;b&lt;c&gt;d"\x{ef}\x{bf}\x{bd}e}
	    . "\x{ef}\x{bf}\x{bd}"), device(202, '192.0.2.0/24'),
	    device(203, '')), 'what XML cannot hold is escaped or replaced';
	path($f->{folder}, 'odd.xml')->spurt($text);
	my ($rc, undef, $err) = $f->command('xmllint', '--noout',
	    path($f->{folder}, 'odd.xml'));
	is "$rc$err", '0', 'xmllint is content';
	system $f->sqlite,
	    "UPDATE trunk SET ipaddr = '192.0.2.10' WHERE id = 201";
};

subtest '24: too much, and hostile' => sub {
	my $pid = $f->pid('billing');
	my $big = path($f->{folder}, 'big');
	$big->spurt('u=' . 'x' x 10_000_000);
	my ($head, $body) = answer('-H', 'Expect:', '-d', "\@$big", $B);
	like $head, qr/^HTTP\S+ 413 /, '10 MB are refused';
	is $body, before('Request is too large'), 'in XML';
	$big->spurt('u=' . 'x' x 100_000);
	($head, $body) = answer('-H', 'Expect:', '-d', "\@$big", $B);
	like $head, qr/^HTTP\S+ 413 /, '100 KB as well';
	is $body, before('Request is too large'), 'in the same words';
	$big->spurt('u=' . 'x' x (16384 - 1));
	($head) = answer('-H', 'Expect:', '-d', "\@$big", $B);
	like $head, qr/^HTTP\S+ 413 /, 'and one byte above 16 KiB';
	$big->spurt(join '&', map { "p$_=1" } 1 .. 2000);
	is plain(curl('-H', 'Expect:', '-d', "\@$big", $B)),
	    before('Too many or too long parameters'), '2,000 parameters';
	is post(request(foo => 'x' x 5000)),
	    before('Too many or too long parameters'), 'a long one';
	is plain(curl('-H', 'Content-Type: application/json', '-d', '{', $B)),
	    before('Parameters are not readable'), 'half a JSON text';
	is plain(curl('-H', 'Content-Type: multipart/form-data; boundary=x',
	    '-d', '--x', $B)), before('Parameters are not readable'),
	    'half a multipart body';
	is post(request(u => 'admin%00')), inside('Bad login'), 'a NUL';
	is post(request(u => "admin'--")), inside('Bad login'), 'a quote';
	is post(u => 'admin', user_id => "100'%20OR%20'1'='1",
	    hash => $H_NONE), inside('User not found'), 'SQL';
	is post(u => 'admin', user_id => '9' x 40, hash => hash_of('9' x 40)),
	    inside('User not found'), 'a huge number';
	for my $method (qw(PUT DELETE OPTIONS PATCH)) {
		($head, $body) = answer('-X', $method, $B);
		like $head, qr/^HTTP\S+ 405 /, "$method is none of ours";
		is $body // '', '', 'and gets an empty body';
	}
	is $f->pid('billing'), $pid, 'the program is still the same';
	is post(request()), $LIST, 'and answers';
};

subtest '25: SHA-1' => sub {
	my (undef, $out) = $f->command('sh', '-c', 'printf %s "$0" | sha1sum',
	    '1231252454580answeredVery Sercet Key');
	like $out, qr/^b93c35d5c6183288322122561a3da7e09abb63b7 /,
	    "the vendor's example";
};

subtest 'a phone that is online' => sub {
	my $phone = $f->device(id => '0090330a0b0c', more => {ethIfs => [
	    {if => 'ETH0', ipv4 => '', ipv6 => '2001:db8::7'},
	    {if => 'ETH1', ipv4 => '198.51.100.7'}]})->connect;
	ok $phone->wait_for('password'), 'it gets its password';
	$phone->disconnect;
	$phone->connect;
	ok wait_until(sub { post(request()) =~ /198\.51\.100\.7/ }),
	    'it is listed with its address';
	is post(request()), list(device(201, '192.0.2.10'),
	    device(202, '192.0.2.0/24'), device(203, '198.51.100.7')),
	    'its first IPv4 address, and the port of SIP';
	$phone->disconnect;
	ok wait_until(sub { post(request()) eq $LIST }), 'and without it later';
};

subtest 'who may ask, and how often' => sub {
	setting(allow => '192.0.2.0/24');
	my ($head, $body) = answer('-X', 'POST', url($B, request()));
	like $head, qr/^HTTP\S+ 403 /, 'an address that is not on the list';
	is $body, before('Access from this address is denied'), 'is told so';
	setting(allow => '192.0.2.0/24, 127.0.0.0/8');
	is post(request()), $LIST, 'one that is, is served';
	setting(hash_check => 'off');
	is post(u => 'admin', user_id => 100), $LIST, 'then without a hash';
	isnt +($f->try_cli(qw(setting set billing.allow), ''))[0], 0,
	    'the list cannot go meanwhile';
	setting(hash_check => 'on');
	setting(allow => '');

	setting(rate => 3);
	my @status = map { (answer('-X', 'POST', url($B, request())))[0]
	    =~ /^HTTP\S+ (\d+)/ } 1 .. 5;
	is "@status[0 .. 2]", '200 200 200', 'as many as the rate allows';
	($head, $body) = answer('-X', 'POST', url($B, request()));
	like $head, qr/^HTTP\S+ 429 /, 'more are too many';
	like $head, qr/^Retry-After: [1-9]\d?\r?$/m, 'for some seconds';
	is $body, before('Too many requests'), 'in XML';
	setting(rate => 0);
	is post(request()), $LIST, 'no rate, no limit';

	# In one breath; on a slow machine a few are forgotten meanwhile.
	my @code = split /\n/, curl('-w', '%{http_code}\n', '-X', 'POST', '-o',
	    '/dev/null', url($B, request(hash => 'x', n => '[1-200]')), '-o',
	    '/dev/null', url($B, request()));
	my ($wrong) = grep { $code[$_] eq '429' } 0 .. $#code;
	ok $wrong && $wrong <= 60 && 100 < grep({ $_ eq '429' } @code),
	    'wrong hashes are limited by themselves';
	ok wait_until(sub { post(request()) eq before('Too many requests')
	    || !post(request(hash => 'x')) }),
	    'whatever comes from there then';
};

subtest 'nothing leaks' => sub {
	# What nginx refuses by itself: no Host, a header too long, a line too
	# long, a bad method.
	my $line = "/billing/api/devices_get?u=admin&hash=$H100";
	for ("GET $line HTTP/1.1\r\n\r\n",
	    "GET $line HTTP/1.1\r\nHost: x\r\nX: " . 'y' x 40_000 . "\r\n\r\n",
	    "GET $line&x=" . 'y' x 40_000 . " HTTP/1.1\r\nHost: x\r\n\r\n",
	    "get $line HTTP/1.1\r\nHost: x\r\n\r\n") {
		my $s = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
		    PeerPort => $f->port);
		print $s $_;
		shutdown $s, 1;
		like <$s> // '', qr/^HTTP\S+ 4/, 'nginx refuses';
	}
	$f->access_log_whole;
	my $key = qr/456789|$H100|$H_NONE/;
	unlike $f->log_of($_), $key, "no key or hash in $_.log"
	    for map { $_->basename('.log') } path($f->state, 'log')->list->each;
	my @wrong = grep { /billing\.wrong-hash/ } split /\n/, $f->log_of('billing');
	like $wrong[0], qr{ warn .* path=/billing/api/devices_get},
	    'a wrong hash is logged with the path';
	ok scalar(grep { /address=127\.0\.0\.1 u=nobody$/ } @wrong),
	    'and with address and caller';
	my ($row) = grep { $_->{key} eq 'billing.key' }
	    @{$f->api({mt => 'GetSettings'})->{settings}};
	is $row->{value}, 'set', 'GetSettings shows that there is a key';
	ok !$f->api({mt => 'SetSetting', key => 'billing.key',
	    value => 'another secret'})->{error}, 'SetSetting sets it';
	my $all = encode_json($f->api({mt => 'GetSettings'}))
	    . encode_json($f->api({mt => 'GetAudit'}))
	    . $f->cli(qw(setting list)) . $f->cli(qw(audit list --limit 100));
	unlike $all, qr/456789|another secret/, 'and nothing shows it';
	my $db = path($f->state, 'fleetline.db')->slurp
	    . (eval { path($f->state, 'fleetline.db-wal')->slurp } // '');
	unlike $db, qr/another secret/, 'it is sealed in the store';
	is $f->cli('check'), "ok\n", 'and opens';
};

subtest 'figures' => sub {
	my $text = $f->get('/metrics')->body;
	like $text, qr/^fleetline_billing_\w+\{[^}]*devices_get[^}]*\} [1-9]/m,
	    'requests are counted in /metrics';
	like plain(curl('-X', 'POST', $f->url('/billing/metrics'))),
	    qr/404 Not Found/, 'which only the machine itself can ask for';
};

subtest 'while the program is away' => sub {
	my $socket = path($f->run_folder, 'billing.sock');
	my $away = path("$socket.away");
	$socket->move_to($away);
	ok $f->kill_program('billing'), 'killed and started again';
	# nginx has no connection to it left, and makes no new one.
	my ($head, $body) = answer('-X', 'POST', url($B, request()));
	$away->move_to($socket);
	like $head, qr/^HTTP\S+ 503 /, 'nginx answers for it';
	is $body, before('Service is unavailable'), 'in XML';
	is post(u => 'admin'), before('Incorrect hash'), 'until it is back';
	$f->access_log_whole;
	unlike $f->log_of($_), qr/$H100/, "no hash in $_.log"
	    for qw(access nginx-error);
};

subtest 'when the store fails' => sub {
	my @sql = $f->sqlite;
	system @sql, 'ALTER TABLE trunk RENAME TO away';
	my ($head, $body) = answer('-X', 'POST', url($B, u => 'admin',
	    user_id => 100, hash => sha1_hex('100another secret')));
	system @sql, 'ALTER TABLE away RENAME TO trunk';
	like $head, qr/^HTTP\S+ 503 /, 'it says so';
	is $body, before('Service is unavailable'), 'in XML';
	like $f->log_of('billing'), qr/ error billing\.fcgi billing id=.* why=/,
	    'and why in the log';
};

subtest 'the command line' => sub {
	my @trunks = @{$f->cli_json(qw(trunk list))};
	is join(' ', map { "$_->{id} $_->{user} $_->{ipaddr} $_->{port}" }
	    @trunks), '201 100 192.0.2.10 5060 202 100 192.0.2.0/24 5060',
	    'trunk list';
	is_deeply $f->cli_json(qw(trunk list --user bob)), [], 'of one user';
	my $bad = sub ($why, @args) {
		my ($rc, $out, $err) = $f->try_cli(@args);
		isnt $rc, 0, "@args fails";
		like $err, qr/^fleetline: .*$why.*\n\z/, 'and says why';
	};
	my @add = qw(trunk add --user alice --ipaddr);
	$bad->('taken', @add, '192.0.2.1', '--id', 203);
	$bad->('number', @add, '192.0.2.1', '--id', 0);
	$bad->('number', @add, '192.0.2.1', '--port', 'x');
	$bad->('address', @add, '192.0.2.0/31');
	$bad->('no account', qw(trunk add --user none --ipaddr 192.0.2.1));
	$bad->('role user', qw(device own 0090330a0b0c mgr1));
	$bad->('no such device', qw(device own 0090330affff alice));
	$bad->('either', qw(setting set billing.key));
	$bad->('either', qw(setting set billing.key x --file), '/dev/null');
	$bad->('no trunk', qw(trunk remove 203));
	is $f->cli(@add, '192.0.2.1-9'), "trunk 192.0.2.1-9 has id 204\n",
	    'trunk add goes on in the common sequence';
	$f->cli(qw(trunk remove 204));
	like $f->cli(qw(device show 0090330a0b0c)), qr/^owner +100$/m,
	    'device show tells the owner';
	like +($f->try_cli(qw(device own 0090330a0b0c admin)))[2],
	    qr/only accounts of role user/, 'an administrator owns none';
	like +($f->try_cli(qw(device set 0090330a0b0c --owner admin)))[2],
	    qr/only accounts of role user/, '... in whichever way it is said';
	$f->cli(qw(device disown 0090330a0b0c));
	like $f->cli(qw(device show 0090330a0b0c)), qr/^owner +0$/m,
	    'device disown takes it away';
};

done_testing;
