# Configurations that are too old for their job go with the periodic work, though
# nothing is saved any more.
use Fleetline;
use Jobs;

my $f = Jobs->new(plain => 1);
my $now = 1_800_000_000;
$f->cli(qw(domain add north.example));
$f->cli(qw(category add north.example phones --config));
$f->cli(qw(device add 0090330a0b0c --domain north.example --type PHONE));
$f->cli(qw(backup-job add north.example nightly --category phones --days 90));

# Saves of so many days ago, each with a text of its own.
sub put ($id, $days) {
	my ($rc, undef, $err) = $f->sql("INSERT INTO save_text SELECT $id, id,"
	    . " NULL, zeroblob(32), zeroblob(32), zeroblob(9), '' FROM device;"
	    . " INSERT INTO save SELECT $id, d.id, d.domain_id, j.id, $id,"
	    . ' ' . ($now - $days * 86400) * 1000 . q(, 9, zeroblob(32), '')
	    . ' FROM device d, job j');
	die $err if $rc != 0;
}
sub ids { join ' ', split /\n/, ($f->sql("SELECT id FROM $_[0] ORDER BY id"))[1] }

put(1, 300), put(2, 100), put(3, 50);
my ($rc, $log) = $f->jobs($now);
is $rc, 0, 'the periodic work runs';
is ids('save'), '3', 'what is older than the job keeps it is gone';
is ids('save_text'), '3', '... and its texts';
like $log, qr/ saves\.expired rows=2$/m, 'the log says how many';
(undef, $log) = $f->jobs($now + 86400);
unlike $log, qr/saves\.expired/, 'the next run finds none';
(undef, $log) = $f->jobs($now + 300 * 86400);
is ids('save'), '3', 'the newest of a device stays';
done_testing;
