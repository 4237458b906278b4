/*
 * event -- lines that tell the hub's subscribers what changed (doc/hub.md 2.2).
 *
 * A snapshot is what a thing is at one moment.  Only one before: it was
 * removed; only one after: it was added; both: it was changed or moved.
 * Whoever knows the thing takes its snapshot (device_look.h, domain.h); here
 * nothing is known of it.  Inside core only.
 */
#ifndef FL_EVENT_H
#define FL_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "pairs.h"
#include "str.h"

/* Its texts and pairs belong to the arena of the question. */
struct snapshot {
	bool there;
	int64_t domain;           /* that it is in, or is; 0: none */
	int64_t row;              /* of a device; 0: only its id is named */
	const struct str *labels; /* categories, of a device */
	size_t nlabels;
	struct str body;     /* members for subscribers: "\"device\":{...}" */
	struct str gone;     /* the same for those who see it go; empty: body */
	struct pairs values; /* old and new ones stand in the audit */
};

/* What an event is about: a device has a hardware id, all else an id. */
struct event_thing {
	const char *topic;
	struct str hw_id; /* empty: it has none */
	int64_t id;
};

/* Add the line, and its line feed, to out.  A device that goes and leaves a
 * connection that names its id is no changed one: that are two lines, by which it
 * is removed and the other added. */
void event_line(struct buf *out, const struct event_thing *thing, int64_t rev,
    const struct snapshot sides[2]);

/* Whether subscribers would see a difference. */
bool event_differs(const struct snapshot *a, const struct snapshot *b);

#endif
