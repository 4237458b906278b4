/*
 * connection -- the last connections of each device: when, from where, and why
 * each ended.  A device says nothing about why it is away; this is what is
 * known.
 *
 * Presence notes begins and ends while it goes through a batch and writes them
 * with one statement (connection_flush), in the transaction of the batch.  Of a
 * device the last CONNECTIONS_KEPT are kept.
 */
#ifndef FL_CONNECTION_H
#define FL_CONNECTION_H

#include "actor.h"
#include "db.h"
#include "hubwire.h"
#include "jout.h"

#define CONNECTIONS_KEPT 20 /* of each device */

/*
 * Those of a device, newest first; any spelling of its id.  1, 0 there is no
 * such device or it is not visible, -1.  Whoever is no administrator sees those
 * from the time in its present domain: an address is its owner's.
 */
int connection_list(struct ask *q, struct str hw_id, struct connection **out,
    size_t *n) FL_CHECK;

/* ---- for presence and changes; inside core only ---- */

struct connection_note {
	int64_t device, nth; /* nth connection of the device */
	int64_t domain;
	struct connection c;
};

struct connection_notes {
	struct buf text;
	struct jout j;
	size_t n;
};

void connection_notes_init(struct connection_notes *notes);
void connection_notes_fini(struct connection_notes *notes);
/* A connection begins, or one that was noted before ends (ended > 0). */
void connection_note(
    struct connection_notes *notes, const struct connection_note *note);
/* Write them; nothing is noted then. */
int connection_flush(struct ask *q, struct connection_notes *notes) FL_CHECK;

/* Earlier boots of hub are over: so are the connections they held.  Before
 * presence is reset. */
int connection_reset(
    struct ask *q, struct str hub, struct str boot, int64_t now) FL_CHECK;

/* The address of the device's connection, in the open change; empty if it has
 * none, or nobody noted it. */
int connection_remote(struct ask *q, int64_t device, struct str *out) FL_CHECK;

/* An administrator took the device out of its domain, in the open change. */
int connection_end_by_admin(struct ask *q, int64_t device) FL_CHECK;

#endif
