#include "must.h"
#include "log.h"

#include <stdio.h>
#include <stdlib.h>

void
must_fail(const char *expr, const char *file, int line)
{
	fprintf(stderr, "%s%s:%d: broken invariant: %s\n",
	    log_priority(LOG_ERROR), file, line, expr);
	abort();
}
