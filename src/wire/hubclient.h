/*
 * hubclient -- how programs and the command line speak with the hub over its
 * control socket, and with each other over nginx's internal one (doc/hub.md
 * sections 1 and 2).
 *
 * All calls block, keep their connection for the next one of the same thread
 * (fetch.h), and are harmless when repeated but for HUBWIRE_TUNNEL.  Whoever
 * needs one of these sockets comes here: nothing else makes their URLs.
 */
#ifndef FL_HUBCLIENT_H
#define FL_HUBCLIENT_H

#include "buf.h"
#include "err.h"
#include "fetch.h"
#include "hubwire.h"

struct hubclient {
	const char *origin; /* HUBWIRE_CONTROL or HUBWIRE_INTERNAL */
	const char *socket; /* its path */
	long timeout_ms;    /* of one call, connecting included */
	size_t answer_max;  /* bytes; a longer answer is ERR_LIMIT */
	int device_s;       /* how long the hub waits for a device whose tunnel
			     * is asked for, seconds; 0: as its setting says */
};

/*
 * GET path (HUBWIRE_STATUS, HUBWIRE_TUNNEL "<hwId>/<path>", "/hub/health"...).
 * 0 with *ans filled whatever the status is (the caller ends it with
 * buf_fini(&ans->body)), -1 without a whole answer (nothing to end then).
 */
int hubclient_get(const struct hubclient *c, const char *path,
    struct fetch_answer *ans, struct err *e) FL_CHECK;

/*
 * POST lines, one order each and HUBWIRE_ORDERS_MAX bytes at most, and add the
 * hub's answer, a line for each, to out.  1 answered, 0 there is no hub, -1 it
 * is there and does not confirm (ERR_BUSY).
 */
int hubclient_order(const struct hubclient *c, struct str lines,
    struct buf *out, struct err *e) FL_CHECK;

/* Does anybody listen at the unix socket path?  1 yes (also one too busy to
 * accept), 0 nobody, -1 that cannot be found out: no right to connect, no
 * descriptor left. */
int hubclient_listens(const char *path);

#endif
