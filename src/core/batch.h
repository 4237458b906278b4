/*
 * batch -- works of many threads in one transaction.
 *
 * When thousands of devices come at once and each has something to be kept, a
 * transaction for each costs more than all the rest: its pages are written once
 * for each device, and whoever reads next starts with an empty cache.  So
 * threads bring their works to a batch, which has a core of its own.  Who comes
 * while nobody works does all that have come by then, in one transaction with
 * one sync (STORE_MIXED: none if no work asks for it); the others wait, and
 * whoever comes meanwhile is in the next one.  Nobody is told before his work
 * is committed.
 *
 * A work that fails is taken back alone; when the store fails, all of them
 * have, ERR_BUSY or ERR_IO.  Orders that works leave in the core (events) are
 * sent after the commit; one that the hub does not confirm is lost and logged.
 */
#ifndef FL_BATCH_H
#define FL_BATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "core.h"

/*
 * 0 or -1, with the error in *q->err.  The transaction is open, q is that of
 * who brought it, but for the core.  In any thread, one at a time.
 */
typedef int batch_fn(struct ask *q, void *arg);

struct batch_work {
	batch_fn *fn;
	void *arg;
	struct ask q;
	int rc;                  /* what fn gave, or -1 */
	struct batch_work *next; /* the batch's */
	bool done;               /* likewise */
};

struct batch;

/* c is the batch's until batch_free. */
struct batch *batch_new(struct core *c);
void batch_free(struct batch **b); /* nobody is in it; leaves NULL */

/* Do n works (at least one), in any thread; each has its rc then. */
void batch_do(struct batch *b, struct batch_work *works, size_t n);

/* Do one in a transaction of its own, on q's core: its rc. */
int batch_alone(const struct ask *q, batch_fn *fn, void *arg) FL_CHECK;

#endif
