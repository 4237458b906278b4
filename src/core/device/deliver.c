#include "deliver.h"

#include <string.h>

#include "change.h"
#include "clock.h"
#include "db.h"
#include "device_change.h"
#include "event.h"
#include "hwid.h"
#include "identify.h"
#include "known.h"
#include "load.h"
#include "log.h"
#include "session.h"
#include "setting.h"

#define SWEEP_MAX 500 /* devices of one kind per sweep */

/* Older offers are not looked at: their connections have got them. */
#define SENDING_MS   5000 /* as long as a hub may take to answer */
#define OFFER_AGE_MS (DEVICE_OFFER_MINUTES_MAX * 60000)

/* ---- an order "send" ---- */

/* The connection an order names. */
struct target {
	struct str hub, boot;
	int64_t conn; /* 0: the proven connection of the id */
};

static void
send_begin(struct jout *j, struct buf *line, struct str hw_id)
{
	buf_init(line, 64 << 10);
	jout_init(j, buf_sink(line));
	jout_object(j, NULL);
	jout_strz(j, "order", HUBWIRE_ORDER_SEND);
	jout_str(j, "hwId", hw_id);
}

/* Post one line: 1 carried out, 0 not (also: no hub), -1 not confirmed. */
static int
send_now(struct ask *q, const struct buf *line)
{
	struct orders *o = &q->core->orders;

	if (buf_failed(line))
		return err_set(q->err, ERR_LIMIT, "order too long");
	orders_forget(o);
	orders_line(o, buf_view(line));
	if (orders_flush(o, q->err) < 0)
		return -1;
	return orders_done(o, 0);
}

/* ---- offers ---- */

/* The claim of a statement with the columns hub, boot, conn: 1, 0, -1. */
static int
find_claim(struct ask *q, enum stmt which, struct args args, struct target *out)
{
	struct row *row;
	int rc = db_first(q->core->store, which, args, &row, q->err);

	if (rc > 0) {
		out->hub = row_dup(row, 0, q->arena);
		out->boot = row_dup(row, 1, q->arena);
		out->conn = row_int(row, 2);
	}
	db_done(row);
	return rc;
}

/* Whom the offered password goes to now: 1, 0 nobody, -1. */
static int
find_target(struct ask *q, const struct known *k, struct target *out)
{
	struct arg id = A_STR(k->device.hw_id);
	struct arg fresh = A_INT(clock_now_ms() - CLAIM_FRESH_MS);

	if (k->offered.len == 0)
		return 0;
	/* Also when the program that marked it died before it could send. */
	if (k->offer_conn != 0)
		return find_claim(q, STMT_CLAIM_CHOSEN,
		    ARGS(id, A_STR(k->offer_boot), A_INT(k->offer_conn), fresh),
		    out);
	if (!known_offer(k))
		return 0;
	return find_claim(q, STMT_CLAIM_PICK, ARGS(id, fresh), out);
}

static int
build_offer(struct ask *q, const struct known *k, const struct target *t,
    struct buf *line)
{
	struct jout j;
	struct secret password;
	char state[IDENTIFY_STATE_MAX];
	bool sent;
	int rc;

	if (secret_open(q, SECRET_DEVICE, k->device.id, k->offered, &password) <
	    0)
		return -1;
	identify_offered_state(k->device.hw_id.p, k->offered, state);
	send_begin(&j, line, k->device.hw_id);
	jout_str(&j, "boot", t->boot);
	jout_int(&j, "conn", t->conn);
	jout_array(&j, "send");
	known_frame_password(&j, &password);
	rc = known_frame_admin(q, &j, k, &password, &sent);
	jout_end(&j);
	jout_strz(&j, "as", "device");
	jout_int(&j, "domain", k->device.domain_id);
	/* Somebody chose this connection: it is the device from now on. */
	jout_bool(&j, "displace", k->offer_until == 0);
	jout_strz(&j, "state", state);
	jout_end(&j);
	secret_wipe(&password);
	return rc;
}

/* The hub has given it: the connection is no claim any more. */
static int
offer_given(struct ask *q, const struct known *k, const struct target *t)
{
	log_event(
	    LOG_INFO, "device.offered", PAIRS(P_STR("hwId", k->device.hw_id)));
	if (db_run(q->core->store, STMT_CLAIM_DROP,
		ARGS(A_STR(t->boot), A_INT(t->conn)), q->err) < 0)
		return -1;
	return k->deploy ? known_deployed(q, k) : 0;
}

