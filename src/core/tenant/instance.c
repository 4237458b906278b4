#include "instance.h"

#include <string.h>

#include "account.h"
#include "audit.h"
#include "change.h"
#include "column.h"
#include "db.h"
#include "domain.h"
#include "load.h"
#include "secret.h"
#include "setting.h"

/* ---- making it ---- */

static int
save_instance(
    struct ask *q, const struct conf *conf, int64_t domain, struct str password)
{
	struct buf sealed;
	int64_t rev;
	int rc;

	if (change_begin(q) < 0)
		return -1;
	rc = change_rev(q, &rev);
	secret_seal(q->core, SECRET_INSTANCE, 1, password, &sealed);
	if (rc == 0)
		rc = db_run(q->core->store, STMT_INSTANCE_ADD,
		    ARGS(A_STRZ(conf->name), A_INT(domain),
			A_BLOB(buf_view(&sealed)), A_INT(rev)),
		    q->err);
	buf_fini(&sealed);
	return change_end(q, rc);
}

/* An earlier run may have been killed half-way: each step is looked up. */
static int
make_domain(
    struct ask *q, const struct conf *conf, struct str password, int64_t *id)
{
	struct domain d;
	bool deploy = true;
	struct domain_change more = {.password = &password, .deploy = &deploy};
	int rc = domain_find(q, str_of(conf->domain), &d);

	if (rc == 0)
		return domain_add(q, str_of(conf->domain), &more, id);
	if (rc < 0)
		return -1;
	*id = d.id;
	return domain_edit(q, d.id, &more);
}

static int
make_admin(struct ask *q)
{
	struct account x;
	struct str name = STR("admin");
	enum role role = ROLE_SYSTEM_ADMIN;
	struct account_change in = {.name = &name, .role = &role};
	int64_t id = 0;
	int rc = account_get(q, 0, &x);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return account_add(q, &id, &in);
}

/* 1 made, 0 was complete, -1. */
static int
complete(struct ask *q, const struct conf *conf, struct str password)
{
	struct instance have;
	int64_t domain;
	int rc = instance_get(q, &have);

	if (rc == 0)
		return 0;
	if (q->err->kind != ERR_GONE)
		return -1;
	if (make_domain(q, conf, password, &domain) < 0 || make_admin(q) < 0 ||
	    save_instance(q, conf, domain, password) < 0)
		return -1;
	return 1;
}

int
instance_init(const struct conf *conf, char password[INSTANCE_PASSWORD_SIZE],
    struct err *e)
{
	struct core c;
	struct arena a;
	struct actor who;
	struct store *st;
	struct ask q = {.core = &c, .arena = &a, .who = &who, .err = e};
	int rc;

	password[0] = '\0';
	if (crypto_key_create(conf->key_file, e) < 0 ||
	    store_open(conf->database, true, &st, e) < 0)
		return -1;
	store_close(&st);
	if (core_open_files(&c, conf->database, conf->key_file, NULL, e) < 0)
		return -1;
	arena_init(&a, 1 << 20);
	actor_local(&who);
	crypto_token(password, INSTANCE_PASSWORD_LEN);
	rc = complete(&q, conf, str_of(password));
	if (rc <= 0)
		explicit_bzero(password, INSTANCE_PASSWORD_SIZE);
	arena_fini(&a);
	core_close(&c);
	return rc;
}

int
instance_get(struct ask *q, struct instance *out)
{
	struct row *row;
	int rc =
	    db_first(q->core->store, STMT_INSTANCE, ARGS_NONE, &row, q->err);

	if (rc > 0) {
		out->name = row_dup(row, INSTANCE_NAME, q->arena);
		out->domain_id = row_int(row, INSTANCE_DOMAIN_ID);
		out->domain = row_dup(row, INSTANCE_DOMAIN, q->arena);
		out->epoch = row_int(row, INSTANCE_EPOCH);
	}
	db_done(row);
	if (rc == 0)
		return err_set(
		    q->err, ERR_GONE, "the instance was not initialised");
	return rc < 0 ? -1 : 0;
}

/* ---- its password ---- */

int
instance_set_password(struct ask *q, struct str password)
{
	struct buf sealed;
	int64_t rev;
	int rc;

	if (change_rev(q, &rev) < 0)
		return -1;
	secret_seal(q->core, SECRET_INSTANCE, 1, password, &sealed);
	rc = db_run(q->core->store, STMT_INSTANCE_PASSWORD,
	    ARGS(A_BLOB(buf_view(&sealed)), A_INT(rev)), q->err);
	buf_fini(&sealed);
	if (rc < 0)
		return -1;
	orders_end(&q->core->orders, "instance", rev);
	return audit_add(q, &(struct audit_row){.what = "instance.password"});
}

static int
own_password(struct ask *q, struct secret *out)
{
	struct row *row;
	int rc =
	    db_first(q->core->store, STMT_INSTANCE, ARGS_NONE, &row, q->err);

	if (rc > 0 && secret_open(q, SECRET_INSTANCE, 1,
			  row_str(row, INSTANCE_SECRET), out) < 0)
		rc = -1;
	db_done(row);
	return rc;
}

