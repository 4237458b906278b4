/*
 * config_match -- which configurations a device should have, and which devices
 * one is for: for who delivers them.  No rights are checked.
 *
 * Structured types come first, in the order of enum config_type and by id within
 * one, then EXPERT by id, so that a script overrides them (additions B4).
 * Nothing here keeps what was delivered.  Inside core only, but for
 * config_matches of a device that the caller was shown.
 *
 *	if (config_matches(q, device, &list, &n) < 0) ...
 *	for each whose revision the device has not:
 *		config_items(q, &list[i], &items, &m)
 */
#ifndef FL_CONFIG_MATCH_H
#define FL_CONFIG_MATCH_H

#include "config.h"

/* What device (its id) should have now, in the order of delivery. */
int config_matches(
    struct ask *q, int64_t device, struct config **out, size_t *n) FL_CHECK;

/* What of it is handed over, secrets in clear: opened only now, in the arena,
 * which the caller ends soon.  Of EXPERT the one item is the script; of
 * TRUST_LIST the certificates, which trust_next takes apart.  ERR_GONE: it has
 * changed, or has gone, since it was loaded. */
int config_items(struct ask *q, const struct config *c,
    struct config_item **out, size_t *n) FL_CHECK;

#endif
