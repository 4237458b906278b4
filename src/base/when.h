/*
 * when -- points in time as people write them, in UTC:
 *
 *	2026-11-26		2026-11-26 16:30	2026-11-26 16:30:05
 *	26.11.2026		2026-11-26T16:30:05Z	2026-11-26T16:30:05.123Z
 *
 * or as milliseconds since 1970 (ten digits or more), as programs do.
 */
#ifndef FL_WHEN_H
#define FL_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

#define WHEN_MAX 32 /* bytes of the longest */

/*
 * What is written has a length: a day, a minute, a second, a millisecond.  The
 * begin of "2026-11-26" is its midnight, the end that of the next day.
 */
enum when_edge { WHEN_BEGIN, WHEN_END };

/* Milliseconds since 1970; false if text is none of these, or names a day or
 * time that does not exist. */
bool when_read(struct str text, enum when_edge edge, int64_t *ms);

#endif
