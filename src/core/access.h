/*
 * access -- may he?  The only place that answers it.
 *
 * Domain 0 stands for "unassigned", which only administrators see.
 *
 *	administrator	everything
 *	domain's own	settings and random passwords of that domain; what else
 *	login		everybody may who sees it
 *	who sees it	names and categories of devices, categories, rental
 *	who only looks	reads, knows no secret and reaches no device: a
 *			read-only account everywhere, a domain that was
 *			granted so at that domain
 *	user		nothing but his own password and logins
 *
 * Adding, assigning, unassigning and removing devices, domains, accounts, keys,
 * access and settings of the instance are for administrators.
 */
#ifndef FL_ACCESS_H
#define FL_ACCESS_H

#include <stdbool.h>

#include "actor.h"

/* May see what belongs to this domain. */
bool access_sees(const struct actor *who, int64_t domain);

/*
 * 1 he sees it, 0 he does not.  -1 with ERR_DENIED: he sees it, but only to
 * look at, and asks for a change.  The faces say which messages change
 * something (who->changing), so a rule that forgets about it is safe.
 */
int access_find(
    const struct actor *who, int64_t domain, struct err *e) FL_CHECK;

/* As access_find, and -1 with ERR_GONE unless he sees it: the same as if it did not exist. */
int access_need(
    const struct actor *who, int64_t domain, struct err *e) FL_CHECK;

/* As access_need, and -1 with ERR_DENIED unless he is an administrator or the
 * domain's own login: another domain's that has access to it is not. */
int access_own(const struct actor *who, int64_t domain, struct err *e) FL_CHECK;

/* May see its domain's password: an administrator, or its own login. */
bool access_owns(const struct actor *who, int64_t domain);

/* May reach its devices, so that they have a uri for him. */
bool access_reaches(const struct actor *who, int64_t domain);

/* -1 with ERR_DENIED if he only looks, and asks for a change. */
int access_change(const struct actor *who, struct err *e) FL_CHECK;

/* -1 with ERR_DENIED unless he is an administrator, and does not only look
 * where a change is asked for. */
int access_admin(const struct actor *who, struct err *e) FL_CHECK;

/* -1 with ERR_DENIED unless he logged in as an account, a mere user too, or is
 * an administrator: for his own affairs. */
int access_self(const struct actor *who, struct err *e) FL_CHECK;

/* -1 with ERR_DENIED if he may send no message at all: a mere user. */
int access_api(const struct actor *who, struct err *e) FL_CHECK;

#endif
