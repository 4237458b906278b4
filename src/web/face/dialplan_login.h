/*
 * dialplan_login -- who sends a request to the REST of ipcortex ("Authentication"
 * 6.5), three ways, in this order:
 *
 *	"auth": {"key": "..."}			an API key
 *	"auth": {"username": .., "password": ..} an account, in any call
 *	Cookie: Red60urne=...			a login by /rest/auth
 *
 * Wrong ones are slowed down (guard.h).  An account with a second factor uses
 * keys, or logs in with "code" beside its password; in other calls its password
 * opens nothing.  Looking at a password is slow on purpose, so a right one is
 * remembered for DIALPLAN_MEMO_MS, as a keyed hash in memory, as long as the
 * account's password stays.
 *
 * A browser adds the cookie by itself.  So a call by cookie must not come from a
 * page of another origin (origin.h), and one that has an Origin must say that it
 * is JSON, which no form can.
 */
#ifndef FL_DIALPLAN_LOGIN_H
#define FL_DIALPLAN_LOGIN_H

#include "dialplan_side.h"

#define DIALPLAN_COOKIE  "Red60urne" /* the vendor's */
#define DIALPLAN_MEMO_MS (60 * 1000)
#define DIALPLAN_MEMOS   1024

/* 1: d->who is filled, a mere user too; 0: nobody, or (d->wait_ms > 0) too many
 * wrong ones; -1. */
int dialplan_who(struct dialplan *d) FL_CHECK;

/* For dialplan_start and dialplan_stop. */
void dialplan_login_open(void);
void dialplan_login_close(void);

#endif
