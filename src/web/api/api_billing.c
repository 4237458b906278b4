/* Messages about trunks, and whom devices belong to. */
#include "account.h"
#include "api_table.h"
#include "hwid.h"
#include "ids.h"
#include "trunk.h"

/* ---- fields ---- */

enum { F_TRUNK_ACCOUNT, F_TRUNK_ADDRESS, F_TRUNK_PORT, F_TRUNK_ID };
enum { F_ID };
enum { F_HW_ID, F_OWNER };

/* clang-format off */
static const struct field f_add_trunk[] = {
    [F_TRUNK_ACCOUNT] = NEED_NUMBER("accountId", 1, ID_MAX),
    [F_TRUNK_ADDRESS] = NEED_TEXT("ipaddr", 1, TRUNK_ADDRESS_MAX),
    [F_TRUNK_PORT] = NUMBER("port", 0, UINT16_MAX),
    [F_TRUNK_ID] = NUMBER("id", 1, IDS_CHOSEN_MAX),
};

static const struct field f_id[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
};

static const struct field f_trunks[] = {
    [F_TRUNK_ACCOUNT] = NUMBER("accountId", 1, ID_MAX),
};

static const struct field f_hw_id[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
};

static const struct field f_owner[] = {
    [F_HW_ID] = NEED_TEXT("hwId", 1, HWID_MAX),
    [F_OWNER] = NEED_NUMBER("accountId", 0, ID_MAX),
};
/* clang-format on */

static int
put_trunks(struct call *c, bool *last)
{
	const struct value *user = &c->v[F_TRUNK_ACCOUNT];
	struct jout *j = &c->reply->j;
	struct trunk *list;
	size_t n;

	if (trunk_list(&c->q, user->given ? user->number : -1,
		c->cursor.at.after, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!api_item(c))
			continue;
		jout_object(j, NULL);
		jout_int(j, "id", list[i].id);
		jout_int(j, "accountId", list[i].user);
		jout_str(j, "ipaddr", list[i].ipaddr);
		jout_int(j, "port", list[i].port);
		jout_end(j);
	}
	if (n > 0)
		c->cursor.at.after = list[n - 1].id;
	*last = n < TRUNK_PAGE;
	return 0;
}

static int
get_trunks(struct call *c)
{
	return api_list(c, "trunks", put_trunks);
}

static int
add_trunk(struct call *c)
{
	const struct value *port = &c->v[F_TRUNK_PORT];
	const struct value *id = &c->v[F_TRUNK_ID];
	struct trunk t = {.user = c->v[F_TRUNK_ACCOUNT].number,
	    .ipaddr = c->v[F_TRUNK_ADDRESS].text,
	    .port = port->given ? port->number : 0,
	    .id = id->given ? id->number : 0};

	if (trunk_add(&c->q, &t) < 0)
		return -1;
	return api_done_id(c, t.id);
}

static int
delete_trunk(struct call *c)
{
	if (trunk_remove(&c->q, c->v[F_ID].number) < 0)
		return -1;
	return api_done(c);
}

static int
set_device_owner(struct call *c)
{
	if (device_own(&c->q, c->v[F_HW_ID].text, c->v[F_OWNER].number) < 0)
		return -1;
	return api_done(c);
}

/* Nobody is 0, without a name. */
static int
get_device_owner(struct call *c)
{
	struct account a = {0};
	struct device d;

	if (err_need(device_get(&c->q, c->v[F_HW_ID].text, &d), c->q.err,
		ERR_GONE, "no such device") < 0 ||
	    (d.owner > 0 && account_get(&c->q, d.owner, &a) < 0))
		return -1;
	reply_open(c->reply);
	jout_int(&c->reply->j, "accountId", a.id);
	jout_str(&c->reply->j, "name", a.name);
	reply_close(c->reply);
	return 0;
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {ADMIN("AddTrunk"), CHANGES, FIELDS(f_add_trunk), .run = add_trunk},
    {ADMIN("DeleteTrunk"), CHANGES, FIELDS(f_id), .run = delete_trunk},
    {ADMIN("GetDeviceOwner"), READS, FIELDS(f_hw_id), .run = get_device_owner},
    {ADMIN("GetTrunks"), READS, LIST("trunks"), FIELDS(f_trunks), .run = get_trunks},
    {ADMIN("SetDeviceOwner"), CHANGES, FIELDS(f_owner), .run = set_device_owner},
};
/* clang-format on */

const struct api_table api_billing = {messages, COUNT(messages)};
