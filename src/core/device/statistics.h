/*
 * statistics -- how many devices there are and how many of them are online, by
 * domain, by type and product, by version.
 *
 * Counted are devices that are in a domain which the actor sees; those in none
 * are a number of their own, for administrators.  Products and versions are
 * what devices say, so there may be as many as devices: of each list the rows
 * with most devices are told, and the rest as one sum.
 *
 * One statement, two passes over all devices: 0.25 s for 100,000
 * (doc/performance.md).
 */
#ifndef FL_STATISTICS_H
#define FL_STATISTICS_H

#include "actor.h"
#include "row.h"

#define STATISTICS_DOMAINS 500 /* rows of a list: as many as may be asked for */
#define STATISTICS_ROWS    100 /* of the other lists */

struct statistics_list {
	const struct figures *rows; /* most devices first */
	size_t n;
	struct figures rest; /* known and online of what is not listed */
};

struct statistics {
	struct figures all;
	struct statistics_list by[FIGURES__MAX]; /* but of FIGURES_ALL */
	bool has_unassigned; /* the actor sees them, and all was asked for */
	int64_t unassigned;
};

/* Of the domains named, or if none is (n 0) of all that the actor sees; those
 * he does not see count nothing. */
int statistics_get(struct ask *q, const int64_t *domains, size_t n,
    struct statistics *out) FL_CHECK;

/* All domains, also those without a device, at most max of them as rows.
 * Administrators only. */
int statistics_domains(
    struct ask *q, size_t max, struct statistics_list *out) FL_CHECK;

#endif
