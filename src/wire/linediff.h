/*
 * linediff -- the lines in which two texts differ.
 *
 *	linediff(&(struct linediff){a, na, b, nb, say, arg})
 *
 * The fewest that there are, by the greedy way of Myers ("An O(ND) Difference
 * Algorithm and Its Variations", 1986): time and memory grow with the number of
 * differences, not with the texts.  Texts with more than LINEDIFF_MAX of them
 * are told as all lines that go and all that come, but for those that both
 * begin and end with.
 */
#ifndef FL_LINEDIFF_H
#define FL_LINEDIFF_H

#include <stddef.h>

#include "str.h"

#define LINEDIFF_MAX 1000

/* A line of old that goes ('-') or of new that comes ('+'), and its number
 * there, from 0; in the order of the texts, what goes before what comes. */
typedef void linediff_say(void *arg, char sign, size_t at);

struct linediff {
	const struct str *old;
	size_t nold;
	const struct str *new;
	size_t nnew;
	linediff_say *say;
	void *arg;
};

void linediff(const struct linediff *d);

#endif
