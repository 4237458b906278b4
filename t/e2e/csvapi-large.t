# A million rows of the ledger as CSV: whole, in constant memory, to clients
# that are slow or leave, and from a store that fails in the middle.
use Fleetline;
use Ledger;
use Mojo::File qw(path);

use constant ROWS => 1_000_000;
use constant FIRST => 1700000000000;
use constant STEP => 60000;

# Of the sanitizers' programs the memory says nothing.
my $f = Fleetline->new(plain => 1, conf => {csvapi => {threads => 2}});
$f->cli(qw(domain add red.example --password-file), $f->secret_file('red'));
my $id = Ledger::project($f, 'red.example');
my $url = $f->url($f->base . '/csvapi?type=history&lang=de&tz=Europe/Berlin');

# Memory of its own: the mapped pages of the database do not count.
sub own_memory {
	my $status = path('/proc/' . $f->pid('csvapi') . '/status')->slurp;
	return $status =~ /^RssAnon:\s+(\d+) kB/m ? $1 / 1024 : die $status;
}

sub fetch ($query, @more) {
	my $file = path($f->{folder}, 'answer.csv');
	my ($rc, $out, $err) = $f->command(qw(curl -s --digest -u),
	    'red.example:red', '-o', "$file", @more, "$url&$query");
	return ($rc, $file);
}

# A first answer, so that everything is loaded.
Ledger::many($f, $id, 1000, FIRST, STEP);
my ($rc, $file) = fetch('all=1');
is $rc, 0, 'a thousand rows come';
my $before = own_memory();

Ledger::more($f, $id, 1001, ROWS, FIRST, STEP);
($rc, $file) = fetch('all=1');
is $rc, 0, 'a million rows come';
my $growth = own_memory() - $before;
cmp_ok $growth, '<', 2, 'the program keeps no memory for them'
    or diag sprintf '%.1f MB more', $growth;

my ($n, $wrong, $last) = (0, 0);
my $in = $file->open('<');
my $head = <$in>;
while (<$in>) {
	$n++;
	$wrong++ unless /^$n;\d\d\.\d\d\.\d{4} [\d:]{8};red\.example;"009033.*";\r\n\z/;
	$last = $_;
}
is $n, ROWS, 'all of them';
is $wrong, 0, 'in the order of their numbers';
like $last, qr/^1000000;09\.10\.2025 10:53:20;.*;0;0;-6;993000;07\.01\.2026 09:53:20;"order 10000";\r$/,
    'up to the last';

# ---- clients ----------------------------------------------------------------

# One that takes little and leaves: its worker is free again.
for (1 .. 4) {
	my ($rc) = fetch('all=1', qw(--max-filesize 100000000 --limit-rate 1M
	    --max-time 1));
	is $rc, 28, 'a client leaves in the middle';
}
($rc) = fetch('all=1&from=' . (FIRST + STEP * ROWS));
is $rc, 0, 'the workers are free again';
ok wait_until(sub { 0 < grep { /gone=true/ } split /\n/, $f->log_of('csvapi') }),
    'and noticed it';

# ---- a broken store ---------------------------------------------------------

# A page of the ledger's end that says nothing any more: the answer begins well,
# and must not look complete.
my ($page) = Ledger::value($f, 'SELECT max(pageno) FROM dbstat'
    . " WHERE name = 'ledger' AND pagetype = 'leaf'");
my ($size) = Ledger::value($f, 'PRAGMA page_size');
$f->stop;
my $db = path($f->state, 'fleetline.db');
open my $out, '+<', "$db" or die $!;
seek $out, ($page - 1) * $size, 0;
print $out "\xff" x $size;
close $out;
$f->start;
($rc, $file) = fetch('domain=red.example');
is $rc, 18, 'curl says that the answer is not complete';
cmp_ok -s $file, '>', 1_000_000, 'although much of it came';
like $f->log_of('csvapi'), qr/csvapi\.failed .*why=/, 'and the log says why';
($rc) = fetch('domain=red.example&to=' . (FIRST + 1000 * STEP));
is $rc, 0, 'what is whole is served';

done_testing;
