#include "xml.h"

#include <libxml/xmlwriter.h>
#include <string.h>

#include "arena.h"
#include "must.h"
#include "num.h"

#define LINES_MAX   (8 * XML_VALUE_MAX) /* an escaped value, and more */
#define LINES       4096                /* bytes that are handed on at once */

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/*
 * The library nests the elements.  What stands between two tags of elements
 * with children, lines of values and blanks, is gathered and handed to it as
 * one piece: value by value it takes four times as long.
 */
struct xml {
	xmlTextWriterPtr writer;
	struct sink to;
	struct buf lines;
	int depth;
	bool ended;
	bool failed;
};

/* Never an error for the library, which would print it. */
static int
write_out(void *arg, const char *p, int n)
{
	struct xml *x = arg;

	if (x->ended || x->failed || n <= 0)
		return n;
	if (x->to.put(x->to.arg, p, (size_t)n) < 0)
		x->failed = true;
	return n;
}

static void
note(struct xml *x, int rc)
{
	if (rc < 0)
		x->failed = true;
}

struct xml *
xml_new(struct sink to)
{
	struct xml *x = mem_new(sizeof(*x));
	xmlOutputBufferPtr out;

	x->to = to;
	buf_init(&x->lines, LINES_MAX);
	/* Without an encoder: all is UTF-8 already. */
	out = xmlOutputBufferCreateIO(write_out, NULL, x, NULL);
	must(out != NULL);
	x->writer = xmlNewTextWriter(out);
	must(x->writer != NULL);
	buf_puts(&x->lines, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	return x;
}

void
xml_free(struct xml **x)
{
	if (*x == NULL)
		return;
	(*x)->ended = true;
	xmlFreeTextWriter((*x)->writer);
	buf_fini(&(*x)->lines);
	mem_free(*x);
	*x = NULL;
}

bool
xml_failed(const struct xml *x)
{
	return x->failed;
}

/* ---- lines ---- */

static void
hand_on(struct xml *x)
{
	if (buf_failed(&x->lines))
		x->failed = true;
	if (!x->failed)
		note(x, xmlTextWriterWriteRawLen(x->writer,
			    (const xmlChar *)buf_view(&x->lines).p,
			    (int)x->lines.len));
	buf_clear(&x->lines);
}

static void
indent(struct xml *x)
{
	for (int i = 0; i < x->depth; i++)
		buf_add(&x->lines, "  ", 2);
}

/* What a byte that cannot stand for itself is written as; NULL: it can. */
static const char *
instead(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;";
	case '\t':
	case '\n':
		return NULL;
	default:
		return c < ' ' ? REPLACEMENT : NULL;
	}
}

/* Bytes of the character that s starts with, if XML may hold it (XML 1.0,
 * chapter 2.2); else 0. */
static size_t
xml_char(struct str s)
{
	size_t n = str_utf8_len(s);

	if (n == 3 && memcmp(s.p, "\xef\xbf", 2) == 0 &&
	    ((unsigned char)s.p[2] & 0xfe) == 0xbe)
		return 0; /* U+FFFE, U+FFFF */
	return n;
}

static void
add_value(struct buf *b, struct str s)
{
	size_t from = 0, i = 0;

	while (i < s.len) {
		const char *other = instead((unsigned char)s.p[i]);
		size_t n = other ? 1 : xml_char(str_n(s.p + i, s.len - i));

		if (other == NULL && n == 0)
			other = REPLACEMENT;
		if (other != NULL) {
			buf_add(b, s.p + from, i - from);
			buf_puts(b, other);
			from = i + 1;
		}
		i += n > 0 ? n : 1;
	}
	buf_add(b, s.p + from, s.len - from);
}

/* Letters, digits, dots and the like, which nearly all values consist of. */
static bool
is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] > 'z' || s.p[i] == '&' ||
		    s.p[i] == '<' || s.p[i] == '>')
			return false;
	return true;
}

static char *
append(char *to, const char *p, size_t n)
{
	memcpy(to, p, n);
	return to + n;
}

/* A whole line with one look at the buffer: this is where the time goes. */
static void
add_plain(struct xml *x, struct str name, struct str value)
{
	size_t blanks = 2 * (size_t)x->depth;
	size_t len = blanks + 2 * name.len + value.len + 6;
	char *to = buf_reserve(&x->lines, len);

	if (to == NULL)
		return;
	memset(to, ' ', blanks);
	to += blanks;
	*to++ = '<';
	to = append(to, name.p, name.len);
	*to++ = '>';
	to = append(to, value.p, value.len);
	to = append(to, "</", 2);
	to = append(to, name.p, name.len);
	(void)append(to, ">\n", 2);
	buf_added(&x->lines, len);
}

static void
add_escaped(struct xml *x, const char *name, struct str value)
{
	indent(x);
	buf_putc(&x->lines, '<');
	buf_puts(&x->lines, name);
	buf_putc(&x->lines, '>');
	add_value(&x->lines, value);
	buf_puts(&x->lines, "</");
	buf_puts(&x->lines, name);
	buf_puts(&x->lines, ">\n");
}

void
xml_str(struct xml *x, const char *name, struct str value)
{
	must(x->depth > 0);
	if (value.len > XML_VALUE_MAX)
		x->failed = true;
	if (x->failed)
		return;
	if (value.len > 0 && is_plain(value))
		add_plain(x, str_of(name), value);
	else
		add_escaped(x, name, value);
	if (x->lines.len >= LINES)
		hand_on(x);
}

void
xml_strz(struct xml *x, const char *name, const char *value)
{
	xml_str(x, name, str_of(value));
}

void
xml_int(struct xml *x, const char *name, int64_t value)
{
	char text[20];
	char *end = num_put_signed(text, value);

	xml_str(x, name, str_n(text, (size_t)(end - text)));
}

/* ---- elements with children ---- */

void
xml_open(struct xml *x, const char *name)
{
	indent(x);
	hand_on(x);
	if (!x->failed)
		note(x, xmlTextWriterStartElement(
			    x->writer, (const xmlChar *)name));
	buf_puts(&x->lines, "\n");
	x->depth++;
}

void
xml_close(struct xml *x)
{
	must(x->depth > 0);
	x->depth--;
	indent(x);
	hand_on(x);
	if (!x->failed)
		note(x, xmlTextWriterFullEndElement(x->writer));
	buf_puts(&x->lines, "\n");
}

void
xml_flush(struct xml *x)
{
	hand_on(x);
	if (!x->failed)
		note(x, xmlTextWriterFlush(x->writer));
}

int
xml_end(struct xml *x)
{
	while (x->depth > 0)
		xml_close(x);
	xml_flush(x);
	x->ended = true;
	return x->failed ? -1 : 0;
}
