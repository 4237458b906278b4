/*
 * Where a device redirects to, and the addresses it names: the first line of
 * the input is a list of addresses, the rest the value.  What is led below the
 * prefix stays there, and what begins with one slash is.
 */
#include "location.h"

#include "arena.h"
#include "fuzz.h"
#include "hubwire.h"
#include "must.h"
#include "net.h"

#define PREFIX    "/b/passthrough/id/key"
#define VALUE_MAX 65536

/* 1 for ".", 2 for "..", also as "%2e"; 0 for another segment. */
static int
dots(struct str s)
{
	int n = 0;

	for (size_t i = 0; i < s.len; n++) {
		if (s.p[i] == '.')
			i++;
		else if (s.len - i >= 3 &&
			 str_eq_nocase(str_n(s.p + i, 3), STR("%2e")))
			i += 3;
		else
			return 0;
	}
	return n;
}

/* As many segments down as up, counted from the prefix. */
static void
check_below(struct str path)
{
	size_t end = 0;
	int64_t depth = 0;
	struct str segment;

	while (end < path.len && path.p[end] != '?' && path.p[end] != '#')
		must(path.p[end++] != '\\');
	path.len = end;
	must(path.len > 0 && path.p[0] == '/');
	while (str_next(&path, '/', &segment)) {
		depth += dots(segment) == 2 ? -1 : segment.len > 0;
		must(depth >= 0);
	}
}

static void
check(struct str value, struct str hosts)
{
	struct location_base base = {.prefix = STR(PREFIX),
	    .host = STR("fleet.example:8080"),
	    .hosts = hosts,
	    .path = STR("/dir/page?x=/y")};
	struct str prefix = STR(PREFIX), out;
	struct buf b;

	buf_init(&b, VALUE_MAX);
	location_confine(&b, value, &base);
	out = buf_view(&b);
	if (!buf_failed(&b) && str_starts(out, prefix) &&
	    !str_eq(out, str_trim(value)))
		check_below(str_n(out.p + prefix.len, out.len - prefix.len));
	else if (!buf_failed(&b) && out.len > 0 && out.p[0] == '/')
		must(out.len > 1 && (out.p[1] == '/' || out.p[1] == '\\'));
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_n(data, size), list = rest;
	const struct json *v;
	char *hosts = NULL;
	struct arena a;
	struct err e;

	(void)str_next(&rest, '\n', &list);
	arena_init(&a, 1 << 20);
	if (json_read(&a, list, VALUE_MAX, &v, &e) == 0)
		location_hosts(&hosts, v);
	must(str_of(hosts).len < HUBWIRE_HOSTS_MAX * NET_HOST_SIZE);
	if (rest.p != NULL)
		check(rest, str_of(hosts));
	mem_free(hosts);
	arena_fini(&a);
	return 0;
}
