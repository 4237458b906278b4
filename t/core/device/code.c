/*
 * Provisioning codes: who makes them, what they do to a device, whom they are
 * wrong for (innovaphone-protocols 3.1 to 3.3, 5; each demand by its name).
 */
#include "code.h"

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "category.h"
#include "clock.h"
#include "code_guard.h"
#include "count.h"
#include "file.h"
#include "fixture.h"
#include "must.h"
#include "sysclient.h"

#define MINUTE 60000

static struct fixture f;
static int64_t north, south;

/* A code for domain; "" if there is none, with the error in f.err. */
static const char *
code_for(int64_t domain, const struct code_wish *more)
{
	static char digits[CODE_DIGITS + 1];
	static const struct code_watch watch = {
	    .boot = STR(FX_BOOT), .session = STR("0a1b2c3d4e")};
	struct code_wish w = {0};
	struct code_made made;

	if (more != NULL)
		w = *more;
	w.domain = domain;
	if (w.category.len == 0)
		w.category = STR("phones");
	if (code_add(&f.q, &w, &watch, &made) < 0)
		return "";
	str_copy(digits, sizeof(digits), str_of(made.digits));
	return digits;
}

static int
say_from(struct conn *c, const char *hw_id, const char *code, const char *where)
{
	char json[400];

	(void)snprintf(json, sizeof(json),
	    "{\"id\":\"%s\",\"product\":\"IP222\",\"version\":\"14r1\","
	    "\"platform\":{\"type\":\"PHONE\"},\"provisioningCode\":\"%s\","
	    "\"ethIfs\":[{\"if\":\"ETH0\",\"ipv4\":\"192.0.2.9\"}]}",
	    hw_id, code);
	return fx_identify_from(&f, c, json, where);
}

static int
say(struct conn *c, const char *hw_id, const char *code)
{
	return say_from(c, hw_id, code, "192.0.2.1");
}

static bool
is(const struct conn *c, const char *name, const char *value)
{
	return strcmp(fx_member(&f, c, name), value) == 0;
}

static int64_t
domain_of(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) == 1 ? d.domain_id : -1;
}

/* A fresh device says a code. */
static bool
joins(int64_t seq, const char *hw_id, const char *code)
{
	struct conn c;
	bool yes;

	fx_conn(&c, seq);
	yes = say(&c, hw_id, code) == 0 && is(&c, "as", "device");
	fx_conn_end(&c);
	return yes;
}

/* ---- making ---- */

static void
test_made(void)
{
	struct code_wish w = {.domain = north, .category = STR("phones")};
	struct code_made a, b;

	must(code_add(&f.q, &w, NULL, &a) == 0);
	must(code_add(&f.q, &w, NULL, &b) == 0);
	tap_ok(strlen(a.digits) == 12 && strspn(a.digits, "0123456789") == 12 &&
		   strcmp(a.digits, b.digits) != 0,
	    "PC2: a code has twelve digits");
	tap_ok(a.ends - clock_now_ms() <= 15 * MINUTE &&
		   a.ends - clock_now_ms() > 14 * MINUTE,
	    "PC2: and lives fifteen minutes");
	w.rollout = true;
	must(code_add(&f.q, &w, NULL, &b) == 0);
	tap_ok(b.ends - a.ends > (7 * 24 * 60 - 16) * (int64_t)MINUTE,
	    "PC2: one for a rollout seven days");
	w.category = STR("nothing");
	tap_ok(code_add(&f.q, &w, NULL, &a) < 0 &&
		   strcmp(f.err.text, "no such category") == 0,
	    "PC5: a category of the domain is needed");
	w.category = STR("plain");
	tap_ok(code_add(&f.q, &w, NULL, &a) < 0 &&
		   strcmp(f.err.text, "not a provisioning category") == 0,
	    "PC5: that is for provisioning");
	w = (struct code_wish){.domain = 77, .category = STR("phones")};
	tap_ok(code_add(&f.q, &w, NULL, &a) < 0 && f.err.kind == ERR_GONE,
	    "and a domain that there is");
}

