#include "rented.h"

#include "change.h"
#include "db.h"
#include "event.h"

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
	int rc;

	if (r->count > 0)
		rc = db_run(st, STMT_RENTED_SET,
		    ARGS(A_INT(domain_id), A_INT(r->device_id),
			A_STR(r->licence), A_INT(r->count), A_INT(r->price)),
		    q->err);
	else
		rc = db_run(st, STMT_RENTED_DROP,
		    ARGS(A_INT(domain_id), A_INT(r->device_id),
			A_STR(r->licence)),
		    q->err);
	return rc < 0 ? -1 : 0;
}

/* ---- what the device's object says ---- */

static int
load_place(struct ask *q, int64_t device_id, struct place *out)
{
	struct device d;
	int rc = load_one(ask_loader(q), STMT_DEVICE_BY_ID,
	    ARGS(A_INT(device_id)), load_device, &d);
	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such device");
	return rc < 0 ? -1 : event_place(q, &d, out);
}

/* Run a statement that changes flags; if it did, the device changed. */
static int
change_flags(struct ask *q, enum stmt s, struct args args, int64_t device_id)
{
	struct place before, after;
	int64_t rev;
	int n;

	if (load_place(q, device_id, &before) < 0)
		return -1;
	n = db_run(q->core->store, s, args, q->err);
	if (n <= 0)
		return n;
	if (change_rev(q, &rev) < 0 ||
	    db_run(q->core->store, STMT_DEVICE_REV,
		ARGS(A_INT(device_id), A_INT(rev)), q->err) < 0 ||
	    load_place(q, device_id, &after) < 0)
		return -1;
	event_device_order(q, rev, &before, &after);
	return 0;
}

int
rented_flags(struct ask *q, int64_t device_id)
{
	bool software = false, hardware = false;
	struct row *row;
	int rc = db_first(q->core->store, STMT_RENTED_KINDS,
	    ARGS(A_INT(device_id)), &row, q->err);

	if (rc > 0) {
		software = row_bool(row, 0);
		hardware = row_bool(row, 1);
	}
	db_done(row);
	if (rc < 0)
		return -1;
	return change_flags(q, STMT_RENTED_FLAGS,
	    ARGS(A_INT(device_id), A_INT(software), A_INT(hardware)),
	    device_id);
}

int
rented_want(struct ask *q, int64_t device_id, bool want)
{
	return change_flags(q, STMT_RENTAL_WANT,
	    ARGS(A_INT(device_id), A_INT(want)), device_id);
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

	do {
		if (rented_page(q, domain_id, NULL, &list, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			if (fn(arg, &list[i]) < 0)
				return -1;
		if (end_page(q, domain_id, list, n) < 0)
			return -1;
	} while (n == RENTED_PAGE);
	return 0;
}
