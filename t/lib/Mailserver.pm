# Mailserver -- a real SMTP server for tests, and the mails it accepted.
#
#	my $m = Mailserver->new(tls => 1, user => 'joe', password => 'secret');
#	$m->url, $m->ca_file, $m->mails, $m->refuse('x@y'), $m->stop, $m->start
#
# Debian's python3-aiosmtpd, run by smtpd.py, on a free port of the loopback.
# stop and start keep port and mails.
package Mailserver;
use Mojo::Base -base, -signatures;
use File::Basename qw(dirname);
use File::Temp;
use Mojo::File qw(path);
use MIME::QuotedPrint qw(decode_qp);
use Encode qw(decode);
use POSIX ();
use Time::HiRes qw(sleep time);

has [qw(tls user password pid)];
has folder => sub { File::Temp->newdir('fleetline-mail-XXXXXX', TMPDIR => 1) };

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o);
	$self->certificate if $self->tls;
	return $self->start;
}

sub file ($self, $name) { path($self->folder, $name) }

sub certificate ($self) {
	system('sh', '-c', 'exec openssl "$@" 2>"$0"', $self->file('log'),
	    qw(req -x509 -batch -newkey rsa:2048 -nodes -days 3650 -subj
	    /CN=localhost -addext), 'subjectAltName=IP:127.0.0.1',
	    '-keyout', $self->file('key.pem'), '-out', $self->file('cert.pem'))
	    == 0 or die 'openssl: ', $self->file('log')->slurp;
}

sub start ($self) {
	$self->file('ready')->remove;
	my @cmd = ('/usr/bin/python3', dirname(__FILE__) . '/smtpd.py',
	    $self->folder);
	push @cmd, '--cert', $self->ca_file, '--key', $self->file('key.pem')
	    if $self->tls;
	push @cmd, '--user', $self->user, '--password', $self->password
	    if $self->user;
	my $pid = fork // die "fork: $!";
	if ($pid == 0) {
		open STDOUT, '>>', $self->file('log');
		open STDERR, '>&', \*STDOUT;
		exec @cmd or POSIX::_exit(127);
	}
	$self->pid($pid);
	my $end = time + 30;
	until (-e $self->file('ready')) {
		die 'smtpd: ', $self->file('log')->slurp
		    if time > $end || waitpid($pid, 1) != 0;
		sleep 0.02;
	}
	return $self;
}

sub stop ($self) {
	my $pid = $self->pid or return;
	kill 'TERM', $pid;
	waitpid $pid, 0;
	$self->pid(undef);
	return $self;
}

sub DESTROY ($self) { local $?; $self->stop }

sub port ($self) { $self->file('port')->slurp + 0 }
sub url ($self) { 'smtp://127.0.0.1:' . $self->port }
sub ca_file ($self) { $self->file('cert.pem')->to_string }

sub refuse ($self, @to) {
	$self->file('refuse')->spurt(map { "$_\n" } @to);
}

sub events ($self) {
	my $text = eval { $self->file('events')->slurp } // '';
	return split /\n/, $text;
}

# All mails so far, in their order: {from, to => [...], tls, user, raw,
# headers => {name => value, unfolded}, body => decoded}.
sub mails ($self) {
	my @mails;
	for (my $n = 1; -e $self->file("$n.mail"); $n++) {
		push @mails, mail_of($self->file("$n.mail")->slurp);
	}
	return @mails;
}

sub mail_of ($text) {
	my ($facts, $head, $body) = split /\r\n\r\n/, $text, 3;
	my %m = (raw => "$head\r\n\r\n$body", to => []);
	for (split /\r\n/, $facts) {
		my ($name, $value) = split / /, $_, 2;
		if ($name eq 'to') { push @{$m{to}}, $value }
		else { $m{$name} = $value }
	}
	$head =~ s/\r\n[ \t]+/ /g;
	$m{headers} = {map { /^([^:]+): (.*)$/ ? (lc $1, $2) : () }
	    split /\r\n/, $head};
	$m{subject} = decode('MIME-Header', $m{headers}{subject});
	$m{body} = decode('UTF-8', decode_qp($body =~ s/\r\n/\n/gr));
	return \%m;
}

1;
