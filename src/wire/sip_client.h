/*
 * sip_client -- NOTIFYs to phones by UDP (sip.h), many at once, without ever
 * waiting: its owner has a loop, polls sip_client_fd() and calls
 * sip_client_next() whenever something came or is due.
 *
 * A request is repeated as RFC 3261 17.1.2.2 has it for one that is no INVITE
 * (timers E and F): after 0.5, 1, 2 and then each 4 seconds, until there is a
 * final answer or 32 seconds have passed.  That is eleven datagrams for a phone
 * that is silent.  Who asks for a login (401, 407) and whose order has one gets
 * the request once more with it.
 *
 * Each request has a socket of its own, connected to its receiver: the system
 * tells us when nobody listens there, and lets nobody else's answers in.  What
 * is no answer to a request under way, told by its branch, is not looked at.
 *
 * Whether an address may be sent to is its caller's question (target.h).
 */
#ifndef FL_SIP_CLIENT_H
#define FL_SIP_CLIENT_H

#include "net_socket.h"
#include "sip.h"

#define SIP_T1_MS   500              /* a round trip */
#define SIP_T2_MS   4000             /* the longest pause between repetitions */
#define SIP_LAST_MS (64 * SIP_T1_MS) /* timer F */

struct sip_client;

/* max: requests at once; from: a socket to send from ("192.0.2.1:5060"), empty:
 * the system's choice. */
struct sip_client *sip_client_new(size_t max, struct str from);
void sip_client_free(struct sip_client **c);

/* What is to be sent, and where; copied. */
struct sip_order {
	struct str to;              /* as net_socket */
	struct str user;            /* of the URI (sip_user_ok) */
	struct str host;            /* of the URI; empty: that of to */
	struct str event;           /* sip_event_ok */
	struct str login, password; /* empty: none */
	int64_t id;                 /* the caller's, for the result */
};

/* -1: ERR_BUSY as many as allowed are under way; ERR_INPUT a text that cannot be
 * used; ERR_IO the system refuses. */
int sip_client_send(struct sip_client *c, const struct sip_order *o,
    int64_t now_ms, struct err *e) FL_CHECK;

enum sip_fate {
	SIP_ANSWERED, /* finally */
	SIP_SILENT,   /* no final answer in time */
	SIP_NOBODY    /* the system says that nobody is there */
};

struct sip_result {
	int64_t id;
	enum sip_fate fate;
	int status;  /* the last that came; 0: none */
	bool logged; /* the login was asked for, and sent */
};

/* Do what can be done now; true: *out is a request that has ended. */
bool sip_client_next(
    struct sip_client *c, int64_t now_ms, struct sip_result *out);

/* A descriptor that is readable when something came. */
int sip_client_fd(const struct sip_client *c);
/* Milliseconds until something is due; -1: nothing is under way. */
int sip_client_wait(const struct sip_client *c, int64_t now_ms);

#endif
