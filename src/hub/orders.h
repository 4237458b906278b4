/*
 * orders -- what programs order the hub to do (doc/hub.md section 2).
 */
#ifndef FL_ORDERS_H
#define FL_ORDERS_H

#include "buf.h"
#include "roster.h"
#include "session.h"
#include "str.h"
#include "subs.h"

#define ORDER_MAX 524288 /* bytes of one order */

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
