/* Points in time as people write them. */
#include "when.h"

#include "clock.h"
#include "count.h"
#include "tap.h"

static void
reads(const char *text, const char *begin, const char *end)
{
	char got[CLOCK_ISO_SIZE];
	int64_t ms;

	if (!when_read(str_of(text), WHEN_BEGIN, &ms)) {
		tap_ok(false, "\"%s\" is a time", text);
		return;
	}
	clock_iso(ms, got);
	tap_is_str(got, begin, text);
	tap_ok(when_read(str_of(text), WHEN_END, &ms), "it has an end");
	clock_iso(ms, got);
	tap_is_str(got, end, text);
}

int
main(void)
{
	static const char *const bad[] = {"", "2026", "2026-11", "2026-1-2",
	    "2026-13-01", "2026-02-29", "2026-04-31", "26.11.26", "31.02.2026",
	    "11/26/2026", "2026-11-26 24:00", "2026-11-26 9:00",
	    "2026-11-26 16:60", "2026-11-26 16:30:60", "2026-11-26 16:30+01:00",
	    "2026-11-26T", "2026-11-26x", "1969-12-31", "999999999",
	    "99999999999999999", "yesterday", "2026-11-26 16:30 Uhr",
	    "2026--1-26", "2026-11--1"};
	int64_t ms;

	reads("2026-11-26", "2026-11-26T00:00:00.000Z",
	    "2026-11-27T00:00:00.000Z");
	reads("26.11.2026", "2026-11-26T00:00:00.000Z",
	    "2026-11-27T00:00:00.000Z");
	reads("2024-02-29", "2024-02-29T00:00:00.000Z",
	    "2024-03-01T00:00:00.000Z");
	reads(" 2026-12-31 23:59 ", "2026-12-31T23:59:00.000Z",
	    "2027-01-01T00:00:00.000Z");
	reads("26.11.2026 16:30", "2026-11-26T16:30:00.000Z",
	    "2026-11-26T16:31:00.000Z");
	reads("2026-11-26T16:30:05Z", "2026-11-26T16:30:05.000Z",
	    "2026-11-26T16:30:06.000Z");
	reads("2026-11-26T16:30:05.123Z", "2026-11-26T16:30:05.123Z",
	    "2026-11-26T16:30:05.124Z");
	reads("1795318924898", "2026-11-22T03:42:04.898Z",
	    "2026-11-22T03:42:04.899Z");
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!when_read(str_of(bad[i]), WHEN_BEGIN, &ms),
		    "\"%s\" is none", bad[i]);
	return tap_end();
}
