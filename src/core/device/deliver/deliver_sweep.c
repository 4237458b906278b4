/*
 * The sweep: who lacks something, found in pages; and what is over.
 */
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "deliver.h"
#include "deliver_side.h"
#include "device_change.h"
#include "device_look.h"
#include "domain.h"
#include "load.h"
#include "session.h"
#include "setting.h"
#include "signin.h"
#include "ticket.h"

#define SWEEP_MAX     500 /* devices of one kind per sweep */
#define SWEEP_DOMAINS 100

/* Older offers are not looked at: their connections have got them. */
#define SENDING_MS   5000 /* as long as a hub may take to answer */
#define OFFER_AGE_MS (SETTING_OFFER_MAX * 60000)

static int
sweep_offers(struct ask *q)
{
	struct str *ids;
	size_t n;
	int64_t now = clock_now_ms();

	if (load_list(ask_loader(q), STMT_OFFERS_OPEN,
		ARGS(A_INT(now - OFFER_AGE_MS), A_INT(now),
		    A_INT(now - SENDING_MS), A_INT(SWEEP_MAX)),
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
	*u = (struct unswept){row_int(row, DOMAINS_UNSWEPT_ID),
	    row_int(row, DOMAINS_UNSWEPT_REV),
	    row_bool(row, DOMAINS_UNSWEPT_DEPLOY)};
}

/* 0x0003 to the online devices of one domain that have an older one. */
static int
sweep_domain(struct ask *q, const struct unswept *u)
{
	struct str *ids = NULL;
	size_t n = 0;

	if (u->deploy &&
	    load_list(ask_loader(q), STMT_DEPLOYS_OPEN,
		ARGS(A_INT(u->id), A_INT(u->rev), A_INT(SWEEP_MAX)), load_str,
		&ids, &n) < 0)
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

	if (load_list(ask_loader(q), STMT_DOMAINS_UNSWEPT,
		ARGS(A_INT(SWEEP_DOMAINS)), load_unswept, &list, &n) < 0)
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

	o->id = row_int(row, CLAIMS_OVER_ID);
	o->hw_id = row_dup(row, CLAIMS_OVER_HW_ID, a);
}

static int
find_over(struct ask *q, struct over **out, size_t *n)
{
	int64_t minutes;

	if (setting_get_int(q, "claim_minutes", &minutes) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_CLAIMS_OVER,
	    ARGS(A_INT(clock_now_ms() - minutes * 60000), A_INT(SWEEP_MAX)),
	    load_over, out, n);
}

/* The last claim of an id that has no row: it is shown no longer. */
static int
tell_over(struct ask *q, const struct over *o, int64_t rev)
{
	struct device was = {.hw_id = o->hw_id, .type = DEVICE_UNKNOWN}, d;
	struct snapshot sides[2] = {{0}};
	int rc = device_find_unassigned(q, o->hw_id, &d);

	if (rc == 0 && device_snapshot(q, &was, &sides[0]) == 0)
		device_tell(q, o->hw_id, rev, sides);
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
		if (db_do(q->core->store, STMT_CLAIM_REMOVE,
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
	if (ticket_expire(q) < 0)
		rc = -1;
	if (signin_expire(q) < 0)
		rc = -1;
	if (domain_access_expire(q) < 0)
		rc = -1;
	return rc;
}
