#include "job_phone.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "change.h"
#include "db.h"
#include "phone_layer.h"
#include "phone_resync.h"
#include "phone_update.h"
#include "way.h"

#define TYPES_MAX ((size_t)4 << 20) /* memory of the types */

/* ---- what a job may be ---- */

/* A word of a plan and of a URL. */
static int
check_version(struct str text, struct err *e)
{
	return text.len > 0 && text.len <= WAY_RELEASE &&
		       str_only(text, STR_ALNUM, ".-_+~()")
		   ? 0
		   : err_say(e, ERR_INPUT, "a version is one word");
}

static int
check_model(const struct phone_types *types, struct str key, struct err *e)
{
	const struct phone_type *t = phone_type_find(types, key);

	if (t == NULL)
		return err_say(e, ERR_INPUT, "no such model of phones");
	return phone_type_updates(types, t)
		   ? 0
		   : err_say(e, ERR_INPUT,
			 "these phones take firmware in a window only: set "
			 "firmware_url and open windows");
}

static int
check_models(const struct phone_types *types, struct str models, struct err *e)
{
	struct str one;
	int n = 0;

	if (models.len == 0)
		return err_say(e, ERR_INPUT, "a job for phones has models");
	while (str_next(&models, ' ', &one))
		if (n++ == JOB_PHONE_MODELS)
			return err_say(e, ERR_INPUT, "too many models");
		else if (check_model(types, one, e) < 0)
			return -1;
	return 0;
}

int
job_phone_check(struct ask *q, const struct job *j)
{
	struct phone_types types;
	struct arena a;
	int rc;

	if (check_version(j->release, q->err) < 0)
		return -1;
	if (phone_update_check(q->arena, j->target, q->err) < 0)
		return err_say(
		    q->err, ERR_INPUT, "a job for phones has a firmware URL");
	arena_init(&a, TYPES_MAX);
	rc = phone_types_load(&a, q->core->templates, &types, q->err);
	if (rc == 0)
		rc = check_models(&types, j->parts, q->err);
	arena_fini(&a);
	return rc;
}

/* ---- plans ---- */

int
job_phone_open(struct ask *q, const struct job *j, struct job_phone *out)
{
	out->job = j;
	return phone_types_load(
	    q->arena, q->core->templates, &out->types, q->err);
}

static int __attribute__((format(printf, 2, 3)))
unfit(struct job_phone_words *t, const char *fmt, ...)
{
	va_list ap;

	t->words[0] = '\0';
	va_start(ap, fmt);
	(void)vsnprintf(t->error, sizeof(t->error), fmt, ap);
	va_end(ap);
	return 0;
}

#define LEN(s) (int)((s).len < 40 ? (s).len : 40), (s).p

/* What stands in the way of any update of this phone; NULL: nothing. */
static const char *
why_not(const struct phone_types *types, const struct phone_type *t,
    const struct served_phone *p)
{
	if (t == NULL)
		return "there is no data of its model";
	if (!phone_type_updates(types, t))
		return "it takes firmware in a window only";
	return p->proven == 0
		   ? "it has no URL of its own yet: open a window first"
		   : NULL;
}

/* The versions on the way, and the wanted one. */
static int
put_words(struct job_phone_words *t, const struct job *j, const struct str *way,
    int n)
{
	static const struct str word = STR("{version}");
	size_t used = 0;

	if (n > 1 && !str_holds(j->target, word))
		return unfit(t,
		    "it goes by way of %.*s: update it to that first, or have "
		    "{version} in the URL",
		    LEN(way[0]));
	for (int i = 0; i < n && used < sizeof(t->words); i++)
		used += (size_t)snprintf(t->words + used,
		    sizeof(t->words) - used, "%s%s:%.*s", i > 0 ? " " : "",
		    part_name(PART_PHONE), (int)way[i].len, way[i].p);
	return used < sizeof(t->words) ? 0
				       : unfit(t, "too many steps lie between");
}

