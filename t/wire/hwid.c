/* Hardware ids: which there are, and which are the same. */
#include "hwid.h"

#include <string.h>

#include "count.h"
#include "tap.h"

#define HW "0090330a0b0c"

static void
test_hwid(void)
{
	char out[HWID_MAX + 1];
	static const char long_id[] = "0123456789012345678901234567890123456"
				      "7890123456789012345678901234";
	static const char *const bad[] = {
	    "", ".", "..", "a b", "a/b", "\xc3\xa4", "a\x01", "a,b", long_id};

	tap_ok(hwid_normalise(STR("00-90-33-0A-0B-0C"), out) &&
		   strcmp(out, HW) == 0,
	    "a MAC with dashes becomes lower case without them");
	tap_ok(hwid_normalise(STR("00:90:33:0a:0b:0c"), out) &&
		   strcmp(out, HW) == 0,
	    "a MAC with colons too");
	tap_ok(hwid_normalise(STR("0090330A0B0C"), out) && strcmp(out, HW) == 0,
	    "a plain MAC becomes lower case");
	tap_ok(
	    hwid_normalise(STR("docker0"), out) && strcmp(out, "docker0") == 0,
	    "another id stays as it is");
	tap_ok(hwid_normalise(STR("192.168.100.200"), out) &&
		   strcmp(out, "192.168.100.200") == 0,
	    "twelve digits with dots are no MAC");
	tap_ok(
	    hwid_normalise(STR("00-9033-0a0b0c"), out) && strcmp(out, HW) == 0,
	    "separators may be left out between pairs");
	tap_ok(hwid_normalise(STR("0-090330a0b0c"), out) &&
		   strcmp(out, "0-090330a0b0c") == 0,
	    "a separator inside a pair makes it another id");
	for (size_t i = 0; i < COUNT(bad); i++)
		tap_ok(!hwid_ok(str_of(bad[i])) &&
			   !hwid_normalise(str_of(bad[i]), out),
		    "hardware id %zu of the bad ones is refused", i);
	tap_ok(hwid_ok(STR("00-90-33-0A-0B-0C")) &&
		   hwid_ok(str_n(long_id, HWID_MAX)),
	    "one that is not normalised may be one, and a long one");
}

int
main(void)
{
	test_hwid();
	return tap_end();
}
