# Promtool -- Debian's promtool, for tests.
#
#	my ($promtool, $why) = Promtool::find();
#
# The one of this machine, or that of Debian's package prometheus, unpacked:
# installing it would start a server.  It is kept in the build folder, so that it
# is fetched once.  Without a package archive there is none: then $why says so.
package Promtool;
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Copy qw(copy);
use File::Temp qw(tempdir);

my $top = abs_path(dirname(__FILE__) . '/../..');

sub find {
	for (split /:/, $ENV{PATH}) {
		return "$_/promtool" if -x "$_/promtool";
	}
	my $build = $ENV{FLEETLINE_PLAIN} // $ENV{FLEETLINE_BUILD} // "$top/build";
	my $kept = "$build/promtool";
	return $kept if -x $kept;
	my $dir = tempdir('promtool-XXXXXX', TMPDIR => 1, CLEANUP => 1);
	my $fetch = 'cd "$0" && { apt-get -q -o Acquire::http::Timeout=20'
	    . ' -o Acquire::Retries=0 download prometheus && dpkg -x prometheus_*.deb . ; } >log 2>&1';
	my $got = "$dir/usr/bin/promtool";
	return undef, 'no package prometheus: ' . last_line("$dir/log")
	    if system('sh', '-c', $fetch, $dir) != 0 || !-x $got;
	# Another test may do the same now.
	return $got unless copy($got, "$kept.$$") && chmod(0755, "$kept.$$")
	    && rename "$kept.$$", $kept;
	return $kept;
}

sub last_line {
	open my $in, '<', $_[0] or return '';
	my @lines = <$in>;
	chomp @lines;
	return $lines[-1] // '';
}

1;
