/*
 * phone_window -- when a promoted phone gets its files, and how it proves that it
 * is the one.
 *
 * A MAC address is no secret and a tenant key is known to many.  So files are
 * served inside a window only, which promotion opens (phone.h), or an administrator; and
 * secrets only to a phone that came by the URL of its own:
 *
 *	/p/<tenant key>/<proof>/<file>
 *
 * The proof is a word of phone_mark.h over the device and its generation.  A
 * phone learns it from its first file: until it has used it once, it is served
 * under the tenant key as well, without secrets, and only from the address (of
 * IPv6 the first 64 bits) from which it last waited, or which an administrator
 * names.  Who shares that address, knows the tenant key and comes first is taken
 * for the phone; doc/security.md says so.
 *
 * A URL can be copied: it stands in the phone's own web page, and phones say it to
 * others as Referer.  So a window is for one network, the phone's place, and
 * whoever comes by its URL from another one gets nothing.  Outside of windows,
 * where there is nothing to be had, the place follows the phone.
 *
 * A certificate of its vendor, which nginx has checked, proves as much without a
 * URL, and from wherever it comes (phone_cert.h).
 *
 * Under the proof the generation of the tenant key does not count: a key that is
 * rotated cuts off nobody who is in.
 */
#ifndef FL_PHONE_WINDOW_H
#define FL_PHONE_WINDOW_H

#include "actor.h"
#include "phone_mark.h"
#include "row.h"

#define PHONE_WINDOW_MAX (7 * 24 * 60) /* minutes */
#define PHONE_FROM_ANY   "any"

void phone_proof_write(const struct core *c, const struct served_phone *p,
    char out[PHONE_MARK_SIZE]);
/* Was it ever one?  Whether it counts: the generation in the phone's row. */
bool phone_proof_read(
    const struct core *c, struct str word, struct phone_mark *out);

bool phone_window_is_open(const struct served_phone *p);

struct phone_opening {
	struct str mac;
	int64_t minutes; /* from now, to PHONE_WINDOW_MAX; 0: it closes */
	bool anew; /* it lost its URL: it gets another, the old one ends */
	struct str from; /* the address it may then come from; empty: as before;
			  * PHONE_FROM_ANY: of the networks that come by its
			  * URL the first.  Not for who has no URL */
};

/* For who may change the phone's domain.  *out: the phone as it is then.
 * ERR_GONE: no such phone; ERR_INPUT: it has never waited, and no address is
 * named. */
int phone_window_set(struct ask *q, const struct phone_opening *in,
    struct served_phone *out) FL_CHECK;

/* For the door: it came by its URL. */
int phone_window_proven(struct ask *q, const struct served_phone *p) FL_CHECK;

/* For the door: who has proven to be p asks from this address.  1 that is its
 * place, now at least; 0 it is another network, and its place is held; -1.
 * PHONE_CERTAIN: no copied URL can be the proof, so any network is its place.
 * PHONE_HELD: an update job works on it, so its place is held as in a window. */
enum phone_coming { PHONE_COMES, PHONE_HELD, PHONE_CERTAIN };
int phone_window_come(struct ask *q, struct served_phone *p, struct str address,
    enum phone_coming how) FL_CHECK;

#endif