/* The hub knows no such connection.  Nobody has seen the password. */
static int
offer_back(struct ask *q, const struct known *k, const struct target *t)
{
	enum stmt back =
	    k->offer_until > 0 ? STMT_SECRET_UNHAND : STMT_SECRET_WITHDRAW;

	if (db_run(q->core->store, back,
		ARGS(A_INT(k->device.id), A_BLOB(k->offered)), q->err) < 0)
		return -1;
	return db_do(q->core->store, STMT_CLAIM_ONLINE,
	    ARGS(A_STR(t->boot), A_INT(t->conn), A_INT(0),
		A_INT(clock_now_ms())),
	    q->err);
}

static int
give_offer(struct ask *q, const struct known *k, const struct target *t)
{
	struct buf line;
	int rc = db_run(q->core->store, STMT_SECRET_HAND,
	    ARGS(A_INT(k->device.id), A_STR(t->hub), A_STR(t->boot),
		A_INT(t->conn), A_BLOB(k->offered)),
	    q->err);

	if (rc <= 0) /* another program was faster */
		return rc;
	rc = build_offer(q, k, t, &line);
	if (rc == 0)
		rc = send_now(q, &line);
	buf_wipe(&line);
	if (rc < 0)
		return -1; /* perhaps it was sent: the mark stays */
	if (rc == 0)
		return offer_back(q, k, t);
	return offer_given(q, k, t) < 0 ? -1 : 1;
}

/* ---- deployment ---- */

/* The password that its connection has proven or was handed. */
static struct str
password_of(const struct known *k)
{
	if (k->offered.len > 0 && k->offer_conn == k->conn &&
	    str_eq(k->offer_boot, k->boot))
		return k->offered;
	return k->proven;
}

/* A random password does not change with the domain's: it has it already. */
static bool
has_it(const struct known *k)
{
	return known_random(k) && k->admin.len > 0 &&
	       k->admin_rev >= k->random_rev && k->deployed_rev > 0 &&
	       k->deployed_rev >= k->random_rev;
}

static int
deploy(struct ask *q, const struct known *k)
{
	struct buf line;
	struct jout j;
	struct secret password;
	bool sent = false;
	int rc;

	if (!k->device.online || !k->deploy ||
	    k->deployed_rev >= k->deploy_rev || password_of(k).len == 0)
		return 0;
	if (has_it(k))
		return known_deployed(q, k);
	if (secret_open(
		q, SECRET_DEVICE, k->device.id, password_of(k), &password) < 0)
		return -1;
	send_begin(&j, &line, k->device.hw_id);
	jout_array(&j, "send");
	rc = known_frame_admin(q, &j, k, &password, &sent);
	jout_end(&j);
	jout_end(&j);
	secret_wipe(&password);
	if (rc == 0 && sent)
		rc = send_now(q, &line);
	buf_wipe(&line);
	/* Not carried out: it is gone, and gets it when it comes again. */
	if (rc <= 0)
		return rc;
	return known_deployed(q, k) < 0 ? -1 : 1;
}

/* ---- one, all ---- */

int
deliver_one(struct ask *q, struct str hw_id)
{
	char id[HWID_MAX + 1];
	struct known k;
	struct target t;
	int rc;

	if (q->core->orders.post == NULL || !hwid_normalise(hw_id, id))
		return 0;
	rc = known_load(q, str_of(id), &k);
	if (rc <= 0 || k.device.domain_id == 0)
		return rc < 0 ? -1 : 0;
	rc = find_target(q, &k, &t);
	if (rc < 0)
		return -1;
	return rc > 0 ? give_offer(q, &k, &t) : deploy(q, &k);
}

/* deliver_one for each; one that fails does not stop the others, unless the
 * hub does not answer at all. */
static int
deliver_list(struct ask *q, const struct str *ids, size_t n)
{
	struct arena_mark m = arena_mark(q->arena);

	for (size_t i = 0; i < n; i++) {
		int rc = deliver_one(q, ids[i]);

		if (rc < 0 && q->err->kind == ERR_BUSY)
			return -1;
		if (rc < 0)
			log_event(LOG_ERROR, "deliver.failed",
			    PAIRS(P_STR("hwId", ids[i]),
				P_STRZ("why", q->err->text)));
		arena_reset(q->arena, m);
	}
	return 0;
}

