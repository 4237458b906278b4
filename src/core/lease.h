/*
 * lease -- who may do a piece of periodic work until when.
 *
 * Cron may start a program while the run before still works, on this machine
 * or on another that shares the store.  Whoever has the lease works; it is
 * renewed while he works and given back at the end.  When he dies it runs out
 * by itself, so the time that it lasts is how long work may stand still after
 * a kill -9.  A lease that lasts twice as long as one that is taken now is left
 * over from a clock that was set back; it counts as run out.
 *
 * Work under a lease must still be harmless when done twice: a process may be
 * stopped for longer than its lease and go on.
 */
#ifndef FL_LEASE_H
#define FL_LEASE_H

#include "actor.h"

struct lease {
	const char *name;              /* of the work, borrowed */
	int64_t last_ms;               /* how long it lasts from each renewal */
	char holder[CRYPTO_GUID_SIZE]; /* drawn anew by lease_take */
};

/* 1 taken, 0 somebody else has it, -1.  Set name and last_ms before. */
int lease_take(struct ask *q, struct lease *l) FL_CHECK;

/* 1 it lasts on from now, 0 it ran out and somebody else took it, -1. */
int lease_renew(struct ask *q, const struct lease *l) FL_CHECK;

/* Done, also when it is no longer ours. */
int lease_release(struct ask *q, const struct lease *l) FL_CHECK;

/* Does anybody, anywhere, work under the lease of this name?  1, 0, -1. */
int lease_held(struct ask *q, const char *name) FL_CHECK;

#endif
