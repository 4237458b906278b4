/* RFC 7616: the vectors of section 3.9.1, nonces, and hostile headers. */
#include "digest.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "count.h"
#include "tap.h"

#define METHOD   STR("GET")
#define URI      STR("/csvapi?all=1")
#define REALM    STR("devices")
#define PASSWORD STR("secret")
#define LIFE_MS  60000

/* ---- the published vectors ---- */

#define VECTOR(algorithm, response)                                            \
	"Digest username=\"Mufasa\",\n realm=\"http-auth@example.org\",\n"     \
	" uri=\"/dir/index.html\",\n algorithm=" algorithm ",\n"               \
	" nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\",\n"           \
	" nc=00000001,\n"                                                      \
	" cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\",\n"          \
	" qop=auth,\n response=\"" response "\",\n"                            \
	" opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""

#define MD5_RESPONSE "8ca523f5e9506fed4657c9700eebdbec"
#define SHA_RESPONSE                                                           \
	"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"

/* Headers come unfolded: the line feeds of the page are blanks here. */
static void
unfold(char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '\n')
			*s = ' ';
}

static void
is_vector(char *header, const char *want, const char *name)
{
	char got[CRYPTO_HEX_MAX];
	struct arena a;
	struct digest d;
	struct err e;

	unfold(header);
	arena_init(&a, 8192);
	if (tap_ok(digest_parse(&a, str_of(header), &d, &e) == 0,
		"the %s header of section 3.9.1 is read", name)) {
		digest_response(&d, METHOD, STR("Circle of Life"), got);
		tap_is_str(got, want, "it gives the published response");
		tap_ok(str_eqz(d.response, want), "which it carries");
		tap_ok(str_eqz(d.username, "Mufasa") && d.nc == 1 &&
			   d.opaque.len == 44,
		    "user, count and opaque are told");
	}
	arena_fini(&a);
}

static void
test_vectors(void)
{
	char md5[] = VECTOR("MD5", MD5_RESPONSE);
	char sha[] = VECTOR("SHA-256", SHA_RESPONSE);

	is_vector(md5, MD5_RESPONSE, "MD5");
	is_vector(sha, SHA_RESPONSE, "SHA-256");
}

/* ---- nonces ---- */

/* The nonce of a challenge. */
static void
challenge(struct digest_nonces *n, char nonce[65])
{
	const char *at;
	struct buf b;

	buf_init(&b, 1000);
	digest_challenge(n, REALM, CRYPTO_SHA256, false, &b);
	at = strstr(b.data, "nonce=\"");
	(void)snprintf(nonce, 65, "%s", at ? at + 7 : "");
	buf_fini(&b);
}

/* What a client with this password sends. */
static enum digest_result
try_as(struct digest_nonces *n, const char *nonce, uint32_t nc,
    struct str password)
{
	char nc_text[9], response[CRYPTO_HEX_MAX];
	struct digest d = {.username = STR("example.com"),
	    .realm = REALM,
	    .nonce = str_of(nonce),
	    .uri = URI,
	    .cnonce = STR("c"),
	    .nc = nc,
	    .alg = CRYPTO_SHA256};

	(void)snprintf(nc_text, sizeof(nc_text), "%08x", nc);
	d.nc_text = str_of(nc_text);
	digest_response(&d, METHOD, password, response);
	d.response = str_of(response);
	return digest_check(
	    n, &d, &(struct digest_request){METHOD, REALM}, PASSWORD);
}

static enum digest_result
try_nc(struct digest_nonces *n, const char *nonce, uint32_t nc)
{
	return try_as(n, nonce, nc, PASSWORD);
}

