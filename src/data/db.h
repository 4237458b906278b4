/*
 * db -- the store: one SQLite database, and the only door to it.
 *
 * A struct store belongs to one thread.  All SQL stands in sql.def; here
 * statements are run by their name, with bound values only.  Opening sets: WAL,
 * foreign keys, 5 s of waiting for a lock, DEFENSIVE, untrusted schema, no
 * double-quoted strings.
 *
 * How durable a change is: after STORE_FULL it survives a power cut (what an
 * administrator or a secret changes), after STORE_FAST the death of the process
 * (what devices report).  A transaction says which, or leaves it to its
 * statements (STORE_MIXED): FULL, unless sql.def calls all that change something
 * FAST.  So is a single change outside of one; db_run, db_do and db_int make
 * one, db_first reads, or is in a transaction.  Threads that write wait for each
 * other, and for one sync together (commits.h).
 *
 *	struct row *row;
 *	int rc = db_first(st, STMT_X, ARGS(A_INT(id), A_STR(name)), &row, e);
 *	for (; rc > 0; rc = db_next(row, e))
 *		... row_int(row, 0), row_str(row, 1) ...
 *	db_done(row);	(also after 0 and -1)
 *
 * Each statement is prepared at its first use and kept; it cannot be run again
 * while a row of it is open.  Errors: ERR_BUSY lock not had in time, ERR_EXISTS
 * a unique value is taken, ERR_IO all else (full disk, corrupt file).
 *
 * Nothing is acknowledged that goes to a file without a name: once the file at
 * the path is another one, each change fails with ERR_IO until it is opened
 * anew.
 */
#ifndef FL_DB_H
#define FL_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "err.h"
#include "stmt.h"
#include "str.h"

struct store;
struct row;

enum store_mode { STORE_FULL, STORE_FAST, STORE_MIXED };

/*
 * Open path and bring its schema to this program's version.  create: make the
 * file (mode 0600) if there is none; otherwise that is ERR_IO.
 */
int store_open(
    const char *path, bool create, struct store **out, struct err *e) FL_CHECK;
void store_close(struct store **st);

/* ---- transactions: IMMEDIATE, short, never nested ---- */

#define store_begin(st, mode, e)                                               \
	store_begin_at((st), (mode), __FILE__, __LINE__, (e))
int store_begin_at(struct store *st, enum store_mode mode, const char *file,
    int line, struct err *e) FL_CHECK;
int store_commit(struct store *st, struct err *e) FL_CHECK;
/* Does nothing when no transaction is open, so that it can stand at "out". */
void store_rollback(struct store *st);

/* A part of the open transaction that can be taken back alone; parts do not
 * nest.  -1 of store_part_back: all of it is lost, roll back. */
int store_part(struct store *st, struct err *e) FL_CHECK;
int store_part_done(struct store *st, struct err *e) FL_CHECK;
int store_part_back(struct store *st, struct err *e) FL_CHECK;

/*
 * For who does not know before whether he has to write, and would not wait for
 * nothing: between the two a change fails, ERR_BUSY, before it waits for
 * anybody.  store_look_end is true if one did.
 */
void store_look(struct store *st);
bool store_look_end(struct store *st);

/* ---- values for statements ---- */

enum arg_kind { ARG_NULL, ARG_INT, ARG_TEXT, ARG_BLOB };

struct arg {
	enum arg_kind kind;
	int64_t i;
	struct str s; /* must live until the row is done */
};

struct args {
	const struct arg *v;
	size_t n;
};

#define A_INT(x)  ((struct arg){ARG_INT, (x), {NULL, 0}})
#define A_STR(x)  ((struct arg){ARG_TEXT, 0, (x)})
#define A_BLOB(x) ((struct arg){ARG_BLOB, 0, (x)})
#define A_NULL    ((struct arg){ARG_NULL, 0, {NULL, 0}})
/* An id where 0 means "none" is stored as NULL. */
#define A_ID(x)   ((struct arg){(x) != 0 ? ARG_INT : ARG_NULL, (x), {NULL, 0}})
#define A_STRZ(x) A_STR(str_of(x))
#define ARGS(...)                                                              \
	((struct args){(const struct arg[]){__VA_ARGS__},                      \
	    sizeof((const struct arg[]){__VA_ARGS__}) / sizeof(struct arg)})
#define ARGS_NONE ((struct args){NULL, 0})

/* ---- running ---- */

/* First and next row: 1 there is one, 0 no more, -1. */
int db_first(struct store *st, enum stmt s, struct args args, struct row **row,
    struct err *e) FL_CHECK;
int db_next(struct row *row, struct err *e) FL_CHECK;
void db_done(struct row *row); /* NULL is fine */

/* Run to the end: the number of rows changed (of rows for a query), or -1. */
int db_run(
    struct store *st, enum stmt s, struct args args, struct err *e) FL_CHECK;

/* The same, where the number does not matter: 0 or -1. */
int db_do(
    struct store *st, enum stmt s, struct args args, struct err *e) FL_CHECK;

/* A write that may be left out, outside a transaction.  It does not wait for
 * another writer.  True: done; what fails but for that is in the log. */
bool db_try(struct store *st, enum stmt s, struct args args);

/* First column of the first row as a number: 1, 0 no row, -1. */
int db_int(struct store *st, enum stmt s, struct args args, int64_t *out,
    struct err *e) FL_CHECK;

/* The change counter, which each change of what is told to others draws from
 * (change.h); REV_NOW with db_int, but no statement is run if nothing was
 * committed since it was asked last.  0 or -1. */
int db_rev(struct store *st, int64_t *rev, struct err *e) FL_CHECK;

/* Columns from 0.  Text and blobs are borrowed until db_next or db_done;
 * row_dup copies (the empty slice for NULL, or when the arena is full). */
int64_t row_int(const struct row *row, int col);
bool row_bool(const struct row *row, int col);
bool row_null(const struct row *row, int col);
struct str row_str(const struct row *row, int col);
struct str row_dup(const struct row *row, int col, struct arena *a);

/* ---- figures and care ---- */

/* 0: the files that were opened stand at their place; ERR_IO, see dbfile.h. */
int store_here(struct store *st, struct err *e) FL_CHECK;
int store_here_file(
    struct store *st, struct err *e) FL_CHECK; /* its log apart */

/* Statements that were run, and the microseconds from their first step
 * to db_done. */
void store_times(const struct store *st, int64_t *statements, int64_t *us);

/* Consistent copy into path (which must not exist) while others write. */
int store_backup(struct store *st, const char *path, struct err *e) FL_CHECK;

/* SQLite's integrity and foreign key checks; say gets a line per finding.
 * Number of findings, or -1. */
typedef void store_say(void *arg, const char *finding);
int store_check(
    struct store *st, store_say *say, void *arg, struct err *e) FL_CHECK;

/* Version of the schema in the file. */
int store_version(struct store *st, int64_t *out, struct err *e) FL_CHECK;

/*
 * For tests: the query plan of a statement, a line per step, into out (of
 * size bytes).
 */
int store_plan(struct store *st, enum stmt s, char *out, size_t size,
    struct err *e) FL_CHECK;

/* Run SQL that is no statement of the list; only migrate.c and tests. */
int store_exec(struct store *st, const char *sql, struct err *e) FL_CHECK;

#endif
