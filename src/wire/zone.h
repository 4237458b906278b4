/*
 * zone -- time zones of this system's data, which its packages keep up to
 * date: /usr/share/zoneinfo, or the folder in the environment variable TZDIR
 * (Debian: tzdata).
 *
 * A zone is a file "TZif" of RFC 8536, version 2 or later: the changes of its
 * clock up to some year, then a rule (tzrule.h).  UTC is known without any
 * data.  Times are milliseconds since 1970 (UTC).
 *
 * Why not a library: libc knows one zone at a time for all threads, ICU brings
 * a table of its own that is as old as its package and reads no TZif, GLib's
 * GTimeZone would be a library for this alone.
 */
#ifndef FL_ZONE_H
#define FL_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "str.h"

#define ZONE_NAME_MAX 64    /* bytes */
#define ZONE_FILE_MAX 65536 /* bytes; the longest of 2025 has 3,536 */

/* A time between two changes of the clock: from <= ms < until, INT64_MIN and
 * INT64_MAX where there is none. */
struct zone_period {
	int64_t from, until;
	int64_t offset; /* ahead of UTC */
};

struct zone;

/*
 * The zone of that name in the IANA database, written exactly so
 * ("Europe/Berlin", "UTC"); NULL: there is none.  Names that stand for
 * something else on each machine ("localtime") or count leap seconds
 * ("right/UTC") are none.
 */
struct zone *zone_open(struct str name);
void zone_close(struct zone **z); /* NULL is fine */

/* The same from the bytes of a file, which are copied, for tests as well; NULL:
 * it is none. */
struct zone *zone_read(struct str file);

/* The period that ms lies in, in the years 3 to 10000. */
void zone_period(const struct zone *z, int64_t ms, struct zone_period *out);

/* The rule that its clock follows for good (tzrule.h), as text that lives as
 * long as the zone; empty: it has none. */
struct str zone_rule(const struct zone *z);

/* A text that is another one whenever the data is. */
void zone_stamp(const struct zone *z, struct buf *out);

#endif
