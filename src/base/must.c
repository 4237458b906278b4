#include "must.h"
#include "gather.h"
#include "log.h"

#include <stdio.h>
#include <stdlib.h>

void
must_fail(const char *expr, const char *file, int line)
{
	gather_flush_if_free();
	fprintf(stderr, "%s%s:%d: broken invariant: %s\n",
	    log_priority(LOG_ERROR), file, line, expr);
	abort();
}
