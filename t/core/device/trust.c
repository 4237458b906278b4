/*
 * Whom a secret is given to: what somebody who only knows a hardware id can
 * get, and what they keep after an administrator has chosen somebody else.
 */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "deliver.h"
#include "fixture.h"
#include "json.h"
#include "must.h"
#include "sysclient.h"

#define DOMAIN_PASSWORD "TheTenantsLogin"

static struct fixture f;
static int64_t domain;

/* ---- a connection that says it is a gateway ---- */

static void
gateway(struct conn *c, const char *hw_id, const char *digest)
{
	char json[1024];

	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"%s\",\"product\":\"IP112\",\"version\":\"" FX_VERSION
	    "\",\"platform\":{\"type\":\"GW\"}%s%s%s}",
	    hw_id, digest != NULL ? ",\"digest\":\"" : "",
	    digest != NULL ? digest : "", digest != NULL ? "\"" : "");
	must(fx_identify(&f, c, json) == 0);
}

static void
claim(struct conn *c, const char *hw_id, int64_t seq)
{
	fx_conn(c, seq);
	gateway(c, hw_id, NULL);
	(void)fx_presence(&f, hw_id, seq, true, "claim");
}

/* Comes again with the digest of a password. */
static void
prove(struct conn *c, const char *hw_id, int64_t seq, const char *password)
{
	char digest[CRYPTO_HEX_MAX];

	fx_conn(c, seq);
	gateway(c, hw_id, NULL);
	fx_digest(c, hw_id, password, digest);
	gateway(c, hw_id, digest);
}

/* ---- what it was given ---- */

/* The password in a frame 0x0001, empty without one. */
static void
given_password(const char *frame, char out[SC_PASSWORD_LEN + 1])
{
	const struct json *v;

	out[0] = '\0';
	if (frame[0] != '\0' &&
	    json_read(&f.arena, str_of(frame), 4096, &v, &f.err) == 0)
		str_copy(out, SC_PASSWORD_LEN + 1,
		    json_text(json_member(v, "password")));
}

/* What a frame 0x0003 says to who has the password, empty without one. */
static const char *
given_admin(const char *frame, const char *password)
{
	static char plain[256];
	const struct json *v;
	struct str seed, pwd;
	char key[64];

	memset(plain, 0, sizeof(plain));
	if (frame[0] == '\0' ||
	    json_read(&f.arena, str_of(frame), 4096, &v, &f.err) < 0)
		return plain;
	seed = json_text(json_member(v, "seed"));
	pwd = json_text(json_member(v, "pwd"));
	must(seed.len == SC_SEED_LEN && pwd.len < sizeof(plain));
	(void)snprintf(
	    key, sizeof(key), "%.*s:%s", (int)seed.len, seed.p, password);
	must(crypto_unhex(pwd, (unsigned char *)plain, pwd.len / 2) >= 0);
	crypto_rc4(
	    str_of(key), str_n(plain, pwd.len / 2), (unsigned char *)plain);
	return plain;
}

static const char *
admin_of(const struct conn *c, const char *password)
{
	return given_admin(fx_frame(&f, c, 3), password);
}

/* ---- devices ---- */

static void
add(const char *hw_id, int64_t minutes)
{
	struct device_new in = {.hw_id = str_of(hw_id),
	    .domain = domain,
	    .type = DEVICE_GW,
	    .offer_minutes = minutes};

	must(device_add(&f.q, &in) == 0);
}

static int
choose(const char *hw_id, int64_t seq)
{
	struct device_choice choice = {.boot = STR(FX_BOOT), .conn = seq};

	return device_assign(&f.q, str_of(hw_id), domain, &choice, NULL);
}

/* ---- tests ---- */

static void
test_first_to_name_it(void)
{
	struct conn c;
	int given = 0;

	add("imported", 0);
	for (int64_t seq = 1; seq <= 5; seq++) {
		claim(&c, "imported", seq);
		given += fx_frame(&f, &c, 1)[0] != '\0';
		given += fx_frame(&f, &c, 3)[0] != '\0';
		(void)fx_presence(&f, "imported", seq, false, "claim");
		fx_conn_end(&c);
	}
	must(deliver_sweep(&f.q) == 0);
	tap_ok(given == 0 && !fx_ordered(&f, "imported\",\"send"),
	    "who names an imported id first, five times, is given nothing");
}

