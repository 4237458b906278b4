/* The base shelf: text, numbers, memory, hashes, sealing. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "count.h"
#include "crypto.h"
#include "map.h"
#include "num.h"
#include "str.h"
#include "tap.h"

static void
test_str(void)
{
	struct str rest = STR("a,,b"), f;

	tap_ok(str_next(&rest, ',', &f) && str_eqz(f, "a"), "first field");
	tap_ok(str_next(&rest, ',', &f) && f.len == 0, "empty field");
	tap_ok(str_next(&rest, ',', &f) && str_eqz(f, "b"), "last field");
	tap_ok(!str_next(&rest, ',', &f), "no field after the last");
	tap_ok(str_utf8(STR("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")),
	    "two, three and four byte sequences are UTF-8");
	tap_ok(!str_utf8(STR("\xc0\xaf")), "an overlong form is not");
	tap_ok(!str_utf8(STR("\xed\xa0\x80")), "a surrogate is not");
	tap_ok(!str_utf8(STR("\xf4\x90\x80\x80")), "above U+10FFFF is not");
	tap_ok(!str_utf8(STR("\xe2\x82")), "a cut sequence is not");
	tap_ok(!str_utf8(STR("a\0b")), "a NUL is refused");
	tap_ok(str_utf8_len(STR("\xe2\x82\xac!")) == 3 &&
		   str_utf8_len(STR("\0x")) == 1,
	    "the length of a sequence");
	tap_ok(str_utf8_len(STR("")) == 0 && str_utf8_len(STR("\x80")) == 0,
	    "no sequence has no length");
	tap_ok(!str_printable(STR("a\nb")), "a line feed is not printable");
	tap_ok(str_printable(STR("J\xc3\xbcrgen")), "a name is printable");
}

/* What must not reach a terminal or a page, each with a neighbour that may. */
static void
test_hidden(void)
{
	static const struct {
		const char *bad, *good, *what;
	} list[] = {
	    {"\x1b", " ", "a C0 control"},
	    {"\x7f", "~", "DEL"},
	    {"\xc2\x80", "\xc2\xa0", "a C1 control"},
	    {"\xc2\x9b", "\xc2\xa9", "CSI as one character"},
	    {"\xd8\x9c", "\xd8\x9b", "the Arabic letter mark"},
	    {"\xe2\x80\x8e", "\xe2\x80\x8d", "a left-to-right mark"},
	    {"\xe2\x80\x8f", "\xe2\x80\x90", "a right-to-left mark"},
	    {"\xe2\x80\xa8", "\xe2\x80\xa7", "a line separator"},
	    {"\xe2\x80\xa9", "\xe2\x80\xaf", "a paragraph separator"},
	    {"\xe2\x80\xae", "\xe2\x80\xb0", "a right-to-left override"},
	    {"\xe2\x81\xa6", "\xe2\x81\xa4", "an isolate"},
	    {"\xe2\x81\xa9", "\xe2\x81\xb0", "the end of one"},
	    {"\xef\xb7\x90", "\xef\xb7\x8f", "a noncharacter"},
	    {"\xef\xbb\xbf", "\xef\xbb\xbc", "a byte order mark"},
	    {"\xef\xbf\xb9", "\xef\xbf\xbd", "an annotation"},
	    {"\xef\xbf\xbf", "\xef\xbf\xbc", "U+FFFF"},
	    {"\xf3\xa0\x81\x81", "\xf0\x9f\x98\x80", "a tag"},
	    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbd", "U+10FFFF"},
	};
	char room[64], text[64];

	for (size_t i = 0; i < COUNT(list); i++) {
		tap_ok(!str_printable(str_of(list[i].bad)) &&
			   str_printable(str_of(list[i].good)),
		    "%s is not printable, its neighbour is", list[i].what);
		(void)snprintf(text, sizeof(text), "a%sb%s%s", list[i].bad,
		    list[i].good, list[i].bad);
		(void)snprintf(room, sizeof(room), "ab%s", list[i].good);
		tap_ok(str_eqz(str_clean(str_of(text), text), room),
		    "%s is cleaned away, nothing else", list[i].what);
	}
	tap_ok(str_clean(STR("a\xff\xe2\x80"), room).len == 1,
	    "bytes that are no UTF-8 are cleaned away");
	tap_ok(str_clean(STR("\0"), room).len == 0, "and so is a NUL");
}

