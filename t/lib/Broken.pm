# Broken -- input that no honest peer sends, the same in every run.
#
#	Broken::start(42);			# the seed of all that is random,
#						# unless SEED says another
#	my @m = Broken::messages();		# rows of the JSON API
#	for my $case (Broken::fields(\@m)) {...}	# {message, field}
#
# Everything here makes bytes or values; who sends them where is up to the test.
package Broken;
use Mojo::Base -strict, -signatures;
use Mojo::JSON qw(encode_json false true);

use constant {BODY_MAX => 65536, SRC_MAX => 4096, LIST_MAX => 500,
    INT64_MAX => 9223372036854775807};

sub start ($seed) { srand($ENV{SEED} // $seed); return }

sub bytes ($n) { pack 'C*', map { int rand 256 } 1 .. $n }
sub pick (@of) { $of[rand @of] }

# A text with some bytes changed, dropped, doubled or put in.
sub mutant ($text) {
	for (1 .. 1 + int rand 4) {
		my $at = int rand length $text;
		my $how = int rand 4;
		if ($how == 0) { substr $text, $at, 1, chr int rand 256 }
		elsif ($how == 1) { substr $text, $at, 1, '' }
		elsif ($how == 2) { substr $text, $at, 0, substr $text, $at, 8 }
		else { substr $text, $at, 0, pick('{', '}', '[', ']', '"', ',',
		    ':', '\\', "\0", "\xff", '\u0000', '1e999', 'null') }
		$text = 'x' unless length $text;
	}
	return $text;
}

# ---- the table of messages ------------------------------------------------

# Each {mt, list, fields => [{name, kind, need, lo, hi}]}; hi undef: no limit.
sub messages () {
	return map {
		my ($mt, $right, $list, @fields) = split / /;
		{mt => $mt, list => $list eq 'list',
		    fields => [map { _field(split /:/) } @fields]};
	} split /\n/, qx("$ENV{FLEETLINE_BUILD}/t/web/api" --table)
	    || die "broken: no table of messages\n";
}

sub _field ($name, $kind, $need, $lo, $hi) {
	return {name => $name, kind => $kind, need => $need, lo => $lo,
	    hi => $hi == INT64_MAX ? undef : $hi};
}

# A value that passes the table and names nothing that is there.
my %harmless = (hwId => 'no-such-device', role => 'user', uri => 'http://x/');

sub harmless ($f) {
	return $harmless{$f->{name}} // 'x' x ($f->{lo} || 1)
	    if $f->{kind} =~ /^(?:TEXT|LINES)$/;
	return ['no-such-device'] if $f->{kind} eq 'IDS' && $f->{need};
	return [{hwId => 'no-such-device', licence => 'x', count => 1}]
	    if $f->{kind} eq 'OBJECTS';
	return {} if $f->{kind} eq 'OBJECT';
	return ['x'] if $f->{kind} eq 'TEXTS' && $f->{need};
	return $f->{kind} eq 'NUMBER' ? 999999999 : $f->{kind} eq 'BOOL' ? true
	    : [];
}

# ---- values of the wrong type or outside the limits ------------------------

my @objects = ({}, {a => 1}, {text => 'x'});

sub _texts_wrong ($f, $list) {
	my $hi = $f->{hi} // 0;
	return $list
	    ? (["x" x ($hi + 1)], 'x' x ($hi + 1), ["a\x01"], "a,b\x1f", [''],
		[1], [[]], [{}], [undef], [true], 1, true, $f->{kind} eq 'IDS' ? ()
		: ([('a') x (LIST_MAX + 1)], join(',', ('a') x (LIST_MAX + 1))),
		@objects)
	    : ('x' x ($hi + 1), 'x' x 60000, "\x01", "a\nb", "a\x1fb", 0, -1,
		1.5, true, false, [], ['x'], $f->{lo} > 1 ?
		('x', 'x' x ($f->{lo} - 1)) : (), @objects);
}

sub _numbers_wrong ($f, $list) {
	my @beyond = ($f->{lo} - 1, defined $f->{hi} ? $f->{hi} + 1 : ());
	return $list
	    ? ((map { ([$_], "$_", "1,$_") } @beyond), ['1'], [1.5], [[]], [{}],
		[undef], [true], 'x', '1,x', '1;2', '1.5', ' - ',
		'99999999999999999999', [(1) x (LIST_MAX + 1)], 1, false,
		@objects)
	    : (@beyond, 'x', '', '1', 1.5, -1.5, true, false, [], [1],
		@objects);
}

sub _objects_wrong ($f) {
	return ('x', '', 0, 1, 1.5, true, {}, [], [1], ['x'], [[]], [{}, 1],
	    [true], [undef], [({}) x ($f->{hi} + 1)]);
}

sub wrong_values ($f) {
	my $list = $f->{kind} =~ /S$/;
	my @wrong = $f->{kind} eq 'OBJECTS' ? _objects_wrong($f)
	    : $f->{kind} =~ /^(?:TEXT|IDS)/ ? _texts_wrong($f, $list)
	    : $f->{kind} eq 'LINES' ? (0, -1, 1.5, true, false, [], ['x'], @objects)
	    : $f->{kind} =~ /^NUMBER/ ? _numbers_wrong($f, $list)
	    : $f->{kind} eq 'OBJECT' ? (0, -1, 1.5, true, false, 'x', '', [], ['x'])
	    : ('true', '', 0, 1, 'x', [], [true], @objects);
	push @wrong, undef if $f->{need};
	push @wrong, '' if $f->{need} && $f->{kind} =~ /^(?:TEXT|LINES)$/
	    && $f->{lo} > 0;
	return @wrong;
}

# Each message with each field wrong in each way, all the others right.
sub fields ($messages) {
	my @cases;
	for my $m (@$messages) {
		my %right = map { $_->{name} => harmless($_) }
		    grep { $_->{need} } @{$m->{fields}};
		for my $f (@{$m->{fields}}) {
			push @cases, map { {of => $m, field => $f->{name},
			    message => {%right, mt => $m->{mt},
				$f->{name} => $_}} } wrong_values($f);
			next unless $f->{need};
			my %less = (%right, mt => $m->{mt});
			delete $less{$f->{name}};
			push @cases, {of => $m, field => $f->{name},
			    message => \%less};
		}
	}
	return @cases;
}

# ---- texts that are no message ---------------------------------------------

my @utf8 = ("\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc2", "\xc3\x28",
    "\xe0\x80\xaf", "\xe2\x82", "\xe2\x28\xa1", "\xed\xa0\x80",
    "\xed\xbf\xbf", "\xf0\x80\x80\xaf", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
    "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xff\xfe", "\xef\xbb");

sub invalid_utf8 () {
	return map { my $b = $_; (
	    qq({"mt":"GetDevice","hwId":"$b"}), qq({"mt":"Get$b"}),
	    qq({"mt":"GetDomains","src":"a${b}b"}),
	    qq({"mt":"GetDomains","$b":1}), qq($b\{"mt":"GetDomains"}),
	    qq({"mt":"GetDomains"}$b)) } @utf8;
}

sub deep () {
	return map { my ($n, $o, $c) = @$_; (
	    $o x $n, ($o x $n) . ($c x $n),
	    qq({"mt":"GetDomains","x":) . ($o x $n) . '1' . ($c x $n) . '}',
	    qq({"mt":"GetDomains","src":) . ($o x $n) . '1' . ($c x $n) . '}')
	    } map { [$_, '[', ']'], [$_, '{"a":', '}'] } 17, 40, 1000, 9000;
}

sub not_json () {
	my @values = ('', ' ', "\t\r\n", "\xef\xbb\xbf" x 2 . '{"mt":"GetDomains"}',
	    '[]', '{}', '[{"mt":"GetDomains"}]', '"GetDomains"', '1', 'null',
	    'true', 'nul', 'mt=GetDomains', '<mt>GetDomains</mt>', '{', '}',
	    '{{}}', '{"mt"}', '{"mt":}', '{"mt":"GetDomains",}',
	    '{,"mt":"GetDomains"}', '{"mt":"GetDomains" "x":1}',
	    '{"mt":"GetDomains"}}', '{"mt":"GetDomains"}{"mt":"GetDomains"}',
	    '{"mt":"GetDomains"} x', '{mt:"GetDomains"}', "{'mt':'GetDomains'}",
	    '{"mt":"GetDomains"/**/}', "{\"mt\":\"GetDomains\"//\n}",
	    '{"mt":"GetDomains","x":', '{"mt":"GetDomains\\"}',
	    '{"mt":"Get\\u00zzDomains"}', '{"mt":"Get\\u12"}',
	    '{"mt":"Get\\xDomains"}', '{"mt":"a\\u0000b"}',
	    '{"mt":"GetDomains","\\u0000":1}', "{\"mt\":\"Get\0Domains\"}",
	    "{\"mt\":\"Get\nDomains\"}", "{\"mt\":\"GetDomains\"}\0",
	    '{"mt":1}', '{"mt":null}', '{"mt":true}', '{"mt":""}', '{"mt":[]}',
	    '{"mt":{}}', '{"mt":["GetDomains"]}', '{"mt":"' . 'x' x 65 . '"}',
	    '{"mt":"' . 'x' x 60000 . '"}', '{"MT":"GetDomains"}');
	my @numbers = map { qq({"mt":"DeleteDomain","id":$_}) } '01', '+1',
	    '.5', '1.', '1e', '1e+', '0x10', 'NaN', 'Infinity', '-', '--1',
	    '-Infinity', '1_000', '9' x 400, '-' . '9' x 400,
	    '18446744073709551616', '9223372036854775808',
	    '-9223372036854775809';
	return @values, @numbers;
}

# A message cut anywhere.
sub truncated ($messages) {
	return map {
		my $m = $_;
		my $text = encode_json({mt => $m->{mt}, map { $_->{name} =>
		    harmless($_) } @{$m->{fields}}});
		map { substr $text, 0, $_ } 1, map { 1 + int rand(length($text)
		    - 1) } 1 .. 3;
	} @$messages;
}

sub random_texts ($n) { map { bytes(1 + int rand 80) } 1 .. $n }

# Messages that only read, changed here and there: some still are messages.
sub mutants ($n) {
	my @good = ('{"mt":"GetDevice","hwId":"0090330e0e0e","src":"s"}',
	    '{"mt":"GetDevices","domainIds":"1,2","categories":["a","b"]}',
	    '{"mt":"GetFilteredDevices","domainId":1,"types":"GW,PHONE"}',
	    '{"mt":"GetAudit","before":77,"limit":5,"api":"x"}',
	    '{"mt":"AppInfo","app":"innovaphone-devices-api"}',
	    '{"mt":"GetDomains","recvUpdates":true,"src":{"a":[1,2.5e3]}}');
	return map { mutant(pick(@good)) } 1 .. $n;
}

# ---- heads of HTTP ----------------------------------------------------------

# Heads no server may take, or must take in one way only; %s is the path.
sub heads () {
	my @one = map { "POST %s HTTP/1.1\r\nHost: x\r\n$_\r\n\r\nabcd" } (
	    "Content-Length: 4\r\nTransfer-Encoding: chunked",
	    "Content-Length: 4\r\nContent-Length: 5", 'Content-Length: +4',
	    'Content-Length: -1', 'Content-Length: 0x4', 'Content-Length: 4 4',
	    'Content-Length: 4,4', 'Content-Length: 99999999999999999999',
	    'Content-Length:', "Content-Length: 4\r\n Content-Length: 5",
	    'Transfer-Encoding: xchunked', 'Transfer-Encoding: chunked, x',
	    "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
	    'Transfer-Encoding: identity, chunked, chunked',
	    "Transfer-Encoding : chunked", "Transfer-Encoding:\x0bchunked",
	    "X: \0", "X: a\rb", "X\0: a", ': x', 'X y: z', "X: \x7f",
	    'X-' . 'a' x 40000 . ': x', 'X: ' . 'a' x 40000);
	return @one, (map { "$_\r\nHost: x\r\n\r\n" } '%s', 'GET', 'GET %s',
	    'GET  %s HTTP/1.1', 'GET %s HTTP/1.1 x', 'GET %s HTTP/9.9',
	    'GET %s HTTP/2.0', 'GET %s HTTP/1', 'GET %s HTTP/1.x',
	    'GET %s http/1.1', 'get %s HTTP/1.1', "G\0T %s HTTP/1.1",
	    "GET \x01%s HTTP/1.1", 'GET http://[::%s HTTP/1.1', "\xff%s\xfe",
	    'GET %s' . 'a' x 40000 . ' HTTP/1.1'),
	    'GET %s HTTP/1.1' . "\r\n\r\n", "GET %s HTTP/1.1\nHost: x\n\n",
	    "GET %s HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
	    "GET %s HTTP/1.1\r\nHost: a/b c\r\n\r\n",
	    "GET %s HTTP/1.1\r\nHost: x\r\n" . "A: b\r\n" x 200 . "\r\n",
	    "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	    . "zz\r\nab\r\n0\r\n\r\n",
	    "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	    . "ffffffffffffffffff\r\nab",
	    "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	    . "2\r\nabcd\r\n0\r\n\r\n",
	    "\r\n\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
	    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
}

# ---- what a device says of itself -------------------------------------------

# Texts that name no hardware id: the connection is closed.
sub nameless () {
	my @ids = map { encode_json({id => $_, product => 'x', version => '1'})
	    } '', '.', '..', '../x', 'a/b', 'a b', "a\x{e9}", 'x' x 65,
	    'x' x 60000, "a\n", "\x01", 'a,b', 'a;b', '%2e%2e', '<b>', 1, 0,
	    -1.5, true, undef, [], ['0090330e0e0f'], {}, {id => 'x'};
	return '', '{}', '[]', 'null', '1', '"x"', '{"id":', '{"ID":"x"}',
	    "{\"id\":\"\xff\"}", '{"id":"\\u0000"}', '{"id":"a"',
	    '[' x 5000, '{"id":"0090330e0e0f"}x', @ids,
	    (map { bytes(1 + int rand 60) } 1 .. 60),
	    (map { substr '{"id":"0090330e0e0f","product":"x"}', 0,
		1 + int rand 33 } 1 .. 20);
}

# Odd, but with an id: a claim like any other.
sub odd_claims () {
	my @odd = (1, -1, 1.5, true, undef, [], {}, [[]], '', 'x' x 300,
	    'x' x 20000, "\x01\x02", "a\nb\tc", "<script>\"'&",
	    "\x{1f600}\x{202e}\x{feff}");
	my @members = qw(product version platform name fwBuild bcBuild major fw
	    bc provisioningCode digest mini pbxActive other ethIfs);
	my $n = 0;
	my @all = map { my $member = $_; map { encode_json({
	    id => sprintf('0090330f%04x', $n++), product => 'x',
	    version => '1', $member => $_}) } @odd } @members;
	push @all, map { encode_json({id => sprintf('0090330f%04x', $n++),
	    %$_}) } {platform => {type => 'TOASTER'}},
	    {platform => {type => ['GW'], fxs => 'yes'}}, {platform =>
	    {type => 'GW', fxs => {}}}, {ethIfs => [1, 'x', undef, []]},
	    {ethIfs => [({if => 'x' x 100}) x 200]}, {ethIfs => [{if => 1,
	    ipv4 => [], ipv6 => {}}]}, {map { ("m$_" => $_) } 1 .. 2000};
	return @all;
}

# What a device's own web server may answer that is no HTTP.
sub answers () {
	return '', "\r\n\r\n", 'x', "\0" x 100, "HTTP/1.1\r\n\r\n",
	    "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 99 x\r\n\r\n",
	    "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK",
	    "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
	    "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
	    "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
	    . "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	    . "ffffffffffffffffff\r\nab",
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	    "HTTP/1.1 200 OK\r\nBad Header: x\r\nContent-Length: 0\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nX: \0\r\nContent-Length: 0\r\n\r\n",
	    "HTTP/1.1 200 OK\r\nX: " . 'a' x 40000 . "\r\n\r\n",
	    "HTTP/1.1 200 OK\r\n" . "A: b\r\n" x 200 . "\r\n",
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc",
	    "HTTP/1.1 100 Continue\r\n\r\n" x 3, '<html>hello</html>',
	    map { bytes(1 + int rand 200) } 1 .. 30;
}

1;
