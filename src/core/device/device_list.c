/*
 * Lists of devices (device.h).
 *
 * A list is a row of parts, each a keyset page statement with its arguments:
 * one per domain, per domain and type, per category; or of hardware ids, each
 * a part by itself.  The parts are made anew from the filter at each page; the
 * cursor says which part and behind which id.  What a part does not select is
 * checked per device.
 */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "db.h"
#include "device.h"
#include "device_change.h"
#include "device_match.h"
#include "device_scope.h"
#include "hwid_set.h"
#include "load.h"

#define LOOKED_MAX 4000 /* rows looked at for one page */

/* ---- the parts of a list ---- */

struct part {
	enum stmt stmt;
	int64_t a, b; /* arguments before "after" */
	int nargs;    /* how many of them */
	size_t name;  /* category: index of its name in the filter */
};

struct list {
	struct ask *q;
	const struct device_filter *f;
	struct device_scope scope;
	void *parts;
	size_t nparts;
	size_t looked; /* rows looked at for this page */
};

static int
no_room(struct list *l)
{
	return err_set(l->q->err, ERR_LIMIT, "no room to answer");
}

static int
add_part(struct list *l, const struct part *p)
{
	struct part *to =
	    load_more(l->q->arena, &l->parts, &l->nparts, sizeof(*to));

	if (to == NULL)
		return no_room(l);
	*to = *p;
	return 0;
}

static int
add_category(struct list *l, enum stmt s, struct args args, size_t name)
{
	int64_t *ids;
	size_t n;

	if (load_list(ask_loader(l->q), s, args, load_id, &ids, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct part p = {.stmt = STMT_DEVICE_PAGE_CATEGORY,
		    .a = ids[i],
		    .nargs = 1,
		    .name = name};

		if (add_part(l, &p) < 0)
			return -1;
	}
	return 0;
}

static int
add_categories(struct list *l)
{
	for (size_t i = 0; i < l->f->ncategories; i++) {
		struct str name = l->f->categories[i];

		if (l->scope.all && add_category(l, STMT_CATEGORY_IDS_NAMED,
					ARGS(A_STR(name)), i) < 0)
			return -1;
		for (size_t k = 0; !l->scope.all && k < l->scope.n; k++)
			if (add_category(l, STMT_CATEGORY_BY_NAME,
				ARGS(A_INT(l->scope.domains[k]), A_STR(name)),
				i) < 0)
				return -1;
	}
	return 0;
}

/* One part for all, or one per type; domain 0: all domains. */
static int
add_types(struct list *l, int64_t domain)
{
	unsigned types = l->f->types & DEVICE_ANY;
	struct part p = {.a = domain, .nargs = domain > 0};

	if (types == 0 || types == DEVICE_ANY) {
		p.stmt =
		    domain > 0 ? STMT_DEVICE_PAGE_DOMAIN : STMT_DEVICE_PAGE_ALL;
		return add_part(l, &p);
	}
	for (int t = 0; t < DEVICE_TYPE__MAX; t++) {
		if ((types & DEVICE_BIT(t)) == 0)
			continue;
		p = domain > 0
			? (struct part){.stmt = STMT_DEVICE_PAGE_DOMAIN_TYPE,
			      .a = domain,
			      .b = t,
			      .nargs = 2}
			: (struct part){.stmt = STMT_DEVICE_PAGE_TYPE,
			      .a = t,
			      .nargs = 1};
		if (add_part(l, &p) < 0)
			return -1;
	}
	return 0;
}

static int
add_assigned(struct list *l)
{
	if (l->f->ncategories > 0)
		return add_categories(l);
	if (l->scope.all)
		return add_types(l, 0);
	for (size_t i = 0; i < l->scope.n; i++)
		if (add_types(l, l->scope.domains[i]) < 0)
			return -1;
	return 0;
}

static int
make_parts(struct list *l)
{
	static const struct part rows = {.stmt = STMT_DEVICE_PAGE_UNASSIGNED};
	static const struct part claims = {.stmt = STMT_CLAIM_PAGE};

	if (l->f->ncategories > DEVICE_LIST_MAX)
		return err_say(l->q->err, ERR_LIMIT, "filter too long");
	if (device_scope(l->q, l->f, &l->scope) < 0)
		return -1;
	if (l->f->nhw_ids > 0) /* each is a part */
		return 0;
	if (l->f->assigned && add_assigned(l) < 0)
		return -1;
	if (!l->f->unassigned || !l->q->who->admin)
		return 0;
	return add_part(l, &rows) < 0 || add_part(l, &claims) < 0 ? -1 : 0;
}

/* ---- which devices match ---- */

static bool
any_of(const struct str *names, size_t n, const struct str *have, size_t nhave)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < nhave; k++)
			if (str_eq(names[i], have[k]))
				return true;
	return false;
}

/* 1, 0, -1.  earlier: categories whose part listed the device already. */
static int
match_categories(struct list *l, const struct device *d, size_t earlier)
{
	const struct device_filter *f = l->f;
	const struct str *have;
	size_t n;

	if (f->ncategories == 0 && f->nsubcategories == 0)
		return 1;
	if (device_categories(l->q, d, &have, &n) < 0)
		return -1;
	if (any_of(f->categories, earlier, have, n))
		return 0;
	if (f->ncategories > 0 &&
	    !any_of(f->categories, f->ncategories, have, n))
		return 0;
	return f->nsubcategories == 0 ||
	       any_of(f->subcategories, f->nsubcategories, have, n);
}

