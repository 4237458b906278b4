# Updated -- a device that an update job works on: it is told a URL, loads it
# really, and comes back with what it has loaded.
#
#	my $u = Updated->new(device => $f->device(...));
#	$u->device->connect;
#	$u->told		# the commands that it got, decoded
#	$u->loaded		# what it has loaded: [url, bytes, status]
#
# way says what it does: load (the default), fail (404), lie (comes back with what
# it had), hang (never answers), cut (the connection ends while it loads), mute
# (answers and does nothing).
package Updated;
use Mojo::Base -base, -signatures;
use Mojo::IOLoop;
use Mojo::UserAgent;
use Mojo::Util qw(url_unescape);

has 'device';
has way => 'load';
has [qw(told loaded)] => sub { [] };
has pause => 0.05;	# seconds that it takes
has ua => sub { Mojo::UserAgent->new(max_response_size => 0) };
has [qw(busy most)] => 0;

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o);
	$self->device->answer(sub ($request) { $self->hear($request) });
	return $self;
}

# Blanks, '%' and '#' of a value are encoded once more than the path is.
sub hear ($self, $request) {
	my $command = url_unescape $request->{target} =~ s{^/}{}r;
	push @{$self->told}, $command;
	return {status => '404 Not Found', body => ''}
	    if $self->way eq 'fail' || $command !~ /^!/;
	return {silent => 1} if $self->way eq 'hang';
	return {body => 'ok'} unless $command =~
	    m{^!mod cmd UP0 /sync (boot|prot) (\S+) ireset (\S+)$};
	my ($part, $url, $build) = ($1, url_unescape($2), $3);
	return {body => 'ok'} if $self->way eq 'mute';
	Mojo::IOLoop->timer($self->pause => sub {
		$self->load($part, $url, $build);
	});
	return {silent => 1} if $self->way eq 'cut';
	return {body => 'ok'};
}

sub load ($self, $part, $url, $build) {
	$self->ua->get($url => sub ($ua, $tx) {
		push @{$self->loaded}, [$url, length($tx->res->body // ''),
		    $tx->res->code // 0];
		$self->restart($part, $build)
		    if ($tx->res->code // 0) == 200;
	});
}

# Away, and back with another build.
sub restart ($self, $part, $build) {
	my $d = $self->device;
	my $more = $d->more;
	$more->{$part eq 'boot' ? 'bcBuild' : 'fwBuild'} = $build
	    if $self->way ne 'lie';
	$d->version($d->version =~ s/\[.*/[$build]/r)
	    if $part eq 'prot' && $self->way ne 'lie';
	$d->once(closed => sub {
		Mojo::IOLoop->timer(0.05 => sub {
			$d->connect_p->catch(sub { });
		});
	});
	$d->ws->finish if $d->ws;
}

1;
