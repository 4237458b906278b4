#include "domain.h"

#include <stdio.h>

#include "access.h"
#include "account.h"
#include "ask.h"
#include "audit.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "ids.h"
#include "instance.h"
#include "load.h"
#include "must.h"
#include "rights.h"
#include "secret.h"

/* ---- finding ---- */

static int
load_counts(struct ask *q, struct domain *d)
{
	struct row *row;
	int rc = db_first(q->core->store, STMT_DOMAIN_COUNTS,
	    ARGS(A_INT(d->id)), &row, q->err);

	if (rc > 0) {
		d->count = row_int(row, DOMAIN_COUNTS_ALL);
		d->count_online = row_int(row, DOMAIN_COUNTS_ONLINE);
	}
	db_done(row);
	return rc < 0 ? -1 : 0;
}

static int
find(struct ask *q, enum stmt s, struct arg key, struct domain *out)
{
	struct row *row;
	int rc = db_first(q->core->store, s, ARGS(key), &row, q->err);

	if (rc > 0) {
		load_domain(row, q->arena, out);
		rc = access_find(q->who, out->id, q->err);
	}
	db_done(row);
	return rc;
}

int
domain_get(struct ask *q, int64_t id, struct domain *out)
{
	return find(q, STMT_DOMAIN_BY_ID, A_INT(id), out);
}

int
domain_find(struct ask *q, struct str name, struct domain *out)
{
	return find(q, STMT_DOMAIN_BY_NAME, A_STR(name), out);
}

int
domain_list(struct ask *q, int64_t after, bool with_counts, struct domain **out,
    size_t *n)
{
	const struct load_ids seen = {.v = q->who->domains,
	    .n = q->who->ndomains,
	    .after = after,
	    .max = DOMAIN_PAGE};
	int rc;

	if (q->who->admin)
		rc = load_list(ask_loader(q), STMT_DOMAIN_PAGE,
		    ARGS(A_INT(after), A_INT(DOMAIN_PAGE)), load_domain, out,
		    n);
	else
		rc = load_each(ask_loader(q), STMT_DOMAIN_BY_ID, &seen,
		    load_domain, out, n);
	for (size_t i = 0; rc == 0 && with_counts && i < *n; i++)
		rc = load_counts(q, &(*out)[i]);
	return rc;
}

/* ---- changing ---- */

/* Load for a change; 0 or -1. */
static int
load(struct ask *q, int64_t id, struct domain *out)
{
	int rc = domain_get(q, id, out);

	return err_need(rc, q->err, ERR_GONE, "no domain %lld", (long long)id);
}

/* The same for administrators only. */
static int
need(struct ask *q, int64_t id, struct domain *out)
{
	return access_admin(q->who, q->err) < 0 ? -1 : load(q, id, out);
}

static int
check(struct ask *q, const struct domain_change *x)
{
	if (x->name != NULL && check_domain_name(*x->name, q->err) < 0)
		return -1;
	if (x->name != NULL && str_eq_nocase(*x->name, STR(DOMAIN_DEFAULT)))
		return err_say(q->err, ERR_INPUT, "reserved name");
	if (x->password != NULL && x->password->len > 0)
		return check_password(*x->password, q->err);
	return 0;
}

static int
set_password(struct ask *q, int64_t id, struct str password)
{
	struct buf sealed;
	int64_t rev;
	int rc;

	must(q->core->changes != NULL && id > 0);
	if (change_rev(q, &rev) < 0)
		return -1;
	secret_seal(q->core, SECRET_DOMAIN, id, password, &sealed);
	rc = db_run(q->core->store, STMT_DOMAIN_PASSWORD,
	    ARGS(A_INT(id),
		password.len > 0 ? A_BLOB(buf_view(&sealed)) : A_NULL,
		A_INT(rev)),
	    q->err);
	buf_fini(&sealed);
	if (rc < 0)
		return -1;
	return rights_end(q, "domain", id);
}

static int
set_deploy(struct ask *q, int64_t id, bool on)
{
	int64_t rev;

	if (change_rev(q, &rev) < 0)
		return -1;
	if (!on)
		return db_do(q->core->store, STMT_DOMAIN_DEPLOY_OFF,
		    ARGS(A_INT(id)), q->err);
	return db_do(q->core->store, STMT_DOMAIN_DEPLOY_ON,
	    ARGS(A_INT(id), A_INT(rev)), q->err);
}

static int
set_admin_random(struct ask *q, int64_t id, bool on)
{
	int64_t rev;

	if (change_rev(q, &rev) < 0)
		return -1;
	return db_do(q->core->store, STMT_DOMAIN_ADMIN_RANDOM,
	    ARGS(A_INT(id), A_INT(on), A_INT(rev)), q->err);
}

