/*
 * trust -- certificates of a trust list (additions D1, D4): PEM in, one piece
 * for each certificate with its fingerprint.
 *
 * A text may hold any number of certificates, with words between them, as files
 * of certificate authorities do (RFC 7468 section 5.2).  What stands between
 * BEGIN and END must be base64 of one DER value of the form SEQUENCE whose
 * length is right; what is in it the device judges.  Other kinds of blocks, a
 * private key above all, are refused.
 *
 * Pure: knows neither the store nor who asks.
 */
#ifndef FL_TRUST_H
#define FL_TRUST_H

#include <stddef.h>

#include "arena.h"
#include "crypto.h"
#include "err.h"
#include "str.h"

#define TRUST_DER_MAX ((size_t)16 << 10) /* bytes of one certificate */

struct trust_cert {
	struct str pem; /* BEGIN to END, lines of 64, in the arena */
	char fingerprint[CRYPTO_HEX_MAX]; /* SHA-256 of the DER, lower case */
};

/*
 * The next certificate of *rest, which moves behind it: 1, 0 there is none,
 * -1 with ERR_INPUT (not well formed, too long) or ERR_LIMIT (no memory).
 */
int trust_next(struct arena *a, struct str *rest, struct trust_cert *out,
    struct err *e) FL_CHECK;

#endif
