/*
 * must -- invariants that stay checked in production.
 *
 * must(expr) prints file, line and expression to stderr and aborts when expr
 * is false.  It states what the program itself guarantees; it is never used on
 * input, which gets an error answer instead.
 */
#ifndef FL_MUST_H
#define FL_MUST_H

#define must(expr) ((expr) ? (void)0 : must_fail(#expr, __FILE__, __LINE__))

__attribute__((noreturn)) void must_fail(
    const char *expr, const char *file, int line);

#endif
