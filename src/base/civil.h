/*
 * civil -- days as dates of the Gregorian calendar, and back.
 *
 * A day is counted from 1970-01-01, a month from January of year 0 (which is
 * 0), so that months can be added.  Pure arithmetic, in no time zone, for the
 * years 0 to 9999 and some more.
 */
#ifndef FL_CIVIL_H
#define FL_CIVIL_H

#include <stdint.h>

struct civil {
	int64_t year;
	int month, day; /* from 1 */
};

/* The date of a day. */
struct civil civil_of(int64_t day);

/* The month of a date, and the first day of a month. */
int64_t civil_month(struct civil c);
int64_t civil_first(int64_t month);

#endif
