/*
 * device_door -- who asks at the passthrough, and does his device answer?
 *
 * The hub's door knows sessions only as long as they live there; it asks for
 * what it does not know, with the hardware id of the path.  Rights are those of
 * now.  A device that the session does not see is told as one that does not
 * exist.
 */
#ifndef FL_DEVICE_DOOR_H
#define FL_DEVICE_DOOR_H

#include "actor.h"

/*
 * Whole answer to the hub's question "door" (doc/hub.md 1.4), one line.  state
 * is what an app connection's session remembers (begins with actor_text());
 * empty for a session of the HTTP API, which the body names.
 */
int device_door(
    struct ask *q, struct str state, struct str body, struct buf *out) FL_CHECK;

#endif
