#include "phone_again.h"

#include <pthread.h>
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "db.h"
#include "must.h"

#define WAYS 4 /* of a set */
#define SETS (PHONE_AGAIN_MAX / WAYS)

struct entry {
	struct phone_again asked;
	int64_t rev; /* 0: there is none */
	struct phone_again_file got;
};

static struct {
	pthread_mutex_t lock;
	/* Of a set the later first. */
	struct entry sets[SETS][WAYS];
} again = {.lock = PTHREAD_MUTEX_INITIALIZER};

void
phone_again_name(const struct str *said, size_t n, struct phone_again *out)
{
	struct crypto_hash h;

	crypto_hash_init(&h, CRYPTO_SHA256);
	for (size_t i = 0; i < n; i++) {
		const struct str *s = &said[i];

		crypto_hash_add(
		    &h, str_n((const char *)&s->len, sizeof(s->len)));
		crypto_hash_add(&h, *s);
	}
	must(crypto_hash_end(&h, out->hash) == sizeof(out->hash));
}

int
phone_again_rev(struct ask *q, int64_t *rev)
{
	return db_rev(q->core->store, rev, q->err);
}

static struct entry *
set_of(const struct phone_again *a)
{
	uint32_t n;

	memcpy(&n, a->hash, sizeof(n));
	return again.sets[n % SETS];
}

/* WAYS: it is not there. */
static int
place_in(const struct entry *set, const struct phone_again *a)
{
	int i = 0;

	while (i < WAYS &&
	       memcmp(set[i].asked.hash, a->hash, sizeof(a->hash)) != 0)
		i++;
	return i;
}

/* The number that it counts with; 0: it is not there. */
static int64_t
find(const struct phone_again *a, struct phone_again_file *out)
{
	const struct entry *set = set_of(a);
	int64_t rev = 0;
	int i;

	must(pthread_mutex_lock(&again.lock) == 0);
	i = place_in(set, a);
	if (i < WAYS) {
		*out = set[i].got;
		rev = set[i].rev;
	}
	must(pthread_mutex_unlock(&again.lock) == 0);
	return rev;
}

int
phone_again_get(struct ask *q, const struct phone_again *a,
    struct phone_again_file *out, struct buf *body)
{
	int64_t rev = find(a, out), now;

	if (rev == 0 || out->until_ms <= clock_now_ms())
		return 0;
	if (phone_again_rev(q, &now) < 0)
		return -1;
	return rev == now && phone_cache_get(&out->file, body, out->tag);
}

void
phone_again_put(
    const struct phone_again *a, int64_t rev, const struct phone_again_file *in)
{
	struct entry *set = set_of(a);
	int i;

	must(pthread_mutex_lock(&again.lock) == 0);
	i = place_in(set, a);
	if (i == WAYS)
		i--;
	memmove(&set[1], &set[0], (size_t)i * sizeof(set[0]));
	set[0] = (struct entry){*a, rev, *in};
	must(pthread_mutex_unlock(&again.lock) == 0);
}

void
phone_again_clear(void)
{
	must(pthread_mutex_lock(&again.lock) == 0);
	explicit_bzero(again.sets, sizeof(again.sets));
	must(pthread_mutex_unlock(&again.lock) == 0);
}
