/* JSON in and out: what is accepted, what is refused, how it is written. */
#include "json.h"

#include <string.h>

#include "count.h"
#include "jout.h"
#include "tap.h"

#define MAX 4096

/* 0, or the kind of the error json_read gave. */
static enum err_kind
refusal(struct str text)
{
	const struct json *v = NULL;
	struct arena a;
	struct err e;
	int rc;

	arena_init(&a, 65536);
	rc = json_read(&a, text, MAX, &v, &e);
	arena_fini(&a);
	return rc < 0 ? e.kind : ERR_NONE;
}

static const struct json *
read_text(struct arena *a, const char *text)
{
	const struct json *v = NULL;
	struct err e;

	if (json_read(a, str_of(text), MAX, &v, &e) < 0)
		tap_diag("%s: %s", text, e.text);
	return v;
}

static void
test_strictness(void)
{
	static const char *const wrong[] = {"", " ", "[1,]", "{\"a\":1,}",
	    "{a:1}", "'a'", "{'a':1}", "{\"a\":'b'}", "nan", "NaN", "[NaN]",
	    "Infinity", "-Infinity", "TRUE", "tRue", "nul", "01", "-01", "[00]",
	    "+1", ".5", "1.", "1.e5", "1e", "1e+", "-", "--1", "1-2", "1.2.3",
	    "0x10", "/**/1", "[1]x", "[1] [2]", "[1 2]", "{\"a\"}", "{\"a\":}",
	    "{,}", "[,1]", "\"a", "\"a\tb\"", "\"a\nb\"", "\"\\x\"",
	    "\"\\u12g4\"", "\f1", "\v1", "\"\xff\"", "\"\xc0\xaf\"",
	    "\"\xed\xa0\x80\"", "\xef\xbb\xbf", "{}\xef\xbb\xbf",
	    "\xef\xbb\xbf\xef\xbb\xbf{}", "\"\\u0000\"", "{\"a\\u0000b\":1}",
	    "[", "]", "{", "}", "{\"a\":1]", "[1}", "\\", "\"\\"};
	static const char *const right[] = {"0", "-0", "1e5", "1E+5", "1.5e-3",
	    "-9223372036854775808", "9223372036854775807", "true", "false",
	    "null", "\"\"", "[]", "{}", "\xef\xbb\xbf{}",
	    "\xef\xbb\xbf\r\n [1]", " \t\r\n[ 1 , 2 ] ",
	    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\"", "\"\xf0\x9f\x98\x80\"",
	    "\"\\\\u0000\""};

	for (size_t i = 0; i < COUNT(wrong); i++)
		tap_ok(refusal(str_of(wrong[i])) == ERR_INPUT,
		    "no JSON text: case %zu", i);
	for (size_t i = 0; i < COUNT(right); i++)
		tap_ok(refusal(str_of(right[i])) == ERR_NONE,
		    "a JSON text: case %zu", i);
	tap_ok(refusal(STR("[1]\0")) == ERR_INPUT, "a NUL behind is refused");
	tap_ok(refusal(str_n("[12]34", 4)) == ERR_NONE,
	    "bytes behind the slice are not looked at");
	tap_ok(refusal(str_n("1234", 2)) == ERR_NONE,
	    "a number ends with the slice");
}

static void
test_limits(void)
{
	char text[MAX + 2];

	memset(text, ' ', sizeof(text));
	text[0] = '1';
	tap_ok(refusal(str_n(text, MAX)) == ERR_NONE, "max bytes are read");
	tap_ok(refusal(str_n(text, MAX + 1)) == ERR_LIMIT,
	    "one byte more is refused");
	memset(text, '[', 17);
	memset(text + 17, ']', 17);
	tap_ok(refusal(str_n(text + 1, 32)) == ERR_NONE,
	    "16 arrays within each other are read");
	tap_ok(refusal(str_n(text, 34)) == ERR_LIMIT, "17 are too deep");
	text[16] = '7';
	tap_ok(refusal(str_n(text, 33)) == ERR_NONE,
	    "a scalar in the deepest array is read");
	tap_ok(refusal(STR("9223372036854775808")) == ERR_LIMIT,
	    "a whole number beyond 64 bit is refused, not changed");
	tap_ok(refusal(STR("[-9223372036854775809]")) == ERR_LIMIT,
	    "the same for a negative one");
}

