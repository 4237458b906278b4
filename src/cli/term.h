/*
 * term -- text of others on a terminal.
 *
 * Values come from devices and strangers.  A hidden character (str.h) could
 * move the cursor, hide a line or turn it round; on a terminal it stands there
 * by its number instead: \u001b, \u202e, \U000e0041, and a byte that is no
 * UTF-8 as \xff.  JSON and CSV have their own rules and are not touched.
 */
#ifndef FL_TERM_H
#define FL_TERM_H

#include "arena.h"
#include "buf.h"
#include "str.h"

/* Add v as it may be shown; returns the number of characters added. */
size_t term_put(struct buf *out, struct str v);

/* The same as a text in the arena; "-" for an empty one. */
const char *term_text(struct arena *a, struct str v);

/* How many columns standard output has; 0: it is no terminal. */
int term_width(void);

#endif
