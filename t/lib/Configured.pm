# Configured -- a device that takes configurations: forms and command lines as
# chapters 6.5, 11 and additions B9 and C describe them, by its own hand, beside
# the simulator.
#
#	my $d = Configured->new(url => $f->sysclient_url, id => $id,
#	    password => $password)->connect;
#	$d->asked;	# what came, in order: "NTP? cmd=ntp addr=192.0.2.1" is
#			# "CMD0 cmd=ntp addr=192.0.2.1"; a line is "!config write"
#	$d->running->{CMD0}{addr}	# after "config activate"
#
# It keeps what is activated and written (running, flash); a restart closes its
# websocket, loses what was activated and not written, and comes back after
# restart_s.  A changed registration URL is used when it is activated (events told,
# back).  "vars create" sets reset_needed, with which iresetn and resetn
# restart.
package Configured;
use Mojo::Base 'Device', -signatures;
use Mojo::Util qw(decode url_unescape);
use Time::HiRes ();

has [qw(asked)] => sub { [] };
has [qw(values running flash)] => sub { {} };
has [qw(reset_needed stays)] => 0;	# stays: never restarts by itself
has restarts => 0;
has sysadmin => undef;			# its registration URL, when it was told one
has restart_s => 0.05;
has started => sub { Time::HiRes::time() - 1000 };	# it has been on for long
has tells_uptime => 1;
has wrong => sub { {} };		# pattern => answer of Device
has responder => sub ($self) { sub ($request) { $self->_take_request($request) } };

sub forget ($self) { $self->asked([]) }
sub lines ($self) { grep { /^!/ } @{$self->asked} }
# Lines that the dispatcher does not send by itself.
sub script_lines ($self) {
	return grep { !/^!config (?:write|activate)$/ } $self->lines;
}

sub _take_request ($self, $request) {
	my ($path, $query) = split /\?/, $request->{target}, 2;
	$path = url_unescape $path;
	my $what = $path =~ m{^/(!.*)}s ? $1
	    : $path =~ m{^/(\w+)/mod_cmd\.xml$} ? _form($1, $query) : $path;
	push @{$self->asked}, $what unless $what =~ /box_info/;
	for my $pattern (sort keys %{$self->wrong}) {
		return $self->wrong->{$pattern} if $what =~ /$pattern/;
	}
	return $self->_box_info if $path eq '/CMD0/box_info.xml';
	return $self->_line($what) if $what =~ /^!/;
	return {status => '404 Not Found'} unless $what =~ /^\w+ cmd=/;
	my ($module, undef, @set) = split / /, $what;
	$self->values->{$module} = {%{$self->values->{$module} // {}},
	    map { split /=/, $_, 2 } @set};
	return {body => "ok\n"};
}

sub _form ($module, $query) {
	return join ' ', $module, map { decode 'UTF-8', url_unescape $_ }
	    split /&/, $query // '';
}

sub _box_info ($self) {
	return {status => '404 Not Found'} unless $self->tells_uptime;
	return {headers => ['Content-Type: text/xml'],
	    body => sprintf qq{<info version="%s" uptime="%d"/>\n},
	    $self->version, Time::HiRes::time() - $self->started};
}

sub _copy ($of) { return {map { $_ => {%{$of->{$_}}} } keys %$of} }

sub _line ($self, $line) {
	if ($line eq '!config write') { $self->flash(_copy($self->values)) }
	elsif ($line eq '!config activate') {
		$self->running(_copy($self->values));
		$self->_register_anew if $self->sysadmin;
	}
	elsif ($line =~ /^!vars create /) { $self->reset_needed(1) }
	elsif ($line =~ m{^!config change SYSCLIENT /sysadmin (\S+)$}) {
		$self->sysadmin(url_unescape $1);
	}
	elsif ($line =~ /^!i?reset(n?)$/ && (!$1 || $self->reset_needed)) {
		$self->restart;
	}
	return {body => "ok\n"};
}

# By the URL that it was told; here without TLS.
sub _register_anew ($self) {
	my $url = $self->sysadmin =~ s/^wss:/ws:/r;
	return if $url eq $self->url;
	$self->emit('told');
	Mojo::IOLoop->timer(0.05 => sub {
		$self->vanish;
		$self->url($url)->connect_p->then(sub { $self->emit('back') })
		    ->catch(sub { });
	});
}

# Away, and back with what the flash holds.
sub restart ($self, %with) {
	$self->$_($with{$_}) for keys %with;
	Mojo::IOLoop->timer(0.01 => sub {
		$self->vanish;
		$self->restarts($self->restarts + 1)->reset_needed(0);
		$self->values(_copy($self->flash))->running(_copy($self->flash));
		Mojo::IOLoop->timer($self->restart_s => sub {
			$self->started(Time::HiRes::time());
			$self->connect_p->catch(sub { });
		});
	});
	return $self;
}

# Its plug is pulled: what it is asked after that.
sub replug ($self) {
	my $before = $self->restarts;
	$self->restart;
	$self->wait_for(sub { $self->restarts > $before });
	$self->forget;
	return $self;
}

# Away and back, as a broken line makes it.
sub reconnect ($self) {
	$self->vanish;
	return $self->connect;
}

1;
