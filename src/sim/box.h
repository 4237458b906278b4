/*
 * box -- what a simulated device keeps besides its password: its settings, the
 * variable CHECK of its update client, and whether it needs a reset.
 *
 * A restart loses what was activated and not written, and clears the need of a
 * reset; CHECK is in the flash and stays.  A long reset makes it as it came out
 * of its carton.
 */
#ifndef FL_BOX_H
#define FL_BOX_H

#include <stdint.h>

#include "settings.h"

#define BOX_SERIAL_MAX 32 /* bytes of CHECK */

/* What the device does when it has answered. */
enum box_next {
	BOX_STAYS,
	BOX_MOVES, /* it has another registration URL: connects there */
	BOX_RESTARTS
};

/* Zero-filled is a new one. */
struct box {
	struct settings settings;
	char
	    check[BOX_SERIAL_MAX + 1]; /* serial of the last script; "": none */
	bool reset_needed;             /* vars create asks for one */
	enum box_next next;
	int64_t started_ms; /* clock_mono_ms() of its last start */
};

/* Where it registers, as its settings say; NULL: they do not. */
const char *box_url(const struct box *b);

/* What is edited runs; it moves if that changes where it registers. */
void box_activate(struct box *b);

/* It starts, with what is in the flash. */
void box_start(struct box *b);

/* As new; frees what it holds. */
void box_clear(struct box *b);

#endif
