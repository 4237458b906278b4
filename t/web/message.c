/* Fields of messages and the forms of answers, without the rules. */
#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "must.h"
#include "reply.h"
#include "tap.h"

static const struct field table[] = {
    {"text", FIELD_TEXT, false, 1, 5},
    {"free", FIELD_TEXT, false, 0, 5},
    {"number", FIELD_NUMBER, false, 1, 10},
    {"flag", FIELD_BOOL, false, 0, 0},
    {"ids", FIELD_NUMBERS, false, 1, 99},
    {"names", FIELD_TEXTS, false, 1, 3},
};
enum { TEXT, FREE, NUMBER, FLAG, IDS, NAMES, N };

static struct arena arena;
static struct value v[N];

/* Name of the wrong field, or "ok". */
static const char *
read_fields(const char *text)
{
	const struct json *m;
	const char *wrong;
	struct err e;

	must(json_read(&arena, str_of(text), 65536, &m, &e) == 0);
	wrong = fields_read(&arena, m, table, N, v);
	return wrong ? wrong : "ok";
}

static void
test_single(void)
{
	tap_is_str(read_fields("{}"), "ok", "nothing given is fine");
	tap_ok(!v[TEXT].given && !v[NUMBER].given && !v[FLAG].given &&
		   !v[IDS].given,
	    "and shows as not given");
	tap_is_str(read_fields("{\"text\":null,\"number\":null,\"ids\":null}"),
	    "ok", "null counts as absent");
	tap_is_str(read_fields("{\"text\":\"\"}"), "ok", "so does \"\"");
	tap_ok(!v[TEXT].given, "where a text is wanted");
	(void)read_fields("{\"free\":\"\"}");
	tap_ok(v[FREE].given && v[FREE].text.len == 0,
	    "but not where an empty text has a meaning");
	tap_is_str(read_fields("{\"text\":\"123456\"}"), "text", "too long");
	tap_is_str(read_fields("{\"text\":\"a\\nb\"}"), "text", "control");
	tap_is_str(read_fields("{\"text\":1}"), "text", "no text");
	tap_is_str(read_fields("{\"number\":11}"), "number", "too large");
	tap_is_str(read_fields("{\"number\":0}"), "number", "too small");
	tap_is_str(read_fields("{\"number\":\"1\"}"), "number", "no number");
	tap_is_str(read_fields("{\"number\":1.5}"), "number", "no integer");
	tap_is_str(read_fields("{\"flag\":\"true\"}"), "flag", "no boolean");
	tap_is_str(read_fields("{\"flag\":false,\"other\":{}}"), "ok",
	    "unknown members are ignored");
	tap_ok(v[FLAG].given && !v[FLAG].truth, "false is given");
}

/* Hardware ids: no list of them is too long but for its message. */
static void
test_ids(void)
{
	static const struct field many[] = {{"hw", FIELD_IDS, false, 1, 3}};
	static char text[8 * FIELD_LIST_MAX];
	const struct json *m;
	struct value out;
	struct err e;

	(void)snprintf(text, sizeof(text), "{\"hw\":\"a");
	for (int i = 0; i < 2 * FIELD_LIST_MAX; i++)
		memcpy(text + strlen(text), ",bb", 4);
	memcpy(text + strlen(text), "\"}", 3);
	must(json_read(&arena, str_of(text), sizeof(text), &m, &e) == 0);
	tap_ok(fields_read(&arena, m, many, 1, &out) == NULL &&
		   out.n == 2 * FIELD_LIST_MAX + 1 &&
		   str_eqz(out.texts[1], "bb"),
	    "a list of ids may be longer than others");
	must(json_read(&arena, STR("{\"hw\":\"a,bbbb\"}"), 99, &m, &e) == 0);
	tap_is_str(fields_read(&arena, m, many, 1, &out), "hw",
	    "but each of them is as short as it was");
}

static void
test_lists(void)
{
	char big[8192] = "{\"ids\":\"1";

	tap_is_str(read_fields("{\"ids\":\"10, 12,,3\"}"), "ok",
	    "numbers in a text, separated by commas");
	tap_ok(v[IDS].n == 3 && v[IDS].numbers[1] == 12,
	    "blanks and empty parts are skipped");
	tap_is_str(read_fields("{\"ids\":[10,12]}"), "ok", "or as an array");
	tap_is_str(read_fields("{\"ids\":\"10,x\"}"), "ids", "no number");
	tap_is_str(read_fields("{\"ids\":[1,\"2\"]}"), "ids", "mixed");
	tap_is_str(read_fields("{\"ids\":{}}"), "ids", "an object");
	tap_is_str(read_fields("{\"ids\":\"100\"}"), "ids", "out of range");
	tap_is_str(read_fields("{\"names\":\"a,bb\"}"), "ok", "texts");
	tap_ok(v[NAMES].n == 2 && str_eqz(v[NAMES].texts[1], "bb"), "two");
	tap_is_str(read_fields("{\"names\":[\"a,b\"]}"), "ok",
	    "a comma inside an array's text stays");
	tap_is_str(read_fields("{\"names\":\"aaaa\"}"), "names", "too long");
	tap_is_str(read_fields("{\"names\":\"\"}"), "ok", "an empty list");
	tap_ok(!v[NAMES].given, "is no list");
	for (int i = 0; i < FIELD_LIST_MAX - 1; i++)
		memcpy(big + strlen(big), ",1", 3);
	memcpy(big + strlen(big), "\"}", 3);
	tap_is_str(read_fields(big), "ok", "a list of the greatest length");
	memcpy(big + strlen(big) - 2, ",1\"}", 5);
	tap_is_str(read_fields(big), "ids", "one more is refused");
	test_ids();
}

