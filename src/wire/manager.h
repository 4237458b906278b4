/*
 * manager -- the manager of an App Platform, reached through the hub's tunnel:
 * dumps of the databases of its apps, and putting them back
 * (innovaphone-protocols.md 7.3).
 *
 *	websocket /manager	AppLogin with an empty password, which the
 *				manager takes from who comes by the tunnel
 *				(sysClient); RequestHttpKey gives a key
 *	GET /backup?key=	the dump of an instance, or of the manager itself
 *	POST /restore?key=	the dump of an instance goes back
 *
 * An instance is named by its domain of apps and its name, "example.com/users".
 * No published message lists them, so people name them.  The empty name is the
 * manager itself, whose dump has no published way back.
 *
 * The login is open while the dump comes or goes.  All calls block.
 */
#ifndef FL_MANAGER_H
#define FL_MANAGER_H

#include <stdatomic.h>

#include "buf.h"
#include "err.h"
#include "str.h"

#define MANAGER_INSTANCE_MAX 200 /* bytes of "domain/name" */

/* Whose manager, and how long it may take. */
struct manager {
	const char *control; /* path of the hub's socket */
	struct str hw_id;
	int64_t until_ms;        /* by clock_mono_ms() */
	const atomic_bool *stop; /* true: it ends at once; may be NULL */
};

/* Two parts of letters, digits, '.', '-', '_', each of which begins with a
 * letter or a digit. */
bool manager_instance_ok(struct str instance);

/* The dump into out, which is empty, whose maximum is that of the dump, and which
 * the caller wipes in either case: 0, or -1 with *e in words for people. */
int manager_dump(const struct manager *m, struct str instance, struct buf *out,
    struct err *e) FL_CHECK;

/* ERR_INPUT of the manager itself, ERR_DENIED: it says no. */
int manager_restore(const struct manager *m, struct str instance,
    struct str dump, struct err *e) FL_CHECK;

#endif
