/* Parameters of requests: every form they come in, and the limits. */
#include "form.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "tap.h"

#define ARENA_MAX ((size_t)1 << 20)

static struct arena arena;
static struct err err;
static struct form form;

static void
begin(void)
{
	arena_fini(&arena);
	arena_init(&arena, ARENA_MAX);
	err = (struct err){0};
	form_init(&form, &arena);
}

/* The value of name, or "(none)". */
static const char *
value(const char *name)
{
	struct str v;

	return form_get(&form, name, &v) ? arena_str(&arena, v) : "(none)";
}

/* All of them: "a=1|b=2". */
static const char *
all(void)
{
	struct buf b;
	const char *text;

	buf_init(&b, ARENA_MAX);
	for (size_t i = 0; i < form.n; i++) {
		buf_puts(&b, i > 0 ? "|" : "");
		buf_str(&b, form.params[i].name);
		buf_putc(&b, '=');
		buf_str(&b, form.params[i].value);
	}
	text = arena_str(&arena, buf_view(&b));
	buf_fini(&b);
	return text;
}

static void
is_query(const char *text, const char *want, const char *name)
{
	begin();
	if (tap_ok(form_query(&form, str_of(text), &err) == 0, "%s", name))
		tap_is_str(all(), want, name);
}

static void
test_query(void)
{
	struct str v;

	is_query("", "", "an empty query has no parameters");
	is_query("u=admin&user_id=100", "u=admin|user_id=100",
	    "parameters keep their order");
	is_query("&&a=1&&b=2&", "a=1|b=2", "empty pieces are nothing");
	is_query("a&b=&=c", "a=|b=|=c", "name and value may be missing");
	is_query("a=b=c", "a=b=c", "the first = ends the name");
	is_query("a=x+y%20z%2b", "a=x y z+", "plus and percent are decoded");
	is_query("%75=1", "u=1", "names are decoded as well");
	is_query("a=%&b=%4&c=%zz&d=%4%41", "a=%|b=%4|c=%zz|d=%4A",
	    "a percent without two digits stands for itself");
	is_query("a=1;b=2", "a=1;b=2", "a semicolon separates nothing");

	begin();
	tap_ok(form_query(&form, STR("u=a%00b&x=%ff"), &err) == 0 &&
		   form_get(&form, "u", &v) && v.len == 3 &&
		   memcmp(v.p, "a\0b", 3) == 0,
	    "a NUL is a byte like others");
	tap_ok(form_get(&form, "x", &v) && v.len == 1, "and so is any other");
	tap_ok(!form_get(&form, "y", &v), "what was not sent is not there");

	begin();
	tap_ok(form_query(&form, STR("a=1&a=2&b=3"), &err) == 0 &&
		   form_query(&form, STR("b=4"), &err) == 0,
	    "two texts can be read");
	tap_is_str(value("a"), "2", "the last of two counts");
	tap_is_str(value("b"), "4", "what was read later wins");
}

static char *
repeated(char c, size_t n)
{
	char *s = arena_alloc(&arena, n + 1);

	memset(s, c, n);
	return s;
}

static void
test_limits(void)
{
	struct buf b;
	const char *text;

	begin();
	buf_init(&b, 4096);
	for (int i = 0; i < FORM_PARAMS_MAX; i++)
		buf_puts(&b, "a=1&");
	tap_ok(form_query(&form, buf_view(&b), &err) == 0 &&
		   form.n == FORM_PARAMS_MAX,
	    "as many parameters as allowed are read");
	tap_ok(form_query(&form, STR("b=1"), &err) < 0 && err.kind == ERR_LIMIT,
	    "one more is refused");
	tap_is_str(err.say, "too many parameters", "and it is said why");
	buf_fini(&b);

	begin();
	text = arena_printf(&arena, "%s=%s", repeated('n', FORM_NAME_MAX),
	    repeated('v', FORM_VALUE_MAX));
	tap_ok(form_query(&form, str_of(text), &err) == 0,
	    "name and value may have their full length");
	text = repeated('n', FORM_NAME_MAX + 1);
	tap_ok(
	    form_query(&form, str_of(text), &err) < 0 && err.kind == ERR_LIMIT,
	    "a longer name is refused");
	text = arena_printf(&arena, "a=%s", repeated('v', FORM_VALUE_MAX + 1));
	tap_ok(
	    form_query(&form, str_of(text), &err) < 0 && err.kind == ERR_LIMIT,
	    "a longer value is refused");
	text =
	    arena_printf(&arena, "a=%s", repeated('+', 3 * FORM_VALUE_MAX + 1));
	tap_ok(
	    form_query(&form, str_of(text), &err) < 0 && err.kind == ERR_LIMIT,
	    "an encoded value that must be too long is not decoded");

	arena_fini(&arena);
	arena_init(&arena, 100);
	form_init(&form, &arena);
	text = "a=1234567890123456789012345678901234567890123456789012345678901"
	       "234567890123456789012345678901234567890%20";
	tap_ok(
	    form_query(&form, str_of(text), &err) < 0 && err.kind == ERR_LIMIT,
	    "a full arena is an error, not a short value");
}

