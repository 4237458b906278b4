/*
 * presence -- tells the rules who is there (doc/hub.md section 1.3).
 *
 * States wait here until a batch can go: one is in flight at a time, it has at
 * most HUBWIRE_BATCH entries, and of a connection only the last state is
 * kept.  The first batch after the start goes even when it is empty.  A batch
 * is repeated until the rules have taken it, so no state is lost while they
 * are away; what waits is bounded by the number of named connections.
 */
#ifndef FL_PRESENCE_H
#define FL_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "hubwire.h"
#include "map.h"
#include "question.h"
#include "str.h"

struct presence_entry;
TAILQ_HEAD(presence_list, presence_entry);

struct presence {
	struct questions *questions;
	struct question *question; /* of the batch in flight */
	struct map by_conn;
	struct presence_list list; /* in the order of their first change */
	bool first;
	size_t (*subscribers)(void *arg);          /* to devices */
	void (*event)(void *arg, struct str line); /* one event of the answer */
	void *arg;
};

struct presence_state {
	struct str hw_id;
	uint64_t conn;
	bool online;
	bool device;          /* level; else claim */
	const char *remote;   /* address; NULL: not known */
	enum hubwire_end why; /* when offline: how it ended */
};

void presence_init(struct presence *p, struct questions *as);
void presence_fini(struct presence *p);
void presence_report(struct presence *p, const struct presence_state *s);
/* At the end of each turn: send what waits. */
void presence_turn(struct presence *p);
size_t presence_waiting(const struct presence *p);

/* The body of the next batch; its entries are taken from the list.  For
 * tests. */
void presence_batch(struct presence *p, struct buf *out);

#endif
