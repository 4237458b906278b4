/*
 * Choosing which connection is a device, and what follows: assigning,
 * confirming, unassigning (device.h).
 */
#include "access.h"
#include "ask.h"
#include "category.h"
#include "change.h"
#include "clock.h"
#include "column.h"
#include "connection.h"
#include "db.h"
#include "deliver.h"
#include "device.h"
#include "device_place.h"
#include "facts.h"
#include "load.h"
#include "net.h"

#define DAY_MS     (24 * 60 * 60 * 1000)
#define DETAIL_MAX 2048

/* ---- choosing ---- */

static void
load_chosen(const struct row *row, struct arena *a, void *out)
{
	struct chosen *to = out;

	*to = (struct chosen){
	    .hub = row_dup(row, CLAIM_PICK_HUB, a),
	    .boot = row_dup(row, CLAIM_PICK_BOOT, a),
	    .conn = row_int(row, CLAIM_PICK_CONN),
	    .told = row_dup(row, CLAIM_PICK_TOLD, a),
	};
}

/* As CLAIM_PICK has it: connected, or named while its hub's batch is due. */
static bool
is_there(const struct claim *k)
{
	return k->online || (k->first_seen == k->last_seen &&
				k->last_seen > clock_now_ms() - CLAIM_FRESH_MS);
}

/* It is there, or was: a connection without proof may be somebody else's. */
static bool
is_missed(const struct device *d)
{
	return d->id > 0 && d->domain_id > 0 &&
	       (d->online || d->since > clock_now_ms() - DAY_MS);
}

/* Nothing tells which connection is the device; *out gets them all. */
static int
refuse(struct ask *q, const struct device_change *c, struct device_placed *out)
{
	struct claim *all;
	size_t n;

	if (device_claims(q, str_of(c->hw_id), &all, &n) < 0)
		return -1;
	out->claims = all;
	for (size_t i = 0; i < n; i++)
		if (is_there(&all[i]))
			all[out->nclaims++] = all[i];
	return err_say(q->err, ERR_EXISTS,
	    is_missed(&c->d) ? "the device is connected or was today: look at "
			       "the connections without proof and name one"
			     : "several connections name this id: look at them "
			       "and name one");
}

/* The one that is named, or the only one there is: to->conn is 0 for none. */
static int
choose(struct ask *q, const struct device_change *c,
    const struct device_choice *choice, struct chosen *to,
    struct device_placed *out)
{
	struct arg id = A_STRZ(c->hw_id);
	struct arg fresh = A_INT(clock_now_ms() - CLAIM_FRESH_MS);
	struct chosen *found;
	size_t n;
	int rc;

	*to = (struct chosen){0};
	if (choice->boot.len > 0) {
		rc = load_one(ask_loader(q), STMT_CLAIM_CHOSEN,
		    ARGS(id, A_STR(choice->boot), A_INT(choice->conn), fresh),
		    load_chosen, to);
		return err_need(rc, q->err, ERR_GONE, "no such connection");
	}
	if (load_list(ask_loader(q), STMT_CLAIM_PICK, ARGS(id, fresh, A_INT(2)),
		load_chosen, &found, &n) < 0)
		return -1;
	if (n == 1)
		*to = found[0];
	if (n > 1 || (n == 1 && is_missed(&c->d)))
		return refuse(q, c, out);
	return 0;
}

/* ---- assign ---- */

/* Its categories in the new domain, by name; out says which are not there. */
static int
keep_categories(struct ask *q, int64_t id, int64_t domain, struct str *names,
    struct device_placed *out)
{
	size_t n = out->nlost;

	out->lost = names;
	out->nlost = 0;
	for (size_t i = 0; i < n; i++) {
		struct category k;
		int rc = category_find(q, domain, names[i], &k);

		if (rc < 0 ||
		    (rc > 0 && db_do(q->core->store, STMT_DEVICE_CATEGORY_ADD,
				   ARGS(A_INT(id), A_INT(k.id)), q->err) < 0))
			return -1;
		if (rc == 0)
			names[out->nlost++] = names[i];
	}
	return 0;
}

