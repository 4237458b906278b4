/*
 * Rights: who logs in as what, what ends whose sessions, and that nobody ever
 * sees or changes what belongs to another domain, by any function.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "account.h"
#include "applogin.h"
#include "audit.h"
#include "category.h"
#include "clock.h"
#include "db.h"
#include "deliver.h"
#include "device_door.h"
#include "fixture.h"
#include "fleet.h"
#include "hubwire.h"
#include "instance.h"
#include "login.h"
#include "must.h"
#include "rental.h"
#include "session.h"
#include "setting.h"

static struct fixture f;
static int64_t a, b, c;

/* ---- logins ---- */

static const char *
cred_of(const char *domain, const char *password)
{
	static char out[ACTOR_CRED_SIZE];
	struct login_candidate can[LOGIN_CANDIDATES];

	out[0] = '\0';
	must(login_candidates(&f.q, str_of(domain), can) == 0);
	for (int i = 0; i < LOGIN_CANDIDATES; i++)
		if (out[0] == '\0' &&
		    crypto_equal(str_of(password), str_of(can[i].password)))
			str_copy(out, sizeof(out), str_of(can[i].cred));
	login_wipe(can);
	return out;
}

static void
test_passwords(void)
{
	struct str own = STR("OwnDomainPassword");
	struct domain_change change = {.password = &own};
	struct instance_password both;
	struct actor who;

	tap_is_str(cred_of("example.com", f.password), "instance",
	    "the instance password of the instance's domain: administrator");
	tap_is_str(cred_of("EXAMPLE.COM", f.password), "instance",
	    "the domain is compared without case");
	tap_ok(domain_edit(&f.q, 1, &change) == 0, "it gets another password");
	must(domain_instance_password(&f.q, str_of(f.password), true, &both) ==
	     0);
	tap_is_str(cred_of("example.com", "OwnDomainPassword"), "domain:1",
	    "the own password of the instance's domain is right too");
	tap_ok(actor_now(&f.q, "domain:1", &who) == 1 && who.admin,
	    "and means administrator");
	tap_is_str(cred_of("a.example", "PasswordA"), "domain:2",
	    "another domain has its own password");
	tap_is_str(cred_of("a.example", f.password), "",
	    "the instance password is not right for it");
	tap_is_str(cred_of("example.com", "PasswordA"), "",
	    "nor its password for the instance");
	tap_is_str(cred_of("nowhere.example", "PasswordA"), "",
	    "an unknown domain has none");
	tap_is_str(cred_of("c.example", ""), "",
	    "a domain without password has no logins");
	tap_ok(
	    actor_now(&f.q, "domain:4", &who) == 0, "and cannot be an actor");
}

static void
test_epochs(void)
{
	struct actor who, again;
	struct str next = STR("PasswordA2");
	struct domain_change change = {.password = &next};
	char text[ACTOR_TEXT_SIZE], longer[ACTOR_TEXT_SIZE + 8];

	tap_ok(actor_now(&f.q, "domain:2", &who) == 1 && !who.admin &&
		   who.ndomains == 1 && who.domains[0] == a && who.home == a,
	    "a domain sees itself");
	actor_text(&who, text);
	tap_ok(actor_resume(&f.q, str_of(text), &again) == 1 &&
		   again.epoch == who.epoch,
	    "an actor is resumed from its text");
	(void)snprintf(longer, sizeof(longer), "%s;x=1", text);
	tap_ok(actor_resume(&f.q, str_of(longer), &again) == 1,
	    "what stands behind a semicolon is the caller's");
	fx_clear(&f);
	tap_ok(domain_edit(&f.q, a, &change) == 0 &&
		   fx_ordered(
		       &f, "{\"order\":\"end\",\"cred\":\"domain:2\",\"rev\":"),
	    "a changed password ends the sessions that lived on it");
	tap_ok(actor_resume(&f.q, str_of(text), &again) == 0,
	    "and the old epoch is denied");
	tap_ok(actor_resume(&f.q, STR("local@1"), &again) == 0 &&
		   actor_resume(&f.q, STR("instance"), &again) == 0 &&
		   actor_resume(&f.q, STR("domain:x@1"), &again) == 0 &&
		   actor_resume(&f.q, STR(""), &again) == 0 &&
		   actor_resume(&f.q, STR("key:99@1"), &again) == 0,
	    "nothing else is an actor, \"local\" least of all");
}

