# Each module of src has a test: one of its name, or one that the table "What
# tests what" of doc/architecture.md names.  Modules and tests are known by their
# file names, wherever they stand.
use strict;
use warnings;
use Test::More;
use Tree;

# [pattern of modules, tests] of each row.
sub rows {
	my ($text) = @_;
	my ($table) = $text =~ /^## What tests what\n(.*?)^## /ms or return;
	my @rows;
	for (grep { /^\| `/ } split /\n/, $table) {
		my ($modules, $tests) = (split /\|/)[1, 2];
		my @tests = $tests =~ /`([^`]+)`/g;
		push @rows, map { [$_, @tests] } $modules =~ /`([^`]+)`/g;
	}
	return @rows;
}

sub matches {
	my ($pattern, $name) = @_;
	$pattern = join '\w+', map { quotemeta } split /\*/, $pattern, -1;
	return $name =~ /^$pattern$/;
}

# What is wrong: modules without a test, rows without a module, tests that are
# not there.
sub faults {
	my ($modules, $tests, @rows) = @_;
	my %test = map { m{([^/]+)$} ? ($1 => 1) : () } @$tests;
	my %named = map { s/\.\w+$//r => 1 } keys %test;
	my @wrong;
	for my $module (sort @$modules) {
		push @wrong, "$module has no test" if !$named{$module}
		    && !grep { matches($_->[0], $module) } @rows;
	}
	for my $row (@rows) {
		my ($pattern, @names) = @$row;
		push @wrong, "$pattern: no such module"
		    unless grep { matches($pattern, $_) } @$modules;
		push @wrong, "$pattern: no test is named" unless @names;
		push @wrong, map { "$pattern: no test $_" }
		    grep { m{([^/]+)$} && !$test{$1} } @names;
	}
	return join "\n", @wrong;
}

is faults(['a', 'b_x'], ['t/r/a.c', 't/e/c.t'], ['b_*', 't/e/c.t']), '',
    'a test by name and one by the table';
is faults(['a', 'b'], ['t/r/a.c']), 'b has no test',
    'a module without a test is found';
is faults(['a'], ['t/r/a.c'], ['b', 't/r/a.c']), 'b: no such module',
    'a row of a module that has gone is found';
is faults(['a'], ['t/r/x.c'], ['a', 't/r/y.c']), 'a: no test t/r/y.c',
    'a test that has gone is found';

my @modules = map { m{([^/]+)\.c$} } sources(qr{^src/.*\.c$});
my @tests = sources(qr{^t/(?!lint/|harness/|fuzz/|lib/).*\.(?:c|t)$});
my @rows = rows(slurp('doc/architecture.md'));
cmp_ok scalar @rows, '>', 10, 'the table is there';
is faults(\@modules, \@tests, @rows), '', 'each module of src has a test';
done_testing;
