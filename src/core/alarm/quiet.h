/*
 * quiet -- hours of the day in which nothing is told, in a time zone.
 *
 * "22:00-06:00": from the first minute on, up to the last one, which is not
 * quiet any more; it may cross midnight.  The clock of the zone counts, so the
 * night in which it is changed is an hour longer or shorter.
 */
#ifndef FL_QUIET_H
#define FL_QUIET_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

#define QUIET_MAX 11 /* bytes of the text */

/* Minutes of the day; the same twice: never. */
struct quiet {
	int from, until;
};

/* False if text is none; the empty text is never. */
bool quiet_read(struct str text, struct quiet *out);

/* Whether ms (since 1970) is in them.  A zone that is not known (zone.h) any
 * more counts as UTC. */
bool quiet_at(const struct quiet *q, struct str zone, int64_t ms);

/* The clock of the zone as if it were UTC. */
int64_t quiet_local(struct str zone, int64_t ms);

#endif
