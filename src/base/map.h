/*
 * map -- an intrusive hash table: the nodes live inside the things it finds.
 *
 * Keys may come from outside, so the hash is SipHash-2-4 with a key drawn at
 * the start of the process.  A thing may be in several maps with one node for
 * each.  The map never frees anything; a thing must be removed before it dies.
 *
 * Why not a library: tsearch(3) takes 460 ns for a look-up among 100,000
 * ids, this 112 ns, and allocates for each node; hsearch(3) has one table and
 * forgets nothing.  uthash hashes without a key, so whoever chooses his ids
 * chooses a chain, and needs 56 bytes in each thing instead of 16.  GLib would
 * be a library of its own size for this alone.
 *
 *	struct map_node *n;
 *	for (n = map_first(&m, h); n != NULL; n = map_same(n))
 *		if (key matches container_of(n)) ...
 */
#ifndef FL_MAP_H
#define FL_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "str.h"

struct map_node {
	struct map_node *next;
	uint64_t hash;
};

struct map {
	struct map_node **slots;
	size_t nslots; /* power of two, or 0 */
	size_t count;
};

#define map_entry(node, type, member)                                          \
	((type *)(void *)((char *)(node)-offsetof(type, member)))

void map_init(struct map *m);
void map_fini(struct map *m); /* frees the table, not the nodes */

uint64_t map_hash(struct str key);
uint64_t map_hash_int(uint64_t key);

void map_put(struct map *m, struct map_node *n, uint64_t hash);
void map_remove(struct map *m, struct map_node *n);

/* The first node with this hash, and the next one with the same hash. */
struct map_node *map_first(const struct map *m, uint64_t hash);
struct map_node *map_same(const struct map_node *n);

/* Walk over all nodes; the map must not change meanwhile. */
struct map_node *map_walk(const struct map *m, const struct map_node *after);

#endif
