/*
 * json -- JSON text in; the only door to json-c.  Writing is in jout.h.
 *
 * A text is parsed whole, strictly (RFC 8259, UTF-8 checked, no trailing
 * bytes, no comments, no NaN), with limits on size and depth.  Of repeated
 * members the last wins.  A byte order mark in front is skipped (section 8.1
 * lets us; programs of Windows write one).  Refused although RFC 8259 allows it: U+0000 in
 * strings and names, whole numbers beyond 64 bit.  A lone surrogate escape
 * becomes U+FFFD.
 *
 * Values belong to the arena.  Accessors never fail loudly: asked for a
 * string, a number gives the empty slice; json_kind tells.
 */
#ifndef FL_JSON_H
#define FL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "jout.h"
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

#define JSON_DEPTH_MAX 16 /* arrays and objects within each other */

/*
 * -1 with ERR_INPUT "not a JSON text", or ERR_LIMIT (longer than max, deeper
 * than JSON_DEPTH_MAX, a number too large, the arena full).
 */
int json_read(struct arena *a, struct str text, size_t max,
    const struct json **out, struct err *e) FL_CHECK;

/* v may be NULL everywhere and then counts as absent. */
enum json_kind json_kind(const struct json *v);
const struct json *json_member(const struct json *object, const char *name);
size_t json_length(const struct json *array);
const struct json *json_item(const struct json *array, size_t i);

struct str json_text(const struct json *v); /* string; else empty */
bool json_true(const struct json *v);       /* boolean true */
/* An integer; else otherwise (also for 1.0 and 1e3). */
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

#endif
