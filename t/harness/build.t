# etc/build in a tree whose files move: the build folder follows by itself, as
# it must after "git pull && ./start".
use Mojo::Base -strict, -signatures;
use File::Temp;
use Mojo::File qw(path);
use Test::More;

my $tree = File::Temp->newdir('fleetline-build-XXXXXX', TMPDIR => 1);
my %makefile = (
	'room/shelf.am' => "noinst_PROGRAMS += t/thing\n",
	'other/shelf.am' => "noinst_PROGRAMS += t/thing/thing\n",
);

sub put ($name, $text) {
	path($tree, $name)->dirname->make_path;
	path($tree, $name)->spurt($text);
}

# The tree with one shelf, and a program that it describes.
sub lay ($shelf, $program, $says) {
	put('Makefile.am', "noinst_PROGRAMS =\ninclude \$(srcdir)/$shelf\n");
	put($shelf, $makefile{$shelf});
	put("$program.c", qq{#include <stdio.h>\nint main(void)}
	    . qq{ { return puts("$says") < 0; }\n});
}

sub build (@options) {
	my $said = qx($tree/etc/build $tree/build @options 2>&1);
	return $? ? $said : 'built';
}
sub says ($program) { return scalar qx($tree/build/$program) }

put('etc/build', path('etc/build')->slurp);
chmod 0755, "$tree/etc/build";
put('configure.ac', <<'END');
AC_INIT([thing], [1])
AC_CONFIG_AUX_DIR([build-aux])
AM_INIT_AUTOMAKE([foreign subdir-objects])
AC_PROG_CC
AC_ARG_ENABLE([word], [], [], [enable_word=no])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
END
lay('room/shelf.am', 't/thing', 'first');
is build('--enable-word', 'CFLAGS=-g0'), 'built', 'a fresh tree is built';
is says('t/thing'), "first\n", 'its program runs';

my $made = path($tree, 'build/config.status')->stat->mtime;
lay('room/shelf.am', 't/thing', 'second');
is build(), 'built', 'a tree that has its files where they were is built';
is says('t/thing'), "second\n", 'the program is the new one';
is path($tree, 'build/config.status')->stat->mtime, $made,
    'nothing was configured again';

# The shelf moves, and a folder stands where a program was made.
path($tree, $_)->remove for 't/thing.c', 'room/shelf.am';
lay('other/shelf.am', 't/thing/thing', 'moved');
is build(), 'built', 'a tree whose files moved is built';
is says('t/thing/thing'), "moved\n", 'the program is the one that moved';
is path($tree, 'build/.options')->slurp, "--enable-word CFLAGS=-g0\n",
    'the options are the ones it had';
like path($tree, 'build/config.log')->slurp, qr/--enable-word CFLAGS=-g0/,
    'it was configured with them';

# Its library loses a source, of which another has the function now.
put('Makefile.am', "noinst_PROGRAMS = t/uses\nt_uses_SOURCES = t/uses.c\n"
    . "t_uses_LDADD = libtwo.a libone.a\nnoinst_LIBRARIES = libone.a libtwo.a\n"
    . "libone_a_SOURCES = one.c\nlibtwo_a_SOURCES = two.c said.c\n");
put('configure.ac', path($tree, 'configure.ac')->slurp
    =~ s/AC_PROG_CC/AC_PROG_CC\nAC_PROG_RANLIB\nAM_PROG_AR/r);
put('one.c', "int one(void);\nint one(void) { return 1; }\n");
put('two.c', "int two(void);\nint two(void) { return 2; }\n");
put('said.c', "int said(void);\nint said(void) { return 3; }\n");
put('t/uses.c', "#include <stdio.h>\nint one(void);\nint two(void);\n"
    . "int said(void);\nint main(void) { return printf(\"%d\\n\", one() + "
    . "two() + said()) < 0; }\n");
is build(), 'built', 'a tree with libraries is built';
put('Makefile.am', path($tree, 'Makefile.am')->slurp =~ s/ said\.c//r);
path($tree, 'said.c')->remove;
put('one.c', "int one(void);\nint said(void);\n"
    . "int one(void) { return 1; }\nint said(void) { return 4; }\n");
is build(), 'built', 'a function that moved to another library is there once';
is says('t/uses'), "7\n", 'the program has the one that moved';
done_testing;