static void
test_open_offer(void)
{
	struct conn c, again;
	char password[SC_PASSWORD_LEN + 1];

	add("open", 10);
	claim(&c, "open", 11);
	given_password(fx_frame(&f, &c, 1), password);
	tap_ok(strlen(password) == SC_PASSWORD_LEN,
	    "an open offer goes to who comes first");
	tap_ok(strlen(admin_of(&c, password)) == 20,
	    "with a random administrative password, though it is a gateway");
	prove(&again, "open", 12, password);
	tap_is_str(fx_member(&f, &again, "displace"), "true",
	    "a digest with its password is right");
	tap_ok(strlen(admin_of(&again, password)) == 20,
	    "and still brings no domain's password");
	fx_conn_end(&c);
	fx_conn_end(&again);
	must(device_confirm(&f.q, STR("open")) == 0);
	prove(&again, "open", 13, password);
	tap_is_str(admin_of(&again, password), DOMAIN_PASSWORD,
	    "which it gets when an administrator has confirmed it");
	fx_conn_end(&again);
}

static void
test_confirmed_too_early(void)
{
	struct conn c;
	char password[SC_PASSWORD_LEN + 1];
	int rc;

	add("early", 10);
	rc = device_confirm(&f.q, STR("early"));
	tap_ok(rc < 0 && f.err.kind == ERR_GONE,
	    "an open offer that nobody took has nobody to confirm");
	claim(&c, "early", 21);
	given_password(fx_frame(&f, &c, 1), password);
	tap_ok(strcmp(admin_of(&c, password), DOMAIN_PASSWORD) != 0,
	    "who comes first after it does not get the domain's password");
	fx_conn_end(&c);
}

static void
test_stranger_before(void)
{
	struct conn c, real;
	struct buf before, after;
	char password[SC_PASSWORD_LEN + 1];

	add("taken", 10);
	claim(&c, "taken", 31);
	given_password(fx_frame(&f, &c, 1), password);
	fx_conn_end(&c);
	prove(&c, "taken", 32, password);
	must(strcmp(fx_member(&f, &c, "as"), "device") == 0);
	(void)fx_presence(&f, "taken", 32, true, "device");
	fx_conn_end(&c);
	claim(&real, "taken", 33);
	gateway(&real, "taken", NULL);
	gateway(&real, "taken", NULL);
	(void)fx_presence(&f, "taken", 33, true, "claim");
	buf_init(&before, 64);
	buf_init(&after, 64);
	must(device_admin_password(&f.q, STR("taken"), &before) == 1);
	tap_ok(choose("taken", 33) == 0, "the real one is chosen by its name");
	must(device_admin_password(&f.q, STR("taken"), &after) == 1);
	tap_ok(strcmp(before.data, after.data) != 0,
	    "and gets no administrative password that a stranger knows");
	buf_fini(&before);
	buf_fini(&after);
	fx_conn_end(&real);
	prove(&c, "taken", 34, password);
	tap_ok(strcmp(fx_member(&f, &c, "as"), "device") != 0 &&
		   strcmp(admin_of(&c, password), DOMAIN_PASSWORD) != 0,
	    "a stranger that took the open offer before has lost the device");
	fx_conn_end(&c);
}

static void
test_shown_before_it_came(void)
{
	struct conn c;
	struct buf first, second;
	struct device_new in = {
	    .hw_id = STR("shown"), .domain = domain, .type = DEVICE_PHONE};

	buf_init(&first, 64);
	buf_init(&second, 64);
	must(device_add(&f.q, &in) == 0);
	must(device_admin_password(&f.q, STR("shown"), &first) >= 0);
	claim(&c, "shown", 41);
	must(choose("shown", 41) == 0);
	must(device_admin_password(&f.q, STR("shown"), &second) == 1);
	tap_ok(first.len == 0 ||
		   (first.len == second.len &&
		       memcmp(first.data, second.data, first.len) == 0),
	    "a random password shown before the device came is the one it "
	    "gets");
	buf_fini(&first);
	buf_fini(&second);
	fx_conn_end(&c);
}

