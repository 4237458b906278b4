/*
 * Logins: who is what with which password, key or account, what ends whose
 * sessions, and how an app logs in for its domain.
 */
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "account.h"
#include "applogin.h"
#include "db.h"
#include "device_door.h"
#include "fixture.h"
#include "instance.h"
#include "login.h"
#include "must.h"
#include "session.h"

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

int
main(void)
{
	fx_open(&f);
	a = fx_domain(&f, "a.example", "PasswordA");
	b = fx_domain(&f, "b.example", "PasswordB");
	c = fx_domain(&f, "c.example", NULL);
	test_passwords();
	test_epochs();
	test_keys();
	test_accounts();
	test_app_login();
	test_app_login_without_domain();
	test_instance_password();
	fx_close(&f);
	return tap_end();
}
