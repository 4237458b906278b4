#include "phone_edition.h"

#include <pthread.h>

#include "must.h"
#include "phone_stage.h"

#define SLOTS      64 /* more than threads that serve */
#define MEMORY_MAX ((size_t)8 << 20)

static struct {
	pthread_mutex_t lock;
	struct slot {
		int64_t id; /* 0: nothing is read */
		int users;
		struct arena memory;
		struct phone_types types;
	} list[SLOTS];
} editions = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int
find(int64_t id)
{
	for (int i = 0; i < SLOTS; i++)
		if (editions.list[i].id == id)
			return i;
	return -1;
}

/* Nobody uses it: the first such that is empty, else any. */
static int
find_free(void)
{
	int used = 0, kept = -1;

	for (int i = 0; i < SLOTS; i++) {
		const struct slot *s = &editions.list[i];

		used += s->id != 0;
		if (s->id != 0 && s->users == 0)
			kept = i;
	}
	return used > 2 && kept >= 0 ? kept : find(0);
}

/* 1, 0 there is no such change, -1. */
static int
fill(struct ask *q, int64_t id, struct slot *s)
{
	struct phone_source from = {.folder = q->core->templates};
	int rc = phone_stage_files(q, id, &from.over);

	if (rc <= 0)
		return rc;
	if (s->id != 0)
		arena_fini(&s->memory);
	s->id = 0;
	arena_init(&s->memory, MEMORY_MAX);
	if (phone_types_from(&s->memory, &from, &s->types, q->err) < 0) {
		arena_fini(&s->memory);
		return -1;
	}
	s->id = id;
	return 1;
}

static int
take(struct ask *q, int64_t id, struct phone_edition *out)
{
	int i = find(id), rc = 1;

	if (i < 0) {
		i = find_free();
		must(i >= 0);
		rc = fill(q, id, &editions.list[i]);
	}
	if (rc > 0) {
		editions.list[i].users++;
		*out = (struct phone_edition){&editions.list[i].types, i};
	}
	return rc;
}

int
phone_edition_take(struct ask *q, const struct phone_types *installed,
    int64_t id, struct phone_edition *out)
{
	int rc;

	*out = (struct phone_edition){installed, -1};
	if (id == 0)
		return 0;
	must(pthread_mutex_lock(&editions.lock) == 0);
	rc = take(q, id, out);
	must(pthread_mutex_unlock(&editions.lock) == 0);
	return rc < 0 ? -1 : 0;
}

void
phone_edition_give(const struct phone_edition *e)
{
	if (e->slot < 0)
		return;
	must(pthread_mutex_lock(&editions.lock) == 0);
	editions.list[e->slot].users--;
	must(pthread_mutex_unlock(&editions.lock) == 0);
}
