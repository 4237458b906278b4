/*
 * Pages of a sorted list (device.h).  Devices are looked at once; a heap keeps
 * the first ones behind the place where the page begins, by their keys only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "device.h"
#include "device_change.h"
#include "net.h"

#define KEY_MAX 256 /* bytes of a key; longer ones are cut */

/* A device by its place in the order: its key, then its hardware id. */
struct place {
	char key[KEY_MAX];
	char hw_id[HWID_MAX + 1];
	bool unassigned;
};

typedef void put_key(const struct device *d, char key[KEY_MAX]);

struct sort {
	struct ask *q;
	const struct device_filter *f;
	struct device_order *o;
	put_key *key;
	bool down;
	struct place after; /* hw_id empty: from the beginning */
	struct place *heap; /* the last one of all first */
	size_t n;
	int64_t beyond; /* devices behind the place that are not kept */
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
	(void)d;
	key[0] = '\0';
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
	key_text(str_of(device_type_name(d->type)), key);
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

static const struct {
	const char *name;
	put_key *key;
} sorts[] = {
    {"id", key_id},
    {"hwId", key_hw_id},
    {"name", key_name},
    {"product", key_product},
    {"version", key_version},
    {"type", key_type},
    {"ip", key_ip},
    {"since", key_since},
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
sink_root(struct sort *s)
{
	size_t i = 0, big;

	while ((big = 2 * i + 1) < s->n) {
		struct place t = s->heap[i];

		if (big + 1 < s->n &&
		    compare(s, &s->heap[big + 1], &s->heap[big]) > 0)
			big++;
		if (compare(s, &s->heap[big], &t) <= 0)
			break;
		s->heap[i] = s->heap[big];
		s->heap[big] = t;
		i = big;
	}
}

static void
raise_last(struct sort *s)
{
	size_t i = s->n - 1;

	while (i > 0 && compare(s, &s->heap[i], &s->heap[(i - 1) / 2]) > 0) {
		struct place t = s->heap[i];

		s->heap[i] = s->heap[(i - 1) / 2];
		s->heap[(i - 1) / 2] = t;
		i = (i - 1) / 2;
	}
}

static void
keep(struct sort *s, const struct place *p)
{
	if (s->after.hw_id[0] != '\0' && compare(s, p, &s->after) <= 0)
		return;
	if (s->n < s->o->limit) {
		s->heap[s->n++] = *p;
		raise_last(s);
		return;
	}
	s->beyond++;
	if (compare(s, p, &s->heap[0]) >= 0)
		return;
	s->heap[0] = *p;
	sink_root(s);
}

/* ---- cursors: hardware id, 'u' or 'd', key ---- */

static int
read_sort(struct sort *s)
{
	struct str name = s->o->sort;

	s->key = key_id;
	if (name.len > 0 && name.p[0] == '-') {
		s->down = true;
		name = str_n(name.p + 1, name.len - 1);
	}
	for (size_t i = 0; i < COUNT(sorts); i++)
		if (str_eqz(name, sorts[i].name)) {
			s->key = sorts[i].key;
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

/* ---- the page ---- */

static int
look_at_all(struct sort *s)
{
	struct device_filter f = *s->f;
	struct device_cursor at = {0};
	struct device_page page = {0};

	f.bare = s->key != key_ip;
	while (!page.last) {
		struct arena_mark mark = arena_mark(s->q->arena);

		if (device_list(s->q, &f, &at, &page) < 0)
			return -1;
		for (size_t i = 0; i < page.n; i++) {
			const struct device *d = &page.list[i];
			struct place p = {.unassigned = d->domain_id == 0};

			s->key(d, p.key);
			str_copy(p.hw_id, sizeof(p.hw_id), d->hw_id);
			keep(s, &p);
		}
		s->o->total += (int64_t)page.n;
		arena_reset(s->q->arena, mark);
	}
	return 0;
}

/* The devices of the heap, which ends with it, in their order. */
static int
take_all(struct sort *s, struct device_page *out)
{
	size_t at = s->n;
	struct device d;

	out->n = s->n;
	while (s->n > 0) {
		struct place p = s->heap[0];
		int rc = (p.unassigned ? device_find_unassigned : device_get)(
		    s->q, str_of(p.hw_id), &d);

		if (rc < 0)
			return -1;
		/* One that went meanwhile is left out. */
		if (rc > 0)
			out->list[--at] = d;
		s->heap[0] = s->heap[--s->n];
		sink_root(s);
	}
	memmove(out->list, out->list + at, (out->n - at) * sizeof(*out->list));
	out->n -= at;
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
	if (o->limit == 0 || o->limit > DEVICE_PAGE)
		return err_say(q->err, ERR_INPUT, "limit out of range");
	out->list = arena_array(q->arena, o->limit, sizeof(*out->list));
	s.heap = arena_array(q->arena, o->limit, sizeof(*s.heap));
	if (out->list == NULL || s.heap == NULL)
		return err_set(q->err, ERR_LIMIT, "no room to answer");
	if (read_sort(&s) < 0 || read_after(&s) < 0 || look_at_all(&s) < 0)
		return -1;
	if (s.beyond > 0)
		o->next =
		    str_of(arena_printf(q->arena, "%s %c %s", s.heap[0].hw_id,
			s.heap[0].unassigned ? 'u' : 'd', s.heap[0].key));
	return take_all(&s, out);
}
