/*
 * setting -- the instance's settings: known keys with a type and limits.
 *
 * For things that rules need and that administrators change while the
 * instance runs; what a program needs before it can open the database stands
 * in fleetline.conf instead.
 */
#ifndef FL_SETTING_H
#define FL_SETTING_H

#include "actor.h"

enum setting_kind { SETTING_BOOL, SETTING_INT, SETTING_TEXT };

struct setting {
	const char *key;
	enum setting_kind kind;
	int64_t lo, hi;        /* of a number, or of the length of a text */
	const char *otherwise; /* default, as text */
	const char *help;
};

/* The table; ends with key NULL. */
extern const struct setting setting_table[];

/* Value or default.  ERR_GONE for an unknown key. */
int setting_get(struct ask *q, const char *key, struct str *out) FL_CHECK;
int setting_get_int(struct ask *q, const char *key, int64_t *out) FL_CHECK;

/* Administrators only; ERR_INPUT outside the limits. Booleans are "true" and
 * "false". An empty value of a number or boolean goes back to the default. */
int setting_set(struct ask *q, const char *key, struct str value) FL_CHECK;

#endif
