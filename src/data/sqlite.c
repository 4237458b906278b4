/*
 * The engine is SQLite: the only file that includes sqlite3.h.  No rules and no
 * SQL but pragmas.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "log.h"
#include "must.h"

#define BACKUP_STEP 256 /* pages copied between two looks at the lock */

#define WAL_REGION  32768 /* bytes of the WAL index that are mapped at a time */
#define WAL_INIT    3     /* word of its header: not 0 once it counts */

struct engine {
	sqlite3 *db;
	const volatile uint32_t *index; /* of the WAL, NULL: not mapped yet */
};

struct engine_stmt {
	sqlite3_stmt *stmt;
};

/* In words of people; the library's own are in the log. */
static const char *
plain(int code)
{
	switch (code & 0xff) {
	case SQLITE_CONSTRAINT:
		return "something refers to it, or is missing";
	case SQLITE_IOERR:
		return "the disk cannot be read or written";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "the file is damaged, or is none";
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return "the file cannot be opened for writing";
	default:
		return "an error of this program, see the log";
	}
}

static int
fail(sqlite3 *db, const char *what, struct err *e)
{
	int code = sqlite3_extended_errcode(db);

	if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED)
		return err_set(
		    e, ERR_BUSY, "another program changes the database");
	if (code == SQLITE_CONSTRAINT_UNIQUE ||
	    code == SQLITE_CONSTRAINT_PRIMARYKEY)
		return err_set(e, ERR_EXISTS, "exists already");
	if ((code & 0xff) == SQLITE_FULL)
		return err_say(e, ERR_IO, "disk full");
	if (code == SQLITE_CONSTRAINT_TRIGGER) /* in our words */
		return err_set(e, ERR_IO, "%s", sqlite3_errmsg(db));
	log_event(LOG_INFO, "store.error",
	    PAIRS(P_STRZ("at", what), P_INT("code", code),
		P_STRZ("why", sqlite3_errmsg(db))));
	return err_set(e, ERR_IO, "the database: %s (%d)", plain(code), code);
}

/* ---- opening ---- */

