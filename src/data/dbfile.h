/*
 * dbfile -- which files a database had, and whether they still stand there.
 *
 * A restore may put another file where a program has the old one open, or
 * somebody removes the log of writes (-wal) beside it; what the program writes
 * then goes to a file without a name, and is lost.
 */
#ifndef FL_DBFILE_H
#define FL_DBFILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "err.h"

struct dbfile {
	char *path, *log; /* of the database, and of its -wal */
	struct stat file, log_file;
	bool has_log;
};

/* Remember the files of the database at path, which is open; ERR_IO if there
 * is none. */
int dbfile_note(struct dbfile *p, const char *path, struct err *e) FL_CHECK;

/* 0 they are still there; ERR_IO another one is, or none. */
int dbfile_check(const struct dbfile *p, struct err *e) FL_CHECK;

/*
 * The same of the database alone.  Who finds another one may start anew on it.
 * Who only misses the log must not: others still hold it, and a program that
 * opened the database beside them would see a torn one.  When all are stopped
 * in order the last one puts what the log had into the database.
 */
int dbfile_check_file(const struct dbfile *p, struct err *e) FL_CHECK;

void dbfile_fini(struct dbfile *p);

#endif
