/*
 * relay -- one HTTP request between an httpconn and a device's tunnel.
 *
 * It carries the request to the device as it comes (chunked bodies stay
 * chunked) and frames the response for the client: by length, in chunks, to
 * the end of the connection for HTTP/1.0, or as a pipe after a 101.  Memory is
 * constant: the httpconn is held while RELAY_UP bytes wait for the device, the
 * tunnel is paused while CONN_SOFT bytes wait for the client.
 *
 * The time-out runs while the device owes something and begins anew with each
 * sign of it.  Failures before the response's head become a status (502 broken,
 * 503 gone, 504 silent, 403 not allowed any more); later ones cut the
 * connection, so that the client sees an incomplete message.
 */
#ifndef FL_RELAY_H
#define FL_RELAY_H

#include "device.h"
#include "httpconn.h"
#include "rewrite.h"
#include "session.h"

#define RELAY_UP 65536 /* bytes of the request that may wait */

struct relay {
	struct httpconn *httpconn;
	struct tunnel *tunnel; /* NULL before and after */
	struct device *device; /* valid while the tunnel is */
	struct session_use session;
	struct loop *loop;
	struct loop_timer timer;
	int64_t timeout_ms;
	char *prefix, *host, *path; /* what rewrite needs of the request */
	bool confined, sandboxed, to_head;
	bool up_chunked, old_client; /* HTTP/1.0 */
	bool down_chunked, head_sent, is_pipe;
};

struct relay_plan {
	struct device *device;
	struct session *session; /* NULL: a program's tunnel */
	struct str prefix, target;
	bool sandboxed; /* of the passthrough on our own origin */
	int64_t timeout_ms;
};

/* Begin to relay the request whose head is h.  0, or a status: 503. */
int relay_start(struct relay *r, struct httpconn *f, const struct http1 *h,
    const struct relay_plan *plan);
void relay_body(struct relay *r, struct str piece);
void relay_end(struct relay *r);
void relay_drained(struct relay *r);
void relay_fini(struct relay *r); /* the httpconn is gone */

#endif
