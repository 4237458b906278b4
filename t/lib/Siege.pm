# Siege -- a fleet under attack: an instance with a device online and an app that
# watches, helpers to send what is broken, and a count of it.
#
#	my $s = Siege->new;
#	$s->section('what it was', $n, @answered_wrong);
#	$s->finish(5000);		# all is as it was, and that many inputs
package Siege;
use Mojo::Base -base, -signatures;
use Exporter 'import';
use Fleetline;
use Mojo::IOLoop;
use Raw;

our @EXPORT = qw(ID got request once refuses object printable);
use constant ID => '0090330e0e0e';

has [qw(f key device watcher pids kept)];
has count => sub { {} };

sub new ($class) {
	my $self = $class->SUPER::new(f => Fleetline->new(
	    conf => {login => {burst => 100000}}));
	my $f = $self->f;
	Mojo::IOLoop->recurring(0.001 => sub { });
	$Raw::idle = sub { Mojo::IOLoop->one_tick };
	$f->cli(qw(domain add other.example));
	chomp(my $key = $f->cli(qw(key add admin --name broken)));
	$self->key($key)->device($f->device(id => ID)->connect);
	ok wait_until(sub { grep { $_->{online} }
	    @{$f->cli_json(qw(device claims), ID)} }), 'a device is there';
	$f->cli(qw(device assign), ID, 'other.example');
	ok $self->device->wait_for('password'), '... is assigned';
	$self->device->disconnect->connect;
	ok wait_until(sub { $self->online }), '... and online';
	$self->watcher($f->app);
	$self->watcher->ask({mt => 'GetDevices', recvUpdates => \1});
	$self->pids({map { $_ => $f->pid($_) } qw(devices rules nginx hub)});
	return $self;
}

sub online ($self) {
	my $r = $self->f->api({mt => 'GetDevice', hwId => ID}, key => $self->key);
	return $r->{device} && $r->{device}{online};
}

# How many, and which were answered wrong; then whether all is as before.
sub section ($self, $name, $n, @wrong) {
	$self->count->{$name} += $n;
	is scalar @wrong, 0, "$name: $n inputs" or diag join "\n",
	    map { printable($_) } @wrong > 5 ? @wrong[0 .. 4] : @wrong;
	is_deeply {map { $_ => $self->f->pid($_) } keys %{$self->pids}},
	    $self->pids, '... and every program still runs';
	ok $self->online, '... and the device is online';
}

sub status ($self) {
	my ($r) = once(request('GET', '/status', '', Connection => 'close'),
	    Raw->unix($self->f->run_folder . '/control.sock'));
	return object($r);
}

sub finish ($self, $least) {
	my ($f, $all) = ($self->f, 0);
	$all += $_ for values %{$self->count};
	cmp_ok $all, '>=', $least, "$all broken inputs in all";
	is $self->device->closed, undef, 'the device was never closed';
	is $self->watcher->closed, undef, 'nor was the app that watches';
	$self->device->disconnect;
	ok $self->watcher->wait_for(sub ($m) {
		$m->{mt} eq 'DeviceUpdate' && !$m->{device}{online}
	}), 'it hears when the device goes';
	$self->device->connect;
	ok wait_until(sub { $self->online }), '... which comes back';
	$self->kept->close if $self->kept;
	ok wait_until(sub {
		my $m = $self->status;
		$m->{devices} == 1 && $m->{sessions} <= 2 && !grep { $m->{$_} }
		    qw(claims tunnels questions waiting);
	}), 'the hub holds nothing of all that' or diag explain $self->status;
	is $f->get('/health')->code, 200, 'everything is healthy';
	is +($f->try_cli('check'))[0], 0, 'the store is sound';
}

# ---- requests -------------------------------------------------------------

sub printable ($text) {
	my $short = length $text > 300 ? substr($text, 0, 300) . '...' : $text;
	return $short =~ s/([^ -~])/sprintf '\\x%02x', ord $1/ger;
}

sub got ($r) { $r ? "$r->{code} $r->{body}" : 'nothing' }

sub request ($method, $path, $body = '', %h) {
	my %all = (Host => 'fleet.example', 'Content-Length' => length $body, %h);
	return "$method $path HTTP/1.1\r\n" . join('', map { "$_: $all{$_}\r\n" }
	    grep { defined $all{$_} } sort keys %all) . "\r\n$body";
}

sub api ($self, $body, %h) {
	return request('POST', $self->f->base . '/api', $body,
	    Authorization => 'Bearer ' . $self->key, %h);
}

# One request over a kept connection; nginx may have ended it meanwhile.
sub http ($self, $bytes, %o) {
	for (1 .. 2) {
		my $c = $self->kept;
		$self->kept($c = Raw->tcp($self->f->port)) if !$c || $c->ended;
		$c->write($bytes);
		my $r = $c->response(%o);
		my $over = $c->ended;
		$c->close if !$r
		    || ($r->{headers}{connection}[0] // '') =~ /close/i;
		return $r if $r || !$over;
	}
	return;
}

# On a connection of its own: the answer, if there is one within a moment, and
# whether the connection ends when we say no more.
sub once ($bytes, $to, $moment = 0.3) {
	$to->write($bytes);
	my $r = $to->response(seconds => $moment);
	shutdown $to->socket, 1;
	my $end = $to->ends;
	$to->close;
	return ($r, $end);
}

sub object ($r) {
	return {} unless $r && ($r->{headers}{'content-type'}[0] // '')
	    =~ m{^application/json};
	my $m = eval { decode_json($r->{body}) };
	return ref $m eq 'HASH' ? $m : {};
}

# {"error":"..."} with one of these statuses.
sub refuses ($r, @codes) {
	my $m = object($r);
	return $r && (grep { $_ == $r->{code} } @codes)
	    && length($m->{error} // '');
}

# ---- websockets -----------------------------------------------------------

sub app_ws ($self) { Raw->tcp($self->f->port)->upgrade($self->f->base . '/') }

sub device_ws ($self) {
	return Raw->tcp($self->f->port)->upgrade($self->f->base . '/sysclients');
}

# The answers of an app's connection: each text gets one, in order.
sub answers ($w, @texts) {
	my @answers;
	while (my @some = splice @texts, 0, 16) {
		$w->write(join '', map { frame(TEXT, $_) } @some);
		push @answers, map { ($w->next_frame // {})->{payload} // '' }
		    @some;
	}
	return @answers;
}

sub app_section ($self, $name, $w, $texts, $good) {
	my @answers = answers($w, @$texts);
	my @wrong = map {
		my $m = eval { decode_json($answers[$_]) } // {};
		ref $m eq 'HASH' && $good->($m, $_) ? ()
		    : "$texts->[$_] => $answers[$_]";
	} 0 .. $#$texts;
	$self->section($name, scalar @$texts, @wrong,
	    $w->alive ? () : 'it was closed');
}

sub logged_in ($self) {
	my $w = $self->app_ws;
	my ($answer) = answers($w, '{"mt":"AppChallenge"}');
	my ($result) = answers($w, App->new->login_text(app => 'x',
	    domain => $self->f->domain, password => $self->f->password,
	    challenge => decode_json($answer)->{challenge}));
	ok decode_json($result)->{ok}, 'an app logs in' or diag $result;
	return $w;
}

1;
