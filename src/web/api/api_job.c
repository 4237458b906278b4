/* Messages about update jobs and their tasks (our own ones). */
#include "api_job.h"

#include "access.h"
#include "api_table.h"
#include "calendar.h"
#include "catalogue.h"
#include "category.h"
#include "device.h"
#include "hours.h"
#include "hwid.h"
#include "job.h"
#include "phone_type.h"
#include "task.h"
#include "task_tell.h"
#include "zone.h"

/* ---- fields ---- */

enum { F_DOMAIN_ID };
enum { F_UPDATES = 1 };
enum { F_ID = 0 };
enum { F_JOB_ID = 0, F_STATE, F_HW_ID };
enum {
	F_NAME = 1,
	F_RELEASE,
	F_CATEGORIES,
	F_PARTS,
	F_RULE,
	F_ZONE,
	F_HOURS,
	F_ENABLED,
	F_KEEP,
	F_STAGES,
	F_THRESHOLD,
	F_MODELS,
	F_FIRMWARE
};

#define PART_NAME_MAX 16 /* bytes */
#define STATE_MAX     16

/* clang-format off */
#define WISHES(need) \
    [F_NAME] = {"name", FIELD_TEXT, (need), 1, JOB_NAME_MAX}, \
    [F_RELEASE] = {"release", FIELD_TEXT, (need), 1, RELEASE_MAX}, \
    [F_CATEGORIES] = {"categories", FIELD_TEXTS, (need), 1, CATEGORY_NAME_MAX}, \
    [F_PARTS] = TEXTS("parts", 1, PART_NAME_MAX), \
    [F_RULE] = TEXT("rule", 0, CALENDAR_MAX), \
    [F_ZONE] = TEXT("zone", 1, ZONE_NAME_MAX), \
    [F_HOURS] = TEXT("hours", 0, HOURS_MAX), \
    [F_ENABLED] = BOOL("enabled"), \
    [F_KEEP] = BOOL("keepLauncher"), \
    [F_STAGES] = NUMBER("stages", 1, JOB_STAGES_MAX), \
    [F_THRESHOLD] = NUMBER("threshold", 0, 100), \
    [F_MODELS] = TEXTS("models", 1, PHONE_TYPE_MAX), \
    [F_FIRMWARE] = TEXT("firmware", 1, JOB_TARGET_MAX)

static const struct field f_add[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    WISHES(true),
};

static const struct field f_edit[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
    WISHES(false),
};

static const struct field f_list[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 0, ID_MAX),
    [F_UPDATES] = BOOL("recvUpdates"),
};

static const struct field f_id[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
};

static const struct field f_tasks[] = {
    [F_JOB_ID] = NEED_NUMBER("id", 1, ID_MAX),
    [F_STATE] = TEXT("state", 0, STATE_MAX),
    [F_HW_ID] = TEXT("hwId", 0, HWID_MAX),
};
/* clang-format on */

/* ---- changing ---- */

static const struct str *
text(const struct value *v)
{
	return v->given ? &v->text : NULL;
}

/* Names of parts or models, with blanks between. */
static int
join(struct call *c, const struct value *v, struct str *out)
{
	const char *all = "";

	for (size_t i = 0; i < v->n && all != NULL; i++)
		all = arena_printf(c->q.arena, "%s%s%.*s", all,
		    i > 0 ? " " : "", (int)v->texts[i].len, v->texts[i].p);
	*out = str_of(all);
	return all != NULL ? 0
			   : err_set(c->q.err, ERR_LIMIT, "no room for parts");
}

/* What is said, and where lists live meanwhile as texts. */
struct wishes {
	struct job_change x;
	struct str parts, models;
};

static int
read_wishes(struct call *c, struct wishes *w)
{
	const struct value *v = c->v;

	w->x = (struct job_change){
	    .name = text(&v[F_NAME]),
	    .release = text(&v[F_RELEASE]),
	    .categories = v[F_CATEGORIES].given ? v[F_CATEGORIES].texts : NULL,
	    .ncategories = v[F_CATEGORIES].n,
	    .parts = v[F_PARTS].given ? &w->parts : NULL,
	    .models = v[F_MODELS].given ? &w->models : NULL,
	    .firmware = text(&v[F_FIRMWARE]),
	    .rule = text(&v[F_RULE]),
	    .zone = text(&v[F_ZONE]),
	    .hours = text(&v[F_HOURS]),
	    .enabled = v[F_ENABLED].given ? &v[F_ENABLED].truth : NULL,
	    .keep_launcher = v[F_KEEP].given ? &v[F_KEEP].truth : NULL,
	    .stages = v[F_STAGES].given ? &v[F_STAGES].number : NULL,
	    .threshold = v[F_THRESHOLD].given ? &v[F_THRESHOLD].number : NULL,
	};
	return join(c, &v[F_PARTS], &w->parts) < 0 ||
		       join(c, &v[F_MODELS], &w->models) < 0
		   ? -1
		   : 0;
}

