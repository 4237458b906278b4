/*
 * domain -- tenants, their passwords, and who may act on whom.
 *
 * No domain is called "default": portals that speak ipcortex's REST call the
 * instance's own domain so.
 *
 * The instance's own domain cannot be removed or renamed.  A domain with
 * devices in it, or with a rental balance, cannot be removed.  Changing a
 * password or removing the domain ends the sessions that lived on it; granting
 * and revoking access tells the hub what living sessions may see.  Changes
 * publish DomainAdded, DomainEdited, DomainDeleted.
 */
#ifndef FL_DOMAIN_H
#define FL_DOMAIN_H

#include "actor.h"
#include "change.h"
#include "checks.h"
#include "json.h"

#define DOMAIN_ADMIN_MAX 16  /* bytes of a way to choose passwords */
#define DOMAIN_NAME_MAX  253 /* labels of letters, digits, '-', '_' */
#define DOMAIN_PAGE      200
#define DOMAIN_DEFAULT   "default" /* no domain's name */

/*
 * Domains the actor sees, by id, after id after (0 at first): *n < DOMAIN_PAGE
 * means that there are no more.  with_counts fills count and count_online.
 */
int domain_list(struct ask *q, int64_t after, bool with_counts,
    struct domain **out, size_t *n) FL_CHECK;

/* 1, 0 (none or not visible), -1. */
int domain_get(struct ask *q, int64_t id, struct domain *out) FL_CHECK;
int domain_find(struct ask *q, struct str name, struct domain *out) FL_CHECK;

/* Domain object (chapter 3.0): id, name, hasRentalProducts,
 * deployAdminPasswords, isInstanceDomain, categories. */
int domain_json(struct ask *q, struct jout *j, const char *name,
    const struct domain *d) FL_CHECK;

/* What to change; a NULL pointer leaves a thing alone. */
struct domain_change {
	const struct str *name;
	const struct str *password; /* 1..128 bytes; empty: no logins */
	const bool *deploy;         /* setting it draws new random passwords */
	/* Each device gets one of its own.  If not, gateways and others that
	 * an administrator names get the domain's password, which is a login
	 * for the whole domain: who takes one apart has it. */
	const bool *admin_random;
};

/* Administrators only, all of these, but a domain edits itself (access_own),
 * all but its name. */
int domain_add(struct ask *q, struct str name, const struct domain_change *more,
    int64_t *id) FL_CHECK;
int domain_edit(
    struct ask *q, int64_t id, const struct domain_change *change) FL_CHECK;

/* A domain stays as long as it has devices, or something of which only a room
 * above knows: may refuses inside the transaction (rental_may_remove). */
typedef int domain_may(struct ask *q, int64_t id);
int domain_remove(struct ask *q, int64_t id, domain_may *may) FL_CHECK;

/* A domain may act on another from now on, or only look at it, until it ends.
 * Doing it again is no error, and makes of it what is given then. */
int domain_grant(struct ask *q, const struct grant *g) FL_CHECK;
int domain_revoke(struct ask *q, int64_t domain, int64_t target) FL_CHECK;
/* What domain may act on, besides itself. */
int domain_access(
    struct ask *q, int64_t domain, struct grant **out, size_t *n) FL_CHECK;
/* Take back one that has ended, if there is one (called by the sweep); what it
 * opened is closed from its end on by itself. */
int domain_access_expire(struct ask *q) FL_CHECK;

/* What a change of the instance password left of its domain's, which opens
 * everything as well. */
struct instance_password {
	enum {
		INSTANCE_DOMAIN_CHANGED, /* it was the same: both are new */
		INSTANCE_DOMAIN_DIFFERS, /* it opens everything still */
		INSTANCE_DOMAIN_NONE     /* the domain has none */
	} domain;
	int64_t devices; /* that get a new administrative password by that */
};

/*
 * Change the instance password; ends the sessions on "instance".  If its domain
 * has the same one, that is changed too, unless only is set.  domain_edit of
 * the instance's own domain leaves the instance password as it is.
 */
int domain_instance_password(struct ask *q, struct str password, bool only,
    struct instance_password *out) FL_CHECK;

/* For change_touch, by id. */
extern const struct change_kind domain_kind;

#endif
