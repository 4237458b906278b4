/*
 * Rules of calendars: each start lies behind the moment that was asked for, on
 * the minute that the clock shows, and none is left out.
 */
#include "calendar.h"

#include "fuzz.h"
#include "must.h"

#define HOUR_MS INT64_C(3600000)
#define FROM    INT64_C(1774000000000) /* some days before a clock change */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zone *z = zone_open(STR("Europe/Berlin"));
	struct calendar c;
	int64_t at = FROM;

	must(z != NULL);
	if (calendar_read(str_n(data, size), &c)) {
		for (int i = 0; i < 20 && at != 0; i++) {
			int64_t next = calendar_next(&c, z, at);

			must(next == 0 || next > at);
			must(next == 0 ||
			     calendar_next(&c, z, next - 1) == next);
			must(c.kind != CALENDAR_DAILY ||
			     next - at <= 25 * HOUR_MS);
			at = next;
		}
		must(c.kind <= CALENDAR_ONCE || at != 0);
	}
	zone_close(&z);
	return 0;
}
