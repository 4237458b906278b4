/*
 * dialplan.fcgi -- the REST of ipcortex for phones.  dialplan.fcgi(8)
 */
#include "dialplan.h"

static int64_t
threads(const struct conf *c)
{
	return c->dialplan_threads;
}

int
main(int argc, char **argv)
{
	static const struct program dialplan = {.name = "dialplan.fcgi",
	    .metrics = "dialplan",
	    .body_max = DIALPLAN_BODY_MAX,
	    .threads = threads,
	    .routes = &dialplan_routes,
	    .start = dialplan_start,
	    .stop = dialplan_stop};

	return program_main(&dialplan, argc, argv);
}
