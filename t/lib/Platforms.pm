# Platforms -- an instance with simulated App Platforms that a backup job visits.
#
#	use Fleetline;
#	my $f = Platforms->new(plain => 1, platforms => 4,
#	    conf => {instance => {url => 'http://127.0.0.1:1'}});
#	ok $f->come, 'all are there';
#	my $job = $f->add_job('--keep', 0);
#	my $over = $f->begin($job);	# a sub: has this round of it ended?
#	$f->faults("* hang /backup\n");
#	$f->asked			# the requests that they heard, a line each
package Platforms;
use Mojo::Base 'Fleetline', -signatures;
use Mojo::File qw(path);

has platforms => 1;
has ids => sub ($self) {
	[map { sprintf '0090334%05x', $_ } 0 .. $self->platforms - 1];
};

my @sims;
my $own = $$;
END { local $?; Fleetline::end_programs(@sims) if @sims && $$ == $own }

sub file ($self, $name) { path($self->state, "sim.$name") }
sub faults ($self, $text) { $self->file('faults')->spurt($text) }
sub asked ($self) {
	my $journal = $self->file('journal');
	return -e $journal ? $journal->slurp : '';
}

sub come ($self) {
	$self->cli(qw(domain add north.example --deploy yes));
	$self->cli(qw(category add north.example apps --config));
	$self->cli('device', 'add', $_, qw(--domain north.example --type APP_PLATFORM
	    --category apps --offer 10)) for @{$self->ids};
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		open STDERR, '>', $self->file('log') or die $!;
		exec $self->build . '/sbin/fleetline-sim', '--url', $self->sysclient_url,
		    '--devices', $self->platforms, qw(--types APP_PLATFORM), '--store',
		    $self->file('store'), '--journal', $self->file('journal'),
		    '--faults', $self->file('faults') or die "exec: $!";
	}
	push @sims, $pid;
	Fleetline::wait_until(sub { $self->number('SELECT count(*) FROM presence'
	    . ' WHERE online = 1') == $self->platforms }, 30) or return;
	$self->cli('device', 'confirm', $_) for @{$self->ids};
	return 1;
}

sub add_job ($self, @o) {
	return ($self->cli(qw(backup-job add north.example nightly --category apps), @o)
	    =~ /id (\d+)/)[0];
}

sub begin ($self, $job) {
	$self->cli(qw(job abort), $job)
	    if $self->number("SELECT wish FROM job WHERE id = $job") > 0;
	my $ended = $self->number("SELECT ended FROM job WHERE id = $job");
	$self->cli(qw(job start), $job);
	return sub { $self->number('SELECT state = 0 AND outcome <> 0'
	    . " AND ended > $ended FROM job WHERE id = $job") == 1 };
}

1;
