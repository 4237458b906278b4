/*
 * tunnel -- one HTTP request to a device over sysclient frames; a pure machine.
 *
 * Source: reference of the sysclient protocol, "socket send" to "socket
 * shutdown".  It touches no socket and no clock: bytes of the request and
 * events of the device go in, frames and pieces of the response come out
 * through struct tunnel_ops.
 *
 *	send      at most SC_SEND_MAX bytes, and no less while more of the request
 *	          may come: there are devices that take one frame for the whole
 *	          request, so a head and a body that fit travel together; the
 *	          next one only after the send result
 *	receive   after the whole request has gone out; the next one only after
 *	          the receive result, and not while paused
 *	shutdown  once, when the response is whole, cut or not wanted any more;
 *	          the id is free when the device has answered it.  An id that
 *	          the device never heard of needs none and is free at once
 *
 * The response ends by HTTP framing; an empty receive result or a shutdown
 * from the device is the end of its connection.  1xx responses but 101 are
 * skipped.  After a 101 the tunnel is a pipe: a receive is always pending and
 * sends go between.
 *
 * Its flags in all the combinations there are between two calls ("-": either);
 * tunnel.c checks them after each event.
 *
 *	life		user	shut	confirmed
 *	in use		set	no	no
 *	closing		none	yes	no		the device has to answer
 *	free		none	yes	yes		tunnel_is_free()
 *
 *	while in use	may_upgrade	up_ended  in_head  is_pipe  receiving
 *	request		-		no	  yes	   no	    no
 *	head awaited	-		yes	  yes	   no	    -
 *	body		-		yes	  no	   no	    -
 *	upgrading	yes		yes	  no	   no	    -
 *	pipe		yes		yes	  no	   yes	    -
 *
 * sending goes with each of them, also together with receiving (what a client
 * that asked for an upgrade sends ahead), and so does paused, which lets no
 * new receive go out but leaves the pending one.  A tunnel that is not in use
 * keeps the flags it had; nothing looks at them.
 */
#ifndef FL_TUNNEL_H
#define FL_TUNNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "buf.h"
#include "http1.h"
#include "sysclient.h"

enum tunnel_end {
	TUNNEL_WHOLE,  /* the response is complete */
	TUNNEL_BROKEN, /* no HTTP, or cut in the middle */
	TUNNEL_LOST    /* the device's connection is gone */
};

struct tunnel;

struct tunnel_ops {
	/* A frame for the device; of a receive data is empty. */
	void (*frame)(struct tunnel *t, enum sc_event event, struct str data);
	/* May frames with data be queued for the device just now? */
	bool (*may_send)(struct tunnel *t);
	/* It has ended and is free: to be finished, but not in this call. */
	void (*unused)(struct tunnel *t);
};

/* What the user of a tunnel hears; each may call tunnel_cut. */
struct tunnel_user {
	void (*head)(void *arg, const struct http1 *response);
	void (*body)(void *arg, struct str piece);
	/* The last call; the user forgets the tunnel. */
	void (*end)(void *arg, enum tunnel_end how);
	/* Something moved: look at tunnel_queued and tunnel_waits again. */
	void (*moved)(void *arg);
	/* The device changed its domain: may you still use it? */
	void (*recheck)(void *arg);
};

struct tunnel {
	uint32_t id;
	const struct tunnel_ops *ops;
	void *device;                   /* for the owner of ops: its bundle */
	const struct tunnel_user *user; /* NULL once it has ended */
	void *arg;
	struct http1 *response;
	struct buf up;    /* of the request, not sent yet */
	size_t up_sent;   /* of up, gone already */
	bool up_ended;    /* the request is whole */
	bool opened;      /* something was sent: the device knows the id */
	bool may_upgrade; /* the request asked for it */
	bool in_head;     /* the response's head is not whole */
	bool is_pipe;     /* after a 101 */
	bool sending;     /* the device owes a send result */
	bool receiving;   /* ... a receive result */
	bool paused;      /* the user takes nothing just now */
	bool shut;        /* shutdown sent */
	bool confirmed;   /* ... and answered: the id is free */
	/* Kept by the bundle: when it asked for the shutdown, 0 not yet. */
	int64_t shut_at;
	bool forgotten;
	TAILQ_ENTRY(tunnel) link, shut_link;
};

struct tunnel_request {
	const struct tunnel_user *user;
	void *arg;
	bool to_head;     /* the method is HEAD */
	bool may_upgrade; /* it asked for an upgrade */
	bool program;     /* a program asks, not a client */
};

/* t is zero-filled but for what is set here; nothing is sent yet. */
void tunnel_init(struct tunnel *t, uint32_t id, const struct tunnel_ops *ops,
    const struct tunnel_request *r);
void tunnel_fini(struct tunnel *t);

/* ---- from the user ---- */

void tunnel_write(struct tunnel *t, struct str bytes);
void tunnel_write_end(struct tunnel *t); /* the request is whole */
size_t tunnel_queued(const struct tunnel *t);
void tunnel_pause(struct tunnel *t, bool paused);
/* The user has gone: no more calls, the device is told to shut down. */
void tunnel_cut(struct tunnel *t);
/* Does the device owe an answer (the user's time-out runs)? */
bool tunnel_waits(const struct tunnel *t);

/* ---- from the device ---- */

void tunnel_device(struct tunnel *t, uint32_t event, struct str data);
void tunnel_lost(struct tunnel *t);          /* its connection is gone */
void tunnel_go_on(struct tunnel *t);         /* may_send may be true again */
bool tunnel_is_free(const struct tunnel *t); /* to be finished now */

#endif
