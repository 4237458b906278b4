/*
 * device_instance -- the apps of an App Platform whose databases are saved (BJ4).
 *
 * No published message lists them, so people name them: "apps.example/users",
 * the domain of the apps and the name of the instance (manager.h).  Without any
 * a backup has the manager's own dump only.
 *
 * Who may change the device may name them; a device that goes to another domain
 * forgets them.
 */
#ifndef FL_DEVICE_INSTANCE_H
#define FL_DEVICE_INSTANCE_H

#include "device.h"

#define DEVICE_INSTANCES_MAX 32 /* of one device */

/* Those of a device that he sees, sorted. */
int device_instances(struct ask *q, const struct device *d, struct str **out,
    size_t *n) FL_CHECK;

/* All of it from now on; 0: none.  ERR_INPUT: a name is none, there are too
 * many, or the device says that it is something else. */
int device_set_instances(struct ask *q, struct str hw_id,
    const struct str *names, size_t n) FL_CHECK;

/* ---- inside core ---- */

/* What x has; said: the same for the audit, in q's arena. */
int device_instance_edit(struct ask *q, const struct device *d,
    const struct device_edit *x, struct str *said) FL_CHECK;

#endif
