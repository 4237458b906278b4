#include "steps.h"

/*
 * Version 8.  A device gets a configuration back by a runner, not by who asks.
 */
const char migrate_version_8[] =
    "INSERT INTO sequence VALUES ('put_back', 0);"
    "CREATE TABLE put_back ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of 'put_back' */
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " domain_id INTEGER NOT NULL" /* whose device it was then */
    "  REFERENCES domain(id) ON DELETE CASCADE,"
    " save_id INTEGER" /* what goes back; NULL: that has gone */
    "  REFERENCES save(id) ON DELETE SET NULL,"
    " kept_id INTEGER" /* what the device had; NULL: not saved, or gone */
    "  REFERENCES save(id) ON DELETE SET NULL,"
    " instance TEXT NOT NULL,"   /* as in save */
    " unsaved INTEGER NOT NULL," /* also if what it has cannot be saved */
    " state INTEGER NOT NULL,"   /* enum putback_state; below 4: open */
    " turn INTEGER NOT NULL,"    /* grows each time that somebody takes it */
    " ordered INTEGER NOT NULL," /* ms, as those that follow */
    " began INTEGER NOT NULL,"   /* 0: not yet */
    " ended INTEGER NOT NULL,"
    " error TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX put_back_device ON put_back (device_id);"
    "CREATE INDEX put_back_save ON put_back (save_id)"
    " WHERE save_id IS NOT NULL;"
    "CREATE INDEX put_back_kept ON put_back (kept_id)"
    " WHERE kept_id IS NOT NULL;"
    "CREATE INDEX put_back_open ON put_back (id) WHERE state < 4;"
    "PRAGMA user_version = 8;";
