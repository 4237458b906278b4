#include "audit.h"

#include <stdio.h>

#include "access.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "hwid.h"
#include "jump.h"
#include "load.h"
#include "num.h"
#include "setting.h"

#define DAY_MS     INT64_C(86400000)
#define EXPIRE_MAX 10000 /* rows of one transaction */

/* ---- adding ---- */

static int
add_domain(struct ask *q, int64_t domain, int64_t row)
{
	return db_do(q->core->store, STMT_AUDIT_DOMAIN_ADD,
	    ARGS(A_INT(domain), A_INT(row)), q->err);
}

int
audit_add_of(struct ask *q, struct audit_of of, const char *what, struct str on,
    struct str detail)
{
	int64_t row;

	if (db_int(q->core->store, STMT_AUDIT_ADD,
		ARGS(A_INT(clock_now_ms()), A_STRZ(q->who->cred), A_STRZ(what),
		    A_STR(on), A_STR(detail)),
		&row, q->err) <= 0)
		return -1;
	if (of.domain != 0 && add_domain(q, of.domain, row) < 0)
		return -1;
	if (of.other != 0 && of.other != of.domain)
		return add_domain(q, of.other, row);
	return 0;
}

int
audit_add(struct ask *q, const char *what, struct str on, struct str detail)
{
	return audit_add_of(q, (struct audit_of){0}, what, on, detail);
}

/* ---- listing ---- */

/* The domain whose rows are asked for, or 0 for all. */
static int
choose_domain(struct ask *q, int64_t asked, int64_t *domain)
{
	*domain = asked != 0 || q->who->admin ? asked : q->who->home;
	if (*domain == 0)
		return access_admin(q->who, q->err);
	return access_need(q->who, *domain, q->err);
}

int
audit_list(
    struct ask *q, const struct audit_filter *f, struct audit **out, size_t *n)
{
	char hw_id[HWID_MAX + 1];
	/* A MAC may be written as it is printed on the box. */
	struct str on = hwid_normalise(f->on, hw_id) ? str_of(hw_id) : f->on;
	int64_t domain, before = f->before > 0 ? f->before : INT64_MAX;
	struct args args;

	*n = 0;
	*out = NULL;
	if (choose_domain(q, f->domain, &domain) < 0)
		return -1;
	args = ARGS(A_INT(before), A_INT(AUDIT_PAGE), A_INT(f->since),
	    A_INT(f->until > 0 ? f->until : INT64_MAX), A_STR(f->who),
	    A_STR(on), A_STR(f->what), A_INT(domain));
	if (domain != 0)
		return load_list(ask_loader(q), STMT_AUDIT_PAGE_DOMAIN, args,
		    load_audit, out, n);
	args.n--; /* the domain is the last */
	return load_list(
	    ask_loader(q), STMT_AUDIT_PAGE, args, load_audit, out, n);
}

/* ---- forgetting ---- */

int
audit_may_days(struct ask *q, struct str value)
{
	int64_t days;

	if (num_parse(value, 1, AUDIT_DAYS_MIN - 1, &days))
		return err_say(q->err, ERR_INPUT,
		    "audit.days is 0, for ever, or at least 30");
	return 0;
}

static int
expire(struct ask *q, int64_t before, int64_t *count)
{
	char detail[96];
	int n = db_run(q->core->store, STMT_AUDIT_EXPIRE,
	    ARGS(A_INT(before), A_INT(EXPIRE_MAX)), q->err);

	*count = n;
	if (n <= 0)
		return n;
	(void)snprintf(detail, sizeof(detail), "{\"rows\":%d,\"before\":%lld}",
	    n, (long long)before);
	return audit_add(q, "audit.expire", str_n("", 0), str_of(detail));
}

int
audit_expire(struct ask *q, int64_t *count)
{
	int64_t days, now;

	*count = 0;
	if (access_admin(q->who, q->err) < 0 ||
	    setting_get_int(q, "audit.days", &days) < 0 ||
	    jump_now(q, &now) < 0)
		return -1;
	if (days == 0)
		return 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, expire(q, now - days * DAY_MS, count));
}
