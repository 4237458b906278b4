/* When jobs start: rules as texts, and the nights when clocks are changed. */
#include "calendar.h"

#include "count.h"
#include "tap.h"
#include "when.h"

static void
test_texts(void)
{
	static const char *const good[] = {"", "daily 02:30", "daily 00:00",
	    "once 2026-12-01 02:30", "weekly mon 02:30",
	    "weekly sun,sat,mon 23:59", "monthly 1 02:30", "monthly 31 02:30"};
	static const char *const bad[] = {"daily", "daily 2:30", "daily 24:00",
	    "daily 02:60", "daily  02:30", " daily 02:30", "daily 02:30 ",
	    "hourly 02:30", "once 02:30", "once 2026-02-30 02:30",
	    "once 2026-13-01 02:30", "once 1969-12-31 02:30", "weekly 02:30",
	    "weekly mon, 02:30", "weekly Mon 02:30", "weekly mon 02:30 x",
	    "monthly 0 02:30", "monthly 32 02:30", "monthly x 02:30",
	    "monthly 31", "never"};
	struct calendar c;

	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(calendar_read(str_of(good[i]), &c), "a rule: \"%s\"",
		    good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!calendar_read(str_of(bad[i]), &c), "no rule: \"%s\"",
		    bad[i]);
}

/* The next start behind a time, both in UTC. */
static void
next_is(const char *rule, const char *zone, const char *after, const char *want)
{
	struct zone *z = zone_open(str_of(zone));
	struct calendar c;
	int64_t from, to = 0;

	tap_ok(
	    z != NULL && calendar_read(str_of(rule), &c) &&
		when_read(str_of(after), WHEN_BEGIN, &from) &&
		(*want == '\0' || when_read(str_of(want), WHEN_BEGIN, &to)) &&
		calendar_next(&c, z, from) == to,
	    "\"%s\" of %s behind %s: %s", rule, zone, after,
	    *want != '\0' ? want : "none");
	zone_close(&z);
}

static void
test_days(void)
{
	next_is("", "UTC", "2026-11-27 12:00", "");
	next_is("daily 02:30", "UTC", "2026-11-27 02:29", "2026-11-27 02:30");
	next_is("daily 02:30", "UTC", "2026-11-27 02:30", "2026-11-28 02:30");
	next_is("daily 02:30", "Asia/Tokyo", "2026-11-27 12:00",
	    "2026-11-27 17:30");
	next_is("daily 20:00", "America/New_York", "2026-11-27 12:00",
	    "2026-11-28 01:00");
	next_is("daily 00:00", "Pacific/Kiritimati", "2026-11-27 09:00",
	    "2026-11-27 10:00");
	next_is("weekly mon,thu 02:30", "UTC", "2026-11-27 12:00",
	    "2026-11-30 02:30");
	next_is("weekly mon,thu 02:30", "UTC", "2026-11-30 12:00",
	    "2026-12-03 02:30");
	next_is(
	    "monthly 31 02:30", "UTC", "2026-11-27 12:00", "2026-11-30 02:30");
	next_is(
	    "monthly 31 02:30", "UTC", "2026-11-30 12:00", "2026-12-31 02:30");
	next_is(
	    "monthly 30 02:30", "UTC", "2027-01-31 12:00", "2027-02-28 02:30");
	next_is(
	    "monthly 29 02:30", "UTC", "2028-02-01 12:00", "2028-02-29 02:30");
	next_is(
	    "monthly 1 02:30", "UTC", "2026-12-01 02:30", "2027-01-01 02:30");
	next_is("once 2026-12-01 02:30", "Europe/Berlin", "2026-11-27",
	    "2026-12-01 01:30");
	next_is("once 2026-12-01 02:30", "UTC", "2026-12-01 02:30", "");
}

/* Berlin goes from 02:00 to 03:00 on 2026-03-29 01:00 UTC, and from 03:00 back
 * to 02:00 on 2026-10-25 01:00 UTC. */
static void
test_changes_of_the_clock(void)
{
	const char *zone = "Europe/Berlin";

	next_is("daily 02:30", zone, "2026-03-27 12:00", "2026-03-28 01:30");
	next_is("daily 02:30", zone, "2026-03-28 12:00", "2026-03-29 01:00");
	next_is("daily 02:30", zone, "2026-03-29 01:00", "2026-03-30 00:30");
	next_is("daily 03:00", zone, "2026-03-28 12:00", "2026-03-29 01:00");
	next_is("daily 02:30", zone, "2026-10-24 12:00", "2026-10-25 00:30");
	next_is("daily 02:30", zone, "2026-10-25 00:30", "2026-10-26 01:30");
	next_is(
	    "once 2026-03-29 02:30", zone, "2026-03-01", "2026-03-29 01:00");
}

int
main(void)
{
	test_texts();
	test_days();
	test_changes_of_the_clock();
	return tap_end();
}
