/*
 * rights -- telling the hub whose rights changed, while a change is open.
 *
 * The new rights are read from the open transaction.  Inside core only.
 */
#ifndef FL_RIGHTS_H
#define FL_RIGHTS_H

#include "actor.h"

/* Order the end of sessions on "<kind>:<id>". */
int rights_end(struct ask *q, const char *kind, int64_t id) FL_CHECK;

/* What domain may act on changed: its sessions, and those of accounts and keys
 * that have the domain. */
int rights_domain(struct ask *q, int64_t domain) FL_CHECK;

/* What an account may see changed: its sessions and those of its keys. */
int rights_account(struct ask *q, int64_t account) FL_CHECK;

/* The account's logins end, and the sessions that live on them. */
int rights_logins_end(struct ask *q, int64_t account) FL_CHECK;

/* The account ends: so do its sessions and those of its keys. */
int rights_account_end(struct ask *q, int64_t account) FL_CHECK;

#endif
