/*
 * asking -- one HTTP request that a simulated device makes by itself, on a
 * connection of its own: for an update file, for firmware, to put its
 * configuration somewhere.
 *
 * It speaks HTTP/1.1 without TLS, follows nothing and keeps no connection.  The
 * request is written by who asks, head and body; ASKING_MAX_S is for all of it.
 */
#ifndef FL_ASKING_H
#define FL_ASKING_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "server.h"
#include "str.h"

#define ASKING_MAX_S 30

struct asking_answer {
	int status; /* 0: none that is whole has come in time */
	struct str body;
	bool cut; /* the body is longer than what is kept of it */
};

struct asking_wish {
	struct ev_loop *loop;
	const struct server *server; /* needed at the start only */
	struct buf *request; /* what it holds is taken over, also on failure */
	size_t max;          /* bytes of the body that are kept */
	/* Called once, when it is over.  It may free this one and begin
	 * another; the body is valid until it is freed. */
	void (*done)(void *arg, const struct asking_answer *a);
	void *arg;
};

struct asking;

/* NULL: it cannot connect, and done is not called. */
struct asking *asking_new(const struct asking_wish *w);

/* Stop it; done is not called.  Leaves NULL. */
void asking_free(struct asking **a);

#endif
