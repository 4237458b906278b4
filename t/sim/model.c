#include "model.h"

#include <string.h>

#include "tap.h"

static void
numbers_and_ids(void)
{
	char id[MODEL_HWID_SIZE];
	size_t i = 7;

	model_hw_id(0, id);
	tap_is_str(id, "009033400000", "device 0 has the first hardware id");
	model_hw_id(MODEL_MAX - 1, id);
	tap_ok(model_number(str_of(id), &i) && i == MODEL_MAX - 1,
	    "the last hardware id leads back to its number");
	tap_ok(!model_number(STR("0090333fffff"), &i),
	    "an id below the first is none of ours");
	tap_ok(!model_number(STR("00903340000"), &i),
	    "a short id is none of ours");
	tap_ok(!model_number(STR("00903340000g"), &i),
	    "an id with a wrong digit is none of ours");
}

static void
types(void)
{
	const char *const all[] = {"PHONE", "GW", "VA", "DECT", "APP_PLATFORM"};

	for (size_t k = 0; k < 5; k++) {
		bool found = false;

		for (size_t i = 0; i < 24; i++)
			found |=
			    str_eqz(str_of(model_of(i, "mixed")->type), all[k]);
		tap_ok(found, "24 mixed devices have a %s among them", all[k]);
		tap_is_str(model_of(5, all[k])->type, all[k],
		    "a fleet of one type has that type");
	}
	tap_ok(!model_types("FAX"), "an unknown type is none");
}

static void
identify(void)
{
	struct buf out;

	buf_init(&out, 65536);
	model_identify(
	    &out, 1, "mixed", (struct model_says){.digest = STR("d1")});
	tap_is_str(out.data,
	    "{\"id\":\"009033400001\",\"product\":\"IP411\",\"version\":\"13r3 "
	    "sr5 [13.7055/137055/210]\",\"platform\":{\"type\":\"GW\",\"fxs\":"
	    "true},\"name\":\"IP411-1\",\"major\":\"13r3\",\"fw\":\"ip411."
	    "bin\","
	    "\"bc\":\"boot411.bin\",\"pbxActive\":false,\"ethIfs\":[{\"if\":"
	    "\"ETH0\",\"ipv4\":\"10.0.0.1\",\"ipv6\":"
	    "\"fe80::290:33ff:fe40:1\"}],\"digest\":\"d1\"}",
	    "identify has the members of the protocol");
	out.len = 0;
	model_identify(&out, 0, "mixed",
	    (struct model_says){
		.version = "14r1 [1/2/3]", .firmware = "2", .boot = "3"});
	tap_ok(
	    strstr(out.data, "\"version\":\"14r1 [1/2/3]\"") != NULL &&
		strstr(out.data, "\"major\":\"14r1\"") != NULL &&
		strstr(out.data, "\"fwBuild\":\"2\",\"bcBuild\":\"3\"") != NULL,
	    "and what it has loaded");
	buf_fini(&out);
}

int
main(void)
{
	numbers_and_ids();
	types();
	identify();
	return tap_end();
}
