/*
 * device_match -- whether a device is one that texts of a filter look for.
 * Inside core only.
 */
#ifndef FL_DEVICE_MATCH_H
#define FL_DEVICE_MATCH_H

#include "device.h"

/* By all but its addresses, whether it is in any domain or not. */
bool device_match(const struct device_filter *f, const struct device *d);

/* Must its addresses be looked at, too?  Then: do they, or what else is
 * searched, match? */
bool device_match_addresses(const struct device_filter *f);
bool device_match_address(
    const struct device_filter *f, const struct device *d);

#endif
