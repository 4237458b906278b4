/* Messages about domains, access between them, and categories. */
#include "config.h"

#include "access.h"
#include "api_table.h"
#include "category.h"
#include "checks.h"
#include "domain.h"
#include "instance.h"
#include "login.h"
#include "rental.h"

#define CATEGORY_TYPE_MAX 16 /* bytes of a type of device */

/* ---- fields ---- */

enum { F_DOMAIN_ID, F_CATEGORY_NAME, F_CATEGORY_CONFIG };
enum {
	F_DOMAIN_NAME,
	F_DOMAIN_PASSWORD,
	F_DOMAIN_DEPLOY,
	F_DOMAIN_ADMIN,
	F_DOMAIN_SECONDARY,
	F_DOMAIN_SELF
};
enum { F_ID };
enum { F_CATEGORIES_TYPE = 1 };
enum { F_DOMAINS_UPDATES };
enum { F_TARGET_ID = 1, F_GRANT_READ_ONLY, F_GRANT_ENDS };
enum { F_PASSWORD, F_INSTANCE_ONLY };

/* clang-format off */
static const struct field f_add_category[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 1, ID_MAX),
    [F_CATEGORY_NAME] = NEED_TEXT("name", 1, CATEGORY_NAME_MAX),
    [F_CATEGORY_CONFIG] = BOOL("config"),
};

static const struct field f_add_domain[] = {
    [F_DOMAIN_NAME] = NEED_TEXT("name", 1, DOMAIN_NAME_MAX),
    [F_DOMAIN_PASSWORD] = TEXT("password", 0, LOGIN_PASSWORD_MAX),
    [F_DOMAIN_DEPLOY] = BOOL("deployAdminPasswords"),
    [F_DOMAIN_ADMIN] = TEXT("adminPasswords", 1, DOMAIN_ADMIN_MAX),
    [F_DOMAIN_SECONDARY] = BOOL("secondary"),
};

static const struct field f_id[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
};

static const struct field f_edit_category[] = {
    [F_ID] = NEED_NUMBER("id", 1, ID_MAX),
    [F_CATEGORY_NAME] = TEXT("name", 1, CATEGORY_NAME_MAX),
    [F_CATEGORY_CONFIG] = BOOL("config"),
};

static const struct field f_edit_domain[] = {
    [F_DOMAIN_NAME] = TEXT("name", 1, DOMAIN_NAME_MAX),
    [F_DOMAIN_PASSWORD] = TEXT("password", 0, LOGIN_PASSWORD_MAX),
    [F_DOMAIN_DEPLOY] = BOOL("deployAdminPasswords"),
    [F_DOMAIN_ADMIN] = TEXT("adminPasswords", 1, DOMAIN_ADMIN_MAX),
    [F_DOMAIN_SECONDARY] = BOOL("secondary"),
    [F_DOMAIN_SELF] = NEED_NUMBER("id", 1, ID_MAX),
};

static const struct field f_domain_id[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
};

static const struct field f_categories[] = {
    [F_DOMAIN_ID] = NUMBER("domainId", 1, ID_MAX),
    [F_CATEGORIES_TYPE] = TEXT("type", 1, CATEGORY_TYPE_MAX),
};

static const struct field f_domains[] = {
    [F_DOMAINS_UPDATES] = BOOL("recvUpdates"),
};

static const struct field f_grant[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_TARGET_ID] = NEED_NUMBER("targetId", 1, ID_MAX),
    [F_GRANT_READ_ONLY] = BOOL("readOnly"),
    [F_GRANT_ENDS] = NUMBER("ends", 0, INT64_MAX),
};

static const struct field f_access[] = {
    [F_DOMAIN_ID] = NEED_NUMBER("domainId", 1, ID_MAX),
    [F_TARGET_ID] = NEED_NUMBER("targetId", 1, ID_MAX),
};

static const struct field f_password[] = {
    [F_PASSWORD] = NEED_TEXT("password", 1, LOGIN_PASSWORD_MAX),
    [F_INSTANCE_ONLY] = BOOL("instanceOnly"),
};
/* clang-format on */

/* ---- domains ---- */

