/*
 * loop -- the event loop; the only door to libev (epoll back-end).
 *
 * One thread.  Watchers are embedded in what they watch for and need no memory
 * of their own; they must be stopped before they die.  After each turn, before
 * the loop sleeps, the turn function runs: written queues are flushed and dead
 * things reaped there, so nothing is freed inside its own callback.
 */
#ifndef FL_LOOP_H
#define FL_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct loop;

#define LOOP_READ  1u
#define LOOP_WRITE 2u

struct loop_io;
typedef void loop_io_fn(struct loop_io *io, unsigned ready);

struct loop_io {
	_Alignas(8) unsigned char raw[48]; /* an ev_io */
	loop_io_fn *fn;
};

struct loop_timer;
typedef void loop_timer_fn(void *arg);

struct loop_timer {
	_Alignas(8) unsigned char raw[48]; /* an ev_timer */
	loop_timer_fn *fn;
	void *arg;
};

/* -1: epoll is not there. */
int loop_new(struct loop **l, struct err *e) FL_CHECK;
void loop_free(struct loop **l);
void loop_run(struct loop *l); /* until loop_stop */
void loop_stop(struct loop *l);

void loop_io_init(struct loop_io *io, int fd, loop_io_fn *fn);
/* Watch for LOOP_READ, LOOP_WRITE, both, or nothing (0). */
void loop_io_want(struct loop *l, struct loop_io *io, unsigned want);
int loop_io_fd(const struct loop_io *io);

void loop_timer_init(struct loop_timer *t, loop_timer_fn *fn, void *arg);
/* Call fn once, ms from now; a running timer begins anew. */
void loop_timer_set(struct loop *l, struct loop_timer *t, int64_t ms);
void loop_timer_stop(struct loop *l, struct loop_timer *t);

/* fn runs at the end of each turn; true: there is more to do, do not sleep. */
void loop_on_turn(struct loop *l, bool (*fn)(void *), void *arg);
/* fn runs on SIGTERM and SIGINT. */
void loop_on_term(struct loop *l, void (*fn)(void *), void *arg);
/* fn runs in the loop after any thread called loop_wake (coalesced). */
void loop_on_wake(struct loop *l, void (*fn)(void *), void *arg);
void loop_wake(struct loop *l);

#endif
