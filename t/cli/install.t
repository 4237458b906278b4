# "make install" puts the completion where bash-completion of Debian looks for it,
# and "make uninstall" takes it away again.
use Mojo::Base -strict, -signatures;
use File::Temp;
use Mojo::File qw(path);
use Test::More;

my $build = $ENV{FLEETLINE_PLAIN} // $ENV{FLEETLINE_BUILD} // 'build';
my $dir = File::Temp->newdir;
my $file = path("$dir/usr/share/bash-completion/completions/fleetline");

sub make ($target) {
	local $ENV{MAKEFLAGS} = '';
	my $what = "$target-nodist_bashcompletionDATA";
	my $said = qx{make -s -C "$build" $what DESTDIR="$dir" prefix=/usr 2>&1};
	is $?, 0, "make $target" or diag $said;
}

make('install');
is eval { $file->slurp }, scalar qx{"$build/sbin/fleetline" completion},
    'it is what the command prints, under DESTDIR and prefix';
is +(stat $file)[2] & 0777, 0644, 'anybody can read it';
like qx{bash -c '. "$file"; complete -p fleetline' 2>&1},
    qr/^complete .*_fleetline fleetline$/, 'bash takes it';
SKIP: {
	my $loader = '/usr/share/bash-completion/bash_completion';
	skip 'bash-completion is not installed', 1 unless -r $loader;
	like qx{XDG_DATA_DIRS="$dir/usr/share" bash -c '. $loader
	    _completion_loader fleetline; complete -p fleetline' 2>&1},
	    qr/_fleetline fleetline/, 'bash-completion finds it';
}
make('uninstall');
ok !-e $file, 'nothing is left';
done_testing;
