/* The commands about phones ("Phone Provisioning", "Handset Management"). */
#include "access.h"
#include "dialplan_side.h"
#include "domain.h"
#include "num.h"
#include "phone.h"
#include "phone_id.h"
#include "phone_wait.h"

#define COMPANIES_MAX 500 /* in one scope */

/* What of a list could not be sent, nobody waits for. */
static int
gone(struct dialplan *d)
{
	return err_set(&d->err, ERR_IO, "the client is gone");
}

/* ---- lists ---- */

struct row {
	struct str mac, type;
	int64_t port, created;
};

static void
put_row(struct dialplan *d, const struct row *x)
{
	const struct phone_type *t = phone_type_find(d->types, x->type);
	char id[PHONE_ID_SIZE];

	phone_id_write(x->mac, x->port, id);
	jout_object(&d->j, NULL);
	jout_strz(&d->j, "phoneid", id);
	jout_str(&d->j, "phone_type", x->type);
	jout_str(&d->j, "type", t != NULL ? t->name : x->type);
	jout_int(&d->j, "created", x->created / 1000);
}

static int
end_list(struct dialplan *d, int64_t n)
{
	jout_end(&d->j);
	jout_int(&d->j, "numrows", n);
	dialplan_end(d);
	return 0;
}

static int64_t
put_waiting(struct dialplan *d, const struct waiting_phone *w)
{
	struct row x = {.mac = w->mac, .type = w->type, .created = w->created};

	for (; x.port < w->ports; x.port++) {
		put_row(d, &x);
		jout_end(&d->j);
	}
	return w->ports;
}

int
dialplan_inactive(struct dialplan *d)
{
	char after[PHONE_MAC_SIZE] = "";
	struct waiting_phone *page;
	int64_t rows = 0;
	size_t n;

	dialplan_begin(d);
	jout_array(&d->j, "values");
	do {
		struct arena_mark m = arena_mark(d->r->arena);
		struct str at = str_of(after);

		if (phone_wait_list(&d->q, &at, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			rows += put_waiting(d, &page[i]);
		str_copy(after, sizeof(after), at);
		arena_reset(d->r->arena, m);
	} while (after[0] != '\0' && !d->out->gone);
	return d->out->gone ? gone(d) : end_list(d, rows);
}

/* The companies that are asked for; n 0: all. */
struct companies {
	int64_t *list;
	size_t n;
};

static bool
has(const struct companies *c, int64_t domain)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->list[i] == domain)
			return true;
	return c->n == 0;
}

/* Is one named?  What is neither text nor null names one that is none: it must
 * not go to default, nor be taken for no condition. */
static bool
is_named(const struct json *company)
{
	enum json_kind kind = json_kind(company);

	return kind == JSON_STRING ? json_text(company).len > 0
				   : kind != JSON_NONE && kind != JSON_NULL;
}

/* 1, 0 one of them is none, -1. */
static int
read_companies(struct dialplan *d, struct companies *out)
{
	const struct json *v = json_member(d->scope, "company");
	bool many = json_kind(v) == JSON_ARRAY;
	size_t n = many ? json_length(v) : is_named(v);
	int rc = 1;

	*out = (struct companies){0};
	if (n > COMPANIES_MAX)
		return err_set(&d->err, ERR_LIMIT, "too many companies");
	out->list = arena_array(d->r->arena, n + 1, sizeof(*out->list));
	if (out->list == NULL)
		return err_set(&d->err, ERR_LIMIT, "no room for companies");
	for (; rc > 0 && out->n < n; out->n++)
		rc = dialplan_company(d,
		    json_text(many ? json_item(v, out->n) : v),
		    &out->list[out->n]);
	return rc;
}

static int64_t
put_active(struct dialplan *d, const struct companies *only,
    const struct phone_port *p)
{
	struct row x = {.mac = p->mac,
	    .type = p->type,
	    .port = p->port,
	    .created = p->created};

	if (p->domain_id == 0 || !has(only, p->domain_id))
		return 0;
	put_row(d, &x);
	jout_str(&d->j, "company", dialplan_name(d, p->domain_id, p->domain));
	jout_end(&d->j);
	return 1;
}

