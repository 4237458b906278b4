#include "steps.h"

/*
 * Version 6.  Devices get configurations, phones of other vendors come in, jobs
 * work at night.
 */
const char migrate_version_6[] =
    /* Configurations: what devices of a domain should have.  No row for a
     * device: which it gets follows from its domain and its categories.  Who is
     * limited and has no category left is for nobody. */
    "CREATE TABLE config ("
    " id INTEGER PRIMARY KEY,"
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " type INTEGER NOT NULL,"     /* enum config_type, in order of delivery */
    " descr TEXT NOT NULL,"       /* for people */
    " limited INTEGER NOT NULL,"  /* to its categories; else for all */
    " revision INTEGER NOT NULL," /* grows when its values change */
    " changed INTEGER NOT NULL,"
    " fields BLOB NOT NULL" /* the values: a JSON object, sealed */
    ") STRICT;"
    "CREATE INDEX config_domain ON config (domain_id, limited, id);"
    "CREATE TABLE config_category ("
    " config_id INTEGER NOT NULL REFERENCES config(id) ON DELETE CASCADE,"
    " category_id INTEGER NOT NULL REFERENCES category(id) ON DELETE CASCADE,"
    " PRIMARY KEY (config_id, category_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX config_category_category"
    " ON config_category (category_id, config_id);"
    "INSERT INTO sequence VALUES ('config', 0);"

    /* Delivery: what devices have got, and who works on one. */

    /* Registrations: where devices register. */

    /* Phones: of other vendors, waiting and promoted. */

    /* Jobs: updates and backups, and their tasks. */

    "PRAGMA user_version = 6;";
