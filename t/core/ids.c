/* Ids that leave the house name one thing for ever. */
#include "ids.h"

#include <stdio.h>

#include "account.h"
#include "audit.h"
#include "category.h"
#include "fixture.h"
#include "must.h"
#include "rental.h"
#include "trunk.h"

static struct fixture f;

/* The id that an account of role user got, or -1: it was refused. */
static int64_t
account(int64_t chosen)
{
	static int number;
	enum role role = ROLE_USER;
	char text[32];
	struct str name;
	struct account_change in = {.name = &name, .role = &role};

	(void)snprintf(text, sizeof(text), "user-%d", number++);
	name = str_of(text);
	return account_add(&f.q, &chosen, &in) < 0 ? -1 : chosen;
}

/* As account(), for a trunk of user; chosen 0 draws. */
static int64_t
trunk(int64_t user, int64_t chosen)
{
	struct trunk t = {
	    .id = chosen, .user = user, .ipaddr = STR("192.0.2.1")};

	return trunk_add(&f.q, &t) < 0 ? -1 : t.id;
}

static void
test_account(void)
{
	int64_t first = account(-1), second = account(-1);

	must(first > 0 && second == first + 1);
	must(account_remove(&f.q, second) == 0);
	tap_is_int(account(-1), second + 1,
	    "the id of a removed account is not drawn again");
	tap_ok(account(second) < 0 && f.err.kind == ERR_EXISTS,
	    "nor can it be chosen");
	tap_ok(account(first) < 0 && f.err.kind == ERR_EXISTS,
	    "one that is in use cannot, either");
	tap_ok(account(100) == 100 && account_remove(&f.q, 100) == 0,
	    "an id is chosen, and its account removed");
	tap_is_int(account(-1), 101, "what is drawn next is above it");
	tap_ok(account(100) < 0 && f.err.kind == ERR_EXISTS,
	    "the chosen id names nobody else");
	tap_is_int(account(57), 57,
	    "a lower id that was nobody's can be chosen: imports have an order"
	    " of their own");
	tap_ok(account((int64_t)INT32_MAX + 1) < 0 && f.err.kind == ERR_INPUT,
	    "no id can be chosen behind which none could be drawn");
	tap_is_int(
	    account(-1), 102, "a refused one does not move the sequence");
}

static void
test_point(void)
{
	int64_t user = account(-1), gone;
	struct device d;

	must(fx_device(&f, "0090330d0001", 1, DEVICE_PHONE, NULL) == 0);
	must(device_get(&f.q, STR("0090330d0001"), &d) == 1);
	must(device_remove(&f.q, STR("0090330d0001")) == 0);
	tap_ok(trunk(user, d.id) < 0 && f.err.kind == ERR_EXISTS,
	    "a trunk cannot have the id of a device that was removed");
	tap_ok(trunk(user, 300) == 300 && trunk_remove(&f.q, 300) == 0 &&
		   trunk(user, 300) < 0 && f.err.kind == ERR_EXISTS,
	    "nor that of a trunk");
	must(fx_device(&f, "0090330d0001", 1, DEVICE_PHONE, NULL) == 0);
	must(device_get(&f.q, STR("0090330d0001"), &d) == 1);
	tap_is_int(d.id, 301, "a device that comes back has another id");
	gone = trunk(user, 290);
	must(gone == 290 && account_remove(&f.q, user) == 0);
	user = account(-1);
	tap_ok(trunk(user, gone) < 0 && f.err.kind == ERR_EXISTS,
	    "a trunk that went with its account is remembered, too");
}

static void
test_drawn(void)
{
	int64_t user = account(-1), domain, category, key, next;
	char text[KEY_TEXT_SIZE];

	domain = fx_domain(&f, "gone.example", NULL);
	category = fx_category(&f, domain, "gone");
	must(domain_remove(&f.q, domain, rental_may_remove) == 0);
	next = fx_domain(&f, "next.example", NULL);
	tap_is_int(
	    next, domain + 1, "the id of a removed domain is not used again");
	tap_is_int(fx_category(&f, next, "next"), category + 1,
	    "nor that of a category which went with it");
	must(key_add(&f.q, user, STR("k"), &key, text) == 0);
	must(account_remove(&f.q, user) == 0);
	user = account(-1);
	must(key_add(&f.q, user, STR("k"), &next, text) == 0);
	tap_is_int(
	    next, key + 1, "nor that of a key which went with its account");
}

int
main(void)
{
	fx_open(&f);
	test_account();
	test_point();
	test_drawn();
	fx_close(&f);
	return tap_end();
}
