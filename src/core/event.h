/*
 * event -- lines that tell the hub's subscribers what changed (doc/hub.md 2.2).
 *
 * A place is where a device stood or stands.  Only before: it was removed; only
 * after: it was added; both: it was changed or moved.  Inside core only.
 */
#ifndef FL_EVENT_H
#define FL_EVENT_H

#include "actor.h"
#include "row.h"

struct place {
	bool there;
	struct device device; /* with its interfaces */
	struct str *categories;
	size_t ncategories;
};

/* The place of d: loads interfaces and categories. */
int event_place(
    struct ask *q, const struct device *d, struct place *out) FL_CHECK;

/* Add the line (without line feed) to out. */
void event_device(struct buf *out, int64_t rev, const struct place *before,
    const struct place *after);

/* Add the line to the orders that are being collected. */
void event_device_order(struct ask *q, int64_t rev, const struct place *before,
    const struct place *after);

/* A domain was added, edited or removed; d as it was for removed. */
enum event_domain { EVENT_ADDED, EVENT_EDITED, EVENT_REMOVED };
int event_domain_order(struct ask *q, int64_t rev, enum event_domain what,
    const struct domain *d) FL_CHECK;

#endif
