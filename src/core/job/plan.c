#include "plan.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "buf.h"
#include "domain.h"
#include "job.h"

#define FILES_MAX     2000 /* of one job */
#define FILE_NAME_MAX 64   /* bytes of a file's name */

/* A file that the store was asked for. */
struct plan_file {
	char path[SUPPLY_PATH_MAX];
	bool there;
	char why[160];
};

/* ---- opening ---- */

int
plan_tools(
    struct ask *q, const struct conf *conf, bool updates, struct plan *out)
{
	memset(out, 0, sizeof(*out));
	out->q = q;
	out->has_url = conf->device_url[0] != '\0';
	if (updates && supply_open(q, conf, &out->supply) < 0)
		return -1;
	return recipe_load(q->arena, conf->templates, &out->recipe, q->err);
}

/* Is there a product that it has this release for? */
static int
need_release(const struct catalogue *c, struct str release, struct err *e)
{
	for (size_t i = 0; i < c->n; i++)
		if (catalogue_release(&c->offers[i], release) != NULL)
			return 0;
	return err_set(e, ERR_GONE, "the store has no release %.*s",
	    (int)release.len, release.p);
}

/* What updates need of the store. */
static int
open_update(struct ask *q, struct plan *out)
{
	struct buf text;
	int rc = domain_secondary(q, out->job->domain_id);

	if (rc < 0)
		return -1;
	out->secondary = rc > 0;
	out->files = arena_array(q->arena, FILES_MAX, sizeof(*out->files));
	if (out->files == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for a plan");
	buf_init(&text, CATALOGUE_MAX + 1);
	rc = supply_read(
	    &out->supply, "firmware.json", CATALOGUE_MAX, &text, q->err);
	if (rc == 0)
		rc = catalogue_read(
		    q->arena, buf_view(&text), &out->firmware, q->err);
	buf_fini(&text);
	return rc < 0 ? -1
		      : need_release(&out->firmware, out->job->release, q->err);
}

/* Somebody may have removed them all. */
static int
need_category(struct ask *q, const struct job *j)
{
	struct str *names;
	size_t n;

	if (job_categories(q, j, &names, &n) < 0)
		return -1;
	return n > 0 ? 0
		     : err_set(q->err, ERR_GONE, "its categories have gone");
}

int
plan_open(struct ask *q, const struct conf *conf, const struct job *job,
    struct plan *out)
{
	bool updates = job->work == JOB_UPDATE;

	if (need_category(q, job) < 0 || plan_tools(q, conf, updates, out) < 0)
		return -1;
	out->job = job;
	if (job->work == JOB_PHONES)
		return job_phone_open(q, job, &out->phones);
	return updates ? open_update(q, out) : 0;
}

/* ---- files ---- */

/* "IP222-X" as "ip222.bin", as boot code "boot222.bin". */
static void
name_after(struct str product, enum part part, char out[FILE_NAME_MAX])
{
	size_t n = str_find(product, '-');
	char lower[FILE_NAME_MAX / 2];

	str_copy(lower, sizeof(lower), str_n(product.p, n));
	for (char *c = lower; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	if (part == PART_FIRMWARE)
		(void)snprintf(out, FILE_NAME_MAX, "%s.bin", lower);
	else
		(void)snprintf(out, FILE_NAME_MAX, "boot%s.bin",
		    lower + (strncmp(lower, "ip", 2) == 0 ? 2 : 0));
}

bool
plan_path(const struct plan_device *d, enum part part, struct str build,
    char out[SUPPLY_PATH_MAX])
{
	struct str told = part == PART_FIRMWARE ? d->fw : d->bc;
	char name[FILE_NAME_MAX];

	if (catalogue_word(told, FILE_NAME_MAX - 1))
		str_copy(name, sizeof(name), told);
	else
		name_after(d->product, part, name);
	(void)snprintf(
	    out, SUPPLY_PATH_MAX, "%.*s/%s", (int)build.len, build.p, name);
	return catalogue_word(str_of(name), FILE_NAME_MAX - 1) &&
	       catalogue_word(build, BUILD_MAX);
}

/* Asked for now, or before; NULL: too many. */
static const struct plan_file *
find_file(struct plan *p, const char *path)
{
	struct plan_file *f;
	struct err e = {0};

	for (size_t i = 0; i < p->nfiles; i++)
		if (strcmp(p->files[i].path, path) == 0)
			return &p->files[i];
	if (p->nfiles == FILES_MAX)
		return NULL;
	f = &p->files[p->nfiles++];
	str_copy(f->path, sizeof(f->path), str_of(path));
	f->there = supply_has(&p->supply, path, &e) > 0;
	str_copy(f->why, sizeof(f->why), str_of(e.text));
	return f;
}

/* ---- one device ---- */

static void __attribute__((format(printf, 3, 4)))
settle(struct plan_task *t, enum task_state state, const char *fmt, ...)
{
	va_list ap;

	t->state = state;
	va_start(ap, fmt);
	(void)vsnprintf(t->error, sizeof(t->error), fmt, ap);
	va_end(ap);
}

#define LEN(s) (int)((s).len < 40 ? (s).len : 40), (s).p

/* Add a word, if the store has its file; false: t is settled. */
static bool
add_word(struct plan *p, const struct device *d, enum part part,
    struct str build, struct plan_task *t)
{
	const struct plan_device names = {d->product, d->fw, d->bc};
	size_t used = strlen(t->words);
	char path[SUPPLY_PATH_MAX];
	const struct plan_file *f = NULL;
	int n = snprintf(t->words + used, sizeof(t->words) - used, "%s%s:%.*s",
	    used > 0 ? " " : "", part_name(part), (int)build.len, build.p);

	if (n < 0 || (size_t)n >= sizeof(t->words) - used) {
		settle(t, TASK_UNFIT, "too many steps lie between");
		return false;
	}
	if (part > PART_FIRMWARE)
		return true;
	if (plan_path(&names, part, build, path))
		f = find_file(p, path);
	if (f == NULL || !f->there)
		settle(t, TASK_FAILED, "%s",
		    f != NULL ? f->why : "its file has no name");
	return f != NULL && f->there;
}

/* The parts of one release; of the first also what it runs is left out. */
static bool
add_release(struct plan *p, const struct device *d, const struct release *r,
    bool first, struct plan_task *t)
{
	const struct task_runs runs = {d->fw_build, d->bc_build, d->version};
	struct str parts = p->job->parts, name;

	while (str_next(&parts, ' ', &name)) {
		enum part part = part_of(name);

		if (!(first && task_runs(&runs, part, r->build)) &&
		    !add_word(p, d, part, r->build, t))
			return false;
	}
	return true;
}

/* App Store path and launcher of a PBX (UJ9). */
static bool
add_pbx(struct plan *p, const struct device *d, struct str build,
    struct plan_task *t)
{
	if (!d->pbx_active || !str_holds(p->job->parts, STR("firmware")))
		return true;
	return add_word(p, d, PART_STORE, build, t) &&
	       (p->job->keep_launcher ||
		   add_word(p, d, PART_LAUNCHER, build, t));
}

/* Releases on the way, then the wanted one. */
static bool
add_releases(struct plan *p, const struct device *d, const struct offer *o,
    struct plan_task *t)
{
	struct str way[WAY_VIAS + 1];
	int n = recipe_way(&p->recipe, d->version, p->job->release, way);
	const struct release *r = NULL;

	if (n < 0) {
		settle(t, TASK_UNFIT, "there is no way from %.*s to %.*s",
		    LEN(d->version), LEN(p->job->release));
		return false;
	}
	way[n] = p->job->release;
	for (int i = 0; i <= n; i++) {
		r = catalogue_release(o, way[i]);
		if (r == NULL) {
			settle(t, TASK_UNFIT, "the store has no %.*s for %.*s",
			    LEN(way[i]), LEN(d->product));
			return false;
		}
		if (!add_release(p, d, r, i == 0, t))
			return false;
	}
	if (t->words[0] == '\0') {
		settle(t, TASK_UNFIT, "it has it already");
		return false;
	}
	return add_pbx(p, d, r->build, t);
}

/* Devices that no job works on, whatever the store has. */
static const char *
why_not(const struct plan *p, const struct device *d)
{
	if (p->secondary)
		return "its domain is a second registration";
	if (d->other && p->job->work != JOB_PHONES)
		return "it is another vendor's";
	if (d->type == DEVICE_APP_PLATFORM && p->job->work == JOB_UPDATE)
		return "App Platforms are not updated: how is not public";
	if (d->doubt == DOUBT_OFFER)
		return "it is in doubt: confirm it first";
	return NULL;
}

/* Ways to save it. */
static void
add_ways(const struct plan *p, const struct device *d, struct plan_task *t)
{
	const char *own = p->has_url && p->recipe.commands[PART_SCFG].len > 0
			      ? "scfg read"
			      : "read";

	str_copy(t->words, sizeof(t->words),
	    str_of(d->type == DEVICE_APP_PLATFORM ? "manager"
		   : p->job->target.len > 0       ? "copy"
						  : own));
}

/* Words for what it gets of the store; false: t is settled. */
static bool
add_update(struct plan *p, const struct device *d, struct plan_task *t)
{
	const struct offer *o = catalogue_find(&p->firmware, d->product);

	if (o != NULL)
		return add_releases(p, d, o, t);
	settle(t, TASK_UNFIT, "the store has nothing for \"%.*s\"",
	    LEN(d->product));
	return false;
}

/* Words for a phone of another vendor. */
static int
add_phone(struct plan *p, const struct device *d, struct plan_task *t)
{
	struct job_phone_words w;

	if (job_phone_plan(p->q, &p->phones, d->id, &w) < 0)
		return -1;
	str_copy(t->words, sizeof(t->words), str_of(w.words));
	if (w.words[0] == '\0')
		settle(t, TASK_UNFIT, "%s", w.error);
	return 0;
}

/* Words for what its job does; none: t is settled. */
static int
add_words(struct plan *p, const struct device *d, struct plan_task *t)
{
	if (p->job->work == JOB_PHONES)
		return add_phone(p, d, t);
	if (p->job->work == JOB_BACKUP)
		add_ways(p, d, t);
	else if (!add_update(p, d, t))
		t->words[0] = '\0';
	return 0;
}

int
plan_make(struct plan *p, const struct device *d, struct plan_task *out)
{
	const char *why = why_not(p, d);

	memset(out, 0, sizeof(*out));
	if (why != NULL) {
		settle(out, TASK_UNFIT, "%s", why);
		return 0;
	}
	/* Added by hand, and never seen: what it needs is found out then. */
	if (p->job->work == JOB_UPDATE && d->product.len == 0 && !d->online) {
		settle(out, TASK_AWAY, "it was never here");
		return 0;
	}
	if (add_words(p, d, out) < 0)
		return -1;
	if (out->words[0] != '\0')
		out->state = d->online ? TASK_WAITING : TASK_AWAY;
	return 0;
}

int
plan_settled(
    struct ask *q, const struct job *job, int64_t device, struct task *out)
{
	int rc = load_one(ask_loader(q), STMT_TASK_OF,
	    ARGS(A_INT(job->id), A_INT(device)), load_task, out);

	return rc > 0 ? out->state == TASK_ACTIVE ||
			    (out->state == TASK_DONE && job->work != JOB_BACKUP)
		      : rc;
}

/* ---- all of them ---- */

#define DRY_PAGE 200

/* What would become of a device. */
static int
plan_one(struct ask *q, struct plan *p, const struct device *d,
    struct plan_task *out)
{
	struct task t;
	int rc = plan_settled(q, p->job, d->id, &t);

	if (rc <= 0)
		return rc < 0 ? -1 : plan_make(p, d, out);
	memset(out, 0, sizeof(*out));
	settle(out, t.state, "%s",
	    t.state == TASK_DONE ? "it had success in this job before"
				 : "it is at work on it");
	return 0;
}

static int
say_page(
    struct ask *q, struct plan *p, int64_t *after, plan_say *say, void *arg)
{
	const struct job *j = p->job;
	struct plan_task t;
	struct device *page;
	size_t n;

	if (load_list(ask_loader(q), STMT_JOB_SCOPE,
		ARGS(A_INT(j->id), A_INT(j->domain_id), A_INT(*after),
		    A_INT(DRY_PAGE)),
		load_device, &page, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (plan_one(q, p, &page[i], &t) < 0)
			return -1;
		say(arg, &page[i], &t);
		*after = page[i].id;
	}
	return n == DRY_PAGE;
}

int
plan_dry(struct ask *q, const struct conf *conf, int64_t job, plan_say *say,
    void *arg)
{
	struct job j;
	struct plan p;
	int64_t after = 0;
	int rc;

	if (err_need(job_get(q, job, &j), q->err, ERR_GONE, "no such job") <
		0 ||
	    plan_open(q, conf, &j, &p) < 0)
		return -1;
	do {
		struct arena_mark m = arena_mark(q->arena);

		rc = say_page(q, &p, &after, say, arg);
		arena_reset(q->arena, m);
	} while (rc > 0);
	return rc;
}
