/* What devices say of themselves, as it is kept. */
#include "facts_text.h"

#include <string.h>

#include "tap.h"

static struct arena arena;

/* The value of "x" in source as the member what. */
static struct str
kept(const char *source, enum facts_member what)
{
	const struct json *v;
	struct err e = {0};

	if (json_read(&arena, str_of(source), 4096, &v, &e) < 0) {
		tap_ok(false, "JSON: %s", source);
		return str_n("", 0);
	}
	return facts_text(&arena, v, what);
}

static void
is_kept(const char *source, enum facts_member what, const char *want,
    const char *why)
{
	tap_ok(str_eqz(kept(source, what), want), "%s", why);
}

static void
test_text(void)
{
	char source[600] = "{\"if\":\"";
	struct str s;

	is_kept("{\"version\":\"Ver \xc3\xbc\"}", FACTS_VERSION, "Ver \xc3\xbc",
	    "the reference's version is kept as it is");
	is_kept("{\"name\":\"a\\u202eb\\u0085c\\u2028d\"}", FACTS_NAME, "abcd",
	    "a name loses what turns a line or breaks it, and stays");
	is_kept("{\"product\":\"IP\\u001b[2J111\"}", FACTS_PRODUCT, "IP[2J111",
	    "a product cannot clear a screen");
	is_kept("{\"fwBuild\":\"\\ufeff13\\u2066\"}", FACTS_FW_BUILD, "13",
	    "a build has no marks that nobody sees");
	is_kept("{\"name\":17}", FACTS_NAME, "", "a number is no text");
	is_kept("{}", FACTS_NAME, "", "nothing is nothing");
	/* 31 bytes and a character of two: cut before it. */
	memset(source + 7, 'x', 31);
	(void)strcat(source, "\xc3\xbcyyy\"}");
	s = kept(source, FACTS_IF);
	tap_ok(s.len == 31, "a long text is cut between characters");
	s = kept("{\"name\":\"\\ud800\"}", FACTS_NAME);
	tap_ok(str_printable(s), "half a surrogate is kept as no half");
}

static void
test_address(void)
{
	is_kept("{\"ipv4\":\"192.0.2.7\"}", FACTS_IPV4, "192.0.2.7",
	    "an address is kept");
	is_kept("{\"ipv4\":\"192.0.2.0/24\"}", FACTS_IPV4, "",
	    "a phone has no subnet for an address");
	is_kept("{\"ipv4\":\"0.0.0.0\"}", FACTS_IPV4, "",
	    "a phone without an address has none");
	is_kept("{\"ipv4\":\"<script>\"}", FACTS_IPV4, "", "nor a script");
	is_kept("{\"ipv4\":\"192.0.2.7\\u202e\"}", FACTS_IPV4, "",
	    "an address is not repaired");
	is_kept("{\"ipv6\":\"FE80:0:0::1\"}", FACTS_IPV6, "fe80::1",
	    "IPv6 is kept in one form");
	is_kept("{\"ipv6\":\"192.0.2.7\"}", FACTS_IPV6, "",
	    "IPv4 is no IPv6 address");
	is_kept("{\"ipv6\":[]}", FACTS_IPV6, "", "an array is no address");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	test_text();
	test_address();
	arena_fini(&arena);
	return tap_end();
}
