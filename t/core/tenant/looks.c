/* Who only looks: read-only accounts, grants that are read-only, grants that
 * end. */
#include <string.h>

#include "access.h"
#include "account.h"
#include "category.h"
#include "clock.h"
#include "fixture.h"
#include "must.h"

#define DAY (24 * 60 * 60 * INT64_C(1000))

static struct fixture f;
static int64_t a, b, c; /* domains */

static struct actor
actor(const char *cred)
{
	struct actor who;

	must(actor_now(&f.q, cred, &who) == 1);
	return who;
}

static void
grant(int64_t from, int64_t to, bool read_only, int64_t ends)
{
	struct grant g = {
	    .domain = from, .target = to, .read_only = read_only, .ends = ends};

	tap_ok(domain_grant(&f.q, &g) == 0, "a domain is granted another");
}

/* What comes of a change that he asks for: 0 or the kind of its error. */
static enum err_kind
change(struct actor who, int64_t domain)
{
	struct ask q = fx_as(&f, &who);
	int64_t id;

	who.changing = true;
	f.err = (struct err){0};
	return category_add(&q, domain, STR("new"), false, &id) < 0 ? f.err.kind
								    : 0;
}

static enum err_kind
edit_device(struct actor who, const char *hw_id)
{
	struct str name = STR("other");
	struct device_edit in = {.name = &name};
	struct ask q = fx_as(&f, &who);

	who.changing = true;
	f.err = (struct err){0};
	return device_edit(&q, str_of(hw_id), &in) < 0 ? f.err.kind : 0;
}

static void
test_grant(void)
{
	struct actor who;
	struct category *list;
	struct ask q;
	size_t n;

	fx_clear(&f);
	grant(a, b, true, 0);
	tap_ok(fx_ordered(&f, "\"domains\":[2,-3]"),
	    "the hub is told that it is only looked at");
	who = actor("domain:2");
	q = fx_as(&f, &who);
	tap_ok(access_sees(&who, b) && !access_reaches(&who, b) &&
		   access_reaches(&who, a),
	    "what is granted read-only is seen, and not reached");
	tap_ok(category_list(&q, b, &list, &n) == 0, "it can be read");
	tap_is_int(change(who, b), ERR_DENIED, "and not changed");
	tap_is_int(
	    edit_device(who, "device-b"), ERR_DENIED, "nor can its devices");
	tap_is_int(change(who, c), ERR_GONE, "another is not there");
	tap_is_int(change(who, a), 0, "one's own is changed as ever");
	grant(a, b, false, 0);
	who = actor("domain:2");
	tap_ok(access_reaches(&who, b) && edit_device(who, "device-b") == 0,
	    "granted anew, it may be changed");
}

static void
test_end(void)
{
	struct grant *list;
	struct actor who;
	size_t n;

	grant(a, c, false, clock_now_ms() + DAY);
	who = actor("domain:2");
	tap_ok(access_sees(&who, c), "a grant counts until it ends");
	tap_ok(domain_access_expire(&f.q) == 0 &&
		   domain_access(&f.q, a, &list, &n) == 0 && n == 2 &&
		   list[1].ends > 0,
	    "the sweep leaves it");
	clock_shift(DAY);
	who = actor("domain:2");
	tap_ok(!access_sees(&who, c) && who.ndomains == 2,
	    "from its end on no message sees the domain");
	fx_clear(&f);
	tap_ok(
	    domain_access_expire(&f.q) == 0 &&
		fx_ordered(&f, "\"order\":\"rights\",\"cred\":\"domain:2\"") &&
		fx_ordered(&f, "\"domains\":[2,3]"),
	    "the sweep tells living sessions");
	fx_clear(&f);
	tap_ok(domain_access_expire(&f.q) == 0 && !fx_ordered(&f, "order"),
	    "once");
	tap_ok(domain_grant(&f.q, &(struct grant){.domain = a,
				      .target = c,
				      .ends = clock_now_ms() - 1}) < 0,
	    "one that has ended is not granted");
}

static void
test_account(void)
{
	struct str name = STR("viewer"), password = STR("Secret");
	enum role role = ROLE_SYSTEM_ADMIN;
	bool yes = true;
	struct account_change in = {.name = &name,
	    .role = &role,
	    .password = &password,
	    .read_only = &yes};
	int64_t id = 7;
	struct account x;
	struct actor who;
	struct ask q;

	tap_ok(account_add(&f.q, &id, &in) == 0, "an account that only looks");
	who = actor("account:7");
	q = fx_as(&f, &who);
	tap_ok(who.read_only && access_sees(&who, b) && access_sees(&who, 0) &&
		   !access_reaches(&who, b),
	    "sees everything and reaches nothing");
	tap_ok(account_get(&q, 0, &x) == 1, "reads what administrators read");
	tap_is_int(change(who, b), ERR_DENIED, "changes nothing");
	who.changing = true;
	tap_ok(
	    domain_grant(&q, &(struct grant){.domain = b, .target = c}) < 0 &&
		f.err.kind == ERR_DENIED &&
		account_edit(
		    &q, 7, &(struct account_change){.mail = &password}) < 0 &&
		f.err.kind == ERR_DENIED,
	    "not even itself");
	tap_ok(account_edit(
		   &f.q, 0, &(struct account_change){.read_only = &yes}) < 0,
	    "the instance's administrator stays what he is");
}

/* The better of two ways counts. */
static void
test_both(void)
{
	struct str name = STR("both");
	enum role role = ROLE_MANAGER;
	int64_t domains[2] = {a, b}, id = 8;
	struct account_change in = {
	    .name = &name, .role = &role, .domains = domains, .ndomains = 2};
	struct actor who;

	must(account_add(&f.q, &id, &in) == 0);
	grant(a, c, true, 0);
	who = actor("account:8");
	tap_ok(access_sees(&who, c) && !access_reaches(&who, c),
	    "who has a domain has its grants as they are");
	grant(b, c, false, 0);
	who = actor("account:8");
	tap_ok(access_reaches(&who, c), "of two the one that allows more");
	grant(a, b, true, 0);
	who = actor("account:8");
	tap_ok(access_reaches(&who, b), "and what is his own is his own");
}

int
main(void)
{
	fx_open(&f);
	a = fx_domain(&f, "a.example", "PasswordA");
	b = fx_domain(&f, "b.example", "PasswordB");
	c = fx_domain(&f, "c.example", NULL);
	must(fx_device(&f, "device-b", b, DEVICE_GW, FX_PASS) == 0);
	test_grant();
	test_end();
	test_account();
	test_both();
	fx_close(&f);
	return tap_end();
}
