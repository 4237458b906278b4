/*
 * claim_room -- is there room to record one more claim?
 *
 * Anybody may name hardware ids, so that claims are bounded: CLAIM_MAX in all,
 * and of one address (net.h: net_share) as many as the setting
 * claims_per_address says.  What an address names beyond that is not recorded.
 * When all places are taken, the address with most claims loses one: the
 * oldest of those that closed, else the oldest.  The counts are kept by the
 * store (claim_count), so that nothing here reads the claims.
 *
 * Threads and programs that ask at the same moment may together record a few
 * more.  Inside core only.
 */
#ifndef FL_CLAIM_ROOM_H
#define FL_CLAIM_ROOM_H

#include "actor.h"
#include "peer.h"

/* 1 there is room now, or the connection has its row already; 0 its address has
 * its share (logged once a minute); -1. */
int claim_room(struct ask *q, const struct peer *p) FL_CHECK;

#endif
