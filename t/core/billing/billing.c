/*
 * Billing: hashes, the order of checks with every text, whose devices are
 * listed and how, owners, and the settings that guard it.
 */
#include "billing.h"

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "audit.h"
#include "db.h"
#include "fixture.h"
#include "instance.h"
#include "must.h"
#include "setting.h"
#include "trunk.h"

#define KEY "456789"

static struct fixture f;

static int
set(const char *key, const char *value)
{
	return setting_set(&f.q, key, str_of(value));
}

static const char *
get(const char *key)
{
	struct str v;

	return setting_get(&f.q, key, &v) == 0 ? arena_str(&f.arena, v) : "-";
}

static int64_t
account(const char *name, int64_t id, enum role role, const char *permissions)
{
	struct str n = str_of(name);
	struct account_change in = {.name = &n, .role = &role};

	must(account_add(&f.q, &id, &in) == 0);
	/* Also words that an older version took. */
	must(db_do(f.core.store, STMT_ACCOUNT_PERMISSIONS,
		 ARGS(A_INT(id), A_STR(str_of(permissions))), &f.err) == 0);
	return id;
}

/* ---- hashes ---- */

/* Each of them computed with sha1sum. */
static const struct {
	const char *text, *hash;
} vectors[] = {
    {"100456789", "71516eea4850f7e0300ac86adf9fb64bca845aa7"},
    {"1231252454580answeredVery Sercet Key",
	"b93c35d5c6183288322122561a3da7e09abb63b7"},
    {"1231252454580answeredVery Secret Key",
	"d07641f7f766caa78d4c6a699e3ec128b99ee1c9"},
    {"123456789", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"},
    {"5456789", "65fd575c441513bd114b84c7dbdb01e0f2716d27"},
    {"2456789", "d674ef6e3ceb3145e825709ac2233c710db15af8"},
    {"secret", "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"},
    {"7456789", "746bce1cd9ba1dd9a99e1c2c64b4ad195f0a8db8"},
    {"999456789", "10d13739b6ae4e3e35600e2c5c7b795cd2f96993"},
    {"55456789", "42eddedba0d97b574e56e73a8f8909ada3422aff"},
    {"456789", "df2983700ffecb52e6649f0cb3981b66537083a4"},
    {"0456789", "bf833f7bb04608dddb5bae81d1f38867142c33b1"},
    {"100all456789", "09c513caeccb7974267b216992b14ed6e19e7ff0"},
    {"100SIP456789", "0004694acb1cfa764d605b6552eed986da5ebc8b"},
};

static void
test_sha1(void)
{
	char hex[CRYPTO_HEX_MAX];

	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct str part = str_of(vectors[i].text);

		crypto_join_hex(CRYPTO_SHA1, '\0', &part, 1, hex);
		tap_is_str(hex, vectors[i].hash, vectors[i].text);
	}
}

/* ---- verdicts ---- */

static struct billing_verdict verdict;

/* What a request with these parameters gets: "error", "page: error", or
 * "list N"; NULL is one that is not sent. */
static const char *
ask(const char *u, const char *user_id, const char *hash, const char *device,
    const char *type)
{
	struct billing_settings s;
	struct str v[] = {str_of(u), str_of(user_id), str_of(hash),
	    str_of(device), str_of(type)};
	struct billing_request r = {
	    .u = u != NULL ? &v[0] : NULL,
	    .user_id = user_id != NULL ? &v[1] : NULL,
	    .hash = hash != NULL ? &v[2] : NULL,
	    .device = device != NULL ? &v[3] : NULL,
	    .type = type != NULL ? &v[4] : NULL,
	};
	struct ask q = fx_as(&f, NULL);

	must(billing_settings(&q, &s) == 0);
	if (billing_judge(&q, &s, &r, &verdict) < 0)
		return "failed";
	secret_wipe(&s.key);
	if (verdict.error == NULL)
		return arena_printf(
		    &f.arena, "list %lld", (long long)verdict.user);
	return arena_printf(
	    &f.arena, "%s%s", verdict.inside ? "page: " : "", verdict.error);
}

#define H100   "71516eea4850f7e0300ac86adf9fb64bca845aa7"
#define H7     "746bce1cd9ba1dd9a99e1c2c64b4ad195f0a8db8"
#define H999   "10d13739b6ae4e3e35600e2c5c7b795cd2f96993"
#define H55    "42eddedba0d97b574e56e73a8f8909ada3422aff"
#define H_NONE "df2983700ffecb52e6649f0cb3981b66537083a4"
#define H0     "bf833f7bb04608dddb5bae81d1f38867142c33b1"
#define H_ALL  "09c513caeccb7974267b216992b14ed6e19e7ff0"
#define H_SIP  "0004694acb1cfa764d605b6552eed986da5ebc8b"

