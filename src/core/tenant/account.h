/*
 * account -- logins of persons and programs, and their API keys.
 *
 * Administrators only.  The account "admin" with id 0 is the instance's own
 * administrator: it cannot be removed, renamed or lose its role.  Changing a
 * password, role or domain list, removing an account and revoking a key end
 * the sessions that lived on them.
 */
#ifndef FL_ACCOUNT_H
#define FL_ACCOUNT_H

#include "actor.h"
#include "role.h"

#define ACCOUNT_NAME_MAX        64
#define ROLE_NAME_MAX           32 /* bytes of a role's name */
#define ACCOUNT_PAGE            200
#define ACCOUNT_DOMAINS_MAX     500
#define ACCOUNT_PERMISSIONS_MAX 512 /* bytes of the comma separated list */

/* The permissions there are: lists of devices for billing (billing.h). */
#define ACCOUNT_CONNECTION_POINTS "connection_points"

/* What to set; a NULL pointer leaves a thing alone (or empty, when new). */
struct account_change {
	const struct str *name;
	const enum role *role;
	const int64_t *owner;          /* account id; -1 = none */
	const struct str *password;    /* 1..128 bytes; empty: no login */
	const struct str *permissions; /* words, comma separated */
	const struct str *mail;        /* address for notices; empty: none */
	const bool *read_only;         /* it may look, nothing else */
	const int64_t *domains;        /* with ndomains; NULL = unchanged */
	size_t ndomains;
};

/* Accounts after id after (-1 at first), by id. */
int account_list(
    struct ask *q, int64_t after, struct account **out, size_t *n) FL_CHECK;
int account_get(struct ask *q, int64_t id, struct account *out) FL_CHECK;
int account_find(struct ask *q, struct str name, struct account *out) FL_CHECK;

/* id: -1 draws one, a chosen one must never have been used (ids.h); on return
 * the account's id.  in->name and in->role must
 * be given.  A user that no owner is named for belongs to account 0. */
int account_add(
    struct ask *q, int64_t *id, const struct account_change *in) FL_CHECK;
int account_edit(
    struct ask *q, int64_t id, const struct account_change *in) FL_CHECK;
int account_remove(struct ask *q, int64_t id) FL_CHECK;

/* The account that q->who logged in as: what it is, and another password; all
 * its logins end by that, the asking one too. */
int account_self(struct ask *q, struct account *out) FL_CHECK;
int account_own_password(struct ask *q, struct str password) FL_CHECK;

/* The account that q->who acts as, by a key or a password as well: 1, 0 he is
 * none, -1. */
int account_acting(struct ask *q, struct account *out) FL_CHECK;

/* Inside a change: -1 unless id is an account of role user, which alone can own
 * devices and trunks. */
int account_need_user(struct ask *q, int64_t id) FL_CHECK;

/* ---- API keys ---- */

#define KEY_TEXT_SIZE 64 /* "flk_<id>_<32 characters>" and NUL */
#define KEY_NAME_MAX  64

/* Keys of an account, revoked ones too, by id. */
int key_list(
    struct ask *q, int64_t account, struct api_key **out, size_t *n) FL_CHECK;

/* text gets the whole key; it cannot be had again. */
int key_add(struct ask *q, int64_t account, struct str name, int64_t *id,
    char text[KEY_TEXT_SIZE]) FL_CHECK;

int key_rename(struct ask *q, int64_t id, struct str name) FL_CHECK;

/* Revoke; the row stays for the audit.  ERR_GONE if there is none. */
int key_remove(struct ask *q, int64_t id) FL_CHECK;

#endif
