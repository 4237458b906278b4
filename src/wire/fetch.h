/*
 * fetch -- HTTP client over TCP or a unix socket; the door to libcurl for HTTP
 * (for SMTP it is mail.c, nothing else includes it).
 *
 * Two ways: fetch_now() blocks the calling thread (programs ordering the hub,
 * the command line); a fetch_pool runs many requests at once in one thread of
 * its own (the hub asking the rules).  Neither follows redirects, uses
 * proxies, keeps cookies, or logs in by a URL or a file (.netrc).
 *
 * Most requests go to a unix socket of ours.  One that goes to an address that
 * somebody set has a guard: the name in its URL is looked up once, and all
 * addresses that it means pass target_may(), or none is connected to; that one is
 * looked at again in the moment before it is, so nothing can change between.  All
 * of the answer is bounded, and the connection is used once.
 *
 * A connection that was kept may have died meanwhile: the request is then sent
 * once more on a new one, so requests must be harmless when repeated; those with
 * a guard, and those that say so (once), are sent once.
 */
#ifndef FL_FETCH_H
#define FL_FETCH_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "fetch_request.h"
#include "str.h"

/*
 * True if url is one that may be set to be fetched: http or https, with a host,
 * without a user, a password or the zone of an address, in at most
 * FETCH_URL_MAX bytes of ASCII without blanks.  Where it leads, the guard sees.
 */
#define FETCH_URL_MAX 1024
bool fetch_url_ok(struct str url);

/*
 * Do one request.  0 with *ans filled whatever the HTTP status is (the caller
 * ends it with buf_fini(&ans->body)), -1 when there was no whole answer
 * (nothing to end then): ERR_IO, ERR_LIMIT, and ERR_DENIED if the guard let no
 * address through.  Connections without a guard are kept per thread and reused.
 */
int fetch_now(const struct fetch_request *r, struct fetch_answer *ans,
    struct err *e) FL_CHECK;

/* ---- many at once, for the hub ---- */

struct fetch_pool;

/* Everything a job needs is copied at submission except arg; none has a guard.
 * done runs in the
 * pool's thread and must only hand the result over; it owns *ans->body if it
 * takes it (set ans->body.data to NULL). e is NULL on success. */
typedef void fetch_done(
    void *arg, struct fetch_answer *ans, const struct err *e);

/* at_once requests run in parallel; more wait in the pool, at most queue_max,
 * beyond which fetch_submit refuses. */
struct fetch_pool *fetch_pool_new(size_t at_once, size_t queue_max);
int fetch_submit(struct fetch_pool *p, const struct fetch_request *r,
    fetch_done *done, void *arg) FL_CHECK; /* -1: queue full or a bad header */
/* Ends the thread; jobs not finished are dropped, done is called with an error
 * for each.  Leaves NULL. */
void fetch_pool_free(struct fetch_pool **p);

#endif
