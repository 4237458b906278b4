#include "verdict.h"

#include <stdio.h>

#include "ask.h"
#include "db.h"
#include "job.h"
#include "job_side.h"

#define WHY_MAX 160

/* ---- steps ---- */

/* The next word of its plan waits for its turn, or all is done. */
static int
step_on(struct ask *q, struct task *t)
{
	struct task_word w;

	t->step++;
	if (!task_word(t, &w))
		return task_end(q, t, TASK_DONE, "");
	return task_wait(q, t);
}

static int
fail(struct ask *q, struct task *t, const struct task_word *w, const char *why)
{
	char text[WHY_MAX + 32]; /* the part in front */

	(void)snprintf(text, sizeof(text), "%s: %s", part_name(w->part), why);
	return task_end(q, t, TASK_FAILED, text);
}

/* ---- answers ---- */

static int
apply(struct ask *q, struct task *t, const struct verdict_answer *a)
{
	struct task_word w;
	char why[WHY_MAX];

	if (!task_word(t, &w))
		return task_end(q, t, TASK_DONE, "");
	if (a->fate == VERDICT_NOT_SENT)
		return task_wait(q, t);
	if (a->fate == VERDICT_UNKNOWN)
		return 0;
	if (a->status < 200 || a->status >= 300) {
		(void)snprintf(
		    why, sizeof(why), "the device answers %d", a->status);
		return fail(q, t, &w, why);
	}
	return w.part > PART_FIRMWARE ? step_on(q, t) : 0;
}

static int
take_answer(struct ask *q, void *arg)
{
	const struct verdict_answer *a = arg;
	struct task t;
	int rc = load_one(ask_loader(q), STMT_TASK_OF,
	    ARGS(A_INT(a->job), A_INT(a->device)), load_task, &t);

	if (rc <= 0 || t.state != TASK_ACTIVE || t.sent != a->sent)
		return rc < 0 ? -1 : 0;
	return apply(q, &t, a);
}

int
verdict_answer(struct ask *q, const struct verdict_answer *a)
{
	struct verdict_answer copy = *a;

	return job_change(q, take_answer, &copy);
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
	char why[WHY_MAX];

	(void)snprintf(why, sizeof(why),
	    "no %.*s in time; it says %.*s, and is %s", (int)w->build.len,
	    w->build.p, (int)(t->version.len < 60 ? t->version.len : 60),
	    t->version.p, t->online ? "online" : "offline");
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