#define PART(head, body)                                                       \
	"--XX\r\nContent-Disposition: form-data; " head "\r\n\r\n" body "\r\n"

static int
multipart(const char *type, const char *body)
{
	begin();
	return form_body(&form, str_of(type), str_of(body), &err);
}

static void
test_multipart(void)
{
	const char *type = "multipart/form-data; boundary=XX";
	char room[128];

	tap_ok(multipart(type,
		   PART("name=\"u\"", "admin")
		       PART("name=\"user_id\"", "100") "--XX--\r\n") == 0,
	    "a multipart body is read");
	tap_is_str(all(), "u=admin|user_id=100", "with all its parts");
	tap_ok(multipart("Multipart/Form-Data; charset=x; Boundary=\"XX\"",
		   "preamble\r\n" PART("name=u", "1") "--XX--epilogue") == 0,
	    "quotes, case, preamble and epilogue are as RFC 2046 has them");
	tap_is_str(all(), "u=1", "and do not change the value");
	tap_ok(multipart(type,
		   PART("name=\"a\"; filename=\"x;y\"\r\nContent-Type: a/b",
		       "l1\r\nl2\r\n") "--XX--") == 0,
	    "a file is a value");
	tap_is_str(all(), "a=l1\r\nl2\r\n", "byte for byte");
	tap_ok(multipart(type, PART("filename=\"name=z\"; name=\"a\\\"b\"",
				   "") "--XX--") == 0,
	    "an empty value and a quote in a name are possible");
	tap_is_str(all(), "a\"b=", "and read as they are meant");
	tap_ok(multipart(type, "--XX \t\r\ncontent-disposition:form-data;"
			       "name=a\r\n\r\n--XY\r\n--X\r\n--XX--") == 0,
	    "what only looks like a delimiter is content");
	tap_is_str(all(), "a=--XY\r\n--X", "of the part");

	tap_ok(multipart(type, PART("name=\"u\"", "admin")) < 0 &&
		   err.kind == ERR_INPUT,
	    "a body without its end is refused");
	tap_ok(multipart(type, PART("name=\"u\"", "admin") "--XXy") < 0,
	    "so is rubbish behind a delimiter");
	tap_ok(
	    multipart(type, "--XX\r\nContent-Type: a/b\r\n\r\n1\r\n--XX--") < 0,
	    "and a part without a name");
	tap_ok(multipart(type, "--XX\r\nContent-Disposition: form-data; "
			       "name=a\r\n--XX--") < 0,
	    "and a head without its end");
	tap_ok(multipart(type, "--XX\r\n") < 0, "and a part that is none");
	tap_ok(multipart(type, "nothing") < 0, "and no part at all");
	tap_ok(multipart("multipart/form-data", "--XX--") < 0,
	    "and a type without a boundary");
	tap_ok(multipart("multipart/form-data; boundary=\"\"", "--XX--") < 0,
	    "and one with an empty boundary");
	(void)snprintf(room, sizeof(room), "multipart/form-data; boundary=%0*d",
	    FORM_BOUNDARY_MAX + 1, 0);
	tap_ok(multipart(room, "x") < 0, "and one that is too long");
	tap_ok(multipart(type, "--XX--\r\n") == 0 && form.n == 0,
	    "no part is no parameter");
}

static void
test_json(void)
{
	const char *type = "application/json; charset=utf-8";

	tap_ok(multipart(type, "{\"u\":\"admin\",\"user_id\":100,"
			       "\"t\":true,\"f\":false,\"r\":1.50}") == 0,
	    "a JSON object is read");
	tap_is_str(all(), "u=admin|user_id=100|t=true|f=false|r=1.50",
	    "with its values as they are written");
	tap_ok(multipart(type, "{\"a\":null,\"b\":[1],\"c\":{\"d\":1},"
			       "\"e\":\"\"}") == 0,
	    "other values are no error");
	tap_is_str(all(), "e=", "and left out");
	tap_ok(multipart(type, "[1]") < 0 && err.kind == ERR_INPUT,
	    "an array is refused");
	tap_ok(multipart(type, "{\"a\":") < 0, "and so is half a text");
	tap_ok(multipart(type, "") == 0 && form.n == 0,
	    "an empty body is none, whatever its type");
}

static void
test_body(void)
{
	tap_ok(multipart("application/x-www-form-urlencoded", "a=1") == 0,
	    "an urlencoded body is read");
	tap_is_str(all(), "a=1", "as such");
	tap_ok(multipart("", "a=1") == 0, "a body without a type");
	tap_is_str(all(), "a=1", "counts as urlencoded");
	tap_ok(multipart("text/plain", "a=1") == 0, "and one of another type");
	tap_is_str(all(), "a=1", "does as well");
}

int
main(void)
{
	arena_init(&arena, ARENA_MAX);
	test_query();
	test_limits();
	test_multipart();
	test_json();
	test_body();
	arena_fini(&arena);
	return tap_end();
}
