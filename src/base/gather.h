/*
 * gather -- lines on their way to a descriptor, several with one write(2).
 *
 * At 13,000 lines a second a write each is a tenth of a program's system calls.
 * Lines wait here for at most GATHER_MS, in the order they came, and go out as
 * soon as GATHER_MAX bytes are together: so much a pipe takes in one piece, and
 * lines of several programs that share one do not tear each other.  A program
 * that is killed loses what waits; must() and the end of the program do not.
 *
 * One gatherer for each program, for log.c.  Any thread may add.
 */
#ifndef FL_GATHER_H
#define FL_GATHER_H

#include <stdbool.h>
#include <stddef.h>

#define GATHER_MS  100
#define GATHER_MAX ((size_t)4096) /* PIPE_BUF of Linux */

/* From now on lines may wait; starts a thread, which takes no signals. */
void gather_begin(int fd);
/* Write what waits and end the thread; afterwards nothing waits any more. */
void gather_end(void);
/* True between the two. */
bool gather_is_on(void);

/* A line with its line feed, at most GATHER_MAX bytes.  now: it does not wait,
 * nor does what came before it. */
void gather_add(const char *line, size_t len, bool now);

/* Write what waits, unless another thread is about to; for a program that ends
 * by abort(). */
void gather_flush_if_free(void);

#endif
