/*
 * M8: a broken device gives its place to another piece of hardware: what stays,
 * what goes, and when it is refused.
 */
#include "device_replace.h"

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "db.h"
#include "fixture.h"
#include "must.h"
#include "state.h"

static struct fixture f;
static int64_t north, south;

static int
swap(const char *old_id, const char *new_id, struct device_replaced *out)
{
	struct device_swap s = {
	    .old_id = str_of(old_id), .new_id = str_of(new_id)};

	return device_replace(&f.q, &s, out);
}

/* True if it is refused with that phrase. */
static bool
refused(const char *old_id, const char *new_id, const char *phrase)
{
	struct device_replaced out;

	return swap(old_id, new_id, &out) < 0 && f.err.say != NULL &&
	       strcmp(f.err.say, phrase) == 0;
}

/* A phone with name and category that was there and is gone. */
static void
broken(const char *hw_id, int64_t seq)
{
	struct str category = STR("phones");
	struct conn c;

	fx_online(&f, hw_id, north, seq, &c);
	must(device_rename(&f.q, str_of(hw_id), STR("lobby")) == 0);
	must(device_set_categories(&f.q, str_of(hw_id), &category, 1) == 0);
	(void)fx_presence(&f, hw_id, seq, false, "device");
	fx_conn_end(&c);
	fx_clear(&f);
}

static void
claims(struct conn *c, const char *hw_id, int64_t seq)
{
	fx_conn(c, seq);
	must(fx_phone(&f, c, hw_id, NULL) == 0);
	(void)fx_presence(&f, hw_id, seq, true, "claim");
}

static int64_t
id_of(const char *hw_id)
{
	struct device d;

	return device_get(&f.q, str_of(hw_id), &d) > 0 ? d.id : -1;
}

/* A configuration, and that the device has it and a script ran. */
static void
delivered(int64_t device)
{
	char sql[700];

	(void)snprintf(sql, sizeof(sql),
	    "INSERT INTO config VALUES (1, %lld, 1, '', 0, 1, 1, x'00');"
	    "INSERT INTO config_state VALUES (%lld, 1, 1, '', 1, 1, 2, '', 9,"
	    " 'serial');"
	    "INSERT INTO config_script VALUES (%lld, '', '', '', 0, '', 1, 1,"
	    " 0, 0, 0, 0)",
	    (long long)north, (long long)device, (long long)device);
	must(store_exec(f.core.store, sql, &f.err) == 0);
}

/* What is known of configurations at a device. */
static size_t
known(int64_t device)
{
	struct config_state *states;
	struct config_script script;
	size_t n;

	must(state_list(&f.q, device, &states, &n) == 0);
	return n + (state_script(&f.q, device, &script) > 0);
}

static void
test_place(void)
{
	struct device_swap dry = {.old_id = STR("009033020001"),
	    .new_id = STR("00-90-33-02-00-02"),
	    .dry = true};
	struct device_replaced out;
	struct conn new, old;
	int64_t id;

	broken("009033020001", 10);
	id = id_of("009033020001");
	delivered(id);
	claims(&new, "009033020002", 11);
	fx_clear(&f);
	tap_ok(device_replace(&f.q, &dry, &out) == 0 && out.device.id == id &&
		   str_eqz(out.device.hw_id, "009033020002") &&
		   out.ncategories == 1,
	    "M8: a preview says what would be");
	tap_ok(id_of("009033020001") == id && id_of("009033020002") == 0 &&
		   !fx_ordered(&f, "009033020002"),
	    "M8: and changes nothing");
	tap_is_int((int)known(id), 2, "M8: what was delivered is known");
	tap_ok(swap("009033020001", "009033020002", &out) == 0 &&
		   out.placed.delivered,
	    "M8: the new hardware gets a password at once");
	tap_ok(id_of("009033020002") == id && out.device.domain_id == north &&
		   str_eqz(out.device.name, "lobby") && out.ncategories == 1 &&
		   str_eqz(out.categories[0], "phones"),
	    "M8: id, domain, name and categories stay");
	tap_is_int((int)known(id), 0,
	    "M8: another box has nothing of what the old one was given");
	tap_ok(fx_ordered(&f, "\"removed\"") || fx_ordered(&f, "009033020001"),
	    "M8: who subscribes sees the old one go");
	tap_is_int(id_of("009033020001"), -1, "M8: the old id is nobody");
	fx_conn(&old, 12);
	must(fx_phone(&f, &old, "009033020001", NULL) == 0);
	tap_is_str(
	    fx_member(&f, &old, "as"), "claim", "M8: mended, it is a stranger");
	fx_conn_end(&old);
	fx_conn_end(&new);
}

