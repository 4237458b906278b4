/*
 * Transactions, statements and their values, whatever engine runs them.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "commits.h"
#include "db.h"
#include "dbfile.h"
#include "engine.h"
#include "log.h"
#include "migrate.h"
#include "must.h"

struct row {
	struct store *store;
	struct engine_stmt *stmt;
	bool open; /* between the first step and db_done */
	int64_t began_us;
};

struct store {
	struct engine *engine;
	struct commits *commits;
	struct row rows[STMT__MAX];
	struct dbfile file; /* the file that was opened */
	bool in;            /* a transaction is open */
	enum store_mode mode;
	bool lasts;             /* it has changed what is not FAST */
	bool look, refused;     /* store_look: changes are refused; one was */
	const char *begin_file; /* where it began */
	int begin_line;
	int64_t statements, us;
	struct engine_stamp stamp; /* when the change counter was at rev */
	int64_t rev;               /* -1: that is not known */
};

static const struct {
	const char *sql;
	bool fast;
} texts[STMT__MAX] = {
#define S(name, sql)    [STMT_##name] = {sql, false},
#define SCAN(name, sql) [STMT_##name] = {sql, false},
#define FAST(name, sql) [STMT_##name] = {sql, true},
    SQL_STATEMENTS
#undef S
#undef SCAN
#undef FAST
};

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

/* Now that it was read from, its log is there, and stays while we are. */
static int
note_again(struct store *st, const char *path, struct err *e)
{
	dbfile_fini(&st->file);
	return dbfile_note(&st->file, path, e);
}

/* The log is there once something was read. */
static int
open_commits(struct store *st, struct err *e)
{
	int64_t version;

	if (store_version(st, &version, e) < 0)
		return -1;
	return commits_open(st->file.log, &st->commits, e);
}

