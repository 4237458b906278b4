/*
 * catalogue -- what a store of firmware and apps offers: the files that stand
 * below its URL (chapter 6.1).
 *
 *	firmware.json	products, and the releases that there are of each
 *	apps.json	apps of App Platforms
 *	software.json	myApps for PCs and mobiles; no device loads it
 *	linux.json	images of App Platforms
 *
 * Read tolerantly: members that are not known are left alone, those that are
 * missing are empty, and a file that has lost its braces is mended first
 * (mend.h), because the vendor's own samples are printed so.
 */
#ifndef FL_CATALOGUE_H
#define FL_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"
#include "str.h"

#define CATALOGUE_MAX   ((size_t)4 << 20) /* bytes of a file */
#define CATALOGUE_ITEMS 20000             /* elements of one list */
#define RELEASE_MAX     64                /* bytes of the id of a release */
#define BUILD_MAX       32                /* bytes of a build */

/* "13r1" and its build, "131705". */
struct release {
	struct str id, build, text;
};

/* A product, an app, a program, a platform, and what there is of it. */
struct offer {
	struct str id;
	struct str title;  /* for people; may be empty */
	struct str binary; /* name of its file; may be empty */
	struct release *releases;
	size_t n;
};

struct catalogue {
	struct offer *offers; /* in the order of the file */
	size_t n;
};

/*
 * Read one of the four files; its texts live in the arena.  In firmware.json
 * each release of a product has the build that the list of releases says, and
 * one that is not in it is left out.  ERR_INPUT if it is none of them,
 * ERR_LIMIT.
 */
int catalogue_read(struct arena *a, struct str text, struct catalogue *out,
    struct err *e) FL_CHECK;

/* What there is of it; NULL: nothing.  Ids are compared in either case. */
const struct offer *catalogue_find(const struct catalogue *c, struct str id);

/* The release of an offer; NULL: there is none.  Ids are compared as they are
 * written. */
const struct release *catalogue_release(
    const struct offer *o, struct str release);

/* A word of a URL and of a command line: letters, digits, '.', '-', '_', not
 * beginning with '.'. */
bool catalogue_word(struct str text, size_t max);

#endif
