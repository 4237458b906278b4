/*
 * lookup -- all addresses that a name means, at once and for one connection.
 *
 *	struct lookup found;
 *	if (lookup(&(struct lookup_of){host, 5000, NULL}, &found, e) == 0)
 *		... lookup_has(&found, sa) ...
 *
 * Who is about to connect where somebody's URL leads has to see every address that
 * its name means before he takes one of them: which one that is, another side's name
 * server chooses by their order.
 *
 * libc looks names up for as long as it likes.  So a thread does it, for which nobody
 * waits longer than he said; it ends by itself.
 */
#ifndef FL_LOOKUP_H
#define FL_LOOKUP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "err.h"

#define LOOKUP_MAX 32 /* addresses of a name; one with more is refused */

struct lookup_address {
	struct sockaddr_storage sa;
	socklen_t len;
};

struct lookup {
	struct lookup_address list[LOOKUP_MAX];
	size_t n;
};

struct lookup_of {
	const char *host; /* without brackets */
	long timeout_ms;
	const atomic_bool *stop; /* true: it fails soon; may be NULL */
};

/* 0, or -1 with ERR_IO: no such name, or nobody says what it means in time;
 * ERR_LIMIT. */
int lookup(
    const struct lookup_of *of, struct lookup *out, struct err *e) FL_CHECK;

/* Is this one of them, whatever its port? */
bool lookup_has(const struct lookup *l, const struct sockaddr *sa);

#endif
