/*
 * conn -- one non-blocking stream connection of the hub.
 *
 * It is embedded in what uses it (a websocket, a door request, ...), whose
 * functions are in a struct conn_ops.  All input arrives through one buffer
 * that all connections share: a handler keeps what it cannot use yet, or stops
 * reading (conn_read).  Output is queued and written at the end of the turn,
 * at most CONN_TURN_MAX bytes of one connection per turn.
 *
 * Limits of the queue: an impatient connection is clogged once it is asked to
 * queue more while CONN_HARD bytes wait, or when it has more than CONN_SOFT
 * bytes and took none of them for CONN_SOFT_MS.  It then takes nothing more,
 * and at the end of the turn ops->clogged must close it and may queue a last
 * word.  A patient one (its producer stops by itself when conn_queued is above
 * CONN_SOFT) is closed when the peer took nothing for CONN_STUCK_MS.
 *
 * CONN_HARD is large because one turn may queue all events of a change to
 * thousands of devices, of which even the quickest peer could not yet take a
 * byte.  What all of them may keep waiting so is bounded: while more than
 * CONNS_HARD bytes wait in all queues, CONN_TIGHT takes the place of CONN_HARD.
 *
 * Most connections are idle, so one that has nothing to write has no queue
 * either.
 *
 * conn_doom never frees: doomed connections are reaped at the end of the turn,
 * where ops->gone is the last call.
 */
#ifndef FL_CONN_H
#define FL_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "buf.h"
#include "hubwire.h"
#include "loop.h"
#include "str.h"

#define CONN_SOFT     HUBWIRE_TAKEN_BYTES
#define CONN_HARD     8388608
#define CONN_TIGHT    262144
#define CONNS_HARD    67108864
#define CONN_SOFT_MS  10000
#define CONN_STUCK_MS 60000
#define CONN_TURN_MAX 65536 /* bytes written, or read, in one turn */
#define CONN_REAP_MAX 1000  /* connections closed in one turn */

struct conn;

struct conn_ops {
	void (*bytes)(struct conn *c, struct str in);
	void (*eof)(struct conn *c); /* NULL: it is doomed */
	void (*drained)(
	    struct conn *c); /* queue below CONN_SOFT; may be NULL */
	void (*clogged)(struct conn *c); /* NULL: it is doomed */
	void (*gone)(struct conn *c);    /* frees what contains c */
	bool patient;
};

TAILQ_HEAD(conn_list, conn);

/* What is to be written; also of one that is finishing. */
struct conn_queue {
	struct buf out;
	size_t at;      /* bytes of out that are written already */
	size_t counted; /* bytes of it in conns.queued */
	struct conn *of;
	TAILQ_ENTRY(conn_queue) lag_link;
	int64_t lag_since; /* the peer took nothing; 0: it is not lagging */
};

TAILQ_HEAD(conn_queue_list, conn_queue);

/* All connections of the hub. */
struct conns {
	struct loop *loop;
	struct conn_list dirty, doomed;
	struct conn_queue_list lagging;
	char *in; /* the shared input buffer */
	uint64_t count, clogged;
	uint64_t opened; /* so far */
	size_t queued;   /* bytes that wait, of all */
	bool round; /* changes each turn, to tell new dirty ones from old */
};

struct conn {
	struct loop_io io;
	const struct conn_ops *ops;
	struct conns *all;
	TAILQ_ENTRY(conn) turn_link; /* in dirty or doomed */
	struct conn_queue *queue;    /* NULL: there is none */
	bool is_dirty : 1, is_doomed : 1;
	bool reads : 1, finishing : 1, was_full : 1, round : 1;
	bool is_clogged : 1, told_clogged : 1;
	bool half : 1; /* finishing means that we end, not the peer */
};

void conns_init(struct conns *a, struct loop *l);
void conns_fini(struct conns *a);
/* Flush and reap; true: there is more to do. */
bool conns_turn(struct conns *a);
/* Once a second: end what does not move. */
void conns_tick(struct conns *a, int64_t now_ms);

/* fd becomes c's; reading begins. */
void conn_init(
    struct conn *c, struct conns *a, int fd, const struct conn_ops *ops);

/* Queue s.  A connection that is finishing or doomed takes nothing. */
void conn_write(struct conn *c, struct str s);

/* The same in two steps: NULL if nothing may be queued, else add to the buffer
 * and call conn_added. */
struct buf *conn_out(struct conn *c);
void conn_added(struct conn *c);

size_t conn_queued(const struct conn *c);
void conn_read(struct conn *c, bool want);
/* As if it were clogged; ops->clogged follows at the end of the turn. */
void conn_clog(struct conn *c);
void conn_finish(struct conn *c); /* close when the queue is written */
/* The same for what we say only: the peer hears its end at once, but what it
 * still sends is read, until it ends as well or the caller dooms it.  Closing
 * alone would be told to nginx as an error, before the last word. */
void conn_shut(struct conn *c);
void conn_doom(struct conn *c);       /* close, forget the queue */
bool conn_open(const struct conn *c); /* neither finishing nor doomed */

#endif
