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

static int
start(struct web *w, struct err *e)
{
	return rules_batch_start(w, e) < 0 ? -1 : rules_sweep_start(w, e);
}

static void
stop(void)
{
	rules_sweep_stop();
	rules_batch_stop();
}

int
main(int argc, char **argv)
{
	static const struct program rules = {.name = "rules.fcgi",
	    .metrics = "rules",
	    .body_max = RULES_BODY_MAX,
	    .threads = threads,
	    .routes = &rules_routes,
	    .start = start,
	    .stop = stop};

	return program_main(&rules, argc, argv);
}
