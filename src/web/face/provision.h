/*
 * provision -- the door of phones of other vendors: they ask it for their
 * files.
 *
 *	GET /p/<tenant key>/<file>
 *	GET /p/<tenant key>/<proof>/<file>	other folders do not count
 *
 * Without a key that was ever one (phone_key.h) a request costs a hash and no
 * look into the store; which generation of a key counts is remembered for
 * PROVISION_KEY_MS.  With one, the phone is recognised (phone_known.h) and, if
 * nobody knows it, waits until somebody promotes it; what it gets then phone_serve.h
 * has.
 *
 * At the port for old phones nginx says whose certificate a phone has shown
 * (FLEETLINE_CLIENT; phone_cert.h).
 *
 * Whoever gets no file gets the same 404, whatever is wrong or right; the reason of
 * each stands in the trace (phone_trace.h) only, where it is written with others
 * (phone_notes.h).  Files are for one phone at one
 * time and carry secrets, so nobody may keep them ("no-store"); they have an ETag
 * and parts (part.h).  What a phone writes (PUT, POST) is kept apart.
 */
#ifndef FL_PROVISION_H
#define FL_PROVISION_H

#include "route.h"
#include "web.h"

#define PROVISION_BODY_MAX ((size_t)64 << 10) /* bytes of a request body */
#define PROVISION_KEY_MS   2000
#define PROVISION_KEYS     1024 /* keys that are remembered */

extern const struct routes provision_routes;

/* For struct program: reads the types. */
int provision_start(struct web *w, struct err *e) FL_CHECK;
void provision_stop(void);

#endif
