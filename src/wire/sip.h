/*
 * sip -- the little of SIP (RFC 3261) that tells a phone to fetch its files: a
 * NOTIFY outside of any subscription, and what is answered.  Text only; who
 * sends it is sip_client.h.
 *
 *	NOTIFY sip:001565aabbcc@192.0.2.7:5060 SIP/2.0
 *	Via: SIP/2.0/UDP 192.0.2.1:41234;rport;branch=z9hG4bK...
 *	Event: check-sync;reboot=false
 *	Subscription-State: terminated
 *
 * Events are words of the vendors (check-sync, resync), with their parameters;
 * no RFC knows them.  Subscription-State is what RFC 6665 wants in any NOTIFY.
 */
#ifndef FL_SIP_H
#define FL_SIP_H

#include "arena.h"
#include "buf.h"
#include "digest_header.h"
#include "err.h"
#include "str.h"

#define SIP_DATAGRAM_MAX 4096 /* bytes that are written or read */
#define SIP_EVENT_MAX    64   /* bytes of an event */
#define SIP_URI_MAX      160  /* bytes of a URI */
#define SIP_ID_SIZE      33   /* of a random id: 32 hex digits and NUL */

/* Branches begin so (RFC 3261 8.1.1.7). */
#define SIP_COOKIE "z9hG4bK"

/* May it stand in an Event header: a token and parameters (RFC 6665 8.4)? */
bool sip_event_ok(struct str event);
/* May it stand in a URI before the '@', without an escape? */
bool sip_user_ok(struct str user);

struct sip_notify {
	struct str uri;  /* whom it is for */
	struct str here; /* where we are, "192.0.2.1:41234" */
	struct str event;
	const char *branch; /* behind the cookie */
	const char *tag, *call_id;
	int cseq;
	const char *login; /* name of the header for it; NULL: none */
	struct str answer; /* its value */
};

void sip_notify_write(const struct sip_notify *n, struct buf *out);

/* What somebody answered; strings point into the datagram. */
struct sip_answer {
	int status;         /* 100 to 699 */
	struct str branch;  /* behind the cookie; empty: not ours */
	struct str call_id; /* empty: none */
	/* A login that is asked for in a way that we know, and the name of the
	 * header to answer in; NULL: none. */
	const char *login;
	struct digest challenge;
};

/* -1: it is none of an answer to a NOTIFY.  a: for what had to be unescaped. */
int sip_answer_read(
    struct arena *a, struct str datagram, struct sip_answer *out) FL_CHECK;

#endif
