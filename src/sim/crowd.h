/*
 * crowd -- many simulated devices in one process and one thread (libev).
 *
 * Each device opens its websocket, identifies, keeps the password it is given,
 * answers challenges and serves HTTP in the tunnel (tunnel.h).  A lost
 * connection is opened again after a fixed time, as real devices do, so that a
 * restarted server meets all of them at once.  An idle device costs about
 * 0.7 KB.
 */
#ifndef FL_CROWD_H
#define FL_CROWD_H

#include "err.h"
#include "peer.h"

/*
 * Run until SIGTERM or SIGINT: then each connection is closed with 1001.  The
 * status file is one line of JSON with the counters above and "requests",
 * renamed into place at most ten times a second.  SIGUSR1 restarts all devices,
 * SIGUSR2 is a long reset of all.
 */
int crowd_run(const struct crowd_options *opt, struct err *e) FL_CHECK;

#endif
