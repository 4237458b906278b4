# The counting rules: functions, files, headers and pairs are not larger, and
# not less explained, than we allow ourselves.
use strict;
use warnings;
use Test::More;
use Tree;

use constant {
	FUNCTION => 60,	# lines
	FILE => 500,	# lines, in src
	COMMENT => 30,	# percent of the headers of a room
	PAIRED => 90,	# percent of the modules of src
};

# [name, lines] of each function, from its name to its end, both of which stand
# in the first column.
sub functions {
	my ($code) = @_;
	my ($n, $name, $from, @found) = (0);
	for (split /\n/, $code) {
		$n++;
		if (!defined $from && /^(\w+)\(/) { $name = [$1, $n] }
		elsif (/^\{/ && $name) { $from = $name->[1] }
		elsif (/^\}/ && defined $from) {
			push @found, [$name->[0], $n - $from + 1];
			($name, $from) = ();
		}
		elsif (/;\s*$/ && !defined $from) { $name = undef }
	}
	return @found;
}

sub lines { $_[0] =~ tr/\n// }

# The value below which the share lies.
sub at {
	my ($share, @sorted) = @_;
	return @sorted ? $sorted[$share * $#sorted] : 0;
}

# Percent of a text that is comment.
sub comment_share {
	my ($text) = @_;
	my $comment = join '', $text =~ m{/\*.*?\*/}gs;
	return length $text ? 100 * length($comment) / length $text : 100;
}

# Whether a source has a header: its own, that of the module it is a part of
# (device.h of device_add.c), or that of its room (api.h of api/account.c).
sub paired {
	my ($file, $texts) = @_;
	my ($room, $name) = $file =~ m{^(.*/)(\w+)\.c$} or return;
	my ($folder) = $room =~ m{(\w+)/$};
	return grep { $texts->{"$room$_.h"} } $name, $name =~ s/_\w+$//r,
	    $name =~ s/_.*//r, $folder;
}

# What is wrong with path => text, as sentences.
sub faults {
	my ($texts) = @_;
	my (@wrong, %room, @c);
	for my $file (sort keys %$texts) {
		my $text = $texts->{$file};
		my ($room) = $file =~ m{^(.*)/};
		push @wrong, map { "$file: $_->[0] has $_->[1] lines" }
		    grep { $_->[1] > FUNCTION } functions(code_of($text));
		next if $file !~ /^src/;
		push @wrong, "$file has " . lines($text) . ' lines'
		    if lines($text) > FILE;
		$room{$room} .= $text if $file =~ /\.h$/;
		push @c, $file if $file =~ /\.c$/;
	}
	for (sort keys %room) {
		my $share = comment_share($room{$_});
		push @wrong, sprintf '%s: %.0f %% of its headers are comment', $_,
		    $share if $share < COMMENT;
	}
	my $paired = grep { paired($_, $texts) } @c;
	push @wrong, "$paired of " . @c . ' modules have a header'
	    if @c && 100 * $paired < PAIRED * @c;
	return @wrong;
}

my $line = "\tx();\n";
my $head = "/* a is what it is, and says so. */\nint a(void);\n";
my %good = ('src/r/a.c' => "int\na(void)\n{\n" . $line x 57 . "}\n",
    'src/r/a.h' => $head);
is join('; ', faults(\%good)), '', 'sixty lines and a header are good';
is join('; ', faults({%good, 'src/r/a.c' => $good{'src/r/a.c'} =~
    s/\}\n$/\tx();\n}\n/r})), 'src/r/a.c: a has 61 lines',
    'a function that is too long is found';
is join('; ', faults({%good, 'src/r/a.c' => "int t;\n" x 501})),
    'src/r/a.c has 501 lines', 'a file that is too long is found';
is join('; ', faults({%good, 'src/r/a.h' => "/* a */\nint a(void), b(void);\n"})),
    'src/r: 23 % of its headers are comment', 'a silent header is found';
is join('; ', faults({%good, 'src/r/b.c' => $line})),
    '1 of 2 modules have a header', 'a file without header is found';

my %texts = map { $_ => slurp($_) }
    grep { $_ ne 'src/data/sql.h' } sources(qr/\.[ch]$/);
is join("\n", faults(\%texts)), '', 'the tree keeps the counting rules';

my @sizes = sort { $a <=> $b } map { $_->[1] } map {
    functions(code_of($texts{$_})) } grep { /^(?:src|cgi-bin|sbin).*c$/ }
    keys %texts;
my @files = sort { $a <=> $b } map { lines($texts{$_}) }
    grep { /^src.*\.c$/ } keys %texts;
diag sprintf 'functions: %d, median %d lines, 90 %% below %d, longest %d;'
    . ' files: %d, median %d, 90 %% below %d, longest %d', scalar @sizes,
    at(0.5, @sizes), at(0.9, @sizes), $sizes[-1], scalar @files,
    at(0.5, @files), at(0.9, @files), $files[-1];
my %room;
$room{m{^(.*)/} ? $1 : ''} .= $texts{$_} for grep { /^src.*\.h$/ } keys %texts;
diag join ', ', map { sprintf '%s %.0f %%', $_, comment_share($room{$_}) }
    sort keys %room;
my @c = grep { /^src.*\.c$/ } keys %texts;
my $paired = grep { paired($_, \%texts) } @c;
my $own = grep { $texts{s/c$/h/r} } @c;
diag sprintf 'with a header: %d of %d, %.0f %%; of their own: %d', $paired,
    scalar @c, 100 * $paired / @c, $own;
done_testing;
