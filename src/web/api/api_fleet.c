/* Messages that change devices. */
#include "api_table.h"
#include "category.h"
#include "crypto.h"
#include "device.h"
#include "device_replace.h"
#include "hwid.h"
#include "registration.h"
#include "setting.h"
#include "sysclient.h"

/* ---- fields ---- */

enum {
	F_ADD_HW_ID,
	F_ADD_DOMAIN,
	F_ADD_NAME,
	F_ADD_TYPE,
	F_ADD_PRODUCT,
	F_ADD_PASSWORD,
	F_ADD_CATEGORIES,
	F_ADD_OFFER,
	F_ADD_ANY_ID
};
enum {
	F_ASSIGN_HW_ID,
	F_ASSIGN_DOMAIN,
	F_ASSIGN_BOOT,
	F_ASSIGN_CONN,
	F_ASSIGN_TYPE
};
enum {
	F_REPLACE_HW_ID,
	F_REPLACE_BY,
	F_REPLACE_BOOT,
	F_REPLACE_CONN,
	F_REPLACE_DRY
};
enum { F_HW_ID };
enum { F_EDIT_HW_ID, F_EDIT_NAME, F_EDIT_CATEGORIES };

/* clang-format off */
static const struct field f_add_device[] = {
    [F_ADD_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_ADD_DOMAIN] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_ADD_NAME] = TEXT("name", 0, DEVICE_NAME_MAX),
    [F_ADD_TYPE] = TEXT("type", 1, DEVICE_TYPE_MAX),
    [F_ADD_PRODUCT] = TEXT("product", 0, DEVICE_NAME_MAX),
    [F_ADD_PASSWORD] = TEXT("password", SC_PASSWORD_LEN, SC_PASSWORD_LEN),
    [F_ADD_CATEGORIES] = TEXTS("categories", 1, CATEGORY_NAME_MAX),
    [F_ADD_OFFER] = NUMBER("offer", 1, SETTING_OFFER_MAX),
    [F_ADD_ANY_ID] = BOOL("anyId"),
};

static const struct field f_assign[] = {
    [F_ASSIGN_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_ASSIGN_DOMAIN] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_ASSIGN_BOOT] = TEXT("boot", CRYPTO_GUID_SIZE - 1, CRYPTO_GUID_SIZE - 1),
    [F_ASSIGN_CONN] = NUMBER("conn", 1, ID_MAX),
    [F_ASSIGN_TYPE] = TEXT("type", 1, DEVICE_TYPE_MAX),
};

static const struct field f_replace[] = {
    [F_REPLACE_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_REPLACE_BY] = NEED_TEXT("by", 1, HWID_MAX),
    [F_REPLACE_BOOT] = TEXT("boot", CRYPTO_GUID_SIZE - 1, CRYPTO_GUID_SIZE - 1),
    [F_REPLACE_CONN] = NUMBER("conn", 1, ID_MAX),
    [F_REPLACE_DRY] = BOOL("dryRun"),
};

static const struct field f_hw_id[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
};

static const struct field f_edit_device[] = {
    [F_EDIT_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_EDIT_NAME] = TEXT("name", 0, DEVICE_NAME_MAX),
    [F_EDIT_CATEGORIES] = TEXTS("categories", 0, CATEGORY_NAME_MAX),
};
/* clang-format on */

/* A type that somebody names; 0 or -1. */
static int
read_type(struct call *c, const struct value *v, enum device_type *out)
{
	*out = device_type_parse(v->text);
	if (v->given && *out == DEVICE_UNKNOWN)
		return err_say(c->q.err, ERR_INPUT, "unknown device type");
	return 0;
}

static int
add_device(struct call *c)
{
	const struct value *v = c->v;
	struct device_new in = {
	    .hw_id = v[F_ADD_HW_ID].text,
	    .domain = v[F_ADD_DOMAIN].number,
	    .name = v[F_ADD_NAME].text,
	    .product = v[F_ADD_PRODUCT].text,
	    .password = v[F_ADD_PASSWORD].text,
	    .categories = v[F_ADD_CATEGORIES].texts,
	    .ncategories = v[F_ADD_CATEGORIES].n,
	    .offer_minutes = v[F_ADD_OFFER].number,
	    .any_id = v[F_ADD_ANY_ID].truth,
	};

	if (read_type(c, &v[F_ADD_TYPE], &in.type) < 0 ||
	    device_add(&c->q, &in) < 0)
		return -1;
	return api_done(c);
}

static int
edit_device(struct call *c)
{
	static const struct str none;
	const struct value *name = &c->v[F_EDIT_NAME];
	const struct value *cats = &c->v[F_EDIT_CATEGORIES];
	struct device_edit edit = {.ncategories = cats->n};

	if (name->given)
		edit.name = &name->text;
	if (cats->given)
		edit.categories = cats->n > 0 ? cats->texts : &none;
	if (device_edit(&c->q, c->v[F_EDIT_HW_ID].text, &edit) < 0)
		return -1;
	return api_done(c);
}

static int
delete_device(struct call *c)
{
	if (device_remove(&c->q, c->v[F_HW_ID].text) < 0)
		return -1;
	return api_done(c);
}

