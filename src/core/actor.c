#include "actor.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "jout.h"
#include "load.h"
#include "must.h"
#include "num.h"
#include "role.h"

void
actor_local(struct actor *out)
{
	*out = (struct actor){.cred = "local", .admin = true, .account = -1};
}

void
actor_name_user(struct actor *who)
{
	struct passwd *user = getpwuid(getuid());
	size_t size = sizeof(who->unix_name);

	if (user != NULL)
		str_copy(who->unix_name, size, str_of(user->pw_name));
	else
		(void)snprintf(
		    who->unix_name, size, "%lld", (long long)getuid());
}

/* Own domain of the instance: where an administrator is at home. */
static int
load_home(struct ask *q, struct actor *who)
{
	struct row *row;
	int rc =
	    db_first(q->core->store, STMT_INSTANCE, ARGS_NONE, &row, q->err);

	if (rc > 0) {
		who->home = row_int(row, INSTANCE_DOMAIN_ID);
		if (strcmp(who->cred, "instance") == 0)
			who->epoch = row_int(row, INSTANCE_EPOCH);
	}
	db_done(row);
	return rc;
}

static int
load_instance_actor(struct ask *q, int64_t id, struct actor *who)
{
	(void)id;
	who->admin = true;
	return load_home(q, who);
}

/* A domain that is seen, or only looked at. */
struct seen {
	int64_t id;
	bool looks;
};

static void
load_seen(const struct row *row, struct arena *a, void *out)
{
	struct seen *x = out;

	(void)a;
	x->id = row_int(row, SIGHT_ID);
	x->looks = row_bool(row, SIGHT_LOOKS);
}

/* What was granted counts until it ends; of what is seen in two ways the better
 * one, which comes first. */
static int
load_sight(struct ask *q, enum stmt s, int64_t id, struct actor *who)
{
	struct seen *list;
	int64_t *domains;
	bool *looks;
	size_t n;

	if (load_list(ask_loader(q), s, ARGS(A_INT(id), A_INT(clock_now_ms())),
		load_seen, &list, &n) < 0)
		return -1;
	domains = arena_array(q->arena, n + 1, sizeof(*domains));
	looks = arena_array(q->arena, n + 1, sizeof(*looks));
	if (domains == NULL || looks == NULL)
		return err_set(q->err, ERR_LIMIT, "too many domains");
	who->ndomains = 0;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && list[i].id == list[i - 1].id)
			continue;
		domains[who->ndomains] = list[i].id;
		looks[who->ndomains++] = list[i].looks;
	}
	who->domains = domains;
	who->looks = looks;
	return 1;
}

/* Puts id in its place among the domains granted to it. */
static int
add_own(struct ask *q, struct actor *who, int64_t id)
{
	size_t n = who->ndomains, at = 0;
	int64_t *all = arena_array(q->arena, n + 1, sizeof(*all));
	bool *looks = arena_array(q->arena, n + 1, sizeof(*looks));

	if (all == NULL || looks == NULL)
		return err_set(q->err, ERR_LIMIT, "too many domains");
	while (at < n && who->domains[at] < id)
		at++;
	for (size_t i = 0; i < n; i++) {
		all[i + (i >= at)] = who->domains[i];
		looks[i + (i >= at)] = who->looks[i];
	}
	all[at] = id;
	who->domains = all;
	who->looks = looks;
	who->ndomains++;
	return 1;
}

static int
load_domain_actor(struct ask *q, int64_t id, struct actor *who)
{
	struct row *row;
	bool instance = false, password = false;
	int rc = db_first(
	    q->core->store, STMT_DOMAIN_BY_ID, ARGS(A_INT(id)), &row, q->err);

	if (rc > 0) {
		instance = row_bool(row, DOMAIN_LOGIN_INSTANCE);
		password = row_bool(row, DOMAIN_LOGIN_PASSWORD);
		who->epoch = row_int(row, DOMAIN_LOGIN_EPOCH);
	}
	db_done(row);
	if (rc <= 0 || !password)
		return rc < 0 ? -1 : 0;
	who->home = who->own = id;
	who->admin = instance;
	if (instance)
		return 1;
	rc = load_sight(q, STMT_ACCESS_TARGETS, id, who);
	return rc < 0 ? rc : add_own(q, who, id);
}

