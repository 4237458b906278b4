/*
 * fcgi_client -- the web server's side of FastCGI, for tests: enough of the
 * FastCGI specification 1.0 to send one request and read its answer.
 */
#ifndef FL_FCGI_CLIENT_H
#define FL_FCGI_CLIENT_H

#include <stdbool.h>

#include "buf.h"
#include "str.h"

struct fcgi_ask {
	const char *method, *path;
	const char *const *more; /* further "NAME=value", NULL ends, or NULL */
	struct str body;
	long announce; /* CONTENT_LENGTH; -1: none */
	bool keep;     /* keep the connection */
};

/* Send a whole request on fd; -1 when the connection broke. */
int fcgi_send(int fd, const struct fcgi_ask *a);

/* Read records until END_REQUEST; STDOUT bytes go to out.  -1 when the
 * connection ended before. */
int fcgi_receive(int fd, struct buf *out);

/* Both, on a GET of path; the body of the answer is what follows the head. */
int fcgi_get(int fd, const char *path, bool keep, struct buf *out);

#endif
