/*
 * Languages, zones, dates, numbers: what ICU says, read once and kept.
 */
#include "locale.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "langtag.h"
#include "must.h"
#include "tap.h"

#define HOUR       INT64_C(3600000)
#define MARCH_29   INT64_C(1774742400000) /* 2026-03-29 00:00 UTC, a Sunday */
#define OCTOBER_25 INT64_C(1792886400000) /* 2026-10-25 00:00 UTC */

static struct buf text;

static struct locale *
open_locale(const char *tag, const char *zone)
{
	char name[LOCALE_SIZE];
	struct locale *l;
	struct err e;

	must(locale_language(str_of(tag), name));
	must(locale_open(&l, name, str_of(zone), &e) == 0);
	return l;
}

static const char *
at(struct locale *l, int64_t ms)
{
	buf_clear(&text);
	locale_date_time(l, ms, &text);
	return text.data;
}

static const char *
amount(const struct locale *l, int64_t n)
{
	buf_clear(&text);
	locale_amount(l, n, &text);
	return text.data;
}

/* ---- what is asked for ---- */

static void
is_language(const char *tag, const char *want)
{
	char name[LOCALE_SIZE] = "refused";

	(void)locale_language(str_of(tag), name);
	tap_ok(strcmp(name, want) == 0, "language \"%s\" is %s", tag, want);
}

static void
test_languages(void)
{
	is_language("de", "de");
	is_language("de-AT", "de_AT");
	is_language("de_AT", "de_AT");
	is_language("DE-at", "de_AT");
	is_language("pt-BR", "pt_BR");
	is_language("es-419", "es_419");
	is_language("xx", "en");
	is_language("ja-JP", "en");
	is_language("de-Latn-CH", "de_CH");
	is_language("de-QX", "de");
	is_language("de-u-ca-buddhist", "de");
	is_language("de-u-nu-thai-x-at", "de");
	is_language("", "refused");
	is_language("d", "refused");
	is_language("de-", "refused");
	is_language("de--AT", "refused");
	is_language("de@calendar=buddhist", "refused");
	is_language("de;q=1", "refused");
	is_language("d\xC3\xA9", "refused");
	is_language("../../etc/passwd", "refused");
	is_language("de-abcdefghi", "refused");
	is_language("de-a1-a2-a3-a4-a5-a6-a7-a8-a9-b1-b2-b3", "refused");
}

static void
test_zones(void)
{
	static const char *const good[] = {"UTC", "Europe/Berlin",
	    "America/St_Johns", "America/Argentina/Buenos_Aires", "Etc/GMT+5",
	    "Asia/Kathmandu", "CET", "EST5EDT", "Japan",
	    "America/Ciudad_Juarez", "Europe/Kyiv"};
	static const char *const bad[] = {"", "nonsense", "Europe/Nowhere",
	    "europe/berlin", "Europe/Berlin ", "GMT+1:00", "GMT-5", "PST",
	    "BST", "Etc/Unknown", "SystemV/PST", "../Berlin", "Europe/",
	    "Europe/Berlin@x", "UTC\n", "Z", "Europe", "America/Argentina",
	    "zone.tab", "tzdata.zi", "leapseconds", "localtime", "posixrules",
	    "Factory", "posix/UTC", "right/UTC", "/UTC", "/etc/localtime",
	    "Europe//Berlin", "UTC/", "./UTC", "Europe/../UTC",
	    "Europe/BerlinEurope/BerlinEurope/BerlinEurope/BerlinEurope/Berl"};

	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(
		    locale_zone(str_of(good[i])), "zone %s is known", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!locale_zone(str_of(bad[i])), "zone \"%.20s\" is not",
		    strcmp(bad[i], "UTC\n") == 0 ? "UTC and a line end"
						 : bad[i]);
	tap_ok(!locale_zone(str_n("UTC\0x", 5)), "nor is one with a NUL");
}

/* ---- what is written ---- */

static void
test_written(void)
{
	static const struct {
		const char *tag, *date, *half;
	} want[] = {
	    {"en", "3/29/2026 13:05:09", "-1234567.5"},
	    {"en-GB", "29/03/2026 13:05:09", "-1234567.5"},
	    {"de", "29.03.2026 13:05:09", "-1234567,5"},
	    {"de-AT", "29.03.2026 13:05:09", "-1234567,5"},
	    {"de-CH", "29.03.2026 13:05:09", "-1234567.5"},
	    {"fr", "29/03/2026 13:05:09", "-1234567,5"},
	    {"fr-CA", "2026-03-29 13:05:09", "-1234567,5"},
	    {"it", "29/03/2026 13:05:09", "-1234567,5"},
	    {"es", "29/3/2026 13:05:09", "-1234567,5"},
	    {"nl", "29-03-2026 13:05:09", "-1234567,5"},
	    {"pt", "29/03/2026 13:05:09", "-1234567,5"},
	    {"pl", "29.03.2026 13:05:09", "-1234567,5"},
	    {"cs", "29.03.2026 13:05:09", "-1234567,5"},
	    {"sv", "2026-03-29 13:05:09", "-1234567,5"},
	    {"en-TH", "3/29/2026 13:05:09", "-1234567.5"},
	    {"en-IR", "3/29/2026 13:05:09", "-1234567.5"},
	};
	int64_t noon = MARCH_29 + 13 * HOUR + 5 * 60000 + 9999;

	for (size_t i = 0; i < COUNT(want); i++) {
		struct locale *l = open_locale(want[i].tag, "UTC");

		tap_is_str(at(l, noon), want[i].date, want[i].tag);
		tap_is_str(amount(l, -1234567500), want[i].half, "its numbers");
		locale_close(&l);
		tap_ok(l == NULL, "close leaves NULL");
	}
}

