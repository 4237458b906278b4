# One hand: what clang-format cannot set is written in one way everywhere.
use strict;
use warnings;
use Test::More;
use Tree;

# The text up to the bracket that closes the one before $from; commas of it on
# the outermost level are counted in $$commas.
sub bracketed {
	my ($text, $from, $commas) = @_;
	my $depth = 1;
	pos($text) = $from;
	$$commas = 0;
	while ($text =~ /([{(\[])|([})\]])|(,)(?!\s*\})/g) {
		$depth += defined $1 ? 1 : defined $2 ? -1 : 0;
		$$commas++ if defined $3 && $depth == 1;
		return substr $text, $from, $+[0] - $from if $depth == 0;
	}
	return substr $text, $from;
}

# Lines on which a struct gets more than three values by their position: a
# reader would have to know the order of its members.
sub by_position {
	my ($code) = @_;
	my @lines;
	while ($code =~ /(?:\bstruct\s+\w+\s+\w+\s*=|\(struct\s+\w+\))\s*\{/g) {
		my $from = $+[0];
		my $body = bracketed($code, $from, \my $commas);
		next if $body =~ /^[\s\\]*[.\[]/ || $commas < 3;
		push @lines, 1 + (substr($code, 0, $from) =~ tr/\n//);
	}
	return @lines;
}

is_deeply [by_position("struct a x = {1, 2,\n    3, 4};")], [1],
    'four values by position are seen';
is_deeply [by_position("f(\n&(struct a){g(1, 2), \"\", 3, 4,});")], [2],
    'in a literal, too';
is_deeply [by_position('struct a x = {1, {2, 3}, f(4, 5)}; struct a y = '
    . '{.a = 1, .b = 2, .c = 3, .d = 4}; struct a z[] = {p, q, r, s};')], [],
    'three values, names and arrays are none';

my @found;
for my $file (sources(qr/\.[ch]$/)) {
	push @found, map { "$file:$_" } by_position(code_of(slurp($file)));
}
is "@found", '', 'structs of more than three members are filled by names';

# ---- sizeof -----------------------------------------------------------------

# Lines with a sizeof that has no brackets.
sub bare_sizeof {
	my ($code) = @_;
	my @lines;
	push @lines, 1 + (substr($code, 0, $-[0]) =~ tr/\n//)
	    while $code =~ /\bsizeof\b(?!\()/g;
	return @lines;
}

is_deeply [bare_sizeof("a = sizeof(b);\nc = sizeof d + sizeof *e;")], [2, 2],
    'a sizeof without brackets is seen';
@found = ();
for my $file (sources(qr/\.[ch]$/)) {
	push @found, map { "$file:$_" } bare_sizeof(code_of(slurp($file)));
}
is "@found", '', 'sizeof(x) everywhere';

done_testing;
