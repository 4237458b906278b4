# The arrows between the rooms point down: in includes, because the include path
# of a room has no others; and in calls.
use strict;
use warnings;
use File::Temp;
use Test::More;
use Tree;

my $build = $ENV{FLEETLINE_PLAIN} // 'build';

my %home;	# header name -> rooms
for (sources(qr/^src\/.*\.h$/)) {
	my ($name) = m{([^/]+)$};
	push @{$home{$name}}, room_of($_);
}
for my $room (rooms()) {
	my %may = map { $_ => 1 } $room, sees($room);
	my @twice = grep { 1 < grep { $may{$_} } @{$home{$_}} } sort keys %home;
	is "@twice", '', "no two headers that $room sees have the same name";
}

my %known = map { $_ => 1 } rooms();
for my $file (sources(qr/^src\/.*\.[ch]$/)) {
	my $room = room_of($file);
	$known{$room} or die "$file: what may the room $room use? Say it in t/lib/Tree.pm";
	my %may = map { $_ => 1 } $room, sees($room);
	my @wrong = grep { $home{$_} && !grep { $may{$_} } @{$home{$_}} }
	    slurp($file) =~ /^\s*#\s*include\s+"([^"]+)"/mg;
	is "@wrong", '', "$file includes only downward";
}

my ($house) = slurp('doc/architecture.md') =~ /^## The house\n(.*?)^## /ms;
my %folders = map { s{(?:/schema|/deliver)?/[^/]+$}{/}r => 1 }
    sources(qr/^src\/.*\.c$/);
is join(' ', grep { $house !~ /^\| `\Q$_\E` \|/m } sort keys %folders), '',
    'doc/architecture.md shows each room';

# The compiler says so as well: what a room may see gets through, a header from a
# room above is not even found.
sub flags {
	my $lines = join '', map { "\t\@echo '$_ \$(DEFAULT_INCLUDES)"
	    . " \$(lib${_}_a_CPPFLAGS)'\n" } rooms();
	my $make = File::Temp->new;
	print $make "flags:\n$lines";
	close $make;
	return map { /^(\S+) (.*)/ ? ($1 => $2) : () }
	    `make -s -C '$build' -f Makefile -f '$make' flags`;
}

sub complaints {
	my ($flags, $may, $others) = @_;
	my $source = File::Temp->new(SUFFIX => '.c');
	print $source map({ qq{#if __has_include("$_")\n#error $_\n#endif\n} }
	    @$others), map { qq{#include "$_"\n} } @$may;
	close $source;
	return scalar `cd '$build' && cc -D_GNU_SOURCE $flags -E '$source' 2>&1 >/dev/null`;
}

SKIP: {
	skip "$build is not built", 1 unless -e "$build/Makefile";
	my %headers;	# room -> a header that no other room has
	for (sort keys %home) {
		$headers{$home{$_}[0]} //= $_ if @{$home{$_}} == 1;
	}
	my %flags = flags();
	for my $room (rooms()) {
		my %may = map { $_ => 1 } $room, sees($room);
		# Who sees the rules sees the rows in their headers.
		$may{data} = 1 if $may{core};
		my @known = grep { $headers{$_} } rooms();
		is complaints($flags{$room},
		    [map { $headers{$_} } grep { $may{$_} } @known],
		    [map { $headers{$_} } grep { !$may{$_} } @known]), '',
		    "an include in $room compiles when it points down";
	}
}

# Calls: what a library needs must be defined in a room that it may use.
my (%defined, %needed);
for my $room (rooms()) {
	my $lib = "$build/lib$room.a";
	next unless -e $lib;
	for (`nm -A '$lib' 2>/dev/null`) {
		my ($object, $kind, $symbol) =
		    /:([^:]+):\S*\s+([A-Za-z])\s+(\w+)$/ or next;
		if ($kind eq 'U') { push @{$needed{$room}{$symbol}}, $object }
		elsif ($kind =~ /[TDBRVW]/) { push @{$defined{$symbol}}, $room }
	}
}
for my $room (sort keys %needed) {
	my %may = map { $_ => 1 } $room, sees($room);
	# The faces see rows in core's headers, but call no SQL themselves.
	delete $may{data} if $room =~ /^(?:web|api|face)$/;
	my @wrong = grep { $defined{$_} && !grep { $may{$_} } @{$defined{$_}} }
	    sort keys %{$needed{$room}};
	is join(' ', map { "$_ (@{$needed{$room}{$_}})" } @wrong), '',
	    "lib$room calls only downward";
}

done_testing;
