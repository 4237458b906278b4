#include "log.h"
#include "save.h"
#include "works.h"

int
work_saves(struct run *r)
{
	int64_t rows = SAVE_EXPIRE_MAX, all = 0;

	while (rows == SAVE_EXPIRE_MAX && run_goes_on(r)) {
		if (save_expire(run_ask(r), &rows) < 0)
			return -1;
		all += rows;
	}
	if (all > 0)
		log_event(LOG_INFO, "saves.expired", PAIRS(P_INT("rows", all)));
	return 0;
}
