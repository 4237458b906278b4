/*
 * phone -- phones of other vendors that were promoted, or added by hand.
 *
 * Such a phone is a device: of type PHONE, keyed by its MAC address, "other" in
 * the JSON API.  It has a row for each of its ports, because an adapter or a DECT
 * base serves several people, and these may belong to several domains:
 *
 *	port 0	is the device: its id, its domain, its owner
 *	others	are where the device is, until they are assigned elsewhere; ids
 *		of the sequence that devices and trunks share
 *
 * A port that stands elsewhere goes back to its device when that domain goes.  A
 * device that moves to another domain leaves its own settings and what it wrote
 * behind, and its window is closed (phone_moved in the schema).
 */
#ifndef FL_PHONE_H
#define FL_PHONE_H

#include "actor.h"
#include "phone_type.h"
#include "row.h"

#define PHONE_PAGE           200 /* ports */
#define PHONE_WINDOW_MINUTES 60  /* of its first window (phone_window.h) */

/*
 * Ports that the actor sees, by id after *after (0 at first).  A page may be
 * empty and not the last; *after is 0 behind that.
 */
int phone_list(
    struct ask *q, int64_t *after, struct phone_port **out, size_t *n) FL_CHECK;

/* The ports of one phone that the actor sees, by number; none is no error. */
int phone_find(
    struct ask *q, struct str mac, struct phone_port **out, size_t *n) FL_CHECK;

/* A phone that is in a domain which he sees, as it is served: 1, 0, -1. */
int phone_served(
    struct ask *q, struct str mac, struct served_phone *out) FL_CHECK;

/*
 * For the door that phones come to; no rights are looked at.  Is there such a
 * device, and (*served) a phone that is served under this domain's key: it came
 * by it, or stands in the domain?  1, 0 there is none, -1.  A visit of such a one
 * is noted, once in PHONE_WAIT_NOTE_MS; it is online then (phone_poll.h).  Of one
 * that was online where it is now the note is left out if somebody else writes at
 * that moment: no phone waits for that, and its next visit is noted, or with the
 * trace that it got a file.
 */
int phone_door(
    struct ask *q, struct str mac, int64_t key_domain, bool *served) FL_CHECK;
int phone_contact(
    struct ask *q, const struct served_phone *p, struct str address) FL_CHECK;
/* One that has proven itself says which firmware it has now. */
int phone_firmware(
    struct ask *q, const struct served_phone *p, struct str firmware) FL_CHECK;

/*
 * A phone that waits, into a domain, with all its ports, of which *ports tells
 * how many.  ERR_GONE: no such phone waits,
 * or there is no such domain.  ERR_EXISTS: there is such a device.
 */
int phone_promote(
    struct ask *q, struct str mac, int64_t domain, int64_t *ports) FL_CHECK;

/* A phone that never asked; administrators only.  ERR_EXISTS: there is such a
 * device, or it waits. */
struct phone_new {
	struct str mac;
	const struct phone_type *type;
	int64_t domain;
	struct str name; /* may be empty */
};
int phone_add(struct ask *q, const struct phone_new *in) FL_CHECK;

/*
 * Move ports of a phone; administrators only.  With verify, only those that are
 * in domain from.  *out and *n: the ports that were named, as they are then;
 * *moved: how many of them moved, or stood there already.  ERR_GONE: no such
 * phone, port or domain.
 */
struct phone_move {
	struct str mac;
	int64_t port; /* -1: all */
	bool verify;
	int64_t from, to;
};
struct phone_moved {
	struct phone_port *list;
	size_t n;
	int64_t moved;
};
int phone_assign(struct ask *q, const struct phone_move *in,
    struct phone_moved *out) FL_CHECK;

#endif
