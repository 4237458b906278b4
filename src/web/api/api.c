#include "api.h"
#include "access.h"
#include "api_handlers.h"
#include "log.h"
#include "login.h"
#include "metrics.h"
#include "must.h"
#include "rental.h"

#include <string.h>

/* ---- fields ---- */

#define TEXT(name, lo, hi)                                                     \
	{                                                                      \
		name, FIELD_TEXT, false, lo, hi                                \
	}
#define NUMBER(name, lo, hi)                                                   \
	{                                                                      \
		name, FIELD_NUMBER, false, lo, hi                              \
	}
#define BOOL(name)                                                             \
	{                                                                      \
		name, FIELD_BOOL, false, 0, 0                                  \
	}
#define TEXTS(name, lo, hi)                                                    \
	{                                                                      \
		name, FIELD_TEXTS, false, lo, hi                               \
	}
/* As many as fit into a message. */
#define IDS(name)                                                              \
	{                                                                      \
		name, FIELD_IDS, false, 1, 64                                  \
	}
#define NUMBERS(name, lo, hi)                                                  \
	{                                                                      \
		name, FIELD_NUMBERS, false, lo, hi                             \
	}
#define NEED_TEXT(name, lo, hi)                                                \
	{                                                                      \
		name, FIELD_TEXT, true, lo, hi                                 \
	}
#define NEED_NUMBER(name, lo, hi)                                              \
	{                                                                      \
		name, FIELD_NUMBER, true, lo, hi                               \
	}

#define NEED_OBJECTS(name, lo, hi)                                             \
	{                                                                      \
		name, FIELD_OBJECTS, true, lo, hi                              \
	}

#define ID_MAX      INT64_MAX
#define PASSWORD    LOGIN_PASSWORD_MAX
#define NEED_HW_ID  NEED_TEXT("hwId", 1, 64)
#define NEED_ID     NEED_NUMBER("id", 1, ID_MAX)
#define NAMES(name) TEXTS(name, 1, 64)

/* clang-format off */
static const struct field f_hw_id[] = {NEED_HW_ID};
static const struct field f_phone[] = {NEED_HW_ID, NEED_TEXT("id", 1, 64)};
static const struct field f_list[] = {IDS("hwIds"), BOOL("justFxs")};
static const struct field f_devices[] = {BOOL("recvUpdates"),
    BOOL("unassigned"), NUMBERS("domainIds", 1, ID_MAX), NAMES("categories"),
    NAMES("subcategories")};
static const struct field f_filtered[] = {NUMBER("domainId", 1, ID_MAX),
    BOOL("justFxs"), TEXTS("types", 1, 16), IDS("hwIds")};
static const struct field f_domains[] = {BOOL("recvUpdates")};
static const struct field f_add_device[] = {NEED_HW_ID,
    NEED_NUMBER("domainId", 1, ID_MAX), TEXT("name", 0, 64),
    TEXT("type", 1, 16), TEXT("product", 0, 64), TEXT("password", 32, 32),
    NAMES("categories"), NUMBER("offer", 1, DEVICE_OFFER_MINUTES_MAX)};
static const struct field f_edit_device[] = {NEED_HW_ID, TEXT("name", 0, 64),
    TEXTS("categories", 0, 64)};
static const struct field f_assign[] = {NEED_HW_ID,
    NEED_NUMBER("domainId", 1, ID_MAX), TEXT("boot", 36, 36),
    NUMBER("conn", 1, ID_MAX), TEXT("type", 1, 16)};
static const struct field f_id[] = {NEED_ID};
static const struct field f_domain_id[] = {NEED_NUMBER("domainId", 1, ID_MAX)};
static const struct field f_access[] = {NEED_NUMBER("domainId", 1, ID_MAX),
    NEED_NUMBER("targetId", 1, ID_MAX)};
static const struct field f_add_domain[] = {NEED_TEXT("name", 1, 253),
    TEXT("password", 0, PASSWORD), BOOL("deployAdminPasswords"),
    TEXT("adminPasswords", 1, 16)};
static const struct field f_edit_domain[] = {TEXT("name", 1, 253),
    TEXT("password", 0, PASSWORD), BOOL("deployAdminPasswords"),
    TEXT("adminPasswords", 1, 16), NEED_ID};
static const struct field f_categories[] = {NUMBER("domainId", 1, ID_MAX),
    TEXT("type", 1, 16)};
static const struct field f_add_category[] = {NUMBER("domainId", 1, ID_MAX),
    NEED_TEXT("name", 1, 64), BOOL("config")};
