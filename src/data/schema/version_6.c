#include "steps.h"

/*
 * Version 6.  Devices get configurations, phones of other vendors come in, jobs
 * work at night.
 */
const char migrate_version_6[] =
    /* Configurations: what devices of a domain should have. */

    /* Delivery: what devices have got, and who works on one. */

    /* Registrations: where devices register. */

    /* Phones: of other vendors, waiting and promoted. */
    "CREATE TABLE phone_key (" /* tenant keys; the key itself is computed */
    " domain_id INTEGER PRIMARY KEY REFERENCES domain(id) ON DELETE CASCADE,"
    " generation INTEGER NOT NULL,"
    " made INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE waiting_phone ("
    " mac TEXT PRIMARY KEY,"      /* twelve lower-case hexadecimal digits */
    " domain_id INTEGER NOT NULL" /* whose key it came by */
    "  REFERENCES domain(id) ON DELETE CASCADE,"
    " type TEXT NOT NULL,"    /* key of its type; empty: not known */
    " product TEXT NOT NULL," /* what that is called */
    " ports INTEGER NOT NULL,"
    " firmware TEXT NOT NULL,"
    " address TEXT NOT NULL," /* it asked from last */
    " place TEXT NOT NULL,"   /* what addresses are counted by */
    " created INTEGER NOT NULL,"
    " seen INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX waiting_phone_domain ON waiting_phone (domain_id, seen);"
    "CREATE INDEX waiting_phone_place ON waiting_phone (place, seen);"
    "CREATE INDEX waiting_phone_seen ON waiting_phone (seen);"
    "CREATE TABLE phone (" /* what is promoted is a device */
    " device_id INTEGER PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,"
    " key_domain INTEGER" /* whose key it came by; NULL: it was added */
    "  REFERENCES domain(id) ON DELETE SET NULL,"
    " type TEXT NOT NULL,"
    " address TEXT NOT NULL,"
    " created INTEGER NOT NULL,"
    " seen INTEGER NOT NULL" /* 0: never */
    ") STRICT;"
    "CREATE INDEX phone_key_domain ON phone (key_domain)"
    " WHERE key_domain IS NOT NULL;"
    "CREATE TABLE phone_port ("
    " id INTEGER PRIMARY KEY," /* of sequence 'point'; port 0: its device's */
    " device_id INTEGER NOT NULL"
    "  REFERENCES phone(device_id) ON DELETE CASCADE,"
    " port INTEGER NOT NULL,"
    " domain_id INTEGER" /* NULL: where its device is, as port 0 always */
    "  REFERENCES domain(id) ON DELETE SET NULL,"
    " owner INTEGER" /* of other ports than 0, whose device has it */
    "  REFERENCES account(id) ON DELETE SET NULL,"
    " UNIQUE (device_id, port)"
    ") STRICT;"
    "CREATE INDEX phone_port_domain ON phone_port (domain_id)"
    " WHERE domain_id IS NOT NULL;"
    "CREATE INDEX phone_port_owner ON phone_port (owner, id)"
    " WHERE owner IS NOT NULL;"
    "CREATE TABLE phone_trace ("
    " id INTEGER PRIMARY KEY,"
    " domain_id INTEGER NOT NULL" /* whose key it was */
    "  REFERENCES domain(id) ON DELETE CASCADE,"
    " mac TEXT NOT NULL," /* empty: of none that is known */
    " address TEXT NOT NULL,"
    " file TEXT NOT NULL,"
    " reason INTEGER NOT NULL," /* enum phone_reason */
    " status INTEGER NOT NULL,"
    " began INTEGER NOT NULL,"
    " last INTEGER NOT NULL,"
    " n INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX phone_trace_mac ON phone_trace (mac, id);"
    "CREATE INDEX phone_trace_same ON phone_trace"
    " (domain_id, mac, address, file, reason, status, began);"
    "CREATE INDEX phone_trace_domain ON phone_trace (domain_id, id);"
    "CREATE INDEX phone_trace_last ON phone_trace (last);"
    "CREATE TRIGGER phone_port_owned AFTER UPDATE OF owner ON device"
    " WHEN NEW.other = 1 BEGIN"
    " UPDATE phone_port SET owner = NEW.owner WHERE device_id = NEW.id"
    "  AND port > 0 AND domain_id IS NULL; END;"
    "CREATE TRIGGER phone_port_spent AFTER DELETE ON phone_port BEGIN"
    " INSERT INTO spent_id VALUES ('point', OLD.id, OLD.id)"
    " ON CONFLICT DO NOTHING; END;"

    /* Jobs: updates and backups, and their tasks. */

    "PRAGMA user_version = 6;";
