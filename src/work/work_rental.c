#include "log.h"
#include "rental.h"
#include "works.h"

int
work_rental(struct run *r)
{
	int64_t rows = 0;
	int rc = rental_settle_all(run_ask(r), &rows);

	if (rows > 0)
		log_event(
		    LOG_INFO, "rental.settled", PAIRS(P_INT("rows", rows)));
	return rc < 0 ? -1 : 0;
}
