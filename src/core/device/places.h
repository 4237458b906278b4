/*
 * places -- the addresses that proven devices come from, as the store knew them
 * at most a minute ago.
 *
 * Asked only while wrong provisioning codes are so many that strangers have to
 * wait (code_guard.h): then all connections are read once a minute.  Eight bytes
 * for each address, in one program; threads may share it.  Inside core only.
 */
#ifndef FL_PLACES_H
#define FL_PLACES_H

#include "actor.h"

/* 1, 0, -1; an address counts by its net_share. */
int places_have(struct ask *q, struct str remote) FL_CHECK;

#endif
