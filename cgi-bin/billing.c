/*
 * billing.fcgi -- device lists for billing systems, as XML.  billing.fcgi(8)
 */
#include "billing_face.h"

static int64_t
threads(const struct conf *c)
{
	return c->billing_threads;
}

int
main(int argc, char **argv)
{
	static const struct program billing = {.name = "billing.fcgi",
	    .metrics = "billing",
	    .body_max = BILLING_BODY_MAX,
	    .threads = threads,
	    .routes = &billing_routes,
	    .start = billing_start,
	    .stop = billing_stop};

	return program_main(&billing, argc, argv);
}
