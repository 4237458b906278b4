#include "hours.h"

#include "num.h"
#include "zone.h"

#define MINUTE_MS INT64_C(60000)
#define DAY       1440 /* minutes */

bool
hours_minute(struct str text, int *out)
{
	int64_t hour, minute;

	if (text.len != 5 || text.p[2] != ':' ||
	    !num_parse(str_n(text.p, 2), 0, 23, &hour) ||
	    !num_parse(str_n(text.p + 3, 2), 0, 59, &minute))
		return false;
	*out = (int)(60 * hour + minute);
	return true;
}

bool
hours_read(struct str text, struct hours *out)
{
	*out = (struct hours){0, 0};
	if (text.len == 0)
		return true;
	return text.len == HOURS_MAX && text.p[5] == '-' &&
	       hours_minute(str_n(text.p, 5), &out->from) &&
	       hours_minute(str_n(text.p + 6, 5), &out->until) &&
	       out->from != out->until;
}

int64_t
hours_local(struct str zone, int64_t ms)
{
	struct zone *z = zone_open(zone);
	struct zone_period p = {.offset = 0};

	if (z != NULL)
		zone_period(z, ms, &p);
	zone_close(&z);
	return ms + p.offset;
}

bool
hours_in(const struct hours *q, struct str zone, int64_t ms)
{
	int minute;

	if (q->from == q->until)
		return false;
	minute = (int)(hours_local(zone, ms) / MINUTE_MS % DAY);
	if (q->from < q->until)
		return minute >= q->from && minute < q->until;
	return minute >= q->from || minute < q->until;
}
