/* Which devices the texts of a filter find. */
#include "device_match.h"

#include "tap.h"

static struct iface ifs[] = {
    {STR("ETH0"), STR("192.0.2.77"), STR("2001:db8::77")},
    {STR("ETH1"), STR(""), STR("fe80::1")}};

static const struct device desk = {.id = 1,
    .hw_id = STR("009033010203"),
    .name = STR("B\xc3\xbcro 1"),
    .product = STR("IP811"),
    .version = STR("13r1 sr99"),
    .type = DEVICE_GW,
    .online = true,
    .since = 500,
    .ifs = ifs,
    .nifs = 2};

static bool
finds(const char *search)
{
	struct device_filter f = {.search = str_of(search)};

	return device_match(&f, &desk) && device_match_addresses(&f) &&
	       device_match_address(&f, &desk);
}

static void
test_search(void)
{
	static const char *const found[] = {"009033010203", "00:90:33:01:02:03",
	    "00-90-33-01-02-03", "0090.3301.0203", "33:01", "ip811", "gw",
	    "b\xc3\xbcro", "192.0.2.", "DB8::77", "FE80"};
	static const char *const lost[] = {"sr99", "009033010204", "33:02:01",
	    "phone", "192.0.2.78", ":::", "b\xc3\xbcro 2"};

	for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
		tap_ok(finds(found[i]), "\"%s\" finds it", found[i]);
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
		tap_ok(!finds(lost[i]), "\"%s\" does not", lost[i]);
}

static void
test_parts(void)
{
	struct device_filter f = {0};

	tap_ok(device_match(&f, &desk) && !device_match_addresses(&f),
	    "no filter lets all pass, and looks at no address");
	f = (struct device_filter){
	    .version = STR("SR99"), .product = STR("811"), .name = STR("RO")};
	tap_ok(device_match(&f, &desk), "all parts must be there");
	f.name = STR("z");
	tap_ok(!device_match(&f, &desk), "one that is not is enough");
	f = (struct device_filter){.ip = STR("2001:DB8")};
	tap_ok(device_match_addresses(&f) && device_match_address(&f, &desk),
	    "an address of either kind");
	f.search = STR("phone");
	tap_ok(!device_match_address(&f, &desk), "and what is searched, too");
}

static void
test_times(void)
{
	struct device_filter f = {.online = true}, g = {.offline_since = 500};
	struct device d = desk;

	tap_ok(device_match(&f, &d), "it is online");
	tap_ok(!device_match(&g, &d), "so it is not offline");
	d.online = false;
	tap_ok(!device_match(&f, &d), "when it went it is not online");
	tap_ok(device_match(&g, &d), "and offline since then");
	d.since = 501;
	tap_ok(!device_match(&g, &d), "not since before");
	d.since = 0;
	tap_ok(device_match(&g, &d), "never seen is offline");
}

int
main(void)
{
	test_search();
	test_parts();
	test_times();
	return tap_end();
}
