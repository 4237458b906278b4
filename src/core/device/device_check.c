/* Are the hardware ids of the store those that devices are known by (device.h)? */
#include <stdio.h>

#include "ask.h"
#include "column.h"
#include "db.h"
#include "device.h"
#include "hwid.h"

#define LINE_MAX 256

/* 1 and a line if the row is under another spelling, else 0; -1. */
static int
check_one(struct ask *q, int64_t id, const char *hw_id, char line[LINE_MAX])
{
	char mac[HWID_MAX + 1];
	int64_t other = 0;

	if (!hwid_normalise(str_of(hw_id), mac) || str_eqz(str_of(mac), hw_id))
		return 0;
	if (db_int(q->core->store, STMT_DEVICE_ID_OF, ARGS(A_STRZ(mac)), &other,
		q->err) < 0)
		return -1;
	(void)snprintf(line, LINE_MAX,
	    "hardware ids: %s (id %lld) is %s (id %lld): remove one of them",
	    hw_id, (long long)id, mac, (long long)other);
	return 1;
}

int
device_check(
    struct ask *q, void (*say)(void *arg, const char *finding), void *arg)
{
	char hw_id[HWID_MAX + 1], line[LINE_MAX];
	struct row *row;
	int found = 0;
	int rc =
	    db_first(q->core->store, STMT_DEVICE_IDS, ARGS_NONE, &row, q->err);

	while (rc > 0) {
		str_copy(hw_id, sizeof(hw_id), row_str(row, DEVICE_IDS_HW_ID));
		rc = check_one(q, row_int(row, DEVICE_IDS_ID), hw_id, line);
		if (rc < 0)
			break;
		if (rc > 0)
			say(arg, line);
		found += rc;
		rc = db_next(row, q->err);
	}
	db_done(row);
	return rc < 0 ? -1 : found;
}
