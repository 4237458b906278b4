/*
 * hwid_set -- hardware ids, each once, however it is written.  Inside core only.
 *
 * The ids live in an arena and stand in the order they came; the table beside
 * them has to be closed.
 */
#ifndef FL_HWID_SET_H
#define FL_HWID_SET_H

#include "arena.h"
#include "err.h"
#include "hwid.h"
#include "map.h"

struct hwid_entry {
	struct map_node node; /* first */
	struct str id;        /* normalised; has a NUL behind it */
	int64_t place;        /* where it stood, for who asks */
};

struct hwid_set {
	struct arena *arena;
	struct map map;
	struct hwid_entry *list;
	size_t n;
};

/* Room for max ids; -1: there is none. */
int hwid_set_open(struct hwid_set *s, struct arena *a, size_t max) FL_CHECK;
void hwid_set_close(struct hwid_set *s);

/* What no hardware id is cannot be added: false.  *before is the entry that was
 * there already, or NULL. */
bool hwid_set_add(struct hwid_set *s, struct str hw_id, int64_t place,
    const struct hwid_entry **before);

#endif
