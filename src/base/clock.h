/*
 * clock -- wall time in milliseconds since 1970 (UTC), monotonic time in
 * milliseconds since some start.  Tests move the wall clock with
 * clock_shift(), so that fifteen minutes pass in a microsecond.
 */
#ifndef FL_CLOCK_H
#define FL_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_now_ms(void);
int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);

/* For tests: add ms (may be negative) to what both clocks tell from now on. */
void clock_shift(int64_t ms);

/*
 * Whose word it is that the wall clock is right: the kernel's, which knows
 * whether a source of time (NTP, PTP) steers it; the operator's, for containers
 * whose kernel cannot say; nobody's.
 */
enum clock_word { CLOCK_KERNEL, CLOCK_TRUSTED, CLOCK_DOUBTED };
bool clock_vouched(enum clock_word word);

/* "2026-11-22T02:30:16.123Z"; out holds CLOCK_ISO_SIZE bytes. */
#define CLOCK_ISO_SIZE 32
void clock_iso(int64_t ms, char out[CLOCK_ISO_SIZE]);

#endif
