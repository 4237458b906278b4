/*
 * saveform -- how saved configurations are read: a data file that an operator
 * may change, templates/innovaphone/saves.conf.
 *
 *	# a comment
 *	volatile BEGINNING	lines that begin so change by themselves: two
 *				texts that differ in nothing else are equal
 *	secret WORD		the value behind an option or an attribute whose
 *				name ends so is not shown: /WORD value, WORD=value
 *	hidden BEGINNING	of lines that begin so the rest is not shown
 *
 * In a BEGINNING a '*' is any text within the line, as short as it can be.  Case
 * counts in a BEGINNING and not in a WORD, which is of letters, digits, '-' and
 * '_'.
 *
 * The lists are from the vendor's update server in PHP
 * (innovaphone-protocols.md 7.2).  One that names too little costs space; one
 * that names too much loses what it names, so it names what is known.
 */
#ifndef FL_SAVEFORM_H
#define FL_SAVEFORM_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buf.h"
#include "err.h"
#include "str.h"

#define SAVE_MAX      ((size_t)4 << 20)  /* bytes of a configuration */
#define DUMP_MAX      ((size_t)32 << 20) /* of a dump of a database */
#define SAVEFORM_MAX  ((size_t)64 << 10) /* bytes of the file */
#define SAVEFORM_LIST 200                /* lines of a kind */

enum saveform_kind {
	SAVEFORM_VOLATILE,
	SAVEFORM_SECRET,
	SAVEFORM_HIDDEN,
	SAVEFORM__MAX
};

struct saveform {
	struct str *list[SAVEFORM__MAX];
	size_t n[SAVEFORM__MAX];
};

/* -1 with ERR_INPUT names the line.  Texts live in the arena.  Public for
 * tests. */
int saveform_read(struct arena *a, struct str text, struct saveform *out,
    struct err *e) FL_CHECK;

/* The same from the file in the folder of the templates. */
int saveform_load(struct arena *a, const char *templates, struct saveform *out,
    struct err *e) FL_CHECK;

/* The next line of a text, without its CR and LF; false: there is none. */
bool saveform_line(struct str *rest, struct str *line);

/* Does the line count when two texts are compared?  An empty one does not. */
bool saveform_counts(const struct saveform *f, struct str line);

/* Add the line as people may see it: "***" stands for what they may not. */
void saveform_mask(const struct saveform *f, struct str line, struct buf *out);

#endif
