#include "crypto.h"

#include <errno.h>
#include <nettle/aes.h>
#include <nettle/arcfour.h>
#include <nettle/base64.h>
#include <nettle/cbc.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/pbkdf2.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <string.h>
#include <sys/random.h>

#include "arena.h"
#include "file.h"
#include "must.h"
#include "num.h"

#define KEY_DIGITS    ((size_t)2 * CRYPTO_KEY_SIZE)
#define SEAL_VERSION  1
#define SEAL_NONCE    GCM_IV_SIZE
#define SEAL_TAG      GCM_DIGEST_SIZE
#define SEAL_OVERHEAD (1 + SEAL_NONCE + SEAL_TAG)
#define PBKDF2_ROUNDS 210000
#define PBKDF2_SALT   16
#define PBKDF2_HASH   32

static const uint8_t *
bytes(struct str s)
{
	return (const uint8_t *)(s.p ? s.p : "");
}

void
crypto_random(void *out, size_t n)
{
	unsigned char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		must(got > 0 || errno == EINTR);
		if (got > 0) {
			p += got;
			n -= (size_t)got;
		}
	}
}

void
crypto_token(char *out, size_t n)
{
	static const char symbols[64] = {
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789!_"};

	crypto_random(out, n);
	for (size_t i = 0; i < n; i++)
		out[i] = symbols[(unsigned char)out[i] & 63];
	out[n] = '\0';
}

void
crypto_guid(char out[CRYPTO_GUID_SIZE])
{
	unsigned char raw[16];
	char hex[33];

	crypto_random(raw, sizeof(raw));
	raw[6] = (unsigned char)((raw[6] & 0x0f) | 0x40);
	raw[8] = (unsigned char)((raw[8] & 0x3f) | 0x80);
	crypto_hex(raw, sizeof(raw), hex);
	for (int i = 0, k = 0; i < 36; i++)
		out[i] =
		    i == 8 || i == 13 || i == 18 || i == 23 ? '-' : hex[k++];
	out[36] = '\0';
}

bool
crypto_equal(struct str a, struct str b)
{
	return a.len == b.len && memeql_sec(bytes(a), bytes(b), a.len);
}

bool
crypto_equal_nocase(struct str a, struct str b)
{
	unsigned diff = 0;

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		unsigned x = (unsigned char)a.p[i], y = (unsigned char)b.p[i];

		/* set bit 5 of letters without a branch on the secret */
		x |= (unsigned)((x - 'A') < 26u) << 5;
		y |= (unsigned)((y - 'A') < 26u) << 5;
		diff |= x ^ y;
	}
	return diff == 0;
}

/* The three hashes, by enum crypto_alg. */
static const struct nettle_hash *const hashes[] = {
    [CRYPTO_MD5] = &nettle_md5,
    [CRYPTO_SHA1] = &nettle_sha1,
    [CRYPTO_SHA256] = &nettle_sha256,
};

void
crypto_hash_init(struct crypto_hash *h, enum crypto_alg alg)
{
	must(hashes[alg]->context_size <= sizeof(h->state));
	h->alg = alg;
	hashes[alg]->init(h->state);
}

void
crypto_hash_add(struct crypto_hash *h, struct str s)
{
	hashes[h->alg]->update(h->state, s.len, bytes(s));
}

size_t
crypto_hash_end(struct crypto_hash *h, unsigned char *out)
{
	size_t n = hashes[h->alg]->digest_size;

	hashes[h->alg]->digest(h->state, n, out);
	return n;
}

size_t
crypto_hash_hex(struct crypto_hash *h, char *out)
{
	unsigned char raw[CRYPTO_HASH_MAX];
	size_t n = crypto_hash_end(h, raw);

	crypto_hex(raw, n, out);
	return 2 * n;
}

void
crypto_join_hex(enum crypto_alg alg, char sep, const struct str *parts,
    size_t n, char out[CRYPTO_HEX_MAX])
{
	struct crypto_hash h;

	crypto_hash_init(&h, alg);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && sep != '\0')
			crypto_hash_add(&h, str_n(&sep, 1));
		crypto_hash_add(&h, parts[i]);
	}
	(void)crypto_hash_hex(&h, out);
}

void
crypto_hmac_sha1(
    struct str key, struct str data, unsigned char out[CRYPTO_SHA1_SIZE])
{
	struct hmac_sha1_ctx ctx;

	hmac_sha1_set_key(&ctx, key.len, bytes(key));
	hmac_sha1_update(&ctx, data.len, bytes(data));
	hmac_sha1_digest(&ctx, CRYPTO_SHA1_SIZE, out);
}

void
crypto_hmac_sha256(struct str key, struct str data, unsigned char out[32])
{
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, key.len, bytes(key));
	hmac_sha256_update(&ctx, data.len, bytes(data));
	hmac_sha256_digest(&ctx, 32, out);
}

