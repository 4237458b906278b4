#include "steps.h"

/*
 * Version 5.  Devices bring themselves in, people log in, the instance tells how
 * it is.
 */
const char migrate_version_5[] =
    /* Lists of devices come in an order, a page at a time (sql_sorted.def). */
    "CREATE INDEX device_name ON device"
    " (lower(CASE name WHEN '' THEN name_told ELSE name END), hw_id);"
    "CREATE INDEX device_product ON device (lower(product), hw_id);"
    "CREATE INDEX device_version ON device (lower(version), hw_id);"

    /* Provisioning codes.  Of a code only a keyed hash is kept; who made it, or
     * asks for its device, is told in the session that asked. */
    "CREATE TABLE code ("
    " id INTEGER PRIMARY KEY,"
    " hash BLOB NOT NULL UNIQUE," /* HMAC-SHA256 with the instance's key */
    " tail TEXT NOT NULL,"        /* its last two digits, for people */
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " category_id INTEGER NOT NULL REFERENCES category(id) ON DELETE CASCADE,"
    " name TEXT NOT NULL,"  /* the device gets it, unless it is empty */
    " maker TEXT NOT NULL," /* cred */
    " administrative INTEGER NOT NULL,"
    " made INTEGER NOT NULL,"
    " ends INTEGER NOT NULL,"
    " used INTEGER NOT NULL DEFAULT 0," /* when */
    " device_id INTEGER REFERENCES device(id) ON DELETE SET NULL,"
    " port TEXT NOT NULL DEFAULT ''" /* of an FXS */
    ") STRICT;"
    "CREATE INDEX code_domain ON code (domain_id, id);"
    "CREATE INDEX code_category ON code (category_id);"
    "CREATE INDEX code_device ON code (device_id) WHERE device_id IS NOT NULL;"
    "CREATE INDEX code_ends ON code (ends);"
    "CREATE TABLE code_watch ("
    " id INTEGER PRIMARY KEY,"
    " code_id INTEGER NOT NULL REFERENCES code(id) ON DELETE CASCADE,"
    " boot TEXT NOT NULL,"
    " session TEXT NOT NULL,"
    " src TEXT NOT NULL,"
    " api TEXT NOT NULL,"
    " UNIQUE (code_id, boot, session)"
    ") STRICT;"
    "INSERT INTO sequence VALUES ('code', 0);"
    /* Registration tokens. */
    "ALTER TABLE domain ADD COLUMN token BLOB;" /* sealed; NULL: none */

    /* How many devices were online: a row for each domain and day, counted from
     * 1970 in UTC, with a point for every five minutes (core/device/points.h).
     * Domain 0 is the whole instance. */
    "CREATE TABLE history ("
    " domain_id INTEGER NOT NULL,"
    " day INTEGER NOT NULL,"
    " points BLOB NOT NULL,"
    " PRIMARY KEY (domain_id, day)"
    ") STRICT;"
    "CREATE TRIGGER history_of_domain AFTER DELETE ON domain BEGIN"
    " DELETE FROM history WHERE domain_id = OLD.id; END;"

    /* Alarms: what a domain wants to be told, what is wrong with its devices
     * (and, with those of the instance's own domain, with the instance), and
     * letters that are to be sent. */
    "CREATE TABLE alarm_setting ("
    " domain_id INTEGER PRIMARY KEY REFERENCES domain(id) ON DELETE CASCADE,"
    " offline INTEGER NOT NULL," /* minutes; 0: never */
    " recipients TEXT NOT NULL," /* addresses, with commas */
    " url TEXT NOT NULL,"        /* of the webhook */
    " secret BLOB,"              /* of its signature, sealed */
    " language TEXT NOT NULL,"
    " zone TEXT NOT NULL,"
    " quiet TEXT NOT NULL,"    /* 22:00-06:00 */
    " paused INTEGER NOT NULL" /* nothing is told before */
    ") STRICT;"
    "CREATE TABLE alarm ("
    " id INTEGER PRIMARY KEY,"
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " kind TEXT NOT NULL,"
    " subject TEXT NOT NULL," /* a hardware id, a folder */
    " detail TEXT NOT NULL,"  /* the device's name, how full */
    " raised INTEGER NOT NULL,"
    " told INTEGER NOT NULL,"    /* 0: not yet */
    " cleared INTEGER NOT NULL," /* 0: it holds */
    " UNIQUE (domain_id, kind, subject)"
    ") STRICT;"
    "CREATE INDEX alarm_page ON alarm (domain_id, id);"
    "CREATE TABLE alarm_letter ("
    " id INTEGER PRIMARY KEY,"
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " way INTEGER NOT NULL," /* enum alarm_way */
    " guid TEXT NOT NULL,"   /* the same whenever it is sent again */
    " tries INTEGER NOT NULL,"
    " due INTEGER NOT NULL,"
    " subject TEXT NOT NULL,"
    " body TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX alarm_letter_way ON alarm_letter (domain_id, way, id);"
    "CREATE INDEX alarm_letter_due ON alarm_letter (due);"
    /* Since when hub, nginx and rules were there whenever somebody looked. */
    "CREATE TABLE alarm_up ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " boot TEXT NOT NULL, since INTEGER NOT NULL"
    ") STRICT;"

    /* People. */
    "ALTER TABLE account ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE access ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE access ADD COLUMN ends INTEGER NOT NULL DEFAULT 0;" /* 0: no
								      * end */
    "CREATE INDEX access_ends ON access (ends) WHERE ends > 0;"

    "INSERT INTO sequence VALUES ('login', 0);"
    "CREATE TABLE login ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of sequence 'login' */
    " account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,"
    " hash BLOB NOT NULL,"    /* of the secret, keyed */
    " kind INTEGER NOT NULL," /* enum signin_kind */
    " created INTEGER NOT NULL,"
    " used INTEGER NOT NULL,"
    " until INTEGER NOT NULL," /* unless it is used again */
    " ends INTEGER NOT NULL,"
    " remote TEXT NOT NULL,"
    " agent TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX login_account ON login (account_id, used);"
    "CREATE INDEX login_until ON login (until);"

    "CREATE TABLE ticket ("
    " hash BLOB PRIMARY KEY," /* of purpose and text, keyed */
    " purpose TEXT NOT NULL,"
    " owner TEXT NOT NULL,"
    " payload TEXT NOT NULL,"
    " created INTEGER NOT NULL,"
    " ends INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX ticket_owner ON ticket (purpose, owner, created);"
    "CREATE INDEX ticket_ends ON ticket (ends);"

    "CREATE TABLE totp ("
    " account_id INTEGER PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,"
    " secret BLOB NOT NULL,"       /* sealed */
    " confirmed INTEGER NOT NULL," /* a code of it was shown */
    " step INTEGER NOT NULL,"      /* of the last code that was taken */
    " created INTEGER NOT NULL,"   /* when the secret was drawn */
    " tries INTEGER NOT NULL"      /* codes that were to confirm it */
    ") STRICT;"
    "CREATE TABLE recovery ("
    " account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,"
    " hash BLOB NOT NULL," /* of a code, keyed; it goes when it is used */
    " PRIMARY KEY (account_id, hash)"
    ") STRICT, WITHOUT ROWID;"

    "PRAGMA user_version = 5;";
