/* Where a device may send a browser to: below its prefix, or away from us. */
#include "location.h"

#include "tap.h"

static const struct location_base base = {
    .prefix = {"/b/passthrough/id/key", 21},
    .host = {"fleet.example:8080", 18},
    .hosts = {"192.0.2.7 2001:db8::7 fe80::7", 29},
    .path = {"/dir/page?x=/y", 14},
};

static void
leads(const char *value, const char *to, const char *why)
{
	struct buf out;

	buf_init(&out, 4096);
	location_confine(&out, str_of(value), &base);
	tap_is_str(out.data != NULL ? out.data : "", to, why);
	buf_fini(&out);
}

#define P "/b/passthrough/id/key"

static void
paths(void)
{
	leads("/login", P "/login", "a path gets the prefix");
	leads("/", P "/", "the root too");
	leads("/a?b=/c#d", P "/a?b=/c#d", "query and fragment stay");
	leads("other", "other", "a relative one stays");
	leads("sub/", "sub/", "with a slash as well");
	leads("?q=../..", "?q=../..", "a query alone stays");
	leads("#x", "#x", "so does a fragment");
	leads("", "", "and nothing");
	leads("a:b", "a:b", "what has a scheme is no path");
}

static void
dots(void)
{
	leads("/../../x", P "/x", "dots do not climb above the prefix");
	leads("..", P "/", "nor do those of a relative one");
	leads("../../../x", P "/x", "however many");
	leads("../other/", P "/other/", "but inside they work");
	leads("a/./../b", P "/dir/b", "relative to the folder of the request");
	leads("/a/..", P "/", "at the end they leave a slash");
	leads("/a/.", P "/a/", "one dot too");
	leads("%2e%2E/.%2e/x", P "/x", "dots may be written otherwise");
	leads("/...", P "/...", "three are a name");
	leads("..\\..\\x", P "/x", "a backslash is a slash");
	leads("/x\\..\\..\\y", P "/y", "wherever it stands");
}

static void
hosts(void)
{
	leads("http://fleet.example:8080/x?y", P "/x?y", "our host is a path");
	leads("HTTPS://Fleet.Example:8080", P "/", "in any case");
	leads("//fleet.example:8080/x", P "/x", "without a scheme");
	leads("\\\\fleet.example:8080\\x", P "/x", "with backslashes");
	leads("http:///fleet.example:8080/x", P "/x", "any number of slashes");
	leads("http://u:p@fleet.example:8080/x", P "/x", "with a user");
	leads("http://fleet%2eexample:8080/x", P "/x", "in odd letters");
	leads("http:/x", P "/x", "one slash is a path");
	leads("http:x", P "/dir/x", "none is a relative one");
	leads("\thttp:\t//x", P "/", "with a tab inside it is not trusted");
	leads("http://fleet.example/x", "http://fleet.example/x",
	    "another port is another server");
	leads("https://else.example/../x", "https://else.example/../x",
	    "another host stays as it is");
	leads("//else.example", "//else.example", "without a scheme too");
	leads("mailto:x@fleet.example", "mailto:x@fleet.example",
	    "so do other schemes");
}

static void
own_addresses(void)
{
	leads("http://192.0.2.7/x?y", P "/x?y",
	    "an address of the device is the device");
	leads("https://192.0.2.7:8443", P "/", "at any port, with any scheme");
	leads("//192.0.2.7:8080/a/../x", P "/x", "without a scheme too");
	leads("http://u@192.0.2.7:/x", P "/x", "with a user and no port");
	leads("http://[2001:DB8:0::7]:81/x", P "/x",
	    "an IPv6 address, however it is written");
	leads("//[fe80::7]", P "/", "one of the own link");
	leads("http://192.0.2.70/x", "http://192.0.2.70/x",
	    "the address of a neighbour leads away");
	leads("http://192.0.2.7.example/x", "http://192.0.2.7.example/x",
	    "so does a name that begins so");
	leads("http://[2001:db8::8]/x", "http://[2001:db8::8]/x",
	    "and another IPv6 address");
	leads("ws://192.0.2.7/x", "ws://192.0.2.7/x", "and other schemes");
}

static void
reported(void)
{
	static const char list[] = "[\"192.0.2.7\",\"x y\",7,\"fe80::7\"]";
	struct arena a;
	const struct json *v;
	char *known = NULL;
	struct err e;

	arena_init(&a, 65536);
	tap_ok(json_read(&a, STR(list), sizeof(list), &v, &e) == 0, "a list");
	location_hosts(&known, NULL);
	tap_ok(known == NULL, "no list changes nothing");
	location_hosts(&known, v);
	tap_is_str(known, "192.0.2.7 fe80::7", "addresses only are kept");
	location_hosts(&known, NULL);
	tap_is_str(known, "192.0.2.7 fe80::7", "until another list comes");
	tap_ok(json_read(&a, STR("[]"), 2, &v, &e) == 0, "an empty one");
	location_hosts(&known, v);
	tap_ok(known == NULL, "forgets them");
	arena_fini(&a);
}

int
main(void)
{
	paths();
	dots();
	hosts();
	own_addresses();
	reported();
	return tap_end();
}
