/*
 * mustache -- templates: the part of the public Mustache specification
 * (github.com/mustache/spec) that ours need.
 *
 *	{{name}}		the value, escaped for the output's format
 *	{{{name}}} {{&name}}	the value as it is
 *	{{#name}}...{{/name}}	if it is true or a text that is not empty
 *	{{^name}}...{{/name}}	if it is not
 *	{{! anything }}		nothing
 *
 * As the specification says: blanks around a name do not matter; a tag of a
 * section or a comment that stands alone on its line takes the line with it;
 * sections of one name may stand within each other.  Not here: lists, dotted
 * names and {{.}}, partials, other delimiters.
 *
 * Unlike there, a name that has no value is an error that names it, also where
 * nothing would be written: a mistyped template must be found at once, not
 * when its text is missing in what was sent.
 */
#ifndef FL_MUSTACHE_H
#define FL_MUSTACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"
#include "str.h"

#define MUSTACHE_MAX       ((size_t)256 << 10) /* bytes of a template */
#define MUSTACHE_DEPTH_MAX 16                  /* sections open at once */
#define MUSTACHE_NAME_MAX  64 /* bytes of a name: letters, digits, '_' '-' */

/* What a name stands for.  A truth that is written is "true" or nothing. */
struct mustache_value {
	const char *name; /* NULL ends a list */
	struct str text;
	bool truth; /* counts when the text is empty */
};

/* Adds text to out, escaped for the format that the template is in. */
typedef void mustache_escape(struct buf *out, struct str text);

/* For plain text: as it is. */
mustache_escape mustache_plain;

/*
 * Render text with values into out.  -1: ERR_INPUT with the line and what is
 * wrong there (unknown name, section not closed, tag that is none), ERR_LIMIT:
 * the template is too long or too deep, or out is full.  out then has a part.
 */
int mustache_render(struct str text, const struct mustache_value *values,
    mustache_escape *escape, struct buf *out, struct err *e) FL_CHECK;

#endif
