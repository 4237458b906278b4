/*
 * fetch_request -- what is fetched, and what comes back (see fetch.h).
 */
#ifndef FL_FETCH_REQUEST_H
#define FL_FETCH_REQUEST_H

#include <stdatomic.h>
#include <stdbool.h>

#include "buf.h"
#include "str.h"
#include "target.h"

/* For a URL that somebody set.  https certificates are checked against the
 * system's authorities. */
struct fetch_guard {
	struct target_rule rule;
	long connect_ms; /* until there is a connection, TLS included */
	size_t head_max; /* bytes of all headers of the answer */
};

struct fetch_request {
	const char *socket; /* path of the unix socket, NULL for TCP */
	const char *method; /* "GET", "HEAD", "POST", ... */
	const char *url;    /* http://host/path; the host is only a name */
	const char *const *headers; /* "Name: value", NULL ends; may be NULL;
				     * one with CR or LF is refused */
	struct str body;   /* sent with Content-Length, when not GET or HEAD */
	long timeout_ms;   /* for all of it, connecting included */
	size_t answer_max; /* a longer answer fails with ERR_LIMIT */
	const struct fetch_guard *guard; /* NULL: an address of ours */
	/* Who asks, if the server wants to know: Basic or Digest as it says,
	 * and to nobody before he says so.  NULL: nobody.  fetch_now only. */
	const char *login, *password;
	bool once; /* over a connection of its own, and never repeated: a
		    * command that is not harmless when carried out twice */
	const atomic_bool *stop; /* true: it fails within a second; may be
				  * NULL */
};

#define FETCH_TYPE_SIZE 128
#define FETCH_TAG_SIZE  128

struct fetch_answer {
	int status; /* HTTP status, 0 when there was no answer */
	char type[FETCH_TYPE_SIZE]; /* Content-Type, cut; may be empty */
	char tag[FETCH_TAG_SIZE];   /* ETag; empty: none, or too long */
	int64_t length; /* that it says its body has; -1: it does not say */
	struct buf body;
};

#endif
