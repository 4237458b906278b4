/*
 * hub -- the whole: what there is, and how it begins and ends.
 *
 * fleetline-hub holds the connections of devices and apps and knows nothing;
 * doc/hub.md says how it asks the rules and obeys orders.  One thread runs the
 * loop; a second one (fetch_pool) asks.
 *
 * SIGTERM and SIGINT end it: no new connections, a close frame 1001 to all,
 * spread over the turns, and the process ends when they are gone, or after
 * HUB_GOODBYE_MS.
 */
#ifndef FL_HUB_H
#define FL_HUB_H

#include "appconn.h"
#include "conf.h"
#include "control.h"
#include "device.h"
#include "door.h"
#include "listen.h"

#define HUB_GOODBYE_MS   5000
#define HUB_GOODBYE_STEP 10 /* ms between two groups of close frames */

struct hub {
	const struct conf *conf;
	struct arena *arena; /* of the configuration: lives as long */
	struct loop *loop;
	char boot[CRYPTO_GUID_SIZE];
	int64_t started; /* ms since 1970 */
	struct conns conns;
	struct wsconns ws;
	struct questions questions;
	struct presence presence;
	struct roster roster;
	struct devices devices;
	struct sessions sessions;
	struct subs subs;
	struct appconns appconns;
	struct orders orders;
	struct door door;
	struct control control;
	struct listener listen_ws, listen_door, listen_control;
	struct loop_timer tick, goodbye;
	int64_t goodbye_until; /* 0: running */
	size_t goodbye_group;
};

/* conf and a are borrowed.  0: ready to run; -1: the process should end. */
int hub_open(struct hub *h, const struct conf *conf, struct arena *a,
    struct err *e) FL_CHECK;
void hub_run(struct hub *h); /* until a signal has ended it */
void hub_close(struct hub *h);

#endif
