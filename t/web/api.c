/* The table of messages, rights, and the answers over HTTP. */
#include "api.h"

#include <stdio.h>
#include <string.h>

#include "api_face.h"
#include "api_table.h"
#include "device.h"
#include "domain.h"
#include "identify.h"
#include "must.h"
#include "passkey.h"
#include "rig.h"
#include "tap.h"

static struct rig g;
static int64_t red, blue;          /* domains */
static const char *admin, *of_red; /* keys */

static bool
has(const char *text, const char *part)
{
	bool found = strstr(text, part) != NULL;

	if (!found)
		tap_diag("no %s in %.400s", part, text);
	return found;
}

static bool
says(const char *key, const char *message, const char *part)
{
	return has(rig_api(&g, key, message), part);
}

/* ---- the table ---- */

static const char *const rights[] = {[RIGHT_OPEN] = "open",
    [RIGHT_SELF] = "self",
    [RIGHT_LOGIN] = "login",
    [RIGHT_ADMIN] = "admin"};

/* What --effects prints, a line for each message: name, right, what it does. */
static void
print_effects(void)
{
	const struct message *m;

	for (size_t i = 0; (m = api_nth(i)) != NULL; i++)
		printf("%s %s %s\n", m->mt, rights[m->right],
		    m->effect == EFFECT_READS ? "reads" : "changes");
}

/* What --table prints, a line for each message: name, right, "list" if it is
 * answered in parts, and its fields.  Other tests read it. */
static void
print_table(void)
{
	static const char *const kinds[] = {[FIELD_TEXT] = "TEXT",
	    [FIELD_NUMBER] = "NUMBER",
	    [FIELD_BOOL] = "BOOL",
	    [FIELD_NUMBERS] = "NUMBERS",
	    [FIELD_TEXTS] = "TEXTS",
	    [FIELD_IDS] = "IDS",
	    [FIELD_LINES] = "LINES",
	    [FIELD_OBJECT] = "OBJECT",
	    [FIELD_OBJECTS] = "OBJECTS"};
	const struct message *m;

	for (size_t i = 0; (m = api_nth(i)) != NULL; i++) {
		printf("%s %s %s", m->mt, rights[m->right],
		    m->list ? "list" : "one");
		for (size_t f = 0; f < m->nfields; f++)
			printf(" %s:%s:%d:%lld:%lld", m->fields[f].name,
			    kinds[m->fields[f].kind], m->fields[f].needed,
			    (long long)m->fields[f].lo,
			    (long long)m->fields[f].hi);
		printf("\n");
	}
}

static void
test_table(void)
{
	bool sorted = true, limited = true;
	const struct message *m, *next;

	for (size_t i = 0; (m = api_nth(i)) != NULL; i++) {
		next = api_nth(i + 1);
		if (next != NULL && strcmp(m->mt, next->mt) >= 0)
			sorted = tap_ok(false, "%s is in order", next->mt);
		for (size_t f = 0; f < m->nfields; f++)
			limited = limited && (m->fields[f].kind == FIELD_BOOL ||
						 m->fields[f].hi > 0);
		if (api_find(str_of(m->mt)) != m)
			tap_ok(false, "%s is found", m->mt);
	}
	tap_ok(sorted, "messages are sorted by name");
	tap_ok(limited, "each field has a limit");
	tap_ok(api_find(STR("AddDevic")) == NULL &&
		   api_find(STR("AddDeviceX")) == NULL &&
		   api_find(STR("AddDevice\0X")) == NULL &&
		   api_find(STR("")) == NULL,
	    "what is nearly a message is none");
}

/* Every message, with every field of a type that it has not. */
static void
test_wrong_types(void)
{
	const struct message *m;
	int good = 0, all = 0;

	for (size_t k = 0; (m = api_nth(k)) != NULL; k++)
		for (size_t i = 0; i < m->nfields; i++) {
			char text[200];
			const char *answer;

			(void)snprintf(text, sizeof(text),
			    "{\"mt\":\"%s\",\"%s\":%s}", m->mt,
			    m->fields[i].name,
			    m->fields[i].kind == FIELD_OBJECT ? "[{}]"
							      : "{\"a\":[]}");
			answer = rig_api(&g, admin, text);
			all++;
			good += strstr(answer, "\"error\":\"invalid value\"") !=
				NULL;
		}
	tap_is_int(good, all, "a field of another type is refused, everywhere");
}

