/*
 * hwid_set -- hardware ids, each once, however it is written.
 *
 * It has its memory for itself, about 40 bytes for each id, so that it outlives
 * what is forgotten behind each device.
 */
#ifndef FL_HWID_SET_H
#define FL_HWID_SET_H

#include "arena.h"
#include "err.h"
#include "map.h"
#include "str.h"

struct hwid_entry {
	struct map_node node; /* first */
	const char *id;       /* normalised */
};

struct hwid_set {
	struct arena arena;
	struct map map;
	struct hwid_entry *list; /* in the order they came */
	size_t n, max;
};

/* Room for max ids; -1: there is none.  Has to be closed either way. */
int hwid_set_open(struct hwid_set *s, size_t max) FL_CHECK;
void hwid_set_close(struct hwid_set *s);

enum hwid_added { HWID_NEW, HWID_THERE, HWID_NONE };

/* HWID_NONE: it is no hardware id, or there is no room for it. */
enum hwid_added hwid_set_add(struct hwid_set *s, struct str hw_id);

#endif