static const struct field f_edit_category[] = {NEED_ID, TEXT("name", 1, 64),
    BOOL("config")};
static const struct field f_password[] = {
    NEED_TEXT("password", 1, PASSWORD), BOOL("instanceOnly")};
static const struct field f_add_account[] = {NUMBER("id", 1, INT32_MAX),
    NEED_TEXT("name", 1, 64), NEED_TEXT("role", 1, 32),
    NUMBER("owner", -1, ID_MAX), TEXT("password", 0, PASSWORD),
    TEXT("permissions", 0, 512), NUMBERS("domainIds", 1, ID_MAX),
    TEXT("mail", 0, 254)};
static const struct field f_edit_account[] = {NEED_NUMBER("id", 0, ID_MAX),
    TEXT("name", 1, 64), TEXT("role", 1, 32), NUMBER("owner", -1, ID_MAX),
    TEXT("password", 0, PASSWORD), TEXT("permissions", 0, 512),
    NUMBERS("domainIds", 0, ID_MAX), TEXT("mail", 0, 254)};
static const struct field f_account_id[] = {
    NEED_NUMBER("accountId", 0, ID_MAX)};
static const struct field f_add_key[] = {NEED_NUMBER("accountId", 0, ID_MAX),
    NEED_TEXT("name", 1, 64)};
static const struct field f_edit_key[] = {NEED_ID, NEED_TEXT("name", 1, 64)};
static const struct field f_setting[] = {NEED_TEXT("key", 1, 64),
    NEED_TEXT("value", 0, 1024)};
static const struct field f_audit[] = {NUMBER("before", 1, ID_MAX),
    NUMBER("limit", 1, 10000), TEXT("since", 1, 32), TEXT("until", 1, 32),
    TEXT("who", 1, 64), TEXT("on", 1, 253), TEXT("what", 1, 64),
    NUMBER("domainId", 1, ID_MAX)};
static const struct field f_app[] = {TEXT("app", 0, 128)};
static const struct field f_set_licence[] = {NEED_TEXT("licence", 1, 64),
    NEED_TEXT("title", 1, 128), NEED_NUMBER("price", 0, RENTAL_MONTHLY_MAX),
    BOOL("hardware"), BOOL("retired")};
static const struct field f_rental[] = {NEED_NUMBER("domainId", 1, ID_MAX),
    NEED_OBJECTS("changes", 1, RENTAL_CHANGES_MAX), NUMBER("number", 0, ID_MAX)};
static const struct field f_edit_rental[] = {NEED_NUMBER("domainId", 1, ID_MAX),
    TEXT("invoiceReference", 0, 128), TEXTS("recipients", 0, 254),
    TEXT("language", 2, 2)};
static const struct field f_load_key[] = {NEED_NUMBER("domainId", 1, ID_MAX),
    NEED_TEXT("key", 1, 128)};
static const struct field f_correct[] = {NEED_NUMBER("domainId", 1, ID_MAX),
    NEED_NUMBER("amount", -RENTAL_BALANCE_MAX, RENTAL_BALANCE_MAX),
    NEED_TEXT("note", 1, 256)};
static const struct field f_history[] = {NEED_NUMBER("domainId", 1, ID_MAX),
    NUMBER("before", 1, ID_MAX), NUMBER("limit", 1, 10000)};
static const struct field f_want[] = {NEED_HW_ID, BOOL("want")};
static const struct field f_add_trunk[] = {
    NEED_NUMBER("accountId", 1, ID_MAX), NEED_TEXT("ipaddr", 1, 64),
    NUMBER("port", 0, 65535), NUMBER("id", 1, INT32_MAX)};
static const struct field f_trunks[] = {NUMBER("accountId", 1, ID_MAX)};
static const struct field f_owner[] = {NEED_HW_ID,
    NEED_NUMBER("accountId", 0, ID_MAX)};
static const struct field f_uri[] = {NEED_TEXT("uri", 1, 4096)};

/* ---- messages, sorted by name ---- */

#define FIELDS(f) f, sizeof f / sizeof f[0]
#define NONE	  NULL, 0
#define ANY	  RIGHT_LOGIN
#define ADMIN	  RIGHT_ADMIN
/* The array of the answers, and whether the final one has "last". */
#define ONE	    NULL, false
#define ARRAY(name) name, false
#define LIST(name)  name, true
#define PARTS	    NULL, true

