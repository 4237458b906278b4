/*
 * json -- JSON text in and out; the only door to json-c.
 *
 * Reading: a text is parsed whole, strictly (RFC 8259, UTF-8 checked, no
 * trailing bytes, no duplicate trickery: the last member wins), with limits on
 * size and depth.  Values belong to the arena.  Accessors never fail loudly:
 * asked for a string, a number gives the empty slice; has/type tell.
 *
 * Writing: jout_* writes compact JSON into a sink with a scope stack; wrong
 * nesting is a broken invariant.  Strings are escaped here and nowhere else;
 * invalid UTF-8 becomes U+FFFD, "/" is not escaped.
 */
#ifndef FL_JSON_H
#define FL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "str.h"

struct json; /* a value; never freed by hand */

enum json_kind {
	JSON_NONE, /* member absent */
	JSON_NULL,
	JSON_BOOL,
	JSON_INT,
	JSON_REAL,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

#define JSON_DEPTH_MAX 16

/* -1 with ERR_INPUT "not a JSON text" or ERR_LIMIT (longer than max). */
int json_read(struct arena *a, struct str text, size_t max,
    const struct json **out, struct err *e) FL_CHECK;

/* v may be NULL everywhere and then counts as absent. */
enum json_kind json_kind(const struct json *v);
const struct json *json_member(const struct json *object, const char *name);
size_t json_length(const struct json *array);
const struct json *json_item(const struct json *array, size_t i);

struct str json_text(const struct json *v); /* string; else empty */
bool json_true(const struct json *v);       /* boolean true */
int64_t json_number(const struct json *v, int64_t otherwise);

/* Walk over the members of an object: 0 stops the walk. */
void json_each(const struct json *object,
    int (*fn)(void *arg, struct str name, const struct json *v), void *arg);

/* The value as compact text again, members in the order received, "/" and
 * non-ASCII not escaped: what AppLogin's second attempt hashes. */
void json_print(const struct json *v, struct buf *out);

/*
 * The bytes of member name of the top-level object in text, exactly as
 * received (AppLogin hashes "info" so).  text must have been read by
 * json_read before.  Empty slice if absent; the last one if repeated.
 */
struct str json_raw_member(struct str text, const char *name);

/* ---- writing ---- */

struct jout {
	struct sink sink;
	size_t written; /* bytes so far */
	uint32_t first; /* bit per depth: nothing written in this scope yet */
	uint32_t array; /* bit per depth: scope is an array */
	int depth;
	bool failed; /* the sink refused; further calls do nothing */
};

void jout_init(struct jout *j, struct sink sink);

/* In an object name is the member's name, in an array it is NULL. */
void jout_object(struct jout *j, const char *name);
void jout_array(struct jout *j, const char *name);
void jout_end(struct jout *j); /* closes the innermost scope */
void jout_str(struct jout *j, const char *name, struct str v);
void jout_strz(struct jout *j, const char *name, const char *v);
void jout_int(struct jout *j, const char *name, int64_t v);
void jout_bool(struct jout *j, const char *name, bool v);
void jout_null(struct jout *j, const char *name);
/* Text that is JSON already (an echoed src, a stored ethIfs). */
void jout_raw(struct jout *j, const char *name, struct str json);
bool jout_failed(const struct jout *j);

/* s as a JSON string with quotes, into out. */
void json_quote(struct buf *out, struct str s);

#endif
