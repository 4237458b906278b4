/* Hardware ids: which there are, and which are the same. */
#include "hwid.h"

#include <string.h>

#include "count.h"
#include "tap.h"

#define HW "0090330a0b0c"

/* Other spellings of one address: each was another device. */
static void
test_spellings(void)
{
	static const char *const same[] = {"0090.330a.0b0c", "0090.330A.0B0C",
	    "00.90.33.0a.0b.0c", "009033.0a0b0c", "00 90 33 0A 0B 0C",
	    "0090 330a 0b0c", "0:90:33:a:b:c", "0-90-33-A-B-C",
	    "00:90:33:a:0b:c", "SEP0090330A0B0C", "sep0090330a0b0c",
	    "SEP00:90:33:0A:0B:0C", "MAC0090330A0B0C", "mac:0090330a0b0c",
	    "MAC 00-90-33-0a-0b-0c", "0x0090330A0B0C", "00:90-33:0a-0b:0c",
	    "0090:330a:0b0c"};
	static const char *const others[] = {"192.168.100.200", "0.90.33.a.b.c",
	    "0-090330a0b0c", "00:90:33:0a:0b", "00:90:33:0a:0b:0c:0d",
	    "0090.33:0a.0b0c", "00.9033.0a0b0c", "00::90:33:0a:0b:0c",
	    "0090330a0b0c:", "SEP", "SEPT", "machine", "0x", "g090330a0b0c",
	    "1.2.3.4.5.6", "docker-0090330a0b0c", "0090330a0b0c-1"};
	char out[HWID_MAX + 1];

	for (size_t i = 0; i < COUNT(same); i++)
		tap_ok(hwid_normalise(str_of(same[i]), out) &&
			   strcmp(out, HW) == 0 && !hwid_near(str_of(same[i])),
		    "\"%s\" is that MAC", same[i]);
	for (size_t i = 0; i < COUNT(others); i++)
		tap_ok(hwid_normalise(str_of(others[i]), out) &&
			   strcmp(out, others[i]) == 0,
		    "\"%s\" stays as it is", others[i]);
	tap_ok(!hwid_normalise(STR("a b"), out) &&
		   !hwid_normalise(STR("00 90 33 0a 0b"), out),
	    "blanks are taken in a MAC only");
}

/* What a spreadsheet or a slip of the finger makes of a MAC. */
static void
test_near(void)
{
	static const char *const near[] = {"9033010299", "90330102",
	    "90:33:01:02:99", "033010299", "00903301029", "0090330102990",
	    "SEP9033010299", "9.03E10", "9.03301E+10", "9,03301E+10", "9E+10",
	    "9.03E+010", "9033010299.0", "9033010299,0E+9", "0:90:33:1:2",
	    "0.90.33.a.b.c", "00:90:33:0a:0b:0c:0d", "192.168.100.200",
	    "0090330a0b0c:"};
	static const char *const far[] = {"docker0", "new-1", "9033010", "3e5",
	    "3E+5", "abc", "00903301029900", "0090330a0b0c", "e10", "9.03E",
	    "9.03E+x0", "12345678g", "", "10.0.0.1",
	    "123e4567-e89b-12d3-a456-426614174000"};

	for (size_t i = 0; i < COUNT(near); i++)
		tap_ok(hwid_near(str_of(near[i])), "\"%s\" is nearly a MAC",
		    near[i]);
	for (size_t i = 0; i < COUNT(far); i++)
		tap_ok(!hwid_near(str_of(far[i])), "\"%s\" is not", far[i]);
}

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
	test_spellings();
	test_near();
	return tap_end();
}
