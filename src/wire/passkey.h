/*
 * passkey -- keys of the passthrough, as GUIDs (doc/hub.md section 3).
 *
 * 16 bytes: 5 of session id, 11 of HMAC-SHA256(session secret, hwId), with
 * version 4 and variant bits put in, which leaves 82 bits of the MAC.  The
 * rules make keys, the hub checks them; nothing is stored per device.
 */
#ifndef FL_PASSKEY_H
#define FL_PASSKEY_H

#include <stdbool.h>

#include "crypto.h"
#include "str.h"

#define PASSKEY_ID_LEN     10 /* hex digits of a session id */
#define PASSKEY_SECRET_LEN 32 /* bytes of a session secret */

/* Key for hwId in session id; the empty hwId gives the session-wide key. */
void passkey_make(struct str id, const unsigned char *secret, struct str hw_id,
    char out[CRYPTO_GUID_SIZE]);

/*
 * The same for many devices of one session, which costs half for each: begin,
 * then as many keys as there are devices.  A maker is as secret as the session.
 */
struct passkey_maker {
	unsigned char id[PASSKEY_ID_LEN / 2];
	struct crypto_mac mac;
};

void passkey_begin(
    struct passkey_maker *m, struct str id, const unsigned char *secret);
void passkey_next(const struct passkey_maker *m, struct str hw_id,
    char out[CRYPTO_GUID_SIZE]);

/* The session id inside a key; false if the text is no such GUID. */
bool passkey_session(struct str key, char id[PASSKEY_ID_LEN + 1]);

#endif
