#include "verdict.h"

#include <stdio.h>

#include "ask.h"
#include "clock.h"
#include "db.h"
#include "job.h"
#include "job_phone.h"
#include "job_side.h"
#include "save.h"

/* ---- steps ---- */

static bool
is_last(const struct task *t)
{
	struct task next = *t;
	struct task_word w;

	next.step++;
	return !task_word(&next, &w);
}

/* The next word of its plan waits for its turn, or all is done. */
static int
step_on(struct ask *q, struct task *t)
{
	struct task_word w;

	if (task_word(t, &w) && w.part == PART_PHONE && is_last(t) &&
	    job_phone_done(q, t) < 0)
		return -1;
	t->step++;
	if (!task_word(t, &w))
		return task_end(q, t, TASK_DONE, "");
	return task_wait(q, t);
}

/* Of ways to save it the next is tried. */
static int
fail(struct ask *q, struct task *t, const struct task_word *w, const char *why)
{
	char text[VERDICT_WHY_MAX + 32]; /* the part in front */
	struct task next = *t;
	struct task_word way;

	next.step++;
	if (w->part == PART_SCFG && task_word(&next, &way))
		return step_on(q, t);
	(void)snprintf(text, sizeof(text), "%s: %s", part_name(w->part), why);
	return task_end(q, t, TASK_FAILED, text);
}

/* ---- answers ---- */

/* What a device told, and how its texts are read. */
struct heard {
	const struct verdict_answer *a;
	const struct saveform *form;
	struct str instance; /* empty: its configuration */
	bool copy;           /* out: a target gets it */
	bool refused;        /* out: it was none */
};

/* It is kept: 0; 1 it cannot be, why says so; -1. */
static int
keep(struct ask *q, const struct heard *h, const struct task *t,
    char why[VERDICT_WHY_MAX])
{
	const struct save_new x = {.device_id = t->device_id,
	    .domain_id = t->domain_id,
	    .job_id = t->job_id,
	    .instance = h->instance,
	    .text = h->a->body};
	const char *bad = save_why_not(&x);
	struct job j;
	int64_t id;
	int rc = job_load(q, t->job_id, &j);

	if (rc > 0 && j.domain_id != t->domain_id)
		bad = "it has left the domain";
	if (rc < 0 || bad == NULL)
		return rc < 0 ? -1 : save_put(q, h->form, &x, &id);
	str_copy(why, VERDICT_WHY_MAX, str_of(bad));
	return 1;
}

/* A configuration that was read. */
static int
take_text(
    struct ask *q, struct task *t, const struct task_word *w, struct heard *h)
{
	char why[VERDICT_WHY_MAX];
	int rc = keep(q, h, t, why);

	if (rc != 0)
		return rc < 0 ? -1 : fail(q, t, w, why);
	h->copy = w->part == PART_COPY;
	return h->copy ? 0 : task_end(q, t, TASK_DONE, "");
}

/* It says that it has done what it was told. */
static int
take_yes(
    struct ask *q, struct task *t, const struct task_word *w, struct heard *h)
{
	int64_t until = clock_now_ms() + VERDICT_PUT_MS;

	if (w->part <= PART_FIRMWARE)
		return 0;
	if (w->part == PART_READ || w->part == PART_COPY)
		return take_text(q, t, w, h);
	if (w->part != PART_SCFG)
		return step_on(q, t);
	t->until = t->until < until ? t->until : until;
	return task_save(q, t);
}

static int
apply(struct ask *q, struct task *t, struct heard *h)
{
	const struct verdict_answer *a = h->a;
	struct task_word w;
	char why[VERDICT_WHY_MAX];

	if (!task_word(t, &w))
		return task_end(q, t, TASK_DONE, "");
	if (a->fate == VERDICT_NOT_SENT)
		return task_wait(q, t);
	if (a->fate == VERDICT_UNKNOWN)
		return w.part > PART_SCFG
			   ? fail(q, t, &w, "the device gives no whole answer")
			   : 0;
	if (a->status >= 200 && a->status < 300)
		return take_yes(q, t, &w, h);
	(void)snprintf(why, sizeof(why), "the device answers %d", a->status);
	return fail(q, t, &w, why);
}

/* The task that waits for this: 1, 0 none does any more, -1. */
static int
find(struct ask *q, const struct verdict_answer *a, struct task *t)
{
	int rc = load_one(ask_loader(q), STMT_TASK_OF,
	    ARGS(A_INT(a->job), A_INT(a->device)), load_task, t);

	return rc > 0 ? t->state == TASK_ACTIVE && t->sent == a->sent : rc;
}

static int
take_answer(struct ask *q, void *arg)
{
	struct heard *h = arg;
	struct task t;
	int rc = find(q, h->a, &t);

	return rc > 0 ? apply(q, &t, h) : rc;
}

int
verdict_answer(struct ask *q, const struct verdict_answer *a)
{
	struct saveform form = {0};
	struct heard h = {.a = a, .form = &form};

	if (a->body.len > 0 &&
	    saveform_load(q->arena, q->core->templates, &form, q->err) < 0)
		return -1;
	return job_change(q, take_answer, &h) < 0 ? -1 : h.copy;
}