/* A sealed password that opens no more (a key file of another instance). */
static void
test_broken_seal(void)
{
	struct str other = STR("changed-password"), old = STR(DOMAIN_PASSWORD);
	struct domain_change change = {.password = &other};
	const char *const ids[] = {"broken", "sound"};
	struct conn c;

	for (int i = 0; i < 2; i++) {
		must(fx_device(&f, ids[i], domain, DEVICE_GW, FX_PASS) == 0);
		prove(&c, ids[i], 47 + i, FX_PASS);
		(void)fx_presence(&f, ids[i], 47 + i, true, "device");
		fx_conn_end(&c);
	}
	must(store_exec(f.core.store,
		 "UPDATE device_secret SET proven = x'00' WHERE device_id ="
		 " (SELECT id FROM device WHERE hw_id = 'broken')",
		 &f.err) == 0);
	fx_clear(&f);
	must(domain_edit(&f.q, domain, &change) == 0);
	tap_ok(deliver_sweep(&f.q) == 0 &&
		   !fx_ordered(&f, "\"broken\",\"send\"") &&
		   fx_ordered(&f, "\"sound\",\"send\""),
	    "one whose password cannot be opened does not hold up others");
	change.password = &old;
	must(domain_edit(&f.q, domain, &change) == 0 &&
	     device_remove(&f.q, STR("broken")) == 0);
}

/* The state has room for all that a device may say. */
static void
test_long_facts(void)
{
	struct conn c;
	struct buf json;
	char text[129], name[65];

	memset(text, 'x', 128);
	text[128] = '\0';
	memset(name, 'i', 64);
	name[64] = '\0';
	must(fx_device(&f, "long", domain, DEVICE_GW, FX_PASS) == 0);
	fx_conn(&c, 51);
	buf_init(&json, 16 << 10);
	buf_printf(&json,
	    "{\"id\":\"long\",\"product\":\"%s\",\"version\":\"%s\",\"name\":"
	    "\"%s\",\"fw\":\"%s\",\"bc\":\"%s\",\"fwBuild\":\"%s\",\"bcBuild\":"
	    "\"%s\",\"major\":\"%s\",\"ethIfs\":[",
	    text, text, text, text, text, text, text, text);
	for (int i = 0; i < 16; i++)
		buf_printf(&json,
		    "%s{\"if\":\"%s\",\"ipv4\":\"198.51.100.%d\",\"ipv6\":"
		    "\"2001:db8:1111:2222:3333:4444:5555:66%d\"}",
		    i > 0 ? "," : "", name, 100 + i, 10 + i);
	buf_puts(&json, "]}");
	must(fx_identify(&f, &c, json.data) == 0);
	tap_ok(strlen(c.state) > 0, "a device that says all it may is asked");
	must(fx_identify(&f, &c, "") == 0);
	tap_is_str(fx_member(&f, &c, "as"), "claim",
	    "and is shown as a claim when it does not answer");
	buf_fini(&json);
	fx_conn_end(&c);
}

static void
test_switched_back(void)
{
	bool on = true, off = false;
	struct domain_change random = {.admin_random = &on};
	struct domain_change shared = {.admin_random = &off};
	struct conn c;

	must(fx_device(&f, "switch", domain, DEVICE_GW, FX_PASS) == 0);
	prove(&c, "switch", 61, FX_PASS);
	must(strcmp(fx_member(&f, &c, "as"), "device") == 0);
	(void)fx_presence(&f, "switch", 61, true, "device");
	fx_conn_end(&c);
	for (int i = 0; i < 2; i++) {
		must(domain_edit(&f.q, domain, &random) == 0);
		fx_clear(&f);
		must(deliver_sweep(&f.q) == 0);
		tap_ok(fx_ordered(&f, "\"hwId\":\"switch\",\"send\":[[3,"),
		    "a domain that takes random passwords sends one, time %d",
		    i + 1);
		must(domain_edit(&f.q, domain, &shared) == 0);
		fx_clear(&f);
		must(deliver_sweep(&f.q) == 0);
		tap_ok(fx_ordered(&f, "\"hwId\":\"switch\",\"send\":[[3,"),
		    "and its own again when it takes them no longer");
	}
}

static void
test_kind_by_hand(void)
{
	const enum device_type phone = DEVICE_PHONE;
	struct device_choice choice = {.type = &phone};
	struct conn c;

	must(fx_device(&f, "hand", domain, DEVICE_GW, FX_PASS) == 0);
	prove(&c, "hand", 71, FX_PASS);
	(void)fx_presence(&f, "hand", 71, true, "device");
	fx_conn_end(&c);
	must(deliver_sweep(&f.q) == 0);
	fx_clear(&f);
	must(device_assign(&f.q, STR("hand"), domain, &choice, NULL) == 0);
	must(deliver_sweep(&f.q) == 0);
	tap_ok(fx_ordered(&f, "\"hwId\":\"hand\",\"send\":[[3,"),
	    "a device whose kind is changed by hand gets the other password");
}