static void
test_access(void)
{
	struct actor who;

	fx_clear(&f);
	tap_ok(fx_grant(&f, a, b) == 0 && fx_grant(&f, a, b) == 0,
	    "access is granted, twice is no error");
	tap_ok(fx_ordered(&f, "\"cred\":\"domain:2\",\"admin\":false,"
			      "\"domains\":[2,3]"),
	    "the hub is told what living sessions may see");
	tap_ok(actor_now(&f.q, "domain:2", &who) == 1 && who.ndomains == 2 &&
		   access_sees(&who, b) && !access_sees(&who, c) &&
		   !access_sees(&who, 0),
	    "the domain sees what was granted and nothing else");
	tap_ok(actor_now(&f.q, "domain:3", &who) == 1 && who.ndomains == 1,
	    "the other way round nothing was granted");
	fx_clear(&f);
	tap_ok(
	    domain_revoke(&f.q, a, b) == 0 && fx_ordered(&f, "\"domains\":[2]"),
	    "revoking takes it away from living sessions");
	tap_ok(fx_grant(&f, a, a) < 0 && fx_grant(&f, a, 999) < 0 &&
		   f.err.kind == ERR_GONE,
	    "not to itself, not to nothing");
}

static void
test_keys(void)
{
	struct str name = STR("robot");
	enum role role = ROLE_MANAGER;
	int64_t list[2] = {a, b}, one[1] = {b}, id = -1, key = 0;
	struct account_change in = {
	    .name = &name, .role = &role, .domains = list, .ndomains = 2};
	struct account_change fewer = {.domains = one, .ndomains = 1};
	struct actor who;
	char text[KEY_TEXT_SIZE], wrong[KEY_TEXT_SIZE];

	tap_ok(account_add(&f.q, &id, &in) == 0 && id > 0,
	    "a manager of two domains");
	tap_ok(
	    key_add(&f.q, id, STR("test"), &key, text) == 0, "gets an API key");
	tap_ok(login_key(&f.q, str_of(text), &who) == 1 && !who.admin &&
		   who.ndomains == 2 && who.account == id && who.home == a,
	    "which sees both");
	str_copy(wrong, sizeof(wrong), str_of(text));
	wrong[strlen(wrong) - 1] ^= 1;
	tap_ok(login_key(&f.q, str_of(wrong), &who) == 0 &&
		   login_key(&f.q, STR("flk_1_short"), &who) == 0 &&
		   login_key(&f.q, STR("flk_x"), &who) == 0 &&
		   login_key(&f.q, STR(""), &who) == 0,
	    "a wrong key is nobody");
	fx_clear(&f);
	tap_ok(account_edit(&f.q, id, &fewer) == 0 &&
		   fx_ordered(&f, "\"cred\":\"key:1\",\"admin\":false,"
				  "\"domains\":[3]"),
	    "taking a domain away reaches the key's sessions");
	fx_clear(&f);
	tap_ok(key_remove(&f.q, key) == 0 &&
		   fx_ordered(&f, "\"order\":\"end\",\"cred\":\"key:1\"") &&
		   login_key(&f.q, str_of(text), &who) == 0,
	    "a revoked key is nobody, its sessions end");
	tap_ok(key_remove(&f.q, key) < 0 && f.err.kind == ERR_GONE,
	    "revoking again finds none");
	role = ROLE_USER;
	in = (struct account_change){.role = &role};
	tap_ok(account_edit(&f.q, id, &in) == 0 &&
		   key_add(&f.q, id, STR("user"), &key, text) == 0 &&
		   login_key(&f.q, str_of(text), &who) == 1 && who.user &&
		   !who.admin && who.ndomains == 0 &&
		   access_api(&who, &f.err) < 0 && f.err.kind == ERR_DENIED,
	    "a mere user's key is right, but has no device API");
	tap_ok(actor_now(&f.q, who.cred, &who) == 0,
	    "and no session can live on it");
	role = ROLE_SYSTEM_ADMIN;
	tap_ok(account_edit(&f.q, id, &in) == 0 &&
		   login_key(&f.q, str_of(text), &who) == 1 && who.admin &&
		   !who.user && who.home == 1,
	    "a system administrator has all");
	fx_clear(&f);
	tap_ok(account_remove(&f.q, id) == 0 &&
		   fx_ordered(&f, "\"cred\":\"key:2\"") &&
		   login_key(&f.q, str_of(text), &who) == 0,
	    "removing the account ends its keys");
}

