/*
 * device_replace -- a broken device gives its place to another piece of
 * hardware.
 *
 * A place is all that is kept here of a device: its id, which billing systems
 * know it by, domain, name, categories, owner, FXS phones, what is rented on it,
 * the kind of its administrative password, the history of its connections.  All
 * this stays as it is under the new hardware id.  What only the old hardware knows
 * goes: its passwords, so that it is nobody when somebody mends it.  What was
 * delivered to it counts for nothing.
 *
 * The new hardware has come as a claim, or is in the same domain already, by a
 * code for example; then its own place there is given up.  Rows of the ledger
 * keep the hardware id that they were written with; the audit has both
 * ("device.replace").
 *
 * Licences are installed on gateways by hand: those of the old one have to be
 * moved by hand, too.
 */
#ifndef FL_DEVICE_REPLACE_H
#define FL_DEVICE_REPLACE_H

#include "device.h"

struct device_swap {
	struct str old_id, new_id; /* any spelling */
	const struct device_choice
	    *choice; /* among claims of new_id; or NULL */
	bool dry;    /* nothing is kept: a preview */
};

struct device_replaced {
	struct device device; /* as it is then */
	const struct str *categories;
	size_t ncategories;
	struct device_placed placed; /* as after device_assign */
};

/*
 * Administrators only.  ERR_GONE: the old one is in no domain, or nothing is
 * known of the new one.  ERR_EXISTS: the old one is connected, so it is not
 * broken; the new one is in another domain, or licences run on it; or one of
 * several connections must be named (out->placed.claims).  ERR_INPUT: they are
 * the same, or of different types.
 */
int device_replace(struct ask *q, const struct device_swap *s,
    struct device_replaced *out) FL_CHECK;

#endif
