/*
 * tap -- the Test Anything Protocol for unit tests in C.
 *
 * Each check is one line "ok N - name"; tap_end() prints the plan and gives
 * the exit status.  Names are sentences that say what is true.
 */
#ifndef FL_TAP_H
#define FL_TAP_H

#include <stdbool.h>
#include <stddef.h>

bool tap_ok(bool passed, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
bool tap_is_int(long long got, long long want, const char *name);
bool tap_is_str(const char *got, const char *want, const char *name);
bool tap_is_mem(const void *got, size_t got_len, const void *want,
    size_t want_len, const char *name);
void tap_diag(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int tap_end(void);

#endif
