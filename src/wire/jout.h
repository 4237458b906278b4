/*
 * jout -- compact JSON text into a sink, with a scope stack.
 *
 * Wrong nesting is a broken invariant (must), because the shape of an answer
 * is the program's own.  Strings are escaped here and nowhere else, as
 * JSON.stringify does: quote, backslash and C0 controls; "/" and non-ASCII
 * stay; a byte that is not UTF-8 becomes U+FFFD.
 *
 * One value is written at the top.  When the sink refuses, further calls do
 * nothing and jout_failed() tells, so one check at the end is enough.
 */
#ifndef FL_JOUT_H
#define FL_JOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "pairs.h"
#include "str.h"

#define JOUT_DEPTH_MAX 31 /* scopes open at once */

struct jout {
	struct sink sink;
	size_t written; /* bytes so far */
	uint32_t first; /* bit per depth: nothing written in this scope yet */
	uint32_t array; /* bit per depth: scope is an array */
	int depth;
	bool failed; /* the sink refused; further calls do nothing */
};

void jout_init(struct jout *j, struct sink sink);

/* In an object name is the member's name, in an array (and at the top) it is
 * NULL. */
void jout_object(struct jout *j, const char *name);
void jout_array(struct jout *j, const char *name);
void jout_end(struct jout *j); /* closes the innermost scope */
void jout_str(struct jout *j, const char *name, struct str v);
void jout_strz(struct jout *j, const char *name, const char *v);
void jout_int(struct jout *j, const char *name, int64_t v);
void jout_bool(struct jout *j, const char *name, bool v);
void jout_null(struct jout *j, const char *name);
/* Text that is JSON already (an echoed src, a stored ethIfs); not empty. */
void jout_raw(struct jout *j, const char *name, struct str json);
/* The value of a pair under another name; PAIR_NONE writes nothing. */
void jout_value(struct jout *j, const char *name, const struct pair *p);
/* A member for each pair; the innermost scope is an object. */
void jout_pairs(struct jout *j, struct pairs pairs);
bool jout_failed(const struct jout *j);

#endif
