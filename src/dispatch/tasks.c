#include "tasks.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>

#include "advance.h"
#include "arena.h"
#include "beside.h"
#include "clock.h"
#include "copies.h"
#include "core.h"
#include "courier.h"
#include "lease.h"
#include "log.h"
#include "must.h"
#include "phone_poll.h"
#include "progress.h"
#include "putbacks.h"
#include "resync.h"
#include "setting.h"
#include "turn.h"
#include "verdict.h"
#include "visits.h"

#define ARENA_MAX   ((size_t)256 << 20)
#define DEVICES_MAX 1000 /* that setting jobs.devices allows */
#define DEVICE_MS   INT64_C(900000)
#define PREPARE_MS  250

struct tasks {
	const struct conf *conf;
	struct core core;
	struct actor me;
	struct courier *courier;
	struct copies *copies;
	struct visits *visits;
	struct putbacks *putbacks;
	struct resync *resync;
	nfds_t hears; /* how many of the two may wake us */
	struct lease lease;
	int64_t held_ms; /* when it was last had, by the monotonic clock */
	int64_t send_ms; /* when jobs are looked at, if nothing else happens */
	int64_t late_ms; /* when devices that came later are looked for */
	/* What was sent, until it is answered; without a job: free. */
	struct verdict_answer sent[DEVICES_MAX];
	atomic_bool mine; /* the lease */
	struct progress progress;
	struct beside prepare;
	struct arena names; /* paths */
};

static volatile sig_atomic_t stopped;

void
tasks_stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static struct ask
ask_of(struct tasks *t, struct core *core, struct arena *a, struct err *e)
{
	return (struct ask){.core = core, .arena = a, .who = &t->me, .err = e};
}

static void
complain(const char *event, const struct err *e)
{
	log_event(LOG_WARN, event, PAIRS(P_STRZ("why", e->text)));
}

/* ---- jobs get ready ---- */

/* One; true if there may be another. */
static bool
prepare_one(struct tasks *t, struct core *core)
{
	struct arena a;
	struct err e = {0};
	struct ask q = ask_of(t, core, &a, &e);
	int rc = 0;

	arena_init(&a, ARENA_MAX);
	if (core->store == NULL)
		rc = core_open(core, t->conf, &e);
	if (rc == 0)
		rc = turn_prepare(&q, t->conf);
	if (rc < 0)
		complain("prepare.failed", &e);
	arena_fini(&a);
	return rc > 0;
}

static void *
prepare(void *arg)
{
	struct tasks *t = arg;
	struct core core = {0};
	bool more = false;

	while (beside_sleep(&t->prepare, more ? 0 : PREPARE_MS))
		more = atomic_load(&t->mine) && prepare_one(t, &core);
	core_close(&core);
	return NULL;
}

/* ---- opening ---- */

static int
open_parts(struct tasks *t, struct err *e)
{
	if (core_open(&t->core, t->conf, e) < 0)
		return -1;
	if (resync_open(&t->resync, t->conf, e) == 0)
		return 0;
	core_close(&t->core);
	return -1;
}

int
tasks_open(struct tasks **out, const struct conf *conf, struct err *e)
{
	struct tasks *t = mem_new(sizeof(*t));

	arena_init(&t->names, 4096);
	t->conf = conf;
	t->hears = 1;
	t->lease = (struct lease){.name = "tasks", .last_ms = TASKS_LEASE_MS};
	actor_local(&t->me);
	if (open_parts(t, e) < 0) {
		arena_fini(&t->names);
		mem_free(t);
		return -1;
	}
	t->courier = courier_new(
	    conf_socket(conf, &t->names, "control"), DEVICES_MAX, DEVICE_MS);
	t->copies = copies_new();
	t->visits = visits_new(conf_socket(conf, &t->names, "control"));
	t->putbacks =
	    putbacks_new(conf, conf_socket(conf, &t->names, "control"));
	beside_start(&t->prepare, prepare, t);
	*out = t;
	return 0;
}

static void
release(struct tasks *t)
{
	struct arena a;
	struct err e;
	struct ask q = ask_of(t, &t->core, &a, &e);

	arena_init(&a, ARENA_MAX);
	if (atomic_load(&t->mine) && lease_release(&q, &t->lease) < 0)
		complain("lease.kept", &e);
	arena_fini(&a);
}

void
tasks_close(struct tasks **t)
{
	beside_stop(&(*t)->prepare);
	/* Under the lease still: what is told has its end. */
	putbacks_free(&(*t)->putbacks);
	release(*t);
	courier_free(&(*t)->courier);
	copies_free(&(*t)->copies);
	visits_free(&(*t)->visits);
	resync_close(&(*t)->resync);
	core_close(&(*t)->core);
	arena_fini(&(*t)->names);
	mem_free(*t);
	*t = NULL;
}

