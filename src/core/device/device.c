/*
 * Changing devices (device.h).  Each change: device_change_need() the device,
 * which touches it, change, device_change_say() what was done.
 */
#include "device.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "category.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "connection.h"
#include "db.h"
#include "deliver.h"
#include "device_change.h"
#include "device_look.h"
#include "domain.h"
#include "hwid.h"
#include "ids.h"
#include "load.h"
#include "secret.h"
#include "sysclient.h"

#define CLOSE_REMOVED HUBWIRE_CLOSE_REMOVED

/* ---- frame ---- */

static int
gone(struct ask *q)
{
	return err_set(q->err, ERR_GONE, "no such device");
}

/* Find and touch: 0 or -1. */
static int
find(struct ask *q, struct device_change *c)
{
	struct snapshot before;

	if (device_look(q, str_of(c->hw_id), &c->d, &before) < 0)
		return -1;
	c->there = before.there;
	return change_touch_seen(q, &device_kind, str_of(c->hw_id), &before);
}

/* A device that the actor sees; 0 or -1. */
int
device_change_need(struct ask *q, struct str hw_id, struct device_change *c)
{
	memset(c, 0, sizeof(*c));
	if (!hwid_normalise(hw_id, c->hw_id))
		return gone(q);
	if (find(q, c) < 0)
		return -1;
	return c->d.id > 0 && access_sees(q->who, c->d.domain_id) ? 0 : gone(q);
}

/* As need, but a claim or nothing at all will do: 0 or -1. */
int
device_change_need_or_claim(
    struct ask *q, struct str hw_id, struct device_change *c)
{
	memset(c, 0, sizeof(*c));
	if (!hwid_normalise(hw_id, c->hw_id))
		return err_say(q->err, ERR_INPUT, "invalid hardware id");
	return find(q, c);
}

int
device_change_say(struct ask *q, const struct device_change *c,
    const char *what, struct pairs detail)
{
	return change_say(q, what, str_of(c->hw_id), detail);
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
	return device_change_say(q, &c, "device.remove", PAIRS_NONE);
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
	return device_change_say(q, &c, "device.edit", PAIRS_NONE);
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
	return device_change_say(
	    q, &c, "phone.remove", PAIRS(P_STR("phone", phone)));
}

int
device_phone_remove(struct ask *q, struct str hw_id, struct str phone)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_phone(q, hw_id, phone));
}
