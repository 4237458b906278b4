/*
 * actor -- who asks, and what he may see.
 *
 * An actor is named by his cred, the thing his session lives on, and the epoch
 * that thing had at login.  He is rebuilt from both at every question: a
 * changed password, a revoked key, a removed domain or account give another
 * epoch or nothing at all, and the question is denied.
 *
 *	cred		may
 *	"instance"	everything (instance password)
 *	"domain:ID"	the domain and those granted to it; everything if
 *			it is the instance's own domain
 *	"account:ID"	by its role, see below
 *	"key:ID"	as the account that owns the key
 *	"login:ID"	as the account that logged in (signin.h)
 *	"local"		everything; the command line only, never loaded
 *
 * What each role reaches stands in role.h.
 */
#ifndef FL_ACTOR_H
#define FL_ACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "core.h"
#include "err.h"
#include "str.h"

#define ACTOR_CRED_SIZE 32

struct actor {
	char cred[ACTOR_CRED_SIZE];
	int64_t epoch;
	int64_t rev;     /* change counter before his rights were read */
	bool admin;      /* all domains, and what has none */
	bool user;       /* a mere user: right, but opens nothing */
	int64_t home;    /* own domain; 0 if none */
	int64_t own;     /* the domain whose own login this is; 0: it is
			  * no domain's */
	int64_t account; /* -1 if none; 0 is the instance's admin */
	int64_t login;   /* of the account itself, else 0 */
	char unix_name[ACTOR_CRED_SIZE]; /* of the command line's user */
	bool read_only;                  /* he may look, nothing else */
	bool changing;          /* what he asks for is a change (access.h) */
	const int64_t *domains; /* sorted; for an admin empty, he sees all */
	const bool *looks;      /* of each domain: he only looks at it */
	size_t ndomains;
};

/* Rebuild who cred is.  1 he is, 0 he is no longer, -1 error. */
int actor_load(
    struct ask *q, const char *cred, int64_t epoch, struct actor *out) FL_CHECK;

/* As actor_load with whatever epoch the cred has now (at login). */
int actor_now(struct ask *q, const char *cred, struct actor *out) FL_CHECK;

/* A cred as its kind and number; "local" and what is no cred: false.  Kinds are
 * no part of the store. */
#define ACTOR_KINDS 5
bool actor_cred_read(const char *cred, unsigned *kind, int64_t *id);
bool actor_cred_write(unsigned kind, int64_t id, char cred[ACTOR_CRED_SIZE]);

/* Who has API key id, if the SHA-256 of its secret is hash; *used is its last
 * use.  The only one to give a user; the others find nobody then.  One
 * statement, two for accounts with domains: it runs at each call. */
int actor_key(struct ask *q, int64_t id, struct str hash, int64_t *used,
    struct actor *out) FL_CHECK;

/* Who is logged in by login id, a mere user too.  proof: the keyed hash of its
 * secret and its kind, or NULL.  0: it is over, or another's. */
#define ACTOR_LOGIN "login" /* before ":<id>" */
struct actor_proof {
	struct str hash;
	int64_t kind;
};
int actor_login(struct ask *q, int64_t id, const struct actor_proof *proof,
    struct actor *out) FL_CHECK;

/* Whom the books name: an account in place of its login; else the cred. */
void actor_said(const struct actor *who, char out[ACTOR_CRED_SIZE]);

/* The command line: an administrator named "local". */
void actor_local(struct actor *out);
/* Note the Unix user that runs it, for the audit. */
void actor_name_user(struct actor *who);

/*
 * A short text that names actor and epoch, for the state of an app connection:
 * "domain:3@12".  actor_resume rebuilds the actor from it; what follows a ';'
 * is the caller's own.
 */
#define ACTOR_TEXT_SIZE (ACTOR_CRED_SIZE + 24)
void actor_text(const struct actor *who, char out[ACTOR_TEXT_SIZE]);
int actor_resume(struct ask *q, struct str text, struct actor *out) FL_CHECK;

/*
 * The members of a hub session that describe the actor, without braces:
 * "cred":"domain:3","rev":991,"admin":false,"domains":[3,-7] (doc/hub.md
 * section 1.2).
 */
struct jout;
void actor_json(const struct actor *who, struct jout *j);
/* What of it an order of new rights has as well; borrowed from who. */
struct orders_sight actor_sight(const struct actor *who);

#endif
