/*
 * pool -- threads for slow work, made when needed, with a bounded queue.
 *
 * What waits for a device (HttpGet) runs here, so that the workers of a
 * FastCGI program never wait for anything but the store.  A thread costs a
 * small stack and nothing else while it waits.
 */
#ifndef FL_POOL_H
#define FL_POOL_H

#include <stddef.h>

#define POOL_STACK ((size_t)512 << 10) /* bytes of stack of one thread */

struct pool;

/* At most threads_max jobs run at once, at most queue_max wait. */
struct pool *pool_new(size_t threads_max, size_t queue_max);

/* Run fn(arg) soon in some thread; -1 when the queue is full. */
int pool_submit(struct pool *p, void (*fn)(void *arg), void *arg)
    __attribute__((warn_unused_result));

/* Wait until everything submitted is done, end the threads; leaves NULL. */
void pool_free(struct pool **p);

#endif
