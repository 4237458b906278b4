#include "progress.h"

#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "job.h"
#include "job_side.h"
#include "map.h"
#include "task_tell.h"

/* Those at work now that were not before. */
static int
add_busy(struct ask *q, struct progress *p)
{
	struct job *list;
	size_t n;

	if (load_list(ask_loader(q), STMT_JOB_BUSY, ARGS_NONE, load_job, &list,
		&n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		while (at < p->n && p->jobs[at].job != list[i].id)
			at++;
		if (at < p->n || at == PROGRESS_JOBS)
			continue;
		p->jobs[at].job = list[i].id;
		p->jobs[at].told = 0;
		p->jobs[at].since = clock_now_ms() - PROGRESS_MS;
		p->n++;
	}
	return 0;
}

/* A clock that was put back tells a span once more. */
static int
tell_tasks(struct ask *q, struct progress *p, size_t at, const struct job *j)
{
	const struct task_span span = {p->jobs[at].since, clock_now_ms()};

	p->jobs[at].since = span.to;
	return task_tell(q, j, &span);
}

/* Tell of one, if it is not what it was: 1 it is at work, 0 no longer. */
static int
tell_one(struct ask *q, struct progress *p, size_t at)
{
	struct snapshot now;
	struct job j;
	int64_t id = p->jobs[at].job;
	uint64_t hash;
	int rc = job_load(q, id, &j);

	if (rc <= 0)
		return rc;
	if (tell_tasks(q, p, at, &j) < 0 ||
	    job_kind.look(q, id, STR(""), &now) < 0)
		return -1;
	hash = map_hash(now.body);
	if (hash != p->jobs[at].told &&
	    change_tell(q, &job_kind, id, STR("")) < 0)
		return -1;
	p->jobs[at].told = hash;
	return j.state != JOB_IDLE;
}

static int
tell_all(struct ask *q, void *arg)
{
	struct progress *p = arg;

	for (size_t i = p->n; i > 0; i--) {
		int rc = tell_one(q, p, i - 1);

		if (rc < 0)
			return -1;
		if (rc == 0)
			p->jobs[i - 1] = p->jobs[--p->n];
	}
	return 0;
}

int
progress_tell(struct ask *q, struct progress *p)
{
	int64_t now = clock_mono_ms();

	if (now < p->due_ms)
		return 0;
	p->due_ms = now + PROGRESS_MS;
	return add_busy(q, p) < 0 ? -1
	       : p->n > 0         ? job_change(q, tell_all, p)
				  : 0;
}
