#include "device_work.h"

#include "ask.h"
#include "clock.h"
#include "db.h"

int
device_work_take(struct ask *q, int64_t device, const struct device_work *w)
{
	int64_t now = clock_now_ms();

	return db_run(q->core->store, STMT_DEVICE_WORK_TAKE,
	    ARGS(A_INT(device), A_STRZ(w->holder), A_STRZ(w->kind),
		A_INT(now + w->last_ms), A_INT(now)),
	    q->err);
}

int
device_work_keep(struct ask *q, int64_t device, const struct device_work *w)
{
	return db_run(q->core->store, STMT_DEVICE_WORK_KEEP,
	    ARGS(A_INT(device), A_STRZ(w->holder),
		A_INT(clock_now_ms() + w->last_ms)),
	    q->err);
}

int
device_work_give(struct ask *q, int64_t device, const struct device_work *w)
{
	return db_do(q->core->store, STMT_DEVICE_WORK_GIVE,
	    ARGS(A_INT(device), A_STRZ(w->holder)), q->err);
}

int
device_work_clear(struct ask *q, const char *kind)
{
	return db_do(q->core->store, STMT_DEVICE_WORK_CLEAR,
	    ARGS(A_STRZ(kind)), q->err);
}

int
device_work_of(struct ask *q, int64_t device, struct str *kind)
{
	return load_one(ask_loader(q), STMT_DEVICE_WORK_OF,
	    ARGS(A_INT(device), A_INT(clock_now_ms())), load_str, kind);
}
