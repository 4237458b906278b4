#include "file_cipher.h"

#include <string.h>

#include "count.h"
#include "crypto.h"

#define MAGIC     "Salted__"
#define SALT_SIZE 8
#define KEY_SIZE  32

static const struct {
	const char *name;
	enum crypto_alg hash;
} forms[] = {{"openssl-md5", CRYPTO_MD5}, {"openssl-sha256", CRYPTO_SHA256}};

/* Its place in the table; COUNT(forms): there is none. */
static size_t
find(struct str form)
{
	size_t i = 0;

	while (i < COUNT(forms) && !str_eqz(form, forms[i].name))
		i++;
	return i;
}

bool
file_cipher_known(struct str form)
{
	return find(form) < COUNT(forms);
}

/* EVP_BytesToKey: hashes of (the hash before, key, salt), as many bytes as are
 * needed. */
static void
derive(enum crypto_alg alg, struct str key, struct str salt,
    unsigned char out[KEY_SIZE + CRYPTO_BLOCK])
{
	unsigned char block[CRYPTO_HASH_MAX];
	size_t n = 0, done = 0, part;
	struct crypto_hash h;

	while (done < KEY_SIZE + CRYPTO_BLOCK) {
		crypto_hash_init(&h, alg);
		crypto_hash_add(&h, str_n(block, n));
		crypto_hash_add(&h, key);
		crypto_hash_add(&h, salt);
		n = crypto_hash_end(&h, block);
		part = KEY_SIZE + CRYPTO_BLOCK - done;
		part = part < n ? part : n;
		memcpy(out + done, block, part);
		done += part;
	}
	explicit_bzero(block, sizeof(block));
}

int
file_cipher(struct str form, struct str key, struct str plain, struct buf *out,
    struct err *e)
{
	unsigned char secret[KEY_SIZE + CRYPTO_BLOCK], mac[32];
	struct str salt;
	size_t i = find(form);

	if (i == COUNT(forms) || key.len == 0 || key.len > FILE_CIPHER_KEY_MAX)
		return err_set(
		    e, ERR_INPUT, "no such form of a file, or no key");
	crypto_hmac_sha256(key, plain, mac);
	salt = str_n(mac, SALT_SIZE);
	derive(forms[i].hash, key, salt, secret);
	buf_puts(out, MAGIC);
	buf_str(out, salt);
	crypto_aes_cbc(secret, secret + KEY_SIZE, plain, out);
	explicit_bzero(secret, sizeof(secret));
	return buf_failed(out)
		   ? err_set(e, ERR_LIMIT, "an encrypted file is too long")
		   : 0;
}