/* The digits stand in no file of the store. */
static bool
in_file(const char *name, const char *digits)
{
	char path[128];
	struct buf text;
	struct err e;
	bool found;

	(void)snprintf(path, sizeof(path), "%s/%s", f.folder, name);
	buf_init(&text, 64 << 20);
	must(file_text(path, 32 << 20, &text, &e) == 1);
	found = memmem(text.data, text.len, digits, strlen(digits)) != NULL;
	buf_fini(&text);
	return found;
}

static void
test_hidden(void)
{
	const char *code =
	    code_for(north, &(struct code_wish){.name = STR("to be found")});

	tap_ok(in_file("fleetline.db-wal", "to be found"),
	    "a code is in the store");
	tap_ok(!in_file("fleetline.db", code) &&
		   !in_file("fleetline.db-wal", code),
	    "its digits are not");
}

static void
test_times(void)
{
	const char *code = code_for(north, NULL);

	clock_shift(14 * MINUTE + 59000);
	tap_ok(joins(10, "009033000001", code), "PC2: it is good at 14:59");
	code = code_for(north, NULL);
	clock_shift(15 * MINUTE + 1000);
	tap_ok(!joins(11, "009033000002", code), "PC2: and dead at 15:01");
	code_guard_forget();
	code = code_for(north, &(struct code_wish){.rollout = true});
	clock_shift((6 * 24 + 23) * (int64_t)60 * MINUTE);
	tap_ok(joins(12, "009033000002", code),
	    "PC2: a rollout's after six days and 23 hours");
	code = code_for(north, &(struct code_wish){.rollout = true});
	clock_shift((7 * 24) * (int64_t)60 * MINUTE + 1000);
	tap_ok(!joins(13, "009033000003", code), "PC2: not after seven days");
	code_guard_forget();
}

/* ---- using ---- */

static void
test_way(void)
{
	struct device d;
	struct conn c;
	const struct str *names;
	size_t n;
	const char *code =
	    code_for(north, &(struct code_wish){.name = STR("Anna")});

	fx_conn(&c, 20);
	fx_clear(&f);
	tap_ok(say(&c, "009033000010", code) == 0 && is(&c, "as", "device") &&
		   is(&c, "displace", "true"),
	    "a device with a code is one at once");
	tap_ok(fx_frame(&f, &c, 1)[0] != '\0' && fx_frame(&f, &c, 3)[0] != '\0',
	    "it gets 0x0001 and 0x0003 in the same connection");
	tap_ok(fx_ordered(&f, "\"order\":\"tell\",\"boot\":\"" FX_BOOT
			      "\",\"session\":\"0a1b2c3d4e\""),
	    "PC7: who made the code is told");
	tap_ok(fx_ordered(&f, "DeviceProvisioned") && fx_ordered(&f, "14r1") &&
		   fx_ordered(&f, "192.0.2.9") && fx_ordered(&f, code),
	    "PC8: of the whole device, at once");
	must(device_get(&f.q, STR("009033000010"), &d) == 1);
	tap_ok(d.domain_id == north && str_eqz(d.name, "Anna"),
	    "PC3: sip is its name");
	must(device_categories(&f.q, &d, &names, &n) == 0);
	tap_ok(n == 1 && str_eqz(names[0], "phones"), "it has the category");
	tap_ok(say(&c, "009033000010", code) == 0 && is(&c, "as", ""),
	    "saying it again changes nothing");
	tap_ok(!joins(21, "009033000011", code), "PC2: nobody else can use it");
	tap_is_int(domain_of("009033000011"), 0, "he is a claim as any other");
	code_guard_forget();
	fx_conn_end(&c);
}

