# Receiver -- a receiver of webhooks for tests, in a process of its own.
#
#	my $r = Receiver->new;
#	$r->url('/ok'), $r->socket		# "127.0.0.1:PORT"
#	Receiver->new(tls => 1)			# a certificate nobody vouches for
#	my ($x) = $r->got;			# {path, headers, body}, all so far
#	$r->kill_next; ...; $r->whom($pid)	# kill -9 when the next one has come
#
# What it does with a request says the path:
#
#	/ok	204			/500	500
#	/hang	never an answer		/endless bytes without end
#	/moved?URL 302 to it		/first-500 500 once, then 204
package Receiver;
use Mojo::Base -base, -signatures;
use File::Temp;
use Mojo::File qw(path);
use Mojo::IOLoop;
use Mojo::JSON qw(decode_json encode_json);
use Mojo::Server::Daemon;
use POSIX ();
use Time::HiRes qw(sleep time);

has [qw(pid tls)];
has folder => sub { File::Temp->newdir('fleetline-hook-XXXXXX', TMPDIR => 1) };

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o);
	$self->folder;
	my $pid = fork // die "fork: $!";
	$self->serve if $pid == 0;
	$self->pid($pid);
	my $end = time + 30;
	until (-s $self->file('port')) {
		die 'no receiver' if time > $end || waitpid($pid, 1) != 0;
		sleep 0.02;
	}
	return $self;
}

sub DESTROY ($self) {
	local $?;
	my $pid = $self->pid or return;
	kill 'KILL', $pid;
	waitpid $pid, 0;
}

sub file ($self, $name) { path($self->folder, $name) }
sub socket ($self) { '127.0.0.1:' . $self->file('port')->slurp }
sub scheme ($self) { $self->tls ? 'https' : 'http' }
sub url ($self, $path) { $self->scheme . '://' . $self->socket . $path }
sub kill_next ($self) { $self->file('kill')->spurt('') }
sub whom ($self, $pid) { $self->file('kill')->spurt($pid) }

sub got ($self) {
	my $text = eval { $self->file('got')->slurp } // '';
	return map { decode_json($_) } split /\n/, $text;
}

# ---- in the process -------------------------------------------------------

sub serve ($self) {
	$SIG{TERM} = $SIG{INT} = 'DEFAULT';
	Mojo::IOLoop->reset;
	my $daemon = Mojo::Server::Daemon->new(silent => 1,
	    listen => [$self->scheme . '://127.0.0.1'], inactivity_timeout => 0);
	$daemon->unsubscribe('request')
	    ->on(request => sub ($daemon, $tx) { $self->take($tx) });
	$daemon->start;
	$self->file('port.new')->spurt($daemon->ports->[0])
	    ->move_to($self->file('port'));
	Mojo::IOLoop->start;
	POSIX::_exit(0);
}

sub take ($self, $tx) {
	my ($req, $res) = ($tx->req, $tx->res);
	my $path = $req->url->path->to_string;
	open my $out, '>>', $self->file('got') or die $!;
	print $out encode_json({path => $path, body => $req->body,
	    headers => $req->headers->to_hash}), "\n";
	close $out;
	if (-e $self->file('kill')) {
		sleep 0.01 until -s $self->file('kill');
		kill 'KILL', $self->file('kill')->slurp;
		$self->file('kill')->remove;
	}
	return if $path eq '/hang';
	my $fails = $path eq '/500'
	    || ($path eq '/first-500' && !$self->{failed}++);
	$res->code($fails ? 500 : $path eq '/moved' ? 302
	    : $path eq '/endless' ? 200 : 204);
	$res->headers->location($req->url->query->to_string)
	    if $path eq '/moved';
	if ($path eq '/endless') {
		my $more;
		$more = sub ($content, @) { $content->write('x' x 4096 => $more) };
		$res->content->$more;
	}
	$tx->resume;
}

1;