/* ---- dumps ---- */

struct dumped {
	struct heard h;
	char *why;
	int rc;
};

/* Of a task that waits for it no longer nothing is kept. */
static int
take_dump(struct ask *q, void *arg)
{
	struct dumped *d = arg;
	struct task t;
	int rc = find(q, d->h.a, &t);

	if (rc <= 0) {
		str_copy(d->why, VERDICT_WHY_MAX, STR("it is too late"));
		d->rc = 1;
		return rc;
	}
	d->rc = keep(q, &d->h, &t, d->why);
	return d->rc < 0 ? -1 : 0;
}

int
verdict_dump(struct ask *q, const struct verdict_answer *a, struct str instance,
    char why[VERDICT_WHY_MAX])
{
	struct saveform form = {0};
	struct dumped d = {
	    .h = {.a = a, .form = &form, .instance = instance}, .why = why};

	return job_change(q, take_dump, &d) < 0 ? -1 : d.rc;
}

/* ---- copies ---- */

struct copied {
	const struct verdict_answer *a;
	bool ok;
	const char *words;
};

static int
take_copied(struct ask *q, void *arg)
{
	const struct copied *c = arg;
	struct task_word w;
	struct task t;
	int rc = find(q, c->a, &t);

	if (rc <= 0)
		return rc;
	return !c->ok && task_word(&t, &w)
		   ? fail(q, &t, &w, c->words)
		   : task_end(q, &t, TASK_DONE, c->words);
}

int
verdict_copied(
    struct ask *q, const struct verdict_answer *a, bool ok, const char *words)
{
	struct copied c = {a, ok, words};

	return job_change(q, take_copied, &c);
}

/* ---- arrivals ---- */

static int
take_arrival(struct ask *q, void *arg)
{
	struct heard *h = arg;
	struct task_word w;
	struct task t;
	char why[VERDICT_WHY_MAX];
	int rc = find(q, h->a, &t);

	if (err_need(rc, q->err, ERR_GONE, "nobody waits for it") < 0 ||
	    !task_word(&t, &w))
		return -1;
	rc = keep(q, h, &t, why);
	h->refused = rc > 0;
	if (rc != 0)
		return rc < 0 ? -1 : fail(q, &t, &w, why);
	return task_end(q, &t, TASK_DONE, "");
}

int
verdict_arrived(struct ask *q, const struct verdict_answer *a)
{
	struct saveform form;
	struct heard h = {.a = a, .form = &form};

	if (saveform_load(q->arena, q->core->templates, &form, q->err) < 0 ||
	    job_change(q, take_arrival, &h) < 0)
		return -1;
	return h.refused ? err_set(q->err, ERR_INPUT, "it is no configuration")
			 : 0;
}

/* ---- devices ---- */

static bool
has_it(const struct task *t, const struct task_word *w)
{
	const struct task_runs runs = {t->fw_build, t->bc_build, t->version};

	return task_runs(&runs, w->part, w->build);
}

static int
time_out(struct ask *q, struct task *t, const struct task_word *w)
{
	const char *is = t->online ? "is online" : "is offline";
	char why[VERDICT_WHY_MAX], told[40];

	if (w->part > PART_FIRMWARE && w->part != PART_PHONE)
		return fail(q, t, w, "nothing has come in time");
	if (w->part == PART_PHONE) {
		if (job_phone_told(q, t, &is) < 0)
			return -1;
		(void)snprintf(told, sizeof(told), "was told to come: %s", is);
		is = told;
	}
	(void)snprintf(why, sizeof(why),
	    "no %.*s in time; it says %.*s, and %s", (int)w->build.len,
	    w->build.p, (int)(t->version.len < 60 ? t->version.len : 60),
	    t->version.p, is);
	return fail(q, t, w, why);
}

struct active {
	struct task *list;
	size_t n;
	int64_t now;
};

static int
judge(struct ask *q, struct task *t, int64_t now)
{
	struct task_word w;

	if (!task_word(t, &w))
		return task_end(q, t, TASK_DONE, "");
	if (has_it(t, &w))
		return step_on(q, t);
	return now >= t->until ? time_out(q, t, &w) : 0;
}

static int
judge_all(struct ask *q, void *arg)
{
	const struct active *a = arg;

	for (size_t i = 0; i < a->n; i++)
		if (judge(q, &a->list[i], a->now) < 0)
			return -1;
	return 0;
}

/* Does it change anything?  Most looks find that it does not. */
static bool
is_due(const struct task *t, int64_t now)
{
	struct task_word w;

	return !task_word(t, &w) || has_it(t, &w) || now >= t->until;
}

int
verdict_devices(struct ask *q, int64_t now)
{
	struct active a = {.now = now};
	bool due = false;

	if (load_list(ask_loader(q), STMT_TASK_ACTIVE, ARGS_NONE, load_task,
		&a.list, &a.n) < 0)
		return -1;
	for (size_t i = 0; i < a.n; i++)
		due = due || is_due(&a.list[i], now);
	if (!due)
		return 0;
	return job_change(q, judge_all, &a) < 0 ? -1 : 1;
}
