#include "login.h"

#include <stdio.h>
#include <string.h>

#include "applogin.h"
#include "ask.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "hubwire.h"
#include "load.h"
#include "must.h"
#include "num.h"
#include "secret.h"

#define KEY_SECRET_LEN 32
#define DAY_MS         (24 * 60 * 60 * 1000LL)

_Static_assert(LOGIN_PASSWORD_MAX == SECRET_MAX, "one limit of passwords");

/* ---- passwords of the instance and of domains ---- */

static void
fill(struct login_candidate *out)
{
	memset(out, 0, sizeof(*out));
	crypto_token(out->password, KEY_SECRET_LEN);
}

static int
add_candidate(struct ask *q, struct login_candidate *out, const char *place,
    int64_t id, struct str sealed)
{
	struct secret s;

	if (secret_open(q, place, id, sealed, &s) < 0)
		return -1;
	if (s.len > 0)
		memcpy(out->password, s.text, s.len + 1);
	secret_wipe(&s);
	return 0;
}

static int
add_instance(struct ask *q, struct login_candidate *out)
{
	struct row *row;
	int rc =
	    db_first(q->core->store, STMT_INSTANCE, ARGS_NONE, &row, q->err);

	if (rc > 0) {
		out->epoch = row_int(row, INSTANCE_EPOCH);
		str_copy(out->cred, sizeof(out->cred), STR("instance"));
		if (add_candidate(q, out, SECRET_INSTANCE, 1,
			row_str(row, INSTANCE_SECRET)) < 0)
			rc = -1;
	}
	db_done(row);
	return rc < 0 ? -1 : 0;
}

static int
add_domain(struct ask *q, int64_t id, struct login_candidate *out)
{
	struct row *row;
	int rc = db_first(
	    q->core->store, STMT_DOMAIN_SECRET, ARGS(A_INT(id)), &row, q->err);

	if (rc > 0 && !row_null(row, DOMAIN_SECRET_PASSWORD)) {
		out->epoch = row_int(row, DOMAIN_SECRET_EPOCH);
		(void)snprintf(
		    out->cred, sizeof(out->cred), "domain:%lld", (long long)id);
		if (add_candidate(q, out, SECRET_DOMAIN, id,
			row_str(row, DOMAIN_SECRET_PASSWORD)) < 0)
			rc = -1;
	}
	db_done(row);
	return rc < 0 ? -1 : 0;
}

int
login_candidates(struct ask *q, struct str domain,
    struct login_candidate out[LOGIN_CANDIDATES])
{
	struct row *row;
	int64_t id = 0;
	bool instance = false;
	int rc;

	for (int i = 0; i < LOGIN_CANDIDATES; i++)
		fill(&out[i]);
	rc = db_first(q->core->store, STMT_DOMAIN_BY_NAME, ARGS(A_STR(domain)),
	    &row, q->err);
	if (rc > 0) {
		id = row_int(row, DOMAIN_LOGIN_ID);
		instance = row_bool(row, DOMAIN_LOGIN_INSTANCE);
	}
	db_done(row);
	if (rc <= 0)
		return rc;
	/* The vendor's order: instance password first. */
	if (instance && add_instance(q, &out[0]) < 0)
		return -1;
	return add_domain(q, id, &out[1]);
}

void
login_wipe(struct login_candidate out[LOGIN_CANDIDATES])
{
	explicit_bzero(out, LOGIN_CANDIDATES * sizeof(*out));
}

/* ---- API keys ---- */

/* "flk_<id>_<secret>" */
static bool
parse_key(struct str bearer, int64_t *id, struct str *secret)
{
	struct str rest;
	size_t at;

	if (!str_starts(bearer, STR(LOGIN_KEY_PREFIX)))
		return false;
	rest = str_n(bearer.p + 4, bearer.len - 4);
	at = str_find(rest, '_');
	if (at >= rest.len || !num_parse(str_n(rest.p, at), 1, INT64_MAX, id))
		return false;
	*secret = str_n(rest.p + at + 1, rest.len - at - 1);
	return secret->len == KEY_SECRET_LEN;
}

static void
hash_of(struct str secret, unsigned char out[CRYPTO_HASH_MAX])
{
	struct crypto_hash h;

	crypto_hash_init(&h, CRYPTO_SHA256);
	crypto_hash_add(&h, secret);
	must(crypto_hash_end(&h, out) == CRYPTO_HASH_MAX);
}

int
login_key(struct ask *q, struct str bearer, struct actor *out)
{
	unsigned char hash[CRYPTO_HASH_MAX];
	struct str secret;
	int64_t id, used = 0, today = clock_now_ms() / DAY_MS * DAY_MS;
	int rc;

	if (!parse_key(bearer, &id, &secret))
		return 0;
	hash_of(secret, hash);
	rc = actor_key(q, id, str_n(hash, sizeof(hash)), &used, out);
	/* A login is a read: if somebody writes, the next one notes the day. */
	if (rc > 0 && used < today)
		(void)db_try(q->core->store, STMT_KEY_USED,
		    ARGS(A_INT(id), A_INT(today)));
	return rc;
}

/* ---- accounts ---- */

struct named {
	int64_t id;
	struct str hash; /* empty: no logins */
	int64_t epoch;
};

static void
load_named(const struct row *row, struct arena *a, void *out)
{
	struct named *x = out;

	x->id = row_int(row, ACCOUNT_NAMED_ID);
	x->hash = row_dup(row, ACCOUNT_NAMED_HASH, a);
	x->epoch = row_int(row, ACCOUNT_NAMED_EPOCH);
}

int
login_account(struct ask *q, struct str name, struct str password,
    struct login_found *out)
{
	struct named x = {0};
	int rc = load_one(ask_loader(q), STMT_ACCOUNT_BY_NAME,
	    ARGS(A_STR(name)), load_named, &x);

	if (rc < 0)
		return -1;
	if (!crypto_password_check(password, x.hash))
		return 0;
	*out = (struct login_found){x.id, x.epoch};
	return 1;
}

/* ---- apps ---- */

/* Without a domain: the instance password, and no domain's own. */
static int
app_candidates(struct ask *q, struct str domain,
    struct login_candidate out[LOGIN_CANDIDATES])
{
	if (domain.len > 0)
		return login_candidates(q, domain, out);
	for (int i = 0; i < LOGIN_CANDIDATES; i++)
		fill(&out[i]);
	return add_instance(q, &out[0]);
}

int
login_app(struct ask *q, struct str message, struct str challenge,
    struct actor *out, char session_key[LOGIN_SESSION_KEY_SIZE])
{
	struct login_candidate can[LOGIN_CANDIDATES];
	const struct json *v;
	const struct login_candidate *right = NULL;
	struct str domain;
	int rc = 0;

	session_key[0] = '\0';
	if (json_read(q->arena, message, HUBWIRE_MESSAGE_MAX, &v, q->err) < 0)
		return -1;
	domain = json_text(json_member(v, "domain"));
	if (app_candidates(q, domain, can) < 0)
		return -1;
	/* All are tried, so that time does not tell which one was right. */
	for (int i = LOGIN_CANDIDATES - 1; i >= 0; i--)
		if (applogin_check(
			v, message, challenge, str_of(can[i].password)) &&
		    can[i].cred[0] != '\0')
			right = &can[i];
	if (right != NULL) {
		applogin_session_key(
		    challenge, str_of(right->password), session_key);
		rc = actor_load(q, right->cred, right->epoch, out);
	}
	login_wipe(can);
	return rc;
}
