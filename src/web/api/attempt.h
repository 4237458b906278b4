/*
 * attempt -- a password, or a code of a second factor, that shall be tried.
 *
 * Each first asks the guard (guard.h) whether it is tried at all; wrong ones
 * are counted and logged, and answer alike whatever was wrong with them.  All
 * fill *c->q.err and return -1 unless it was right.  Over HTTP only: what the
 * guard counts needs an address.
 */
#ifndef FL_ATTEMPT_H
#define FL_ATTEMPT_H

#include "api.h"
#include "login.h"

struct guard;

struct attempt {
	struct call *c;
	struct guard *guard;
	struct str remote, user; /* whom the guard counts it for */
};

/* The name that somebody gives; may it be tried? */
int attempt_begin(
    struct call *c, struct str user, struct attempt *out) FL_CHECK;

/* Whose password it is; ERR_BUSY while too many are looked at, "too many
 * logins" after too many right ones of the account. */
int attempt_password(const struct attempt *a, struct str password,
    struct login_found *out) FL_CHECK;

/* The second factor of who was found, if he has one: "code required" to an
 * empty one. */
int attempt_code(const struct attempt *a, const struct login_found *found,
    struct str code) FL_CHECK;

/* The sender's own password, before something of weight. */
int attempt_own(
    struct call *c, struct str password, struct attempt *out) FL_CHECK;

/* The sender brings a code that shall confirm his second factor: may it be
 * tried?  If it was wrong, attempt_wrong_code, which leaves *c->q.err. */
int attempt_own_code(struct call *c, struct attempt *out) FL_CHECK;
void attempt_wrong_code(const struct attempt *a);

#endif
