#include "pause.h"

#include "access.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "device_change.h"
#include "domain.h"
#include "load.h"

static int
check(int64_t until, struct err *e)
{
	int64_t now = clock_now_ms();

	return until == 0 || (until > now && until <= now + PAUSE_MAX_MS)
		   ? 0
		   : err_say(e, ERR_INPUT, "time out of range");
}

/* What is missing when it ends is looked for by then (delivery.h). */
static int
put(struct ask *q, enum stmt s, int64_t id, int64_t until)
{
	wake_want(&q->core->wake);
	return db_do(q->core->store, s, ARGS(A_INT(id), A_INT(until)), q->err);
}

static int
set_device(struct ask *q, struct str hw_id, int64_t until)
{
	struct device_change c;

	if (device_change_need(q, hw_id, &c) < 0 ||
	    put(q, STMT_DEVICE_PAUSE, c.d.id, until) < 0)
		return -1;
	return device_change_say(
	    q, &c, "device.pause", PAIRS(P_INT("until", until)));
}

int
pause_device(struct ask *q, struct str hw_id, int64_t until)
{
	if (check(until, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, set_device(q, hw_id, until));
}

static int
set_domain(struct ask *q, int64_t domain, int64_t until)
{
	struct domain d;
	int rc;

	if (access_own(q->who, domain, q->err) < 0)
		return -1;
	rc = domain_get(q, domain, &d);
	if (err_need(rc, q->err, ERR_GONE, "no such domain") < 0 ||
	    change_touch(q, &domain_kind, domain, STR("")) < 0 ||
	    put(q, STMT_DOMAIN_PAUSE, domain, until) < 0)
		return -1;
	return change_say(q, "domain.pause", d.name,
	    PAIRS(P_INT("domain", domain), P_INT("until", until)));
}

int
pause_domain(struct ask *q, int64_t domain, int64_t until)
{
	if (check(until, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, set_domain(q, domain, until));
}

int
pause_list(struct ask *q, int64_t domain, struct pauses *out)
{
	int64_t now = clock_now_ms();

	if (access_need(q->who, domain, q->err) < 0 ||
	    err_need(db_int(q->core->store, STMT_DOMAIN_PAUSED,
			 ARGS(A_INT(domain)), &out->until, q->err),
		q->err, ERR_GONE, "no such domain") < 0)
		return -1;
	if (out->until <= now)
		out->until = 0;
	return load_list(ask_loader(q), STMT_DEVICES_PAUSED,
	    ARGS(A_INT(domain), A_INT(now), A_INT(PAUSE_LIST)), load_paused,
	    &out->list, &out->n);
}

int
pause_on(struct ask *q, int64_t device)
{
	int64_t one;

	return db_int(q->core->store, STMT_DEVICE_IS_PAUSED,
	    ARGS(A_INT(device), A_INT(clock_now_ms())), &one, q->err);
}