#define WRONG  "Incorrect hash"

static void
test_hash(void)
{
	static const struct {
		const char *user_id, *hash, *device, *type, *want, *name;
	} rows[] = {
	    {"100", H100, NULL, NULL, "list 100", "the vendor's example"},
	    {"0100", H100, NULL, NULL, "list 100", "leading zeros"},
	    {"100", H7, NULL, NULL, WRONG, "the hash of another user"},
	    {"100", NULL, NULL, NULL, WRONG, "no hash"},
	    {"100", "", NULL, NULL, WRONG, "an empty hash"},
	    {"100", "71516eea4850f7e0300ac86adf9fb64bca845aa", NULL, NULL,
		WRONG, "39 digits"},
	    {"100", H100 "7", NULL, NULL, WRONG, "41 digits"},
	    {"100", "71516EEA4850F7E0300AC86ADF9FB64BCA845AA7", NULL, NULL,
		WRONG, "upper case"},
	    {"100", "71516eea4850f7e0300ac86adf9fb64bca845aa8", NULL, NULL,
		WRONG, "one digit changed"},
	    {NULL, H_NONE, NULL, NULL, "page: user_id is empty", "no user"},
	    {"", H0, NULL, NULL, "page: user_id is empty", "an empty user"},
	    {"", H_NONE, NULL, NULL, WRONG, "an empty user counts as 0"},
	    {"  ", H_NONE, NULL, NULL, "page: user_id is empty", "blanks"},
	    {"abc", H_NONE, NULL, NULL, "page: User not found", "letters"},
	    {"abc", H0, NULL, NULL, WRONG, "letters count as nothing"},
	    {"-1", H_NONE, NULL, NULL, "page: User not found", "a sign"},
	    {"100 ", H_NONE, NULL, NULL, "list 100", "a blank behind"},
	    {"100 ", H100, NULL, NULL, WRONG, "which counts as nothing"},
	    {"100", H_ALL, "all", NULL, "list 100", "all devices"},
	    {"100", H100, "all", NULL, WRONG, "all devices count"},
	    {"100", H100, "x", NULL, "list 100", "another word does not"},
	    {"100", H100, "", NULL, "list 100", "nothing does not"},
	    {"100", H_SIP, NULL, "SIP", "list 100", "a type"},
	    {"100", H100, NULL, "SIP", WRONG, "a type counts"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tap_is_str(ask("admin", rows[i].user_id, rows[i].hash,
			       rows[i].device, rows[i].type),
		    rows[i].want, rows[i].name);
	(void)ask("admin", "100", H7, NULL, NULL);
	tap_ok(verdict.wrong_hash, "a wrong hash can be told from the rest");
	(void)ask("nobody", "100", H100, NULL, NULL);
	tap_ok(!verdict.wrong_hash, "a wrong name is none");
}

static void
test_callers(void)
{
	static const struct {
		const char *u, *user_id, *hash, *want;
	} rows[] = {
	    {"nobody", "100", H100, "page: Bad login"},
	    {NULL, "100", H100, "page: Bad login"},
	    {"", "100", H100, "page: Bad login"},
	    {"Admin", "100", H100, "page: Bad login"},
	    {"nobody", "100", H7, WRONG},
	    {"mgr1", "100", H100, "list 100"},
	    {"mgr1", "55", H55, "page: Access Denied"},
	    {"mgr2", "100", H100,
		"page: You are not authorized to manage devices"},
	    {"mgr3", "100", H100,
		"page: You are not authorized to manage devices"},
	    {"bob", "100", H100, "page: Access Denied"},
	    {"bob", "7", H7, "page: Access Denied"},
	    {"bob", "999", H999, "page: Access Denied"},
	    {"company", "100", H100, "page: Access Denied"},
	    {"root2", "100", H100, "list 100"},
	    {"admin", "999", H999, "page: User not found"},
	    {"admin", "7", H7, "page: Device not found"},
	    {"admin", "55", H55, "page: Access Denied"},
	    {"admin", "0", H0, "page: Access Denied"},
	};
	char name[128];
	struct str u = STR("admin\0");
	struct billing_settings s;
	struct str id = STR("100"), hash = STR(H100);
	struct billing_request r = {.u = &u, .user_id = &id, .hash = &hash};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)snprintf(name, sizeof(name), "%s asks for %s",
		    rows[i].u != NULL ? rows[i].u : "nobody named",
		    rows[i].user_id);
		tap_is_str(
		    ask(rows[i].u, rows[i].user_id, rows[i].hash, NULL, NULL),
		    rows[i].want, name);
	}
	must(billing_settings(&f.q, &s) == 0);
	tap_ok(billing_judge(&f.q, &s, &r, &verdict) == 0 &&
		   verdict.error != NULL &&
		   strcmp(verdict.error, "Bad login") == 0,
	    "a NUL behind the name is another name");
	r.get = true;
	u = STR("admin");
	s.get = false;
	tap_ok(billing_judge(&f.q, &s, &r, &verdict) == 0 &&
		   strcmp(verdict.error, "GET Requests are disabled") == 0 &&
		   !verdict.inside,
	    "GET has a switch of its own");
	s.get = true;
	tap_ok(
	    billing_judge(&f.q, &s, &r, &verdict) == 0 && verdict.error == NULL,
	    "which allows it");
	secret_wipe(&s.key);
}

