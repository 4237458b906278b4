/*
 * idlist -- hardware ids in a text that somebody typed or a program printed.
 *
 * Blanks, line ends, commas and semicolons separate them; "#" begins a remark,
 * to the end of the line.  A byte order mark in front is none of them.  What
 * stands between is not looked at.
 */
#ifndef FL_IDLIST_H
#define FL_IDLIST_H

#include "str.h"

/* Never more than so many ids are in len bytes. */
#define IDLIST_MAX(len) ((len) / 2 + 1)

/* Slices of text into ids, which has room for IDLIST_MAX; their number. */
size_t idlist_read(struct str text, struct str *ids);

#endif
