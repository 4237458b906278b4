/*
 * Changing devices (device.h).  Each change: need() the device, remember where
 * it stood, change, finish() with event and audit; orders go out after the
 * commit.
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
#include "identify.h"
#include "ids.h"
#include "load.h"
#include "rental.h"
#include "secret.h"
#include "sysclient.h"

#define CLOSE_REMOVED HUBWIRE_CLOSE_REMOVED

/* A change of one device. */
struct change {
	char hw_id[HWID_MAX + 1];
	struct device d; /* id 0: there is no row yet */
	struct place before, after;
};

/* ---- frame ---- */

/* The row, inside the transaction: 1, 0, -1. */
static int
load_row(struct ask *q, const char *hw_id, struct device *out)
{
	struct row *row;
	int rc = db_first(q->core->full, STMT_DEVICE_BY_HW, ARGS(A_STRZ(hw_id)),
	    &row, q->err);

	if (rc > 0)
		load_device(row, q->arena, out);
	db_done(row);
	return rc;
}

static int
gone(struct ask *q)
{
	return err_set(q->err, ERR_GONE, "no such device");
}

/* A device that the actor sees; 0 or -1. */
static int
need(struct ask *q, struct str hw_id, struct change *c)
{
	int rc;

	memset(c, 0, sizeof(*c));
	if (!hwid_normalise(hw_id, c->hw_id))
		return gone(q);
	rc = load_row(q, c->hw_id, &c->d);
	if (rc == 0 || (rc > 0 && !access_sees(q->who, c->d.domain_id)))
		return gone(q);
	if (rc < 0)
		return -1;
	return event_place(q, q->core->full, &c->d, &c->before);
}

/* As need, but a claim or nothing at all will do: 0 or -1. */
static int
need_or_claim(struct ask *q, struct str hw_id, struct change *c)
{
	struct row *row;
	int rc;

	memset(c, 0, sizeof(*c));
	if (!hwid_normalise(hw_id, c->hw_id))
		return err_say(q->err, ERR_INPUT, "invalid hardware id");
	rc = load_row(q, c->hw_id, &c->d);
	if (rc == 0) {
		rc = db_first(q->core->full, STMT_CLAIM_BY_HW,
		    ARGS(A_STRZ(c->hw_id)), &row, q->err);
		if (rc > 0)
			load_device(row, q->arena, &c->d);
		db_done(row);
	}
	if (rc <= 0)
		return rc;
	return event_place(q, q->core->full, &c->d, &c->before);
}

static int
finish(struct ask *q, struct change *c, const char *what, struct str detail)
{
	struct audit_of of = {c->before.device.domain_id, 0};
	int64_t rev;

	if (change_rev(q, &rev) < 0 ||
	    db_run(q->core->full, STMT_DEVICE_REV,
		ARGS(A_INT(c->d.id), A_INT(rev)), q->err) < 0 ||
	    load_row(q, c->hw_id, &c->d) < 0)
		return -1;
	if (c->d.hw_id.len > 0 && strcmp(what, "device.remove") != 0 &&
	    event_place(q, q->core->full, &c->d, &c->after) < 0)
		return -1;
	event_device_order(q, rev, &c->before, &c->after);
	of.other = c->d.domain_id;
	return audit_add_of(q, of, what, str_of(c->hw_id), detail);
}

/* ---- steps of adding and assigning ---- */

static int
check_new(struct ask *q, const struct device_new *in)
{
	if (in->name.len > 0 &&
	    check_name(in->name, DEVICE_NAME_MAX, q->err) < 0)
		return -1;
	if (in->product.len > DEVICE_NAME_MAX || !str_printable(in->product))
		return err_say(q->err, ERR_INPUT, "invalid product");
	if (in->password.len != 0 && in->password.len != SC_PASSWORD_LEN)
		return err_say(q->err, ERR_INPUT, "invalid length of password");
	for (size_t i = 0; i < in->password.len; i++) {
		char c = in->password.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || c == '!' || c == '_'))
			return err_say(
			    q->err, ERR_INPUT, "invalid character in password");
	}
	if (in->ncategories > DEVICE_CATEGORIES)
		return err_say(q->err, ERR_LIMIT, "too many categories");
	return 0;
}

static int
need_domain(struct ask *q, int64_t id)
{
	struct domain d;
	int rc = domain_get(q, id, &d);

	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such domain");
	return rc < 0 ? -1 : 0;
}

/* A row for a device that has none; what a claim told is taken over. */
static int
make_row(struct ask *q, struct change *c, const struct device_new *in)
{
	const struct device *claim = &c->d;
	struct str product = in->product.len > 0 ? in->product : claim->product;
	enum device_type type = in->type;
	int64_t id;

	if (type == DEVICE_UNKNOWN && c->before.there)
		type = claim->type;
	if (ids_draw(q, IDS_POINT, &id) < 0 ||
	    db_run(q->core->full, STMT_DEVICE_ADD,
		ARGS(A_INT(id), A_STRZ(c->hw_id), A_INT(0), A_INT(type),
		    A_STR(product)),
		q->err) < 0)
		return -1;
	c->d.id = id;
	return 0;
}

