/*
 * poll -- the update client of a simulated device: it asks a server for a file
 * (chapter 6.8), one GET on a connection of its own.
 *
 * A URL that ends in "/" gets the name update-<product>.htm.  The query says who
 * asks: ver, type, sn, hwid, mac, and CHECK if there is one.  An answer that does
 * not come within POLL_MAX_S, is longer than SCRIPT_MAX, or is no 200 counts for
 * nothing.
 */
#ifndef FL_POLL_H
#define FL_POLL_H

#include <ev.h>

#include "model.h"
#include "script.h"
#include "server.h"

#define POLL_MAX_S 30

/* Who asks, and where. */
struct poll_wish {
	struct ev_loop *loop;
	const struct server *server;
	size_t number; /* see model.h */
	const char *types;
	const char *check; /* the variable CHECK */
	/* Called once, when it is over: text is empty if no file came.  It may
	 * begin another one. */
	void (*done)(void *arg, struct str text);
	void *arg;
};

struct poll;

/* NULL: it cannot connect, and done is not called. */
struct poll *poll_new(const struct poll_wish *w);

/* Stop it; done is not called. */
void poll_free(struct poll **p);

#endif
