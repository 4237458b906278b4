/* The table of messages, rights, and the answers over HTTP. */
#include "api.h"
#include "api_face.h"
#include "api_handlers.h"
#include "device.h"
#include "domain.h"
#include "must.h"
#include "passkey.h"
#include "rig.h"
#include "tap.h"

#include <stdio.h>
#include <string.h>

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

static void
test_table(void)
{
	const struct message *m = api_messages;
	bool sorted = true, limited = true, complete = true;

	for (; m->mt != NULL; m++) {
		if (m[1].mt != NULL && strcmp(m->mt, m[1].mt) >= 0)
			sorted = tap_ok(false, "%s is in order", m[1].mt);
		complete = complete && m->run != NULL &&
			   m->nfields <= FIELDS_MAX &&
			   strlen(m->mt) < API_NAME_MAX;
		for (size_t i = 0; i < m->nfields; i++)
			limited = limited && (m->fields[i].kind == FIELD_BOOL ||
						 m->fields[i].hi > 0);
	}
	tap_ok(sorted, "messages are sorted by name");
	tap_ok(complete, "each has a handler and room for its fields");
	tap_ok(limited, "each field has a limit");
}

/* Name of field i of a message. */
static const char *
field_name(const char *mt, size_t i)
{
	for (const struct message *m = api_messages; m->mt != NULL; m++)
		if (strcmp(m->mt, mt) == 0 && i < m->nfields)
			return m->fields[i].name;
	return "";
}

/* Fields, and where the handlers read them. */
static const struct {
	const char *mt, *name;
	size_t at;
} positions[] = {
    {"RemoveDevicePhone", "id", F_PHONE_ID},
    {"GetGateways", "justFxs", F_LIST_JUST_FXS},
    {"GetDevices", "recvUpdates", F_DEVICES_UPDATES},
    {"GetDevices", "unassigned", F_DEVICES_UNASSIGNED},
    {"GetDevices", "domainIds", F_DEVICES_DOMAINS},
    {"GetDevices", "categories", F_DEVICES_CATEGORIES},
    {"GetDevices", "subcategories", F_DEVICES_SUBCATEGORIES},
    {"GetFilteredDevices", "domainId", F_FILTERED_DOMAIN},
    {"GetFilteredDevices", "types", F_FILTERED_TYPES},
    {"GetFilteredDevices", "hwIds", F_FILTERED_HW_IDS},
    {"AddDevice", "product", F_ADD_PRODUCT},
    {"AddDevice", "password", F_ADD_PASSWORD},
    {"AddDevice", "categories", F_ADD_CATEGORIES},
    {"EditDevice", "categories", F_EDIT_CATEGORIES},
    {"AssignDevice", "domainId", F_ASSIGN_DOMAIN},
    {"AssignDevice", "conn", F_ASSIGN_CONN},
    {"GrantAccess", "targetId", F_TARGET_ID},
    {"AddDomain", "name", F_DOMAIN_NAME},
    {"AddDomain", "deployAdminPasswords", F_DOMAIN_DEPLOY},
    {"EditDomain", "deployAdminPasswords", F_DOMAIN_DEPLOY},
    {"EditDomain", "id", F_DOMAIN_SELF},
    {"AddCategory", "config", F_CATEGORY_CONFIG},
    {"EditCategory", "config", F_CATEGORY_CONFIG},
    {"AddAccount", "domainIds", F_ACCOUNT_DOMAINS},
    {"EditAccount", "permissions", F_ACCOUNT_PERMISSIONS},
    {"AddAccount", "mail", F_ACCOUNT_MAIL},
    {"EditAccount", "mail", F_ACCOUNT_MAIL},
    {"AddKey", "name", F_KEY_NAME},
    {"EditKey", "name", F_KEY_NAME},
    {"SetSetting", "value", F_SETTING_VALUE},
    {"GetAudit", "limit", F_AUDIT_LIMIT},
    {"GetAudit", "since", F_AUDIT_SINCE},
    {"GetAudit", "until", F_AUDIT_UNTIL},
    {"GetAudit", "who", F_AUDIT_WHO},
    {"GetAudit", "on", F_AUDIT_ON},
    {"GetAudit", "what", F_AUDIT_WHAT},
    {"GetAudit", "domainId", F_AUDIT_DOMAIN},
    {"AddTrunk", "accountId", F_TRUNK_ACCOUNT},
    {"AddTrunk", "ipaddr", F_TRUNK_ADDRESS},
    {"AddTrunk", "port", F_TRUNK_PORT},
    {"AddTrunk", "id", F_TRUNK_ID},
    {"GetTrunks", "accountId", F_TRUNK_ACCOUNT},
    {"SetDeviceOwner", "accountId", F_OWNER},
    {"SetLicence", "licence", F_LICENCE_NAME},
    {"SetLicence", "title", F_LICENCE_TITLE},
    {"SetLicence", "price", F_LICENCE_PRICE},
    {"SetLicence", "hardware", F_LICENCE_HARDWARE},
    {"SetLicence", "retired", F_LICENCE_RETIRED},
    {"PreviewRental", "changes", F_RENTAL_CHANGES},
    {"ApplyRental", "number", F_RENTAL_NUMBER},
    {"EditRental", "invoiceReference", F_RENTAL_REFERENCE},
    {"EditRental", "recipients", F_RENTAL_RECIPIENTS},
    {"EditRental", "language", F_RENTAL_LANGUAGE},
    {"LoadActivationKey", "key", F_ACTIVATION_KEY},
    {"CorrectRental", "amount", F_CORRECT_AMOUNT},
    {"CorrectRental", "note", F_CORRECT_NOTE},
    {"GetRentalHistory", "before", F_HISTORY_BEFORE},
    {"GetRentalHistory", "limit", F_HISTORY_LIMIT},
    {"SetRentalWant", "want", F_WANT},
};

