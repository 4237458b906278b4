/*
 * copies -- what targets of backups get, many at once, beside the loop of
 * fleetline-tasks(8): another's web server may be slow, and devices do not wait
 * for it.
 *
 *	copies_add(c, copy, arg)	the copy is taken (copy.h)
 *	copies_next(c, &done)		one that has ended
 *
 * A fixed number of threads, each of which sends one at a time; more wait.  One
 * thread adds and takes.
 */
#ifndef FL_COPIES_H
#define FL_COPIES_H

#include "copy.h"

#define COPIES_AT_ONCE 20

struct copies;

struct copies *copies_new(void);

/* Waits for those that are being sent; what waits is dropped. */
void copies_free(struct copies **c);

/* The copy is heap memory (mem_new), and taken. */
void copies_add(struct copies *c, struct copy *copy, void *arg);

struct copies_done {
	void *arg;
	bool ok;
	struct err err; /* if not, in words; else what is not verified, or "" */
};

/* false: none has ended. */
bool copies_next(struct copies *c, struct copies_done *out);

#endif