static int
domain_password(struct ask *q, int64_t id, struct secret *out)
{
	struct row *row;
	int rc = db_first(
	    q->core->store, STMT_DOMAIN_SECRET, ARGS(A_INT(id)), &row, q->err);

	if (rc > 0 && secret_open(q, SECRET_DOMAIN, id,
			  row_str(row, DOMAIN_SECRET_PASSWORD), out) < 0)
		rc = -1;
	db_done(row);
	return rc;
}

int
instance_shares_password(struct ask *q, int64_t domain)
{
	struct secret instance = {0}, own = {0};
	int rc = own_password(q, &instance);

	if (rc > 0)
		rc = domain_password(q, domain, &own);
	if (rc > 0)
		rc = own.len > 0 &&
		     crypto_equal(secret_str(&instance), secret_str(&own));
	secret_wipe(&instance);
	secret_wipe(&own);
	return rc;
}

/* ---- copy and check ---- */

int
instance_backup(struct ask *q, const char *path)
{
	return store_backup(q->core->store, path, q->err);
}

int
instance_restored(struct ask *q, const char *from)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(
	    q, audit_add(q, &(struct audit_row){.what = "instance.restore",
				.on = str_of(from)}));
}

struct checker {
	void (*say)(void *arg, const char *finding);
	void *arg;
	int found;
};

static void
complain(struct checker *c, const char *place, int64_t row)
{
	struct buf b;

	buf_init(&b, 96);
	buf_printf(
	    &b, "secret %s of row %lld does not open", place, (long long)row);
	c->say(c->arg, b.data != NULL ? b.data : "secret does not open");
	buf_fini(&b);
	c->found++;
}

static void
complain_conf(struct checker *c, struct arena *a, const char *key,
    const char *here, struct str there)
{
	const char *text = arena_printf(a,
	    "fleetline.conf says [instance] %s = %s, the database is of %.*s",
	    key, here, (int)there.len, there.p);

	c->say(c->arg, text != NULL ? text : "fleetline.conf is of another");
	c->found++;
}

static int
check_rows(struct ask *q, struct checker *c)
{
	struct row *row;
	struct secret s;
	struct err why = {0};
	struct ask as = {
	    .core = q->core, .arena = q->arena, .who = q->who, .err = &why};
	char place[32];
	int rc =
	    db_first(q->core->store, STMT_SECRETS, ARGS_NONE, &row, q->err);

	for (; rc > 0; rc = db_next(row, q->err)) {
		str_copy(place, sizeof(place), row_str(row, SECRETS_PLACE));
		if (secret_open(&as, place, row_int(row, SECRETS_ID),
			row_str(row, SECRETS_SEALED), &s) < 0)
			complain(c, place, row_int(row, SECRETS_ID));
		secret_wipe(&s);
	}
	db_done(row);
	return rc;
}

/* Settings that are secrets: their table knows which. */
static void
check_settings(struct ask *q, struct checker *c)
{
	struct secret s;
	struct err why = {0};
	struct ask as = {
	    .core = q->core, .arena = q->arena, .who = q->who, .err = &why};

	for (const struct setting *t = setting_table; t->key != NULL; t++) {
		if (t->kind != SETTING_SECRET)
			continue;
		if (setting_get_secret(&as, t->key, &s) < 0)
			complain(c, t->key, 0);
		secret_wipe(&s);
	}
}

int
instance_check(
    struct ask *q, void (*say)(void *arg, const char *finding), void *arg)
{
	struct checker c = {say, arg, 0};
	int found = store_check(q->core->store, say, arg, q->err);

	if (found < 0 || check_rows(q, &c) < 0)
		return -1;
	check_settings(q, &c);
	return found + c.found;
}

static void
check_opens(struct ask *q, struct checker *c, const struct str *password)
{
	struct secret own = {0};
	struct err why = {0};
	struct ask as = {
	    .core = q->core, .arena = q->arena, .who = q->who, .err = &why};

	if (own_password(&as, &own) < 0) {
		c->say(c->arg, "the key is of another database");
		c->found++;
	} else if (password != NULL &&
		   !crypto_equal(secret_str(&own), *password)) {
		c->say(c->arg, "the password does not open the instance");
		c->found++;
	}
	secret_wipe(&own);
}

int
instance_check_start(struct ask *q, const struct conf *conf,
    const struct str *password, void (*say)(void *arg, const char *finding),
    void *arg)
{
	struct checker c = {say, arg, 0};
	struct instance in;

	if (instance_get(q, &in) < 0)
		return -1;
	if (!str_eqz(in.domain, conf->domain))
		complain_conf(&c, q->arena, "domain", conf->domain, in.domain);
	if (!str_eqz(in.name, conf->name))
		complain_conf(&c, q->arena, "name", conf->name, in.name);
	check_opens(q, &c, password);
	return c.found;
}
