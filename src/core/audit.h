/*
 * audit -- who changed what, when.
 *
 * Append-only: the database itself refuses to change a row, and to remove one
 * that is younger than the setting audit.days.  A row is shown to
 * administrators, and to the domains it concerns.
 */
#ifndef FL_AUDIT_H
#define FL_AUDIT_H

#include "actor.h"
#include "pairs.h"

#define AUDIT_PAGE     200
#define AUDIT_WORD_MAX 64 /* bytes of who and of what */
#define AUDIT_DAYS_MIN 30 /* nobody makes the audit forget yesterday */

struct snapshot;

/*
 * What happened to what (on: a hardware id, the name of a domain ...).  A row
 * is shown to the domains it concerns, such as those a device moves from and
 * to; 0: none, twice the same: once.
 *
 * The stored detail is one object: the pairs given here; "changed" with old and
 * new values when sides (before, after) are given; "user", the name of the Unix
 * user, when the command line did it.  No secret is a value.
 */
struct audit_row {
	const char *what;
	struct str on;
	int64_t domain, other;
	struct pairs detail;
	const struct snapshot *sides; /* NULL, or two */
};

/* Add it inside the open transaction. */
int audit_add(struct ask *q, const struct audit_row *row) FL_CHECK;

/* Which rows; of a text or number that is not given, any. */
struct audit_filter {
	int64_t before;       /* id: only older rows; 0: from the newest */
	int64_t since, until; /* milliseconds, until not included; 0: open */
	struct str who;       /* cred: "local", "account:7" */
	struct str on;        /* hardware id, name of a domain, ... */
	struct str what;      /* "device.assign", or all of "device" */
	int64_t domain;       /* that it concerns; 0: see audit_list */
};

/*
 * Rows newest first, at most AUDIT_PAGE.  Without a domain administrators get
 * all rows, a domain's own login those of its domain, others ERR_DENIED; of a
 * domain it does not see, ERR_GONE.
 */
int audit_list(struct ask *q, const struct audit_filter *f, struct audit **out,
    size_t *n) FL_CHECK;

/*
 * Remove rows older than the setting says, a bounded number; *count: how many,
 * 0: none is left.  Leaves a row about it.  When every row is older, none goes:
 * the clock is wrong, or nobody came for so long.  Administrators only.
 */
int audit_expire(struct ask *q, int64_t *count) FL_CHECK;

#endif
