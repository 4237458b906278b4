#include "phone_notes.h"

#include <pthread.h>
#include <string.h>

#include "ask.h"
#include "clock.h"
#include "map.h"
#include "must.h"
#include "net.h"
#include "phone_id.h"
#include "phone_path.h"

struct note {
	struct map_node node;
	struct note *next;
	int64_t key_domain, status;
	enum phone_reason reason;
	int64_t began, last, n; /* since it was written */
	int64_t written;        /* 0: never */
	char mac[PHONE_MAC_SIZE];
	char address[NET_SHARE_SIZE];
	char file[PHONE_PATH_MAX + 1];
};

/* In the order that they came. */
struct notes {
	struct map map;
	struct note *first, **end;
};

struct phone_notes {
	pthread_mutex_t lock;
	struct notes now;
};

static void
begin(struct notes *n)
{
	map_init(&n->map);
	n->first = NULL;
	n->end = &n->first;
}

static void
forget(struct notes *n)
{
	struct note *next;

	map_fini(&n->map);
	for (struct note *one = n->first; one != NULL; one = next) {
		next = one->next;
		mem_free(one);
	}
}

struct phone_notes *
phone_notes_new(void)
{
	struct phone_notes *n = mem_new(sizeof(*n));

	must(pthread_mutex_init(&n->lock, NULL) == 0);
	begin(&n->now);
	return n;
}

void
phone_notes_free(struct phone_notes **pn)
{
	struct phone_notes *n = *pn;

	if (n == NULL)
		return;
	forget(&n->now);
	must(pthread_mutex_destroy(&n->lock) == 0);
	mem_free(n);
	*pn = NULL;
}

/* ---- noting ---- */

static void
make(const struct phone_event *in, struct note *out)
{
	memset(out, 0, sizeof(*out));
	out->key_domain = in->key_domain;
	out->status = in->status;
	out->reason = in->reason;
	out->began = out->last = clock_now_ms();
	out->n = 1;
	str_copy(out->mac, sizeof(out->mac), in->mac);
	str_copy(out->address, sizeof(out->address), in->address);
	str_copy(out->file, sizeof(out->file), in->file);
}

static bool
is_same(const struct note *a, const struct note *b)
{
	return a->key_domain == b->key_domain && a->status == b->status &&
	       a->reason == b->reason && strcmp(a->mac, b->mac) == 0 &&
	       strcmp(a->address, b->address) == 0 &&
	       strcmp(a->file, b->file) == 0;
}

/* Those of one phone, and of one address, share a hash. */
static uint64_t
hash_of(const struct note *n)
{
	return map_hash(str_of(n->mac[0] != '\0' ? n->mac : n->address));
}

static struct note *
find(const struct notes *n, const struct note *like, uint64_t hash)
{
	struct map_node *at = map_first(&n->map, hash);

	for (; at != NULL; at = map_same(at)) {
		struct note *one = map_entry(at, struct note, node);

		if (is_same(one, like))
			return one;
	}
	return NULL;
}

static void
put(struct notes *n, const struct note *in, uint64_t hash)
{
	struct note *one = mem_new(sizeof(*one));

	*one = *in;
	map_put(&n->map, &one->node, hash);
	*n->end = one;
	n->end = &one->next;
}

bool
phone_notes_add(struct phone_notes *n, const struct phone_event *in)
{
	struct note made, *same;
	uint64_t hash;
	bool full;

	make(in, &made);
	hash = hash_of(&made);
	must(pthread_mutex_lock(&n->lock) == 0);
	same = find(&n->now, &made, hash);
	full = same == NULL && n->now.map.count == PHONE_NOTES_MAX;
	if (same != NULL) {
		if (same->n++ == 0)
			same->began = made.began;
		same->last = made.last;
	} else if (!full) {
		put(&n->now, &made, hash);
	}
	must(pthread_mutex_unlock(&n->lock) == 0);
	return !full;
}

/* ---- writing ---- */

/* Those to be written, copied: others may free a note meanwhile. */
struct batch {
	struct note *list;
	size_t n, max;
};

static void
take(struct batch *b, struct note *one, int64_t now)
{
	b->list[b->n++] = *one;
	one->n = 0;
	one->written = now;
}

static bool
is_due(const struct note *one, bool counts, int64_t now)
{
	if (one->n == 0 || (one->written != 0) != counts)
		return false;
	return !counts || one->written + PHONE_NOTES_REST_MS <= now;
}

/* What is new before what counts. */
static void
take_due(struct notes *n, struct batch *b, int64_t now)
{
	for (int turn = 0; turn < 2; turn++)
		for (struct note *one = n->first; one != NULL; one = one->next)
			if (b->n < b->max && is_due(one, turn == 1, now))
				take(b, one, now);
}

/* Of what has not come again nothing is to be known. */
static void
forget_old(struct notes *n, int64_t now)
{
	struct note **at = &n->first;

	while (*at != NULL) {
		struct note *one = *at;

		if (one->n > 0 || one->written + PHONE_NOTES_REST_MS > now) {
			at = &one->next;
			continue;
		}
		*at = one->next;
		map_remove(&n->map, &one->node);
		mem_free(one);
	}
	n->end = at;
}

static void
take_all(struct notes *n, struct batch *b, int64_t now)
{
	for (struct note *one = n->first; one != NULL; one = one->next)
		if (one->n > 0)
			take(b, one, now);
	forget(n);
	begin(n);
}

static int
write_batch(struct ask *q, const struct batch *b)
{
	struct phone_traced *list = arena_array(q->arena, b->n, sizeof(*list));

	if (list == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for the trace");
	for (size_t i = 0; i < b->n; i++) {
		const struct note *one = &b->list[i];

		list[i] = (struct phone_traced){.key_domain = one->key_domain,
		    .mac = str_of(one->mac),
		    .address = str_of(one->address),
		    .file = str_of(one->file),
		    .reason = one->reason,
		    .status = one->status,
		    .began = one->began,
		    .last = one->last,
		    .n = one->n};
	}
	return phone_trace_add_all(q, list, b->n);
}

int
phone_notes_write(struct phone_notes *n, struct ask *q, bool all)
{
	struct batch b = {.max = all ? PHONE_NOTES_MAX : PHONE_NOTES_TURN};
	int64_t now = clock_mono_ms();

	b.list = arena_array(q->arena, b.max, sizeof(*b.list));
	if (b.list == NULL)
		return err_set(q->err, ERR_LIMIT, "no room for the trace");
	must(pthread_mutex_lock(&n->lock) == 0);
	if (all) {
		take_all(&n->now, &b, now);
	} else {
		forget_old(&n->now, now);
		take_due(&n->now, &b, now);
	}
	must(pthread_mutex_unlock(&n->lock) == 0);
	return b.n == 0 ? 0 : write_batch(q, &b);
}
