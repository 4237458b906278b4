/*
 * device -- connections of devices: their questions, frames and tunnels.
 *
 * A device object lives as long as its connection and longer only while a
 * question of it is in flight, so that a late answer is still reported to
 * presence.  One question at a time; HUBWIRE_DEVICE_WAITING further admin
 * messages wait, one more closes the connection.
 *
 * An order is newer than the answer to a question that was asked before it: the
 * rules may have answered what the store has changed since.  Such an answer is
 * dropped and the question asked again, with the state that the order left.
 *
 * Idle it costs two blocks (the websocket and this) and four short strings.
 */
#ifndef FL_DEVICE_H
#define FL_DEVICE_H

#include "bundle.h"
#include "question.h"
#include "roster.h"
#include "sysclient.h"
#include "wsconn.h"

struct device;
struct device_message;
TAILQ_HEAD(device_list, device);

struct devices {
	struct questions *questions;
	struct roster *roster;
	struct bundles bundles;
	struct device_list dead;  /* freed at the end of the turn */
	struct device_list quiet; /* to be asked again, oldest first */
	struct buf frame;         /* scratch: the frame being made */
	size_t max, now;
};

struct device {
	struct seat seat; /* first */
	struct devices *all;
	struct wsconn *ws; /* NULL once the connection is down */
	struct question *question;
	struct device_message *asked; /* what the question is about */
	char *state, *query;          /* NULL: none; remote is the seat's */
	char *hosts;                  /* its addresses, for location.h */
	STAILQ_HEAD(, device_message) waiting;
	struct bundle bundle;
	TAILQ_ENTRY(device) link; /* among the dead, or the quiet */
	int64_t quiet_since;      /* 0: not among the quiet */
	uint8_t waits;            /* messages */
	bool told_unknown;
	bool overtaken; /* an order came after the question */
};

void devices_init(struct devices *ds, struct questions *as, struct roster *r);
void devices_fini(struct devices *ds);
void devices_turn(struct devices *ds); /* frees the dead */
void devices_tick(struct devices *ds, int64_t now_ms);

/* For wsconns.open: 0, or an HTTP status. */
int device_open(struct devices *ds, struct wsconn *w, const struct http1 *head);

/* Carry out commands of an order (doc/hub.md section 1.1).  False: its state is
 * longer than HUBWIRE_STATE_MAX; nothing was done. */
bool device_command(struct device *d, const struct json *commands);

struct device *device_of_seat(struct seat *s); /* NULL stays NULL */
void device_close(
    struct device *d, enum hubwire_end why, unsigned code, const char *reason);
/* It belongs to another domain now. */
void device_move(struct device *d, int64_t domain);
void device_release(struct device *d);

/* A new tunnel; NULL when it has too many.  It ends by itself: after
 * tunnel_user.end or tunnel_cut the caller forgets it. */
struct tunnel *device_tunnel(
    struct device *d, const struct tunnel_request *request);
/* It is the device, and has too many. */
bool device_full(const struct device *d, bool program);

#endif