static void
test_accounts(void)
{
	struct str name = STR("anna"), other = STR("admin"), pw = STR("Secret"),
		   bad = STR("a b");
	enum role role = ROLE_COMPANY_ADMIN;
	int64_t id = 4711, none = 99999, domain[1] = {999};
	struct account_change in = {
	    .name = &name, .role = &role, .password = &pw};
	struct account x;
	struct login_found found;

	tap_ok(account_get(&f.q, 0, &x) == 1 && str_eqz(x.name, "admin") &&
		   x.role == ROLE_SYSTEM_ADMIN,
	    "the instance's administrator has id 0");
	tap_ok(account_add(&f.q, &id, &in) == 0 && id == 4711,
	    "an account may be given its id");
	tap_ok(login_account(&f.q, STR("anna"), STR("Secret"), &found) == 1 &&
		   found.account == 4711,
	    "it logs in with its password");
	tap_ok(login_account(&f.q, STR("anna"), STR("secret"), &found) == 0 &&
		   login_account(&f.q, STR("nobody"), STR("x"), &found) == 0 &&
		   login_account(&f.q, STR("admin"), STR(""), &found) == 0,
	    "and with nothing else");
	id = -1;
	in.name = &other;
	tap_ok(account_add(&f.q, &id, &in) < 0 && f.err.kind == ERR_EXISTS,
	    "a name is taken once");
	in = (struct account_change){.role = &role};
	tap_ok(account_edit(&f.q, 0, &in) < 0 && f.err.kind == ERR_DENIED &&
		   account_remove(&f.q, 0) < 0,
	    "the instance's administrator stays what he is");
	in = (struct account_change){.owner = &none};
	tap_ok(account_edit(&f.q, 4711, &in) < 0 && f.err.kind == ERR_GONE,
	    "an owner must exist");
	in = (struct account_change){.domains = domain, .ndomains = 1};
	tap_ok(account_edit(&f.q, 4711, &in) < 0 && f.err.kind == ERR_GONE,
	    "a domain must exist");
	in = (struct account_change){.permissions = &bad};
	tap_ok(account_edit(&f.q, 4711, &in) < 0 && f.err.kind == ERR_INPUT,
	    "permissions are plain words");
}

static void
test_app_login(void)
{
	struct applogin who = {.app = STR("innovaphone-devices-api"),
	    .domain = STR("example.com"),
	    .sip = STR("admin"),
	    .info = STR("{\"cn\":\"\xc3\x84\"}")};
	char digest[CRYPTO_HEX_MAX], key[LOGIN_SESSION_KEY_SIZE],
	    want[CRYPTO_HEX_MAX], message[600];
	struct actor actor;

	applogin_digest(&who, STR("0123456789"), str_of(f.password), digest);
	(void)snprintf(message, sizeof(message),
	    "{\"mt\":\"AppLogin\",\"app\":\"innovaphone-devices-api\","
	    "\"domain\":\"example.com\",\"sip\":\"admin\",\"info\":"
	    "{\"cn\":\"\xc3\x84\"},\"digest\":\"%s\"}",
	    digest);
	tap_ok(login_app(&f.q, str_of(message), STR("0123456789"), &actor,
		   key) == 1 &&
		   actor.admin && strcmp(actor.cred, "instance") == 0,
	    "AppLogin with the instance password is the administrator");
	applogin_session_key(STR("0123456789"), str_of(f.password), want);
	tap_is_str(key, want, "both ends have the same session key");
	tap_ok(login_app(&f.q, str_of(message), STR("0123456788"), &actor,
		   key) == 0 &&
		   key[0] == '\0',
	    "another challenge proves nothing");
	tap_ok(login_app(&f.q, STR("{\"mt\":\"AppLogin\"}"), STR("1"), &actor,
		   key) == 0,
	    "a message without digest proves nothing");
	tap_ok(login_app(&f.q, STR("{"), STR("1"), &actor, key) < 0 &&
		   f.err.kind == ERR_INPUT,
	    "no JSON is an error");
}

/* The cred that an AppLogin with this member for its domain opens; empty if
 * none.  Absent members count as empty in the digest. */
static const char *
opened_without(const char *member, const char *password)
{
	static struct actor actor;
	struct applogin who = {.app = STR("app")};
	char digest[CRYPTO_HEX_MAX], key[LOGIN_SESSION_KEY_SIZE], message[300];

	applogin_digest(&who, STR("12345"), str_of(password), digest);
	(void)snprintf(message, sizeof(message),
	    "{\"mt\":\"AppLogin\",\"app\":\"app\",%s\"digest\":\"%s\"}", member,
	    digest);
	return login_app(&f.q, str_of(message), STR("12345"), &actor, key) == 1
		   ? actor.cred
		   : "";
}

static void
test_app_login_without_domain(void)
{
	static const char *const members[] = {
	    "\"domain\":\"\",", "", "\"domain\":null,"};
	struct str own = STR("HomeSecret");
	struct domain_change change = {.password = &own};
	struct instance home;

	must(instance_get(&f.q, &home) == 0);
	must(domain_edit(&f.q, home.domain_id, &change) == 0);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		tap_ok(strcmp(opened_without(members[i], f.password),
			   "instance") == 0,
		    "AppLogin with %.13s is one of the instance's domain",
		    i == 1 ? "no domain" : members[i]);
		tap_is_str(opened_without(members[i], "HomeSecret"), "",
		    "but not with that domain's own password");
		tap_is_str(opened_without(members[i], ""), "", "nor with none");
	}
	tap_is_str(opened_without("\"domain\":\" \",", f.password), "",
	    "a blank is no empty domain");
}

