/*
 * deliver_side -- a difference between what a device should have and has, and
 * how it is made up; inside deliver/ only.
 *
 * Each is a row of the table in deliver.c.  The first that a device lacks is
 * delivered; the next sweep sees what is left.
 *
 *	lacks	look: whom it goes to.  No connection, nothing to give: 0
 *	hand	mark it before it is sent, so that nobody else gets it.  Another
 *		program was faster: 0.  NULL: giving it twice is harmless
 *	put	the members of the order "send" (doc/hub.md 2).  Nothing: 0
 *	given	the hub has sent it
 *	back	it has not: it knows no such connection.  NULL: the next look
 *		finds the difference again
 *
 * When the hub does not answer, the mark stays: perhaps it was sent.
 */
#ifndef FL_DELIVER_SIDE_H
#define FL_DELIVER_SIDE_H

#include "core.h"
#include "jout.h"
#include "record.h"

/* The connection an order names. */
struct target {
	struct str hub, boot;
	int64_t conn; /* 0: the proven connection of the id */
};

/* A step of a delivery; lacks fills the target.  1, 0, -1. */
typedef int deliver_step(
    struct ask *q, const struct record *k, struct target *t);
typedef int deliver_put(struct ask *q, const struct record *k,
    const struct target *t, struct jout *j);

struct difference {
	deliver_step *lacks, *hand, *given, *back;
	deliver_put *put;
};
extern const struct difference deliver_offer, deliver_deploy;

/* deliver_one for each; one that fails does not stop the others, unless the
 * hub does not answer at all.  0, -1. */
int deliver_list(struct ask *q, const struct str *ids, size_t n) FL_CHECK;

#endif
