# The rules of RFC 6455, each over the wire through nginx: own bytes on plain
# sockets, because a websocket library would not break them.
use Fleetline;
use Mojo::Util qw(encode);
use Raw;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output);
my $f = Fleetline->new;
my %path = (device => $f->base . '/sysclients', app => $f->base . '/');
my $seen = 0;	# frames of the server
my $wrong = 0;	# that no server may send: masked, fragmented, reserved bits

{
	no warnings 'redefine';
	my $next = \&Raw::next_frame;
	*Raw::next_frame = sub {
		my $frame = $next->(@_) or return;
		$seen++;
		$wrong++ if $frame->{masked} || $frame->{rsv} || !$frame->{fin};
		return $frame;
	};
}

sub open_ws ($kind) { Raw->tcp($f->port)->upgrade($path{$kind}) }

# Close code that answers these bytes.
sub code_of ($kind, $bytes) {
	my $w = open_ws($kind);
	$w->write($bytes);
	my $code = $w->close_code;
	$w->close;
	return $code;
}

# On both endpoints, because each has its own limits and owner.
sub refused ($bytes, $code, $name) {
	my %got = map { $_ => code_of($_, $bytes) } sort keys %path;
	is_deeply \%got, {map { $_ => $code } keys %path}, $name;
}

sub survived ($bytes, $name) {
	my @dead = grep {
		my $w = open_ws($_);
		$w->write($bytes);
		my $ok = $w->alive;
		$w->close;
		!$ok;
	} sort keys %path;
	is "@dead", '', $name;
}

# A message that the app endpoint answers, with what the answer must hold.
sub keep_alive ($src) {
	return encode_json({mt => 'KeepAlive', src => $src});
}

sub echoes ($src, $bytes, $name) {
	my $w = open_ws('app');
	$w->write($bytes);
	my $answer = $w->next_frame // {payload => 'nothing', opcode => 0};
	is_deeply eval { decode_json($answer->{payload}) },
	    {mt => 'KeepAlive', src => $src}, $name or diag $answer->{payload};
	is $answer->{opcode}, TEXT, '... as text';
	$w->close;
}

# ---- the handshake (section 4) --------------------------------------------

sub greet ($kind, %h) {
	my $r = Raw->tcp($f->port);
	$r->write(Raw::handshake($path{$kind}, %h));
	return $r->response // {code => 0};
}

