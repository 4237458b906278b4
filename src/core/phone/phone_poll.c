#include "phone_poll.h"

#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "device_look.h"
#include "net.h"
#include "setting.h"

#define MINUTE_MS (60 * INT64_C(1000))

/* ---- coming ---- */

/* Its only interface; what is no address of a host is none. */
static int
set_address(struct ask *q, int64_t device, struct str address)
{
	char v4[NET_HOST_SIZE], v6[NET_HOST_SIZE];
	struct store *st = q->core->store;

	(void)net_host(address, NET_IPV4, v4);
	(void)net_host(address, NET_IPV6, v6);
	if (db_do(st, STMT_INTERFACES_CLEAR, ARGS(A_INT(device)), q->err) < 0)
		return -1;
	if (v4[0] == '\0' && v6[0] == '\0')
		return 0;
	return db_do(st, STMT_INTERFACE_ADD,
	    ARGS(A_INT(device), A_INT(0), A_STRZ(PHONE_POLL_IF), A_STRZ(v4),
		A_STRZ(v6)),
	    q->err);
}

int
phone_poll_inside(struct ask *q, struct str mac, struct str address)
{
	int64_t device;
	int rc = db_int(q->core->store, STMT_PHONE_DEVICE_ID, ARGS(A_STR(mac)),
	    &device, q->err);

	if (rc <= 0)
		return rc;
	if (change_touch(q, &device_kind, 0, mac) < 0 ||
	    db_do(q->core->store, STMT_PHONE_COMES,
		ARGS(A_INT(device), A_INT(clock_now_ms())), q->err) < 0)
		return -1;
	return set_address(q, device, address);
}

int
phone_poll_is_here(struct ask *q, struct str mac, struct str address)
{
	int64_t one;

	return db_int(q->core->store, STMT_PHONE_IS_HERE,
	    ARGS(A_STR(mac), A_STR(address)), &one, q->err);
}

int
phone_poll_came(struct ask *q, struct str mac, struct str address)
{
	int rc = phone_poll_is_here(q, mac, address);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, phone_poll_inside(q, mac, address));
}

/* ---- going ---- */

static int
leave(struct ask *q, const struct str *macs, size_t n, int64_t now)
{
	for (size_t i = 0; i < n; i++)
		if (change_touch(q, &device_kind, 0, macs[i]) < 0 ||
		    db_do(q->core->store, STMT_PHONE_LEAVES,
			ARGS(A_STR(macs[i]), A_INT(now)), q->err) < 0)
			return -1;
	return 0;
}

int
phone_poll_left(struct ask *q, int64_t now)
{
	int64_t minutes;
	struct str *macs;
	size_t n;

	if (setting_get_int(q, "phones.refresh", &minutes) < 0 ||
	    load_list(ask_loader(q), STMT_PHONE_SILENT,
		ARGS(A_INT(now - 2 * minutes * MINUTE_MS),
		    A_INT(PHONE_POLL_PAGE)),
		load_str, &macs, &n) < 0)
		return -1;
	if (n == 0)
		return 0;
	if (change_begin(q) < 0 || change_end(q, leave(q, macs, n, now)) < 0)
		return -1;
	return n == PHONE_POLL_PAGE;
}
