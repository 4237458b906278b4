# Tree -- the sources, for the lint tests.
package Tree;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(sources slurp code_of room_of rooms sees);

# Files of the tree (not of build folders) that match.
sub sources {
	my ($match) = @_;
	my @found;
	my @folders = qw(src cgi-bin sbin t bench);
	while (defined(my $dir = shift @folders)) {
		opendir my $d, $dir or next;
		for my $name (sort grep { !/^\./ } readdir $d) {
			my $path = "$dir/$name";
			if (-d $path) { push @folders, $path }
			elsif ($path =~ $match) { push @found, $path }
		}
	}
	return sort @found;
}

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!";
	local $/;
	return scalar <$in>;
}

# C code without comments, strings and characters; lines keep their numbers.
sub code_of {
	my ($text) = @_;
	my $blank = sub { (my $s = $_[0]) =~ s/[^\n]/ /g; $s };
	$text =~ s{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*")|('(?:\\.|[^'\\\n])*')}
	    {defined $1 ? $blank->($1) : defined $2 ? '""' : "' '"}gse;
	return $text;
}

# The rooms of src and what each may use besides itself, the nearest first: the
# picture of doc/architecture.md.  A room's library is lib<room>.a, its include
# path <ROOM>_INC in Makefile.am.
my @hall = qw(data wire base);
my %sees = (
    base => [],
    data => [qw(base)],
    wire => [qw(base)],
    core => [@hall],
    tenant => ['core', @hall],
    device => [qw(tenant core), @hall],
    config => [qw(device tenant core), @hall],
    phone => [qw(config device tenant core), @hall],
    job => [qw(phone config device tenant core), @hall],
    alarm => [qw(job phone config device tenant core), @hall],
    rental => [qw(alarm job phone config device tenant core), @hall],
    billing => [qw(rental alarm job phone config device tenant core), @hall],
    hub => [qw(wire base)],
    sim => [qw(wire base)],
);
my @rules = qw(billing rental alarm job phone config device tenant core wire base);
$sees{web} = [@rules, 'data'];
$sees{api} = ['web', @{$sees{web}}];
$sees{face} = ['api', @{$sees{api}}];
$sees{work} = $sees{dispatch} = $sees{cli} = [@rules];

sub rooms { return sort keys %sees }

# What files of the room may include headers of.
sub sees { return @{$sees{$_[0]}} }

# "device" of src/core/device/deliver/deliver.c; "cgi-bin" and "sbin" stand
# above all.
sub room_of {
	my ($path) = @_;
	return $1 if $path =~ m{^src/core/(\w+)/};
	return $1 if $path =~ m{^src/web/(\w+)/};
	return $1 if $path =~ m{^src/(\w+)/};
	return $1 if $path =~ m{^(cgi-bin|sbin)/};
	return;
}

1;