static void
test_counts(void)
{
	struct digest_nonces *n = digest_nonces_new(LIFE_MS, 10);
	char nonce[65], upper[65];

	challenge(n, nonce);
	tap_ok(try_nc(n, nonce, 0) == DIGEST_OK, "a count of zero is right");
	tap_ok(try_nc(n, nonce, 0) == DIGEST_REPLAY, "once, like others");
	tap_ok(try_nc(n, nonce, 1) == DIGEST_OK, "a first use is right");
	tap_ok(try_nc(n, nonce, 1) == DIGEST_REPLAY, "a replay is refused");
	tap_ok(try_nc(n, nonce, 2) == DIGEST_OK, "the next count is right");
	tap_ok(try_nc(n, nonce, 9) == DIGEST_OK, "counts may be left out");
	tap_ok(try_nc(n, nonce, 5) == DIGEST_OK, "and come later");
	tap_ok(try_nc(n, nonce, 5) == DIGEST_REPLAY, "but only once");
	tap_ok(try_nc(n, nonce, 2) == DIGEST_REPLAY,
	    "what was used before a jump stays used");
	tap_ok(try_nc(n, nonce, 72) == DIGEST_OK, "a jump of 63");
	tap_ok(try_nc(n, nonce, 9) == DIGEST_REPLAY,
	    "the last of the window is remembered");
	tap_ok(try_nc(n, nonce, 10) == DIGEST_OK, "inside it all is free once");
	tap_ok(
	    try_nc(n, nonce, 8) == DIGEST_REPLAY, "behind it all is refused");
	tap_ok(try_nc(n, nonce, 136) == DIGEST_OK, "a jump of 64");
	tap_ok(try_nc(n, nonce, 72) == DIGEST_REPLAY, "forgets nothing used");
	tap_ok(try_nc(n, nonce, 73) == DIGEST_OK, "and marks nothing unused");
	tap_ok(try_nc(n, nonce, UINT32_MAX) == DIGEST_OK, "the largest count");
	tap_ok(try_nc(n, nonce, UINT32_MAX) == DIGEST_REPLAY, "only once");
	tap_ok(try_nc(n, nonce, 1) == DIGEST_REPLAY, "and no way back");
	for (size_t i = 0; i < sizeof(upper); i++)
		upper[i] = nonce[i] >= 'a' ? (char)(nonce[i] - 32) : nonce[i];
	tap_ok(try_nc(n, upper, UINT32_MAX) == DIGEST_REPLAY,
	    "a nonce in upper case is the same nonce");
	tap_ok(try_nc(n, nonce, 0) == DIGEST_REPLAY, "nor to zero");
	challenge(n, nonce);
	tap_ok(try_nc(n, nonce, 3) == DIGEST_OK &&
		   try_nc(n, nonce, 0) == DIGEST_OK &&
		   try_nc(n, nonce, 0) == DIGEST_REPLAY,
	    "zero may come late, once");
	digest_nonces_free(&n);
}

static void
test_wrong(void)
{
	struct digest_nonces *n = digest_nonces_new(LIFE_MS, 10);
	char nonce[65], response[CRYPTO_HEX_MAX];
	struct digest d;

	challenge(n, nonce);
	tap_ok(try_as(n, nonce, 1, STR("Secret")) == DIGEST_WRONG,
	    "another password is wrong");
	tap_ok(try_as(n, "00", 1, STR("x")) == DIGEST_WRONG,
	    "a wrong password with an unknown nonce is wrong, not stale");
	d = (struct digest){.realm = STR("other"), .uri = URI};
	digest_response(&d, METHOD, PASSWORD, response);
	d.response = str_of(response);
	tap_ok(digest_check(n, &d, &(struct digest_request){METHOD, REALM},
		   PASSWORD) == DIGEST_WRONG,
	    "a foreign realm is wrong");
	tap_ok(try_nc(n, nonce, 1) == DIGEST_OK,
	    "a wrong attempt does not use the count up");
	digest_nonces_free(&n);
	tap_ok(n == NULL, "the table ends");
}

static void
test_stale(void)
{
	struct digest_nonces *n = digest_nonces_new(LIFE_MS, 10);
	struct digest_nonces *other = digest_nonces_new(LIFE_MS, 10);
	char nonce[65], unused[65];

	challenge(other, nonce);
	tap_ok(try_nc(n, nonce, 1) == DIGEST_STALE,
	    "the nonce of another process is stale");
	challenge(n, nonce);
	nonce[0] = nonce[0] == '0' ? '1' : '0';
	tap_ok(try_nc(n, nonce, 1) == DIGEST_STALE,
	    "a nonce with another time is stale");
	tap_ok(try_nc(n, "", 1) == DIGEST_STALE, "an empty nonce is stale");
	tap_ok(try_nc(n, "7ypf/xlj9XXwfDPEoM4URrv", 1) == DIGEST_STALE,
	    "a foreign nonce is stale");
	challenge(n, nonce);
	challenge(n, unused);
	tap_ok(try_nc(n, nonce, 1) == DIGEST_OK, "a fresh one is right");
	clock_shift(LIFE_MS + 1000);
	tap_ok(try_nc(n, nonce, 2) == DIGEST_STALE, "an old one is stale");
	tap_ok(try_nc(n, unused, 1) == DIGEST_STALE,
	    "an old one that was never used is stale too");
	digest_nonces_free(&n);
	digest_nonces_free(&other);
}

