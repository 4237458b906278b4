#include "visit.h"

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "db.h"
#include "device_instance.h"
#include "manager.h"
#include "save.h"

#define NAMES_MAX ((size_t)64 << 10)

/* ---- what it is about ---- */

static int
take_names(struct ask *q, int64_t device, struct visit *v)
{
	const struct device d = {.id = device};
	struct str *from, *to;
	size_t n;

	if (device_instances(q, &d, &from, &n) < 0)
		return -1;
	to = arena_array(&v->names, n + 1, sizeof(*to));
	if (to == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for instances");
	to[0] = STR(SAVE_MANAGER);
	for (size_t i = 0; i < n; i++)
		to[i + 1] = str_of(arena_str(&v->names, from[i]));
	v->instances = to;
	v->n = n + 1;
	return arena_failed(&v->names)
		   ? err_set(q->err, ERR_LIMIT, "no room for instances")
		   : 0;
}

int
visit_make(struct ask *q, const struct conf *conf,
    const struct verdict_answer *a, int64_t last_ms, struct visit *out)
{
	memset(out, 0, sizeof(*out));
	arena_init(&out->names, NAMES_MAX);
	out->last_ms = last_ms;
	if (copy_make(q, conf, a, &out->copy) < 0 ||
	    take_names(q, a->device, out) < 0)
		return -1;
	str_copy(out->hw_id, sizeof(out->hw_id), str_of(out->copy.hw_id));
	out->copies = out->copy.url[0] != '\0';
	return 0;
}

void
visit_drop(struct visit *v)
{
	copy_drop(&v->copy);
	arena_fini(&v->names);
}

/* ---- asking ---- */

/* What has been spoiled, and by what first; or what a target only says. */
struct wrong {
	size_t n;
	bool unverified;
	char why[VERDICT_WHY_MAX + 80]; /* with its name */
};

static void
note(struct wrong *w, struct str instance, const char *why)
{
	if (w->n++ == 0)
		(void)snprintf(w->why, sizeof(w->why), "%.*s: %s",
		    (int)(instance.len < 60 ? instance.len : 60), instance.p,
		    why);
}

static void
copy_it(struct visit *v, struct str instance, struct str dump, struct wrong *w)
{
	struct err e = {0};
	int rc;

	copy_dump(&v->copy, instance, dump);
	rc = copy_send(&v->copy, &e);
	if (rc < 0) {
		note(w, instance, e.text);
	} else if (rc > 0 && w->n == 0) {
		w->unverified = true;
		str_copy(w->why, sizeof(w->why), str_of(e.text));
	}
}

static void
fetch(struct visit *v, struct manager *m, struct str instance,
    const struct visit_keeper *to, struct wrong *w)
{
	bool own = str_eqz(instance, SAVE_MANAGER);
	struct err e = {0};
	struct buf dump;
	const char *why = NULL;

	buf_init(&dump, DUMP_MAX);
	if (manager_dump(m, own ? STR("") : instance, &dump, &e) < 0)
		why = e.text;
	else
		why = to->keep(to->arg, instance, buf_view(&dump));
	if (why != NULL)
		note(w, instance, why);
	else if (v->copies)
		copy_it(v, instance, buf_view(&dump), w);
	buf_wipe(&dump);
}

int
visit_run(struct visit *v, const struct visit_keeper *to, struct err *e)
{
	struct manager m = {.control = v->control,
	    .hw_id = str_of(v->hw_id),
	    .until_ms = clock_mono_ms() + v->last_ms,
	    .stop = v->stop};
	struct wrong w = {0};

	for (size_t i = 0; i < v->n; i++)
		fetch(v, &m, v->instances[i], to, &w);
	if (w.n == 0 && !w.unverified)
		return 0;
	if (w.n == 0) {
		(void)err_set(e, ERR_DENIED, "%s", w.why);
		return 1;
	}
	if (w.n == 1)
		return err_set(e, ERR_IO, "%s", w.why);
	return err_set(e, ERR_IO, "%s; %zu of %zu failed", w.why, w.n, v->n);
}
