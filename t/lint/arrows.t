# The arrows between the shelves point down, in includes and in calls.
use strict;
use warnings;
use Test::More;
use Tree;

# What each shelf may use besides itself.
my %below = (
    base => [],
    data => [qw(base)],
    wire => [qw(base)],
    core => [qw(base data wire)],
    web => [qw(base data wire core)],
    api => [qw(base data wire core web)],
    face => [qw(base data wire core web api)],
    work => [qw(base wire core)],
    hub => [qw(base wire)],
    cli => [qw(base wire core)],
    sim => [qw(base wire)],
);

my %home;	# header name -> shelves
for (sources(qr/^src\/.*\.h$/)) {
	my ($name) = m{([^/]+)$};
	push @{$home{$name}}, shelf_of($_);
}
for my $shelf (sort keys %below) {
	my %may = map { $_ => 1 } $shelf, @{$below{$shelf}};
	my @twice = grep { 1 < grep { $may{$_} } @{$home{$_}} } sort keys %home;
	is "@twice", '', "no two headers that $shelf sees have the same name";
}

for my $file (sources(qr/^src\/.*\.[ch]$/)) {
	my $shelf = shelf_of($file);
	my %may = map { $_ => 1 } $shelf, @{$below{$shelf} //
	    die "$file: what may the shelf $shelf use? Say it in $0"};
	my @wrong = grep { $home{$_} && !grep { $may{$_} } @{$home{$_}} }
	    slurp($file) =~ /^\s*#\s*include\s+"([^"]+)"/mg;
	is "@wrong", '', "$file includes only downward";
}

# Calls: what a library needs must be defined on a shelf that it may use.
my $build = $ENV{FLEETLINE_PLAIN} // 'build';
my (%defined, %needed);
for my $shelf (sort keys %below) {
	my $lib = "$build/lib$shelf.a";
	next unless -e $lib;
	for (`nm -A '$lib' 2>/dev/null`) {
		my ($object, $kind, $symbol) =
		    /:([^:]+):\S*\s+([A-Za-z])\s+(\w+)$/ or next;
		if ($kind eq 'U') { push @{$needed{$shelf}{$symbol}}, $object }
		# The names of the values in rows travel up with the row types.
		elsif ($object =~ /data_a-row\.o$/) { }
		elsif ($kind =~ /[TDBRVW]/) { push @{$defined{$symbol}}, $shelf }
	}
}
for my $shelf (sort keys %needed) {
	my %may = map { $_ => 1 } $shelf, @{$below{$shelf}};
	# The faces see rows in core's headers, but call no SQL themselves.
	delete $may{data} if $shelf =~ /^(?:web|api|face)$/;
	my @wrong = grep { $defined{$_} && !grep { $may{$_} } @{$defined{$_}} }
	    sort keys %{$needed{$shelf}};
	is join(' ', map { "$_ (@{$needed{$shelf}{$_}})" } @wrong), '',
	    "lib$shelf calls only downward";
}

done_testing;
