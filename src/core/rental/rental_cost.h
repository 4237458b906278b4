/*
 * rental_cost -- what a rental costs from day to day, in whole numbers.
 *
 * Pure arithmetic.  A month's cost M is spread over the D days of the month
 * so that the shares add up to M exactly: after n days floor(M * n / D) have
 * been charged, the n-th day's share is what that grew by.  Days are those of
 * UTC, counted from 1970-01-01; a day is charged at its beginning.  (The
 * vendor's own formula is not public; this is "balance / monthly cost in days,
 * floor" made exact.)
 *
 * Limits: M up to RENTAL_MONTHLY_MAX, balances up to RENTAL_BALANCE_MAX, days
 * of the years 1970 to 9999.
 */
#ifndef FL_RENTAL_COST_H
#define FL_RENTAL_COST_H

#include <stdint.h>

#define RENTAL_MONTHLY_MAX INT64_C(1000000000000)    /* 10^9 iSC */
#define RENTAL_BALANCE_MAX INT64_C(1000000000000000) /* 10^12 iSC */
#define RENTAL_DAY_MS      INT64_C(86400000)
#define RENTAL_DAY_MAX     INT64_C(2932896) /* 9999-12-31 */

/* The day that a time (milliseconds since 1970, not before) falls on. */
int64_t rental_day(int64_t ms);

/* Share of one day at monthly cost. */
int64_t rental_share(int64_t monthly, int64_t day);

/* Cost of the days from, from + 1, ... until - 1, however many months. */
int64_t rental_cost(int64_t monthly, int64_t from, int64_t until);

/* The first day of the month that day falls on, and of the next one. */
int64_t rental_month(int64_t day);
int64_t rental_next_month(int64_t day);

/*
 * The first day, not before from, that balance does not pay for; at most
 * RENTAL_DAY_MAX.  monthly > 0.
 */
int64_t rental_end_day(int64_t balance, int64_t monthly, int64_t from);

#endif