/* Back again, its devices get the passwords that they missed. */
static int
set_secondary(struct ask *q, int64_t id, bool on)
{
	struct domain d;
	int64_t rev;

	if (load(q, id, &d) < 0)
		return -1;
	if (on && d.is_instance)
		return err_say(q->err, ERR_EXISTS,
		    "the instance's own domain is no second registration");
	if (on && d.rental)
		return err_say(
		    q->err, ERR_EXISTS, "something is rented in the domain");
	if (change_rev(q, &rev) < 0)
		return -1;
	return db_do(q->core->store, STMT_DOMAIN_SECONDARY,
	    ARGS(A_INT(id), A_INT(on), A_INT(rev)), q->err);
}

static int
apply(struct ask *q, int64_t id, const struct domain_change *x)
{
	if (x->name != NULL &&
	    db_do(q->core->store, STMT_DOMAIN_RENAME,
		ARGS(A_INT(id), A_STR(*x->name)), q->err) < 0)
		return -1;
	if (x->password != NULL && set_password(q, id, *x->password) < 0)
		return -1;
	if (x->admin_random != NULL &&
	    set_admin_random(q, id, *x->admin_random) < 0)
		return -1;
	if (x->deploy != NULL && set_deploy(q, id, *x->deploy) < 0)
		return -1;
	return x->secondary == NULL ? 0 : set_secondary(q, id, *x->secondary);
}

/* The audit row of a domain that was added or edited. */
static int
finish(
    struct ask *q, int64_t id, const char *what, const struct domain_change *x)
{
	struct domain d;
	int rc = domain_get(q, id, &d);

	if (rc <= 0)
		return rc == 0 ? err_set(q->err, ERR_GONE, "no domain") : -1;
	return change_say(q, what, d.name,
	    PAIRS(P_INT("id", id),
		P_STRZ("password", x->password != NULL ? "changed" : "same")));
}

static int
add(struct ask *q, struct str name, const struct domain_change *more,
    int64_t *id)
{
	int64_t rev;

	if (change_rev(q, &rev) < 0 || ids_draw(q, IDS_DOMAIN, id) < 0 ||
	    change_touch(q, &domain_kind, *id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_DOMAIN_ADD,
		ARGS(A_INT(*id), A_STR(name), A_INT(rev)), q->err) < 0 ||
	    apply(q, *id, more) < 0)
		return -1;
	return finish(q, *id, "domain.add", more);
}

int
domain_add(struct ask *q, struct str name, const struct domain_change *more,
    int64_t *id)
{
	static const struct domain_change nothing;
	struct domain_change x = more != NULL ? *more : nothing;

	x.name = &name;
	if (access_admin(q->who, q->err) < 0 || check(q, &x) < 0)
		return -1;
	x.name = NULL; /* the row has it already */
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, add(q, name, &x, id));
}

/* People name a domain when they put devices into it: a tenant that takes a
 * name which another gave up would get the other's devices. */
static int
may_rename(struct ask *q, const struct domain *d)
{
	if (d->is_instance)
		return err_say(q->err, ERR_DENIED,
		    "the instance's own domain cannot be renamed");
	return access_admin(q->who, q->err);
}

static int
edit(struct ask *q, int64_t id, const struct domain_change *x)
{
	struct domain d;

	if (load(q, id, &d) < 0)
		return -1;
	if (x->name != NULL && !str_eq(d.name, *x->name) &&
	    may_rename(q, &d) < 0)
		return -1;
	if (change_touch(q, &domain_kind, id, STR("")) < 0 ||
	    apply(q, id, x) < 0)
		return -1;
	return finish(q, id, "domain.edit", x);
}

int
domain_edit(struct ask *q, int64_t id, const struct domain_change *change)
{
	if (access_own(q->who, id, q->err) < 0 || check(q, change) < 0)
		return -1;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, edit(q, id, change));
}

static int
remove_it(struct ask *q, int64_t id, domain_may *may)
{
	struct domain d;
	int64_t device;
	int rc;

	if (need(q, id, &d) < 0)
		return -1;
	if (d.is_instance)
		return err_say(q->err, ERR_DENIED,
		    "the instance's own domain cannot be removed");
	rc = db_int(q->core->store, STMT_DOMAIN_DEVICE, ARGS(A_INT(id)),
	    &device, q->err);
	if (rc > 0)
		return err_say(q->err, ERR_EXISTS, "domain has devices");
	if (rc < 0 || may(q, id) < 0 ||
	    change_touch(q, &domain_kind, id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_DOMAIN_REMOVE, ARGS(A_INT(id)), q->err) <
		0 ||
	    rights_end(q, "domain", id) < 0)
		return -1;
	return change_say(q, "domain.remove", d.name, PAIRS(P_INT("id", id)));
}

int
domain_remove(struct ask *q, int64_t id, domain_may *may)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_it(q, id, may));
}

/* ---- access ---- */

/* Both ends of a grant are there. */
struct ends {
	struct domain from, to;
};

static int
need_both(struct ask *q, const struct grant *g, struct ends *out)
{
	return need(q, g->domain, &out->from) < 0 ||
		       need(q, g->target, &out->to) < 0
		   ? -1
		   : 0;
}