for my $kind (sort keys %path) {
	my $r = greet($kind);
	is $r->{code}, 101, "a $kind is welcome";
	is $r->{headers}{'sec-websocket-accept'}[0],
	    's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', '... with the key of the example';
	is lc $r->{headers}{upgrade}[0], 'websocket', '... and Upgrade';
	like $r->{headers}{connection}[0], qr/upgrade/i, '... and Connection';

	$r = greet($kind, 'Sec-WebSocket-Protocol' => 'chat, soap',
	    'Sec-WebSocket-Extensions' => 'permessage-deflate');
	is $r->{code}, 101, "a $kind may offer protocols and extensions";
	is_deeply [grep { /protocol|extension/ } keys %{$r->{headers}}], [],
	    '... and gets none';
	is greet($kind, Upgrade => 'WebSocket', Connection => 'keep-alive, '
	    . 'UPGRADE')->{code}, 101, 'tokens have no case';

	is greet($kind, map { ("X-Long-$_" => 'x' x $_) } 600, 3000, 7000)
	    ->{code}, 101, 'headers of 10 KB are no matter';

	is greet($kind, 'Sec-WebSocket-Key' => undef)->{code}, 400,
	    "without a key a $kind is refused";
	for my $key ('short', 'AAAA', 'x' x 24, KEY . KEY, '=' x 24,
	    'dGhlIHNhbXBsZSBub25jZSE=') {
		is greet($kind, 'Sec-WebSocket-Key' => $key)->{code}, 400,
		    "... or with the key $key";
	}
	for my $version (undef, 0, 8, 12, 14, 255, 'x') {
		my $r = greet($kind, 'Sec-WebSocket-Version' => $version);
		is $r->{code}, 426, 'version ' . ($version // 'none')
		    . ' is refused';
		is $r->{headers}{'sec-websocket-version'}[0], 13,
		    '... and told the right one';
	}
	is greet($kind, method => 'POST', 'Content-Length' => 0)->{code}, 400,
	    'only GET upgrades';
	my $none = greet($kind, Upgrade => undef, Connection => undef)->{code};
	is $none, $kind eq 'app' ? 200 : 426, "without an upgrade: $none";
	$none = greet($kind, Upgrade => 'h2c')->{code};
	is $none, $kind eq 'app' ? 200 : 426, "another upgrade: $none";
}
{
	my $r = Raw->tcp($f->port);
	$r->write(Raw::handshake($f->base . '/nothing'));
	is $r->response->{code}, 404, 'another path has no websocket';
}

# ---- frames (section 5.2) -------------------------------------------------

refused(frame($_->[0], 'x', mask => undef), 1002, "an unmasked $_->[1]")
    for [TEXT, 'text'], [BINARY, 'message'], [PING, 'ping'], [PONG, 'pong'];
refused(frame(CLOSE, pack('n', 1000), mask => undef), 1002,
    'an unmasked close');

for my $rsv (1, 2, 4, 7) {
	refused(frame(TEXT, 'x', rsv => $rsv), 1002, "reserved bits $rsv");
	refused(frame(PING, 'x', rsv => $rsv), 1002, "... in a ping");
}
refused(frame($_, 'x'), 1002, "opcode $_ does not exist")
    for 3 .. 7, 11 .. 15;
refused(substr(frame(3, 'x'), 0, 1), 1002,
    'its first byte is enough to refuse it');

refused(frame($_, 'x' x 3, fin => 0), 1002, "control frame $_ in fragments")
    for PING, PONG, CLOSE;
refused(frame($_, 'x' x 126), 1002, "control frame $_ of 126 bytes")
    for PING, PONG, CLOSE;
refused(substr(frame(PING, 'x' x 126), 0, 2), 1002,
    'its length byte is enough to refuse it');
survived(frame(PONG, 'x' x 125) . frame(PONG, ''),
    'a pong nobody asked for is ignored');

refused(frame(BINARY, 'x' x $_->[0], size => $_->[1]), 1002,
    "$_->[0] bytes with a length of $_->[1] bits")
    for [0, 16], [5, 16], [125, 16], [0, 64], [5, 64], [126, 64], [65535, 64];
refused(frame(PING, 'x', size => 16), 1002, '... so in a ping');
refused(frame(BINARY, 'x', size => 64, length => 1 << 63), 1002,
    'a length with its highest bit set');

# ---- fragments (section 5.4) ----------------------------------------------

my $text = keep_alive('fragments');
my $third = int(length($text) / 3);
my @part = (substr($text, 0, $third), substr($text, $third, $third),
    substr $text, 2 * $third);
echoes('fragments', frame(TEXT, $text), 'a message in one frame');
echoes('fragments', frame(TEXT, $part[0], fin => 0)
    . frame(CONT, $part[1], fin => 0) . frame(CONT, $part[2]),
    'a message in three fragments');
echoes('fragments', join('', frame(TEXT, '', fin => 0),
    map { frame(CONT, $_, fin => 0, mask => pack 'N', rand 1 << 32) }
    split //, $text) . frame(CONT, ''),
    'one byte in each, each with a mask of its own, the ends empty');

{
	my $w = open_ws('app');
	$w->write(frame(TEXT, $part[0], fin => 0) . frame(PING, 'one')
	    . frame(CONT, $part[1], fin => 0) . frame(PONG, 'nobody asked')
	    . frame(PING, 'two') . frame(CONT, $part[2]));
	my @f = map { $w->next_frame // {} } 1 .. 3;
	is_deeply [sort map { $_->{opcode} == PONG ? $_->{payload} : () } @f],
	    [qw(one two)], 'pings between fragments are answered';
	is scalar(grep { $_->{opcode} == TEXT } @f), 1,
	    '... and the message arrives whole';
	$w->write(frame(TEXT, $part[0], fin => 0)
	    . frame(CLOSE, pack 'n', 1001));
	is $w->close_code, 1001, 'a close between fragments is answered';
}
{
	my $w = open_ws('app');
	$w->write(frame(TEXT, $part[0], fin => 0));
	$w->write(frame(PING, 'now'));
	is(($w->next_frame // {})->{payload}, 'now',
	    'a ping in the middle does not wait for the end of the message');
}

refused(frame(BINARY, 'a', fin => 0) . frame($_, 'b'), 1002,
    "a frame $_ inside a fragmented message") for TEXT, BINARY;
refused(frame(CONT, 'x', fin => $_), 1002, 'a continuation without a start')
    for 0, 1;
refused(frame(PING, '') . frame(CONT, 'x'), 1002, '... after a ping');
{
	my $w = open_ws('app');
	$w->write(frame(TEXT, $text) . frame(CONT, 'x'));
	is $w->close_code, 1002, '... after the end of a message';
}

# ---- text is UTF-8 (sections 5.6 and 8.1) ---------------------------------

my $src = "\x{e9}\x{20ac}\x{1f600}\x{d7ff}\x{e000}\x{10fffd}\x{fffd}";
my $utf8 = encode('UTF-8', "{\"mt\":\"KeepAlive\",\"src\":\"$src\"}");
echoes($src, frame(TEXT, $utf8), 'all lengths of UTF-8');
for my $at (27 .. length($utf8) - 2) {
	my $w = open_ws('app');
	$w->write(frame(TEXT, substr($utf8, 0, $at), fin => 0)
	    . frame(PING, '') . frame(CONT, substr $utf8, $at));
	$w->next_frame;
	my $m = eval { decode_json($w->next_frame->{payload}) } // {};
	is $m->{src}, $src, "... split at byte $at" or diag explain $m;
	$w->close;
}

my %bad = ('a lone continuation' => "\x80", 'a lone lead' => "\xc3x",
    'a long form of /' => "\xc0\xaf", 'a longer one' => "\xe0\x80\xaf",
    'the longest' => "\xf0\x80\x80\xaf", 'NUL in two bytes' => "\xc1\x80",
    'a surrogate' => "\xed\xa0\x80", 'a pair of them' =>
    "\xed\xa0\xbd\xed\xb8\x80", 'above the end' => "\xf4\x90\x80\x80",
    'five bytes' => "\xf8\x88\x80\x80\x80", 'six bytes' =>
    "\xfc\x84\x80\x80\x80\x80", 'FE' => "\xfe", 'FF' => "\xff");
for my $name (sort keys %bad) {
	is code_of(app => frame(TEXT, "x$bad{$name}y")), 1007, "$name: 1007";
	is code_of(app => frame(TEXT, "x$bad{$name}y", length => 1000)), 1007,
	    '... as soon as it is there, not at the end of the frame';
	is code_of(app => frame(TEXT, 'x', fin => 0)
	    . frame(CONT, $bad{$name} . 'y', fin => 0)), 1007,
	    '... nor at the end of the message';
}
for my $cut ("\xc3", "\xe2\x82", "\xf0\x9f\x98") {
	my $name = unpack 'H*', $cut;
	is code_of(app => frame(TEXT, "x$cut")), 1007,
	    "a message that ends with $name";
	is code_of(app => frame(TEXT, "x$cut", fin => 0) . frame(CONT, '')),
	    1007, '... in fragments';
	is code_of(app => frame(TEXT, "x$cut", fin => 0) . frame(CONT, 'y')),
	    1007, '... or goes on with what does not belong to it';
}

# ---- kinds and sizes of messages ------------------------------------------

is code_of(app => frame(BINARY, $text)), 1003,
    'an app that sends binary is told 1003';
is code_of(device => frame(TEXT, $text)), 1003,
    'so is a device that sends text';
is code_of(app => frame(BINARY, "\xff", fin => 0) . frame(CONT, "\xff")),
    1003, '... in fragments, whatever the bytes are';
survived(frame(PING, pack 'C*', 128 .. 252), 'a ping may hold any bytes');

# The longest message: 64 KiB, of a device the tunnel's head more.
my %max = (app => 65536, device => 65536 + 9);
for my $kind (sort keys %max) {
	my ($n, $opcode) = ($max{$kind}, $kind eq 'app' ? TEXT : BINARY);
	my $body = $kind eq 'app' ? ' ' x $n
	    : pack('CNN', 2, 77, 2) . 'x' x ($n - 9);
	my $w = open_ws($kind);
	$w->write(frame($opcode, $body));
	ok $w->alive, "$n bytes of a $kind are taken";
	$w->write(frame($opcode, substr($body, 0, 40000), fin => 0)
	    . frame(CONT, substr $body, 40000));
	ok $w->alive, '... in fragments too';
	$w->close;

	is code_of($kind, frame($opcode, '', length => $n + 1)), 1009,
	    'one more is too many, known by the head of the frame';
	is code_of($kind, frame($opcode, '', size => 64,
	    length => (1 << 63) - 1)), 1009, 'so is the longest of all';
	is code_of($kind, frame($opcode, substr($body, 0, 40000), fin => 0)
	    . frame(CONT, substr($body, 40000), fin => 0) . frame(CONT, 'x')),
	    1009, '... in fragments';
	my $many = open_ws($kind);
	$many->write(frame($opcode, 'x' x 100, fin => 0)
	    . frame(CONT, 'x' x 100, fin => 0) x 700);
	is $many->close_code, 1009, '... however small they are';
}
{
	my $w = open_ws('app');
	$w->write(frame(TEXT, ''));
	ok $w->next_frame, 'an empty message is a message';
	ok $w->alive, '... and no end';
}

# ---- pings and closes (sections 5.5 and 7) --------------------------------

for my $payload ('', 'x', pack('C*', 0 .. 124)) {
	my $w = open_ws('device');
	$w->write(frame(PING, $payload));
	my $pong = $w->next_frame // {};
	is $pong->{opcode}, PONG, length($payload) . ' bytes: a pong';
	is $pong->{payload}, $payload, '... with the same payload';
	$w->close;
}

my %valid = map { $_ => 1 } 1000 .. 1003, 1007 .. 1014, 3000, 3001, 3999,
    4000, 4999;
for my $code (0 .. 3, 255, 256, 999 .. 1030, 1100, 1999, 2000, 2999, 3000, 3001,
    3999, 4000, 4999, 5000, 9999, 32768, 65535) {
	my $w = open_ws($code % 2 ? 'app' : 'device');
	$w->write(frame(CLOSE, pack 'n', $code));
	is $w->close_code, $valid{$code} ? $code : 1002,
	    $valid{$code} ? "a close with $code is answered with it"
	    : "no close has the code $code";
	ok $w->silent_end, '... and the connection ends' if $valid{$code};
	$w->close;
}
{
	my $w = open_ws('app');
	$w->write(frame(CLOSE));
	my $answer = $w->next_frame;
	is_deeply [@$answer{qw(opcode payload)}], [CLOSE, ''],
	    'a close without code is answered by such a one';
	ok $w->silent_end, '... and the connection ends';
}
refused(frame(CLOSE, 'x'), 1002, 'a close with half a code');
refused(frame(CLOSE, pack('n', 1000) . $bad{$_}), 1007, "a reason with $_")
    for sort keys %bad;
refused(frame(CLOSE, pack('n', 1000) . "\xe2\x82"), 1007, 'a reason cut short');
refused(frame(CLOSE, pack('n', 1000) . encode('UTF-8', "gr\x{fc}\x{df}e")), 1000,
    'a reason in UTF-8 is fine');
refused(frame(CLOSE, pack('n', 4000) . 'r' x 123), 4000,
    'so is one of 123 bytes');
{
	my $w = open_ws('app');
	$w->write(frame(CLOSE, pack 'n', 1000) . frame(TEXT, $text)
	    . frame(PING, 'x') . frame(3, 'x', mask => undef));
	is $w->next_frame->{opcode}, CLOSE, 'after a close nothing is answered';
	ok $w->silent_end, '... but the connection ends';
}
{
	my $w = open_ws('app');
	$w->write(frame(CONT, 'x') . frame(PING, 'x') . frame(TEXT, $text));
	is $w->close_code, 1002, 'after a fault we are told';
	# Section 7.1.7: nothing is read any more, not even our close.
	$w->write(frame(PING, 'x') . frame(CLOSE, pack 'n', 1002));
	ok $w->silent_end(8), '... once, and nothing we say is answered';
}
# Who broke the framing may not understand a close either: TCP ends at once (a
# close in good order is given five seconds).
for my $kind (sort keys %path) {
	my %fault = (1002 => frame(CONT, 'x'), 1007 => frame(CLOSE,
	    pack('n', 1000) . "\xff"), 1009 => frame(BINARY, '', length => 1e6));
	for my $code (sort keys %fault) {
		my $w = open_ws($kind);
		$w->write($fault{$code});
		is $w->close_code, $code, "a $kind hears $code";
		ok $w->silent_end(4), '... and the connection ends at once';
	}
	# The end must not overtake the word, whatever is on its way.
	my @heard = map {
		my $w = open_ws($kind);
		$w->write(frame(BINARY, 'x' x 1_000_000));
		$w->close_code;
	} 1 .. 20;
	is_deeply \@heard, [(1009) x 20], 'a megabyte on its way: 1009';
}
{
	my $w = open_ws('device');
	$w->write(frame(BINARY, "\x01"));
	is $w->close_code, 1002, 'what is no sysclient message: 1002';
	ok $w->silent_end(4), '... and the end at once';
	$w = open_ws('app');
	$w->write(frame(TEXT, "\xff"));
	is $w->close_code, 1007, 'what is no text: 1007';
	ok $w->silent_end(4), '... and the end at once';
}

# ---- bytes as they come ---------------------------------------------------

for my $kind (sort keys %path) {
	my $w = Raw->tcp($f->port);
	$w->drip(Raw::handshake($path{$kind}));
	is $w->response->{code}, 101, "a $kind may greet byte by byte";
	$w->drip(frame(PONG, '') . frame(PING, 'p' x 30)
	    . frame(PING, 'q', mask => "\0\0\0\0"));
	is $w->next_frame->{payload}, 'p' x 30, '... ping byte by byte';
	is $w->next_frame->{payload}, 'q', '... and again';
	if ($kind eq 'app') {
		$w->drip(frame(TEXT, substr($utf8, 0, 30), fin => 0)
		    . frame(CONT, substr $utf8, 30));
		is decode_json($w->next_frame->{payload})->{src}, $src,
		    '... and say something';
	}
	$w->drip(frame(CLOSE, pack('n', 3333) . 'bye'));
	is $w->close_code, 3333, '... and go';
}
{
	my $w = Raw->tcp($f->port);
	$w->write(Raw::handshake($path{app}) . frame(PING, 'early')
	    . frame(TEXT, $text) x 20 . frame(PING, 'late'));
	is $w->response->{code}, 101, 'frames right behind the handshake';
	my @all = map { $w->next_frame // {opcode => -1} } 1 .. 22;
	is scalar(grep { $_->{opcode} == TEXT } @all), 20,
	    '... and many at once are all answered';
	is_deeply [map { $_->{opcode} == PONG ? $_->{payload} : () } @all],
	    [qw(early late)], '... in one go';
}
{
	my $id = '0090330b0c0d';
	my $identify = pack('Cn', 1, 0) . encode_json({id => $id,
	    product => 'IP112', version => '1', platform => {type => 'PHONE'}});
	my $w = open_ws('device');
	$w->drip(frame(BINARY, substr($identify, 0, 9), fin => 0)
	    . frame(CONT, substr $identify, 9));
	ok wait_until(sub { index($f->cli(qw(device list)), $id) >= 0 }),
	    'a device that says its name in pieces is listed';
	ok $w->alive, '... and stays';
}

cmp_ok $seen, '>', 300, "$seen frames of the server were read";
is $wrong, 0, '... none masked, in fragments or with reserved bits';

done_testing;
