#include "signin.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "ask.h"
#include "audit.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "ids.h"
#include "must.h"
#include "num.h"
#include "rights.h"
#include "secret.h"
#include "setting.h"

#define SECRET_LEN  32
#define PLACE       "login"
#define EXPIRE_PAGE 100
#define MINUTE_MS   (60 * INT64_C(1000))

/* ---- texts ---- */

/* "fls_<id>_<secret>" */
static bool
parse(struct str text, int64_t *id, struct str *secret)
{
	struct str prefix = STR(SIGNIN_PREFIX), rest;
	size_t at;

	if (!str_starts(text, prefix))
		return false;
	rest = str_n(text.p + prefix.len, text.len - prefix.len);
	at = str_find(rest, '_');
	if (at >= rest.len || !num_parse(str_n(rest.p, at), 1, INT64_MAX, id))
		return false;
	*secret = str_n(rest.p + at + 1, rest.len - at - 1);
	return secret->len == SECRET_LEN;
}

/* ---- times ---- */

/* When it is over if nobody uses it from now on, in *until. */
static int
idle_end(struct ask *q, int64_t now, int64_t ends, int64_t *until)
{
	int64_t minutes;

	if (setting_get_int(q, "login.idle_minutes", &minutes) < 0)
		return -1;
	*until = now + minutes * MINUTE_MS;
	if (*until > ends)
		*until = ends;
	return 0;
}

static void
note_use(struct ask *q, int64_t id)
{
	struct signin x;
	int64_t now = clock_now_ms(), until;

	if (load_one(ask_loader(q), STMT_SIGNIN_BY_ID, ARGS(A_INT(id)),
		load_signin, &x) <= 0 ||
	    x.used + SIGNIN_TOUCH_MS > now ||
	    idle_end(q, now, x.ends, &until) < 0)
		return;
	(void)db_try(q->core->store, STMT_SIGNIN_TOUCH,
	    ARGS(A_INT(id), A_INT(now), A_INT(until)));
}

void
signin_touch(struct ask *q)
{
	if (q->who->login > 0)
		note_use(q, q->who->login);
}

/* ---- beginning ---- */

static int
end_one(struct ask *q, int64_t id)
{
	if (rights_end(q, ACTOR_LOGIN, id) < 0)
		return -1;
	return db_do(
	    q->core->store, STMT_SIGNIN_REMOVE, ARGS(A_INT(id)), q->err);
}

/* All of a list of ids. */
static int
end_list(struct ask *q, enum stmt s, struct args args, size_t *ended)
{
	int64_t *ids;

	if (load_list(ask_loader(q), s, args, load_id, &ids, ended) < 0)
		return -1;
	for (size_t i = 0; i < *ended; i++)
		if (end_one(q, ids[i]) < 0)
			return -1;
	return 0;
}

static int
add(struct ask *q, const struct signin_new *in, int64_t id, struct str secret)
{
	unsigned char hash[SECRET_MARK_SIZE];
	int64_t hours, now = clock_now_ms(), ends, until;
	size_t ended;
	int rc;

	if (setting_get_int(q, "login.hours", &hours) < 0)
		return -1;
	ends = now + hours * 60 * MINUTE_MS;
	if (idle_end(q, now, ends, &until) < 0)
		return -1;
	secret_mark(q->core, PLACE, secret, hash);
	rc = db_run(q->core->store, STMT_SIGNIN_ADD,
	    ARGS(A_INT(id), A_INT(in->found.account), A_INT(in->found.epoch),
		A_BLOB(str_n(hash, sizeof(hash))), A_INT(in->kind), A_INT(now),
		A_INT(until), A_INT(ends), A_STR(in->remote), A_STR(in->agent)),
	    q->err);
	if (err_need(rc, q->err, ERR_GONE, "another password") < 0)
		return -1;
	return end_list(q, STMT_SIGNINS_CROWD,
	    ARGS(
		A_INT(in->found.account), A_INT(SIGNINS_MAX), A_INT(INT32_MAX)),
	    &ended);
}

