/*
 * Pages of a sorted list (device.h).  Devices in domains come in their order
 * from the store, where all of a domain are wanted, or else are looked at once,
 * as unassigned ones are; the first ones behind the place where the page begins
 * are kept, by their keys only.
 */
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "count.h"
#include "db.h"
#include "device.h"
#include "device_change.h"
#include "device_scope.h"
#include "net.h"
#include "num.h"

#define KEY_MAX 256 /* bytes of a key; no text of a device is longer */

/* Of all devices at least every fourth must be wanted, else the few are looked
 * at. */
#define WALK_SHARE 4

/* A device by its place in the order: its key, then its hardware id. */
struct place {
	char key[KEY_MAX];
	char hw_id[HWID_MAX + 1];
	bool unassigned;
};

typedef void put_key(const struct device *d, char key[KEY_MAX]);

struct order {
	const char *name;
	put_key *key;
	enum stmt up, down; /* STMT__MAX: the store cannot */
	bool number;
};

struct sort {
	struct ask *q;
	const struct device_filter *f;
	struct device_order *o;
	const struct order *by;
	bool down;
	struct place after;         /* hw_id empty: from the beginning */
	struct place *room, **kept; /* kept: in their order */
	size_t n;
	bool more; /* devices behind the place are not kept */
};

/* ---- keys ---- */

static void
key_id(const struct device *d, char key[KEY_MAX])
{
	if (d->id == 0)
		str_copy(key, KEY_MAX, STR("~"));
	else
		(void)snprintf(key, KEY_MAX, "%020lld", (long long)d->id);
}

static void
key_since(const struct device *d, char key[KEY_MAX])
{
	(void)snprintf(key, KEY_MAX, "%020lld", (long long)d->since);
}

