/*
 * target -- may we connect to this address because somebody typed a URL?
 *
 * A URL that an administrator or a tenant sets (a webhook) is fetched by us,
 * from our place in the network: it must not reach what only we can reach.  So
 * the address that the socket is about to be connected to is looked at, not
 * the URL: however an address is spelt there (decimal, octal, hex, a name, a
 * name that means another address the next time), this is what it becomes.
 *
 *	TARGET_NEVER	loopback, unspecified, link-local, multicast,
 *			broadcast, reserved, and where clouds serve secrets
 *			to their machines
 *	TARGET_PRIVATE	RFC 1918, 100.64.0.0/10 (RFC 6598), 198.18.0.0/15
 *			(RFC 2544), fc00::/7 (RFC 4193), fec0::/10
 *	TARGET_PUBLIC	anything else
 *
 * An IPv6 address with an IPv4 address in it is what that one is: mapped
 * (::ffff:0:0/96) and compatible (::/96, RFC 4291 2.5.5), NAT64 (64:ff9b::/96,
 * RFC 6052), 6to4 (2002::/16, RFC 3056), ISATAP (RFC 5214).  Where two can be
 * meant the worse counts: server and client of Teredo (2001::/32, RFC 4380
 * section 4, the client's is inverted), the four places of an address in
 * 64:ff9b:1::/48 (RFC 8215, RFC 6052 2.2), which is never better than private.
 */
#ifndef FL_TARGET_H
#define FL_TARGET_H

#include <stdbool.h>
#include <sys/socket.h>

#include "str.h"

enum target { TARGET_PUBLIC, TARGET_PRIVATE, TARGET_NEVER };

/* What the address of a socket is; of another family, or shorter than its
 * family says: TARGET_NEVER.  Public for tests. */
enum target target_of(const struct sockaddr *sa, socklen_t len);

/* Which addresses may be connected to. */
struct target_rule {
	bool private_ok;
	/* Sockets that may be in any case, "ADDRESS:PORT" with commas between,
	 * an IPv6 address in brackets; NULL or "": none.  For a receiver on
	 * this machine, whose operator alone can name it. */
	const char *also;
};

/* True if every entry of also can be read. */
bool target_list_valid(struct str also);

/*
 * True if the rule lets us connect.  Besides what target_of() says, no address
 * of this machine is let through: there our own programs listen, and believe
 * who comes from here.  Asks the system for that (a datagram socket, nothing
 * is sent).
 */
bool target_may(
    const struct target_rule *r, const struct sockaddr *sa, socklen_t len);

#endif
