/* Messages about one device: what is known of it, what belongs to it. */
#include "access.h"
#include "api_table.h"
#include "connection.h"
#include "device.h"
#include "device_instance.h"
#include "hwid.h"
#include "manager.h"

/* ---- fields ---- */

enum { F_HW_ID };
enum { F_PHONE_ID = 1 };
enum { F_INSTANCES = 1 };

/* clang-format off */
static const struct field f_hw_id[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
};

static const struct field f_phone[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_PHONE_ID] = NEED_TEXT("id", 1, DEVICE_PHONE_MAX),
};
static const struct field f_instances[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_INSTANCES] = {"instances", FIELD_TEXTS, true, 0, MANAGER_INSTANCE_MAX},
};
/* clang-format on */

#define CLAIMS_SHOWN 100 /* connections that name one id */

static int
get(struct call *c, struct device *d)
{
	int found = device_get(&c->q, c->v[F_HW_ID].text, d);

	if (found == 0)
		return err_set(c->q.err, ERR_GONE, "no such device");
	return found < 0 ? -1 : 0;
}

static int
get_device(struct call *c)
{
	struct str uri = str_n("", 0);
	struct device d;

	if (get(c, &d) < 0 || uris_open(c->uris, &c->q) < 0)
		return -1;
	reply_open(c->reply);
	if (d.domain_id > 0 && access_reaches(c->q.who, d.domain_id))
		uri = uris_of(c->uris, c->q.arena, d.hw_id);
	device_json(&c->reply->j, "device", &d, uri);
	reply_close(c->reply);
	return 0;
}

static void
put_connection(struct jout *j, const struct connection *x)
{
	jout_object(j, NULL);
	jout_int(j, "since", x->began);
	jout_str(j, "address", x->remote);
	if (x->ended > 0) {
		jout_int(j, "until", x->ended);
		jout_str(j, "cause", x->cause);
	}
	jout_end(j);
}

static int
get_device_connections(struct call *c)
{
	struct connection *list;
	size_t n;
	int found = connection_list(&c->q, c->v[F_HW_ID].text, &list, &n);

	if (found == 0)
		return err_set(c->q.err, ERR_GONE, "no such device");
	if (found < 0)
		return -1;
	reply_list(c->reply, "connections");
	for (size_t i = 0; i < n; i++)
		if (reply_item(c->reply))
			put_connection(&c->reply->j, &list[i]);
	reply_list_end(c->reply, true, NULL);
	return 0;
}

static int
put_names(struct call *c, const char *name, const struct str *list, size_t n)
{
	struct jout *j = &c->reply->j;

	reply_open(c->reply);
	jout_array(j, name);
	for (size_t i = 0; i < n; i++)
		jout_str(j, NULL, list[i]);
	jout_end(j);
	reply_close(c->reply);
	return 0;
}

static int
get_device_phones(struct call *c)
{
	const struct str *list;
	size_t n;

	if (device_phones(&c->q, c->v[F_HW_ID].text, &list, &n) < 0)
		return -1;
	return put_names(c, "phones", list, n);
}

static int
remove_device_phone(struct call *c)
{
	if (device_phone_remove(
		&c->q, c->v[F_HW_ID].text, c->v[F_PHONE_ID].text) < 0)
		return -1;
	return api_done(c);
}

static int
get_device_categories(struct call *c)
{
	const struct str *list;
	struct device d;
	size_t n;

	if (get(c, &d) < 0 || device_categories(&c->q, &d, &list, &n) < 0)
		return -1;
	return put_names(c, "categories", list, n);
}

static int
get_device_instances(struct call *c)
{
	struct str *list;
	struct device d;
	size_t n;

	if (get(c, &d) < 0 || device_instances(&c->q, &d, &list, &n) < 0)
		return -1;
	return put_names(c, "instances", list, n);
}

static int
set_device_instances(struct call *c)
{
	const struct value *v = &c->v[F_INSTANCES];

	return device_set_instances(&c->q, c->v[F_HW_ID].text, v->texts, v->n) <
		       0
		   ? -1
		   : api_done(c);
}

static int
get_device_password(struct call *c)
{
	struct buf password;
	int found;

	buf_init(&password, 1024);
	found = device_admin_password(&c->q, c->v[F_HW_ID].text, &password);
	if (found == 0)
		(void)err_set(c->q.err, ERR_GONE, "no password");
	if (found > 0) {
		reply_open(c->reply);
		jout_str(&c->reply->j, "password", buf_view(&password));
		reply_close(c->reply);
	}
	buf_wipe(&password);
	return found > 0 ? 0 : -1;
}

static void
put_claim(struct jout *j, const struct claim *k)
{
	jout_object(j, NULL);
	jout_str(j, "hub", k->hub);
	jout_str(j, "boot", k->boot);
	jout_int(j, "conn", k->conn);
	jout_str(j, "remote", k->remote);
	jout_bool(j, "online", k->online);
	jout_int(j, "firstSeen", k->first_seen);
	jout_int(j, "lastSeen", k->last_seen);
	jout_str(j, "product", k->product);
	jout_str(j, "version", k->version);
	jout_strz(j, "type", device_type_name(k->type));
	jout_end(j);
}

void
api_put_claims(struct jout *j, const struct claim *list, size_t n)
{
	jout_array(j, "claims");
	for (size_t i = 0; i < n && i < CLAIMS_SHOWN; i++)
		put_claim(j, &list[i]);
	jout_end(j);
}

static int
get_claims(struct call *c)
{
	struct claim *list;
	size_t n;

	if (device_claims(&c->q, c->v[F_HW_ID].text, &list, &n) < 0)
		return -1;
	reply_open(c->reply);
	api_put_claims(&c->reply->j, list, n);
	reply_close(c->reply);
	return 0;
}

static int
count_unassigned(struct call *c)
{
	int64_t count;

	if (device_count_unassigned(&c->q, &count) < 0)
		return -1;
	reply_open(c->reply);
	jout_int(&c->reply->j, "count", count);
	reply_close(c->reply);
	return 0;
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {ADMIN("GetClaims"), READS, ARRAY("claims"), FIELDS(f_hw_id), .run = get_claims},
    {LOGIN("GetDevice"), READS, FIELDS(f_hw_id), .run = get_device},
    {LOGIN("GetDeviceCategories"), READS, ARRAY("categories"), FIELDS(f_hw_id), .run = get_device_categories},
    {LOGIN("GetDeviceConnections"), READS, LIST("connections"), FIELDS(f_hw_id), .run = get_device_connections},
    {LOGIN("GetDeviceInstances"), READS, ARRAY("instances"), FIELDS(f_hw_id), .run = get_device_instances},
    {LOGIN("GetDevicePassword"), CHANGES, FIELDS(f_hw_id), .run = get_device_password},
    {LOGIN("GetDevicePhones"), READS, ARRAY("phones"), FIELDS(f_hw_id), .run = get_device_phones},
    {LOGIN("GetUnassignedDevicesCount"), READS, .run = count_unassigned},
    {LOGIN("RemoveDevicePhone"), CHANGES, FIELDS(f_phone), .run = remove_device_phone},
    {LOGIN("SetDeviceInstances"), CHANGES, FIELDS(f_instances), .run = set_device_instances},
};
/* clang-format on */

const struct api_table api_one = {messages, COUNT(messages)};