/* What an account may see, by its role; home: the instance's own domain. */
static int
set_role(struct ask *q, struct actor *who, enum role role, int64_t home)
{
	int rc;

	switch (role_reach(role)) {
	case ROLE_REACH_ALL:
		who->admin = true;
		who->home = home;
		return 1;
	case ROLE_REACH_DOMAINS:
		rc = load_sight(q, STMT_ACCOUNT_SIGHT, who->account, who);
		if (rc > 0 && who->ndomains > 0)
			who->home = who->domains[0];
		return rc;
	case ROLE_REACH_NOTHING:
		break;
	}
	return 1;
}

static int
load_account_actor(struct ask *q, int64_t id, struct actor *who)
{
	struct row *row;
	enum role role = ROLE_USER;
	int64_t home = 0;
	int rc = db_first(
	    q->core->store, STMT_ACCOUNT_LOGIN, ARGS(A_INT(id)), &row, q->err);

	if (rc > 0) {
		who->account = id;
		role = (enum role)row_int(row, ACCOUNT_LOGIN_ROLE);
		who->epoch = row_int(row, ACCOUNT_LOGIN_EPOCH);
		home = row_int(row, ACCOUNT_LOGIN_HOME);
		who->read_only = row_bool(row, ACCOUNT_LOGIN_READ_ONLY);
	}
	db_done(row);
	return rc > 0 ? set_role(q, who, role, home) : rc;
}

/* A thing that stands for an account: KEY_LOGIN or SIGNIN_LOGIN. */
struct deputy {
	enum stmt find;
	bool (*good)(const struct row *row, const struct deputy *d);
	const struct str *hash; /* of a key's secret; NULL: not asked */
	const struct actor_proof *proof; /* of a login; the same */
	int64_t *used;                   /* last use of a key, or NULL */
};

static int
stand_for(struct ask *q, int64_t id, const struct deputy *d, struct actor *who)
{
	struct row *row;
	enum role role = ROLE_USER;
	int64_t home = 0;
	bool good = false;
	int rc =
	    db_first(q->core->store, d->find, ARGS(A_INT(id)), &row, q->err);

	if (rc > 0) {
		good = d->good(row, d);
		who->epoch = row_int(row, DEPUTY_EPOCH);
		who->account = row_int(row, DEPUTY_ACCOUNT);
		role = (enum role)row_int(row, DEPUTY_ROLE);
		home = row_int(row, DEPUTY_HOME);
		who->read_only = row_bool(row, DEPUTY_READ_ONLY);
	}
	db_done(row);
	if (rc < 0 || !good)
		return rc < 0 ? -1 : 0;
	who->user = role_reach(role) == ROLE_REACH_NOTHING;
	return set_role(q, who, role, home);
}

/* What a session may live on: not on a mere user. */
static int
no_user(int rc, const struct actor *who)
{
	return rc > 0 && who->user ? 0 : rc;
}

static bool
is_key(const struct row *row, const struct deputy *d)
{
	if (d->used != NULL)
		*d->used = row_int(row, KEY_LOGIN_USED);
	return (d->hash == NULL ||
		   crypto_equal(row_str(row, KEY_LOGIN_HASH), *d->hash)) &&
	       !row_bool(row, KEY_LOGIN_REVOKED);
}

static int
load_key_actor(struct ask *q, int64_t id, struct actor *who)
{
	const struct deputy d = {.find = STMT_KEY_LOGIN, .good = is_key};

	return no_user(stand_for(q, id, &d, who), who);
}

int
actor_key(struct ask *q, int64_t id, struct str hash, int64_t *used,
    struct actor *out)
{
	const struct deputy d = {.find = STMT_KEY_LOGIN,
	    .good = is_key,
	    .hash = &hash,
	    .used = used};

	*out = (struct actor){.account = -1};
	(void)snprintf(out->cred, sizeof(out->cred), "key:%lld", (long long)id);
	return stand_for(q, id, &d, out);
}

/* Within a second or two clocks are set back all the time. */
#define SLACK_MS 2000

/* Is it still good? */
static bool
is_login(const struct row *row, const struct deputy *d)
{
	const struct actor_proof *proof = d->proof;
	int64_t now = clock_now_ms();

	if (proof != NULL &&
	    (!crypto_equal(row_str(row, SIGNIN_LOGIN_HASH), proof->hash) ||
		row_int(row, SIGNIN_LOGIN_KIND) != proof->kind))
		return false;
	return row_int(row, SIGNIN_LOGIN_UNTIL) > now &&
	       row_int(row, SIGNIN_LOGIN_CREATED) <= now + SLACK_MS;
}

int
actor_login(struct ask *q, int64_t id, const struct actor_proof *proof,
    struct actor *out)
{
	const struct deputy d = {
	    .find = STMT_SIGNIN_LOGIN, .good = is_login, .proof = proof};