/* The answer was lost, or the device, before it could prove anything. */
static void
test_lost(void)
{
	struct conn c, again;
	char digest[CRYPTO_HEX_MAX], first[128], second[128];
	const char *code = code_for(north, NULL);

	fx_conn(&c, 30);
	must(say(&c, "009033000020", code) == 0);
	str_copy(first, sizeof(first), str_of(fx_frame(&f, &c, 1)));
	fx_conn(&again, 30);
	must(say(&again, "009033000020", code) == 0);
	tap_is_str(fx_frame(&f, &again, 1), first,
	    "the hub asks again: the same password");
	fx_conn_end(&again);
	fx_conn(&again, 31);
	tap_ok(say(&again, "009033000020", code) == 0 &&
		   is(&again, "as", "device"),
	    "the device comes again with its code: it is let in");
	str_copy(second, sizeof(second), str_of(fx_frame(&f, &again, 1)));
	tap_ok(second[0] != '\0' && strcmp(first, second) != 0,
	    "with a new password");
	fx_conn_end(&again);
	fx_conn(&again, 32);
	second[strlen(second) - 2] = '\0'; /* {"password":"..."} */
	must(fx_phone(&f, &again, "009033000020", NULL) == 0);
	fx_digest(&again, "009033000020", second + 13, digest);
	must(fx_phone(&f, &again, "009033000020", digest) == 0);
	tap_ok(is(&again, "as", "device"), "which it can prove");
	fx_conn_end(&again);
	fx_conn(&again, 33);
	tap_ok(say(&again, "009033000020", code) == 0 &&
		   !is(&again, "as", "device"),
	    "from then on the code is spent");
	code_guard_forget();
	fx_conn_end(&again);
	fx_conn_end(&c);
}

static void
test_elsewhere(void)
{
	struct conn c, other;
	const char *code;

	fx_online(&f, "009033000030", south, 40, &c);
	(void)fx_presence(&f, "009033000030", 40, false, "device");
	code = code_for(north, NULL);
	fx_conn(&other, 41);
	fx_clear(&f);
	tap_ok(say(&other, "009033000030", code) == 0 && is(&other, "as", "") &&
		   fx_frame(&f, &other, 1)[0] == '\0' &&
		   fx_frame(&f, &other, 2)[0] != '\0',
	    "PC11: a device of another domain is asked for its password");
	tap_is_int(domain_of("009033000030"), south, "PC11: and stays there");
	tap_ok(
	    fx_ordered(&f, "\\\"error\\\":\\\"device is in another domain\\\""),
	    "PC11: the maker is told an error");
	tap_ok(joins(42, "009033000031", code), "PC11: the code is not used");
	fx_conn_end(&other);
	fx_conn_end(&c);
}

/* A long reset took its password; the same domain takes it again. */
static void
test_reset(void)
{
	struct conn c, fresh;
	const char *code;

	fx_online(&f, "009033000040", north, 50, &c);
	code = code_for(north, NULL);
	fx_conn(&fresh, 51);
	fx_clear(&f);
	tap_ok(say(&fresh, "009033000040", code) == 0 &&
		   !is(&fresh, "as", "device") &&
		   fx_ordered(&f, "device is connected"),
	    "nobody takes the place of a device that is there by its id");
	fx_conn_end(&fresh);
	(void)fx_presence(&f, "009033000040", 50, false, "device");
	fx_conn(&fresh, 52);
	tap_ok(say(&fresh, "009033000040", code) == 0 &&
		   is(&fresh, "as", "device") &&
		   fx_frame(&f, &fresh, 1)[0] != '\0',
	    "PC12: after a long reset the same domain takes it, with a new "
	    "password");
	fx_conn_end(&fresh);
	fx_conn_end(&c);
}

/* ---- passwords ---- */

static enum device_admin
kind_of(const char *hw_id)
{
	struct device d;

	must(device_get(&f.q, str_of(hw_id), &d) == 1);
	return d.admin_kind;
}

