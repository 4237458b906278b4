#include "siege.h"

#include "disk.h"

#define STEPS_MAX 4000

int
siege(struct fixture *f, int (*ask)(void), enum effort effort)
{
	int rc;

	for (int n = 1; n < STEPS_MAX; n++) {
		f->err.kind = ERR_NONE;
		disk_fail(n);
		rc = ask();
		disk_mend();
		if (!disk_failed())
			return rc == 0 ? n - 1 : -1;
		if (disk_done_before() && rc == 0)
			return n;
		if ((rc == 0 && effort == ALL) ||
		    (disk_done_after() && effort != NOTED)) {
			tap_diag("statement %d: answered %d%s", n, rc,
			    disk_done_after() ? ", committed" : "");
			return -1;
		}
		fx_clear(f);
	}
	return -1;
}
