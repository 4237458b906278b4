#include "crew.h"

#include <string.h>

#include "arena.h"
#include "clock.h"
#include "device_work.h"
#include "hwid.h"
#include "log.h"
#include "map.h"
#include "must.h"
#include "run.h"

#define CALM_MS       100 /* until the hub is asked again */
#define REST_MS       3600000
#define LOCK_SPARE_MS 60000 /* of the last request of a run */

/* What is to be done with a device. */
enum step {
	STEP_WAIT, /* in the queue */
	STEP_OPEN, /* its run has begun, it is not taken yet */
	STEP_NEXT, /* its next request is to be sent */
	STEP_SENT,
	STEP_OVER, /* what became of it is to be kept */
	STEP_LEFT  /* somebody else has it: it is to be marked */
};

struct work {
	struct map_node node;
	struct work *next; /* in the queue */
	char hw_id[HWID_MAX + 1];
	enum step step;
	bool again; /* it changed meanwhile */
	bool taken; /* device_work */
	bool kept;  /* in the transaction that is open */
	struct run *run;
	struct commands *commands; /* of the run, held */
};

struct crew {
	struct core *core;
	struct courier *courier;
	const struct command_file *commands;
	char holder[CRYPTO_GUID_SIZE];
	struct device_work lock;
	struct map by_id;
	struct work *first, **last; /* the queue */
	struct work *busy[CREW_AT_ONCE];
	size_t nbusy, at_once, waiting;
};

struct crew *
crew_new(struct core *core, struct courier *courier,
    const struct command_file *commands)
{
	struct crew *c = mem_new(sizeof(*c));

	c->core = core;
	c->courier = courier;
	c->commands = commands;
	crypto_guid(c->holder);
	c->lock = (struct device_work){.holder = c->holder,
	    .kind = DEVICE_WORK_CONFIG,
	    .last_ms = RUN_MAX_MS + LOCK_SPARE_MS};
	c->last = &c->first;
	c->at_once = 1;
	map_init(&c->by_id);
	return c;
}

void
crew_limit(struct crew *c, size_t at_once)
{
	must(at_once > 0 && at_once <= CREW_AT_ONCE);
	c->at_once = at_once;
}

bool
crew_hungry(const struct crew *c)
{
	return c->waiting < CREW_FILL;
}

bool
crew_idle(const struct crew *c)
{
	return c->waiting == 0 && c->nbusy == 0;
}

/* ---- the queue ---- */

static void
forget(struct crew *c, struct work *w)
{
	map_remove(&c->by_id, &w->node);
	run_free(&w->run);
	commands_drop(&w->commands);
	mem_free(w);
}

void
crew_free(struct crew **c)
{
	struct map_node *n;

	if (*c == NULL)
		return;
	while ((n = map_walk(&(*c)->by_id, NULL)) != NULL)
		forget(*c, map_entry(n, struct work, node));
	map_fini(&(*c)->by_id);
	mem_free(*c);
	*c = NULL;
}

static struct work *
find(const struct crew *c, struct str hw_id, uint64_t hash)
{
	struct map_node *n = map_first(&c->by_id, hash);

	for (; n != NULL; n = map_same(n)) {
		struct work *w = map_entry(n, struct work, node);

		if (str_eqz(hw_id, w->hw_id))
			return w;
	}
	return NULL;
}

static void
enqueue(struct crew *c, struct work *w)
{
	w->step = STEP_WAIT;
	w->again = false;
	w->next = NULL;
	*c->last = w;
	c->last = &w->next;
	c->waiting++;
}

void
crew_push(void *crew, struct str hw_id, bool changed)
{
	struct crew *c = crew;
	uint64_t hash = map_hash(hw_id);
	struct work *w = find(c, hw_id, hash);

	if (w != NULL) {
		w->again = w->again || (changed && w->step != STEP_WAIT);
		return;
	}
	w = mem_new(sizeof(*w));
	str_copy(w->hw_id, sizeof(w->hw_id), hw_id);
	map_put(&c->by_id, &w->node, hash);
	enqueue(c, w);
}

