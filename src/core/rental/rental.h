/*
 * rental -- the rental of licences: one project per domain.
 *
 * A project has a balance in iSC, loaded by activation keys, and licences that
 * run on its gateways at a price per month.  Changes are first previewed, then
 * applied.  Costs run day by day (rental_cost.h); the day of a change is
 * charged at the dearest it was.  When the balance does not pay for the next
 * day, everything rented ends at its beginning; what is left stays.  Nothing
 * ever goes negative.
 *
 * Cost is not written every day: it is settled, that is, rows for the time
 * that has passed are appended with the times they belong to, before each
 * change, at the end of each month and when the rental ends.  A row never
 * covers days of two months and its time is the beginning of its last day,
 * so a month that is over and settled never changes.  rental_settle() may come
 * late without changing any figure.
 *
 * All amounts are whole 1/1000 iSC (isc.h for people).  Who sees a domain may
 * rent for it; the catalogue (licence.h), corrections and new keys are for
 * administrators.
 */
#ifndef FL_RENTAL_H
#define FL_RENTAL_H

#include "activation.h"
#include "actor.h"
#include "ledger.h"
#include "rental_cost.h"
#include "rented.h"

#define RENTAL_CHANGES_MAX    200 /* of one preview or apply */
#define RENTAL_COUNT_MAX      1000000
#define RENTAL_RECIPIENTS_MAX 10
#define RENTAL_LANGUAGE_LEN   2   /* "de" */
#define RENTAL_REFERENCE_MAX  128 /* bytes */

/* ---- projects ---- */

/*
 * The project of a domain as of now: balance and unpaid_day with the cost of
 * the days since its last row taken off, but nothing written.  A domain that
 * never rented has an empty one (number 0).  ERR_GONE if the actor does not
 * see the domain.
 */
int rental_get(struct ask *q, int64_t domain_id, struct project *out) FL_CHECK;

/* For domain_remove: ERR_EXISTS while the project has a balance, so that what was
 * paid is not thrown away by accident. */
int rental_may_remove(struct ask *q, int64_t domain_id) FL_CHECK;

/* All projects the actor sees, by domain id, after id after; as of their last
 * row.  Those of removed domains only for administrators. */
#define PROJECT_PAGE 200
int rental_projects(
    struct ask *q, int64_t after, struct project **out, size_t *n) FL_CHECK;

/* What runs in a project: by device and licence, after those of *after (NULL:
 * from the first).  *n less than RENTED_PAGE: no more. */
int rental_rented(struct ask *q, int64_t domain_id, const struct rented *after,
    struct rented **out, size_t *n) FL_CHECK;

/* ---- changes ---- */

/* From now on count of licence run on the device; 0 ends it. */
struct rental_change {
	struct str hw_id; /* any spelling; of a device in the domain */
	struct str licence;
	int64_t count;
};

/* What a set of changes leads to. */
struct rental_plan {
	struct project before, after; /* of now, settled */
	int64_t charge;               /* taken at once, for today */
};

/*
 * ERR_INPUT: unknown or retired licence, count out of range, software for what
 * is no gateway (GW, VA), balance too low, the same licence twice for a device.
 * number: that of the project when the preview was made; ERR_EXISTS if it
 * changed meanwhile, -1: whatever it is.
 */
struct rental_order {
	int64_t domain_id;
	int64_t number;
	const struct rental_change *changes;
	size_t nchanges;
};
int rental_preview(struct ask *q, const struct rental_order *order,
    struct rental_plan *out) FL_CHECK;
int rental_apply(struct ask *q, const struct rental_order *order,
    struct rental_plan *out) FL_CHECK;

/* Load an activation key (activation.h); *amount is what it was worth.
 * ERR_INPUT: no key of ours; ERR_EXISTS: used before. */
int rental_load(
    struct ask *q, int64_t domain_id, struct str key, int64_t *amount) FL_CHECK;

/* Administrators: make a key worth amount.  It is kept nowhere. */
int rental_key(
    struct ask *q, int64_t amount, char out[ACTIVATION_SIZE]) FL_CHECK;

/* Administrators: a new row that adds amount (may be negative, not below a
 * balance of zero) with the reason why. */
int rental_correct(
    struct ask *q, int64_t domain_id, int64_t amount, struct str note) FL_CHECK;

/* What to set; NULL leaves a thing alone. */
struct rental_edit {
	const struct str *reference;
	const struct str *recipients; /* mail addresses, comma separated */
	const struct str *language;   /* "de" */
};
int rental_edit(
    struct ask *q, int64_t domain_id, const struct rental_edit *in) FL_CHECK;

/* Administrators: the device shall be rented (rentalWant). */
int rental_want(struct ask *q, struct str hw_id, bool want) FL_CHECK;

/* ---- time ---- */

/*
 * Append what is due until now: the cost of months that are over, the end of a
 * rental whose balance is used up.  One domain (checks the right), or all of
 * the instance (administrators; for the periodic work).  Each domain is a
 * transaction of its own.  *rows: how many rows were appended.
 */
int rental_settle(struct ask *q, int64_t domain_id, int64_t *rows) FL_CHECK;
int rental_settle_all(struct ask *q, int64_t *rows) FL_CHECK;

/* ---- proof ---- */

/*
 * Check ledger and project of a domain (0: of all): numbers, times, hashes,
 * balances, seals.  say gets a line per finding, and with heads one line per
 * domain with the number and hash of its last row.  Administrators.  Returns
 * the number of findings, or -1.
 */
struct rental_check {
	int64_t domain_id;
	void (*finding)(void *arg, const char *line);
	void (*head)(void *arg, const char *line); /* may be NULL */
	void *arg;
};
int rental_verify(struct ask *q, const struct rental_check *check) FL_CHECK;

#endif
