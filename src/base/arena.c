#include "arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"

#define PIECE_SIZE   ((size_t)8192)
#define ALIGN        (_Alignof(max_align_t))
#define PRINTED_MOST 256 /* bytes that need one pass only */

struct arena_piece {
	struct arena_piece *older;
	_Alignas(max_align_t) char data[];
};

struct arena_defer {
	struct arena_defer *older;
	void (*fn)(void *);
	void *arg;
};

void *
mem_new(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	must(p != NULL);
	return p;
}

void *
mem_grow(void *p, size_t size)
{
	void *q = realloc(p, size ? size : 1);

	must(q != NULL);
	return q;
}

char *
mem_strdup(const char *s)
{
	char *p = strdup(s);

	must(p != NULL);
	return p;
}

void
mem_free(void *p)
{
	free(p);
}

void
arena_init(struct arena *a, size_t max)
{
	memset(a, 0, sizeof(*a));
	a->max = max;
}

static void
run_defers(struct arena *a, const struct arena_defer *until)
{
	while (a->defers != until) {
		struct arena_defer *d = a->defers;

		a->defers = d->older;
		d->fn(d->arg);
	}
}

static void
free_pieces(struct arena *a, const struct arena_piece *until)
{
	while (a->pieces != until) {
		struct arena_piece *p = a->pieces;

		a->pieces = p->older;
		free(p);
	}
}

void
arena_fini(struct arena *a)
{
	run_defers(a, NULL);
	free_pieces(a, NULL);
	memset(a, 0, sizeof(*a));
}

static void *
new_piece(struct arena *a, size_t size)
{
#ifdef FL_SANITIZERS
	size_t room = size;
#else
	size_t room = size > PIECE_SIZE / 4 ? size : PIECE_SIZE;
#endif
	struct arena_piece *p = mem_new(sizeof(*p) + room);

	p->older = a->pieces;
	a->pieces = p;
	a->next = p->data + size;
	a->left = room - size;
	return p->data;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	size_t need;
	void *p;

	if (size > SIZE_MAX / 2 || a->used > a->max ||
	    size > a->max - a->used) {
		a->failed = true;
		return NULL;
	}
	a->used += size;
#ifdef FL_SANITIZERS
	need = size;
#else
	need = (size + ALIGN - 1) & ~(ALIGN - 1);
#endif
	if (need > a->left || a->pieces == NULL)
		return new_piece(a, need);
	p = a->next;
	a->next += need;
	a->left -= need;
	memset(p, 0, need); /* the space may have been used before a reset */
	return p;
}

void *
arena_array(struct arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		a->failed = true;
		return NULL;
	}
	return arena_alloc(a, total);
}

char *
arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);

	if (p != NULL && s.len > 0)
		memcpy(p, s.p, s.len);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_str(a, str_of(s));
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char small[PRINTED_MOST], *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	must(n >= 0);
	p = arena_alloc(a, (size_t)n + 1);
	if (p != NULL && (size_t)n < sizeof(small))
		memcpy(p, small, (size_t)n);
	else if (p != NULL)
		(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p;
}

int
arena_defer(struct arena *a, void (*fn)(void *), void *arg)
{
	struct arena_defer *d = arena_alloc(a, sizeof(*d));

	if (d == NULL)
		return -1;
	d->older = a->defers;
	d->fn = fn;
	d->arg = arg;
	a->defers = d;
	return 0;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	struct arena_mark m = {.piece = a->pieces,
	    .defer = a->defers,
	    .next = a->next,
	    .left = a->left,
	    .used = a->used};

	return m;
}

void
arena_reset(struct arena *a, struct arena_mark m)
{
	run_defers(a, m.defer);
	free_pieces(a, m.piece);
	a->next = m.next;
	a->left = m.left;
	a->used = m.used;
	a->failed = false;
}

bool
arena_failed(const struct arena *a)
{
	return a->failed;
}
