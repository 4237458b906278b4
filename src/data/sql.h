/*
 * sql -- the text of every statement, by name (see stmt.h).
 *
 * S is a statement that finds its rows by an index; SCAN one that reads a
 * whole table on purpose.  Optional filters are statements of their own.  Lists
 * are keyset pages: "id > last seen ORDER BY id LIMIT n".
 */
#ifndef FL_SQL_H
#define FL_SQL_H

/* ---- columns, in the order load.c reads them ---- */

#define SQL_DEVICE_COLUMNS_(online, since)                                     \
	" d.id, d.domain_id, d.rev, d.hw_id,"                                  \
	" CASE d.name WHEN '' THEN d.name_told ELSE d.name END,"               \
	" d.product, d.version, d.type, d.name <> '', d.fxs, d.pbx_active,"    \
	" d.mini, d.other, d.has_lease, d.rented, d.rental_want,"              \
	" d.rental_started, d.owner, d.admin_kind, d.fw, d.bc, d.fw_build,"    \
	" d.bc_build, d.major, " online ", " since " "

#define SQL_DEVICE_COLUMNS SQL_DEVICE_COLUMNS_("p.online", "p.since")

#define SQL_DEVICE_FROM                                                        \
	" FROM device d LEFT JOIN presence p ON p.device_id = d.id "

#define SQL_DEVICE "SELECT" SQL_DEVICE_COLUMNS SQL_DEVICE_FROM

/* A row without domain is online when one of its claims is. */
#define SQL_UNASSIGNED                                                         \
	"SELECT" SQL_DEVICE_COLUMNS_(                                          \
	    "EXISTS (SELECT 1 FROM claim c"                                    \
	    " WHERE c.hw_id = d.hw_id AND c.online = 1)",                      \
	    "0") " FROM device d "

/* A claim in the shape of a device, and its own id behind. */
#define SQL_CLAIM                                                              \
	"SELECT 0, 0, 0, c.hw_id, c.name, c.product, c.version, c.type, 0,"    \
	" c.fxs, c.pbx_active, c.mini, c.other, 0, 0, 0, 0, NULL, 0,"          \
	" '', '', '', '', '', EXISTS (SELECT 1 FROM claim o"                   \
	"  WHERE o.hw_id = c.hw_id AND o.online = 1), c.last_seen, c.id"       \
	" FROM claim c "

#define SQL_DOMAIN                                                             \
	"SELECT d.id, d.name, d.deploy,"                                       \
	" d.id = (SELECT domain_id FROM instance WHERE id = 1),"               \
	" d.password IS NOT NULL, d.epoch, d.deploy_rev, d.random_rev"         \
	" FROM domain d "

#define SQL_ACCOUNT                                                            \
	"SELECT id, name, role, owner, permissions, password IS NOT NULL,"     \
	" epoch, password FROM account "

#define SQL_KEY                                                                \
	"SELECT id, account_id, name, created, last_used, revoked"             \
	" FROM api_key "

/* ---- the store itself ---- */

