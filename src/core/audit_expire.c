/*
 * Forgetting old rows of the audit (audit.h): a change like others, by a
 * setting and by a clock that is believed, none of which adding a row needs.
 */
#include "access.h"
#include "audit.h"
#include "change.h"
#include "db.h"
#include "jump.h"
#include "setting.h"

#define DAY_MS     INT64_C(86400000)
#define EXPIRE_MAX 10000 /* rows of one transaction */

static int
expire(struct ask *q, int64_t before, int64_t *count)
{
	struct audit_row row = {.what = "audit.expire"};
	int n = db_run(q->core->store, STMT_AUDIT_EXPIRE,
	    ARGS(A_INT(before), A_INT(EXPIRE_MAX)), q->err);

	*count = n;
	if (n <= 0)
		return n;
	row.detail = PAIRS(P_INT("rows", n), P_INT("before", before));
	return audit_add(q, &row);
}

int
audit_expire(struct ask *q, int64_t *count)
{
	int64_t days, now;

	*count = 0;
	if (access_admin(q->who, q->err) < 0 ||
	    setting_get_int(q, "audit.days", &days) < 0 ||
	    jump_now(q, &now) < 0)
		return -1;
	if (days == 0)
		return 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, expire(q, now - days * DAY_MS, count));
}
