# Saved -- a device that a backup job works on: it has a configuration, answers
# /cfg.txt with it, and puts it to the URL that it is told, really, in chunks.
#
#	my $s = Saved->new(device => $f->device(...), text => "config ...\r\n");
#	$s->told		# the requests that it got, decoded
#	$s->put			# the statuses of its PUTs
#	$s->loaded		# what it was told to load: [url, text]
#
# way says what it does with scfg: put (the default), refuse (404), mute (answers
# and puts nothing), half (ends in the middle), page (puts a page of HTML), deaf (404 to both).
package Saved;
use Mojo::Base -base, -signatures;
use Mojo::IOLoop;
use Mojo::UserAgent;
use Mojo::Util qw(url_unescape);

has 'device';
has text => "config change IP0 /addr 10.0.0.1\r\nconfig change X /pw geheim\r\n";
has way => 'put';
has [qw(told put loaded urls)] => sub { [] };
has ua => sub { Mojo::UserAgent->new(max_response_size => 0) };
has answer => undef;	# instead of the configuration, for /cfg.txt

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o);
	$self->device->answer(sub ($request) { $self->hear($request) });
	return $self;
}

sub hear ($self, $request) {
	my $command = url_unescape $request->{target} =~ s{^/}{}r;
	push @{$self->told}, $command;
	return $self->answer // {body => $self->text} if $command eq 'cfg.txt';
	my ($what, $url) = $command =~ m{^!mod cmd UP0 /sync (s?cfg) (\S+)}
	    or return {status => '404 Not Found', body => ''};
	$url = url_unescape $url;
	push @{$self->urls}, $url;
	if ($what eq 'cfg' && $self->way ne 'deaf') {
		$self->ua->get($url => sub ($ua, $tx) {
			push @{$self->loaded}, [$url, $tx->res->body];
		});
		return {body => 'ok'};
	}
	return {status => '404 Not Found', body => ''} if $self->way =~ /^(?:refuse|deaf)$/;
	return {body => 'ok'} if $self->way eq 'mute';
	$self->half($url) if $self->way eq 'half';
	$self->store($url, $self->way eq 'page' ? '<html></html>' : $self->text)
	    if $self->way =~ /^(?:put|page)$/;
	return {body => 'ok'};
}

# A PUT in chunks, as devices do it.
sub store ($self, $url, $text) {
	my $tx = $self->ua->build_tx(PUT => $url);
	my @parts = ($text =~ /(.{1,1000})/gs, '');
	my $more;
	$more = sub ($content, @) {
		my $part = shift @parts;
		$content->write_chunk($part, length $part ? $more : undef);
	};
	$tx->req->content->$more;
	$self->ua->start($tx => sub ($ua, $tx) {
		push @{$self->put}, $tx->res->code // 0;
	});
}

# The connection ends before the text does.
sub half ($self, $url) {
	my ($port, $path) = $url =~ m{^http://127\.0\.0\.1:(\d+)(/.*)} or die;
	Mojo::IOLoop->client(port => $port => sub ($loop, $err, $stream) {
		$stream->write("PUT $path HTTP/1.1\r\nHost: x\r\n"
		    . "Content-Length: 1000\r\n\r\n" . $self->text
		    => sub ($stream) { $stream->close });
	});
}

1;
