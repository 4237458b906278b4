/*
 * delivery -- what a device lacks of its configurations: the rules by which
 * fleetline-deliver(8) works.  It knows nothing of requests; that is the
 * dispatcher's.
 *
 *	delivery_look(q, hw_id, &d)	who is connected, what it should have
 *	delivery_wants(&d, &c)		does it lack this one?
 *	delivery_judge(&d, ...)		was that a restart?  Only where a script
 *					depends on it (delivery_asks)
 *	... sends ...
 *	delivery_save(q, ...)		what became of it, with others in one
 *					transaction
 *
 * Inside core, and for the dispatcher.  No rights are checked.
 */
#ifndef FL_DELIVERY_H
#define FL_DELIVERY_H

#include "config_match.h"
#include "record.h"
#include "row_move.h"

/* ---- one device ---- */

struct delivery {
	struct record k;     /* its row, its connection */
	bool initial;        /* nothing was delivered on this connection yet */
	struct config *list; /* what it should have, in the order of delivery */
	size_t n;
	struct config_state *states;
	size_t nstates;
	bool known;                  /* script has been loaded */
	struct config_script script; /* else empty but for device_id */
	bool restarted;              /* this connection follows a restart that
				      * scripts have not run after */
	int64_t left;                /* when the connection before ended; 0 */
	bool later;                  /* it is paused: looked at afterwards */
	struct str url;              /* it is to be told (move.h); or empty */
};

/* 1 it is connected and in a domain that gets configurations, 0 not, or it is
 * paused, -1.  In q's arena. */
int delivery_look(
    struct ask *q, struct str hw_id, struct delivery *out) FL_CHECK;

enum delivery_want {
	DELIVERY_HAS,  /* on this connection, or failed on it: it is tried again
			* at the next one only.  Or it is a script that was
			* stopped */
	DELIVERY_SEND, /* a script from its first line on */
	DELIVERY_GO_ON, /* a script that was interrupted: behind state's line,
			 * whose fate is unknown */
	DELIVERY_STOP   /* a script that makes the device restart for ever */
};
enum delivery_want delivery_wants(
    const struct delivery *d, const struct config *c);

/* ---- restart or reconnect (additions C4) ---- */

/* Does it matter for a script, and is this connection not judged yet? */
bool delivery_asks(const struct delivery *d);

#define DELIVERY_AWAY_MS  60000        /* away for longer: a restart */
#define DELIVERY_LOOPS    3            /* restarts (additions C6) */
#define DELIVERY_LOOP_MS  (30 * 60000) /* within so long, each */
#define DELIVERY_RIGHT_MS (2 * 60000)  /* so shortly behind a script */

/*
 * Judge: by version and builds; else by the seconds that the device says it has
 * been running (-1: it does not say); else by how long it was away.  d->script
 * then is what delivery_save_script keeps.
 */
void delivery_judge(struct delivery *d, int64_t uptime_s);

/* ---- what is kept, of many in one transaction ---- */

int delivery_begin(struct ask *q) FL_CHECK;
/* rc < 0: roll back, -1.  Else commit: 0, or -1. */
int delivery_end(struct ask *q, int rc) FL_CHECK;

int delivery_save(struct ask *q, const struct config_state *s) FL_CHECK;
int delivery_save_script(struct ask *q, const struct config_script *s) FL_CHECK;
/* So many, of the counts of /metrics. */
int delivery_count(struct ask *q, size_t delivered, size_t failed) FL_CHECK;
/* All was looked at that this connection may lack, now or later. */
int delivery_done(struct ask *q, const struct delivery *d) FL_CHECK;
/* It could not be looked at now: the next sweep finds it. */
int delivery_again(struct ask *q, int64_t device) FL_CHECK;

/* For /metrics. */
int delivery_figures(struct ask *q, struct delivery_figures *out) FL_CHECK;

/* ---- which devices to look at ---- */

struct delivery_next {
	int64_t id;       /* of a device, or of a domain */
	struct str hw_id; /* empty for a domain */
	int64_t rev;      /* of what changed */
};
#define DELIVERY_PAGE 500

/* Connected ones that nobody has looked at since, with an id above after. */
int delivery_due(struct ask *q, int64_t after, struct delivery_next **out,
    size_t *n) FL_CHECK;
/* What changed later than rev, in the order of changes; one change may touch
 * many devices: those with an id above after as well. */
int delivery_devices(struct ask *q, int64_t rev, int64_t after,
    struct delivery_next **out, size_t *n) FL_CHECK;
int delivery_domains(
    struct ask *q, int64_t rev, struct delivery_next **out, size_t *n) FL_CHECK;
/* Connected ones of a domain, with an id above after. */
int delivery_of_domain(struct ask *q, int64_t domain, int64_t after,
    struct delivery_next **out, size_t *n) FL_CHECK;
/* The change counter now. */
int delivery_now(struct ask *q, int64_t *rev) FL_CHECK;
/* Until which change all is delivered, or has failed. */
int delivery_mark(struct ask *q, int64_t *rev) FL_CHECK;
int delivery_mark_set(struct ask *q, int64_t rev) FL_CHECK;

/* ---- other vendors' devices (additions B6) ---- */

/*
 * The order "send" (doc/hub.md 2) that hands over these configurations as admin
 * messages 0x0006, one each; the last of the initial ones says so.  Holds
 * secrets: the caller wipes out, which is initialised here.  1, 0 the device has
 * no password that they could be encrypted with, -1.
 */
int delivery_order(struct ask *q, const struct delivery *d,
    const struct config *list, size_t n, struct buf *out) FL_CHECK;

#endif
