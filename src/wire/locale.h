/*
 * locale -- dates and numbers as a language writes them, times of a zone; the
 * only door to ICU.
 *
 * ICU knows the patterns and the decimal mark; it is asked once for each, and
 * what it said is kept, so that a million rows take it no further.  Zones are
 * the system's (zone.h): ICU's own are as old as its package.  Dates are Gregorian
 * with a four-digit year and in ASCII digits,
 * times have 24 hours, numbers no grouping: text that a spreadsheet set to that
 * language reads as a date, a time, a number.
 *
 * Times are milliseconds since 1970 (UTC), 0 to LOCALE_MS_MAX.  A locale
 * belongs to one thread or one request.
 */
#ifndef FL_LOCALE_H
#define FL_LOCALE_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "str.h"

#define LOCALE_MS_MAX INT64_C(253402300799999) /* the end of 9999 */
#define LOCALE_SIZE   16                       /* "de_AT" and NUL */

/*
 * The locale that a language tag as sent ("de", "de-AT", "de_AT") stands for.
 * Ours are en de fr it es nl pt pl cs sv, with any region that ICU knows;
 * another language gives "en", another region none.  Only language and region
 * are taken (langtag.h), so no extension changes the calendar or the digits.
 * False if tag is none at all.
 */
bool locale_language(struct str tag, char out[LOCALE_SIZE]);

/* True if name is a zone of the IANA database (zone.h). */
bool locale_zone(struct str name);

struct locale;

/* name from locale_language, zone one that locale_zone knows.  -1 (ERR_IO) if
 * ICU lacks its data, or the zone has gone since. */
int locale_open(struct locale **out, const char *name, struct str zone,
    struct err *e) FL_CHECK;
void locale_close(struct locale **l); /* NULL is fine */

/* "29.03.2026" */
void locale_date(struct locale *l, int64_t ms, struct buf *out);

/* "29.03.2026 03:00:00" */
void locale_date_time(struct locale *l, int64_t ms, struct buf *out);

/* 1/1000: 12500 is "12,5", -7 is "-0,007"; as many decimals as needed. */
void locale_amount(const struct locale *l, int64_t amount, struct buf *out);

/* A whole number, without grouping. */
void locale_whole(int64_t n, struct buf *out);

/* The day in the zone, counted from 1970-01-01 (civil.h); may be -1. */
int64_t locale_day(struct locale *l, int64_t ms);

/*
 * When the month that ms falls on begins in the zone, or that n months later
 * (n < 0: earlier), at 00:00; where the clock skips that, at the first moment
 * after.  Not before 1970.
 */
int64_t locale_month(struct locale *l, int64_t ms, int n);

/* A line that changes whenever one of the functions above would write
 * something else for the same time: what an ETag must depend on. */
void locale_stamp(const struct locale *l, struct buf *out);

#endif