static void
test_bound(void)
{
	struct digest_nonces *n = digest_nonces_new(LIFE_MS, 3);
	char nonces[5][65];
	bool good = true;

	for (int i = 0; i < 5; i++) {
		clock_shift(10);
		challenge(n, nonces[i]);
	}
	for (int i = 1; i < 5; i++)
		good = good && try_nc(n, nonces[i], 1) == DIGEST_OK;
	tap_ok(good, "more nonces than are kept may be used");
	tap_ok(try_nc(n, nonces[1], 1) == DIGEST_STALE,
	    "a forgotten one is stale, so that it cannot be replayed");
	tap_ok(try_nc(n, nonces[0], 1) == DIGEST_STALE,
	    "so is one issued before it");
	tap_ok(try_nc(n, nonces[2], 1) == DIGEST_REPLAY &&
		   try_nc(n, nonces[4], 2) == DIGEST_OK,
	    "the others are remembered");
	digest_nonces_free(&n);
}

static struct digest_nonces *shared;
static char shared_nonce[65];
static atomic_int accepted;

static void *
use_all(void *arg)
{
	(void)arg;
	for (uint32_t nc = 1; nc <= 60; nc++)
		accepted += try_nc(shared, shared_nonce, nc) == DIGEST_OK;
	return NULL;
}

static void
test_threads(void)
{
	pthread_t threads[4];

	shared = digest_nonces_new(LIFE_MS, 3);
	challenge(shared, shared_nonce);
	for (int i = 0; i < 4; i++)
		(void)pthread_create(&threads[i], NULL, use_all, NULL);
	for (int i = 0; i < 4; i++)
		(void)pthread_join(threads[i], NULL);
	tap_is_int(accepted, 60, "of four threads one gets each count");
	digest_nonces_free(&shared);
}

static void
test_challenge(void)
{
	struct digest_nonces *n = digest_nonces_new(LIFE_MS, 3);
	struct buf b;

	buf_init(&b, 1000);
	digest_challenge(n, STR("a \"b\" \\"), CRYPTO_MD5, true, &b);
	tap_ok(strncmp(b.data, "Digest realm=\"a \\\"b\\\" \\\\\", nonce=\"",
		   33) == 0,
	    "a realm is quoted");
	tap_ok(
	    strstr(b.data, ", qop=\"auth\", algorithm=MD5, stale=true") != NULL,
	    "a stale challenge says so");
	buf_clear(&b);
	digest_challenge(n, REALM, CRYPTO_SHA256, false, &b);
	tap_ok(strstr(b.data, "algorithm=SHA-256") != NULL &&
		   strstr(b.data, "stale") == NULL,
	    "the first one does not");
	buf_fini(&b);
	digest_nonces_free(&n);
}

/* ---- headers ---- */

#define GOOD                                                                   \
	"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", "         \
	"response=\"00\", cnonce=\"c\", nc=0000000a, qop=auth"
#define WITHOUT_QOP                                                            \
	"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", "         \
	"response=\"00\", cnonce=\"c\", nc=0000000a"
#define WITHOUT_NC                                                             \
	"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"/\", "         \
	"response=\"00\", cnonce=\"c\", qop=auth"
#define WITHOUT_USER                                                           \
	"Digest realm=\"r\", nonce=\"n\", uri=\"/\", response=\"00\", "        \
	"cnonce=\"c\", nc=0000000a, qop=auth"

static bool
parses(struct str header, struct digest *d, struct arena *a)
{
	struct err e;

	return digest_parse(a, header, d, &e) == 0;
}

static void
test_accepted_headers(void)
{
	struct arena a;
	struct digest d;

	arena_init(&a, 8192);
	tap_ok(parses(STR(GOOD), &d, &a) && d.nc == 10 && d.alg == CRYPTO_MD5 &&
		   str_eqz(d.nc_text, "0000000a"),
	    "without algorithm it is MD5");
	tap_ok(parses(STR(WITHOUT_NC ", nc=00000000"), &d, &a) && d.nc == 0,
	    "a nc of zero is one");
	tap_ok(parses(STR(GOOD ", algorithm=\"sha-256\""), &d, &a) &&
		   d.alg == CRYPTO_SHA256,
	    "the algorithm may be quoted, in any case");
	tap_ok(parses(STR("dIGEST   ,, UserName =\t\"a\\\"b\\\\\" ,realm=r,"
			  "nonce=n,uri=\"/\",response=00,cnonce=c,nc=00000001,"
			  "qop=\"auth\",,"),
		   &d, &a) &&
		   str_eqz(d.username, "a\"b\\"),
	    "blanks, empty elements, escapes and tokens are understood");
	tap_ok(parses(STR(GOOD ", future=\"1\", future=2, userhash=false"), &d,
		   &a),
	    "unknown parameters are skipped");
	tap_ok(parses(STR(WITHOUT_USER ", username=\"\""), &d, &a) &&
		   d.username.len == 0,
	    "an empty name is a name");
	arena_fini(&a);
}

