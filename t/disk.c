#include "disk.h"

#include "db.h"
#include "engine.h"

static int left;
static bool failed, before, after;

int __real_engine_step(struct engine_stmt *stmt, struct err *e);
int __wrap_engine_step(struct engine_stmt *stmt, struct err *e);
int __real_engine_exec(struct engine *en, const char *sql, struct err *e);
int __wrap_engine_exec(struct engine *en, const char *sql, struct err *e);
int __real_store_commit(struct store *st, struct err *e);
int __wrap_store_commit(struct store *st, struct err *e);
void __real_store_rollback(struct store *st);
void __wrap_store_rollback(struct store *st);

void
disk_fail(int n)
{
	left = n;
	failed = before = after = false;
}

void
disk_mend(void)
{
	left = 0;
}

bool
disk_failed(void)
{
	return failed;
}

bool
disk_done_before(void)
{
	return before;
}

bool
disk_done_after(void)
{
	return after;
}

static int
step(struct err *e)
{
	if (left == 0 || --left > 0)
		return 0;
	failed = true;
	return err_set(e, ERR_IO, "the disk failed");
}

int
__wrap_engine_step(struct engine_stmt *stmt, struct err *e)
{
	return step(e) < 0 ? -1 : __real_engine_step(stmt, e);
}

int
__wrap_engine_exec(struct engine *en, const char *sql, struct err *e)
{
	return step(e) < 0 ? -1 : __real_engine_exec(en, sql, e);
}

int
__wrap_store_commit(struct store *st, struct err *e)
{
	bool late = failed;
	int rc = __real_store_commit(st, e);

	if (rc == 0)
		*(late ? &after : &before) = true;
	return rc;
}

void
__wrap_store_rollback(struct store *st)
{
	left = 0;
	__real_store_rollback(st);
}
