/* Trunks: their addresses, and the ids they share with devices. */
#include "trunk.h"

#include "account.h"
#include "device.h"
#include "fixture.h"
#include "must.h"

static struct fixture f;

static void
user(const char *name, int64_t id)
{
	enum role role = ROLE_USER;
	struct str n = str_of(name);
	struct account_change in = {.name = &n, .role = &role};

	must(account_add(&f.q, &id, &in) == 0);
}

static int
trunk(int64_t user, const char *ipaddr, int64_t port, int64_t *id)
{
	struct trunk t = {
	    .id = *id, .user = user, .ipaddr = str_of(ipaddr), .port = port};
	int rc = trunk_add(&f.q, &t);

	*id = t.id;
	return rc;
}

static void
test_addresses(void)
{
	static const char *const good[] = {"192.0.2.10", "192.0.2.0/4",
	    "192.0.2.0/24", "192.0.2.0/30", "192.0.2.100-150", "0.0.0.0",
	    "192.0.2.0-255", "192.0.2.254-255"};
	static const char *const bad[] = {"", "192.0.2", "192.0.2.0/3",
	    "192.0.2.0/31", "192.0.2.0/x", "192.0.2.0/", "192.0.2.100-99",
	    "192.0.2.100-100", "192.0.2.100-256", "192.0.2.100-",
	    "192.0.2.1-5/24", "192.0.2.0/24-5", "192.0.2.255-255", "::1",
	    "2001:db8::/32", "host.example", " 192.0.2.1", "dynamic",
	    "192.0.2.1,192.0.2.2", "192.0.2.010"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		tap_ok(trunk_address(str_of(good[i])), "\"%s\" is an address",
		    good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_ok(
		    !trunk_address(str_of(bad[i])), "\"%s\" is none", bad[i]);
}

static void
test_trunks(void)
{
	struct trunk *list;
	struct device d;
	int64_t id = 201;
	size_t n;

	tap_ok(trunk(100, "192.0.2.10", 5060, &id) == 0 && id == 201,
	    "a trunk gets the id that was chosen");
	id = 202;
	tap_ok(trunk(100, "192.0.2.0/24", 0, &id) == 0, "and another");
	must(fx_device(&f, "0090330a0b0c", 1, DEVICE_PHONE, NULL) == 0);
	tap_ok(device_get(&f.q, STR("0090330a0b0c"), &d) == 1 && d.id == 203,
	    "the next device has the id behind them");
	id = 0;
	tap_ok(trunk(55, "192.0.2.1-9", -1, &id) == 0 && id == 204,
	    "a trunk that names no id goes on from there");
	id = 150;
	tap_ok(trunk(55, "192.0.2.1", 70, &id) == 0 && id == 150,
	    "an older id that is free can be chosen");
	id = 0;
	tap_ok(trunk(55, "192.0.2.1", 65535, &id) == 0 && id == 205,
	    "which does not set the sequence back");
	id = 203;
	tap_ok(trunk(100, "192.0.2.1", 1, &id) < 0 && f.err.kind == ERR_EXISTS,
	    "the id of a device is taken");
	id = 201;
	tap_ok(trunk(100, "192.0.2.1", 1, &id) < 0 && f.err.kind == ERR_EXISTS,
	    "and that of a trunk");
	id = 0;
	tap_ok(
	    trunk(100, "192.0.2.1", 65536, &id) < 0 && f.err.kind == ERR_INPUT,
	    "a port has 16 bits");
	tap_ok(trunk(100, "nowhere", 1, &id) < 0 && f.err.kind == ERR_INPUT,
	    "the address is checked");
	tap_ok(trunk(8, "192.0.2.1", 1, &id) < 0 && f.err.kind == ERR_GONE,
	    "the user must exist");
	tap_ok(trunk(0, "192.0.2.1", 1, &id) < 0 && f.err.kind == ERR_INPUT,
	    "and be one");

	tap_ok(trunk_list(&f.q, -1, 0, &list, &n) == 0 && n == 5 &&
		   list[0].id == 150 && list[4].id == 205,
	    "all trunks are listed by id");
	tap_ok(trunk_list(&f.q, 100, 201, &list, &n) == 0 && n == 1 &&
		   list[0].id == 202 && list[0].port == 5060 &&
		   str_eqz(list[0].ipaddr, "192.0.2.0/24"),
	    "or those of a user from an id on; no port is 5060");
	tap_ok(trunk_remove(&f.q, 150) == 0 && trunk_remove(&f.q, 150) < 0 &&
		   f.err.kind == ERR_GONE,
	    "a trunk is removed once");
}

int
main(void)
{
	fx_open(&f);
	user("theirs", 55);
	user("alice", 100);
	test_addresses();
	test_trunks();
	fx_close(&f);
	return tap_end();
}
