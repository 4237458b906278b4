/* Logins of accounts that last: by what, for how long, and what ends them. */
#include "signin.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "account.h"
#include "clock.h"
#include "fixture.h"
#include "must.h"
#include "setting.h"

#define MINUTE INT64_C(60000)

static struct fixture f;
static int64_t red, blue; /* domains */

/* An account of red with a password. */
static int64_t
account(const char *name, enum role role)
{
	struct str n = str_of(name), password = STR("Secret");
	struct account_change in = {.name = &n,
	    .role = &role,
	    .password = &password,
	    .domains = &red,
	    .ndomains = 1};
	int64_t id = -1;

	must(account_add(&f.q, &id, &in) == 0);
	return id;
}

static int
try_open(const char *name, enum signin_kind kind, char text[SIGNIN_SIZE],
    struct actor *who)
{
	struct signin_new in = {.kind = kind,
	    .remote = STR("192.0.2.1"),
	    .agent = STR("a\tprogram\x7f")};

	if (login_account(&f.q, str_of(name), STR("Secret"), &in.found) != 1)
		return 0;
	return signin_open(&f.q, &in, text, who) < 0 ? -1 : 1;
}

static void
begin(const char *name, enum signin_kind kind, char text[SIGNIN_SIZE],
    struct actor *who)
{
	tap_is_int(try_open(name, kind, text, who), 1,
	    "an account logs in with name and password");
}

static int
use(const char *text, enum signin_kind kind)
{
	struct actor who;

	return signin_use(&f.q, str_of(text), kind, &who);
}

static void
test_texts(void)
{
	char cookie[SIGNIN_SIZE], token[SIGNIN_SIZE], wrong[SIGNIN_SIZE];
	struct actor who, again;

	begin("anna", SIGNIN_COOKIE, cookie, &who);
	tap_ok(!who.admin && !who.user && who.ndomains == 1 &&
		   who.domains[0] == red,
	    "and is who it is");
	tap_ok(signin_use(&f.q, str_of(cookie), SIGNIN_COOKIE, &again) == 1 &&
		   strcmp(who.cred, again.cred) == 0,
	    "what it got opens");
	begin("anna", SIGNIN_TOKEN, token, &who);
	tap_ok(strcmp(who.cred, again.cred) != 0, "a second one is another");
	tap_is_int(use(token, SIGNIN_TOKEN), 1, "a token opens as one");
	tap_is_int(use(token, SIGNIN_COOKIE), 0, "and not as a cookie");
	tap_is_int(use(cookie, SIGNIN_TOKEN), 0, "nor a cookie as a token");
	str_copy(wrong, sizeof(wrong), str_of(cookie));
	wrong[strlen(wrong) - 1] ^= 1;
	tap_is_int(use(wrong, SIGNIN_COOKIE), 0, "a wrong secret is nobody");
	tap_ok(use("fls_1_", SIGNIN_COOKIE) == 0 &&
		   use("fls_x_y", SIGNIN_COOKIE) == 0 &&
		   use("", SIGNIN_COOKIE) == 0 &&
		   use("fls_99_12345678901234567890123456789012",
		       SIGNIN_COOKIE) == 0,
	    "nor is what is none");
}

