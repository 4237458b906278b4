/*
 * httpconn -- HTTP connections to the hub itself: the door and the control
 * socket.
 *
 * One parses requests and hands them to its users piece by piece; it can be
 * held, then it stops reading and keeps what it has (below CONN_TURN_MAX
 * bytes).  What follows a request for an upgrade goes to body as it comes
 * (raw).  Answers are written by the users, small ones with httpconn_answer.
 */
#ifndef FL_HTTPCONN_H
#define FL_HTTPCONN_H

#include <sys/types.h>

#include "conn.h"
#include "http1.h"

struct httpconn;

struct httpconn_ops {
	void (*head)(struct httpconn *f, const struct http1 *h);
	void (*body)(struct httpconn *f, struct str piece);
	void (*end)(struct httpconn *f);     /* the request is whole */
	void (*drained)(struct httpconn *f); /* its queue is below CONN_SOFT */
	/* Its connection goes: drop f->user; f is freed after this. */
	void (*gone)(struct httpconn *f);
};

TAILQ_HEAD(httpconn_list, httpconn);

struct httpconns {
	struct conns *conns;
	const struct httpconn_ops *ops;
	void *arg; /* for the users of ops */
	struct httpconn_list list;
	const char *header; /* of every answer of our own, with its CRLF */
	bool closing;       /* no connection is kept any more */
};

struct httpconn {
	struct conn conn;
	struct httpconns *all;
	TAILQ_ENTRY(httpconn) link;
	void *user; /* of the current request, NULL: none */
	struct http1 *request;
	struct buf kept; /* input that came while it was held */
	uid_t uid;       /* of the peer; control only */
	bool held, parsing, raw;

	bool whole;    /* all of it is there, and its user still at work */
	bool answered; /* the rest of the request is of no interest */
};

void httpconns_init(struct httpconns *all, struct conns *conns,
    const struct httpconn_ops *ops, void *arg);
/* Close those without a request; the others after their answer. */
void httpconns_close(struct httpconns *all);
void httpconns_doom(struct httpconns *all);

void httpconn_new(struct httpconns *all, int fd, uid_t uid);

/* Stop or go on taking input. */
void httpconn_hold(struct httpconn *f, bool held);

/* A whole answer.  keep: the connection may serve the next request (only when
 * the whole request was taken); else it is closed. */
void httpconn_answer(
    struct httpconn *f, int status, struct str body, bool keep);
/* A short text for a refusal; the connection is closed. */
void httpconn_refuse(struct httpconn *f, int status);

#endif
