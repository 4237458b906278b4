/*
 * points -- the figures of one day, a point for every five minutes, packed.
 *
 * A domain has two figures, how many devices are online and how many there are;
 * the whole instance has a third, how many are in no domain.  As bytes: the
 * width of a number (1 to 3), then the numbers of each point from midnight (UTC)
 * to the last that was noted, big-endian, each plus one.  Zero says that nobody
 * counted then.  So a day of a domain with fewer than 255 devices has 577 bytes,
 * with fewer than 65,535 devices 1,153, and none more than POINTS_BYTES.
 */
#ifndef FL_POINTS_H
#define FL_POINTS_H

#include <stdint.h>

#include "str.h"

#define POINTS_MS    INT64_C(300000) /* from one to the next */
#define POINTS_DAY   288
#define POINTS_NONE  (-1)     /* nobody counted */
#define POINTS_MAX   16777214 /* a greater figure is stored as this one */
#define POINTS_BYTES (1 + POINTS_DAY * POINTS__MAX * 3)

enum points_figure {
	POINTS_ONLINE,
	POINTS_KNOWN,
	POINTS_UNASSIGNED, /* the whole instance only */
	POINTS__MAX
};

struct points {
	size_t figures;                     /* of each point: 2 or 3 */
	size_t n;                           /* points from midnight on */
	int32_t v[POINTS_DAY][POINTS__MAX]; /* all of a point or none */
};

/* figures is set before.  False: these are no points, and *out has none. */
bool points_read(struct str packed, struct points *out);

/* The number of bytes that out then holds. */
size_t points_pack(const struct points *p, unsigned char out[POINTS_BYTES]);

/* Note the figures of point at (below POINTS_DAY).  False: that one has been
 * noted before, and stays as it is. */
bool points_note(struct points *p, size_t at, const int64_t v[POINTS__MAX]);

#endif
