#include "audit.h"

#include "access.h"
#include "clock.h"
#include "db.h"
#include "load.h"

int
audit_add(struct ask *q, const char *what, struct str on, struct str detail)
{
	int rc = db_run(q->core->full, STMT_AUDIT_ADD,
	    ARGS(A_INT(clock_now_ms()), A_STRZ(q->who->cred), A_STRZ(what),
		A_STR(on), A_STR(detail)),
	    q->err);

	return rc < 0 ? -1 : 0;
}

int
audit_list(struct ask *q, int64_t before, struct audit **out, size_t *n)
{
	struct row *row = NULL;
	void *list = NULL;
	int rc;

	*n = 0;
	*out = NULL;
	if (access_admin(q->who, q->err) < 0)
		return -1;
	rc = db_first(q->core->fast, STMT_AUDIT_PAGE,
	    ARGS(A_INT(before > 0 ? before : INT64_MAX), A_INT(AUDIT_PAGE)),
	    &row, q->err);
	for (; rc > 0; rc = db_next(row, q->err)) {
		struct audit *x = load_more(q->arena, &list, n, sizeof(*x));

		if (x == NULL) {
			rc = err_set(q->err, ERR_LIMIT, "no room to answer");
			break;
		}
		load_audit(row, q->arena, x);
	}
	db_done(row);
	*out = list;
	return rc;
}