static int
sweep_offers(struct ask *q)
{
	struct str *ids;
	size_t n;
	int64_t now = clock_now_ms();

	if (load_list(ask_loader(q), STMT_OFFERS_OPEN,
		ARGS(A_INT(now - OFFER_AGE_MS), A_INT(now),
		    A_INT(now - SENDING_MS)),
		load_str, &ids, &n) < 0)
		return -1;
	return deliver_list(q, ids, n);
}

struct unswept {
	int64_t id, rev;
	bool deploy;
};

static void
load_unswept(const struct row *row, struct arena *a, void *out)
{
	struct unswept *u = out;

	(void)a;
	*u = (struct unswept){
	    row_int(row, 0), row_int(row, 2), row_bool(row, 1)};
}

/* 0x0003 to the online devices of one domain that have an older one. */
static int
sweep_domain(struct ask *q, const struct unswept *u)
{
	struct str *ids = NULL;
	size_t n = 0;

	if (u->deploy &&
	    load_list(ask_loader(q), STMT_DEPLOYS_OPEN,
		ARGS(A_INT(u->id), A_INT(u->rev)), load_str, &ids, &n) < 0)
		return -1;
	if (deliver_list(q, ids, n) < 0)
		return -1;
	if (n >= SWEEP_MAX)
		return 0; /* the next sweep goes on */
	return db_do(q->core->store, STMT_DOMAIN_SWEPT,
	    ARGS(A_INT(u->id), A_INT(u->rev)), q->err);
}

static int
sweep_deploys(struct ask *q)
{
	struct unswept *list;
	size_t n;

	if (load_list(ask_loader(q), STMT_DOMAINS_UNSWEPT, ARGS_NONE,
		load_unswept, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (sweep_domain(q, &list[i]) < 0)
			return -1;
	return 0;
}

/* ---- claims that are over ---- */

struct over {
	int64_t id;
	struct str hw_id;
};

static void
load_over(const struct row *row, struct arena *a, void *out)
{
	struct over *o = out;

	o->id = row_int(row, 0);
	o->hw_id = row_dup(row, 1, a);
}

static int
find_over(struct ask *q, struct over **out, size_t *n)
{
	int64_t minutes;

	if (setting_get_int(q, "claim_minutes", &minutes) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_CLAIMS_OVER,
	    ARGS(A_INT(clock_now_ms() - minutes * 60000)), load_over, out, n);
}

/* The last claim of an id that has no row: it is shown no longer. */
static int
tell_over(struct ask *q, const struct over *o, int64_t rev)
{
	struct place before = {.there = true,
	    .device = {.hw_id = o->hw_id, .type = DEVICE_UNKNOWN}};
	struct place none = {0};
	struct device d;
	int rc = device_find_unassigned(q, o->hw_id, &d);

	if (rc == 0)
		event_device_order(q, rev, &before, &none);
	return rc < 0 ? -1 : 0;
}

static int
sweep_claims(struct ask *q)
{
	struct over *list;
	size_t n;
	int64_t rev;

	if (find_over(q, &list, &n) < 0)
		return -1;
	orders_forget(&q->core->orders);
	for (size_t i = 0; i < n; i++)
		if (db_run(q->core->store, STMT_CLAIM_REMOVE,
			ARGS(A_INT(list[i].id)), q->err) < 0 ||
		    db_int(q->core->store, STMT_REV_NEXT, ARGS_NONE, &rev,
			q->err) <= 0 ||
		    tell_over(q, &list[i], rev) < 0)
			return -1;
	return orders_flush(&q->core->orders, q->err);
}

int
deliver_sweep(struct ask *q)
{
	int rc = 0;

	/* Each is tried, whatever happens to the others. */
	if (sweep_offers(q) < 0)
		rc = -1;
	if (sweep_deploys(q) < 0)
		rc = -1;
	if (sweep_claims(q) < 0)
		rc = -1;
	if (session_expire(q) < 0)
		rc = -1;
	return rc;
}
