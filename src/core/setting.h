/*
 * setting -- the instance's settings: known keys with a type and limits.
 *
 * For things that rules need and that administrators change while the
 * instance runs; what a program needs before it can open the database stands
 * in fleetline.conf instead.
 *
 * kind		value
 * BOOL		true, false
 * INT		number, lo to hi
 * TEXT		printable, lo to hi bytes
 * CHOICE	one of the words of choices
 * SECRET	printable, at most hi bytes; sealed at rest, never shown
 */
#ifndef FL_SETTING_H
#define FL_SETTING_H

#include "actor.h"

#define SETTING_KEY_MAX   64   /* bytes */
#define SETTING_VALUE_MAX 1024 /* bytes */
#define SETTING_OFFER_MAX 1440 /* minutes, of offer_minutes */

struct secret;

enum setting_kind {
	SETTING_BOOL,
	SETTING_INT,
	SETTING_TEXT,
	SETTING_CHOICE,
	SETTING_SECRET
};

struct setting {
	const char *key;
	enum setting_kind kind;
	int64_t lo, hi;        /* of a number, or of the length of a text */
	const char *choices;   /* words with a blank between */
	const char *otherwise; /* default, as text */
	const char *help;
	/* More that a value must fulfil, NULL: nothing; runs inside the
	 * transaction of the change.  -1 with *q->err filled refuses. */
	int (*may)(struct ask *q, struct str value);
};

/* The table; ends with key NULL. */
extern const struct setting setting_table[];

/* Rules for may, setting_rules.c: api needs a key, hash_check goes off only
 * behind an allow list, which then cannot go; the audit is not kept for less
 * than AUDIT_DAYS_MIN. */
int setting_may_billing_api(struct ask *q, struct str value) FL_CHECK;
int setting_may_billing_hash_check(struct ask *q, struct str value) FL_CHECK;
int setting_may_billing_allow(struct ask *q, struct str value) FL_CHECK;
int setting_may_audit_days(struct ask *q, struct str value) FL_CHECK;
int setting_may_store(struct ask *q, struct str value) FL_CHECK;

/* Value or default; of a secret only SETTING_IS_SET, or the empty text.
 * ERR_GONE for an unknown key. */
#define SETTING_IS_SET "set"
int setting_get(struct ask *q, const char *key, struct str *out) FL_CHECK;
int setting_get_int(struct ask *q, const char *key, int64_t *out) FL_CHECK;

/* Position of the value in choices, from 0: "off on" gives a truth value. */
int setting_get_choice(struct ask *q, const char *key, int *out) FL_CHECK;

/* A secret in clear, for the rule that needs it, which wipes it; length 0 if it
 * is not set. */
int setting_get_secret(
    struct ask *q, const char *key, struct secret *out) FL_CHECK;

/* Administrators only; ERR_INPUT outside the limits.  An empty value of
 * anything but a text goes back to the default; a secret is unset by it. */
int setting_set(struct ask *q, const char *key, struct str value) FL_CHECK;

#endif