static void
test_arena_ceiling(void)
{
	const struct json *v;
	struct arena a;
	struct err e;

	arena_init(&a, 300);
	tap_ok(json_read(&a, STR("[1,2,3,4,5,6,7,8,9]"), MAX, &v, &e) < 0 &&
		   e.kind == ERR_LIMIT,
	    "a full arena is an error");
	arena_fini(&a);
}

static int
count_two(void *arg, struct str name, const struct json *v)
{
	int *n = arg;

	tap_ok(name.len == 1 && v != NULL, "a walk sees name and value");
	return ++*n < 2;
}

static void
test_access(void)
{
	const struct json *v, *list;
	struct arena a;
	int n = 0;

	arena_init(&a, 65536);
	v = read_text(&a,
	    "{\"s\":\"t\\u00e4\\/\",\"n\":-7,\"b\":true,\"r\":1.0,\"z\":null,"
	    "\"l\":[1,\"x\",{}],\"d\":1,\"d\":2,\"u\":\"\\ud800\"}");
	tap_ok(str_eqz(json_text(json_member(v, "s")), "t\xc3\xa4/"),
	    "strings are decoded");
	tap_is_int(json_number(json_member(v, "n"), 0), -7, "an integer");
	tap_is_int(
	    json_number(json_member(v, "r"), 9), 9, "a real is no integer");
	tap_is_int(
	    json_number(json_member(v, "s"), 9), 9, "a string is no integer");
	tap_ok(json_true(json_member(v, "b")), "true is true");
	tap_ok(!json_true(json_member(v, "n")), "a number is not true");
	tap_ok(json_text(json_member(v, "n")).len == 0,
	    "a number asked as text is empty");
	tap_ok(json_kind(json_member(v, "z")) == JSON_NULL, "null is null");
	tap_ok(json_kind(json_member(v, "q")) == JSON_NONE,
	    "an absent member is none");
	tap_ok(json_kind(json_member(NULL, "q")) == JSON_NONE,
	    "a member of nothing is none");
	list = json_member(v, "l");
	tap_is_int((long long)json_length(list), 3, "the length of an array");
	tap_ok(str_eqz(json_text(json_item(list, 1)), "x"), "an item");
	tap_ok(json_item(list, 3) == NULL, "no item behind the last");
	tap_ok(json_length(v) == 0, "an object has no items");
	tap_is_int(json_number(json_member(v, "d"), 0), 2,
	    "of repeated members the last wins");
	tap_ok(str_eqz(json_text(json_member(v, "u")), "\xef\xbf\xbd"),
	    "a lone surrogate becomes U+FFFD");
	json_each(v, count_two, &n);
	tap_is_int(n, 2, "0 stops the walk");
	arena_fini(&a);
}

static void
is_printed(const char *text, const char *want, const char *name)
{
	const struct json *v;
	struct arena a;
	struct buf b;

	arena_init(&a, 65536);
	buf_init(&b, MAX);
	v = read_text(&a, text);
	json_print(v, &b);
	tap_is_str(b.data, want, name);
	buf_fini(&b);
	arena_fini(&a);
}

static void
test_print(void)
{
	is_printed(" { \"b\" : [ 1 , 2.50 , -0, null , true ] , \"a\" : { } }",
	    "{\"b\":[1,2.50,0,null,true],\"a\":{}}",
	    "compact, in the order received");
	is_printed(
	    "\"\\u00e4 \\/ \\\" \\\\ \\u0001\\u001f\\b\\f\\n\\r\\t \\u007f\"",
	    "\"\xc3\xa4 / \\\" \\\\ \\u0001\\u001f\\b\\f\\n\\r\\t \x7f\"",
	    "only what must be is escaped");
	is_printed("{\"x\\\"y\":1}", "{\"x\\\"y\":1}", "names are escaped");
	is_printed("7", "7", "a scalar alone");
}

static void
is_raw(const char *text, const char *want, const char *name)
{
	struct str got = json_raw_member(str_of(text), "info");

	tap_is_mem(got.p, got.len, want, strlen(want), name);
}

