/*
 * peer -- the connection of one simulated device: TCP or unix socket,
 * websocket handshake, admin messages; tunnel frames go to tunnel.h.  An idle
 * device waits for its next attempt.
 */
#ifndef FL_PEER_H
#define FL_PEER_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "buf.h"
#include "store.h"
#include "str.h"
#include "tunnel.h"
#include "ws.h"

struct crowd_options {
	const char *url;    /* ws://host[:port]/path */
	const char *socket; /* unix socket to connect to instead, or NULL */
	const char *store;  /* file of the passwords, or NULL */
	const char *status; /* file for the counters, or NULL */
	const char *types;  /* see model.h */
	int64_t devices;    /* how many */
	int64_t first;      /* number of the first one */
	int64_t retry_ms;   /* from a lost connection to the next attempt */
	int64_t spread_ms;  /* over which the first attempts are spread */
	int64_t delay_ms;   /* of each answer in the tunnel */
};

struct peer;

/* What the devices of one process share; crowd.h makes and runs it. */
struct crowd {
	const struct crowd_options *opt;
	struct ev_loop *loop;
	struct peer *devices;
	struct store store;
	struct tunnel_world world;
	struct sockaddr_storage address;
	socklen_t address_len;
	struct str host, path; /* of the URL */
	/* counters, as the status file tells them */
	size_t connected; /* websockets that are open */
	size_t answered;  /* of those: answered a challenge or got a password */
	uint64_t attempts, refused, lost; /* since the start */
};

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
