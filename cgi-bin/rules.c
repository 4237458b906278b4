/*
 * rules.fcgi -- the rules for the hub: who is this, may he, what follows; and
 * the sweep that delivers what devices should have.  rules.fcgi(8)
 */
#include "rules.h"

static int64_t
threads(const struct conf *c)
{
	return c->rules_threads;
}

int
main(int argc, char **argv)
{
	static const struct program rules = {.name = "rules.fcgi",
	    .metrics = "rules",
	    .body_max = RULES_BODY_MAX,
	    .threads = threads,
	    .routes = &rules_routes,
	    .start = rules_sweep_start,
	    .stop = rules_sweep_stop};

	return program_main(&rules, argc, argv);
}
