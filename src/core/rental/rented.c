#include "rented.h"

#include "ask.h"
#include "change.h"
#include "column.h"
#include "db.h"
#include "device_look.h"
#include "must.h"

int
rented_page(struct ask *q, int64_t domain_id, const struct rented *after,
    struct rented **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_RENTED_PAGE,
	    ARGS(A_INT(domain_id), A_INT(after != NULL ? after->device_id : 0),
		A_STR(after != NULL ? after->licence : STR("")),
		A_INT(RENTED_PAGE)),
	    load_rented, out, n);
}

int
rented_get(struct ask *q, int64_t domain_id, int64_t device_id,
    struct str licence, struct rented *out)
{
	return load_one(ask_loader(q), STMT_RENTED_ONE,
	    ARGS(A_INT(domain_id), A_INT(device_id), A_STR(licence)),
	    load_rented, out);
}

int
rented_set(struct ask *q, int64_t domain_id, const struct rented *r)
{
	struct store *st = q->core->store;

	must(q->core->changes != NULL);
	must(r->count >= 0 && r->device_id > 0);
	if (r->count > 0)
		return db_do(st, STMT_RENTED_SET,
		    ARGS(A_INT(domain_id), A_INT(r->device_id),
			A_STR(r->licence), A_INT(r->count), A_INT(r->price)),
		    q->err);
	return db_do(st, STMT_RENTED_DROP,
	    ARGS(A_INT(domain_id), A_INT(r->device_id), A_STR(r->licence)),
	    q->err);
}

/* ---- what the device's object says ---- */

static int
touch_device(struct ask *q, int64_t device_id)
{
	struct device d;
	int rc = load_one(ask_loader(q), STMT_DEVICE_BY_ID,
	    ARGS(A_INT(device_id)), load_device, &d);

	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such device");
	return rc < 0 ? -1 : change_touch(q, &device_kind, 0, d.hw_id);
}

int
rented_flags(struct ask *q, int64_t device_id)
{
	bool software = false, hardware = false;
	struct row *row;
	int rc = db_first(q->core->store, STMT_RENTED_KINDS,
	    ARGS(A_INT(device_id)), &row, q->err);

	if (rc > 0) {
		software = row_bool(row, RENTED_KINDS_SOFTWARE);
		hardware = row_bool(row, RENTED_KINDS_HARDWARE);
	}
	db_done(row);
	if (rc < 0)
		return -1;
	if (touch_device(q, device_id) < 0)
		return -1;
	return db_do(q->core->store, STMT_RENTED_FLAGS,
	    ARGS(A_INT(device_id), A_INT(software), A_INT(hardware)), q->err);
}

int
rented_want(struct ask *q, struct str hw_id, int64_t device_id, bool want)
{
	if (change_touch(q, &device_kind, 0, hw_id) < 0)
		return -1;
	return db_do(q->core->store, STMT_RENTAL_WANT,
	    ARGS(A_INT(device_id), A_INT(want)), q->err);
}

/* ---- the end of all ---- */

/* One page; the flags of a device follow its last licence. */
static int
end_page(struct ask *q, int64_t domain_id, const struct rented *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct rented gone = list[i];

		gone.count = 0;
		if (rented_set(q, domain_id, &gone) < 0)
			return -1;
		if (i + 1 < n && list[i + 1].device_id == gone.device_id)
			continue;
		if (rented_flags(q, gone.device_id) < 0)
			return -1;
	}
	return 0;
}

int
rented_end(struct ask *q, int64_t domain_id, rented_fn *fn, void *arg)
{
	struct rented *list;
	size_t n;

	must(q->core->changes != NULL);
	do {
		struct arena_mark m = arena_mark(q->arena);

		if (rented_page(q, domain_id, NULL, &list, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (fn(arg, &list[i]) < 0)
				return -1;
		if (end_page(q, domain_id, list, n) < 0 || change_flush(q) < 0)
			return -1;
		arena_reset(q->arena, m);
	} while (n == RENTED_PAGE);
	return 0;
}
