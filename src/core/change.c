#include "change.h"

#include <string.h>

#include "ask.h"
#include "audit.h"
#include "db.h"
#include "must.h"

/* Touched by one step; a rental may touch a gateway for each of its lines. */
#define TOUCHED_MAX 64

struct touched {
	const struct change_kind *kind;
	int64_t id;
	struct str key;
	struct snapshot sides[2]; /* before, after */
};

struct changes {
	size_t n;
	struct touched list[TOUCHED_MAX];
};

/* ---- telling ---- */

static int
look_after(struct ask *q, struct touched *t, int64_t rev)
{
	if (t->kind->stamp != NULL && t->kind->stamp(q, t->id, t->key, rev) < 0)
		return -1;
	return t->kind->look(q, t->id, t->key, &t->sides[1]);
}

static void
tell(struct ask *q, const struct touched *t, int64_t rev)
{
	struct orders *o = &q->core->orders;

	if (o->post == NULL || t->kind->topic == NULL ||
	    (!t->sides[0].there && !t->sides[1].there))
		return;
	event_line(&o->lines,
	    &(const struct event_thing){t->kind->topic, t->key, t->id}, rev,
	    t->sides);
}

/* Look again at all from the i-th; the first is told in any case. */
static int
tell_from(struct ask *q, struct changes *all, size_t i)
{
	int64_t rev = 0;

	must(all != NULL && all->n <= TOUCHED_MAX);
	for (; i < all->n; i++) {
		struct touched *t = &all->list[i];

		if (t->kind->topic != NULL && rev == 0 &&
		    change_rev(q, &rev) < 0)
			return -1;
		if (look_after(q, t, rev) < 0)
			return -1;
		if (i == 0 || event_differs(&t->sides[0], &t->sides[1]))
			tell(q, t, rev);
	}
	return 0;
}

/* ---- the frame ---- */

int
change_part(struct ask *q)
{
	must(q->core->changes == NULL);
	q->core->changes = arena_alloc(q->arena, sizeof(struct changes));
	if (q->core->changes == NULL)
		return err_set(q->err, ERR_LIMIT, "no room to change");
	return 0;
}

int
change_part_end(struct ask *q, int rc)
{
	struct changes *all = q->core->changes;

	must(all != NULL);
	if (rc >= 0 && tell_from(q, all, 0) < 0)
		rc = -1;
	q->core->changes = NULL;
	return rc;
}

int
change_begin(struct ask *q)
{
	orders_forget(&q->core->orders);
	if (change_part(q) < 0)
		return -1;
	if (store_begin(q->core->store, STORE_FULL, q->err) == 0)
		return 0;
	q->core->changes = NULL;
	return -1;
}

/* Roll back in place of an end. */
static void
undo(struct ask *q)
{
	must(q->core->changes != NULL);
	q->core->changes = NULL;
	store_rollback(q->core->store);
	orders_forget(&q->core->orders);
	wake_forget(&q->core->wake);
}

int
change_end(struct ask *q, int rc)
{
	struct changes *all = q->core->changes;

	must(all != NULL);
	if (rc >= 0)
		rc = tell_from(q, all, 0);
	if (rc < 0 || arena_failed(q->arena) ||
	    store_commit(q->core->store, q->err) < 0) {
		if (rc >= 0 && arena_failed(q->arena))
			(void)err_set(q->err, ERR_LIMIT, "no room to answer");
		undo(q);
		return -1;
	}
	q->core->changes = NULL;
	rc = orders_flush(&q->core->orders, q->err);
	wake_send(&q->core->wake);
	return rc;
}

int
change_end_or_undo(struct ask *q, int rc, bool dry)
{
	if (rc < 0 || !dry)
		return change_end(q, rc);
	undo(q);
	return 0;
}

/* ---- steps ---- */

static bool
is_touched(const struct changes *all, const struct change_kind *kind,
    int64_t id, struct str key)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct touched *t = &all->list[i];

		if (t->kind == kind && t->id == id && str_eq(t->key, key))
			return true;
	}
	return false;
}

static int
add(struct ask *q, const struct touched *t)
{
	struct changes *all = q->core->changes;

	if (all->n == TOUCHED_MAX && change_flush(q) < 0)
		return -1;
	all->list[all->n++] = *t;
	return 0;
}

int
change_touch(
    struct ask *q, const struct change_kind *kind, int64_t id, struct str key)
{
	struct touched t = {.kind = kind, .id = id, .key = key};

	must(q->core->changes != NULL);
	if (is_touched(q->core->changes, kind, id, key))
		return 0;
	return kind->look(q, id, key, &t.sides[0]) < 0 ? -1 : add(q, &t);
}

int
change_touch_seen(struct ask *q, const struct change_kind *kind, struct str key,
    const struct snapshot *before)
{
	struct touched t = {.kind = kind, .key = key, .sides = {*before}};

	must(q->core->changes != NULL);
	return is_touched(q->core->changes, kind, 0, key) ? 0 : add(q, &t);
}

int
change_flush(struct ask *q)
{
	struct changes *all = q->core->changes;

	if (tell_from(q, all, 1) < 0)
		return -1;
	all->n = all->n > 0 ? 1 : 0;
	return 0;
}

void
change_forget(struct ask *q)
{
	must(q->core->changes != NULL);
	q->core->changes->n = 0;
}

int
change_say(struct ask *q, const char *what, struct str on, struct pairs detail)
{
	struct changes *all = q->core->changes;
	const struct snapshot *sides = all->list[0].sides;
	struct audit_row row;

	must(all != NULL && all->n > 0);
	if (tell_from(q, all, 0) < 0)
		return -1;
	all->n = 0;
	row = (struct audit_row){.what = what,
	    .on = on,
	    .domain = sides[0].domain,
	    .other = sides[1].domain,
	    .detail = detail,
	    .sides = sides};
	return audit_add(q, &row);
}

int
change_tell(
    struct ask *q, const struct change_kind *kind, int64_t id, struct str key)
{
	struct touched t = {.kind = kind, .id = id, .key = key};
	int64_t rev;

	if (kind->look(q, id, key, &t.sides[1]) < 0)
		return -1;
	if (!t.sides[1].there)
		return 0;
	if (change_rev(q, &rev) < 0)
		return -1;
	t.sides[0] = t.sides[1];
	tell(q, &t, rev);
	return 0;
}

int
change_found(int rc, struct snapshot *out)
{
	*out = (struct snapshot){.there = rc > 0};
	return rc;
}

int
change_rev(struct ask *q, int64_t *rev)
{
	int rc = db_int(q->core->store, STMT_REV_NEXT, ARGS_NONE, rev, q->err);

	return err_need(rc, q->err, ERR_IO, "no change counter");
}

int
change_values(struct ask *q, struct pairs values, struct snapshot *out)
{
	struct pair *v = arena_array(q->arena, values.n, sizeof(*v));

	if (v == NULL)
		return err_set(q->err, ERR_LIMIT, "no room to change");
	memcpy(v, values.v, values.n * sizeof(*v));
	out->values = (struct pairs){v, values.n};
	return 0;
}
