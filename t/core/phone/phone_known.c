/*
 * Who asks, by the data that we ship.  At least one string for each way
 * that a vendor words his, as provisioning plugins of wazo-platform and FusionPBX
 * quote them in comments, or made after their description.
 */
#include "phone_known.h"

#include <stdio.h>
#include <string.h>

#include "must.h"
#include "tap.h"

static struct phone_types types;

static struct phone_known
find(const char *name, const char *agent)
{
	struct phone_known k;

	phone_known_find(&types, str_of(name), str_of(agent), &k);
	return k;
}

static const char *
folder(const struct phone_known *k)
{
	static char out[64];

	str_copy(out, sizeof(out),
	    k->vendor != NULL ? k->vendor->folder : STR("none"));
	return out;
}

static const char *
type(const struct phone_known *k)
{
	static char out[PHONE_TYPE_MAX + 1];

	str_copy(
	    out, sizeof(out), k->type != NULL ? k->type->key : STR("none"));
	return out;
}

/* agent, then what it says: "vendor type firmware mac". */
static const char *const agents[][2] = {
    {"Yealink SIP-T46S 66.86.0.15 00:15:65:aa:bb:cc",
	"yealink yealinkT46S 66.86.0.15 001565aabbcc"},
    {"yealink SIP-T18P 18.0.0.80 00:15:65:27:3e:05",
	"yealink yealinkT18P 18.0.0.80 001565273e05"},
    {"Yealink W52P 25.80.0.15 00:15:65:aa:bb:cc",
	"yealink yealinkW52P 25.80.0.15 001565aabbcc"},
    {"VP530P 23.70.0.40 00:15:65:31:4b:c0",
	"yealink yealinkVP530P 23.70.0.40 001565314bc0"},
    {"Yealink SIP VP-T49G 51.80.0.75 00:15:65:aa:bb:cc",
	"yealink yealinkT49G 51.80.0.75 001565aabbcc"},
    {"Yealink SIP-T54W 96.84.0.30 805ec0aabbcc",
	"yealink yealinkT54W 96.84.0.30 805ec0aabbcc"},
    {"Yealink-T46G 28.71.0.81 28.1.0.128.0.0.0",
	"yealink yealinkT46G 28.71.0.81 -"},
    {"Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 2010.12-00004-"
     "g9ba52f5 000413922D24 SXM:0 UXM:0)",
	"snom snomD785 10.1.33.33 000413922d24"},
    {"Mozilla/4.0 (compatible; snom320-SIP 8.4.32 1.1.3-s)",
	"snom snom320 8.4.32 -"},
    {"Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)",
	"snom snomM900 05.20.0001 000413b60680"},
    {"Grandstream Model HW GXP2170 SW 1.0.11.85 DevId 000b82865e6a",
	"grandstream gxp2170 1.0.11.85 000b82865e6a"},
    {"Grandstream Model HW GXV3350  V1.3A SW 1.0.1.8 DevId c074ad0a1b2c",
	"grandstream gxv3350 1.0.1.8 c074ad0a1b2c"},
    {"Grandstream GXP2000 (gxp2000e.bin:1.2.5.3/boot55e.bin:1.1.6.9) DevId "
     "000b8228a47f",
	"grandstream gxp2000 1.1.6.9 000b8228a47f"},
    {"FileTransport PolycomVVX-VVX_400-UA/4.1.4.7430 Type/Application",
	"poly vvx400 4.1.4.7430 -"},
    {"FileTransport PolycomSoundPointIP-SPIP_335-UA/4.0.4.2906 Type/Updater",
	"poly ip335 4.0.4.2906 -"},
    {"FileTransport PolycomSoundStationIP-SSIP_6000-UA/3.3.1.0933",
	"poly ip6000 3.3.1.0933 -"},
    {"Cisco/SPA504G-7.4.9c (8843E157DDCC)(CBT141100HR)",
	"cisco spa504G 7.4.9c 8843e157ddcc"},
    {"Cisco/SPA525G-7.4.8 (CBT141900G7)", "cisco spa525G 7.4.8 -"},
    {"Linksys/SPA-942-6.1.5(a) (88019FA42805)",
	"cisco spa942 6.1.5(a) 88019fa42805"},
    {"Linksys/SPA-962-6.1.5(a) (4LT00J900026)", "cisco spa962 6.1.5(a) -"},
    {"Cisco-CP-7832-3PCC/11.0.1 (00562b043615)",
	"cisco cp7832 11.0.1 00562b043615"},
    {"Fanvil X4 2.10.2.6887 0c383e07e16c",
	"fanvil fanvilX4 2.10.2.6887 0c383e07e16c"},
    {"Fanvil X6U Pro 0.0.10 0c383e2cd782",
	"fanvil fanvilX6UPro 0.0.10 0c383e2cd782"},
    {"N510 IP PRO/42.245.00.000.000;7C2F804DF9A9",
	"gigaset n510ip 42.245.00.000.000 7c2f804df9a9"},
    {"N720-DM-PRO/70.040.00.000.000", "gigaset n720ip 70.040.00.000.000 -"},
    {"Gigaset N870 IP PRO/83.V2.11.0+build.a546b91;7C2F80E0D605",
	"gigaset n870ip 83.V2.11.0+build.a546b91 7c2f80e0d605"},
    {"Aastra6731i MAC:00-08-5D-23-74-29 V:3.2.0.70-SIP",
	"mitel aastra6731i 3.2.0.70 00085d237429"},
    {"Mitel6920 MAC:14-00-E9-1F-03-EA V:6.4.0.140-SIP",
	"mitel mitel6920 6.4.0.140 1400e91f03ea"},
    {"Panasonic_KX-UT113/01.133 (0080f0c8c381)",
	"panasonic kx-ut113 01.133 0080f0c8c381"},
    {"Htek UC926 2.0.4.2 00:1f:c1:00:00:00", "htek uc926 2.0.4.2 001fc1000000"},
    {"AUDC-IPPhone/2.2.8.61 (440HDG-Rev0; 00908F602AAC)",
	"audiocodes audc440hdg 2.2.8.61 00908f602aac"},
    {"Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0", "none none - -"},
    {"", "none none - -"},
};

