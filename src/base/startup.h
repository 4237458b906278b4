/*
 * startup -- how a program that serves an instance begins: its command line,
 * its configuration, its log.
 */
#ifndef FL_STARTUP_H
#define FL_STARTUP_H

#include "arena.h"
#include "conf.h"
#include "err.h"

/*
 * Reads "-c FILE" and returns FILE (of argv).  NULL: end with *status.  That is
 * 0 after -h (the usage) and -V ("program VERSION"), both on standard output,
 * and 1 after a wrong command line, with the usage on standard error.  more,
 * "" or beginning with a blank, ends the usage.
 */
const char *startup_file(
    const char *program, const char *more, int argc, char **argv, int *status);

/*
 * Opens the log under name (borrowed) and loads the configuration; the level
 * it asks for holds from then on.  Strings of *conf live in a.  -1 with e set.
 */
int startup_conf(const char *name, const char *file, struct arena *a,
    struct conf *conf, struct err *e) FL_CHECK;

#endif