static int
harden(sqlite3 *db, struct err *e)
{
	int on = 0;

	(void)sqlite3_extended_result_codes(db, 1);
	(void)sqlite3_busy_timeout(db, ENGINE_BUSY_MS);
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
pragmas(struct engine *en, struct err *e)
{
	return engine_exec(en,
	    "PRAGMA journal_mode = WAL;"
	    "PRAGMA temp_store = MEMORY;"
	    /* REPLACE must not get around the triggers of audit. */
	    "PRAGMA recursive_triggers = ON;"
	    "PRAGMA cache_size = -4096;"
	    /* Reads of a large fleet come from the page cache of the kernel,
	     * without a call for each page. */
	    "PRAGMA mmap_size = 1073741824;"
	    /* Commits are synced by the store, for many at once (commits.h). */
	    "PRAGMA synchronous = NORMAL;",
	    e);
}

/* SQLite's own account of its memory costs a lock that all threads share. */
static void
configure_library(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int
engine_open(const char *path, struct engine **out, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct engine *en = mem_new(sizeof(*en));

	*out = NULL;
	must(pthread_once(&once, configure_library) == 0);
	if (sqlite3_open_v2(path, &en->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		(void)err_set(e, ERR_IO, "%s: %s", path,
		    en->db != NULL ? sqlite3_errmsg(en->db) : "no memory");
		engine_close(en);
		return -1;
	}
	if (harden(en->db, e) < 0 || pragmas(en, e) < 0) {
		engine_close(en);
		return -1;
	}
	*out = en;
	return 0;
}

void
engine_close(struct engine *en)
{
	if (en == NULL)
		return;
	(void)sqlite3_close(en->db);
	mem_free(en);
}

int
engine_exec(struct engine *en, const char *sql, struct err *e)
{
	if (sqlite3_exec(en->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(en->db, "exec", e);
	return 0;
}

/* ---- statements ---- */

int
engine_prepare(
    struct engine *en, const char *sql, struct engine_stmt **out, struct err *e)
{
	const char *rest = NULL;
	sqlite3_stmt *stmt = NULL;

	*out = NULL;
	if (sqlite3_prepare_v3(en->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
		&stmt, &rest) != SQLITE_OK)
		return fail(en->db, sql, e);
	must(*rest == '\0');
	*out = mem_new(sizeof(**out));
	(*out)->stmt = stmt;
	return 0;
}

void
engine_finalize(struct engine_stmt *stmt)
{
	if (stmt == NULL)
		return;
	(void)sqlite3_finalize(stmt->stmt);
	mem_free(stmt);
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

int
engine_bind(struct engine_stmt *stmt, struct args args, struct err *e)
{
	must(sqlite3_bind_parameter_count(stmt->stmt) == (int)args.n);
	for (size_t i = 0; i < args.n; i++)
		if (bind_one(stmt->stmt, (int)i + 1, &args.v[i]) != SQLITE_OK)
			return fail(sqlite3_db_handle(stmt->stmt), "bind", e);
	return 0;
}

int
engine_step(struct engine_stmt *stmt, struct err *e)
{
	int rc = sqlite3_step(stmt->stmt);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return fail(sqlite3_db_handle(stmt->stmt), "statement", e);
}

void
engine_reset(struct engine_stmt *stmt)
{
	/* Repeats the error of the last step, which was told then. */
	(void)sqlite3_reset(stmt->stmt);
	(void)sqlite3_clear_bindings(stmt->stmt);
}

bool
engine_writes(const struct engine_stmt *stmt)
{
	return sqlite3_stmt_readonly(stmt->stmt) == 0;
}

int64_t
engine_int(const struct engine_stmt *stmt, int col)
{
	return sqlite3_column_int64(stmt->stmt, col);
}

bool
engine_null(const struct engine_stmt *stmt, int col)
{
	return sqlite3_column_type(stmt->stmt, col) == SQLITE_NULL;
}

struct str
engine_str(const struct engine_stmt *stmt, int col)
{
	const void *p = sqlite3_column_blob(stmt->stmt, col);
	int n = sqlite3_column_bytes(stmt->stmt, col);

	return p == NULL ? str_n("", 0) : str_n(p, (size_t)n);
}

int
engine_changes(const struct engine *en)
{
	return sqlite3_changes(en->db);
}

bool
engine_in_transaction(const struct engine *en)
{
	return sqlite3_get_autocommit(en->db) == 0;
}

void
engine_wait(struct engine *en, bool wait)
{
	(void)sqlite3_busy_timeout(en->db, wait ? ENGINE_BUSY_MS : 0);
}

/* ---- what was committed ---- */

/* SQLite has it mapped while it has the database open. */
static const volatile uint32_t *
index_of(struct engine *en)
{
	sqlite3_file *f = NULL;
	void volatile *p = NULL;

	if (en->index == NULL &&
	    sqlite3_file_control(
		en->db, "main", SQLITE_FCNTL_FILE_POINTER, &f) == SQLITE_OK &&
	    f != NULL && f->pMethods != NULL && f->pMethods->iVersion >= 2 &&
	    f->pMethods->xShmMap(f, 0, WAL_REGION, 0, &p) == SQLITE_OK)
		en->index = p;
	return en->index;
}

/* The index begins with two copies of its header, with the number of commits,
 * where the last one ends and a checksum.  Who commits writes the second copy
 * first, who reads takes the first one first (sqlite.org, WAL-mode File Format,
 * 2.1 and 2.3.1). */
bool
engine_stamp(struct engine *en, struct engine_stamp *out)
{
	const volatile uint32_t *p = index_of(en);
	struct engine_stamp second;

	if (p == NULL || sqlite3_txn_state(en->db, "main") != SQLITE_TXN_NONE)
		return false;
	for (int i = 0; i < ENGINE_STAMP; i++)
		out->v[i] = p[i];
	atomic_thread_fence(memory_order_seq_cst);
	for (int i = 0; i < ENGINE_STAMP; i++)
		second.v[i] = p[ENGINE_STAMP + i];
	return memcmp(out, &second, sizeof(second)) == 0 &&
	       out->v[WAL_INIT] != 0;
}

/* ---- care ---- */

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
engine_backup(struct engine *en, const char *path, struct err *e)
{
	sqlite3 *to = NULL;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc = -1;

	if (fd < 0)
		return err_sys(e, "%s", path);
	/* One read transaction: the copy never starts again when others write.
	 */
	if (engine_exec(en, "BEGIN; SELECT 1 FROM sequence LIMIT 1;", e) < 0)
		goto out;
	if (sqlite3_open_v2(path, &to,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		(void)err_set(e, ERR_IO, "%s: cannot be opened", path);
	else
		rc = copy_pages(en->db, to, e);
	if (rc == 0 && fsync(fd) < 0)
		rc = err_sys(e, "%s", path);
	if (engine_exec(en, "COMMIT", e) < 0)
		rc = -1;
out:
	(void)sqlite3_close(to);
	(void)close(fd);
	if (rc < 0)
		(void)unlink(path);
	return rc;
}

int
engine_plan(
    struct engine *en, const char *text, char *out, size_t size, struct err *e)
{
	char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", text);
	sqlite3_stmt *q = NULL;
	size_t len = 0;

	must(sql != NULL && size > 0);
	out[0] = '\0';
	if (sqlite3_prepare_v2(en->db, sql, -1, &q, NULL) != SQLITE_OK) {
		sqlite3_free(sql);
		return fail(en->db, text, e);
	}
	while (sqlite3_step(q) == SQLITE_ROW && len < size - 1)
		len += (size_t)snprintf(out + len, size - len, "%s\n",
		    (const char *)sqlite3_column_text(q, 3));
	(void)sqlite3_finalize(q);
	sqlite3_free(sql);
	return 0;
}
