# Device -- a device as chapter 1 of the protocol reference describes it: written
# from that chapter alone, so that it is an independent hand besides the hub and
# the simulator.
#
#	my $d = Device->new(url => $ws_url, id => '0090330a0b0c');
#	$d->connect;			# websocket up, identify sent
#	$d->wait_for('password');	# 0x0001 came; kept for the next connect
#	$d->answer(sub ($request) { {body => "hello\n"} });
#
# Everything runs on Mojo's own loop.  An answer is a hash: status, headers
# (array of lines), body (text, or a sub that gives the next piece and undef at
# the end), framing (length, chunked, close), raw (bytes instead of all that),
# silent (never answers), upgrade (sub called as ($session, $bytes)).
package Device;
use Mojo::Base 'Mojo::EventEmitter', -signatures;
use Digest::SHA qw(sha256_hex);
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json encode_json);
use Mojo::Promise;
use Mojo::UserAgent;
use Mojo::Util qw(encode decode);

use constant {
	ADMIN => 1, TUNNEL => 2,
	IDENTIFY => 0, PASSWORD => 1, CHALLENGE => 2, ADMIN_PASSWORD => 3,
	PROVISION => 4, PROVISION_RESULT => 5, CONFIGURATION => 6,
	SEND => 0, RECEIVE => 1, RECEIVE_RESULT => 2, SEND_RESULT => 3,
	SHUTDOWN => 4,
	RESULT_MAX => 8000,
};

has [qw(url id password admin_password challenge seed ws closed)];
has product => 'IP112';
has version => '13r1 sr99 [132940/132940/300]';
has platform => sub { {type => 'PHONE'} };
has more => sub { {} };		# further members of identify
has ua => sub {
	Mojo::UserAgent->new(inactivity_timeout => 0, insecure => 1,
	    max_connections => 0);
};
has responder => sub { sub ($request) { {body => "hello\n"} } };
has digest_with => undef;	# a wrong password to answer with
has obey => 1;			# answer challenges
has [qw(admins tunnels configs provision_results)] => sub { [] };
has sessions => sub { {} };

# ---- cryptography of the chapter -----------------------------------------

sub rc4 ($key, $data) {
	my @s = 0 .. 255;
	my @k = unpack 'C*', $key;
	my ($i, $j) = (0, 0);
	for $i (0 .. 255) {
		$j = ($j + $s[$i] + $k[$i % @k]) % 256;
		@s[$i, $j] = @s[$j, $i];
	}
	($i, $j) = (0, 0);
	return pack 'C*', map {
		$i = ($i + 1) % 256;
		$j = ($j + $s[$i]) % 256;
		@s[$i, $j] = @s[$j, $i];
		$_ ^ $s[($s[$i] + $s[$j]) % 256];
	} unpack 'C*', $data;
}

sub digest_of (@parts) {
	return sha256_hex(encode 'UTF-8', join ':', @parts);
}

# ---- connection ----------------------------------------------------------