static void
is_put(int64_t n, const char *want)
{
	char text[21];

	*num_put_signed(text, n) = '\0';
	tap_is_str(text, want, "a number is written with its sign");
}

static void
test_put(void)
{
	char text[21];

	is_put(0, "0");
	is_put(-1, "-1");
	is_put(INT64_MAX, "9223372036854775807");
	is_put(INT64_MIN, "-9223372036854775808");
	*num_put(text, UINT64_MAX, 1) = '\0';
	tap_is_str(text, "18446744073709551615", "the largest without a sign");
	*num_put(text, 7, 3) = '\0';
	tap_is_str(text, "007", "zeros fill the width");
}

static void
test_num(void)
{
	int64_t v = 7;

	tap_ok(
	    num_parse(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &v) &&
		v == INT64_MIN,
	    "the smallest number parses");
	tap_ok(!num_parse(STR("9223372036854775808"), INT64_MIN, INT64_MAX, &v),
	    "one above the largest does not");
	tap_ok(!num_parse(STR(""), 0, 9, &v), "no digits are no number");
	tap_ok(!num_parse(STR("-"), -9, 9, &v), "a sign alone is no number");
	tap_ok(!num_parse(STR("1 "), 0, 9, &v), "a rest is refused");
	tap_ok(!num_parse(STR("10"), 0, 9, &v), "the range is checked");
}

static void
test_arena(void)
{
	struct arena a;
	struct arena_mark m;
	char *p;

	arena_init(&a, 1000);
	m = arena_mark(&a);
	tap_ok(arena_alloc(&a, 0) != NULL, "nothing is somewhere, too");
	p = arena_alloc(&a, 600);
	tap_ok(p != NULL && p[599] == 0, "memory is zero-filled");
	memset(p, 1, 600);
	tap_ok(arena_alloc(&a, 600) == NULL && arena_failed(&a),
	    "the ceiling refuses and is remembered");
	arena_reset(&a, m);
	p = arena_alloc(&a, 600);
	tap_ok(p != NULL && p[0] == 0, "memory after a reset is zero again");
	tap_ok(arena_array(&a, SIZE_MAX / 2, 4) == NULL,
	    "an array size that overflows is refused");
	arena_fini(&a);
	arena_init(&a, 1000);
	tap_is_str(arena_printf(&a, "%d", 12), "12", "a text is printed");
	p = arena_printf(&a, "%0300d", 7);
	tap_ok(strlen(p) == 300 && p[299] == '7', "a long one as well");
	tap_ok(arena_printf(&a, "%0900d", 7) == NULL && arena_failed(&a),
	    "one above the ceiling is refused");
	arena_fini(&a);
}

static void
test_buf(void)
{
	struct buf b;

	buf_init(&b, 8);
	buf_puts(&b, "1234");
	buf_puts(&b, "56789");
	buf_puts(&b, "x");
	tap_ok(buf_failed(&b) && b.len == 4, "a failed add sticks");
	buf_cut(&b, 2);
	tap_is_str(b.data, "12", "a cut keeps the start");
	buf_clear(&b);
	buf_printf(&b, "%d", 12345678);
	tap_ok(!buf_failed(&b) && strcmp(b.data, "12345678") == 0,
	    "the ceiling itself fits");
	buf_cut(&b, 6);
	buf_printf(&b, "%s", "abc");
	tap_ok(buf_failed(&b) && strcmp(b.data, "123456") == 0,
	    "what was printed beyond it leaves nothing");
	buf_clear(&b);
	buf_printf(&b, "%d", 12345678);
	buf_drop(&b, 3);
	tap_is_str(b.data, "45678", "dropping moves the rest down");
	buf_fini(&b);
}

