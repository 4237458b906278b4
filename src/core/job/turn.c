#include "turn.h"

#include "ask.h"
#include "clock.h"
#include "db.h"
#include "hours.h"
#include "job.h"
#include "job_side.h"
#include "log.h"
#include "must.h"
#include "plan.h"

#define AT_ONCE   100 /* jobs that are looked at in a transaction */
#define PLAN_PAGE 200 /* devices */

/* Jobs that a statement found, at a time. */
struct found {
	struct job *list;
	size_t n;
	int64_t now;
	bool one;
};

/* ---- what wants to begin ---- */

/* A start that was missed while nothing ran is made up once. */
static int
begin_by_calendar(struct ask *q, int64_t id, int64_t now)
{
	struct job j;
	int rc = job_load(q, id, &j);
	int64_t next = rc > 0 ? job_next(&j, now > j.next ? now : j.next) : 0;

	if (rc <= 0)
		return rc;
	if (db_do(q->core->store, STMT_JOB_NEXT, ARGS(A_INT(id), A_INT(next)),
		q->err) < 0)
		return -1;
	return j.enabled && j.state == JOB_IDLE && j.wish != JOB_ALL
		   ? job_wish(q, &j, JOB_ALL, j.next)
		   : 0;
}

static int
begin_all(struct ask *q, void *arg)
{
	const struct found *f = arg;

	for (size_t i = 0; i < f->n; i++)
		if (begin_by_calendar(q, f->list[i].id, f->now) < 0)
			return -1;
	return 0;
}

int
turn_calendar(struct ask *q, int64_t now)
{
	struct found f = {.now = now};

	if (load_list(ask_loader(q), STMT_JOB_CALENDAR,
		ARGS(A_INT(now), A_INT(AT_ONCE)), load_job, &f.list, &f.n) < 0)
		return -1;
	return f.n > 0 ? job_change(q, begin_all, &f) : 0;
}

/* Is there a device that it has no task for? */
static int
has_new_device(struct ask *q, const struct job *j)
{
	struct device d;

	return load_one(ask_loader(q), STMT_JOB_LATE,
	    ARGS(A_INT(j->id), A_INT(j->domain_id), A_INT(0), A_INT(1)),
	    load_device, &d);
}

/* How many of its devices came back, or -1. */
static int
bring_back(struct ask *q, const struct job *j, int64_t now)
{
	return db_run(q->core->store, STMT_TASK_BACK,
	    ARGS(A_INT(j->id), A_INT(j->domain_id), A_INT(now)), q->err);
}

static int
begin_late(struct ask *q, void *arg)
{
	struct found *f = arg;

	for (size_t i = 0; i < f->n; i++) {
		struct job *j = &f->list[i];
		int back = bring_back(q, j, f->now);
		int rc = back == 0 ? has_new_device(q, j) : back;

		if (rc > 0)
			rc = job_wish(q, j, JOB_LATE, f->now);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int
turn_late(struct ask *q, int64_t now)
{
	struct found f = {.now = now, .n = AT_ONCE};
	int64_t after = 0;

	while (f.n == AT_ONCE) {
		if (load_list(ask_loader(q), STMT_JOB_OPEN,
			ARGS(A_INT(after), A_INT(AT_ONCE)), load_job, &f.list,
			&f.n) < 0 ||
		    (f.n > 0 && job_change(q, begin_late, &f) < 0))
			return -1;
		after = f.n > 0 ? f.list[f.n - 1].id : 0;
	}
	return 0;
}

/* ---- whose turn it is ---- */

bool
turn_in_hours(const struct job *j, int64_t now)
{
	struct hours h;

	return j->hours.len == 0 ||
	       (hours_read(j->hours, &h) && hours_in(&h, j->zone, now));
}

/* Has another one of these its turn already? */
static bool
is_taken(const struct found *f, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (f->list[i].state != JOB_IDLE &&
		    (f->one || f->list[i].domain_id == f->list[at].domain_id))
			return true;
	return false;
}

static int
take_one(struct ask *q, struct job *j, int64_t now)
{
	int rc;

	if (!turn_in_hours(j, now))
		return job_wish(q, j, j->wish, now + TURN_HOURS_MS);
	rc = job_load(q, j->id, j);
	if (rc <= 0)
		return rc;
	j->state = JOB_PREPARING;
	return job_save_state(q, j);
}

static int
take_all(struct ask *q, void *arg)
{
	struct found *f = arg;

	for (size_t i = 0; i < f->n; i++)
		if (!is_taken(f, i) && take_one(q, &f->list[i], f->now) < 0)
			return -1;
	return 0;
}

int
turn_take(struct ask *q, int64_t now, bool one)
{
	struct found f = {.now = now, .one = one};
	struct job busy;
	int rc = one ? load_one(ask_loader(q), STMT_JOB_BUSY, ARGS_NONE,
			   load_job, &busy)
		     : 0;

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (load_list(ask_loader(q), STMT_JOB_TURNS,
		ARGS(A_INT(now), A_INT(AT_ONCE)), load_job, &f.list, &f.n) < 0)
		return -1;
	return f.n > 0 ? job_change(q, take_all, &f) : 0;
}

/* ---- its tasks ---- */

/* Devices, and what shall become of them. */
struct batch {
	const struct job *job;
	const struct device *devices;
	const struct plan_task *plans;
	size_t n;
	int64_t nth; /* of all: deals them to the stages */
};

static int
put_task(struct ask *q, struct batch *b, size_t i)
{
	const struct plan_task *t = &b->plans[i];
	bool works = t->state == TASK_WAITING || t->state == TASK_AWAY;
	int64_t stage = works ? b->nth++ % b->job->stages : 0;

	return db_do(q->core->store, STMT_TASK_PUT,
	    ARGS(A_INT(b->job->id), A_INT(b->devices[i].id), A_INT(t->state),
		A_INT(stage), A_STRZ(t->words),
		A_INT(works ? 0 : clock_now_ms()), A_STRZ(t->error)),
	    q->err);
}

static int
put_tasks(struct ask *q, void *arg)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->n; i++) {
		struct task t;
		int rc = plan_settled(q, b->job, b->devices[i].id, &t);

		if (rc < 0 || (rc == 0 && put_task(q, b, i) < 0))
			return -1;
	}
	return 0;
}

