#include "account.h"

#include <stdio.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "checks.h"
#include "db.h"
#include "ids.h"
#include "load.h"
#include "mail.h"
#include "must.h"
#include "rights.h"

/* ---- finding ---- */

static int
load_domains(struct ask *q, struct account *x)
{
	return load_list(ask_loader(q), STMT_ACCOUNT_DOMAINS,
	    ARGS(A_INT(x->id)), load_id, &x->domains, &x->ndomains);
}

static int
find(struct ask *q, enum stmt s, struct arg key, struct account *out)
{
	int rc;

	if (access_admin(q->who, q->err) < 0)
		return -1;
	rc = load_one(ask_loader(q), s, ARGS(key), load_account, out);
	if (rc > 0 && load_domains(q, out) < 0)
		return -1;
	return rc;
}

int
account_get(struct ask *q, int64_t id, struct account *out)
{
	return find(q, STMT_ACCOUNT_BY_ID, A_INT(id), out);
}

int
account_find(struct ask *q, struct str name, struct account *out)
{
	return find(q, STMT_ACCOUNT_BY_NAME, A_STR(name), out);
}

int
account_list(struct ask *q, int64_t after, struct account **out, size_t *n)
{
	int rc;

	*n = 0;
	*out = NULL;
	if (access_admin(q->who, q->err) < 0)
		return -1;
	rc = load_list(ask_loader(q), STMT_ACCOUNT_PAGE,
	    ARGS(A_INT(after), A_INT(ACCOUNT_PAGE)), load_account, out, n);
	for (size_t i = 0; rc == 0 && i < *n; i++)
		rc = load_domains(q, &(*out)[i]);
	return rc;
}

/* ---- changing ---- */

static int
check_permissions(struct str list, struct err *e)
{
	struct str word;

	if (list.len > ACCOUNT_PERMISSIONS_MAX)
		return err_say(e, ERR_INPUT, "too many permissions");
	while (list.len > 0 && str_next(&list, ',', &word))
		if (!str_eqz(word, ACCOUNT_CONNECTION_POINTS))
			return err_say(e, ERR_INPUT, "unknown permission");
	return 0;
}

static int
check(struct ask *q, const struct account_change *in)
{
	if (in->name != NULL &&
	    check_name(*in->name, ACCOUNT_NAME_MAX, q->err) < 0)
		return -1;
	if (in->password != NULL && in->password->len > 0 &&
	    check_password(*in->password, q->err) < 0)
		return -1;
	if (in->ndomains > ACCOUNT_DOMAINS_MAX)
		return err_say(q->err, ERR_LIMIT, "too many domains");
	if (in->mail != NULL && in->mail->len > 0 &&
	    !mail_address_ok(*in->mail))
		return err_say(q->err, ERR_INPUT, "invalid mail address");
	return in->permissions == NULL
		   ? 0
		   : check_permissions(*in->permissions, q->err);
}

/* The built-in administrator stays what he is. */
static int
check_builtin(struct ask *q, int64_t id, const struct account_change *in)
{
	if (id == 0 && (in->name != NULL || in->role != NULL ||
			   in->owner != NULL || in->read_only != NULL))
		return err_say(q->err, ERR_DENIED,
		    "the instance's administrator cannot be changed");
	return 0;
}

static int
set_password(struct ask *q, int64_t id, struct str password)
{
	struct buf hash;
	int64_t rev;
	int rc;

	if (change_rev(q, &rev) < 0)
		return -1;
	buf_init(&hash, 512);
	if (password.len > 0)
		crypto_password_hash(password, &hash);
	rc = db_run(q->core->store, STMT_ACCOUNT_PASSWORD,
	    ARGS(A_INT(id), password.len > 0 ? A_STR(buf_view(&hash)) : A_NULL,
		A_INT(rev)),
	    q->err);
	buf_fini(&hash);
	if (rc < 0 || rights_end(q, "account", id) < 0)
		return -1;
	return rights_logins_end(q, id);
}

