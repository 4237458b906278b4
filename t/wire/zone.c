/*
 * Time zones: rules of POSIX, files of RFC 8536, and what this system's data
 * says that an older table does not know.
 */
#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "civil.h"
#include "count.h"
#include "tap.h"
#include "tzrule.h"

#define DAY  INT64_C(86400)
#define HOUR INT64_C(3600)

/* Seconds since 1970. */
static int64_t
at(int64_t year, int month, int day, int64_t seconds)
{
	return (civil_first(year * 12 + month - 1) + day - 1) * DAY + seconds;
}

/* ---- rules ---- */

static void
offset_is(const char *rule, int64_t s, int64_t want, const char *name)
{
	struct tzrule_period p = {0};
	struct tzrule r;

	if (tap_ok(tzrule_read(str_of(rule), &r), "%s is a rule", rule))
		tzrule_period(&r, s, &p);
	tap_is_int(p.offset, want, name);
	tap_ok(p.from <= s && s < p.until, "in a period that it lies in");
}

static void
test_rules(void)
{
	static const char berlin[] = "CET-1CEST,M3.5.0,M10.5.0/3";

	offset_is(berlin, at(2026, 3, 29, HOUR - 1), HOUR, "Berlin: winter");
	offset_is(berlin, at(2026, 3, 29, HOUR), 2 * HOUR, "one later: summer");
	offset_is(berlin, at(2026, 10, 25, HOUR - 1), 2 * HOUR, "the last");
	offset_is(berlin, at(2026, 10, 25, HOUR), HOUR, "winter again");
	offset_is(berlin, at(9999, 7, 1, 0), 2 * HOUR, "in the year 9999");
	offset_is(berlin, at(2026, 1, 1, 0), HOUR, "the first day of a year");
	offset_is("AEST-10AEDT,M10.1.0,M4.1.0/3", at(2026, 1, 1, 0), 11 * HOUR,
	    "in the south summer lasts over the new year");
	offset_is("AEST-10AEDT,M10.1.0,M4.1.0/3", at(2026, 6, 1, 0), 10 * HOUR,
	    "and June is winter");
	offset_is("<-05>5", 0, -5 * HOUR, "a name in brackets, no summer");
	offset_is("<+0545>-5:45", 0, 5 * HOUR + 45 * 60, "minutes");
	offset_is("LMT0:53:28", 0, -(53 * 60 + 28), "seconds");
	offset_is("IST-1GMT0,M10.5.0,M3.5.0/1", at(2026, 1, 5, 0), 0,
	    "Irish summer time is in winter, and earlier");
	offset_is("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", at(2026, 3, 29, HOUR),
	    -HOUR, "a change before its day: Nuuk, at one o'clock UTC");
	offset_is("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", at(2026, 3, 29, HOUR - 1),
	    -2 * HOUR, "not before");
	offset_is("EST5EDT,0/0,J365/25", at(2026, 1, 1, 5 * HOUR), -4 * HOUR,
	    "a summer that never ends, at the new year");
	offset_is("EST5EDT,0/0,J365/25", at(2026, 8, 1, 0), -4 * HOUR,
	    "and in August");
	offset_is("EST5EDT,0/0,J365/70", at(2026, 1, 1, 5 * HOUR - 1),
	    -5 * HOUR, "an end in the year after, before the new year");
	offset_is("EST5EDT,0/0,J365/70", at(2026, 1, 2, 0), -4 * HOUR,
	    "and behind it");
	offset_is("AAA0BBB,J1/-167,J5/-167", at(2026, 12, 30, 0), 0,
	    "a beginning in the year before");
}

static void
begins(const char *rule, int64_t year, int64_t want, const char *name)
{
	struct tzrule_period p = {0};
	struct tzrule r;

	if (tzrule_read(str_of(rule), &r))
		tzrule_period(&r, at(year, 6, 15, 0), &p);
	tap_is_int(p.from, want, name);
}

/* Summer time that begins at midnight UTC of the day that is meant. */
static void
test_days(void)
{
	begins("AAA0BBB,J59/0,J300/0", 2024, at(2024, 2, 28, 0), "J59");
	begins("AAA0BBB,J60/0,J300/0", 2024, at(2024, 3, 1, 0),
	    "J60 is the first of March, in leap years too");
	begins("AAA0BBB,J60/0,J300/0", 2026, at(2026, 3, 1, 0), "and others");
	begins("AAA0BBB,59/0,300/0", 2024, at(2024, 2, 29, 0),
	    "day 59 is the 29th of February in leap years");
	begins("AAA0BBB,59/0,300/0", 2026, at(2026, 3, 1, 0), "else March");
	begins("AAA0BBB,M2.1.4/0,J300/0", 2024, at(2024, 2, 1, 0),
	    "the first Thursday on the first");
	begins("AAA0BBB,M2.5.4/0,J300/0", 2024, at(2024, 2, 29, 0),
	    "the fifth Thursday of February, if there is one");
	begins("AAA0BBB,M2.5.4/0,J300/0", 2026, at(2026, 2, 26, 0),
	    "else the last");
	begins("AAA0BBB,M3.2.0/0,J300/0", 2026, at(2026, 3, 8, 0),
	    "the second Sunday of March");
	begins("AAA0BBB,J60/167,J300/0", 2026, at(2026, 3, 7, 23 * HOUR),
	    "a time a week later");
}

