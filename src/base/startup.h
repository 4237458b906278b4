/*
 * startup -- how a program that serves an instance begins: its command line,
 * its configuration, its log.
 */
#ifndef FL_STARTUP_H
#define FL_STARTUP_H

#include "arena.h"
#include "conf.h"
#include "err.h"
#include "opt.h"

/* The options that all of them have, for a table of more: the configuration,
 * the usage, the version; the last two also in words. */
#define STARTUP_OPTIONS                                                        \
	{"c", "FILE", 0}, {"h", NULL, 0}, {"help", NULL, 0}, {"V", NULL, 0},   \
	{                                                                      \
		"version", NULL, 0                                             \
	}

/*
 * Reads the command line by specs into *o and returns the FILE of "-c" (of
 * argv).  NULL: end with *status.  That is 0 after -h (the usage) and -V
 * ("program VERSION"), both on standard output, and STATUS_USAGE after a wrong
 * command line, with the usage on standard error.  more, "" or beginning with a blank,
 * ends the usage.
 */
struct startup {
	const char *program, *more;
	const struct opt_spec *specs; /* begins with STARTUP_OPTIONS */
};
const char *startup_options(
    const struct startup *s, char **argv, struct opts *o, int *status);

/* The same for a program without options of its own. */
const char *startup_file(
    const char *program, const char *more, int argc, char **argv, int *status);

/*
 * Opens the log under name (borrowed) and loads the configuration; the level
 * it asks for holds from then on.  Strings of *conf live in a.  -1 with e set.
 */
int startup_conf(const char *name, const char *file, struct arena *a,
    struct conf *conf, struct err *e) FL_CHECK;

/*
 * Serves the instance that file describes: serve has its configuration until it
 * returns, and its error (-1) is logged.  The exit status.
 */
int startup_serve(const char *name, const char *file,
    int (*serve)(const struct conf *conf, struct err *e));

#endif