static void
test_passwords(void)
{
	bool off = false, on = true;
	struct domain_change no = {.deploy = &off}, yes = {.deploy = &on};
	struct conn c;

	must(joins(60, "009033000050", code_for(north, NULL)));
	tap_ok(kind_of("009033000050") == ADMIN_RANDOM,
	    "PC10: a password of its own, unless the code says otherwise");
	must(joins(61, "009033000051",
	    code_for(north, &(struct code_wish){.administrative = true})));
	tap_ok(kind_of("009033000051") == ADMIN_DOMAIN,
	    "PC6: by an administrative code the domain's");
	must(domain_edit(&f.q, north, &no) == 0);
	fx_conn(&c, 62);
	must(say(&c, "009033000052",
		 code_for(
		     north, &(struct code_wish){.administrative = true})) == 0);
	tap_ok(is(&c, "as", "device") && fx_frame(&f, &c, 3)[0] == '\0',
	    "PC6: without the domain's checkmark none is deployed");
	fx_conn_end(&c);
	must(domain_edit(&f.q, north, &yes) == 0);
	/* A gateway has the domain's; a code for a user names its id. */
	fx_online(&f, "009033000053", north, 63, &c);
	(void)fx_presence(&f, "009033000053", 63, false, "device");
	must(joins(64, "009033000053", code_for(north, NULL)));
	tap_ok(kind_of("009033000053") == ADMIN_RANDOM,
	    "a code of a user never brings out the domain's password");
	fx_conn_end(&c);
}

/* ---- wrong ones ---- */

static void
test_wrong(void)
{
	struct conn c;
	const char *code = code_for(north, NULL);

	fx_conn(&c, 70);
	tap_ok(
	    say_from(&c, "009033000060", "000000000000", "198.51.100.1") == 0 &&
		is(&c, "as", "claim"),
	    "a wrong code makes a claim");
	fx_conn_end(&c);
	fx_conn(&c, 71);
	tap_ok(say_from(&c, "009033000061", code, "198.51.100.1") == 0 &&
		   is(&c, "close", "1013") && is(&c, "as", ""),
	    "for a minute the next one of the address has to come again");
	fx_conn_end(&c);
	fx_conn(&c, 72);
	tap_ok(
	    say_from(&c, "009033000062", "000000000000", "198.51.100.2") == 0 &&
		is(&c, "as", "claim"),
	    "another address has a try of its own");
	fx_conn_end(&c);
	fx_conn(&c, 74);
	tap_ok(
	    say_from(&c, "009033000063", "12345678901x", "198.51.100.1") == 0 &&
		is(&c, "as", "claim"),
	    "what is no code is no guess, and waits for nothing");
	fx_conn_end(&c);
	clock_shift(MINUTE + 1000);
	fx_conn(&c, 73);
	tap_ok(say_from(&c, "009033000061", code, "198.51.100.1") == 0 &&
		   is(&c, "as", "device"),
	    "after it the right code is right");
	fx_conn_end(&c);
	code_guard_forget();
}

/* A guess from each of many addresses. */
static void
guess(int n)
{
	char where[32], hw_id[16];
	struct conn c;

	(void)snprintf(where, sizeof(where), "10.%d.%d.1", n / 250, n % 250);
	(void)snprintf(hw_id, sizeof(hw_id), "00903301%04x", (unsigned)n);
	fx_conn(&c, 1000 + n);
	must(say_from(&c, hw_id, "999999999999", where) == 0);
	fx_conn_end(&c);
	fx_clear(&f);
}

