/*
 * A Cookie header: what is found in it stands there, once; and what we set is
 * found again beside anything else.
 */
#include "cookie.h"

#include <string.h>

#include "arena.h"
#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)1 << 20)
#define OURS      "fls_7_abc"

static struct str
find(struct arena *a, const char *header, const char *scheme)
{
	const struct conf conf = {.url = "", .base = "/b"};
	const char *params[] = {scheme, "HTTP_HOST=h",
	    arena_printf(a, "HTTP_COOKIE=%s", header), NULL};
	struct req r;

	req_init(&r, a, params);
	return cookie_find(&r, &conf);
}

static void
check(struct arena *a, struct str text, const char *scheme, const char *name)
{
	const char *header = arena_str(a, text);
	struct str found = find(a, header, scheme), both;

	must(found.len <= text.len && str_find(found, ';') == found.len);
	must(found.len == 0 || memmem(text.p, text.len, name, strlen(name)));
	both = find(a, arena_printf(a, "%s; %s=" OURS, header, name), scheme);
	must(both.len == 0 || str_eqz(both, OURS));
	must(found.len == 0 || both.len == 0); /* two are not believed */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_n(data, size);
	struct arena a;

	/* A parameter of FastCGI ends with its NUL. */
	if (size > 4096 || str_find(text, '\0') < size)
		return 0;
	arena_init(&a, ARENA_MAX);
	check(&a, text, "REQUEST_SCHEME=http", COOKIE_NAME);
	check(&a, text, "REQUEST_SCHEME=https", "__Host-" COOKIE_NAME);
	arena_fini(&a);
	return 0;
}
