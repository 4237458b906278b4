#include "advance.h"

#include <string.h>

#include "arrival.h"
#include "ask.h"
#include "column.h"
#include "db.h"
#include "domain.h"
#include "job.h"
#include "job_phone.h"
#include "job_side.h"
#include "log.h"
#include "plan.h"
#include "saveform.h"
#include "setting.h"
#include "turn.h"

#define ADVANCE_CONFIGURATION "/cfg.txt" /* of a device, as a text */

/* One look at one job. */
struct step {
	const struct plan *tools;
	const struct conf *conf;
	int64_t job, now, last_ms;
	int64_t domain; /* of the job */
	int64_t room;   /* devices that all jobs may still begin with */
	struct advance_sends *out;
};

/* ---- stages ---- */

/* Have too many failed of a stage?  1 and why, 0, -1. */
static int
is_over(struct ask *q, struct job *j, int64_t stage)
{
	struct job_counts c;
	int64_t all = 0, failed;

	if (job_count_stage(q, j, stage, &c) < 0)
		return -1;
	for (int s = TASK_WAITING; s < TASK_UNFIT; s++)
		all += c.n[s];
	failed = c.n[TASK_FAILED];
	if (failed * 100 <= j->threshold * all)
		return 0;
	j->trouble = str_of(arena_printf(q->arena,
	    "%lld of %lld devices of group %lld failed, the threshold is %lld "
	    "percent",
	    (long long)failed, (long long)all, (long long)stage + 1,
	    (long long)j->threshold));
	return 1;
}

/* Of any stage that has begun. */
static int
too_many_failed(struct ask *q, struct job *j, int64_t stage)
{
	int rc = 0;

	if (j->threshold >= 100)
		return 0;
	for (int64_t s = 0; s <= stage && rc == 0; s++)
		rc = is_over(q, j, s);
	return rc;
}

/* The stage that is worked on: 1, 0 nothing is left to do, -1. */
static int
find_stage(struct ask *q, int64_t job, int64_t *stage)
{
	struct row *row;
	int rc = db_first(
	    q->core->store, STMT_TASK_STAGE, ARGS(A_INT(job)), &row, q->err);

	if (rc > 0) {
		rc = !row_null(row, TASK_STAGE_MIN);
		*stage = row_int(row, TASK_STAGE_MIN);
	}
	db_done(row);
	return rc;
}

/* ---- ends ---- */

static int
finish(struct ask *q, struct job *j)
{
	struct job_counts c;
	int rc;

	if (job_count(q, j, &c) < 0)
		return -1;
	log_event(LOG_INFO, "job.end",
	    PAIRS(P_INT("job", j->id), P_INT("done", c.n[TASK_DONE]),
		P_INT("failed", c.n[TASK_FAILED]), P_INT("round", j->round)));
	if (j->outcome != JOB_OPEN)
		return job_close(q, j, j->outcome);
	/* Its last stage may fail as a whole: nothing is left to be stopped,
	 * but to try it all again would be going on. */
	rc = too_many_failed(q, j, j->stages - 1);
	if (rc != 0)
		return rc < 0 ? -1 : job_close(q, j, JOB_THRESHOLD);
	return job_close(q, j, c.n[TASK_FAILED] > 0 ? JOB_FAILURES : JOB_DONE);
}

/* Its hours are over: what waits goes on when they come again. */
static int
pause_it(struct ask *q, struct job *j, int64_t now)
{
	j->state = JOB_IDLE;
	j->wish = JOB_LATE;
	j->due = now + TURN_HOURS_MS;
	return job_rest(q, j);
}

/* ---- beginning with devices ---- */

/* The URL that it is told; NULL: it has none. */
static const char *
url_for(struct ask *q, const struct step *s, const struct task *t,
    const struct task_word *w)
{
	const struct plan_device names = {t->product, t->fw, t->bc};
	const char *store = s->tools->supply.url;
	char path[SUPPLY_PATH_MAX];

	if (w->part == PART_SCFG)
		return arrival_url(q, s->conf, t, s->last_ms);
	if (w->part > PART_FIRMWARE)
		return store;
	return plan_path(&names, w->part, w->build, path)
		   ? arena_printf(q->arena, "%s/%s", store, path)
		   : NULL;
}

/* The path of its command; NULL: it has none. */
static const char *
command(struct ask *q, const struct step *s, const struct task *t,
    const struct task_word *w)
{
	const struct plan *tools = s->tools;
	const char *url, *text = NULL;
	struct buf out;

	if (w->part > PART_SCFG)
		return ADVANCE_CONFIGURATION;
	url = url_for(q, s, t, w);
	buf_init(&out, 4 * SUPPLY_URL_MAX);
	buf_putc(&out, '/');
	if (url != NULL &&
	    recipe_path(&tools->recipe, w->part, str_of(url), w->build, &out) &&
	    !buf_failed(&out))
		text = arena_str(q->arena, buf_view(&out));
	buf_fini(&out);
	return text;
}

static int
add_send(
    struct ask *q, const struct step *s, const struct task *t, const char *path)
{
	struct advance_send *x =
	    load_more(q->arena, (void **)&s->out->list, &s->out->n, sizeof(*x));

