# Raw -- bytes over a socket, as they are: for tests that break the rules, which
# no decent HTTP or websocket library can do.  Reads wait, up to a time-out;
# $Raw::idle, if set, is called meanwhile, so that devices of the test go on.
#
#	my $r = Raw->tcp($port);		# or Raw->unix($path)
#	$r->write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
#	my $a = $r->response;			# {code, headers, body} or undef
#
#	my $w = Raw->tcp($port)->upgrade('/example.com/devices/');
#	$w->write(frame(TEXT, 'hello'));
#	my $f = $w->next_frame;	# {opcode, fin, rsv, masked, payload} or undef
#	$w->close_code;		# of the close frame that comes, 0 without code,
#				# '' when the connection ends without one
package Raw;
use Mojo::Base -base, -signatures;
use Digest::SHA qw(sha1_base64);
use Exporter 'import';
use IO::Select;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Time::HiRes qw(time sleep);

our @EXPORT = qw(frame masked CONT TEXT BINARY CLOSE PING PONG KEY);
use constant {CONT => 0, TEXT => 1, BINARY => 2, CLOSE => 8, PING => 9,
	PONG => 10, KEY => 'dGhlIHNhbXBsZSBub25jZQ=='};

our $idle;

has [qw(socket ended)];
has seconds => 5;	# how long a read waits
has 'in';

$SIG{PIPE} = 'IGNORE';

sub _over ($class, $socket) {
	my $self = $class->SUPER::new(socket => $socket, in => '');
	$socket->blocking(0);
	return $self;
}