static struct work *
dequeue(struct crew *c)
{
	struct work *w = c->first;

	c->first = w->next;
	if (c->first == NULL)
		c->last = &c->first;
	c->waiting--;
	return w;
}

/* ---- beginning ---- */

static void
begin(struct crew *c, struct work *w)
{
	struct err e;
	int rc;

	w->commands = commands_hold(c->commands->now);
	rc = run_begin(c->core, w->commands, str_of(w->hw_id), &w->run, &e);
	w->step = rc > 0 ? STEP_OPEN : rc == 0 ? STEP_OVER : STEP_LEFT;
	if (rc < 0)
		log_event(LOG_ERROR, "deliver.error",
		    PAIRS(P_STRZ("hwId", w->hw_id), P_STRZ("why", e.text)));
	if (run_device(w->run) == 0)
		forget(c, w); /* it is not connected */
	else
		c->busy[c->nbusy++] = w;
}

/* Without a table nothing is begun. */
static void
begin_all(struct crew *c)
{
	while (c->nbusy < c->at_once && c->first != NULL &&
	       c->commands->now != NULL)
		begin(c, dequeue(c));
}

/* ---- keeping ---- */

/* Has it something to be kept before it can go on? */
static bool
is_due(struct work *w)
{
	if (w->step == STEP_OPEN || w->step == STEP_NEXT) {
		const struct run_request *r = run_next(w->run);

		if (r->kind == RUN_END)
			w->step = STEP_OVER;
		return r->kind == RUN_END || w->step == STEP_OPEN || r->keep;
	}
	return w->step == STEP_OVER || w->step == STEP_LEFT;
}

/* 1 it is ours, 0 somebody else has it, -1. */
static int
take(struct crew *c, struct work *w, struct ask *q)
{
	return w->taken ? 1 : device_work_take(q, run_device(w->run), &c->lock);
}

/* In the open transaction; *step is what it is at when that is committed. */
static int
keep(struct crew *c, struct work *w, struct ask *q, enum step *step)
{
	int rc;

	*step = w->step;
	if (w->step == STEP_OVER) {
		rc = run_save(w->run, q->err);
		return rc == 0 && w->taken
			   ? device_work_give(q, run_device(w->run), &c->lock)
			   : rc;
	}
	rc = w->step == STEP_LEFT ? 0 : take(c, w, q);
	if (rc == 0) {
		*step = STEP_LEFT;
		return delivery_again(q, run_device(w->run));
	}
	*step = STEP_NEXT;
	if (rc > 0 && run_next(w->run)->keep)
		rc = run_keep(w->run, q->err);
	return rc < 0 ? -1 : 0;
}

/* What those that are over add to the counts. */
static int
keep_counts(struct crew *c, struct ask *q)
{
	size_t delivered = 0, failed = 0;

	for (size_t i = 0; i < c->nbusy; i++) {
		size_t d, f;

		if (c->busy[i]->step != STEP_OVER)
			continue;
		run_count(c->busy[i]->run, &d, &f);
		delivered += d;
		failed += f;
	}
	return delivered + failed > 0 ? delivery_count(q, delivered, failed)
				      : 0;
}

static int
keep_due(struct crew *c, struct ask *q, enum step steps[CREW_AT_ONCE])
{
	int rc;

	if (delivery_begin(q) < 0)
		return -1;
	rc = keep_counts(c, q);
	for (size_t i = 0; i < c->nbusy && rc == 0; i++) {
		struct work *w = c->busy[i];

		steps[i] = w->step;
		w->kept = is_due(w);
		if (w->kept)
			rc = keep(c, w, q, &steps[i]);
	}
	return delivery_end(q, rc);
}

