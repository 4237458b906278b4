/*
 * place -- which file stood at a path, and whether it still does.
 *
 * A restore may put another file where a program has the old one open; what it
 * writes then goes to a file without a name, and is lost.
 */
#ifndef FL_PLACE_H
#define FL_PLACE_H

#include <sys/types.h>

#include "err.h"

struct place {
	char *path;
	dev_t device;
	ino_t inode;
};

/* Remember the file at path; ERR_IO if there is none. */
int place_note(struct place *p, const char *path, struct err *e) FL_CHECK;

/* 0 it is still there; ERR_IO another one is, or none. */
int place_check(const struct place *p, struct err *e) FL_CHECK;

void place_fini(struct place *p);

#endif