static void
test_raw_member(void)
{
	is_raw("{\"mt\":\"x\",\"info\":{\"a\":\"}\\\"{\",\"b\":[1]},\"z\":1}",
	    "{\"a\":\"}\\\"{\",\"b\":[1]}", "the bytes of a member");
	is_raw("{\"info\" : { \"a\" : 1 } }", "{ \"a\" : 1 }",
	    "blanks inside stay, blanks around go");
	is_raw("{\"x\":{\"info\":1}}", "", "only the top level counts");
	is_raw("{\"x\":\"info\"}", "", "a value of that name does not count");
	is_raw("{\"info\":1,\"info\":22}", "22", "the last one counts");
	is_raw("{\"in\\u0066o\":3}", "3", "an escaped name counts");
	is_raw("{\"i\\nfo\":3}", "", "another escaped name does not");
	is_raw("[\"info\",1]", "", "an array has no members");
	is_raw("{}", "", "an empty object has none");
	is_raw("{\"info\":7}", "7", "a number ends at the brace");
	is_raw("{\"info\":\"\\\\\"}", "\"\\\\\"", "an escaped backslash");
	is_raw("{\"info\":{", "", "a cut text gives nothing");
	is_raw("{\"info\"", "", "a cut name gives nothing");
}

static void
test_writer(void)
{
	struct buf b;
	struct jout j;

	buf_init(&b, MAX);
	jout_init(&j, buf_sink(&b));
	jout_object(&j, NULL);
	jout_strz(&j, "s", "a/\"\\\n\x01");
	jout_int(&j, "n", INT64_MIN);
	jout_array(&j, "l");
	jout_bool(&j, NULL, true);
	jout_null(&j, NULL);
	jout_object(&j, NULL);
	jout_end(&j);
	jout_raw(&j, NULL, STR("[1,2]"));
	jout_end(&j);
	jout_str(&j, "u", STR("\xff\xc3\xa4\xe2\x82"));
	jout_end(&j);
	tap_is_str(b.data,
	    "{\"s\":\"a/\\\"\\\\\\n\\u0001\",\"n\":-9223372036854775808,"
	    "\"l\":[true,null,{},[1,2]],"
	    "\"u\":\"\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\"}",
	    "objects, arrays, escapes, broken UTF-8");
	tap_ok(j.written == b.len, "written counts the bytes");
	buf_fini(&b);
}

static void
put_pairs(struct buf *b, struct pairs pairs)
{
	struct jout j;

	jout_init(&j, buf_sink(b));
	jout_object(&j, NULL);
	jout_pairs(&j, pairs);
	jout_end(&j);
}

static void
test_pairs(void)
{
	struct buf b;

	buf_init(&b, MAX);
	put_pairs(
	    &b, PAIRS(P_STR("s", STR("a\"b")), P_STRZ("z", ""), P_INT("n", -7),
		    P_BOOL("f", false), P_FLAG("up", true),
		    P_FLAG("down", false), P_STRZ("none", NULL)));
	tap_is_str(b.data,
	    "{\"s\":\"a\\\"b\",\"z\":\"\",\"n\":-7,\"f\":false,\"up\":true}",
	    "pairs are an object; what there is not has no member");
	buf_clear(&b);
	put_pairs(&b, PAIRS_NONE);
	tap_is_str(b.data, "{}", "no pairs are an empty object");
	buf_fini(&b);
	buf_init(&b, 8);
	put_pairs(&b, PAIRS(P_STRZ("text", "longer than that")));
	tap_ok(buf_failed(&b), "a buffer that is full tells");
	buf_fini(&b);
}

static void
test_writer_failure(void)
{
	struct buf b;
	struct jout j;

	buf_init(&b, 8);
	jout_init(&j, buf_sink(&b));
	jout_array(&j, NULL);
	for (int i = 0; i < 9; i++)
		jout_int(&j, NULL, i);
	jout_end(&j);
	tap_ok(jout_failed(&j), "a sink that refuses is noticed");
	tap_is_str(b.data, "[0,1,2,3", "nothing is written after that");
	buf_fini(&b);
}

static void
test_quote(void)
{
	struct buf b;
	struct jout j;

	buf_init(&b, MAX);
	jout_init(&j, buf_sink(&b));
	jout_str(&j, NULL, STR("a\0b\"\xe2\x80\xa8"));
	tap_is_str(b.data, "\"a\\u0000b\\\"\xe2\x80\xa8\"",
	    "a string alone is quoted");
	buf_fini(&b);
}

int
main(void)
{
	test_strictness();
	test_limits();
	test_arena_ceiling();
	test_access();
	test_print();
	test_raw_member();
	test_writer();
	test_pairs();
	test_writer_failure();
	test_quote();
	return tap_end();
}
