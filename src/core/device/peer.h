/*
 * peer -- the other end of a connection to the hub, as the hub's headers tell
 * it (doc/hub.md section 1).  All of it is borrowed from the question.
 */
#ifndef FL_PEER_H
#define FL_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include "str.h"

struct peer {
	struct str hub;    /* hub id */
	struct str boot;   /* boot id */
	int64_t conn;      /* connection sequence in this boot */
	struct str remote; /* address */
	struct str query;  /* of the upgrade request */
	struct str host;   /* that it asked for, with its port; may be empty */
	struct str state;  /* of our last answer, empty at first */
};

/* "hub/boot" of X-Fleetline-Hub into p; false if it is not of that form. */
bool peer_hub(struct peer *p, struct str header);

#endif
