/*
 * digest -- HTTP digest access authentication, server side (RFC 7616): nonces,
 * and whether a request is right.  digest_header.h has the headers themselves.
 *
 * A nonce is signed and carries
 * its time, so nothing is stored until it is first used; then a window of
 * used counts refuses replays.  The key is drawn at process start: a nonce of
 * an earlier process gives stale=true, and the client repeats by itself.
 *
 * Use: digest_parse the Authorization header; see whether d.uri is what was
 * asked; find the password of d.username; digest_check.  The digest_nonces object
 * may be shared by threads.
 *
 * Counts may arrive out of order, but not more than DIGEST_WINDOW behind the
 * highest.  Nothing is remembered for callers without the password.
 */
#ifndef FL_DIGEST_H
#define FL_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "digest_header.h"

#define DIGEST_WINDOW 64

enum digest_result {
	DIGEST_OK,
	DIGEST_WRONG, /* password, realm: challenge anew */
	DIGEST_STALE, /* right, but the nonce is too old or unknown */
	DIGEST_REPLAY /* this count was used before: challenge anew, stale */
};

struct digest_nonces;
/* life_ms: how long a nonce is good; kept: how many used ones are remembered
 * (the oldest are forgotten and become stale, with all issued before them). */
struct digest_nonces *digest_nonces_new(int64_t life_ms, size_t kept);
void digest_nonces_free(struct digest_nonces **n);

/* What was asked.  Whether d->uri names it, in one of the ways that clients
 * write it, is for the caller to say. */
struct digest_request {
	struct str method;
	struct str realm; /* ours */
};

/*
 * Check d against the request and the password of its user.  The count is
 * marked used only when all else is right.
 */
enum digest_result digest_check(struct digest_nonces *n, const struct digest *d,
    const struct digest_request *r, struct str password);

/* Value of one WWW-Authenticate header; the caller sends one for each
 * algorithm.  A realm holds no control characters. */
void digest_challenge(struct digest_nonces *n, struct str realm,
    enum crypto_alg alg, bool stale, struct buf *out);

#endif
