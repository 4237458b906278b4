# Nothing stands for nobody: what has external linkage is used by another
# object of the libraries and programs, and a constant is used at all.  What
# only tests use says so in its header: "for tests".
use strict;
use warnings;
use Test::More;
use Tree;

# What stays although nobody uses it, with its reason.
my %accepted = (
    ZLIB_CONST => 'zlib.h reads it',
    malloc_conf => 'jemalloc reads it',
);
my %seen;	# of these

sub left { grep { !($accepted{s/.* //r} && ++$seen{s/.* //r}) } @_ }

# Names that nm lists as defined and that no other object needs; a line is
# "file:object: value kind name".
sub unused_symbols {
	my (@lines) = @_;
	my (%defined, %needed);
	for (@lines) {
		my ($object, $kind, $name) =
		    /^(\S*?):\s*(?:[0-9a-f]+)?\s+([A-Za-z])\s+(\w+)$/ or next;
		if ($kind eq 'U') { $needed{$name}++ }
		elsif ($kind =~ /[TDBRC]/) { $defined{$name} = $object }
	}
	return grep { !$needed{$_} && $_ ne 'main' } sort keys %defined;
}

# Constants of one text that appear in it or the others only where they are
# defined.
sub unused_constants {
	my ($texts) = @_;
	my %count;
	for my $text (values %$texts) {
		$count{$_}++ for $text =~ /\b([A-Za-z_]\w*)\b/g;
	}
	my @found;
	for my $file (sort keys %$texts) {
		my %defined = map { $_ => 1 }
		    $texts->{$file} =~ /^[ \t]*#[ \t]*define[ \t]+(\w+)/mg;
		for my $name (grep { !/^FL_\w+_(?:H|DEF)$/ } sort keys %defined) {
			my $own = () = $texts->{$file}
			    =~ /^[ \t]*#[ \t]*(?:define|undef|ifndef|ifdef)[ \t]+\Q$name\E\b/mg;
			push @found, "$file: $name" if $count{$name} <= $own;
		}
	}
	return @found;
}

is join(' ', unused_symbols('a.a:a.o:0000000000000000 T used',
    'a.a:a.o:0000000000000000 T lonely', 'a.a:b.o:                 U used')),
    'lonely', 'a function that nobody calls is found';
is join(' ', unused_constants({'a.h' => "#define A 1\n#define B 2\n#define"
    . " C(x) x\n", 'a.c' => "int a = A;\nint c = C(1);\n"})), 'a.h: B',
    'a constant that nobody uses is found';

my %headers = map { $_ => slurp($_) } sources(qr{^src/.*\.h$});

# Whether the comment before a declaration says that it is for tests.
sub for_tests {
	my ($name) = @_;
	for (values %headers) {
		my ($before) = m{^(.*?)^(?!\s*/?\*)[^\n]*\b\Q$name\E\b[^\n]*[(;=]}ms or next;
		my ($comment) = $before =~ m{(/\*(?:(?!\*/).)*\*/)\s*(?:[^;/]|\n)*$}s;
		return 1 if ($comment // '') =~ /for\s+(?:\*\s*)?tests/i;
	}
	return 0;
}

my $build = $ENV{FLEETLINE_PLAIN} // 'build';
SKIP: {
	my @objects = (glob("$build/lib*.a"), glob("$build/cgi-bin/*.o"),
	    glob("$build/sbin/*.o"));
	@objects = grep { !m{/libtap\.a$} } @objects;
	skip "$build is not built", 1 unless @objects;
	my @found = left(grep { !for_tests($_) }
	    unused_symbols(split /\n/, `nm -A @objects 2>/dev/null`));
	is join("\n", @found), '', 'no function is there for nobody';
}
my %texts = map { $_ => code_of(slurp($_)) }
    sources(qr{^(?:src|cgi-bin|sbin)/.*\.(?:[ch]|def)$});
is join("\n", left(unused_constants(\%texts))), '', 'no constant is there for nobody';

# Statements: each name of the .def files is used as STMT_name.
my ($code, @statements) = join '', grep { defined } values %texts;
for my $def (sources(qr{^src/.*\.def$})) {
	push @statements, slurp($def) =~ /^\w+\((\w+),/mg;
}
my %used = map { $_ => 1 } $code =~ /\b(?:STMT|SQL)_(\w+)/g;
is join("\n", grep { !$used{$_} } @statements), '',
    'no statement is there for nobody';
is join("\n", grep { !$seen{$_} } sort keys %accepted), '',
    'all that is accepted is still there';
done_testing;
