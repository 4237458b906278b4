/*
 * dialplan_side -- what the parts of dialplan share: one request while it is
 * answered, and the forms of answers.
 *
 * A handler answers and returns 0, or fills d->err and returns -1, which is
 * worded by its kind.
 */
#ifndef FL_DIALPLAN_SIDE_H
#define FL_DIALPLAN_SIDE_H

#include "actor.h"
#include "json.h"
#include "phone_type.h"
#include "web.h"

struct dialplan {
	struct worker *w;
	struct req *r;
	struct resp *out;
	struct err err;
	struct ask q; /* asks as who */
	struct actor who;
	const struct json *body, *scope, *values; /* NULL: there is none */
	struct str root, section, command, type;  /* of the path */
	int64_t home;                             /* called "default" */
	const struct phone_types *types;
	int64_t wait_ms; /* after too many wrong logins, else 0 */
	struct jout j;
};

/* Begin a success: the object is open and has its result. */
void dialplan_begin(struct dialplan *d);
void dialplan_end(struct dialplan *d);
/* A success that says only how many rows there were. */
int dialplan_rows(struct dialplan *d, int64_t n);
/* Refuse; gives 0. */
int dialplan_fail(struct dialplan *d, const char *message);

/* The domain of that company: 1, 0 there is none or it may not be seen, -1. */
int dialplan_company(struct dialplan *d, struct str name, int64_t *id);
/* How a domain is called here. */
struct str dialplan_name(
    const struct dialplan *d, int64_t domain, struct str name);

/* ---- dialplan_login.c: /rest/auth ---- */

int dialplan_auth(struct dialplan *d);
int dialplan_logout(struct dialplan *d);

/* ---- dialplan_phone.c: the commands, as in the table of dialplan.c ---- */

int dialplan_inactive(struct dialplan *d);
int dialplan_active(struct dialplan *d);
int dialplan_promote(struct dialplan *d);
int dialplan_demote(struct dialplan *d);
int dialplan_assign(struct dialplan *d);
int dialplan_readtypes(struct dialplan *d);
int dialplan_create(struct dialplan *d);

#endif
