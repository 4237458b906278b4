/*
 * wsconn -- websocket connections of the hub: upgrade, messages, pings, close.
 *
 * A connection begins with an HTTP head; the opener looks at it and gives the
 * connection an owner (a device, an app) or refuses it with an HTTP status.
 * From then on the owner gets whole messages.  As soon as closing begins, by
 * whatever side, ops->down tells the owner once; afterwards the two do not
 * know each other, and the connection ends alone.
 *
 * Time: every upgraded connection is in a list ordered by its last traffic, and
 * one tick per second pings the silent and drops the dead; there is no timer
 * per connection.  Who is patient may leave pings unanswered as long as its TCP
 * connection lives, which nginx watches (so_keepalive).  The head must arrive
 * in WSCONN_HEAD_MS, a close is answered within WSCONN_CLOSE_MS (after one for
 * broken frames, 1002, 1007 or 1009, we end TCP at once), and an owner that has
 * not called wsconn_settle for HUBWIRE_SETTLE_MS is told so.
 */
#ifndef FL_WSCONN_H
#define FL_WSCONN_H

#include "conn.h"
#include "http1.h"
#include "hubwire.h"
#include "ws.h"

#define WSCONN_HEAD_MS   10000
#define WSCONN_CLOSE_MS  5000
#define WSCONN_PINGS_MAX 10000 /* in one tick */

struct wsconn;

struct wsconn_ops {
	void (*message)(void *owner, enum ws_kind kind, struct str data);
	void (*drained)(void *owner); /* the queue is below CONN_SOFT again */
	void (*unsettled)(void *owner);
	/* Forget the connection; why it ended. */
	void (*down)(void *owner, enum hubwire_end why);
	bool patient; /* it ends after patient_ms of silence, not idle_ms */
};

TAILQ_HEAD(wsconn_list, wsconn);

/* An owner that has yet to prove itself; a block of its own, because most have
 * done so. */
struct wsconn_trial {
	struct wsconn *of;
	TAILQ_ENTRY(wsconn_trial) link;
	int64_t opened; /* when the upgrade was */
};

TAILQ_HEAD(wsconn_trial_list, wsconn_trial);

struct wsconns {
	struct conns *conns;
	int64_t ping_ms, idle_ms, patient_ms;
	struct wsconn_list greeting, alive, patient, closing;
	struct wsconn_trial_list trials; /* oldest first */
	/* Called with the head of an upgrade request: 0 after wsconn_own, else
	 * the HTTP status of the refusal. */
	int (*open)(void *arg, struct wsconn *w, const struct http1 *head);
	void *open_arg;
};

enum wsconn_state { WSCONN_GREETING, WSCONN_ALIVE, WSCONN_CLOSING };

struct wsconn {
	struct conn conn;
	struct wsconns *all;
	const struct wsconn_ops *ops;
	void *owner;
	struct http1 *head;         /* only while greeting */
	TAILQ_ENTRY(wsconn) link;   /* in the list of its state */
	int64_t since;              /* last traffic, or when the state began */
	int64_t pinged;             /* last; 0: never */
	struct ws_in *in;           /* only while something is coming in */
	struct wsconn_trial *trial; /* NULL: it is over */
	uint32_t max;               /* longest message */
	enum wsconn_state state;
	enum hubwire_end why; /* of its end, as far as it is known */
	bool sent_close;
};

void wsconns_init(struct wsconns *a, struct conns *conns);
void wsconns_tick(struct wsconns *a, int64_t now_ms);

/* One that is alive; NULL: none. */
struct wsconn *wsconns_first(const struct wsconns *a);

/* A connection that a listener accepted. */
void wsconn_new(struct wsconns *a, int fd);

/* In open: give w its owner; max is the longest message it may send. */
void wsconn_own(
    struct wsconn *w, const struct wsconn_ops *ops, void *owner, uint32_t max);

/* The owner has proven itself: no unsettled call. */
void wsconn_settle(struct wsconn *w);

void wsconn_send(struct wsconn *w, enum ws_kind kind, struct str data);
/* Begin to close; the owner is told by ops->down before this returns. */
void wsconn_close(
    struct wsconn *w, enum hubwire_end why, uint16_t code, const char *reason);
/* Close it as too slow (1013) at the end of this turn. */
void wsconn_overload(struct wsconn *w);
size_t wsconn_queued(const struct wsconn *w);
void wsconn_read(struct wsconn *w, bool want);

#endif
