/*
 * provision.fcgi -- what phones of other vendors ask for.  provision.fcgi(8)
 */
#include "provision.h"

static int64_t
threads(const struct conf *c)
{
	return c->provision_threads;
}

int
main(int argc, char **argv)
{
	static const struct program provision = {.name = "provision.fcgi",
	    .metrics = "provision",
	    .body_max = PROVISION_BODY_MAX,
	    .threads = threads,
	    .routes = &provision_routes,
	    .start = provision_start,
	    .stop = provision_stop};

	return program_main(&provision, argc, argv);
}
