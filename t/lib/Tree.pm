# Tree -- the sources, for the lint tests.
package Tree;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(sources slurp code_of shelf_of);

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

# "core" of src/core/device/device.c, "api" of src/web/api/api.c; "cgi-bin" and
# "sbin" stand above all.
sub shelf_of {
	my ($path) = @_;
	return $1 if $path =~ m{^src/web/(api|face)/};
	return $1 if $path =~ m{^src/(\w+)/};
	return $1 if $path =~ m{^(cgi-bin|sbin)/};
	return;
}

1;
