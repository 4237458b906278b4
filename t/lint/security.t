# Every test that doc/security.md names exists.  The last cell of a row names
# it as `path: part of the test's name`, several with "; " between; a cell that
# begins with "-" says why there is none.
use strict;
use warnings;
use Test::More;

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or return;
	local $/;
	return scalar <$in>;
}

# The text of a source with the pieces of long strings put together.
sub source {
	my $text = slurp($_[0]) // return;
	$text =~ s/"\s*\n\s*"//g;
	$text =~ s/['"]\s*\n?\s*\.\s*\n?\s*['"]//g;
	return $text;
}

sub missing {
	my ($row) = @_;
	my ($cell) = $row =~ /\|\s*([^|]*?)\s*\|\s*$/ or return 'no cell';
	return if $cell =~ /^-/;
	return 'no test is named' if $cell !~ /\S/;
	for my $one (split /;\s*/, $cell) {
		my ($path, $name) = $one =~ /^`([^`:]+): (.+)`$/
		    or return "not of the form `path: name`: $one";
		my $text = source($path) // return "no file $path";
		index($text, $name) >= 0 or return "no test in $path: $name";
	}
	return;
}

is missing('| a | b | `t/lint/security.t: no such test is here` |'), undef,
    'a test that exists is found';
isnt missing(sprintf '| a | b | `t/lint/security.t: %s written` |', 'never'),
    undef, 'one that does not exist is missed';
isnt missing('| a | b | |'), undef, 'an empty cell is an error';
is missing('| a | b | - needs a second machine |'), undef,
    'a reason is taken in its place';

for my $row (grep { /^\|/ } split /\n/, slurp('doc/security.md')) {
	next if $row =~ /^\|(?:-+\|)+$/ || $row =~ /\| test \|$/;
	my $why = missing($row);
	ok !$why, 'row ' . substr($row, 0, 60) or diag $why;
}
done_testing;
