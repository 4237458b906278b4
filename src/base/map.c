#include "map.h"

#include <pthread.h>
#include <string.h>

#include "arena.h"
#include "crypto.h"
#include "must.h"

#define FIRST_SLOTS 64

static uint64_t hash_key[2];
static pthread_once_t hash_key_once = PTHREAD_ONCE_INIT;

static void
draw_hash_key(void)
{
	crypto_random(hash_key, sizeof(hash_key));
}

static inline uint64_t
rotl(uint64_t x, int b)
{
	return x << b | x >> (64 - b);
}

static inline void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

/* SipHash-2-4 as published by Aumasson and Bernstein, 2012. */
uint64_t
map_hash(struct str key)
{
	uint64_t v[4], word;
	size_t whole = key.len & ~(size_t)7;

	(void)pthread_once(&hash_key_once, draw_hash_key);
	v[0] = hash_key[0] ^ 0x736f6d6570736575u;
	v[1] = hash_key[1] ^ 0x646f72616e646f6du;
	v[2] = hash_key[0] ^ 0x6c7967656e657261u;
	v[3] = hash_key[1] ^ 0x7465646279746573u;
	for (size_t i = 0; i <= whole; i += 8) {
		word = 0;
		if (i < whole)
			memcpy(&word, key.p + i, 8);
		else if (key.len > whole)
			memcpy(&word, key.p + i, key.len - whole);
		if (i == whole)
			word |= (uint64_t)key.len << 56;
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t
map_hash_int(uint64_t key)
{
	return map_hash(str_n(&key, sizeof(key)));
}

void
map_init(struct map *m)
{
	memset(m, 0, sizeof(*m));
}

void
map_fini(struct map *m)
{
	mem_free(m->slots);
	map_init(m);
}

static struct map_node **
slot(const struct map *m, uint64_t hash)
{
	return &m->slots[hash & (m->nslots - 1)];
}

static void
grow(struct map *m)
{
	struct map bigger;

	map_init(&bigger);
	bigger.nslots = m->nslots ? 2 * m->nslots : FIRST_SLOTS;
	bigger.slots = mem_new(bigger.nslots * sizeof(*bigger.slots));
	for (size_t i = 0; i < m->nslots; i++) {
		struct map_node *n = m->slots[i], *next;

		for (; n != NULL; n = next) {
			next = n->next;
			n->next = *slot(&bigger, n->hash);
			*slot(&bigger, n->hash) = n;
		}
	}
	bigger.count = m->count;
	mem_free(m->slots);
	*m = bigger;
}

void
map_put(struct map *m, struct map_node *n, uint64_t hash)
{
	if (m->count >= m->nslots)
		grow(m);
	n->hash = hash;
	n->next = *slot(m, hash);
	*slot(m, hash) = n;
	m->count++;
}

void
map_remove(struct map *m, struct map_node *n)
{
	struct map_node **at = slot(m, n->hash);

	while (*at != n) {
		must(*at != NULL);
		at = &(*at)->next;
	}
	*at = n->next;
	n->next = NULL;
	m->count--;
}

static struct map_node *
skip_other(struct map_node *n, uint64_t hash)
{
	while (n != NULL && n->hash != hash)
		n = n->next;
	return n;
}

struct map_node *
map_first(const struct map *m, uint64_t hash)
{
	return m->nslots ? skip_other(*slot(m, hash), hash) : NULL;
}

struct map_node *
map_same(const struct map_node *n)
{
	return skip_other(n->next, n->hash);
}

struct map_node *
map_walk(const struct map *m, const struct map_node *after)
{
	size_t i = 0;

	if (after != NULL) {
		if (after->next != NULL)
			return after->next;
		i = (after->hash & (m->nslots - 1)) + 1;
	}
	for (; i < m->nslots; i++)
		if (m->slots[i] != NULL)
			return m->slots[i];
	return NULL;
}
