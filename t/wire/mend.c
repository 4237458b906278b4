/* JSON that has lost braces. */
#include "mend.h"

#include <string.h>

#include "count.h"
#include "json.h"
#include "tap.h"

static void
mends(const char *text, const char *want, const char *name)
{
	struct buf out;

	buf_init(&out, 4096);
	mend_json(str_of(text), &out);
	tap_is_str(out.len > 0 ? out.data : "", want, name);
	buf_fini(&out);
}

static void
test_samples(void)
{
	mends("\"devices\": [\n{ \"id\": \"IP22\", \"versions\": [ \"13r1\" ] "
	      "},\n"
	      "{ \"id\": \"IPVA\", \"versions\": [ \"13r1\" ] }\n"
	      "\"versions\": [\n{ \"id\": \"13r1\", \"build\": \"131705\" }\n",
	    "{\"devices\":[{\"id\":\"IP22\",\"versions\":[\"13r1\"]},"
	    "{\"id\":\"IPVA\",\"versions\":[\"13r1\"]}],"
	    "\"versions\":[{\"id\":\"13r1\",\"build\":\"131705\"}]}",
	    "UJ1: a sample of firmware.json without lines of brackets");
	mends("\"apps\": [\n\"id\": \"a\",\n\"versions\": [\n"
	      "{ \"id\": \"13r1\", \"build\": \"1\" }\n\"title\": \"A\"\n"
	      "\"id\": \"b\",\n\"title\": \"B\"",
	    "{\"apps\":[{\"id\":\"a\",\"versions\":[{\"id\":\"13r1\","
	    "\"build\":\"1\"}],\"title\":\"A\"},{\"id\":\"b\",\"title\":\"B\"}]"
	    "}",
	    "UJ1: one of apps.json: each app begins with its first member");
}

static void
test_rules(void)
{
	mends("{\"a\":[1,2,{\"b\":null}],\"c\":-1.5e3}",
	    "{\"a\":[1,2,{\"b\":null}],\"c\":-1.5e3}", "what is right stays");
	mends("[1 2 \"x\" true]", "[1,2,\"x\",true]", "commas");
	mends("{\"a\":1}}]", "{\"a\":1}", "brackets too many");
	mends("{\"a\":{\"b\":[1", "{\"a\":{\"b\":[1]}}", "brackets too few");
	mends("{\"a\":{\"b\":[1},\"c\":2}", "{\"a\":{\"b\":[1]},\"c\":2}",
	    "a bracket of the other kind");
	mends("{\"a\":}", "{\"a\":null}", "no value");
	mends("{\"a\":\"b\":1}", "{\"a\":null,\"b\":1}", "a name for a value");
	mends("{\"a\":1 2 3}", "{\"a\":1}", "elements without a name");
	mends("[{\"a\":1{\"a\":2}]", "[{\"a\":1},{\"a\":2}]",
	    "an object behind an object that has no end");
	mends("\xef\xbb\xbf{\"a\":\"\\\"{\"}", "{\"a\":\"\\\"{\"}",
	    "what stands in strings is text");
	mends("{\"a\":\"x\n\"b\":1}", "{\"a\":null,\"b\":1}",
	    "a string ends with its line");
	mends("", "", "nothing stays nothing");
}

static void
test_depth(void)
{
	char text[200];
	struct buf out;

	memset(text, '[', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	buf_init(&out, 4096);
	mend_json(str_of(text), &out);
	tap_ok(!buf_failed(&out) && out.len < 1000, "depth is bounded");
	buf_clear(&out);
	buf_fini(&out);
	buf_init(&out, 4);
	mend_json(STR("{\"a\":1}"), &out);
	tap_ok(buf_failed(&out), "so is length");
	buf_fini(&out);
}

int
main(void)
{
	test_samples();
	test_rules();
	test_depth();
	return tap_end();
}
