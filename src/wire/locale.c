#include "locale.h"

#include <string.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/unum.h>
#include <unicode/uregion.h>
#include <unicode/ustring.h>

#include "arena.h"
#include "civil.h"
#include "count.h"
#include "datepat.h"
#include "langtag.h"
#include "must.h"
#include "num.h"
#include "zone.h"

#define PERIODS     8
#define DAY_MS      INT64_C(86400000)
#define PATTERN_MAX 64
#define LINE_SIZE   32 /* bytes of a number */

struct locale {
	char name[LOCALE_SIZE];
	struct datepat date, time;
	char mark[8]; /* decimal, UTF-8 */
	size_t mark_len;
	struct zone *zone;
	struct zone_period periods[PERIODS]; /* those asked for last */
	size_t next;                         /* period to forget */
};

/* ---- language tags ---- */

static const char *const ours[] = {
    "en", "de", "fr", "it", "es", "nl", "pt", "pl", "cs", "sv"};

/* "_AT" behind out if ICU knows the region. */
static void
add_region(struct str region, char out[LOCALE_SIZE])
{
	UErrorCode status = U_ZERO_ERROR;
	const URegion *known;
	char code[4];
	size_t n = strlen(out);

	str_copy(code, sizeof(code), region);
	for (char *c = code; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	known = uregion_getRegionFromCode(code, &status);
	if (U_FAILURE(status) || known == NULL)
		return;
	out[n] = '_';
	str_copy(out + n + 1, LOCALE_SIZE - n - 1,
	    str_of(uregion_getRegionCode(known)));
}

bool
locale_language(struct str tag, char out[LOCALE_SIZE])
{
	struct langtag t;
	size_t i = 0;

	if (!langtag_read(tag, &t))
		return false;
	while (i < COUNT(ours) && !str_eq_nocase(t.language, str_of(ours[i])))
		i++;
	if (i == COUNT(ours)) {
		str_copy(out, LOCALE_SIZE, STR("en"));
		return true;
	}
	str_copy(out, LOCALE_SIZE, str_of(ours[i]));
	if (t.region.len > 0)
		add_region(t.region, out);
	return true;
}

/* ---- zones ---- */

bool
locale_zone(struct str name)
{
	struct zone *z = zone_open(name);
	bool known = z != NULL;

	zone_close(&z);
	return known;
}

static const struct zone_period *
period_of(struct locale *l, int64_t ms)
{
	struct zone_period *p = l->periods;

	for (; p < l->periods + PERIODS; p++)
		if (ms >= p->from && ms < p->until)
			return p;
	p = &l->periods[l->next++ % PERIODS];
	zone_period(l->zone, ms, p);
	return p;
}

/* ---- patterns ---- */

/* Read what ICU says; if that is nothing for a spreadsheet (quoted words, names
 * of months), our own. */
static void
take_pattern(const UChar *text, const char *fields, const char *marks,
    const char *otherwise, struct datepat *out)
{
	char plain[PATTERN_MAX];
	size_t n = 0;

	while (n < PATTERN_MAX - 1 && text[n] != 0 && text[n] < 0x80) {
		plain[n] = (char)text[n];
		n++;
	}
	plain[n] = '\0';
	if (text[n] != 0 || !datepat_read(plain, fields, marks, out))
		must(datepat_read(otherwise, fields, "-:", out));
}

static void
learn_date(struct locale *l, const char *id, UErrorCode *status)
{
	UChar text[PATTERN_MAX];
	UDateFormat *f =
	    udat_open(UDAT_NONE, UDAT_SHORT, id, NULL, 0, NULL, 0, status);

	if (U_FAILURE(*status))
		return;
	(void)udat_toPattern(f, false, text, PATTERN_MAX, status);
	if (U_SUCCESS(*status))
		take_pattern(text, DATEPAT_DATE, "./- ", "y-MM-dd", &l->date);
	udat_close(f);
}

static void
learn_time(struct locale *l, const char *id, UErrorCode *status)
{
	static const UChar skeleton[] = u"Hms";
	UChar text[PATTERN_MAX];
	UDateTimePatternGenerator *g = udatpg_open(id, status);

	if (U_FAILURE(*status))
		return;
	(void)udatpg_getBestPattern(g, skeleton, 3, text, PATTERN_MAX, status);
	if (U_SUCCESS(*status))
		take_pattern(text, DATEPAT_TIME, ":.", "HH:mm:ss", &l->time);
	udatpg_close(g);
}

static void
learn_mark(struct locale *l, const char *id, UErrorCode *status)
{
	UChar mark[4];
	int32_t n;
	UNumberFormat *f = unum_open(UNUM_DECIMAL, NULL, 0, id, NULL, status);

	if (U_FAILURE(*status))
		return;
	n = unum_getSymbol(
	    f, UNUM_DECIMAL_SEPARATOR_SYMBOL, mark, COUNT(mark), status);
	(void)u_strToUTF8(l->mark, sizeof(l->mark), &n, mark, n, status);
	l->mark_len = U_SUCCESS(*status) ? (size_t)n : 0;
	unum_close(f);
}

int
locale_open(
    struct locale **out, const char *name, struct str zone, struct err *e)
{
	struct locale *l = mem_new(sizeof(*l));
	UErrorCode status = U_ZERO_ERROR;
	/* Regions have calendars and digits of their own. */
	char id[LOCALE_SIZE + 40];
	struct buf text;

	buf_init(&text, sizeof(id) - 1);
	buf_puts(&text, name);
	buf_puts(&text, "@calendar=gregorian;numbers=latn");
	must(!buf_failed(&text));
	str_copy(id, sizeof(id), buf_view(&text));
	buf_fini(&text);
	str_copy(l->name, sizeof(l->name), str_of(name));
	l->zone = zone_open(zone);
	learn_date(l, id, &status);
	learn_time(l, id, &status);
	learn_mark(l, id, &status);
	if (U_FAILURE(status) || l->zone == NULL) {
		locale_close(&l);
		return err_set(e, ERR_IO, "locale %s: %s", name,
		    U_FAILURE(status) ? u_errorName(status) : "no such zone");
	}
	*out = l;
	return 0;
}

void
locale_close(struct locale **l)
{
	if (*l == NULL)
		return;
	zone_close(&(*l)->zone);
	mem_free(*l);
	*l = NULL;
}

/* ---- writing ---- */

/* Zones were behind UTC in 1970, so a local time may lie before it. */
static int64_t
local_of(struct locale *l, int64_t ms)
{
	must(ms >= 0 && ms <= LOCALE_MS_MAX);
	return ms + period_of(l, ms)->offset;
}

static int64_t
day_of(int64_t local)
{
	return local < 0 ? -1 : local / DAY_MS;
}

static void
put_local(struct locale *l, int64_t ms, bool with_time, struct buf *out)
{
	char line[2 * DATEPAT_MAX + 1], *to = line;
	int64_t local = local_of(l, ms), day = day_of(local);
	struct civil date = civil_of(day);
	int second = (int)((local - day * DAY_MS) / 1000);

	to = datepat_put(&l->date, date, second, to);
	if (with_time) {
		*to++ = ' ';
		to = datepat_put(&l->time, date, second, to);
	}
	buf_add(out, line, (size_t)(to - line));
}

void
locale_date(struct locale *l, int64_t ms, struct buf *out)
{
	put_local(l, ms, false, out);
}

void
locale_date_time(struct locale *l, int64_t ms, struct buf *out)
{
	put_local(l, ms, true, out);
}

/* The minus is not the language's own: with that a number is none for a
 * spreadsheet. */
void
locale_whole(int64_t n, struct buf *out)
{
	char line[LINE_SIZE];
	char *end = num_put_signed(line, n);

	buf_add(out, line, (size_t)(end - line));
}

void
locale_amount(const struct locale *l, int64_t amount, struct buf *out)
{
	uint64_t n = num_magnitude(amount);
	uint64_t part = n % 1000;
	char line[LINE_SIZE], *to = line;

	if (amount < 0)
		*to++ = '-';
	to = num_put(to, n / 1000, 1);
	if (part > 0) {
		memcpy(to, l->mark, l->mark_len);
		to = num_put(to + l->mark_len, part, 3);
		while (to[-1] == '0')
			to--;
	}
	buf_add(out, line, (size_t)(to - line));
}

/* ---- months ---- */

/*
 * When the zone's clock shows local for the first time.  The offset before a
 * change of the clock is tried first; a time that the change skips begins with
 * the change.
 */
static int64_t
utc_of(struct locale *l, int64_t local)
{
	int64_t before = period_of(l, local - DAY_MS)->offset;
	int64_t after = period_of(l, local + DAY_MS)->offset;

	if (period_of(l, local - before)->offset == before)
		return local - before;
	if (period_of(l, local - after)->offset == after)
		return local - after;
	return period_of(l, local - before)->from;
}

int64_t
locale_day(struct locale *l, int64_t ms)
{
	return day_of(local_of(l, ms));
}

int64_t
locale_month(struct locale *l, int64_t ms, int n)
{
	int64_t month = civil_month(civil_of(locale_day(l, ms))) + n, utc;

	if (month < 1970 * 12)
		return 0;
	utc = utc_of(l, civil_first(month) * DAY_MS);
	return utc < 0 ? 0 : utc;
}

void
locale_stamp(const struct locale *l, struct buf *out)
{
	for (size_t i = 0; i < l->date.n; i++)
		buf_printf(out, "%c%d", l->date.v[i].what, l->date.v[i].width);
	for (size_t i = 0; i < l->time.n; i++)
		buf_printf(out, "%c%d", l->time.v[i].what, l->time.v[i].width);
	buf_printf(out, "%.*s %s ", (int)l->mark_len, l->mark, l->name);
	zone_stamp(l->zone, out);
	buf_puts(out, "\n");
}