/* ---- replies ---- */

static void
put_items(struct reply *r, int n, size_t size)
{
	char text[REPLY_ITEM];

	memset(text, 'x', size);
	reply_list(r, "list");
	for (int i = 0; i < n; i++)
		if (reply_item(r))
			jout_str(&r->j, NULL, str_n(text, size));
	reply_list_end(r, true, NULL);
}

static void
test_object(void)
{
	struct reply r;
	struct buf out;

	buf_init(&out, 10 << 20);
	reply_init(&r, REPLY_OBJECT, buf_sink(&out), REPLY_NO_END);
	r.mt = STR("XResult");
	r.src = STR("{\"a\":1}");
	r.api = STR("\"b\"");
	put_items(&r, 2, 2);
	tap_is_str(out.data,
	    "{\"mt\":\"XResult\",\"api\":\"b\",\"src\":{\"a\":1},"
	    "\"list\":[\"xx\",\"xx\"],\"last\":true}\n",
	    "a list in one object, with api and src");
	buf_clear(&out);
	put_items(&r, 1000, 1000);
	tap_ok(strchr(out.data, '\n') == out.data + out.len - 1 &&
		   out.len > 1000000,
	    "one object however long it is");
	buf_clear(&out);
	reply_expect(&r, "list", true);
	reply_error(&r, "not found", "hwId");
	tap_is_str(out.data,
	    "{\"mt\":\"XResult\",\"api\":\"b\",\"src\":{\"a\":1},"
	    "\"list\":[],\"error\":\"not "
	    "found\",\"field\":\"hwId\",\"last\":true}\n",
	    "an error of a list is its last message, with an empty list");
	buf_clear(&out);
	reply_expect(&r, NULL, false);
	reply_error(&r, "not found", NULL);
	tap_is_str(out.data,
	    "{\"mt\":\"XResult\",\"api\":\"b\",\"src\":{\"a\":1},"
	    "\"error\":\"not found\"}\n",
	    "one of a single answer has neither");
	buf_fini(&out);
}

static void
test_lines(void)
{
	struct reply r;
	struct buf out;
	struct str rest, line;
	int lines = 0, last = 0;
	size_t longest = 0;

	buf_init(&out, 10 << 20);
	reply_init(&r, REPLY_LINES, buf_sink(&out), REPLY_NO_END);
	r.mt = STR("XResult");
	put_items(&r, 1000, 1000);
	rest = buf_view(&out);
	while (str_next(&rest, '\n', &line) && line.len > 0) {
		lines++;
		last += memmem(line.p, line.len, "\"last\":true", 11) != NULL;
		longest = line.len > longest ? line.len : longest;
	}
	tap_ok(lines > 20, "a long list comes in several messages");
	tap_is_int(last, 1, "one of them is the last");
	tap_ok(longest < 65536 - REPLY_ITEM, "each is well under 64 KiB");
	buf_fini(&out);
}

static void
test_room(void)
{
	struct reply r;
	struct buf out;

	buf_init(&out, 10 << 20);
	reply_init(&r, REPLY_LINES, buf_sink(&out), 200000);
	r.mt = STR("XResult");
	put_items(&r, 1000, 1000);
	tap_ok(out.len > 100000 && out.len <= 200000,
	    "an answer with limited room stays inside it");
	buf_fini(&out);
}

static void
test_gone(void)
{
	struct reply r;
	struct buf out;

	buf_init(&out, 10);
	reply_init(&r, REPLY_OBJECT, buf_sink(&out), REPLY_NO_END);
	r.mt = STR("XResult");
	put_items(&r, 10, 10);
	tap_ok(jout_failed(&r.j), "a client that has gone is noticed");
	buf_fini(&out);
}

int
main(void)
{
	arena_init(&arena, 16 << 20);
	test_single();
	test_lists();
	test_object();
	test_lines();
	test_room();
	test_gone();
	arena_fini(&arena);
	return tap_end();
}
