/*
 * tunnel -- the web server inside a simulated device, reached through its
 * tunnel sessions (events of sysclient.h).
 *
 * Frames come in by tunnel_take; what the device answers goes out through the
 * send function.  Nothing here touches a socket; with a delay set, answers wait
 * on a timer of the loop.  Each session serves one request, as HTTP/1.1.
 *
 *	/			a small page with relative links
 *	/log.txt /cfg.txt /CMD0/box_info.xml
 *	/big?bytes=N[&framing=length|chunked|close]
 *				N bytes: lines of 15 digits, the offset of each
 *	/echo			the body of the request (at most 1 MiB)
 *	/sum			length and SHA-256 of the body, any length
 *	/ws			a websocket that echoes messages
 *	/manager /backup /restore /passwords.txt
 *				of an App Platform only (platform.h)
 *	/MODULE/mod_cmd.xml?cmd=...&name=value
 *				sets values of a module
 *	/!LINE			a command (script.h): "ok", or 400
 *
 * HEAD gets the head of GET; other paths get 404.  Memory: an answer is made
 * as it is fetched, so /big and /sum take any size.  What a command makes the
 * device do, restarting above all, comes when its session has ended.
 */
#ifndef FL_TUNNEL_H
#define FL_TUNNEL_H

#include <stddef.h>
#include <stdint.h>

#include "box.h"
#include "str.h"

#define TUNNEL_SESSIONS_MAX 64        /* at once in one device; more are shut */
#define TUNNEL_BODY_MAX     (1 << 20) /* of a request to /echo */
#define TUNNEL_RESULT_MAX   8000      /* bytes of one receive result */

struct ev_loop;
struct journal;
struct tunnel;
struct tunnel_session;

/* What all devices have in common. */
struct tunnel_world {
	struct ev_loop *loop;    /* only needed with a delay */
	const char *types;       /* for model.h */
	int64_t delay_ms;        /* each answer comes so much later */
	uint64_t requests;       /* counted here */
	const char *faults;      /* file of fault.h, or NULL */
	struct journal *journal; /* of all requests, or NULL */
	void (*send)(struct tunnel *t, uint32_t session, uint32_t event,
	    struct str data);
	/* box->next is not BOX_STAYS; may end the tunnel. */
	void (*act)(struct tunnel *t);
};

/* The sessions of one device; zero-filled is a device without any. */
struct tunnel {
	struct tunnel_session *first;
	struct tunnel_world *world;
	size_t device; /* its number, for model.h */
	struct box *box;
};

/* One tunnel frame from the server; what is no frame for us is ignored. */
void tunnel_take(
    struct tunnel *t, uint32_t session, uint32_t event, struct str data);

/* The connection is gone, its sessions with it. */
void tunnel_fini(struct tunnel *t);

#endif
