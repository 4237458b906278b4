#include "jump.h"
#include "log.h"
#include "works.h"

int
work_clock(struct run *r)
{
	int rc = jump_run(run_ask(r), false);

	if (rc == 0)
		log_event(LOG_ERROR, "clock.doubt",
		    PAIRS(P_STRZ("why",
			"long after the last run, and not synchronised")));
	return rc < 0 ? -1 : rc == 0;
}
