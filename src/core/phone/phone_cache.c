#include "phone_cache.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "clock.h"
#include "must.h"

#define SETS 4096 /* a power of two */
#define WAYS 8    /* files of a set */

struct entry {
	struct phone_cache_key key;
	int64_t until_ms; /* 0: there is none */
	int64_t used;     /* the higher, the later */
	char *file;
	size_t len;
	char tag[PHONE_TAG_SIZE];
};

static struct {
	pthread_mutex_t lock;
	struct entry sets[SETS][WAYS];
	size_t bytes;
	size_t hand; /* whose files go next when there is no room */
	int64_t uses;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- of what it is made ---- */

static void
add_text(struct crypto_hash *h, struct str text)
{
	crypto_hash_add(h, str_n((const char *)&text.len, sizeof(text.len)));
	crypto_hash_add(h, text);
}

static void
add_number(struct crypto_hash *h, int64_t number)
{
	crypto_hash_add(h, str_n((const char *)&number, sizeof(number)));
}

void
phone_cache_name(const struct phone_render *in, const struct phone_file *f,
    const struct phone_layers *layers, struct phone_cache_key *out)
{
	const struct served_phone *p = in->phone;
	struct crypto_hash h;

	crypto_hash_init(&h, CRYPTO_SHA256);
	add_number(&h, p->device_id);
	add_text(&h, p->mac);
	add_text(&h, p->type);
	add_text(&h, p->name);
	add_text(&h, in->url);
	add_number(&h, in->proven);
	add_text(&h, in->update.url);
	add_text(&h, in->update.version);
	add_number(&h, p->edition);
	add_text(&h, in->vendor->folder);
	add_text(&h, f->pattern);
	add_text(&h, f->text);
	for (size_t i = 0; i < layers->n; i++) {
		const struct phone_layer *l = &layers->list[i];

		add_text(&h, l->place);
		add_number(&h, l->id);
		add_number(&h, l->stage);
		add_text(&h, l->fields);
		add_text(&h, l->staged);
	}
	must(crypto_hash_end(&h, out->hash) == sizeof(out->hash));
}

/* ---- what is kept ---- */

static void
drop(struct entry *e)
{
	if (e->file != NULL) {
		explicit_bzero(e->file, e->len);
		mem_free(e->file);
		cache.bytes -= e->len;
	}
	*e = (struct entry){0};
}

static struct entry *
set_of(const struct phone_cache_key *key)
{
	uint32_t n;

	memcpy(&n, key->hash, sizeof(n));
	return cache.sets[n % SETS];
}

static bool
is_it(const struct entry *e, const struct phone_cache_key *key)
{
	return e->file != NULL &&
	       memcmp(e->key.hash, key->hash, sizeof(key->hash)) == 0;
}

/* Its own place, else one that is empty, else that of who was wanted longest
 * ago. */
static struct entry *
place_for(const struct phone_cache_key *key)
{
	struct entry *set = set_of(key), *best = &set[0];

	for (int i = 0; i < WAYS; i++) {
		if (is_it(&set[i], key))
			return &set[i];
		if (set[i].used < best->used)
			best = &set[i];
	}
	return best;
}

/* Sets in turn give what they have. */
static void
make_room(size_t len)
{
	while (cache.bytes + len > PHONE_CACHE_BYTES) {
		struct entry *set = cache.sets[cache.hand++ % SETS];

		for (int i = 0; i < WAYS; i++)
			drop(&set[i]);
	}
}

bool
phone_cache_get(const struct phone_cache_key *key, struct buf *out,
    char tag[PHONE_TAG_SIZE])
{
	struct entry *e;
	bool found;

	must(pthread_mutex_lock(&cache.lock) == 0);
	e = place_for(key);
	found = is_it(e, key) && e->until_ms > clock_mono_ms();
	if (found) {
		e->used = ++cache.uses;
		buf_add(out, e->file, e->len);
		memcpy(tag, e->tag, sizeof(e->tag));
	}
	must(pthread_mutex_unlock(&cache.lock) == 0);
	return found;
}

static void
make_tag(struct str file, char out[PHONE_TAG_SIZE])
{
	char hex[CRYPTO_HEX_MAX];

	crypto_join_hex(CRYPTO_SHA256, '\0', &file, 1, hex);
	(void)snprintf(out, PHONE_TAG_SIZE, "\"%.*s\"", PHONE_TAG_DIGITS, hex);
}

void
phone_cache_put(const struct phone_cache_key *key, struct str file,
    char tag[PHONE_TAG_SIZE])
{
	struct entry *e;

	must(file.len <= PHONE_RENDER_MAX);
	make_tag(file, tag);
	must(pthread_mutex_lock(&cache.lock) == 0);
	e = place_for(key);
	drop(e);
	make_room(file.len);
	*e = (struct entry){.key = *key,
	    .until_ms = clock_mono_ms() + PHONE_CACHE_MS,
	    .used = ++cache.uses,
	    .file = mem_new(file.len + 1),
	    .len = file.len};
	memcpy(e->file, file.p, file.len);
	memcpy(e->tag, tag, sizeof(e->tag));
	cache.bytes += file.len;
	must(pthread_mutex_unlock(&cache.lock) == 0);
}

void
phone_cache_clear(void)
{
	must(pthread_mutex_lock(&cache.lock) == 0);
	for (size_t i = 0; i < SETS; i++)
		for (int k = 0; k < WAYS; k++)
			drop(&cache.sets[i][k]);
	must(cache.bytes == 0);
	must(pthread_mutex_unlock(&cache.lock) == 0);
}