#define SQL_STORE                                                              \
	SCAN(BEGIN, "BEGIN IMMEDIATE")                                         \
	SCAN(COMMIT, "COMMIT")                                                 \
	SCAN(ROLLBACK, "ROLLBACK")                                             \
	SCAN(VERSION, "PRAGMA user_version")                                   \
	SCAN(CHECK_INTEGRITY, "PRAGMA integrity_check(100)")                   \
	SCAN(CHECK_FOREIGN_KEYS,                                               \
	    "SELECT 'foreign key: row ' || rowid || ' of ' || \"table\""       \
	    " FROM pragma_foreign_key_check")                                  \
	S(REV_NEXT, "UPDATE sequence SET last = last + 1 WHERE name = 'rev'"   \
		    " RETURNING last")                                         \
	S(REV_NOW, "SELECT last FROM sequence WHERE name = 'rev'")             \
	S(POINT_NEXT,                                                          \
	    "UPDATE sequence SET last = last + 1 WHERE name = 'point'"         \
	    " RETURNING last")                                                 \
	SCAN(COUNTS,                                                           \
	    "SELECT (SELECT count(*) FROM device),"                            \
	    " (SELECT count(*) FROM presence WHERE online = 1),"               \
	    " (SELECT count(*) FROM claim WHERE online = 1),"                  \
	    " (SELECT count(*) FROM domain), (SELECT count(*) FROM account),"  \
	    " (SELECT last FROM sequence WHERE name = 'rev')")                 \
	SCAN(SECRETS,                                                          \
	    "SELECT 'instance.password', id, password FROM instance"           \
	    " UNION ALL SELECT 'domain.password', id, password FROM domain"    \
	    "  WHERE password IS NOT NULL"                                     \
	    " UNION ALL SELECT 'device.password', device_id, proven"           \
	    "  FROM device_secret WHERE proven IS NOT NULL"                    \
	    " UNION ALL SELECT 'device.password', device_id, offered"          \
	    "  FROM device_secret WHERE offered IS NOT NULL"                   \
	    " UNION ALL SELECT 'device.admin', device_id, admin"               \
	    "  FROM device_secret WHERE admin IS NOT NULL")

/* ---- instance, settings, audit, sessions of the HTTP API ---- */

#define SQL_INSTANCE                                                           \
	S(INSTANCE, "SELECT i.name, i.domain_id, d.name, i.epoch, i.password"  \
		    " FROM instance i JOIN domain d ON d.id = i.domain_id"     \
		    " WHERE i.id = 1")                                         \
	S(INSTANCE_ADD,                                                        \
	    "INSERT INTO instance (id, name, domain_id, password, epoch)"      \
	    " VALUES (1, ?1, ?2, ?3, ?4)")                                     \
	S(INSTANCE_PASSWORD,                                                   \
	    "UPDATE instance SET password = ?1, epoch = ?2 WHERE id = 1")      \
	S(SETTING_GET, "SELECT value FROM setting WHERE key = ?1")             \
	S(SETTING_SET,                                                         \
	    "INSERT INTO setting (key, value) VALUES (?1, ?2)"                 \
	    " ON CONFLICT (key) DO UPDATE SET value = excluded.value")         \
	S(SETTING_CLEAR, "DELETE FROM setting WHERE key = ?1")                 \
	S(AUDIT_ADD, "INSERT INTO audit (time, who, what, target, detail)"     \
		     " VALUES (?1, ?2, ?3, ?4, ?5)")                           \
	S(AUDIT_PAGE, "SELECT id, time, who, what, target, detail FROM audit"  \
		      " WHERE id < ?1 ORDER BY id DESC LIMIT ?2")              \
	S(SESSION_BY_CRED,                                                     \
	    "SELECT id, secret, epoch, last_used FROM http_session"            \
	    " WHERE cred = ?1")                                                \
	S(SESSION_BY_ID,                                                       \
	    "SELECT secret, cred, epoch, last_used FROM http_session"          \
	    " WHERE id = ?1")                                                  \
	S(SESSION_ADD,                                                         \
	    "INSERT INTO http_session (id, secret, cred, epoch, last_used)"    \
	    " VALUES (?1, ?2, ?3, ?4, ?5)")                                    \
	S(SESSION_TOUCH, "UPDATE http_session SET last_used = ?2"              \
			 " WHERE id = ?1 AND last_used < ?2")                  \
	S(SESSION_DROP, "DELETE FROM http_session WHERE cred = ?1")            \
	S(SESSION_EXPIRE, "DELETE FROM http_session WHERE last_used < ?1")

/* ---- domains, access, categories ---- */

