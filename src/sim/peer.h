/*
 * peer -- the connection of one simulated device: TCP or unix socket,
 * websocket handshake, admin messages; tunnel frames go to tunnel.h.  An idle
 * device waits for its next attempt, or for somebody to say where it belongs.
 *
 * A device registers where its settings say (SYSCLIENT /sysadmin), else where the
 * program was told.  A fresh one (out of its carton, or after a long reset) has no
 * password and knows no place: it waits until its settings name one or a code is
 * typed (life.h), and is fresh until it gets a password.
 */
#ifndef FL_PEER_H
#define FL_PEER_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "box.h"
#include "buf.h"
#include "journal.h"
#include "server.h"
#include "store.h"
#include "str.h"
#include "tunnel.h"
#include "ws.h"

struct crowd_options {
	const char *url;     /* ws://host[:port]/path */
	const char *socket;  /* unix socket to connect to instead, or NULL */
	const char *store;   /* file of the passwords, or NULL */
	const char *status;  /* file for the counters, or NULL */
	const char *types;   /* see model.h */
	int64_t devices;     /* how many */
	int64_t first;       /* number of the first one */
	int64_t retry_ms;    /* from a lost connection to the next attempt */
	int64_t spread_ms;   /* over which the first attempts are spread */
	int64_t delay_ms;    /* of each answer in the tunnel */
	int64_t restart_ms;  /* from a restart to the next attempt */
	const char *faults;  /* see fault.h, or NULL */
	const char *journal; /* see journal.h, or NULL */
	bool fresh; /* devices without a password are out of their carton */
	const char *update; /* http://host[:port]/path, or NULL; see life.h */
	int64_t poll_ms;    /* from one question there to the next */
	int64_t window_ms;  /* how long a fresh device does so */
	const char *code;   /* typed at the first device, or NULL */
	int64_t code_ms;    /* so long after its start */
};

struct peer;
struct life;

/* What the devices of one process share; crowd.h makes and runs it. */
struct crowd {
	const struct crowd_options *opt;
	struct ev_loop *loop;
	struct peer *devices;
	struct life *lives; /* of the same */
	struct store store;
	struct tunnel_world world;
	void (*sync)(struct peer *p); /* its box wants that */
	struct server server, update;
	struct journal journal;
	/* counters, as the status file tells them */
	size_t connected; /* websockets that are open */
	size_t answered;  /* of those: answered a challenge or got a password */
	uint64_t attempts, refused, lost, polls; /* since the start */
};

enum peer_state { PEER_IDLE, PEER_CONNECTING, PEER_HANDSHAKE, PEER_OPEN };

struct peer {
	struct ev_io io;
	struct ev_timer retry;
	struct crowd *crowd;
	struct upgrade *upgrade; /* only in the state PEER_HANDSHAKE */
	struct ws_in in;
	struct buf out;
	struct tunnel tunnel;
	struct box box;
	uint32_t number;
	uint8_t state;
	bool answered; /* counted in crowd.answered */
	bool fresh;
	bool typed; /* it says the code until it gets a password */
	bool due;   /* its box wants something, and may have it now */
};

/* Ready the device and let it connect after so many seconds. */
void peer_init(struct peer *p, struct crowd *c, size_t number, double after);

/* What struct tunnel_world.send and .act are here. */
void peer_send_tunnel(
    struct tunnel *t, uint32_t session, uint32_t event, struct str data);
void peer_act(struct tunnel *t);

/* Do what its box wants next: nothing, register elsewhere, load something,
 * restart. */
void peer_go_on(struct peer *p);

/* The version that it says. */
const char *peer_version(const struct peer *p);

/* Somebody has typed the code. */
void peer_type_code(struct peer *p);

/* Out of the socket and on again; a long reset makes it fresh before that. */
void peer_restart(struct peer *p, bool long_reset);

/* Say good-bye (1001) if it is connected, and connect no more. */
void peer_leave(struct peer *p);

/* Free what it holds. */
void peer_fini(struct peer *p);

#endif