static void
test_time(void)
{
	char a[SIGNIN_SIZE], b[SIGNIN_SIZE];
	struct actor who;
	int used = 1;

	must(setting_set(&f.q, "login.idle_minutes", STR("10")) == 0 &&
	     setting_set(&f.q, "login.hours", STR("1")) == 0);
	begin("anna", SIGNIN_COOKIE, a, &who);
	begin("anna", SIGNIN_COOKIE, b, &who);
	for (int i = 0; i < 6 && used == 1; i++) {
		clock_shift(9 * MINUTE);
		used = use(a, SIGNIN_COOKIE);
	}
	tap_is_int(used, 1, "used every nine minutes it stays");
	tap_is_int(use(b, SIGNIN_COOKIE), 0, "not used for ten it is over");
	clock_shift(6 * MINUTE - 1000);
	tap_is_int(use(a, SIGNIN_COOKIE), 1, "until its hour");
	clock_shift(1000);
	tap_is_int(use(a, SIGNIN_COOKIE), 0, "is over");
	begin("anna", SIGNIN_COOKIE, a, &who);
	clock_shift(-MINUTE);
	tap_is_int(use(a, SIGNIN_COOKIE), 0,
	    "a clock that was set back to before its beginning ends it");
	clock_shift(11 * MINUTE);
	fx_clear(&f);
	tap_ok(signin_expire(&f.q) == 0 &&
		   fx_ordered(&f, "\"order\":\"end\"") &&
		   fx_ordered(&f, who.cred),
	    "the sweep ends what lives on one that is over");
	fx_clear(&f);
	tap_ok(signin_expire(&f.q) == 0 && !fx_ordered(&f, "end"), "once");
}

/* Is text over, and was the hub told to end what lives on it? */
static void
ended(const char *text, const struct actor *who, const char *name)
{
	tap_ok(use(text, SIGNIN_COOKIE) == 0 && fx_ordered(&f, who->cred), "%s",
	    name);
	fx_clear(&f);
}

static void
test_ends(void)
{
	enum role role = ROLE_USER, manager = ROLE_MANAGER;
	struct str next = STR("Secret");
	char text[SIGNIN_SIZE], other[SIGNIN_SIZE];
	struct actor who, eve;
	int64_t id = account("berta", ROLE_MANAGER);

	begin("berta", SIGNIN_COOKIE, text, &who);
	begin("anna", SIGNIN_COOKIE, other, &eve);
	fx_clear(&f);
	must(account_edit(
		 &f.q, id, &(struct account_change){.password = &next}) == 0);
	ended(text, &who, "another password ends it at once");
	begin("berta", SIGNIN_COOKIE, text, &who);
	must(account_edit(&f.q, id, &(struct account_change){.role = &role}) ==
	     0);
	ended(text, &who, "another role, too");
	must(account_edit(
		 &f.q, id, &(struct account_change){.role = &manager}) == 0);
	begin("berta", SIGNIN_COOKIE, text, &who);
	must(account_edit(&f.q, id,
		 &(struct account_change){.domains = &blue, .ndomains = 1}) ==
	     0);
	ended(text, &who, "and other domains");
	begin("berta", SIGNIN_COOKIE, text, &who);
	must(account_remove(&f.q, id) == 0);
	ended(text, &who, "and the end of the account");
	tap_is_int(
	    use(other, SIGNIN_COOKIE), 1, "that of another account stays");
}

static void
test_late(void)
{
	struct signin_new in = {.kind = SIGNIN_COOKIE};
	struct str next = STR("Secret");
	char text[SIGNIN_SIZE];
	struct actor who;
	int64_t id = account("carla", ROLE_MANAGER);

	must(login_account(&f.q, STR("carla"), STR("Secret"), &in.found) == 1);
	must(account_edit(
		 &f.q, id, &(struct account_change){.password = &next}) == 0);
	tap_ok(signin_open(&f.q, &in, text, &who) < 0 && f.err.kind == ERR_GONE,
	    "a password that was changed while it was looked at opens nothing");
}

static void
test_crowd(void)
{
	char first[SIGNIN_SIZE], text[SIGNIN_SIZE];
	struct signin *list;
	struct actor who, oldest;
	size_t n;
	int rc = 1;

	(void)account("dora", ROLE_MANAGER);
	begin("dora", SIGNIN_COOKIE, first, &oldest);
	fx_clear(&f);
	for (int i = 0; i < SIGNINS_MAX && rc == 1; i++) {
		clock_shift(1);
		rc = try_open("dora", SIGNIN_COOKIE, text, &who);
	}
	tap_is_int(rc, 1, "an account logs in again and again");
	tap_ok(use(first, SIGNIN_COOKIE) == 0 && fx_ordered(&f, oldest.cred),
	    "the one that was not used for longest gives way");
	tap_ok(signin_list(&f.q, who.account, &list, &n) == 0 &&
		   n == SIGNINS_MAX && list[0].id == who.login &&
		   str_eqz(list[0].agent, "aprogram") &&
		   str_eqz(list[0].remote, "192.0.2.1"),
	    "the list has all, the last used first, and what they are");
}

