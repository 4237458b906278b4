#include "when.h"

#include "civil.h"
#include "num.h"

#define DAY_MS    INT64_C(86400000)
#define MS_DIGITS 10 /* of the least number of milliseconds that is one */
#define MS_MAX    (INT64_C(2932896) * DAY_MS) /* 9999-12-31 */

/* Cut n digits off the front as a number from lo to hi. */
static bool
take(struct str *rest, size_t n, int64_t lo, int64_t hi, int64_t *out)
{
	if (rest->len < n || str_find(str_n(rest->p, n), '-') < n ||
	    !num_parse(str_n(rest->p, n), lo, hi, out))
		return false;
	*rest = str_n(rest->p + n, rest->len - n);
	return true;
}

static bool
mark(struct str *rest, char c)
{
	if (rest->len == 0 || rest->p[0] != c)
		return false;
	*rest = str_n(rest->p + 1, rest->len - 1);
	return true;
}

static bool
take_date(struct str *rest, int64_t *day)
{
	int64_t y = 0, m = 0, d = 0;
	struct civil c;

	if (rest->len > 2 && rest->p[2] == '.') {
		if (!take(rest, 2, 1, 31, &d) || !mark(rest, '.') ||
		    !take(rest, 2, 1, 12, &m) || !mark(rest, '.') ||
		    !take(rest, 4, 1970, 9999, &y))
			return false;
	} else if (!take(rest, 4, 1970, 9999, &y) || !mark(rest, '-') ||
		   !take(rest, 2, 1, 12, &m) || !mark(rest, '-') ||
		   !take(rest, 2, 1, 31, &d)) {
		return false;
	}
	c = (struct civil){.year = y, .month = (int)m, .day = (int)d};
	*day = civil_first(civil_month(c)) + d - 1;
	return civil_of(*day).month == m; /* 31 April is in May */
}

/* hh:mm[:ss[.mmm]][Z]; *unit gets the length of what was written. */
static bool
take_time(struct str *rest, int64_t *ms, int64_t *unit)
{
	int64_t h, m, s = 0, milli = 0;

	if (!take(rest, 2, 0, 23, &h) || !mark(rest, ':') ||
	    !take(rest, 2, 0, 59, &m))
		return false;
	*unit = 60000;
	if (mark(rest, ':')) {
		if (!take(rest, 2, 0, 59, &s))
			return false;
		*unit = 1000;
		if (mark(rest, '.')) {
			if (!take(rest, 3, 0, 999, &milli))
				return false;
			*unit = 1;
		}
	}
	(void)mark(rest, 'Z');
	*ms = ((h * 60 + m) * 60 + s) * 1000 + milli;
	return true;
}

bool
when_read(struct str text, enum when_edge edge, int64_t *ms)
{
	int64_t day, time = 0, unit = DAY_MS;

	text = str_trim(text);
	if (text.len >= MS_DIGITS && num_parse(text, 0, MS_MAX, ms)) {
		*ms += edge == WHEN_END;
		return true;
	}
	if (!take_date(&text, &day))
		return false;
	if (text.len > 0 && ((!mark(&text, 'T') && !mark(&text, ' ')) ||
				!take_time(&text, &time, &unit)))
		return false;
	*ms = day * DAY_MS + time + (edge == WHEN_END ? unit : 0);
	return text.len == 0;
}
