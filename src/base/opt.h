/*
 * opt -- words and options of a command line: of a program, or of one command
 * of fleetline.
 *
 * Options may stand anywhere and end at "--".  They are long ("--domain NAME",
 * "--domain=NAME", "--json"); one whose name is a single letter has one dash
 * ("-c FILE", "-cFILE").  A table without such ones takes what begins with a
 * single dash for words, "-" always.  What a command takes is a string table,
 * so that its usage line, its check and its manual page say the same:
 *
 *	static const struct opt_spec specs[] = {
 *		{ "domain", "NAME", OPT_MANY }, { "json", NULL, 0 }, { 0 } };
 */
#ifndef FL_OPT_H
#define FL_OPT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define OPT_WORDS_MAX  1024 /* words of one command line */
#define OPT_VALUES_MAX 256  /* options of one command line */

enum opt_flag {
	OPT_MANY = 1, /* may be given more than once */
	OPT_MUST = 2  /* has to be given */
};

struct opt_spec {
	const char *name;  /* without the dashes; NULL ends the table */
	const char *value; /* what the value is called, NULL: takes none */
	int flags;         /* of enum opt_flag */
};

struct opts {
	const struct opt_spec *specs;
	const char *words[OPT_WORDS_MAX];
	size_t nwords;
	struct {
		const struct opt_spec *spec;
		const char *value; /* "" for options that take none */
	} given[OPT_VALUES_MAX];
	size_t ngiven;
};

/* What a command line may hold: options, and from min to max words. */
struct opt_syntax {
	const struct opt_spec *specs;
	size_t words_min, words_max;
};

/* For messages: what the words are called, "HWID DOMAIN" (NULL: just words), and
 * how one ends, "; see \"fleetline help\"" or "". */
struct opt_hint {
	const char *words, *help;
};

/* Read argv (without the program's name); strings are borrowed from it.  -1
 * with ERR_INPUT, which names what is missing. */
int opts_read(struct opts *o, const struct opt_syntax *syntax,
    const char *const *argv, const struct opt_hint *hint,
    struct err *e) FL_CHECK;

/* The value given for name, NULL if it was not given. */
const char *opts_get(const struct opts *o, const char *name);
bool opts_has(const struct opts *o, const char *name);

/* The i-th value of an OPT_MANY option, NULL after the last. */
const char *opts_nth(const struct opts *o, const char *name, size_t i);

#endif
