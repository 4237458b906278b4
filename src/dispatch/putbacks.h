/*
 * putbacks -- devices get configurations back, some at once, beside the loop of
 * fleetline-tasks(8): a device may be slow, and others do not wait for it.
 *
 *	putbacks_turn(p, q)	what waits is given to threads that are free
 *
 * A fixed number of threads, each of which does one (putback_run.h), by a store
 * of its own.  How one has ended is kept before the next is taken, however often
 * that has to be tried.
 */
#ifndef FL_PUTBACKS_H
#define FL_PUTBACKS_H

#include "conf.h"
#include "putback_run.h"

#define PUTBACKS_AT_ONCE 4 /* DUMP_MAX each */

struct putbacks;

/* conf and control, the path of the hub's socket, are borrowed. */
struct putbacks *putbacks_new(const struct conf *conf, const char *control);

/* Ends what may be begun anew, waits for what a device was told. */
void putbacks_free(struct putbacks **p);

/* 0, -1.  By who has the lease only. */
int putbacks_turn(struct putbacks *p, struct ask *q) FL_CHECK;

#endif
