/* Days as dates, against the C library. */
#include "civil.h"

#include <time.h>

#include "tap.h"

static bool
agrees(int64_t day)
{
	time_t t = (time_t)day * 86400;
	struct civil c = civil_of(day);
	struct tm tm;

	return gmtime_r(&t, &tm) != NULL && c.year == tm.tm_year + 1900 &&
	       c.month == tm.tm_mon + 1 && c.day == tm.tm_mday &&
	       civil_first(civil_month(c)) == day - tm.tm_mday + 1;
}

int
main(void)
{
	int64_t day = -1;

	while (day <= 2932896 && agrees(day))
		day++;
	tap_is_int(day, 2932897,
	    "every day from 1969-12-31 to 9999-12-31 has the date that the C "
	    "library gives it, in a month that begins where it should");
	tap_is_int(civil_first(1970 * 12), 0, "1970-01-01 is day 0");
	tap_is_int(civil_first(2024 * 12 + 2) - civil_first(2024 * 12 + 1), 29,
	    "the February of a leap year has 29 days");
	return tap_end();
}