	if (x == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for commands");
	*x = (struct advance_send){.job = t->job_id,
	    .device = t->device_id,
	    .sent = t->sent,
	    .hw_id = t->hw_id,
	    .path = path,
	    .last_ms = s->last_ms,
	    .answer_max =
		path != NULL && strcmp(path, ADVANCE_CONFIGURATION) == 0
		    ? SAVE_MAX
		    : 0};
	return 0;
}

/* From now on it is at work. */
static int
begin_task(struct ask *q, struct step *s, struct task *t)
{
	t->state = TASK_ACTIVE;
	t->sent = s->now;
	t->until = s->now + s->last_ms;
	t->began = t->began > 0 ? t->began : s->now;
	t->tries++;
	t->error = STR("");
	s->room--;
	return task_save(q, t);
}

/* A phone of another vendor gets no command: it is ordered to come. */
static int
begin_phone(struct ask *q, struct step *s, struct task *t)
{
	int rc = job_phone_begin(q, t, s->domain);

	if (rc < 0)
		return q->err->kind == ERR_GONE
			   ? task_end(q, t, TASK_FAILED,
				 "phone: it is none of the domain any more")
			   : -1;
	return rc > 0 ? begin_task(q, s, t) : task_leave_device(q, t);
}

static int
begin_with(struct ask *q, struct step *s, struct task *t)
{
	struct task_word w;
	const char *path;
	int mine;

	if (!task_word(t, &w))
		return task_end(q, t, TASK_DONE, "");
	mine = task_take_device(q, t, s->last_ms);
	if (mine <= 0) /* a script may restart it: later */
		return mine;
	if (w.part == PART_PHONE)
		return begin_phone(q, s, t);
	t->sent = s->now;
	path = w.part != PART_MANAGER ? command(q, s, t, &w) : NULL;
	if (path == NULL && w.part != PART_MANAGER)
		return task_end(
		    q, t, TASK_FAILED, "there is no command for it");
	return begin_task(q, s, t) < 0 ? -1 : add_send(q, s, t, path);
}

static int
begin_some(struct ask *q, struct step *s, const struct job *j, int64_t stage)
{
	struct job_counts c;
	struct task *list;
	int64_t room;
	size_t n;

	if (job_count(q, j, &c) < 0)
		return -1;
	room = ADVANCE_DEVICES - c.n[TASK_ACTIVE];
	room = room < s->room ? room : s->room;
	if (room <= 0)
		return 0;
	if (load_list(ask_loader(q), STMT_TASK_READY,
		ARGS(A_INT(j->id), A_INT(stage), A_INT(room), A_INT(s->now)),
		load_task, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (begin_with(q, s, &list[i]) < 0)
			return -1;
	return 0;
}

/* ---- a job ---- */

/* Who left is not waited for, who came back is; of a job that was stopped
 * nobody begins with another part. */
static int
look_who_is_there(struct ask *q, struct job *j, int64_t now)
{
	struct store *st = q->core->store;

	if (j->outcome != JOB_OPEN)
		return job_stop(q, j, j->outcome);
	return db_do(st, STMT_TASK_AWAY, ARGS(A_INT(j->id), A_INT(now)),
		   q->err) < 0 ||
		       db_do(st, STMT_TASK_BACK,
			   ARGS(A_INT(j->id), A_INT(j->domain_id), A_INT(now)),
			   q->err) < 0
		   ? -1
		   : 0;
}

/* Somebody has made its domain a second registration: RG1. */
static int
is_second(struct ask *q, struct job *j)
{
	int rc = j->work == JOB_UPDATE ? domain_secondary(q, j->domain_id) : 0;

	if (rc > 0)
		j->trouble = STR("its domain is a second registration");
	return rc;
}

static int
go_on(struct ask *q, struct step *s, struct job *j, int64_t stage)
{
	struct job_counts c;
	int rc = j->outcome == JOB_OPEN ? too_many_failed(q, j, stage) : 0;
	int second = j->outcome == JOB_OPEN ? is_second(q, j) : 0;

	if (rc < 0 || second < 0)
		return -1;
	if (rc > 0 || second > 0)
		return job_stop(q, j, second > 0 ? JOB_ABORTED : JOB_THRESHOLD);
	if (turn_in_hours(j, s->now))
		return begin_some(q, s, j, stage);
	if (job_count(q, j, &c) < 0)
		return -1;
	return c.n[TASK_ACTIVE] > 0 ? 0 : pause_it(q, j, s->now);
}

static int
advance_job(struct ask *q, void *arg)
{
	struct step *s = arg;
	struct job j;
	int64_t stage = 0;
	int rc = job_load(q, s->job, &j);

	if (rc <= 0 || j.state != JOB_RUNNING)
		return rc < 0 ? -1 : 0;
	s->domain = j.domain_id;
	if (look_who_is_there(q, &j, s->now) < 0)
		return -1;
	rc = find_stage(q, j.id, &stage);
	if (rc < 0)
		return -1;
	return rc > 0 ? go_on(q, s, &j, stage) : finish(q, &j);
}

static int
find_room(struct ask *q, struct step *s)
{
	int64_t at_once, seconds;
	int active =
	    db_run(q->core->store, STMT_TASK_ACTIVE, ARGS_NONE, q->err);

	if (active < 0 || setting_get_int(q, "jobs.devices", &at_once) < 0 ||
	    setting_get_int(q, "jobs.timeout", &seconds) < 0)
		return -1;
	s->room = at_once - active;
	s->last_ms = seconds * 1000;
	return 0;
}

int
advance(struct ask *q, const struct conf *conf, int64_t now,
    struct advance_sends *out)
{
	struct plan tools;
	struct step s = {.tools = &tools, .conf = conf, .now = now, .out = out};
	bool updates = false;
	struct job *list;
	size_t n;

	*out = (struct advance_sends){0};
	if (load_list(ask_loader(q), STMT_JOB_BUSY, ARGS_NONE, load_job, &list,
		&n) < 0)
		return -1;
	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		updates = updates || list[i].work == JOB_UPDATE;
	if (find_room(q, &s) < 0 || plan_tools(q, conf, updates, &tools) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		s.job = list[i].id;
		if (list[i].state == JOB_RUNNING &&
		    job_change(q, advance_job, &s) < 0)
			return -1;
	}
	return 0;
}