	*out = (struct actor){.account = -1, .login = id};
	(void)snprintf(
	    out->cred, sizeof(out->cred), ACTOR_LOGIN ":%lld", (long long)id);
	return stand_for(q, id, &d, out);
}

static int
load_login_actor(struct ask *q, int64_t id, struct actor *who)
{
	const struct deputy d = {.find = STMT_SIGNIN_LOGIN, .good = is_login};

	who->login = id;
	return no_user(stand_for(q, id, &d, who), who);
}

void
actor_said(const struct actor *who, char out[ACTOR_CRED_SIZE])
{
	if (who->login > 0)
		(void)snprintf(out, ACTOR_CRED_SIZE, "account:%lld",
		    (long long)who->account);
	else
		str_copy(out, ACTOR_CRED_SIZE, str_of(who->cred));
}

/* By kind; the instance, which has no number, is kind 0. */
static const struct {
	struct str prefix;
	int (*load)(struct ask *q, int64_t id, struct actor *who);
} kinds[ACTOR_KINDS] = {
    {{"instance", 8}, load_instance_actor},
    {{"domain:", 7}, load_domain_actor},
    {{"account:", 8}, load_account_actor},
    {{"key:", 4}, load_key_actor},
    {{ACTOR_LOGIN ":", 6}, load_login_actor},
};

bool
actor_cred_read(const char *cred, unsigned *kind, int64_t *id)
{
	struct str text = str_of(cred), prefix;

	*kind = 0;
	*id = 0;
	if (str_eq(text, kinds[0].prefix))
		return true;
	for (unsigned i = 1; i < ACTOR_KINDS; i++) {
		prefix = kinds[i].prefix;
		if (!str_starts(text, prefix))
			continue;
		*kind = i;
		text = str_n(text.p + prefix.len, text.len - prefix.len);
		return num_parse(text, 0, INT64_MAX, id);
	}
	return false;
}

bool
actor_cred_write(unsigned kind, int64_t id, char cred[ACTOR_CRED_SIZE])
{
	must(kind < ACTOR_KINDS);
	if (kind == 0)
		str_copy(cred, ACTOR_CRED_SIZE, kinds[0].prefix);
	else
		(void)snprintf(cred, ACTOR_CRED_SIZE, "%s%lld",
		    kinds[kind].prefix.p, (long long)id);
	return kind > 0 || id == 0;
}

static int
load_now(struct ask *q, const char *cred, struct actor *who)
{
	unsigned kind;
	int64_t id;

	*who = (struct actor){.account = -1};
	if (strlen(cred) >= sizeof(who->cred) ||
	    !actor_cred_read(cred, &kind, &id))
		return 0;
	str_copy(who->cred, sizeof(who->cred), str_of(cred));
	if (db_rev(q->core->store, &who->rev, q->err) < 0)
		return -1;
	return kinds[kind].load(q, id, who);
}

int
actor_now(struct ask *q, const char *cred, struct actor *out)
{
	return load_now(q, cred, out);
}

int
actor_load(struct ask *q, const char *cred, int64_t epoch, struct actor *out)
{
	int rc = load_now(q, cred, out);

	if (rc > 0 && out->epoch != epoch)
		return 0;
	return rc;
}

void
actor_text(const struct actor *who, char out[ACTOR_TEXT_SIZE])
{
	int n = snprintf(
	    out, ACTOR_TEXT_SIZE, "%s@%lld", who->cred, (long long)who->epoch);

	must(n > 0 && n < ACTOR_TEXT_SIZE);
}

int
actor_resume(struct ask *q, struct str text, struct actor *out)
{
	char cred[ACTOR_CRED_SIZE];
	size_t at;
	int64_t epoch;

	text.len = str_find(text, ';');
	at = str_find(text, '@');
	*out = (struct actor){.account = -1};
	if (at >= text.len || at >= sizeof(cred) ||
	    !num_parse(str_n(text.p + at + 1, text.len - at - 1), 0, INT64_MAX,
		&epoch))
		return 0;
	str_copy(cred, sizeof(cred), str_n(text.p, at));
	return actor_load(q, cred, epoch, out);
}

struct orders_sight
actor_sight(const struct actor *who)
{
	return (struct orders_sight){.admin = who->admin,
	    .read_only = who->read_only,
	    .domains = who->domains,
	    .looks = who->looks,
	    .ndomains = who->ndomains};
}

void
actor_json(const struct actor *who, struct jout *j)
{
	struct orders_sight sight = actor_sight(who);

	jout_strz(j, "cred", who->cred);
	jout_int(j, "rev", who->rev);
	orders_put_sight(j, &sight);
}
