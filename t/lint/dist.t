# The archive that "make dist" makes has each file of the repository.
use strict;
use warnings;
use Cwd qw(getcwd);
use File::Temp;
use Test::More;

my $build = $ENV{FLEETLINE_PLAIN} // 'build';
my @files = grep { $_ ne '.gitignore' } split /\n/,
    `git ls-files 2>/dev/null`;
plan skip_all => 'this is no repository' unless @files;
plan skip_all => "$build is not built" unless -e "$build/Makefile";

my $top = getcwd;
my $make = File::Temp->new;
print $make "files:\n\t\@printf '%s\\n' \$(DISTFILES)\n";
close $make;
my %has = map { chomp; s{^(?:\Q$top\E/|\.\./|\./)+}{}r => 1 }
    `make -s -C '$build' -f Makefile -f '$make' files`;
cmp_ok scalar(keys %has), '>', 100, 'it has files';
is join(' ', grep { my $file = $_;
    !$has{$file} && !grep { $has{$_} } map { substr $file, 0, $_ }
    map { $_ - 1 } grep { substr($file, $_ - 1, 1) eq '/' } 1 .. length $file
    } @files), '', 'nothing is left out';
done_testing;
