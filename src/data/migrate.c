/*
 * The schema, as the steps that made it.
 */
#include "migrate.h"

#include "db.h"

/*
 * Version 1.  Ids of devices come from sequence 'point', which trunks will
 * share; 'rev' counts changes and gives the epochs of logins.
 */
static const char version_1[] =
    "CREATE TABLE sequence ("
    " name TEXT PRIMARY KEY, last INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "INSERT INTO sequence VALUES ('point', 0), ('rev', 0);"

    "CREATE TABLE domain ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " name TEXT NOT NULL UNIQUE COLLATE NOCASE,"
    " password BLOB," /* sealed; NULL: no logins */
    " deploy INTEGER NOT NULL DEFAULT 0,"
    " deploy_rev INTEGER NOT NULL DEFAULT 0,"
    " swept_rev INTEGER NOT NULL DEFAULT 0,"
    " random_rev INTEGER NOT NULL DEFAULT 0,"
    " epoch INTEGER NOT NULL"
    ") STRICT;"

    "CREATE TABLE instance ("
    " id INTEGER PRIMARY KEY CHECK (id = 1),"
    " name TEXT NOT NULL,"
    " domain_id INTEGER NOT NULL REFERENCES domain(id),"
    " password BLOB NOT NULL," /* sealed */
    " epoch INTEGER NOT NULL"
    ") STRICT;"

    "CREATE INDEX instance_domain ON instance (domain_id);"

    "CREATE TABLE access ("
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " target_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " PRIMARY KEY (domain_id, target_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX access_target ON access (target_id);"

    "CREATE TABLE category ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " config INTEGER NOT NULL,"
    " UNIQUE (domain_id, name)"
    ") STRICT;"

    "CREATE INDEX category_name ON category (name);"

    "CREATE TABLE account ("
    " id INTEGER PRIMARY KEY CHECK (id >= 0),"
    " name TEXT NOT NULL UNIQUE,"
    " role INTEGER NOT NULL,"
    " owner INTEGER REFERENCES account(id) ON DELETE SET NULL,"
    " password TEXT," /* PBKDF2; NULL: no logins */
    " permissions TEXT NOT NULL DEFAULT '',"
    " epoch INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX account_owner ON account (owner);"

    "CREATE TABLE account_domain ("
    " account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,"
    " domain_id INTEGER NOT NULL REFERENCES domain(id) ON DELETE CASCADE,"
    " PRIMARY KEY (account_id, domain_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX account_domain_domain ON account_domain (domain_id);"

    "CREATE TABLE api_key ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " account_id INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE,"
    " name TEXT NOT NULL,"
    " hash BLOB NOT NULL," /* SHA-256 of the secret */
    " created INTEGER NOT NULL,"
    " last_used INTEGER NOT NULL DEFAULT 0,"
    " revoked INTEGER NOT NULL DEFAULT 0,"
    " epoch INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX api_key_account ON api_key (account_id);"

    "CREATE TABLE device ("
    " id INTEGER PRIMARY KEY CHECK (id > 0),"
    " hw_id TEXT NOT NULL UNIQUE,"
    " domain_id INTEGER REFERENCES domain(id),"
    " rev INTEGER NOT NULL,"
    " name TEXT NOT NULL DEFAULT '',"      /* set here, wins */
    " name_told TEXT NOT NULL DEFAULT ''," /* what the device says */
    " product TEXT NOT NULL DEFAULT '',"
    " version TEXT NOT NULL DEFAULT '',"
    " type INTEGER NOT NULL,"
    " fxs INTEGER NOT NULL DEFAULT 0,"
    " pbx_active INTEGER NOT NULL DEFAULT 0,"
    " mini INTEGER NOT NULL DEFAULT 0,"
    " other INTEGER NOT NULL DEFAULT 0,"
    " fw TEXT NOT NULL DEFAULT '',"
    " bc TEXT NOT NULL DEFAULT '',"
    " fw_build TEXT NOT NULL DEFAULT '',"
    " bc_build TEXT NOT NULL DEFAULT '',"
    " major TEXT NOT NULL DEFAULT '',"
    " admin_kind INTEGER NOT NULL DEFAULT 0,"
    " has_lease INTEGER NOT NULL DEFAULT 0,"
    " rented INTEGER NOT NULL DEFAULT 0,"
    " rental_want INTEGER NOT NULL DEFAULT 0,"
    " rental_started INTEGER NOT NULL DEFAULT 0,"
    " owner INTEGER REFERENCES account(id) ON DELETE SET NULL,"
    " deployed_rev INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX device_domain ON device (domain_id);"
    "CREATE INDEX device_domain_type ON device (domain_id, type);"
    "CREATE INDEX device_deployed ON device (domain_id, deployed_rev);"
    "CREATE INDEX device_type ON device (type);"
    "CREATE INDEX device_owner ON device (owner);"

    "CREATE TABLE interface ("
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " seq INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " ipv4 TEXT NOT NULL,"
    " ipv6 TEXT NOT NULL,"
    " PRIMARY KEY (device_id, seq)"
    ") STRICT, WITHOUT ROWID;"

    /* All three passwords sealed.  offer_*: whom the offer was handed to. */
    "CREATE TABLE device_secret ("
    " device_id INTEGER PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,"
    " proven BLOB,"
    " offered BLOB,"
    " offered_at INTEGER NOT NULL DEFAULT 0,"
    " offer_hub TEXT,"
    " offer_boot TEXT,"
    " offer_conn INTEGER,"
    " admin BLOB,"
    " admin_rev INTEGER NOT NULL DEFAULT 0"
    ") STRICT;"
    "CREATE INDEX device_secret_open ON device_secret (offered_at)"
    " WHERE offered IS NOT NULL;"

    "CREATE TABLE device_category ("
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " category_id INTEGER NOT NULL REFERENCES category(id) ON DELETE CASCADE,"
    " PRIMARY KEY (device_id, category_id)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX device_category_category"
    " ON device_category (category_id, device_id);"

    "CREATE TABLE fxs_phone ("
    " device_id INTEGER NOT NULL REFERENCES device(id) ON DELETE CASCADE,"
    " interface TEXT NOT NULL,"
    " PRIMARY KEY (device_id, interface)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE boot ("
    " seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    " hub TEXT NOT NULL,"
    " boot TEXT NOT NULL UNIQUE"
    ") STRICT;"
    "CREATE INDEX boot_hub ON boot (hub, seq);"

    "CREATE TABLE presence ("
    " device_id INTEGER PRIMARY KEY REFERENCES device(id) ON DELETE CASCADE,"
    " hub TEXT NOT NULL,"
    " boot TEXT NOT NULL,"
    " conn INTEGER NOT NULL,"
    " online INTEGER NOT NULL,"
    " since INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX presence_online ON presence (hub) WHERE online = 1;"

    "CREATE TABLE claim ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " hw_id TEXT NOT NULL,"
    " hub TEXT NOT NULL,"
    " boot TEXT NOT NULL,"
    " conn INTEGER NOT NULL,"
    " remote TEXT NOT NULL,"
    " product TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " type INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " fxs INTEGER NOT NULL,"
    " pbx_active INTEGER NOT NULL,"
    " mini INTEGER NOT NULL,"
    " other INTEGER NOT NULL,"
    " online INTEGER NOT NULL,"
    " first_seen INTEGER NOT NULL,"
    " last_seen INTEGER NOT NULL,"
    " UNIQUE (boot, conn)"
    ") STRICT;"
    "CREATE INDEX claim_hw_id ON claim (hw_id, id);"
    "CREATE INDEX claim_seen ON claim (online, last_seen);"
    "CREATE INDEX claim_hub ON claim (hub) WHERE online = 1;"

    "CREATE TABLE setting ("
    " key TEXT PRIMARY KEY, value TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " time INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " what TEXT NOT NULL,"
    " target TEXT NOT NULL,"
    " detail TEXT NOT NULL"
    ") STRICT;"
    "CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN"
    " SELECT RAISE(ABORT, 'audit is append-only'); END;"
    "CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN"
    " SELECT RAISE(ABORT, 'audit is append-only'); END;"

    "CREATE TABLE http_session ("
    " id TEXT PRIMARY KEY,"
    " secret BLOB NOT NULL," /* sealed */
    " cred TEXT NOT NULL UNIQUE,"
    " epoch INTEGER NOT NULL,"
    " last_used INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX http_session_used ON http_session (last_used);"

    "PRAGMA user_version = 1;";

/*
 * Version 2.  Trunks; mail addresses of accounts; the rental of licences.
 *
 * licence is the catalogue, rented what runs now at the price it was applied
 * with.  project and ledger outlive their domain (no foreign key to it): what
 * was paid stays on record.  Amounts are 1/1000 iSC.  project.seal is a MAC
 * over the row and what is rented, ledger.hash a hash over the row and the row
 * before; core/ledger.h says of what.  A day is one of UTC, counted from 1970.
 */
static const char version_2[] =
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

/*
 * Version 3.  What attacks and real use taught.
 */
static const char version_3[] =
    /* Trust: whom a secret was given to, and by whose choice.  What a claim
     * told stays with it. */

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

    /* The instance: what the programs note about themselves. */

    "PRAGMA user_version = 3;";

static const char *const steps[MIGRATE_VERSION] = {
    version_1, version_2, version_3};

static int
step_up(struct store *st, int64_t from, struct err *e)
{
	int64_t now;

	if (store_begin(st, e) < 0)
		return -1;
	/* Another program may have done it while we waited for the lock. */
	if (store_version(st, &now, e) < 0 ||
	    (now == from && store_exec(st, steps[from], e) < 0) ||
	    store_commit(st, e) < 0) {
		store_rollback(st);
		return -1;
	}
	return 0;
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
