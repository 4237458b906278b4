/*
 * Parts of bodies: If-None-Match, If-Range and Range, a line each.  What must
 * hold: a part lies within its body, and has bytes if it is one.
 */
#include "part.h"

#include "fuzz.h"
#include "must.h"

#define SIZE 1000

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
	static const char *const names[] = {
	    "HTTP_IF_NONE_MATCH", "HTTP_IF_RANGE", "HTTP_RANGE"};
	const char *params[4] = {NULL};
	struct str rest = str_n(p, n), line;
	struct arena a;
	struct part part;
	struct req r;

	if (n > 4096)
		return 0;
	arena_init(&a, 65536);
	for (int i = 0; i < 3; i++) {
		line = STR("");
		(void)str_next(&rest, '\n', &line);
		params[i] = arena_printf(
		    &a, "%s=%.*s", names[i], (int)line.len, line.p);
	}
	req_init(&r, &a, params);
	part = part_find(&r, STR("\"tag\""), SIZE);
	must(part.from + part.n <= SIZE);
	must((part.status == 206 || part.status == 200) == (part.n > 0));
	arena_fini(&a);
	return 0;
}