/* ---- two passwords that open everything ---- */

static void
test_instance_password(void)
{
	struct str first = STR("FirstSecret"), second = STR("SecondSecret"),
		   third = STR("ThirdSecret");
	struct domain_change change = {.password = &third};
	struct str old = str_of(f.password);
	struct domain_change same = {.password = &old};
	struct instance_password done;
	struct instance home;

	must(instance_get(&f.q, &home) == 0);
	must(domain_edit(&f.q, home.domain_id, &same) == 0);
	must(fx_device(&f, "of-home", home.domain_id, DEVICE_PHONE, NULL) == 0);
	must(fx_device(&f, "gw-home", home.domain_id, DEVICE_GW, FX_PASS) == 0);
	tap_ok(domain_instance_password(&f.q, first, false, &done) == 0 &&
		   done.domain == INSTANCE_DOMAIN_CHANGED && done.devices == 1,
	    "an instance password that its domain shares changes both");
	tap_is_str(cred_of("example.com", f.password), "",
	    "the old one opens nothing more");
	tap_is_str(cred_of("example.com", "FirstSecret"), "instance",
	    "the new one does");
	tap_ok(domain_edit(&f.q, home.domain_id, &change) == 0 &&
		   strcmp(cred_of("example.com", "FirstSecret"), "instance") ==
		       0 &&
		   cred_of("example.com", "ThirdSecret")[0] != '\0',
	    "a new password of the instance's domain is one more: programs "
	    "that have the instance's keep working");
	tap_ok(domain_instance_password(&f.q, second, true, &done) == 0 &&
		   done.domain == INSTANCE_DOMAIN_DIFFERS && done.devices == 0,
	    "told to change the instance only it says what opens still");
	tap_ok(domain_instance_password(&f.q, first, false, &done) == 0 &&
		   done.domain == INSTANCE_DOMAIN_DIFFERS &&
		   cred_of("example.com", "ThirdSecret")[0] != '\0',
	    "a domain with another password keeps it");
	change.password = &second;
	tap_ok(
	    domain_edit(&f.q, home.domain_id, &change) == 0 &&
		strcmp(cred_of("example.com", "FirstSecret"), "instance") == 0,
	    "and changing that leaves the instance password alone");
	must(domain_instance_password(&f.q, str_of(f.password), true, &done) ==
	     0);
}

/* ---- HTTP sessions ---- */

/* Another program writes all the time: each step must answer at once. */
static void
test_sessions_unheard(void)
{
	int64_t began, to_step;
	struct actor who, found;
	struct session s = {0}, again = {0}, loaded;
	struct store *writer;
	struct ask q;
	char path[96];

	to_step = SESSION_LIFE_MS - clock_now_ms() % SESSION_LIFE_MS;
	clock_shift(to_step);
	must(actor_now(&f.q, "account:0", &who) == 1);
	q = fx_as(&f, &who);
	(void)snprintf(path, sizeof(path), "%s/fleetline.db", f.folder);
	must(store_open(path, false, &writer, &f.err) == 0);
	must(store_begin(writer, STORE_FAST, &f.err) == 0);
	began = clock_mono_ms();
	tap_ok(session_use(&q, &s) == 0 && s.used == 0,
	    "a session begins while another program writes");
	tap_ok(session_use(&q, &again) == 0 && strcmp(again.id, s.id) == 0 &&
		   memcmp(again.secret, s.secret, sizeof(s.secret)) == 0,
	    "it is the same for every program");
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   strcmp(found.cred, "account:0") == 0 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) == 0,
	    "and the door knows it");
	tap_ok(clock_mono_ms() - began < 500, "nothing waited for the writer");
	clock_shift(2 * SESSION_LIFE_MS - 10000);
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1,
	    "unheard of it lives to the end of the next step");
	clock_shift(10000);
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 0,
	    "and no longer");
	clock_shift(62 * (int64_t)SESSION_LIFE_MS);
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) != 0,
	    "when its id comes again, the secret does not");
	clock_shift(-64 * (int64_t)SESSION_LIFE_MS - to_step);
	store_rollback(writer);
	store_close(&writer);
}

static void
test_session_ids(void)
{
	struct actor who;
	struct session s = {0}, next = {0}, loaded;
	struct ask q;
	char id[PASSKEY_ID_LEN + 1];
	int hits = 0;

	must(actor_now(&f.q, "instance", &who) == 1);
	q = fx_as(&f, &who);
	must(session_use(&q, &s) == 0);
	for (unsigned i = 0; i < 256; i++) {
		(void)snprintf(id, sizeof(id), "%.8s%02x", s.id, i);
		if (strcmp(id, s.id) != 0)
			hits += session_load(&f.q, str_of(id), &loaded, &who);
	}
	tap_is_int(hits, 0, "the neighbours of an id are no ids");
	must(actor_now(&f.q, "domain:3", &who) == 1);
	must(session_use(&q, &next) == 0);
	tap_ok(strncmp(s.id, next.id, 4) != 0, "nor does one id tell another");
	actor_local(&who);
	memset(&s, 0, sizeof(s));
	tap_ok(session_use(&q, &s) < 0 && f.err.kind == ERR_LIMIT,
	    "the command line has no session");
}

