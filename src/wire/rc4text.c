#include "rc4text.h"

#include <string.h>

#include "crypto.h"

/* RC4 is its own inverse. */
static int
rc4(struct str seed, struct str key, struct str in, unsigned char *out)
{
	struct buf k;

	buf_init(&k, RC4TEXT_KEY_MAX + 1);
	buf_str(&k, seed);
	buf_putc(&k, ':');
	buf_str(&k, key);
	if (buf_failed(&k)) {
		buf_wipe(&k);
		return -1;
	}
	crypto_rc4(buf_view(&k), in, out);
	buf_wipe(&k);
	return 0;
}

int
rc4text_encrypt(
    struct buf *out, struct str seed, struct str key, struct str plain)
{
	struct buf raw;
	char *to;
	int rc;

	buf_init(&raw, plain.len);
	to = buf_reserve(&raw, plain.len);
	rc = rc4(seed, key, plain, (unsigned char *)to);
	if (rc == 0) {
		buf_added(&raw, plain.len);
		to = buf_reserve(out, 2 * raw.len);
		if (to != NULL) {
			crypto_hex(raw.data, raw.len, to);
			buf_added(out, 2 * raw.len);
		}
	}
	buf_fini(&raw);
	return rc;
}

int
rc4text_decrypt(
    struct buf *out, struct str seed, struct str key, struct str hex)
{
	size_t n = hex.len / 2;
	unsigned char *to;

	to = (unsigned char *)buf_reserve(out, n);
	if (to == NULL || crypto_unhex(hex, to, n) < 0)
		return -1;
	if (rc4(seed, key, str_n(to, n), to) < 0)
		return -1;
	buf_added(out, n);
	return 0;
}
