/* Messages about backup jobs, and about what they have kept (our own ones). */
#include "access.h"
#include "api_job.h"
#include "api_table.h"
#include "calendar.h"
#include "category.h"
#include "crypto.h"
#include "hours.h"
#include "hwid.h"
#include "must.h"
#include "putback.h"
#include "save.h"
#include "secret.h"
#include "zone.h"

#define LINE_SHOWN 2048 /* bytes of a line; the rest is "..." */

/* ---- fields ---- */

enum { F_DOMAIN_ID };
enum { F_UPDATES = 1 };
enum { F_ID = 0 };
enum { F_UNSAVED = 1 };
enum {
	F_NAME = 1,
	F_CATEGORIES,
	F_TARGET,
	F_LOGIN,
	F_PASSWORD,
	F_KEEP,
	F_DAYS,
	F_RULE,
	F_ZONE,
	F_HOURS,
	F_ENABLED,
	F_STAGES,
	F_THRESHOLD
};
enum { F_HWID };
enum { F_OLD = 1 };

/* clang-format off */
#define WISHES(need) \
    [F_NAME] = {"name", FIELD_TEXT, (need), 1, JOB_NAME_MAX}, \
    [F_CATEGORIES] = {"categories", FIELD_TEXTS, (need), 1, CATEGORY_NAME_MAX}, \
    [F_TARGET] = TEXT("target", 0, JOB_TARGET_MAX), \
    [F_LOGIN] = TEXT("login", 0, JOB_LOGIN_MAX), \
    [F_PASSWORD] = TEXT("password", 1, SECRET_MAX), \
    [F_KEEP] = NUMBER("keep", 0, JOB_KEEP_MAX), \
    [F_DAYS] = NUMBER("days", 0, JOB_DAYS_MAX), \
    [F_RULE] = TEXT("rule", 0, CALENDAR_MAX), \
    [F_ZONE] = TEXT("zone", 1, ZONE_NAME_MAX), \
    [F_HOURS] = TEXT("hours", 0, HOURS_MAX), \
    [F_ENABLED] = BOOL("enabled"), \
    [F_STAGES] = NUMBER("stages", 1, JOB_STAGES_MAX), \
    [F_THRESHOLD] = NUMBER("threshold", 0, 100)

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

static const struct field f_restore[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
    [F_UNSAVED] = BOOL("unsaved"),
};

static const struct field f_device[] = {
    [F_HWID] = NEED_TEXT("hwId", 1, HWID_MAX),
};

static const struct field f_diff[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
    [F_OLD] = NUMBER("old", 1, ID_MAX),
};
/* clang-format on */

/* ---- jobs ---- */

static const struct str *
text(const struct value *v)
{
	return v->given ? &v->text : NULL;
}

static const int64_t *
number(const struct value *v)
{
	return v->given ? &v->number : NULL;
}

static struct job_change
wishes(const struct value *v)
{
	return (struct job_change){
	    .name = text(&v[F_NAME]),
	    .categories = v[F_CATEGORIES].given ? v[F_CATEGORIES].texts : NULL,
	    .ncategories = v[F_CATEGORIES].n,
	    .target = text(&v[F_TARGET]),
	    .login = text(&v[F_LOGIN]),
	    .password = text(&v[F_PASSWORD]),
	    .keep = number(&v[F_KEEP]),
	    .days = number(&v[F_DAYS]),
	    .rule = text(&v[F_RULE]),
	    .zone = text(&v[F_ZONE]),
	    .hours = text(&v[F_HOURS]),
	    .enabled = v[F_ENABLED].given ? &v[F_ENABLED].truth : NULL,
	    .stages = number(&v[F_STAGES]),
	    .threshold = number(&v[F_THRESHOLD]),
	};
}

static int
add_job(struct call *c)
{
	const struct job_change x = wishes(c->v);
	struct job_new as = {.work = JOB_BACKUP};
	int64_t id;

	if (api_home(c, &c->v[F_DOMAIN_ID], &as.domain) < 0 ||
	    job_add(&c->q, &as, &x, &id) < 0)
		return -1;
	return api_done_id(c, id);
}

static int
edit_job(struct call *c)
{
	const struct job_change x = wishes(c->v);

	return api_job_need(c, JOB_BACKUP) < 0 ||
		       job_edit(&c->q, c->v[F_ID].number, &x) < 0
		   ? -1
		   : api_done(c);
}

static int
delete_job(struct call *c)
{
	return api_job_with(c, JOB_BACKUP, job_remove);
}

static int
start_job(struct call *c)
{
	return api_job_with(c, JOB_BACKUP, job_start);
}

static int
abort_job(struct call *c)
{
	return api_job_with(c, JOB_BACKUP, job_abort);
}

static int
get_jobs(struct call *c)
{
	return api_jobs(c, JOB_BACKUP);
}

/* ---- what they have kept ---- */

static void
put_save(struct jout *j, const struct save *s)
{
	char hex[CRYPTO_HEX_MAX];

	must(s->hash.len == CRYPTO_HASH_MAX);
	crypto_hex(s->hash.p, s->hash.len, hex);
	jout_object(j, NULL);
	jout_int(j, "id", s->id);
	jout_int(j, "time", s->made);
	jout_int(j, "size", s->size);
	jout_strz(j, "sha256", hex);
	jout_bool(j, "changed", s->changed);
	if (s->instance.len > 0)
		jout_str(j, "instance", s->instance);
	if (s->job_id != 0)
		jout_int(j, "jobId", s->job_id);
	jout_end(j);
}