/* Reference chapter 1.6 of the sysclient protocol and the usual RC4 check. */
static void
test_crypto(void)
{
	static const struct str parts[] = {{"abc", 3}};
	char hex[CRYPTO_HEX_MAX];
	unsigned char out[16];
	struct crypto_key key = {{1, 2, 3}};
	struct buf sealed, plain;
	struct err e;

	crypto_rc4(STR("Key"), STR("Plaintext"), out);
	crypto_hex(out, 9, hex);
	tap_is_str(hex, "bbf316e8d940af0ad3", "RC4 known answer");
	crypto_join_hex(CRYPTO_MD5, 0, parts, 1, hex);
	tap_is_str(hex, "900150983cd24fb0d6963f7d28e17f72", "MD5 (RFC 1321)");
	crypto_join_hex(CRYPTO_SHA1, 0, parts, 1, hex);
	tap_is_str(hex, "a9993e364706816aba3e25717850c26c9cd0d89d",
	    "SHA-1 (FIPS 180)");
	buf_init(&sealed, 200);
	buf_init(&plain, 200);
	crypto_seal(&key, STR("row:1"), STR("secret"), &sealed);
	tap_ok(crypto_unseal(
		   &key, STR("row:1"), buf_view(&sealed), &plain, &e) == 0 &&
		   strcmp(plain.data, "secret") == 0,
	    "a sealed secret opens");
	tap_ok(crypto_unseal(
		   &key, STR("row:2"), buf_view(&sealed), &plain, &e) < 0,
	    "it does not open in another row");
	sealed.data[sealed.len - 1] ^= 1;
	tap_ok(crypto_unseal(
		   &key, STR("row:1"), buf_view(&sealed), &plain, &e) < 0,
	    "a changed byte is noticed");
	buf_clear(&sealed);
	crypto_password_hash(STR("pwd"), &sealed);
	tap_ok(crypto_password_check(STR("pwd"), buf_view(&sealed)),
	    "a password matches its hash");
	tap_ok(!crypto_password_check(STR("pwd "), buf_view(&sealed)),
	    "another password does not");
	tap_ok(crypto_equal_nocase(STR("aB9f"), STR("Ab9F")) &&
		   !crypto_equal_nocase(STR("a@"), STR("a`")),
	    "hex compares without case, other bytes exactly");
	buf_fini(&sealed);
	buf_fini(&plain);
}

static void
test_map(void)
{
	static struct {
		struct map_node node;
		int v;
	} things[1000];
	struct map m;
	size_t seen = 0;
	bool all = true;

	map_init(&m);
	for (int i = 0; i < 1000; i++)
		map_put(&m, &things[i].node, map_hash_int((uint64_t)i));
	for (int i = 0; i < 1000; i++)
		all &=
		    map_first(&m, map_hash_int((uint64_t)i)) == &things[i].node;
	tap_ok(all, "each of 1000 things is found");
	for (struct map_node *n = map_walk(&m, NULL); n; n = map_walk(&m, n))
		seen++;
	tap_is_int((long long)seen, 1000, "a walk sees each once");
	for (int i = 0; i < 1000; i += 2)
		map_remove(&m, &things[i].node);
	tap_ok(map_first(&m, map_hash_int(4)) == NULL &&
		   map_first(&m, map_hash_int(5)) != NULL && m.count == 500,
	    "a removed thing is gone, the others stay");
	map_fini(&m);
}

static void
test_classes(void)
{
	static const struct {
		unsigned classes;
		const char *more, *members;
	} cases[] = {
	    {STR_DIGITS, "", "0123456789"},
	    {STR_LOWER, "", "abcdefghijklmnopqrstuvwxyz"},
	    {STR_UPPER, "", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
	    {STR_DIGITS, "abcdef", "0123456789abcdef"},
	    {0, "._-", "._-"},
	};
	static const char nul[] = {'1', '\0', '2'};

	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t wrong = 0;

		for (int c = 1; c < 256; c++)
			if (str_in((char)c, cases[i].classes, cases[i].more) !=
			    (strchr(cases[i].members, c) != NULL))
				wrong++;
		tap_is_int((long long)wrong, 0, cases[i].members);
	}
	tap_ok(str_only(STR("aZ09"), STR_ALNUM, "") &&
		   !str_only(STR("aZ09_"), STR_ALNUM, "") &&
		   !str_only(STR("_aZ09"), STR_ALNUM, ""),
	    "one other byte anywhere is too many");
	tap_ok(str_only(STR(""), 0, "") && str_only(str_n(NULL, 0), 0, ""),
	    "an empty text has nothing else");
	tap_is_int((long long)str_span(STR("12ab"), STR_DIGITS, ""), 2,
	    "the beginning that is so is measured");
	tap_ok(!str_only(str_n(nul, sizeof(nul)), STR_DIGITS, "x"),
	    "a NUL is of no class");
}

int
main(void)
{
	test_str();
	test_classes();
	test_hidden();
	test_num();
	test_put();
	test_arena();
	test_buf();
	test_crypto();
	test_map();
	return tap_end();
}
