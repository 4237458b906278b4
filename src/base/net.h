/*
 * net -- addresses and networks as text: who is on a list, what is a host?
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

/*
 * What addresses are counted by: an IPv4 address itself, of an IPv6 address the
 * first 64 bits (a customer has that many).  Anything else as it stands, cut.
 */
#define NET_SHARE_SIZE 64
void net_share(struct str address, char out[NET_SHARE_SIZE]);

/*
 * True if text is the address of one host of that family: unicast, neither
 * "this network" (0.0.0.0/8, ::) nor loopback, without a length, a port or a
 * zone.  Addresses of the own link and of private networks are hosts; an IPv4
 * address inside an IPv6 one (::ffff:192.0.2.1) is of neither family.  out gets
 * it as RFC 5952 writes it.
 */
enum net_family { NET_IPV4, NET_IPV6 };
#define NET_HOST_SIZE 46
bool net_host(struct str text, enum net_family family, char out[NET_HOST_SIZE]);

#endif
