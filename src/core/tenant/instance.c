#include "instance.h"

#include <string.h>

#include "ask.h"
#include "audit.h"
#include "change.h"
#include "column.h"
#include "db.h"
#include "load.h"
#include "secret.h"
#include "setting.h"

static void
load_instance(const struct row *row, struct arena *a, void *out)
{
	struct instance *x = out;

	*x = (struct instance){
	    .name = row_dup(row, INSTANCE_NAME, a),
	    .domain_id = row_int(row, INSTANCE_DOMAIN_ID),
	    .domain = row_dup(row, INSTANCE_DOMAIN, a),
	    .epoch = row_int(row, INSTANCE_EPOCH),
	};
}

int
instance_get(struct ask *q, struct instance *out)
{
	int rc = load_one(
	    ask_loader(q), STMT_INSTANCE, ARGS_NONE, load_instance, out);

	return err_need(
	    rc, q->err, ERR_GONE, "the instance was not initialised");
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
	struct buf plain;
	struct err why = {0};
	struct ask as = {
	    .core = q->core, .arena = q->arena, .who = q->who, .err = &why};
	char place[32];
	int rc =
	    db_first(q->core->store, STMT_SECRETS, ARGS_NONE, &row, q->err);

	for (; rc > 0; rc = db_next(row, q->err)) {
		str_copy(place, sizeof(place), row_str(row, SECRETS_PLACE));
		if (secret_open_text(&as, place, row_int(row, SECRETS_ID),
			row_str(row, SECRETS_SEALED), &plain) < 0)
			complain(c, place, row_int(row, SECRETS_ID));
		buf_wipe(&plain);
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
