/*
 * device_look -- what a device is, for subscribers and for the audit.  Inside
 * core only.
 */
#ifndef FL_DEVICE_LOOK_H
#define FL_DEVICE_LOOK_H

#include "change.h"
#include "device.h"

/* For change_touch, by hardware id. */
extern const struct change_kind device_kind;

/* What is known of a (normalised) id: its row, else a claim of it (id 0), and
 * its snapshot.  1, 0 nothing, -1. */
int device_look(struct ask *q, struct str hw_id, struct device *d,
    struct snapshot *out) FL_CHECK;

/* The snapshot of d, without values; id 0 is a claim.  d gets its interfaces. */
int device_snapshot(
    struct ask *q, struct device *d, struct snapshot *out) FL_CHECK;

/* One line for subscribers that are told outside of a change, into the
 * orders. */
void device_tell(struct ask *q, struct str hw_id, int64_t rev,
    const struct snapshot sides[2]);

#endif
