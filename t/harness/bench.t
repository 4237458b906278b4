# bench/run on a machine that never ran ./check: it installs what it needs before
# it needs it, and no browser, no spreadsheet, no second compiler.
use strict;
use warnings;
use File::Copy qw(copy);
use File::Path qw(make_path);
use File::Temp;
use FindBin qw($Bin);
use Test::More;

my $dir = File::Temp->newdir;
make_path map { "$dir/$_" } qw(bench etc lib/Mojo);
copy "$Bin/../../bench/run", "$dir/bench/run" or die $!;

sub put {
	my ($name, $text) = @_;
	open my $h, '>', "$dir/$name" or die "$name: $!";
	print $h $text;
	close $h or die $!;
	chmod 0755, "$dir/$name";
}

# Stands for the module that is not there yet.
put('lib/Mojo/Base.pm', 'die "Mojo is not there\n";');
put('etc/install-packages', qq{#!/bin/sh\necho "\$*" >"$dir/asked"\nexit 1\n});
my $said = qx{PERL5LIB="$dir/lib" perl "$dir/bench/run" none 2>&1};
isnt $?, 0, 'without packages it ends';
like $said, qr{\Abench/run: packages missing\n(?!.*Mojo)}s,
    '... before it loads one of them';
open my $h, '<', "$dir/asked" or die $!;
my @groups = split ' ', <$h>;
is "@groups", 'build run drive bench', 'these groups are asked for';

open $h, '<', "$Bin/../../etc/packages" or die $!;
my %in = map { $_ => [] } @groups;
while (<$h>) {
	my ($group, $names) = /^(\w+): (.*)/ or next;
	push @{$in{$group}}, split ' ', $names if $in{$group};
}
ok scalar @{$in{$_}}, "$_ has packages" for @groups;
is join(' ', grep { /office|chromium|^clang|^php-cli$/ } map { @{$in{$_}} }
    @groups), 'php-cli', 'what measures is among them, what ./check needs is not';
put('etc/install-packages', "#!/bin/sh\nexit 0\n");
like qx{PERL5LIB="$dir/lib" perl "$dir/bench/run" none 2>&1},
    qr/^Mojo is not there/, 'with packages it goes on';
done_testing;
