/*
 * device_change -- pieces of device that other rules need.  Inside core only.
 */
#ifndef FL_DEVICE_CHANGE_H
#define FL_DEVICE_CHANGE_H

#include "device.h"

/*
 * What of an id is shown as unassigned: its row without a domain, else its
 * newest claim (id 0), also when a device of the id is in a domain.  1, 0, -1.
 */
int device_find_unassigned(
    struct ask *q, struct str hw_id, struct device *out) FL_CHECK;

/* As device_add, without transaction, without delivery. */
int device_add_inside(struct ask *q, const struct device_new *in) FL_CHECK;

#endif
