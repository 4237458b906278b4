/*
 * fleet -- many devices at once, as CSV (RFC 4180; comma or semicolon,
 * whichever the first line has; UTF-8, a byte order mark is skipped).
 *
 * The first line names the columns, in any order and without case:
 *
 *	hwId		required
 *	name		empty = none
 *	domain		name of the domain; empty = unassigned (export only)
 *	categories	names separated by "|"; must exist in the domain
 *	type		GW, VA, PHONE, DECT, APP_PLATFORM or empty
 *	product
 *	sysclient_password	32 characters to offer, or empty = draw one
 *
 * An import is all or nothing; each complaint names its line.  The offers of
 * imported devices begin with the import, devices that are connected as claims
 * get theirs by the next sweep.
 */
#ifndef FL_FLEET_H
#define FL_FLEET_H

#include "actor.h"
#include "buf.h"

#define FLEET_MAX        (64 << 20) /* bytes of a file */
#define FLEET_ERRORS_MAX 100        /* complaints, then it gives up */

/*
 * complain is called with the line number (from 1) and what is wrong, up to
 * FLEET_ERRORS_MAX times; then -1 is returned and nothing was changed.
 * *count: devices that were (dry: would be) added.
 */
typedef void fleet_complain(void *arg, int64_t line, const char *what);

struct fleet_import {
	struct str text;
	int64_t offer_minutes; /* of each device, see device_new */
	bool dry;
	fleet_complain *complain;
	void *arg;
	int64_t count; /* out */
};
int fleet_import(struct ask *q, struct fleet_import *in) FL_CHECK;

/* Write all devices the actor sees, with ',' and without passwords. */
int fleet_export(struct ask *q, struct sink out) FL_CHECK;

#endif
