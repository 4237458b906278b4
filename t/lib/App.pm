# App -- an AppWebsocket client as chapter 2 of the protocol reference describes
# it, for tests.
#
#	my $a = App->new(url => $f->ws_url);
#	$a->connect->login(domain => 'example.com', password => $p);
#	my $r = $a->ask({mt => 'GetDomains'});	# the Result message
#	my $e = $a->wait_mt('DeviceUpdate');	# the next such message, or undef
package App;
use Mojo::Base -base, -signatures;
use Digest::SHA qw(sha256_hex);
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json encode_json);
use Mojo::Promise;
use Mojo::UserAgent;
use Time::HiRes ();
use Mojo::Util qw(encode);

has [qw(url ws closed login_result challenge)];
has ua => sub {
	Mojo::UserAgent->new(inactivity_timeout => 0, insecure => 1,
	    max_connections => 0);
};
has headers => sub { {} };	# of the upgrade: Origin => ...
has queue => sub { [] };	# messages nobody has waited for yet
has all => sub { [] };		# every message, with its time of arrival
has timeout => 10;
my $src = 0;

sub connect ($self) {
	my $tx = $self->ua->build_websocket_tx($self->url
	    => $self->headers);
	my $error;
	Mojo::Promise->new(sub ($resolve, $reject) {
		$self->ua->start($tx => sub ($ua, $tx) {
			return $reject->('no websocket: '
			    . ($tx->res->code // $tx->error->{message}))
			    unless $tx->is_websocket;
			$tx->max_websocket_size(1 << 20);
			$self->ws($tx);
			$tx->on(text => sub ($tx, $bytes) {
				my $m = decode_json($bytes);
				push @{$self->queue}, $m;
				push @{$self->all}, [Time::HiRes::time(), $m];
			});
			$tx->on(finish => sub ($tx, $code, $reason = undef) {
				$self->ws(undef)->closed([$code, $reason // '']);
			});
			$resolve->();
		});
	})->catch(sub ($e) { $error = $e })->wait;
	die "app: $error\n" if defined $error;
	return $self;
}

# info is JSON text: it is hashed and sent exactly as given.
sub login_text ($self, %l) {
	my @parts = map { $_ // '' } @l{qw(app domain sip guid dn)};
	my $info = $l{info};
	my $digest = $l{digest} // sha256_hex(join ':',
	    (map { encode 'UTF-8', $_ } @parts), $info // (),
	    $l{challenge}, encode 'UTF-8', $l{password} // '');
	my %m = (mt => 'AppLogin', digest => $digest,
	    map { $_ => $l{$_} } grep { defined $l{$_} }
	    qw(app domain sip guid dn pbxObj src));
	my $text = encode_json(\%m);
	$text =~ s/\}$/,"info":$info}/ if defined $info;
	return $text;
}

sub login ($self, %l) {
	$self->challenge($self->ask({mt => 'AppChallenge'})->{challenge});
	$self->send_text($self->login_text(app => 'innovaphone-devices',
	    challenge => $self->challenge, %l));
	$self->login_result($self->wait_mt('AppLoginResult') // {});
	return $self;
}

# Bytes, as they are.
sub send_text ($self, $bytes) {
	$self->ws->send({text => $bytes}) if $self->ws;
	return $self;
}

sub send ($self, $m) { $self->send_text(encode_json($m)) }

# Send and wait for the result with the same src.
sub ask ($self, $m, $seconds = $self->timeout) {
	my $mine = $m->{src} // 't' . ++$src;
	$self->send({%$m, src => $mine});
	return $self->wait_for(sub ($r) {
		($r->{mt} // q()) eq "$m->{mt}Result" && ($r->{src} // $mine) eq $mine
	}, $seconds) // die "app: no answer to $m->{mt}\n";
}

# All objects of a streamed list, up to last:true.
sub ask_list ($self, $m, $member, $seconds = $self->timeout) {
	my $mine = $m->{src} // 't' . ++$src;
	$self->send({%$m, src => $mine});
	my @list;
	while (1) {
		my $r = $self->wait_for(sub ($r) {
			($r->{mt} // q()) eq "$m->{mt}Result" && ($r->{src} // '') eq $mine
		}, $seconds) // die "app: no answer to $m->{mt}\n";
		push @list, @{$r->{$member} // []};
		die "app: $m->{mt}: $r->{error}\n" if $r->{error};
		return \@list if $r->{last};
	}
}

# Take the first waiting or coming message that matches out of the queue.
sub wait_for ($self, $match, $seconds = $self->timeout) {
	my ($late, $found);
	my $timer = Mojo::IOLoop->timer($seconds => sub { $late = 1 });
	my $tick = Mojo::IOLoop->recurring(0.01 => sub { });
	while (1) {
		my $q = $self->queue;
		my ($at) = grep { $match->($q->[$_]) } 0 .. $#$q;
		$found = splice @$q, $at, 1 if defined $at;
		last if $found || $late || !$self->ws;
		Mojo::IOLoop->one_tick;
	}
	Mojo::IOLoop->remove($_) for $timer, $tick;
	return $found;
}

sub wait_mt ($self, $mt, $seconds = $self->timeout) {
	return $self->wait_for(sub ($r) { ($r->{mt} // q()) eq $mt }, $seconds);
}

sub wait_closed ($self, $seconds = $self->timeout) {
	my $late;
	my $timer = Mojo::IOLoop->timer($seconds => sub { $late = 1 });
	Mojo::IOLoop->one_tick until $self->closed || $late;
	Mojo::IOLoop->remove($timer);
	return $self->closed;
}

sub disconnect ($self) {
	return $self unless $self->ws;
	$self->ws->finish;
	$self->wait_closed;
	return $self;
}

1;
