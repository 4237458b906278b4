/*
 * phone_trace -- what phones asked for and what they got, and why: for who is
 * asked "why did my phone get a 404?".
 *
 * Only requests with a tenant key that counts are noted, so that nobody else can
 * write here.  Equal ones (key, MAC address of a phone that is known or waits,
 * address, file, reason) within PHONE_TRACE_SAME_MS are one row with a count;
 * requests for phones that nobody knows count together by their address.  Of
 * one key PHONE_TRACE_ROWS are kept, for PHONE_TRACE_KEPT_MS.  Nothing of a
 * body, and no query, is noted.  A row of PHONE_ELSEWHERE is a warning in the log,
 * too, and makes an alarm.
 *
 * Subscribers learn each new row, PHONE_TRACE_EVENTS of those that are written
 * together; what only counts in a row that is there is no news:
 *
 *	{"mt":"PhoneTraceAdded","request":{"id":7,"mac":"001565aabbcc",...}}
 */
#ifndef FL_PHONE_TRACE_H
#define FL_PHONE_TRACE_H

#include "actor.h"
#include "row.h"

#define PHONE_TRACE_SAME_MS (10 * 60 * INT64_C(1000))
#define PHONE_TRACE_KEPT_MS (14 * 24 * 3600 * INT64_C(1000))
#define PHONE_TRACE_ROWS    50000 /* of one key */
#define PHONE_TRACE_PAGE    200
#define PHONE_TRACE_EVENTS  100 /* of one writing */

/* Why a phone got what it got (phone_serve.h). */
enum phone_reason {
	PHONE_NO_MAC,    /* neither the name nor the phone says which it is */
	PHONE_WAITS,     /* it is new, or waits: somebody has to promote it */
	PHONE_FULL,      /* the list of those that wait is full */
	PHONE_OTHER_KEY, /* it is another key's, or no phone */
	PHONE_NO_FILE,   /* there is no such file for it */
	/* What it was told (phone_resync.h). */
	PHONE_TOLD,      /* to fetch its files, and it said yes */
	PHONE_TOLD_NO,   /* and it said no */
	PHONE_UNHEARD,   /* without an answer */
	PHONE_UNTOLD,    /* it could not be told */
	PHONE_GIVEN,     /* it got its file */
	PHONE_SAVED,     /* what it wrote is kept */
	PHONE_OUTSIDE,   /* its window is closed */
	PHONE_ELSEWHERE, /* asked for from another network than its own; the
			  * number stands in SQL as well */
	PHONE_OWN_URL,   /* it has a URL of its own, and came without */
	PHONE_TEMPLATE,  /* the template of the file is wrong */
	PHONE_REASON__MAX
};

/* "waiting", ...: for the trace and for people. */
const char *phone_reason_name(enum phone_reason reason);
/* A sentence for people. */
const char *phone_reason_text(enum phone_reason reason);

struct phone_event {
	int64_t key_domain;
	struct str mac; /* empty: of none that is known or waits */
	struct str address;
	struct str file; /* its pattern, or the name of one for a known phone */
	int64_t status;  /* of the answer */
	enum phone_reason reason;
};

int phone_trace_add(struct ask *q, const struct phone_event *in) FL_CHECK;
/* Several, which have been counted (phone_notes.h), in one transaction; their ids
 * are not looked at.  Those of a domain that has gone are left out.  A phone that
 * got a file where it was is noted as seen then, once in PHONE_WAIT_NOTE_MS, and
 * is online (phone_poll.h). */
int phone_trace_add_all(
    struct ask *q, const struct phone_traced *list, size_t n) FL_CHECK;

/* What clients are told of a row, as members of the object that is open. */
struct jout;
void phone_trace_json(struct jout *j, const struct phone_traced *t);

/*
 * The newest first, at most PHONE_TRACE_PAGE that are older than before (0: from
 * the newest), of a MAC address; empty: of none that is known.  Of the keys of
 * domains that the actor sees; a page may be empty and not the last: *before is
 * 0 behind that.
 */
int phone_trace_list(struct ask *q, struct str mac, int64_t *before,
    struct phone_traced **out, size_t *n) FL_CHECK;

#endif
