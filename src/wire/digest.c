#include "digest.h"

#include <pthread.h>
#include <string.h>

#include "clock.h"
#include "map.h"
#include "must.h"

/* ---- nonces: time, random, signature; as hex ---- */

#define NONCE_BODY 16 /* milliseconds big-endian, then random, 8 bytes each */
#define NONCE_SIGN 16 /* of HMAC-SHA-256 */
#define NONCE_RAW  (NONCE_BODY + NONCE_SIGN)

/* A nonce that was used: the highest count, and a bit for each of the last
 * DIGEST_WINDOW ones (bit 0 the highest). */
struct used {
	struct map_node node;
	unsigned char body[NONCE_BODY];
	uint32_t highest;
	uint64_t window;
};

struct digest_nonces {
	unsigned char key[32];
	int64_t life_ms;
	pthread_mutex_t lock; /* for what follows */
	struct map map;
	struct used *ring; /* in the order of first use */
	size_t kept, next; /* size of the ring, total of first uses */
	int64_t forgotten; /* all issued until then are stale unless kept */
};

struct digest_nonces *
digest_nonces_new(int64_t life_ms, size_t kept)
{
	struct digest_nonces *n = mem_new(sizeof(*n));

	must(life_ms > 0 && kept > 0);
	crypto_random(n->key, sizeof(n->key));
	n->life_ms = life_ms;
	n->kept = kept;
	n->ring = mem_new(kept * sizeof(*n->ring));
	n->forgotten = -1;
	map_init(&n->map);
	must(pthread_mutex_init(&n->lock, NULL) == 0);
	return n;
}

void
digest_nonces_free(struct digest_nonces **n)
{
	if (*n == NULL)
		return;
	map_fini(&(*n)->map);
	must(pthread_mutex_destroy(&(*n)->lock) == 0);
	mem_free((*n)->ring);
	explicit_bzero((*n)->key, sizeof(*n)->key);
	mem_free(*n);
	*n = NULL;
}

static void
sign(const struct digest_nonces *n, const unsigned char *body,
    unsigned char sum[32])
{
	crypto_hmac_sha256(
	    str_n(n->key, sizeof(n->key)), str_n(body, NONCE_BODY), sum);
}

static void
nonce_make(const struct digest_nonces *n, char out[2 * NONCE_RAW + 1])
{
	unsigned char raw[NONCE_BODY + 32];
	uint64_t now = (uint64_t)clock_mono_ms();

	for (int i = 0; i < 8; i++)
		raw[i] = (unsigned char)(now >> (56 - 8 * i));
	crypto_random(raw + 8, NONCE_BODY - 8);
	sign(n, raw, raw + NONCE_BODY);
	crypto_hex(raw, NONCE_RAW, out);
}

static bool
is_ours(const struct digest_nonces *n, const unsigned char raw[NONCE_RAW])
{
	unsigned char sum[32];

	sign(n, raw, sum);
	return crypto_equal(
	    str_n(raw + NONCE_BODY, NONCE_SIGN), str_n(sum, NONCE_SIGN));
}

static int64_t
issued_at(const unsigned char *body)
{
	uint64_t ms = 0;

	for (int i = 0; i < 8; i++)
		ms = ms << 8 | body[i];
	return (int64_t)ms;
}

static struct used *
find_used(
    const struct digest_nonces *n, const unsigned char *body, uint64_t hash)
{
	struct map_node *m;

	for (m = map_first(&n->map, hash); m != NULL; m = map_same(m)) {
		struct used *u = map_entry(m, struct used, node);

		if (memcmp(u->body, body, NONCE_BODY) == 0)
			return u;
	}
	return NULL;
}

/* A place in the ring; who stood there is forgotten. */
static struct used *
new_used(struct digest_nonces *n, const unsigned char *body, uint64_t hash)
{
	struct used *u = &n->ring[n->next % n->kept];

	if (n->next >= n->kept) {
		if (issued_at(u->body) > n->forgotten)
			n->forgotten = issued_at(u->body);
		map_remove(&n->map, &u->node);
	}
	n->next++;
	memset(u, 0, sizeof(*u));
	memcpy(u->body, body, NONCE_BODY);
	map_put(&n->map, &u->node, hash);
	return u;
}

/* Use a count once. */
static enum digest_result
count_use(struct used *u, uint32_t nc)
{
	uint32_t ahead = nc - u->highest, behind = u->highest - nc;

	if (nc > u->highest) {
		u->window = ahead < DIGEST_WINDOW ? u->window << ahead | 1 : 1;
		u->highest = nc;
		return DIGEST_OK;
	}
	if (behind >= DIGEST_WINDOW || (u->window >> behind & 1) != 0)
		return DIGEST_REPLAY;
	u->window |= (uint64_t)1 << behind;
	return DIGEST_OK;
}

static enum digest_result
nonce_use(struct digest_nonces *n, struct str nonce, uint32_t nc)
{
	enum digest_result result = DIGEST_STALE;
	unsigned char raw[NONCE_RAW];
	struct used *u;
	uint64_t hash;

	if (crypto_unhex(nonce, raw, NONCE_RAW) < 0 || !is_ours(n, raw) ||
	    clock_mono_ms() - issued_at(raw) > n->life_ms)
		return DIGEST_STALE;
	hash = map_hash(str_n(raw, NONCE_BODY));
	must(pthread_mutex_lock(&n->lock) == 0);
	u = find_used(n, raw, hash);
	if (u == NULL && issued_at(raw) > n->forgotten)
		u = new_used(n, raw, hash);
	if (u != NULL)
		result = count_use(u, nc);
	must(pthread_mutex_unlock(&n->lock) == 0);
	return result;
}

/* ---- both together ---- */

enum digest_result
digest_check(struct digest_nonces *n, const struct digest *d,
    const struct digest_request *r, struct str password)
{
	char want[CRYPTO_HEX_MAX];

	if (!str_eq(d->realm, r->realm))
		return DIGEST_WRONG;
	digest_response(d, r->method, password, want);
	if (!crypto_equal_nocase(d->response, str_of(want)))
		return DIGEST_WRONG;
	return nonce_use(n, d->nonce, d->nc);
}

void
digest_challenge(struct digest_nonces *n, struct str realm, enum crypto_alg alg,
    bool stale, struct buf *out)
{
	char nonce[2 * NONCE_RAW + 1];

	must(alg == CRYPTO_MD5 || alg == CRYPTO_SHA256);
	nonce_make(n, nonce);
	buf_puts(out, "Digest realm=");
	digest_quote(out, realm);
	buf_printf(out, ", nonce=\"%s\", qop=\"auth\", algorithm=%s", nonce,
	    alg == CRYPTO_MD5 ? "MD5" : "SHA-256");
	buf_puts(
	    out, stale ? ", stale=true, charset=UTF-8" : ", charset=UTF-8");
}
