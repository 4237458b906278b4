/*
 * role -- what accounts of each kind may, in one table.
 *
 *	system-admin	everything, in no domain too
 *	manager		the domains of the account, and what is granted to those
 *	company-admin	the same (another one only for billing systems)
 *	user		nothing here: owns devices in billing lists
 *
 * A further role is a row here, its value in enum role (row.h), and what
 * billing.c makes of it.
 */
#ifndef FL_ROLE_H
#define FL_ROLE_H

#include <stdbool.h>

#include "row.h"
#include "str.h"

enum role_reach {
	ROLE_REACH_NOTHING,
	ROLE_REACH_DOMAINS, /* of the account, and what is granted to them */
	ROLE_REACH_ALL
};

const char *role_name(enum role role);
bool role_parse(struct str name, enum role *out);
enum role_reach role_reach(enum role role);

#endif