static int
set_domains(struct ask *q, int64_t id, const struct account_change *in)
{
	if (db_do(q->core->store, STMT_ACCOUNT_DOMAINS_CLEAR, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	for (size_t i = 0; i < in->ndomains; i++) {
		struct args args = ARGS(A_INT(id), A_INT(in->domains[i]));
		int64_t known;
		int rc = db_int(q->core->store, STMT_DOMAIN_BY_ID,
		    ARGS(A_INT(in->domains[i])), &known, q->err);

		if (rc == 0)
			return err_set(q->err, ERR_GONE, "no domain %lld",
			    (long long)in->domains[i]);
		if (rc < 0 || db_do(q->core->store, STMT_ACCOUNT_DOMAIN_ADD,
				  args, q->err) < 0)
			return -1;
	}
	return 0;
}

static int
set_owner(struct ask *q, int64_t id, int64_t owner)
{
	int64_t known;
	int rc = 1;

	if (owner >= 0)
		rc = db_int(q->core->store, STMT_ACCOUNT_BY_ID,
		    ARGS(A_INT(owner)), &known, q->err);
	if (rc == 0)
		return err_set(
		    q->err, ERR_GONE, "no account %lld", (long long)owner);
	if (rc < 0 || db_do(q->core->store, STMT_ACCOUNT_OWNER,
			  ARGS(A_INT(id), owner >= 0 ? A_INT(owner) : A_NULL),
			  q->err) < 0)
		return -1;
	return 0;
}

static int
apply(struct ask *q, int64_t id, const struct account_change *in)
{
	struct store *st = q->core->store;

	if (in->name != NULL &&
	    db_do(st, STMT_ACCOUNT_NAME, ARGS(A_INT(id), A_STR(*in->name)),
		q->err) < 0)
		return -1;
	if (in->role != NULL &&
	    db_do(st, STMT_ACCOUNT_ROLE, ARGS(A_INT(id), A_INT(*in->role)),
		q->err) < 0)
		return -1;
	if (in->permissions != NULL &&
	    db_do(st, STMT_ACCOUNT_PERMISSIONS,
		ARGS(A_INT(id), A_STR(*in->permissions)), q->err) < 0)
		return -1;
	if (in->mail != NULL &&
	    db_do(st, STMT_ACCOUNT_MAIL, ARGS(A_INT(id), A_STR(*in->mail)),
		q->err) < 0)
		return -1;
	if (in->read_only != NULL &&
	    db_do(st, STMT_ACCOUNT_READ_ONLY,
		ARGS(A_INT(id), A_INT(*in->read_only)), q->err) < 0)
		return -1;
	if (in->owner != NULL && set_owner(q, id, *in->owner) < 0)
		return -1;
	if (in->domains != NULL && set_domains(q, id, in) < 0)
		return -1;
	if (in->password != NULL && set_password(q, id, *in->password) < 0)
		return -1;
	return 0;
}

static struct str
list_of(struct ask *q, const int64_t *ids, size_t n)
{
	struct buf b;
	struct str out;

	buf_init(&b, 24 * n + 1);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, i > 0 ? ",%lld" : "%lld", (long long)ids[i]);
	out = str_of(arena_str(q->arena, buf_view(&b)));
	buf_fini(&b);
	return out;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct account x;
	int rc = load_one(ask_loader(q), STMT_ACCOUNT_BY_ID, ARGS(A_INT(id)),
	    load_account, &x);

	(void)key;
	*out = (struct snapshot){.there = rc > 0};
	if (rc <= 0 || load_domains(q, &x) < 0)
		return rc == 0 ? 0 : -1;
	return change_values(q,
	    PAIRS(P_STR("name", x.name), P_STRZ("role", role_name(x.role)),
		x.owner < 0 ? P_STRZ("owner", NULL) : P_INT("owner", x.owner),
		P_STR("permissions", x.permissions), P_STR("mail", x.mail),
		P_STR("domains", list_of(q, x.domains, x.ndomains)),
		P_BOOL("readOnly", x.read_only),
		P_BOOL("hasPassword", x.has_password)),
	    out);
}

static const struct change_kind account_kind = {.look = look};

static int
note(struct ask *q, const char *what, int64_t id,
    const struct account_change *in)
{
	struct account x;

	if (account_get(q, id, &x) <= 0)
		return -1;
	return change_say(q, what, x.name,
	    PAIRS(P_INT("id", id), P_STRZ("role", role_name(x.role)),
		P_STRZ("password", in->password != NULL ? "changed" : "same"),
		P_INT("domains", (int64_t)x.ndomains)));
}

/* Draw an id, or take the one that was chosen; 0 is the administrator's, who
 * is added first of all. */
static int
give_id(struct ask *q, int64_t *id)
{
	if (*id < 0)
		return ids_draw(q, IDS_ACCOUNT, id);
	return *id == 0 ? 0 : ids_take(q, IDS_ACCOUNT, *id);
}

static int
add(struct ask *q, int64_t *id, const struct account_change *in)
{
	struct account_change rest = *in;
	int64_t rev, administrator = 0;

	if (change_rev(q, &rev) < 0 || give_id(q, id) < 0 ||
	    change_touch(q, &account_kind, *id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_ACCOUNT_ADD,
		ARGS(
		    A_INT(*id), A_STR(*in->name), A_INT(*in->role), A_INT(rev)),
		q->err) < 0)
		return -1;
	rest.name = NULL;
	rest.role = NULL;
	if (rest.owner == NULL && *in->role == ROLE_USER)
		rest.owner = &administrator;
	if (apply(q, *id, &rest) < 0)
		return -1;
	return note(q, "account.add", *id, in);
}

int
account_add(struct ask *q, int64_t *id, const struct account_change *in)
{
	if (access_admin(q->who, q->err) < 0)
		return -1;
	if (in->name == NULL || in->role == NULL)
		return err_say(q->err, ERR_INPUT, "name and role are required");
	if (check(q, in) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, add(q, id, in));
}

static int
need(struct ask *q, int64_t id, struct account *out)
{
	int rc = account_get(q, id, out);

	return err_need(rc, q->err, ERR_GONE, "no account %lld", (long long)id);
}

static int
edit(struct ask *q, int64_t id, const struct account_change *in)
{
	struct account x;

	if (need(q, id, &x) < 0 || check_builtin(q, id, in) < 0 ||
	    change_touch(q, &account_kind, id, STR("")) < 0 ||
	    apply(q, id, in) < 0)
		return -1;
	if ((in->role != NULL || in->domains != NULL ||
		in->read_only != NULL) &&
	    (rights_logins_end(q, id) < 0 || rights_account(q, id) < 0))
		return -1;
	return note(q, "account.edit", id, in);
}

int
account_edit(struct ask *q, int64_t id, const struct account_change *in)
{
	if (access_admin(q->who, q->err) < 0 || check(q, in) < 0 ||
	    change_begin(q) < 0)
		return -1;
	return change_end(q, edit(q, id, in));
}

int
account_acting(struct ask *q, struct account *out)
{
	if (q->who->account < 0)
		return 0;
	return load_one(ask_loader(q), STMT_ACCOUNT_BY_ID,
	    ARGS(A_INT(q->who->account)), load_account, out);
}

int
account_self(struct ask *q, struct account *out)
{
	int rc = q->who->login > 0 ? account_acting(q, out) : 0;

	return err_need(rc, q->err, ERR_DENIED, "no login of an account");
}

static int
own_password(struct ask *q, struct str password)
{
	struct account x;

	if (account_self(q, &x) < 0 ||
	    change_touch(q, &account_kind, x.id, STR("")) < 0 ||
	    set_password(q, x.id, password) < 0)
		return -1;
	return change_say(q, "account.edit", x.name,
	    PAIRS(P_INT("id", x.id), P_STRZ("password", "changed")));
}

int
account_own_password(struct ask *q, struct str password)
{
	if (check_password(password, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, own_password(q, password));
}

int
account_need_user(struct ask *q, int64_t id)
{
	struct account x;

	if (need(q, id, &x) < 0)
		return -1;
	if (x.role != ROLE_USER)
		return err_say(q->err, ERR_INPUT,
		    "only accounts of role user own devices and trunks");
	return 0;
}

static int
remove_it(struct ask *q, int64_t id)
{
	struct account x;

	if (need(q, id, &x) < 0)
		return -1;
	if (id == 0)
		return err_say(q->err, ERR_DENIED,
		    "the instance's administrator cannot be removed");
	if (change_touch(q, &account_kind, id, STR("")) < 0 ||
	    rights_account_end(q, id) < 0 ||
	    db_do(q->core->store, STMT_ACCOUNT_REMOVE, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	return change_say(q, "account.remove", x.name, PAIRS(P_INT("id", id)));
}

int
account_remove(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_it(q, id));
}
