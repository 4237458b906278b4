#include "lease.h"

#include "clock.h"
#include "db.h"

int
lease_take(struct ask *q, struct lease *l)
{
	int64_t now = clock_now_ms();

	crypto_guid(l->holder);
	return db_run(q->core->store, STMT_LEASE_TAKE,
	    ARGS(A_STRZ(l->name), A_STRZ(l->holder), A_INT(now + l->last_ms),
		A_INT(now), A_INT(now + 2 * l->last_ms)),
	    q->err);
}

int
lease_renew(struct ask *q, const struct lease *l)
{
	return db_run(q->core->store, STMT_LEASE_RENEW,
	    ARGS(A_STRZ(l->name), A_STRZ(l->holder),
		A_INT(clock_now_ms() + l->last_ms)),
	    q->err);
}

int
lease_release(struct ask *q, const struct lease *l)
{
	return db_do(q->core->store, STMT_LEASE_RELEASE,
	    ARGS(A_STRZ(l->name), A_STRZ(l->holder)), q->err);
}

int
lease_held(struct ask *q, const char *name)
{
	int64_t one;

	return db_int(q->core->store, STMT_LEASE_HELD,
	    ARGS(A_STRZ(name), A_INT(clock_now_ms())), &one, q->err);
}
