#include "claim_room.h"

#include <stdatomic.h>

#include "clock.h"
#include "db.h"
#include "deliver.h"
#include "log.h"
#include "net.h"
#include "setting.h"

#define ALL    "*" /* in place of an address: all claims */
#define LOG_MS 60000

/* A flood must not fill the log. */
static void
note_full(const char *address)
{
	static _Atomic int64_t last;
	int64_t now = clock_mono_ms(), before = atomic_load(&last);

	if (before != 0 && now - before < LOG_MS)
		return;
	if (atomic_compare_exchange_strong(&last, &before, now))
		log_event(LOG_WARN, "claims.crowded",
		    PAIRS(P_STRZ("address", address)));
}

static int
count(struct ask *q, const char *share, int64_t *n)
{
	*n = 0;
	return db_int(q->core->store, STMT_CLAIM_SHARE, ARGS(A_STRZ(share)), n,
		   q->err) < 0
		   ? -1
		   : 0;
}

int
claim_room(struct ask *q, const struct peer *p)
{
	char share[NET_SHARE_SIZE];
	int64_t here, max, of_it, all;
	int rc = db_int(q->core->store, STMT_CLAIM_HERE,
	    ARGS(A_STR(p->boot), A_INT(p->conn)), &here, q->err);

	if (rc != 0)
		return rc;
	net_share(p->remote, share);
	if (setting_get_int(q, "claims_per_address", &max) < 0 ||
	    count(q, share, &of_it) < 0 || count(q, ALL, &all) < 0)
		return -1;
	if (of_it >= max) {
		note_full(share);
		return 0;
	}
	if (all >= CLAIM_MAX &&
	    db_do(q->core->store, STMT_CLAIM_EVICT, ARGS_NONE, q->err) < 0)
		return -1;
	return 1;
}
