#include "datepat.h"

#include <string.h>

#include "num.h"

bool
datepat_read(const char *text, const char *fields, const char *marks,
    struct datepat *out)
{
	for (out->n = 0; *text != '\0'; out->n++) {
		struct datepat_piece *x = &out->v[out->n];

		if (out->n == DATEPAT_PIECES)
			return false;
		*x = (struct datepat_piece){*text, 0};
		if (strchr(fields, x->what) == NULL) {
			if (strchr(marks, x->what) == NULL)
				return false;
			text++;
			continue;
		}
		for (; *text == x->what && x->width < 5; text++)
			x->width++;
		if (x->what == 'y')
			x->width = 4;
		else if (x->width > 2)
			return false;
	}
	return out->n > 0;
}

static int64_t
value(char what, struct civil date, int second)
{
	switch (what) {
	case 'y':
		return date.year;
	case 'M':
		return date.month;
	case 'd':
		return date.day;
	case 'H':
		return second / 3600;
	case 'm':
		return second / 60 % 60;
	default:
		return second % 60;
	}
}

char *
datepat_put(const struct datepat *p, struct civil date, int second, char *to)
{
	for (size_t i = 0; i < p->n; i++) {
		struct datepat_piece x = p->v[i];

		if (x.width == 0)
			*to++ = x.what;
		else
			to = num_put(
			    to, (uint64_t)value(x.what, date, second), x.width);
	}
	return to;
}
