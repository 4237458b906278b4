/*
 * door -- the passthrough: HTTP from browsers and programs to devices.
 *
 * BASE/passthrough/<hwId>/<key>/<path>?<query>: the key is checked against the
 * session inside it, the rights of the session against the device's domain;
 * what the hub does not know (sessions of the HTTP API, devices that are not
 * connected) it asks the rules.  Then a relay takes over.
 *
 * 403 wrong key, 404 unknown or not visible, 503 offline or no answer of the
 * rules.
 *
 * nginx says by which name a request came (passhost.h).  On our own origin every
 * answer of a device has the sandbox; on one for devices none has, and there a
 * session's key opens nothing, nor the key of a device under another's name.
 */
#ifndef FL_DOOR_H
#define FL_DOOR_H

#include "hwid.h"
#include "relay.h"

struct door {
	struct httpconns httpconns;
	struct questions *questions;
	struct roster *roster;
	struct sessions *sessions;
	int64_t timeout_ms;
	uint64_t requests;
};

void door_init(struct door *d, struct conns *conns);

/* The parts of a target; slices of it. */
struct door_target {
	struct str prefix; /* all before the path: ".../<key>" */
	struct str hw_id, key;
	struct str path; /* "/path?query", at least "/" */
};

/* false: not of the form above; for tests. */
bool door_parse(struct str target, struct door_target *out);

/* Twelve hex digits, with separators or in capitals, become the canonical form
 * (lower case, no separators); other ids stay as they are. */
#define DOOR_ID_SIZE (HWID_MAX + 1)
bool door_id(struct str text, char out[DOOR_ID_SIZE]);

#endif
