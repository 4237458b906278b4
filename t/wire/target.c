/* Which addresses may be connected to because somebody typed a URL. */
#include "target.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "count.h"
#include "tap.h"

static const char *const names[] = {"public", "private", "never"};

/* The socket of an address, of either family. */
static socklen_t
make(const char *text, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		return 0;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	return sizeof(*v6);
}

static enum target
of(const char *text)
{
	struct sockaddr_storage sa;
	socklen_t len = make(text, 80, &sa);

	return len > 0 ? target_of((struct sockaddr *)&sa, len) : TARGET_NEVER;
}

static void
are(enum target is, const char *const *list, size_t n)
{
	struct sockaddr_storage sa;

	for (size_t i = 0; i < n; i++)
		tap_ok(make(list[i], 80, &sa) > 0 && of(list[i]) == is,
		    "%s: %s", list[i], names[is]);
}

static void
test_table(void)
{
	static const char *const never[] = {"0.0.0.0", "0.1.2.3", "127.0.0.1",
	    "127.255.255.254", "169.254.0.1", "169.254.169.254",
	    "169.254.255.255", "192.0.0.192", "168.63.129.16",
	    "100.100.100.200", "224.0.0.1", "239.255.255.250", "240.0.0.1",
	    "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
	    "::ffff:0.0.0.0", "::ffff:169.254.169.254", "::ffff:0:127.0.0.1",
	    "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254",
	    "64:ff9b:1::127.0.0.1",
	    "64:ff9b:1:7f00:0:100::", "64:ff9b:1:a9fe:a9:fe00::",
	    "64:ff9b:1:c7f:0:1::", "64:ff9b:1:1:7f:0:100:0",
	    "64:ff9b:1::", "64:ff9b:2::8.8.8.8",
	    "2002:7f00:1::", "2002:a9fe:a9fe::1",
	    "2002:e000:1::", "2001:0:7f00:1::f7f7:f7f7",
	    "2001:0:808:808::80ff:fffe", "2001:0:808:808::5601:5601",
	    "2001:db8::5efe:127.0.0.1", "2001:db8::200:5efe:169.254.169.254",
	    "::5efe:8.8.8.8", "fe80::1", "fe80::5efe:8.8.8.8", "febf:ffff::1",
	    "ff02::1", "ff0e::1", "fd00:ec2::254", "fd20:ce::254",
	    "fd00:c1::a9fe:a9fe", "fd00:42::42", "fd00:a9fe:a9fe::1", "100::1",
	    "5f00::1", "4000::1", "8000::1", "1::1"};
	static const char *const private[] = {"10.0.0.1", "10.255.255.255",
	    "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255",
	    "100.64.0.1", "100.127.255.255", "198.18.0.1", "198.19.255.255",
	    "fc00::1", "fdff:ffff::1", "fd00:ec3::1", "fd00:c2::a9fe:a9fe",
	    "fd00:42:0:1::42", "fd00:a9fe:a9ff::1", "fec0::1",
	    "::ffff:10.0.0.1", "::192.168.1.1", "64:ff9b::10.0.0.1",
	    "64:ff9b:1::8.8.8.8", "64:ff9b:1:808:8:800::", "2002:a00:1::1",
	    "2001:0:a00:1::f7f7:f7f7", "2001:0:808:808::f5ff:fffe",
	    "2001:db8::5efe:10.0.0.1"};
	static const char *const public[] = {"1.1.1.1", "8.8.8.8",
	    "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
	    "126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.0",
	    "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
	    "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
	    "2001:db8::1", "2a00:1450:4001::1", "3fff::1", "::ffff:8.8.8.8",
	    "::8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1",
	    "2001:0:808:808::f7f7:f7f7", "2001:1::1"};

	are(TARGET_NEVER, never, COUNT(never));
	are(TARGET_PRIVATE, private, COUNT(private));
	are(TARGET_PUBLIC, public, COUNT(public));
}

