#include "phone_values.h"

#include <stdio.h>
#include <stdlib.h>

#include "ask.h"
#include "db.h"
#include "must.h"
#include "phone_type.h"
#include "secret.h"
#include "setting.h"

#define PLACE_SIZE (PHONE_TYPE_MAX + 8) /* "vendor:" and a key */

struct merge {
	struct ask *q;
	struct phone_values *v;
	struct str layer;
	const struct json *const *over; /* what stands over an object; ends in
					 * NULL */
	const struct json *own;         /* of the layer that is taken */
	bool numbered;                  /* the turn of names with a number */
	bool failed;
};

static bool
is_same(const struct phone_setting_at *a, const struct phone_setting_at *b)
{
	return a->s == b->s && a->at == b->at;
}

/* A name without number takes those that have one away. */
static void
drop(struct phone_values *v, const struct phone_setting_at *of)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->n; i++)
		if (!is_same(&v->list[i].of, of) &&
		    (of->at >= 0 || v->list[i].of.s != of->s))
			v->list[kept++] = v->list[i];
	v->n = kept;
}

static void
put(struct merge *m, const struct phone_setting_at *of, struct str text)
{
	struct phone_value *one;
	void *list = m->v->list;

	drop(m->v, of);
	one = m->v->n < PHONE_VALUES_MAX
		  ? load_more(m->q->arena, &list, &m->v->n, sizeof(*one))
		  : NULL;
	if (one == NULL) {
		m->failed = true;
		return;
	}
	m->v->list = list;
	*one = (struct phone_value){*of, text, m->layer};
}

/* Another object of the layer says what it shall be, or that it shall not. */
static bool
is_over(const struct merge *m, struct str name)
{
	char text[PHONE_SETTING_NAME + 1];

	str_copy(text, sizeof(text), name);
	for (size_t i = 0; m->over[i] != NULL; i++)
		if (json_member(m->over[i], text) != NULL)
			return true;
	return false;
}

/* What is no setting any more, or has another meaning now, does not count. */
static int
take_member(void *arg, struct str name, const struct json *value)
{
	struct merge *m = arg;
	struct phone_setting_at of;
	struct str text = json_text(value);
	struct err e;

	if (phone_setting_read(name, &of) && (of.at >= 0) == m->numbered &&
	    text.len > 0 && !is_over(m, name) &&
	    phone_setting_check(of.s, text, &e) == 0)
		put(m, &of, text);
	return m->failed ? 0 : 1;
}

/* NULL: there is nothing sealed. */
static int
open_object(struct ask *q, const char *place, int64_t id, struct str sealed,
    const struct json **out)
{
	struct buf plain;
	int rc;

	*out = NULL;
	if (sealed.len == 0)
		return 0;
	rc = secret_open_text(q, place, id, sealed, &plain);
	if (rc == 0)
		rc = json_read(
		    q->arena, buf_view(&plain), PHONE_LAYER_MAX, out, q->err);
	buf_wipe(&plain);
	return rc;
}

int
phone_layer_open(
    struct ask *q, const struct phone_layer *l, const struct json **out)
{
	return open_object(q, SECRET_PHONE, l->id, l->fields, out);
}

#define OBJECTS_MAX 3 /* of a layer: its own, staged, tried */

static int
open_layer(struct merge *m, const struct phone_layer *l,
    const struct phone_trial *t, const struct json *list[OBJECTS_MAX + 1])
{
	const struct json *own, *staged;
	size_t n = 0;

	if (phone_layer_open(m->q, l, &own) < 0 ||
	    open_object(m->q, SECRET_STAGE, l->stage, l->staged, &staged) < 0)
		return -1;
	m->own = own;
	if (own != NULL)
		list[n++] = own;
	if (staged != NULL)
		list[n++] = staged;
	if (t != NULL && str_eq(t->place, l->place))
		list[n++] = t->changes;
	list[n] = NULL;
	return 0;
}

/* What people are told that the values of this object are from. */
static struct str
name_of(const struct merge *m, const struct phone_layer *l,
    const struct json *object)
{
	return object == m->own
		   ? l->name
		   : str_of(arena_printf(m->q->arena, "%.*s (staged)",
			 (int)l->name.len, l->name.p));
}

