/* Quiet hours: what they are as a text, and when it is quiet. */
#include "hours.h"

#include "count.h"
#include "tap.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

static void
test_texts(void)
{
	static const char *const bad[] = {"22:00", "22:00-", "-06:00",
	    "22:00-6:00", "24:00-06:00", "22:60-06:00", "22:00-06:00 ",
	    "22.00-06.00", "22:00 06:00", "+2:00-06:00", "06:00-06:00",
	    "22:00-06:0x"};
	struct hours q;

	tap_ok(hours_read(STR("22:00-06:30"), &q) && q.from == 1320 &&
		   q.until == 390,
	    "hours across midnight");
	tap_ok(hours_read(STR("00:00-23:59"), &q) && q.from == 0 &&
		   q.until == 1439,
	    "a whole day but a minute");
	tap_ok(hours_read(STR(""), &q) && q.from == q.until, "none");
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!hours_read(str_of(bad[i]), &q), "no hours: %s", bad[i]);
}

static bool
is_quiet(const char *hours, const char *zone, int64_t ms)
{
	struct hours q;

	return hours_read(str_of(hours), &q) && hours_in(&q, str_of(zone), ms);
}

static void
test_edges(void)
{
	const char *night = "22:00-06:00", *noon = "12:00-13:00";

	tap_ok(!is_quiet(night, "UTC", 22 * HOUR - 1), "not before the hour");
	tap_ok(is_quiet(night, "UTC", 22 * HOUR), "from its first moment on");
	tap_ok(is_quiet(night, "UTC", 24 * HOUR), "at midnight");
	tap_ok(is_quiet(night, "UTC", 30 * HOUR - 1), "to its last moment");
	tap_ok(!is_quiet(night, "UTC", 30 * HOUR), "and not at its end");
	tap_ok(!is_quiet(night, "UTC", 36 * HOUR), "nor by day");
	tap_ok(is_quiet(noon, "UTC", 12 * HOUR + 59 * MINUTE) &&
		   !is_quiet(noon, "UTC", 13 * HOUR) &&
		   !is_quiet(noon, "UTC", 0),
	    "hours within a day");
	tap_ok(!is_quiet("", "UTC", 0), "without hours it never is");
}

/* 2026-03-29 01:00 UTC: Berlin goes from 02:00 to 03:00. */
#define SPRING INT64_C(1774746000000)
/* 2026-10-25 01:00 UTC: from 03:00 back to 02:00. */
#define AUTUMN INT64_C(1792890000000)

static void
test_zones(void)
{
	const char *night = "22:00-06:00";

	tap_ok(is_quiet(night, "Europe/Berlin", SPRING - 4 * HOUR) &&
		   !is_quiet(night, "Europe/Berlin", SPRING - 4 * HOUR - 1),
	    "22:00 of Berlin in winter is 21:00 UTC");
	tap_ok(is_quiet(night, "Europe/Berlin", SPRING + 3 * HOUR - 1) &&
		   !is_quiet(night, "Europe/Berlin", SPRING + 3 * HOUR),
	    "that night is over at 04:00 UTC, an hour shorter");
	tap_ok(is_quiet(night, "Europe/Berlin", AUTUMN + 4 * HOUR - 1) &&
		   !is_quiet(night, "Europe/Berlin", AUTUMN + 4 * HOUR),
	    "in autumn one is an hour longer");
	tap_ok(!is_quiet("02:00-03:00", "Europe/Berlin", SPRING) &&
		   !is_quiet("02:00-03:00", "Europe/Berlin", SPRING - 1),
	    "an hour that does not exist is not quiet");
	tap_ok(is_quiet("02:00-03:00", "Europe/Berlin", AUTUMN - 1) &&
		   is_quiet("02:00-03:00", "Europe/Berlin", AUTUMN),
	    "one that is there twice is so twice");
	tap_ok(is_quiet(night, "Asia/Kolkata", 17 * HOUR) &&
		   !is_quiet(night, "Asia/Kolkata", 16 * HOUR),
	    "half hours count");
	tap_ok(is_quiet(night, "Nowhere/Atall", 23 * HOUR),
	    "a zone that has gone is UTC");
}

int
main(void)
{
	test_texts();
	test_edges();
	test_zones();
	return tap_end();
}