static int
plan_page(struct ask *q, struct plan *p, struct batch *b)
{
	struct plan_task *plans = arena_array(q->arena, b->n, sizeof(*plans));

	if (plans == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for plans");
	for (size_t i = 0; i < b->n; i++)
		if (plan_make(p, &b->devices[i], &plans[i]) < 0)
			return -1;
	b->plans = plans;
	return job_change(q, put_tasks, b);
}

/* All devices that a statement finds. */
static int
plan_devices(struct ask *q, struct plan *p, enum stmt s)
{
	const struct job *j = p->job;
	struct batch b = {.job = j, .n = PLAN_PAGE};
	int64_t after = 0;

	while (b.n == PLAN_PAGE) {
		struct arena_mark m = arena_mark(q->arena);
		struct device *page;
		int rc = load_list(ask_loader(q), s,
		    ARGS(A_INT(j->id), A_INT(j->domain_id), A_INT(after),
			A_INT(PLAN_PAGE)),
		    load_device, &page, &b.n);

		b.devices = page;
		if (rc == 0 && b.n > 0) {
			after = page[b.n - 1].id;
			rc = plan_page(q, p, &b);
		}
		arena_reset(q->arena, m);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int
prune(struct ask *q, void *arg)
{
	const struct job *j = arg;

	return db_do(q->core->store, STMT_TASK_PRUNE,
	    ARGS(A_INT(j->id), A_INT(j->domain_id)), q->err);
}

/* A repetition makes the plans anew: what was done is not in them. */
static int
make_tasks(struct ask *q, struct plan *p, struct job *j)
{
	static const enum stmt scopes[] = {[JOB_ALL] = STMT_JOB_SCOPE,
	    [JOB_FAILED] = STMT_JOB_FAILED_SCOPE,
	    [JOB_LATE] = STMT_JOB_LATE};

	must(j->wish != JOB_NOTHING);
	return j->wish == JOB_ALL && job_change(q, prune, j) < 0
		   ? -1
		   : plan_devices(q, p, scopes[j->wish]);
}

/* ---- it runs ---- */

/* A job that is being prepared, and why it cannot run; NULL: it can. */
struct ready {
	int64_t id;
	const char *trouble;
};

static int
set_running(struct ask *q, void *arg)
{
	const struct ready *r = arg;
	struct job j;
	int rc = job_load(q, r->id, &j);

	/* Somebody stopped it meanwhile. */
	if (rc <= 0 || j.state != JOB_PREPARING)
		return rc < 0 ? -1 : 0;
	j.trouble = str_of(r->trouble);
	if (r->trouble != NULL)
		return job_close(q, &j, JOB_FAILURES);
	j.state = JOB_RUNNING;
	if (j.wish == JOB_ALL)
		j.round = 0;
	j.wish = JOB_NOTHING;
	j.due = 0;
	j.began = clock_now_ms();
	j.outcome = JOB_OPEN;
	return job_save_state(q, &j);
}

static int
find_preparing(struct ask *q, struct job *out)
{
	struct job *list;
	size_t n;

	if (load_list(ask_loader(q), STMT_JOB_BUSY, ARGS_NONE, load_job, &list,
		&n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (list[i].state == JOB_PREPARING) {
			*out = list[i];
			return 1;
		}
	return 0;
}

int
turn_prepare(struct ask *q, const struct conf *conf)
{
	struct plan p;
	struct job j;
	char why[sizeof(q->err->text)];
	struct ready r = {.trouble = NULL};
	int rc = find_preparing(q, &j);

	if (rc <= 0)
		return rc;
	r.id = j.id;
	if (plan_open(q, conf, &j, &p) < 0) {
		str_copy(why, sizeof(why), str_of(q->err->text));
		r.trouble = why;
		log_event(LOG_WARN, "job.unprepared",
		    PAIRS(P_INT("job", j.id), P_STRZ("why", why)));
	} else if (make_tasks(q, &p, &j) < 0) {
		return -1; /* the store failed: it is prepared again */
	}
	return job_change(q, set_running, &r) < 0 ? -1 : 1;
}