static void
test_flood(void)
{
	struct conn c, device;
	char code[CODE_DIGITS + 1];

	str_copy(code, sizeof(code),
	    str_of(code_for(north, &(struct code_wish){.rollout = true})));
	fx_online(&f, "009033000070", north, 80, &device);
	/* Some more: the time that they take lets others in again. */
	for (int i = 0; i < CODE_GUARD_ALL + 10; i++)
		guess(i);
	fx_conn(&c, 81);
	tap_ok(say_from(&c, "009033000071", code, "203.0.113.9") == 0 &&
		   is(&c, "close", "1013"),
	    "sixty wrong codes a minute make strangers wait");
	fx_conn_end(&c);
	fx_conn(&c, 82);
	tap_ok(say_from(&c, "009033000071", code, "192.0.2.1") == 0 &&
		   is(&c, "as", "device"),
	    "not those who have a proven device there");
	fx_conn_end(&c);
	fx_conn_end(&device);
	clock_shift(2 * MINUTE);
	code_guard_forget();
}

/* A million guesses from ten thousand addresses, in seven days. */
static void
test_million(void)
{
	enum { GUESSES = 1000000, ADDRESSES = 10000 };
	const int64_t week = 7 * 24 * 60 * MINUTE;
	int looked = 0;

	for (int i = 0; i < GUESSES; i++) {
		int from = i % ADDRESSES;
		char where[32];

		(void)snprintf(
		    where, sizeof(where), "10.%d.%d.1", from / 250, from % 250);
		if (code_guard_may(str_of(where), true)) {
			looked++;
			code_guard_wrong(str_of(where));
		}
		if (i % 100 == 99)
			clock_shift(week / (GUESSES / 100));
	}
	/* doc/provisioning.md has the arithmetic. */
	tap_ok(looked <= 907200 + CODE_GUARD_ALL + CODE_GUARD_KNOWN,
	    "of a million guesses in a week %d are looked at", looked);
	code_guard_forget();
}

static void
test_room(void)
{
	struct code_wish w = {.domain = south, .category = STR("phones")};
	struct code_made made = {0};
	struct code *list;
	size_t n = 0, all = 0;
	int64_t before = 0;

	for (int i = 0; i < CODE_OPEN_DOMAIN; i++) {
		must(code_add(&f.q, &w, NULL, &made) == 0);
		fx_clear(&f);
	}
	tap_ok(code_add(&f.q, &w, NULL, &made) < 0 && f.err.kind == ERR_LIMIT,
	    "a domain has a thousand open codes at most");
	tap_ok(code_for(north, NULL)[0] != '\0', "another has its own");
	clock_shift(16 * MINUTE);
	for (int i = 0; i < CODE_OPEN_DOMAIN + 50; i++) {
		clock_shift(MINUTE);
		must(code_add(&f.q, &w, NULL, &made) == 0);
		fx_clear(&f);
	}
	do {
		must(code_list(&f.q, south, before, &list, &n) == 0);
		for (size_t i = 0; i < n; i++)
			before = list[i].id;
		all += n;
		fx_clear(&f);
	} while (n == CODE_PAGE);
	tap_ok(all <= CODE_ROWS_DOMAIN, "and two thousand with those over");
}

/* A domain's login has its share; an administrator has the rest. */
static void
test_share(void)
{
	struct actor who = {.account = -1, .home = south, .own = south};
	struct code_wish w = {.domain = south, .category = STR("phones")};
	struct code_made made;
	struct ask as;

	clock_shift(16 * MINUTE);
	str_copy(who.cred, sizeof(who.cred), STR("domain:3"));
	who.domains = &south;
	who.ndomains = 1;
	as = fx_as(&f, &who);
	for (int i = 0; i < CODE_OPEN_MAKER; i++) {
		must(code_add(&as, &w, NULL, &made) == 0);
		fx_clear(&f);
	}
	tap_ok(code_add(&as, &w, NULL, &made) < 0 && f.err.kind == ERR_LIMIT &&
		   strcmp(f.err.say, "too many open codes of yours") == 0,
	    "who is no administrator has two hundred of them at most");
	tap_ok(code_add(&f.q, &w, NULL, &made) == 0,
	    "which leaves room for others");
	clock_shift(16 * MINUTE);
	tap_ok(code_add(&as, &w, NULL, &made) == 0,
	    "and he has room again when they are over");
}

/* ---- who sees them ---- */