/* The new one was put in before, by a code for example. */
static void
test_in_domain(void)
{
	struct device_replaced out;
	struct conn new;
	int64_t id;

	broken("009033020011", 20);
	id = id_of("009033020011");
	fx_online(&f, "009033020012", north, 21, &new);
	fx_clear(&f);
	tap_ok(swap("009033020011", "009033020012", &out) == 0 &&
		   out.device.id == id && id_of("009033020012") == id,
	    "M8: one that is in the domain gives up its place there");
	tap_ok(out.placed.delivered && fx_ordered(&f, "release"),
	    "M8: and gets another password in its connection");
	fx_conn_end(&new);
}

static void
test_refused(void)
{
	struct device_replaced out;
	struct conn new, there, gateway;

	broken("009033020021", 30);
	claims(&new, "009033020022", 31);
	fx_online(&f, "009033020023", south, 32, &there);
	tap_ok(
	    refused("009033020021", "009033020021", "they are the same device"),
	    "M8: a device does not replace itself");
	tap_ok(refused("009033020023", "009033020022",
		   "the old device is connected"),
	    "M8: one that is there is not broken");
	tap_ok(refused("009033020021", "009033020023",
		   "the new device is in another domain"),
	    "M8: the new one is in no other domain");
	tap_ok(swap("009033020021", "009033020029", &out) < 0 &&
		   f.err.kind == ERR_GONE,
	    "M8: somebody must have seen it");
	tap_ok(swap("009033020022", "009033020021", &out) < 0 &&
		   f.err.kind == ERR_GONE,
	    "M8: the old one has a place");
	fx_conn(&gateway, 33);
	must(fx_identify(&f, &gateway,
		 "{\"id\":\"009033020024\",\"product\":\"IP411\",\"version\":"
		 "\"1\",\"platform\":{\"type\":\"GW\"}}") == 0);
	(void)fx_presence(&f, "009033020024", 33, true, "claim");
	tap_ok(refused("009033020021", "009033020024",
		   "the new device is of another type"),
	    "M8: a gateway does not replace a phone");
	must(store_exec(f.core.store,
		 "UPDATE device SET other = 1 WHERE hw_id = '009033020021'",
		 &f.err) == 0);
	tap_ok(refused("009033020021", "009033020022",
		   "the new device is of another vendor"),
	    "M8: the vendor's own does not replace another's");
	fx_conn_end(&gateway);
	fx_conn_end(&there);
	fx_conn_end(&new);
}

static void
test_choice(void)
{
	struct device_choice second = {.boot = STR(FX_BOOT), .conn = 42};
	struct device_swap s = {.old_id = STR("009033020031"),
	    .new_id = STR("009033020032"),
	    .choice = &second};
	struct device_replaced out;
	struct conn a, b;

	broken("009033020031", 40);
	claims(&a, "009033020032", 41);
	claims(&b, "009033020032", 42);
	tap_ok(swap("009033020031", "009033020032", &out) < 0 &&
		   f.err.kind == ERR_EXISTS && out.placed.nclaims == 2,
	    "M8: of two connections one must be named");
	tap_ok(id_of("009033020031") > 0, "M8: and nothing is changed");
	tap_ok(device_replace(&f.q, &s, &out) == 0 && out.placed.delivered,
	    "M8: the named one is it");
	fx_conn_end(&a);
	fx_conn_end(&b);
}

static void
test_rights(void)
{
	struct actor who = {.account = -1, .home = north, .own = north};
	struct device_swap s = {
	    .old_id = STR("009033020041"), .new_id = STR("009033020042")};
	struct device_replaced out;
	struct conn new;
	struct ask as;

	broken("009033020041", 50);
	claims(&new, "009033020042", 51);
	str_copy(who.cred, sizeof(who.cred), STR("domain:2"));
	who.domains = &north;
	who.ndomains = 1;
	as = fx_as(&f, &who);
	tap_ok(device_replace(&as, &s, &out) < 0 && f.err.kind == ERR_DENIED,
	    "M8: it is for administrators, who see strangers");
	fx_conn_end(&new);
}

int
main(void)
{
	fx_open(&f);
	north = fx_domain(&f, "north.example", "north-password");
	south = fx_domain(&f, "south.example", "south-password");
	(void)fx_category(&f, north, "phones");
	test_place();
	test_in_domain();
	test_refused();
	test_choice();
	test_rights();
	fx_close(&f);
	return tap_end();
}
