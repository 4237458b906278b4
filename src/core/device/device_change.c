#include "device_change.h"

#include <string.h>

#include "access.h"
#include "category.h"
#include "db.h"
#include "must.h"

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

/* The id of a row that has this spelling (device_check), else the normalised
 * one; 0 or -1. */
static int
spell(struct ask *q, struct str hw_id, char out[HWID_MAX + 1])
{
	int64_t id;
	int rc;

	if (!hwid_normalise(hw_id, out))
		return gone(q);
	if (str_eqz(hw_id, out) || !hwid_ok(hw_id))
		return 0;
	rc = db_int(
	    q->core->store, STMT_DEVICE_ID_OF, ARGS(A_STR(hw_id)), &id, q->err);
	if (rc > 0)
		str_copy(out, HWID_MAX + 1, hw_id);
	return rc < 0 ? -1 : 0;
}

/* A device that the actor sees; 0 or -1. */
int
device_change_need(struct ask *q, struct str hw_id, struct device_change *c)
{
	memset(c, 0, sizeof(*c));
	if (spell(q, hw_id, c->hw_id) < 0)
		return -1;
	if (find(q, c) < 0)
		return -1;
	return c->d.id > 0 ? access_need(q->who, c->d.domain_id, q->err)
			   : gone(q);
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
	must(q->core->changes != NULL && id > 0);
	if (n > DEVICE_CATEGORIES)
		return err_say(q->err, ERR_LIMIT, "too many categories");
	if (db_do(q->core->store, STMT_DEVICE_CATEGORIES_CLEAR, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct category k;
		int rc = category_find(q, domain, names[i], &k);

		if (rc == 0)
			return err_set(q->err, ERR_GONE, "no such category");
		if (rc < 0 || db_do(q->core->store, STMT_DEVICE_CATEGORY_ADD,
				  ARGS(A_INT(id), A_INT(k.id)), q->err) < 0)
			return -1;
	}
	return 0;
}

int
device_change_name(struct ask *q, int64_t id, struct str name)
{
	must(q->core->changes != NULL && id > 0);
	return db_do(q->core->store, STMT_DEVICE_NAME,
	    ARGS(A_INT(id), A_STR(name)), q->err);
}
