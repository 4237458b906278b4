/* Targets of the passthrough, names of apps, answers of the hub itself. */
#include "door.h"

#include <string.h>

#include "apptext.h"
#include "count.h"
#include "tap.h"

static void
parses(const char *target, const char *prefix, const char *hw_id,
    const char *key, const char *path)
{
	struct door_target t;

	tap_ok(door_parse(str_of(target), &t) && str_eqz(t.prefix, prefix) &&
		   str_eqz(t.hw_id, hw_id) && str_eqz(t.key, key) &&
		   str_eqz(t.path, path),
	    "%s is read", target);
}

static void
test_targets(void)
{
	struct door_target t;

	parses("/example.com/devices/passthrough/0090330a0b0c/k-e-y/a/b?c=d/e",
	    "/example.com/devices/passthrough/0090330a0b0c/k-e-y",
	    "0090330a0b0c", "k-e-y", "/a/b?c=d/e");
	parses(
	    "/x/passthrough/a:b/k/", "/x/passthrough/a:b/k", "a:b", "k", "/");
	parses("/x/passthrough/a/k", "/x/passthrough/a/k", "a", "k", "/");
	parses("/passthrough/a/k/passthrough/b/l/", "/passthrough/a/k", "a",
	    "k", "/passthrough/b/l/");
	parses("/x/passthrough/a/k/!mod%20cmd%2F%00", "/x/passthrough/a/k", "a",
	    "k", "/!mod%20cmd%2F%00");
	tap_ok(!door_parse(STR("/x/passthrough/a"), &t), "a key must be there");
	tap_ok(!door_parse(STR("/x/passthrough//k/"), &t), "and a device");
	tap_ok(!door_parse(STR("/x?y=/passthrough/a/k/"), &t),
	    "a query is no path");
	tap_ok(!door_parse(STR("http://h/passthrough/a/k/"), &t),
	    "an absolute form is refused");
	tap_ok(!door_parse(STR("*"), &t) && !door_parse(STR(""), &t),
	    "as is what is no path");
}

static void
is_id(const char *text, const char *want)
{
	char out[DOOR_ID_SIZE];

	tap_ok(door_id(str_of(text), out), "%s is an id", text);
	tap_is_str(out, want, want);
}

static void
test_ids(void)
{
	char out[DOOR_ID_SIZE];

	is_id("0090330A0B0C", "0090330a0b0c");
	is_id("00-90-33-0a-0b-0c", "0090330a0b0c");
	is_id("00:90:33:0A:0B:0C", "0090330a0b0c");
	is_id("docker0", "docker0");
	is_id("Docker-0", "Docker-0");
	tap_ok(!door_id(STR(".."), out) && !door_id(STR("."), out),
	    "dots are no id");
	tap_ok(!door_id(STR("a b"), out) && !door_id(STR("a%20b"), out) &&
		   !door_id(STR(""), out),
	    "nor is what has other characters");
	tap_ok(!door_id(STR("01234567890123456789012345678901234567890123456789"
			    "012345678901234"),
		   out),
	    "nor what is too long");
}

static void
test_app_names(void)
{
	static const char *const names[][2] = {
	    {"/x/innovaphone-devices", "innovaphone-devices"},
	    {"/x/innovaphone-devices.htm?lang=de", "innovaphone-devices"},
	    {"/x/$innovaphone-devices-api", "innovaphone-devices-api"},
	    {"/x/innovaphone-devices$", "innovaphone-devices"},
	    {"/x/", ""},
	    {"", ""},
	};

	for (size_t i = 0; i < COUNT(names); i++)
		tap_ok(str_eqz(apptext_name(str_of(names[i][0])), names[i][1]),
		    "the app of %s", names[i][0]);
}

static void
busy(const char *message, const char *want)
{
	struct buf b;

	buf_init(&b, 100000);
	apptext_error(str_of(message), HUBWIRE_BUSY, &b);
	tap_is_str(b.data ? b.data : "", want, message);
	buf_fini(&b);
}

static void
test_busy(void)
{
	busy("{\"mt\":\"GetX\",\"src\":\"a\\u0041\"}",
	    "{\"mt\":\"GetXResult\",\"src\":\"a\\u0041\",\"error\":\"busy\"}");
	busy("{\"mt\":\"GetX\"}", "{\"mt\":\"GetXResult\",\"error\":\"busy\"}");
	busy("{\"mt\":\"G\",\"src\":{\"n\": [1]}}",
	    "{\"mt\":\"GResult\",\"src\":{\"n\": [1]},\"error\":\"busy\"}");
	busy("{\"mt\":1}", "{\"error\":\"busy\"}");
	busy("no message", "{\"error\":\"busy\"}");
}

/* A message of the smallest values needs more memory than its text says. */
static void
test_busy_of_many_values(void)
{
	static const char end[] = "0]}";
	struct buf text, out;

	buf_init(&text, HUBWIRE_MESSAGE_MAX);
	buf_init(&out, 1000);
	buf_puts(&text, "{\"mt\":\"GetX\",\"list\":[");
	while (text.len + 2 + sizeof(end) <= HUBWIRE_MESSAGE_MAX)
		buf_puts(&text, "0,");
	buf_puts(&text, end);
	apptext_error(buf_view(&text), HUBWIRE_BUSY, &out);
	tap_is_str(out.data, "{\"mt\":\"GetXResult\",\"error\":\"busy\"}",
	    "64 KiB of the smallest values are answered, too");
	buf_fini(&text);
	buf_fini(&out);
}

int
main(void)
{
	test_targets();
	test_ids();
	test_app_names();
	test_busy();
	test_busy_of_many_values();
	return tap_end();
}
