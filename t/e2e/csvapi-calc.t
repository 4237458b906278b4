# The rental history in a spreadsheet: dates are dates, sums are numbers, text
# stays text, in German and in English.
use Fleetline;
use Ledger;
use Sheet;

my $f = Fleetline->new;
$f->cli(qw(domain add red.example --password-file), $f->secret_file('red'));
my $id = Ledger::project($f, 'red.example');
my %gateway = (gateway => '009033000001', licence => 'PBX-USER');
Ledger::row($f, $id, time => 1774745999000, %gateway, what => 1, amount => 1234567,
    balance => 1234567, reference => '2026-05');
Ledger::row($f, $id, time => 1774746000000, %gateway, count => 5, price => 1500,
    monthly => 7500, amount => -250, balance => 1234317,
    end_time => 1782864000000, reference => '=1+1');
Ledger::row($f, $id, time => 1792890000000, %gateway, gateway => '0090334e0512',
    what => 5, monthly => 7500, amount => -1234000, balance => 317,
    end_time => 1782864000000, reference => "\x{c4}rger; \"gro\x{df}\"");

sub fetch ($lang, $type) {
	my ($rc, $out, $err) = $f->command(qw(curl -sS -f --digest -u),
	    'red.example:red', $f->url($f->base) . "/csvapi?type=$type"
	    . "&domain=red.example&lang=$lang&tz=Europe/Berlin");
	is $rc, 0, "$lang: the $type is there" or diag $err;
	return $out;
}

sub row_of ($row) { join ' | ', map { $_ ? "$_->{type} $_->{value}" : '' } @$row }

for my $lang (qw(en de)) {
	my $rows = Sheet::calc($f->{folder}, fetch($lang, 'history'), $lang);
	is scalar @$rows, 4, "$lang: Calc reads a header and three rows";
	is scalar(grep { $_->{type} ne 'text' } @{$rows->[0]}), 0,
	    "$lang: the header is text";
	my %word = (en => ['Credit loaded', 'Licence added', 'Rental cost'],
	    de => ['Guthaben geladen', "Lizenz hinzugef\x{fc}gt", 'Mietkosten']);
	my @w = @{$word{$lang}};
	is row_of($rows->[1]), "number 1 | date 2026-03-29 01:59:59 | "
	    . "text red.example | text 009033000001 | text $w[0] | text PBX-USER"
	    . ' | number 0 | number 0 | number 1234.567 | number 1234.567 |  | '
	    . 'text 2026-05', "$lang: a row with thousandths, the end empty";
	is row_of($rows->[2]), "number 2 | date 2026-03-29 03:00:00 | "
	    . "text red.example | text 009033000001 | text $w[1] | text PBX-USER"
	    . ' | number 5 | number 7.5 | number -0.25 | number 1234.317 | '
	    . "date 2026-07-01 02:00:00 | text '=1+1",
	    "$lang: negative sums are numbers, no formula is run";
	is row_of($rows->[3]), "number 3 | date 2026-10-25 02:00:00 | "
	    . "text red.example | text 0090334e0512 | text $w[2] | text PBX-USER"
	    . ' | number 0 | number 7.5 | number -1234 | number 0.317 | '
	    . "date 2026-07-01 02:00:00 | text \x{c4}rger; \"gro\x{df}\"",
	    "$lang: a hardware id that looks like a power of ten is none";

	$rows = Sheet::calc($f->{folder}, fetch($lang, 'overview'), $lang);
	is scalar @$rows, 25, "$lang: the overview has 24 months";
	is scalar(grep { $_->[1]{type} ne 'date' || $_->[1]{value}
	    !~ /^\d{4}-\d\d-01 00:00:00$/ || $_->[2]{type} ne 'number' }
	    @$rows[1 .. 24]), 0, "$lang: months are dates, costs are numbers";
}

done_testing;