sub tcp ($class, $port) {
	return $class->_over(IO::Socket::INET->new(PeerAddr => '127.0.0.1',
	    PeerPort => $port) // die "raw: port $port: $!\n");
}

sub unix ($class, $path) {
	return $class->_over(IO::Socket::UNIX->new(Peer => "$path")
	    // die "raw: $path: $!\n");
}

# False when the peer takes no more.
sub write ($self, $bytes) {
	my $end = time + $self->seconds;
	while (length $bytes) {
		my $n = syswrite $self->socket, $bytes;
		if ($n) { substr $bytes, 0, $n, '' }
		elsif (!$!{EAGAIN} || time > $end) { return 0 }
		else { IO::Select->new($self->socket)->can_write(0.1) }
	}
	return 1;
}

# Byte by byte, each in a packet of its own.
sub drip ($self, $bytes, $pause = 0) {
	for my $byte (split //, $bytes) {
		$self->write($byte) or return 0;
		sleep $pause if $pause;
	}
	return 1;
}

sub close ($self) { close $self->socket; return $self->ended(1) }

# Read until sub is true of us; false when the peer ends or the time is over.
sub fill_until ($self, $enough, $seconds = $self->seconds) {
	my $end = time + $seconds;
	my $select = IO::Select->new($self->socket);
	while (!$enough->($self)) {
		my $left = $end - time;
		return 0 if $self->ended || $left <= 0;
		if (!$select->can_read($idle ? 0.002 : $left)) {
			$idle->() if $idle;
			next;
		}
		my $n = sysread $self->socket, $self->{in}, 65536,
		    length $self->{in};
		$self->ended(1) if defined $n ? $n == 0 : !$!{EAGAIN};
	}
	return 1;
}

# Has the peer closed the connection, without a further byte?
sub silent_end ($self, $seconds = $self->seconds) {
	$self->fill_until(sub { $self->ended }, $seconds);
	return $self->ended && $self->in eq '';
}

sub ends ($self, $seconds = $self->seconds) {
	return $self->ended
	    || $self->fill_until(sub { $self->ended }, $seconds);
}

# ---- HTTP -----------------------------------------------------------------

# The next response; undef when none comes.  A body without length lasts until
# the end.
sub response ($self, %o) {
	$self->fill_until(sub { $self->in =~ /\r\n\r\n/ },
	    $o{seconds} // $self->seconds) or return;
	my ($head) = $self->{in} =~ /^(.*?\r\n)\r\n/s;
	substr $self->{in}, 0, 2 + length $head, '';
	my ($code) = $head =~ m{^HTTP/1\.[01] (\d{3})} or return;
	my %h;
	push @{$h{lc $1}}, $2 while $head =~ /^([^:\s]+):[ \t]*(.*?)\r$/mg;
	my $body = $o{head} || $code =~ /^(?:1|204|304)/ ? ''
	    : $self->_body(\%h) // return;
	return {code => $code, headers => \%h, body => $body};
}

sub _body ($self, $h) {
	if (lc($h->{'transfer-encoding'}[0] // '') eq 'chunked') {
		return $self->_chunks;
	}
	my $n = $h->{'content-length'}[0];
	if (defined $n) {
		$self->fill_until(sub { length $self->in >= $n }) or return;
		return substr $self->{in}, 0, $n, '';
	}
	$self->ends;
	return substr $self->{in}, 0, length $self->{in}, '';
}

sub _chunks ($self) {
	my $body = '';
	while (1) {
		$self->fill_until(sub { $self->in =~ /\r\n/ }) or return;
		$self->{in} =~ s/^([0-9a-fA-F]+)[^\r]*\r\n// or return;
		my $n = hex $1;
		$self->fill_until(sub { length $self->in >= $n + 2 }) or return;
		$body .= substr $self->{in}, 0, $n, '';
		substr $self->{in}, 0, 2, '';
		return $body if $n == 0;
	}
}

# ---- websocket ------------------------------------------------------------

sub handshake ($path, %h) {
	my %all = (Host => 'fleet.example', Upgrade => 'websocket',
	    Connection => 'Upgrade', 'Sec-WebSocket-Key' => KEY,
	    'Sec-WebSocket-Version' => 13, %h);
	my $method = delete $all{method} // 'GET';
	return "$method $path HTTP/1.1\r\n" . join('', map { "$_: $all{$_}\r\n" }
	    grep { defined $all{$_} } sort keys %all) . "\r\n";
}

sub accept_of ($key) {
	return sha1_base64("${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11") . '=';
}

# Dies unless the server agrees.
sub upgrade ($self, $path, %h) {
	$self->write(handshake($path, %h));
	my $r = $self->response // die "raw: no answer to the handshake\n";
	$r->{code} == 101 or die "raw: handshake answered by $r->{code}\n";
	return $self;
}

sub masked ($payload, $mask) {
	my $key = $mask x (1 + length($payload) / 4);
	return $payload ^ substr $key, 0, length $payload;
}

# One frame.  Options: fin (1), rsv (0), mask (four bytes; undef: not masked),
# size (7, 16 or 64: form of the length), length (instead of the true one).
sub frame ($opcode, $payload = '', %o) {
	my $mask = exists $o{mask} ? $o{mask} : "\x11\xfe\x5a\xa5";
	my $n = $o{length} // length $payload;
	my $size = $o{size} // ($n < 126 ? 7 : $n < 65536 ? 16 : 64);
	my $bit = defined $mask ? 0x80 : 0;
	my $first = ($o{fin} // 1) << 7 | ($o{rsv} // 0) << 4 | $opcode;
	return pack('CC', $first,
	    $bit | ($size == 7 ? $n : $size == 16 ? 126 : 127))
	    . ($size == 16 ? pack 'n', $n : $size == 64 ? pack 'Q>', $n : '')
	    . ($mask // '') . (defined $mask ? masked($payload, $mask) : $payload);
}

sub next_frame ($self, $seconds = $self->seconds) {
	my $head;
	$self->fill_until(sub { $head = $self->_frame_head }, $seconds)
	    or return;
	my ($opcode, $n, $size, $f) = @$head;
	$self->fill_until(sub { length $self->in >= $size + $n }, $seconds)
	    or return;
	substr $self->{in}, 0, $size, '';
	return {%$f, opcode => $opcode, payload => substr($self->{in}, 0, $n, '')};
}

# [opcode, length, bytes of the head, {...}], or nothing yet.
sub _frame_head ($self) {
	return if length $self->in < 2;
	my ($a, $b) = unpack 'CC', $self->in;
	my ($n, $size) = ($b & 0x7f, 2);
	($size, $n) = $n == 126 ? (4, undef) : $n == 127 ? (10, undef) : (2, $n);
	return if length $self->in < $size;
	$n //= $size == 4 ? unpack 'xxn', $self->in : unpack 'xxQ>', $self->in;
	return [$a & 15, $n, $size + ($b & 0x80 ? 4 : 0), {fin => $a >> 7,
	    rsv => $a >> 4 & 7, masked => $b >> 7}];
}

# Skip to the close frame.
sub close_frame ($self, $seconds = $self->seconds) {
	my $end = time + $seconds;
	while (my $f = $self->next_frame($end - time)) {
		next if $f->{opcode} != CLOSE;
		my ($code, $reason) = unpack 'na*', $f->{payload};
		return {code => $code // 0, reason => $reason // ''};
	}
	return;
}

sub close_code ($self, $seconds = $self->seconds) {
	my $f = $self->close_frame($seconds) // return '';
	return $f->{code};
}

# Is the connection up, and does it answer?  What comes before is given back.
sub alive ($self, $seconds = $self->seconds) {
	state $n = 0;
	my $text = 'alive ' . ++$n;
	$self->write(frame(PING, $text));
	while (my $f = $self->next_frame($seconds)) {
		return 1 if $f->{opcode} == PONG && $f->{payload} eq $text;
		return 0 if $f->{opcode} == CLOSE;
		push @{$self->{before}}, $f;
	}
	return 0;
}

1;