void
crypto_mac_init(struct crypto_mac *m, struct str key)
{
	struct hmac_sha256_ctx ctx;

	_Static_assert(sizeof(ctx) <= sizeof(m->state), "room for nettle's");
	hmac_sha256_set_key(&ctx, key.len, bytes(key));
	memcpy(m->state, &ctx, sizeof(ctx));
}

void
crypto_mac_of(
    const struct crypto_mac *m, struct str data, unsigned char out[32])
{
	struct hmac_sha256_ctx ctx;

	memcpy(&ctx, m->state, sizeof(ctx));
	hmac_sha256_update(&ctx, data.len, bytes(data));
	hmac_sha256_digest(&ctx, 32, out);
}

void
crypto_rc4(struct str key, struct str in, unsigned char *out)
{
	struct arcfour_ctx ctx;

	must(key.len >= ARCFOUR_MIN_KEY_SIZE && key.len <= 256);
	arcfour_set_key(&ctx, key.len, bytes(key));
	arcfour_crypt(&ctx, in.len, out, bytes(in));
	explicit_bzero(&ctx, sizeof(ctx));
}

void
crypto_aes_cbc(const unsigned char key[32],
    const unsigned char iv[CRYPTO_BLOCK], struct str plain, struct buf *out)
{
	struct CBC_CTX(struct aes256_ctx, CRYPTO_BLOCK) ctx;
	size_t pad = CRYPTO_BLOCK - plain.len % CRYPTO_BLOCK;
	uint8_t *to = (uint8_t *)buf_reserve(out, plain.len + pad);

	if (to == NULL)
		return;
	memcpy(to, bytes(plain), plain.len);
	memset(to + plain.len, (int)pad, pad);
	aes256_set_encrypt_key(&ctx.ctx, key);
	CBC_SET_IV(&ctx, iv);
	CBC_ENCRYPT(&ctx, aes256_encrypt, plain.len + pad, to, to);
	explicit_bzero(&ctx, sizeof(ctx));
	buf_added(out, plain.len + pad);
}

void
crypto_hex(const void *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *raw = p;

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[raw[i] >> 4];
		out[2 * i + 1] = digits[raw[i] & 15];
	}
	out[2 * n] = '\0';
}

int
crypto_unhex(struct str s, unsigned char *out, size_t n)
{
	uint64_t v;

	if (s.len != 2 * n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!num_parse_hex(str_n(s.p + 2 * i, 2), &v))
			return -1;
		out[i] = (unsigned char)v;
	}
	return 0;
}

void
crypto_base64(struct str in, struct buf *out)
{
	size_t n = BASE64_ENCODE_RAW_LENGTH(in.len);
	char *to = buf_reserve(out, n);

	if (to == NULL)
		return;
	base64_encode_raw(to, in.len, bytes(in));
	buf_added(out, n);
}

int
crypto_unbase64(struct str in, struct buf *out)
{
	struct base64_decode_ctx ctx;
	size_t n = BASE64_DECODE_LENGTH(in.len);
	char *to = buf_reserve(out, n);

	if (to == NULL)
		return -1;
	base64_decode_init(&ctx);
	if (!base64_decode_update(
		&ctx, &n, (uint8_t *)to, in.len, in.p ? in.p : "") ||
	    !base64_decode_final(&ctx))
		return -1;
	buf_added(out, n);
	return 0;
}

int
crypto_key_load(const char *path, struct crypto_key *key, struct err *e)
{
	struct buf line;
	struct str hex;
	int rc;

	buf_init(&line, FILE_SECRET_MAX + 1);
	rc = file_secret(path, FILE_OWNER, FILE_SECRET_MAX, &line, e);
	hex = buf_view(&line);
	if (hex.len > KEY_DIGITS)
		hex.len = KEY_DIGITS;
	if (rc == 0 && crypto_unhex(hex, key->bytes, CRYPTO_KEY_SIZE) < 0)
		rc = err_set(e, ERR_IO, "%s holds no key", path);
	buf_wipe(&line);
	return rc;
}

int
crypto_key_create(const char *path, struct err *e)
{
	unsigned char raw[CRYPTO_KEY_SIZE];
	char text[KEY_DIGITS + 2];
	int rc;

	crypto_random(raw, sizeof(raw));
	crypto_hex(raw, sizeof(raw), text);
	text[KEY_DIGITS] = '\n';
	rc = file_make(path, FILE_MODE_SECRET, str_n(text, KEY_DIGITS + 1), e);
	explicit_bzero(raw, sizeof(raw));
	explicit_bzero(text, sizeof(text));
	return rc < 0 ? -1 : 0;
}