static void
test_refused_headers(void)
{
	static const struct {
		const char *header, *why;
	} wrong[] = {
	    {"", "nothing"},
	    {"Digest", "a scheme alone"},
	    {"Digest ", "a scheme and a blank"},
	    {"Basic YTpi", "another scheme"},
	    {"Digestusername=\"u\"", "no blank after the scheme"},
	    {"Digest ,,,,", "commas only"},
	    {WITHOUT_QOP, "a missing qop"},
	    {WITHOUT_QOP ", qop=auth-int", "qop auth-int"},
	    {WITHOUT_QOP ", qop=\"auth,auth-int\"", "a list of qop"},
	    {WITHOUT_NC, "a missing nc"},
	    {WITHOUT_NC ", nc=1", "a short nc"},
	    {WITHOUT_NC ", nc=100000000", "a huge nc"},
	    {WITHOUT_NC ", nc=ffffffffffffffffffffffff", "a larger nc"},
	    {WITHOUT_NC ", nc=0000000g", "a nc that is no hex"},
	    {WITHOUT_NC ", nc=\"-0000001\"", "a negative nc"},
	    {WITHOUT_USER, "a missing user"},
	    {WITHOUT_USER ", username*=UTF-8''u", "an encoded user"},
	    {GOOD ", username=\"v\"", "a second user"},
	    {GOOD ", NC=0000000b", "a second nc"},
	    {GOOD ", algorithm=MD5, algorithm=SHA-256", "two algorithms"},
	    {GOOD ", algorithm=MD5-sess", "MD5-sess"},
	    {GOOD ", algorithm=SHA-512-256", "an algorithm not offered"},
	    {GOOD ", userhash=true", "a hashed user"},
	    {GOOD ", x=\"", "an unterminated quote"},
	    {GOOD ", x=\"abc", "an unterminated string"},
	    {GOOD ", x=\"abc\\", "a cut escape"},
	    {GOOD ", x=\"abc\\\"", "an escaped end"},
	    {GOOD ", x=\"a\x01\"", "a control character"},
	    {GOOD ", x=\"a\\\x01\"", "an escaped control character"},
	    {GOOD ", x", "a name alone"},
	    {GOOD ", x=", "a name without value"},
	    {GOOD ", =1", "a value without name"},
	    {GOOD ", x=1 y=2", "a missing comma"},
	    {GOOD ", x=\"1\"y=2", "a missing comma after a string"},
	    {GOOD ", x=a/b", "a token that must be quoted"},
	};
	struct arena a;
	struct digest d;

	arena_init(&a, 8192);
	for (size_t i = 0; i < COUNT(wrong); i++)
		tap_ok(!parses(str_of(wrong[i].header), &d, &a), "refused: %s",
		    wrong[i].why);
	tap_ok(!parses(STR(GOOD ", x=\"a\0b\""), &d, &a), "refused: a NUL");
	arena_fini(&a);
}

static void
test_limits(void)
{
	char header[DIGEST_HEADER_MAX + 1];
	struct arena a;
	struct digest d;

	arena_init(&a, 4);
	memset(header, ' ', sizeof(header));
	memcpy(header, GOOD, sizeof(GOOD) - 1);
	tap_ok(parses(str_n(header, DIGEST_HEADER_MAX), &d, &a),
	    "the longest header is read");
	tap_ok(!parses(str_n(header, DIGEST_HEADER_MAX + 1), &d, &a),
	    "one byte more is refused");
	tap_ok(!parses(STR(WITHOUT_USER ", username=\"abcde\\f\""), &d, &a),
	    "a full arena is an error");
	arena_fini(&a);
}

int
main(void)
{
	test_vectors();
	test_counts();
	test_wrong();
	test_stale();
	test_bound();
	test_threads();
	test_challenge();
	test_accepted_headers();
	test_refused_headers();
	test_limits();
	return tap_end();
}
