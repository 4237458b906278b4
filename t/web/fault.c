/*
 * The disk fails at a statement: each message is sent again and again, and the
 * first, the second, the third ... statement of it fails, until it gets through.
 * Whatever failed, the answer says so and nothing of it is committed.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "activation.h"
#include "api.h"
#include "count.h"
#include "disk.h"
#include "must.h"
#include "rig.h"
#include "tap.h"

#define STEPS_MAX 4000 /* of one message */

/* ---- messages ---- */

static struct rig g;
static const char *admin;

/* In their order; each gets through once.  $red, $blue: domains; $id: what the
 * last message that made something answered; $key: an activation key. */
static const char *const messages[] = {
    "AddDomain 'name':'green.example','password':'green-password'",
    "EditDomain 'id':$id,'name':'lime.example','password':'lime-password',"
    "'deployAdminPasswords':false,'adminPasswords':'random'",
    "EditDomain 'id':$id,'deployAdminPasswords':true",
    "GrantAccess 'domainId':$red,'targetId':$blue",
    "GetAccess 'domainId':$red",
    "RevokeAccess 'domainId':$red,'targetId':$blue",
    "DeleteDomain 'id':$id",
    "GetDomains",
    "AddCategory 'domainId':$red,'name':'boxes','config':true",
    "GetProvisioningCode 'domainId':$red,'category':'boxes','sip':'anna'",
    "AddProvisioningCode 'domainId':$red,'category':'boxes','rollout':true",
    "GetProvisioningCodes 'domainId':$red",
    "RevokeProvisioningCode 'id':$id",
    "AddDeviceConfig 'domainId':$red,'config':{'type':'ALARM_SERVER',"
    "'logPassword':'a-secret','categories':['boxes'],'desc':'logs'}",
    "EditDeviceConfig 'config':{'id':$id,'url':'https://192.0.2.7/',"
    "'categories':[]}",
    "GetDeviceConfigs 'domainId':$red",
    "GetDeviceConfig 'id':$id",
    "GetProvisioningCategories 'domainId':$red,'type':'PHONE'",
    "DeleteDeviceConfig 'id':$id",
    "AddCategory 'domainId':$red,'name':'desks','config':true",
    "EditCategory 'id':$id,'name':'halls','config':false",
    "GetCategories 'domainId':$red",
    "GetProvisioningCategories 'domainId':$red",
    "AddDevice 'hwId':'009033000009','domainId':$red,'name':'hall',"
    "'type':'PHONE','product':'IP112','categories':['halls'],"
    "'password':'Zq3fT7_wLr!9aXc2Vb5nM8kJ1hG6dS0e'",
    "EditDevice 'hwId':'009033000009','name':'desk','categories':['halls']",
    "GetDeviceCategories 'hwId':'009033000009'",
    "DeleteCategory 'id':$id",
    "AssignDevice 'hwId':'009033000009','domainId':$blue,'type':'GW'",
    "GetDevices",
    "GetDevices 'unassigned':true",
    "GetDevices 'domainIds':[$red,$blue],'categories':['halls']",
    "GetFilteredDevices 'domainId':$blue,'types':['GW']",
    "GetGateways",
    "GetPhones 'hwIds':'009033000009'",
    "GetDevice 'hwId':'009033000009'",
    "GetDevicePassword 'hwId':'009033000009'",
    "GetDeviceConnections 'hwId':'009033000009'",
    "GetDeviceConfigState 'hwId':'009033000009'",
    "ResumeDeviceConfigs 'hwId':'009033000009'",
    "GetDevicePhones 'hwId':'009033000009'",
    "GetDeviceInstances 'hwId':'009033000009'",
    "SetDeviceInstances 'hwId':'009033000009','instances':[]",
    "GetClaims 'hwId':'009033000009'",
    "GetUnassignedDevicesCount",
    "SetRentalWant 'hwId':'009033000009','want':true",
    "AddAccount 'name':'south','role':'company-admin','password':"
    "'south-password','domainIds':[$red],'mail':'a@b.example'",
    "EditAccount 'id':$id,'name':'east','role':'manager','permissions':"
    "'connection_points','domainIds':[$red,$blue],'password':'a-new-password'",
    "AddAccount 'name':'reader','role':'user','owner':0,'id':700",
    "AddTrunk 'accountId':700,'ipaddr':'192.0.2.7','port':5060,'id':70",
    "GetTrunks 'accountId':700",
    "DeleteTrunk 'id':70",
    "SetDeviceOwner 'hwId':'009033000009','accountId':700",
    "GetDeviceOwner 'hwId':'009033000009'",
    "SetDeviceOwner 'hwId':'009033000009','accountId':0",
    "GetKeys 'accountId':700",
    "DeleteAccount 'id':700",
    "AddKey 'accountId':0,'name':'meter'",
    "EditKey 'id':$id,'name':'gauge'",
    "DeleteKey 'id':$id",
    "GetAccounts",
    "SetLicence 'licence':'FAX','title':'Fax','price':5000",
    "GetLicences",
    "LoadActivationKey 'domainId':$blue,'key':'$key'",
    "PreviewRental 'domainId':$blue,'changes':[{'hwId':'009033000009',"
    "'licence':'FAX','count':2}]",
    "ApplyRental 'domainId':$blue,'changes':[{'hwId':'009033000009',"
    "'licence':'FAX','count':2}]",
    "GetRental 'domainId':$blue",
    "GetRentedLicences 'domainId':$blue",
    "EditRental 'domainId':$blue,'invoiceReference':'R 7','recipients':"
    "['a@b.example'],'language':'de'",
    "CorrectRental 'domainId':$blue,'amount':-3,'note':'a mistake'",
    "ApplyRental 'domainId':$blue,'changes':[{'hwId':'009033000009',"
    "'licence':'FAX','count':0}]",
    "GetRentalHistory 'domainId':$blue",
    "ImportDevices 'csv':'hwId,domain,name\\n009033000011,red.example,one"
    "\\n009033000012,red.example,two'",
    "ImportDevices 'csv':'hwId,domain,name\\n009033000011,red.example,hall'"
    ",'update':true",
    "GetDevices 'search':'0090330000','sort':'-name','limit':2",
    "EditDevices 'hwIds':['009033000011','009033000012'],'name':'desk'",
    "MoveDevices 'hwIds':['009033000011','009033000012'],'domainId':$blue",
    "DeleteDevices 'hwIds':['009033000011','009033000012']",
    "UnassignDevice 'hwId':'009033000009'",
    "DeleteDevice 'hwId':'009033000009'",
    "SetSetting 'key':'claim_minutes','value':'20'",
    "SetSetting 'key':'billing.key','value':'a-billing-secret'",
    "SetSetting 'key':'claim_minutes','value':''",
    "GetSettings",
    "GetAudit 'domainId':$red",
    "GetAudit",
    "GetUserInfo",
    "SetInstancePassword 'password':'another-password'",
};

