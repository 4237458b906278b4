/*
 * putback_run -- a runner does what somebody ordered (putback.h).
 *
 *	putback_left	those that a runner which has ended was at
 *	putback_take	the next that waits is this runner's
 *	putback_do	all of it, in a thread that has a store of its own
 *
 * It may be killed at any moment.  What the device has is read again then; but
 * before it is told anything that is noted, so it is told once at most: one that
 * was left there has failed, in words, and may have been done.  Each time that
 * somebody takes one it gets another turn, and only who has the newest goes on, so
 * that one who was stopped for long does nothing twice.
 */
#ifndef FL_PUTBACK_RUN_H
#define FL_PUTBACK_RUN_H

#include <stdatomic.h>

#include "conf.h"
#include "hwid.h"
#include "manager.h"
#include "putback.h"

#define PUTBACK_KEEP_S 60 /* that a device may take to say what it has, */
#define PUTBACK_TELL_S 30 /* and to answer what it is told */
#define PUTBACK_REST_S 60 /* that it is left in peace then: it may restart */

/* What one thread does; its texts are its own. */
struct putback_run {
	struct putback row;
	int64_t last_ms;         /* that it may take */
	const char *control;     /* path of the hub's socket; the caller's */
	const atomic_bool *stop; /* it shall end; the caller's */
	char hw_id[HWID_MAX + 1], instance[MANAGER_INSTANCE_MAX + 1];
	enum putback_state end; /* how it has ended; 0: not yet */
	char why[160];          /* in words */
};

/* Called when nobody else does this work any more: what was only read waits once
 * more, what was told has failed. */
int putback_left(struct ask *q) FL_CHECK;

/* 1 *out is ours, 0 none waits (for a device that is free), -1.  Those that have
 * waited for too long have failed. */
int putback_take(struct ask *q, struct putback_run *out) FL_CHECK;

/* Blocks; the store is not held meanwhile.  0: it has ended, one way or another, or
 * somebody else does it by now, or it was stopped before the device was told.  -1:
 * how it has ended could not be kept: called again it tries only that. */
int putback_do(
    struct ask *q, const struct conf *conf, struct putback_run *r) FL_CHECK;

#endif
