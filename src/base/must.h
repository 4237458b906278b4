/*
 * must -- invariants that stay checked in production.
 *
 * must(expr) prints file, line and expression to stderr and aborts when expr
 * is false.  It states what the program itself guarantees; it is never used on
 * input, which gets an error answer instead.  Stands below all others, the log
 * as well, and uses none of them.
 */
#ifndef FL_MUST_H
#define FL_MUST_H

#define must(expr) ((expr) ? (void)0 : must_fail(#expr, __FILE__, __LINE__))

/* What begins the line (borrowed), "" until it is said, and what is called before
 * it is written; for the log (log.h), before there are threads. */
void must_open(const char *prefix, void (*before)(void));

__attribute__((noreturn)) void must_fail(
    const char *expr, const char *file, int line);

#endif
