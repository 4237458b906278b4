#include "audit.h"
#include "log.h"
#include "works.h"

#include <stdio.h>

int
work_audit(struct run *r)
{
	int64_t rows = 1, all = 0;
	char text[24];

	while (rows > 0 && run_goes_on(r)) {
		if (audit_expire(run_ask(r), &rows) < 0)
			return -1;
		all += rows;
	}
	(void)snprintf(text, sizeof text, "%lld", (long long)all);
	if (all > 0)
		log_event(LOG_INFO, "audit.expired", "rows", text, NULL);
	return 0;
}
