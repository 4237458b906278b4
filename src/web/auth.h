/*
 * auth -- who sends this HTTP request?
 *
 * Some ways: digest (RFC 7616, MD5 or SHA-256) with a domain's name and the
 * domain's or the instance's password; "Authorization: Bearer <API key>", or a
 * token of an account's login (signin.h) in its place; the cookie of an
 * account's login (cookie.h), if there is no Authorization.
 * Which algorithm is offered first says the setting digest.order: many clients
 * take the first, whether they know it or not, some the last.
 * A page that has a form to log in by says so ("Fleetline-Login: form"), and is
 * not challenged.
 * Who sends wrong ones is slowed down (guard.h).  The realm of a digest is the
 * instance's name and what the face puts behind it, so that a browser does not
 * send what it knows for one face to another by itself.
 */
#ifndef FL_AUTH_H
#define FL_AUTH_H

#include <stdbool.h>

#include "actor.h"
#include "web.h"

/* What a face lets in, and the form of its errors. */
struct auth_face {
	bool keys;    /* API keys, tokens and the cookie, besides digest */
	bool tickets; /* "Authorization: Ticket ...": of GetTicket, for a page
		       * that fetches a file */
	bool acts;    /* its requests change things: a browser sends none for a
		    * page that is not ours (origin.h) */
	/* The uri of a digest for GET may lack the query (.NET Framework), which
	 * then is not covered by it. */
	bool bare_uri;
	const char *realm; /* what follows the instance's name */
	void (*refuse)(struct resp *out, int status, const char *phrase);
};

/* BASE/api: resp_error, API keys; csvapi: resp_line, digest and
 * tickets. */
extern const struct auth_face auth_json, auth_text;

/*
 * 1: *who is filled and r->who set.  0: the answer has been written: 401 with
 * one challenge for MD5 and one for SHA-256; 403 to a foreign page; 429 with
 * Retry-After after too many wrong logins; 503.
 */
int auth_need(struct worker *w, struct req *r, struct resp *out,
    const struct auth_face *face, struct actor *who);

/* For a message that needs no login: 1, or 0 and it has been refused as above
 * because it is for a foreign page. */
int auth_open(struct worker *w, struct req *r, struct resp *out,
    const struct auth_face *face);

/*
 * True for what only the operator may see: the request comes from this machine
 * or carries an administrator's API key.  Writes nothing.
 */
bool auth_operator(struct worker *w, struct req *r);

#endif
