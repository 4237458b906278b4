/*
 * Changing devices (device.h).  Each change: device_change_need() the device,
 * remember where it stood, change, device_change_finish() with event and audit;
 * orders go out after the commit.
 */
#include "device.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "audit.h"
#include "category.h"
#include "change.h"
#include "clock.h"
#include "connection.h"
#include "db.h"
#include "deliver.h"
#include "device_change.h"
#include "domain.h"
#include "event.h"
#include "hwid.h"
#include "ids.h"
#include "load.h"
#include "secret.h"
#include "sysclient.h"

#define CLOSE_REMOVED HUBWIRE_CLOSE_REMOVED

/* ---- frame ---- */

/* The row, inside the transaction: 1, 0, -1. */
static int
find_row(struct ask *q, const char *hw_id, struct device *out)
{
	return load_one(ask_loader(q), STMT_DEVICE_BY_HW, ARGS(A_STRZ(hw_id)),
	    load_device, out);
}

static int
gone(struct ask *q)
{
	return err_set(q->err, ERR_GONE, "no such device");
}

/* A device that the actor sees; 0 or -1. */
int
device_change_need(struct ask *q, struct str hw_id, struct device_change *c)
{
	int rc;

	memset(c, 0, sizeof(*c));
	if (!hwid_normalise(hw_id, c->hw_id))
		return gone(q);
	rc = find_row(q, c->hw_id, &c->d);
	if (rc == 0 || (rc > 0 && !access_sees(q->who, c->d.domain_id)))
		return gone(q);
	if (rc < 0)
		return -1;
	return event_place(q, &c->d, &c->before);
}

/* As need, but a claim or nothing at all will do: 0 or -1. */
int
device_change_need_or_claim(
    struct ask *q, struct str hw_id, struct device_change *c)
{
	struct row *row;
	int rc;

	memset(c, 0, sizeof(*c));
	if (!hwid_normalise(hw_id, c->hw_id))
		return err_say(q->err, ERR_INPUT, "invalid hardware id");
	rc = find_row(q, c->hw_id, &c->d);
	if (rc == 0) {
		rc = db_first(q->core->store, STMT_CLAIM_BY_HW,
		    ARGS(A_STRZ(c->hw_id)), &row, q->err);
		if (rc > 0)
			load_device(row, q->arena, &c->d);
		db_done(row);
	}
	if (rc <= 0)
		return rc;
	return event_place(q, &c->d, &c->before);
}

int
device_change_finish(
    struct ask *q, struct device_change *c, const char *what, struct str detail)
{
	struct audit_of of = {c->before.device.domain_id, 0};
	int64_t rev;

	if (change_rev(q, &rev) < 0 ||
	    db_run(q->core->store, STMT_DEVICE_REV,
		ARGS(A_INT(c->d.id), A_INT(rev)), q->err) < 0 ||
	    find_row(q, c->hw_id, &c->d) < 0)
		return -1;
	if (c->d.hw_id.len > 0 && strcmp(what, "device.remove") != 0 &&
	    event_place(q, &c->d, &c->after) < 0)
		return -1;
	event_device_order(q, rev, &c->before, &c->after);
	of.other = c->d.domain_id;
	return audit_add_of(q, of, what, str_of(c->hw_id), detail);
}

/* ---- steps ---- */

/* Licences are given back by whoever rents them, and get their rows then. */
int
device_change_need_not_rented(struct ask *q, const struct device_change *c)
{
	int64_t one;
	int rc = db_int(q->core->store, STMT_RENTED_ON_DEVICE,
	    ARGS(A_INT(c->d.id)), &one, q->err);

	if (rc > 0)
		return err_say(
		    q->err, ERR_EXISTS, "device has rented licences");
	return rc;
}

int
device_change_categories(struct ask *q, int64_t id, int64_t domain,
    const struct str *names, size_t n)
{
	if (n > DEVICE_CATEGORIES)
		return err_say(q->err, ERR_LIMIT, "too many categories");
	if (db_run(q->core->store, STMT_DEVICE_CATEGORIES_CLEAR,
		ARGS(A_INT(id)), q->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct category k;
		int rc = category_find(q, domain, names[i], &k);

		if (rc == 0)
			return err_set(q->err, ERR_GONE, "no such category");
		if (rc < 0 || db_run(q->core->store, STMT_DEVICE_CATEGORY_ADD,
				  ARGS(A_INT(id), A_INT(k.id)), q->err) < 0)
			return -1;
	}
	return 0;
}

int
device_change_name(struct ask *q, int64_t id, struct str name)
{
	return db_do(q->core->store, STMT_DEVICE_NAME,
	    ARGS(A_INT(id), A_STR(name)), q->err);
}

/* ---- remove ---- */

static int
remove_it(struct ask *q, struct str hw_id)
{
	struct device_change c;

	if (access_admin(q->who, q->err) < 0 ||
	    device_change_need(q, hw_id, &c) < 0 ||
	    device_change_need_not_rented(q, &c) < 0)
		return -1;
	orders_drop(&q->core->orders, str_of(c.hw_id), CLOSE_REMOVED);
	if (db_run(q->core->store, STMT_DEVICE_REMOVE, ARGS(A_INT(c.d.id)),
		q->err) < 0 ||
	    db_run(q->core->store, STMT_CLAIMS_FORGET, ARGS(A_STRZ(c.hw_id)),
		q->err) < 0)
		return -1;
	return device_change_finish(q, &c, "device.remove", str_n("", 0));
}

int
device_remove(struct ask *q, struct str hw_id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_it(q, hw_id));
}

/* ---- name, categories, phones ---- */

static int
edit(struct ask *q, struct str hw_id, const struct device_edit *x)
{
	struct device_change c;
	size_t n = x->categories != NULL ? x->ncategories : 0;

	if (device_change_need(q, hw_id, &c) < 0)
		return -1;
	if (c.d.domain_id == 0 && n > 0)
		return err_set(q->err, ERR_GONE, "no such category");
	if (x->name != NULL && device_change_name(q, c.d.id, *x->name) < 0)
		return -1;
	if (x->categories != NULL &&
	    device_change_categories(
		q, c.d.id, c.d.domain_id, x->categories, x->ncategories) < 0)
		return -1;
	return device_change_finish(q, &c, "device.edit", str_n("", 0));
}

int
device_edit(struct ask *q, struct str hw_id, const struct device_edit *x)
{
	if (x->name != NULL && x->name->len > 0 &&
	    check_name(*x->name, DEVICE_NAME_MAX, q->err) < 0)
		return -1;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, edit(q, hw_id, x));
}

int
device_rename(struct ask *q, struct str hw_id, struct str name)
{
	return device_edit(q, hw_id, &(struct device_edit){.name = &name});
}

int
device_set_categories(
    struct ask *q, struct str hw_id, const struct str *names, size_t n)
{
	static const struct str none;

	return device_edit(q, hw_id,
	    &(struct device_edit){
		.categories = n > 0 ? names : &none, .ncategories = n});
}

static int
remove_phone(struct ask *q, struct str hw_id, struct str phone)
{
	struct device_change c;
	int rc;

	if (device_change_need(q, hw_id, &c) < 0)
		return -1;
	rc = db_run(q->core->store, STMT_PHONE_REMOVE,
	    ARGS(A_INT(c.d.id), A_STR(phone)), q->err);
	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such phone");
	if (rc < 0)
		return -1;
	return device_change_finish(q, &c, "phone.remove", str_n("", 0));
}

int
device_phone_remove(struct ask *q, struct str hw_id, struct str phone)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_phone(q, hw_id, phone));
}
