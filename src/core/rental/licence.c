#include "licence.h"

#include <stdio.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "checks.h"
#include "db.h"
#include "rental_cost.h"

int
licence_list(struct ask *q, struct licence **out, size_t *n)
{
	return load_list(
	    ask_loader(q), STMT_LICENCES, ARGS_NONE, load_licence, out, n);
}

int
licence_get(struct ask *q, struct str name, struct licence *out)
{
	return load_one(
	    ask_loader(q), STMT_LICENCE, ARGS(A_STR(name)), load_licence, out);
}

/* ---- changing ---- */

static bool
name_ok(struct str name)
{
	return name.len > 0 && name.len <= LICENCE_NAME_MAX &&
	       str_only(name, STR_ALNUM, "._-");
}

static int
check(struct ask *q, const struct licence *in)
{
	if (!name_ok(in->name))
		return err_say(q->err, ERR_INPUT, "invalid licence name");
	if (check_name(in->title, LICENCE_TITLE_MAX, q->err) < 0)
		return -1;
	if (in->price < 0 || in->price > RENTAL_MONTHLY_MAX)
		return err_say(q->err, ERR_INPUT, "price out of range");
	return 0;
}

static int
check_room(struct ask *q)
{
	int64_t n;

	if (db_int(q->core->store, STMT_LICENCE_COUNT, ARGS_NONE, &n, q->err) <=
	    0)
		return -1;
	if (n >= LICENCE_MAX)
		return err_say(q->err, ERR_LIMIT, "too many licences");
	return 0;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct licence x;
	int rc = change_found(licence_get(q, key, &x), out);

	(void)id;
	return rc <= 0
		   ? rc
		   : change_values(q,
			 PAIRS(P_STR("title", x.title), P_INT("price", x.price),
			     P_BOOL("hardware", x.hardware),
			     P_BOOL("retired", x.retired)),
			 out);
}

static const struct change_kind licence_kind = {.look = look};

static int
save(struct ask *q, const struct licence *in)
{
	struct licence old;
	int rc = licence_get(q, in->name, &old);

	if (rc < 0 || (rc == 0 && check_room(q) < 0))
		return -1;
	if (rc > 0 && old.hardware != in->hardware)
		return err_say(q->err, ERR_INPUT,
		    "software and hardware cannot be exchanged");
	if (change_touch(q, &licence_kind, 0, in->name) < 0 ||
	    db_do(q->core->store, STMT_LICENCE_SET,
		ARGS(A_STR(in->name), A_STR(in->title), A_INT(in->hardware),
		    A_INT(in->retired), A_INT(in->price)),
		q->err) < 0)
		return -1;
	return change_say(q, "licence.set", in->name,
	    PAIRS(P_INT("price", in->price), P_BOOL("retired", in->retired)));
}

int
licence_set(struct ask *q, const struct licence *in)
{
	if (access_admin(q->who, q->err) < 0 || check(q, in) < 0 ||
	    change_begin(q) < 0)
		return -1;
	return change_end(q, save(q, in));
}
