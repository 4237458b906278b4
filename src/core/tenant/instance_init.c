/*
 * Making an instance (instance.h): its own domain and its first account are
 * made as any other, so this stands above them, and the rest does not.
 */
#include <string.h>

#include "account.h"
#include "change.h"
#include "db.h"
#include "domain.h"
#include "instance.h"
#include "secret.h"

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
