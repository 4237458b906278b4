/*
 * crowd -- many simulated devices in one process and one thread (libev).
 *
 * Each device opens its websocket, identifies, keeps the password it is given,
 * answers challenges and serves HTTP in the tunnel (tunnel.h).  A lost
 * connection is opened again after a fixed time, as real devices do, so that a
 * restarted server meets all of them at once.  An idle device costs about
 * 0.6 KB.
 */
#ifndef FL_CROWD_H
#define FL_CROWD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "err.h"
#include "store.h"
#include "tunnel.h"

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

/*
 * Run until SIGTERM or SIGINT: then each connection is closed with 1001.  The
 * status file is one line of JSON with the counters above and "requests",
 * renamed into place at most ten times a second.
 */
int crowd_run(const struct crowd_options *opt, struct err *e) FL_CHECK;

#endif
