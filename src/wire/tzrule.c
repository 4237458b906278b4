#include "tzrule.h"

#include "civil.h"
#include "num.h"

#define DAY     86400
#define HOUR    3600
#define CHANGES 10 /* of five years */

/* ---- reading ---- */

static bool
take(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = str_n(s->p + 1, s->len - 1);
	return true;
}

/* One to three digits. */
static bool
take_number(struct str *s, int64_t lo, int64_t hi, int64_t *out)
{
	size_t n = str_span(*s, STR_DIGITS, "");

	if (n > 3 || !num_parse(str_n(s->p, n), lo, hi, out))
		return false;
	*s = str_n(s->p + n, s->len - n);
	return true;
}

/* "CET", or "<+01>"; which one does not matter. */
static bool
take_name(struct str *s)
{
	bool quoted = take(s, '<');
	size_t n = quoted ? str_span(*s, STR_ALNUM, "+-")
			  : str_span(*s, STR_LETTERS, "");

	if (n < 3)
		return false;
	*s = str_n(s->p + n, s->len - n);
	return !quoted || take(s, '>');
}

/* "-1", "5:30", "+12:45:00": hours up to hours_max. */
static bool
take_time(struct str *s, int64_t hours_max, int64_t *out)
{
	bool negative = take(s, '-');
	int64_t hours, minutes = 0, seconds = 0;

	if (!negative)
		(void)take(s, '+');
	if (!take_number(s, 0, hours_max, &hours) ||
	    (take(s, ':') &&
		(!take_number(s, 0, 59, &minutes) ||
		    (take(s, ':') && !take_number(s, 0, 59, &seconds)))))
		return false;
	*out = hours * HOUR + minutes * 60 + seconds;
	if (negative)
		*out = -*out;
	return true;
}

/* West is positive here, as POSIX has it. */
static bool
take_offset(struct str *s, int64_t *out)
{
	int64_t west;

	if (!take_time(s, 24, &west))
		return false;
	*out = -west;
	return true;
}

static bool
take_weekday(struct str *s, struct tzrule_change *out)
{
	int64_t month, week, day;

	if (!take_number(s, 1, 12, &month) || !take(s, '.') ||
	    !take_number(s, 1, 5, &week) || !take(s, '.') ||
	    !take_number(s, 0, 6, &day))
		return false;
	out->month = (int)month;
	out->week = (int)week;
	out->day = (int)day;
	return true;
}

/* ",M3.5.0/2" */
static bool
take_change(struct str *s, struct tzrule_change *out)
{
	int64_t day = 0;
	bool ok;

	*out = (struct tzrule_change){.seconds = 2 * HOUR};
	if (!take(s, ','))
		return false;
	if (take(s, 'M')) {
		out->kind = TZRULE_WEEKDAY;
		ok = take_weekday(s, out);
	} else {
		out->kind = take(s, 'J') ? TZRULE_JULIAN : TZRULE_DAY;
		ok = take_number(
		    s, out->kind == TZRULE_JULIAN ? 1 : 0, 365, &day);
		out->day = (int)day;
	}
	return ok && (!take(s, '/') || take_time(s, 167, &out->seconds));
}

bool
tzrule_read(struct str text, struct tzrule *out)
{
	struct str s = text;

	*out = (struct tzrule){0};
	if (!take_name(&s) || !take_offset(&s, &out->standard))
		return false;
	if (s.len == 0)
		return true;
	out->has_summer = true;
	out->summer = out->standard + HOUR;
	if (!take_name(&s) ||
	    (s.len > 0 && s.p[0] != ',' && !take_offset(&s, &out->summer)))
		return false;
	return take_change(&s, &out->begin) && take_change(&s, &out->end) &&
	       s.len == 0;
}

/* ---- the changes of a year ---- */

/* Of days counted from 1970-01-01, a Thursday; Sunday is 0. */
static int64_t
weekday(int64_t day)
{
	return ((day + 4) % 7 + 7) % 7;
}

static int64_t
day_of(const struct tzrule_change *c, int64_t year)
{
	int64_t first = civil_first(year * 12), day;
	int64_t leap = civil_first(year * 12 + 12) - first - 365;

	if (c->kind == TZRULE_DAY)
		return first + c->day;
	if (c->kind == TZRULE_JULIAN)
		return first + c->day - 1 + (c->day >= 60 ? leap : 0);
	first = civil_first(year * 12 + c->month - 1);
	day = first + (c->day - weekday(first) + 7) % 7 + (c->week - 1) * 7;
	if (day >= civil_first(year * 12 + c->month))
		day -= 7;
	return day;
}

struct change {
	int64_t at, offset; /* the offset from then on */
};

static struct change
change_of(const struct tzrule *r, int64_t year, bool begins)
{
	const struct tzrule_change *c = begins ? &r->begin : &r->end;
	int64_t before = begins ? r->standard : r->summer;

	return (struct change){day_of(c, year) * DAY + c->seconds - before,
	    begins ? r->summer : r->standard};
}

/* In their order; where one ends as the next begins, the end comes first. */
static void
sort_in(struct change list[CHANGES], int n, struct change c)
{
	int i = n;

	for (; i > 0 && list[i - 1].at > c.at; i--)
		list[i] = list[i - 1];
	list[i] = c;
}

void
tzrule_period(const struct tzrule *r, int64_t s, struct tzrule_period *out)
{
	struct change list[CHANGES];
	int64_t day = s / DAY - (s % DAY < 0);
	int64_t year = civil_of(day).year;
	int n = 0;

	*out = (struct tzrule_period){INT64_MIN, INT64_MAX, r->standard};
	if (!r->has_summer)
		return;
	/* A change may lie in the year before or after that of its day. */
	for (int64_t y = year - 2; y <= year + 2; y++) {
		sort_in(list, n++, change_of(r, y, false));
		sort_in(list, n++, change_of(r, y, true));
	}
	for (int i = 0; i < n && out->until == INT64_MAX; i++) {
		if (list[i].at > s) {
			out->until = list[i].at;
		} else {
			out->from = list[i].at;
			out->offset = list[i].offset;
		}
	}
}
