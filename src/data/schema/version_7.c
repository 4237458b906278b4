#include "steps.h"

/*
 * Version 7.  Changes of phones go to some of them first.
 */
const char migrate_version_7[] =
    /* Changes that some phones have before the others. */
    "INSERT INTO sequence VALUES ('phone_stage', 0);"
    "CREATE TABLE phone_stage ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of 'phone_stage' */
    " place TEXT NOT NULL UNIQUE," /* of a layer; 'templates', which some have;
				    * 'templates:all', which all have */
    " label TEXT NOT NULL,"        /* what who made it called that */
    " owner INTEGER" /* whose people may end it; NULL: administrators */
    "  REFERENCES domain(id) ON DELETE CASCADE,"
    " category_id INTEGER REFERENCES category(id) ON DELETE CASCADE,"
    " made INTEGER NOT NULL,"
    " fields BLOB NOT NULL" /* a JSON object of texts, sealed: settings, where
			     * an empty one takes away; or files */
    ") STRICT;"
    "CREATE INDEX phone_stage_owner ON phone_stage (owner)"
    " WHERE owner IS NOT NULL;"
    "CREATE INDEX phone_stage_category ON phone_stage (category_id)"
    " WHERE category_id IS NOT NULL;"
    "CREATE TABLE phone_staged ("
    " stage_id INTEGER NOT NULL REFERENCES phone_stage(id) ON DELETE CASCADE,"
    " device_id INTEGER NOT NULL"
    "  REFERENCES phone(device_id) ON DELETE CASCADE,"
    " PRIMARY KEY (device_id, stage_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX phone_staged_stage ON phone_staged (stage_id);"
    "PRAGMA user_version = 7;";
