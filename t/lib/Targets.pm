# Targets -- an instance of which one device is saved, and copied to targets.
#
#	my $t = Targets->new(ports => [PORT...]);	# where targets are
#	is $t->try($url, '--login', ...), 'done';	# a job, to its end
#	$t = Targets->new(ports => ..., conf => {mail => {...}});
#	$t->f, $t->saved				# Fleetline, Saved
#
# The device has the category 'acme phones' of north.example.
package Targets;
use Mojo::Base -base, -signatures;
use Fleetline;
use Saved;

use constant HW_ID => '009033030401';

has ports => sub { [] };
has conf => sub { {} };	# more sections of the configuration
has [qw(f saved)];
has jobs => 0;

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o);
	my $f = Fleetline->new(stopped => 1);
	$f->conf({%{$self->conf}, instance => {url => 'http://127.0.0.1:' . $f->port},
	    fetch => {local => join ',', map { "127.0.0.1:$_" } @{$self->ports}}});
	$f->write_conf;
	$f->start;
	$f->cli(qw(domain add north.example));
	$f->cli('category', 'add', 'north.example', 'acme phones', '--config');
	my $code = decode_json($f->cli(qw(code new north.example --category),
	    'acme phones', '--json'))->[0]{code};
	my $d = $f->device(id => HW_ID, more => {provisioningCode => $code});
	$self->f($f)->saved(Saved->new(device => $d));
	$d->connect;
	$d->wait_for('password') or die 'no password';
	delete $d->more->{provisioningCode};
	return $self;
}

# A job for a target, started: its outcome, and why.
sub try ($self, $url, @o) {
	my $f = $self->f;
	$self->jobs($self->jobs + 1);
	$f->cli('backup-job', 'add', 'north.example', 'night ' . $self->jobs,
	    '--category', 'acme phones', '--target', $url, @o)
	    =~ /id (\d+)/ or die;
	my $id = $1;
	$f->cli('job', 'start', $id);
	my $task;
	wait_until(sub {
		pause(0.2);
		($task) = @{decode_json($f->cli('job', 'tasks', $id, '--json'))};
		($task->{state} // '') =~ /done|failed|unfit/;
	}, 30);
	$f->cli(qw(job remove --yes), $id);
	return join ' ', grep { length } @{$task}{qw(state error)};
}

# What is listed of the device.
sub listed ($self) {
	return decode_json($self->f->cli(qw(save list), HW_ID, '--json'));
}

1;
