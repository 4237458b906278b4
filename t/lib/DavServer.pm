# DavServer -- a web server that takes files as RFC 4918 says, for tests: written
# from that, RFC 7616 and RFC 7617 alone.
#
#	my $dav = DavServer->new;		# on $dav->port of the loopback
#	my $dav = DavServer->new(tls => [CERT, KEY]);
#	$dav->files->{'/basic/north.example/...'}	# what it has
#	$dav->seen				# [method, path, status] of all requests
#
# The first part of a path says how it behaves: none, basic, digest (name anna,
# password secret), full (507), cut (ends in the middle), slow (answers after a
# minute), away (301), other (gives back something else), box (takes files and shows
# none), length (says of them how long they are), lie (another length).  Folders must
# be there.
package DavServer;
use Mojo::Base -base, -signatures;
use Digest::MD5 qw(md5_hex);
use Mojo::IOLoop;
use Mojo::Server::Daemon;
use Mojo::Util qw(b64_encode);

has [qw(files folders)] => sub { {} };
has seen => sub { [] };
has [qw(tls daemon port)];
has elsewhere => '';	# of away

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o);
	my $d = Mojo::Server::Daemon->new(silent => 1, listen => [$self->tls
	    ? 'https://127.0.0.1?cert=' . $self->tls->[0] . '&key='
		. $self->tls->[1]
	    : 'http://127.0.0.1']);
	$d->unsubscribe('request');
	$d->on(request => sub ($d, $tx) { $self->serve($tx) });
	$d->start;
	return $self->daemon($d)->port($d->ports->[0]);
}

sub url ($self, $way) {
	return ($self->tls ? 'https' : 'http') . '://127.0.0.1:' . $self->port
	    . "/$way";
}

sub serve ($self, $tx) {
	my $path = $tx->req->url->path->to_string;
	my ($way) = $path =~ m{^/(\w+)};
	return Mojo::IOLoop->remove($tx->connection)
	    if $way eq 'cut' && $tx->req->method eq 'PUT';
	my $after = $way eq 'slow' ? 60 : 0;
	my $status = $self->status($tx, $way, $path);
	push @{$self->seen}, [$tx->req->method, $path, $status];
	$tx->res->code($status);
	return $tx->resume unless $after;
	Mojo::IOLoop->timer($after => sub { $tx->resume });
}

sub status ($self, $tx, $way, $path) {
	my $method = $tx->req->method;
	my $known = $way eq 'basic' ? $self->basic($tx)
	    : $way eq 'digest' ? $self->digest($tx) : 1;
	return 401 unless $known;
	if ($way eq 'away') {
		$tx->res->headers->location($self->elsewhere);
		return 301;
	}
	return 507 if $way eq 'full' && $method eq 'PUT';
	if ($method eq 'MKCOL') {
		my $above = $path =~ s{[^/]+/$}{}r;
		return 409 unless $self->has_folder($above);
		return 405 if $self->folders->{$path}++;
		return 201;
	}
	if ($method eq 'PUT') {
		return 409 unless $self->has_folder($path =~ s{[^/]+$}{}r);
		$self->files->{$path} = $tx->req->body;
		return 201;
	}
	return 404 unless defined $self->files->{$path};
	if ($way =~ /^(?:box|length|lie)$/) {
		return 403 if $way eq 'box' || $method eq 'GET';
		$tx->res->headers->content_length(length($self->files->{$path})
		    + ($way eq 'lie'));
		return 200;
	}
	$tx->res->body($way eq 'other' ? 'something' : $self->files->{$path});
	return 200;
}

sub has_folder ($self, $path) {
	return $path =~ m{^/\w+/$} || $self->folders->{$path};
}

sub basic ($self, $tx) {
	$tx->res->headers->www_authenticate('Basic realm="files"');
	return ($tx->req->headers->authorization // '') eq 'Basic '
	    . b64_encode('anna:secret', '');
}

sub digest ($self, $tx) {
	my $given = $tx->req->headers->authorization // '';
	$tx->res->headers->www_authenticate(
	    'Digest realm="files", qop="auth", nonce="abc", algorithm=MD5');
	my %v = $given =~ /(\w+)="?([^",]+)"?/g;
	return 0 unless ($v{nonce} // '') eq 'abc'
	    && ($v{uri} // '') eq $tx->req->url->path->to_string;
	return $v{response} eq md5_hex(join ':', md5_hex('anna:files:secret'),
	    @v{qw(nonce nc cnonce qop)}, md5_hex($tx->req->method . ":$v{uri}"));
}

1;