/* Without case. */
static void
key_text(struct str text, char key[KEY_MAX])
{
	str_copy(key, KEY_MAX, text);
	for (char *p = key; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
}

static void
key_hw_id(const struct device *d, char key[KEY_MAX])
{
	str_copy(key, KEY_MAX, d->hw_id);
}

static void
key_name(const struct device *d, char key[KEY_MAX])
{
	key_text(d->name, key);
}

static void
key_product(const struct device *d, char key[KEY_MAX])
{
	key_text(d->product, key);
}

static void
key_version(const struct device *d, char key[KEY_MAX])
{
	key_text(d->version, key);
}

static void
key_type(const struct device *d, char key[KEY_MAX])
{
	(void)snprintf(key, KEY_MAX, "%d", (int)d->type);
}

/* By its first address, number by number. */
static void
key_ip(const struct device *d, char key[KEY_MAX])
{
	struct str rest = d->nifs > 0 ? d->ifs[0].ipv4 : str_n("", 0), part;
	size_t at = 0;

	key[0] = '\0';
	while (at + 8 < KEY_MAX && rest.len > 0 && str_next(&rest, '.', &part))
		at += (size_t)snprintf(key + at, KEY_MAX - at, "%3.*s.",
		    part.len < 3 ? (int)part.len : 3, part.p);
}

static const struct order orders[] = {
    {"id", key_id, STMT_SORTED_ID, STMT_SORTED_ID_DOWN, true},
    {"hwId", key_hw_id, STMT_SORTED_HW_ID, STMT_SORTED_HW_ID_DOWN, false},
    {"name", key_name, STMT_SORTED_NAME, STMT_SORTED_NAME_DOWN, false},
    {"product", key_product, STMT_SORTED_PRODUCT, STMT_SORTED_PRODUCT_DOWN,
	false},
    {"version", key_version, STMT_SORTED_VERSION, STMT_SORTED_VERSION_DOWN,
	false},
    {"type", key_type, STMT_SORTED_TYPE, STMT_SORTED_TYPE_DOWN, true},
    {"ip", key_ip, STMT__MAX, STMT__MAX, false},
    {"since", key_since, STMT_SORTED_SINCE, STMT_SORTED_SINCE_DOWN, true},
};

/* ---- the order ---- */

static int
compare(const struct sort *s, const struct place *a, const struct place *b)
{
	int by = strcmp(a->key, b->key);

	if (by == 0)
		by = strcmp(a->hw_id, b->hw_id);
	/* A device in a domain stands before claims of its id. */
	if (by == 0)
		by = (int)a->unassigned - (int)b->unassigned;
	return s->down ? -by : by;
}

static void
keep(struct sort *s, const struct place *p)
{
	struct place *to;
	size_t i;

	if (s->after.hw_id[0] != '\0' && compare(s, p, &s->after) <= 0)
		return;
	if (s->n == s->o->limit) {
		s->more = true;
		to = s->kept[s->n - 1];
		if (compare(s, p, to) >= 0)
			return;
		s->n--;
	} else {
		to = &s->room[s->n];
	}
	for (i = s->n++; i > 0 && compare(s, p, s->kept[i - 1]) < 0; i--)
		s->kept[i] = s->kept[i - 1];
	*to = *p;
	s->kept[i] = to;
}

static void
place_of(const struct sort *s, const struct device *d, struct place *p)
{
	p->unassigned = d->domain_id == 0;
	s->by->key(d, p->key);
	str_copy(p->hw_id, sizeof(p->hw_id), d->hw_id);
}

/* ---- cursors: hardware id, 'u' or 'd', key ---- */

static int
read_sort(struct sort *s)
{
	struct str name = s->o->sort;

	s->by = &orders[0];
	if (name.len > 0 && name.p[0] == '-') {
		s->down = true;
		name = str_n(name.p + 1, name.len - 1);
	}
	for (size_t i = 0; i < COUNT(orders); i++)
		if (str_eqz(name, orders[i].name)) {
			s->by = &orders[i];
			return 0;
		}
	return name.len == 0 && !s->down
		   ? 0
		   : err_say(s->q->err, ERR_INPUT, "unknown order");
}

static int
read_after(struct sort *s)
{
	struct str rest = s->o->after, id, kind;

	if (rest.len == 0)
		return 0;
	if (!str_next(&rest, ' ', &id) || !str_next(&rest, ' ', &kind) ||
	    !hwid_ok(id) || rest.len >= KEY_MAX)
		return err_say(s->q->err, ERR_INPUT, "invalid cursor");
	str_copy(s->after.hw_id, sizeof(s->after.hw_id), id);
	str_copy(s->after.key, sizeof(s->after.key), rest);
	s->after.unassigned = str_eqz(kind, "u");
	return 0;
}

/* ---- in the order of the store ---- */

/* Nothing but domains is asked for. */
static bool
is_plain(const struct device_filter *f)
{
	size_t texts = f->search.len + f->name.len + f->product.len +
		       f->version.len + f->ip.len;

	return texts + f->ncategories + f->nsubcategories + f->nhw_ids == 0 &&
	       f->types == 0 && !f->just_fxs && !f->doubtful && !f->online &&
	       f->offline_since == 0;
}

/* Before the first one, or where the page before ended. */
static void
begin(const struct sort *s, struct place *at)
{
	*at = s->after;
	if (at->hw_id[0] != '\0' || !s->down)
		return;
	/* U+10FFFF is behind all characters; no number is asked for. */
	str_copy(at->key, KEY_MAX, STR("\xf4\x8f\xbf\xbf"));
	str_copy(at->hw_id, HWID_MAX, STR("~"));
}

/* The key for the store.  That of a claim's "id" is no number: behind all. */
static struct arg
key_arg(const struct sort *s, const struct place *at)
{
	int64_t n;

	if (!s->by->number)
		return A_STRZ(at->key);
	if (at->key[0] == '\0')
		return A_INT(-1);
	if (!num_parse(str_of(at->key), 0, INT64_MAX, &n))
		return A_INT(INT64_MAX);
	return A_INT(n);
}

/* Some that come behind *at, which moves on: their number, or -1. */
static int
walk_some(struct sort *s, const struct device_scope *scope, struct place *at)
{
	struct place from = *at;
	char hw_id[HWID_MAX + 2];
	struct device d;
	struct row *row;
	int rc, n = 0;

	/* The other way round a device comes behind the claims of its id. */
	(void)snprintf(hw_id, sizeof(hw_id), "%s%s", from.hw_id,
	    s->down && from.unassigned ? "~" : "");
	rc = db_first(s->q->core->store, s->down ? s->by->down : s->by->up,
	    ARGS(key_arg(s, &from), A_STRZ(hw_id),
		A_INT((int64_t)s->o->limit + 1)),
	    &row, s->q->err);
	for (; rc > 0; rc = db_next(row, s->q->err), n++) {
		struct arena_mark mark = arena_mark(s->q->arena);

		(void)device_load(s->q, row, &d);
		place_of(s, &d, at);
		if (device_scope_has(scope, d.domain_id))
			keep(s, at);
		arena_reset(s->q->arena, mark);
	}
	db_done(row);
	return rc < 0 ? -1 : n;
}

static int
walk(struct sort *s, const struct device_scope *scope)
{
	struct place at;
	int n;

	begin(s, &at);
	do
		n = walk_some(s, scope, &at);
	while (n > (int)s->o->limit && !s->more);
	return n < 0 ? -1 : 0;
}

/* ---- the page ---- */

static int
look_at(struct sort *s, struct device_filter f)
{
	struct device_cursor at = {0};
	struct device_page page = {0};

	f.bare = s->by->key != key_ip;
	while (!page.last) {
		struct arena_mark mark = arena_mark(s->q->arena);

		if (device_list(s->q, &f, &at, &page) < 0)
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			struct place p;

			place_of(s, &page.list[i], &p);
			keep(s, &p);
		}
		s->o->total += (int64_t)page.n;
		arena_reset(s->q->arena, mark);
	}
	return 0;
}