static void
test_no_rules(void)
{
	static const char *const wrong[] = {"", "CET", "-1", "CE-1", "CET-1CE",
	    "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3x",
	    "CET-1CEST,M0.5.0,M10.5.0", "CET-1CEST,M13.5.0,M10.5.0",
	    "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
	    "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5,M10.5.0",
	    "CET-1CEST,J0,J365", "CET-1CEST,J366,J365", "CET-1CEST,366,1",
	    "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1CEST,M3.5.0/-168,M10.5.0",
	    "CET-25", "CET-1:60", "CET-1:", "CET--1", "<+01-1", "<+>-1",
	    "<+01>", "CET-1 ", "CET-1CEST,M3.5.0,M10.5.0,M1.1.1",
	    "CET-1CEST,M3.5.0/,M10.5.0", "CET-0001"};
	struct tzrule r;

	for (size_t i = 0; i < COUNT(wrong); i++)
		tap_ok(!tzrule_read(str_of(wrong[i]), &r), "\"%s\" is no rule",
		    wrong[i]);
	tap_ok(!tzrule_read(str_n("UTC0\0", 5), &r), "nor is one with a NUL");
}

/* ---- files ---- */

static void
add_be(struct buf *b, uint64_t n, int bytes)
{
	while (bytes-- > 0)
		buf_putc(b, (char)(n >> 8 * bytes & 0xff));
}

/* A header: leap seconds, changes, kinds; one name of two bytes. */
static void
add_head(
    struct buf *b, char version, unsigned leaps, unsigned times, unsigned kinds)
{
	buf_puts(b, "TZif");
	buf_putc(b, version);
	for (int i = 0; i < 15; i++)
		buf_putc(b, '\0');
	add_be(b, 0, 4);
	add_be(b, 0, 4);
	add_be(b, leaps, 4);
	add_be(b, times, 4);
	add_be(b, kinds, 4);
	add_be(b, 2, 4);
}

struct fake {
	char version;
	unsigned leaps, times;
	int64_t first, second; /* changes, to kind 1 and back */
	int64_t offset;        /* of kind 1; kind 0 is an hour ahead */
	const char *footer;
};

