# No circle between the modules of src: a module is a .c and its .h, and uses
# another when one of both includes the other's header.  What is in a circle is
# understood together or not at all.
use strict;
use warnings;
use Test::More;
use Tree;

# module => {module it uses => 1}; files: path => text.  Of headers of one name a
# file means that of the nearest room.
sub uses {
	my ($files) = @_;
	my (%homes, %uses);
	push @{$homes{s{.*/}{}r}}, $_ for grep { /\.h$/ } sort keys %$files;
	for my $file (keys %$files) {
		my $module = $file =~ s/\.[ch]$//r;
		$uses{$module} //= {};
		for ($files->{$file} =~ /^\s*#\s*include\s+"([^"]+)"/mg) {
			my @homes = @{$homes{$_} // []} or next;
			my ($home) = grep { defined } map {
				my $room = $_;
				grep { room_of($_) eq $room } @homes;
			} room_of($file), sees(room_of($file));
			my $used = ($home // next) =~ s/\.h$//r;
			$uses{$module}{$used} = 1 if $used ne $module;
		}
	}
	return \%uses;
}

# The circles, each as a sorted list of modules (Tarjan's strong components).
sub circles {
	my ($uses) = @_;
	my ($n, %order, %low, @stack, %stacked, @found) = (0);
	my $visit;
	$visit = sub {
		my ($v) = @_;
		$order{$v} = $low{$v} = $n++;
		push @stack, $v;
		$stacked{$v} = 1;
		for my $w (sort keys %{$uses->{$v}}) {
			$visit->($w) if !defined $order{$w};
			$low{$v} = $low{$w} if $stacked{$w} && $low{$w} < $low{$v};
		}
		return if $low{$v} != $order{$v};
		my @part;
		do {
			push @part, pop @stack;
			$stacked{$part[-1]} = 0;
		} until $part[-1] eq $v;
		push @found, [sort @part] if @part > 1;
	};
	for (sort keys %$uses) { $visit->($_) if !defined $order{$_} }
	return @found;
}

# Each circle with the arrows inside it.
sub told {
	my ($uses, @circles) = @_;
	my @lines;
	for my $circle (@circles) {
		my %in = map { $_ => 1 } @$circle;
		push @lines, map {
			my $v = $_;
			"$v -> " . join ' ', grep { $in{$_} } sort keys %{$uses->{$v}};
		} @$circle;
	}
	return join "\n", @lines;
}

my %small = ('src/base/a.c' => qq{#include "a.h"\n#include "b.h"\n},
    'src/base/a.h' => '', 'src/base/b.h' => qq{#include "c.h"\n},
    'src/base/c.h' => '', 'src/base/c.c' => qq{#include "c.h"\n});
is told(uses(\%small), circles(uses(\%small))), '', 'no circle in a chain';
$small{'src/base/c.c'} .= qq{#include "a.h"\n};
is told(uses(\%small), circles(uses(\%small))),
    "src/base/a -> src/base/b\nsrc/base/b -> src/base/c\nsrc/base/c -> src/base/a",
    'a circle over a source and a header is found';

# The steps of the schema stand on the store that runs them.
my @apart = map { [map { "src/data/$_" } @$_] } ['schema/migrate', 'store'];
my $uses = uses({map { $_ => slurp($_) } sources(qr{^src/.*\.[ch]$})});
my @found = grep { my $c = $_; !grep { "@$_" eq "@$c" } @apart } circles($uses);
is told($uses, @found), '', 'no circle in the tree';
done_testing;
