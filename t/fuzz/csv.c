/*
 * A CSV text: reading ends, lines count upwards, and what is written from the
 * fields reads as the same fields again.  Any bytes can be fields.
 */
#include "csv.h"

#include <string.h>

#include "fuzz.h"
#include "must.h"

#define ARENA_MAX ((size_t)16 << 20)

static bool
is_formula(struct str s)
{
	return s.len > 0 && memchr("=+-@\t\r", s.p[0], 6) != NULL;
}

/* True if again is the field, with an apostrophe in front if a spreadsheet
 * would have run it. */
static bool
came_back(struct str again, struct str field)
{
	if (is_formula(field)) {
		if (again.len == 0 || again.p[0] != '\'')
			return false;
		again = str_n(again.p + 1, again.len - 1);
	}
	return str_eq(again, field);
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
	csv_open(&c, buf_view(&b));
	c.separator = separator;
	must(csv_next(&c, a, again, &count) == 1 && count == 1);
	rc = csv_next(&c, a, again, &count);
	/* One empty field alone is an empty line. */
	must(rc == (n == 1 && fields[0].len == 0 ? 0 : 1));
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
	csv_open(&c, str_n(data, size));
	while (csv_next(&c, &a, fields, &n) > 0) {
		must(n >= 1 && n <= CSV_FIELDS_MAX && c.line > line);
		line = c.line;
		write_again(&a, fields, n, c.separator);
	}
	arena_fini(&a);
	return 0;
}
