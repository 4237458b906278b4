# SQL keeps to what SQLite and PostgreSQL both take and mean alike; no statement
# stands there that nobody runs.
use strict;
use warnings;
use Test::More;
use Tree;

my @refused = (
    ['INSERT OR, REPLACE INTO' => qr/\b(?:INSERT|UPDATE) OR\b|\bREPLACE INTO\b/i],
    ['IS of a number' => qr/\bIS (?:NOT )?(?:\d|\?)/i],
    ['PRAGMA' => qr/\bPRAGMA\b|\bpragma_/i],
    ['IMMEDIATE' => qr/\bBEGIN \w+/i],
    ['rowid' => qr/\b_?rowid_?\b/i],
    ['GLOB' => qr/\bGLOB\b/i],
    ['IFNULL' => qr/\b(?:ifnull|iif|total|group_concat|last_insert_rowid)\s*\(/i],
    ['COLLATE NOCASE' => qr/\bCOLLATE NOCASE\b/i],
    ['AUTOINCREMENT' => qr/\bAUTOINCREMENT\b/i],
    ['a comparison as a number' => qr/\b(?:max|min|sum)\([^()]*[=<>]/i],
    ['a number as a condition' => qr/\bCASE\s(?=WHEN)(?:(?!\b(?:END|CASE)\b).)*?
	\bWHEN\s(?:[\w.]+|\?\d+)\sTHEN\b/ix],
    ['JSON' => qr/\bjson\w*\s*\(|->/i],
    ['a function of one engine' => qr/\b(?:printf|format|instr|hex|quote|typeof|
	char|random|randomblob|zeroblob|changes|date|time|datetime|julianday|
	strftime|unixepoch|greatest|least)\s*\(/ix],
    ['max or min of two' => qr/\b(?:max|min)\((?:[^()]|\([^()]*\))*,/i],
    ['LIKE of letters' => qr/\b(?:LIKE|REGEXP|MATCH)\b(?! '[^a-z']*')/i],
    ['a blob literal' => qr/\bx'/i],
    ['==' => qr/==/],
    ['NULLS' => qr/\bNULLS (?:FIRST|LAST)\b/i],
    ['LIMIT -1' => qr/\bLIMIT -/i],
    ['a LIMIT that C has, too' => qr/\bLIMIT (?!1\b|\?)/i],
);

# After a conflict a bare column may be the old row's or the new one's; a name
# that is none of what is set is such a column.
sub ambiguous {
	my ($sql) = @_;
	my ($rest) = $sql =~ /\bDO UPDATE SET (.*?)(?:\bRETURNING\b.*)?$/i
	    or return 0;
	$rest =~ s/'[^']*'//g;
	$rest =~ s/(?:^|,)\s*\w+ =//g;
	$rest =~ s/\w+\.\w+|\?\d+|\w+(?=\()//g;
	return $rest =~ /\b[a-z_]+\b/;
}

# What is wrong with one statement; undef if nothing.
sub complaint {
	my ($sql) = @_;
	for (@refused) {
		return $_->[0] if $sql =~ $_->[1];
	}
	return 'a column of two rows' if ambiguous($sql);
	# Whether there is a row at all has no order.
	my $rest = $sql =~ s/^SELECT 1 (?:(?!\bSELECT\b).)* LIMIT 1$//sr;
	while ($rest =~ /\bLIMIT\b/g) {
		my $before = substr($rest, 0, $-[0]);
		1 while $before =~ s/\([^()]*\)//;	# what is closed again
		return 'LIMIT without ORDER BY'
		    unless $before =~ /\bORDER BY [^(]*$/;
	}
	return undef;
}

# The samples: each rule finds its violation, and what is right is left alone.
my @bad = (
    'INSERT OR IGNORE INTO a (b) VALUES (?1)',
    'SELECT a FROM b WHERE a IS NOT 1', 'PRAGMA user_version',
    'BEGIN IMMEDIATE', 'SELECT rowid FROM a', "SELECT a FROM b WHERE a GLOB 'x'",
    'SELECT ifnull(a, 0) FROM b', 'SELECT a FROM b ORDER BY a COLLATE NOCASE',
    'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)',
    'SELECT max(l.hardware = 0) FROM l', 'SELECT CASE WHEN ?3 THEN 1 END',
    'SELECT CASE WHEN a = 1 THEN 1 WHEN b THEN 2 END FROM c',
    'SELECT a FROM b ORDER BY a LIMIT -1', 'SELECT a FROM b ORDER BY a LIMIT 12', 'SELECT a FROM b LIMIT ?1',
    'DELETE FROM a WHERE id IN (SELECT id FROM a LIMIT ?1)',
    'SELECT a FROM (SELECT a FROM b ORDER BY a) LIMIT 5',
    'SELECT value FROM json_each(?1)', "SELECT strftime('%s')",
    'SELECT max(a, (b)) FROM c', "SELECT a FROM b WHERE a LIKE 'x%'",
    'SELECT a FROM b WHERE a LIKE ?1', "SELECT x'00'",
    'SELECT a FROM b WHERE a == 1', 'SELECT a FROM b ORDER BY a NULLS LAST',
    'INSERT INTO a (b) VALUES (?1) ON CONFLICT (b) DO UPDATE SET c = c + 1',
    'INSERT INTO a (b) VALUES (?1) ON CONFLICT (b) DO UPDATE'
	. ' SET c = excluded.c WHERE until < ?2',
);
my @good = (
    'INSERT INTO a (b) VALUES (?1) ON CONFLICT DO NOTHING',
    'SELECT a FROM b WHERE a IS NOT NULL', 'SELECT 1 FROM b LIMIT 1',
    'SELECT a FROM b ORDER BY a DESC LIMIT ?1', 'SELECT a FROM b ORDER BY a LIMIT 1', 'SELECT max(1 - a) FROM b',
    'SELECT CASE WHEN a = 1 THEN 2 END FROM b',
    'SELECT CASE a WHEN ?1 THEN 2 END FROM b',
    "SELECT max(coalesce(a, 0)) FROM b WHERE a LIKE '%:%'",
    'INSERT INTO a (b) VALUES (?1) ON CONFLICT (b) DO UPDATE'
	. ' SET c = excluded.c, d = a.d + 1 WHERE a.until < ?2 RETURNING c',
);
ok defined complaint($_), "refused: $_" for @bad;
is complaint($_), undef, "taken: $_" for @good;

my (%text, %macro, %own);
for my $file (glob 'src/data/sql*.def') {
	my $code = slurp($file) =~ s/\\\n/\n/gr =~ s{/\*.*?\*/}{}gsr;
	# The parts that statements share.
	while ($code =~ /^#define\s+(SQL_\w+)(?:\([^)]*\))?\s+((?:(?!^#).)*)/gms) {
		my ($name, $body) = ($1, $2);
		$macro{$name} = $body unless $body =~ /\b(?:S|SCAN|FAST)\(/;
	}
	while ($code =~ /\b(?:S|SCAN|FAST)\(\s*(\w+)\s*,
	    ((?:[^()"]|"(?:[^"\\]|\\.)*"|\((?:[^()"]|"(?:[^"\\]|\\.)*")*\))*)\)/gx) {
		my ($name, $sql) = ($1, $2);

		$text{$name} = $sql;
		$own{$name} = $file =~ /sql_engine/;
	}
}
sub literals { join '', $_[0] =~ /"((?:[^"\\]|\\.)*)"/g }
cmp_ok scalar(keys %text), '>', 150, 'the statements are found';
for my $name (sort keys %text) {
	my $whole = $text{$name};
	1 while $whole =~ s/\b(SQL_\w+)/$macro{$1} \/\/ ''/e;
	my $why = complaint(literals($whole));
	if ($own{$name}) {
		ok defined $why, "$name cannot be common SQL";
	} else {
		is $why, undef, "$name is common SQL";
	}
}

my $users = join "\n", map { slurp($_) }
    sources(qr{^(?:src|cgi-bin|sbin)/.*\.c$});
my @unused = grep { $users !~ /\bSTMT_\Q$_\E\b/ } sort keys %text;
is "@unused", '', 'each statement is run by somebody';

# A column is counted beside its statement: load_values.c, column.h.
sub counted { $_[0] =~ /\brow_(?:int|str|bool|dup|null)\(\w+,\s*\d/ }
ok counted('x = row_int(row, 3);'), 'a counted column is found';
ok !counted('x = row_int(row, COUNTS_REV);'), 'a named one is right';
# A text that did not fit is an empty one, unless somebody looks: load_one and
# load_list do.
sub unseen { $_[0] =~ /\brow_dup\([^;]*q->arena/ && $_[0] !~ /arena_failed/ }
ok unseen('x = row_dup(row, A, q->arena);'), 'a text nobody looks at is found';
ok !unseen('x = row_dup(row, A, a);'), 'one of a loader is right';
is join(' ', grep { unseen(code_of(slurp($_))) } sources(qr{^src/.*\.c$})), '',
    'a text that does not fit is an error';
is join(' ', grep { counted(code_of(slurp($_))) }
    grep { !m{^src/data/} } sources(qr{^src/.*\.[ch]$})), '',
    'columns are counted on the shelf of the statements only';
done_testing;