static int
put_saves(struct call *c, bool *last)
{
	const struct save_page p = {
	    .hw_id = c->v[F_HWID].text, .before = c->cursor.at.after};
	struct save *list;
	size_t n;

	if (save_list(&c->q, &p, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (api_item(c))
			put_save(&c->reply->j, &list[i]);
	if (n > 0)
		c->cursor.at.after = list[n - 1].id;
	*last = n < SAVE_PAGE;
	return 0;
}

static int
get_saves(struct call *c)
{
	return api_list(c, "backups", put_saves);
}

static int
delete_save(struct call *c)
{
	return save_remove(&c->q, c->v[F_ID].number) < 0 ? -1 : api_done(c);
}

/* ---- their lines ---- */

static void
put_text(struct jout *j, const char *name, struct str line)
{
	char shown[LINE_SHOWN + 4 + 1];

	if (line.len <= LINE_SHOWN) {
		jout_str(j, name, line);
		return;
	}
	str_copy(shown, LINE_SHOWN + 1, line);
	str_copy(shown + LINE_SHOWN, 4, STR("..."));
	jout_strz(j, name, shown);
}

static void
put_line(void *arg, char sign, int64_t at, struct str line)
{
	struct call *c = arg;
	const char op[] = {sign, '\0'};

	if (!api_item(c))
		return;
	if (sign == ' ') {
		put_text(&c->reply->j, NULL, line);
		return;
	}
	jout_object(&c->reply->j, NULL);
	jout_strz(&c->reply->j, "op", op);
	jout_int(&c->reply->j, "line", at);
	put_text(&c->reply->j, "text", line);
	jout_end(&c->reply->j);
}

static int
find_save(struct call *c, int64_t id, struct save *out)
{
	return err_need(
	    save_get(&c->q, id, out), c->q.err, ERR_GONE, "no such backup");
}

static int
put_shown(struct call *c, bool *last)
{
	struct saveform f;
	struct save s;

	*last = true;
	return find_save(c, c->v[F_ID].number, &s) < 0 ||
		       saveform_load(
			   c->q.arena, c->q.core->templates, &f, c->q.err) < 0
		   ? -1
		   : save_show(&c->q, &f, &s, put_line, c);
}

static int
get_save(struct call *c)
{
	return api_list(c, "lines", put_shown);
}

static int
put_diff(struct call *c, bool *last)
{
	const struct value *old = &c->v[F_OLD];
	struct saveform f;
	struct save a, b;
	int rc;

	*last = true;
	if (find_save(c, c->v[F_ID].number, &b) < 0)
		return -1;
	rc = old->given ? find_save(c, old->number, &a)
			: save_before(&c->q, &b, &a);
	if (rc < 0 ||
	    saveform_load(c->q.arena, c->q.core->templates, &f, c->q.err) < 0)
		return -1;
	return save_diff(&c->q, &f, &(struct save_pair){&a, &b}, put_line, c);
}

static int
diff_save(struct call *c)
{
	return api_list(c, "lines", put_diff);
}

/* ---- putting back ---- */

static int
restore_save(struct call *c)
{
	const struct putback_wish w = {
	    .save = c->v[F_ID].number, .unsaved = c->v[F_UNSAVED].truth};
	int64_t id;

	return putback_order(&c->q, &w, &id) < 0 ? -1 : api_done_id(c, id);
}

static int
get_restore(struct call *c)
{
	struct putback p;

	if (err_need(putback_get(&c->q, c->v[F_ID].number, &p), c->q.err,
		ERR_GONE, "no such put-back") < 0)
		return -1;
	reply_open(c->reply);
	putback_json(&c->reply->j, "restore", &p);
	reply_close(c->reply);
	return 0;
}

static int
put_restores(struct call *c, bool *last)
{
	const struct putback_page p = {
	    .hw_id = c->v[F_HWID].text, .before = c->cursor.at.after};
	struct putback *list;
	size_t n;

	if (putback_list(&c->q, &p, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (api_item(c))
			putback_json(&c->reply->j, NULL, &list[i]);
	if (n > 0)
		c->cursor.at.after = list[n - 1].id;
	*last = n < PUTBACK_PAGE;
	return 0;
}

static int
get_restores(struct call *c)
{
	return api_list(c, "restores", put_restores);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("AbortBackupJob"), CHANGES, FIELDS(f_id), .run = abort_job},
    {LOGIN("AddBackupJob"), CHANGES, FIELDS(f_add), .run = add_job},
    {LOGIN("DeleteBackup"), CHANGES, FIELDS(f_id), .run = delete_save},
    {LOGIN("DeleteBackupJob"), CHANGES, FIELDS(f_id), .run = delete_job},
    {LOGIN("DiffBackup"), READS, LIST("lines"), FIELDS(f_diff), .run = diff_save},
    {LOGIN("EditBackupJob"), CHANGES, FIELDS(f_edit), .run = edit_job},
    {LOGIN("GetBackup"), READS, LIST("lines"), FIELDS(f_id), .run = get_save},
    {LOGIN("GetBackupJobs"), READS, LIST("jobs"), FIELDS(f_list), .run = get_jobs},
    {LOGIN("GetBackups"), READS, LIST("backups"), FIELDS(f_device), .run = get_saves},
    {LOGIN("GetRestore"), READS, FIELDS(f_id), .run = get_restore},
    {LOGIN("GetRestores"), READS, LIST("restores"), FIELDS(f_device), .run = get_restores},
    {LOGIN("RestoreBackup"), CHANGES, FIELDS(f_restore), .run = restore_save},
    {LOGIN("StartBackupJob"), CHANGES, FIELDS(f_id), .run = start_job},
};
/* clang-format on */

const struct api_table api_backup = {messages, COUNT(messages)};