static void
test_positions(void)
{
	for (size_t i = 0; i < sizeof positions / sizeof positions[0]; i++)
		if (strcmp(field_name(positions[i].mt, positions[i].at),
			positions[i].name) != 0)
			tap_ok(false, "%s of %s is where it is read",
			    positions[i].name, positions[i].mt);
	tap_ok(true, "fields stand where the handlers read them");
}

/* Every message, with every field of a type that it has not. */
static void
test_wrong_types(void)
{
	int good = 0, all = 0;

	for (const struct message *m = api_messages; m->mt != NULL; m++)
		for (size_t i = 0; i < m->nfields; i++) {
			char text[200];
			const char *answer;

			(void)snprintf(text, sizeof text,
			    "{\"mt\":\"%s\",\"%s\":{\"a\":[]}}", m->mt,
			    m->fields[i].name);
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
	int good = 0, all = 0;

	for (const struct message *m = api_messages; m->mt != NULL; m++) {
		char text[200];

		if (m->right != RIGHT_ADMIN)
			continue;
		(void)snprintf(text, sizeof text, "{\"mt\":\"%s\"}", m->mt);
		all++;
		good += strstr(rig_api(&g, of_red, text),
			    "\"error\":\"not allowed\"") != NULL;
	}
	tap_ok(all > 15 && good == all,
	    "messages for administrators are refused to others");
}

static void
test_documented(void)
{
	FILE *f = fopen(SRCDIR "/doc/api.md", "r");
	char *text = mem_new(1 << 20);
	char name[100];
	size_t n;

	must(f != NULL);
	n = fread(text, 1, (1 << 20) - 1, f);
	must(n > 0);
	(void)fclose(f);
	for (const struct message *m = api_messages; m->mt != NULL; m++) {
		(void)snprintf(name, sizeof name, "`%s`", m->mt);
		if (strstr(text, name) == NULL)
			tap_ok(false, "%s is in doc/api.md", m->mt);
	}
	tap_ok(true, "each message stands in doc/api.md");
	mem_free(text);
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
	tap_is_str(rig_api(&g, admin,
		       "{\"mt\":\"GetProvisioningCode\",\"api\":\"x\"}"),
	    "{\"mt\":\"GetProvisioningCodeResult\",\"api\":\"x\","
	    "\"error\":\"not supported\"}\n",
	    "a message of a later version is not supported yet");
	tap_is_str(rig_api(&g, admin, "{\"mt\":\"GetDeviceConfigs\"}"),
	    "{\"mt\":\"GetDeviceConfigsResult\",\"configs\":[],\"error\":\"not "
	    "supported\","
	    "\"last\":true}\n",
	    "and ends its list");
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

	(void)snprintf(other, sizeof other, "%s",
	    rig_api(&g, of_red,
		"{\"mt\":\"GetDevice\",\"hwId\":\"009033000003\"}"));
	(void)snprintf(none, sizeof none, "%s",
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
	(void)snprintf(text, sizeof text,
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
		str_copy(key, sizeof key, str_n(at + 7, strcspn(at + 7, "\"")));
	at = strstr(answer, "\"id\":");
	for (at = at ? at + 5 : ""; *at >= '0' && *at <= '9'; at++)
		id = 10 * id + *at - '0';
	tap_ok(says(key, "{\"mt\":\"GetUserInfo\"}", "\"admin\":true"),
	    "a new key works");
	(void)snprintf(text, sizeof text,
	    "{\"mt\":\"EditKey\",\"id\":%lld,\"name\":\"new\"}", id);
	tap_ok(says(admin, text, "{\"mt\":\"EditKeyResult\"}") &&
		   says(admin, "{\"mt\":\"GetKeys\",\"accountId\":0}",
		       "\"name\":\"new\""),
	    "it gets another name");
	(void)snprintf(
	    text, sizeof text, "{\"mt\":\"DeleteKey\",\"id\":%lld}", id);
	tap_ok(says(admin, text, "{\"mt\":\"DeleteKeyResult\"}"), "revoke it");
	tap_is_str(rig_api(&g, key, "{\"mt\":\"GetUserInfo\"}"),
	    "{\"error\":\"login required\"}\n", "a revoked one does not");
}

int
main(void)
{
	rig_open(&g);
	red = rig_domain(&g, "red.example", "red-password");
	blue = rig_domain(&g, "blue.example", "blue-password");
	rig_device(&g, "009033000001", red, DEVICE_GW);
	rig_device(&g, "009033000002", red, DEVICE_PHONE);
	rig_device(&g, "009033000003", blue, DEVICE_GW);
	admin = rig_key(&g, "root", 0);
	of_red = rig_key(&g, "red", red);
	test_table();
	test_positions();
	test_wrong_types();
	test_rights();
	test_documented();
	test_unknown();
	test_lists();
	test_separate();
	test_administration();
	test_key();
	rig_close(&g);
	return tap_end();
}