static void
test_sessions(void)
{
	struct actor who, found;
	struct ask q;
	struct session s = {0}, again = {0}, loaded;
	struct buf out;
	char body[120];

	must(actor_now(&f.q, "domain:3", &who) == 1);
	q = fx_as(&f, &who);
	buf_init(&out, 4096);
	tap_ok(session_use(&q, &s) == 0 && strlen(s.id) == 10,
	    "a cred gets a session");
	tap_ok(session_use(&q, &again) == 0 && strcmp(again.id, s.id) == 0 &&
		   memcmp(again.secret, s.secret, sizeof(s.secret)) == 0,
	    "the same one for every thread");
	tap_ok(session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   strcmp(found.cred, "domain:3") == 0 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) == 0,
	    "it is found by its id");
	(void)snprintf(
	    body, sizeof(body), "{\"session\":\"%s\",\"hwId\":\"of-c\"}", s.id);
	tap_ok(device_door(&f.q, str_n("", 0), str_of(body), &out) == 0 &&
		   fx_has(&out, "\"session\":{\"id\":\"") &&
		   fx_has(&out, "\"life\":900000") &&
		   fx_has(&out, "\"device\":\"unknown\""),
	    "the door knows it; a device it may not see is unknown");
	buf_clear(&out);
	(void)snprintf(
	    body, sizeof(body), "{\"session\":\"%s\",\"hwId\":\"of-b\"}", s.id);
	tap_ok(device_door(&f.q, str_n("", 0), str_of(body), &out) == 0 &&
		   fx_has(&out, "\"device\":\"offline\""),
	    "one it sees is offline");
	buf_clear(&out);
	tap_ok(device_door(&f.q, STR("instance@0"), STR("{\"hwId\":\"of-b\"}"),
		   &out) == 0 &&
		   fx_has(&out, "\"device\":\"unknown\"") &&
		   !fx_has(&out, "session"),
	    "a session that is over sees nothing");
	buf_fini(&out);
}

static void
test_session_life(void)
{
	struct actor who, found;
	struct ask q;
	struct session s = {0}, loaded;
	struct str pw = STR("PasswordB2");
	struct domain_change change = {.password = &pw};
	char id[PASSKEY_ID_LEN + 1];

	must(actor_now(&f.q, "domain:3", &who) == 1);
	q = fx_as(&f, &who);
	must(session_use(&q, &s) == 0);
	str_copy(id, sizeof(id), str_of(s.id));
	clock_shift(14 * 60000);
	tap_ok(session_load(&f.q, str_of(id), &loaded, &found) == 1,
	    "after 14 minutes it still lives, and this is a use");
	clock_shift(14 * 60000);
	tap_ok(session_use(&q, &s) == 0 && strcmp(s.id, id) == 0,
	    "14 minutes later too");
	clock_shift(15 * 60000 + 1);
	tap_ok(session_load(&f.q, str_of(id), &loaded, &found) == 0,
	    "15 minutes after its last use it is over");
	tap_ok(session_use(&q, &s) == 0 && strcmp(s.id, id) != 0,
	    "the next use makes a new one");
	tap_ok(domain_edit(&f.q, b, &change) == 0 &&
		   session_load(&f.q, str_of(s.id), &loaded, &found) == 1 &&
		   memcmp(loaded.secret, s.secret, sizeof(s.secret)) != 0,
	    "a changed password ends its keys at once");
	clock_shift(-43 * 60000 - 1);
}

/* ---- the matrix: every function, as a domain that must not ---- */