static int
take_layer(
    struct merge *m, const struct phone_layer *l, const struct phone_trial *t)
{
	const struct json *list[OBJECTS_MAX + 1];

	if (open_layer(m, l, t, list) < 0)
		return -1;
	for (int turn = 0; turn < 2; turn++)
		for (size_t i = 0; list[i] != NULL; i++) {
			m->numbered = turn == 1;
			m->over = list + i + 1;
			m->layer = name_of(m, l, list[i]);
			json_each(list[i], take_member, m);
		}
	return m->failed ? err_set(m->q->err, ERR_LIMIT, "too many settings")
			 : 0;
}

static void
take_defaults(struct merge *m)
{
	const struct phone_setting *s = phone_setting_table;

	m->layer = STR("default");
	for (; s->name != NULL; s++) {
		struct phone_setting_at of = {s, -1};

		if (s->otherwise != NULL)
			put(m, &of, str_of(s->otherwise));
	}
}

/* How often phones come is said in one place, unless a layer says otherwise:
 * phone_poll.h goes by it. */
static int
take_refresh(struct merge *m)
{
	struct phone_setting_at of;
	int64_t minutes;

	must(phone_setting_read(STR("poll_minutes"), &of));
	if (setting_get_int(m->q, "phones.refresh", &minutes) < 0)
		return -1;
	put(m, &of,
	    str_of(arena_printf(m->q->arena, "%lld", (long long)minutes)));
	return 0;
}

static int
by_table(const void *a, const void *b)
{
	const struct phone_setting_at *x = &((const struct phone_value *)a)->of;
	const struct phone_setting_at *y = &((const struct phone_value *)b)->of;

	if (x->s != y->s)
		return x->s < y->s ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void
sort(struct phone_values *v)
{
	if (v->n > 1)
		qsort(v->list, v->n, sizeof(v->list[0]), by_table);
}

int
phone_values_layers(struct ask *q, const struct served_phone *p,
    struct str vendor, struct str place, struct phone_layers *out)
{
	char places[2][PLACE_SIZE];

	(void)snprintf(
	    places[0], PLACE_SIZE, "vendor:%.*s", (int)vendor.len, vendor.p);
	(void)snprintf(
	    places[1], PLACE_SIZE, "model:%.*s", (int)p->type.len, p->type.p);
	return load_list(ask_loader(q), STMT_PHONE_LAYERS,
	    ARGS(A_INT(p->device_id), A_STRZ(places[0]), A_STRZ(places[1]),
		A_INT(p->domain_id), A_STR(place)),
	    load_phone_layer, &out->list, &out->n);
}

int
phone_values_merge(struct ask *q, const struct phone_layers *layers,
    const struct phone_trial *t, struct phone_values *out)
{
	struct merge m = {.q = q, .v = out};

	*out = (struct phone_values){0};
	take_defaults(&m);
	if (take_refresh(&m) < 0)
		return -1;
	for (size_t i = 0; i < layers->n; i++)
		if (take_layer(&m, &layers->list[i], t) < 0)
			return -1;
	sort(out);
	return 0;
}

int
phone_values_load(struct ask *q, const struct served_phone *p,
    struct str vendor, struct phone_values *out)
{
	struct phone_layers layers;

	*out = (struct phone_values){0};
	return phone_values_layers(q, p, vendor, STR(""), &layers) < 0
		   ? -1
		   : phone_values_merge(q, &layers, NULL, out);
}

int
phone_values_add(
    struct ask *q, const struct phone_layer *l, struct phone_values *out)
{
	struct merge m = {.q = q, .v = out};
	int rc = take_layer(&m, l, NULL);

	sort(out);
	return rc;
}

const struct phone_value *
phone_values_find(
    const struct phone_values *v, const struct phone_setting *s, int64_t at)
{
	const struct phone_value *general = NULL;

	for (size_t i = 0; i < v->n; i++) {
		const struct phone_value *one = &v->list[i];

		if (one->of.s != s)
			continue;
		if (one->of.at == at)
			return one;
		if (one->of.at < 0)
			general = one;
	}
	return general;
}
