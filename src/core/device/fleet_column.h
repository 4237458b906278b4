/*
 * fleet_column -- the columns of fleet files, by name.  Inside core only.
 */
#ifndef FL_FLEET_COLUMN_H
#define FL_FLEET_COLUMN_H

#include "arena.h"
#include "str.h"

/* Up to FLEET_PRODUCT: what an export has unless somebody says otherwise; from
 * FLEET_ID on: what is only shown. */
enum fleet_column {
	FLEET_HW_ID,
	FLEET_NAME,
	FLEET_DOMAIN,
	FLEET_CATEGORIES,
	FLEET_TYPE,
	FLEET_PRODUCT,
	FLEET_OWNER,
	FLEET_PASSWORD,
	FLEET_ID,
	FLEET_VERSION,
	FLEET_IPV4,
	FLEET_IPV6,
	FLEET_ADDRESSES,
	FLEET_ONLINE,
	FLEET_SINCE,
	FLEET__MAX
};

/* "hwId"; without case.  FLEET__MAX: there is none of that name. */
enum fleet_column fleet_column_parse(struct str name);
const char *fleet_column_name(enum fleet_column col);

/* All that an import reads, for people. */
const char *fleet_columns(struct arena *a);

/* What may stand in it, for people. */
const char *fleet_column_expects(enum fleet_column col);

#endif
