#include "rights.h"

#include <stdio.h>

#include "ask.h"
#include "change.h"
#include "db.h"
#include "load.h"
#include "must.h"

static void
cred_of(const char *kind, int64_t id, char out[ACTOR_CRED_SIZE])
{
	(void)snprintf(out, ACTOR_CRED_SIZE, "%s:%lld", kind, (long long)id);
}

int
rights_end(struct ask *q, const char *kind, int64_t id)
{
	char cred[ACTOR_CRED_SIZE];
	int64_t rev;

	must(q->core->changes != NULL && id >= 0);
	if (change_rev(q, &rev) < 0)
		return -1;
	cred_of(kind, id, cred);
	orders_end(&q->core->orders, cred, rev);
	return 0;
}

/* Rights of a cred as the open transaction sees them. */
static int
tell(struct ask *q, const char *kind, int64_t id)
{
	struct orders_sight sight;
	struct actor who;
	char cred[ACTOR_CRED_SIZE];
	int64_t rev;
	int rc;

	must(q->core->changes != NULL);
	cred_of(kind, id, cred);
	if (change_rev(q, &rev) < 0)
		return -1;
	rc = actor_now(q, cred, &who);
	if (rc > 0)
		sight = actor_sight(&who);
	if (rc > 0)
		orders_rights(&q->core->orders, cred, &sight, rev);
	else if (rc == 0)
		orders_end(&q->core->orders, cred, rev);
	return rc < 0 ? -1 : 0;
}

/* fn(q, id) for each id of a list. */
static int
each(struct ask *q, enum stmt s, int64_t of,
    int (*fn)(struct ask *q, int64_t id))
{
	int64_t *ids;
	size_t n;

	if (load_list(ask_loader(q), s, ARGS(A_INT(of)), load_id, &ids, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (fn(q, ids[i]) < 0)
			return -1;
	return 0;
}

static int
tell_key(struct ask *q, int64_t key)
{
	return tell(q, "key", key);
}

static int
end_key(struct ask *q, int64_t key)
{
	return rights_end(q, "key", key);
}

static int
tell_login(struct ask *q, int64_t login)
{
	return tell(q, ACTOR_LOGIN, login);
}

static int
end_login(struct ask *q, int64_t login)
{
	return rights_end(q, ACTOR_LOGIN, login);
}

int
rights_logins_end(struct ask *q, int64_t account)
{
	if (each(q, STMT_SIGNINS_OF, account, end_login) < 0)
		return -1;
	return db_do(
	    q->core->store, STMT_SIGNINS_CLEAR, ARGS(A_INT(account)), q->err);
}

int
rights_account(struct ask *q, int64_t account)
{
	if (tell(q, "account", account) < 0 ||
	    each(q, STMT_SIGNINS_OF, account, tell_login) < 0)
		return -1;
	return each(q, STMT_KEYS_ALIVE, account, tell_key);
}

int
rights_account_end(struct ask *q, int64_t account)
{
	if (rights_end(q, "account", account) < 0 ||
	    rights_logins_end(q, account) < 0)
		return -1;
	return each(q, STMT_KEYS_ALIVE, account, end_key);
}

int
rights_domain(struct ask *q, int64_t domain)
{
	if (tell(q, "domain", domain) < 0)
		return -1;
	return each(q, STMT_DOMAIN_ACCOUNTS, domain, rights_account);
}