#define SQL_DOMAINS                                                            \
	S(DOMAIN_BY_ID, SQL_DOMAIN "WHERE d.id = ?1")                          \
	S(DOMAIN_BY_NAME, SQL_DOMAIN "WHERE d.name = ?1")                      \
	S(DOMAIN_PAGE, SQL_DOMAIN "WHERE d.id > ?1 ORDER BY d.id LIMIT ?2")    \
	S(DOMAIN_COUNTS,                                                       \
	    "SELECT count(*), count(nullif(p.online, 0))" SQL_DEVICE_FROM      \
	    "WHERE d.domain_id = ?1")                                          \
	S(DOMAIN_SECRET, "SELECT password, epoch FROM domain WHERE id = ?1")   \
	S(DOMAIN_ADD,                                                          \
	    "INSERT INTO domain (name, epoch) VALUES (?1, ?2) RETURNING id")   \
	S(DOMAIN_RENAME, "UPDATE domain SET name = ?2 WHERE id = ?1")          \
	S(DOMAIN_PASSWORD,                                                     \
	    "UPDATE domain SET password = ?2, epoch = ?3, deploy_rev = ?3"     \
	    " WHERE id = ?1")                                                  \
	S(DOMAIN_DEPLOY_ON,                                                    \
	    "UPDATE domain SET deploy = 1, deploy_rev = ?2, random_rev = ?2"   \
	    " WHERE id = ?1 AND deploy = 0")                                   \
	S(DOMAIN_DEPLOY_OFF, "UPDATE domain SET deploy = 0 WHERE id = ?1")     \
	S(DOMAIN_REMOVE, "DELETE FROM domain WHERE id = ?1")                   \
	S(DOMAIN_DEVICE, "SELECT id FROM device WHERE domain_id = ?1 LIMIT 1") \
	S(DOMAIN_ACCOUNTS,                                                     \
	    "SELECT account_id FROM account_domain WHERE domain_id = ?1")      \
	S(DOMAIN_UNSWEEP, "UPDATE domain SET swept_rev = 0 WHERE id = ?1")     \
	S(DOMAIN_SWEPT, "UPDATE domain SET swept_rev = ?2"                     \
			" WHERE id = ?1 AND deploy_rev <= ?2")                 \
	SCAN(DOMAINS_UNSWEPT,                                                  \
	    "SELECT id, deploy, deploy_rev FROM domain"                        \
	    " WHERE swept_rev < deploy_rev ORDER BY id LIMIT 100")             \
	S(ACCESS_ADD, "INSERT OR IGNORE INTO access (domain_id, target_id)"    \
		      " VALUES (?1, ?2)")                                      \
	S(ACCESS_REMOVE,                                                       \
	    "DELETE FROM access WHERE domain_id = ?1 AND target_id = ?2")      \
	S(ACCESS_TARGETS, "SELECT target_id FROM access WHERE domain_id = ?1"  \
			  " ORDER BY target_id")                               \
	S(CATEGORY_BY_ID,                                                      \
	    "SELECT id, domain_id, name, config FROM category WHERE id = ?1")  \
	S(CATEGORY_BY_NAME, "SELECT id, domain_id, name, config FROM category" \
			    " WHERE domain_id = ?1 AND name = ?2")             \
	S(CATEGORY_IDS_NAMED, "SELECT id FROM category WHERE name = ?1")       \
	S(CATEGORIES, "SELECT id, domain_id, name, config FROM category"       \
		      " WHERE domain_id = ?1 ORDER BY name")                   \
	S(CATEGORY_COUNT,                                                      \
	    "SELECT count(*) FROM category WHERE domain_id = ?1")              \
	S(CATEGORY_ADD, "INSERT INTO category (domain_id, name, config)"       \
			" VALUES (?1, ?2, ?3) RETURNING id")                   \
	S(CATEGORY_EDIT,                                                       \
	    "UPDATE category SET name = ?2, config = ?3 WHERE id = ?1")        \
	S(CATEGORY_REMOVE, "DELETE FROM category WHERE id = ?1")

/* ---- accounts and keys ---- */

