#include "steps.h"

/*
 * Version 3.  What attacks and real use taught.
 */
const char migrate_version_3[] =
    /* Trust: whom a secret was given to, and by whose choice.  What a claim
     * told stays with it (facts_pack).  The kind of administrative password
     * followed the type that a device said it has (0, by type): it stays what
     * it was, for a type that nobody has told it is random.  A device whose
     * last administrator only added it was given its password unseen. */
    "UPDATE device SET admin_kind = CASE WHEN type IN (2, 5) THEN 1 ELSE 2 END"
    " WHERE admin_kind = 0;"
    "ALTER TABLE device ADD COLUMN type_told INTEGER NOT NULL DEFAULT 5;"
    "UPDATE device SET type_told = type;"
    "ALTER TABLE device ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX device_doubt ON device (id) WHERE doubt <> 0;"
    "UPDATE device SET doubt = 1 WHERE id IN (SELECT s.device_id"
    " FROM (SELECT target, max(id) AS last FROM audit"
    "  WHERE what IN ('device.add', 'device.assign') GROUP BY target) l"
    " JOIN audit a ON a.id = l.last AND a.what = 'device.add'"
    " JOIN device d ON d.hw_id = l.target"
    " JOIN device_secret s ON s.device_id = d.id"
    " WHERE s.proven IS NOT NULL OR s.offered IS NOT NULL);"
    "ALTER TABLE device_secret ADD COLUMN offer_until INTEGER NOT NULL"
    " DEFAULT 0;" /* 0: only for the connection it names */
    "ALTER TABLE domain ADD COLUMN admin_random INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE claim ADD COLUMN told TEXT NOT NULL DEFAULT '';"

    /* Connections: how the last ones of each device ended; the share of an
     * address in the claims. */
    "ALTER TABLE presence ADD COLUMN nth INTEGER NOT NULL DEFAULT 0;"

    "CREATE TABLE connection ("
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " nth INTEGER NOT NULL,"       /* presence.nth is the last one */
    " domain_id INTEGER NOT NULL," /* where the device was when it began */
    " began INTEGER NOT NULL,"
    " ended INTEGER NOT NULL," /* 0: it is there */
    " remote TEXT NOT NULL,"
    " cause TEXT NOT NULL," /* hubwire_end_name() */
    " PRIMARY KEY (device_id, nth)"
    ") STRICT, WITHOUT ROWID;"

    /* What an address is counted by (net_share); claim_count has how many
     * claims each has, and all under '*', whatever statement changes them. */
    "ALTER TABLE claim ADD COLUMN share TEXT NOT NULL DEFAULT '';"
    "UPDATE claim SET share = remote;"
    "CREATE INDEX claim_share ON claim (share, online, last_seen);"
    "CREATE TABLE claim_count ("
    " share TEXT PRIMARY KEY, n INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX claim_count_most ON claim_count (n);"
    "INSERT INTO claim_count SELECT '*', count(*) FROM claim;"
    "INSERT INTO claim_count SELECT share, count(*) FROM claim GROUP BY share;"
    "CREATE TRIGGER claim_comes AFTER INSERT ON claim BEGIN"
    " INSERT INTO claim_count (share, n) VALUES (NEW.share, 1), ('*', 1)"
    "  ON CONFLICT (share) DO UPDATE SET n = claim_count.n + 1; END;"
    "CREATE TRIGGER claim_goes AFTER DELETE ON claim BEGIN"
    " UPDATE claim_count SET n = n - 1 WHERE share IN (OLD.share, '*');"
    " DELETE FROM claim_count WHERE share = OLD.share AND n = 0; END;"

    /* Accounts and audit: ids that are never used again, whose rows are
     * whose.  spent_id: ids of a sequence that were somebody's, from first to
     * last; all an id that is chosen by hand must not be.  What was removed
     * before is known from the audit, but for devices, whose rows there had no
     * id: if any was ever removed, every id drawn until now is spent. */
    "CREATE TEMP VIEW was AS SELECT id, who, what,"
    " CASE WHEN json_valid(detail) THEN detail ELSE '{}' END AS detail"
    " FROM audit;"
    "CREATE TABLE spent_id ("
    " sequence TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " PRIMARY KEY (sequence, last, first)"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO spent_id SELECT DISTINCT 'account', id, id FROM ("
    " SELECT id FROM account"
    " UNION SELECT json_extract(detail, '$.id') FROM was"
    "  WHERE what = 'account.add'"
    " UNION SELECT json_extract(detail, '$.account') FROM was"
    "  WHERE what = 'key.add'"
    " UNION SELECT json_extract(detail, '$.owner') FROM was"
    "  WHERE what = 'device.own'"
    " UNION SELECT json_extract(detail, '$.user') FROM was"
    "  WHERE what = 'trunk.add'"
    " UNION SELECT CAST(substr(who, 9) AS INTEGER) FROM was"
    "  WHERE who LIKE 'account:%'"
    " UNION SELECT CAST(substr(who, 9) AS INTEGER) FROM ledger"
    "  WHERE who LIKE 'account:%') WHERE id > 0;"
    "INSERT INTO sequence SELECT 'account', coalesce(max(last), 0)"
    " FROM spent_id WHERE sequence = 'account';"
    "DELETE FROM spent_id WHERE sequence = 'account'"
    " AND last IN (SELECT id FROM account);"
    "INSERT INTO spent_id SELECT DISTINCT 'point', id, id FROM ("
    " SELECT json_extract(detail, '$.id') AS id FROM was"
    "  WHERE what = 'trunk.add') WHERE id NOT IN (SELECT id FROM trunk);"
    "INSERT INTO spent_id SELECT 'point', 1, last FROM sequence"
    " WHERE name = 'point' AND last > 1"
    " AND EXISTS (SELECT 1 FROM was WHERE what = 'device.remove');"
    "INSERT INTO sequence SELECT 'domain', coalesce(max(id), 0) FROM ("
    " SELECT seq AS id FROM sqlite_sequence WHERE name = 'domain'"
    " UNION SELECT domain_id FROM ledger);"
    "INSERT INTO sequence SELECT 'category', coalesce(max(seq), 0)"
    " FROM sqlite_sequence WHERE name = 'category';"
    "INSERT INTO sequence SELECT 'key', coalesce(max(id), 0) FROM ("
    " SELECT seq AS id FROM sqlite_sequence WHERE name = 'api_key'"
    " UNION SELECT CAST(substr(who, 5) AS INTEGER) FROM was"
    "  WHERE who LIKE 'key:%');"
    "CREATE TRIGGER account_spent AFTER DELETE ON account BEGIN"
    " INSERT INTO spent_id VALUES ('account', OLD.id, OLD.id)"
    " ON CONFLICT DO NOTHING; END;"
    "CREATE TRIGGER device_spent AFTER DELETE ON device BEGIN"
    " INSERT INTO spent_id VALUES ('point', OLD.id, OLD.id)"
    " ON CONFLICT DO NOTHING; END;"
    "CREATE TRIGGER trunk_spent AFTER DELETE ON trunk BEGIN"
    " INSERT INTO spent_id VALUES ('point', OLD.id, OLD.id)"
    " ON CONFLICT DO NOTHING; END;"

    /* A row of the audit is shown to the domains it concerns; a device that
     * moves concerns two.  Of older rows only those are known that name a
     * domain by its id. */
    "CREATE TABLE audit_domain ("
    " domain_id INTEGER NOT NULL,"
    " audit_id INTEGER NOT NULL REFERENCES audit(id) ON DELETE CASCADE,"
    " PRIMARY KEY (domain_id, audit_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX audit_domain_audit ON audit_domain (audit_id);"
    "CREATE INDEX audit_time ON audit (time);"
    "INSERT INTO audit_domain SELECT domain, id FROM ("
    " SELECT id, json_extract(detail, CASE"
    "  WHEN what IN ('domain.add', 'domain.edit') THEN '$.id'"
    "  WHEN what LIKE 'access.%' THEN '$.target' ELSE '$.domain' END) AS domain"
    " FROM was WHERE what IN ('device.add', 'device.assign', 'domain.add',"
    "  'domain.edit') OR what LIKE 'category.%' OR what LIKE 'access.%')"
    " WHERE domain > 0;"
    "DROP VIEW was;"
    "CREATE TRIGGER audit_domain_stays BEFORE UPDATE ON audit_domain BEGIN"
    " SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_domain_remains BEFORE DELETE ON audit_domain"
    " WHEN EXISTS (SELECT 1 FROM audit WHERE id = OLD.audit_id) BEGIN"
    " SELECT RAISE(ABORT, 'audit is append-only'); END;"
    /* The setting alone lets a row go, and only when it is older. */
    "DROP TRIGGER audit_remains;"
    "CREATE TRIGGER audit_remains BEFORE DELETE ON audit"
    " WHEN NOT EXISTS (SELECT 1 FROM setting WHERE key = 'audit.days'"
    "  AND CAST(value AS INTEGER) > 0 AND OLD.time <"
    "  (CAST(strftime('%s', 'now') AS INTEGER)"
    "   - CAST(value AS INTEGER) * 86400) * 1000) BEGIN"
    " SELECT RAISE(ABORT, 'audit is append-only'); END;"

    /* Addresses were kept as devices told them; see net_host(). */
    "UPDATE interface SET ipv4 = '' WHERE ipv4 <> '' AND CASE"
    " WHEN ipv4 GLOB '*[^0-9.]*'"
    "  OR NOT json_valid('[' || replace(ipv4, '.', ',') || ']') THEN 1"
    " ELSE (SELECT count(*) <> 4 OR max(value) > 255 OR"
    "  min(iif(key = 0, value NOT IN (0, 127) AND value < 224, 1)) = 0"
    "  FROM json_each('[' || replace(ipv4, '.', ',') || ']')) END;"
    "UPDATE interface SET ipv6 = '' WHERE ipv6 GLOB '*[^0-9a-fA-F:]*'"
    " OR ipv6 NOT GLOB '*:*:*' OR length(ipv6) > 39"
    " OR ipv6 IN ('::', '::1') OR ipv6 GLOB '[fF][fF]??:*';"

    /* The instance: what the programs note about themselves.  Sessions of the
     * HTTP API are made from the instance's key, only their use is stored. */
    "DROP TABLE http_session;"
    "CREATE TABLE http_session ("
    " cred TEXT PRIMARY KEY,"
    " epoch INTEGER NOT NULL,"
    " step INTEGER NOT NULL," /* of 15 minutes, in which it began */
    " last_used INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX http_session_used ON http_session (last_used);"
    /* When the store was last written on trial. */
    "CREATE TABLE probe ("
    " id INTEGER PRIMARY KEY CHECK (id = 1), time INTEGER NOT NULL"
    ") STRICT;"

    /* The last run of fleetline-jobs; told: a mail told that the clock is in
     * doubt since. */
    "CREATE TABLE last_run ("
    " name TEXT PRIMARY KEY, time INTEGER NOT NULL, told INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "PRAGMA user_version = 3;";