/* ---- the lease ---- */

/* 1 it is ours, 0 somebody else's, -1. */
static int
hold(struct tasks *t, struct ask *q)
{
	int64_t now = clock_mono_ms();
	bool mine = atomic_load(&t->mine);
	int rc;

	if (mine && now - t->held_ms < TASKS_LEASE_MS / 3)
		return 1;
	rc = mine ? lease_renew(q, &t->lease) : lease_take(q, &t->lease);
	if (rc > 0)
		t->held_ms = now;
	/* Unsure, it may be somebody else's by now. */
	if (rc == 0 || now - t->held_ms >= TASKS_LEASE_MS)
		atomic_store(&t->mine, false);
	else if (rc > 0)
		atomic_store(&t->mine, true);
	if (mine && !atomic_load(&t->mine))
		log_event(LOG_WARN, "lease.lost", PAIRS_NONE);
	return rc;
}

/* ---- a turn ---- */

static enum verdict_fate
fate_of(const struct courier_answer *a)
{
	if (a->fate == COURIER_ANSWERED)
		return VERDICT_ANSWERED;
	return a->fate == COURIER_FULL ? VERDICT_NOT_SENT : VERDICT_UNKNOWN;
}

/* What came of a seat that was kept.  It is free then. */
static int
end_seat(struct ask *q, struct verdict_answer *w, bool ok, const char *words)
{
	int rc = verdict_copied(q, w, ok, words);

	w->job = 0;
	return rc;
}

/* What the device answered goes to the target of its job; the seat is kept
 * until that has ended. */
static int
begin_copy(struct tasks *t, struct ask *q, struct verdict_answer *w)
{
	struct copy *c = mem_new(sizeof(*c));

	if (copy_make(q, t->conf, w, c) == 0) {
		copies_add(t->copies, c, w);
		return 0;
	}
	copy_drop(c);
	mem_free(c);
	return end_seat(q, w, false, q->err->text);
}

static int
take_copies(struct tasks *t, struct ask *q)
{
	struct copies_done d;
	int rc = 0;

	while (rc >= 0 && copies_next(t->copies, &d))
		rc = end_seat(q, d.arg, d.ok, d.err.text) < 0 ? -1 : 1;
	return rc;
}

/* A dump of an App Platform is kept; its thread waits for that. */
static int
take_dump(struct tasks *t, struct ask *q, struct visits_news *n)
{
	struct verdict_answer a = *(struct verdict_answer *)n->arg;
	char why[VERDICT_WHY_MAX] = "";
	int rc;

	a.body = n->dump;
	rc = verdict_dump(q, &a, n->instance, why);
	visits_kept(t->visits, n, rc < 0 ? q->err->text : rc > 0 ? why : NULL);
	return rc;
}

static int
take_visits(struct tasks *t, struct ask *q)
{
	struct visits_news n;
	int rc = 0;

	while (rc >= 0 && visits_next(t->visits, &n))
		if (n.hand != NULL)
			rc = take_dump(t, q, &n);
		else
			rc = end_seat(q, n.arg, n.ok, n.err.text) < 0 ? -1 : 1;
	return rc;
}

static int
take_answer(struct tasks *t, struct ask *q, struct courier_answer *a)
{
	struct verdict_answer *w = a->arg;
	int rc;

	w->fate = fate_of(a);
	w->status = a->status;
	w->body = buf_view(&a->body);
	log_event(LOG_DEBUG, "task.answer",
	    PAIRS(P_INT("job", w->job), P_INT("device", w->device),
		P_INT("status", w->status)));
	rc = verdict_answer(q, w);
	if (rc > 0)
		return begin_copy(t, q, w);
	w->job = 0;
	return rc;
}

/* Were there any?  1, 0, -1. */
static int
take_answers(struct tasks *t, struct ask *q)
{
	struct courier_answer *a;
	int rc = take_copies(t, q), more = rc < 0 ? -1 : take_visits(t, q);

	rc = more != 0 ? more : rc;

	while (rc >= 0 && (a = courier_next(t->courier)) != NULL) {
		rc = take_answer(t, q, a) < 0 ? -1 : 1;
		courier_drop(a);
	}
	return rc;
}

static struct verdict_answer *
free_seat(struct tasks *t)
{
	for (size_t i = 0; i < DEVICES_MAX; i++)
		if (t->sent[i].job == 0)
			return &t->sent[i];
	return NULL;
}

