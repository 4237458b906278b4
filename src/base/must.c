#include "must.h"

#include <stdio.h>
#include <stdlib.h>

void
must_fail(const char *expr, const char *file, int line)
{
	fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, expr);
	abort();
}