/* Licences are given back by whoever rents them, and get their rows then. */
static int
need_not_rented(struct ask *q, const struct change *c)
{
	int rc = rental_on_device(q, c->d.id);

	if (rc > 0)
		return err_say(
		    q->err, ERR_EXISTS, "device has rented licences");
	return rc;
}

/* Into its domain; what belonged to the old place goes. */
static int
place(struct ask *q, const struct change *c, int64_t domain)
{
	struct store *st = q->core->full;
	int64_t id = c->d.id;

	if (need_not_rented(q, c) < 0 ||
	    db_run(st, STMT_DEVICE_CATEGORIES_CLEAR, ARGS(A_INT(id)), q->err) <
		0 ||
	    db_run(st, STMT_SECRET_ADMIN_WIPE, ARGS(A_INT(id)), q->err) < 0 ||
	    db_run(st, STMT_DEVICE_PLACE,
		ARGS(A_INT(id), A_ID(domain), A_INT(ADMIN_BY_TYPE)),
		q->err) < 0)
		return -1;
	if (domain == 0)
		return 0;
	return db_run(st, STMT_DOMAIN_UNSWEEP, ARGS(A_INT(domain)), q->err) < 0
		   ? -1
		   : 0;
}

static int
offer(struct ask *q, int64_t id, struct str password)
{
	struct buf sealed;
	char drawn[SC_PASSWORD_LEN + 1];
	int rc;

	crypto_token(drawn, SC_PASSWORD_LEN);
	secret_seal(q->core, SECRET_DEVICE, id,
	    password.len > 0 ? password : str_of(drawn), &sealed);
	rc = db_run(q->core->full, STMT_SECRET_OFFER,
	    ARGS(A_INT(id), A_BLOB(buf_view(&sealed)), A_INT(clock_now_ms())),
	    q->err);
	buf_fini(&sealed);
	explicit_bzero(drawn, sizeof(drawn));
	return rc < 0 ? -1 : 0;
}