int
store_open(const char *path, bool create, struct store **out, struct err *e)
{
	struct store *st;

	*out = NULL;
	if (create && create_file(path, e) < 0)
		return -1;
	st = mem_new(sizeof(*st));
	st->rev = -1;
	if (engine_open(path, &st->engine, e) < 0 ||
	    dbfile_note(&st->file, path, e) < 0 || open_commits(st, e) < 0 ||
	    migrate(st, e) < 0 || note_again(st, path, e) < 0) {
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
		engine_finalize(st->rows[i].stmt);
	engine_close(st->engine);
	commits_close(&st->commits);
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

static int
refuse(struct store *st, struct err *e)
{
	if (!st->look)
		return 0;
	st->refused = true;
	return err_set(e, ERR_BUSY, "a change, where one only looks");
}

int
store_begin_at(struct store *st, enum store_mode mode, const char *file,
    int line, struct err *e)
{
	must(!st->in);
	if (refuse(st, e) < 0 || dbfile_check(&st->file, e) < 0 ||
	    commits_enter(st->commits, true, e) < 0)
		return -1;
	st->in = true;
	if (db_run(st, STMT_BEGIN, ARGS_NONE, e) < 0) {
		st->in = false;
		commits_leave(st->commits);
		return -1;
	}
	st->mode = mode;
	st->lasts = mode == STORE_FULL;
	st->begin_file = file;
	st->begin_line = line;
	return 0;
}

int
store_commit(struct store *st, struct err *e)
{
	must(st->in);
	if (dbfile_check(&st->file, e) < 0 ||
	    db_run(st, STMT_COMMIT, ARGS_NONE, e) < 0)
		return -1;
	st->in = false;
	commits_leave(st->commits);
	return st->lasts ? commits_sync(st->commits, e) : 0;
}

void
store_rollback(struct store *st)
{
	struct err ignored = {0};

	if (!st->in)
		return;
	/* An engine ends some transactions by itself (full disk, I/O error). */
	if (engine_in_transaction(st->engine) &&
	    db_run(st, STMT_ROLLBACK, ARGS_NONE, &ignored) < 0)
		must(!engine_in_transaction(st->engine));
	st->in = false;
	commits_leave(st->commits);
}

int
store_part(struct store *st, struct err *e)
{
	must(st->in);
	return db_do(st, STMT_PART, ARGS_NONE, e);
}

int
store_part_done(struct store *st, struct err *e)
{
	return db_do(st, STMT_PART_DONE, ARGS_NONE, e);
}

int
store_part_back(struct store *st, struct err *e)
{
	return db_do(st, STMT_PART_BACK, ARGS_NONE, e) < 0
		   ? -1
		   : store_part_done(st, e);
}

void
store_look(struct store *st)
{
	must(!st->in && !st->look);
	st->look = true;
	st->refused = false;
}

bool
store_look_end(struct store *st)
{
	must(st->look);
	st->look = false;
	return st->refused;
}

/* ---- running ---- */

static int
prepare(struct store *st, enum stmt s, struct err *e)
{
	struct row *row = &st->rows[s];

	row->store = st;
	if (row->stmt != NULL)
		return 0;
	return engine_prepare(st->engine, texts[s].sql, &row->stmt, e);
}

/* A change that is a transaction of its own. */
static bool
is_single(const struct store *st, enum stmt s)
{
	return !st->in && engine_writes(st->rows[s].stmt);
}

static int
start(struct store *st, enum stmt s, struct args args, struct row **out,
    struct err *e)
{
	struct row *row = &st->rows[s];

	*out = NULL;
	must(!row->open);
	if (prepare(st, s, e) < 0 || engine_bind(row->stmt, args, e) < 0)
		return -1;
	st->statements++;
	st->lasts =
	    st->lasts || (st->in && st->mode == STORE_MIXED && !texts[s].fast &&
			     engine_writes(row->stmt));
	row->began_us = clock_mono_us();
	row->open = true;
	*out = row;
	return engine_step(row->stmt, e);
}

int
db_first(struct store *st, enum stmt s, struct args args, struct row **out,
    struct err *e)
{
	*out = NULL;
	if (prepare(st, s, e) < 0)
		return -1;
	/* It would take no turn and wait for no sync. */
	must(!is_single(st, s));
	return start(st, s, args, out, e);
}

int
db_next(struct row *row, struct err *e)
{
	must(row->open);
	return engine_step(row->stmt, e);
}

void
db_done(struct row *row)
{
	if (row == NULL)
		return;
	must(row->open);
	row->open = false;
	row->store->us += clock_mono_us() - row->began_us;
	engine_reset(row->stmt);
}

/* Run to the end; of the first row its first column into *number, if there
 * is one and somebody wants it.  The number of rows, or -1. */
static int
run(struct store *st, enum stmt s, struct args args, int64_t *number,
    struct err *e)
{
	struct row *row;
	int rows = 0, rc;

	for (rc = start(st, s, args, &row, e); rc > 0; rc = db_next(row, e))
		if (rows++ == 0 && number != NULL)
			*number = row_int(row, 0);
	if (rc == 0 && rows == 0 && number == NULL && engine_writes(row->stmt))
		rows = engine_changes(st->engine);
	db_done(row);
	return rc < 0 ? -1 : rows;
}

/* The same, which may be a change by itself: then it waits for its turn, and
 * for the disk unless it is FAST. */
static int
run_alone(struct store *st, enum stmt s, struct args args, int64_t *number,
    struct err *e)
{
	int rows;

	if (prepare(st, s, e) < 0)
		return -1;
	if (!is_single(st, s))
		return run(st, s, args, number, e);
	if (refuse(st, e) < 0 || dbfile_check(&st->file, e) < 0 ||
	    commits_enter(st->commits, true, e) < 0)
		return -1;
	rows = run(st, s, args, number, e);
	commits_leave(st->commits);
	if (rows >= 0 && !texts[s].fast && commits_sync(st->commits, e) < 0)
		return -1;
	return rows;
}

int
db_run(struct store *st, enum stmt s, struct args args, struct err *e)
{
	return run_alone(st, s, args, NULL, e);
}

int
db_do(struct store *st, enum stmt s, struct args args, struct err *e)
{
	return db_run(st, s, args, e) < 0 ? -1 : 0;
}

bool
db_try(struct store *st, enum stmt s, struct args args)
{
	struct err e = {0};
	int rc;

	must(!st->in);
	if (commits_enter(st->commits, false, &e) < 0)
		return false;
	engine_wait(st->engine, false);
	rc = dbfile_check(&st->file, &e);
	if (rc == 0)
		rc = run(st, s, args, NULL, &e);
	engine_wait(st->engine, true);
	commits_leave(st->commits);
	if (rc < 0 && e.kind != ERR_BUSY)
		log_event(
		    LOG_WARN, "store.skipped", PAIRS(P_STRZ("error", e.text)));
	return rc >= 0;
}

int
db_int(struct store *st, enum stmt s, struct args args, int64_t *out,
    struct err *e)
{
	int rows = run_alone(st, s, args, out, e);

	return rows < 0 ? -1 : rows > 0;
}

/* What is committed while the statement runs makes another stamp. */
int
db_rev(struct store *st, int64_t *rev, struct err *e)
{
	struct engine_stamp now;
	bool told = engine_stamp(st->engine, &now);
	int rc;

	if (told && st->rev >= 0 &&
	    memcmp(&now, &st->stamp, sizeof(now)) == 0) {
		*rev = st->rev;
		return 0;
	}
	rc = err_need(db_int(st, STMT_REV_NOW, ARGS_NONE, rev, e), e, ERR_IO,
	    "no change counter");
	if (told && rc == 0) {
		st->stamp = now;
		st->rev = *rev;
	}
	return rc;
}

/* ---- columns ---- */

int64_t
row_int(const struct row *row, int col)
{
	return engine_int(row->stmt, col);
}

bool
row_bool(const struct row *row, int col)
{
	return engine_int(row->stmt, col) != 0;
}

bool
row_null(const struct row *row, int col)
{
	return engine_null(row->stmt, col);
}

struct str
row_str(const struct row *row, int col)
{
	return engine_str(row->stmt, col);
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

int
store_version(struct store *st, int64_t *out, struct err *e)
{
	return db_int(st, STMT_VERSION, ARGS_NONE, out, e) == 1 ? 0 : -1;
}

int
store_backup(struct store *st, const char *path, struct err *e)
{
	return engine_backup(st->engine, path, e);
}

int
store_exec(struct store *st, const char *sql, struct err *e)
{
	return engine_exec(st->engine, sql, e);
}

int
store_plan(struct store *st, enum stmt s, char *out, size_t size, struct err *e)
{
	return engine_plan(st->engine, texts[s].sql, out, size, e);
}