/* ---- settings ---- */

static void
test_settings(void)
{
	struct secret s;
	struct str stored = STR("");
	struct row *row;
	struct audit *last;
	size_t n;

	tap_is_str(get("billing.api"), "off", "it is off at first");
	tap_is_str(get("billing.get"), "off", "and so is GET");
	tap_is_str(get("billing.hash_check"), "on", "hashes are checked");
	tap_is_str(get("billing.extension"), "html", "as the vendor's default");
	tap_is_str(get("billing.gzip"), "always", "compressed as documented");
	tap_is_str(get("billing.key"), "", "there is no key");
	tap_ok(set("billing.api", "on") < 0 && f.err.kind == ERR_INPUT,
	    "without a key it cannot be switched on");
	tap_ok(set("billing.api", "maybe") < 0 && set("billing.gzip", "") == 0,
	    "a choice takes its words, and nothing for the default");
	tap_is_str(ask("admin", "100", H100, NULL, NULL),
	    "API Requests are disabled", "switched off it says so");

	tap_ok(set("billing.key", KEY) == 0, "the key is set");
	tap_is_str(get("billing.key"), "set", "and not shown");
	tap_ok(setting_get_secret(&f.q, "billing.key", &s) == 0 &&
		   str_eqz(secret_str(&s), KEY),
	    "the rules can read it");
	secret_wipe(&s);
	if (db_first(f.core.store, STMT_SETTING_GET,
		ARGS(A_STRZ("billing.key")), &row, &f.err) > 0)
		stored = row_dup(row, 0, &f.arena);
	db_done(row);
	tap_ok(stored.len > 40 &&
		   memmem(stored.p, stored.len, KEY, strlen(KEY)) == NULL,
	    "it is sealed in the store");
	tap_ok(audit_list(&f.q, &(struct audit_filter){0}, &last, &n) == 0 &&
		   n > 0 && str_eqz(last[0].on, "billing.key") &&
		   str_eqz(last[0].detail,
		       "{\"set\":true,\"changed\":{\"value\":[\"\",\"set\"]}}"),
	    "the audit tells that it was set and nothing of it");
	tap_ok(set("billing.key", "\x01") < 0, "a key is printable");
	tap_ok(set("billing.api", "on") == 0, "now it can be switched on");
}

/* Hashes may go unchecked only while not everybody may ask. */
static void
test_guard(void)
{
	tap_ok(set("billing.hash_check", "off") < 0 && f.err.kind == ERR_INPUT,
	    "hashes are checked while everybody may ask");
	tap_ok(set("billing.allow", "192.0.2") < 0, "a list has addresses");
	tap_ok(set("billing.allow", "127.0.0.1, 192.0.2.0/24") == 0 &&
		   set("billing.hash_check", "off") == 0,
	    "behind an allow list the check can go");
	tap_is_str(ask("admin", "7", NULL, NULL, NULL),
	    "page: Device not found", "then nobody needs a hash");
	tap_ok(set("billing.key", "") == 0, "nor a key");
	tap_is_str(ask("admin", "7", NULL, NULL, NULL),
	    "page: Device not found", "as the vendor has it");
	tap_ok(set("billing.allow", "") < 0 && f.err.kind == ERR_INPUT,
	    "the list cannot go then");
	must(db_run(f.core.store, STMT_SETTING_CLEAR,
		 ARGS(A_STRZ("billing.allow")), &f.err) == 1);
	tap_is_str(ask("admin", "7", NULL, NULL, NULL),
	    "API must have Secret Key",
	    "if it is gone all the same, hashes are checked");
	tap_ok(set("billing.hash_check", "on") == 0 &&
		   set("billing.allow", "") == 0,
	    "with the check the list may be empty");
	tap_is_str(ask("admin", "100", H100, NULL, NULL),
	    "API must have Secret Key", "a key that was emptied is missed");
	tap_is_str(get("billing.api"), "on", "though it is still on");
	must(set("billing.key", KEY) == 0);
}