static int
note_grant(struct ask *q, const char *what, const struct grant *g,
    const struct ends *ends)
{
	struct audit_row row = {.what = what,
	    .on = ends->from.name,
	    .domain = g->domain,
	    .other = g->target,
	    .detail = PAIRS(P_INT("target", g->target),
		P_STR("targetName", ends->to.name),
		P_FLAG("readOnly", g->read_only), P_INT("ends", g->ends))};

	if (rights_domain(q, g->domain) < 0)
		return -1;
	return audit_add(q, &row);
}

static int
grant(struct ask *q, const struct grant *g)
{
	struct ends ends;

	if (need_both(q, g, &ends) < 0 ||
	    db_do(q->core->store, STMT_ACCESS_ADD,
		ARGS(A_INT(g->domain), A_INT(g->target), A_INT(g->read_only),
		    A_INT(g->ends)),
		q->err) < 0)
		return -1;
	return note_grant(q, "access.grant", g, &ends);
}

static int
revoke(struct ask *q, const struct grant *g, const char *what)
{
	struct ends ends;

	if (need_both(q, g, &ends) < 0 ||
	    db_do(q->core->store, STMT_ACCESS_REMOVE,
		ARGS(A_INT(g->domain), A_INT(g->target)), q->err) < 0)
		return -1;
	return note_grant(q, what, g, &ends);
}

int
domain_grant(struct ask *q, const struct grant *g)
{
	if (g->domain == g->target)
		return err_say(q->err, ERR_INPUT, "a domain sees itself");
	if (g->ends != 0 && g->ends <= clock_now_ms())
		return err_say(
		    q->err, ERR_INPUT, "it would have ended already");
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, grant(q, g));
}

int
domain_revoke(struct ask *q, int64_t domain, int64_t target)
{
	struct grant g = {.domain = domain, .target = target};

	if (change_begin(q) < 0)
		return -1;
	return change_end(q, revoke(q, &g, "access.revoke"));
}

int
domain_access(struct ask *q, int64_t domain, struct grant **out, size_t *n)
{
	struct domain d;

	if (need(q, domain, &d) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_ACCESS_GRANTS,
	    ARGS(A_INT(domain), A_INT(clock_now_ms())), load_grant, out, n);
}

static int
find_over(struct ask *q, struct grant *out)
{
	return load_one(ask_loader(q), STMT_ACCESS_OVER,
	    ARGS(A_INT(clock_now_ms())), load_grant, out);
}

/* Somebody may have prolonged it by now. */
static int
end_over(struct ask *q)
{
	struct grant g;
	int rc = find_over(q, &g);

	return rc > 0 ? revoke(q, &g, "access.end") : rc;
}

int
domain_access_expire(struct ask *q)
{
	struct actor who = {.cred = "system", .admin = true, .account = -1};
	struct ask as = *q;
	struct grant g;
	int rc = find_over(q, &g);

	if (rc <= 0)
		return rc;
	as.who = &who;
	if (change_begin(&as) < 0)
		return -1;
	return change_end(&as, end_over(&as));
}

/* ---- the instance's password ---- */

/* The domain of the instance gets it too. */
static int
change_domain_too(struct ask *q, const struct instance *home,
    struct str password, struct instance_password *out)
{
	const struct domain_change change = {.password = &password};
	struct domain d;
	int rc;

	if (change_touch(q, &domain_kind, home->domain_id, STR("")) < 0 ||
	    set_password(q, home->domain_id, password) < 0)
		return -1;
	rc = domain_get(q, home->domain_id, &d);
	if (rc > 0 && d.deploy && !d.admin_random)
		rc = db_int(q->core->store, STMT_DOMAIN_SHARERS,
		    ARGS(A_INT(d.id), A_INT(ADMIN_DOMAIN), A_INT(DOUBT_OFFER)),
		    &out->devices, q->err);
	if (rc < 0)
		return -1;
	out->domain = INSTANCE_DOMAIN_CHANGED;
	return finish(q, home->domain_id, "domain.edit", &change);
}

static int
instance_password(struct ask *q, struct str password, bool only,
    struct instance_password *out)
{
	struct instance home;
	struct domain d;
	int shares, rc;

	if (instance_get(q, &home) < 0)
		return -1;
	shares = instance_shares_password(q, home.domain_id);
	rc = domain_get(q, home.domain_id, &d);
	out->domain = rc > 0 && d.has_password ? INSTANCE_DOMAIN_DIFFERS
					       : INSTANCE_DOMAIN_NONE;
	if (shares < 0 || rc < 0 || instance_set_password(q, password) < 0)
		return -1;
	return shares > 0 && !only ? change_domain_too(q, &home, password, out)
				   : 0;
}

int
domain_instance_password(struct ask *q, struct str password, bool only,
    struct instance_password *out)
{
	*out = (struct instance_password){.domain = INSTANCE_DOMAIN_NONE};
	if (access_admin(q->who, q->err) < 0 ||
	    check_password(password, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, instance_password(q, password, only, out));
}
