/*
 * The schema, as the steps that made it.
 */
#include "migrate.h"

#include "db.h"
#include "steps.h"

/* A step is SQL; tables that others refer to are made anew without the checks
 * of those, which would remove the rows; more is what SQL cannot say. */
struct step {
	const char *sql;
	bool unchecked;
	int (*more)(struct store *st, struct err *e);
};

static const struct step steps[MIGRATE_VERSION] = {
    {migrate_version_1, false, NULL},
    {migrate_version_2, false, NULL},
    {migrate_version_3, false, NULL},
    {migrate_version_4, true, migrate_hardware_ids},
    {migrate_version_5, false, NULL},
    {migrate_version_6, false, NULL},
    {migrate_version_7, false, NULL},
    {migrate_version_8, false, NULL},
};

static int
run_step(struct store *st, const struct step *s, struct err *e)
{
	if (store_exec(st, s->sql, e) < 0)
		return -1;
	return s->more != NULL ? s->more(st, e) : 0;
}

/* Only outside of a transaction. */
static int
check_references(struct store *st, bool on, struct err *e)
{
	return store_exec(st,
	    on ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF", e);
}

static int
step_inside(struct store *st, int64_t from, struct err *e)
{
	int64_t now;

	if (store_begin(st, STORE_FULL, e) < 0)
		return -1;
	/* Another program may have done it while we waited for the lock. */
	if (store_version(st, &now, e) < 0 ||
	    (now == from && run_step(st, &steps[from], e) < 0) ||
	    store_commit(st, e) < 0) {
		store_rollback(st);
		return -1;
	}
	return 0;
}

static int
step_up(struct store *st, int64_t from, struct err *e)
{
	struct err ignored;
	int rc;

	if (!steps[from].unchecked)
		return step_inside(st, from, e);
	if (check_references(st, false, e) < 0)
		return -1;
	rc = step_inside(st, from, e);
	if (check_references(st, true, rc < 0 ? &ignored : e) < 0)
		rc = -1;
	return rc;
}

int
migrate(struct store *st, struct err *e)
{
	int64_t version;

	if (store_version(st, &version, e) < 0)
		return -1;
	while (version < MIGRATE_VERSION) {
		if (step_up(st, version, e) < 0 ||
		    store_version(st, &version, e) < 0)
			return -1;
	}
	if (version > MIGRATE_VERSION)
		return err_set(e, ERR_IO,
		    "database has version %lld, this program knows %d",
		    (long long)version, MIGRATE_VERSION);
	return 0;
}
