#include "rental_cost.h"

#include "civil.h"
#include "must.h"

/* The month a day falls on. */
struct month {
	int64_t index; /* of civil.h */
	int64_t first; /* its first day */
	int64_t days;
};

static struct month
month_number(int64_t index)
{
	struct month m = {.index = index, .first = civil_first(index)};

	m.days = civil_first(index + 1) - m.first;
	return m;
}

static struct month
month_of(int64_t day)
{
	must(day >= 0 && day <= RENTAL_DAY_MAX + 1);
	return month_number(civil_month(civil_of(day)));
}

/* What all days before this one would have cost since the year 0. */
static int64_t
cost_before(int64_t monthly, int64_t day)
{
	struct month m = month_of(day);

	return monthly * m.index + monthly * (day - m.first) / m.days;
}

int64_t
rental_day(int64_t ms)
{
	must(ms >= 0);
	return ms / RENTAL_DAY_MS;
}

int64_t
rental_cost(int64_t monthly, int64_t from, int64_t until)
{
	must(monthly >= 0 && monthly <= RENTAL_MONTHLY_MAX && from <= until);
	return cost_before(monthly, until) - cost_before(monthly, from);
}

int64_t
rental_share(int64_t monthly, int64_t day)
{
	return rental_cost(monthly, day, day + 1);
}

int64_t
rental_month(int64_t day)
{
	return month_of(day).first;
}

int64_t
rental_next_month(int64_t day)
{
	struct month m = month_of(day);

	return m.first + m.days;
}

/*
 * The last day whose cost_before is not above what there is.  That lies in
 * month there / monthly, because the first of that month is paid and the first
 * of the next is not; in it, on the last n with floor(monthly * n / days) <=
 * rest.
 */
int64_t
rental_end_day(int64_t balance, int64_t monthly, int64_t from)
{
	struct month m;
	int64_t there, rest, n;

	must(monthly > 0 && monthly <= RENTAL_MONTHLY_MAX);
	must(balance >= 0 && balance <= RENTAL_BALANCE_MAX);
	there = balance + cost_before(monthly, from);
	if (there / monthly >= month_of(RENTAL_DAY_MAX).index)
		return RENTAL_DAY_MAX;
	m = month_number(there / monthly);
	rest = there % monthly;
	n = ((rest + 1) * m.days - 1) / monthly;
	return m.first + (n < m.days ? n : m.days - 1);
}
