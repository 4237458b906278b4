#include "alarm_kind.h"

#include <libgen.h>
#include <stdio.h>
#include <sys/statvfs.h>

#include "db.h"
#include "setting.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    (24 * 60 * MINUTE_MS)

/* Something is wrong since then, or is not any more; what it was first stays. */
static int
raise_one(struct ask *q, int64_t domain_id, const struct alarm *x)
{
	return db_do(q->core->store, STMT_ALARM_RAISE,
	    ARGS(A_INT(domain_id), A_STR(x->kind), A_STR(x->subject),
		A_STR(x->detail), A_INT(x->raised)),
	    q->err);
}

static int
clear_one(struct ask *q, int64_t domain_id, const struct alarm *x, int64_t now)
{
	return db_do(q->core->store, STMT_ALARM_CLEAR,
	    ARGS(A_INT(domain_id), A_STR(x->kind), A_STR(x->subject),
		A_INT(now)),
	    q->err);
}

/* Nobody wants to hear of this kind: what was raised goes without a word. */
static int
drop(struct ask *q, const char *kind, const struct alarm_scene *s)
{
	return db_do(q->core->store, STMT_ALARM_KIND_DROP,
	    ARGS(A_INT(s->setting->domain_id), A_STRZ(kind)), q->err);
}

/* ---- devices that are offline ---- */

static int
look_offline(struct ask *q, const char *kind, const struct alarm_scene *s)
{
	struct arg domain = A_INT(s->setting->domain_id);
	int64_t before = s->now - s->setting->offline * MINUTE_MS;

	if (s->setting->offline == 0)
		return drop(q, kind, s);
	if (db_do(q->core->store, STMT_ALARM_ONLINE,
		ARGS(domain, A_STRZ(kind), A_INT(s->now)), q->err) < 0)
		return -1;
	if (s->up == 0 || s->up > before)
		return 0;
	return db_do(q->core->store, STMT_ALARM_OFFLINE,
	    ARGS(domain, A_INT(before), A_STRZ(kind), A_INT(s->now)), q->err);
}

/* ---- the disk ---- */

int64_t
alarm_disk_full(const char *path)
{
	char copy[4096];
	struct statvfs fs;
	uint64_t used;

	str_copy(copy, sizeof(copy), str_of(path));
	if (statvfs(dirname(copy), &fs) < 0 || fs.f_bfree > fs.f_blocks)
		return -1;
	used = fs.f_blocks - fs.f_bfree;
	/* Rounded up: what is full is 100. */
	return used + fs.f_bavail == 0
		   ? -1
		   : (int64_t)((100 * used + used + fs.f_bavail - 1) /
			       (used + fs.f_bavail));
}

static int
look_disk(struct ask *q, const char *kind, const struct alarm_scene *s)
{
	struct alarm x = {
	    .kind = str_of(kind), .subject = STR("database"), .raised = s->now};
	char detail[32];

	if (!s->setting->is_instance || s->disk_max == 0)
		return drop(q, kind, s);
	if (s->disk_full < 0)
		return 0;
	(void)snprintf(
	    detail, sizeof(detail), "%lld %%", (long long)s->disk_full);
	x.detail = str_of(detail);
	if (s->disk_full >= s->disk_max)
		return raise_one(q, s->setting->domain_id, &x);
	if (s->disk_full < s->disk_max - ALARM_DISK_SLACK)
		return clear_one(q, s->setting->domain_id, &x, s->now);
	return 0;
}

/* ---- jobs ---- */

/* Until the job is started again, ends well, or goes. */
static int
look_jobs(struct ask *q, const char *kind, const struct alarm_scene *s)
{
	struct arg domain = A_INT(s->setting->domain_id);
	struct store *st = q->core->store;

	return db_do(st, STMT_ALARM_JOBS_OVER,
		   ARGS(domain, A_STRZ(kind), A_INT(s->now)), q->err) < 0 ||
		       db_do(st, STMT_ALARM_JOBS, ARGS(domain, A_STRZ(kind)),
			   q->err) < 0
		   ? -1
		   : 0;
}

/* ---- backups ---- */

/* Devices that a backup job has looked at and that have none since then. */
static int
look_backups(struct ask *q, const char *kind, const struct alarm_scene *s)
{
	struct arg domain = A_INT(s->setting->domain_id);
	struct store *st = q->core->store;
	int64_t days, before;

	if (setting_get_int(q, "jobs.missing", &days) < 0)
		return -1;
	if (days == 0)
		return drop(q, kind, s);
	before = s->now - days * DAY_MS;
	return db_do(st, STMT_ALARM_BACKUPS_OVER,
		   ARGS(domain, A_INT(before), A_STRZ(kind), A_INT(s->now)),
		   q->err) < 0 ||
		       db_do(st, STMT_ALARM_BACKUPS,
			   ARGS(domain, A_INT(before), A_STRZ(kind),
			       A_INT(s->now)),
			   q->err) < 0
		   ? -1
		   : 0;
}

/* ---- phones of other vendors ---- */

/* Who has been asked for from another network than its own. */
static int
look_phones(struct ask *q, const char *kind, const struct alarm_scene *s)
{
	struct arg domain = A_INT(s->setting->domain_id);
	struct arg since = A_INT(s->now - DAY_MS), now = A_INT(s->now);
	struct store *st = q->core->store;

	return db_do(st, STMT_ALARM_PHONES_OVER,
		   ARGS(domain, A_STRZ(kind), since, now), q->err) < 0 ||
		       db_do(st, STMT_ALARM_PHONES,
			   ARGS(domain, A_STRZ(kind), since, now), q->err) < 0
		   ? -1
		   : 0;
}

const struct alarm_kind alarm_kinds[] = {
    {"offline", look_offline},
    {"disk", look_disk},
    {"job-failed", look_jobs},
    {"backup-missing", look_backups},
    {"phone-elsewhere", look_phones},
    {NULL, NULL},
};
