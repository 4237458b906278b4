/*
 * control -- the control socket: orders, status, tunnel (doc/hub.md section 2).
 *
 * Who may is decided by the peer's user id: the hub's own user and root may
 * everything, control_users everything but the tunnel, tunnel_users all.
 */
#ifndef FL_CONTROL_H
#define FL_CONTROL_H

#include "orders.h"
#include "relay.h"

#define CONTROL_USERS_MAX 64

/* User ids that may, besides root and our own. */
struct control_users {
	uid_t ids[CONTROL_USERS_MAX];
	size_t n;
};

struct control {
	struct httpconns httpconns;
	struct orders *orders;
	struct control_users control, tunnel;
	int64_t timeout_ms;
	void (*status)(void *arg, struct buf *out); /* JSON */
	void *arg;
};

void control_init(struct control *c, struct conns *conns, struct orders *o);

/* Look names (separated by blanks or commas) up.  -1: no such user. */
int control_users_load(
    struct control_users *u, const char *names, struct err *e) FL_CHECK;

#endif
