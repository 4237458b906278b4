/* Whom a device belongs to, for billing. */
#include "access.h"
#include "account.h"
#include "change.h"
#include "db.h"
#include "device_look.h"

static int
own(struct ask *q, struct str hw_id, int64_t account)
{
	struct device d;
	int rc = device_get(q, hw_id, &d);

	if (rc == 0 || (rc > 0 && d.id == 0))
		return err_set(q->err, ERR_GONE, "no such device");
	if (rc < 0 || (account != 0 && account_need_user(q, account) < 0) ||
	    change_touch(q, &device_kind, 0, d.hw_id) < 0 ||
	    db_do(q->core->store, STMT_DEVICE_OWNER,
		ARGS(A_INT(d.id), A_ID(account)), q->err) < 0)
		return -1;
	return change_say(
	    q, "device.own", d.hw_id, PAIRS(P_INT("owner", account)));
}

int
device_own(struct ask *q, struct str hw_id, int64_t account)
{
	if (access_admin(q->who, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, own(q, hw_id, account));
}
