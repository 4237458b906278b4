/*
 * location -- where a device may redirect to: below its own prefix, or away
 * from us altogether.
 *
 * Pure.  The value is read as browsers read it (the URL standard, not RFC
 * 3986): "\" is "/", any number of slashes begins a host, "%2e" is a dot,
 * "http:x" is a path.  What leads to our host, by its name or by a path, gets
 * the prefix in front and its dots taken out, so that it cannot climb above.
 * Paths that stay where they are ("other", "?q") are left alone, and so are
 * other hosts and schemes.  A host in unusual letters ("%31", non-ASCII) counts
 * as ours.
 */
#ifndef FL_LOCATION_H
#define FL_LOCATION_H

#include "buf.h"
#include "str.h"

struct location_base {
	struct str prefix; /* "/base/passthrough/ID/KEY" */
	struct str host;   /* ours: Host of the request, with its port */
	struct str path;   /* of the request on the device: "/dir/page?x" */
};

/* Add the value of a Location header that may go to the client. */
void location_confine(
    struct buf *out, struct str value, const struct location_base *base);

#endif
