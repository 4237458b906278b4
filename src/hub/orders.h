/*
 * orders -- what programs order the hub to do (doc/hub.md section 2).
 *
 * An order is one JSON object of at most HUBWIRE_ORDER_MAX bytes.  It is
 * carried out at once and wholly, or refused with a phrase.
 */
#ifndef FL_ORDERS_H
#define FL_ORDERS_H

#include "buf.h"
#include "hubwire.h"
#include "roster.h"
#include "session.h"
#include "str.h"
#include "subs.h"

struct orders {
	const char *boot;
	struct roster *roster;
	struct sessions *sessions;
	struct subs *subs;
	uint64_t done, refused;
};

/* Carry out one line; adds the line of the answer, with LF. */
void orders_run(struct orders *o, struct str line, struct buf *answer);

#endif
