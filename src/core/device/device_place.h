/*
 * device_place -- the steps of putting a device into a domain and out of it,
 * inside the transaction.  Inside core only; device_add and device_assign put
 * them together.
 *
 * A hardware id proves nothing.  A secret goes to a connection that somebody
 * chose, or, where an administrator opened an offer, to the first that comes;
 * the connection is stored with the offer and nobody else gets it.
 */
#ifndef FL_DEVICE_PLACE_H
#define FL_DEVICE_PLACE_H

#include "device_change.h"

/* The connection that gets the password, and what it told (facts_pack). */
struct chosen {
	struct str hub, boot, told;
	int64_t conn; /* 0: none */
};

/* ERR_GONE unless there is this domain. */
int place_need_domain(struct ask *q, int64_t id) FL_CHECK;

/* A row for a device that has none; its id is then in c. */
int place_row(
    struct ask *q, struct device_change *c, struct str product) FL_CHECK;

/* What somebody says it is (NULL: nothing) decides its kind of administrative
 * password; what it says itself does not. */
int place_kind(struct ask *q, struct device_change *c,
    const enum device_type *type) FL_CHECK;
int place_doubt(struct ask *q, int64_t id, enum device_doubt doubt) FL_CHECK;

/* Into a domain (0: out of it); what belonged to the old place goes, its tasks in
 * jobs there, too. */
int place_into(
    struct ask *q, const struct device_change *c, int64_t domain) FL_CHECK;
/* The sweep looks at the domain's devices again. */
int place_unsweep(struct ask *q, int64_t domain) FL_CHECK;

/* Store a new password for one connection, or (conn 0) until that time for
 * whoever comes first. */
int place_offer(
    struct ask *q, int64_t id, const struct chosen *to, int64_t until) FL_CHECK;

/* The connection (if there is one) is the device from now on: what it told is
 * the device's, it is offered a new password, and gets all its configurations,
 * scripts too. */
int place_take(struct ask *q, const struct device_change *c,
    const struct chosen *to) FL_CHECK;

#endif
