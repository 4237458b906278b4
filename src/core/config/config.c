#include "config.h"

#include "access.h"
#include "ask.h"
#include "column.h"
#include "db.h"
#include "secret.h"

int
config_get(struct ask *q, int64_t id, struct config *out)
{
	int rc = load_one(ask_loader(q), STMT_CONFIG_BY_ID, ARGS(A_INT(id)),
	    load_config, out);

	return rc > 0 ? access_find(q->who, out->domain_id, q->err) : rc;
}

int
config_list(struct ask *q, int64_t domain, int64_t after, struct config **out,
    size_t *n)
{
	*n = 0;
	*out = NULL;
	if (access_need(q->who, domain, q->err) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_CONFIG_PAGE,
	    ARGS(A_INT(domain), A_INT(after), A_INT(CONFIG_PAGE)), load_config,
	    out, n);
}

int
config_labels(struct ask *q, const struct config *c, struct config_labels *out)
{
	return load_list(ask_loader(q), STMT_CONFIG_CATEGORIES,
	    ARGS(A_INT(c->id)), load_category, &out->list, &out->n);
}

int
config_phone_categories(
    struct ask *q, int64_t domain, struct category **out, size_t *n)
{
	*n = 0;
	*out = NULL;
	if (access_need(q->who, domain, q->err) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_CONFIG_PHONE_CATEGORIES,
	    ARGS(A_INT(domain)), load_category, out, n);
}

/* ---- values ---- */

static int
open_values(struct ask *q, int64_t id, int64_t revision, struct buf *plain)
{
	struct row *row;
	int rc = db_first(q->core->store, STMT_CONFIG_FIELDS,
	    ARGS(A_INT(id), A_INT(revision)), &row, q->err);

	rc = err_need(rc, q->err, ERR_GONE, "no such configuration");
	if (rc == 0)
		rc = secret_open_text(q, SECRET_CONFIG, id,
		    row_str(row, CONFIG_FIELDS_SEALED), plain);
	else
		buf_init(plain, 0);
	db_done(row);
	return rc;
}

static int
read_values(
    struct ask *q, int64_t id, int64_t revision, const struct json **out)
{
	struct buf plain;
	int rc = open_values(q, id, revision, &plain);

	if (rc == 0)
		rc = json_read(
		    q->arena, buf_view(&plain), CONFIG_VALUES_MAX, out, q->err);
	buf_wipe(&plain);
	return rc;
}

int
config_values(struct ask *q, const struct config *c, const struct json **out)
{
	return read_values(q, c->id, 0, out);
}

int
config_values_exact(
    struct ask *q, const struct config *c, const struct json **out)
{
	return read_values(q, c->id, c->revision, out);
}

/* ---- its object ---- */

void
config_json_open(struct jout *j, const char *name, const struct config *c,
    const struct config_labels *labels)
{
	jout_object(j, name);
	jout_int(j, "id", c->id);
	jout_int(j, "domainId", c->domain_id);
	jout_str(j, "desc", c->desc);
	jout_strz(j, "type", config_type_name(c->type));
	jout_array(j, "categories");
	for (size_t i = 0; i < labels->n; i++)
		category_json(j, NULL, &labels->list[i], false);
	jout_end(j);
	jout_int(j, "revision", c->revision);
	jout_int(j, "changed", c->changed);
	if (c->limited && labels->n == 0)
		jout_bool(j, "matchesNone", true);
}