static int
put_domains(struct call *c, bool *last)
{
	struct domain *list;
	size_t n;

	if (domain_list(&c->q, c->cursor.at.after, false, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (api_item(c) &&
		    domain_json(&c->q, &c->reply->j, NULL, &list[i]) < 0)
			return -1;
	if (n > 0)
		c->cursor.at.after = list[n - 1].id;
	*last = n < DOMAIN_PAGE;
	return 0;
}

static int
get_domains(struct call *c)
{
	if (c->app != NULL && !c->app->resumed && c->v[F_DOMAINS_UPDATES].truth)
		return api_subscribe(c, "domains", 0);
	return api_list(c, "domains", put_domains);
}

struct values {
	struct domain_change change;
	bool admin_random;
};

/* The error is about this field. */
static int
refuse(struct call *c, const char *field)
{
	reply_error(c->reply, c->q.err->say, field);
	c->refused = true;
	return 0;
}

/* The name of the field that is wrong, NULL if none is. */
static const char *
wrong_field(struct call *c)
{
	const struct value *name = &c->v[F_DOMAIN_NAME];
	const struct value *password = &c->v[F_DOMAIN_PASSWORD];
	const struct value *admin = &c->v[F_DOMAIN_ADMIN];
	struct err *e = c->q.err;

	if (name->given && check_domain_name(name->text, e) < 0)
		return "name";
	if (password->given && password->text.len > 0 &&
	    check_password(password->text, e) < 0)
		return "password";
	if (!admin->given || str_eqz(admin->text, "random") ||
	    str_eqz(admin->text, "domain"))
		return NULL;
	(void)err_say(e, ERR_INPUT, "adminPasswords: domain or random");
	return "adminPasswords";
}

static void
read_change(const struct call *c, struct values *x)
{
	const struct value *name = &c->v[F_DOMAIN_NAME];
	const struct value *password = &c->v[F_DOMAIN_PASSWORD];
	const struct value *deploy = &c->v[F_DOMAIN_DEPLOY];
	const struct value *admin = &c->v[F_DOMAIN_ADMIN];
	const struct value *secondary = &c->v[F_DOMAIN_SECONDARY];

	*x = (struct values){0};
	if (name->given)
		x->change.name = &name->text;
	if (password->given)
		x->change.password = &password->text;
	if (deploy->given)
		x->change.deploy = &deploy->truth;
	if (secondary->given)
		x->change.secondary = &secondary->truth;
	x->admin_random = str_eqz(admin->text, "random");
	if (admin->given)
		x->change.admin_random = &x->admin_random;
}

static int
add_domain(struct call *c)
{
	const char *wrong = wrong_field(c);
	struct values x;
	int64_t id;

	if (wrong != NULL)
		return refuse(c, wrong);
	read_change(c, &x);
	x.change.name = NULL;
	if (domain_add(&c->q, c->v[F_DOMAIN_NAME].text, &x.change, &id) < 0)
		return -1;
	return api_done_id(c, id);
}

static int
edit_domain(struct call *c)
{
	const char *wrong = wrong_field(c);
	int64_t id = c->v[F_DOMAIN_SELF].number;
	struct values x;
	struct domain d = {0};

	if (wrong != NULL)
		return refuse(c, wrong);
	read_change(c, &x);
	if (domain_get(&c->q, id, &d) < 0 ||
	    domain_edit(&c->q, id, &x.change) < 0)
		return -1;
	reply_open(c->reply);
	/* Two passwords open everything; this has changed one of them. */
	if (x.change.password != NULL && d.is_instance)
		jout_strz(&c->reply->j, "instancePassword", "unchanged");
	reply_close(c->reply);
	return 0;
}

static int
delete_domain(struct call *c)
{
	if (domain_remove(&c->q, c->v[F_ID].number, rental_may_remove) < 0)
		return -1;
	return api_done(c);
}

static int
set_instance_password(struct call *c)
{
	static const char *const words[] = {
	    [INSTANCE_DOMAIN_CHANGED] = "changed",
	    [INSTANCE_DOMAIN_DIFFERS] = "unchanged",
	    [INSTANCE_DOMAIN_NONE] = "none"};
	struct instance_password done;

	if (domain_instance_password(&c->q, c->v[F_PASSWORD].text,
		c->v[F_INSTANCE_ONLY].truth, &done) < 0)
		return -1;
	reply_open(c->reply);
	jout_strz(&c->reply->j, "domainPassword", words[done.domain]);
	jout_int(&c->reply->j, "devices", done.devices);
	reply_close(c->reply);
	return 0;
}

/* ---- access ---- */

static int
grant_access(struct call *c)
{
	const struct grant g = {.domain = c->v[F_DOMAIN_ID].number,
	    .target = c->v[F_TARGET_ID].number,
	    .read_only = c->v[F_GRANT_READ_ONLY].truth,
	    .ends = c->v[F_GRANT_ENDS].number};

	if (domain_grant(&c->q, &g) < 0)
		return -1;
	return api_done(c);
}

static int
revoke_access(struct call *c)
{
	if (domain_revoke(
		&c->q, c->v[F_DOMAIN_ID].number, c->v[F_TARGET_ID].number) < 0)
		return -1;
	return api_done(c);
}

static int
get_access(struct call *c)
{
	struct jout *j = &c->reply->j;
	struct grant *list;
	size_t n;

	if (domain_access(&c->q, c->v[F_DOMAIN_ID].number, &list, &n) < 0)
		return -1;
	reply_open(c->reply);
	jout_array(j, "domainIds");
	for (size_t i = 0; i < n; i++)
		jout_int(j, NULL, list[i].target);
	jout_end(j);
	jout_array(j, "grants");
	for (size_t i = 0; i < n; i++) {
		jout_object(j, NULL);
		jout_int(j, "targetId", list[i].target);
		jout_bool(j, "readOnly", list[i].read_only);
		jout_int(j, "ends", list[i].ends);
		jout_end(j);
	}
	jout_end(j);
	reply_close(c->reply);
	return 0;
}

/* ---- categories ---- */

/* The domain given, else that of the login. */
int
api_subscribe(struct call *c, const char *topic, int64_t domain)
{
	struct str src = c->reply->src;
	const char *text, *which = "";

	if (domain != 0) {
		if (access_need(c->q.who, domain, c->q.err) < 0)
			return -1;
		which = arena_printf(
		    c->q.arena, ",\"domains\":[%lld]", (long long)domain);
	}
	text = which == NULL
		   ? NULL
		   : arena_printf(c->q.arena, "{\"topic\":\"%s\"%s%s%.*s}",
			 topic, which, src.len > 0 ? ",\"src\":" : "",
			 (int)src.len, src.len > 0 ? src.p : "");
	if (text == NULL)
		return err_set(c->q.err, ERR_LIMIT, "subscription");
	c->app->subscribe = str_of(text);
	c->app->more = true;
	return 0;
}

int
api_home(struct call *c, const struct value *given, int64_t *id)
{
	struct instance in;

	*id = given->given ? given->number : c->q.who->home;
	if (*id > 0)
		return 0;
	if (instance_get(&c->q, &in) < 0)
		return -1;
	*id = in.domain_id;
	return 0;
}

struct list {
	const struct category *all;
	size_t n;
	bool just_config; /* only those usable for provisioning */
};

static int
put_categories(struct call *c, bool *last)
{
	const struct list *l = c->list_arg;

	for (size_t i = 0; i < l->n; i++)
		if ((l->all[i].config || !l->just_config) && api_item(c))
			category_json(&c->reply->j, NULL, &l->all[i], true);
	*last = true;
	return 0;
}

/* Categories that a domain has, all or those of phones. */
typedef int read_categories(
    struct ask *q, int64_t domain, struct category **out, size_t *n);

static int
list_categories(struct call *c, bool just_config, read_categories *read)
{
	struct list l = {.just_config = just_config};
	struct category *all;
	int64_t domain;

	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0 ||
	    read(&c->q, domain, &all, &l.n) < 0)
		return -1;
	l.all = all;
	c->list_arg = &l;
	return api_list(c, "categories", put_categories);
}

static int
get_categories(struct call *c)
{
	return list_categories(c, false, category_list);
}

static int
get_provisioning_categories(struct call *c)
{
	bool phones = str_eqz(c->v[F_CATEGORIES_TYPE].text, "PHONE");

	return list_categories(
	    c, true, phones ? config_phone_categories : category_list);
}

static int
add_category(struct call *c)
{
	int64_t domain, id;

	if (api_home(c, &c->v[F_DOMAIN_ID], &domain) < 0 ||
	    category_add(&c->q, domain, c->v[F_CATEGORY_NAME].text,
		c->v[F_CATEGORY_CONFIG].truth, &id) < 0)
		return -1;
	return api_done_id(c, id);
}

static int
edit_category(struct call *c)
{
	const struct value *name = &c->v[F_CATEGORY_NAME];
	const struct value *config = &c->v[F_CATEGORY_CONFIG];

	if (category_edit(&c->q, c->v[F_ID].number,
		name->given ? &name->text : NULL,
		config->given ? &config->truth : NULL) < 0)
		return -1;
	return api_done(c);
}

static int
delete_category(struct call *c)
{
	if (category_remove(&c->q, c->v[F_ID].number) < 0)
		return -1;
	return api_done(c);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {LOGIN("AddCategory"), CHANGES, FIELDS(f_add_category), .run = add_category},
    {ADMIN("AddDomain"), CHANGES, FIELDS(f_add_domain), .run = add_domain},
    {LOGIN("DeleteCategory"), CHANGES, FIELDS(f_id), .run = delete_category},
    {ADMIN("DeleteDomain"), CHANGES, FIELDS(f_id), .run = delete_domain},
    {LOGIN("EditCategory"), CHANGES, FIELDS(f_edit_category), .run = edit_category},
    {LOGIN("EditDomain"), CHANGES, FIELDS(f_edit_domain), .run = edit_domain},
    {ADMIN("GetAccess"), READS, ARRAY("domainIds"), FIELDS(f_domain_id), .run = get_access},
    {LOGIN("GetCategories"), READS, LIST("categories"), FIELDS(f_categories), .run = get_categories},
    {LOGIN("GetDomains"), READS, LIST("domains"), FIELDS(f_domains), .run = get_domains},
    {LOGIN("GetProvisioningCategories"), READS, LIST("categories"), FIELDS(f_categories), .run = get_provisioning_categories},
    {ADMIN("GrantAccess"), CHANGES, FIELDS(f_grant), .run = grant_access},
    {ADMIN("RevokeAccess"), CHANGES, FIELDS(f_access), .run = revoke_access},
    {ADMIN("SetInstancePassword"), CHANGES, FIELDS(f_password), .run = set_instance_password},
};
/* clang-format on */

const struct api_table api_domain = {messages, COUNT(messages)};