/* No form of an IPv4 address is better than the address. */
static void
test_forms(void)
{
	int worse = 0, all = 0;

	/* Not 0.0.0.0, which is nothing but zeroes behind a prefix. */
	for (uint32_t i = 1; i < 65536; i++) {
		uint32_t a = i * 65537U ^ i << 7;
		char v4[32], forms[5][64];
		(void)snprintf(v4, sizeof(v4), "%u.%u.%u.%u", a >> 24,
		    a >> 16 & 255, a >> 8 & 255, a & 255);
		(void)snprintf(forms[0], 64, "::ffff:%s", v4);
		(void)snprintf(forms[1], 64, "64:ff9b::%s", v4);
		(void)snprintf(forms[2], 64, "64:ff9b:1:0:1::%s", v4);
		(void)snprintf(
		    forms[3], 64, "2002:%x:%x::1", a >> 16, a & 0xffff);
		(void)snprintf(forms[4], 64, "2001:0:808:808::%x:%x",
		    ~a >> 16 & 0xffff, ~a & 0xffff);
		for (size_t f = 0; f < COUNT(forms); f++)
			if (of(forms[f]) < of(v4) && worse++ == 0)
				tap_diag("%s", forms[f]);
		all += of(v4) != TARGET_PUBLIC;
	}
	tap_is_int(worse, 0, "no form of an address is better than itself");
	tap_ok(all > 5000, "many of them were bad ones");
}

static bool
may(bool private_ok, const char *also, const char *text, uint16_t port)
{
	const struct target_rule r = {.private_ok = private_ok, .also = also};
	struct sockaddr_storage sa;
	socklen_t len = make(text, port, &sa);

	return len > 0 && target_may(&r, (struct sockaddr *)&sa, len);
}

static void
test_rule(void)
{
	const char *also = "127.0.0.1:8080, [::1]:9";

	tap_ok(may(true, NULL, "192.0.2.1", 80), "a public address may be");
	tap_ok(may(true, NULL, "10.99.99.99", 80),
	    "a private one, if the setting says so");
	tap_ok(!may(false, NULL, "10.99.99.99", 80), "else it may not");
	tap_ok(!may(true, NULL, "127.0.0.1", 8080), "loopback never");
	tap_ok(may(true, also, "127.0.0.1", 8080),
	    "but a socket that the operator names");
	tap_ok(may(true, also, "::ffff:127.0.0.1", 8080),
	    "in its other form as well");
	tap_ok(may(true, also, "::1", 9), "of either family");
	tap_ok(!may(true, also, "127.0.0.1", 8081), "not another port");
	tap_ok(!may(true, also, "127.0.0.2", 8080), "not another address");
}

static void
test_other_families(void)
{
	const struct target_rule r = {.private_ok = true};
	struct sockaddr_storage sa = {.ss_family = AF_UNIX};
	socklen_t len = make("8.8.8.8", 80, &sa);

	tap_ok(target_of((struct sockaddr *)&sa, len - 1) == TARGET_NEVER &&
		   !target_may(&r, (struct sockaddr *)&sa, len - 1),
	    "an address that is cut is none");
	sa.ss_family = AF_UNIX;
	tap_ok(target_of((struct sockaddr *)&sa, sizeof(sa)) == TARGET_NEVER &&
		   !target_may(&r, (struct sockaddr *)&sa, sizeof(sa)),
	    "a unix socket is none");
}

static void
test_lists(void)
{
	static const char *const good[] = {"127.0.0.1:1", "[::1]:65535",
	    "10.0.0.1:80,10.0.0.2:80", " 10.0.0.1:80 , [fd00::1]:443 "};
	static const char *const bad[] = {"", "127.0.0.1",
	    "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "localhost:80",
	    "::1:80", "[::1]", "[::1:80", "[127.0.0.1]:80", "127.1:80",
	    "127.0.0.1:80,", "127.0.0.1:80 81", "[fe80::1%eth0]:80"};

	for (size_t i = 0; i < COUNT(good); i++)
		tap_ok(
		    target_list_valid(str_of(good[i])), "a list: %s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!target_list_valid(str_of(bad[i])), "no list: \"%s\"",
		    bad[i]);
}

/* Whatever interfaces this machine has: none of their addresses. */
static void
test_own(void)
{
	const struct target_rule r = {.private_ok = true};
	struct ifaddrs *list = NULL;
	int n = 0, let = 0;

	if (getifaddrs(&list) != 0)
		list = NULL;
	for (struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
		int family = i->ifa_addr ? i->ifa_addr->sa_family : AF_UNSPEC;

		if (family != AF_INET && family != AF_INET6)
			continue;
		n++;
		let += target_may(&r, i->ifa_addr,
		    family == AF_INET ? sizeof(struct sockaddr_in)
				      : sizeof(struct sockaddr_in6));
	}
	if (list != NULL)
		freeifaddrs(list);
	tap_diag("%d addresses", n);
	tap_ok(n > 0 && let == 0, "no address of this machine is let through");
}

int
main(void)
{
	test_table();
	test_forms();
	test_rule();
	test_other_families();
	test_lists();
	test_own();
	return tap_end();
}
