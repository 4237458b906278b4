/* Which requests a browser sends for a page that is not ours. */
#include "origin.h"

#include <stdio.h>

#include "tap.h"

static const char *site = "REQUEST_SCHEME=https";
static const char *host = "HTTP_HOST=fleet.example";
static const char *url = "";

/* Up to three more parameters. */
static bool
foreign(const char *a, const char *b, const char *c)
{
	const char *params[] = {site, host, a, b, c, NULL};
	struct arena arena;
	struct req r;
	bool result;

	arena_init(&arena, REQ_ARENA_MAX);
	req_init(&r, &arena, params);
	result = origin_is_foreign(&r, url);
	arena_fini(&arena);
	return result;
}

static void
origins(bool want, const char *const *list, const char *name)
{
	char header[256], title[512];

	for (; *list != NULL; list++) {
		(void)snprintf(header, sizeof(header), "HTTP_ORIGIN=%s", *list);
		(void)snprintf(title, sizeof(title), "%s, %s: '%s' %s",
		    site + 15, url[0] ? url : host + 10, *list, name);
		tap_ok(foreign(header, NULL, NULL) == want, "%s", title);
	}
}

#define LIST(...)                                                              \
	(const char *const[])                                                  \
	{                                                                      \
		__VA_ARGS__, NULL                                              \
	}
#define OURS(...)   origins(false, LIST(__VA_ARGS__), "is ours")
#define THEIRS(...) origins(true, LIST(__VA_ARGS__), "is foreign")

static void
path_is(const char *uri, const char *want)
{
	const char *params[] = {site, host, NULL};
	struct arena arena;
	struct req r;

	arena_init(&arena, REQ_ARENA_MAX);
	req_init(&r, &arena, params);
	tap_ok(str_eqz(origin_path(&r, url, str_of(uri)), want),
	    "'%s' is %s of ours", uri, want);
	arena_fini(&arena);
}

static void
test_paths(void)
{
	path_is("https://fleet.example/a?b=c", "/a?b=c");
	path_is("HTTPS://FLEET.example:443/a", "/a");
	path_is("https://fleet.example", "");
	path_is("https://fleet.example?a=/b", "https://fleet.example?a=/b");
	path_is("http://fleet.example/a", "http://fleet.example/a");
	path_is("https://evil.example/a", "https://evil.example/a");
	path_is("https://fleet.example@evil/a", "https://fleet.example@evil/a");
	path_is("https:///a", "https:///a");
	path_is("//fleet.example/a", "//fleet.example/a");
	path_is("/a?b=https://fleet.example/", "/a?b=https://fleet.example/");
	path_is("", "");
	path_is(":", ":");
	path_is("://", "://");
}

static void
test_host(void)
{
	tap_ok(!foreign(NULL, NULL, NULL), "no browser sends neither header");
	OURS("https://fleet.example", "https://FLEET.example",
	    "HTTPS://fleet.example", "https://fleet.example:443");
	THEIRS("http://fleet.example", "https://fleet.example:80",
	    "https://fleet.example:8443", "https://evil.example", "null", "",
	    "https://fleet.example.", "https://fleet.example.evil",
	    "https://evil.fleet.example", "https://fleet.exampl",
	    "https://fleet.example/", "https://fleet.example/x",
	    "https://fleet.example:443/", "https://evil@fleet.example",
	    "https://fleet.example@evil", "https://fleet.example, null",
	    "https://fleet.example https://fleet.example", "fleet.example",
	    "//fleet.example", "https:fleet.example", "https://",
	    "https://fleet.example:443443", "https://fleet.example:x",
	    "https://:443", "file://", "chrome-extension://fleet.example",
	    "https://fleet.example:-443");
	host = "HTTP_HOST=fleet.example:8443";
	OURS("https://fleet.example:8443");
	THEIRS("https://fleet.example", "https://fleet.example:443");
	host = "HTTP_HOST=fleet.example:443";
	OURS("https://fleet.example");
	site = "REQUEST_SCHEME=http";
	THEIRS("http://fleet.example", "https://fleet.example");
	host = "HTTP_HOST=fleet.example:80";
	OURS("http://fleet.example");
	host = "HTTP_HOST=FLEET.example.";
	OURS("http://fleet.example.");
	THEIRS("http://fleet.example");
	host = "HTTP_HOST=[2001:db8::1]:8080";
	OURS("http://[2001:db8::1]:8080", "http://[2001:DB8::1]:8080");
	THEIRS("http://[2001:db8::1]", "http://[2001:db8::2]:8080",
	    "http://[2001:db8::1");
	host = "HTTP_HOST=[::1]";
	OURS("http://[::1]", "http://[::1]:80");
	host = "HTTP_HOST=a/b";
	THEIRS("http://a/b", "http://a", "null");
	host = "HTTP_HOST=";
	THEIRS("http://fleet.example", "null", "");
}

/* What clients see is what the setting says, whatever Host they send. */
static void
test_url(void)
{
	site = "REQUEST_SCHEME=http";
	host = "HTTP_HOST=10.0.0.1:8080";
	url = "https://fleet.example";
	OURS("https://fleet.example", "https://fleet.example:443");
	THEIRS("http://10.0.0.1:8080", "http://fleet.example");
	url = "";
	OURS("http://10.0.0.1:8080");
}

static void
test_site(void)
{
	const char *ours = "HTTP_ORIGIN=https://fleet.example";
	const char *other = "HTTP_ORIGIN=https://evil.example";

	site = "REQUEST_SCHEME=https";
	host = "HTTP_HOST=fleet.example";
	tap_ok(!foreign("HTTP_SEC_FETCH_SITE=same-origin", NULL, NULL) &&
		   !foreign("HTTP_SEC_FETCH_SITE=none", NULL, NULL),
	    "Sec-Fetch-Site alone: same-origin and none are let in");
	tap_ok(foreign("HTTP_SEC_FETCH_SITE=cross-site", NULL, NULL) &&
		   foreign("HTTP_SEC_FETCH_SITE=same-site", NULL, NULL) &&
		   foreign("HTTP_SEC_FETCH_SITE=", NULL, NULL) &&
		   foreign("HTTP_SEC_FETCH_SITE=Same-Origin", NULL, NULL) &&
		   foreign("HTTP_SEC_FETCH_SITE=new-word", NULL, NULL),
	    "and nothing else, another port of the same host neither");
	tap_ok(!foreign(ours, "HTTP_SEC_FETCH_SITE=same-origin", NULL),
	    "both right");
	tap_ok(foreign(ours, "HTTP_SEC_FETCH_SITE=cross-site", NULL),
	    "an Origin of ours does not heal the other header");
	tap_ok(foreign(other, "HTTP_SEC_FETCH_SITE=same-origin", NULL),
	    "nor the other way round");
	tap_ok(foreign(ours, ours, NULL) && foreign(ours, other, NULL) &&
		   foreign(other, ours, NULL) &&
		   foreign(ours, "HTTP_SEC_FETCH_SITE=none",
		       "HTTP_SEC_FETCH_SITE=none"),
	    "a header that is there twice is not believed");
}

int
main(void)
{
	test_paths();
	test_host();
	test_url();
	test_site();
	return tap_end();
}