/* Its manager is visited; the seat is kept until that has ended. */
static int
begin_visit(struct tasks *t, struct ask *q, const struct advance_send *x,
    struct verdict_answer *w)
{
	struct visit *v = mem_new(sizeof(*v));

	/* It has ended before its time is over, and says what is wrong. */
	if (visit_make(q, t->conf, w, x->last_ms * 9 / 10, v) == 0) {
		visits_add(t->visits, v, w);
		return 0;
	}
	visit_drop(v);
	mem_free(v);
	return end_seat(q, w, false, q->err->text);
}

/* Without a seat, or a place in the courier, it was not sent. */
static int
send_one(struct tasks *t, struct ask *q, const struct advance_send *x)
{
	struct verdict_answer *seat = free_seat(t);
	const struct verdict_answer w = {.job = x->job,
	    .device = x->device,
	    .sent = x->sent,
	    .fate = VERDICT_NOT_SENT};
	const struct courier_limits limits = {
	    .seconds = (int)(x->last_ms / 1000), .answer_max = x->answer_max};

	log_event(LOG_INFO, "task.send",
	    PAIRS(P_INT("job", x->job), P_STR("hwId", x->hw_id)));
	if (seat == NULL)
		return verdict_answer(q, &w);
	*seat = w;
	if (x->path == NULL)
		return begin_visit(t, q, x, seat);
	if (courier_get_long(t->courier, x->hw_id, x->path, &limits, seat) == 0)
		return 0;
	seat->job = 0;
	return verdict_answer(q, &w);
}

static int
send_all(struct tasks *t, struct ask *q)
{
	struct advance_sends out;

	if (advance(q, t->conf, clock_now_ms(), &out) < 0)
		return -1;
	for (size_t i = 0; i < out.n; i++)
		if (send_one(t, q, &out.list[i]) < 0)
			return -1;
	return 0;
}

/* Jobs go on when a device is done, and once a second. */
static int
go_on(struct tasks *t, struct ask *q, bool news)
{
	int64_t now = clock_mono_ms();

	if (!news && now < t->send_ms)
		return 0;
	t->send_ms = now + TASKS_IDLE_MS;
	return send_all(t, q);
}

static int
look_late(struct tasks *t, struct ask *q)
{
	int64_t now = clock_mono_ms();

	if (now < t->late_ms)
		return 0;
	t->late_ms = now + TASKS_LATE_MS;
	return turn_late(q, clock_now_ms()) < 0 ||
		       phone_poll_left(q, clock_now_ms()) < 0
		   ? -1
		   : 0;
}

static int
look(struct tasks *t, struct ask *q, bool news)
{
	int64_t now = clock_now_ms();
	int one, rc;

	if (turn_calendar(q, now) < 0 || look_late(t, q) < 0 ||
	    setting_get_choice(q, "jobs.sequential", &one) < 0 ||
	    turn_take(q, now, one != 0) < 0 ||
	    putbacks_turn(t->putbacks, q) < 0)
		return -1;
	rc = verdict_devices(q, now);
	return rc < 0 || go_on(t, q, news || rc > 0) < 0 ||
		       progress_tell(q, &t->progress) < 0
		   ? -1
		   : 0;
}

/* What can be done now; the milliseconds until the next turn. */
static int
turn(struct tasks *t)
{
	struct arena a;
	struct err e = {0};
	struct ask q = ask_of(t, &t->core, &a, &e);
	int rc, news;

	arena_init(&a, ARENA_MAX);
	/* Answers are taken in any case: nobody else hears them. */
	news = take_answers(t, &q);
	rc = news < 0 ? -1 : hold(t, &q);
	if (rc > 0 &&
	    (look(t, &q, news > 0) < 0 || resync_turn(t->resync, &q) < 0))
		rc = -1;
	if (rc < 0)
		complain("tasks.refused", &e);
	arena_fini(&a);
	/* Who may not look at what came is not woken by it. */
	t->hears = rc > 0 ? 2 : 1;
	return rc > 0 ? resync_wait(t->resync, TASKS_LOOK_MS) : TASKS_IDLE_MS;
}

int
tasks_run(struct tasks *t, struct err *e)
{
	struct pollfd fds[] = {{courier_fd(t->courier), POLLIN, 0},
	    {resync_fd(t->resync), POLLIN, 0}};
	int wait = 0;

	while (!stopped) {
		if (poll(fds, t->hears, wait) < 0 && errno != EINTR)
			return err_sys(e, "poll");
		if (core_here(&t->core, e) < 0)
			return -1;
		wait = turn(t);
	}
	return 0;
}
