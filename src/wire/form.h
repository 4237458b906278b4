/*
 * form -- the parameters of a request, from wherever it carries them.
 *
 *	form_init(&f, arena);
 *	if (form_query(&f, r->query, e) < 0 || form_body(&f, type, body, e) < 0)
 *		... refuse: err says why
 *	if (form_get(&f, "user_id", &value)) ...
 *
 * Parameters are kept in the order read.  Of those with the same name the last
 * one counts, so with the query read first the body wins over it.
 *
 * Understood are query strings and application/x-www-form-urlencoded (WHATWG
 * URL standard, chapter 5), multipart/form-data (RFC 7578) and a JSON object.
 *
 * Names and values are bytes as sent, decoded: not checked to be UTF-8, and a
 * NUL may be among them ("%00").  They are slices of the arena or of what was
 * read, and live as long as both.
 *
 * Errors: ERR_LIMIT beyond a limit below, or when the arena is full; ERR_INPUT
 * where the form of the text itself is broken.  What was read before stays.
 */
#ifndef FL_FORM_H
#define FL_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "str.h"

#define FORM_PARAMS_MAX   64   /* parameters of one request */
#define FORM_NAME_MAX     64   /* bytes of a decoded name */
#define FORM_VALUE_MAX    4096 /* bytes of a decoded value */
#define FORM_BOUNDARY_MAX 70   /* RFC 2046 5.1.1 */

struct form_param {
	struct str name, value;
};

struct form {
	struct arena *arena;
	size_t n;
	struct form_param params[FORM_PARAMS_MAX];
};

/* A value for a query or a path (RFC 3986): all but letters, digits and "-._~"
 * as "%XX". */
void form_encode(struct buf *out, struct str value);

void form_init(struct form *f, struct arena *a);

/*
 * Add what text holds: "a=1&b=%20+".  "+" is a blank; a "%" that two hex digits
 * do not follow stands for itself; a name without "=" has the empty value;
 * nothing between two "&" is nothing.
 */
int form_query(struct form *f, struct str text, struct err *e) FL_CHECK;

/*
 * Add the parts of a multipart body; type is the whole Content-Type, for its
 * boundary.  A file is a value like any other.  Each part needs a name.  For
 * tests: form_body() finds out that it is one.
 */
int form_multipart(
    struct form *f, struct str type, struct str body, struct err *e) FL_CHECK;

/*
 * Add a body by its Content-Type, the value of the header with parameters:
 * multipart/form-data, application/json; everything else, and none, is read as
 * urlencoded.  An empty body is none, whatever its type.  Of a JSON object,
 * numbers count as they are written, true and false as these words; null,
 * arrays and objects are left out.
 */
int form_body(
    struct form *f, struct str type, struct str body, struct err *e) FL_CHECK;

/* The last parameter of that name; false if there is none. */
bool form_get(const struct form *f, const char *name, struct str *out);

#endif