#define SQL_ACCOUNTS                                                           \
	S(ACCOUNT_BY_ID, SQL_ACCOUNT "WHERE id = ?1")                          \
	S(ACCOUNT_BY_NAME, SQL_ACCOUNT "WHERE name = ?1")                      \
	S(ACCOUNT_PAGE, SQL_ACCOUNT "WHERE id > ?1 ORDER BY id LIMIT ?2")      \
	S(ACCOUNT_ADD, "INSERT INTO account (id, name, role, epoch)"           \
		       " VALUES (?1, ?2, ?3, ?4) RETURNING id")                \
	S(ACCOUNT_NAME, "UPDATE account SET name = ?2 WHERE id = ?1")          \
	S(ACCOUNT_ROLE, "UPDATE account SET role = ?2 WHERE id = ?1")          \
	S(ACCOUNT_OWNER, "UPDATE account SET owner = ?2 WHERE id = ?1")        \
	S(ACCOUNT_PERMISSIONS,                                                 \
	    "UPDATE account SET permissions = ?2 WHERE id = ?1")               \
	S(ACCOUNT_PASSWORD,                                                    \
	    "UPDATE account SET password = ?2, epoch = ?3 WHERE id = ?1")      \
	S(ACCOUNT_REMOVE, "DELETE FROM account WHERE id = ?1")                 \
	S(ACCOUNT_DOMAINS,                                                     \
	    "SELECT domain_id FROM account_domain WHERE account_id = ?1"       \
	    " ORDER BY domain_id")                                             \
	S(ACCOUNT_SIGHT,                                                       \
	    "SELECT domain_id FROM account_domain WHERE account_id = ?1"       \
	    " UNION SELECT a.target_id FROM account_domain d"                  \
	    "  JOIN access a ON a.domain_id = d.domain_id"                     \
	    "  WHERE d.account_id = ?1 ORDER BY 1")                            \
	S(ACCOUNT_DOMAIN_ADD,                                                  \
	    "INSERT OR IGNORE INTO account_domain (account_id, domain_id)"     \
	    " SELECT ?1, id FROM domain WHERE id = ?2")                        \
	S(ACCOUNT_DOMAINS_CLEAR,                                               \
	    "DELETE FROM account_domain WHERE account_id = ?1")                \
	S(KEYS, SQL_KEY "WHERE account_id = ?1 ORDER BY id")                   \
	S(KEY_BY_ID, SQL_KEY "WHERE id = ?1")                                  \
	S(ACCOUNT_LOGIN, "SELECT role, epoch,"                                 \
			 " (SELECT domain_id FROM instance WHERE id = 1)"      \
			 " FROM account WHERE id = ?1")                        \
	S(KEY_LOGIN,                                                           \
	    "SELECT k.hash, k.revoked, k.epoch, k.last_used, k.account_id,"    \
	    " a.role, (SELECT domain_id FROM instance WHERE id = 1)"           \
	    " FROM api_key k JOIN account a ON a.id = k.account_id"            \
	    " WHERE k.id = ?1")                                                \
	S(KEY_ADD,                                                             \
	    "INSERT INTO api_key (account_id, name, hash, created, epoch)"     \
	    " VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id")                       \
	S(KEY_REVOKE,                                                          \
	    "UPDATE api_key SET revoked = 1 WHERE id = ?1 AND revoked = 0")    \
	S(KEY_RENAME, "UPDATE api_key SET name = ?2 WHERE id = ?1")            \
	S(KEY_USED, "UPDATE api_key SET last_used = ?2 WHERE id = ?1")         \
	S(KEYS_ALIVE,                                                          \
	    "SELECT id FROM api_key WHERE account_id = ?1 AND revoked = 0")

/* ---- devices: finding ---- */

