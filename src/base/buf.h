/*
 * buf -- growing bytes with a ceiling, and sinks that take bytes.
 *
 * Errors stick: once the ceiling is hit, further adds do nothing and
 * buf_failed() tells, so one check at the end is enough.  The content is
 * always followed by a NUL byte that is not counted, so that data can be
 * used as a C string.
 */
#ifndef FL_BUF_H
#define FL_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

struct buf {
	char *data; /* NULL until the first add */
	size_t len;
	size_t room;
	size_t max;
	bool failed;
};

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b);  /* frees; the buffer is as after buf_init */
void buf_wipe(struct buf *b);  /* as buf_fini, content overwritten first */
void buf_clear(struct buf *b); /* keeps the memory, forgets the failure */

void buf_add(struct buf *b, const void *p, size_t n);
void buf_str(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_be32(struct buf *b, uint32_t v);

/* Make room for n bytes and return where they go; NULL at the ceiling. */
char *buf_reserve(struct buf *b, size_t n);
void buf_added(struct buf *b, size_t n); /* n of the reserved were written */

/* Drop the first n bytes; drop all but the first n. */
void buf_drop(struct buf *b, size_t n);
void buf_cut(struct buf *b, size_t n);

/* n bytes more than the first *sent were sent.  What was sent leaves the buffer
 * when it is half of it, not byte by byte; an empty one holds no memory. */
void buf_sent(struct buf *b, size_t *sent, size_t n);

bool buf_failed(const struct buf *b);
struct str buf_view(const struct buf *b); /* valid until the next change */

/*
 * A sink takes bytes: 0 taken, -1 the receiver is gone (stop producing).
 */
struct sink {
	int (*put)(void *arg, const void *p, size_t n);
	void *arg;
};

/* A sink that adds to a buffer; -1 once the buffer failed. */
struct sink buf_sink(struct buf *b);

#endif