static int
matches(struct list *l, const struct device *d, const struct part *p)
{
	unsigned types = l->f->types & DEVICE_ANY;

	if (types != 0 && (types & DEVICE_BIT(d->type)) == 0)
		return 0;
	if (l->f->just_fxs && !d->fxs)
		return 0;
	if (l->f->doubtful && d->doubt == DOUBT_NONE &&
	    (d->type_told == DEVICE_UNKNOWN || d->type_told == d->type))
		return 0;
	if (d->domain_id == 0)
		return l->f->unassigned && l->f->ncategories == 0;
	if (!l->f->assigned || !device_scope_has(&l->scope, d->domain_id))
		return 0;
	return match_categories(
	    l, d, p->stmt == STMT_DEVICE_PAGE_CATEGORY ? p->name : 0);
}

/* ---- pages ---- */

static int
take(struct list *l, struct device_page *page, const struct device *d,
    const struct part *p)
{
	int rc = matches(l, d, p);

	struct device *to = &page->list[page->n];
	bool ifaces =
	    d->id != 0 && (!l->f->bare || device_match_addresses(l->f));

	if (rc <= 0 || !device_match(l->f, d))
		return rc < 0 ? -1 : 0;
	*to = *d;
	if (ifaces && load_ifaces(ask_loader(l->q), to) < 0)
		return -1;
	if (device_match_addresses(l->f) && !device_match_address(l->f, to))
		return 0;
	page->n++;
	return 1;
}

static int
one_id(struct list *l, struct str hw_id, struct device_page *page)
{
	static const struct part any = {.stmt = STMT__MAX};
	struct device d;
	int rc = device_get(l->q, hw_id, &d);

	l->looked++;
	return rc > 0 ? take(l, page, &d, &any) : rc;
}

/* Rows of one part behind *after: 1 the page is full, 0 the part is used up. */
static int
rows_of(struct list *l, const struct part *p, int64_t *after,
    struct device_page *page)
{
	struct arg args[4];
	struct row *row;
	struct device d;
	size_t n = 0, limit = DEVICE_PAGE - page->n;
	int rc;

	args[0] = A_INT(p->a);
	args[1] = A_INT(p->b);
	args[p->nargs] = A_INT(*after);
	args[p->nargs + 1] = A_INT((int64_t)limit);
	rc = db_first(l->q->core->store, p->stmt,
	    (struct args){args, (size_t)p->nargs + 2}, &row, l->q->err);
	for (; rc > 0; rc = db_next(row, l->q->err)) {
		struct arena_mark m = arena_mark(l->q->arena);

		*after = device_load(l->q, row, &d);
		n++;
		rc = take(l, page, &d, p);
		if (rc < 0)
			break;
		if (rc == 0)
			arena_reset(l->q->arena, m);
	}
	db_done(row);
	l->looked += n;
	return rc < 0 ? -1 : n == limit;
}

static bool
is_full(const struct list *l, const struct device_page *page)
{
	return page->n == DEVICE_PAGE || l->looked >= LOOKED_MAX;
}

/* Each id once, however it is written. */
static int
fill_ids(struct list *l, struct device_cursor *at, struct device_page *page)
{
	struct hwid_set ids;
	int rc = hwid_set_open(&ids, l->f->nhw_ids) < 0 ? no_room(l) : 0;

	for (size_t i = 0; rc == 0 && i < l->f->nhw_ids; i++)
		(void)hwid_set_add(&ids, l->f->hw_ids[i]);
	while (rc >= 0 && (size_t)at->part < ids.n && !is_full(l, page)) {
		rc = one_id(l, str_of(ids.list[at->part].id), page);
		at->part++;
	}
	page->last = (size_t)at->part >= ids.n;
	hwid_set_close(&ids);
	return rc < 0 ? -1 : 0;
}

static int
fill(struct list *l, struct device_cursor *at, struct device_page *page)
{
	const struct part *parts = l->parts;
	int rc;

	while ((size_t)at->part < l->nparts) {
		const struct part *p = &parts[at->part];

		if (is_full(l, page))
			return 0;
		rc = rows_of(l, p, &at->after, page);
		if (rc < 0)
			return -1;
		if (rc == 0) {
			at->part++;
			at->after = 0;
		}
	}
	page->last = true;
	return 0;
}

int
device_list(struct ask *q, const struct device_filter *f,
    struct device_cursor *at, struct device_page *out)
{
	struct list l = {.q = q, .f = f};

	*out = (struct device_page){0};
	out->list = arena_array(q->arena, DEVICE_PAGE, sizeof(*out->list));
	if (out->list == NULL)
		return no_room(&l);
	if (at->part < 0 || at->after < 0)
		return err_say(q->err, ERR_INPUT, "invalid cursor");
	if (make_parts(&l) < 0)
		return -1;
	if ((f->nhw_ids > 0 ? fill_ids : fill)(&l, at, out) < 0)
		return -1;
	return arena_failed(q->arena) ? no_room(&l) : 0;
}
