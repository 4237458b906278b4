/* Addresses and networks: lists, and who is on them. */
#include "net.h"
#include "tap.h"

static void
is_on(const char *list, const char *address, bool want)
{
	tap_ok(net_list_has(str_of(list), str_of(address)) == want,
	    "%s is %son \"%s\"", address, want ? "" : "not ", list);
}

int
main(void)
{
	static const char *const good[] = {"192.0.2.10", "192.0.2.0/24",
	    "0.0.0.0/0", "::1", "2001:db8::/32", "::/0", "::ffff:192.0.2.1",
	    " 192.0.2.1 , 2001:db8::/32,10.0.0.0/8", "192.0.2.1/32", "::1/128"};
	static const char *const bad[] = {"", ",", "192.0.2", "192.0.2.256",
	    "192.0.2.01", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1",
	    "192.0.2.0/x", "/8", "::1/129", "host.example", "192.0.2.1,",
	    "192.0.2.1 192.0.2.2", "1::2::3", "192.0.2.0/24/8"};

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		tap_ok(net_list_valid(str_of(good[i])), "\"%s\" is a list",
		    good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		tap_ok(
		    !net_list_valid(str_of(bad[i])), "\"%s\" is none", bad[i]);
	tap_ok(!net_list_valid(STR("192.0.2.1\0")), "a NUL is in no list");

	is_on("192.0.2.10", "192.0.2.10", true);
	is_on("192.0.2.10", "192.0.2.11", false);
	is_on("192.0.2.0/24", "192.0.2.255", true);
	is_on("192.0.2.0/24", "192.0.3.0", false);
	is_on("192.0.2.77/25", "192.0.2.127", true);
	is_on("192.0.2.77/25", "192.0.2.128", false);
	is_on("192.0.2.4/30", "192.0.2.7", true);
	is_on("192.0.2.4/30", "192.0.2.8", false);
	is_on("0.0.0.0/0", "203.0.113.9", true);
	is_on("0.0.0.0/0", "2001:db8::1", false);
	is_on("::/0", "2001:db8::1", true);
	is_on("2001:db8::/33", "2001:db8:7fff::1", true);
	is_on("2001:db8::/33", "2001:db8:8000::1", false);
	is_on("10.0.0.0/8, ::1", "::1", true);
	is_on("10.0.0.0/8, ::1", "::2", false);
	is_on("192.0.2.0/24", "::ffff:192.0.2.9", true);
	is_on("::ffff:192.0.2.9", "192.0.2.9", true);
	is_on("", "192.0.2.9", false);
	is_on("0.0.0.0/0", "", false);
	is_on("0.0.0.0/0", "unix:", false);
	is_on("0.0.0.0/0", "192.0.2", false);
	is_on("nonsense,192.0.2.9", "192.0.2.9", true);

	tap_ok(net_is_ipv4(STR("192.0.2.1")), "an IPv4 address");
	tap_ok(!net_is_ipv4(STR("::1")) && !net_is_ipv4(STR("")) &&
		   !net_is_ipv4(STR("::ffff:192.0.2.1")) &&
		   !net_is_ipv4(STR("192.0.2.1/24")) &&
		   !net_is_ipv4(STR("192.0.2.1 ")),
	    "and what is none");
	tap_ok(net_is_address(STR("192.0.2.1")) && net_is_address(STR("::")),
	    "an address of either kind");
	tap_ok(!net_is_address(STR("10.0.0.0/8")) &&
		   !net_is_address(STR("localhost")) &&
		   !net_is_address(STR("[::1]")) && !net_is_address(STR("")),
	    "and what is neither");
	return tap_end();
}
