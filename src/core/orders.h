/*
 * orders -- what the rules tell the hub (doc/hub.md section 2).
 *
 * Lines are collected while a rule runs and sent in one POST after its
 * transaction was committed, in POSTs of at most HUBWIRE_ORDERS_MAX.  A hub
 * that is not running holds no sessions and no connections: sending to it
 * succeeds.  A hub that is there but does not answer within five seconds (what
 * is large may take longer) fails with ERR_BUSY.
 */
#ifndef FL_ORDERS_H
#define FL_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "str.h"

/*
 * Carries body (one JSON object per line) to the hub and gives its answer.
 * 1 answered, 0 there is no hub, -1 it did not answer (ERR_BUSY).
 */
typedef int orders_post(
    void *arg, struct str body, struct buf *answer, struct err *e);

struct orders {
	orders_post *post; /* NULL: no hub */
	void *arg;
	char *socket;      /* path for the ordinary post, owned */
	struct buf lines;  /* collected, not sent yet */
	struct buf answer; /* of the last sending, a line per order */
};

/* Orders over the unix socket at path; NULL for none. */
void orders_init(struct orders *o, const char *path);
/* For tests, which put their own way in. */
void orders_init_with(struct orders *o, orders_post *post, void *arg);
void orders_fini(struct orders *o);

/*
 * End the sessions that live on cred.  rev: the change counter of the change
 * that is told (change_rev); a session whose rights were read later stays.
 */
void orders_end(struct orders *o, const char *cred, int64_t rev);
/* The sessions that live on cred may now see this; more domains than a session
 * can hold end them. */
struct orders_sight {
	bool admin;     /* all there is */
	bool read_only; /* but only to look at */
	const int64_t *domains;
	const bool *looks; /* of each: only to look at */
	size_t ndomains;
};
/* As members of an object: a domain that is only looked at is negative. */
struct jout;
void orders_put_sight(struct jout *j, const struct orders_sight *sight);
void orders_rights(struct orders *o, const char *cred,
    const struct orders_sight *sight, int64_t rev);
void orders_move(struct orders *o, struct str hw_id, int64_t domain);
void orders_release(struct orders *o, struct str hw_id);
void orders_drop(struct orders *o, struct str hw_id, int code);
/* A message for the app of one session, if it still sees this domain. */
struct code_watch;
void orders_tell(struct orders *o, const struct code_watch *to, int64_t domain,
    struct str message);
/* A line made elsewhere (events, frames to send), without the line feed. */
void orders_line(struct orders *o, struct str line);

/* Forget what was collected (the transaction was rolled back). */
void orders_forget(struct orders *o);

/*
 * Send what was collected.  0: confirmed, or there is no hub, or there was
 * nothing to send.  -1 ERR_BUSY.  o->answer then holds the hub's answer, empty
 * without a hub.
 */
int orders_flush(struct orders *o, struct err *e) FL_CHECK;

/* True if answer line n (from 0) of the last sending says ok:true. */
bool orders_done(const struct orders *o, size_t n);

#endif
