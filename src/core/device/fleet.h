/*
 * fleet -- many devices at once, as CSV (csv.h: comma, semicolon or tab, UTF-8
 * or UTF-16).
 *
 * The first line names the columns, in any order and without case:
 *
 *	hwId		required
 *	name		empty = none
 *	domain		required; name of the domain, empty = unassigned
 *	categories	names separated by "|"; must exist in the domain
 *	type		GW, VA, PHONE, DECT, APP_PLATFORM or empty
 *	product
 *	owner		name of the account of role user it belongs to, or empty
 *	sysclient_password	32 characters the device has; import only
 *	id version ipv4 ipv6 addresses online since
 *			what is known of it; export only, an import passes over
 *			them.  Several addresses are separated by "|".
 *
 * An import is all or nothing; each complaint names its line and column.  A device
 * stands in one line only, in whatever spelling.  What
 * export writes import reads as the same fleet.  The offers of imported devices
 * begin with the import, devices that are connected as claims get theirs by the
 * next sweep.
 *
 * With update a device that is in a domain already gets what the columns of the
 * file say, and another domain; columns that are not there leave it alone, and
 * so do a product, a password, and an empty type.
 */
#ifndef FL_FLEET_H
#define FL_FLEET_H

#include "actor.h"
#include "buf.h"

#define FLEET_MAX        (64 << 20) /* bytes of a file */
#define FLEET_ERRORS_MAX 100        /* complaints; more are only counted */

/* What is wrong with a line. */
struct fleet_mistake {
	int64_t line;       /* from 1 */
	struct str hw_id;   /* as it stands there; empty: not known */
	const char *column; /* NULL: the whole line */
	struct str value;   /* what stands in the column */
	const char *error;
	const char *expected; /* in the column; NULL: nothing there is wrong */
};

/* What an import does to one device. */
struct fleet_step {
	int64_t line;
	struct str hw_id;
	const char *column; /* NULL: the device is new */
	struct str before, after;
};

struct fleet_import {
	struct str text;
	int64_t offer_minutes; /* of each new device, see device_new */
	bool dry;              /* nothing is changed */
	bool update;
	bool any_id; /* see device_new */
	/* Called up to FLEET_ERRORS_MAX times; then -1 is returned and nothing
	 * was changed.  NULL: nobody asks. */
	void (*complain)(void *arg, const struct fleet_mistake *m);
	/* Called for each difference of a dry run with update. */
	void (*tell)(void *arg, const struct fleet_step *s);
	void *arg;
	int64_t added, changed, same; /* out; dry: what would be */
	int64_t mistakes;             /* out: all of them */
};
int fleet_import(struct ask *q, struct fleet_import *in) FL_CHECK;

struct fleet_export {
	const int64_t *domains; /* as in device_filter; none: all */
	size_t ndomains;
	const struct str *columns; /* none: the first six */
	size_t ncolumns;
	struct sink out;
};

/* Write the devices that the actor sees, with ',' and without passwords.
 * ERR_INPUT names a column that there is not. */
int fleet_export(struct ask *q, const struct fleet_export *x) FL_CHECK;

#endif
