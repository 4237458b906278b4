/*
 * replace -- put a copy in the place of a database, for a restore.
 *
 *	replace_begin	nobody has the database open, and nobody opens it from
 *			now on; the copy lies aside, as DATABASE.new
 *	...		the caller opens the one aside, checks it, closes it
 *	replace_commit	it takes the place of the old one
 *	replace_end	also after an error: what lies aside is removed
 *
 * A write-ahead log of the copy, FILE-wal, comes along: what stands in it was
 * committed.  That of the old database stays with the old one; left behind it
 * would be played into the new one.  Every step is on the disk before the next:
 * whatever ends a restore half-way, the old database is whole under the name
 * it had or under the one it is kept by, and the restore can be run again.
 */
#ifndef FL_REPLACE_H
#define FL_REPLACE_H

#include "arena.h"
#include "err.h"

struct replace {
	struct arena *arena;  /* the strings live there */
	const char *database; /* the file itself, no link to it */
	const char *aside;    /* what the caller checks */
	const char *kept;     /* the old one afterwards, NULL if none */
	int lock;             /* the old one, locked; -1 if there is none */
};

/* ERR_BUSY: another process has the database or the copy open. */
int replace_begin(struct replace *r, const char *database, const char *copy,
    struct arena *a, struct err *e) FL_CHECK;

/* The old database is kept as DATABASE.<time>, with its log beside it. */
int replace_commit(struct replace *r, struct err *e) FL_CHECK;

void replace_end(struct replace *r);

#endif
