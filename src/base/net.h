/*
 * net -- addresses and networks as text: who is on a list?
 *
 * A list names IPv4 and IPv6 addresses and networks (RFC 4632, RFC 4291 2.3),
 * separated by commas, blanks around them allowed:
 *
 *	192.0.2.10, 198.51.100.0/24, 2001:db8::/32
 *
 * Bits behind the length of a network do not count.  An IPv4 address that came
 * as ::ffff:192.0.2.10 is the IPv4 address.
 */
#ifndef FL_NET_H
#define FL_NET_H

#include <stdbool.h>

#include "str.h"

/* True if text is one IPv4 address, "192.0.2.10". */
bool net_is_ipv4(struct str text);

/* True if text is one address of either kind. */
bool net_is_address(struct str text);

/* True if every entry of the list can be read and there is at least one. */
bool net_list_valid(struct str list);

/* True if address is one of the list.  An entry, or an address, that cannot be
 * read is nobody. */
bool net_list_has(struct str list, struct str address);

#endif
