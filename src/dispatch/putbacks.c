#include "putbacks.h"

#include "arena.h"
#include "beside.h"
#include "clock.h"
#include "core.h"
#include "log.h"
#include "must.h"

#define ARENA_MAX ((size_t)64 << 20)
#define LOOK_MS   200 /* between two looks of a thread that has nothing to do */
#define AGAIN_MS  1000 /* before how it has ended is kept once more */

/* A thread, and what it does; who takes it clears busy last. */
struct hand {
	struct putbacks *all;
	struct beside thread;
	struct putback_run run;
	atomic_bool busy;
};

struct putbacks {
	const struct conf *conf;
	const char *control;
	atomic_bool ending;
	int64_t due_ms; /* of the next look, by the monotonic clock */
	struct hand hands[PUTBACKS_AT_ONCE];
};

/* ---- a thread ---- */

static int
do_it(struct hand *h)
{
	struct core core = {0};
	struct arena a;
	struct err e = {0};
	struct actor me;
	struct ask q = {.core = &core, .arena = &a, .who = &me, .err = &e};
	int rc;

	arena_init(&a, ARENA_MAX);
	actor_local(&me);
	rc = core_open(&core, h->all->conf, &e);
	if (rc == 0)
		rc = putback_do(&q, h->all->conf, &h->run);
	if (rc < 0)
		log_event(LOG_WARN, "putback.failed",
		    PAIRS(P_INT("id", h->run.row.id), P_STRZ("why", e.text)));
	core_close(&core);
	arena_fini(&a);
	return rc;
}

static void *
go(void *arg)
{
	struct hand *h = arg;
	int64_t pause = 0;

	while (beside_sleep(&h->thread, pause)) {
		pause = LOOK_MS;
		if (!atomic_load(&h->busy))
			continue;
		pause = AGAIN_MS;
		if (do_it(h) == 0) {
			pause = 0;
			atomic_store(&h->busy, false);
		}
	}
	return NULL;
}

/* ---- all of them ---- */

struct putbacks *
putbacks_new(const struct conf *conf, const char *control)
{
	struct putbacks *p = mem_new(sizeof(*p));

	p->conf = conf;
	p->control = control;
	for (int i = 0; i < PUTBACKS_AT_ONCE; i++) {
		p->hands[i].all = p;
		beside_start(&p->hands[i].thread, go, &p->hands[i]);
	}
	return p;
}

void
putbacks_free(struct putbacks **p)
{
	atomic_store(&(*p)->ending, true);
	for (int i = 0; i < PUTBACKS_AT_ONCE; i++)
		beside_stop(&(*p)->hands[i].thread);
	mem_free(*p);
	*p = NULL;
}

static bool
all_free(const struct putbacks *p)
{
	for (int i = 0; i < PUTBACKS_AT_ONCE; i++)
		if (atomic_load(&p->hands[i].busy))
			return false;
	return true;
}

int
putbacks_turn(struct putbacks *p, struct ask *q)
{
	int64_t now = clock_mono_ms();
	int rc = 1;

	if (now < p->due_ms)
		return 0;
	p->due_ms = now + LOOK_MS;
	/* Who has the lease and does nothing finds what another one was at. */
	if (all_free(p) && putback_left(q) < 0)
		return -1;
	for (int i = 0; rc > 0 && i < PUTBACKS_AT_ONCE; i++) {
		struct hand *h = &p->hands[i];

		if (atomic_load(&h->busy))
			continue;
		rc = putback_take(q, &h->run);
		h->run.control = p->control;
		h->run.stop = &p->ending;
		if (rc > 0)
			atomic_store(&h->busy, true);
	}
	return rc < 0 ? -1 : 0;
}
