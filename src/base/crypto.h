/*
 * crypto -- the only door to nettle: hashes, RC4, sealing, random, encodings.
 *
 * Which algorithm serves what: SHA-256 the device and app digests, MD5 and
 * SHA-256 RFC 7616, SHA-1 billing hashes and the websocket handshake, RC4 the
 * administrative password on the wire (the protocol demands it), AES-256-GCM
 * the secrets at rest, PBKDF2-HMAC-SHA256 account passwords.
 */
#ifndef FL_CRYPTO_H
#define FL_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "err.h"
#include "str.h"

/* ---- random: getrandom(2); a failing kernel stops the process ---- */

void crypto_random(void *out, size_t n);

/* n characters out of a-z A-Z 0-9 ! _ and a NUL; out holds n + 1 bytes. */
void crypto_token(char *out, size_t n);

/* A version 4 GUID, lower case, 36 characters and a NUL. */
#define CRYPTO_GUID_SIZE 37
void crypto_guid(char out[CRYPTO_GUID_SIZE]);

/* ---- comparison in constant time (lengths may show) ---- */

bool crypto_equal(struct str a, struct str b);
bool crypto_equal_nocase(struct str a, struct str b); /* for hex */

/* ---- hashes ---- */

enum crypto_alg { CRYPTO_MD5, CRYPTO_SHA1, CRYPTO_SHA256 };
#define CRYPTO_HASH_MAX 32 /* bytes of the longest hash */
#define CRYPTO_HEX_MAX  (2 * CRYPTO_HASH_MAX + 1) /* as hex, with NUL */

struct crypto_hash; /* about 256 bytes, see crypto_hash_size */
struct crypto_hash {
	enum crypto_alg alg;
	_Alignas(16) unsigned char state[240];
};

void crypto_hash_init(struct crypto_hash *h, enum crypto_alg alg);
void crypto_hash_add(struct crypto_hash *h, struct str s);
size_t crypto_hash_end(struct crypto_hash *h, unsigned char *out);
/* As crypto_hash_end, but lower-case hex with NUL; returns the hex length. */
size_t crypto_hash_hex(struct crypto_hash *h, char *out);

/* Hash of the n parts joined by sep (no sep when it is '\0'), as hex. */
void crypto_join_hex(enum crypto_alg alg, char sep, const struct str *parts,
    size_t n, char out[CRYPTO_HEX_MAX]);

#define CRYPTO_SHA1_SIZE 20
void crypto_hmac_sha1(struct str key, struct str data,
    unsigned char out[CRYPTO_SHA1_SIZE]); /* codes of second factors only */
void crypto_hmac_sha256(struct str key, struct str data, unsigned char out[32]);

/* The same for many texts with one key, of which half the work is. */
struct crypto_mac {
	_Alignas(16) unsigned char state[384];
};

void crypto_mac_init(struct crypto_mac *m, struct str key);
void crypto_mac_of(
    const struct crypto_mac *m, struct str data, unsigned char out[32]);

/* ---- RC4, plain, no dropped bytes; out may be the input ---- */

void crypto_rc4(struct str key, struct str in, unsigned char *out);

/* ---- AES-256-CBC with PKCS #7 padding, for files of phones only: whoever can
 * change the file can change what it says ---- */

#define CRYPTO_BLOCK 16
void crypto_aes_cbc(const unsigned char key[32],
    const unsigned char iv[CRYPTO_BLOCK], struct str plain, struct buf *out);

/* ---- encodings ---- */

void crypto_hex(const void *p, size_t n, char *out); /* 2n + 1 bytes */
/* Either case; -1 unless s is exactly 2 * n digits.  out holds n bytes. */
int crypto_unhex(struct str s, unsigned char *out, size_t n) FL_CHECK;
void crypto_base64(struct str in, struct buf *out);
int crypto_unbase64(struct str in, struct buf *out) FL_CHECK;

/* ---- secrets at rest ---- */

#define CRYPTO_KEY_SIZE 32

struct crypto_key {
	unsigned char bytes[CRYPTO_KEY_SIZE];
};

/*
 * Load the key file (64 hex digits); it must be a regular file that group and
 * others cannot read.  crypto_key_create makes it with mode 0600, or leaves an
 * existing one alone.
 */
int crypto_key_load(
    const char *path, struct crypto_key *key, struct err *e) FL_CHECK;
int crypto_key_create(const char *path, struct err *e) FL_CHECK;

/*
 * Seal plain into out: version byte, 12 bytes nonce, cipher text, 16 bytes
 * tag.  context ("domain.password:7") is bound to the result: a sealed value
 * moved to another row does not open.
 */
void crypto_seal(const struct crypto_key *key, struct str context,
    struct str plain, struct buf *out);
int crypto_unseal(const struct crypto_key *key, struct str context,
    struct str sealed, struct buf *out, struct err *e) FL_CHECK;

/* The key that a pass phrase is, with a salt that is kept beside what it seals:
 * PBKDF2-HMAC-SHA256, as slow as a password. */
#define CRYPTO_SALT_SIZE 16
void crypto_phrase_key(struct str phrase,
    const unsigned char salt[CRYPTO_SALT_SIZE], struct crypto_key *key);

/* ---- account passwords: "pbkdf2-sha256$rounds$salt$hash", base64 ---- */

void crypto_password_hash(struct str password, struct buf *out);
/* stored is empty for who has none, or is not there: that is never right, and
 * takes as long. */
bool crypto_password_check(struct str password, struct str stored);

#endif