static void
test_calls_itself(void)
{
	struct conn c;
	struct device d;

	must(fx_device(&f, "liar", domain, DEVICE_PHONE, FX_PASS) == 0);
	prove(&c, "liar", 81, FX_PASS);
	tap_ok(strlen(admin_of(&c, FX_PASS)) == 20,
	    "a phone that calls itself a gateway keeps its kind");
	tap_ok(device_get(&f.q, STR("liar"), &d) == 1 &&
		   d.type == DEVICE_PHONE && d.type_told == DEVICE_GW,
	    "it stays in its list, and what it says stands beside");
	fx_conn_end(&c);
}

static void
test_gone(void)
{
	struct conn c, d;

	claim(&c, "gone", 91);
	claim(&d, "gone", 92);
	(void)fx_presence(&f, "gone", 91, false, "claim");
	fx_clear(&f);
	tap_ok(choose("gone", 91) < 0 && f.err.kind == ERR_GONE,
	    "a chosen connection that has gone is not found");
	must(deliver_sweep(&f.q) == 0);
	tap_ok(!fx_ordered(&f, "gone\",\"send") && !fx_ordered(&f, "[[1,"),
	    "and another claim of the id is given nothing");
	f.hub = HUB_REFUSES;
	must(choose("gone", 92) == 0);
	f.hub = HUB_OK;
	fx_conn_end(&c);
	claim(&c, "gone", 93);
	fx_clear(&f);
	must(deliver_sweep(&f.q) == 0);
	tap_ok(fx_frame(&f, &c, 1)[0] == '\0' && !fx_ordered(&f, "[[1,"),
	    "one that goes before it is sent leaves the offer closed");
	fx_conn_end(&c);
	fx_conn_end(&d);
}

static void
test_copy_of_online(void)
{
	struct device_placed out;
	struct conn real, copy;

	fx_online(&f, "copied", domain, 101, &real);
	claim(&copy, "copied", 102);
	gateway(&copy, "copied", NULL);
	gateway(&copy, "copied", NULL);
	(void)fx_presence(&f, "copied", 102, true, "claim");
	fx_clear(&f);
	tap_ok(device_assign(&f.q, STR("copied"), domain, NULL, &out) < 0 &&
		   f.err.kind == ERR_EXISTS && out.nclaims == 1 &&
		   out.claims[0].conn == 102,
	    "a copy of an online device is not assigned without its name");
	tap_ok(!fx_ordered(&f, "copied"), "and is given nothing");
	fx_conn_end(&real);
	fx_conn_end(&copy);
}

/* The hub says that a connection is there after it has said its name. */
static void
test_two_that_are_new(void)
{
	struct device_placed out;
	struct conn left, one, two;

	claim(&left, "two-new", 111);
	(void)fx_presence(&f, "two-new", 111, false, "claim");
	fx_conn(&one, 112);
	gateway(&one, "two-new", NULL);
	fx_conn(&two, 113);
	gateway(&two, "two-new", NULL);
	tap_ok(device_assign(&f.q, STR("two-new"), domain, NULL, &out) < 0 &&
		   f.err.kind == ERR_EXISTS,
	    "of two that have just said their name one must be chosen");
	tap_is_int((int64_t)out.nclaims, 2, "and these two are shown");
	fx_conn_end(&left);
	fx_conn_end(&one);
	fx_conn_end(&two);
}

int
main(void)
{
	fx_open(&f);
	domain = fx_domain(&f, "tenant.example", DOMAIN_PASSWORD);
	{
		bool on = true;

		must(domain_edit(&f.q, domain,
			 &(struct domain_change){.deploy = &on}) == 0);
	}
	test_first_to_name_it();
	test_open_offer();
	test_confirmed_too_early();
	test_stranger_before();
	test_shown_before_it_came();
	test_broken_seal();
	test_long_facts();
	test_switched_back();
	test_kind_by_hand();
	test_calls_itself();
	test_gone();
	test_copy_of_online();
	test_two_that_are_new();
	fx_close(&f);
	return tap_end();
}
