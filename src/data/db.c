/*
 * The only file that includes sqlite3.h.  No rules and no SQL but pragmas.
 */
#include "db.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "dbfile.h"
#include "log.h"
#include "migrate.h"
#include "must.h"

#define BUSY_MS     5000
#define BACKUP_STEP 256 /* pages copied between two looks at the lock */

struct row {
	struct store *store;
	sqlite3_stmt *stmt;
	bool open; /* between db_first and db_done */
	int64_t began_us;
};

struct store {
	sqlite3 *db;
	struct row rows[STMT__MAX];
	struct dbfile file;     /* the file that was opened */
	const char *begin_file; /* where the open transaction began */
	int begin_line;
	int64_t statements, us;
};

static const char *const sql_text[STMT__MAX] = {
#define S(name, sql)    [STMT_##name] = sql,
#define SCAN(name, sql) [STMT_##name] = sql,
    SQL_STATEMENTS
#undef S
#undef SCAN
};

static int
fail(sqlite3 *db, const char *what, struct err *e)
{
	int code = sqlite3_extended_errcode(db);

	if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
		return err_set(e, ERR_BUSY, "%s: %s", what, sqlite3_errmsg(db));
	if (code == SQLITE_CONSTRAINT_UNIQUE ||
	    code == SQLITE_CONSTRAINT_PRIMARYKEY)
		return err_set(
		    e, ERR_EXISTS, "exists already (%s)", sqlite3_errmsg(db));
	if ((code & 0xff) == SQLITE_FULL)
		return err_say(e, ERR_IO, "disk full");
	return err_set(e, ERR_IO, "%s: %s", what, sqlite3_errmsg(db));
}

/* ---- opening ---- */

static int
create_file(const char *path, struct err *e)
{
	/* Before SQLite does it, so that nobody else can ever read it. */
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_sys(e, "%s", path);
	(void)close(fd);
	return 0;
}

static int
harden(sqlite3 *db, struct err *e)
{
	int on = 0;

	(void)sqlite3_extended_result_codes(db, 1);
	(void)sqlite3_busy_timeout(db, BUSY_MS);
	if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, &on) != 0 ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &on) !=
		0 ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, &on) != 0 ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, &on) != 0 ||
	    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, &on) != 0)
		return fail(db, "configure", e);
	return 0;
}

static int
pragmas(struct store *st, enum store_mode mode, struct err *e)
{
	if (store_exec(st,
		"PRAGMA journal_mode = WAL;"
		"PRAGMA temp_store = MEMORY;"
		/* REPLACE must not get around the triggers of audit. */
		"PRAGMA recursive_triggers = ON;"
		"PRAGMA cache_size = -4096;"
		/* Reads of a large fleet come from the page cache of the
		 * kernel, without a call for each page. */
		"PRAGMA mmap_size = 1073741824;",
		e) < 0)
		return -1;
	return store_exec(st,
	    mode == STORE_FULL ? "PRAGMA synchronous = FULL;"
			       : "PRAGMA synchronous = NORMAL;",
	    e);
}

