/*
 * calendar -- when a job starts: a rule as people write it, in a time zone.
 *
 *	(empty)				only when somebody starts it
 *	once 2026-12-01 02:30
 *	daily 02:30
 *	weekly mon,thu 02:30		sun mon tue wed thu fri sat
 *	monthly 31 02:30		in a shorter month its last day
 *
 * The clock of the zone counts (zone.h).  A time that does not exist in the
 * night when that clock is put forward is the moment when it is; one that is
 * there twice is its first.  Pure but for the zone's data.
 */
#ifndef FL_CALENDAR_H
#define FL_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"
#include "zone.h"

#define CALENDAR_MAX 64 /* bytes of a rule */

enum calendar_kind {
	CALENDAR_NEVER,
	CALENDAR_ONCE,
	CALENDAR_DAILY,
	CALENDAR_WEEKLY,
	CALENDAR_MONTHLY
};

struct calendar {
	enum calendar_kind kind;
	int minute;        /* of the day */
	unsigned weekdays; /* bits, 1 is Sunday; of CALENDAR_WEEKLY */
	int monthday;      /* 1 to 31; of CALENDAR_MONTHLY */
	int64_t day;       /* since 1970; of CALENDAR_ONCE */
};

/* False if text is no rule. */
bool calendar_read(struct str text, struct calendar *out);

/*
 * The first start behind after, ms since 1970; 0: there is none.  Whoever gives
 * the later of now and the last start misses none but those that passed while
 * nobody asked, of which he has one, and starts nothing twice when his clock is
 * put back.
 */
int64_t calendar_next(
    const struct calendar *c, const struct zone *z, int64_t after);

#endif
