# The rental history as CSV: three programs that accountants use, times in
# zones, languages, wrong input, logins, guessing.
use Fleetline;
use Ledger;
use IPC::Open3;
use LWP::UserAgent;
use Mojo::Util qw(url_escape);

use constant MARCH => 1774742400000;	# 2026-03-29 00:00 UTC, a Sunday
use constant OCTOBER => 1792886400000;	# 2026-10-25 00:00 UTC
use constant HOUR => 3600_000;

my $f = Fleetline->new;
$f->cli(qw(domain add), $_, '--password-file', $f->secret_file("$_ word"))
    for qw(red.example blue.example green.example);
$f->cli(qw(domain grant red.example green.example));
my $path = $f->base . '/csvapi';

sub query (%q) {
	return "$path?" . join '&', map { "$_=" . url_escape($q{$_}) } sort keys %q;
}

# (status, head, body) by curl; options after the query.
sub curl ($user, $password, $target, @more) {
	my ($rc, $out, $err) = $f->command(qw(curl -s -i --digest -u),
	    "$user:$password", @more, $f->url($target));
	$out =~ s/\AHTTP\S* 401.*?\r\n\r\n(?:login required\n)?(?=HTTP)//s;
	my ($head, $body) = split /\r\n\r\n/, $out, 2;
	my ($status) = ($head // '') =~ /\AHTTP\S* (\d+)/;
	return ($status // "curl $rc", $head // '', $body // '');
}

sub red ($target, @more) {
	return curl('red.example', 'red.example word', $target, @more);
}

sub lines ($body) { split /\r\n/, $body }
sub column ($n, $body) {
	my (undef, @rows) = lines($body);
	return join ' | ', map { (split /;/)[$n] } @rows;
}

# ---- a ledger ---------------------------------------------------------------

my $red = Ledger::project($f, 'red.example');
my $green = Ledger::project($f, 'green.example');
my %gateway = (gateway => '009033000001', licence => 'PBX-USER');
for my $at (MARCH + HOUR - 1, MARCH + HOUR, OCTOBER + HOUR - 1, OCTOBER + HOUR) {
	Ledger::row($f, $red, time => $at, %gateway, count => 5, price => 1500,
	    monthly => 7500, amount => -250, balance => 1234567,
	    end_time => $at + 10 * 24 * HOUR, reference => '=1+1;"x"');
}
Ledger::row($f, $green, time => MARCH, domain => 'green.example', what => 1,
    amount => 1000000, balance => 1000000);

# ---- three programs ---------------------------------------------------------

my $all = query(type => 'history', all => 1, lang => 'de',
    tz => 'Europe/Berlin');
my ($status, $head, $body) = red($all);
is $status, 200, 'curl --digest gets it';
is $body, join("\r\n",
    'Nummer;Datum;Domain;Gateway;Vorgang;Lizenz;Anzahl;iSC/Monat;Betrag;Saldo;'
    . 'Ende;Rechnungsreferenz;Grund',
    (map { "$_->[0];$_->[1];red.example;\"009033000001\";Lizenz hinzugef\xc3\xbcgt;"
	. "PBX-USER;5;7,5;-0,25;1234,567;$_->[2];\"'=1+1;\"\"x\"\"\";" }
	[1, '29.03.2026 01:59:59', '08.04.2026 02:59:59'],
	[2, '29.03.2026 03:00:00', '08.04.2026 03:00:00'],
	[3, '25.10.2026 02:59:59', '04.11.2026 01:59:59'],
	[4, '25.10.2026 02:00:00', '04.11.2026 02:00:00']),
    "1;29.03.2026 01:00:00;green.example;;Guthaben geladen;;;0;1000;1000;;;", ''),
    'byte for byte, over both changes of the clock in Berlin';
like $head, qr/^Content-Type: text\/csv; charset=utf-8; header=present\r$/m,
    'its type says that it has a header';
like $head, qr/^Content-Disposition: attachment; filename="rental-history-all\.csv"/m,
    'it has a name for a file';
my ($rc, $wget) = $f->command(qw(wget -q -O - --user red.example --password),
    'red.example word', $f->url($all));
is $rc, 0, 'wget gets it';
ok $wget eq $body, 'the same bytes';
my $lwp = LWP::UserAgent->new;
$lwp->credentials('127.0.0.1:' . $f->port, 'devices', 'red.example',
    'red.example word');
my $res = $lwp->get($f->url($all));
is $res->code, 200, 'LWP gets it';
ok $res->content eq $body, 'the same bytes';

# urllib takes the first challenge, whether it knows it or not.
my $python = <<'END';
import sys, urllib.request as u
m = u.HTTPPasswordMgrWithDefaultRealm()
m.add_password(None, sys.argv[1], sys.argv[2], sys.argv[3])
o = u.build_opener(u.ProxyHandler({}), u.HTTPDigestAuthHandler(m))
sys.stdout.buffer.write(o.open(sys.argv[1], timeout=20).read())
END
my @as = ($f->url($all), 'red.example', 'red.example word');
($rc, my $sent, my $why) = $f->command('python3', '-c', $python, @as);
ok $rc == 0 && $sent eq $body, "Python's urllib gets the same" or diag $why;
($rc, $sent, $why) = $f->command('php', '-r', <<'END', @as);
$c = curl_init($argv[1]);
curl_setopt_array($c, [CURLOPT_HTTPAUTH => CURLAUTH_DIGEST,
    CURLOPT_USERNAME => $argv[2], CURLOPT_PASSWORD => $argv[3]]);
exit(curl_exec($c) ? 0 : 1);
END
ok $rc == 0 && $sent eq $body, 'PHP gets the same' or diag $why;

# As .NET Framework, Java through a proxy, and others write what they ask for.
for ([$path, '00000001', 'a uri without its query'],
    [$f->url($all), '00000001', 'an absolute uri'],
    [$f->url($path), '00000001', 'an absolute one without its query'],
    [$all, '00000000', 'a count that begins with zero']) {
	my ($uri, $nc, $name) = @$_;
	my $c = $f->get($all)->headers->every_header('WWW-Authenticate');
	my $header = $f->digest_header($c, 'GET', $uri, {user => 'red.example',
	    password => 'red.example word', algorithm => 'MD5', nc => 0 + $nc});
	my $try = sub ($target) { $f->get($target, {Authorization => $header}) };
	my $res = $try->($all);
	ok $res->code == 200 && $res->body eq $body, "$name is right"
	    or diag $res->code;
	is $try->($all)->code, 401, '... once';
	is $try->("$path?all=0")->code, 401, '... and for nothing else after it';
}

# ---- who sees what ----------------------------------------------------------

sub history (%more) {
	return query(type => 'history', %more);
}
is +(curl('example.com', $f->password, $all))[2], $body,
    'the instance password sees all that rented';
is +(curl('blue.example', 'blue.example word', history(all => 1)))[2],
    'Number;Date;Domain;Gateway;Change;Licence;Count;iSC/month;Amount;Balance;'
    . "End;Invoice reference;Reason\r\n", 'a domain that never rented gets the header';
is column(2, (red(history(domain => 'green.example')))[2]), 'green.example',
    'a granted domain by its name';
($status, undef, $body) = red(history(domain => 'blue.example'));
is "$status $body", "403 domain does not exist or may not be seen\n",
    'a domain that may not be seen';
is join(' ', (red(history(domain => 'none.example')))[0, 2]), "$status $body",
    'answers as one that does not exist';
is +(curl('blue.example', 'red.example word', $all))[0], 401,
    'the password of another domain does not open';

# ---- zones and languages ----------------------------------------------------

is column(1, (red(history(domain => 'red.example', lang => 'de-AT',
    tz => 'America/St_Johns')))[2]), '28.03.2026 22:29:59 | 28.03.2026 22:30:00'
    . ' | 24.10.2026 22:29:59 | 24.10.2026 22:30:00',
    'St. John\'s is half an hour off, de-AT writes as de';
is column(9, (red(history(domain => 'red.example', lang => 'de-CH')))[2]),
    join(' | ', ('1234.567') x 4), 'de-CH has a decimal point';
is +(red(history(domain => 'red.example', lang => 'xx')))[2],
    (red(history(domain => 'red.example')))[2], 'lang=xx is English';
# Laws that came after ICU's table: 2024, 2023, 2022.
sub first_of ($zone) {
	return (split / \| /, column(1, (red(history(domain => 'red.example',
	    lang => 'sv', tz => $zone)))[2]))[0];
}
is first_of('Asia/Almaty'), '2026-03-29 05:59:59', 'Almaty: five hours';
is first_of('America/Nuuk'), '2026-03-28 22:59:59', 'Nuuk: two hours, and';
is +(split / \| /, column(1, (red(history(domain => 'red.example', lang => 'sv',
    tz => 'America/Nuuk')))[2]))[1], '2026-03-29 00:00:00', '... one in summer';
is first_of('America/Ciudad_Juarez'), '2026-03-28 18:59:59',
    'Ciudad Juarez is there';
is first_of('America/Chihuahua'), '2026-03-28 18:59:59',
    '... and Chihuahua has no summer time';
is +(red(query(domain => 'red.example')))[2],
    (red(history(domain => 'red.example')))[2], 'without type: the history';
is +(red(query(domain => 'red.example', bom => 1)))[2], "\xef\xbb\xbf"
    . (red(history(domain => 'red.example')))[2], 'bom=1: with its mark';
for (['en', 'Number'], ['fr', "Num\xc3\xa9ro"], ['it', 'Numero'],
    ['es', "N\xc3\xbamero"], ['nl', 'Nummer'], ['pt', "N\xc3\xbamero"],
    ['pl', 'Numer'], ['cs', "\xc4\x8c\xc3\xadslo"], ['sv', 'Nummer']) {
	my ($lang, $word) = @$_;
	like +(red(history(domain => 'green.example', lang => $lang)))[2],
	    qr/\A$word;/, "lang=$lang speaks it";
}

# ---- ranges -----------------------------------------------------------------

sub numbers (%range) {
	return column(0, (red(history(domain => 'red.example', %range)))[2]);
}
is numbers(from => MARCH + HOUR), '2 | 3 | 4', 'from is in the range';
is numbers(to => MARCH + HOUR), '1', 'to is not';
is numbers(from => MARCH + HOUR, to => OCTOBER + HOUR), '2 | 3', 'both';
is numbers(from => MARCH, to => MARCH), '', 'an empty range is only a header';
is numbers(from => OCTOBER * 2), '', 'so is the future';

# ---- wrong input ------------------------------------------------------------

for (
	['type=history', 'domain is missing: name a domain, or set all=1'],
	['all=1&type=monthly', 'type must be history or overview'],
	['all=yes&type=history', 'all must be 1, true, 0 or false'],
	['all=1&type=history&tz=nonsense',
	    'tz must be a time zone: UTC, Europe/Berlin ...'],
	['all=1&type=history&lang=de@x', 'lang must be a language: en, de-AT ...'],
	['all=1&type=history&from=2&to=1', 'from must not be after to'],
	['all=1&type=history&from=-1', 'from must be milliseconds since 1970'],
	['all=1&type=history&from=1.5', 'from must be milliseconds since 1970'],
	['all=1&type=history&from=99999999999999999999',
	    'from must be milliseconds since 1970'],
	['all=1&from=1704067200',
	    'from looks like seconds: it must be milliseconds since 1970'],
	['all=1&to=1706745600&lang=de',
	    'to looks like seconds: it must be milliseconds since 1970'],
	['all=1&type=history&to=soon', 'to must be milliseconds since 1970'],
	['all=1&type=history&from=1&from=1', 'from must be given once'],
    ) {
	my ($query, $line) = @$_;
	my ($status, $head, $body) = red("$path?$query");
	is "$status $body", "400 $line\n", "$query: 400";
	like $head, qr/^Content-Type: text\/plain/m, 'as text';
}
is +(red($all, '-X', 'DELETE'))[0], 405, 'another method: 405';
is +(red($all, '--data-binary', 'x'))[0], 405, 'even with a body';

# ---- overview ---------------------------------------------------------------

($status, undef, $body) = red(query(type => 'overview', domain => 'red.example',
    lang => 'sv', tz => 'Europe/Berlin', from => 'ignored'));
my @months = lines($body);
my (undef, undef, undef, undef, $month, $year) = gmtime;
is scalar @months, 25, 'the overview has 24 months';
is $months[0], "Dom\xc3\xa4n;M\xc3\xa5nad;iSC/m\xc3\xa5nad", 'under its own header';
is $months[24], sprintf('red.example;%04d-%02d-01;%s', $year + 1900, $month + 1,
    time > MARCH / 1000 ? '7,5' : '0'), 'the last is this month';
like $months[1], qr/;\d{4}-\d\d-01;0$/, 'nothing was rented in the first';

# ---- a rental of today --------------------------------------------------------

$f->cli(qw(device add 009033bb0001 --domain blue.example --type GW));
$f->cli(qw(licence set PBX-USER --title), 'PBX user', qw(--price 3.1));
$f->cli(qw(rental load blue.example --key-file),
    $f->secret_file($f->cli(qw(rental key new 500))));
$f->cli(qw(rental set blue.example --invoice-reference), 'order; "7"');
$f->cli(qw(rental apply blue.example 009033bb0001 PBX-USER 10));
my ($blue) = map { $_->{id} } grep { $_->{name} eq 'blue.example' }
    @{$f->api({mt => 'GetDomains'})->{domains}};
my $rows = $f->api({mt => 'GetRentalHistory', domainId => $blue})->{history};
($status, undef, $body) = curl('blue.example', 'blue.example word',
    history(domain => 'blue.example'));
is column(0, $body), join(' | ', sort { $a <=> $b } map { $_->{number} } @$rows),
    'what was rented through the rules stands there at once';
like $body, qr/^2;[^;]+;blue\.example;"009033bb0001";Licence\ added;PBX-USER;10;31;
    -[\d.]+;4\d\d\.\d+;[^;]+;"order;\ ""7""";\r$/mx, 'with all that belongs to it';

# ---- ETag, HEAD -------------------------------------------------------------

my $closed = history(all => 1, to => MARCH);
($status, $head) = red($closed);
my ($tag) = $head =~ /^ETag: (\S+)\r$/m;
ok $tag, 'a range that is over has an ETag';
is +(red($closed, '-H', "If-None-Match: $tag"))[0], 304, 'which is answered: 304';
is +(red($closed, '-H', 'If-None-Match: "x"'))[0], 200, 'another one is not';
($status, $head, $body) = red($closed, '-I');
is $status, 200, 'HEAD is answered';
like $head, qr/^ETag: \Q$tag\E\r$/m, 'with the same head';
is $body, '', 'and no body';

# ---- digest -----------------------------------------------------------------

my %login = (user => 'red.example', password => 'red.example word');
sub challenge { $f->get($all)->headers->every_header('WWW-Authenticate') }

sub answer ($header, $target = $all) {
	my $res = $f->get($target, {Authorization => $header});
	my $stale = grep { /stale=true/ }
	    @{$res->headers->every_header('WWW-Authenticate')};
	return $res->code . ($stale ? ' stale' : '');
}
for my $algorithm (qw(MD5 SHA-256)) {
	my $c = challenge();
	my $first = $f->digest_header($c, 'GET', $all,
	    {%login, algorithm => $algorithm});
	is answer($first), 200, "$algorithm opens";
	is answer($first), '401 stale', 'a second use of the same nc does not';
	is answer($f->digest_header($c, 'GET', $all,
	    {%login, algorithm => $algorithm, nc => 2})), 200, 'the next does';
	is answer($f->digest_header($c, 'GET', $all,
	    {%login, algorithm => $algorithm, nc => 3}), $closed), 401,
	    'a foreign uri does not';
}
my $old = $f->digest_header(challenge(), 'GET', $all, \%login);
$f->kill_program('csvapi');
is answer($old), '401 stale', 'nor a nonce of an earlier process';
is answer('Basic ' . 'x' x 10), 401, 'nor another scheme';
chomp(my $key = $f->cli(qw(account add clerk --role system-admin))
    && $f->cli(qw(key add clerk)));
is answer("Bearer $key"), 401, 'nor an API key';

# ---- guessing ---------------------------------------------------------------

# $n wrong logins with nonce after nonce; how many got which status.
sub guess ($n, $send, %o) {
	my %got;
	my $c = challenge();
	for (1 .. $n) {
		my $res = $send->($f->digest_header($c, 'GET', $all,
		    {%login, password => "wrong $_", nc => $_, %o}));
		$got{$res->code}++;
	}
	return \%got;
}
sub send_wrong ($header) { $f->get($all, {Authorization => $header}) }

my $slow;
my $got = guess(1000, sub ($header) {
	my $res = send_wrong($header);
	$slow = $res if $res->code == 429;
	return $res;
});
cmp_ok $got->{401}, '>=', 10, 'of 1,000 wrong passwords ten are tried';
cmp_ok $got->{401}, '<', 60, 'and few more as time goes by';
is $got->{401} + $got->{429}, 1000, 'the others get 429';
cmp_ok $slow->headers->header('Retry-After'), '<=', 6, 'with the time to wait';
is $slow->body, "too many wrong logins\n", 'and a line of text';
is +(red($all))[0], 429, 'the right password is not tried meanwhile';
is +(curl('blue.example', 'blue.example word', $all))[0], 200,
    'another user from the same address gets in';
my $log = $f->log_of('csvapi');
is scalar(() = $log =~ /login\.wrong .*remote=127\.0\.0\.1 user=red\.example/g),
    $got->{401}, 'each wrong one is in the log, with address and user';
is scalar(() = $log =~ /login\.slowed .*remote=127\.0\.0\.1 user=red\.example/g),
    $got->{429} + 1, 'each refused one too';
unlike $log, qr/wrong \d/, 'no password is';
ok wait_until(sub { (red($all))[0] == 200 }, 20),
    'after some seconds the right one opens again';

# The JSON device API is protected in the same way, in its own form.
sub api_guess ($n, %o) {
	my %got;
	for (1 .. $n) {
		my $res = $f->post('{"mt":"GetDomains"}', %o);
		$got{$res->code}++;
		$slow = $res;
	}
	return \%got;
}
$got = api_guess(30, user => 'red.example', password => 'wrong');
is $got->{429} + $got->{401}, 30, 'BASE/api slows down digest';
is $slow->body, qq({"error":"too many wrong logins"}\n), 'with a JSON error';
$got = api_guess(30, key => 'flk_77_' . 'x' x 32);
cmp_ok $got->{429}, '>=', 15, 'and guessed keys';
is $f->post('{"mt":"GetDomains"}', key => $key)->code, 200,
    'a good key is not hindered';

done_testing;
