/*
 * Changing and removing devices (device.h).  Each change: device_change_need()
 * the device, which touches it, change, device_change_say() what was done.
 */
#include "access.h"
#include "account.h"
#include "change.h"
#include "checks.h"
#include "db.h"
#include "device_change.h"
#include "device_instance.h"
#include "hubwire.h"

/* ---- remove ---- */

int
device_remove_inside(struct ask *q, struct str hw_id)
{
	struct device_change c;

	if (access_admin(q->who, q->err) < 0 ||
	    device_change_need(q, hw_id, &c) < 0 ||
	    device_change_need_not_rented(q, &c) < 0)
		return -1;
	orders_drop(&q->core->orders, str_of(c.hw_id), HUBWIRE_CLOSE_REMOVED);
	if (db_do(q->core->store, STMT_DEVICE_REMOVE, ARGS(A_INT(c.d.id)),
		q->err) < 0 ||
	    db_do(q->core->store, STMT_CLAIMS_FORGET, ARGS(A_STRZ(c.hw_id)),
		q->err) < 0)
		return -1;
	return device_change_say(q, &c, "device.remove", PAIRS_NONE);
}

int
device_remove(struct ask *q, struct str hw_id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, device_remove_inside(q, hw_id));
}

/* ---- name, categories, phones ---- */

/* The account that has it in its billing list. */
static int
own(struct ask *q, struct str hw_id, int64_t account)
{
	struct device_change c;

	if (device_change_need(q, hw_id, &c) < 0 ||
	    (account != 0 && account_need_user(q, account) < 0) ||
	    db_do(q->core->store, STMT_DEVICE_OWNER,
		ARGS(A_INT(c.d.id), A_ID(account)), q->err) < 0)
		return -1;
	return device_change_say(
	    q, &c, "device.own", PAIRS(P_INT("owner", account)));
}

/* Another domain, another type, or both. */
static int
place(struct ask *q, struct str hw_id, const struct device_edit *x)
{
	struct device_choice choice = {.type = x->type};
	struct device_placed placed;
	struct device_change c;

	if (x->domain != NULL)
		return device_assign_inside(
		    q, hw_id, *x->domain, &choice, &placed);
	if (device_change_need(q, hw_id, &c) < 0)
		return -1;
	change_forget(q); /* it is touched again */
	return device_assign_inside(q, hw_id, c.d.domain_id, &choice, &placed);
}

static int
edit(struct ask *q, struct str hw_id, const struct device_edit *x)
{
	struct device_change c;
	size_t n = x->categories != NULL ? x->ncategories : 0;
	struct str said;

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
	if (x->instances == NULL)
		return device_change_say(q, &c, "device.edit", PAIRS_NONE);
	return device_instance_edit(q, &c.d, x, &said) < 0
		   ? -1
		   : device_change_say(
			 q, &c, "device.edit", PAIRS(P_STR("instances", said)));
}

bool
device_edit_any(const struct device_edit *x)
{
	return x->name != NULL || x->categories != NULL || x->domain != NULL ||
	       x->type != NULL || x->owner != NULL || x->instances != NULL;
}

int
device_edit_inside(struct ask *q, struct str hw_id, const struct device_edit *x)
{
	bool places = x->domain != NULL || x->type != NULL;

	if (x->name != NULL && x->name->len > 0 &&
	    check_name(*x->name, DEVICE_NAME_MAX, q->err) < 0)
		return -1;
	if ((places || x->owner != NULL) && access_admin(q->who, q->err) < 0)
		return -1;
	if (places && place(q, hw_id, x) < 0)
		return -1;
	if ((x->name != NULL || x->categories != NULL || x->instances != NULL ||
		!device_edit_any(x)) &&
	    edit(q, hw_id, x) < 0)
		return -1;
	return x->owner != NULL ? own(q, hw_id, *x->owner) : 0;
}

int
device_edit(struct ask *q, struct str hw_id, const struct device_edit *x)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, device_edit_inside(q, hw_id, x));
}

int
device_own(struct ask *q, struct str hw_id, int64_t account)
{
	return device_edit(q, hw_id, &(struct device_edit){.owner = &account});
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
