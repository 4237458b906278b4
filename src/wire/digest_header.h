/*
 * digest_header -- the headers of digest access authentication: of HTTP (RFC
 * 7616), whose requests carry them, and of SIP (RFC 3261 22.4, RFC 8760), where
 * we are asked.  Text only; nonces and counts are of digest.h.
 *
 * Algorithms MD5 and SHA-256, qop=auth only.
 */
#ifndef FL_DIGEST_HEADER_H
#define FL_DIGEST_HEADER_H

#include <stdint.h>

#include "arena.h"
#include "buf.h"
#include "crypto.h"
#include "err.h"
#include "str.h"

#define DIGEST_HEADER_MAX 4096 /* bytes */

struct digest {
	struct str username, realm, nonce, uri, response, cnonce, opaque;
	struct str nc_text; /* as sent, eight hex digits */
	uint32_t nc;
	enum crypto_alg alg; /* CRYPTO_MD5 or CRYPTO_SHA256 */
};

/*
 * Parse the value of an Authorization header ("Digest username=...").  Strings
 * are slices of it, those that need unescaping are copied into a.  -1: not a
 * digest header we accept: another scheme, algorithm or qop, a parameter that
 * is missing or stands there twice, a nc that is not eight digits.  Zero is a
 * count like others: some clients begin with it.
 */
int digest_parse(struct arena *a, struct str header, struct digest *out,
    struct err *e) FL_CHECK;

/* The response value that such a header has to carry. */
void digest_response(const struct digest *d, struct str method,
    struct str password, char out[CRYPTO_HEX_MAX]);

/* The text as a quoted string; it has no control characters. */
void digest_quote(struct buf *out, struct str text);

/* ---- client side ---- */

/*
 * The value of a WWW-Authenticate or Proxy-Authenticate header: realm, nonce,
 * opaque, algorithm and, where qop=auth is offered, the first count.  Without
 * qop the answer is that of RFC 2069, which old phones know alone.  The caller
 * adds username, uri and, with a count, cnonce.  -1 as digest_parse.
 */
int digest_challenged(struct arena *a, struct str header, struct digest *out,
    struct err *e) FL_CHECK;

/* Value of the header that answers it.  What d holds has no control
 * characters. */
void digest_answer(const struct digest *d, struct str method,
    struct str password, struct buf *out);

#endif
