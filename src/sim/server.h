/*
 * server -- where simulated devices connect to: the address behind a URL, looked
 * up once at the start, and what of the URL goes into requests.
 *
 *	scheme://host[:port][/path][?query]
 *
 * The simulator speaks no TLS.  Of a URL that a device is told later (its
 * registration) only host, path and query count; it still connects to the
 * address that it was started with.
 */
#ifndef FL_SERVER_H
#define FL_SERVER_H

#include <stdbool.h>
#include <sys/socket.h>

#include "err.h"
#include "str.h"

struct server {
	struct sockaddr_storage address;
	socklen_t address_len;
	struct str host, path; /* of the URL, which they borrow */
};

/* scheme with "://"; socket: a unix socket to connect to instead, or NULL. */
int server_find(struct server *s, const char *url, const char *scheme,
    const char *socket, struct err *e) FL_CHECK;

/* Host and path of a URL of any scheme; false if it has none. */
bool server_split(struct str url, struct str *host, struct str *path);

/* A socket that is connecting; -1 with errno. */
int server_connect(const struct server *s);

#endif