/* Each message without fields, by somebody who is no administrator. */
static void
test_rights(void)
{
	const struct message *m;
	int good = 0, all = 0;

	for (size_t k = 0; (m = api_nth(k)) != NULL; k++) {
		char text[200];

		if (m->right != RIGHT_ADMIN)
			continue;
		(void)snprintf(text, sizeof(text), "{\"mt\":\"%s\"}", m->mt);
		all++;
		good += strstr(rig_api(&g, of_red, text),
			    "\"error\":\"not allowed\"") != NULL;
	}
	tap_ok(all > 15 && good == all,
	    "messages for administrators are refused to others");
}

/* ---- answers ---- */

static void
test_unknown(void)
{
	tap_is_str(
	    rig_api(&g, admin, "{\"mt\":\"Nonsense\",\"src\":\"a\\/b\"}"),
	    "{\"mt\":\"NonsenseResult\",\"src\":\"a/b\","
	    "\"error\":\"unknown message\"}\n",
	    "an unknown message is told so, with its src");
	tap_is_str(rig_api(&g, admin, "{\"mt\":\"Search\",\"api\":\"x\"}"),
	    "{\"mt\":\"SearchResult\",\"api\":\"x\","
	    "\"error\":\"not supported\"}\n",
	    "a message of a later version is not supported yet");
	tap_is_str(rig_api(&g, admin, "{\"mt\":\"SetDeviceFiler\"}"), "{}\n",
	    "a message without an answer gets an empty object");
	tap_is_str(rig_api(&g, admin, "{\"mt\":\"KeepAlive\",\"src\":1}"),
	    "{\"mt\":\"KeepAlive\",\"src\":1}\n", "KeepAlive is echoed");
}

static void
test_lists(void)
{
	tap_ok(says(admin, "{\"mt\":\"GetGateways\"}",
		   "{\"mt\":\"GetGatewaysResult\",\"gateways\":[{\"id\":"),
	    "GetGateways begins as published");
	tap_ok(says(admin, "{\"mt\":\"GetGateways\"}",
		   "\"hwId\":\"009033000001\""),
	    "has the device");
	tap_ok(says(admin, "{\"mt\":\"GetGateways\"}",
		   "\"uri\":\"https://host.example/example.com/devices/"
		   "passthrough/009033000001/"),
	    "with a uri");
	tap_ok(says(admin, "{\"mt\":\"GetGateways\"}", "],\"last\":true}\n"),
	    "and ends with last");
	tap_is_str(rig_api(&g, admin, "{\"mt\":\"GetDects\"}"),
	    "{\"mt\":\"GetDectsResult\",\"dects\":[],\"last\":true}\n",
	    "an empty list is a list");
	tap_ok(strstr(rig_api(&g, admin, "{\"mt\":\"GetDevices\"}"), "uri") ==
		   NULL,
	    "GetDevices has no uri");
	tap_ok(says(of_red, "{\"mt\":\"GetUserInfo\"}", "\"admin\":false"),
	    "GetUserInfo tells who is no administrator");
	tap_ok(says(admin,
		   "{\"mt\":\"GetPhones\",\"hwIds\":\"00-90-33-00-00-02\"}",
		   "009033000002"),
	    "ids may be written with dashes");
}

