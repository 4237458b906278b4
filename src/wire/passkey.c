#include "passkey.h"

#include <string.h>

#define ID_BYTES  5
#define KEY_BYTES 16
#define DASHES    4

/* Where the dashes of a GUID stand (RFC 9562 section 4). */
static const unsigned char dash_at[DASHES] = {8, 13, 18, 23};

static void
set_version(unsigned char key[KEY_BYTES])
{
	key[6] = (unsigned char)((key[6] & 0x0f) | 0x40);
	key[8] = (unsigned char)((key[8] & 0x3f) | 0x80);
}

static void
print_guid(const unsigned char key[KEY_BYTES], char out[CRYPTO_GUID_SIZE])
{
	char hex[2 * KEY_BYTES + 1];
	size_t dash = 0, n = 0;

	crypto_hex(key, KEY_BYTES, hex);
	for (size_t i = 0; i < 2 * KEY_BYTES; i++) {
		if (dash < DASHES && n == dash_at[dash]) {
			out[n++] = '-';
			dash++;
		}
		out[n++] = hex[i];
	}
	out[n] = '\0';
}

static int
parse_guid(struct str text, unsigned char key[KEY_BYTES])
{
	char hex[2 * KEY_BYTES];
	size_t dash = 0, n = 0;

	if (text.len != CRYPTO_GUID_SIZE - 1)
		return -1;
	for (size_t i = 0; i < text.len; i++) {
		if (dash < DASHES && i == dash_at[dash]) {
			if (text.p[i] != '-')
				return -1;
			dash++;
			continue;
		}
		hex[n++] = text.p[i];
	}
	return crypto_unhex(str_n(hex, n), key, KEY_BYTES);
}

void
passkey_begin(
    struct passkey_maker *m, struct str id, const unsigned char *secret)
{
	/* An id that is no id gives a key that opens nothing. */
	if (crypto_unhex(id, m->id, ID_BYTES) < 0)
		memset(m->id, 0, sizeof(m->id));
	crypto_mac_init(&m->mac, str_n(secret, PASSKEY_SECRET_LEN));
}

void
passkey_next(
    const struct passkey_maker *m, struct str hw_id, char out[CRYPTO_GUID_SIZE])
{
	unsigned char key[KEY_BYTES], mac[32];

	memcpy(key, m->id, ID_BYTES);
	crypto_mac_of(&m->mac, hw_id, mac);
	memcpy(key + ID_BYTES, mac, KEY_BYTES - ID_BYTES);
	set_version(key);
	print_guid(key, out);
	explicit_bzero(mac, sizeof(mac));
}

void
passkey_make(struct str id, const unsigned char *secret, struct str hw_id,
    char out[CRYPTO_GUID_SIZE])
{
	struct passkey_maker m;

	passkey_begin(&m, id, secret);
	passkey_next(&m, hw_id, out);
	explicit_bzero(&m, sizeof(m));
}

bool
passkey_session(struct str key, char id[PASSKEY_ID_LEN + 1])
{
	unsigned char raw[KEY_BYTES];

	if (parse_guid(key, raw) < 0)
		return false;
	if ((raw[6] & 0xf0) != 0x40 || (raw[8] & 0xc0) != 0x80)
		return false;
	crypto_hex(raw, ID_BYTES, id);
	return true;
}
