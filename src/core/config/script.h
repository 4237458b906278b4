/*
 * script -- the text of an expert configuration: commands in the language of the
 * update server (innovaphone-protocols 6.5; additions C1).
 *
 * Lines end with LF or CRLF.  Blank lines and those that begin with '#' say
 * nothing.  Any other is one command, and they run in order.  Whoever checks a
 * script and whoever runs it take it apart here, so both mean the same.
 *
 * Pure: knows neither the store nor devices.
 */
#ifndef FL_SCRIPT_H
#define FL_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

#define SCRIPT_LINE_MAX  8192  /* bytes; a path of three times that travels */
#define SCRIPT_LINES_MAX 10000 /* commands: each is a request at the device */

/* A command without blanks around it; borrowed from the script. */
struct script_line {
	struct str text;
	size_t number; /* of its line, from 1 */
};

/* A place in a script; begin with {.rest = script}. */
struct script {
	struct str rest;
	size_t number; /* of the last line that was read */
};

/* The next command; false at the end. */
bool script_next(struct script *s, struct script_line *out);

/* -1 with ERR_INPUT and the line in e->text: no UTF-8, a control character, a
 * line too long, no command at all, or too many. */
int script_check(struct str script, struct err *e) FL_CHECK;

/*
 * What a command asks of who runs it (additions C3).  Of "mod cmd UP1 check
 * <final> <serial>" the rest runs only if the serial is not the one that ran to
 * its end last; then the final command is sent, unless it is "ser", and the
 * serial is kept.  The sender evaluates this, the device is not asked.
 */
enum script_final {
	SCRIPT_NO_FINAL, /* "ser" */
	SCRIPT_RESET,    /* "reset" */
	SCRIPT_IRESET,   /* "ireset": when idle */
	SCRIPT_RESETN,   /* "resetn": only if needed */
	SCRIPT_IRESETN   /* "iresetn": both */
};

struct script_condition {
	enum script_final final;
	struct str serial; /* borrowed from the line */
};

/* Is the command a check?  Fills *out then. */
bool script_is_check(struct str command, struct script_condition *out);

/* "iresetn"; "ser" for SCRIPT_NO_FINAL. */
const char *script_final_name(enum script_final final);

/* Is the command itself one of these, alone on its line (additions C2)?
 * "ser" is not. */
bool script_is_final(struct str command, enum script_final *out);

/*
 * What is likely to go wrong (additions C5).  Nothing is refused for it: an
 * administrator may know better.
 *
 *	times		a device is not polling here
 *	prot, boot	use an update job
 *	scfg		use a backup job
 *	vars		"vars create" without a check before it asks for a reset
 *			each time: with iresetn the device boots for ever
 *	serial		the script has changed and a check's serial has not, so
 *			devices stop there
 *	write		changes that no "config write" follows are lost at the
 *			next restart
 *	activate	changes that neither "config activate" nor a restart
 *			follows do nothing yet
 *	reset		ireset or reset without a check: the device restarts,
 *			the script runs, and so on
 */
struct script_warning {
	const char *what; /* the word of the table */
	size_t line;      /* number of the line it is about, from 1 */
};

#define SCRIPT_WARNINGS_MAX 50 /* further ones are left out */

/* Warnings about script, which takes the place of before (empty: of none);
 * how many. */
size_t script_warn(struct str script, struct str before,
    struct script_warning out[SCRIPT_WARNINGS_MAX]);

/* A sentence for people, "line 3: use an update job"'s part behind the colon. */
const char *script_warning_text(const struct script_warning *w);

#endif
