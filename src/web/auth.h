/*
 * auth -- who sends this HTTP request?
 *
 * Two ways: digest (RFC 7616, SHA-256 or MD5) with a domain's name and the
 * domain's or the instance's password, and "Authorization: Bearer <API key>".
 */
#ifndef FL_AUTH_H
#define FL_AUTH_H

#include <stdbool.h>

#include "actor.h"
#include "web.h"

/*
 * 1: *who is filled and r->who set.  0: the answer (401 with one challenge for
 * SHA-256 and one for MD5, or 503) has been written.
 */
int auth_need(
    struct worker *w, struct req *r, struct resp *out, struct actor *who);

/*
 * True for what only the operator may see: the request comes from this machine
 * or carries an administrator's API key.  Writes nothing.
 */
bool auth_operator(struct worker *w, struct req *r);

#endif
