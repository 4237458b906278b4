/*
 * throttle -- how often somebody may fail, or ask: a token bucket for each
 * name, in bounded memory.
 *
 * A name is whatever shall be counted together: an address, an address and a
 * user.  Each begins with burst tokens and gets per_minute new ones a minute,
 * up to burst.  The table holds a fixed number of names; when there are more,
 * the one with the fullest bucket is forgotten, so names that fail often are
 * forgotten last.  The hash is keyed (map.h), so nobody can aim at another's
 * place.  Threads may share one; it knows of one process only.
 */
#ifndef FL_THROTTLE_H
#define FL_THROTTLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

struct throttle;

/* names: how many are kept; burst > 0, per_minute > 0. */
struct throttle *throttle_new(size_t names, int64_t burst, int64_t per_minute);
void throttle_free(struct throttle **t);

/* Other figures from now on; what is left in the buckets stays, up to burst. */
void throttle_rate(struct throttle *t, int64_t burst, int64_t per_minute);

/* Milliseconds until name has a token; 0: it has one.  Takes nothing. */
int64_t throttle_wait(struct throttle *t, struct str name);

/* Take a token, if there is one; else as throttle_wait. */
int64_t throttle_take(struct throttle *t, struct str name);

#endif
