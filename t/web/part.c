/* Bodies under conditions and in parts, by RFC 9110. */
#include "part.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "tap.h"

#define TAG "\"abc\""

static void
test(const char *const *headers, int status, const char *want, const char *name)
{
	char got[64];
	struct arena a;
	struct req r;
	struct part p;

	arena_init(&a, 65536);
	req_init(&r, &a, headers);
	p = part_find(&r, STR(TAG), 10);
	(void)snprintf(got, sizeof(got), "%zu+%zu", p.from, p.n);
	tap_ok(p.status == status && strcmp(got, want) == 0, "%s: %d %s", name,
	    p.status, got);
	arena_fini(&a);
}

#define HEADERS(...)                                                           \
	(const char *const[])                                                  \
	{                                                                      \
		"REQUEST_METHOD=GET", __VA_ARGS__, NULL                        \
	}

static void
test_range(const char *range, int status, const char *want)
{
	char header[128];

	(void)snprintf(header, sizeof(header), "HTTP_RANGE=%s", range);
	test(HEADERS(header), status, want, range);
}

int
main(void)
{
	test(HEADERS("X=1"), 200, "0+10", "nothing asked");
	test_range("bytes=0-3", 206, "0+4");
	test_range("bytes=4-", 206, "4+6");
	test_range("bytes=-3", 206, "7+3");
	test_range("bytes=-30", 206, "0+10");
	test_range("bytes=8-100", 206, "8+2");
	test_range("bytes=9-9", 206, "9+1");
	test_range("bytes=10-", 416, "0+0");
	test_range("bytes=-0", 416, "0+0");
	test_range("bytes=3-1", 200, "0+10");
	test_range("bytes=0-1,3-4", 200, "0+10");
	test_range("bytes=", 200, "0+10");
	test_range("bytes=-", 200, "0+10");
	test_range("bytes=a-b", 200, "0+10");
	test_range("bytes=1-2-3", 200, "0+10");
	test_range("lines=1-2", 200, "0+10");
	test(HEADERS("HTTP_IF_NONE_MATCH=" TAG), 304, "0+0", "same tag");
	test(HEADERS("HTTP_IF_NONE_MATCH=\"x\", W/" TAG), 304, "0+0",
	    "one of a list, weak");
	test(HEADERS("HTTP_IF_NONE_MATCH=*"), 304, "0+0", "any");
	test(HEADERS("HTTP_IF_NONE_MATCH=\"ab\""), 200, "0+10", "another");
	test(HEADERS("HTTP_RANGE=bytes=1-1", "HTTP_IF_RANGE=" TAG), 206, "1+1",
	    "if it is the same still");
	test(HEADERS("HTTP_RANGE=bytes=1-1", "HTTP_IF_RANGE=\"old\""), 200,
	    "0+10", "all of another one");
	return tap_end();
}
