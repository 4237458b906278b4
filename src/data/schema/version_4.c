#include "column.h"
#include "db.h"
#include "hwid.h"
#include "steps.h"

/*
 * Version 4.  Names of domains are told apart by an index that every engine
 * has, not by a column that compares without case.
 */
const char migrate_version_4[] =
    "CREATE TABLE domain_new ("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " password BLOB," /* sealed; NULL: no logins */
    " deploy INTEGER NOT NULL DEFAULT 0,"
    " deploy_rev INTEGER NOT NULL DEFAULT 0,"
    " swept_rev INTEGER NOT NULL DEFAULT 0,"
    " random_rev INTEGER NOT NULL DEFAULT 0,"
    " epoch INTEGER NOT NULL,"
    " admin_random INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "INSERT INTO domain_new (id, name, password, deploy, deploy_rev,"
    " swept_rev, random_rev, epoch, admin_random)"
    " SELECT id, name, password, deploy, deploy_rev, swept_rev, random_rev,"
    " epoch, admin_random FROM domain;"
    "DROP TABLE domain;"
    "ALTER TABLE domain_new RENAME TO domain;"
    "CREATE UNIQUE INDEX domain_name ON domain (lower(name));"

    "PRAGMA user_version = 4;";

static int
respell(
    struct store *st, enum stmt s, int64_t id, struct str hw_id, struct err *e)
{
	char mac[HWID_MAX + 1];

	if (!hwid_normalise(hw_id, mac) || str_eqz(hw_id, mac))
		return 0;
	return db_do(st, s, ARGS(A_INT(id), A_STRZ(mac)), e);
}

/* All rows of a statement, which is sorted, so that they may change. */
static int
respell_all(struct store *st, enum stmt rows, enum stmt change, struct err *e)
{
	struct row *row;
	int rc = db_first(st, rows, ARGS_NONE, &row, e);

	while (rc > 0 && respell(st, change, row_int(row, DEVICE_IDS_ID),
			     row_str(row, DEVICE_IDS_HW_ID), e) == 0)
		rc = db_next(row, e);
	db_done(row);
	return rc == 0 ? 0 : -1;
}

int
migrate_hardware_ids(struct store *st, struct err *e)
{
	if (respell_all(st, STMT_DEVICE_IDS, STMT_DEVICE_RESPELL, e) < 0)
		return -1;
	return respell_all(st, STMT_CLAIM_IDS, STMT_CLAIM_RESPELL, e);
}
