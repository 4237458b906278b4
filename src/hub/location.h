/*
 * location -- where a device may redirect to: below its own prefix, or away
 * from us altogether.
 *
 * Pure.  The value is read as browsers read it (the URL standard, not RFC
 * 3986): "\" is "/", any number of slashes begins a host, "%2e" is a dot,
 * "http:x" is a path.  What leads to our host, by its name or by a path, gets
 * the prefix in front and its dots taken out, so that it cannot climb above.
 * So does what leads to an address of the device itself, at any port: a device
 * that does not know about us names its own.  Paths that stay where they are
 * ("other", "?q") are left alone, and so are other hosts and schemes.  A host
 * in unusual letters ("%31", non-ASCII) counts as ours.
 */
#ifndef FL_LOCATION_H
#define FL_LOCATION_H

#include "buf.h"
#include "json.h"
#include "str.h"

struct location_base {
	struct str prefix; /* "/base/passthrough/ID/KEY" */
	struct str host;   /* ours: Host of the request, with its port */
	struct str hosts;  /* addresses of the device, with blanks between, as
			    * net_host writes them; empty: not known */
	struct str path;   /* of the request on the device: "/dir/page?x" */
};

/* Put the addresses that list names, as many as HUBWIRE_HOSTS_MAX, into *hosts
 * in the place of those that were there (mem_free; NULL: none).  What is no list
 * changes nothing. */
void location_hosts(char **hosts, const struct json *list);

/* Add the value of a Location header that may go to the client. */
void location_confine(
    struct buf *out, struct str value, const struct location_base *base);

#endif