static void
make(struct buf *b, const struct fake *f)
{
	const int64_t times[] = {f->first, f->second};

	buf_clear(b);
	add_head(b, f->version, 0, 0, 1);
	buf_add(b, "\0\0\0\0\0\0A\0", 8);
	add_head(b, f->version, f->leaps, f->times, 2);
	for (unsigned i = 0; i < f->times; i++)
		add_be(b, (uint64_t)times[i], 8);
	for (unsigned i = 0; i < f->times; i++)
		buf_putc(b, (char)(1 - i));
	add_be(b, HOUR, 4);
	add_be(b, 0, 2);
	add_be(b, (uint64_t)f->offset, 4);
	add_be(b, 0, 2);
	buf_add(b, "A\0", 2);
	for (unsigned i = 0; i < f->leaps; i++)
		buf_add(b, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
	buf_puts(b, f->footer);
}

static int64_t
hours_at(const struct zone *z, int64_t s)
{
	struct zone_period p;

	zone_period(z, s * 1000, &p);
	return p.from <= s * 1000 && s * 1000 < p.until
		   ? p.offset / (HOUR * 1000)
		   : -99;
}

#define GOOD                                                                   \
	{                                                                      \
		.version = '2', .times = 2, .first = 1000, .second = 2000,     \
		.offset = 2 * HOUR, .footer = "\nCET-1CEST,M3.5.0,M10.5.0/3\n" \
	}

static void
test_files(void)
{
	struct fake f = GOOD;
	struct zone_period p;
	struct zone *z;
	struct buf b;

	buf_init(&b, 2000);
	make(&b, &f);
	z = zone_read(buf_view(&b));
	if (tap_ok(z != NULL, "a file is read")) {
		tap_is_int(hours_at(z, 999), 1, "before all changes");
		tap_is_int(hours_at(z, 1000), 2, "with the first");
		tap_is_int(hours_at(z, 1999), 2, "until the second");
		tap_is_int(hours_at(z, 2000), 1, "and with it");
		tap_is_int(
		    hours_at(z, at(2026, 7, 1, 0)), 2, "then the rule goes on");
		zone_period(z, 2000500, &p);
		tap_ok(p.from == 2000000 &&
			   p.until == at(1970, 3, 29, HOUR) * 1000,
		    "from the last change to the next of the rule");
		zone_period(z, -1, &p);
		tap_ok(p.from == INT64_MIN && p.until == 1000000,
		    "the first period has no beginning");
	}
	zone_close(&z);
	tap_ok(z == NULL, "and forgotten");
	f.footer = "\n\n";
	make(&b, &f);
	z = zone_read(buf_view(&b));
	tap_ok(z != NULL && hours_at(z, at(9999, 1, 1, 0)) == 1,
	    "without a rule the last change lasts");
	zone_close(&z);
	f.first = -(INT64_C(1) << 59);
	make(&b, &f);
	z = zone_read(buf_view(&b));
	tap_ok(z != NULL && hours_at(z, 0) == 2,
	    "a change at the beginning of the world");
	zone_close(&z);
	buf_fini(&b);
}

static void
is_refused(const struct fake *f, const char *why)
{
	struct zone *z;
	struct buf b;

	buf_init(&b, 2000);
	make(&b, f);
	z = zone_read(buf_view(&b));
	tap_ok(z == NULL, "refused: %s", why);
	zone_close(&z);
	buf_fini(&b);
}

static void
test_broken_files(void)
{
	const struct fake good = GOOD;
	struct fake f = good;
	struct zone *z;
	struct buf b;
	bool whole = true;

	f.version = '\0';
	is_refused(&f, "version 1");
	f = good;
	f.leaps = 1;
	is_refused(&f, "leap seconds");
	f = good;
	f.second = f.first;
	is_refused(&f, "changes that do not go on");
	f = good;
	f.offset = 27 * HOUR;
	is_refused(&f, "an offset of 27 hours");
	f = good;
	f.footer = "\nCET-1CEST\n";
	is_refused(&f, "a rule that is none");
	f.footer = "\nCET-1";
	is_refused(&f, "a rule without its end");
	buf_init(&b, 2000);
	make(&b, &good);
	for (size_t n = 0; n < b.len; n++) {
		z = zone_read(str_n(b.data, n));
		whole = whole && z == NULL;
		zone_close(&z);
	}
	tap_ok(whole, "refused: each of its beginnings");
	b.data[44 + 8 + 32] = (char)0xff;
	z = zone_read(buf_view(&b));
	tap_ok(z == NULL, "refused: billions of changes");
	zone_close(&z);
	buf_fini(&b);
}

/* ---- this system ---- */

static void
here_is(const char *name, int64_t s, int64_t seconds)
{
	struct zone *z = zone_open(str_of(name));
	struct zone_period p = {0};

	if (z != NULL)
		zone_period(z, s * 1000, &p);
	tap_ok(z != NULL && p.offset == seconds * 1000,
	    "%s is %+lld seconds off", name, (long long)seconds);
	if (p.offset != seconds * 1000)
		tap_diag("got %lld", (long long)p.offset);
	zone_close(&z);
}

static void
test_here(void)
{
	/* Laws of 2022 to 2024. */
	here_is("Asia/Almaty", at(2024, 2, 29, 0), 6 * HOUR);
	here_is("Asia/Almaty", at(2024, 3, 1, 0), 5 * HOUR);
	here_is("America/Nuuk", at(2023, 7, 1, 0), -2 * HOUR);
	here_is("America/Nuuk", at(2026, 1, 1, 0), -2 * HOUR);
	here_is("America/Nuuk", at(2026, 7, 1, 0), -HOUR);
	here_is("America/Ciudad_Juarez", at(2026, 7, 1, 0), -6 * HOUR);
	here_is("America/Ciudad_Juarez", at(2026, 1, 1, 0), -7 * HOUR);
	here_is("Asia/Amman", at(2026, 1, 1, 0), 3 * HOUR);
	here_is("America/Mexico_City", at(2026, 7, 1, 0), -6 * HOUR);
	here_is("Pacific/Fiji", at(2026, 1, 1, 0), 12 * HOUR);
	/* And what does not change. */
	here_is("Europe/Berlin", at(2026, 7, 1, 0), 2 * HOUR);
	here_is("Europe/Berlin", at(1980, 4, 6, HOUR), 2 * HOUR);
	here_is("Asia/Kathmandu", at(2026, 7, 1, 0), 5 * HOUR + 45 * 60);
	here_is("Pacific/Kiritimati", at(9999, 12, 31, 0), 14 * HOUR);
	here_is("Etc/GMT+5", at(2026, 7, 1, 0), -5 * HOUR);
	here_is("UTC", at(2026, 7, 1, 0), 0);
}

static void
test_other_folder(void)
{
	struct zone *z;

	(void)setenv("TZDIR", "/usr/share/zoneinfo/Europe", 1);
	z = zone_open(STR("Berlin"));
	tap_ok(z != NULL, "TZDIR names the folder");
	zone_close(&z);
	z = zone_open(STR("Europe/Berlin"));
	tap_ok(z == NULL, "and no other is looked at");
	(void)setenv("TZDIR", "/nonexistent", 1);
	here_is("UTC", 0, 0);
	(void)unsetenv("TZDIR");
}

int
main(void)
{
	test_rules();
	test_days();
	test_no_rules();
	test_files();
	test_broken_files();
	test_here();
	test_other_folder();
	return tap_end();
}
