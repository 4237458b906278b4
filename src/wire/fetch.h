/*
 * fetch -- HTTP client over TCP or a unix socket; the door to libcurl for HTTP
 * (for SMTP it is mail.c, nothing else includes it).
 *
 * Two ways: fetch_now() blocks the calling thread (programs ordering the hub,
 * the command line); a fetch_pool runs many requests at once in one thread of
 * its own (the hub asking the rules).  Neither follows redirects, uses
 * proxies, looks names up (a unix socket path is given), or keeps cookies.
 *
 * A connection that was kept may have died meanwhile: the request is then sent
 * once more on a new one, so requests must be harmless when repeated.
 */
#ifndef FL_FETCH_H
#define FL_FETCH_H

#include <stddef.h>

#include "buf.h"
#include "err.h"
#include "str.h"

struct fetch_request {
	const char *socket; /* path of the unix socket, NULL for TCP */
	const char *method; /* "GET", "HEAD", "POST", ... */
	const char *url;    /* http://host/path; the host is only a name */
	const char *const *headers; /* "Name: value", NULL ends; may be NULL;
				     * one with CR or LF is refused */
	struct str body;   /* sent with Content-Length, when not GET or HEAD */
	long timeout_ms;   /* for all of it, connecting included */
	size_t answer_max; /* a longer answer fails with ERR_LIMIT */
};

#define FETCH_TYPE_SIZE 128

struct fetch_answer {
	int status; /* HTTP status, 0 when there was no answer */
	char type[FETCH_TYPE_SIZE]; /* Content-Type, cut; may be empty */
	struct buf body;
};

/*
 * Do one request.  0 with *ans filled whatever the HTTP status is (the caller
 * ends it with buf_fini(&ans->body)), -1 when there was no whole answer
 * (nothing to end then).  Connections are kept per thread and reused.
 */
int fetch_now(const struct fetch_request *r, struct fetch_answer *ans,
    struct err *e) FL_CHECK;

/* ---- many at once, for the hub ---- */

struct fetch_pool;

/* Everything a job needs is copied at submission except arg.  done runs in the
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
