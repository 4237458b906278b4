/*
 * The file of a time zone: whatever is read gives periods that hang together,
 * contain what was asked for, and know one offset each.
 */
#include "zone.h"

#include "fuzz.h"
#include "must.h"

#define YEAR_MS    INT64_C(31556952000)
#define FIRST_MS   (-100 * YEAR_MS) /* from there on is asked */
#define OFFSET_MAX (167 * INT64_C(3600000))

static void
look(const struct zone *z, int64_t ms)
{
	struct zone_period p, again;

	zone_period(z, ms, &p);
	must(p.from <= ms && ms < p.until);
	must(p.offset > -OFFSET_MAX && p.offset < OFFSET_MAX);
	zone_period(z, p.from < FIRST_MS ? ms : p.from, &again);
	must(again.offset == p.offset);
	if (p.until == INT64_MAX)
		return;
	zone_period(z, p.until - 1, &again);
	must(again.offset == p.offset);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone *z = zone_read(str_n(data, size));
	struct buf stamp;

	if (z == NULL)
		return 0;
	for (int64_t year = -100; year < 8030; year += 13)
		look(z, year * YEAR_MS + year % 7 * 1000003);
	buf_init(&stamp, 256);
	zone_stamp(z, &stamp);
	must(stamp.len == 64);
	buf_fini(&stamp);
	zone_close(&z);
	return 0;
}
