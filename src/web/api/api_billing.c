/* Messages about trunks, and whom devices belong to. */
#include "api_handlers.h"
#include "trunk.h"

static int
put_trunks(struct call *c, bool *last)
{
	const struct value *user = &c->v[F_TRUNK_ACCOUNT];
	struct jout *j = &c->reply->j;
	struct trunk *list;
	size_t n;

	if (trunk_list(&c->q, user->given ? user->number : -1,
		c->place.at.after, &list, &n) < 0)
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
		c->place.at.after = list[n - 1].id;
	*last = n < TRUNK_PAGE;
	return 0;
}

int
api_get_trunks(struct call *c)
{
	return api_list(c, "trunks", put_trunks);
}

int
api_add_trunk(struct call *c)
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

int
api_delete_trunk(struct call *c)
{
	if (trunk_remove(&c->q, c->v[F_ID].number) < 0)
		return -1;
	return api_done(c);
}

int
api_set_device_owner(struct call *c)
{
	if (device_own(&c->q, c->v[F_HW_ID].text, c->v[F_OWNER].number) < 0)
		return -1;
	return api_done(c);
}
