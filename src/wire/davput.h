/*
 * davput -- a text becomes a file on somebody's web server (WebDAV, RFC 4918).
 *
 * PUT; where a folder is missing (409, and what servers answer instead) MKCOL
 * for each, then PUT again; then GET, and what comes back must be the text.  A drop
 * box shows nobody what it has (401, 403, 405): of it HEAD must say the length, and
 * if it says nothing either, the text is there by its word alone.  The login is told by Basic or Digest, as the server asks.  No redirects; the
 * addresses are looked at in the moment before they are connected to (fetch.h,
 * target.h).  It blocks the calling thread.
 *
 *	https://files.example/backups + north.example + 0090330a0b0c + name
 */
#ifndef FL_DAVPUT_H
#define FL_DAVPUT_H

#include "err.h"
#include "str.h"
#include "target.h"

#define DAVPUT_FOLDERS 2
#define DAVPUT_URL_MAX 2048

struct davput {
	const char *url;                     /* of the target */
	const char *folders[DAVPUT_FOLDERS]; /* below it, made if need be */
	const char *name;                    /* in the last of them */
	const char *login, *password;        /* NULL: none */
	struct str text;
	const struct target_rule *rule;
	long timeout_ms; /* for each request */
};

/* 0; 1 it was taken and *e says in words for people what could not be verified;
 * -1 likewise: "the target answers 507: it has no room". */
int davput(const struct davput *d, struct err *e) FL_CHECK;

#endif
