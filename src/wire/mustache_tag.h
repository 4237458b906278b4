/*
 * mustache_tag -- the tags of a template, one behind another: what mustache.h
 * renders, cut into pieces.
 *
 *	{{name}} {{{name}}} {{&name}}		a value
 *	{{#name}} {{^name}} {{/name}}		a section
 *	{{>name}}				a partial
 *	{{! anything }}				a comment
 *	{{=<% %>=}}				from here on tags stand in <% and %>
 *
 * A tag that writes nothing by itself and stands alone on its line takes the
 * line with it (the specification's "standalone lines").
 */
#ifndef FL_MUSTACHE_TAG_H
#define FL_MUSTACHE_TAG_H

#include <stdbool.h>

#include "err.h"
#include "str.h"

#define MUSTACHE_NAME_MAX 64 /* bytes of a name */
#define MUSTACHE_MARK_MAX 8  /* bytes of a delimiter */

/* A template that is being read. */
struct mustache_source {
	struct str partial; /* its name, for errors; empty: the template */
	struct str all;
	size_t at;              /* how far it was read */
	struct str open, close; /* the delimiters that count here */
};

struct mustache_tag {
	size_t at;         /* where it stands, for errors */
	size_t from, end;  /* what of the template it takes */
	char sign;         /* one of "{&#^/>!=", or NUL */
	struct str name;   /* of a comment or delimiters: what stands there */
	struct str indent; /* blanks before a partial alone on its line */
};

void mustache_source_init(struct mustache_source *s, struct str all);

/*
 * The next tag; s->at is then behind it, and delimiters that it sets count.
 * 1, 0 there is none, -1 ERR_INPUT: it does not end, or is none of ours.
 */
int mustache_tag_next(struct mustache_source *s, struct mustache_tag *out,
    struct err *e) FL_CHECK;

/* The next word of a name with dots; false: that was all. */
bool mustache_name_next(struct str *rest, struct str *word);

/* ERR_INPUT: "template line 3: what name".  Returns -1. */
int mustache_fail(const struct mustache_source *s, size_t at, const char *what,
    struct str name, struct err *e);

#endif
