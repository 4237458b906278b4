/*
 * deliver -- what a device should have and has not yet (no outbox: the store
 * holds the difference, the sweep repairs it).
 *
 *	an offered password that nobody has got, younger than 15 minutes, and
 *	a connected claim of that id		-> 0x0001, then 0x0003
 *	an online device whose domain has a
 *	newer deployment than it got		-> 0x0003
 *
 * An offer is handed out at most once: it is marked before it is sent, and the
 * mark is taken back only when the hub says that it was not sent.
 */
#ifndef FL_DELIVER_H
#define FL_DELIVER_H

#include "core.h"
#include "device.h"

/* For one device, at once; called after it was added or assigned. */
int deliver_one(struct ask *q, struct str hw_id,
    const struct device_choice *choice) FL_CHECK;

/* For all; called every few seconds by hub.fcgi.  Also removes claims and
 * sessions that are over.  Bounded work per call (500 devices). */
int deliver_sweep(struct ask *q) FL_CHECK;

#define CLAIM_MAX     10000
#define CLAIM_LIFE_MS (15 * 60 * 1000) /* after it went offline */

#endif
