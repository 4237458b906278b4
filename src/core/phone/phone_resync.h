/*
 * phone_resync -- somebody wants a phone to fetch its files now, not when it asks
 * again by itself.
 *
 * An order is a row.  fleetline-tasks sends it as a SIP NOTIFY (sip_client.h)
 * and notes what came of it, in the row and in the phone's trace; the programs
 * of the web reach no network.  A phone that hears nothing asks again by itself
 * sooner or later, so no order is repeated, and one that is not sent within
 * PHONE_RESYNC_LATE_MS is given up.
 *
 * Who may change the phone's device may order it, and cannot say where it goes:
 * to the proxy that the operator names in fleetline.conf ([phones] notify), or
 * to the address that the phone asked from last.  Bounds: a phone once in
 * PHONE_RESYNC_PAUSE_MS, a domain PHONE_RESYNC_OPEN orders that wait.
 *
 * Phones that ask for a login get the one that came with the order; it is sealed
 * until then, and forgotten with the end.  Without one, a phone that has come by
 * its own URL, and so has its settings, is told that of its first account: the
 * digest of it, as a SIP server is told.  Who has only named a phone gets none.
 */
#ifndef FL_PHONE_RESYNC_H
#define FL_PHONE_RESYNC_H

#include "actor.h"
#include "row.h"
#include "secret.h"

#define PHONE_RESYNC_PAUSE_MS (10 * INT64_C(1000))
#define PHONE_RESYNC_LATE_MS  (5 * 60 * INT64_C(1000))
#define PHONE_RESYNC_OPEN     100 /* of a domain */
#define PHONE_RESYNC_PAGE     1000

/* What came of it. */
enum phone_told {
	PHONE_TOLD_NOT_YET,
	PHONE_TOLD_ANSWERED, /* status says what; 2xx: it fetches its files */
	PHONE_TOLD_LOGGED,   /* the same, after the login */
	PHONE_TOLD_SILENT,   /* nothing in 32 seconds, or nothing final */
	PHONE_TOLD_NOBODY,   /* nobody listens there */
	PHONE_TOLD_NOWHERE,  /* nobody knows where it is: it never asked */
	PHONE_TOLD_BARRED,   /* an address that we send nothing to (target.h) */
	PHONE_TOLD_LATE,     /* nobody sent it in time */
	PHONE_TOLD_FAILED,   /* it could not be sent */
	PHONE_TOLD__MAX
};

/* "answered", ...: for programs; a sentence for people. */
const char *phone_told_name(enum phone_told told);
const char *phone_told_text(enum phone_told told);

struct phone_resync_order {
	struct str mac;
	struct str login, password; /* empty: none; at most SECRET_MAX bytes */
};

/* ERR_GONE: no such phone.  ERR_BUSY: it was told just now, or too many of its
 * domain wait.  ERR_INPUT: a login that is none. */
int phone_resync(struct ask *q, const struct phone_resync_order *in) FL_CHECK;

/* The same for who works on jobs, inside a change, without a login: 1 it is
 * ordered; 0 it was told just now, or too many wait; -1. */
int phone_resync_by_job(struct ask *q, struct str mac) FL_CHECK;

/* The last order about a phone that the actor sees: 1, 0 none, -1. */
int phone_resync_get(
    struct ask *q, struct str mac, struct phone_resync *out) FL_CHECK;

/* ---- for fleetline-tasks; no rights are looked at ---- */

/* Orders that wait, the oldest first. */
int phone_resync_waiting(
    struct ask *q, struct phone_resync **out, size_t *n) FL_CHECK;

/* What the phone may ask for; the password is empty if there is nothing.
 * vendor: its folder, or empty. */
struct phone_resync_login {
	struct str name;
	struct secret password; /* to be wiped */
};
int phone_resync_login(struct ask *q, const struct phone_resync *r,
    struct str vendor, struct phone_resync_login *out) FL_CHECK;

/* That is what came of it; target: the socket that it went to, or empty; event:
 * that it had. */
struct phone_resync_end {
	enum phone_told told;
	int status; /* of the answer, 0: none */
	struct str target, event;
};
int phone_resync_done(struct ask *q, const struct phone_resync *r,
    const struct phone_resync_end *in) FL_CHECK;

#endif
