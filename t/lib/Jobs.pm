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

# The price of a licence per month, and the days of that.
use constant {PRICE => 30, MONTH => 30.4375};

has mail => sub { {} };
has gateways => 0;
has clock_word => 'trusted'; # [rental] clock: tests move the clock

sub new ($class, %o) {
	my $self = $class->SUPER::new(%o, stopped => 1);
	$self->set_mail(%{$self->mail});
	$self->cli('init', '--password-file',
	    $self->state . '/instance.password');
	return $self;
}

sub set_mail ($self, %mail) {
	$self->conf({%{$self->conf}, mail => \%mail,
	    rental => {clock => $self->clock_word}});
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

# Runs of the jobs, [time, how many at once] each, one after the other, by one
# shell: (statuses, log).
sub jobs_at_once ($self, @runs) {
	my $log = path($self->{folder}, 'jobs.log')->spurt('');
	my @script = 'exec 2>>"$0"';
	for my $run (@runs) {
		my ($time, $n) = @$run;
		my $one = join ' ', map({ quoted($_) } $self->clock($time)),
		    '"$@" & pids="$pids $!"';
		push @script, 'pids=', ($one) x $n,
		    'for p in $pids; do wait $p; echo $?; done';
	}
	open my $out, '-|', 'sh', '-c', join("\n", @script), $log,
	    $self->build . '/sbin/fleetline-jobs', '-c',
	    $self->state . '/fleetline.conf' or die "sh: $!";
	chomp(my @status = <$out>);
	close $out;
	return ("@status", $log->slurp);
}

# An assignment for the shell.
sub quoted ($assignment) {
	my ($name, $value) = split /=/, $assignment, 2;
	return "$name='" . $value =~ s/'/'\\''/gr . "'";
}

# The process id of jobs that run and log to a file.
sub start_jobs ($self, $time, $log) {
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	open STDERR, '>>', $log;
	exec 'env', $self->clock($time), $self->build . '/sbin/fleetline-jobs',
	    '-c', $self->state . '/fleetline.conf' or POSIX::_exit(127);
}

# One command of the command line; dies unless it succeeds.
sub cli_at ($self, $time, @words) {
	my ($rc, $out, $err) = $self->command_at($time, 'sbin/fleetline', '-c',
	    $self->state . '/fleetline.conf', map { encode('UTF-8', $_) } @words);
	die "fleetline @words: $err" if $rc != 0;
	return $out;
}

# A rental that ends in so many days, on a new gateway of the domain, which is
# added if it is not there.
sub rent ($self, $domain, %o) {
	my $hw_id = sprintf '009033%06x', $self->{gateways}++;
	$self->try_cli('domain', 'add', $domain);
	$self->cli('device', 'add', $hw_id, '--domain', $domain,
	    '--type', 'GW');
	$self->cli('licence', 'set', 'PORT', '--title', 'Port', '--price', PRICE);
	$self->load($domain, $o{days}, $o{at});
	$self->cli_at($o{at}, 'rental', 'apply', $domain, $hw_id, 'PORT', 1);
	$self->cli_at($o{at}, 'rental', 'set', $domain,
	    map { ("--$_", $o{$_}) } grep { defined $o{$_} }
	    qw(recipients language invoice-reference));
	return $self;
}

# Money for so many days more.
sub load ($self, $domain, $days, $at = undef) {
	my $key = $self->cli_at($at, 'rental', 'key', 'new',
	    sprintf '%.3f', $days * PRICE / MONTH + 0.001);
	$self->cli_at($at, 'rental', 'load', $domain, '--key-file',
	    $self->secret_file($key =~ s/\n//r));
}

# (end in Unix seconds, week of the last notice)
sub project ($self, $domain) {
	my ($rc, $out, $err) = $self->sql("SELECT end_time,
	    notice_week FROM project WHERE domain = '$domain'");
	die "sqlite3: $err" if $rc != 0;
	my ($end, $week) = split /\|/, $out;
	return ($end / 1000, $week + 0);
}

1;
