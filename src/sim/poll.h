/*
 * poll -- what the update client of a simulated device asks its server for
 * (chapter 6.8): a GET, whose answer is a script (script.h).
 *
 * A URL that ends in "/" gets the name update-<product>.htm.  The query says who
 * asks: ver, type, sn, hwid, mac, and CHECK if there is one.
 */
#ifndef FL_POLL_H
#define FL_POLL_H

#include "buf.h"
#include "model.h"
#include "server.h"

#define POLL_REQUEST_MAX 4096 /* bytes */

/* Who asks, and where. */
struct poll_who {
	const struct server *server;
	size_t number; /* see model.h */
	const char *types;
	const char *version; /* that it runs */
	const char *check;   /* the variable CHECK */
};

void poll_request(struct buf *out, const struct poll_who *w);

#endif