#define SQL_DEVICES                                                            \
	S(DEVICE_BY_ID, SQL_DEVICE "WHERE d.id = ?1")                          \
	S(DEVICE_BY_HW, SQL_DEVICE "WHERE d.hw_id = ?1")                       \
	S(DEVICE_WITH_INTERFACES,                                              \
	    "SELECT" SQL_DEVICE_COLUMNS                                        \
	    ", i.name, i.ipv4, i.ipv6, i.seq" SQL_DEVICE_FROM                  \
	    " LEFT JOIN interface i ON i.device_id = d.id"                     \
	    " WHERE d.hw_id = ?1 ORDER BY i.seq")                              \
	S(INTERFACES,                                                          \
	    "SELECT name, ipv4, ipv6 FROM interface WHERE device_id = ?1"      \
	    " ORDER BY seq")                                                   \
	S(DEVICE_PAGE_ALL,                                                     \
	    SQL_DEVICE "WHERE d.id > ?1 AND d.domain_id IS NOT NULL"           \
		       " ORDER BY d.id LIMIT ?2")                              \
	S(DEVICE_PAGE_TYPE,                                                    \
	    SQL_DEVICE "WHERE d.type = ?1 AND d.id > ?2"                       \
		       " AND d.domain_id IS NOT NULL ORDER BY d.id LIMIT ?3")  \
	S(DEVICE_PAGE_DOMAIN,                                                  \
	    SQL_DEVICE "WHERE d.domain_id = ?1 AND d.id > ?2"                  \
		       " ORDER BY d.id LIMIT ?3")                              \
	S(DEVICE_PAGE_DOMAIN_TYPE,                                             \
	    SQL_DEVICE "WHERE d.domain_id = ?1 AND d.type = ?2 AND d.id > ?3"  \
		       " ORDER BY d.id LIMIT ?4")                              \
	S(DEVICE_PAGE_CATEGORY,                                                \
	    "SELECT" SQL_DEVICE_COLUMNS                                        \
	    " FROM device_category k JOIN device d ON d.id = k.device_id"      \
	    " LEFT JOIN presence p ON p.device_id = d.id"                      \
	    " WHERE k.category_id = ?1 AND k.device_id > ?2"                   \
	    " ORDER BY k.device_id LIMIT ?3")                                  \
	S(DEVICE_PAGE_UNASSIGNED,                                              \
	    SQL_UNASSIGNED "WHERE d.domain_id IS NULL AND d.id > ?1"           \
			   " ORDER BY d.id LIMIT ?2")                          \
	S(CLAIM_PAGE,                                                          \
	    SQL_CLAIM "WHERE c.id > ?1"                                        \
		      " AND NOT EXISTS (SELECT 1 FROM claim n"                 \
		      "  WHERE n.hw_id = c.hw_id AND n.id > c.id)"             \
		      " AND NOT EXISTS (SELECT 1 FROM device u"                \
		      "  WHERE u.hw_id = c.hw_id AND u.domain_id IS NULL)"     \
		      " ORDER BY c.id LIMIT ?2")                               \
	S(CLAIM_BY_HW,                                                         \
	    SQL_CLAIM "WHERE c.hw_id = ?1 ORDER BY c.id DESC LIMIT 1")         \
	SCAN(COUNT_UNASSIGNED,                                                 \
	    "SELECT (SELECT count(*) FROM device WHERE domain_id IS NULL)"     \
	    " + (SELECT count(DISTINCT c.hw_id) FROM claim c"                  \
	    "  WHERE NOT EXISTS (SELECT 1 FROM device u"                       \
	    "   WHERE u.hw_id = c.hw_id AND u.domain_id IS NULL))")            \
	S(DEVICE_CATEGORIES, "SELECT c.name FROM device_category k"            \
			     " JOIN category c ON c.id = k.category_id"        \
			     " WHERE k.device_id = ?1 ORDER BY c.name")        \
	S(PHONES, "SELECT interface FROM fxs_phone WHERE device_id = ?1"       \
		  " ORDER BY interface")

/* ---- devices: changing ---- */

