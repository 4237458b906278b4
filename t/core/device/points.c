/* Figures of a day in few bytes. */
#include "points.h"

#include <string.h>

#include "tap.h"

static struct points p, back;
static unsigned char packed[POINTS_BYTES];

static bool
same(void)
{
	for (size_t i = 0; i < p.n; i++)
		for (size_t k = 0; k < p.figures; k++)
			if (back.v[i][k] != p.v[i][k])
				return false;
	return back.n == p.n;
}

static size_t
pack_and_read(void)
{
	size_t n = points_pack(&p, packed);

	back.figures = p.figures;
	tap_ok(points_read(str_n((const char *)packed, n), &back) && same(),
	    "what is packed is read");
	return n;
}

static bool
note(size_t at, int64_t online, int64_t known, int64_t unassigned)
{
	return points_note(
	    &p, at, (const int64_t[POINTS__MAX]){online, known, unassigned});
}

static void
test_gap(void)
{
	memset(&p, 0, sizeof(p));
	p.figures = POINTS__MAX;
	tap_ok(note(2, 0, 5, 1), "a point is noted");
	tap_ok(p.n == 3 && p.v[1][POINTS_ONLINE] == POINTS_NONE &&
		   p.v[2][POINTS_ONLINE] == 0,
	    "before it there is a gap, which is no zero");
	tap_is_int(
	    (int64_t)pack_and_read(), 1 + 3 * 3, "small numbers have a byte");
	tap_ok(!note(2, 9, 9, 9) && p.v[2][POINTS_KNOWN] == 5,
	    "a point is noted once");
	tap_ok(note(1, 4, 4, 4) && p.n == 3 && p.v[1][POINTS_ONLINE] == 4,
	    "one in a gap can be");
}

static void
test_width(void)
{
	static const struct {
		int64_t known;
		size_t width;
		int64_t stored;
	} all[] = {{254, 1, 254}, {255, 2, 255}, {65534, 2, 65534},
	    {65535, 3, 65535}, {POINTS_MAX, 3, POINTS_MAX},
	    {INT64_MAX, 3, POINTS_MAX}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		memset(&p, 0, sizeof(p));
		p.figures = POINTS_UNASSIGNED;
		tap_ok(note(0, 1, all[i].known, 0), "a number of %zu bytes",
		    all[i].width);
		p.v[0][POINTS_UNASSIGNED] = 0;
		tap_is_int((int64_t)points_pack(&p, packed),
		    (int64_t)(1 + 2 * all[i].width), "has so many");
		(void)pack_and_read();
		tap_is_int(back.v[0][POINTS_KNOWN], all[i].stored, "its value");
	}
}

static void
test_day(void)
{
	memset(&p, 0, sizeof(p));
	p.figures = POINTS_UNASSIGNED;
	for (size_t i = 0; i < POINTS_DAY; i++)
		(void)note(i, 254, 254, 0);
	tap_is_int(
	    (int64_t)pack_and_read(), 577, "a day of fewer than 255 devices");
	p.v[7][POINTS_KNOWN] = 65534;
	tap_is_int((int64_t)pack_and_read(), 1153, "of fewer than 65,535");
	p.figures = POINTS__MAX;
	p.v[7][POINTS_KNOWN] = 65535;
	tap_is_int((int64_t)points_pack(&p, packed), POINTS_BYTES,
	    "and none has more than there is room for");
}

static void
test_damaged(void)
{
	static const char bad[][8] = {"", "\0", "\4abcd", "\2abc", "\1a"};
	static const size_t size[] = {0, 1, 5, 4, 2};
	char much[1 + (POINTS_DAY + 1) * POINTS_UNASSIGNED] = "\1";

	back.figures = POINTS_UNASSIGNED;
	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++)
		tap_ok(
		    !points_read(str_n(bad[i], size[i]), &back) && back.n == 0,
		    "bytes that are no points: %zu", i);
	tap_ok(!points_read(str_n(much, sizeof(much)), &back),
	    "a day has no more than its five minutes");
	tap_ok(points_read(str_n(much, sizeof(much) - 2), &back) &&
		   back.n == POINTS_DAY,
	    "a whole one is read");
}

int
main(void)
{
	test_gap();
	test_width();
	test_day();
	test_damaged();
	return tap_end();
}
