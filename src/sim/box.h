/*
 * box -- what a simulated device keeps besides its password: its settings, the
 * variable CHECK of its update client, whether it needs a reset, the firmware
 * and boot code that it has loaded.
 *
 * A restart loses what was activated and not written, and clears the need of a
 * reset; CHECK and what was loaded are in the flash and stay.  A long reset makes
 * it as it came out of its carton, but for what was loaded.
 */
#ifndef FL_BOX_H
#define FL_BOX_H

#include <stdint.h>

#include "platform.h"
#include "settings.h"

#define BOX_SERIAL_MAX 32 /* bytes of CHECK */
#define BOX_BUILD_MAX  32
#define BOX_LINE_MAX   64 /* of the version */

/* What the device does when it has answered. */
enum box_next {
	BOX_STAYS,
	BOX_MOVES, /* it has another registration URL: connects there */
	BOX_SYNCS, /* it loads or puts what its sync says (life.h) */
	BOX_RESTARTS
};

/* What "mod cmd UP0 /sync" is about. */
enum box_part { BOX_FIRMWARE, BOX_BOOT, BOX_SAVE, BOX_LOAD };

struct box_sync {
	enum box_part part;
	char *url;   /* NULL: it was told none */
	char *build; /* of firmware and boot code; else NULL */
};

/* Zero-filled is a new one. */
struct box {
	struct settings settings;
	char
	    check[BOX_SERIAL_MAX + 1]; /* serial of the last script; "": none */
	bool reset_needed;             /* vars create asks for one */
	enum box_next next;
	int64_t started_ms; /* clock_mono_ms() of its last start */
	struct box_sync sync;
	/* Loaded since it was made; NULL: nothing was. */
	char *firmware, *boot;    /* builds */
	char *version;            /* it says this one in place of its model's */
	struct platform platform; /* of an App Platform */
};

/* Where it registers, as its settings say; NULL: they do not. */
const char *box_url(const struct box *b);

/* The version that it says; made: that of its model. */
const char *box_version(const struct box *b, const char *made);

/* It is to load or put something.  build may be empty; false if one is too
 * long. */
bool box_sync(
    struct box *b, enum box_part part, struct str url, struct str build);

/* It has loaded the file that it was to load.  The first line of firmware is the
 * version that it runs then, if that is a line of text. */
void box_loaded(struct box *b, struct str file);

/* What is edited runs; it moves if that changes where it registers. */
void box_activate(struct box *b);

/* It starts, with what is in the flash. */
void box_start(struct box *b);

/* A long reset. */
void box_clear(struct box *b);

/* Free all that it holds. */
void box_fini(struct box *b);

#endif
