/*
 * beside -- a thread that works beside the others and sleeps in between.
 *
 * It gets no signals: those are for the thread that serves.  Its function ends
 * when beside_sleep says so, or earlier by itself; beside_stop waits for that in
 * either case.  A system that cannot start a thread stops the program.
 */
#ifndef FL_BESIDE_H
#define FL_BESIDE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct beside {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool ending; /* under lock */
};

/* b stays where it is until beside_stop. */
void beside_start(struct beside *b, void *(*fn)(void *), void *arg);

/* Called by fn: sleep that long, at most; false when it is to end. */
bool beside_sleep(struct beside *b, int64_t ms);

/* Wake the thread and wait for its end.  Called once, by another thread. */
void beside_stop(struct beside *b);

#endif
