#include "jump.h"

#include "clock.h"
#include "db.h"
#include "setting.h"

#define DAY_MS INT64_C(86400000)

int
jump_last(struct ask *q, int64_t *out)
{
	*out = 0;
	return db_int(q->core->store, STMT_RUN_LAST, ARGS_NONE, out, q->err) < 0
		   ? -1
		   : 0;
}

int
jump_now(struct ask *q, int64_t *now)
{
	int64_t last, days;

	*now = clock_now_ms();
	if (clock_vouched(q->core->clock))
		return 1;
	if (jump_last(q, &last) < 0 ||
	    setting_get_int(q, "rental.jump", &days) < 0)
		return -1;
	if (last == 0 || *now - last <= days * DAY_MS)
		return 1;
	*now = last;
	return 0;
}

static int
record(struct ask *q, bool force)
{
	int64_t now = clock_now_ms(), last;

	if (jump_last(q, &last) < 0)
		return -1;
	if (now < last && !force && !clock_vouched(q->core->clock))
		return 1;
	return db_do(q->core->store, STMT_RUN_SAVE, ARGS(A_INT(now)), q->err) <
		       0
		   ? -1
		   : 1;
}

int
jump_run(struct ask *q, bool force)
{
	int64_t now;
	int rc = force ? 1 : jump_now(q, &now);

	return rc > 0 ? record(q, force) : rc;
}

int
jump_told(struct ask *q)
{
	int64_t told = 0;

	if (db_int(q->core->store, STMT_RUN_TOLD, ARGS_NONE, &told, q->err) < 0)
		return -1;
	return told != 0;
}

int
jump_tell(struct ask *q)
{
	return db_do(q->core->store, STMT_RUN_TELL, ARGS_NONE, q->err);
}
