#include "trunk.h"

#include <stdio.h>

#include "access.h"
#include "account.h"
#include "ask.h"
#include "change.h"
#include "db.h"
#include "ids.h"
#include "load.h"
#include "net.h"
#include "num.h"

#define MASK_MIN 4
#define MASK_MAX 30

/* ---- addresses ---- */

/* The last octet of an address that was checked. */
static int64_t
last_octet(struct str address)
{
	struct str part = {0};
	int64_t n = 0;

	while (str_next(&address, '.', &part))
		;
	return num_parse(part, 0, 255, &n) ? n : 255;
}

bool
trunk_address(struct str text)
{
	size_t slash = str_find(text, '/'), dash = str_find(text, '-');
	size_t at = slash < dash ? slash : dash;
	struct str host = str_n(text.p, at), rest;
	int64_t n;

	if (!net_is_ipv4(host))
		return false;
	if (at == text.len)
		return true;
	rest = str_n(text.p + at + 1, text.len - at - 1);
	if (text.p[at] == '/')
		return num_parse(rest, MASK_MIN, MASK_MAX, &n);
	return num_parse(rest, last_octet(host) + 1, 255, &n);
}

/* ---- adding ---- */

static int
check(struct ask *q, struct trunk *t)
{
	if (!trunk_address(t->ipaddr))
		return err_say(q->err, ERR_INPUT,
		    "no IPv4 address, subnet (/4 to /30) or range of last"
		    " octets");
	if (t->id < 0)
		return err_say(q->err, ERR_INPUT, "id out of range");
	if (t->port > UINT16_MAX)
		return err_say(q->err, ERR_INPUT, "port out of range");
	if (t->port < 1)
		t->port = TRUNK_PORT;
	return 0;
}

/* An id that was chosen: free now, and never used before. */
static int
take_id(struct ask *q, int64_t id)
{
	int64_t known;
	int rc = db_int(
	    q->core->store, STMT_POINT_BY_ID, ARGS(A_INT(id)), &known, q->err);

	if (rc > 0)
		return err_set(
		    q->err, ERR_EXISTS, "the id %lld is taken", (long long)id);
	return rc < 0 ? -1 : ids_take(q, IDS_POINT, id);
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct trunk t;
	int rc = change_found(load_one(ask_loader(q), STMT_TRUNK_BY_ID,
				  ARGS(A_INT(id)), load_trunk, &t),
	    out);

	(void)key;
	return rc <= 0 ? rc
		       : change_values(q,
			     PAIRS(P_STR("ipaddr", t.ipaddr),
				 P_INT("port", t.port), P_INT("user", t.user)),
			     out);
}

static const struct change_kind trunk_kind = {.look = look};

static int
add(struct ask *q, struct trunk *t)
{
	if (account_need_user(q, t->user) < 0 ||
	    (t->id == 0 ? ids_draw(q, IDS_POINT, &t->id) : take_id(q, t->id)) <
		0 ||
	    change_touch(q, &trunk_kind, t->id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_TRUNK_ADD,
		ARGS(A_INT(t->id), A_INT(t->user), A_STR(t->ipaddr),
		    A_INT(t->port)),
		q->err) < 0)
		return -1;
	return change_say(q, "trunk.add", t->ipaddr,
	    PAIRS(P_INT("id", t->id), P_INT("user", t->user),
		P_INT("port", t->port)));
}

int
trunk_add(struct ask *q, struct trunk *t)
{
	if (access_admin(q->who, q->err) < 0 || check(q, t) < 0 ||
	    change_begin(q) < 0)
		return -1;
	return change_end(q, add(q, t));
}

/* ---- listing and removing ---- */

int
trunk_list(
    struct ask *q, int64_t user, int64_t after, struct trunk **out, size_t *n)
{
	enum stmt s = user >= 0 ? STMT_TRUNK_PAGE_USER : STMT_TRUNK_PAGE;
	struct args all = ARGS(A_INT(after), A_INT(TRUNK_PAGE));
	struct args some = ARGS(A_INT(after), A_INT(TRUNK_PAGE), A_INT(user));

	*n = 0;
	*out = NULL;
	if (access_admin(q->who, q->err) < 0)
		return -1;
	return load_list(
	    ask_loader(q), s, user >= 0 ? some : all, load_trunk, out, n);
}

static int
remove_it(struct ask *q, int64_t id)
{
	struct trunk t;
	int rc = load_one(
	    ask_loader(q), STMT_TRUNK_BY_ID, ARGS(A_INT(id)), load_trunk, &t);
	if (rc == 0)
		return err_set(
		    q->err, ERR_GONE, "no trunk %lld", (long long)id);
	if (rc < 0 || change_touch(q, &trunk_kind, id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_TRUNK_REMOVE, ARGS(A_INT(id)), q->err) <
		0)
		return -1;
	return change_say(q, "trunk.remove", t.ipaddr, PAIRS(P_INT("id", id)));
}

int
trunk_remove(struct ask *q, int64_t id)
{
	if (access_admin(q->who, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, remove_it(q, id));
}
