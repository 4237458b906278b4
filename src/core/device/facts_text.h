/*
 * facts_text -- the door for what a device says of itself.
 *
 * Whatever stands in its identify is shown to administrators, stored, and given
 * to billing systems, and anybody can be a device.  One table says for each
 * member what it may be:
 *
 *	text	characters that are shown; hidden ones (str.h) are left out, and
 *		what is longer than the member's limit is cut
 *	address	of one host (net.h), as RFC 5952 writes it; anything else,
 *		"192.0.2.0/24" or "<b>", is left out
 *
 * Nothing is ever refused: a device that says nonsense today keeps working, it
 * is only not repeated.  The digest is over what was sent and is none of ours.
 * Inside core only.
 */
#ifndef FL_FACTS_TEXT_H
#define FL_FACTS_TEXT_H

#include "arena.h"
#include "json.h"

enum facts_member {
	FACTS_PRODUCT,
	FACTS_VERSION,
	FACTS_NAME,
	FACTS_FW,
	FACTS_BC,
	FACTS_FW_BUILD,
	FACTS_BC_BUILD,
	FACTS_MAJOR,
	FACTS_IF, /* of an element of ethIfs, like the next two */
	FACTS_IPV4,
	FACTS_IPV6,
	FACTS__MAX
};

#define FACTS_TEXT_MAX 128 /* bytes of the longest */

/* What object says there, or empty; borrowed from object or in the arena. */
struct str facts_text(
    struct arena *a, const struct json *object, enum facts_member what);

#endif
