# A job that ends with failures is told by mail to those who want alarms of its
# domain (readings X17: one way for mails), in their language.
use Fleetline;
use DavServer;
use Mailserver;
use Targets;

my $mail = Mailserver->new;
my $dav = DavServer->new;
my $t = Targets->new(ports => [$dav->port], conf => {mail => {url => $mail->url,
    tls => 'off', from => 'fleet@jobs.example'}});
my $f = $t->f;
my $north = (grep { $_->{name} eq 'north.example' }
    @{$f->api({mt => 'GetDomains'})->{domains}})[0]{id};

# The mails of one run of the periodic work.
my $seen = 0;
sub mails {
	my ($rc, undef, $log) = $f->command($f->build . '/sbin/fleetline-jobs',
	    '-c', $f->state . '/fleetline.conf');
	is $rc, 0, 'the periodic work runs' or diag $log;
	my @all = $mail->mails;
	my @new = @all[$seen .. $#all];
	$seen = @all;
	return @new;
}

# So it ends at last; the ten minutes before each repetition are over at once.
sub ends ($id, $wanted) {
	my $job;
	ok wait_until(sub {
		($job) = grep { $_->{id} == $id } @{$f->api({
		    mt => 'GetBackupJobs', domainId => $north})->{jobs}};
		$f->sql('UPDATE job SET due = 1 WHERE wish = 2 AND due > 1');
		pause(0.2);
		$job->{state} eq 'idle' && $job->{outcome} eq $wanted;
	}, 30), "the job ends: $wanted" or diag encode_json($job);
}

my $id = $f->api({mt => 'AddBackupJob', domainId => $north, name => 'nightly',
    categories => ['acme phones'], target => $dav->url('full')})->{id};
$f->api({mt => 'StartBackupJob', id => $id});
ends($id, 'failures');
is scalar(() = mails()), 0, 'without recipients nobody gets a mail';

$f->cli(qw(alarm set north.example --mail night@jobs.example --zone UTC));
$f->sql('DELETE FROM alarm');
my @m = mails();
is scalar @m, 1, 'a job that ends with failures is one mail';
is_deeply $m[0]{to}, ['night@jobs.example'], 'to the recipients';
is $m[0]{subject}, 'north.example: 1 new alarms', 'about the domain';
like $m[0]{body}, qr/^\d{4}-\d\d-\d\d \d\d:\d\d  job-failed  nightly  1 of 1 devices failed$/m,
    'it names the job, and says how many failed';
is scalar(() = mails()), 0, 'while it is so no more is told';
is_deeply [map { @{$_}{qw(kind subject jobId work)} } @{$f->api({mt => 'GetAlarms',
    domainId => $north})->{alarms}}], ['job-failed', 'nightly', $id, 'backup'], 'GetAlarms says which job';

$f->cli(qw(alarm set north.example --language de));
$f->api({mt => 'EditBackupJob', id => $id, target => $dav->url('none')});
$f->api({mt => 'StartBackupJob', id => $id});
ends($id, 'done');
@m = mails();
is scalar @m, 1, 'that it ended well is another one';
is $m[0]{subject}, 'north.example: 1 vorbei', 'in the language of the domain';
like $m[0]{body}, qr/job-failed  nightly/, 'with its name';
$f->api({mt => 'EditBackupJob', id => $id, target => $dav->url('full')});
$f->api({mt => 'StartBackupJob', id => $id});
ends($id, 'failures');
@m = mails();
like $m[0]{body} // '', qr/^Neue Alarme von north\.example: 1$/m,
    'the next failure is told in German';
$t->saved->device->disconnect;
done_testing;
