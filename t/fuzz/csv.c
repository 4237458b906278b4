/*
 * A CSV text: reading ends, lines count upwards, and what is written from the
 * fields reads as the same fields again.
 */
#include "csv.h"
#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)16 << 20)

/* Fields of one record, written and read again. */
static void
write_again(struct arena *a, const struct str *fields, size_t n)
{
	struct str again[CSV_FIELDS_MAX];
	struct csv c;
	struct buf b;
	size_t count;
	int rc;

	buf_init(&b, ARENA_MAX);
	buf_puts(&b, "head\n"); /* a byte order mark may stand only here */
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		csv_field(&b, fields[i]);
	}
	buf_putc(&b, '\n');
	csv_open(&c, buf_view(&b));
	c.separator = ',';
	must(csv_next(&c, a, again, &count) == 1 && count == 1);
	rc = csv_next(&c, a, again, &count);
	must(rc >= 0);
	must(rc == 0 || count == n);
	/* Only the apostrophe before a formula may have come to it. */
	for (size_t i = 0; rc > 0 && i < n; i++)
		must(again[i].len >= fields[i].len &&
		     again[i].len <= fields[i].len + 1);
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str fields[CSV_FIELDS_MAX];
	struct arena a;
	struct csv c;
	size_t n;
	int64_t line = 0;

	arena_init(&a, ARENA_MAX);
	csv_open(&c, str_n(data, size));
	while (csv_next(&c, &a, fields, &n) > 0) {
		must(n >= 1 && n <= CSV_FIELDS_MAX && c.line > line);
		line = c.line;
		write_again(&a, fields, n);
	}
	arena_fini(&a);
	return 0;
}
