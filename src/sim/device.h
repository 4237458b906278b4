/*
 * device -- the connection of one simulated device: TCP or unix socket,
 * websocket handshake, admin messages; tunnel frames go to tunnel.h.  An idle
 * device waits for its next attempt.
 */
#ifndef FL_DEVICE_H
#define FL_DEVICE_H

#include <ev.h>

#include "fleet.h"
#include "ws.h"

enum device_state {
	DEVICE_IDLE,
	DEVICE_CONNECTING,
	DEVICE_HANDSHAKE,
	DEVICE_OPEN
};

struct device_handshake;

struct device {
	struct ev_io io;
	struct ev_timer retry;
	struct fleet *fleet;
	struct device_handshake *handshake; /* only in that state */
	struct ws_in in;
	struct buf out;
	struct tunnel tunnel;
	uint32_t number;
	uint8_t state;
	bool answered; /* counted in fleet.answered */
};

/* Ready the device and let it connect after so many seconds. */
void device_init(
    struct device *d, struct fleet *f, size_t number, double after);

/* What struct tunnel_world.send is here. */
void device_send_tunnel(
    struct tunnel *t, uint32_t session, uint32_t event, struct str data);

/* Say good-bye (1001) if it is connected, and connect no more. */
void device_leave(struct device *d);

/* Free what it holds. */
void device_fini(struct device *d);

#endif
