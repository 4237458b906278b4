/*
 * change -- the frame around every change: one transaction, in which the hub's
 * subscribers and the audit learn what was touched, and orders to the hub after
 * the commit.  Inside core only.
 *
 *	if (change_begin(q) < 0)
 *		return -1;
 *	return change_end(q, do_it(q, ...));
 *
 * and in do_it, for each step (an import has thousands):
 *
 *	change_touch(q, &category_kind, id, STR(""))	before it changes
 *	db_do(...)
 *	change_say(q, "category.edit", name, PAIRS(P_INT("domain", domain)))
 *
 * What is touched first is what the step is about: the audit gets its old and
 * new values, in the member "changed" of the detail, {"name":["old","new"]},
 * null where there was or is none.  It is told to subscribers; what else was
 * touched is, too, if it looks different.  Whatever is touched and never said,
 * such as time that goes on, is told and has no row.
 *
 * A family of things is a change_kind; who touches it passes it down, so that
 * nothing here knows devices or domains.  Orders are collected in
 * q->core->orders meanwhile.
 */
#ifndef FL_CHANGE_H
#define FL_CHANGE_H

#include "actor.h"
#include "event.h"

/* A thing is named by its id or, where it has none yet or never, by a key; the
 * other is 0 or empty. */
struct change_kind {
	const char *topic; /* of events; NULL: subscribers are not told */
	/* What it is now, as the open transaction sees it; not there is no
	 * error. */
	int (*look)(
	    struct ask *q, int64_t id, struct str key, struct snapshot *out);
	/* Note the change counter in its row; NULL: it has none. */
	int (*stamp)(struct ask *q, int64_t id, struct str key, int64_t rev);
};

int change_begin(struct ask *q) FL_CHECK;

/* rc < 0: roll back and forget the orders, returns -1.  Else commit and send
 * them; -1 if either fails. */
int change_end(struct ask *q, int rc) FL_CHECK;

/* The same as one part of a transaction that is open (batch.h): nothing is
 * committed and nothing sent.  change_part_end gives rc, or -1. */
int change_part(struct ask *q) FL_CHECK;
int change_part_end(struct ask *q, int rc) FL_CHECK;

/* The same, but what was only tried is rolled back: 0. */
int change_end_or_undo(struct ask *q, int rc, bool dry) FL_CHECK;

/* It is going to change, or to be added; key lives until it is said. */
int change_touch(struct ask *q, const struct change_kind *kind, int64_t id,
    struct str key) FL_CHECK;

/* The same by who has looked at it already. */
int change_touch_seen(struct ask *q, const struct change_kind *kind,
    struct str key, const struct snapshot *before) FL_CHECK;

/* All but the first, which the step is about, is as it shall be for now: it is
 * told, and forgotten.  For steps that touch thousands. */
int change_flush(struct ask *q) FL_CHECK;

/* The step was given up: nothing of it is told.  Only where all is rolled back
 * in the end, or nothing was written. */
void change_forget(struct ask *q);

/* What was touched since the last one is as it shall be: an audit row about on,
 * with detail first. */
int change_say(struct ask *q, const char *what, struct str on,
    struct pairs detail) FL_CHECK;

/* Tell subscribers that it is not what it was, without a before: something
 * that only its look knows. */
int change_tell(struct ask *q, const struct change_kind *kind, int64_t id,
    struct str key) FL_CHECK;

/* For a look: rc of its look-up, noted in the snapshot, which is new. */
int change_found(int rc, struct snapshot *out) FL_CHECK;

/* The next number of the change counter; also serves as an epoch. */
int change_rev(struct ask *q, int64_t *rev) FL_CHECK;

/* The values of a snapshot, copied: pairs borrow. */
int change_values(
    struct ask *q, struct pairs values, struct snapshot *out) FL_CHECK;

#endif
