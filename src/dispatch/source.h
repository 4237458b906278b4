/*
 * source -- which devices the dispatcher looks at, in pages, as the store tells:
 *
 *	due	connections that nobody has looked at yet
 *	devices	those whose row changed: domain, category, type, version
 *	domains	all connected ones of a domain whose configurations changed
 *
 * Changes are read behind the change counter up to which all is delivered, which
 * is kept when the dispatcher has nothing left to do.  What is read again after a
 * kill is compared with what was delivered, so that is harmless.
 */
#ifndef FL_SOURCE_H
#define FL_SOURCE_H

#include "delivery.h"

enum source_part { SOURCE_DUE, SOURCE_DEVICES, SOURCE_DOMAINS, SOURCE_REST };

struct source {
	enum source_part part;
	bool again;           /* look once more when it is at rest */
	int64_t after;        /* a place in the present list */
	int64_t domain;       /* whose devices are read, 0: none's */
	int64_t devices_rev;  /* changes that were seen, */
	int64_t device;       /* of several in one: until this id */
	int64_t domains_rev;
	int64_t pass_rev;     /* all until then, in the present pass */
	int64_t all_rev;      /* and in the last whole one */
	int64_t saved_rev;
};

int source_open(struct source *s, struct ask *q) FL_CHECK;

/* Something may be new. */
void source_wake(struct source *s);

/* A device to look at; changed: also if a run is on. */
typedef void source_push(void *arg, struct str hw_id, bool changed);
/* One page: 1 there may be more, 0 none until the next wake, -1. */
int source_page(struct source *s, struct ask *q, source_push *push,
    void *arg) FL_CHECK;

/* All that was pushed is done. */
int source_settle(struct source *s, struct ask *q) FL_CHECK;

#endif
