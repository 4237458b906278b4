#include "calendar.h"

#include "civil.h"
#include "hours.h"
#include "num.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_MS    INT64_C(86400000)
#define AHEAD     64 /* days that are looked at: more than two months */
#define AWAY_MS   (16 * INT64_C(3600000)) /* no zone is further from UTC */

/* ---- reading ---- */

/* "2026-12-01", a day that there is. */
static bool
read_day(struct str text, int64_t *out)
{
	int64_t year, month, day;
	struct civil c;

	if (text.len != 10 || text.p[4] != '-' || text.p[7] != '-' ||
	    !num_parse(str_n(text.p, 4), 1970, 9999, &year) ||
	    !num_parse(str_n(text.p + 5, 2), 1, 12, &month) ||
	    !num_parse(str_n(text.p + 8, 2), 1, 31, &day))
		return false;
	*out = civil_first(year * 12 + month - 1) + day - 1;
	c = civil_of(*out);
	return c.month == month;
}

/* "mon,thu" */
static bool
read_weekdays(struct str text, unsigned *out)
{
	static const char *const names[] = {
	    "sun", "mon", "tue", "wed", "thu", "fri", "sat"};
	struct str name;

	*out = 0;
	while (str_next(&text, ',', &name)) {
		unsigned bit = 0;

		for (unsigned i = 0; i < 7; i++)
			if (str_eqz(name, names[i]))
				bit = 1U << i;
		if (bit == 0)
			return false;
		*out |= bit;
	}
	return *out != 0;
}

static bool
read_monthday(struct str text, int *out)
{
	int64_t n;

	if (!num_parse(text, 1, 31, &n))
		return false;
	*out = (int)n;
	return true;
}

/* What stands between the word and the time. */
static bool
read_days(struct str word, struct str days, struct calendar *c)
{
	if (str_eqz(word, "once")) {
		c->kind = CALENDAR_ONCE;
		return read_day(days, &c->day);
	}
	if (str_eqz(word, "weekly")) {
		c->kind = CALENDAR_WEEKLY;
		return read_weekdays(days, &c->weekdays);
	}
	c->kind = CALENDAR_MONTHLY;
	return str_eqz(word, "monthly") && read_monthday(days, &c->monthday);
}

bool
calendar_read(struct str text, struct calendar *out)
{
	struct str rest = text, word = {0}, days = {0}, time = {0};

	*out = (struct calendar){.kind = CALENDAR_NEVER};
	if (text.len == 0)
		return true;
	if (text.len > CALENDAR_MAX || !str_next(&rest, ' ', &word))
		return false;
	if (str_eqz(word, "daily")) {
		out->kind = CALENDAR_DAILY;
		return hours_minute(rest, &out->minute);
	}
	return str_next(&rest, ' ', &days) && str_next(&rest, ' ', &time) &&
	       rest.len == 0 && read_days(word, days, out) &&
	       hours_minute(time, &out->minute);
}

/* ---- the next one ---- */

/* 1970-01-01 was a Thursday. */
static unsigned
weekday(int64_t day)
{
	return 1U << (unsigned)((day % 7 + 7 + 4) % 7);
}

static bool
is_monthday(int64_t day, int wanted)
{
	struct civil c = civil_of(day);
	int64_t month = civil_month(c);
	int64_t last = civil_first(month + 1) - civil_first(month);

	return c.day == (wanted < last ? wanted : last);
}

static bool
falls_on(const struct calendar *c, int64_t day)
{
	switch (c->kind) {
	case CALENDAR_NEVER:
		return false;
	case CALENDAR_ONCE:
		return day == c->day;
	case CALENDAR_DAILY:
		return true;
	case CALENDAR_WEEKLY:
		return (c->weekdays & weekday(day)) != 0;
	case CALENDAR_MONTHLY:
		return is_monthday(day, c->monthday);
	}
	return false;
}

/* What the clock of the zone shows, as a moment. */
static int64_t
moment(const struct zone *z, int64_t local)
{
	struct zone_period p;

	zone_period(z, local - AWAY_MS, &p);
	while (local - p.offset >= p.until)
		zone_period(z, p.until, &p);
	return local - p.offset < p.from ? p.from : local - p.offset;
}

int64_t
calendar_next(const struct calendar *c, const struct zone *z, int64_t after)
{
	int64_t day = after / DAY_MS - 1, end = day + AHEAD;

	if (c->kind == CALENDAR_ONCE) {
		day = c->day;
		end = day + 1;
	}
	for (; day < end; day++) {
		int64_t at;

		if (!falls_on(c, day))
			continue;
		at = moment(z, day * DAY_MS + c->minute * MINUTE_MS);
		if (at > after)
			return at;
	}
	return 0;
}