static void
test_rights(void)
{
	struct actor who = {.account = -1, .home = north, .own = north};
	struct code_wish w = {.domain = south, .category = STR("phones")};
	struct ask as;
	struct code *list, one;
	struct code_made made;
	size_t n;
	char code[CODE_DIGITS + 1];

	clock_shift(16 * MINUTE);
	str_copy(code, sizeof(code), str_of(code_for(south, NULL)));
	must(code_list(&f.q, south, 0, &list, &n) == 0 && n > 0);
	str_copy(who.cred, sizeof(who.cred), STR("domain:2"));
	who.domains = &north;
	who.ndomains = 1;
	as = fx_as(&f, &who);
	tap_ok(code_add(&as, &w, NULL, &made) < 0 && f.err.kind == ERR_GONE,
	    "a domain's login makes no codes for another");
	tap_ok(code_revoke(&as, list[0].id) < 0 && f.err.kind == ERR_GONE,
	    "nor ends them");
	tap_ok(code_list(&as, south, 0, &list, &n) < 0, "nor lists them");
	tap_ok(code_find(&as, south, str_of(code), NULL, &one) < 0 &&
		   code_find(&as, north, str_of(code), NULL, &one) == 0,
	    "nor finds what used them");
	tap_ok(code_find(&f.q, south, str_of(code), NULL, &one) == 1,
	    "an administrator does");
	must(code_revoke(&f.q, one.id) == 0);
	tap_ok(!joins(90, "009033000080", code), "a revoked code is none");
	code_guard_forget();
}

/* A manager's key sees a domain, but may not know its password. */
static void
test_maker(void)
{
	struct str name = STR("maker"), secret = STR("a long password");
	enum role role = ROLE_MANAGER;
	struct account_change x = {.name = &name,
	    .role = &role,
	    .password = &secret,
	    .domains = &north,
	    .ndomains = 1};
	struct code_wish w = {.domain = north,
	    .category = STR("phones"),
	    .rollout = true,
	    .administrative = true};
	struct code_made first, second;
	struct actor who;
	struct ask as;
	int64_t id = 9;

	must(account_add(&f.q, &id, &x) == 0);
	must(actor_now(&f.q, "account:9", &who) == 1);
	as = fx_as(&f, &who);
	tap_ok(code_add(&as, &w, NULL, &first) < 0 && f.err.kind == ERR_DENIED,
	    "who may not know the domain's password makes no code that tells "
	    "it");
	w.administrative = false;
	must(code_add(&as, &w, NULL, &first) == 0);
	must(code_add(&as, &w, NULL, &second) == 0);
	tap_ok(joins(95, "009033000082", first.digits) &&
		   kind_of("009033000082") == ADMIN_RANDOM,
	    "and one that he makes draws a password");
	must(code_add(&as, &w, NULL, &first) == 0);
	x = (struct account_change){.domains = &south, .ndomains = 1};
	must(account_edit(&f.q, id, &x) == 0);
	tap_ok(!joins(96, "009033000083", first.digits),
	    "a code ends with the right of its maker");
	code_guard_forget();
	x.domains = &north;
	must(account_edit(&f.q, id, &x) == 0);
	tap_ok(joins(97, "009033000083", first.digits), "and comes with it");
	must(account_remove(&f.q, id) == 0);
	tap_ok(
	    !joins(98, "009033000084", second.digits), "and with his account");
	code_guard_forget();
}

/* ---- FXS ports ---- */

static const char *
port(const struct conn *c, int64_t seq, const char *json)
{
	static char error[100];
	struct peer p = {.hub = STR("main"),
	    .boot = STR(FX_BOOT),
	    .conn = seq,
	    .remote = STR("192.0.2.1"),
	    .state = str_of(c->state)};
	struct conn answer;

	fx_conn(&answer, seq);
	must(identify_provision(&f.q, &p, str_of(json), &answer.answer) == 0);
	str_copy(error, sizeof(error), str_of(fx_frame(&f, &answer, 5)));
	fx_conn_end(&answer);
	return error;
}

