/*
 * engine -- what the store asks of a database engine; inside src/data only.
 *
 * sqlite.c answers it, and alone knows sqlite3.h.  Nothing here knows a
 * statement of sql.def, a transaction of ours or who owns a row: that is the
 * store's.  A struct engine is one connection, of one thread.
 *
 * Errors, of all functions: ERR_BUSY a lock was not had in time, ERR_EXISTS a
 * unique value is taken, ERR_IO all else.
 */
#ifndef FL_ENGINE_H
#define FL_ENGINE_H

#include "db.h"

#define ENGINE_BUSY_MS 5000 /* a lock of another writer is waited for */
#define ENGINE_STAMP   12

struct engine;
struct engine_stmt; /* a prepared statement */

/* The file at path, which must exist; the caller closes.  The settings that
 * db.h names are made when it returns. */
int engine_open(const char *path, struct engine **out, struct err *e) FL_CHECK;
/* All statements must be gone; NULL is fine. */
void engine_close(struct engine *en);

/* Several commands without values and rows. */
int engine_exec(struct engine *en, const char *sql, struct err *e) FL_CHECK;

/* One statement; sql must outlive it. */
int engine_prepare(struct engine *en, const char *sql, struct engine_stmt **out,
    struct err *e) FL_CHECK;
void engine_finalize(struct engine_stmt *stmt); /* NULL is fine */

/* Texts and blobs are borrowed until engine_reset; as many values as it has. */
int engine_bind(
    struct engine_stmt *stmt, struct args args, struct err *e) FL_CHECK;
/* 1 a row, 0 no more, -1. */
int engine_step(struct engine_stmt *stmt, struct err *e) FL_CHECK;
void engine_reset(struct engine_stmt *stmt); /* values are forgotten, too */
bool engine_writes(const struct engine_stmt *stmt);

/* Of the row it stands on, columns from 0; text until the next step. */
int64_t engine_int(const struct engine_stmt *stmt, int col);
bool engine_null(const struct engine_stmt *stmt, int col);
struct str engine_str(const struct engine_stmt *stmt, int col);

/* Rows that the last writing statement changed. */
int engine_changes(const struct engine *en);
bool engine_in_transaction(const struct engine *en);
/* Wait for the lock of another writer (as at first), or not at all. */
void engine_wait(struct engine *en, bool wait);

/*
 * What was committed so far, by whomever: between two that are alike nothing was.
 * It is had without a look into the database.  false: it cannot be told so, as
 * somebody commits at this moment, or this connection reads or changes something.
 */
struct engine_stamp {
	uint32_t v[ENGINE_STAMP];
};
bool engine_stamp(struct engine *en, struct engine_stamp *out);

/* See store_backup and store_plan. */
int engine_backup(struct engine *en, const char *path, struct err *e) FL_CHECK;
int engine_plan(struct engine *en, const char *sql, char *out, size_t size,
    struct err *e) FL_CHECK;

#endif