void
crypto_seal(const struct crypto_key *key, struct str context, struct str plain,
    struct buf *out)
{
	struct gcm_aes256_ctx ctx;
	uint8_t *to = (uint8_t *)buf_reserve(out, plain.len + SEAL_OVERHEAD);

	if (to == NULL)
		return;
	to[0] = SEAL_VERSION;
	crypto_random(to + 1, SEAL_NONCE);
	gcm_aes256_set_key(&ctx, key->bytes);
	gcm_aes256_set_iv(&ctx, SEAL_NONCE, to + 1);
	gcm_aes256_update(&ctx, context.len, bytes(context));
	gcm_aes256_encrypt(&ctx, plain.len, to + 1 + SEAL_NONCE, bytes(plain));
	gcm_aes256_digest(&ctx, SEAL_TAG, to + 1 + SEAL_NONCE + plain.len);
	explicit_bzero(&ctx, sizeof(ctx));
	buf_added(out, plain.len + SEAL_OVERHEAD);
}

int
crypto_unseal(const struct crypto_key *key, struct str context,
    struct str sealed, struct buf *out, struct err *e)
{
	const uint8_t *from = bytes(sealed);
	uint8_t tag[SEAL_TAG], *to;
	struct gcm_aes256_ctx ctx;
	size_t n;

	if (sealed.len < SEAL_OVERHEAD || from[0] != SEAL_VERSION)
		return err_set(e, ERR_IO, "a stored secret is damaged");
	n = sealed.len - SEAL_OVERHEAD;
	to = (uint8_t *)buf_reserve(out, n);
	if (to == NULL)
		return err_set(e, ERR_LIMIT, "a stored secret is too long");
	gcm_aes256_set_key(&ctx, key->bytes);
	gcm_aes256_set_iv(&ctx, SEAL_NONCE, from + 1);
	gcm_aes256_update(&ctx, context.len, bytes(context));
	gcm_aes256_decrypt(&ctx, n, to, from + 1 + SEAL_NONCE);
	gcm_aes256_digest(&ctx, SEAL_TAG, tag);
	explicit_bzero(&ctx, sizeof(ctx));
	if (!memeql_sec(tag, from + 1 + SEAL_NONCE + n, SEAL_TAG)) {
		explicit_bzero(to, n);
		return err_set(e, ERR_IO,
		    "a stored secret does not open: wrong key file?");
	}
	buf_added(out, n);
	return 0;
}

void
crypto_phrase_key(struct str phrase, const unsigned char salt[CRYPTO_SALT_SIZE],
    struct crypto_key *key)
{
	pbkdf2_hmac_sha256(phrase.len, bytes(phrase), PBKDF2_ROUNDS,
	    CRYPTO_SALT_SIZE, salt, sizeof(key->bytes), key->bytes);
}

void
crypto_password_hash(struct str password, struct buf *out)
{
	uint8_t salt[PBKDF2_SALT], hash[PBKDF2_HASH];

	crypto_random(salt, sizeof(salt));
	pbkdf2_hmac_sha256(password.len, bytes(password), PBKDF2_ROUNDS,
	    sizeof(salt), salt, sizeof(hash), hash);
	buf_printf(out, "pbkdf2-sha256$%d$", PBKDF2_ROUNDS);
	crypto_base64(str_n(salt, sizeof(salt)), out);
	buf_putc(out, '$');
	crypto_base64(str_n(hash, sizeof(hash)), out);
}

/* Nobody's password costs as much as somebody's. */
static bool
check_none(struct str password)
{
	struct buf hash;

	buf_init(&hash, 256);
	crypto_password_hash(password, &hash);
	buf_wipe(&hash);
	return false;
}

bool
crypto_password_check(struct str password, struct str stored)
{
	struct str rest = stored, name, rounds, salt64, hash64;
	struct buf salt, want;
	uint8_t hash[PBKDF2_HASH];
	int64_t n;
	bool ok = false;

	if (stored.len == 0)
		return check_none(password);
	buf_init(&salt, 64);
	buf_init(&want, 64);
	if (str_next(&rest, '$', &name) && str_eqz(name, "pbkdf2-sha256") &&
	    str_next(&rest, '$', &rounds) &&
	    num_parse(rounds, 1, 10000000, &n) &&
	    str_next(&rest, '$', &salt64) &&
	    crypto_unbase64(salt64, &salt) == 0 &&
	    str_next(&rest, '$', &hash64) &&
	    crypto_unbase64(hash64, &want) == 0 && want.len == sizeof(hash)) {
		pbkdf2_hmac_sha256(password.len, bytes(password), (unsigned)n,
		    salt.len, (const uint8_t *)salt.data, sizeof(hash), hash);
		ok = crypto_equal(buf_view(&want), str_n(hash, sizeof(hash)));
	}
	buf_wipe(&salt);
	buf_wipe(&want);
	return ok;
}
