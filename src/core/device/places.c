#include "places.h"

#include <pthread.h>
#include <stdlib.h>

#include "arena.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "map.h"
#include "must.h"
#include "net.h"

#define FRESH_MS 60000
#define FIRST    1024

static struct {
	pthread_mutex_t lock;
	uint64_t *list; /* keyed hashes, sorted */
	size_t n, room;
	int64_t read; /* when; 0: never */
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static uint64_t
hash_of(struct str remote)
{
	char share[NET_SHARE_SIZE];

	net_share(remote, share);
	return map_hash(str_of(share));
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
add(struct str remote)
{
	if (all.n == all.room) {
		all.room = all.room == 0 ? FIRST : 2 * all.room;
		all.list = mem_grow(all.list, all.room * sizeof(*all.list));
	}
	all.list[all.n++] = hash_of(remote);
}

static int
read_all(struct ask *q)
{
	struct row *row;
	int rc =
	    db_first(q->core->store, STMT_CODE_PLACES, ARGS_NONE, &row, q->err);

	all.n = 0;
	for (; rc > 0; rc = db_next(row, q->err))
		add(row_str(row, CODE_PLACES_REMOTE));
	db_done(row);
	all.read = rc < 0 ? 0 : clock_mono_ms();
	if (all.n > 0)
		qsort(all.list, all.n, sizeof(*all.list), compare);
	return rc;
}

int
places_have(struct ask *q, struct str remote)
{
	uint64_t hash = hash_of(remote);
	int rc = 0;

	must(pthread_mutex_lock(&all.lock) == 0);
	if (all.read == 0 || clock_mono_ms() - all.read > FRESH_MS)
		rc = read_all(q);
	if (rc == 0 && all.n > 0)
		rc = bsearch(&hash, all.list, all.n, sizeof(hash), compare) !=
		     NULL;
	must(pthread_mutex_unlock(&all.lock) == 0);
	return rc;
}