static void
test_foreign_reads(struct ask *q)
{
	struct device d;
	struct domain x;
	struct category k;
	const struct str *names;
	struct category *cats;
	struct grant *grants;
	int64_t n;
	struct account acc;
	struct account *accs;
	struct api_key *keys;
	struct audit *rows;
	struct claim *claims;
	struct buf out;
	size_t count;

	buf_init(&out, 128);
	tap_ok(device_get(q, STR("of-c"), &d) == 0, "its device is not there");
	tap_ok(device_get(q, STR("un-1"), &d) == 0,
	    "an unassigned device is not there");
	tap_ok(device_phones(q, STR("of-c"), &names, &count) < 0 &&
		   q->err->kind == ERR_GONE,
	    "its phones are not there");
	tap_ok(
	    access_own(q->who, a, q->err) == 0 &&
		access_own(q->who, c, q->err) < 0 && q->err->kind == ERR_GONE &&
		access_own(q->who, 0, q->err) < 0 && q->err->kind == ERR_GONE,
	    "its own login acts for a domain itself, for no other");
	tap_ok(domain_get(q, c, &x) == 0 &&
		   domain_find(q, STR("c.example"), &x) == 0,
	    "the domain itself is not there");
	tap_ok(category_list(q, c, &cats, &count) < 0 &&
		   q->err->kind == ERR_GONE && category_get(q, 1, &k) == 0 &&
		   category_find(q, c, STR("secret"), &k) == 0,
	    "its categories are not there");
	tap_ok(domain_access(q, a, &grants, &count) < 0 &&
		   q->err->kind == ERR_DENIED,
	    "who may act on whom is for administrators");
	tap_ok(account_get(q, 0, &acc) < 0 &&
		   account_list(q, -1, &accs, &count) < 0 &&
		   key_list(q, 0, &keys, &count) < 0 &&
		   device_claims(q, STR("un-1"), &claims, &count) < 0 &&
		   q->err->kind == ERR_DENIED,
	    "accounts, keys and claims are too");
	tap_ok(audit_list(
		   q, &(struct audit_filter){.domain = c}, &rows, &count) < 0 &&
		   q->err->kind == ERR_GONE,
	    "what was done in it is not there");
	tap_ok(device_admin_password(q, STR("of-c"), &out) < 0 &&
		   q->err->kind == ERR_GONE &&
		   device_admin_password(q, STR("un-1"), &out) < 0 &&
		   q->err->kind == ERR_GONE,
	    "passwords of others are not there");
	tap_ok(device_count_unassigned(q, &n) == 0 && n == 0,
	    "unassigned devices are not counted");
	buf_fini(&out);
}

static void
test_foreign_changes(struct ask *q)
{
	struct instance_password ip;
	struct str name = STR("x"), secret = STR("secret");
	struct domain_change dc = {.name = &name};
	enum role role = ROLE_SYSTEM_ADMIN;
	struct account_change ac = {.name = &name, .role = &role};
	struct device_new in = {.hw_id = STR("mine"), .domain = a};
	struct fleet_import im = {.text = STR("hwId,domain\nq,a.example\n")};
	char text[KEY_TEXT_SIZE];
	int64_t id = -1;

	tap_ok(device_rename(q, STR("of-c"), name) < 0 &&
		   q->err->kind == ERR_GONE &&
		   device_set_categories(q, STR("of-c"), &secret, 1) < 0 &&
		   q->err->kind == ERR_GONE &&
		   device_phone_remove(q, STR("of-c"), name) < 0 &&
		   q->err->kind == ERR_GONE,
	    "a device of another domain cannot be changed, as if not there");
	tap_ok(device_set_categories(q, STR("of-a"), &secret, 1) < 0 &&
		   q->err->kind == ERR_GONE,
	    "its own device cannot get another domain's category");
	tap_ok(category_add(q, c, name, true, &id) < 0 &&
		   q->err->kind == ERR_GONE &&
		   category_edit(q, 1, &name, NULL) < 0 &&
		   q->err->kind == ERR_GONE && category_remove(q, 1) < 0 &&
		   q->err->kind == ERR_GONE,
	    "nor its categories");
	tap_ok(device_add(q, &in) < 0 && q->err->kind == ERR_DENIED &&
		   device_assign(q, STR("un-1"), a, NULL, NULL) < 0 &&
		   q->err->kind == ERR_DENIED &&
		   device_unassign(q, STR("of-a")) < 0 &&
		   q->err->kind == ERR_DENIED &&
		   device_remove(q, STR("of-a")) < 0 &&
		   q->err->kind == ERR_DENIED && fleet_import(q, &im) < 0 &&
		   q->err->kind == ERR_DENIED,
	    "adding, assigning, unassigning, removing are for administrators");
	tap_ok(domain_edit(q, c, &dc) < 0 && q->err->kind == ERR_GONE,
	    "nor its settings");
	tap_ok(domain_add(q, name, NULL, &id) < 0 &&
		   domain_remove(q, a, rental_may_remove) < 0 &&
		   domain_remove(q, c, rental_may_remove) < 0 &&
		   domain_grant(q, &(struct grant){.domain = a, .target = c}) <
		       0 &&
		   domain_revoke(q, a, c) < 0 &&
		   domain_instance_password(q, name, false, &ip) < 0 &&
		   q->err->kind == ERR_DENIED,
	    "domains and access too");
	tap_ok(account_add(q, &id, &ac) < 0 && account_edit(q, 1, &ac) < 0 &&
		   account_remove(q, 1) < 0 &&
		   key_add(q, 0, name, &id, text) < 0 && text[0] == '\0' &&
		   key_remove(q, 1) < 0 &&
		   setting_set(q, "offer_minutes", STR("5")) < 0 &&
		   q->err->kind == ERR_DENIED,
	    "accounts, keys, settings too");
}

