/*
 * phone_edition -- the types of phones as one phone has them: those that are
 * installed, or with the templates of a change that is staged for it, or committed
 * for all (phone_stage.h).
 *
 * An edition is called by the id of the change and never another one, so a program
 * keeps what it has read as long as it likes: two are kept that nobody uses, of
 * staged and of committed ones.  Threads share them; one that is new is read while
 * the others wait, some milliseconds.
 */
#ifndef FL_PHONE_EDITION_H
#define FL_PHONE_EDITION_H

#include "actor.h"
#include "phone_type.h"

struct phone_edition {
	const struct phone_types *types;
	int slot; /* -1: they are the installed ones */
};

/* Of this id, else those that are installed: 0 is nobody's, and one that was
 * reverted in this moment is none any more.  To be given back. */
int phone_edition_take(struct ask *q, const struct phone_types *installed,
    int64_t id, struct phone_edition *out) FL_CHECK;
void phone_edition_give(const struct phone_edition *e);

#endif