static void
ignore(void *arg, const char *finding)
{
	str_copy(arg, 128, str_of(finding));
}

static void
test_check(void)
{
	char finding[128] = "";

	tap_is_int(
	    instance_check(&f.q, ignore, finding), 0, "a sealed key is sound");
	must(db_run(f.core.store, STMT_SETTING_SET,
		 ARGS(A_STRZ("billing.key"), A_STRZ("AAAA")), &f.err) == 1);
	tap_is_int(instance_check(&f.q, ignore, finding), 1,
	    "one that does not open is found");
	tap_is_str(
	    finding, "secret billing.key of row 0 does not open", "and named");
	tap_is_str(get("billing.key"), "set", "it still counts as set");
	must(set("billing.key", KEY) == 0);
}

/* ---- trunks and owners ---- */

static int
trunk(int64_t user, const char *ipaddr, int64_t port, int64_t *id)
{
	struct trunk t = {
	    .id = *id, .user = user, .ipaddr = str_of(ipaddr), .port = port};
	int rc = trunk_add(&f.q, &t);

	*id = t.id;
	return rc;
}

/* Ids 201, 202, 204 and 205; the device between them gets 203. */
static void
things_to_list(void)
{
	struct device d;
	int64_t id = 201;

	must(trunk(100, "192.0.2.10", 5060, &id) == 0);
	id = 202;
	must(trunk(100, "192.0.2.0/24", 0, &id) == 0);
	must(fx_device(&f, "0090330a0b0c", 1, DEVICE_PHONE, NULL) == 0);
	must(device_get(&f.q, STR("0090330a0b0c"), &d) == 1 && d.id == 203);
	id = 0;
	must(trunk(55, "192.0.2.1-9", -1, &id) == 0 && id == 204);
	id = 0;
	must(trunk(55, "192.0.2.1", 65535, &id) == 0 && id == 205);
}

static const char *
listed(int64_t user)
{
	struct billing_point *list;
	struct ask q = fx_as(&f, NULL);
	struct buf b;
	const char *text;
	size_t n;

	must(billing_list(&q, user, 0, &list, &n) == 0);
	buf_init(&b, 4096);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%lld=%.*s:%lld", i > 0 ? " " : "",
		    (long long)list[i].id, (int)list[i].ipaddr.len,
		    list[i].ipaddr.p, (long long)list[i].port);
	text = arena_str(&f.arena, buf_view(&b));
	buf_fini(&b);
	return text;
}

/* A phone that is online, its first interface without an IPv4 address. */
static void
online(const char *hw_id, struct conn *c)
{
	static const char ifs[] =
	    "{\"id\":\"%s\",\"platform\":{\"type\":\"PHONE\"},"
	    "\"ethIfs\":[{\"if\":\"ETH0\",\"ipv4\":\"\"},"
	    "{\"if\":\"ETH1\",\"ipv4\":\"198.51.100.7\"},"
	    "{\"if\":\"ETH2\",\"ipv4\":\"198.51.100.8\"}]}";

	fx_online(&f, hw_id, 1, 1, c);
	must(fx_identify(&f, c, arena_printf(&f.arena, ifs, hw_id)) == 0);
}