sub connect_p ($self) {
	$self->closed(undef)->sessions({});
	my $tx = $self->ua->build_websocket_tx($self->url);
	return Mojo::Promise->new(sub ($resolve, $reject) {
		$self->ua->start($tx => sub ($ua, $tx) {
			return $reject->('no websocket: '
			    . ($tx->res->code // $tx->error->{message}))
			    unless $tx->is_websocket;
			$tx->max_websocket_size(1 << 20);
			$self->ws($tx);
			$tx->on(binary => sub ($tx, $bytes) { $self->_take($bytes) });
			$tx->on(finish => sub ($tx, $code, $reason = undef) {
				$self->ws(undef)->closed([$code, $reason // ''])
				    if ($self->ws // $tx) == $tx;
				$self->emit(closed => $code, $reason);
			});
			$self->identify;
			$resolve->($self);
		});
	});
}

sub connect ($self) {
	my $error;
	$self->connect_p->catch(sub ($e) { $error = $e })->wait;
	die "device: $error\n" if defined $error;
	return $self;
}

sub disconnect ($self) {
	return $self unless $self->ws;
	$self->ws->finish;
	$self->wait_for('closed');
	return $self;
}

# The socket goes away without a close frame.
sub vanish ($self) {
	my $ws = $self->ws or return $self;
	Mojo::IOLoop->remove($ws->connection);
	return $self;
}

# Run the loop until sub or attribute is true; false after the time.
sub wait_for ($self, $what, $seconds = 10) {
	my $true = ref $what ? $what : sub { $self->$what };
	my $end = Mojo::IOLoop->singleton->reactor;
	my $late;
	my $timer = Mojo::IOLoop->timer($seconds => sub { $late = 1 });
	my $tick = Mojo::IOLoop->recurring(0.01 => sub { });
	Mojo::IOLoop->one_tick until $true->() || $late;
	Mojo::IOLoop->remove($_) for $timer, $tick;
	return $true->();
}

# ---- frames --------------------------------------------------------------

sub send_bytes ($self, $bytes) {
	$self->ws->send({binary => $bytes}) if $self->ws;
	return $self;
}

sub send_admin ($self, $number, $json) {
	return $self->send_bytes(pack('Cn', ADMIN, $number) . $json);
}

sub send_tunnel ($self, $session, $event, $data = '') {
	return $self->send_bytes(pack('CNN', TUNNEL, $session, $event) . $data);
}

sub identity ($self) {
	return {id => $self->id, product => $self->product,
	    version => $self->version, platform => $self->platform,
	    %{$self->more}};
}

sub identify ($self, %extra) {
	return $self->send_admin(IDENTIFY, encode_json({%{$self->identity},
	    %extra}));
}

sub _take ($self, $bytes) {
	my $kind = unpack 'C', $bytes;
	if ($kind == ADMIN) {
		my (undef, $number) = unpack 'Cn', $bytes;
		my $json = substr $bytes, 3;
		push @{$self->admins}, [$number, $json];
		$self->_admin($number, decode_json($json));
	}
	elsif ($kind == TUNNEL) {
		my (undef, $session, $event) = unpack 'CNN', $bytes;
		my $data = substr $bytes, 9;
		push @{$self->tunnels}, [$session, $event, length $data];
		$self->_tunnel($session, $event, $data);
	}
}

sub _admin ($self, $number, $m) {
	if ($number == PASSWORD) { $self->password($m->{password}) }
	elsif ($number == CHALLENGE) {
		$self->challenge($m->{challenge});
		my $password = $self->digest_with // $self->password;
		$self->identify(digest => digest_of($self->id, $self->product,
		    $self->version, $m->{challenge}, $password))
		    if $self->obey && defined $password;
	}
	# Tests of the hub alone order frames that say nothing.
	elsif ($number == ADMIN_PASSWORD && defined $m->{pwd}) {
		$self->seed($m->{seed});
		$self->admin_password(decode 'UTF-8', rc4(
		    encode('UTF-8', "$m->{seed}:" . $self->password),
		    pack 'H*', $m->{pwd}));
	}
	elsif ($number == PROVISION_RESULT) {
		push @{$self->provision_results}, $m;
	}
	elsif ($number == CONFIGURATION) { push @{$self->configs}, $m }
	$self->emit(admin => $number, $m);
}

# ---- the tunnel ----------------------------------------------------------

sub answer ($self, $sub) { $self->responder($sub) }

sub _tunnel ($self, $id, $event, $data) {
	my $s = $self->sessions->{$id};
	if ($event == SEND) {
		$s = $self->sessions->{$id} //= {id => $id, device => $self,
		    in => '', out => ''};
		$self->send_tunnel($id, SEND_RESULT);
		$s->{in} .= $data;
		$s->{upgrade} ? $s->{upgrade}->(bless($s, 'Device::Pipe'),
		    delete $s->{in}) : $self->_request($s);
		$s->{in} //= '';
		$self->_flush($s);
	}
	elsif ($event == RECEIVE && $s) {
		$s->{wanted}++;
		$self->_flush($s);
	}
	elsif ($event == SHUTDOWN) {
		$self->send_tunnel($id, SHUTDOWN);
		delete $self->sessions->{$id};
		$self->emit(shutdown => $id);
	}
}

# The head, once it is whole; the body is what then stands in $s->{in}.
sub _head ($s) {
	return $s->{request} if $s->{request};
	my $end = index $s->{in}, "\r\n\r\n";
	return if $end < 0;
	my $head = substr $s->{in}, 0, $end + 2;
	substr $s->{in}, 0, $end + 4, '';
	my ($line, @lines) = split /\r\n/, $head;
	my ($method, $target) = split / /, $line;
	my %h = map { my ($n, $v) = split /:\s*/, $_, 2; (lc $n => $v) } @lines;
	return $s->{request} = {method => $method, target => $target,
	    headers => \%h, lines => \@lines, head => $head,
	    session => $s->{id}};
}

# The body once it is whole.
sub _body ($s, $headers) {
	if (lc($headers->{'transfer-encoding'} // '') ne 'chunked') {
		return if length $s->{in} < ($headers->{'content-length'} // 0);
		return $s->{in};
	}
	return unless substr($s->{in}, -5) eq "0\r\n\r\n";
	my ($body, $at) = ('', 0);
	while (substr($s->{in}, $at, 20) =~ /^([0-9a-fA-F]+)\r\n/) {
		$at += length $&;
		$body .= substr $s->{in}, $at, hex $1;
		$at += hex($1) + 2;
	}
	return $body;
}

# A whole request, or nothing yet.
sub _request ($self, $s) {
	return if $s->{answered};
	my $request = _head($s) or return;
	my $body = _body($s, $request->{headers}) // return;
	$s->{answered} = 1;
	$s->{in} = '';
	$request->{body} = $body;
	push @{$self->{requests}}, $request;
	my $method = $request->{method};
	my $r = $self->responder->($request);
	return if $r->{silent};
	return $self->_later($s, $method, $r) if $r->{delay};
	$self->_respond($s, $method, $r);
}

sub requests ($self) { $self->{requests} // [] }

sub _later ($self, $s, $method, $r) {
	Mojo::IOLoop->timer($r->{delay} => sub {
		$self->_respond($s, $method, $r);
		$self->_flush($s);
	});
}

sub _respond ($self, $s, $method, $r) {
	if (defined $r->{raw}) {
		$s->{out} .= $r->{raw};
		$s->{end} = 1 unless $r->{open};
		return;
	}
	if ($r->{upgrade}) {
		$s->{out} .= join "\r\n", 'HTTP/1.1 101 Switching Protocols',
		    'Upgrade: websocket', 'Connection: Upgrade',
		    @{$r->{headers} // []}, '', '';
		$s->{upgrade} = $r->{upgrade};
		return;
	}
	my $body = $r->{body} // '';
	my $framing = $r->{framing} // (ref $body ? 'chunked' : 'length');
	my @lines = ('HTTP/1.1 ' . ($r->{status} // '200 OK'),
	    @{$r->{headers} // ['Content-Type: text/plain']});
	push @lines, 'Content-Length: ' . ($r->{length} // length $body)
	    if $framing eq 'length';
	push @lines, 'Transfer-Encoding: chunked' if $framing eq 'chunked';
	push @lines, 'Connection: close' if $framing eq 'close';
	$s->{out} .= join("\r\n", @lines) . "\r\n\r\n";
	return if $method eq 'HEAD';
	my $piece = ref $body ? $body : do {
		my @one = length $body ? ($body) : ();
		sub { shift @one };
	};
	$s->{more} = sub {
		my $bytes = $piece->();
		$s->{end} = 1, delete $s->{more} if !defined $bytes;
		return $bytes // '' if $framing ne 'chunked';
		return "0\r\n\r\n" if !defined $bytes;
		return sprintf "%x\r\n%s\r\n", length $bytes, $bytes;
	};
}

# One result for each receive; an empty one is the end of a closed answer.
sub _flush ($self, $s) {
	while ($s->{wanted}) {
		# A piece of no bytes: there is nothing for now.
		while ($s->{more} && length $s->{out} < RESULT_MAX) {
			my $bytes = $s->{more}->();
			last unless length $bytes;
			$s->{out} .= $bytes;
		}
		return unless length $s->{out} || $s->{end};
		$s->{wanted}--;
		$self->send_tunnel($s->{id}, RECEIVE_RESULT,
		    substr $s->{out}, 0, RESULT_MAX, '');
	}
}

# What an upgrade handler writes with.
package Device::Pipe;
use Mojo::Base -strict, -signatures;

sub write ($s, $bytes) {
	$s->{out} .= $bytes;
	$s->{device}->_flush($s);
}

1;