/* From another domain: passwords that it has, its name, and those categories
 * stay; an open offer was made for the old place. */
static int
move(struct ask *q, const struct device_change *c, int64_t domain,
    struct device_placed *out)
{
	int64_t id = c->d.id;
	struct str *names;

	if (load_list(ask_loader(q), STMT_DEVICE_CATEGORIES, ARGS(A_INT(id)),
		load_str, &names, &out->nlost) < 0 ||
	    place_into(q, c, domain) < 0 ||
	    keep_categories(q, id, domain, names, out) < 0 ||
	    db_do(q->core->store, STMT_SECRET_NO_OFFER, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	orders_move(&q->core->orders, str_of(c->hw_id), domain);
	return 0;
}

/* True if it has a password, so that no connection needs one. */
static int
has_password(struct ask *q, int64_t id)
{
	int64_t has = 0;

	return db_int(q->core->store, STMT_SECRET_HAS, ARGS(A_INT(id)), &has,
		   q->err) < 0
		   ? -1
		   : has != 0;
}

/* Names with commas between, of what the move lost; no name has one. */
static struct str
lost(struct ask *q, const struct device_placed *out)
{
	struct buf b;
	struct str list = str_of(NULL);

	buf_init(&b, DEVICE_CATEGORIES * CATEGORY_NAME_MAX * 2);
	for (size_t i = 0; i < out->nlost; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_str(&b, out->lost[i]);
	}
	if (out->nlost > 0)
		list = str_of(arena_str(q->arena, buf_view(&b)));
	buf_fini(&b);
	return list;
}

/* Move, or place what is in no domain; where it stands, only its kind. */
static int
put_there(struct ask *q, struct device_change *c, int64_t domain,
    const enum device_type *type, struct device_placed *out)
{
	bool fresh = c->d.domain_id == 0;

	if (fresh ? place_into(q, c, domain) < 0
		  : c->d.domain_id != domain && move(q, c, domain, out) < 0)
		return -1;
	if (!fresh && type == NULL)
		return 0;
	return place_kind(q, c, type) < 0 ? -1 : place_unsweep(q, domain);
}

int
device_assign_inside(struct ask *q, struct str hw_id, int64_t domain,
    const struct device_choice *choice, struct device_placed *out)
{
	struct device_change c;
	struct chosen to = {0};
	bool settled = false;
	int has;

	*out = (struct device_placed){0};
	if (access_admin(q->who, q->err) < 0 ||
	    place_need_domain(q, domain) < 0 ||
	    device_change_need_or_claim(q, hw_id, &c) < 0)
		return -1;
	if (!c.there)
		return err_set(q->err, ERR_GONE, "no such device");
	/* What moves with its password needs nobody to be chosen, nor what only
	 * gets another type. */
	if (c.d.domain_id != 0 && choice->boot.len == 0) {
		has = c.d.domain_id != domain ? has_password(q, c.d.id)
					      : choice->type != NULL;
		if (has < 0)
			return -1;
		settled = has > 0;
	}
	if ((!settled && choose(q, &c, choice, &to, out) < 0) ||
	    (c.d.id == 0 && place_row(q, &c, str_n("", 0)) < 0) ||
	    put_there(q, &c, domain, choice->type, out) < 0 ||
	    place_take(q, &c, &to) < 0)
		return -1;
	return device_change_say(q, &c, "device.assign",
	    PAIRS(P_INT("domain", domain),
		P_STR("categoriesLost", lost(q, out))));
}

int
device_assign(struct ask *q, struct str hw_id, int64_t domain,
    const struct device_choice *choice, struct device_placed *out)
{
	static const struct device_choice none;
	struct device_placed placed;
	int rc;

	if (out == NULL)
		out = &placed;
	*out = (struct device_placed){0}; /* also when nothing begins */
	if (choice == NULL)
		choice = &none;
	if (change_begin(q) < 0 || change_end(q, device_assign_inside(q, hw_id,
						     domain, choice, out)) < 0)
		return -1;
	rc = deliver_one(q, hw_id);
	out->delivered = rc > 0;
	return rc < 0 ? -1 : 0;
}

/* ---- confirm ---- */

static int
confirm(struct ask *q, struct str hw_id)
{
	struct device_change c;
	int has;

	if (access_admin(q->who, q->err) < 0 ||
	    device_change_need(q, hw_id, &c) < 0)
		return -1;
	if (c.d.domain_id == 0)
		return err_set(q->err, ERR_GONE, "no such device");
	has = has_password(q, c.d.id);
	if (has == 0)
		return err_say(q->err, ERR_GONE, "no device has come yet");
	/* Confirmed is who has it now: nobody else may take the offer. */
	if (has < 0 ||
	    db_do(q->core->store, STMT_SECRET_CLOSE, ARGS(A_INT(c.d.id)),
		q->err) < 0 ||
	    place_doubt(q, c.d.id, DOUBT_NONE) < 0 ||
	    place_unsweep(q, c.d.domain_id) < 0)
		return -1;
	return device_change_say(q, &c, "device.confirm", PAIRS_NONE);
}

int
device_confirm(struct ask *q, struct str hw_id)
{
	if (change_begin(q) < 0 || change_end(q, confirm(q, hw_id)) < 0)
		return -1;
	return deliver_one(q, hw_id) < 0 ? -1 : 0;
}

/* ---- unassign ---- */

/* Its connection becomes a claim, which says what the device told, and from
 * where: it is looked at before the device is assigned again. */
static int
leave_claim(struct ask *q, struct device *d)
{
	char share[NET_SHARE_SIZE];
	struct str remote;
	struct buf told;
	int rc = connection_remote(q, d->id, &remote);

	if (rc < 0)
		return -1;
	net_share(remote, share);
	buf_init(&told, 2 * FACTS_PACK_MAX);
	rc = facts_give(q, d, &told);
	if (rc == 0)
		rc = db_do(q->core->store, STMT_CLAIM_FROM_DEVICE,
		    ARGS(A_INT(d->id), A_INT(clock_now_ms()),
			A_STR(buf_view(&told)), A_STR(remote), A_STRZ(share)),
		    q->err);
	buf_fini(&told);
	return rc;
}

int
device_unassign_inside(struct ask *q, struct str hw_id)
{
	struct store *st = q->core->store;
	struct device_change c;
	struct arg id;

	if (access_admin(q->who, q->err) < 0 ||
	    device_change_need(q, hw_id, &c) < 0)
		return -1;
	if (c.d.domain_id == 0)
		return err_set(q->err, ERR_GONE, "no such device");
	id = A_INT(c.d.id);
	if (leave_claim(q, &c.d) < 0 ||
	    connection_end_by_admin(q, c.d.id) < 0 ||
	    db_do(st, STMT_PRESENCE_DROP, ARGS(id), q->err) < 0 ||
	    place_into(q, &c, 0) < 0 ||
	    place_doubt(q, c.d.id, DOUBT_NONE) < 0 ||
	    db_do(st, STMT_SECRET_WIPE, ARGS(id), q->err) < 0 ||
	    db_do(st, STMT_PHONES_CLEAR, ARGS(id), q->err) < 0 ||
	    device_change_name(q, c.d.id, str_n("", 0)) < 0)
		return -1;
	orders_release(&q->core->orders, str_of(c.hw_id));
	return device_change_say(q, &c, "device.unassign", PAIRS_NONE);
}

int
device_unassign(struct ask *q, struct str hw_id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, device_unassign_inside(q, hw_id));
}
