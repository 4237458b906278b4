/*
 * arena -- memory that lives and dies with one request, message or job.
 *
 * All memory is zero-filled.  An arena has a ceiling: an allocation beyond it
 * returns NULL and the arena remembers that (arena_failed), so that a request
 * can be refused with ERR_LIMIT.  Out of real memory stops the process.
 * Memory is given back all at once, by arena_fini or arena_reset to a mark.
 * With --enable-sanitizers every piece is an allocation of its own, so that an
 * overrun inside an arena is seen.  An arena belongs to one thread.
 */
#ifndef FL_ARENA_H
#define FL_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "str.h"

struct arena_piece;
struct arena_defer;

struct arena {
	struct arena_piece *pieces; /* newest first */
	struct arena_defer *defers; /* newest first */
	char *next;                 /* free space in the newest piece */
	size_t left;                /* bytes of it */
	size_t used;                /* bytes handed out, for the ceiling */
	size_t max;
	bool failed;
};

struct arena_mark {
	struct arena_piece *piece;
	struct arena_defer *defer;
	char *next;
	size_t left;
	size_t used;
};

void arena_init(struct arena *a, size_t max);
void arena_fini(struct arena *a);

/* size bytes, aligned for any type; NULL when the ceiling is reached. */
void *arena_alloc(struct arena *a, size_t size);

/* n elements of size bytes, overflow checked. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* NUL-terminated copies; NULL when the ceiling is reached. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_str(struct arena *a, struct str s);
char *arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Run fn(arg) when the arena is finished or reset below this point. */
int arena_defer(struct arena *a, void (*fn)(void *), void *arg);

struct arena_mark arena_mark(const struct arena *a);
void arena_reset(struct arena *a, struct arena_mark m);

/* True once an allocation was refused. */
bool arena_failed(const struct arena *a);

/*
 * The only allocator outside arenas and buffers, for things that outlive a
 * request (connections, tables).  Zero-filled; never NULL.
 */
void *mem_new(size_t size);
void *mem_grow(void *p, size_t size); /* realloc; new bytes are undefined */
char *mem_strdup(const char *s);
void mem_free(void *p);

#endif
