#include "audit.h"
#include "log.h"
#include "works.h"

int
work_audit(struct run *r)
{
	int64_t rows = 1, all = 0;

	while (rows > 0 && run_goes_on(r)) {
		if (audit_expire(run_ask(r), &rows) < 0)
			return -1;
		all += rows;
	}
	if (all > 0)
		log_event(LOG_INFO, "audit.expired", PAIRS(P_INT("rows", all)));
	return 0;
}
