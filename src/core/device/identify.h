/*
 * identify -- a device says who it is (chapters 1.3 to 1.6 and 12, and
 * doc/hub.md 1.1).
 *
 * Stateless: everything known about the connection comes with the question,
 * everything to remember goes back in the state.  The rules in short:
 *
 *	the id is in no domain		claim
 *	an offer was made to this
 *	connection, or is open		0x0001 with the offered password
 *	it brings a provisioning code	device, see code.h
 *	in a domain, no digest		0x0002, the same one once more, then
 *					claim
 *	right digest			device; an offered password is now
 *					proven
 *	wrong digest			claim; after five, close 1008
 *	another id than before		close 1008
 *
 * A hardware id proves nothing, so a claim gets no secret by itself: an
 * administrator chooses a connection (device_assign), or has opened an offer to
 * whoever comes first (device_add), which brings no domain's password with it.
 * A device gets its administrative password (0x0003) after that if its domain
 * deploys passwords.  Only what changed is written, which most devices have
 * nothing of when they come again; so a question is looked at first, and what
 * has to be written may be brought to a batch (batch.h) with others.
 */
#ifndef FL_IDENTIFY_H
#define FL_IDENTIFY_H

#include "batch.h"
#include "hubwire.h"
#include "peer.h"

#define IDENTIFY_WRONG_MAX 5 /* wrong digests, then close */

/*
 * Admin message 0x0000 with text as its JSON.  out gets one JSON object (the
 * commands), without line feed.  Broken input is answered with a close command,
 * not with an error; -1 means that the store failed: the hub asks again.  An
 * empty text with a state: the device did not answer its challenge, it is a
 * claim then.
 */
struct identify_question {
	const struct peer *peer;
	struct str text;
	struct buf *out;
};

/* 1 answered; 0 something has to be written first: nothing was, and out is
 * empty; -1. */
int identify_look(struct ask *q, struct identify_question *x) FL_CHECK;

/* All of it, in the open transaction; the answer to a struct identify_question
 * holds once that is committed. */
batch_fn identify_write;

/* Both, in a transaction of its own; for tests. */
int identify(struct ask *q, const struct peer *p, struct str text,
    struct buf *out) FL_CHECK;

/* Answer admin message 0x0004, a provisioning code for an FXS port of a proven
 * gateway (chapter 5.3): 0x0005, with an error if it does not count. */
int identify_provision(struct ask *q, const struct peer *p, struct str text,
    struct buf *out) FL_CHECK;

#endif
