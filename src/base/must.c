#include "must.h"

#include <stdio.h>
#include <stdlib.h>

static const char *line_prefix = "";
static void (*call_before)(void);

void
must_open(const char *prefix, void (*before)(void))
{
	line_prefix = prefix;
	call_before = before;
}

void
must_fail(const char *expr, const char *file, int line)
{
	if (call_before != NULL)
		call_before();
	fprintf(stderr, "%s%s:%d: broken invariant: %s\n", line_prefix, file,
	    line, expr);
	abort();
}
