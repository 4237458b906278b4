/*
 * hours -- hours of the day, in a time zone: those in which no alarm is told,
 * those in which a job may touch devices.
 *
 * "22:00-06:00": from the first minute on, up to the last one, which is not in
 * them any more; they may cross midnight.  The clock of the zone counts, so the
 * night in which it is changed is an hour longer or shorter.
 */
#ifndef FL_HOURS_H
#define FL_HOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

#define HOURS_MAX 11 /* bytes of the text */

/* Minutes of the day; the same twice: never. */
struct hours {
	int from, until;
};

/* "22:00" as a minute of the day; false if text is none. */
bool hours_minute(struct str text, int *out);

/* False if text is none; the empty text is never. */
bool hours_read(struct str text, struct hours *out);

/* Whether ms (since 1970) is in them.  A zone that is not known (zone.h) any
 * more counts as UTC. */
bool hours_in(const struct hours *q, struct str zone, int64_t ms);

/* The clock of the zone as if it were UTC. */
int64_t hours_local(struct str zone, int64_t ms);

#endif
