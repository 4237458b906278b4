/*
 * wsclient -- a websocket as its client has it (RFC 6455 section 4.1), over a
 * unix socket; for what we ask of a device through the hub's tunnel.
 *
 *	wsclient_open(&c, &to, e)	the upgrade, answered by 101
 *	wsclient_send(c, text, e)	a text message
 *	wsclient_next(c, &text, e)	the next one that comes
 *	wsclient_close(&c)
 *
 * All calls block, until the moment that the caller has named or until somebody
 * tells it to stop, whichever is first: the peer is a device, and may do anything.
 * Pings are answered while a call waits, and not in between.
 *
 * libcurl of Debian 12 speaks no websockets; the framing is that of ws.h.
 */
#ifndef FL_WSCLIENT_H
#define FL_WSCLIENT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "str.h"

#define WSCLIENT_MESSAGE_MAX 65536 /* bytes of a message, either way */

struct wsclient;

/* Where to, and for how long; borrowed until wsclient_close. */
struct wsclient_to {
	const char *socket; /* path of the unix socket */
	const char *path;   /* of the request, with "/" in front */
	int64_t until_ms;   /* by clock_mono_ms() */
	const atomic_bool
	    *stop; /* true: each call fails at once; may be NULL */
};

/* 0, or -1 with *e in words and nothing to close. */
int wsclient_open(struct wsclient **out, const struct wsclient_to *to,
    struct err *e) FL_CHECK;

int wsclient_send(struct wsclient *c, struct str text, struct err *e) FL_CHECK;

/* The message is valid until the next call.  -1 also where the peer closes. */
int wsclient_next(struct wsclient *c, struct str *text, struct err *e) FL_CHECK;

/* Says good-bye, waits for nothing, leaves NULL. */
void wsclient_close(struct wsclient **c);

#endif
