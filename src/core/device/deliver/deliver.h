/*
 * deliver -- what a device should have and has not yet (no outbox: the store
 * holds the difference, the sweep repairs it).  One file for each difference.
 *
 *	a password offered to one
 *	connection, still a claim	0x0001, then 0x0003
 *	an open offer, and a
 *	connected claim of the id	the same, to the oldest claim
 *	an online device that has an
 *	older deployment than its
 *	domain				0x0003
 *
 * An offer is handed out at most once: it is marked before it is sent.  When
 * the hub says that it was not sent, an open one may go to the next
 * connection; one that was made to a chosen connection is withdrawn, until
 * somebody chooses again.
 */
#ifndef FL_DELIVER_H
#define FL_DELIVER_H

#include "core.h"

/* For one device, at once, after it was added, assigned or confirmed, which is
 * committed: a failure is in the log, and the sweep's to make good.  1 it was
 * sent something, 0 not; -1 is ERR_BUSY only: the hub has not confirmed it. */
int deliver_one(struct ask *q, struct str hw_id) FL_CHECK;

/* For all; called every few seconds by rules.fcgi.  Also removes claims and
 * sessions that are over.  Bounded work per call (500 devices). */
int deliver_sweep(struct ask *q) FL_CHECK;

#define CLAIM_MAX 10000

/* A claim is named by its connection, and called connected by the hub's next
 * batch; for so long it counts as connected before. */
#define CLAIM_FRESH_MS 5000

#endif
