#include "job.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "ids.h"
#include "job_side.h"
#include "must.h"

/* ---- what a job is ---- */

int
job_load(struct ask *q, int64_t id, struct job *out)
{
	return load_one(
	    ask_loader(q), STMT_JOB_BY_ID, ARGS(A_INT(id)), load_job, out);
}

int
job_categories(struct ask *q, const struct job *j, struct str **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_JOB_CATEGORIES, ARGS(A_INT(j->id)),
	    load_str, out, n);
}

static int
count(struct ask *q, enum stmt s, struct args which, struct job_counts *out)
{
	struct row *row;
	int rc = db_first(q->core->store, s, which, &row, q->err);

	memset(out, 0, sizeof(*out));
	for (; rc > 0; rc = db_next(row, q->err)) {
		int64_t state = row_int(row, JOB_COUNTS_STATE);

		must(state > 0 && state < TASK_STATE__MAX);
		out->n[state] = row_int(row, JOB_COUNTS_N);
	}
	db_done(row);
	return rc;
}

int
job_count(struct ask *q, const struct job *j, struct job_counts *out)
{
	return count(q, STMT_JOB_COUNTS, ARGS(A_INT(j->id)), out);
}

int
job_count_stage(
    struct ask *q, const struct job *j, int64_t stage, struct job_counts *out)
{
	return count(
	    q, STMT_JOB_STAGE_COUNTS, ARGS(A_INT(j->id), A_INT(stage)), out);
}

int
job_figures(struct ask *q, struct job_figures *out, struct job_counts *tasks)
{
	return load_one(ask_loader(q), STMT_JOB_FIGURES,
		   ARGS(A_INT(clock_now_ms())), load_job_figures, out) < 0 ||
		       count(q, STMT_TASK_COUNTS, ARGS_NONE, tasks) < 0
		   ? -1
		   : 0;
}

const char *
job_outcome_name(enum job_outcome o)
{
	static const char *const names[JOB_OUTCOME__MAX] = {
	    "", "done", "aborted", "threshold", "failures"};

	return names[o];
}

const char *
job_work_name(enum job_work w)
{
	static const char *const names[JOB_WORK__MAX] = {
	    "update", "backup", "phones"};

	return names[w];
}

const char *
job_state_name(const struct job *j)
{
	if (j->state == JOB_IDLE)
		return j->wish != JOB_NOTHING ? "waiting" : "idle";
	return j->state == JOB_RUNNING ? "running" : "preparing";
}

/* ---- looking ---- */

int
job_get(struct ask *q, int64_t id, struct job *out)
{
	int rc = job_load(q, id, out);

	return rc > 0 ? access_find(q->who, out->domain_id, q->err) : rc;
}

int
job_list(struct ask *q, const struct job_page *p, struct job **out, size_t *n)
{
	*n = 0;
	return access_need(q->who, p->domain, q->err) < 0
		   ? -1
		   : load_list(ask_loader(q), STMT_JOB_PAGE,
			 ARGS(A_INT(p->domain), A_INT(p->after), A_INT(p->work),
			     A_INT(JOB_PAGE)),
			 load_job, out, n);
}

/* ---- adding, editing ---- */

static int
say(struct ask *q, const char *what, const struct job *j)
{
	return change_say(q, what, j->name,
	    PAIRS(P_INT("id", j->id), P_INT("domain", j->domain_id)));
}

static int
insert(struct ask *q, const struct job *j)
{
	return db_do(q->core->store, STMT_JOB_ADD,
	    ARGS(A_INT(j->id), A_INT(j->domain_id), A_STR(j->name),
		A_INT(j->enabled), A_STR(j->release), A_STR(j->parts),
		A_STR(j->rule), A_STR(j->zone), A_STR(j->hours),
		A_INT(j->keep_launcher), A_INT(j->stages), A_INT(j->threshold),
		A_INT(j->next), A_INT(j->work), A_INT(clock_now_ms()),
		A_STR(j->target), A_STR(j->login), A_INT(j->keep),
		A_INT(j->days)),
	    q->err);
}

static int
update(struct ask *q, const struct job *j)
{
	return db_do(q->core->store, STMT_JOB_EDIT,
	    ARGS(A_INT(j->id), A_STR(j->name), A_INT(j->enabled),
		A_STR(j->release), A_STR(j->parts), A_STR(j->rule),
		A_STR(j->zone), A_STR(j->hours), A_INT(j->keep_launcher),
		A_INT(j->stages), A_INT(j->threshold), A_INT(j->next),
		A_STR(j->target), A_STR(j->login), A_INT(j->keep),
		A_INT(j->days)),
	    q->err);
}

static int
add(struct ask *q, const struct job_change *x, struct job *j)
{
	if (job_need_room(q, j->domain_id) < 0 || job_merge(q, j, x) < 0 ||
	    ids_draw(q, IDS_JOB, &j->id) < 0 ||
	    change_touch(q, &job_kind, j->id, STR("")) < 0 ||
	    insert(q, j) < 0 || job_set_categories(q, j, x) < 0 ||
	    job_set_password(q, j, NULL, x) < 0)
		return -1;
	return say(q, "job.add", j);
}

