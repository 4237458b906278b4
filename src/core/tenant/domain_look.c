/* What a domain is, for clients, subscribers and the audit (domain.h). */
#include "ask.h"
#include "category.h"
#include "change.h"
#include "db.h"
#include "domain.h"
#include "hubwire.h"

int
domain_secondary(struct ask *q, int64_t id)
{
	int64_t is = 0;

	return db_int(q->core->store, STMT_DOMAIN_IS_SECONDARY, ARGS(A_INT(id)),
		   &is, q->err) < 0
		   ? -1
		   : is != 0;
}

int
domain_json(
    struct ask *q, struct jout *j, const char *name, const struct domain *d)
{
	struct category *list;
	size_t n;

	if (category_list(q, d->id, &list, &n) < 0)
		return -1;
	jout_object(j, name);
	jout_int(j, "id", d->id);
	jout_str(j, "name", d->name);
	jout_bool(j, "hasRentalProducts", d->rental);
	jout_bool(j, "deployAdminPasswords", d->deploy);
	jout_bool(j, "isInstanceDomain", d->is_instance);
	jout_array(j, "categories");
	for (size_t i = 0; i < n; i++)
		category_json(j, NULL, &list[i], false);
	jout_end(j);
	if (d->secondary)
		jout_bool(j, "secondary", true);
	if (d->admin_random)
		jout_strz(j, "adminPasswords", "random");
	jout_end(j);
	return 0;
}

/* The members without the braces around them. */
static int
take_body(struct ask *q, const struct domain *d, struct str *out)
{
	struct buf body;
	struct jout j;
	int rc;

	buf_init(&body, HUBWIRE_EVENT_MAX);
	jout_init(&j, buf_sink(&body));
	jout_object(&j, NULL);
	rc = domain_json(q, &j, "domain", d);
	jout_end(&j);
	if (rc == 0 && buf_failed(&body))
		rc = err_set(q->err, ERR_LIMIT, "too many categories");
	if (rc == 0)
		*out = str_n(
		    arena_str(q->arena, str_n(body.data + 1, body.len - 2)),
		    body.len - 2);
	buf_fini(&body);
	return rc;
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct domain d;
	int rc = load_one(
	    ask_loader(q), STMT_DOMAIN_BY_ID, ARGS(A_INT(id)), load_domain, &d);

	(void)key;
	*out = (struct snapshot){0};
	if (rc <= 0)
		return rc;
	out->there = true;
	out->domain = id;
	/* Who sees it go sees nothing of it. */
	out->gone =
	    str_of(arena_printf(q->arena, "\"id\":%lld", (long long)id));
	if (q->core->orders.post != NULL && take_body(q, &d, &out->body) < 0)
		return -1;
	return change_values(q,
	    PAIRS(P_STR("name", d.name), P_BOOL("deploy", d.deploy),
		P_STRZ("adminPasswords", d.admin_random ? "random" : "domain"),
		P_BOOL("hasPassword", d.has_password),
		P_BOOL("secondary", d.secondary)),
	    out);
}

const struct change_kind domain_kind = {.topic = "domains", .look = look};
