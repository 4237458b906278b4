/*
 * webhook -- JSON that is posted to a URL which somebody set, and signed.
 *
 *	POST ... HTTP/1.1
 *	Content-Type: application/json
 *	User-Agent: fleetline
 *	Fleetline-Time: 1764245000
 *	Fleetline-Signature: v1=<HMAC-SHA256 in hex>
 *
 * The signature is over the time (Unix seconds, when it was sent), a dot and
 * the body, under a secret that the receiver knows.  So nobody else can send
 * one, and a receiver that refuses an old time, and an id in the body that it
 * has had, cannot be fed an earlier one again.  v1 names this way to sign.
 *
 * A status of 2xx says that the receiver has it; anything else, also a
 * redirect, that it has not.
 */
#ifndef FL_WEBHOOK_H
#define FL_WEBHOOK_H

#include <stdint.h>

#include "err.h"
#include "str.h"
#include "target.h"

#define WEBHOOK_URL_MAX        1024  /* bytes */
#define WEBHOOK_WAIT_MS        10000 /* for all of it */
#define WEBHOOK_CONNECT_MS     5000  /* for a connection, TLS included */
#define WEBHOOK_ANSWER_MAX     65536 /* bytes of an answer, which is not read */
#define WEBHOOK_HEAD_MAX       16384 /* bytes of its headers */
#define WEBHOOK_SIGNATURE_SIZE 72    /* with "v1=" and NUL */

/* True if url is one that may be set (fetch.h). */
bool webhook_url_ok(struct str url);

/* Scheme and host of such a URL, "https://hooks.example", without the port:
 * what follows, path or query, is often a secret.  Points into url; of an empty
 * one it is empty. */
struct str webhook_url_host(struct str url);

struct webhook {
	const char *url;
	struct str secret, body;
	int64_t time; /* Unix seconds */
};

/* The value of Fleetline-Signature; public for tests. */
void webhook_sign(const struct webhook *h, char out[WEBHOOK_SIGNATURE_SIZE]);

/* 0: the receiver has it.  -1: ERR_DENIED the rule lets us to no address of it;
 * ERR_LIMIT its answer is too long; ERR_IO all else, the text says the status
 * or what is wrong. */
int webhook_post(const struct webhook *h, const struct target_rule *rule,
    struct err *e) FL_CHECK;

#endif
