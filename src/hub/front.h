/*
 * front -- HTTP connections to the hub itself: the door and the control socket.
 *
 * A front parses requests and hands them to its users piece by piece; it can
 * be held, then it stops reading and keeps what it has (below CONN_TURN_MAX
 * bytes).  What follows a request for an upgrade goes to body as it comes
 * (raw).  Answers are written by the users, small ones with front_answer.
 */
#ifndef FL_FRONT_H
#define FL_FRONT_H

#include <sys/types.h>

#include "conn.h"
#include "http1.h"

struct front;

struct front_ops {
	void (*head)(struct front *f, const struct http1 *h);
	void (*body)(struct front *f, struct str piece);
	void (*end)(struct front *f);     /* the request is whole */
	void (*drained)(struct front *f); /* its queue is below CONN_SOFT */
	/* Its connection goes: drop f->user; f is freed after this. */
	void (*gone)(struct front *f);
};

TAILQ_HEAD(front_list, front);

struct fronts {
	struct conns *conns;
	const struct front_ops *ops;
	void *arg; /* for the users of ops */
	struct front_list list;
	bool closing; /* no connection is kept any more */
};

struct front {
	struct conn conn;
	struct fronts *all;
	TAILQ_ENTRY(front) link;
	void *user; /* of the current request, NULL: none */
	struct http1 *request;
	struct buf kept; /* input that came while it was held */
	uid_t uid;       /* of the peer; control only */
	bool held, parsing, raw;

	bool whole;    /* all of it is there, and its user still at work */
	bool answered; /* the rest of the request is of no interest */
};

void fronts_init(struct fronts *all, struct conns *conns,
    const struct front_ops *ops, void *arg);
/* Close those without a request; the others after their answer. */
void fronts_close(struct fronts *all);
void fronts_doom(struct fronts *all);

void front_new(struct fronts *all, int fd, uid_t uid);

/* Stop or go on taking input. */
void front_hold(struct front *f, bool held);

/* A whole answer.  keep: the connection may serve the next request (only when
 * the whole request was taken); else it is closed. */
void front_answer(struct front *f, int status, struct str body, bool keep);
/* A short text for a refusal; the connection is closed. */
void front_refuse(struct front *f, int status);

#endif
