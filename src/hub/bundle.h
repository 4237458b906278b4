/*
 * bundle -- the tunnels of one device: their ids, frames and ends.
 *
 * Ids count up and are never used again in a connection.  A tunnel whose
 * shutdown the device does not confirm within BUNDLE_SHUT_MS is forgotten.
 * Forgotten tunnels are freed at the end of the turn, because their own code
 * may be running.
 */
#ifndef FL_BUNDLE_H
#define FL_BUNDLE_H

#include "sysclient.h"
#include "tunnel.h"
#include "wsconn.h"

#define BUNDLE_MAX     64 /* tunnels of one device, closing ones included */
#define BUNDLE_SEATS   4  /* of them for programs only */
#define BUNDLE_SHUT_MS 10000

TAILQ_HEAD(tunnel_list, tunnel);

/* What all bundles share. */
struct bundles {
	struct tunnel_list past; /* forgotten, freed at the end of the turn */
	struct tunnel_list shut; /* wait for confirmation, oldest first */
	struct buf frame;        /* scratch: the frame being made */
	uint32_t receive_length; /* in "socket receive" */
	uint64_t now;            /* tunnels alive */
};

/* One device; embedded there. */
struct bundle {
	struct bundles *all;
	struct wsconn *ws; /* NULL once the connection is down */
	struct tunnel_list tunnels;
	uint32_t last_id;
};

void bundles_init(struct bundles *cs);
void bundles_fini(struct bundles *cs);
void bundles_turn(struct bundles *cs);
void bundles_tick(struct bundles *cs, int64_t now_ms);

void bundle_init(struct bundle *c, struct bundles *cs, struct wsconn *ws);

/* Are there too many already? */
bool bundle_full(const struct bundle *c, bool program);
/* A new tunnel; NULL when there are too many, or the connection is down. */
struct tunnel *bundle_open(
    struct bundle *c, const struct tunnel_request *request);

/* A tunnel message of the device. */
void bundle_take(struct bundle *c, const struct sc_msg *m);
/* The queue of the device has room again. */
void bundle_go_on(struct bundle *c);
/* The device belongs elsewhere: the users ask themselves whether they may. */
void bundle_recheck(struct bundle *c);
/* The users lose their tunnels; the ids are shut down in order. */
void bundle_cut(struct bundle *c);
/* The connection is gone, and all tunnels with it. */
void bundle_down(struct bundle *c);

#endif
