/*
 * turns -- a thread that does something again and again, beside the serving.
 *
 * Signals are not for it but for the thread that serves.
 */
#ifndef FL_TURNS_H
#define FL_TURNS_H

#include <stdbool.h>
#include <stdint.h>

struct turns;

/* False: it is done, no further turn. */
typedef bool turns_fn(void *arg);

/* At once, then every_ms after the end of the turn before. */
struct turns *turns_start(int64_t every_ms, turns_fn *fn, void *arg);

/* Waits for the turn that runs; sets the pointer to NULL. */
void turns_stop(struct turns **t);

#endif