#define SQL_DEVICE_CHANGES                                                     \
	S(DEVICE_ADD, "INSERT INTO device (id, hw_id, rev, type, product)"     \
		      " VALUES (?1, ?2, ?3, ?4, ?5)")                          \
	S(DEVICE_PLACE, "UPDATE device SET domain_id = ?2, admin_kind = ?3,"   \
			" deployed_rev = 0 WHERE id = ?1")                     \
	S(DEVICE_REV, "UPDATE device SET rev = ?2 WHERE id = ?1")              \
	S(DEVICE_NAME, "UPDATE device SET name = ?2 WHERE id = ?1")            \
	S(DEVICE_REMOVE, "DELETE FROM device WHERE id = ?1")                   \
	S(DEVICE_FACTS,                                                        \
	    "UPDATE device SET rev = ?2, name_told = ?3, product = ?4,"        \
	    " version = ?5, type = ?6, fxs = ?7, pbx_active = ?8, mini = ?9,"  \
	    " other = ?10, fw = ?11, bc = ?12, fw_build = ?13,"                \
	    " bc_build = ?14, major = ?15 WHERE id = ?1")                      \
	S(DEVICE_DEPLOYED,                                                     \
	    "UPDATE device SET deployed_rev = ?2 WHERE id = ?1")               \
	S(INTERFACES_CLEAR, "DELETE FROM interface WHERE device_id = ?1")      \
	S(INTERFACE_ADD,                                                       \
	    "INSERT INTO interface (device_id, seq, name, ipv4, ipv6)"         \
	    " VALUES (?1, ?2, ?3, ?4, ?5)")                                    \
	S(DEVICE_CATEGORY_ADD,                                                 \
	    "INSERT OR IGNORE INTO device_category (device_id, category_id)"   \
	    " VALUES (?1, ?2)")                                                \
	S(DEVICE_CATEGORIES_CLEAR,                                             \
	    "DELETE FROM device_category WHERE device_id = ?1")                \
	S(PHONE_REMOVE,                                                        \
	    "DELETE FROM fxs_phone WHERE device_id = ?1 AND interface = ?2")   \
	S(SECRET_OFFER,                                                        \
	    "INSERT INTO device_secret (device_id, offered, offered_at)"       \
	    " VALUES (?1, ?2, ?3) ON CONFLICT (device_id) DO UPDATE"           \
	    " SET offered = excluded.offered,"                                 \
	    " offered_at = excluded.offered_at,"                               \
	    " offer_hub = NULL, offer_boot = NULL, offer_conn = NULL")         \
	S(SECRET_WIPE, "DELETE FROM device_secret WHERE device_id = ?1")       \
	S(SECRET_HAND,                                                         \
	    "UPDATE device_secret"                                             \
	    " SET offer_hub = ?2, offer_boot = ?3, offer_conn = ?4"            \
	    " WHERE device_id = ?1 AND offered = ?5 AND (offer_conn IS NULL"   \
	    "  OR (offer_boot = ?3 AND offer_conn = ?4))")                     \
	S(SECRET_UNHAND,                                                       \
	    "UPDATE device_secret"                                             \
	    " SET offer_hub = NULL, offer_boot = NULL, offer_conn = NULL"      \
	    " WHERE device_id = ?1 AND offered = ?2")                          \
	S(SECRET_PROMOTE,                                                      \
	    "UPDATE device_secret SET proven = offered, offered = NULL,"       \
	    " offered_at = 0, offer_hub = NULL, offer_boot = NULL,"            \
	    " offer_conn = NULL WHERE device_id = ?1 AND offered = ?2")        \
	S(SECRET_PROVEN, "SELECT proven IS NOT NULL FROM device_secret"        \
			 " WHERE device_id = ?1")                              \
	S(SECRET_NO_OFFER,                                                     \
	    "UPDATE device_secret SET offered = NULL, offered_at = 0,"         \
	    " offer_hub = NULL, offer_boot = NULL, offer_conn = NULL"          \
	    " WHERE device_id = ?1")                                           \
	S(PHONES_CLEAR, "DELETE FROM fxs_phone WHERE device_id = ?1")          \
	S(SECRET_ADMIN, "UPDATE device_secret SET admin = ?2, admin_rev = ?3"  \
			" WHERE device_id = ?1")                               \
	S(SECRET_ADMIN_WIPE,                                                   \
	    "UPDATE device_secret SET admin = NULL, admin_rev = 0"             \
	    " WHERE device_id = ?1")