const struct message api_messages[] = {
    {"AddAccount", ADMIN, ONE, FIELDS(f_add_account), api_add_account, NULL},
    {"AddCategory", ANY, ONE, FIELDS(f_add_category), api_add_category, NULL},
    {"AddDevice", ADMIN, ONE, FIELDS(f_add_device), api_add_device, NULL},
    {"AddDomain", ADMIN, ONE, FIELDS(f_add_domain), api_add_domain, NULL},
    {"AddKey", ADMIN, ONE, FIELDS(f_add_key), api_add_key, NULL},
    {"AddTrunk", ADMIN, ONE, FIELDS(f_add_trunk), api_add_trunk, NULL},
    {"AppChallenge", ANY, ONE, NONE, api_logged_in, NULL},
    {"AppCheckLogin", ANY, ONE, NONE, api_logged_in, NULL},
    {"AppInfo", ANY, ONE, FIELDS(f_app), api_app_info, NULL},
    {"AppLogin", ANY, ONE, NONE, api_logged_in, NULL},
    {"ApplyRental", ANY, ONE, FIELDS(f_rental), api_apply_rental, NULL},
    {"AssignDevice", ADMIN, ONE, FIELDS(f_assign), api_assign_device, NULL},
    {"CheckBuild", ANY, ONE, NONE, api_check_build, NULL},
    {"ConfirmDevice", ADMIN, ONE, FIELDS(f_hw_id), api_confirm_device, NULL},
    {"CorrectRental", ADMIN, ONE, FIELDS(f_correct), api_correct_rental, NULL},
    {"DeleteAccount", ADMIN, ONE, FIELDS(f_id), api_delete_account, NULL},
    {"DeleteCategory", ANY, ONE, FIELDS(f_id), api_delete_category, NULL},
    {"DeleteDevice", ADMIN, ONE, FIELDS(f_hw_id), api_delete_device, NULL},
    {"DeleteDomain", ADMIN, ONE, FIELDS(f_id), api_delete_domain, NULL},
    {"DeleteKey", ADMIN, ONE, FIELDS(f_id), api_delete_key, NULL},
    {"DeleteTrunk", ADMIN, ONE, FIELDS(f_id), api_delete_trunk, NULL},
    {"EditAccount", ADMIN, ONE, FIELDS(f_edit_account), api_edit_account,
     NULL},
    {"EditCategory", ANY, ONE, FIELDS(f_edit_category), api_edit_category,
     NULL},
    {"EditDevice", ANY, ONE, FIELDS(f_edit_device), api_edit_device, NULL},
    {"EditDomain", ANY, ONE, FIELDS(f_edit_domain), api_edit_domain, NULL},
    {"EditKey", ADMIN, ONE, FIELDS(f_edit_key), api_edit_key, NULL},
    {"EditRental", ANY, ONE, FIELDS(f_edit_rental), api_edit_rental, NULL},
    {"GetAccess", ADMIN, ARRAY("domainIds"), FIELDS(f_domain_id), api_get_access, NULL},
    {"GetAccounts", ADMIN, LIST("accounts"), NONE, api_get_accounts, NULL},
    {"GetAppPlatforms", ANY, LIST("appPlatforms"), FIELDS(f_list), api_get_app_platforms, NULL},
    {"GetAudit", ANY, LIST("audit"), FIELDS(f_audit), api_get_audit, NULL},
    {"GetCategories", ANY, LIST("categories"), FIELDS(f_categories), api_get_categories,
     NULL},
    {"GetClaims", ADMIN, ARRAY("claims"), FIELDS(f_hw_id), api_get_claims, NULL},
    {"GetDects", ANY, LIST("dects"), FIELDS(f_list), api_get_dects, NULL},
    {"GetDevice", ANY, ONE, FIELDS(f_hw_id), api_get_device, NULL},
    {"GetDeviceCategories", ANY, ARRAY("categories"), FIELDS(f_hw_id),
     api_get_device_categories, NULL},
    {"GetDeviceConfig", ANY, ONE, NONE, api_not_supported, NULL},
    {"GetDeviceConfigs", ANY, LIST("configs"), NONE, api_not_supported, NULL},
    {"GetDeviceConnections", ANY, LIST("connections"), FIELDS(f_hw_id),
     api_get_device_connections, NULL},
    {"GetDevicePassword", ANY, ONE, FIELDS(f_hw_id),
     api_get_device_password, NULL},
    {"GetDevicePhones", ANY, ARRAY("phones"), FIELDS(f_hw_id), api_get_device_phones,
     NULL},
    {"GetDevices", ANY, LIST("devices"), FIELDS(f_devices), api_get_devices, NULL},
    {"GetDevicesConfigs", ANY, LIST("configs"), NONE, api_not_supported, NULL},
    {"GetDomains", ANY, LIST("domains"), FIELDS(f_domains), api_get_domains, NULL},
    {"GetFilteredDevices", ANY, LIST("devices"), FIELDS(f_filtered),
     api_get_filtered_devices, NULL},
    {"GetGateways", ANY, LIST("gateways"), FIELDS(f_list), api_get_gateways, NULL},
    {"GetKeys", ADMIN, LIST("keys"), FIELDS(f_account_id), api_get_keys, NULL},
    {"GetLicences", ANY, LIST("licences"), NONE, api_get_licences, NULL},
    {"GetLoginInfo", ANY, ONE, NONE, api_user_info, NULL},
    {"GetPhones", ANY, LIST("phones"), FIELDS(f_list), api_get_phones, NULL},
    {"GetProvisionedDevice", ANY, ONE, NONE, api_not_supported, NULL},
    {"GetProvisioningCategories", ANY, LIST("categories"), FIELDS(f_categories),
     api_get_provisioning_categories, NULL},
    {"GetProvisioningCode", ANY, ONE, NONE, api_not_supported, NULL},
    {"GetRental", ANY, ONE, FIELDS(f_domain_id), api_get_rental, NULL},
    {"GetRentalHistory", ANY, LIST("history"), FIELDS(f_history), api_get_rental_history,
     NULL},
    {"GetRentedLicences", ANY, LIST("licences"), FIELDS(f_domain_id),
     api_get_rented_licences, NULL},
    {"GetSettings", ADMIN, LIST("settings"), NONE, api_get_settings, NULL},
    {"GetTrunks", ADMIN, LIST("trunks"), FIELDS(f_trunks), api_get_trunks, NULL},
    {"GetUnassignedDevicesCount", ANY, ONE, NONE, api_count_unassigned,
     NULL},
    {"GetUserInfo", ANY, ONE, NONE, api_user_info, NULL},
    {"GrantAccess", ADMIN, ONE, FIELDS(f_access), api_grant_access, NULL},
    {"HttpGet", ANY, PARTS, FIELDS(f_uri), api_http_get, NULL},
    {"KeepAlive", ANY, ONE, NONE, api_keep_alive, "KeepAlive"},
    {"LoadActivationKey", ANY, ONE, FIELDS(f_load_key),
     api_load_activation_key, NULL},
    {"PbxInfo", ANY, ONE, NONE, api_silent, NULL},
    {"PreviewRental", ANY, ONE, FIELDS(f_rental), api_preview_rental, NULL},
    {"RemoveDevicePhone", ANY, ONE, FIELDS(f_phone),
     api_remove_device_phone, NULL},
    {"RevokeAccess", ADMIN, ONE, FIELDS(f_access), api_revoke_access, NULL},
    {"Search", ANY, ONE, NONE, api_not_supported, NULL},
    {"SetDeviceFiler", ANY, ONE, NONE, api_silent, NULL},
    {"SetDeviceFilter", ANY, ONE, NONE, api_silent, NULL},
    {"SetDeviceOwner", ADMIN, ONE, FIELDS(f_owner), api_set_device_owner,
     NULL},
    {"SetInstancePassword", ADMIN, ONE, FIELDS(f_password),
     api_set_instance_password, NULL},
    {"SetLicence", ADMIN, ONE, FIELDS(f_set_licence), api_set_licence, NULL},
    {"SetRentalWant", ADMIN, ONE, FIELDS(f_want), api_set_rental_want, NULL},
    {"SetSetting", ADMIN, ONE, FIELDS(f_setting), api_set_setting, NULL},
    {"UnassignDevice", ADMIN, ONE, FIELDS(f_hw_id), api_unassign_device,
     NULL},
    {NULL, ANY, ONE, NONE, NULL, NULL},
};
/* clang-format on */

