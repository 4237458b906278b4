# Nothing stands twice: no run of six lines inside a function is found in two
# places, neither to the letter nor with other names.  Tables may look alike.
use strict;
use warnings;
use Test::More;
use Tree;

use constant {
	RUN => 6,	# lines
	LEAST => 45,	# words and signs of a run that differs in its names
};

# Twins that stay, as "file: first line of the run", each with its reason.
my %accepted = (
);

# The functions of a file, each a list of [number, text] of the lines that
# count: no blank ones, no lone punctuation, no declaration without a value, no
# rows of tables: neither of initialisers nor of calls that write one cell of a
# listing or one member of an object each.
sub bodies {
	my ($code) = @_;
	my ($n, $depth, $table, @bodies) = (0, 0, 0);
	for (split /\n/, $code) {
		$n++;
		next if /^\s*#/;
		push @bodies, [] if /^\{/;
		my $row = $table;
		$table = 1 if /=\s*(?:\([\w ]+(?:\[\])?\)\s*)?\{\s*$/;
		$table = 0 if /^\s*\}.*;\s*$/;
		next if $row || $table || !@bodies || /^\S/;
		s/\s+/ /g;
		s/^ | $//g;
		next if /^\W*$/ || (!/^(?:return|goto)\b/
		    && /^(?:\w+ )*\w+ [*\w][\w, *\[\]]*;$/)
		    || /^(?:listing|jout)_(?:text|textz|str|int|bool|time|isc)\(/;
		push @{$bodies[-1]}, [$n, $_];
	}
	return @bodies;
}

sub words { scalar(my @words = $_[0] =~ /\w+|"[^"]*"|->|[^\s\w]/g) }

my %kept = map { $_ => 1 } qw(if else for while do switch case default return
    break continue goto sizeof static const struct enum union int char bool
    void unsigned size_t int64_t true false NULL must);

# A run without its names: each is numbered as it comes, so that two runs are
# alike only if their names play the same parts.
sub shape {
	my (@lines) = @_;
	my ($count, %number) = (0);
	return join "\n", map {
		s/\b(\w+)\b/$kept{$1} ? $1 : $1 =~ m{^\d} ? 0
		    : 'x' . ($number{$1} \/\/= ++$count)/ger
	} @lines;
}

sub letters { join "\n", @_ }

# Pairs of places, "a.c:10-16 b.c:40-46", at which RUN lines and more are alike.
sub twins {
	my ($texts, $how, $least) = @_;
	my (%seen, @pairs);
	# By name, not by folder: who is the second does not change by a move.
	for my $file (sort { $a =~ s{.*/}{}r cmp $b =~ s{.*/}{}r }
	    keys %$texts) {
		for my $body (bodies($texts->{$file})) {
			my ($last, $end) = (undef, -1);
			for my $i (0 .. $#$body - RUN + 1) {
				my @run = map { $_->[1] } @$body[$i .. $i + RUN - 1];
				next if words("@run") < $least;
				my $at = [$file, $body, $i];
				my $first = $seen{$how->(@run)};
				if (!$first) { $seen{$how->(@run)} = $at; next }
				next if $first->[1] == $body && $i - $first->[2] < RUN;
				if ($i <= $end) { $pairs[-1][1] = $at->[2] + RUN - 1 }
				else {
					push @pairs, [$at, $i + RUN - 1, $first, $run[0]];
				}
				$end = $i + RUN - 1;
			}
		}
	}
	return map {
		my ($at, $to, $first, $line) = @$_;
		my $size = $to - $at->[2];
		my $other = $first->[1][$first->[2] + $size]
		    // $first->[1][-1];
		{text => sprintf('%s:%d-%d %s:%d-%d', $first->[0],
		    $first->[1][$first->[2]][0], $other->[0], $at->[0],
		    $at->[1][$at->[2]][0], $at->[1][$to][0]),
		    line => $at->[0] =~ s{.*/}{}r . ": $line"};
	} @pairs;
}

sub pairs { scalar(my @found = twins(@_)) }
my $one = join '', "int\nf(void)\n{\n", (map { "\ta$_(b, $_);\n" } 1 .. 6), "}\n";
my $other = $one =~ s/b/z/gr;
is pairs({'a.c' => $one, 'b.c' => "int\ng;\n$one"}, \&letters, 0), 1,
    'the same six lines in two files are found';
is pairs({'a.c' => $one, 'b.c' => $other}, \&letters, 0), 0,
    'other names are not the same to the letter';
is pairs({'a.c' => $one, 'b.c' => $other}, \&shape, 0), 1,
    'but of the same shape';
is pairs({'a.c' => $one, 'b.c' => $other =~ s/z, 3/y, 3/r}, \&shape, 0), 0,
    'unless their names play other parts';
is pairs({'a.c' => $one, 'b.c' => $one =~ s/\ta3.*\n//r}, \&letters, 0), 0,
    'five lines are not enough';
is pairs({'a.c' => "int t[] = {\n" . "\t{1, 2},\n" x 20 . "};\n"}, \&letters,
    0), 0, 'tables may look alike';

my %texts = map { $_ => code_of(slurp($_)) }
    sources(qr{^(?:src|cgi-bin|sbin)/.*\.c$});
my %used;
for ([\&letters, 0, 'no six lines stand twice'],
    [\&shape, LEAST, 'no six lines have the same shape']) {
	my ($how, $least, $name) = @$_;
	my @found = grep { !($accepted{$_->{line}} && ++$used{$_->{line}}) }
	    twins(\%texts, $how, $least);
	is join("\n", map { $_->{text} } @found), '', $name
	    or diag map { "\t'$_->{line}' => '',\n" } @found;
}
is join("\n", grep { !$used{$_} } sort keys %accepted), '',
    'all that is accepted is still there';
done_testing;
