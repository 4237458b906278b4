/*
 * applogin -- the computations of the AppWebsocket login, pure functions.
 *
 * Source: innovaphone SDK, AppWebsocket.htm (digest), appwebsocket.htm (session
 * key, hash).  All hashes are SHA-256 in lower-case hex:
 *
 *	digest       app:domain:sip:guid:dn:[info:]challenge:password
 *	session key  "innovaphoneAppSessionKey":challenge:password
 *	hash         seed:session key:data
 *
 * info stands there exactly when the AppLogin has such a member, as compact
 * JSON text in the order sent, "/" and non-ASCII not escaped.  It is never
 * rebuilt from fields we know, since clients add others.
 *
 * Secrets inside messages: rc4text_encrypt with the session key as key.
 */
#ifndef FL_APPLOGIN_H
#define FL_APPLOGIN_H

#include <stdbool.h>

#include "crypto.h"
#include "json.h"
#include "str.h"

struct applogin {
	struct str app, domain, sip, guid, dn; /* decoded; absent = empty */
	struct str info; /* JSON text; empty when there is no such member */
};

/* The digest that is expected; for tests, which log in. */
void applogin_digest(const struct applogin *who, struct str challenge,
    struct str password, char out[CRYPTO_HEX_MAX]);

/*
 * Does an AppLogin (or AppCheckLogin) prove this password?  message is the
 * parsed text.  info counts as received first, then as printed again, because
 * proxies write JSON anew.  The digest's hex may be of either case; a missing
 * one proves nothing.
 */
bool applogin_check(const struct json *message, struct str text,
    struct str challenge, struct str password);

/* The key both ends derive after a login; a secret. */
void applogin_session_key(
    struct str challenge, struct str password, char out[CRYPTO_HEX_MAX]);

#endif