static void
test_matrix(void)
{
	struct actor who;
	struct ask q;

	must(fx_category(&f, c, "secret") == 1);
	must(actor_now(&f.q, "domain:2", &who) == 1);
	q = fx_as(&f, &who);
	test_foreign_reads(&q);
	test_foreign_changes(&q);
	tap_ok(device_rename(&q, STR("of-a"), STR("mine")) == 0,
	    "its own device it may name");
}

/* ---- random: whatever is granted, lists hold exactly what may be seen ---- */

static int
list_foreign(struct ask *q, int *seen)
{
	struct device_filter all = {.assigned = true, .unassigned = true};
	struct device_cursor at = {0};
	struct device_page page = {0};
	int foreign = 0;

	*seen = 0;
	while (!page.last) {
		must(device_list(q, &all, &at, &page) == 0);
		for (size_t i = 0; i < page.n; i++) {
			foreign += !access_sees(q->who, page.list[i].domain_id);
			(*seen)++;
		}
	}
	return foreign;
}

#define RANDOM_DOMAINS 12
#define RANDOM_DEVICES 60

static void
random_world(int64_t ids[RANDOM_DOMAINS])
{
	char name[40];

	for (int i = 0; i < RANDOM_DOMAINS; i++) {
		(void)snprintf(name, sizeof(name), "r%d.example", i);
		ids[i] = fx_domain(&f, name, "Password");
	}
	for (int i = 0; i < RANDOM_DEVICES; i++) {
		(void)snprintf(name, sizeof(name), "random-%d", i);
		must(fx_device(&f, name, ids[rand() % RANDOM_DOMAINS],
			 DEVICE_PHONE, NULL) == 0);
	}
}

static void
random_step(const int64_t ids[RANDOM_DOMAINS])
{
	int64_t from = ids[rand() % RANDOM_DOMAINS];
	int64_t to = ids[rand() % RANDOM_DOMAINS];
	char hw[40];

	(void)snprintf(hw, sizeof(hw), "random-%d", rand() % RANDOM_DEVICES);
	switch (rand() % 3) {
	case 0:
		if (from != to)
			must(fx_grant(&f, from, to) == 0);
		break;
	case 1:
		must(domain_revoke(&f.q, from, to) == 0);
		break;
	default:
		must(device_assign(&f.q, str_of(hw), to, NULL, NULL) == 0);
		break;
	}
}

static void
test_random(void)
{
	int64_t ids[RANDOM_DOMAINS];
	int foreign = 0, wrong = 0, seen, wanted;
	char cred[ACTOR_CRED_SIZE];

	srand(20261122);
	random_world(ids);
	for (int step = 0; step < 300; step++) {
		struct actor who;
		struct ask q;
		struct domain d;

		random_step(ids);
		(void)snprintf(cred, sizeof(cred), "domain:%lld",
		    (long long)ids[rand() % RANDOM_DOMAINS]);
		must(actor_now(&f.q, cred, &who) == 1);
		q = fx_as(&f, &who);
		foreign += list_foreign(&q, &seen);
		wanted = 0;
		for (int i = 0; i < RANDOM_DOMAINS; i++) {
			struct domain *list;
			size_t n;

			if (!access_sees(&who, ids[i]))
				continue;
			must(domain_get(&f.q, ids[i], &d) == 1);
			must(domain_list(&f.q, ids[i] - 1, true, &list, &n) ==
			     0);
			wanted += (int)list[0].count;
		}
		wrong += seen != wanted;
		fx_clear(&f);
	}
	tap_is_int(foreign, 0, "300 random worlds: nothing foreign is listed");
	tap_is_int(wrong, 0, "and all that may be seen is");
}

/* ---- domains ---- */

/* What a tenant may do with the name of its domain. */
static void
test_own_name(int64_t id)
{
	struct actor tenant;
	struct ask q = fx_as(&f, &tenant);
	struct str other = STR("other.example"), same = STR("short.example"),
		   password = STR("another");
	struct domain_change rename = {.name = &other},
			     both = {.name = &other, .password = &password},
			     keep = {.name = &same, .password = &password};
	char cred[32];
	struct domain d;

	(void)snprintf(cred, sizeof(cred), "domain:%lld", (long long)id);
	must(actor_now(&f.q, cred, &tenant) == 1);
	tap_ok(domain_edit(&q, id, &rename) < 0 && f.err.kind == ERR_DENIED,
	    "a tenant does not rename its domain");
	tap_ok(domain_edit(&q, id, &both) < 0 && f.err.kind == ERR_DENIED &&
		   domain_find(&f.q, same, &d) == 1 && d.id == id,
	    "and changes nothing else when it tries");
	tap_ok(domain_edit(&q, id, &keep) == 0,
	    "it may say the name that it has, and set its password");
	tap_ok(domain_find(&f.q, other, &d) == 0, "no name was given up");
}

