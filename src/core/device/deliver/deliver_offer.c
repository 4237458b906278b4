/*
 * A password that was offered: to the connection that somebody chose, or to
 * the oldest claim while the offer is open (deliver.h).
 */
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "deliver.h"
#include "deliver_side.h"
#include "identify_state.h"
#include "load.h"
#include "log.h"
#include "must.h"

static void
load_target(const struct row *row, struct arena *a, void *out)
{
	struct target *t = out;

	*t = (struct target){
	    .hub = row_dup(row, CLAIM_PICK_HUB, a),
	    .boot = row_dup(row, CLAIM_PICK_BOOT, a),
	    .conn = row_int(row, CLAIM_PICK_CONN),
	};
}

/* Whom the offered password goes to now: 1, 0 nobody, -1. */
static int
lacks(struct ask *q, const struct record *k, struct target *out)
{
	struct arg id = A_STR(k->device.hw_id);
	struct arg fresh = A_INT(clock_now_ms() - CLAIM_FRESH_MS);

	if (k->offered.len == 0)
		return 0;
	/* Also when the program that marked it died before it could send. */
	if (k->offer_conn != 0)
		return load_one(ask_loader(q), STMT_CLAIM_CHOSEN,
		    ARGS(id, A_STR(k->offer_boot), A_INT(k->offer_conn), fresh),
		    load_target, out);
	if (!record_offer(k))
		return 0;
	return load_one(ask_loader(q), STMT_CLAIM_PICK,
	    ARGS(id, fresh, A_INT(1)), load_target, out);
}

/* Handed out at most once. */
static int
hand(struct ask *q, const struct record *k, struct target *t)
{
	must(k->offered.len > 0 && t->conn != 0);
	return db_run(q->core->store, STMT_SECRET_HAND,
	    ARGS(A_INT(k->device.id), A_STR(t->hub), A_STR(t->boot),
		A_INT(t->conn), A_BLOB(k->offered)),
	    q->err);
}

static int
put(struct ask *q, const struct record *k, const struct target *t,
    struct jout *j)
{
	struct secret password;
	char state[IDENTIFY_STATE_MAX];
	bool sent;
	int rc;

	must(k->offered.len > 0);
	if (secret_open(q, SECRET_DEVICE, k->device.id, k->offered, &password) <
	    0)
		return -1;
	identify_offered_state(k->device.hw_id.p, k->offered, state);
	jout_str(j, "boot", t->boot);
	jout_int(j, "conn", t->conn);
	jout_array(j, "send");
	record_frame_password(j, &password);
	rc = record_frame_admin(q, j, k, &password, &sent);
	jout_end(j);
	jout_strz(j, "as", "device");
	jout_int(j, "domain", k->device.domain_id);
	/* Somebody chose this connection: it is the device from now on. */
	jout_bool(j, "displace", k->offer_until == 0);
	jout_strz(j, "state", state);
	secret_wipe(&password);
	return rc < 0 ? -1 : 1;
}

/* The hub has given it: the connection is no claim any more. */
static int
given(struct ask *q, const struct record *k, struct target *t)
{
	log_event(
	    LOG_INFO, "device.offered", PAIRS(P_STR("hwId", k->device.hw_id)));
	if (db_do(q->core->store, STMT_CLAIM_DROP,
		ARGS(A_STR(t->boot), A_INT(t->conn)), q->err) < 0)
		return -1;
	return k->deploy ? record_deployed(q, k) : 0;
}

/* The hub knows no such connection.  Nobody has seen the password. */
static int
back(struct ask *q, const struct record *k, struct target *t)
{
	enum stmt back =
	    k->offer_until > 0 ? STMT_SECRET_UNHAND : STMT_SECRET_WITHDRAW;

	if (db_do(q->core->store, back,
		ARGS(A_INT(k->device.id), A_BLOB(k->offered)), q->err) < 0)
		return -1;
	return db_do(q->core->store, STMT_CLAIM_ONLINE,
	    ARGS(A_STR(t->boot), A_INT(t->conn), A_INT(0),
		A_INT(clock_now_ms())),
	    q->err);
}

const struct difference deliver_offer = {
    .lacks = lacks, .hand = hand, .put = put, .given = given, .back = back};