/* ---- connections: identify, presence, claims, delivery ---- */

#define SQL_CONNECTIONS                                                        \
	S(IDENTIFY,                                                            \
	    "SELECT" SQL_DEVICE_COLUMNS ", d.name_told, d.deployed_rev,"       \
	    " s.proven, s.offered, s.offered_at, s.offer_boot, s.offer_conn,"  \
	    " s.admin, s.admin_rev, m.deploy, m.deploy_rev, m.random_rev,"     \
	    " m.password, p.boot, p.conn" SQL_DEVICE_FROM                      \
	    " LEFT JOIN device_secret s ON s.device_id = d.id"                 \
	    " LEFT JOIN domain m ON m.id = d.domain_id"                        \
	    " WHERE d.hw_id = ?1")                                             \
	S(BOOT_KNOWN, "SELECT seq FROM boot WHERE boot = ?1")                  \
	S(BOOT_NOW,                                                            \
	    "SELECT boot FROM boot WHERE hub = ?1 ORDER BY seq DESC LIMIT 1")  \
	S(BOOT_ADD, "INSERT INTO boot (hub, boot) VALUES (?1, ?2)")            \
	S(BOOT_TRIM, "DELETE FROM boot WHERE hub = ?1 AND seq <="              \
		     " (SELECT max(seq) - 100 FROM boot WHERE hub = ?1)")      \
	S(PRESENCE_RESET, "UPDATE presence SET online = 0, since = ?3"         \
			  " WHERE hub = ?1 AND online = 1 AND boot <> ?2")     \
	S(CLAIM_RESET, "UPDATE claim SET online = 0, last_seen = ?3"           \
		       " WHERE hub = ?1 AND online = 1 AND boot <> ?2")        \
	S(PRESENCE_OF, "SELECT d.id, d.domain_id, p.boot, p.conn, "            \
		       "p.online" SQL_DEVICE_FROM "WHERE d.hw_id = ?1")        \
	S(PRESENCE_SET,                                                        \
	    "INSERT INTO presence (device_id, hub, boot, conn, online, since)" \
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (device_id)"         \
	    " DO UPDATE SET hub = excluded.hub, boot = excluded.boot,"         \
	    " conn = excluded.conn, online = excluded.online,"                 \
	    " since = excluded.since")                                         \
	S(PRESENCE_LEFT,                                                       \
	    "UPDATE presence SET online = 0, since = ?4"                       \
	    " WHERE boot = ?2 AND conn = ?3 AND online = 1"                    \
	    " AND device_id = (SELECT id FROM device WHERE hw_id = ?1)")       \
	S(PRESENCE_DROP, "DELETE FROM presence WHERE device_id = ?1")          \
	S(CLAIM_SAVE,                                                          \
	    "INSERT INTO claim (hw_id, hub, boot, conn, remote, product,"      \
	    " version, type, name, fxs, pbx_active, mini, other, online,"      \
	    " first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"  \
	    " ?9, ?10, ?11, ?12, ?13, 0, ?14, ?14)"                            \
	    " ON CONFLICT (boot, conn) DO UPDATE SET"                          \
	    " product = excluded.product, version = excluded.version,"         \
	    " type = excluded.type, name = excluded.name, fxs = excluded.fxs," \
	    " pbx_active = excluded.pbx_active, mini = excluded.mini,"         \
	    " other = excluded.other, last_seen = excluded.last_seen")         \
	S(CLAIM_FROM_DEVICE,                                                   \
	    "INSERT INTO claim (hw_id, hub, boot, conn, remote, product,"      \
	    " version, type, name, fxs, pbx_active, mini, other, online,"      \
	    " first_seen, last_seen) SELECT d.hw_id, p.hub, p.boot, p.conn,"   \
	    " '', d.product, d.version, d.type, d.name_told, d.fxs,"           \
	    " d.pbx_active, d.mini, d.other, 1, ?2, ?2"                        \
	    " FROM device d JOIN presence p ON p.device_id = d.id"             \
	    " WHERE d.id = ?1 AND p.online = 1"                                \
	    " ON CONFLICT (boot, conn) DO UPDATE SET online = 1")              \
	S(CLAIM_ONLINE,                                                        \
	    "UPDATE claim SET online = ?3, last_seen = ?4"                     \
	    " WHERE boot = ?1 AND conn = ?2 AND online <> ?3 RETURNING id")    \
	S(CLAIM_OTHER, "SELECT id FROM claim WHERE hw_id = ?1 AND id <> ?2"    \
		       " AND (online = 1 OR first_seen < last_seen) LIMIT 1")  \
	S(CLAIM_DROP, "DELETE FROM claim WHERE boot = ?1 AND conn = ?2")       \
	S(CLAIM_PICK, "SELECT hub, boot, conn FROM claim"                      \
		      " WHERE hw_id = ?1 AND online = 1 ORDER BY id LIMIT 1")  \
	S(CLAIM_IS_ONLINE,                                                     \
	    "SELECT 1 FROM claim WHERE hw_id = ?1 AND online = 1 LIMIT 1")     \
	S(CLAIM_CHOSEN,                                                        \
	    "SELECT hub, boot, conn FROM claim"                                \
	    " WHERE boot = ?2 AND conn = ?3 AND hw_id = ?1 AND online = 1")    \
	S(CLAIMS_OF,                                                           \
	    "SELECT id, hub, boot, remote, conn, online, first_seen,"          \
	    " last_seen FROM claim WHERE hw_id = ?1 ORDER BY id LIMIT 500")    \
	SCAN(CLAIM_COUNT, "SELECT count(*) FROM claim")                        \
	S(CLAIM_OLDEST,                                                        \
	    "DELETE FROM claim WHERE id ="                                     \
	    " (SELECT id FROM claim ORDER BY online, last_seen LIMIT 1)")      \
	S(CLAIMS_OVER,                                                         \
	    "SELECT id, hw_id FROM claim WHERE online = 0 AND last_seen < ?1"  \
	    " LIMIT 500")                                                      \
	S(CLAIM_REMOVE, "DELETE FROM claim WHERE id = ?1 AND online = 0")      \
	S(OFFERS_OPEN, "SELECT d.hw_id FROM device_secret s"                   \
		       " JOIN device d ON d.id = s.device_id"                  \
		       " WHERE s.offered IS NOT NULL AND s.offered_at > ?1"    \
		       " AND EXISTS (SELECT 1 FROM claim c"                    \
		       "  WHERE c.hw_id = d.hw_id AND c.online = 1"            \
		       "  AND (s.offer_conn IS NULL OR (c.conn = s.offer_conn" \
		       "   AND c.boot = s.offer_boot))) LIMIT 500")            \
	S(DEPLOYS_OPEN,                                                        \
	    "SELECT d.hw_id FROM device d"                                     \
	    " JOIN presence p ON p.device_id = d.id AND p.online = 1"          \
	    " WHERE d.domain_id = ?1 AND d.deployed_rev < ?2 LIMIT 500")

#define SQL_STATEMENTS                                                         \
	SQL_STORE                                                              \
	SQL_INSTANCE                                                           \
	SQL_DOMAINS                                                            \
	SQL_ACCOUNTS                                                           \
	SQL_DEVICES                                                            \
	SQL_DEVICE_CHANGES                                                     \
	SQL_CONNECTIONS

#endif
