/*
 * carrier -- the tunnels of one device: their ids, frames and ends.
 *
 * Ids count up and are never used again in a connection.  A tunnel whose
 * shutdown the device does not confirm within CARRIER_SHUT_MS is forgotten.
 * Forgotten tunnels are freed at the end of the turn, because their own code
 * may be running.
 */
#ifndef FL_CARRIER_H
#define FL_CARRIER_H

#include "sysclient.h"
#include "tunnel.h"
#include "wsconn.h"

#define CARRIER_MAX     64 /* tunnels of one device, closing ones included */
#define CARRIER_SHUT_MS 10000

TAILQ_HEAD(tunnel_list, tunnel);

/* What all carriers share. */
struct carriers {
	struct tunnel_list past; /* forgotten, freed at the end of the turn */
	struct tunnel_list shut; /* wait for confirmation, oldest first */
	struct buf frame;        /* scratch: the frame being made */
	uint32_t receive_length; /* in "socket receive" */
	uint64_t now;            /* tunnels alive */
};

/* One device; embedded there. */
struct carrier {
	struct carriers *all;
	struct wsconn *ws; /* NULL once the connection is down */
	struct tunnel_list tunnels;
	uint32_t last_id;
};

void carriers_init(struct carriers *cs);
void carriers_fini(struct carriers *cs);
void carriers_turn(struct carriers *cs);
void carriers_tick(struct carriers *cs, int64_t now_ms);

void carrier_init(struct carrier *c, struct carriers *cs, struct wsconn *ws);

/* A new tunnel; NULL when there are too many. */
struct tunnel *carrier_open(
    struct carrier *c, const struct tunnel_request *request);

/* A tunnel message of the device. */
void carrier_take(struct carrier *c, const struct sc_msg *m);
/* The queue of the device has room again. */
void carrier_go_on(struct carrier *c);
/* The device belongs elsewhere: the users ask themselves whether they may. */
void carrier_recheck(struct carrier *c);
/* The users lose their tunnels; the ids are shut down in order. */
void carrier_cut(struct carrier *c);
/* The connection is gone, and all tunnels with it. */
void carrier_down(struct carrier *c);

#endif
