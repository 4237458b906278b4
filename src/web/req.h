/*
 * req -- one request as a handler sees it: who asks what, nothing of FastCGI.
 *
 * All slices and strings borrow from the request's parameters and live as long
 * as the request.  The runtime (fcgi) or a test makes a struct req out of
 * "NAME=value" parameters, named as in nginx's fastcgi_params:
 *
 *   REQUEST_METHOD REQUEST_URI DOCUMENT_URI QUERY_STRING
 *   HTTP_<HEADER>           a header of the request
 *   REMOTE_ADDR             the client's address; "unknown" if a proxy on this
 *                           machine hides it, so 127.0.0.1 is this machine
 *   REQUEST_SCHEME          http or https, as the client used it
 *   HTTP_HOST               host and port, as the client used them
 *   REQUEST_ID              nginx's $request_id, if configured
 *   FLEETLINE_LOG_PATH      the path without what may be a key
 *   FLEETLINE_CLIENT        the name of a certificate that somebody trusted
 *                           vouches for; empty or absent: there is none
 *   FLEETLINE_INTERNAL=1    set by the internal listener only, which no
 *                           program outside the machine can reach
 */
#ifndef FL_REQ_H
#define FL_REQ_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "hubwire.h"
#include "str.h"

#define REQ_ARENA_MAX  ((size_t)4 << 20) /* memory of one request, bytes */
#define REQ_TARGET_MAX 4096              /* bytes of method and target kept */
#define REQ_ID_MAX     32                /* bytes of a request id */

enum req_body {
	REQ_BODY_WHOLE,
	REQ_BODY_TOO_BIG, /* above the program's limit: 413 */
	REQ_BODY_SHORT    /* the client stopped in the middle: 400 */
};

struct resp;
struct req;

/* The rest of a slow request, run outside the workers; see req_later. */
typedef void req_rest(struct req *r, struct resp *out, void *arg);

struct req {
	struct arena *arena;
	const char *const *params; /* NULL ends */
	struct str method;
	struct str target; /* as received, with the query */
	struct str path;   /* decoded and normalised by nginx, no query */
	struct str query;  /* raw, without "?" */
	struct str body;
	enum req_body body_state;
	struct str remote; /* address of the client, or "unknown" */
	bool internal;     /* over the internal listener */
	char id[REQ_ID_MAX + 1];
	/* For the log line and the counters, set while the request is served;
	 * constants or strings of the arena. */
	const char *who; /* "key:3", NULL: not known */
	const char *mt;  /* API message, NULL: none */
	size_t series;   /* of metrics.h, 0: other */
	bool refused;    /* answered with an error, whatever the status */
	/* Set by req_later. */
	req_rest *rest;
	void *rest_arg;
	bool busy;
};

/* Read params into *r; body is added by the caller. */
void req_init(struct req *r, struct arena *a, const char *const *params);

/* Parameter or header; the empty slice if absent.  A header is asked for by
 * its parameter name: "HTTP_AUTHORIZATION". */
struct str req_param(const struct req *r, const char *name);
/* What the hub says of a connection (hubwire.h); worth nothing unless the
 * request is internal. */
struct str req_fact(const struct req *r, enum hubwire_fact fact);
/* The i-th of that name, from 0; .p is NULL if there are fewer. */
struct str req_nth(const struct req *r, const char *name, size_t i);
/* True if it was sent, though it may be empty. */
bool req_has(const struct req *r, const char *name);

/* True if it comes from this machine.  What a proxy of this machine passes on
 * does not: req_init looks at every header, of which nginx shows the first of a
 * name only. */
bool req_is_local(const struct req *r);

/*
 * Leave the rest of the work to a thread for slow work, so that no worker
 * waits for a device.  fn runs after the serving function has returned; it
 * must not use the worker's context (its database).  arg lives in the arena.
 * When too many wait already, fn runs at once with r->busy set and must answer
 * so without doing the work.
 */
void req_later(struct req *r, req_rest *fn, void *arg);

/* scheme "://" host of the request, for absolute URLs; in the arena.  NULL
 * when the Host header is missing or contains what no host name does. */
const char *req_origin(const struct req *r);

/* The path for the log, as nginx masked it (templates/nginx/site.conf has the
 * patterns); "-" if it did not. */
const char *req_log_path(const struct req *r);

#endif
