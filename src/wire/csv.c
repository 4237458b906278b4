#include "csv.h"

#include <sys/types.h>

void
csv_open(struct csv *c, struct str text)
{
	size_t line;

	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = str_n(text.p + 3, text.len - 3);
	line = str_find(text, '\n');
	*c = (struct csv){.rest = text, .next = 1, .separator = ','};
	if (str_find(str_n(text.p, line), ';') < line)
		c->separator = ';';
}

static void
skip(struct csv *c, size_t n)
{
	c->rest = str_n(c->rest.p + n, c->rest.len - n);
}

/* The first character of the rest, NUL at the end. */
static char
peek(const struct csv *c)
{
	return c->rest.len > 0 ? c->rest.p[0] : '\0';
}

/* Length of a quoted field up to its closing quote; -1 if there is none. */
static ssize_t
quoted_length(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] != '"')
			continue;
		if (i + 1 >= s.len || s.p[i + 1] != '"')
			return (ssize_t)i;
		i++;
	}
	return -1;
}

/* Behind the opening quote: the field, and on behind the closing one. */
static int
quoted(struct csv *c, struct arena *a, struct str *out)
{
	ssize_t len = quoted_length(c->rest);
	char *copy;
	size_t n = 0;

	copy = len < 0 ? NULL : arena_alloc(a, (size_t)len + 1);
	if (copy == NULL)
		return -1;
	for (ssize_t i = 0; i < len; i++) {
		copy[n++] = c->rest.p[i];
		if (c->rest.p[i] == '\n')
			c->next++;
		if (c->rest.p[i] == '"')
			i++; /* doubled */
	}
	skip(c, (size_t)len + 1);
	*out = str_n(copy, n);
	return 0;
}

static void
plain(struct csv *c, struct str *out)
{
	size_t n = 0;

	while (n < c->rest.len && c->rest.p[n] != c->separator &&
	       c->rest.p[n] != '\n' && c->rest.p[n] != '\r')
		n++;
	*out = str_n(c->rest.p, n);
	skip(c, n);
}

/* End of a field: 1 another follows, 0 the record ends, -1 neither. */
static int
behind(struct csv *c)
{
	if (c->rest.len == 0)
		return 0;
	if (peek(c) == c->separator) {
		skip(c, 1);
		return 1;
	}
	if (peek(c) == '\r')
		skip(c, 1);
	if (peek(c) != '\n')
		return c->rest.len == 0 ? 0 : -1;
	skip(c, 1);
	c->next++;
	return 0;
}

static int
record(struct csv *c, struct arena *a, struct str fields[CSV_FIELDS_MAX],
    size_t *n)
{
	int more;

	*n = 0;
	c->line = c->next;
	do {
		struct str *f = &fields[*n];

		if (*n == CSV_FIELDS_MAX)
			return -1;
		if (peek(c) == '"') {
			skip(c, 1);
			if (quoted(c, a, f) < 0)
				return -1;
		} else {
			plain(c, f);
		}
		(*n)++;
		more = behind(c);
	} while (more > 0);
	return more;
}

int
csv_next(struct csv *c, struct arena *a, struct str fields[CSV_FIELDS_MAX],
    size_t *n)
{
	while (c->rest.len > 0) {
		if (record(c, a, fields, n) < 0)
			return -1;
		if (*n > 1 || fields[0].len > 0)
			return 1;
	}
	return 0;
}

/* What a byte of a field asks for. */
#define QUOTES  1 /* quotes around the field */
#define FORMULA 2 /* an apostrophe in front, if it is the first */

static const unsigned char asks[256] = {
    [','] = QUOTES,
    [';'] = QUOTES,
    ['"'] = QUOTES,
    ['\n'] = QUOTES,
    ['\r'] = QUOTES | FORMULA,
    ['\t'] = FORMULA,
    ['='] = FORMULA,
    ['+'] = FORMULA,
    ['-'] = FORMULA,
    ['@'] = FORMULA,
};

static unsigned
asked_by(char c)
{
	return asks[(unsigned char)c];
}

/* Between quotes; those inside are doubled. */
void
csv_quoted(struct buf *out, struct str field)
{
	buf_putc(out, '"');
	if (field.len > 0 && (asked_by(field.p[0]) & FORMULA))
		buf_putc(out, '\'');
	for (size_t i = 0; i < field.len; i++) {
		if (field.p[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, field.p[i]);
	}
	buf_putc(out, '"');
}

void
csv_field(struct buf *out, struct str field)
{
	unsigned all = 0;

	for (size_t i = 0; i < field.len; i++)
		all |= asked_by(field.p[i]);
	if (all & QUOTES) {
		csv_quoted(out, field);
		return;
	}
	if (field.len > 0 && (asked_by(field.p[0]) & FORMULA))
		buf_putc(out, '\'');
	buf_str(out, field);
}