static void
test_amounts(void)
{
	struct locale *l = open_locale("de", "UTC");

	tap_is_str(amount(l, 0), "0", "nothing");
	tap_is_str(amount(l, 12000), "12", "a whole number has no mark");
	tap_is_str(amount(l, 12050), "12,05", "zeros inside stay");
	tap_is_str(amount(l, 1), "0,001", "the smallest amount");
	tap_is_str(amount(l, -7), "-0,007", "and below zero");
	tap_is_str(amount(l, INT64_MAX), "9223372036854775,807", "the largest");
	tap_is_str(amount(l, INT64_MIN), "-9223372036854775,808", "the least");
	buf_clear(&text);
	locale_whole(INT64_MIN, &text);
	tap_is_str(text.data, "-9223372036854775808", "the least whole number");
	buf_clear(&text);
	locale_date(l, MARCH_29, &text);
	tap_is_str(text.data, "29.03.2026", "a date alone");
	tap_is_str(at(l, 0), "01.01.1970 00:00:00", "the first moment");
	tap_is_str(at(l, LOCALE_MS_MAX), "31.12.9999 23:59:59", "the last");
	locale_close(&l);
}

static void
test_summer_time(void)
{
	struct locale *l = open_locale("de", "Europe/Berlin");

	tap_is_str(at(l, MARCH_29 + HOUR - 1), "29.03.2026 01:59:59",
	    "Berlin: the last second of winter time");
	tap_is_str(at(l, MARCH_29 + HOUR), "29.03.2026 03:00:00",
	    "one later it is three o'clock");
	tap_is_str(at(l, OCTOBER_25 + HOUR - 1), "25.10.2026 02:59:59",
	    "the last second of summer time");
	tap_is_str(at(l, OCTOBER_25 + HOUR), "25.10.2026 02:00:00",
	    "then two o'clock comes again");
	tap_is_str(at(l, OCTOBER_25 - 1), "25.10.2026 01:59:59",
	    "an earlier time after a later one");
	tap_is_str(at(l, 0), "01.01.1970 01:00:00", "no summer time in 1970");
	locale_close(&l);
	l = open_locale("en", "America/St_Johns");
	tap_is_str(at(l, MARCH_29), "3/28/2026 21:30:00",
	    "Newfoundland is half an hour off, in summer");
	tap_is_str(at(l, INT64_C(1767225600000)), "12/31/2025 20:30:00",
	    "and in winter");
	tap_is_str(at(l, 0), "12/31/1969 20:30:00",
	    "the first moment was the year before there");
	locale_close(&l);
	l = open_locale("de", "Pacific/Kiritimati");
	tap_is_str(at(l, LOCALE_MS_MAX), "01.01.10000 13:59:59",
	    "fourteen hours ahead of the last moment");
	locale_close(&l);
}

/* ---- months ---- */

static void
month_is(const char *zone, int64_t ms, int n, const char *want)
{
	struct locale *l = open_locale("sv", zone), *utc;

	utc = open_locale("sv", "UTC");
	tap_ok(strcmp(at(utc, locale_month(l, ms, n)), want) == 0,
	    "%s, %d months on: %s", zone, n, text.data);
	locale_close(&l);
	locale_close(&utc);
}

static void
test_months(void)
{
	int64_t may = INT64_C(1778000000000); /* 2026-05-05 16:53:20 */

	month_is("UTC", may, 0, "2026-05-01 00:00:00");
	month_is("UTC", may, -5, "2025-12-01 00:00:00");
	month_is("UTC", may, -23, "2024-06-01 00:00:00");
	month_is("UTC", may, 8, "2027-01-01 00:00:00");
	month_is("Europe/Berlin", may, 0, "2026-04-30 22:00:00");
	month_is("Europe/Berlin", may, -2, "2026-02-28 23:00:00");
	month_is("America/St_Johns", may, 0, "2026-05-01 02:30:00");
	month_is("Pacific/Kiritimati", INT64_C(1777600000000), 0,
	    "2026-04-30 10:00:00");
	/* Its clock went from 00:00 to 01:00 on the first of October. */
	month_is("America/Asuncion", INT64_C(1696300000000), 0,
	    "2023-10-01 04:00:00");
	/* And back at midnight: the first of April 2018 began once. */
	month_is("America/Asuncion", INT64_C(1523000000000), 0,
	    "2018-04-01 04:00:00");
	month_is("UTC", 0, -1, "1970-01-01 00:00:00");
}

static void
test_stamp(void)
{
	struct locale *a = open_locale("de", "Europe/Berlin");
	struct locale *b = open_locale("de-CH", "Europe/Berlin");
	struct buf other;

	buf_init(&other, 1000);
	buf_clear(&text);
	locale_stamp(a, &text);
	locale_stamp(b, &other);
	tap_ok(strcmp(text.data, other.data) != 0,
	    "two locales have different stamps");
	buf_clear(&other);
	locale_stamp(a, &other);
	tap_is_str(other.data, text.data, "one has the same twice");
	locale_close(&a);
	locale_close(&b);
	buf_fini(&other);
}

int
main(void)
{
	buf_init(&text, 1000);
	test_languages();
	test_zones();
	test_written();
	test_amounts();
	test_summer_time();
	test_months();
	test_stamp();
	buf_fini(&text);
	return tap_end();
}