static int
collect(struct sort *s)
{
	struct device_filter f = *s->f;
	struct device_scope scope;
	int64_t here, all;

	if (!f.assigned || !is_plain(&f) || s->by->up == STMT__MAX)
		return look_at(s, f);
	if (device_scope(s->q, &f, &scope) < 0 ||
	    device_scope_count(s->q, &scope, &here, &all) < 0)
		return -1;
	if (here < all / WALK_SHARE)
		return look_at(s, f);
	s->o->total = here;
	f.assigned = false;
	return walk(s, &scope) < 0 ? -1 : look_at(s, f);
}

/* The place of the last one of the page, if more follow. */
static struct str
place_text(const struct sort *s)
{
	const struct place *p;

	if (!s->more)
		return str_n("", 0);
	p = s->kept[s->n - 1];
	return str_of(arena_printf(s->q->arena, "%s %c %s", p->hw_id,
	    p->unassigned ? 'u' : 'd', p->key));
}

static int
load(struct sort *s, struct device_page *out)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct place *p = s->kept[i];
		int rc = (p->unassigned ? device_find_unassigned : device_get)(
		    s->q, str_of(p->hw_id), &out->list[out->n]);

		if (rc < 0)
			return -1;
		/* One that went meanwhile is left out. */
		out->n += rc > 0;
	}
	return 0;
}

int
device_sorted(struct ask *q, const struct device_filter *f,
    struct device_order *o, struct device_page *out)
{
	struct sort s = {.q = q, .f = f, .o = o};

	o->total = 0;
	o->next = str_n("", 0);
	*out = (struct device_page){.last = true};
	if (o->limit == 0 || o->limit > DEVICE_SORT)
		return err_say(q->err, ERR_INPUT, "limit out of range");
	out->list = arena_array(q->arena, o->limit, sizeof(*out->list));
	s.room = arena_array(q->arena, o->limit, sizeof(*s.room));
	s.kept = arena_array(q->arena, o->limit, sizeof(struct place *));
	if (out->list == NULL || s.room == NULL || s.kept == NULL)
		return err_set(q->err, ERR_LIMIT, "no room to answer");
	if (read_sort(&s) < 0 || read_after(&s) < 0 || collect(&s) < 0)
		return -1;
	o->next = place_text(&s);
	return load(&s, out);
}
