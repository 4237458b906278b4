#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "must.h"

void
buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void
buf_fini(struct buf *b)
{
	mem_free(b->data);
	buf_init(b, b->max);
}

void
buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->room);
	buf_fini(b);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

char *
buf_reserve(struct buf *b, size_t n)
{
	size_t room;

	if (b->failed || n > b->max - b->len) {
		b->failed = true;
		return NULL;
	}
	if (b->data == NULL || b->len + n + 1 > b->room) {
		room = b->room ? b->room : 64;
		while (room < b->len + n + 1)
			room += room / 2 + 1;
		if (room > b->max + 1)
			room = b->max + 1;
		b->data = mem_grow(b->data, room);
		b->room = room;
	}
	return b->data + b->len;
}

void
buf_added(struct buf *b, size_t n)
{
	must(b->len + n < b->room);
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
	char *to = buf_reserve(b, n);

	if (to == NULL)
		return;
	if (n > 0)
		memcpy(to, p, n);
	buf_added(b, n);
}

void
buf_str(struct buf *b, struct str s)
{
	buf_add(b, s.p, s.len);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap, again;
	char *to = buf_reserve(b, 0);
	size_t room = to != NULL ? b->room - b->len : 0;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	/* Mostly there is room, and one pass is enough. */
	n = vsnprintf(to, room, fmt, ap);
	must(n >= 0);
	if ((size_t)n >= room) {
		if (to != NULL)
			*to = '\0';
		to = buf_reserve(b, (size_t)n);
		if (to != NULL)
			(void)vsnprintf(to, (size_t)n + 1, fmt, again);
	}
	if (to != NULL)
		buf_added(b, (size_t)n);
	va_end(again);
	va_end(ap);
}

void
buf_be32(struct buf *b, uint32_t v)
{
	unsigned char raw[4] = {(unsigned char)(v >> 24),
	    (unsigned char)(v >> 16), (unsigned char)(v >> 8),
	    (unsigned char)v};

	buf_add(b, raw, sizeof(raw));
}

void
buf_drop(struct buf *b, size_t n)
{
	must(n <= b->len);
	b->len -= n;
	if (b->data != NULL) {
		memmove(b->data, b->data + n, b->len);
		b->data[b->len] = '\0';
	}
}

void
buf_sent(struct buf *b, size_t *sent, size_t n)
{
	must(*sent <= b->len && n <= b->len - *sent);
	*sent += n;
	if (*sent == b->len) {
		buf_fini(b);
		*sent = 0;
	} else if (*sent > b->len / 2) {
		buf_drop(b, *sent);
		*sent = 0;
	}
}

void
buf_cut(struct buf *b, size_t n)
{
	must(n <= b->len);
	b->len = n;
	if (b->data != NULL)
		b->data[n] = '\0';
}

bool
buf_failed(const struct buf *b)
{
	return b->failed;
}

struct str
buf_view(const struct buf *b)
{
	return str_n(b->data ? b->data : "", b->len);
}

static int
sink_put(void *arg, const void *p, size_t n)
{
	struct buf *b = arg;

	buf_add(b, p, n);
	return b->failed ? -1 : 0;
}

struct sink
buf_sink(struct buf *b)
{
	struct sink s = {.put = sink_put, .arg = b};

	return s;
}