static void
test_agents(void)
{
	char said[256];

	for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++) {
		struct phone_known k = find("x", agents[i][0]);

		(void)snprintf(said, sizeof(said), "%s %s %s %s", folder(&k),
		    type(&k), k.firmware[0] != '\0' ? k.firmware : "-",
		    k.mac[0] != '\0' ? k.mac : "-");
		tap_is_str(said, agents[i][1], agents[i][0]);
	}
}

/* name of the file, then "vendor type mac", without a User-Agent. */
static const char *const names[][2] = {
    {"snom320-00041312AB34.htm", "snom snom320 00041312ab34"},
    {"snom320.htm", "snom snom320 -"},
    {"001565aabbcc.cfg", "yealink none 001565aabbcc"},
    {"001565aabbcc.boot", "yealink none 001565aabbcc"},
    {"0004f2aabbcc.cfg", "poly none 0004f2aabbcc"},
    {"0c383eaabbcc.cfg", "fanvil none 0c383eaabbcc"},
    {"7C2F804DF9A9.xml", "gigaset none 7c2f804df9a9"},
    {"cfg000b82865e6a.xml", "grandstream none 000b82865e6a"},
    {"cfggrp2614.xml", "grandstream grp2614 -"},
    {"spa504G.cfg", "cisco spa504G -"},
    {"Config0080F0C8C381.cfg", "panasonic none 0080f0c8c381"},
    {"deadbeef0000.cfg", "none none deadbeef0000"},
    {"../../etc/passwd", "none none -"},
    {"", "none none -"},
};

static void
test_names(void)
{
	char said[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct phone_known k = find(names[i][0], "");

		(void)snprintf(said, sizeof(said), "%s %s %s", folder(&k),
		    type(&k), k.mac[0] != '\0' ? k.mac : "-");
		tap_ok(strcmp(said, names[i][1]) == 0, "\"%s\" is of %s",
		    names[i][0], said);
	}
}

static void
test_both(void)
{
	struct phone_known k = find("00041312AB34.xml",
	    "Mozilla/4.0 (compatible; snomD785-SIP 10.1.33.33 x 000413922D24 "
	    "SXM:0)");

	tap_is_str(k.mac, "00041312ab34", "the name of the file counts first");
	k = find("snom320.htm", "Yealink SIP-T46S 66.86.0.15 001565aabbcc");
	tap_ok(strcmp(folder(&k), "yealink") == 0 && k.file.len == 0,
	    "what it says of itself decides the vendor");
	k = find("x", "Yealink SIP-T46S 6\x1b.86 001565aabbcc");
	tap_ok(k.vendor == NULL, "text that is none says nothing");
}

static void
test_patterns(void)
{
	static const char *const bad[] = {
	    "", "{mac}{mac}", "{x}", "a b", "a/b", "{mac", "{{mac}}"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_ok(!phone_path_valid(str_of(bad[i])),
		    "\"%s\" is no pattern", bad[i]);
}

int
main(void)
{
	struct arena a;
	struct err e;

	arena_init(&a, (size_t)4 << 20);
	must(phone_types_load(&a, SRCDIR "/templates", &types, &e) == 0);
	test_agents();
	test_names();
	test_both();
	test_patterns();
	arena_fini(&a);
	return tap_end();
}
