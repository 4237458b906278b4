/*
 * origin -- does a browser send this for a page that is not ours?
 *
 * A browser adds the login that it remembers for an origin to whatever any
 * page lets it send there.  What acts by such a login (digest; a cookie) is
 * therefore refused unless the page is ours.  The page cannot hide: browsers
 * write both headers themselves.
 *
 *	Origin		must be ours: scheme, host and port as the client
 *			sees them, the default port written or not
 *	Sec-Fetch-Site	must be same-origin or none (typed, bookmarked)
 *
 * Each counts if it is there, at most once.  A request with neither comes from
 * no browser.  A login that no browser adds by itself (Bearer, a hash in the
 * request) needs no such check.
 */
#ifndef FL_ORIGIN_H
#define FL_ORIGIN_H

#include <stdbool.h>

#include "req.h"

/* url: [instance] url, how clients reach us; empty: what this one used. */
bool origin_is_foreign(const struct req *r, const char *url);

/* Is that the origin of a page of ours?  own: "https://us"; empty or NULL:
 * unknown, and nobody is. */
bool origin_is(struct str origin, const char *own);

/* What follows our origin in a URI: "/path?query" of "https://us/path?query".
 * One that is not absolute, or somebody else's, is given back as it is. */
struct str origin_path(const struct req *r, const char *url, struct str uri);

#endif
