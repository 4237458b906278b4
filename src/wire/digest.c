#include "digest.h"

#include <pthread.h>
#include <string.h>

#include "clock.h"
#include "map.h"
#include "must.h"
#include "num.h"

/* ---- the header ---- */

enum param {
	P_USERNAME,
	P_REALM,
	P_NONCE,
	P_URI,
	P_RESPONSE,
	P_CNONCE,
	P_NC,
	P_QOP,
	P_ALGORITHM, /* from here on optional */
	P_OPAQUE,
	P_USERHASH,
	P__MAX
};

static const char *const names[P__MAX] = {"username", "realm", "nonce", "uri",
    "response", "cnonce", "nc", "qop", "algorithm", "opaque", "userhash"};

struct params {
	struct str value[P__MAX]; /* p is NULL when absent */
};

static void
skip_blanks(struct str *s)
{
	while (s->len > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
		*s = str_n(s->p + 1, s->len - 1);
}

static bool
take_char(struct str *s, char c)
{
	if (s->len == 0 || s->p[0] != c)
		return false;
	*s = str_n(s->p + 1, s->len - 1);
	return true;
}

static struct str
take_token(struct str *s)
{
	size_t n = str_span(*s, STR_ALNUM, STR_TOKEN_MORE);
	struct str token = str_n(s->p, n);

	*s = str_n(s->p + n, s->len - n);
	return token;
}

/* Without the backslashes in front of other bytes. */
static int
unescape(struct arena *a, struct str *s)
{
	char *to = arena_alloc(a, s->len);
	size_t n = 0;

	if (to == NULL)
		return -1;
	for (size_t i = 0; i < s->len; i++) {
		if (s->p[i] == '\\')
			i++;
		to[n++] = s->p[i];
	}
	*s = str_n(to, n);
	return 0;
}

/* A quoted string, whose opening quote has been taken. */
static int
take_quoted(struct arena *a, struct str *s, struct str *out)
{
	bool escaped = false;
	size_t n = 0;

	for (; n < s->len && s->p[n] != '"'; n++) {
		if (s->p[n] == '\\') {
			escaped = true;
			n++;
		}
		if (n == s->len || (unsigned char)s->p[n] < 0x20 ||
		    s->p[n] == 0x7f)
			return -1;
	}
	if (n == s->len)
		return -1;
	*out = str_n(s->p, n);
	*s = str_n(s->p + n + 1, s->len - n - 1);
	return escaped ? unescape(a, out) : 0;
}

/* name "=" value; unknown names are skipped, known ones must not repeat. */
static int
take_param(struct arena *a, struct str *s, struct params *out)
{
	struct str name = take_token(s), value;
	int which = 0;

	skip_blanks(s);
	if (name.len == 0 || !take_char(s, '='))
		return -1;
	skip_blanks(s);
	if (take_char(s, '"')) {
		if (take_quoted(a, s, &value) < 0)
			return -1;
	} else {
		value = take_token(s);
		if (value.len == 0)
			return -1;
	}
	while (which < P__MAX && !str_eq_nocase(name, str_of(names[which])))
		which++;
	if (which == P__MAX)
		return 0;
	if (out->value[which].p != NULL)
		return -1;
	out->value[which] = value;
	return 0;
}

/* A list with commas; empty elements are allowed (RFC 9110 5.6.1.2). */
static int
take_params(struct arena *a, struct str s, struct params *out)
{
	for (;;) {
		skip_blanks(&s);
		if (s.len == 0)
			return 0;
		if (take_char(&s, ','))
			continue;
		if (take_param(a, &s, out) < 0)
			return -1;
		skip_blanks(&s);
		if (s.len > 0 && s.p[0] != ',')
			return -1;
	}
}

static int
choose_algorithm(struct str name, enum crypto_alg *alg)
{
	if (name.p == NULL || str_eq_nocase(name, STR("MD5")))
		*alg = CRYPTO_MD5;
	else if (str_eq_nocase(name, STR("SHA-256")))
		*alg = CRYPTO_SHA256;
	else
		return -1; /* also the -sess ones, which we never offer */
	return 0;
}

static int
accept_params(const struct params *p, struct digest *out)
{
	const struct str *v = p->value;
	uint64_t nc = 0;

	for (int i = 0; i < P_ALGORITHM; i++)
		if (v[i].p == NULL)
			return -1;
	if (!str_eq_nocase(v[P_QOP], STR("auth")) ||
	    choose_algorithm(v[P_ALGORITHM], &out->alg) < 0 ||
	    str_eq_nocase(v[P_USERHASH], STR("true")))
		return -1;
	if (v[P_NC].len != 8 || !num_parse_hex(v[P_NC], &nc))
		return -1;
	out->username = v[P_USERNAME];
	out->realm = v[P_REALM];
	out->nonce = v[P_NONCE];
	out->uri = v[P_URI];
	out->response = v[P_RESPONSE];
	out->cnonce = v[P_CNONCE];
	out->opaque = v[P_OPAQUE];
	out->nc_text = v[P_NC];
	out->nc = (uint32_t)nc;
	return 0;
}

int
digest_parse(
    struct arena *a, struct str header, struct digest *out, struct err *e)
{
	struct params p = {0};
	struct str scheme, s = str_trim(header);

	if (header.len > DIGEST_HEADER_MAX)
		return err_set(e, ERR_LIMIT,
		    "the Authorization header is too "
		    "long");
	memset(out, 0, sizeof(*out));
	scheme = take_token(&s);
	if (!str_eq_nocase(scheme, STR("Digest")) || s.len == 0 ||
	    s.p[0] != ' ')
		return err_set(e, ERR_INPUT, "no digest authentication");
	if (take_params(a, s, &p) < 0 || accept_params(&p, out) < 0)
		return err_set(e, ERR_INPUT, "a bad digest authentication");
	return 0;
}

/* ---- the response (RFC 7616 section 3.4.1) ---- */

void
digest_response(const struct digest *d, struct str method, struct str password,
    char out[CRYPTO_HEX_MAX])
{
	char ha1[CRYPTO_HEX_MAX], ha2[CRYPTO_HEX_MAX];
	const struct str secret[] = {d->username, d->realm, password};
	const struct str request[] = {method, d->uri};
	struct str all[] = {
	    STR(""), d->nonce, d->nc_text, d->cnonce, STR("auth"), STR("")};

	crypto_join_hex(d->alg, ':', secret, 3, ha1);
	crypto_join_hex(d->alg, ':', request, 2, ha2);
	all[0] = str_of(ha1);
	all[5] = str_of(ha2);
	crypto_join_hex(d->alg, ':', all, 6, out);
	explicit_bzero(ha1, sizeof(ha1));
}

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

static void
add_quoted(struct buf *out, struct str s)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		must((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
		if (s.p[i] == '"' || s.p[i] == '\\')
			buf_putc(out, '\\');
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, '"');
}

void
digest_challenge(struct digest_nonces *n, struct str realm, enum crypto_alg alg,
    bool stale, struct buf *out)
{
	char nonce[2 * NONCE_RAW + 1];

	must(alg == CRYPTO_MD5 || alg == CRYPTO_SHA256);
	nonce_make(n, nonce);
	buf_puts(out, "Digest realm=");
	add_quoted(out, realm);
	buf_printf(out, ", nonce=\"%s\", qop=\"auth\", algorithm=%s", nonce,
	    alg == CRYPTO_MD5 ? "MD5" : "SHA-256");
	buf_puts(
	    out, stale ? ", stale=true, charset=UTF-8" : ", charset=UTF-8");
}