/* SQLite's own account of its memory costs a lock that all threads share. */
static void
configure_library(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* Now that it was read from, its log is there, and stays while we are. */
static int
note_again(struct store *st, const char *path, struct err *e)
{
	dbfile_fini(&st->file);
	return dbfile_note(&st->file, path, e);
}

int
store_open(const char *path, enum store_mode mode, bool create,
    struct store **out, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct store *st;

	*out = NULL;
	must(pthread_once(&once, configure_library) == 0);
	if (create && create_file(path, e) < 0)
		return -1;
	st = mem_new(sizeof(*st));
	if (sqlite3_open_v2(path, &st->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		(void)err_set(e, ERR_IO, "%s: %s", path,
		    st->db != NULL ? sqlite3_errmsg(st->db) : "no memory");
		store_close(&st);
		return -1;
	}
	if (dbfile_note(&st->file, path, e) < 0 || harden(st->db, e) < 0 ||
	    pragmas(st, mode, e) < 0 || migrate(st, e) < 0 ||
	    note_again(st, path, e) < 0) {
		store_close(&st);
		return -1;
	}
	*out = st;
	return 0;
}

void
store_close(struct store **pst)
{
	struct store *st = *pst;

	if (st == NULL)
		return;
	for (size_t i = 0; i < STMT__MAX; i++)
		(void)sqlite3_finalize(st->rows[i].stmt);
	(void)sqlite3_close(st->db);
	dbfile_fini(&st->file);
	mem_free(st);
	*pst = NULL;
}

int
store_here(struct store *st, struct err *e)
{
	return dbfile_check(&st->file, e);
}

int
store_here_file(struct store *st, struct err *e)
{
	return dbfile_check_file(&st->file, e);
}

/* ---- transactions ---- */

int
store_begin_at(struct store *st, const char *file, int line, struct err *e)
{
	must(st->begin_file == NULL);
	if (dbfile_check(&st->file, e) < 0 ||
	    db_run(st, STMT_BEGIN, ARGS_NONE, e) < 0)
		return -1;
	st->begin_file = file;
	st->begin_line = line;
	return 0;
}

int
store_commit(struct store *st, struct err *e)
{
	must(st->begin_file != NULL);
	if (dbfile_check(&st->file, e) < 0 ||
	    db_run(st, STMT_COMMIT, ARGS_NONE, e) < 0)
		return -1;
	st->begin_file = NULL;
	return 0;
}

void
store_rollback(struct store *st)
{
	struct err ignored = {0};

	if (st->begin_file == NULL)
		return;
	st->begin_file = NULL;
	/* SQLite ends some transactions by itself (full disk, I/O error). */
	if (sqlite3_get_autocommit(st->db) == 0 &&
	    db_run(st, STMT_ROLLBACK, ARGS_NONE, &ignored) < 0)
		must(sqlite3_get_autocommit(st->db) != 0);
}

bool
store_in_transaction(const struct store *st)
{
	return st->begin_file != NULL;
}

/* ---- running ---- */

static int
prepare(struct store *st, enum stmt s, struct err *e)
{
	const char *rest = NULL;

	if (sqlite3_prepare_v3(st->db, sql_text[s], -1,
		SQLITE_PREPARE_PERSISTENT, &st->rows[s].stmt,
		&rest) != SQLITE_OK)
		return fail(st->db, sql_text[s], e);
	must(*rest == '\0');
	return 0;
}

static int
bind_one(sqlite3_stmt *stmt, int at, const struct arg *arg)
{
	const char *p = arg->s.p != NULL ? arg->s.p : "";

	switch (arg->kind) {
	case ARG_NULL:
		return sqlite3_bind_null(stmt, at);
	case ARG_INT:
		return sqlite3_bind_int64(stmt, at, arg->i);
	case ARG_TEXT:
		return sqlite3_bind_text64(
		    stmt, at, p, arg->s.len, SQLITE_STATIC, SQLITE_UTF8);
	case ARG_BLOB:
		return sqlite3_bind_blob64(
		    stmt, at, p, arg->s.len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static int
step(struct row *row, struct err *e)
{
	int rc = sqlite3_step(row->stmt);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return fail(row->store->db, "statement", e);
}

int
db_first(struct store *st, enum stmt s, struct args args, struct row **out,
    struct err *e)
{
	struct row *row = &st->rows[s];

	*out = NULL;
	must(!row->open);
	if (row->stmt == NULL && prepare(st, s, e) < 0)
		return -1;
	if (st->begin_file == NULL && sqlite3_stmt_readonly(row->stmt) == 0 &&
	    dbfile_check(&st->file, e) < 0)
		return -1;
	row->store = st;
	must(sqlite3_bind_parameter_count(row->stmt) == (int)args.n);
	for (size_t i = 0; i < args.n; i++)
		if (bind_one(row->stmt, (int)i + 1, &args.v[i]) != SQLITE_OK)
			return fail(st->db, "bind", e);
	st->statements++;
	row->began_us = clock_mono_us();
	row->open = true;
	*out = row;
	return step(row, e);
}

int
db_next(struct row *row, struct err *e)
{
	must(row->open);
	return step(row, e);
}

void
db_done(struct row *row)
{
	if (row == NULL)
		return;
	must(row->open);
	row->open = false;
	row->store->us += clock_mono_us() - row->began_us;
	/* Repeats the error of the last step, which was told then. */
	(void)sqlite3_reset(row->stmt);
	(void)sqlite3_clear_bindings(row->stmt);
}

int
db_run(struct store *st, enum stmt s, struct args args, struct err *e)
{
	struct row *row;
	int rows = 0, rc;

	for (rc = db_first(st, s, args, &row, e); rc > 0; rc = db_next(row, e))
		rows++;
	if (rc == 0 && rows == 0 && sqlite3_stmt_readonly(row->stmt) == 0)
		rows = sqlite3_changes(st->db);
	db_done(row);
	return rc < 0 ? -1 : rows;
}

bool
db_try(struct store *st, enum stmt s, struct args args)
{
	struct err e = {0};
	int rc;

	(void)sqlite3_busy_timeout(st->db, 0);
	rc = db_run(st, s, args, &e);
	(void)sqlite3_busy_timeout(st->db, BUSY_MS);
	if (rc < 0 && e.kind != ERR_BUSY)
		log_event(LOG_WARN, "store.skipped", "error", e.text, NULL);
	return rc >= 0;
}

int
db_int(struct store *st, enum stmt s, struct args args, int64_t *out,
    struct err *e)
{
	struct row *row;
	int found = 0;
	int rc = db_first(st, s, args, &row, e);

	for (; rc > 0; rc = db_next(row, e)) {
		if (found++ == 0)
			*out = row_int(row, 0);
	}
	db_done(row);
	return rc < 0 ? -1 : found > 0;
}

/* ---- columns ---- */

int64_t
row_int(const struct row *row, int col)
{
	return sqlite3_column_int64(row->stmt, col);
}

bool
row_bool(const struct row *row, int col)
{
	return sqlite3_column_int64(row->stmt, col) != 0;
}

bool
row_null(const struct row *row, int col)
{
	return sqlite3_column_type(row->stmt, col) == SQLITE_NULL;
}

struct str
row_str(const struct row *row, int col)
{
	const void *p = sqlite3_column_blob(row->stmt, col);
	int n = sqlite3_column_bytes(row->stmt, col);

	return p == NULL ? str_n("", 0) : str_n(p, (size_t)n);
}

struct str
row_dup(const struct row *row, int col, struct arena *a)
{
	struct str s = row_str(row, col);
	char *copy = s.len == 0 ? NULL : arena_str(a, s);

	return copy == NULL ? str_n("", 0) : str_n(copy, s.len);
}

/* ---- figures and care ---- */

void
store_times(const struct store *st, int64_t *statements, int64_t *us)
{
	*statements = st->statements;
	*us = st->us;
}

static int
copy_pages(sqlite3 *from, sqlite3 *to, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc;

	if (b == NULL)
		return fail(to, "backup", e);
	do {
		rc = sqlite3_backup_step(b, BACKUP_STEP);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			(void)sqlite3_sleep(10);
	} while (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED);
	(void)sqlite3_backup_finish(b);
	return rc == SQLITE_DONE ? 0 : fail(to, "backup", e);
}

int
store_backup(struct store *st, const char *path, struct err *e)
{
	sqlite3 *to = NULL;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc = -1;

	if (fd < 0)
		return err_sys(e, "%s", path);
	/* One read transaction: the copy never starts again when others write.
	 */
	if (store_exec(st, "BEGIN; SELECT 1 FROM sequence LIMIT 1;", e) < 0)
		goto out;
	if (sqlite3_open_v2(path, &to,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		(void)err_set(e, ERR_IO, "%s: cannot be opened", path);
	else
		rc = copy_pages(st->db, to, e);
	if (rc == 0 && fsync(fd) < 0)
		rc = err_sys(e, "%s", path);
	if (store_exec(st, "COMMIT", e) < 0)
		rc = -1;
out:
	(void)sqlite3_close(to);
	(void)close(fd);
	if (rc < 0)
		(void)unlink(path);
	return rc;
}

int
store_version(struct store *st, int64_t *out, struct err *e)
{
	return db_int(st, STMT_VERSION, ARGS_NONE, out, e) == 1 ? 0 : -1;
}

int
store_exec(struct store *st, const char *sql, struct err *e)
{
	if (sqlite3_exec(st->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(st->db, "exec", e);
	return 0;
}

int
store_plan(struct store *st, enum stmt s, char *out, size_t size, struct err *e)
{
	char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql_text[s]);
	sqlite3_stmt *q = NULL;
	size_t len = 0;

	must(sql != NULL && size > 0);
	out[0] = '\0';
	if (sqlite3_prepare_v2(st->db, sql, -1, &q, NULL) != SQLITE_OK) {
		sqlite3_free(sql);
		return fail(st->db, sql_text[s], e);
	}
	while (sqlite3_step(q) == SQLITE_ROW && len < size - 1)
		len += (size_t)snprintf(out + len, size - len, "%s\n",
		    (const char *)sqlite3_column_text(q, 3));
	(void)sqlite3_finalize(q);
	sqlite3_free(sql);
	return 0;
}
