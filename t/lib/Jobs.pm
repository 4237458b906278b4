# Jobs -- an instance whose programs do not run, and its periodic work.
#
#	use Fleetline;
#	use Jobs;
#	my $f = Jobs->new(mail => {url => ...}, plain => 1);
#	$f->rent('north.example', days => 20);
#	my ($rc, $log) = $f->jobs;
#	my ($rc, $log) = $f->jobs($time);	# at this time (needs plain)
#
# It is a Fleetline; the configuration's [mail] can be changed with set_mail.
package Jobs;
use Mojo::Base 'Fleetline', -signatures;
use Encode qw(encode);
use Mojo::File qw(path);
use POSIX qw(strftime);

# Prices are per month of 30.4 days; what is left over is less than a day.
use constant {PRICE => 30_000, MONTHS => 30.4375};

has mail => sub { {} };
has gateways => 0;

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o, stopped => 1);
	$self->set_mail(%{$self->mail});
	$self->cli('init', '--password-file',
	    $self->state . '/instance.password');
	return $self;
}

sub set_mail ($self, %mail) {
	$self->conf({%{$self->conf}, mail => \%mail});
	$self->write_conf;
	return $self;
}

# Run a program of the build at a time (Unix seconds; undef: now).
sub command_at ($self, $time, $program, @args) {
	my @cmd = ($self->build . "/$program", @args);
	return $self->command(@cmd) unless defined $time;
	return $self->command('env', $self->clock($time), @cmd);
}

# What puts a program into another time: Debian's faketime.
sub clock ($self, $time) {
	my ($lib) = glob '/usr/lib/*/faketime/libfaketimeMT.so.1';
	return ("LD_PRELOAD=$lib", 'TZ=UTC', 'FAKETIME_DONT_FAKE_MONOTONIC=1',
	    strftime('FAKETIME=@%Y-%m-%d %H:%M:%S', gmtime $time));
}

sub jobs ($self, $time = undef) {
	my ($rc, $out, $log) = $self->command_at($time,
	    'sbin/fleetline-jobs', '-c', $self->state . '/fleetline.conf');
	Test::More::diag($log) if $log =~ /Sanitizer|runtime error|must failed/;
	return ($rc, $log);
}

# Start the jobs n times at once and wait for all: (statuses, log).
sub jobs_at_once ($self, $time, $n) {
	my $log = path($self->{folder}, 'jobs.log')->spurt('');
	my @pids = map { $self->start_jobs($time, $log) } 1 .. $n;
	my @status = map { waitpid $_, 0; $? >> 8 || $? & 127 } @pids;
	return ("@status", $log->slurp);
}

# The process id of jobs that run and log to a file.
sub start_jobs ($self, $time, $log) {
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	open STDERR, '>>', $log;
	exec 'env', $self->clock($time), $self->build . '/sbin/fleetline-jobs',
	    '-c', $self->state . '/fleetline.conf' or POSIX::_exit(127);
}

# One command of t/work/rent; dies unless it succeeds.
sub rental ($self, $time, @words) {
	my ($rc, $out, $err) = $self->command_at($time, 't/work/rent',
	    $self->state . '/fleetline.conf', map { encode('UTF-8', $_) } @words);
	die "rent @words: $err" if $rc != 0;
	return $out;
}

# A new domain with one gateway, and a rental that ends in so many days.
sub rent ($self, $domain, %o) {
	$self->cli('domain', 'add', $domain);
	my $hw_id = sprintf '009033%06x', $self->{gateways}++;
	$self->cli('device', 'add', $hw_id, '--domain', $domain,
	    '--type', 'GW');
	$self->load($domain, $o{days}, $o{at});
	$self->rental($o{at}, run => $domain, $hw_id, 1, PRICE);
	$self->rental($o{at}, $_ => $domain, $o{$_})
	    for grep { defined $o{$_} } qw(recipients language reference);
	return $self;
}

# Money for so many days more.
sub load ($self, $domain, $days, $at = undef) {
	$self->rental($at, load => $domain, int($days * PRICE / MONTHS) + 1);
}

# (end in seconds, week of the last notice, balance)
sub project ($self, $domain) {
	my ($end, $week, $balance) =
	    split / /, $self->rental(undef, show => $domain);
	return ($end / 1000, $week, $balance + 0);
}

1;
