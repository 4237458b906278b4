# Against -- the rows of bench/run of two trees, by turns on one machine.
#
# Each tree runs its own bench/run with its own programs, so that files and
# programs may have other names in the other; what is read is the table that it
# prints: the first figure in the cell "measured".
package Against;
use Mojo::Base -strict, -signatures;
use Exporter qw(import);
use File::Temp;
our @EXPORT_OK = qw(cells figure judge median spread);

use constant SLOWER => 0.05;	# share that counts

# [what, measured] of each line of a table.
sub cells ($text) {
	return grep { $_->[0] ne 'what' && $_->[0] !~ /^-+$/ }
	    map { [(split /\s*\|\s*/, $_)[1, 2]] } grep { /^\|/ } split /\n/, $text;
}

# (number, unit) of a cell: "grows 12 KiB" is (12, "KiB").
sub figure ($cell) {
	return $cell =~ m{([\d.]+)\s*(/s|[A-Za-z]+)} ? ($1, $2) : ();
}

sub median (@figures) { (sort { $a <=> $b } @figures)[@figures / 2] }

# How far figures lie apart, as a share of their median.
sub spread (@figures) {
	my @sorted = sort { $a <=> $b } @figures;
	my $middle = median(@figures) or return 0;
	return ($sorted[-1] - $sorted[0]) / $middle;
}

# How much worse the new figures are than the old, as a share of these, the
# wider of the two spreads, and whether that is slower than chance explains.
# Of a rate less is worse, of all else more.
sub judge ($unit, $old, $new) {
	my ($before, $now) = (median(@$old), median(@$new));
	return (0, 0, 0) if !$before || !$now;
	my $worse = $unit eq '/s' ? $before / $now - 1 : $now / $before - 1;
	my ($spread) = sort { $b <=> $a } spread(@$old), spread(@$new);
	return ($worse, $spread, $worse > SLOWER && $worse > $spread);
}

# What the tree in $dir prints for a row.  Only the table counts: what else is
# said is shown when there is none.
sub measure ($dir, $row) {
	my $said = File::Temp->new;
	open my $out, '-|', 'sh', '-c', 'unset FLEETLINE_PLAIN; exec "$1/bench/run"'
	    . ' "$2" 2>"$3"', 'sh', $dir, $row, "$said" or die "sh: $!\n";
	local $/;
	my @cells = cells(<$out> // '');
	close $out;
	return @cells if @cells;
	die "$dir/bench/run $row measures nothing:\n", <$said> // '', "\n";
}

# Run the row of both trees by turns; lines of the comparison, and how many of
# them are slower.
sub compare ($row, $turns, %tree) {
	my (@what, @unit, %figures, @lines);
	my $slower = 0;
	for my $turn (1 .. $turns) {
		# Who begins changes too.
		for my $side ($turn % 2 ? qw(old new) : qw(new old)) {
			my @cells = measure($tree{$side}, $row);
			for my $i (0 .. $#cells) {
				my ($number, $unit) = figure($cells[$i][1]) or next;
				($what[$i], $unit[$i]) = ($cells[$i][0], $unit);
				push @{$figures{$side}[$i]}, $number;
			}
		}
	}
	for my $i (grep { $what[$_] } 0 .. $#what) {
		my ($old, $new) = map { $figures{$_}[$i] // [] } qw(old new);
		next if !@$old || !@$new;
		my ($worse, $spread, $bad) = judge($unit[$i], $old, $new);
		$slower++ if $bad;
		push @lines, sprintf '%s: %s | %s %s | %s %s | %+.1f %% | %.1f %%'
		    . ' | %s', $row, $what[$i], median(@$old), $unit[$i],
		    median(@$new), $unit[$i], 100 * $worse, 100 * $spread,
		    $bad ? '**slower**' : 'no slower';
	}
	return ($slower, @lines);
}

1;