static const char *
with_word(struct arena *a, const char *text, const char *word, const char *by)
{
	const char *at = strstr(text, word);

	if (at == NULL)
		return text;
	return with_word(a,
	    arena_printf(
		a, "%.*s%s%s", (int)(at - text), text, by, at + strlen(word)),
	    word, by);
}

/* The JSON of a line of the table. */
static const char *
message(struct arena *a, const char *line)
{
	size_t name = strcspn(line, " ");
	char *text = arena_strdup(
	    a, arena_printf(a, "{\"mt\":\"%.*s\"%s%s}", (int)name, line,
		   line[name] != '\0' ? "," : "", line + name));

	for (char *p = text; *p != '\0'; p++)
		if (*p == '\'')
			*p = '"';
	return text;
}

/* What an answer that made something calls it. */
static void
take_id(struct arena *a, const char *answer, const char **id)
{
	const char *at = strstr(answer, "\"id\":");

	if (at != NULL && strstr(answer, "Add") == answer + 7)
		*id = arena_printf(a, "%lld", strtoll(at + 5, NULL, 10));
}

/* Send it until no statement fails any more; how often it failed, or -1. */
static int
siege(const char *text, const char **answer)
{
	for (int n = 1; n < STEPS_MAX; n++) {
		disk_fail(n);
		*answer = rig_api(&g, admin, text);
		disk_mend();
		/* What comes after a commit cannot undo it. */
		if (!disk_failed() || disk_done_before())
			return n - 1;
		if (strstr(*answer, "\"error\":") == NULL ||
		    disk_done_after()) {
			tap_diag("statement %d of %s: %s%.200s", n, text,
			    disk_done_after() ? "committed, " : "", *answer);
			return -1;
		}
	}
	return -1;
}

static void
test_messages(const char *red, const char *blue, const char *key)
{
	struct arena a;
	const char *id = "0", *answer;

	arena_init(&a, 16 << 20);
	for (size_t i = 0; i < COUNT(messages); i++) {
		const char *text = message(&a, messages[i]);
		int times;

		text = with_word(&a, text, "$red", red);
		text = with_word(&a, text, "$blue", blue);
		text = with_word(&a, text, "$id", id);
		text = with_word(&a, text, "$key", key);
		times = siege(text, &answer);
		if (!tap_ok(times > 0 && strstr(answer, "\"error\":") == NULL,
			"%.60s: %d statements may fail", messages[i], times))
			tap_diag("%.300s", answer);
		take_id(&a, answer, &id);
	}
	arena_fini(&a);
}

int
main(void)
{
	char red[24], blue[24];
	char key[ACTIVATION_SIZE], serial[ACTIVATION_SERIAL];

	rig_open(&g);
	(void)snprintf(red, sizeof(red), "%lld",
	    (long long)rig_domain(&g, "red.example", "red-password"));
	(void)snprintf(blue, sizeof(blue), "%lld",
	    (long long)rig_domain(&g, "blue.example", "blue-password"));
	admin = rig_key(&g, "root", 0);
	activation_make(&rig_ask(&g)->core->key, 1000000, key, serial);
	/* The day of its use is written once, and may fail. */
	(void)rig_api(&g, admin, "{\"mt\":\"GetUserInfo\"}");
	test_messages(red, blue, key);
	rig_close(&g);
	return tap_end();
}
