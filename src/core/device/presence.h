/*
 * presence -- who is connected (doc/hub.md 1.3).
 *
 * Presence is (hub, boot, connection sequence, online, time).  Within a boot
 * only a higher sequence applies, and for the same one only going offline.
 * The first batch of a new boot sets the devices and claims of that hub's
 * earlier boots offline; batches of an earlier boot that come late are
 * ignored.  A device that is not in a domain is never set online by "device".
 */
#ifndef FL_PRESENCE_H
#define FL_PRESENCE_H

#include "core.h"
#include "peer.h"

/*
 * Apply a batch.  out gets the whole answer: a line {} and, if the batch names
 * subscribers, one event per device that changed, each line ended by LF.
 */
int presence_apply(struct ask *q, const struct peer *p, struct str body,
    struct buf *out) FL_CHECK;

/* All devices of domain that are online now; for metrics see domain_list. */

#endif