static void
test_domains(void)
{
	static const char *const bad[] = {
	    "", "a b", "-a", "a-", "a..b", ".", "\xc3\xa4.example", "a/b"};
	int64_t id;
	struct str name = STR("renamed.example"), taken = STR("B.example");
	struct domain_change change = {.name = &name};
	struct domain d;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_ok(domain_add(&f.q, str_of(bad[i]), NULL, &id) < 0 &&
			   f.err.kind == ERR_INPUT,
		    "domain name %zu of the bad ones is refused", i);
	tap_ok(domain_add(&f.q, STR("A.Example"), NULL, &id) < 0 &&
		   f.err.kind == ERR_EXISTS,
	    "a name is taken without case");
	tap_ok(domain_edit(&f.q, 1, &change) < 0 && f.err.kind == ERR_DENIED &&
		   domain_remove(&f.q, 1, rental_may_remove) < 0 &&
		   f.err.kind == ERR_DENIED,
	    "the instance's domain stays");
	tap_ok(domain_remove(&f.q, c, rental_may_remove) < 0 &&
		   f.err.kind == ERR_EXISTS,
	    "a domain with devices stays");
	fx_clear(&f);
	id = fx_domain(&f, "short.example", "Password");
	tap_ok(fx_ordered(&f, "\"topic\":\"domains\"") &&
		   fx_ordered(&f, "\\\"domain\\\":{"),
	    "a new domain is published");
	test_own_name(id);
	tap_ok(domain_edit(&f.q, id, &change) == 0 &&
		   domain_find(&f.q, name, &d) == 1 && d.id == id,
	    "it is renamed");
	change.name = &taken;
	tap_ok(domain_edit(&f.q, id, &change) < 0 && f.err.kind == ERR_EXISTS,
	    "not to a name that is taken");
	fx_clear(&f);
	tap_ok(domain_remove(&f.q, id, rental_may_remove) == 0 &&
		   fx_ordered(&f, "\"order\":\"end\"") &&
		   fx_ordered(&f, "\\\"id\\\":") &&
		   domain_get(&f.q, id, &d) == 0,
	    "an empty one is removed, its sessions end, it is published");
}

/* The number behind "rev" in the first order since fx_clear; 0: none. */
static int64_t
rev_ordered(void)
{
	const char *at =
	    f.orders.len > 0 ? strstr(f.orders.data, "\"rev\":") : NULL;

	return at != NULL ? strtoll(at + 6, NULL, 10) : 0;
}

/* Orders may cross on their way to the hub: their rev puts them in order. */
static void
test_revs(void)
{
	struct actor who;
	int64_t granted, revoked;

	fx_clear(&f);
	must(fx_grant(&f, a, c) == 0);
	granted = rev_ordered();
	must(actor_now(&f.q, "domain:2", &who) == 1);
	tap_ok(granted > 0 && who.rev >= granted,
	    "who logs in after a change has seen its rev");
	fx_clear(&f);
	must(domain_revoke(&f.q, a, c) == 0);
	revoked = rev_ordered();
	tap_ok(revoked > granted && revoked > who.rev,
	    "a later change has a greater one than who logged in before it");
	fx_clear(&f);
	orders_rights(&f.core.orders, who.cred,
	    &(struct orders_sight){.ndomains = HUBWIRE_DOMAINS_MAX + 1}, 4711);
	tap_ok(orders_flush(&f.core.orders, &f.err) == 0 &&
		   fx_ordered(&f, "{\"order\":\"end\",\"cred\":\"domain:2\","
				  "\"rev\":4711}"),
	    "more domains than a session holds end it");
}

int
main(void)
{
	fx_open(&f);
	a = fx_domain(&f, "a.example", "PasswordA");
	b = fx_domain(&f, "b.example", "PasswordB");
	c = fx_domain(&f, "c.example", NULL);
	must(fx_device(&f, "of-a", a, DEVICE_PHONE, NULL) == 0);
	must(fx_device(&f, "of-b", b, DEVICE_PHONE, NULL) == 0);
	must(fx_device(&f, "of-c", c, DEVICE_PHONE, NULL) == 0);
	must(fx_device(&f, "un-1", a, DEVICE_PHONE, NULL) == 0);
	must(device_unassign(&f.q, STR("un-1")) == 0);
	test_passwords();
	test_epochs();
	test_access();
	test_keys();
	test_accounts();
	test_app_login();
	test_app_login_without_domain();
	test_sessions();
	test_session_life();
	test_sessions_unheard();
	test_session_ids();
	test_matrix();
	test_random();
	test_domains();
	test_revs();
	test_instance_password();
	fx_close(&f);
	return tap_end();
}
