/*
 * phone_agent -- how a vendor's phones call themselves (User-Agent), as its data
 * has it: what the groups of an extended regular expression of POSIX mean, and the
 * expression.
 *
 *	agent = model,firmware,mac ^Snom (M[0-9]+) ([0-9.]+) ([0-9a-f]{12})
 *
 * A group that means nothing is "-".
 */
#ifndef FL_PHONE_AGENT_H
#define FL_PHONE_AGENT_H

#include <regex.h>

#include "arena.h"
#include "str.h"

#define PHONE_FIELDS_MAX 6 /* groups of an expression */

enum phone_field {
	PHONE_FIELD_NONE,
	PHONE_FIELD_MODEL,
	PHONE_FIELD_FIRMWARE,
	PHONE_FIELD_MAC
};

/* The expression belongs to the arena. */
struct phone_agent {
	regex_t *regex;
	enum phone_field fields[PHONE_FIELDS_MAX];
};

/* Both of one line.  NULL, or what is wrong with it. */
const char *phone_agent_read(
    struct arena *a, struct str value, struct phone_agent *out);

#endif
