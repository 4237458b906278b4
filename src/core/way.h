/*
 * way -- steps between releases that a vendor allows, as data has them:
 *
 *	FROM TO VIA
 *
 * Who runs FROM goes to TO by VIA, which is installed before; "-": there is no
 * way, as often for the way back.  FROM and TO are beginnings of releases that
 * end before a digit: 13 is 13r1 and 13r3, not 130.  The first step that fits
 * counts.
 *
 * recipe.h has those of innovaphone, phone_step.h those of other vendors.  Pure.
 */
#ifndef FL_WAY_H
#define FL_WAY_H

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

#define WAY_VIAS    8  /* releases on the way */
#define WAY_RELEASE 64 /* bytes of one */

struct way_step {
	struct str from, to, via;
};

/* The three words of a line; false: it is none. */
bool way_step_read(struct str text, struct way_step *out);

/* The next word of a line, blanks and tabs skipped; empty at the end. */
struct str way_word(struct str *rest);

/* Is it that release, or one whose name goes on behind it? */
bool way_begins(struct str version, struct str release);

/* The releases that lie between the version a device runs and the wanted one,
 * the next first: their number, or -1 where there is no way. */
int way_find(const struct way_step *list, size_t n, struct str version,
    struct str release, struct str via[WAY_VIAS]);

#endif
