/*
 * signin -- a login of an account that lasts: made with name and password, ended
 * by going, by time, or with the account, its password, its role or its domains.
 *
 *	cookie	of a browser; never to be seen by a script of a page
 *	token	of a program, which sends it as "Authorization: Bearer"
 *	rest	of a portal, the cookie of the ipcortex REST (dialplan.h)
 *
 * Its text is "fls_<id>_<32 characters>"; the store has a keyed hash.  One of a
 * kind is worth nothing as the other.  It is over when it was not used for
 * login.idle_minutes, and login.hours after it began; a clock that was set back
 * to before it began ends it.  An account has at most SIGNINS_MAX, of which the
 * one that was not used for longest gives way.
 *
 * What lives on it (websockets by ticket, keys of the passthrough) has the cred
 * "login:<id>" and ends with it.
 */
#ifndef FL_SIGNIN_H
#define FL_SIGNIN_H

#include "login.h"

#define SIGNIN_PREFIX    "fls_"
#define SIGNIN_SIZE      64 /* bytes of a text, with NUL */
#define SIGNINS_MAX      32 /* of one account */
#define SIGNIN_AGENT_MAX 256
#define SIGNIN_TOUCH_MS  (30 * 1000) /* a use is noted so often */

enum signin_kind { SIGNIN_COOKIE, SIGNIN_TOKEN, SIGNIN_REST };

struct signin_new {
	struct login_found found; /* whose password was right */
	enum signin_kind kind;
	struct str remote; /* address of the client */
	struct str agent;  /* its User-Agent; cut and cleaned here */
};

/* text is told this once.  out: who is logged in.  ERR_GONE when the password
 * is another one by now. */
int signin_open(struct ask *q, const struct signin_new *in,
    char text[SIGNIN_SIZE], struct actor *out) FL_CHECK;

/* 1 *out is filled, 0 none, over, or of the other kind, -1.  Counts as a use.
 * A mere user's is right, but out->user. */
int signin_use(struct ask *q, struct str text, enum signin_kind kind,
    struct actor *out) FL_CHECK;

/* q->who is used, if it is such a login; nobody waits for the store. */
void signin_touch(struct ask *q);

/* Those of an account, the last used first: one's own, or any for
 * administrators. */
int signin_list(
    struct ask *q, int64_t account, struct signin **out, size_t *n) FL_CHECK;

const char *signin_kind_name(
    const struct signin *s); /* "cookie", "token", "rest" */

/* End one, or (id 0) all of an account: one's own, or any for administrators.
 * ERR_GONE if the account has no such one. */
int signin_end(struct ask *q, int64_t account, int64_t id) FL_CHECK;

/* End those that are over (called by the sweep). */
int signin_expire(struct ask *q) FL_CHECK;

#endif
