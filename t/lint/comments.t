# Comments keep their form: a table in a header is a part of its manual.
use strict;
use warnings;
use Test::More;
use Tree;

# Lines of block comments that begin with a word right behind the star: a
# formatter has filled what was a table or a list.
sub filled {
	my ($text) = @_;
	my @found;
	while ($text =~ m{(/\*.*?\*/)}gs) {
		push @found, grep { m{^\s*\*[^\s*/]} } split /\n/, $1;
	}
	return @found;
}

is scalar(filled("/*\n * a table:\n *\tone\ttwo\n */\n")), 0,
    'a table is left alone';
is scalar(filled("/*\n * claim right digest\n *\n *claim wrong\n */\n")), 1,
    'a table that was filled is found';
for my $file (sources(qr/\.[ch]$/)) {
	my @found = filled(slurp($file));
	is "@found", '', "the comments of $file are whole";
}
like slurp('.clang-format'), qr/^ReflowComments: false$/m,
    'clang-format keeps its hands off comments';
done_testing;