static int
add_job(struct call *c)
{
	struct job_new as = {
	    .work = c->v[F_MODELS].given ? JOB_PHONES : JOB_UPDATE};
	struct wishes w;
	int64_t id;

	if (read_wishes(c, &w) < 0 ||
	    api_home(c, &c->v[F_DOMAIN_ID], &as.domain) < 0 ||
	    job_add(&c->q, &as, &w.x, &id) < 0)
		return -1;
	return api_done_id(c, id);
}

int
api_job_need(struct call *c, enum job_work work)
{
	struct job j;
	int rc = job_get(&c->q, c->v[F_ID].number, &j);

	/* Those of phones are updates, too. */
	if (rc > 0 && j.work == JOB_PHONES)
		j.work = JOB_UPDATE;
	return err_need(
	    rc > 0 ? j.work == work : rc, c->q.err, ERR_GONE, "no such job");
}

static int
edit_job(struct call *c)
{
	struct wishes w;

	return read_wishes(c, &w) < 0 || api_job_need(c, JOB_UPDATE) < 0 ||
		       job_edit(&c->q, c->v[F_ID].number, &w.x) < 0
		   ? -1
		   : api_done(c);
}

int
api_job_with(
    struct call *c, enum job_work work, int (*how)(struct ask *q, int64_t id))
{
	return api_job_need(c, work) < 0 || how(&c->q, c->v[F_ID].number) < 0
		   ? -1
		   : api_done(c);
}

static int
delete_job(struct call *c)
{
	return api_job_with(c, JOB_UPDATE, job_remove);
}

static int
start_job(struct call *c)
{
	return api_job_with(c, JOB_UPDATE, job_start);
}

static int
abort_job(struct call *c)
{
	return api_job_with(c, JOB_UPDATE, job_abort);
}

/* ---- looking ---- */

static int
put_page(struct call *c, enum job_work work, bool *last)
{
	struct job_page p = {.after = c->cursor.at.after, .work = work};
	struct job *list;
	size_t n;

	if (api_home(c, &c->v[F_DOMAIN_ID], &p.domain) < 0 ||
	    job_list(&c->q, &p, &list, &n) < 0)
		return -1;
	*last = n < JOB_PAGE;
	for (size_t i = 0; i < n; i++) {
		c->cursor.at.after = list[i].id;
		if (api_item(c) &&
		    job_json(&c->q, &c->reply->j, NULL, &list[i]) < 0)
			return -1;
	}
	return 0;
}

static int
put_updates(struct call *c, bool *last)
{
	return put_page(c, JOB_UPDATE, last);
}

static int
put_backups(struct call *c, bool *last)
{
	return put_page(c, JOB_BACKUP, last);
}

int
api_jobs(struct call *c, enum job_work work)
{
	int64_t domain;

	if (c->app == NULL || c->app->resumed || !c->v[F_UPDATES].truth)
		return api_list(
		    c, "jobs", work == JOB_UPDATE ? put_updates : put_backups);
	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0)
		return -1;
	return api_subscribe(c, "jobs", domain);
}

static int
get_jobs(struct call *c)
{
	return api_jobs(c, JOB_UPDATE);
}

static int
put_tasks(struct call *c, bool *last)
{
	struct task_page p = {
	    .job = c->v[F_JOB_ID].number, .after = c->cursor.at.after};
	struct task *list;
	struct device d;
	size_t n;

	if (c->v[F_HW_ID].text.len > 0) {
		if (err_need(device_get(&c->q, c->v[F_HW_ID].text, &d),
			c->q.err, ERR_GONE, "no such device") < 0)
			return -1;
		p.device = d.id;
	}
	if (c->v[F_STATE].text.len > 0)
		p.state = task_state_of(c->v[F_STATE].text);
	if (p.state == TASK_STATE__MAX)
		return err_say(c->q.err, ERR_INPUT, "no such state");
	if (task_list(&c->q, &p, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (api_item(c))
			task_json(&c->reply->j, &list[i]);
	if (n > 0)
		c->cursor.at.after = list[n - 1].device_id;
	*last = n < TASK_PAGE;
	return 0;
}

static int
get_tasks(struct call *c)
{
	return api_list(c, "tasks", put_tasks);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("AbortUpdateJob"), CHANGES, FIELDS(f_id), .run = abort_job},
    {LOGIN("AddUpdateJob"), CHANGES, FIELDS(f_add), .run = add_job},
    {LOGIN("DeleteUpdateJob"), CHANGES, FIELDS(f_id), .run = delete_job},
    {LOGIN("EditUpdateJob"), CHANGES, FIELDS(f_edit), .run = edit_job},
    {LOGIN("GetTasks"), READS, LIST("tasks"), FIELDS(f_tasks), .run = get_tasks},
    {LOGIN("GetUpdateJobs"), READS, LIST("jobs"), FIELDS(f_list), .run = get_jobs},
    {LOGIN("StartUpdateJob"), CHANGES, FIELDS(f_id), .run = start_job},
};
/* clang-format on */

const struct api_table api_job = {messages, COUNT(messages)};
