/*
 * csvapi.fcgi -- the rental history as CSV.  csvapi.fcgi(8)
 */
#include "csvapi.h"

static int64_t
threads(const struct conf *c)
{
	return c->csvapi_threads;
}

int
main(int argc, char **argv)
{
	static const struct program csvapi = {.name = "csvapi.fcgi",
	    .metrics = "csvapi",
	    .body_max = 0,
	    .threads = threads,
	    .routes = &csvapi_routes};

	return program_main(&csvapi, argc, argv);
}
