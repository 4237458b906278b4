#include "throttle.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "map.h"
#include "must.h"

#define WAYS       8     /* slots of one hash */
#define TOKEN      60000 /* a token, in milliseconds times tokens per minute */
#define WAIT_LEAST 1

struct slot {
	uint64_t hash; /* of the name; 0: free */
	int64_t level; /* what is left, in parts of a TOKEN */
	int64_t at;    /* when that was so */
};

struct throttle {
	pthread_mutex_t lock;
	int64_t full; /* level of a full bucket */
	int64_t rate; /* parts that come back in a millisecond */
	size_t sets;
	struct slot *slots; /* sets * WAYS */
};

struct throttle *
throttle_new(size_t names, int64_t burst, int64_t per_minute)
{
	struct throttle *t = mem_new(sizeof(*t));

	must(names > 0 && burst > 0 && per_minute > 0);
	must(pthread_mutex_init(&t->lock, NULL) == 0);
	t->full = burst * TOKEN;
	t->rate = per_minute;
	t->sets = (names + WAYS - 1) / WAYS;
	t->slots = mem_new(t->sets * WAYS * sizeof(*t->slots));
	return t;
}

void
throttle_free(struct throttle **t)
{
	if (*t == NULL)
		return;
	must(pthread_mutex_destroy(&(*t)->lock) == 0);
	mem_free((*t)->slots);
	mem_free(*t);
	*t = NULL;
}

void
throttle_rate(struct throttle *t, int64_t burst, int64_t per_minute)
{
	must(burst > 0 && per_minute > 0);
	must(pthread_mutex_lock(&t->lock) == 0);
	t->full = burst * TOKEN;
	t->rate = per_minute;
	must(pthread_mutex_unlock(&t->lock) == 0);
}

/* The level that p has by now. */
static int64_t
level(const struct throttle *t, const struct slot *p, int64_t now)
{
	int64_t gone = now - p->at;

	if (p->hash == 0 || gone >= t->full / t->rate + 1)
		return t->full;
	return p->level + gone * t->rate < t->full ? p->level + gone * t->rate
						   : t->full;
}

/* The slot of a name, its own or the one that is missed least. */
static struct slot *
find(struct throttle *t, struct str name, int64_t now)
{
	uint64_t hash = map_hash(name) | 1;
	struct slot *set = &t->slots[(hash >> 1) % t->sets * WAYS];
	struct slot *victim = set;

	for (struct slot *p = set; p < set + WAYS; p++) {
		if (p->hash == hash)
			return p;
		if (level(t, p, now) > level(t, victim, now))
			victim = p;
	}
	*victim = (struct slot){hash, t->full, now};
	return victim;
}

static int64_t
ask(struct throttle *t, struct str name, bool take)
{
	int64_t now = clock_mono_ms(), have, wait = 0;
	struct slot *p;

	must(pthread_mutex_lock(&t->lock) == 0);
	p = find(t, name, now);
	have = level(t, p, now);
	if (have < TOKEN) {
		wait = (TOKEN - have) / t->rate + WAIT_LEAST;
	} else if (take) {
		p->level = have - TOKEN;
		p->at = now;
	}
	must(pthread_mutex_unlock(&t->lock) == 0);
	return wait;
}

int64_t
throttle_wait(struct throttle *t, struct str name)
{
	return ask(t, name, false);
}

int64_t
throttle_take(struct throttle *t, struct str name)
{
	return ask(t, name, true);
}
