#include "log.h"
#include "rental.h"
#include "works.h"

#include <stdio.h>

int
work_rental(struct run *r)
{
	int64_t rows = 0;
	char text[24];
	int rc = rental_settle_all(run_ask(r), &rows);

	(void)snprintf(text, sizeof text, "%lld", (long long)rows);
	if (rows > 0)
		log_event(LOG_INFO, "rental.settled", "rows", text, NULL);
	return rc < 0 ? -1 : 0;
}