int
job_add(struct ask *q, const struct job_new *as, const struct job_change *x,
    int64_t *id)
{
	struct job j = {.domain_id = as->domain,
	    .work = as->work,
	    .enabled = true,
	    .parts = as->work == JOB_UPDATE ? STR("firmware") : STR(""),
	    .release = STR(""),
	    .target = STR(""),
	    .login = STR(""),
	    .zone = STR("UTC"),
	    .rule = STR(""),
	    .hours = STR(""),
	    .stages = 1,
	    .threshold = 100,
	    .keep = as->work == JOB_BACKUP ? JOB_KEEP : 0};
	int rc;

	if (access_need(q->who, as->domain, q->err) < 0)
		return -1;
	if (x->name == NULL || x->ncategories == 0 ||
	    (x->release == NULL && as->work != JOB_BACKUP))
		return err_say(q->err, ERR_INPUT,
		    as->work == JOB_BACKUP
			? "a job has a name and categories"
			: "a job has a name, a release and categories");
	if (change_begin(q) < 0)
		return -1;
	rc = change_end(q, add(q, x, &j));
	*id = j.id;
	return rc;
}

static int
need(struct ask *q, int64_t id, struct job *out)
{
	return err_need(job_get(q, id, out), q->err, ERR_GONE, "no such job");
}

/* Nothing but that it is disabled. */
static bool
only_disables(const struct job_change *x)
{
	struct job_change rest = *x;

	rest.enabled = NULL;
	return x->enabled != NULL && !*x->enabled && job_changes_nothing(&rest);
}

static bool
at_work(const struct job *j)
{
	return j->state != JOB_IDLE || j->wish != JOB_NOTHING;
}

/* It is another job now: one that waits for its repetition has all its devices
 * to be told. */
static int
forget_done(struct ask *q, struct job *j)
{
	if (db_do(q->core->store, STMT_TASK_FORGET, ARGS(A_INT(j->id)),
		q->err) < 0)
		return -1;
	return j->wish != JOB_NOTHING ? job_wish(q, j, JOB_ALL, j->due) : 0;
}

static int
edit(struct ask *q, int64_t id, const struct job_change *x)
{
	struct job j, old;

	if (need(q, id, &old) < 0)
		return -1;
	if (old.state != JOB_IDLE && !only_disables(x))
		return err_say(q->err, ERR_EXISTS, "the job is at work");
	j = old;
	if (change_touch(q, &job_kind, id, STR("")) < 0 ||
	    job_merge(q, &j, x) < 0 || update(q, &j) < 0 ||
	    (x->categories != NULL && job_set_categories(q, &j, x) < 0) ||
	    job_set_password(q, &j, &old, x) < 0 ||
	    (!j.enabled && old.enabled && at_work(&old) &&
		job_stop(q, &j, JOB_ABORTED) < 0))
		return -1;
	if ((!str_eq(j.release, old.release) || !str_eq(j.parts, old.parts)) &&
	    forget_done(q, &j) < 0)
		return -1;
	return say(q, "job.edit", &j);
}

int
job_edit(struct ask *q, int64_t id, const struct job_change *x)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, edit(q, id, x));
}

static int
remove_it(struct ask *q, int64_t id)
{
	struct job j;

	if (need(q, id, &j) < 0 ||
	    change_touch(q, &job_kind, id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_JOB_REMOVE, ARGS(A_INT(id)), q->err) < 0)
		return -1;
	return say(q, "job.remove", &j);
}

int
job_remove(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_it(q, id));
}

/* ---- starting, aborting ---- */

static int
start(struct ask *q, int64_t id)
{
	struct job j;

	if (need(q, id, &j) < 0)
		return -1;
	if (!j.enabled)
		return err_say(q->err, ERR_INPUT, "the job is disabled");
	if (j.state != JOB_IDLE || j.wish == JOB_ALL)
		return err_say(q->err, ERR_EXISTS, "the job is at work");
	if (change_touch(q, &job_kind, id, STR("")) < 0 ||
	    job_wish(q, &j, JOB_ALL, clock_now_ms()) < 0)
		return -1;
	return say(q, "job.start", &j);
}

int
job_start(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, start(q, id));
}

static int
stop(struct ask *q, int64_t id)
{
	struct job j;

	if (need(q, id, &j) < 0)
		return -1;
	if (j.began == 0 && j.wish == JOB_NOTHING)
		return err_say(q->err, ERR_EXISTS, "the job has not begun");
	if (change_touch(q, &job_kind, id, STR("")) < 0 ||
	    job_stop(q, &j, JOB_ABORTED) < 0)
		return -1;
	return say(q, "job.abort", &j);
}

int
job_abort(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, stop(q, id));
}
