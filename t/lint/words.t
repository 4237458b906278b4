# Plain words: what newcomers stumbled over does not come back to what they read
# first, and what "deploy" means is said.
use strict;
use warnings;
use Test::More;
use Tree;

my @refused = ('wherever they stand', 'whoever knows the secret key may ask',
    'what its login lived on', 'narrows nothing until');

sub found {
	my ($text) = @_;
	my $flat = $text =~ s/\s+/ /gr;
	return grep { index($flat, $_) >= 0 } @refused;
}

is join(',', found("read from wherever\nthey stand")), 'wherever they stand',
    'a phrase is found, over two lines, too';
is join(',', found('where they are')), '', 'plain words are not';
is join(',', found(slurp($_))), '', "$_ has plain words"
    for 'README', glob('doc/*.md'), glob('man/*');
like slurp('doc/first-device.md'), qr/^## What "deploy" means$/m,
    'what "deploy" means has a place';
like slurp('README'), qr/doc\/first-device\.md/, 'and README leads there';
done_testing;
