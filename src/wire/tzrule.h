/*
 * tzrule -- how a time zone changes its clock from year to year: a TZ string
 * of POSIX ("CET-1CEST,M3.5.0,M10.5.0/3"), as the data of a zone ends with.
 *
 * Sources: POSIX.1-2017 8.3, and RFC 8536 3.3.1, which lets the time of a
 * change lie up to a week before or after its day, and whose summer time may
 * last the whole year.  Here names of clocks do not matter, a rule is always
 * written out, and times are seconds since 1970 (UTC).
 */
#ifndef FL_TZRULE_H
#define FL_TZRULE_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

enum tzrule_kind {
	TZRULE_JULIAN, /* "J60": day 1 to 365, never the 29th of February */
	TZRULE_DAY,    /* "59": day 0 to 365 */
	TZRULE_WEEKDAY /* "M3.5.0": month, week (5: the last), weekday */
};

struct tzrule_change {
	enum tzrule_kind kind;
	int month, week, day;
	int64_t seconds; /* of the local clock before the change */
};

struct tzrule {
	int64_t standard, summer; /* seconds ahead of UTC */
	bool has_summer;
	struct tzrule_change begin, end; /* of summer time */
};

/* A time between two changes: from <= s < until, INT64_MIN and INT64_MAX where
 * there is none. */
struct tzrule_period {
	int64_t from, until;
	int64_t offset; /* ahead of UTC */
};

/* False if text is no such rule. */
bool tzrule_read(struct str text, struct tzrule *out);

/* The period that s lies in, in the years 3 to 10000. */
void tzrule_period(
    const struct tzrule *r, int64_t s, struct tzrule_period *out);

#endif
