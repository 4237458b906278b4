/*
 * A CSV text: reading ends, lines count upwards, and what is written from the
 * fields reads as the same fields again.  Any bytes can be fields.
 */
#include "csv.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)16 << 20)

/* True if again is the field as it is written, and harmless. */
static bool
came_back(struct str again, struct str field)
{
	if (again.len > 0 && memchr("=+-@\t\r", again.p[0], 6) != NULL)
		return false;
	return str_eq(csv_value(again), field);
}

/* A record of blanks is none; a tab or CR in front gets an apostrophe. */
static bool
is_blank(const struct str *fields, size_t n)
{
	size_t blanks = 0;

	while (blanks < n && str_trim(fields[blanks]).len == 0 &&
	       (fields[blanks].len == 0 ||
		   memchr("\t\r", fields[blanks].p[0], 2) == NULL))
		blanks++;
	return blanks == n;
}

/* Fields of one record, written and read again. */
static void
write_again(struct arena *a, const struct str *fields, size_t n, char separator)
{
	struct str again[CSV_FIELDS_MAX];
	struct csv c;
	struct buf b;
	size_t count;
	int rc;

	buf_init(&b, ARENA_MAX);
	buf_puts(&b, "head\r\n"); /* a byte order mark may stand only here */
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, separator);
		if (i % 2 == 0)
			csv_field(&b, fields[i]);
		else
			csv_quoted(&b, fields[i]);
	}
	buf_puts(&b, "\r\n");
	must(csv_open(&c, a, buf_view(&b)) == 0);
	c.separator = separator;
	must(csv_next(&c, a, again, &count) == 1 && count == 1);
	rc = csv_next(&c, a, again, &count);
	must(rc == (!is_blank(fields, n) ? 1 : 0));
	must(rc == 0 || count == n);
	for (size_t i = 0; rc > 0 && i < n; i++)
		must(came_back(again[i], fields[i]));
	must(rc == 0 || csv_next(&c, a, again, &count) == 0);
	buf_fini(&b);
}

/* The input as fields of any bytes, cut at each NUL. */
static void
write_bytes(struct arena *a, struct str rest)
{
	struct str fields[CSV_FIELDS_MAX];
	size_t n = 0;

	while (n < CSV_FIELDS_MAX && str_next(&rest, '\0', &fields[n]))
		n++;
	if (n > 0) {
		write_again(a, fields, n, ';');
		write_again(a, fields, n, ',');
	}
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
	write_bytes(&a, str_n(data, size));
	must(csv_open(&c, &a, str_n(data, size)) == 0);
	while (csv_next(&c, &a, fields, &n) > 0) {
		must(n >= 1 && n <= CSV_FIELDS_MAX && c.line > line);
		line = c.line;
		write_again(&a, fields, n, c.separator);
	}
	arena_fini(&a);
	return 0;
}
