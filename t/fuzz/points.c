/*
 * A day of the history: the first byte says how many figures a point has and
 * where one more is noted, the rest is the packed day.  What is read is packed
 * to no more bytes, and read again as the same.
 */
#include "points.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

static void
check_same(const struct points *p)
{
	unsigned char packed[POINTS_BYTES];
	size_t n = points_pack(p, packed);
	struct points again = {.figures = p->figures};

	must(n <= sizeof(packed));
	must(points_read(str_n((const char *)packed, n), &again));
	must(again.n == p->n);
	for (size_t i = 0; i < p->n; i++)
		must(memcmp(again.v[i], p->v[i],
			 p->figures * sizeof(p->v[i][0])) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t v[POINTS__MAX] = {1, 70000, POINTS_MAX};
	struct points p = {.figures = POINTS__MAX};

	if (size == 0)
		return 0;
	if (data[0] % 2 == 0)
		p.figures = POINTS_UNASSIGNED;
	if (!points_read(str_n((const char *)data + 1, size - 1), &p))
		must(p.n == 0);
	check_same(&p);
	(void)points_note(&p, data[0], v);
	check_same(&p);
	return 0;
}
