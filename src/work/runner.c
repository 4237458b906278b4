#include "runner.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "beside.h"
#include "core.h"
#include "jump.h"
#include "lease.h"
#include "log.h"

#define ARENA_MAX ((size_t)64 << 20)

struct run {
	const struct conf *conf;
	struct core core;
	struct arena arena;
	struct actor me;
	struct err err;
	struct ask q;
	struct lease lease;   /* of the work that is done now */
	struct beside keeper; /* renews the lease */
	atomic_bool lost;
};

/* ---- for works ---- */

struct ask *
run_ask(struct run *r)
{
	return &r->q;
}

const struct conf *
run_conf(const struct run *r)
{
	return r->conf;
}

bool
run_goes_on(void *run)
{
	const struct run *r = run;

	return !atomic_load(&r->lost);
}

int
run_forget(struct run *r, int (*some)(struct ask *q, int64_t *count),
    const char *event)
{
	int64_t rows = 1, all = 0;

	while (rows > 0 && run_goes_on(r)) {
		if (some(run_ask(r), &rows) < 0)
			return -1;
		all += rows;
	}
	if (all > 0)
		log_event(LOG_INFO, event, PAIRS(P_INT("rows", all)));
	return 0;
}

/* ---- keeping the lease ---- */

/* 1 it is ours for another while.  A store of its own: a struct core belongs
 * to one thread, and most runs end before it is needed. */
static int
renew(struct run *r, struct core *core)
{
	struct arena a;
	struct err e = {0};
	struct ask q = {.core = core, .arena = &a, .who = &r->me, .err = &e};
	int rc = 0;

	arena_init(&a, 4096);
	if (core->store == NULL)
		rc = core_open(core, r->conf, &e);
	if (rc == 0)
		rc = lease_renew(&q, &r->lease);
	arena_fini(&a);
	if (rc < 0)
		log_event(
		    LOG_WARN, "lease.unsure", PAIRS(P_STRZ("why", e.text)));
	return rc;
}

static void *
keep_lease(void *arg)
{
	struct run *r = arg;
	struct core core = {0};
	int failures = 0, rc;

	while (beside_sleep(&r->keeper, r->lease.last_ms / 3)) {
		rc = renew(r, &core);
		failures = rc < 0 ? failures + 1 : 0;
		/* After the second failure it may be somebody else's. */
		if (rc > 0 || (rc < 0 && failures < 2))
			continue;
		atomic_store(&r->lost, true);
		log_event(LOG_WARN, "lease.lost",
		    PAIRS(P_STRZ("name", r->lease.name)));
		break;
	}
	core_close(&core);
	return NULL;
}

/* ---- the run ---- */

/* With the lease in hand. */
static int
work_and_release(struct run *r, const struct work *w)
{
	int rc;

	beside_start(&r->keeper, keep_lease, r);
	rc = w->run(r);
	beside_stop(&r->keeper);
	if (rc < 0)
		log_event(LOG_ERROR, "work.failed",
		    PAIRS(P_STRZ("work", w->name), P_STRZ("why", r->err.text)));
	if (lease_release(&r->q, &r->lease) < 0) {
		log_event(LOG_WARN, "lease.kept",
		    PAIRS(P_STRZ("name", w->name), P_STRZ("why", r->err.text)));
		return 1;
	}
	return rc != 0;
}

/* 0 done, or another run does it still; 1 something must be looked at. */
static int
do_work(struct run *r, const struct work *w)
{
	int rc;

	r->lease.name = w->name;
	rc = lease_take(&r->q, &r->lease);
	if (rc > 0)
		return work_and_release(r, w);
	if (rc < 0)
		log_event(LOG_ERROR, "work.failed",
		    PAIRS(P_STRZ("work", w->name), P_STRZ("why", r->err.text)));
	else
		log_event(LOG_DEBUG, "busy",
		    PAIRS(P_STRZ("work", w->name),
			P_STRZ("why", "another run does it")));
	return rc < 0;
}

static int
do_works(struct run *r, const struct work *table)
{
	int worst = 0;

	for (const struct work *w = table; w->name != NULL; w++) {
		struct arena_mark m = arena_mark(&r->arena);

		if (!run_goes_on(r))
			break;
		worst |= do_work(r, w);
		arena_reset(&r->arena, m);
	}
	return run_goes_on(r) ? worst : 1;
}

int
runner_run(const struct conf *conf, const struct work *table, int64_t lease_ms)
{
	struct run r = {.conf = conf, .lease = {.last_ms = lease_ms}};
	int rc;

	arena_init(&r.arena, ARENA_MAX);
	actor_local(&r.me);
	r.q = (struct ask){
	    .core = &r.core, .arena = &r.arena, .who = &r.me, .err = &r.err};
	rc = core_open(&r.core, conf, &r.err);
	if (rc < 0) {
		log_event(LOG_ERROR, "stop", PAIRS(P_STRZ("why", r.err.text)));
		rc = 1;
	} else {
		rc = do_works(&r, table);
	}
	core_close(&r.core);
	arena_fini(&r.arena);
	return rc;
}

int
runner_force(const struct conf *conf)
{
	struct core core;
	struct arena a;
	struct actor me;
	struct err e;
	struct ask q = {.core = &core, .arena = &a, .who = &me, .err = &e};
	int rc;

	arena_init(&a, ARENA_MAX);
	actor_local(&me);
	rc = core_open(&core, conf, &e);
	if (rc == 0)
		rc = jump_run(&q, true);
	log_event(rc < 0 ? LOG_ERROR : LOG_WARN,
	    rc < 0 ? "stop" : "clock.forced",
	    PAIRS(P_STRZ("why", rc < 0 ? e.text : "--force was given")));
	core_close(&core);
	arena_fini(&a);
	return rc < 0;
}