/* Another domain's device answers as one that does not exist. */
static void
test_separate(void)
{
	char other[300], none[300];

	(void)snprintf(other, sizeof(other), "%s",
	    rig_api(&g, of_red,
		"{\"mt\":\"GetDevice\",\"hwId\":\"009033000003\"}"));
	(void)snprintf(none, sizeof(none), "%s",
	    rig_api(&g, of_red,
		"{\"mt\":\"GetDevice\",\"hwId\":\"009033009999\"}"));
	tap_is_str(other, none,
	    "a device of another domain answers as one that is not there");
	tap_ok(strstr(rig_api(&g, of_red, "{\"mt\":\"GetDevices\"}"),
		   "009033000003") == NULL,
	    "and is in no list");
	tap_ok(strstr(rig_api(&g, of_red, "{\"mt\":\"GetDomains\"}"),
		   "blue.example") == NULL,
	    "nor is its domain");
	tap_is_str(
	    rig_api(&g, of_red, "{\"mt\":\"GetUnassignedDevicesCount\"}"),
	    "{\"mt\":\"GetUnassignedDevicesCountResult\",\"count\":0}\n",
	    "unassigned devices are not counted for others");
}

static void
test_administration(void)
{
	char text[200];

	tap_ok(says(admin, "{\"mt\":\"AddDomain\",\"name\":\"new.example\"}",
		   "{\"mt\":\"AddDomainResult\",\"id\":"),
	    "a domain is added");
	tap_ok(says(admin, "{\"mt\":\"AddDomain\",\"name\":\"new.example\"}",
		   "\"error\":\"exists already\""),
	    "but not twice");
	(void)snprintf(text, sizeof(text),
	    "{\"mt\":\"AddCategory\",\"domainId\":%lld,\"name\":\"Phones\","
	    "\"config\":true}",
	    (long long)red);
	tap_ok(says(of_red, text, "\"id\":"),
	    "whoever sees a domain adds categories");
	tap_ok(says(of_red, "{\"mt\":\"GetProvisioningCategories\"}",
		   "\"name\":\"Phones\",\"config\":true"),
	    "which are listed");
	tap_ok(says(of_red,
		   "{\"mt\":\"EditDevice\",\"hwId\":\"009033000001\","
		   "\"name\":\"Kari\",\"categories\":\"Phones\"}",
		   "{\"mt\":\"EditDeviceResult\"}"),
	    "and names and labels devices");
	tap_ok(says(of_red, "{\"mt\":\"GetDevice\",\"hwId\":\"009033000001\"}",
		   "\"name\":\"Kari\""),
	    "the name is there");
	tap_ok(says(of_red, "{\"mt\":\"GetDevices\",\"categories\":\"Phones\"}",
		   "009033000001"),
	    "the category finds it");
	tap_ok(
	    says(admin, "{\"mt\":\"UnassignDevice\",\"hwId\":\"009033000002\"}",
		"{\"mt\":\"UnassignDeviceResult\"}"),
	    "a device is taken out of its domain");
	tap_ok(says(admin, "{\"mt\":\"GetUnassignedDevicesCount\"}",
		   "\"count\":1"),
	    "and counts as unassigned");
	tap_ok(says(admin, "{\"mt\":\"GetAudit\",\"limit\":1}",
		   "\"on\":\"009033000002\""),
	    "the audit knows");
	tap_ok(says(admin, "{\"mt\":\"GetAccounts\"}", "\"id\":0"),
	    "the instance's administrator is listed");
}

/* A key works until it is revoked. */
static void
test_key(void)
{
	const char *answer = rig_api(
	    &g, admin, "{\"mt\":\"AddKey\",\"accountId\":0,\"name\":\"k\"}");
	const char *at = strstr(answer, "\"key\":\"");
	char key[100] = "", text[100];
	long long id = 0;

	if (at != NULL)
		str_copy(
		    key, sizeof(key), str_n(at + 7, strcspn(at + 7, "\"")));
	at = strstr(answer, "\"id\":");
	for (at = at ? at + 5 : ""; *at >= '0' && *at <= '9'; at++)
		id = 10 * id + *at - '0';
	tap_ok(says(key, "{\"mt\":\"GetUserInfo\"}", "\"admin\":true"),
	    "a new key works");
	(void)snprintf(text, sizeof(text),
	    "{\"mt\":\"EditKey\",\"id\":%lld,\"name\":\"new\"}", id);
	tap_ok(says(admin, text, "{\"mt\":\"EditKeyResult\"}") &&
		   says(admin, "{\"mt\":\"GetKeys\",\"accountId\":0}",
		       "\"name\":\"new\""),
	    "it gets another name");
	(void)snprintf(
	    text, sizeof(text), "{\"mt\":\"DeleteKey\",\"id\":%lld}", id);
	tap_ok(says(admin, text, "{\"mt\":\"DeleteKeyResult\"}"), "revoke it");
	tap_is_str(rig_api(&g, key, "{\"mt\":\"GetUserInfo\"}"),
	    "{\"error\":\"login required\"}\n", "a revoked one does not");
}