/* Somebody must look at the connections first: here they are. */
static int
refuse_choice(struct call *c, const struct device_placed *placed)
{
	struct reply *r = c->reply;

	reply_open(r);
	jout_strz(&r->j, "error", c->q.err->say);
	api_put_claims(&r->j, placed->claims, placed->nclaims);
	r->error = true;
	reply_close(r);
	return 0;
}

static int
put_placed(struct call *c, const struct device_placed *placed)
{
	struct jout *j = &c->reply->j;

	reply_open(c->reply);
	jout_bool(j, "delivered", placed->delivered);
	if (placed->nlost > 0) {
		jout_array(j, "categoriesLost");
		for (size_t i = 0; i < placed->nlost; i++)
			jout_str(j, NULL, placed->lost[i]);
		jout_end(j);
	}
	reply_close(c->reply);
	return 0;
}

static int
assign_device(struct call *c)
{
	const struct value *boot = &c->v[F_ASSIGN_BOOT];
	const struct value *conn = &c->v[F_ASSIGN_CONN];
	struct device_choice choice = {
	    .boot = boot->text, .conn = conn->number};
	struct device_placed placed;
	enum device_type type;

	if (boot->given != conn->given)
		return err_say(c->q.err, ERR_INPUT, "invalid value");
	if (read_type(c, &c->v[F_ASSIGN_TYPE], &type) < 0)
		return -1;
	if (c->v[F_ASSIGN_TYPE].given)
		choice.type = &type;
	if (device_assign(&c->q, c->v[F_ASSIGN_HW_ID].text,
		c->v[F_ASSIGN_DOMAIN].number, &choice, &placed) < 0)
		return placed.nclaims > 0 ? refuse_choice(c, &placed) : -1;
	return put_placed(c, &placed);
}

/* The device as it is, or would be. */
static int
put_replaced(struct call *c, const struct device_replaced *done)
{
	struct jout *j = &c->reply->j;

	reply_open(c->reply);
	jout_bool(j, "delivered", done->placed.delivered);
	device_json(j, "device", &done->device, STR(""));
	jout_array(j, "categories");
	for (size_t i = 0; i < done->ncategories; i++)
		jout_str(j, NULL, done->categories[i]);
	jout_end(j);
	reply_close(c->reply);
	return 0;
}

static int
replace_device(struct call *c)
{
	const struct value *boot = &c->v[F_REPLACE_BOOT];
	const struct value *conn = &c->v[F_REPLACE_CONN];
	struct device_choice choice = {
	    .boot = boot->text, .conn = conn->number};
	struct device_swap swap = {.old_id = c->v[F_REPLACE_HW_ID].text,
	    .new_id = c->v[F_REPLACE_BY].text,
	    .choice = &choice,
	    .dry = c->v[F_REPLACE_DRY].truth};
	struct device_replaced done;

	if (boot->given != conn->given)
		return err_say(c->q.err, ERR_INPUT, "invalid value");
	if (device_replace(&c->q, &swap, &done) < 0)
		return done.placed.nclaims > 0 ? refuse_choice(c, &done.placed)
					       : -1;
	return put_replaced(c, &done);
}

static int
confirm_device(struct call *c)
{
	if (device_confirm(&c->q, c->v[F_HW_ID].text) < 0)
		return -1;
	return api_done(c);
}

static int
get_registrations(struct call *c)
{
	struct registration *list;
	size_t n;

	if (registration_hosts(&c->q, &list, &n) < 0)
		return -1;
	reply_list(c->reply, "hosts");
	for (size_t i = 0; i < n && reply_item(c->reply); i++) {
		struct jout *j = &c->reply->j;

		jout_object(j, NULL);
		jout_str(j, "host", list[i].host);
		jout_int(j, "known", list[i].known);
		jout_int(j, "online", list[i].online);
		jout_end(j);
	}
	reply_list_end(c->reply, true, NULL);
	return 0;
}

static int
unassign_device(struct call *c)
{
	if (device_unassign(&c->q, c->v[F_HW_ID].text) < 0)
		return -1;
	return api_done(c);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {ADMIN("AddDevice"), CHANGES, FIELDS(f_add_device), .run = add_device},
    {ADMIN("AssignDevice"), CHANGES, FIELDS(f_assign), .run = assign_device},
    {ADMIN("ConfirmDevice"), CHANGES, FIELDS(f_hw_id), .run = confirm_device},
    {ADMIN("DeleteDevice"), CHANGES, FIELDS(f_hw_id), .run = delete_device},
    {LOGIN("EditDevice"), CHANGES, FIELDS(f_edit_device), .run = edit_device},
    {ADMIN("GetRegistrations"), READS, LIST("hosts"), .run = get_registrations},
    {ADMIN("ReplaceDevice"), CHANGES, FIELDS(f_replace), .run = replace_device},
    {ADMIN("UnassignDevice"), CHANGES, FIELDS(f_hw_id), .run = unassign_device},
};
/* clang-format on */

const struct api_table api_fleet = {messages, COUNT(messages)};
