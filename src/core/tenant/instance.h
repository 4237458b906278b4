/*
 * instance -- one installation: making it, its name, its copy, its health.
 */
#ifndef FL_INSTANCE_H
#define FL_INSTANCE_H

#include "actor.h"

#define INSTANCE_PASSWORD_LEN  20
#define INSTANCE_PASSWORD_SIZE (INSTANCE_PASSWORD_LEN + 1)

/*
 * Make the key file and the database that conf names, with the instance's own
 * domain (conf->domain; deploys administrative passwords) and the account
 * "admin", id 0.  1: password gets the new instance password, which the caller
 * writes to a file of mode 0600; the domain's own password is the same.  0: it
 * exists already and is complete; password is empty.  -1: error.
 */
int instance_init(const struct conf *conf,
    char password[INSTANCE_PASSWORD_SIZE], struct err *e) FL_CHECK;

struct instance {
	struct str name;
	int64_t domain_id; /* its own domain */
	struct str domain; /* and the name of that */
	int64_t epoch;
};
int instance_get(struct ask *q, struct instance *out) FL_CHECK;

/*
 * The instance password: put another one (inside a change; ends the sessions on
 * "instance"), and whether the domain has the same.  1 it has, 0 not, -1.
 * domain_instance_password() checks the rights.
 */
int instance_set_password(struct ask *q, struct str password) FL_CHECK;
int instance_shares_password(struct ask *q, int64_t domain) FL_CHECK;

/* A consistent copy of the database into path (must not exist, mode 0600),
 * while everything runs.  The key file is not part of it. */
int instance_backup(struct ask *q, const char *path) FL_CHECK;

/* Write into the audit of a copy that it takes the place of the database. */
int instance_restored(struct ask *q, const char *from) FL_CHECK;

/*
 * Check the database: SQLite's integrity and foreign keys, that every secret
 * opens with the key.  say gets a line per finding.  Returns the number of
 * findings (0 = sound), -1 if it cannot be checked.
 */
int instance_check(struct ask *q, void (*say)(void *arg, const char *finding),
    void *arg) FL_CHECK;

/*
 * What a start needs, without reading the whole database: the key is the one of
 * this database, [instance] domain and name of conf are those of the store, and
 * password, unless NULL, opens the instance.  Reports as instance_check does.
 */
int instance_check_start(struct ask *q, const struct conf *conf,
    const struct str *password, void (*say)(void *arg, const char *finding),
    void *arg) FL_CHECK;

#endif