/* Somebody must have come before there is somebody to confirm. */
static void
test_confirm(void)
{
	static const char message[] =
	    "{\"mt\":\"ConfirmDevice\",\"hwId\":\"009033000004\"}";
	struct device_new offered = {.hw_id = STR("009033000004"),
	    .domain = blue,
	    .type = DEVICE_GW,
	    .offer_minutes = 10};
	struct peer peer = {.conn = 7, .remote = STR("192.0.2.7")};
	struct str hello =
	    STR("{\"id\":\"009033000004\",\"product\":\"IP811\"}");
	struct buf out;

	must(device_add(rig_ask(&g), &offered) == 0);
	tap_ok(says(of_red, message, "\"error\":\"not allowed\""),
	    "confirming is for administrators");
	tap_ok(says(admin, message, "\"error\":\"no device has come yet\""),
	    "nobody is there to confirm yet");
	must(peer_hub(&peer, STR("h/0e6ff4c7-7a88-40c4-98eb-8c91903933e6")));
	buf_init(&out, 65536);
	must(identify(rig_ask(&g), &peer, hello, &out) == 0);
	buf_fini(&out);
	tap_is_str(rig_api(&g, admin, message),
	    "{\"mt\":\"ConfirmDeviceResult\"}\n", "then somebody is");
}

/* A wish shows in the device, and orders nothing. */
static void
test_want(void)
{
	static const char get[] =
	    "{\"mt\":\"GetDevice\",\"hwId\":\"009033000003\"}";
	static const char want[] = "{\"mt\":\"SetRentalWant\",\"hwId\":"
				   "\"009033000003\",\"want\":true}";

	tap_ok(says(of_red, want, "\"error\":\"not allowed\""),
	    "wishes are for administrators");
	tap_ok(says(admin, get, "\"rentalWant\":false"), "none at first");
	tap_is_str(rig_api(&g, admin, want),
	    "{\"mt\":\"SetRentalWantResult\"}\n", "it shall be rented");
	tap_ok(says(admin, get, "\"rented\":false,\"rentalWant\":true"),
	    "it is wanted, not rented");
	tap_ok(says(admin,
		   "{\"mt\":\"SetRentalWant\",\"hwId\":\"009033000003\","
		   "\"want\":false}",
		   "{\"mt\":\"SetRentalWantResult\"}") &&
		   says(admin, get, "\"rentalWant\":false"),
	    "a wish can be taken back");
	tap_ok(says(admin, "{\"mt\":\"SetRentalWant\",\"hwId\":\"none\"}",
		   "\"error\":\"not found\""),
	    "of a device that is there");
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--table") == 0) {
		print_table();
		return 0;
	}
	if (argc > 1 && strcmp(argv[1], "--effects") == 0) {
		print_effects();
		return 0;
	}
	rig_open(&g);
	red = rig_domain(&g, "red.example", "red-password");
	blue = rig_domain(&g, "blue.example", "blue-password");
	rig_device(&g, "009033000001", red, DEVICE_GW);
	rig_device(&g, "009033000002", red, DEVICE_PHONE);
	rig_device(&g, "009033000003", blue, DEVICE_GW);
	admin = rig_key(&g, "root", 0);
	of_red = rig_key(&g, "red", red);
	test_table();
	test_wrong_types();
	test_rights();
	test_unknown();
	test_lists();
	test_separate();
	test_administration();
	test_key();
	test_want();
	test_confirm();
	rig_close(&g);
	return tap_end();
}