static void
say(const struct work *w)
{
	size_t delivered, failed;

	run_count(w->run, &delivered, &failed);
	if (delivered + failed > 0)
		log_event(failed > 0 ? LOG_WARN : LOG_INFO,
		    failed > 0 ? "deliver.failed" : "deliver.done",
		    PAIRS(P_STRZ("hwId", w->hw_id),
			P_INT("delivered", (int64_t)delivered),
			P_INT("failed", (int64_t)failed)));
}

/* It is no longer worked on. */
static void
end(struct crew *c, struct work *w)
{
	say(w);
	if (!w->again) {
		forget(c, w);
		return;
	}
	run_free(&w->run);
	commands_drop(&w->commands);
	w->taken = false;
	enqueue(c, w);
}

/* What was kept is committed. */
static void
go_on(struct crew *c, const enum step steps[CREW_AT_ONCE])
{
	size_t n = 0;

	for (size_t i = 0; i < c->nbusy; i++) {
		struct work *w = c->busy[i];

		if (steps[i] == STEP_OVER || steps[i] == STEP_LEFT) {
			end(c, w);
			continue;
		}
		w->taken = true;
		if (w->kept)
			run_kept(w->run);
		w->step = steps[i];
		c->busy[n++] = w;
	}
	c->nbusy = n;
}

/* 1 something was kept, 0 there was nothing, -1. */
static int
keep_all(struct crew *c, struct err *e)
{
	enum step steps[CREW_AT_ONCE];
	struct ask q = {.core = c->core, .err = e};
	struct arena a;
	bool any = false;
	int rc = 0;

	for (size_t i = 0; i < c->nbusy; i++)
		any = is_due(c->busy[i]) || any;
	if (!any)
		return 0;
	arena_init(&a, 65536);
	q.arena = &a;
	rc = keep_due(c, &q, steps);
	arena_fini(&a);
	if (rc < 0)
		return -1;
	go_on(c, steps);
	return 1;
}

/* ---- sending ---- */

static void
fail_here(struct work *w)
{
	struct courier_answer a = {.arg = w, .fate = COURIER_BROKEN};

	(void)err_set(&a.err, ERR_LIMIT, "the request is too long");
	run_take(w->run, &a);
	w->step = STEP_NEXT;
}

static void
send_one(struct crew *c, struct work *w, const struct run_request *r)
{
	int rc = r->kind == RUN_ORDER
		     ? courier_order(c->courier, r->line, w)
		     : courier_get(c->courier, r->hw_id, r->path, w);

	w->step = STEP_SENT;
	if (rc < 0)
		fail_here(w);
}

/* Until when the others wait. */
static int64_t
send_all(struct crew *c)
{
	int64_t now = clock_mono_ms(), wait = REST_MS;

	for (size_t i = 0; i < c->nbusy; i++) {
		struct work *w = c->busy[i];
		const struct run_request *r =
		    w->step == STEP_NEXT ? run_next(w->run) : NULL;

		if (r == NULL)
			continue;
		if (r->not_before_ms > now) {
			if (r->not_before_ms - now < wait)
				wait = r->not_before_ms - now;
		} else if (r->keep || r->kind == RUN_END) {
			wait = 0;
		} else if (courier_may(c->courier)) {
			send_one(c, w, r);
			wait = w->step == STEP_NEXT ? 0 : wait;
		} else if (wait > CALM_MS) {
			wait = CALM_MS;
		}
	}
	return wait;
}

void
crew_take(struct crew *c, struct courier_answer *a)
{
	struct work *w = a->arg;

	(void)c;
	must(w->step == STEP_SENT);
	w->step = STEP_NEXT;
	run_take(w->run, a);
	courier_drop(a);
}

int64_t
crew_turn(struct crew *c, struct err *e)
{
	int rc;

	do {
		begin_all(c);
		rc = keep_all(c, e);
		if (rc < 0)
			return -1;
		/* Who has ended makes room, and may be wanted once more. */
	} while (rc > 0 && c->nbusy < c->at_once && c->first != NULL);
	return send_all(c);
}