static int
set_categories(struct ask *q, int64_t id, int64_t domain,
    const struct str *names, size_t n)
{
	if (n > DEVICE_CATEGORIES)
		return err_say(q->err, ERR_LIMIT, "too many categories");
	if (db_run(q->core->full, STMT_DEVICE_CATEGORIES_CLEAR, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct category k;
		int rc = category_find(q, domain, names[i], &k);

		if (rc == 0)
			return err_set(q->err, ERR_GONE, "no such category");
		if (rc < 0 || db_run(q->core->full, STMT_DEVICE_CATEGORY_ADD,
				  ARGS(A_INT(id), A_INT(k.id)), q->err) < 0)
			return -1;
	}
	return 0;
}

static int
set_name(struct ask *q, int64_t id, struct str name)
{
	return db_run(q->core->full, STMT_DEVICE_NAME,
		   ARGS(A_INT(id), A_STR(name)), q->err) < 0
		   ? -1
		   : 0;
}

static struct str
domain_detail(char *room, size_t size, int64_t domain)
{
	int n = snprintf(room, size, "{\"domain\":%lld}", (long long)domain);

	return str_n(room, (size_t)n);
}

/* ---- add ---- */

int
device_add_inside(struct ask *q, const struct device_new *in)
{
	struct change c;
	char detail[48];

	if (access_admin(q->who, q->err) < 0 || check_new(q, in) < 0 ||
	    need_domain(q, in->domain) < 0 ||
	    need_or_claim(q, in->hw_id, &c) < 0)
		return -1;
	if (c.d.domain_id != 0)
		return err_set(q->err, ERR_EXISTS, "device is in a domain");
	if (c.d.id == 0 && make_row(q, &c, in) < 0)
		return -1;
	if (place(q, &c, in->domain) < 0 || set_name(q, c.d.id, in->name) < 0 ||
	    set_categories(
		q, c.d.id, in->domain, in->categories, in->ncategories) < 0 ||
	    offer(q, c.d.id, in->password) < 0)
		return -1;
	return finish(q, &c, "device.add",
	    domain_detail(detail, sizeof(detail), in->domain));
}

int
device_add(struct ask *q, const struct device_new *in)
{
	static const struct device_choice none;

	if (change_begin(q) < 0 || change_end(q, device_add_inside(q, in)) < 0)
		return -1;
	return deliver_one(q, in->hw_id, &none);
}

/* ---- assign ---- */

/* Another domain: a device that has proven its password keeps it. */
static int
move(struct ask *q, struct change *c, int64_t domain)
{
	int64_t proven = 0;
	int rc = db_int(q->core->full, STMT_SECRET_PROVEN, ARGS(A_INT(c->d.id)),
	    &proven, q->err);

	if (rc < 0 || place(q, c, domain) < 0 ||
	    set_name(q, c->d.id, str_n("", 0)) < 0)
		return -1;
	orders_move(&q->core->orders, str_of(c->hw_id), domain);
	if (proven == 0)
		return offer(q, c->d.id, str_n("", 0));
	return db_run(q->core->full, STMT_SECRET_NO_OFFER, ARGS(A_INT(c->d.id)),
		   q->err) < 0
		   ? -1
		   : 0;
}

static int
assign(struct ask *q, struct str hw_id, int64_t domain)
{
	static const struct device_new plain = {.type = DEVICE_UNKNOWN};
	struct change c;
	char detail[48];
	int rc = 0;

	if (access_admin(q->who, q->err) < 0 || need_domain(q, domain) < 0 ||
	    need_or_claim(q, hw_id, &c) < 0)
		return -1;
	if (!c.before.there)
		return gone(q);
	if (c.d.id == 0 && make_row(q, &c, &plain) < 0)
		return -1;
	if (c.d.domain_id != 0 && c.d.domain_id != domain)
		rc = move(q, &c, domain);
	else if (c.d.domain_id == 0)
		rc = place(q, &c, domain) < 0 ? -1
					      : offer(q, c.d.id, str_n("", 0));
	else
		rc = offer(q, c.d.id, str_n("", 0));
	if (rc < 0)
		return -1;
	return finish(q, &c, "device.assign",
	    domain_detail(detail, sizeof(detail), domain));
}

int
device_assign(struct ask *q, struct str hw_id, int64_t domain,
    const struct device_choice *choice)
{
	static const struct device_choice none;

	if (change_begin(q) < 0 || change_end(q, assign(q, hw_id, domain)) < 0)
		return -1;
	return deliver_one(q, hw_id, choice != NULL ? choice : &none);
}

/* ---- unassign, remove ---- */

static int
unassign(struct ask *q, struct str hw_id)
{
	struct store *st = q->core->full;
	struct change c;
	struct arg id;

	if (access_admin(q->who, q->err) < 0 || need(q, hw_id, &c) < 0)
		return -1;
	if (c.d.domain_id == 0)
		return gone(q);
	id = A_INT(c.d.id);
	if (db_run(st, STMT_CLAIM_FROM_DEVICE, ARGS(id, A_INT(clock_now_ms())),
		q->err) < 0 ||
	    connection_end_by_admin(q, c.d.id) < 0 ||
	    db_run(st, STMT_PRESENCE_DROP, ARGS(id), q->err) < 0 ||
	    place(q, &c, 0) < 0 ||
	    db_run(st, STMT_SECRET_WIPE, ARGS(id), q->err) < 0 ||
	    db_run(st, STMT_PHONES_CLEAR, ARGS(id), q->err) < 0 ||
	    set_name(q, c.d.id, str_n("", 0)) < 0)
		return -1;
	orders_release(&q->core->orders, str_of(c.hw_id));
	return finish(q, &c, "device.unassign", str_n("", 0));
}

int
device_unassign(struct ask *q, struct str hw_id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, unassign(q, hw_id));
}

static int
remove_it(struct ask *q, struct str hw_id)
{
	struct change c;

	if (access_admin(q->who, q->err) < 0 || need(q, hw_id, &c) < 0 ||
	    need_not_rented(q, &c) < 0)
		return -1;
	orders_drop(&q->core->orders, str_of(c.hw_id), CLOSE_REMOVED);
	if (db_run(q->core->full, STMT_DEVICE_REMOVE, ARGS(A_INT(c.d.id)),
		q->err) < 0 ||
	    db_run(q->core->full, STMT_CLAIMS_FORGET, ARGS(A_STRZ(c.hw_id)),
		q->err) < 0)
		return -1;
	return finish(q, &c, "device.remove", str_n("", 0));
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
	struct change c;
	size_t n = x->categories != NULL ? x->ncategories : 0;

	if (need(q, hw_id, &c) < 0)
		return -1;
	if (c.d.domain_id == 0 && n > 0)
		return err_set(q->err, ERR_GONE, "no such category");
	if (x->name != NULL && set_name(q, c.d.id, *x->name) < 0)
		return -1;
	if (x->categories != NULL && set_categories(q, c.d.id, c.d.domain_id,
					 x->categories, x->ncategories) < 0)
		return -1;
	return finish(q, &c, "device.edit", str_n("", 0));
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
	struct change c;
	int rc;

	if (need(q, hw_id, &c) < 0)
		return -1;
	rc = db_run(q->core->full, STMT_PHONE_REMOVE,
	    ARGS(A_INT(c.d.id), A_STR(phone)), q->err);
	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such phone");
	if (rc < 0)
		return -1;
	return finish(q, &c, "phone.remove", str_n("", 0));
}

int
device_phone_remove(struct ask *q, struct str hw_id, struct str phone)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_phone(q, hw_id, phone));
}