static const char *
port_json(const char *id, const char *code)
{
	static char json[200];

	(void)snprintf(
	    json, sizeof(json), "{\"id\":\"%s\",\"code\":\"%s\"}", id, code);
	return json;
}

/* Anybody who knows a code may ask what became of it. */
static void
test_watchers(void)
{
	static const char *const askers[] = {
	    "1111111111", "2222222222", "3333333333", "4444444444"};
	const char *code = code_for(north, NULL);
	struct code out;

	for (size_t i = 0; i < COUNT(askers); i++) {
		struct code_watch w = {
		    .boot = STR(FX_BOOT), .session = str_of(askers[i])};

		must(code_find(&f.q, north, str_of(code), &w, &out) == 1);
	}
	fx_clear(&f);
	must(joins(300, "009033000099", code));
	tap_ok(fx_ordered(&f, "0a1b2c3d4e") && fx_ordered(&f, askers[3]) &&
		   !fx_ordered(&f, askers[0]),
	    "four who ask push out the first of them, not who made the code");
}

static void
test_ports(void)
{
	struct conn gateway, stranger;
	const struct str *phones;
	size_t n;

	fx_online(&f, "009033000090", north, 100, &gateway);
	fx_clear(&f);
	tap_is_str(
	    port(&gateway, 100, port_json("TEL1", code_for(north, NULL))), "{}",
	    "PC9: a code for a port is answered with 0x0005 without error");
	tap_ok(fx_ordered(&f, "DeviceProvisioned") &&
		   fx_ordered(&f, "009033000090"),
	    "and told with the gateway");
	must(device_phones(&f.q, STR("009033000090"), &phones, &n) == 0);
	tap_ok(n == 1 && str_eqz(phones[0], "TEL1"),
	    "PC9: GetDevicePhones has the port");
	tap_is_str(
	    port(&gateway, 100, port_json("TEL2", code_for(south, NULL))),
	    "{\"error\":\"unknown code\"}",
	    "PC9: a code of another domain is refused");
	tap_is_str(
	    port(&gateway, 100, port_json("TEL2", code_for(north, NULL))),
	    "{\"error\":\"try again in a minute\"}",
	    "PC9: and counts as a wrong one");
	code_guard_forget();
	tap_is_str(port(&gateway, 100, port_json("", code_for(north, NULL))),
	    "{\"error\":\"no such interface\"}", "a port has a name");
	tap_is_str(port(&gateway, 100, "{"), "{\"error\":\"no JSON\"}",
	    "no JSON is no code");
	fx_conn(&stranger, 101);
	must(fx_phone(&f, &stranger, "009033000091", NULL) == 0);
	tap_is_str(
	    port(&stranger, 101, port_json("TEL1", code_for(north, NULL))),
	    "{\"error\":\"not in a domain\"}",
	    "who has proven nothing has no ports");
	must(port(&gateway, 100, port_json("TEL2", code_for(north, NULL)))[0]);
	must(device_phone_remove(&f.q, STR("009033000090"), STR("TEL1")) == 0);
	must(device_phones(&f.q, STR("009033000090"), &phones, &n) == 0);
	tap_ok(n == 1 && str_eqz(phones[0], "TEL2"),
	    "PC9: RemoveDevicePhone takes out that one only");
	fx_conn_end(&stranger);
	fx_conn_end(&gateway);
}

int
main(void)
{
	fx_open(&f);
	fx_provisioning(&f, &north, &south);
	test_made();
	test_hidden();
	test_times();
	test_way();
	test_lost();
	test_elsewhere();
	test_reset();
	test_passwords();
	test_wrong();
	test_flood();
	test_million();
	test_room();
	test_share();
	test_rights();
	test_maker();
	test_watchers();
	test_ports();
	fx_close(&f);
	return tap_end();
}