static void
test_owners(void)
{
	struct str hw = STR("00-90-33-0a-0b-0c");
	struct conn c;
	int64_t id;

	tap_is_str(listed(100), "201=192.0.2.10:5060 202=192.0.2.0/24:5060",
	    "trunks stand in the list as typed");
	tap_ok(device_own(&f.q, hw, 100) == 0, "a device is given to a user");
	tap_is_str(listed(100),
	    "201=192.0.2.10:5060 202=192.0.2.0/24:5060 203=:5060",
	    "and listed among them, without address while it is offline");
	tap_ok(device_own(&f.q, hw, 0) == 0, "it is taken away");
	tap_is_str(listed(100), "201=192.0.2.10:5060 202=192.0.2.0/24:5060",
	    "and gone from the list");
	tap_ok(device_own(&f.q, hw, 1) < 0 && f.err.kind == ERR_INPUT,
	    "a manager owns nothing");
	tap_ok(device_own(&f.q, hw, 8) < 0 && f.err.kind == ERR_GONE,
	    "nor does nobody");
	tap_ok(device_own(&f.q, STR("0090330affff"), 100) < 0 &&
		   f.err.kind == ERR_GONE,
	    "what is not known cannot be given");

	online("f19033480af9", &c);
	must(device_own(&f.q, STR("f19033480af9"), 7) == 0);
	tap_ok(strstr(listed(7), "=198.51.100.7:5060") != NULL,
	    "a device that is online has its first IPv4 address");
	(void)fx_presence(&f, "f19033480af9", 1, false, "device");
	tap_ok(strstr(listed(7), "=:5060") != NULL,
	    "and none when it went offline");
	tap_ok(account_remove(&f.q, 7) == 0, "a user is removed");
	tap_is_str(listed(7), "", "nobody owns its device then");
	fx_conn_end(&c);

	id = 0;
	must(trunk(55, "192.0.2.77", 1, &id) == 0);
	tap_ok(account_remove(&f.q, 55) == 0, "another one, with trunks");
	tap_is_str(listed(55), "", "its trunks went with it");
}

static void
test_pages(void)
{
	struct billing_point *list;
	int64_t id, after = 0, last = 0;
	size_t n = BILLING_PAGE, all = 0;
	bool ascending = true;

	(void)account("many", 300, ROLE_USER, "");
	for (int i = 0; i < 2 * BILLING_PAGE; i++) {
		id = 0;
		must(trunk(300, "192.0.2.7", 1000 + i, &id) == 0);
	}
	while (n == BILLING_PAGE) {
		must(billing_list(&f.q, 300, after, &list, &n) == 0);
		for (size_t i = 0; i < n; i++) {
			ascending = ascending && list[i].id > last;
			last = after = list[i].id;
		}
		all += n;
	}
	tap_ok(ascending && all == 2 * BILLING_PAGE,
	    "pages follow each other without gap or double");
}

static void
test_rights(void)
{
	struct actor who = {.cred = "domain:1", .account = -1};
	struct ask q = fx_as(&f, &who);
	struct trunk t = {.user = 100, .ipaddr = STR("192.0.2.1")}, *list;
	size_t n;

	tap_ok(trunk_add(&q, &t) < 0 && f.err.kind == ERR_DENIED &&
		   trunk_list(&q, -1, 0, &list, &n) < 0 &&
		   f.err.kind == ERR_DENIED && trunk_remove(&q, 201) < 0 &&
		   f.err.kind == ERR_DENIED &&
		   device_own(&q, STR("0090330a0b0c"), 100) < 0 &&
		   f.err.kind == ERR_DENIED,
	    "all of it is for administrators");
	tap_ok(setting_set(&q, "billing.key", STR("x")) < 0 &&
		   f.err.kind == ERR_DENIED,
	    "the key as well");
}

static void
accounts(void)
{
	struct account x;
	int64_t owner = 1, none = -1;
	struct account_change other = {.owner = &owner};
	struct account_change free = {.owner = &none};

	(void)account("mgr1", 1, ROLE_MANAGER, "x,connection_points");
	(void)account("mgr2", 2, ROLE_MANAGER, "");
	(void)account("mgr3", 3, ROLE_MANAGER, "connection_points2");
	(void)account("bob", 7, ROLE_USER, "");
	(void)account("alice", 100, ROLE_USER, "");
	(void)account("theirs", 55, ROLE_USER, "");
	(void)account("company", 4, ROLE_COMPANY_ADMIN, "connection_points");
	(void)account("root2", 5, ROLE_SYSTEM_ADMIN, "");
	tap_ok(account_get(&f.q, 7, &x) == 1 && x.owner == 0,
	    "a user belongs to the administrator unless told otherwise");
	tap_ok(account_get(&f.q, 1, &x) == 1 && x.owner == -1,
	    "a manager to nobody");
	tap_ok(account_edit(&f.q, 55, &free) == 0 &&
		   account_edit(&f.q, 55, &other) == 0 &&
		   account_get(&f.q, 55, &x) == 1 && x.owner == 1,
	    "and who owns a user can be changed");
}

int
main(void)
{
	fx_open(&f);
	accounts();
	test_sha1();
	test_settings();
	test_guard();
	things_to_list();
	test_hash();
	test_callers();
	test_check();
	test_owners();
	test_pages();
	test_rights();
	fx_close(&f);
	return tap_end();
}