#define NMESSAGES (sizeof api_messages / sizeof api_messages[0] - 1)

/* ---- counters ---- */

static size_t series[NMESSAGES];

void
api_metrics(void)
{
	for (size_t i = 0; i < NMESSAGES; i++)
		series[i] = metrics_series(api_messages[i].mt);
}

size_t
api_series(const struct message *m)
{
	return m ? series[m - api_messages] : 0;
}

/* ---- the way of a message ---- */

/* By bisection: the table is sorted. */
const struct message *
api_find(struct str mt)
{
	size_t lo = 0, hi = NMESSAGES;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *name = api_messages[mid].mt;
		size_t n = strlen(name);
		int d = memcmp(mt.p, name, mt.len < n ? mt.len : n);

		if (d == 0 && mt.len == n)
			return &api_messages[mid];
		if (d < 0 || (d == 0 && mt.len < n))
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* Member name of the message as compact text in the arena, to be echoed. */
static bool
take_echo(
    struct call *c, const struct json *m, const char *name, struct str *out)
{
	const struct json *v = json_member(m, name);
	struct buf text;
	bool fits;

	if (json_kind(v) == JSON_NONE)
		return true;
	buf_init(&text, API_SRC_MAX);
	json_print(v, &text);
	fits = !buf_failed(&text);
	if (fits)
		*out = str_n(arena_str(c->q.arena, buf_view(&text)), text.len);
	buf_fini(&text);
	return fits && out->p != NULL;
}

static void
refuse(struct call *c, const char *phrase, const char *field)
{
	reply_error(c->reply, phrase, field);
	c->refused = true;
}

static void
refuse_error(struct call *c)
{
	const struct err *e = c->q.err;

	if (e->kind == ERR_IO)
		log_event(LOG_ERROR, "api.error", "mt", c->message->mt, "why",
		    e->text, NULL);
	refuse(c, e->say ? e->say : err_phrase(e->kind), NULL);
}

static void
run_message(struct call *c, const struct json *m)
{
	const struct message *def = c->message;
	const char *wrong;

	*c->q.err = (struct err){0};
	if (access_api(c->q.who, c->q.err) < 0 ||
	    (def->right == RIGHT_ADMIN &&
		access_admin(c->q.who, c->q.err) < 0)) {
		refuse_error(c);
		return;
	}
	wrong = fields_read(c->q.arena, m, def->fields, def->nfields, c->v);
	if (wrong != NULL) {
		refuse(c, "invalid value", wrong);
		return;
	}
	*c->q.err = (struct err){0};
	if (def->run(c) < 0)
		refuse_error(c);
	c->refused = c->refused || c->reply->error;
}

int
api_call(struct call *c)
{
	const struct json *m = NULL;
	struct str mt;

	if (json_read(c->q.arena, c->text, API_MESSAGE_MAX, &m, c->q.err) < 0 ||
	    json_kind(m) != JSON_OBJECT)
		return 0;
	mt = json_text(json_member(m, "mt"));
	if (mt.len == 0 || mt.len > API_NAME_MAX)
		return 0;
	c->message = api_find(mt);
	if (c->message != NULL)
		reply_expect(c->reply, c->message->array, c->message->list);
	if (c->message != NULL && c->message->result != NULL)
		c->reply->mt = str_of(c->message->result);
	else
		c->reply->mt = str_of(
		    arena_printf(c->q.arena, "%.*sResult", (int)mt.len, mt.p));
	if (!take_echo(c, m, "src", &c->reply->src) ||
	    !take_echo(c, m, "api", &c->reply->api))
		refuse(c, "invalid value", "src");
	else if (c->message == NULL)
		refuse(c, "unknown message", NULL);
	else
		run_message(c, m);
	return 1;
}

/* ---- for handlers ---- */

bool
api_item(struct call *c)
{
	size_t i = c->index++;

	if (i < c->place.skip || c->full)
		return false;
	if (!reply_item(c->reply)) {
		c->full = true;
		c->place.skip = i;
	}
	return !c->full;
}

/* One page; the place stays at its beginning if it did not fit. */
static int
list_page(struct call *c, api_page *page, bool *last)
{
	struct arena_mark mark = arena_mark(c->q.arena);
	struct device_cursor before = c->place.at;
	int rc;

	c->index = 0;
	c->full = false;
	rc = page(c, last);
	arena_reset(c->q.arena, mark);
	if (c->full) {
		c->place.at = before;
		c->more = true;
		*last = false;
	} else {
		c->place.skip = 0;
	}
	return rc;
}

int
api_list(struct call *c, const char *name, api_page *page)
{
	const char *phrase = NULL;
	bool last = false;

	reply_list(c->reply, name);
	c->more = false;
	while (
	    !last && !c->more && phrase == NULL && !jout_failed(&c->reply->j)) {
		if (list_page(c, page, &last) < 0) {
			phrase = c->q.err->say;
			log_event(LOG_WARN, "api.list", "mt", c->message->mt,
			    "why", c->q.err->text, NULL);
		}
	}
	reply_list_end(c->reply, last || phrase != NULL, phrase);
	return 0;
}

int
api_done(struct call *c)
{
	reply_open(c->reply);
	reply_close(c->reply);
	return 0;
}

int
api_done_id(struct call *c, int64_t id)
{
	reply_open(c->reply);
	jout_int(&c->reply->j, "id", id);
	reply_close(c->reply);
	return 0;
}
