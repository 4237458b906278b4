/*
 * The query string of the rental history: it is refused with a line, or gives
 * values inside their limits with which a locale can be opened and a line
 * written.
 */
#include <string.h>

#include "csvapi_line.h"
#include "csvapi_query.h"
#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)1 << 20)

static void
write_line(const struct csvapi_query *q)
{
	struct ledger x = {.number = 1,
	    .what = LEDGER_COST,
	    .time = q->from,
	    .end = q->to <= LOCALE_MS_MAX ? q->to : 0,
	    .domain = q->domain,
	    .reference = q->zone};
	struct csvapi_lines l = {.words = rental_words(q->locale)};
	struct buf out;
	struct err e;

	buf_init(&out, ARENA_MAX);
	l.out = &out;
	must(locale_open(&l.locale, q->locale, q->zone, &e) == 0);
	csvapi_head(&l, q->overview);
	csvapi_row(&l, &x);
	must(!buf_failed(&out) && out.len > 2 &&
	     memcmp(out.data + out.len - 2, "\r\n", 2) == 0);
	locale_close(&l.locale);
	buf_fini(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csvapi_query q;
	struct err e = {0};
	struct arena a;

	arena_init(&a, ARENA_MAX);
	if (csvapi_query(&a, str_n(data, size), &q, &e) < 0) {
		must(e.kind == ERR_INPUT && e.say != NULL && e.say[0] != '\0');
	} else {
		must(q.all == (q.domain.len == 0));
		must(
		    q.from >= 0 && q.from <= q.to && q.to <= LOCALE_MS_MAX + 1);
		write_line(&q);
	}
	arena_fini(&a);
	return 0;
}
