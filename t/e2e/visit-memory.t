# Many large dumps of App Platforms at once: fleetline-tasks has in memory those of
# as many as it visits at once, and what one takes that is kept, and gives it back.
use Fleetline;
use Mojo::File qw(path);
use Platforms;

use constant {PLATFORMS => 12, AT_ONCE => 8, SIZE => 30 << 20, SIZE_MAX_MIB => 32};

my $f = Platforms->new(plain => 1, platforms => PLATFORMS,
    conf => {instance => {url => 'http://127.0.0.1:1'}});
ok $f->come, 'all are there' or diag $f->file('log')->slurp;
my $job = $f->add_job;

sub tasks { $f->cli_json(qw(job tasks), $job) }

# Of the program, in MiB: what it has (VmRSS), the most that it ever had (VmHWM).
sub memory ($what) {
	my $status = path('/proc/' . $f->pid('tasks') . '/status')->slurp;
	return $status =~ /^$what:\s+(\d+) kB/m ? int $1 / 1024 : 0;
}

ok wait_until($f->begin($job), 60), 'a night with small ones';
my $small = memory('VmHWM');
$f->faults("* large /backup\n");
ok wait_until($f->begin($job), 120), 'a night with large ones';
is $f->number("SELECT outcome FROM job WHERE id = $job"), 1, '... all have come'
    or diag map { "$_->{hwId}: $_->{error}\n" } @{tasks()};
is $f->number('SELECT count(*) FROM save WHERE size = ' . SIZE), PLATFORMS,
    '... and are listed';
my $large = memory('VmHWM');
cmp_ok $large - $small, '>', 2 * (SIZE >> 20), '... some of them at once';
$f->faults("* endless /backup\n");
ok wait_until($f->begin($job), 120), 'a night with some that do not end';
is scalar(grep { ($_->{error} // '') =~ /^manager: manager: \S/ } @{tasks()}), PLATFORMS,
    '... all have failed in words';
my $most = memory('VmHWM');
cmp_ok $most - $small, '<', (AT_ONCE + 2) * SIZE_MAX_MIB,
    'there is memory for as many as are visited at once, and for keeping one';
ok wait_until(sub { memory('VmRSS') < $small + SIZE_MAX_MIB }, 10),
    'afterwards it is given back' or diag memory('VmRSS');
diag sprintf '%d dumps of %d MiB, %d at once: %d MiB at most, %d with endless ones,'
    . ' %d before, %d afterwards', PLATFORMS, SIZE >> 20, AT_ONCE, $large, $most,
    $small, memory('VmRSS') if $ENV{FL_TEST_MEMORY};
done_testing;
