/*
 * Transactions, statements and their values, whatever engine runs them.
 */
#include "db.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "dbfile.h"
#include "engine.h"
#include "log.h"
#include "migrate.h"
#include "must.h"

struct line;

struct row {
	struct line *line;
	struct engine_stmt *stmt;
	bool open; /* between db_first and db_done */
	int64_t began_us;
};

/* A connection; how durable its commits are belongs to it. */
struct line {
	struct store *store;
	struct engine *engine;
	struct row rows[STMT__MAX];
};

struct store {
	struct line lines[STORE__MODES];
	struct line *in;        /* that of the open transaction, NULL: none */
	struct dbfile file;     /* the file that was opened */
	const char *begin_file; /* where the open transaction began */
	int begin_line;
	int64_t statements, us;
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

static int
open_line(
    struct store *st, enum store_mode mode, const char *path, struct err *e)
{
	struct line *l = &st->lines[mode];

	l->store = st;
	return engine_open(path, mode, &l->engine, e);
}

int
store_open(const char *path, bool create, struct store **out, struct err *e)
{
	struct store *st;

	*out = NULL;
	if (create && create_file(path, e) < 0)
		return -1;
	st = mem_new(sizeof(*st));
	if (open_line(st, STORE_FULL, path, e) < 0 ||
	    open_line(st, STORE_FAST, path, e) < 0 ||
	    dbfile_note(&st->file, path, e) < 0 || migrate(st, e) < 0 ||
	    note_again(st, path, e) < 0) {
		store_close(&st);
		return -1;
	}
	*out = st;
	return 0;
}

static void
close_line(struct line *l)
{
	for (size_t i = 0; i < STMT__MAX; i++)
		engine_finalize(l->rows[i].stmt);
	engine_close(l->engine);
}

void
store_close(struct store **pst)
{
	struct store *st = *pst;

	if (st == NULL)
		return;
	for (size_t i = 0; i < STORE__MODES; i++)
		close_line(&st->lines[i]);
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
store_begin_at(struct store *st, enum store_mode mode, const char *file,
    int line, struct err *e)
{
	must(st->in == NULL);
	if (dbfile_check(&st->file, e) < 0)
		return -1;
	st->in = &st->lines[mode];
	if (db_run(st, STMT_BEGIN, ARGS_NONE, e) < 0) {
		st->in = NULL;
		return -1;
	}
	st->begin_file = file;
	st->begin_line = line;
	return 0;
}

int
store_commit(struct store *st, struct err *e)
{
	must(st->in != NULL);
	if (dbfile_check(&st->file, e) < 0 ||
	    db_run(st, STMT_COMMIT, ARGS_NONE, e) < 0)
		return -1;
	st->in = NULL;
	return 0;
}

void
store_rollback(struct store *st)
{
	struct err ignored = {0};
	struct engine *en;

	if (st->in == NULL)
		return;
	en = st->in->engine;
	/* An engine ends some transactions by itself (full disk, I/O error). */
	if (engine_in_transaction(en) &&
	    db_run(st, STMT_ROLLBACK, ARGS_NONE, &ignored) < 0)
		must(!engine_in_transaction(en));
	st->in = NULL;
}

/* ---- running ---- */

static int
prepare(struct line *l, enum stmt s, struct err *e)
{
	if (l->rows[s].stmt != NULL)
		return 0;
	return engine_prepare(l->engine, texts[s].sql, &l->rows[s].stmt, e);
}

/* The connection that runs s now, s prepared on it: that of the transaction,
 * else the durable one for what is changed and must not be lost. */
static struct line *
line_for(struct store *st, enum stmt s, struct err *e)
{
	struct line *l = st->in != NULL ? st->in : &st->lines[STORE_FAST];

	if (prepare(l, s, e) < 0)
		return NULL;
	if (st->in != NULL || !engine_writes(l->rows[s].stmt))
		return l;
	if (dbfile_check(&st->file, e) < 0)
		return NULL;
	if (!texts[s].fast)
		l = &st->lines[STORE_FULL];
	return prepare(l, s, e) < 0 ? NULL : l;
}

int
db_first(struct store *st, enum stmt s, struct args args, struct row **out,
    struct err *e)
{
	struct line *l = line_for(st, s, e);
	struct row *row;

	*out = NULL;
	if (l == NULL)
		return -1;
	row = &l->rows[s];
	must(!row->open);
	row->line = l;
	if (engine_bind(row->stmt, args, e) < 0)
		return -1;
	st->statements++;
	row->began_us = clock_mono_us();
	row->open = true;
	*out = row;
	return engine_step(row->stmt, e);
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
	row->line->store->us += clock_mono_us() - row->began_us;
	engine_reset(row->stmt);
}

int
db_run(struct store *st, enum stmt s, struct args args, struct err *e)
{
	struct row *row;
	int rows = 0, rc;

	for (rc = db_first(st, s, args, &row, e); rc > 0; rc = db_next(row, e))
		rows++;
	if (rc == 0 && rows == 0 && engine_writes(row->stmt))
		rows = engine_changes(row->line->engine);
	db_done(row);
	return rc < 0 ? -1 : rows;
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

	must(st->in == NULL);
	for (size_t i = 0; i < STORE__MODES; i++)
		engine_wait(st->lines[i].engine, false);
	rc = db_run(st, s, args, &e);
	for (size_t i = 0; i < STORE__MODES; i++)
		engine_wait(st->lines[i].engine, true);
	if (rc < 0 && e.kind != ERR_BUSY)
		log_event(
		    LOG_WARN, "store.skipped", PAIRS(P_STRZ("error", e.text)));
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

/* Where what is no statement of the list runs. */
static struct engine *
engine_of(struct store *st)
{
	return st->in != NULL ? st->in->engine : st->lines[STORE_FULL].engine;
}

int
store_backup(struct store *st, const char *path, struct err *e)
{
	return engine_backup(engine_of(st), path, e);
}

int
store_exec(struct store *st, const char *sql, struct err *e)
{
	return engine_exec(engine_of(st), sql, e);
}

int
store_plan(struct store *st, enum stmt s, char *out, size_t size, struct err *e)
{
	return engine_plan(engine_of(st), texts[s].sql, out, size, e);
}
