/*
 * recipe -- how devices are updated and saved: a data file that an operator may change,
 * templates/innovaphone/update.conf.
 *
 *	# a comment
 *	command boot mod cmd UP0 /sync boot %u ireset %b
 *	step 12r2 14r1 13r3
 *	step 14 13 -
 *
 * "command PART TEXT": what a device is told for a part; %u is the URL of the
 * file, %b its build.  "scfg" is told a URL to which it puts its configuration;
 * read, copy and manager need no command: they are requests; phones of other
 * vendors get none.  "step FROM TO VIA": a way between releases (way.h).
 */
#ifndef FL_RECIPE_H
#define FL_RECIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "str.h"
#include "way.h"

#define RECIPE_MAX   ((size_t)64 << 10) /* bytes of the file */
#define RECIPE_STEPS 1000
#define COMMAND_MAX  512 /* bytes of a command, before its values */

/* What is done to a device in one piece. */
enum part {
	PART_BOOT, /* boot code */
	PART_FIRMWARE,
	PART_STORE,    /* of a PBX: the App Store path (UJ9) */
	PART_LAUNCHER, /* of a PBX: the version of the launcher (UJ9) */
	PART_SCFG,     /* it saves its configuration to a URL of ours (BJ3) */
	PART_READ,     /* its configuration is read and kept */
	PART_COPY,     /* the same, and a target gets a copy */
	PART_MANAGER,  /* the dumps of an App Platform are fetched (BJ4) */
	PART_PUTBACK,  /* it loads a configuration; no job does that */
	PART_PHONE,    /* firmware of a phone of another vendor */
	PART__MAX
};

/* "boot", "firmware", "store", "launcher", "scfg", "read", "copy",
 * "manager", "cfg", "phone"; PART__MAX: it is none. */
const char *part_name(enum part p);
enum part part_of(struct str name);

struct recipe {
	struct str commands[PART__MAX]; /* empty: there is none */
	struct way_step *steps;         /* way.h */
	size_t n;
};

/* -1 with ERR_INPUT names the line.  Texts live in the arena.  Public for
 * tests. */
int recipe_read(struct arena *a, struct str text, struct recipe *out,
    struct err *e) FL_CHECK;

/* The same from the file in the folder of the templates. */
int recipe_load(struct arena *a, const char *templates, struct recipe *out,
    struct err *e) FL_CHECK;

/*
 * Add the path that makes a device do its part, "!mod%20cmd%20...".  What ends a
 * word of its command line in the URL is encoded for that, and all of it for
 * the path, so a '%' of the URL twice.  false: the recipe has no such command.
 */
bool recipe_path(const struct recipe *r, enum part part, struct str url,
    struct str build, struct buf *out);

/* The releases that lie between the version a device runs and the wanted one,
 * the next first: their number, or -1 where there is no way. */
int recipe_way(const struct recipe *r, struct str version, struct str release,
    struct str via[WAY_VIAS]);

#endif
