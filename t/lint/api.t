# Who may send what, and with which fields, stands in doc/api.md as it is in the
# tables of src/web/api; and a test sends each message.
use strict;
use warnings;
use Test::More;
use Tree;

my %right = (nobody => 'open', account => 'self', any => 'login', own => 'login', admin => 'admin');

# Message => [right, text of its fields], of the tables with a column "right".
sub documented {
	my ($text) = @_;
	my (%all, $open);
	for (split /\n/, $text) {
		$open = 1 if /^\| message \| fields \| right \|/;
		$open = 0 unless /^\|/;
		next unless $open;
		my (undef, $names, $fields, $right) = split /\s*(?<!\\)\|\s*/;
		$all{$_} = [$right, $fields] for $names =~ /`(\w+)`/g;
	}
	return \%all;
}

# What is wrong with the page, given the lines of the tables.
sub wrong {
	my ($page, @table) = @_;
	my $doc = documented($page);
	my @wrong;
	for (@table) {
		my ($mt, $is, undef, @fields) = split / /;
		my $row = delete $doc->{$mt} or push(@wrong, "$mt: missing"), next;
		my $says = $right{$row->[0] =~ s/\W.*//r} // 'nothing';
		push @wrong, "$mt: $says, is $is" if $says ne $is;
		for (map { /^(\w+)/ } @fields) {
			push @wrong, "$mt: field $_" unless $row->[1] =~ /`$_`/;
		}
	}
	return @wrong, map { "$_: no message" } sort keys %$doc;
}

# Messages that no test names, whatever else loops over all.
sub untested {
	my ($tests, @table) = @_;
	return grep { $tests !~ /\b$_\b/ } map { /^(\w+)/ } @table;
}

is join(' ', untested("mt => 'AddX' AddYs", 'AddX login one', 'AddY login one')),
    'AddY', 'a message without a test is found';

my $page = "| message | fields | right | answer |\n|---|---|---|---|\n"
    . "| `A`, `B` | `x` | any | |\n| `C` | | admin | |\n";
is join('; ', wrong($page, 'A login one x:TEXT:1:1:9', 'B login one',
    'C admin list')), '', 'a true page is true';
is join('; ', wrong($page, 'A admin one y:TEXT:1:1:9', 'B login one', 'D login one')),
    'A: login, is admin; A: field y; D: missing; C: no message',
    'a wrong right, a field, a message too many or too few are found';

my $build = $ENV{FLEETLINE_PLAIN} // 'build';
SKIP: {
	skip "$build is not built", 3 unless -x "$build/t/web/api";
	my @table = split /\n/, qx("$build/t/web/api" --table);
	ok @table > 70, 'there is a table';
	is join("\n", wrong(slurp('doc/api.md'), @table)), '',
	    'doc/api.md says who may send what, with which fields';
	is join(' ', untested(join("\n", map { slurp($_) }
	    sources(qr{^t/(?:web|e2e)/.*\.[ct]$})), @table)), '',
	    'a test sends each message';
}

# How long a uri works stands in one place of the code, and in two documents.
my ($minutes) = slurp('src/core/tenant/session.h')
    =~ /#define SESSION_LIFE_MS\s+\((\d+) \* 60 \* 1000\)/;
like slurp('README'), qr/\bfor $minutes minutes after its last\s+use/,
    'README says how long a uri works';
like slurp('doc/api.md'), qr/`uri` in an answer works for $minutes minutes /,
    'doc/api.md does, too';
done_testing;