static void
test_own(void)
{
	char text[SIGNIN_SIZE], more[SIGNIN_SIZE];
	struct actor anna, berta, none;
	struct signin *list;
	struct ask as_anna, as_berta;
	size_t n;

	(void)account("emil", ROLE_USER);
	begin("anna", SIGNIN_COOKIE, text, &anna);
	begin("emil", SIGNIN_COOKIE, more, &berta);
	as_anna = fx_as(&f, &anna);
	as_berta = fx_as(&f, &berta);
	tap_ok(berta.user && access_api(&berta, &f.err) < 0 &&
		   access_self(&berta, &f.err) == 0,
	    "a mere user has his own affairs and nothing else");
	tap_ok(actor_now(&f.q, berta.cred, &none) == 0,
	    "and no session of an app");
	tap_ok(signin_list(&as_anna, anna.account, &list, &n) == 0 && n > 0,
	    "everybody lists his own logins");
	tap_ok(signin_list(&as_berta, anna.account, &list, &n) < 0 &&
		   f.err.kind == ERR_DENIED && n == 0 &&
		   signin_end(&as_berta, anna.account, 0) < 0 &&
		   f.err.kind == ERR_DENIED,
	    "and neither lists nor ends those of others");
	tap_ok(signin_end(&as_anna, anna.account, berta.login) < 0 &&
		   f.err.kind == ERR_GONE && use(more, SIGNIN_COOKIE) == 1,
	    "nor one of another account as his own");
	fx_clear(&f);
	tap_ok(signin_end(&as_anna, anna.account, anna.login) == 0,
	    "he ends his own");
	ended(text, &anna, "which is over then");
	tap_ok(signin_end(&f.q, berta.account, 0) == 0,
	    "an administrator ends all of an account");
	ended(more, &berta, "at once");
}

static void
test_password(void)
{
	char text[SIGNIN_SIZE], other[SIGNIN_SIZE];
	struct str next = STR("Other");
	struct login_found found;
	struct actor who, second;
	struct ask q;

	begin("anna", SIGNIN_COOKIE, text, &who);
	begin("anna", SIGNIN_COOKIE, other, &second);
	q = fx_as(&f, &who);
	fx_clear(&f);
	tap_ok(account_own_password(&q, next) == 0, "he changes his password");
	tap_ok(login_account(&f.q, STR("anna"), next, &found) == 1 &&
		   login_account(&f.q, STR("anna"), STR("Secret"), &found) == 0,
	    "the new one is right, the old one is not");
	tap_ok(use(text, SIGNIN_COOKIE) == 0 && use(other, SIGNIN_COOKIE) == 0,
	    "all his logins are over");
	tap_ok(account_own_password(&f.q, next) < 0 && f.err.kind == ERR_DENIED,
	    "who is no account has none to change");
}

static void
test_admin(void)
{
	struct str password = STR("Secret");
	char text[SIGNIN_SIZE];
	struct actor who;

	tap_ok(account_edit(&f.q, 0,
		   &(struct account_change){.password = &password}) == 0,
	    "the instance's administrator gets a password");
	begin("admin", SIGNIN_COOKIE, text, &who);
	tap_ok(who.admin && who.account == 0, "and logs in");
}

int
main(void)
{
	fx_open(&f);
	red = fx_domain(&f, "red.example", NULL);
	blue = fx_domain(&f, "blue.example", NULL);
	(void)account("anna", ROLE_COMPANY_ADMIN);
	test_texts();
	test_time();
	test_ends();
	test_late();
	test_crowd();
	test_own();
	test_password();
	test_admin();
	fx_close(&f);
	return tap_end();
}
