/* Addresses and networks: lists, and who is on them. */
#include "net.h"

#include "count.h"
#include "tap.h"

static void
is_on(const char *list, const char *address, bool want)
{
	tap_ok(net_list_has(str_of(list), str_of(address)) == want,
	    "%s is %son \"%s\"", address, want ? "" : "not ", list);
}

static void
shares(const char *address, const char *want, const char *name)
{
	char out[NET_SHARE_SIZE];

	net_share(str_of(address), out);
	tap_is_str(out, want, name);
}

static void
test_shares(void)
{
	shares("192.0.2.7", "192.0.2.7", "an IPv4 address counts by itself");
	shares("2001:db8:1:2:3:4:5:6",
	    "2001:db8:1:2::", "an IPv6 address with its network");
	shares("::ffff:192.0.2.7", "192.0.2.7",
	    "an IPv4 address that came as IPv6 by itself");
	shares("unix:", "unix:", "anything else as it stands");
	shares("", "", "as does none");
}

static void
test_host(void)
{
	static const struct {
		enum net_family family;
		const char *text, *host;
	} good[] = {
	    {NET_IPV4, "192.0.2.7", "192.0.2.7"},
	    {NET_IPV4, "10.0.0.0", "10.0.0.0"},
	    {NET_IPV4, "169.254.9.9", "169.254.9.9"},
	    {NET_IPV4, "1.0.0.1", "1.0.0.1"},
	    {NET_IPV4, "126.255.255.255", "126.255.255.255"},
	    {NET_IPV4, "223.255.255.255", "223.255.255.255"},
	    {NET_IPV6, "fe80::290:33ff:fe41:80be", "fe80::290:33ff:fe41:80be"},
	    {NET_IPV6, "FEC0:9033:0:230:290:33FF:FE41:A",
		"fec0:9033:0:230:290:33ff:fe41:a"},
	    {NET_IPV6, "2001:db8:0:0:0:0:0:1", "2001:db8::1"},
	    {NET_IPV6, "fd00::1", "fd00::1"},
	};
	static const struct {
		enum net_family family;
		const char *text;
	} bad[] = {{NET_IPV4, ""}, {NET_IPV4, "0.0.0.0"}, {NET_IPV4, "0.1.2.3"},
	    {NET_IPV4, "127.0.0.1"}, {NET_IPV4, "224.0.0.1"},
	    {NET_IPV4, "255.255.255.255"}, {NET_IPV4, "192.0.2.0/24"},
	    {NET_IPV4, "192.0.2.7:5060"}, {NET_IPV4, "192.0.2.100-150"},
	    {NET_IPV4, "192.0.2.007"}, {NET_IPV4, "192.0.2"},
	    {NET_IPV4, "3221225991"}, {NET_IPV4, "0xc0.0.2.7"},
	    {NET_IPV4, " 192.0.2.7"}, {NET_IPV4, "<script>"},
	    {NET_IPV4, "::ffff:192.0.2.7"}, {NET_IPV4, "2001:db8::1"},
	    {NET_IPV6, "::"}, {NET_IPV6, "::1"}, {NET_IPV6, "::192.0.2.7"},
	    {NET_IPV6, "::ffff:192.0.2.7"}, {NET_IPV6, "ff02::1"},
	    {NET_IPV6, "fe80::1%eth0"}, {NET_IPV6, "2001:db8::/32"},
	    {NET_IPV6, "[2001:db8::1]"}, {NET_IPV6, "192.0.2.7"}};
	char out[NET_HOST_SIZE];

	for (size_t i = 0; i < COUNT(good); i++) {
		(void)net_host(str_of(good[i].text), good[i].family, out);
		tap_is_str(out, good[i].host, "a host's address");
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!net_host(str_of(bad[i].text), bad[i].family, out) &&
			   out[0] == '\0',
		    "\"%s\" is no host of family %d", bad[i].text,
		    bad[i].family == NET_IPV4 ? 4 : 6);
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

	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(net_list_valid(str_of(good[i])), "\"%s\" is a list",
		    good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
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
	test_shares();
	test_host();
	return tap_end();
}
