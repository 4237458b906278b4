/*
 * API keys (account.h, second half).  Only the hash of a secret is kept: it is
 * 190 random bits, so a plain SHA-256 is enough.
 */
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "account.h"
#include "ask.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "db.h"
#include "ids.h"
#include "load.h"
#include "login.h"
#include "must.h"
#include "rights.h"

#define SECRET_LEN 32

int
key_list(struct ask *q, int64_t account, struct api_key **out, size_t *n)
{

	*n = 0;
	*out = NULL;
	if (access_admin(q->who, q->err) < 0)
		return -1;
	return load_list(
	    ask_loader(q), STMT_KEYS, ARGS(A_INT(account)), load_key, out, n);
}

static int
by_id(struct ask *q, int64_t id, struct api_key *out)
{
	return load_one(
	    ask_loader(q), STMT_KEY_BY_ID, ARGS(A_INT(id)), load_key, out);
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct api_key k;
	int rc = change_found(by_id(q, id, &k), out);

	(void)key;
	return rc <= 0 ? rc
		       : change_values(q,
			     PAIRS(P_STR("name", k.name),
				 P_INT("account", k.account),
				 P_BOOL("revoked", k.revoked)),
			     out);
}

static const struct change_kind key_kind = {.look = look};

static int
add(struct ask *q, int64_t account, struct str name, struct str secret,
    int64_t *id)
{
	unsigned char hash[CRYPTO_HASH_MAX];
	struct crypto_hash h;
	struct account x;
	int64_t rev;
	int rc = account_get(q, account, &x);

	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such account");
	if (rc < 0 || change_rev(q, &rev) < 0)
		return -1;
	crypto_hash_init(&h, CRYPTO_SHA256);
	crypto_hash_add(&h, secret);
	must(crypto_hash_end(&h, hash) == sizeof(hash));
	if (ids_draw(q, IDS_KEY, id) < 0 ||
	    change_touch(q, &key_kind, *id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_KEY_ADD,
		ARGS(A_INT(*id), A_INT(account), A_STR(name),
		    A_BLOB(str_n(hash, sizeof(hash))), A_INT(clock_now_ms()),
		    A_INT(rev)),
		q->err) < 0)
		return -1;
	return change_say(q, "key.add", name,
	    PAIRS(P_INT("id", *id), P_INT("account", account),
		P_STR("accountName", x.name)));
}

int
key_add(struct ask *q, int64_t account, struct str name, int64_t *id,
    char text[KEY_TEXT_SIZE])
{
	char secret[SECRET_LEN + 1];
	int rc;

	text[0] = '\0';
	if (access_admin(q->who, q->err) < 0 ||
	    check_name(name, KEY_NAME_MAX, q->err) < 0 || change_begin(q) < 0)
		return -1;
	crypto_token(secret, SECRET_LEN);
	rc = change_end(q, add(q, account, name, str_of(secret), id));
	if (rc == 0)
		(void)snprintf(text, KEY_TEXT_SIZE, LOGIN_KEY_PREFIX "%lld_%s",
		    (long long)*id, secret);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

static int
rename_key(struct ask *q, int64_t id, struct str name)
{
	char on[24];
	int rc;

	if (change_touch(q, &key_kind, id, STR("")) < 0)
		return -1;
	rc = db_run(q->core->store, STMT_KEY_RENAME,
	    ARGS(A_INT(id), A_STR(name)), q->err);

	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such key");
	if (rc < 0)
		return -1;
	(void)snprintf(on, sizeof(on), "%lld", (long long)id);
	return change_say(q, "key.edit", str_of(on), PAIRS_NONE);
}

int
key_rename(struct ask *q, int64_t id, struct str name)
{
	if (access_admin(q->who, q->err) < 0 ||
	    check_name(name, KEY_NAME_MAX, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, rename_key(q, id, name));
}

static int
revoke(struct ask *q, int64_t id)
{
	char on[24];
	int rc;

	if (access_admin(q->who, q->err) < 0 ||
	    change_touch(q, &key_kind, id, STR("")) < 0)
		return -1;
	rc = db_run(q->core->store, STMT_KEY_REVOKE, ARGS(A_INT(id)), q->err);
	if (rc == 0)
		return err_set(q->err, ERR_GONE, "no such key");
	if (rc < 0 || rights_end(q, "key", id) < 0)
		return -1;
	(void)snprintf(on, sizeof(on), "%lld", (long long)id);
	return change_say(q, "key.remove", str_of(on), PAIRS_NONE);
}

int
key_remove(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, revoke(q, id));
}
