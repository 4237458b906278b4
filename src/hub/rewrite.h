/*
 * rewrite -- heads of HTTP messages on their way through the passthrough.
 *
 * Pure functions.  Towards the device: hop-by-hop headers, what nginx added
 * and what is meant for us go; Host and the bytes of the target stay.  Towards
 * the client: pages of a device live under prefix and must never act as ours,
 * so only the headers of one table pass (rewrite.c), cookies are confined to
 * prefix, URIs to go to get it in front, and a sandbox is put on.
 */
#ifndef FL_REWRITE_H
#define FL_REWRITE_H

#include <stdbool.h>

#include "buf.h"
#include "http1.h"
#include "str.h"

/* Cookies of this name prefix are ours, also behind "__Host-" or "__Secure-":
 * no device sees or sets them. */
#define REWRITE_OUR_COOKIE "fleetline"

struct rewrite {
	struct str prefix; /* "/base/passthrough/ID/KEY", no slash at the end */
	struct str host;   /* Host of the request */
	struct str hosts;  /* addresses of the device (location.h) */
	struct str path;   /* its target on the device */
	bool confined;     /* the passthrough; else a program's tunnel, which
			    * gets heads as they are, less hop-by-hop */
	bool sandboxed;    /* the page stands on our own origin */
};

/* How the body goes to the client. */
enum rewrite_body {
	BODY_NONE,
	BODY_LENGTH, /* as Content-Length says */
	BODY_CHUNKED,
	BODY_CLOSE,  /* to the end of the connection (HTTP/1.0) */
	BODY_UPGRADE /* after a 101 */
};

/* The head for the device; target replaces that of the request.  A chunked
 * body stays chunked. */
void rewrite_request(struct buf *out, const struct http1 *h, struct str target,
    const struct rewrite *w);

void rewrite_response(struct buf *out, const struct http1 *h,
    enum rewrite_body body, const struct rewrite *w);

/* Value of one Set-Cookie header, confined; false: drop it.  For tests. */
bool rewrite_set_cookie(
    struct buf *out, struct str value, const struct rewrite *w);
/* Value of Location; for tests. */
void rewrite_location(
    struct buf *out, struct str value, const struct rewrite *w);

#endif
