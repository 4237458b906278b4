#include "civil.h"

#include "must.h"

#define TO_1970 719468 /* days from 0000-03-01 */
#define DAYS400 146097 /* of 400 years */

/* Years are counted from March here, so that the day of a leap year is the
 * last one; from there (5 m + 2) / 153 is the month of a day. */
struct civil
civil_of(int64_t day)
{
	int64_t z = day + TO_1970, era = z / DAYS400, left = z % DAYS400;
	int64_t year =
	    (left - left / 1460 + left / 36524 - left / (DAYS400 - 1)) / 365;
	int64_t of_year = left - (365 * year + year / 4 - year / 100);
	int64_t m = (5 * of_year + 2) / 153; /* 0 is March */
	struct civil c;

	must(z >= 0);
	c.day = (int)(of_year - (153 * m + 2) / 5 + 1);
	c.month = (int)(m < 10 ? m + 3 : m - 9);
	c.year = year + era * 400 + (c.month <= 2);
	return c;
}

int64_t
civil_month(struct civil c)
{
	return c.year * 12 + c.month - 1;
}

int64_t
civil_first(int64_t month)
{
	int64_t year = (month - 2) / 12, m = (month - 2) % 12;

	must(month >= 2);
	return 365 * year + year / 4 - year / 100 + year / 400 +
	       (153 * m + 2) / 5 - TO_1970;
}
