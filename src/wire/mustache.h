/*
 * mustache -- templates: the public Mustache specification 1.4
 * (github.com/mustache/spec), without its optional modules (lambdas,
 * inheritance, dynamic names).
 *
 *	{{name}}		the value, escaped for the output's format
 *	{{a.b}} {{.}}		a member of a; what this section is about
 *	{{{name}}} {{&name}}	the value as it is
 *	{{#name}}...{{/name}}	if it is true, a text that is not empty, or an
 *				object; of a list: for each
 *	{{^name}}...{{/name}}	if it is not
 *	{{>name}}		another template
 *	{{! anything }}		nothing
 *	{{=<% %>=}}		other delimiters from here on
 *
 * Names are looked up in what the innermost section is about, then in what is
 * around it.  What differs on purpose:
 *
 * A name that has no value is an error that names it, also where nothing would
 * be written: a mistyped template must be found at once, not when its text is
 * missing in what was sent.  Only in the section of a list that is not shown
 * nobody knows which names there are.  missing_ok gives the specification's way:
 * nothing is written.  So it is with partials.
 *
 * Templates of a format whose escapes protect somebody have no unescaped slot:
 * mustache_guard() says which one has.
 */
#ifndef FL_MUSTACHE_H
#define FL_MUSTACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "err.h"
#include "mustache_tag.h"
#include "str.h"

#define MUSTACHE_MAX         ((size_t)256 << 10) /* bytes of a template */
#define MUSTACHE_DEPTH_MAX   16 /* sections open at once, of all partials */
#define MUSTACHE_PARTIAL_MAX 16 /* partials within each other */
#define MUSTACHE_STEPS_MAX   1000000 /* tags that are followed */

/* What a name stands for.  A truth that is written is "true" or nothing. */
struct mustache_value {
	const char *name; /* NULL ends the members of an object */
	struct str text;
	bool truth; /* counts when the text is empty */
	const struct mustache_value *members; /* an object, else NULL */
	const struct mustache_value *items;   /* a list, else NULL */
	size_t nitems;                        /* without names */
};

#define MUSTACHE_TEXT(n, t)                                                    \
	{                                                                      \
		.name = (n), .text = (t)                                       \
	}
#define MUSTACHE_TRUTH(n, b)                                                   \
	{                                                                      \
		.name = (n), .text = {"", 0}, .truth = (b)                     \
	}
#define MUSTACHE_END                                                           \
	{                                                                      \
		.name = NULL, .text = { "", 0 }                                \
	}

/* Adds text to out, escaped for the format that the template is in. */
typedef void mustache_escape(struct buf *out, struct str text);

/* For plain text: as it is. */
mustache_escape mustache_plain;

/* A template by its name: 1, *text is valid until rendering ends; 0 none. */
typedef int mustache_partial(void *arg, struct str name, struct str *text);

struct mustache {
	struct mustache_value data; /* mostly an object */
	mustache_escape *escape;
	bool missing_ok;
	mustache_partial *partial; /* NULL: there are none */
	void *arg;
};

/*
 * Render text into out.  -1: ERR_INPUT with the line and what is wrong there
 * (unknown name, section not closed, tag that is none), ERR_LIMIT: the template
 * is too long or too deep, or out is full.  out then has a part.
 */
int mustache_write(const struct mustache *m, struct str text, struct buf *out,
    struct err *e) FL_CHECK;

/* The same with the members of an object, and no partials. */
int mustache_render(struct str text, const struct mustache_value *values,
    mustache_escape *escape, struct buf *out, struct err *e) FL_CHECK;

/* -1, ERR_INPUT with the line: the template has a tag that writes a value as it
 * is, or sets delimiters. */
int mustache_guard(struct str text, struct err *e) FL_CHECK;

#endif
