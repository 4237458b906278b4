# doc/hub.md and src/wire/hubwire.h say the same: questions, headers, orders,
# causes, close codes and limits.
use strict;
use warnings;
use Test::More;
use Tree;

my $doc = slurp('doc/hub.md');
my $header = slurp('src/wire/hubwire.h');
my $source = slurp('src/wire/hubwire.c');

# The first cells of the table under this head, without their backquotes.
sub column {
	my ($text, $head) = @_;
	my ($table) = $text =~ /^\| *\Q$head\E *\|[^\n]*\n\|[-|]+\|\n((?:\|[^\n]*\n)+)/m
	    or return;
	return sort map { /^\|\s*`([^`]+)`/ ? $1 : () } split /\n/, $table;
}

# The strings of the defines between two lines of dashes.
sub strings {
	my ($text, $section, $name) = @_;
	my ($part) = $text =~ m{/\* ---- \Q$section\E.*?---- \*/(.*?)(?:/\* ----|\z)}s;
	return sort map { /^#define $name\w*\s+"([^"]+)"/ ? $1 : () }
	    split /\n/, $part // '';
}

is join(' ', column("| a | b |\n|---|---|\n| `y` | 1 |\n| `x` | 2 |\n", 'a')),
    'x y', 'a table of the page is read';
my @questions = grep { !m{/} } strings($header, 'questions', 'HUBWIRE_');
is "@questions", join(' ', column($doc, 'question')), 'the same questions';
is join(' ', strings($header, 'orders', 'HUBWIRE_ORDER_')),
    join(' ', column($doc, '`order`')), 'the same orders';
is join(' ', sort $source =~ /^\s*\[HUBWIRE_FACT_\w+\] = \{"([^"]+)"/mg),
    join(' ', column($doc, 'header')), 'the same headers';
is join(' ', sort $source =~ /^\s*\[HUBWIRE_END_\w+\] = "(\w+)"/mg),
    join(' ', column($doc, 'cause')), 'the same causes';

# Names that stand alone: the page has to say them.
my %named = map { $_ => 1 } grep { !m{^http} } $header =~ /^#define \w+\s+"([^"]+)"/mg;
my @unsaid = grep { m{^/} ? index($doc, $_) < 0
    : $doc !~ /[`" ]\Q$_\E[`" :]/ } sort keys %named;
is "@unsaid", '', 'every name of the header stands on the page';

# Close codes: those of the page are those of the header.
my %code = slurp('src/wire/ws.h') =~ /^\t(WS_\w+) = (1\d\d\d),?/mg;
my @codes = sort map { $code{$_} } $header =~ /^\tHUBWIRE_CLOSE_\w+ = (WS_\w+)/mg;
my %said = map { $_ => 1 } $doc =~ /(?:\(|`|, |closed with )(10\d\d)\b/g;
is "@codes", join(' ', sort keys %said), 'the same close codes';

# Limits: where the page says each of them.
my %limit = (
    AT_ONCE => qr/At most (\S+) questions are in flight/,
    PRESENCE_AT_ONCE => qr/of\s+them (\S+) presence/,
    API_AT_ONCE => qr/presence, (\S+) `api`/,
    DEVICE_AT_ONCE => qr/`api`, (\S+) `identify` and `provision`/,
    MANY => qr/up to (\S+) and \S+ KiB in one `identify-many`/,
    MANY_BYTES => qr/up to \S+ and (\S+ KiB) in one `identify-many`/,
    TIMEOUT_MS => qr/Time-out (\S+ s), `api`/,
    API_MS => qr/Time-out \S+ s, `api` (\S+ s)/,
    RETRY_MS => qr/asked again after (\S+), 0\.5/,
    RETRY_MAX_MS => qr/at most (\S+ s);/,
    PATIENCE_MS => qr/closed with 1013\s+after (\S+ s) without an answer/,
    DEVICE_WAITING => qr/wait \((\S+) admin messages of a device/,
    APP_WAITING => qr/of a device; (\S+) messages or/,
    APP_WAITING_BYTES => qr/messages or (\S+ KiB) of an app/,
    TAKEN_BYTES => qr/its queue is below (\S+ KiB)/,
    QUIET_MS => qr/says nothing for (\S+ s), ask `identify` again/,
    SETTLE_MS => qr/not logged in (\S+ s) after its upgrade/,
    HOSTS_MAX => qr/addresses that the device has told, at most (\d+):/,
    HUB_ID_MAX => qr/hub id \(`\[hub\] id`, 1 to (\S+) of/,
    STATE_MAX => qr/visible ASCII, at most (\S+) bytes/,
    CURSOR_MAX => qr/cursor of the last answer \(api\); at most (\S+) bytes/,
    HOST_MAX => qr/the device knows us; at most (\S+) bytes/,
    ANSWER_MAX => qr/An answer has at most (\S+ MiB)/,
    LINES_MAX => qr/its messages to an app at most (\S+ KiB)/,
    DOMAINS_MAX => qr/A session sees at most\s+(\S+) domains/,
    SUBS_MAX => qr/at most (\S+) per session/,
    BATCH => qr/One batch in flight, at most (\S+) entries/,
    ORDER_MAX => qr/An order has at most (\S+ MiB)/,
    ORDERS_MAX => qr/one JSON object per line, at most (\S+ MiB)/,
);
# What bounds a fact or a batch without the other side having to know.
my %unsaid = map { $_ => 1 } qw(REMOTE_MAX QUERY_MAX BASE_MAX APP_MAX
    MESSAGE_MAX BATCH_BYTES EVENT_MAX TUNNEL_MAX_S);

sub number {
	my ($text) = @_;
	my ($n, $unit) = $text =~ /^([\d.,]+?),?(?: (\w+))?$/ or return $text;
	$n =~ tr/,//d;
	return $n * {'', 1, s => 1000, KiB => 1024, MiB => 1 << 20}->{$unit // ''};
}

is number('50,000'), 50000, 'a number of the page is read';
is number('64 KiB'), 65536, '... with its unit';
my %value = $header =~ /^#define HUBWIRE_(\w+)\s+(\d+)/mg;
($value{HUB_ID_MAX}) = slurp('src/base/conf.h') =~ /CONF_HUB_ID_MAX\s+(\d+)/;
for my $name (sort keys %value) {
	next if $unsaid{$name};
	my $where = $limit{$name};
	ok $where, "it is known where the page says HUBWIRE_$name" or next;
	my ($text) = $doc =~ $where;
	my $is = $name eq 'RETRY_MS' ? 1000 * $text : number($text // 'nothing');
	is $is, $value{$name}, "the page says HUBWIRE_$name";
}
my @stale = grep { !exists $value{$_} } sort keys %limit, keys %unsaid;
is "@stale", '', 'no limit is looked for that is gone';
done_testing;
