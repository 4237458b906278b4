/* Keys of the passthrough: what is in them and what they are bound to. */
#include "passkey.h"

#include <string.h>

#include "tap.h"

int
main(void)
{
	unsigned char secret[PASSKEY_SECRET_LEN];
	char key[CRYPTO_GUID_SIZE], other[CRYPTO_GUID_SIZE];
	char id[PASSKEY_ID_LEN + 1] = "";
	struct passkey_maker maker;

	for (size_t i = 0; i < sizeof(secret); i++)
		secret[i] = (unsigned char)i;
	passkey_make(STR("0a1b2c3d4e"), secret, STR("0090334100be"), key);
	/* HMAC-SHA256(00..1f, "0090334100be"), computed with Python's hmac */
	tap_is_str(key, "0a1b2c3d-4ed9-468d-8d1e-668785f4dcf6",
	    "the key is the GUID others compute");
	tap_ok(strlen(key) == 36 && key[14] == '4' &&
		   strchr("89ab", key[19]) != NULL,
	    "it is a GUID of version 4");
	tap_ok(passkey_session(str_of(key), id), "it names its session");
	tap_is_str(id, "0a1b2c3d4e", "by the id it was made with");

	passkey_make(STR("0a1b2c3d4e"), secret, STR("0090334100bf"), other);
	tap_ok(strcmp(key, other) != 0, "another device has another key");
	passkey_make(STR("0a1b2c3d4e"), secret, STR(""), other);
	tap_ok(strcmp(key, other) != 0, "the session-wide key differs too");
	passkey_begin(&maker, STR("0a1b2c3d4e"), secret);
	for (int i = 0; i < 2; i++) {
		passkey_next(&maker, STR("0090334100be"), other);
		tap_is_str(other, key, "a maker makes the same keys");
		passkey_next(&maker, STR("0090334100bf"), other);
		tap_ok(strcmp(key, other) != 0, "and others in between");
	}
	secret[31] ^= 1;
	passkey_make(STR("0a1b2c3d4e"), secret, STR("0090334100be"), other);
	tap_ok(strcmp(key, other) != 0, "every bit of the secret counts");

	tap_ok(!passkey_session(STR(""), id), "no key is no key");
	tap_ok(
	    !passkey_session(STR("0a1b2c3d-4e00-1000-8000-000000000000"), id),
	    "another version is refused");
	tap_ok(
	    !passkey_session(STR("0a1b2c3d-4e00-4000-0000-000000000000"), id),
	    "another variant is refused");
	tap_ok(
	    !passkey_session(STR("0a1b2c3d04e00-4000-8000-000000000000"), id),
	    "dashes stand where they must");
	tap_ok(
	    !passkey_session(STR("0a1b2c3d-4e00-4000-8000-00000000000g"), id),
	    "all else is hexadecimal");
	return tap_end();
}
