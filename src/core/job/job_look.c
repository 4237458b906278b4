/* What a job is, for clients, subscribers and the audit. */
#include "ask.h"
#include "change.h"
#include "job.h"
#include "task.h"

#define BODY_MAX ((size_t)32 << 10) /* bytes of an object */

static int
put_names(struct ask *q, struct jout *j, const struct job *job)
{
	struct str *list;
	size_t n;

	if (job_categories(q, job, &list, &n) < 0)
		return -1;
	jout_array(j, "categories");
	for (size_t i = 0; i < n; i++)
		jout_str(j, NULL, list[i]);
	jout_end(j);
	return 0;
}

/* "boot firmware" as an array. */
static void
put_words(struct jout *j, const char *as, struct str parts)
{
	struct str name;

	jout_array(j, as);
	while (str_next(&parts, ' ', &name))
		jout_str(j, NULL, name);
	jout_end(j);
}

static int
put_counts(struct ask *q, struct jout *j, const struct job *job)
{
	struct job_counts c;

	if (job_count(q, job, &c) < 0)
		return -1;
	jout_object(j, "tasks");
	for (enum task_state s = TASK_WAITING; s < TASK_STATE__MAX; s++)
		jout_int(j, task_state_name(s), c.n[s]);
	jout_end(j);
	return 0;
}

/* What only jobs of its work have. */
static void
put_own(struct jout *j, const struct job *job)
{
	if (job->work == JOB_UPDATE) {
		jout_str(j, "release", job->release);
		jout_bool(j, "keepLauncher", job->keep_launcher);
		put_words(j, "parts", job->parts);
		return;
	}
	if (job->work == JOB_PHONES) {
		jout_str(j, "release", job->release);
		jout_str(j, "firmware", job->target);
		put_words(j, "models", job->parts);
		return;
	}
	jout_str(j, "target", job->target);
	jout_str(j, "login", job->login);
	jout_int(j, "keep", job->keep);
	jout_int(j, "days", job->days);
}

int
job_json(struct ask *q, struct jout *j, const char *name, const struct job *job)
{
	int rc;

	jout_object(j, name);
	jout_pairs(
	    j, PAIRS(P_INT("id", job->id), P_INT("domainId", job->domain_id),
		   P_STR("name", job->name), P_BOOL("enabled", job->enabled),
		   P_STR("rule", job->rule), P_STR("zone", job->zone),
		   P_STR("hours", job->hours), P_INT("stages", job->stages),
		   P_INT("threshold", job->threshold), P_INT("next", job->next),
		   P_STRZ("work", job_work_name(job->work)),
		   P_STRZ("state", job_state_name(job)),
		   P_STRZ("outcome", job_outcome_name(job->outcome)),
		   P_INT("round", job->round), P_INT("due", job->due),
		   P_INT("began", job->began), P_INT("ended", job->ended),
		   P_STR("trouble", job->trouble)));
	put_own(j, job);
	rc = put_names(q, j, job) < 0 || put_counts(q, j, job) < 0 ? -1 : 0;
	jout_end(j);
	return rc;
}

/* "job":{...}, and what is left of it. */
static int
put_body(struct ask *q, const struct job *job, struct snapshot *out)
{
	struct buf text;
	struct jout j;
	int rc;

	buf_init(&text, BODY_MAX);
	buf_puts(&text, "\"job\":");
	jout_init(&j, buf_sink(&text));
	rc = job_json(q, &j, NULL, job);
	out->body = str_of(arena_str(q->arena, buf_view(&text)));
	out->gone =
	    str_of(arena_printf(q->arena, "\"id\":%lld", (long long)job->id));
	if (rc == 0 && (buf_failed(&text) || arena_failed(q->arena)))
		rc = err_set(q->err, ERR_LIMIT, "too long a job");
	buf_fini(&text);
	return rc;
}

/* "Phones, Gateways" */
static int
join_names(struct ask *q, const struct job *job, struct str *out)
{
	const char *all = "";
	struct str *list;
	size_t n;

	if (job_categories(q, job, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n && all != NULL; i++)
		all = arena_printf(q->arena, "%s%s%.*s", all, i > 0 ? ", " : "",
		    (int)list[i].len, list[i].p);
	*out = str_of(all);
	return all != NULL ? 0 : err_set(q->err, ERR_LIMIT, "too long a job");
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct job j;
	struct str names;
	int rc = change_found(job_load(q, id, &j), out);

	(void)key;
	if (rc <= 0)
		return rc;
	out->domain = j.domain_id;
	if (put_body(q, &j, out) < 0 || join_names(q, &j, &names) < 0)
		return -1;
	return change_values(q,
	    PAIRS(P_STR("name", j.name), P_BOOL("enabled", j.enabled),
		P_STR("release", j.release), P_STR("parts", j.parts),
		P_STR("categories", names), P_STR("target", j.target),
		P_STR("login", j.login), P_INT("keep", j.keep),
		P_INT("days", j.days), P_STR("rule", j.rule),
		P_STR("zone", j.zone), P_STR("hours", j.hours),
		P_BOOL("keepLauncher", j.keep_launcher),
		P_INT("stages", j.stages), P_INT("threshold", j.threshold),
		P_STRZ("state", job_state_name(&j))),
	    out);
}

const struct change_kind job_kind = {.topic = "jobs", .look = look};
