/*
 * Rights: that nobody ever sees or changes what belongs to another domain, by
 * any function, and that the hub hears of each right in its order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "account.h"
#include "audit.h"
#include "category.h"
#include "db.h"
#include "fixture.h"
#include "fleet.h"
#include "hubwire.h"
#include "instance.h"
#include "must.h"
#include "rental.h"
#include "session.h"
#include "setting.h"

static struct fixture f;
static int64_t a, b, c;

/* ---- access ---- */

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
	test_access();
	test_matrix();
	test_random();
	test_domains();
	test_revs();
	fx_close(&f);
	return tap_end();
}