int
dialplan_active(struct dialplan *d)
{
	struct companies only;
	struct phone_port *page;
	int64_t after = 0, rows = 0;
	size_t n;
	int rc = read_companies(d, &only);

	if (rc <= 0)
		return rc < 0 ? -1 : dialplan_fail(d, "No such company");
	dialplan_begin(d);
	jout_array(&d->j, "values");
	do {
		struct arena_mark m = arena_mark(d->r->arena);

		if (phone_list(&d->q, &after, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			rows += put_active(d, &only, &page[i]);
		arena_reset(d->r->arena, m);
	} while (after != 0 && !d->out->gone);
	return d->out->gone ? gone(d) : end_list(d, rows);
}

int
dialplan_readtypes(struct dialplan *d)
{
	dialplan_begin(d);
	jout_int(&d->j, "numrows", (int64_t)d->types->n);
	jout_array(&d->j, "values");
	for (size_t i = 0; i < d->types->n; i++) {
		const struct phone_type *t = &d->types->list[i];

		jout_object(&d->j, NULL);
		jout_str(&d->j, "phone_type", t->key);
		jout_str(&d->j, "pgroup", t->vendor);
		jout_str(&d->j, "description", t->name);
		jout_end(&d->j);
	}
	jout_end(&d->j);
	dialplan_end(d);
	return 0;
}

/* ---- changes ---- */

/* Members of scope and values; an absent one is empty. */
static struct str
text_of(const struct json *object, const char *name)
{
	return json_text(json_member(object, name));
}

/* The company of values; without one otherwise (NULL: it has to be named).  1,
 * 0 it was refused, -1. */
static int
need_company(struct dialplan *d, const char *otherwise, int64_t *id)
{
	const struct json *v = json_member(d->values, "company");
	bool named = is_named(v);
	int rc;

	if (!named && otherwise == NULL) {
		(void)dialplan_fail(d, "No company given");
		return 0;
	}
	rc = dialplan_company(d, named ? json_text(v) : str_of(otherwise), id);
	if (rc == 0)
		(void)dialplan_fail(d, "No such company");
	return rc;
}

int
dialplan_promote(struct dialplan *d)
{
	char mac[PHONE_MAC_SIZE];
	int64_t port, company, rows;
	int rc;

	if (!phone_id_read(text_of(d->scope, "phoneid"), mac, &port))
		return dialplan_fail(d, "Invalid phone id");
	rc = need_company(d, DOMAIN_DEFAULT, &company);
	if (rc <= 0)
		return rc;
	return phone_promote(&d->q, str_of(mac), company, &rows) < 0
		   ? -1
		   : dialplan_rows(d, rows);
}

int
dialplan_demote(struct dialplan *d)
{
	char mac[PHONE_MAC_SIZE];
	int64_t port, rows;

	if (!phone_id_read(text_of(d->scope, "phoneid"), mac, &port))
		return dialplan_fail(d, "Invalid phone id");
	return phone_wait_remove(&d->q, str_of(mac), &rows) < 0
		   ? -1
		   : dialplan_rows(d, rows);
}

/* A MAC address, or if that is empty the id of a port. */
static bool
read_phone(const struct json *object, char mac[PHONE_MAC_SIZE], int64_t *port)
{
	struct str text = text_of(object, "mac");

	*port = -1;
	if (text.len > 0)
		return phone_mac_read(text, mac);
	return phone_id_read(text_of(object, "phoneid"), mac, port);
}

/* As a number or as text; leaves *port if it is not told. */
static bool
read_port(const struct json *object, int64_t *port)
{
	const struct json *v = json_member(object, "port");
	struct str text = json_text(v);

	if (json_kind(v) == JSON_NONE || json_kind(v) == JSON_NULL ||
	    (json_kind(v) == JSON_STRING && text.len == 0))
		return true;
	if (json_kind(v) == JSON_STRING)
		return num_parse(text, 0, PHONE_PORT_MAX, port);
	*port = json_number(v, -1);
	return *port >= 0 && *port <= PHONE_PORT_MAX;
}

/* Where each port is now, by its number. */
static int
answer_moved(struct dialplan *d, const struct phone_moved *m)
{
	char number[8];

	dialplan_begin(d);
	jout_int(&d->j, "numrows", m->moved);
	jout_object(&d->j, "company");
	for (size_t i = 0; i < m->n; i++) {
		const struct phone_port *p = &m->list[i];

		number[num_put(number, (uint64_t)p->port, 1) - number] = '\0';
		jout_str(
		    &d->j, number, dialplan_name(d, p->domain_id, p->domain));
	}
	jout_end(&d->j);
	dialplan_end(d);
	return 0;
}

int
dialplan_assign(struct dialplan *d)
{
	char mac[PHONE_MAC_SIZE];
	const struct json *source = json_member(d->scope, "company");
	struct phone_move in = {.verify = is_named(source)};
	struct phone_moved moved;
	int rc;

	if (!read_phone(d->scope, mac, &in.port) ||
	    !read_port(d->scope, &in.port))
		return dialplan_fail(d, "Invalid phone id");
	in.mac = str_of(mac);
	rc = need_company(d, NULL, &in.to);
	/* A company that is none is where no port is. */
	if (rc > 0 && in.verify &&
	    dialplan_company(d, json_text(source), &in.from) < 0)
		rc = -1;
	if (rc <= 0)
		return rc;
	return phone_assign(&d->q, &in, &moved) < 0 ? -1
						    : answer_moved(d, &moved);
}

int
dialplan_create(struct dialplan *d)
{
	char mac[PHONE_MAC_SIZE];
	struct phone_new in = {.name = text_of(d->values, "name")};
	int64_t port;
	int rc;

	if (!read_phone(d->values, mac, &port))
		return dialplan_fail(d, "Invalid phone id");
	in.mac = str_of(mac);
	in.type = phone_type_find(d->types, text_of(d->values, "phone_type"));
	if (in.type == NULL)
		return dialplan_fail(d, "Unknown phone type");
	rc = need_company(d, DOMAIN_DEFAULT, &in.domain);
	if (rc <= 0)
		return rc;
	return phone_add(&d->q, &in) < 0 ? -1 : dialplan_rows(d, 1);
}
