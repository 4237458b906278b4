# One door per outside library: one file includes its header; SQL stands in
# src/data; what is banned is not called.
use strict;
use warnings;
use Test::More;
use Tree;

my %door = (
    'sqlite3.h' => qr{^src/data/sqlite\.c$},
    'fcgiapp.h' => qr{^src/web/fcgi\.[ch]$},
    'fcgi_stdio.h' => qr{^$},
    'ev.h' => qr{^src/(?:hub/loop\.c|sim/\w+\.[ch])$},
    'http_parser.h' => qr{^src/wire/http1\.c$},
    'curl/curl.h' => qr{^src/wire/(?:transfer\.h|mail\.c)$},
    'json-c/json.h' => qr{^src/wire/json\.c$},
    'json.h>' => qr{^$},
    'ini.h' => qr{^src/base/conf\.c$},
    'unicode/' => qr{^src/wire/locale\.c$},
    'qrencode.h' => qr{^src/wire/qr\.c$},
    'zstd.h' => qr{^src/wire/zpatch\.c$},
    'zlib.h' => qr{^src/wire/gzip\.c$},
    'libxml/' => qr{^src/wire/xml\.c$},
);
my @files = sources(qr/\.[ch]$/);
for my $header (sort keys %door) {
	my @wrong = grep { $_ !~ $door{$header} && $_ !~ m{^(?:t|bench)/}
	    && slurp($_) =~ /^\s*#\s*include\s+<\Q$header\E/m } @files;
	is "@wrong", '', "$header is included only at its door";
}
my @nettle = grep { !m{^src/base/crypto\.c$} && !m{^(?:t|bench)/}
    && slurp($_) =~ /^\s*#\s*include\s+<nettle\//m } @files;
is "@nettle", '', 'nettle is included only at its door';

my @sql = grep { !m{^src/data/} && !m{^(?:t|bench)/}
    && slurp($_) =~ /"\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|BEGIN IMMEDIATE|PRAGMA)\s/ }
    @files;
is "@sql", '', 'SQL stands only in src/data';

my $banned = qr/\b(?:strcpy|strcat|sprintf|strncpy|strncat|strtok|gets|atoi|atol
    |sscanf|alloca|gmtime|localtime|strerror|system|popen)\s*\(/x;
my $memory = qr/\b(?:malloc|calloc|realloc|free|strdup)\s*\(/;
for my $file (grep { !m{^t/} } @files) {
	my $code = code_of(slurp($file));
	my @found = $code =~ /($banned)/g;
	push @found, $code =~ /($memory)/g
	    unless $file =~ m{^(?:src/base|bench)/};
	is "@found", '', "$file calls nothing that is banned";
}

# Who speaks with the hub or with another program does so by hubclient.
my $url = qr{"http://(?:control|internal)\b};
like 'url = "http://control/status"', $url, 'a URL of a socket is found';
my @urls = grep { m{^(?:src|sbin|cgi-bin)/} && $_ ne 'src/wire/hubwire.h'
    && slurp($_) =~ $url } @files;
is "@urls", '', 'URLs of sockets are made by wire/hubclient and hub/ask';
my @clients = grep { m{^(?:src|sbin|cgi-bin)/} && !m{^src/(?:wire|hub)/}
    && slurp($_) =~ /#\s*include "fetch\.h"/ } @files;
is "@clients", '', 'nothing outside wire and hub fetches by itself';

# A range of characters beside another is a class: str_in, str_span, str_only.
my $class = qr/>= '[a-zA-Z0-9]'[^;{}]*\|\|[^;{}]*>= '[a-zA-Z0-9]'/;
like "(c >= 'a' && c <= 'z') ||\n\t(c >= '0' && c <= '9')", $class,
    'a class of characters written by hand is found';
my @classes = grep { m{^(?:src|sbin|cgi-bin)/} && slurp($_) =~ $class } @files;
is "@classes", '', 'classes of characters stand only in src/base/str.c';

done_testing;
