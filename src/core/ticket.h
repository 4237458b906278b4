/*
 * ticket -- one-time tickets: 32 characters that stand for something, once.
 *
 * Where a header cannot go (the login of a websocket, a QR code, a URL of an
 * upload) somebody who may draws a ticket for a purpose and hands it on; who
 * brings it in time gets what was put in, and the ticket is gone.
 *
 *	ticket_draw(q, &(struct ticket_new){.purpose = "app", ...}, text);
 *	ticket_take(q, "app", brought, &payload)	1, once
 *
 * The store has a keyed hash of purpose and text, so neither the database nor
 * another purpose opens anything.  An owner has at most TICKETS_MAX of a
 * purpose; with one more the oldest goes.  Rights are not looked at here: the
 * payload says whose they are, and who takes it asks for them then.  A clock
 * that was set back to before its drawing ends a ticket.
 */
#ifndef FL_TICKET_H
#define FL_TICKET_H

#include "actor.h"

#define TICKET_LEN         32
#define TICKET_SIZE        (TICKET_LEN + 1)
#define TICKET_PAYLOAD_MAX 512 /* bytes, more is a broken invariant */
#define TICKETS_MAX        16  /* of one owner and purpose */

struct ticket_new {
	const char *purpose; /* a word of ours */
	const char *owner;   /* whose number is bounded: a cred */
	struct str payload;  /* text */
	int64_t life_ms;
};

/* text: the ticket, which cannot be had again.  Inside a change or outside. */
int ticket_draw(struct ask *q, const struct ticket_new *in,
    char text[TICKET_SIZE]) FL_CHECK;

/* 1: it was good and is used up, *payload lives in the arena.  0: none, used,
 * over, or for another purpose; nobody learns which.  -1 error. */
int ticket_take(struct ask *q, const char *purpose, struct str text,
    struct str *payload) FL_CHECK;

/* Remove those that are over (called by the sweep). */
int ticket_expire(struct ask *q) FL_CHECK;

#endif