/* What a program says of itself, as one line of text. */
static struct str
clean(struct ask *q, struct str agent)
{
	char *out;
	size_t n = 0;

	if (agent.len > SIGNIN_AGENT_MAX)
		agent.len = SIGNIN_AGENT_MAX;
	out = arena_alloc(q->arena, agent.len + 1);
	if (out == NULL)
		return STR("");
	for (size_t i = 0; i < agent.len; i++)
		if (agent.p[i] >= ' ' && agent.p[i] <= '~')
			out[n++] = agent.p[i];
	return str_n(out, n);
}

int
signin_open(struct ask *q, const struct signin_new *in, char text[SIGNIN_SIZE],
    struct actor *out)
{
	char secret[SECRET_LEN + 1];
	struct signin_new x = *in;
	int64_t id = 0;
	int rc;

	text[0] = '\0';
	x.agent = clean(q, in->agent);
	if (change_begin(q) < 0)
		return -1;
	crypto_token(secret, SECRET_LEN);
	rc = ids_draw(q, IDS_LOGIN, &id);
	if (rc == 0)
		rc = add(q, &x, id, str_of(secret));
	rc = change_end(q, rc);
	if (rc == 0 && actor_login(q, id, NULL, out) <= 0)
		rc = err_set(q->err, ERR_GONE, "no account");
	if (rc == 0)
		(void)snprintf(text, SIGNIN_SIZE, SIGNIN_PREFIX "%lld_%s",
		    (long long)id, secret);
	explicit_bzero(secret, sizeof(secret));
	return rc;
}

int
signin_use(
    struct ask *q, struct str text, enum signin_kind kind, struct actor *out)
{
	unsigned char hash[SECRET_MARK_SIZE];
	struct actor_proof proof;
	struct str secret;
	int64_t id;
	int rc;

	if (!parse(text, &id, &secret))
		return 0;
	secret_mark(q->core, PLACE, secret, hash);
	proof = (struct actor_proof){str_n(hash, sizeof(hash)), kind};
	rc = actor_login(q, id, &proof, out);
	if (rc > 0)
		note_use(q, id);
	return rc;
}

/* ---- looking and ending ---- */

/* One's own account, or any for administrators. */
static int
may(struct ask *q, int64_t account)
{
	if (q->who->login > 0 && q->who->account == account)
		return 0;
	return access_admin(q->who, q->err);
}

int
signin_list(struct ask *q, int64_t account, struct signin **out, size_t *n)
{
	*n = 0;
	*out = NULL;
	if (may(q, account) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_SIGNINS,
	    ARGS(A_INT(account), A_INT(clock_now_ms())), load_signin, out, n);
}

const char *
signin_kind_name(const struct signin *s)
{
	switch ((enum signin_kind)s->kind) {
	case SIGNIN_TOKEN:
		return "token";
	case SIGNIN_REST:
		return "rest";
	case SIGNIN_COOKIE:
		break;
	}
	return "cookie";
}

static int
end(struct ask *q, int64_t account, int64_t id)
{
	struct audit_row row = {.what = "login.end"};
	struct account x;
	size_t ended = 0;
	int rc = load_one(ask_loader(q), STMT_ACCOUNT_BY_ID,
	    ARGS(A_INT(account)), load_account, &x);

	if (rc > 0 && id > 0)
		rc = end_list(
		    q, STMT_SIGNIN_OF, ARGS(A_INT(account), A_INT(id)), &ended);
	else if (rc > 0)
		rc = end_list(q, STMT_SIGNINS_OF, ARGS(A_INT(account)), &ended);
	else if (rc == 0)
		rc = err_set(q->err, ERR_GONE, "no account");
	if (rc < 0)
		return -1;
	if (id > 0 && ended == 0)
		return err_set(q->err, ERR_GONE, "no such login");
	row.on = x.name;
	row.detail = PAIRS(P_INT("ended", (int64_t)ended));
	return audit_add(q, &row);
}

int
signin_end(struct ask *q, int64_t account, int64_t id)
{
	if (may(q, account) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, end(q, account, id));
}

int
signin_expire(struct ask *q)
{
	struct args args = ARGS(A_INT(clock_now_ms()), A_INT(EXPIRE_PAGE));
	int64_t first;
	size_t ended;
	int rc =
	    db_int(q->core->store, STMT_SIGNINS_OVER, args, &first, q->err);

	if (rc <= 0 || change_begin(q) < 0)
		return rc < 0 || rc > 0 ? -1 : 0;
	return change_end(q, end_list(q, STMT_SIGNINS_OVER, args, &ended));
}
