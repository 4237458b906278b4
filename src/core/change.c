#include "change.h"

#include "db.h"
#include "domain.h"
#include "secret.h"

int
change_begin(struct ask *q)
{
	orders_forget(&q->core->orders);
	return store_begin(q->core->store, STORE_FULL, q->err);
}

int
change_end(struct ask *q, int rc)
{
	if (rc < 0 || arena_failed(q->arena) ||
	    store_commit(q->core->store, q->err) < 0) {
		if (rc >= 0 && arena_failed(q->arena))
			(void)err_set(q->err, ERR_LIMIT, "no room to answer");
		store_rollback(q->core->store);
		orders_forget(&q->core->orders);
		return -1;
	}
	return orders_flush(&q->core->orders, q->err);
}

int
change_rev(struct ask *q, int64_t *rev)
{
	int rc = db_int(q->core->store, STMT_REV_NEXT, ARGS_NONE, rev, q->err);

	if (rc == 0)
		return err_set(q->err, ERR_IO, "no change counter");
	return rc < 0 ? -1 : 0;
}

struct loader
ask_loader(const struct ask *q)
{
	return (struct loader){q->core->store, q->arena, q->err};
}

int
check_name(struct str name, size_t max, struct err *e)
{
	if (name.len == 0 || name.len > max)
		return err_say(e, ERR_INPUT, "invalid length of name");
	if (!str_printable(name) || str_trim(name).len != name.len)
		return err_say(e, ERR_INPUT, "invalid character in name");
	return 0;
}

static bool
label_ok(struct str label)
{
	return label.len > 0 && label.len <= 63 && label.p[0] != '-' &&
	       label.p[label.len - 1] != '-' &&
	       str_only(label, STR_ALNUM, "-_");
}

int
check_domain_name(struct str name, struct err *e)
{
	struct str label;

	if (name.len == 0 || name.len > DOMAIN_NAME_MAX)
		return err_say(e, ERR_INPUT, "invalid length of name");
	while (str_next(&name, '.', &label))
		if (!label_ok(label))
			return err_say(e, ERR_INPUT, "invalid domain name");
	return 0;
}

int
check_password(struct str password, struct err *e)
{
	if (password.len == 0 || password.len > SECRET_MAX)
		return err_say(e, ERR_INPUT, "invalid length of password");
	if (!str_printable(password))
		return err_say(e, ERR_INPUT, "invalid character in password");
	return 0;
}
