/*
 * code -- provisioning codes: twelve digits that bring a device into a domain
 * and a category (chapters 5.1 to 5.4).
 *
 * Whoever sees a domain makes codes for it.  One device may use a code, once:
 * it says the digits when it identifies itself, or a gateway says them for one
 * of its FXS ports.  Codes are drawn from the system's generator and shown once;
 * the store keeps a keyed hash, so that who steals the database has none.
 *
 * A code is as good as its maker: when he has gone, or may not change the domain
 * any more, it is none.
 *
 * Wrong ones are counted (code_guard.h), so that twelve digits stay hopeless:
 * doc/provisioning.md has the arithmetic.
 */
#ifndef FL_CODE_H
#define FL_CODE_H

#include "actor.h"
#include "row.h"

#define CODE_DIGITS        12
#define CODE_LIFE_MS       (15 * 60 * INT64_C(1000))
#define CODE_ROLLOUT_MS    (7 * 24 * 3600 * INT64_C(1000))
#define CODE_KEPT_MS       (30 * 24 * 3600 * INT64_C(1000)) /* when it is over */
#define CODE_OPEN_DOMAIN   1000                             /* open at once */
#define CODE_OPEN_MAKER    200   /* of those, by one who is no administrator */
#define CODE_OPEN_INSTANCE 10000 /* the same of all domains */
#define CODE_ROWS_DOMAIN   2000  /* with those that are over */
#define CODE_WATCHES                                                           \
	4 /* sessions that hear of one code's use: the
				  * first, and the last ones */
#define CODE_PAGE 200

/* ---- for people and their programs ---- */

struct code_wish {
	int64_t domain;
	struct str category; /* by name; usable for provisioning */
	struct str name;     /* that the device gets; empty: none */
	bool rollout;        /* seven days, not fifteen minutes */
	bool administrative; /* the device gets the domain's password as its
			      * administrative one, not one of its own: for
			      * those who may know it (access_owns) */
};

struct code_made {
	int64_t id, ends;
	char digits[CODE_DIGITS + 1];
};

/* watch: who hears of the use; NULL: nobody.  ERR_LIMIT: too many are open, in
 * the domain or the instance, or of those that he made there: one app or account
 * that makes them without end leaves room for the others. */
int code_add(struct ask *q, const struct code_wish *w,
    const struct code_watch *watch, struct code_made *out) FL_CHECK;

/* Open ones and others of a domain, the newest first, at most CODE_PAGE that
 * are older than before (0: from the newest). */
int code_list(struct ask *q, int64_t domain, int64_t before, struct code **out,
    size_t *n) FL_CHECK;

/* "open", "used" or "over". */
const char *code_state(const struct code *c);

/* It is over.  ERR_EXISTS if it is no longer open. */
int code_revoke(struct ask *q, int64_t id) FL_CHECK;

/* The code with these digits in this domain: 1, 0 no such code, -1.  While it
 * is open, watch hears of its use from now on, too. */
int code_find(struct ask *q, int64_t domain, struct str digits,
    const struct code_watch *watch, struct code *out) FL_CHECK;

/* ---- for devices; inside core only ---- */

struct peer;
struct record;

/* A connection that says digits for hardware id hw_id; told: what else it said
 * (facts_pack). */
struct code_say {
	const struct peer *p;
	const struct record *k; /* of hw_id; without a row its id is 0 */
	struct str hw_id, digits, told;
};

enum code_verdict {
	CODE_WRONG,   /* there is none, it was used, or is over: counted */
	CODE_WAIT,    /* too many wrong ones came: nothing was looked at */
	CODE_REFUSED, /* right, but not for this device: the maker is told */
	CODE_RIGHT
};

/*
 * A device: on CODE_RIGHT it is in the domain and the category, with an offered
 * password for this very connection.  In the open transaction.
 */
int code_use(struct ask *q, const struct code_say *s, struct code *out,
    enum code_verdict *verdict) FL_CHECK;
/* The same by the query of its registration URL: domain, token and category,
 * all of them (chapter 5.5).  CODE_WRONG or CODE_RIGHT; nobody is told. */
int code_use_query(struct ask *q, const struct code_say *s, struct code *out,
    enum code_verdict *verdict) FL_CHECK;
/* Do the three name a category that is for provisioning?  1 (its domain and it
 * in *out), 0, -1.  For devices: no rights are looked at. */
int code_query_fits(
    struct ask *q, const struct str names[3], struct code *out) FL_CHECK;

/* Afterwards, when all that the device said is in the store. */
int code_tell(struct ask *q, const struct code *c, const struct code_say *s,
    const char *error) FL_CHECK;

/* An FXS port of a device, which is proven.  A change of its own. */
int code_use_port(struct ask *q, const struct code_say *s, struct str port,
    enum code_verdict *verdict) FL_CHECK;

#endif
