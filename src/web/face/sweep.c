/* The sweep of rules.fcgi, see rules.h. */
#include "clock.h"
#include "deliver.h"
#include "log.h"
#include "probe.h"
#include "rules.h"
#include "turns.h"

#define SWEEP_MEMORY ((size_t)8 << 20)

static struct {
	struct turns *turns;
	struct core core;
	int64_t probe_ms; /* when the next write on trial is due */
} sweep;

/* /health looks how old it is. */
static void
probe(struct ask *q)
{
	if (clock_mono_ms() < sweep.probe_ms)
		return;
	sweep.probe_ms = clock_mono_ms() + PROBE_MS;
	if (probe_write(q) < 0)
		log_event(LOG_ERROR, "probe.failed",
		    PAIRS(P_STRZ("why", q->err->text)));
}

static bool
once(void *arg)
{
	struct arena a;
	struct err e = {0};
	struct ask q = {
	    .core = &sweep.core, .arena = &a, .who = NULL, .err = &e};

	(void)arg;
	arena_init(&a, SWEEP_MEMORY);
	probe(&q);
	if (deliver_sweep(&q) < 0)
		log_event(
		    LOG_WARN, "sweep.failed", PAIRS(P_STRZ("why", e.text)));
	arena_fini(&a);
	return true;
}

int
rules_sweep_start(struct web *w, struct err *e)
{
	if (core_open(&sweep.core, &w->conf, e) < 0)
		return -1;
	sweep.turns = turns_start(SWEEP_MS, once, NULL);
	return 0;
}

void
rules_sweep_stop(void)
{
	turns_stop(&sweep.turns);
	core_close(&sweep.core);
}
