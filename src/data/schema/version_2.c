#include "steps.h"

/*
 * Version 2.  Trunks; mail addresses of accounts; the rental of licences.
 *
 * licence is the catalogue, rented what runs now at the price it was applied
 * with.  project and ledger outlive their domain (no foreign key to it): what
 * was paid stays on record.  Amounts are 1/1000 iSC.  project.seal is a MAC
 * over the row and what is rented, ledger.hash a hash over the row and the row
 * before; core/ledger.h says of what.  A day is one of UTC, counted from 1970.
 */
const char migrate_version_2[] =
    "CREATE TABLE trunk ("
    " id INTEGER PRIMARY KEY CHECK (id > 0)," /* of sequence 'point' */
    " user_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,"
    " ipaddr TEXT NOT NULL," /* as typed: address, subnet or range */
    " port INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX trunk_user ON trunk (user_id);"

    "ALTER TABLE account ADD COLUMN mail TEXT NOT NULL DEFAULT '';"

    "CREATE TABLE licence ("
    " name TEXT PRIMARY KEY,"
    " title TEXT NOT NULL,"
    " hardware INTEGER NOT NULL,"
    " price INTEGER NOT NULL CHECK (price >= 0)," /* of one, per month */
    " retired INTEGER NOT NULL DEFAULT 0"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE project ("
    " domain_id INTEGER PRIMARY KEY,"
    " domain TEXT NOT NULL,"    /* name at the last change */
    " number INTEGER NOT NULL," /* of the last row in the ledger */
    " head BLOB NOT NULL,"      /* its hash */
    " time INTEGER NOT NULL,"   /* and its time */
    " balance INTEGER NOT NULL CHECK (balance >= 0),"
    " monthly INTEGER NOT NULL CHECK (monthly >= 0),"
    " unpaid_day INTEGER NOT NULL," /* the first day not charged yet */
    " paid INTEGER NOT NULL,"       /* charged for the day before it */
    " end_time INTEGER NOT NULL,"   /* 0: nothing is rented */
    " reference TEXT NOT NULL DEFAULT '',"
    " recipients TEXT NOT NULL DEFAULT ''," /* comma separated */
    " language TEXT NOT NULL DEFAULT 'en',"
    " notice_week INTEGER NOT NULL DEFAULT 8," /* last one sent, see notice.h */
    " seal BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX project_running ON project (domain_id) WHERE end_time > 0;"

    "CREATE TABLE rented ("
    " domain_id INTEGER NOT NULL REFERENCES project(domain_id)"
    "  DEFERRABLE INITIALLY DEFERRED," /* the project is saved last */
    " device_id INTEGER NOT NULL REFERENCES device(id),"
    " licence TEXT NOT NULL REFERENCES licence(name),"
    " count INTEGER NOT NULL CHECK (count > 0),"
    " price INTEGER NOT NULL CHECK (price >= 0),"
    " PRIMARY KEY (domain_id, device_id, licence)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX rented_device ON rented (device_id);"
    "CREATE INDEX rented_licence ON rented (licence);"

    "CREATE TABLE ledger ("
    " domain_id INTEGER NOT NULL,"
    " number INTEGER NOT NULL CHECK (number > 0),"
    " time INTEGER NOT NULL,"
    " domain TEXT NOT NULL,"  /* its name then */
    " who TEXT NOT NULL,"     /* cred of the actor, "system" */
    " what INTEGER NOT NULL," /* enum ledger_what */
    " gateway TEXT NOT NULL," /* hardware id */
    " licence TEXT NOT NULL,"
    " count INTEGER NOT NULL,"
    " price INTEGER NOT NULL,"
    " monthly INTEGER NOT NULL,"
    " amount INTEGER NOT NULL,"
    " balance INTEGER NOT NULL,"
    " end_time INTEGER NOT NULL,"
    " reference TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " hash BLOB NOT NULL,"
    " PRIMARY KEY (domain_id, number)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX ledger_time ON ledger (domain_id, time, number);"
    "CREATE TRIGGER ledger_stays BEFORE UPDATE ON ledger BEGIN"
    " SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
    "CREATE TRIGGER ledger_remains BEFORE DELETE ON ledger BEGIN"
    " SELECT RAISE(ABORT, 'the ledger is append-only'); END;"

    /* Activation keys that were loaded; each once. */
    "CREATE TABLE activation ("
    " serial TEXT PRIMARY KEY,"
    " domain_id INTEGER NOT NULL,"
    " number INTEGER NOT NULL" /* the row in its ledger */
    ") STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER activation_stays BEFORE UPDATE ON activation BEGIN"
    " SELECT RAISE(ABORT, 'a used key stays used'); END;"
    "CREATE TRIGGER activation_remains BEFORE DELETE ON activation BEGIN"
    " SELECT RAISE(ABORT, 'a used key stays used'); END;"

    /* Who may do periodic work until when. */
    "CREATE TABLE lease ("
    " name TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "PRAGMA user_version = 2;";
