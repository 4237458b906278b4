/*
 * peer -- the connection of one simulated device: TCP or unix socket,
 * websocket handshake, admin messages; tunnel frames go to tunnel.h.  An idle
 * device waits for its next attempt.
 */
#ifndef FL_PEER_H
#define FL_PEER_H

#include <ev.h>

#include "crowd.h"
#include "ws.h"

enum peer_state { PEER_IDLE, PEER_CONNECTING, PEER_HANDSHAKE, PEER_OPEN };

struct peer_handshake;

struct peer {
	struct ev_io io;
	struct ev_timer retry;
	struct crowd *crowd;
	struct peer_handshake *handshake; /* only in that state */
	struct ws_in in;
	struct buf out;
	struct tunnel tunnel;
	uint32_t number;
	uint8_t state;
	bool answered; /* counted in crowd.answered */
};

/* Ready the device and let it connect after so many seconds. */
void peer_init(struct peer *p, struct crowd *c, size_t number, double after);

/* What struct tunnel_world.send is here. */
void peer_send_tunnel(
    struct tunnel *t, uint32_t session, uint32_t event, struct str data);

/* Say good-bye (1001) if it is connected, and connect no more. */
void peer_leave(struct peer *p);

/* Free what it holds. */
void peer_fini(struct peer *p);

#endif
