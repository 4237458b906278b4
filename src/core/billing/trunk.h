/*
 * trunk -- peers with a fixed address that belong to a user, for billing.
 *
 * A trunk is what Kolmisoft calls a connection point with IP authentication:
 * calls are accepted because of the address they come from.  Its address is
 * kept as it was typed:
 *
 *	192.0.2.10		one IPv4 address
 *	192.0.2.0/24		a subnet, masks from 4 to 30
 *	192.0.2.100-150		a range of last octets
 *
 * Devices and trunks share one sequence of ids, so that an id in a billing
 * system names one thing for ever.  The trunks of an account go with it.
 *
 * Administrators only.
 */
#ifndef FL_TRUNK_H
#define FL_TRUNK_H

#include "actor.h"

#define TRUNK_PAGE        200
#define TRUNK_ADDRESS_MAX 64   /* bytes */
#define TRUNK_PORT        5060 /* of SIP, when none is given */

/*
 * Add *t.  id 0 draws one; a chosen id must never have been used, see ids.h.  A
 * port below 1 becomes TRUNK_PORT.  The user must be an account of role user.
 * On return *t is as it was saved.  ERR_GONE no such account, ERR_EXISTS the id
 * is taken, ERR_INPUT address or port.
 */
int trunk_add(struct ask *q, struct trunk *t) FL_CHECK;

/* Trunks with ids after after, by id, at most TRUNK_PAGE; user -1: of all. */
int trunk_list(struct ask *q, int64_t user, int64_t after, struct trunk **out,
    size_t *n) FL_CHECK;

int trunk_remove(struct ask *q, int64_t id) FL_CHECK;

/* True for an address in one of the three forms; for tests. */
bool trunk_address(struct str text);

#endif
