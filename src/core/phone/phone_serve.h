/*
 * phone_serve -- who asks at the door of phones, and what it gets.
 *
 *	/p/<tenant key>/<file>			a stranger waits (phone_wait.h); a
 *						phone in its first window gets its
 *						file without secrets, and one with
 *						a certificate what it gets by its
 *						own URL
 *	/p/<tenant key>/<proof>/<file>		a phone by its own URL, in a window
 *						(phone_window.h)
 *
 * While an update job works on a phone it gets by its own URL also outside of its
 * window what has its firmware alone (phone_update.h).
 *
 * Whoever asks is recognised by phone_known.h; vendor and type of a promoted phone
 * come from its row, never from what is said.  Files are those that its vendor's
 * data has (phone_file.h), and with a MAC address in the name only its own.  A
 * phone may write files that its vendor's data says so of, by its own URL at any
 * time.
 *
 * The reason says what became of it; the caller answers alike to all but
 * PHONE_GIVEN and PHONE_SAVED.  No HTTP here.
 */
#ifndef FL_PHONE_SERVE_H
#define FL_PHONE_SERVE_H

#include "phone_again.h"
#include "phone_known.h"
#include "phone_mark.h"
#include "phone_trace.h"

struct phone_request {
	struct phone_door door;  /* whose key it came by */
	bool counts;             /* that key does */
	struct str key;          /* its text, which stands in the phone's URL */
	struct phone_mark proof; /* id 0: there was none */
	struct str name;         /* of the file */
	struct str agent, address;
	struct str
	    cert; /* the name of its certificate (phone_cert.h), or empty */
	const char *origin; /* "http://host" of URLs; NULL: not known */
	bool writes;
	struct str content;              /* that it writes */
	const struct phone_again *again; /* NULL: nothing of it is kept */
};

struct phone_answer {
	enum phone_reason reason;
	bool there; /* there is such a phone, waiting or promoted */
	struct phone_known known;
	int64_t domain;    /* whose trace it belongs to */
	const char *media; /* type of what is PHONE_GIVEN */
	char tag[PHONE_TAG_SIZE];
};

/* If a phone asked for just this a moment ago and would get the same, it does; of
 * in only again is looked at.  1 given, 0 phone_serve has to say, -1. */
int phone_serve_again(struct ask *q, const struct phone_request *in,
    struct phone_answer *out, struct buf *body) FL_CHECK;

/* body: what it gets (PHONE_GIVEN); holds secrets, so the caller wipes it.
 * 1 judged, 0 nothing to say about it: no key that counts, -1. */
int phone_serve(struct ask *q, const struct phone_types *types,
    const struct phone_request *in, struct phone_answer *out,
    struct buf *body) FL_CHECK;

#endif
