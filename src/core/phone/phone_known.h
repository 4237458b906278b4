/*
 * phone_known -- who asks for a file: vendor, type, firmware and MAC address of
 * a phone, from the name of the file and what the phone says of itself.
 *
 * The MAC address in the name counts, then that in the User-Agent.  The vendor
 * is who words his User-Agent so; without one, whose files have such names: the
 * only one, or the one that the MAC address belongs to.  All of it are guesses,
 * anybody can say anything: what a phone gets is decided by its row.
 */
#ifndef FL_PHONE_KNOWN_H
#define FL_PHONE_KNOWN_H

#include "phone_path.h"
#include "phone_type.h"

#define PHONE_AGENT_MAX    256 /* bytes of a User-Agent that are looked at */
#define PHONE_FIRMWARE_MAX 64  /* bytes */

struct phone_known {
	const struct phone_vendor *vendor; /* NULL: not known */
	const struct phone_type *type;     /* NULL: not known */
	struct str file;          /* the pattern that fits; empty: none */
	char mac[PHONE_MAC_SIZE]; /* empty: not told */
	char model[PHONE_TYPE_MAX + 1];
	char firmware[PHONE_FIRMWARE_MAX + 1];
};

/* name: the last part of the path; agent: the header, as it came. */
void phone_known_find(const struct phone_types *types, struct str name,
    struct str agent, struct phone_known *out);

#endif
