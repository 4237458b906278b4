#include "csv.h"

#include <sys/types.h>

/* ---- which text it is ---- */

enum utf16 { NONE, BIG, LITTLE };

/* By its byte order mark, or by the zero beside a first ASCII letter. */
static enum utf16
utf16_of(struct str text)
{
	const unsigned char *p = (const unsigned char *)text.p;

	if (text.len < 2)
		return NONE;
	if ((p[0] == 0xfe && p[1] == 0xff) || (p[0] == 0 && p[1] != 0))
		return BIG;
	if ((p[0] == 0xff && p[1] == 0xfe) || (p[0] != 0 && p[1] == 0))
		return LITTLE;
	return NONE;
}

/* The unit at i; 0 at the end. */
static uint32_t
unit(struct str text, size_t i, enum utf16 order)
{
	const unsigned char *p = (const unsigned char *)text.p + i;
	int high = order == BIG ? 0 : 1;

	return i + 1 < text.len ? (uint32_t)p[high] << 8 | p[1 - high] : 0;
}

/* At most three bytes for a unit of two, four for two units. */
static char *
put_utf8(char *to, uint32_t rune)
{
	static const unsigned char first[] = {0, 0xc0, 0xe0, 0xf0};
	int more = (rune >= 0x80) + (rune >= 0x800) + (rune >= 0x10000);

	*to++ = (char)(first[more] | rune >> 6 * more);
	while (more-- > 0)
		*to++ = (char)(0x80 | (rune >> 6 * more & 0x3f));
	return to;
}

/* A unit that stands for nothing alone is U+FFFD. */
static int
from_utf16(struct arena *a, struct str text, enum utf16 order, struct str *out)
{
	char *room = arena_alloc(a, text.len / 2 * 3 + 3), *to = room;

	if (room == NULL)
		return -1;
	for (size_t i = 0; i + 1 < text.len; i += 2) {
		uint32_t u = unit(text, i, order);
		uint32_t next = unit(text, i + 2, order);

		if ((u & 0xfc00) == 0xd800 && (next & 0xfc00) == 0xdc00) {
			u = 0x10000 + ((u & 0x3ff) << 10) + (next & 0x3ff);
			i += 2;
		} else if ((u & 0xf800) == 0xd800) {
			u = 0xfffd;
		}
		to = put_utf8(to, u);
	}
	*out = str_n(room, (size_t)(to - room));
	return 0;
}

/* ---- which separator ---- */

static size_t
line_length(struct str text)
{
	size_t n = 0;

	while (n < text.len && text.p[n] != '\n' && text.p[n] != '\r')
		n++;
	return n;
}

static char
find_separator(struct str line)
{
	bool inside = false;

	for (size_t i = 0; i < line.len; i++) {
		if (line.p[i] == '"')
			inside = !inside;
		else if (!inside && str_in(line.p[i], 0, "\t;,"))
			return line.p[i];
	}
	return ',';
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

static void
end_line(struct csv *c)
{
	if (peek(c) == '\r')
		skip(c, 1);
	if (peek(c) == '\n')
		skip(c, 1);
	c->next++;
}

int
csv_open(struct csv *c, struct arena *a, struct str text)
{
	enum utf16 order = utf16_of(text);
	struct str line;

	if (order != NONE && from_utf16(a, text, order, &text) < 0)
		return -1;
	text = str_unmark(text);
	*c = (struct csv){.rest = text, .next = 1};
	line = str_n(text.p, line_length(text));
	c->separator = find_separator(line);
	if (line.len == 5 && str_eq_nocase(str_n(line.p, 4), STR("sep="))) {
		c->separator = line.p[4];
		skip(c, line.len);
		end_line(c);
	}
	return 0;
}

/* ---- fields ---- */

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
	if (peek(c) != '\r' && peek(c) != '\n')
		return -1;
	end_line(c);
	return 0;
}

static int
one_field(struct csv *c, struct arena *a, struct str *f)
{
	if (peek(c) != '"') {
		plain(c, f);
		return 0;
	}
	skip(c, 1);
	return quoted(c, a, f);
}

static int
record(struct csv *c, struct arena *a, struct str fields[CSV_FIELDS_MAX],
    size_t *n)
{
	struct str f;
	int more;

	*n = 0;
	c->line = c->next;
	do {
		if (one_field(c, a, &f) < 0)
			return -1;
		if (*n < CSV_FIELDS_MAX)
			fields[(*n)++] = f;
		else if (f.len > 0)
			return -1;
		more = behind(c);
	} while (more > 0);
	return more;
}

static bool
is_blank(const struct str *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_trim(fields[i]).len > 0)
			return false;
	return true;
}

int
csv_next(struct csv *c, struct arena *a, struct str fields[CSV_FIELDS_MAX],
    size_t *n)
{
	while (c->rest.len > 0) {
		if (record(c, a, fields, n) < 0)
			return -1;
		if (!is_blank(fields, *n))
			return 1;
	}
	return 0;
}

/* ---- writing ---- */

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

/* A formula, or one behind apostrophes. */
static bool
needs_guard(struct str field)
{
	size_t n = str_span(field, 0, "'");

	return n < field.len && (asked_by(field.p[n]) & FORMULA);
}

struct str
csv_value(struct str field)
{
	if (field.len > 1 && field.p[0] == '\'' && needs_guard(field))
		return str_n(field.p + 1, field.len - 1);
	return field;
}

/* Between quotes; those inside are doubled. */
void
csv_quoted(struct buf *out, struct str field)
{
	buf_putc(out, '"');
	if (needs_guard(field))
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
	if (needs_guard(field))
		buf_putc(out, '\'');
	buf_str(out, field);
}
