/*
 * rc4text -- a secret inside a message: RC4 with a seeded key, as hex.
 *
 * The key is seed ":" key.  Devices get their administrative password and the
 * secrets of a configuration this way (key = their sysclient password), apps
 * the secrets in GetDeviceConfigResult (key = session key of their login).
 * Source: innovaphone SDK, sysclient.htm and appwebsocket.htm.
 *
 * RC4 gives no integrity: a wrong key shows as garbage, not as an error.
 */
#ifndef FL_RC4TEXT_H
#define FL_RC4TEXT_H

#include "buf.h"
#include "err.h"
#include "str.h"

#define RC4TEXT_KEY_MAX 255 /* bytes of seed and key together */

/* Add hex(RC4(seed ":" key, plain)) to out, lower case.  -1: seed and key too
 * long (nothing is added). */
int rc4text_encrypt(struct buf *out, struct str seed, struct str key,
    struct str plain) FL_CHECK;

/* Add the plain bytes of hex (either case) to out; the caller wipes them.
 * -1: no hex, or seed and key too long.  For tests: devices decrypt. */
int rc4text_decrypt(
    struct buf *out, struct str seed, struct str key, struct str hex) FL_CHECK;

#endif