static int
plan_phone(const struct job_phone *of, const struct phone_type *type,
    const struct served_phone *phone, struct job_phone_words *t)
{
	const struct phone_vendor *v =
	    phone_vendor_find(&of->types, type->vendor);
	const struct phone_step_ends ends = {
	    type->key, phone->firmware, of->job->release};
	struct str way[WAY_VIAS + 1];
	int n;

	if (way_begins(ends.from, ends.to))
		return unfit(t, "it has it already");
	n = phone_step_way(&v->steps, &ends, way);
	if (n < 0)
		return unfit(t, "there is no way from %.*s to %.*s",
		    LEN(ends.from), LEN(ends.to));
	way[n] = ends.to;
	return put_words(t, of->job, way, n + 1);
}

int
job_phone_plan(struct ask *q, const struct job_phone *of, int64_t device,
    struct job_phone_words *out)
{
	const struct phone_type *type;
	struct served_phone phone;
	const char *why;
	int rc = load_one(ask_loader(q), STMT_SERVED_PHONE, ARGS(A_INT(device)),
	    load_served_phone, &phone);

	memset(out, 0, sizeof(*out));
	if (rc <= 0)
		return rc < 0 ? -1 : unfit(out, "it is no phone any more");
	type = phone_type_find(&of->types, phone.type);
	why = why_not(&of->types, type, &phone);
	return why != NULL ? unfit(out, "%s", why)
			   : plan_phone(of, type, &phone, out);
}

/* ---- at work ---- */

int
job_phone_begin(struct ask *q, const struct task *t, int64_t domain)
{
	int64_t rev;
	int rc = t->domain_id == domain
		     ? phone_resync_by_job(q, t->hw_id)
		     : err_set(q->err, ERR_GONE, "it has left the domain");

	/* It gets other files from now on (phone_again.h). */
	return rc > 0 && change_rev(q, &rev) < 0 ? -1 : rc;
}

/* The URL as this phone was told it, unless its settings have it anyway; empty:
 * nothing is to be set. */
static int
find_url(struct ask *q, const struct phone_types *types,
    const struct served_phone *p, struct str *out)
{
	const struct phone_setting *s = phone_setting_find(STR("firmware_url"));
	const struct phone_type *t = phone_type_find(types, p->type);
	const struct phone_value *had;
	struct phone_values values;
	struct phone_update u;
	int rc;

	*out = STR("");
	if (t == NULL)
		return 0;
	rc = phone_update_find(q, p->device_id, phone_type_model(t), &u);
	if (rc <= 0 || phone_values_load(q, p, t->vendor, &values) < 0)
		return rc <= 0 ? rc : -1;
	had = phone_values_find(&values, s, -1);
	if ((had == NULL || !str_eq(had->text, u.url)) &&
	    phone_setting_check(s, u.url, q->err) == 0)
		*out = u.url;
	return 0;
}

static int
set_layer(struct ask *q, const struct phone_types *types, const struct task *t)
{
	struct phone_change c = {.name = STR("firmware_url")};
	struct served_phone p;
	struct phone_place at;
	int rc = load_one(ask_loader(q), STMT_SERVED_PHONE,
	    ARGS(A_INT(t->device_id)), load_served_phone, &p);

	if (rc <= 0 || find_url(q, types, &p, &c.value) < 0)
		return rc <= 0 ? rc : -1;
	if (c.value.len == 0)
		return 0;
	return phone_place_need(q, p.mac, &at) < 0
		   ? -1
		   : phone_layer_put(q, &at, &c, 1);
}

int
job_phone_done(struct ask *q, const struct task *t)
{
	struct phone_types types;
	struct arena a;
	int rc;

	arena_init(&a, TYPES_MAX);
	rc = phone_types_load(&a, q->core->templates, &types, q->err);
	if (rc == 0)
		rc = set_layer(q, &types, t);
	arena_fini(&a);
	return rc;
}

int
job_phone_told(struct ask *q, const struct task *t, const char **out)
{
	struct phone_resync r;
	int rc = phone_resync_get(q, t->hw_id, &r);

	*out = rc > 0 ? phone_told_name((enum phone_told)r.told) : "gone";
	return rc < 0 ? -1 : 0;
}
