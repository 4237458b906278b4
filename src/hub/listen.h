/*
 * listen -- the hub's unix listening sockets.
 *
 * Mode 0660; a stale socket of a hub that died is removed, a living one is an
 * error.  When descriptors run out, accepting pauses for LISTEN_PAUSE_MS and
 * full is told, so that something can be given up.
 */
#ifndef FL_LISTEN_H
#define FL_LISTEN_H

#include "err.h"
#include "loop.h"

#define LISTEN_BACKLOG  4096
#define LISTEN_PAUSE_MS 100
#define LISTEN_TURN_MAX 256 /* accepted in one turn */

struct listener {
	struct loop_io io; /* first */
	struct loop *loop;
	struct loop_timer pause;
	const char *path; /* borrowed */
	bool open;
	void (*accepted)(void *arg, int fd);
	void (*full)(void *arg);
	void *arg;
};

/* accepted, full and arg are set before. */
int listen_open(struct listener *l, struct loop *loop, const char *path,
    struct err *e) FL_CHECK;
/* Stop accepting, remove the socket. */
void listen_close(struct listener *l);

#endif
