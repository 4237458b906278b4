#include "category.h"

#include <stdio.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "checks.h"
#include "db.h"
#include "domain.h"
#include "ids.h"
#include "load.h"

/* ---- finding ---- */

int
category_list(struct ask *q, int64_t domain, struct category **out, size_t *n)
{

	*n = 0;
	*out = NULL;
	if (access_need(q->who, domain, q->err) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_CATEGORIES, ARGS(A_INT(domain)),
	    load_category, out, n);
}

static int
find(struct ask *q, enum stmt s, struct args args, struct category *out)
{
	struct row *row;
	int rc = db_first(q->core->store, s, args, &row, q->err);

	if (rc > 0) {
		load_category(row, q->arena, out);
		rc = access_find(q->who, out->domain_id, q->err);
	}
	db_done(row);
	return rc;
}

int
category_get(struct ask *q, int64_t id, struct category *out)
{
	return find(q, STMT_CATEGORY_BY_ID, ARGS(A_INT(id)), out);
}

int
category_find(
    struct ask *q, int64_t domain, struct str name, struct category *out)
{
	return find(
	    q, STMT_CATEGORY_BY_NAME, ARGS(A_INT(domain), A_STR(name)), out);
}

void
category_json(struct jout *j, const char *name, const struct category *k,
    bool with_domain)
{
	jout_object(j, name);
	jout_int(j, "id", k->id);
	jout_str(j, "name", k->name);
	jout_bool(j, "config", k->config);
	if (with_domain)
		jout_int(j, "domainId", k->domain_id);
	jout_end(j);
}

/* ---- changing ---- */

static int
check(struct ask *q, struct str name)
{
	if (check_name(name, CATEGORY_NAME_MAX, q->err) < 0)
		return -1;
	if (str_find(name, ',') < name.len || str_find(name, '|') < name.len)
		return err_say(q->err, ERR_INPUT, "invalid character in name");
	return 0;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct category k;
	int rc = change_found(load_one(ask_loader(q), STMT_CATEGORY_BY_ID,
				  ARGS(A_INT(id)), load_category, &k),
	    out);

	(void)key;
	if (rc <= 0)
		return rc;
	out->domain = k.domain_id;
	return change_values(
	    q, PAIRS(P_STR("name", k.name), P_BOOL("config", k.config)), out);
}

static const struct change_kind category_kind = {.look = look};

/* The object of its domain shows it, too. */
static int
touch(struct ask *q, int64_t id, int64_t domain)
{
	if (change_touch(q, &category_kind, id, STR("")) < 0)
		return -1;
	return change_touch(q, &domain_kind, domain, STR(""));
}

static int
say(struct ask *q, const char *what, const struct category *k)
{
	return change_say(q, what, k->name,
	    PAIRS(P_INT("id", k->id), P_INT("domain", k->domain_id)));
}

static int
add(struct ask *q, int64_t domain, struct category *k)
{
	struct domain d;
	int64_t count = 0;
	int rc = domain_get(q, domain, &d);

	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such domain");
	if (rc < 0 || db_int(q->core->store, STMT_CATEGORY_COUNT,
			  ARGS(A_INT(domain)), &count, q->err) < 0)
		return -1;
	if (count >= CATEGORY_MAX)
		return err_set(q->err, ERR_LIMIT, "too many categories");
	if (ids_draw(q, IDS_CATEGORY, &k->id) < 0 ||
	    touch(q, k->id, domain) < 0 ||
	    db_do(q->core->store, STMT_CATEGORY_ADD,
		ARGS(A_INT(k->id), A_INT(domain), A_STR(k->name),
		    A_INT(k->config)),
		q->err) < 0)
		return -1;
	return say(q, "category.add", k);
}

int
category_add(
    struct ask *q, int64_t domain, struct str name, bool config, int64_t *id)
{
	struct category k = {
	    .domain_id = domain, .name = name, .config = config};
	int rc;

	if (access_need(q->who, domain, q->err) < 0 || check(q, name) < 0 ||
	    change_begin(q) < 0)
		return -1;
	rc = change_end(q, add(q, domain, &k));
	*id = k.id;
	return rc;
}

/* 0 with *k, or -1 also if it is not visible. */
static int
need(struct ask *q, int64_t id, struct category *k)
{
	int rc = category_get(q, id, k);

	return err_need(rc, q->err, ERR_GONE, "no such category");
}

static int
edit(struct ask *q, int64_t id, const struct str *name, const bool *config)
{
	struct category k;

	if (need(q, id, &k) < 0 || touch(q, id, k.domain_id) < 0)
		return -1;
	if (name != NULL)
		k.name = *name;
	if (config != NULL)
		k.config = *config;
	if (db_do(q->core->store, STMT_CATEGORY_EDIT,
		ARGS(A_INT(id), A_STR(k.name), A_INT(k.config)), q->err) < 0)
		return -1;
	return say(q, "category.edit", &k);
}

int
category_edit(
    struct ask *q, int64_t id, const struct str *name, const bool *config)
{
	if (name != NULL && check(q, *name) < 0)
		return -1;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, edit(q, id, name, config));
}

static int
remove_it(struct ask *q, int64_t id)
{
	struct category k;

	if (need(q, id, &k) < 0 || touch(q, id, k.domain_id) < 0 ||
	    db_do(q->core->store, STMT_CATEGORY_REMOVE, ARGS(A_INT(id)),
		q->err) < 0)
		return -1;
	return say(q, "category.remove", &k);
}

int
category_remove(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, remove_it(q, id));
}
