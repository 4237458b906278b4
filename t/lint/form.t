# The form of the sources: layout, sizes, headers that stand alone and explain
# themselves, manual pages.
use strict;
use warnings;
use Test::More;
use Tree;
use File::Temp;

sub have { `sh -c 'command -v $_[0]'` ne '' }

my @c = sources(qr/\.[ch]$/);
SKIP: {
	skip 'clang-format is not installed', 1 unless have('clang-format');
	my %bad;
	for (`clang-format --dry-run @c 2>&1`) {
		$bad{$1}++ if /^(\S+?):\d+:\d+: warning: code should be/;
	}
	is join(' ', sort keys %bad), '', 'all sources are laid out by clang-format';
}

SKIP: {
	skip 'ctags is not installed', 2 unless have('ctags');
	my (@long, @many);
	for (`ctags --languages=C --kinds-C=f --fields=+neS -f - @c`) {
		my ($name, $file) = split /\t/;
		my ($from) = /\tline:(\d+)/ or next;
		my ($to) = /\tend:(\d+)/ or next;
		push @long, "$file:$name" if $to - $from + 1 > 60;
		my ($signature) = /\tsignature:\((.*)\)/ or next;
		# Parameters of a callback do not count, nor does the error value
		# that every function that can fail has at the end.
		1 while $signature =~ s/\([^()]*\)//g;
		$signature =~ s/,\s*struct err \*\s*\w+$//;
		push @many, "$file:$name"
		    if ($signature =~ tr/,//) > 4 && $file !~ m{^(?:t|bench)/};
	}
	is "@long", '', 'no function has more than 60 lines';
	is "@many", '', 'no function has more than 5 parameters';
}

my @big = grep { (slurp($_) =~ tr/\n//) > 500 } grep { !m{^t/} } @c;
is "@big", '', 'no file has more than 500 lines';

my $folder = File::Temp->newdir;
my %in = map { m{^(.*)/} => 1 } sources(qr/^src\/.*\.h$/);
my @folders = sort keys %in;
my $config = -e 'build/config.h' ? '-include build/config.h' : '';
for my $header (sources(qr/^src\/.*\.h$/)) {
	my @inc = map { "-I$_" } grep { !m{^src/(?:hub|sim)} || $header =~ m{^\Q$_\E/} }
	    @folders;
	my $flags = "-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror $config @inc";
	open my $out, '>', "$folder/alone.c" or die;
	print $out "#include \"../$header\"\n";
	close $out;
	my $said = `printf '#include "$header"\\n' | gcc $flags -I. -fsyntax-only -xc - 2>&1`;
	is $said, '', "$header compiles alone";

	my $text = slurp($header);
	next if $header eq 'src/data/sql.h';	# a table of statements
	my $comments = join '', $text =~ m{/\*.*?\*/}gs;
	my $share = 100 * length($comments) / length $text;
	cmp_ok $share, '>=', 30, "$header explains itself";
}

SKIP: {
	my @pages = glob 'man/*.[1-8]';
	skip 'no manual pages or no mandoc', 1 unless @pages && have('mandoc');
	my @said = grep { !/referenced manual not found|outdated mandoc\.db/ }
	    `mandoc -T lint -W style @pages 2>&1`;
	is join('', @said), '', 'the manual pages have no faults';
}

done_testing;
