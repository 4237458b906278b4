# The console's modules: nothing becomes markup, every text has a name in the
# catalogue, every message stands in doc/api.md, every file is installed.
use strict;
use warnings;
use Test::More;
use Tree;

use constant LINES_MAX => 400;

my @modules = sort glob 'console/*.js';
my @screens = grep { !m{/(?:en|de)\.js$} } @modules;
cmp_ok scalar @modules, '>', 20, 'there are modules';

# Code without comments and what stands in them.
sub code {
	my ($text) = @_;
	$text =~ s{/\*.*?\*/}{}gs;
	$text =~ s{(^|\s)//[^\n]*}{$1}gm;
	return $text;
}

# ---- nothing becomes markup ---------------------------------------------------

my $markup = qr/\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write
    |createContextualFragment|setHTMLUnsafe|DOMParser|\beval\s*\(|new\s+Function\b
    |\bstyle=|\bon(?:click|load|error|input|submit)=|javascript:/x;

sub marked { return $_[0] =~ /$markup/g }

is scalar(() = marked('a.innerHTML = b; <p style="x"> onclick=')), 3, 'ways to markup are found';
is scalar(() = marked('style:top=${x} @click=${f} .value=${v}')), 0, 'ours is none';
is join(' ', marked(code(slurp($_)))), '', "$_ makes no markup of texts" for @modules;
for my $page (glob 'console/*.html') {
	my $text = slurp($page);
	unlike $text, qr/<style|style=|\son\w+=|<script(?![^>]*\bsrc=)|https?:/,
	    "$page has nothing inline and nothing from elsewhere";
}

# ---- names ----------------------------------------------------------------------

sub catalogue {
	my ($path) = @_;
	my %names;
	$names{$_}++ for slurp($path) =~ /^\t'([^']+)': /gm;
	return \%names;
}

# Names that a module uses as they stand.
sub used {
	my ($text) = @_;
	my @names = $text =~ /\bt\(\s*'([^']+)'\s*[,)]/g;
	push @names, map { ("$_.empty", "$_.empty.hint") } $text =~ /\bempty\('([^']+)'/g;
	push @names, map { "col.$_" } $text =~ /\{name: '(\w+)', size:/g;
	return @names;
}

is join(' ', used("t('a.b') t('c', {n}) t('x.' + y) empty('d')")),
    'a.b c d.empty d.empty.hint', 'names that are used are found';
my ($en, $de) = map { catalogue("console/$_.js") } qw(en de);
is join(' ', grep { !$de->{$_} } sort keys %$en), '', 'German has every name';
is join(' ', grep { !$en->{$_} } sort keys %$de), '', '... and no other';
is join(' ', grep { $en->{$_} > 1 } sort keys %$en), '', 'no name stands twice';
for my $module (@screens) {
	is join(' ', grep { !$en->{$_} } used(slurp($module))), '',
	    "$module uses names that there are";
}
my $all = join "\n", map { slurp($_) } @screens;
my @families = $all =~ /\bt\(\s*[`']([\w.]+\.)(?:'\s*\+|\$\{)/g;
is join(' ', grep { my $name = $_; index($all, "'$name'") < 0
    && $name !~ /\.empty(?:\.hint)?$/
    && !grep { index($name, $_) == 0 } @families, 'error.' } sort keys %$en), '',
    'no name is there for nobody';

# What stands in braces is the same in both.
sub holes { join ' ', sort $_[0] =~ /\{(\w+)\}/g }
my %line = map { my $l = $_; map { /^\t'([^']+)': (.*)/ ? ("$l $1" => $2) : () }
    split /\n/, slurp("console/$l.js") } qw(en de);
is join(' ', grep { holes($line{"en $_"}) ne holes($line{"de $_"}) } sort keys %$en),
    '', 'both languages have the same values in their texts';

# ---- messages ----------------------------------------------------------------------

my %documented = map { $_ => 1 } slurp('doc/api.md') =~ /`(\w+)`/g;
my %mine = map { $_ => 1 } qw(Alive getLogin ApiResult RegisterApi Action
    PrepareReloadComplete ChannelClosed);	# to the window of myApps

# Messages in a module that doc/api.md has not.
sub undocumented {
	my ($text) = @_;
	my @sent = code($text) =~ /\bmt: '(\w+)'/g;
	push @sent, map { /'(\w+)'/g }
	    code($text) =~ /\bmt: [^,}]*?\?\s*('\w+'\s*:\s*'\w+')/g;
	return join ' ', grep { !$documented{$_} && !$mine{$_} } @sent;
}

is undocumented("ask({mt: 'GetPlanted'}); ask({mt: 'GetDomains'})"), 'GetPlanted',
    'a message that doc/api.md has not is found';
is undocumented("ask({mt: x.y === 1 ? 'GetPlanted' : 'GetOther', id})"),
    'GetPlanted GetOther', '... one of two as well';
is undocumented(slurp($_)), '', "$_ sends what doc/api.md has" for @modules;

# ---- form ----------------------------------------------------------------------------

for my $module (@screens) {
	my $text = slurp($module);
	cmp_ok scalar(() = $text =~ /\n/g), '<=', LINES_MAX, "$module is short";
	like $text, qr{\A/\*\*\n \* \w+ -- }, '... and says what it is for';
	is join(' ', grep { length($_ =~ s/\t/    /gr) > 92 } split /\n/, $text), '',
	    '... in lines that fit';
}
my $shelf = slurp('etc/shelf.am');
is join(' ', grep { $shelf !~ m{\b\Q$_\E\b} } glob 'console/*'), '',
    'every file is installed';
done_testing;
