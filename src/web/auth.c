#include "auth.h"

#include <string.h>

#include "appticket.h"
#include "cookie.h"
#include "count.h"
#include "digest.h"
#include "guard.h"
#include "log.h"
#include "login.h"
#include "origin.h"
#include "setting.h"
#include "signin.h"

#define KEY_ID_MAX 20 /* digits of a key's id that count */

const struct auth_face auth_json = {
    .keys = true, .acts = true, .realm = " api", .refuse = resp_error};
const struct auth_face auth_text = {
    .tickets = true, .bare_uri = true, .realm = "", .refuse = resp_line};

/* What a request offers as a proof. */
struct login {
	struct str realm;  /* ours */
	struct str key;    /* empty: a digest, or */
	struct str ticket; /* one of these */
	struct str cookie;
	struct digest digest;
	struct str user; /* whom the guard counts it for */
	bool stale;      /* all right but the nonce */
};

/* The text behind "Bearer " or another word; empty if the header is something
 * else. */
static struct str
behind(struct str word, struct str header)
{
	if (header.len <= word.len ||
	    !str_eq_nocase(str_n(header.p, word.len), word))
		return str_n("", 0);
	return str_trim(str_n(header.p + word.len, header.len - word.len));
}

static void
challenge(
    struct worker *w, struct ask *q, struct resp *out, const struct login *in)
{
	static const enum crypto_alg orders[][2] = {
	    {CRYPTO_MD5, CRYPTO_SHA256}, {CRYPTO_SHA256, CRYPTO_MD5}};
	struct buf value;
	int order;

	if (setting_get_choice(q, "digest.order", &order) < 0)
		order = 0;
	for (size_t i = 0; i < COUNT(orders[order]); i++) {
		buf_init(&value, 1024);
		digest_challenge(w->web->nonces, in->realm, orders[order][i],
		    in->stale, &value);
		(void)resp_header(out, "WWW-Authenticate", buf_view(&value));
		buf_fini(&value);
	}
}

/* Try the passwords that the named domain may have. */
static enum digest_result
try_passwords(struct worker *w, const struct req *r, const struct login *in,
    const struct login_candidate *c, const struct login_candidate **right)
{
	struct digest_request asked = {r->method, in->realm};
	enum digest_result best = DIGEST_WRONG;

	for (size_t i = 0; i < LOGIN_CANDIDATES && best != DIGEST_OK; i++) {
		enum digest_result now = digest_check(
		    w->web->nonces, &in->digest, &asked, str_of(c[i].password));

		if (now == DIGEST_OK && c[i].cred[0] == '\0')
			now = DIGEST_WRONG;
		if (now == DIGEST_OK)
			*right = &c[i];
		if (now != DIGEST_WRONG)
			best = now;
	}
	return best;
}

static int
by_digest(struct worker *w, const struct req *r, struct ask *q,
    struct login *in, struct actor *who)
{
	struct login_candidate c[LOGIN_CANDIDATES];
	const struct login_candidate *right = NULL;
	enum digest_result result;
	int rc = 0;

	if (login_candidates(q, in->digest.username, c) < 0)
		return -1;
	result = try_passwords(w, r, in, c, &right);
	in->stale = result == DIGEST_STALE || result == DIGEST_REPLAY;
	if (result == DIGEST_OK && right != NULL)
		rc = actor_load(q, right->cred, right->epoch, who);
	login_wipe(c);
	return rc;
}

/* The name of a key without its secret: "key:12" of "flk_12_...". */
static struct str
key_name(struct arena *a, struct str key)
{
	struct str prefix = STR(LOGIN_KEY_PREFIX), id;
	size_t digits;

	if (!str_starts(key, prefix))
		return STR("key");
	id = str_n(key.p + prefix.len, key.len - prefix.len);
	digits = str_find(id, '_');
	if (digits > KEY_ID_MAX)
		return STR("key");
	return str_of(arena_printf(a, "key:%.*s", (int)digits, id.p));
}

/* Is that what was asked for?  Some write it whole, as for a proxy. */
static bool
is_target(const struct worker *w, const struct req *r,
    const struct auth_face *face, struct str uri)
{
	struct str path = str_n(r->target.p, str_find(r->target, '?'));

	uri = origin_path(r, w->web->conf.url, uri);
	return str_eq(uri, r->target) ||
	       (face->bare_uri && str_eqz(r->method, "GET") &&
		   str_eq(uri, path));
}

/* Read what was sent; false if it is nothing that this face tries, or was made
 * for another uri or realm. */
static bool
read_login(struct worker *w, struct req *r, const struct auth_face *face,
    struct login *in)
{
	struct str header = req_param(r, "HTTP_AUTHORIZATION");
	struct err e;

	memset(in, 0, sizeof(*in));
	in->realm = str_of(
	    arena_printf(r->arena, "%s%s", w->web->conf.name, face->realm));
	if (face->keys && header.len == 0) {
		in->cookie = cookie_find(r, &w->web->conf);
		in->user = STR("cookie");
		return in->cookie.len > 0;
	}
	if (face->keys)
		in->key = behind(STR("Bearer "), header);
	if (face->tickets)
		in->ticket = behind(STR("Ticket "), header);
	if (in->ticket.len > 0) {
		in->user = STR("ticket");
		return true;
	}
	if (in->key.len > 0) {
		in->user = key_name(r->arena, in->key);
		return true;
	}
	if (digest_parse(r->arena, header, &in->digest, &e) < 0 ||
	    !is_target(w, r, face, in->digest.uri) ||
	    !str_eq(in->digest.realm, in->realm))
		return false;
	in->user = in->digest.username;
	return true;
}

static int
by_key(struct ask *q, struct str key, struct actor *who)
{
	if (str_starts(key, STR(SIGNIN_PREFIX)))
		return signin_use(q, key, SIGNIN_TOKEN, who);
	return login_key(q, key, who);
}

/* It is worth nothing any more after this. */
static int
by_ticket(struct ask *q, struct str text, struct actor *who)
{
	char session_key[LOGIN_SESSION_KEY_SIZE];
	int rc = appticket_take(q, text, who, session_key);

	explicit_bzero(session_key, sizeof(session_key));
	return rc;
}

static void
note(const char *event, const struct req *r, const struct login *in)
{
	log_event(LOG_WARN, event,
	    PAIRS(P_STRZ("id", r->id), P_STR("remote", r->remote),
		P_STR("user", in->user)));
}

/* Refused before anything is tried: a foreign page learns nothing, and makes
 * no browser ask for a password. */
static bool
is_refused(struct worker *w, const struct req *r, const struct auth_face *face,
    const struct login *in)
{
	if (!face->acts || in->key.len > 0 ||
	    !origin_is_foreign(r, w->web->conf.url))
		return false;
	log_event(LOG_WARN, "login.foreign",
	    PAIRS(P_STRZ("id", r->id), P_STR("remote", r->remote),
		P_STR("origin", req_param(r, "HTTP_ORIGIN"))));
	return true;
}

/* Too many wrong ones: nothing is tried until the guard has a token. */
static bool
slowed(struct worker *w, const struct req *r, struct resp *out,
    const struct login *in)
{
	int64_t wait = guard_wait(w->web->guard, r->remote, in->user);

	if (wait == 0)
		return false;
	resp_retry_after(out, wait);
	note("login.slowed", r, in);
	return true;
}

/* Try what was sent: 1, 0, -1. */
static int
try_login(struct worker *w, struct req *r, struct ask *q, struct login *in,
    struct actor *who)
{
	int rc;

	/* A browser brings one that is over by itself, so that is no guess. */
	if (in->cookie.len > 0)
		return signin_use(q, in->cookie, SIGNIN_COOKIE, who);
	if (in->ticket.len > 0)
		rc = by_ticket(q, in->ticket, who);
	else if (in->key.len > 0)
		rc = by_key(q, in->key, who);
	else
		rc = by_digest(w, r, q, in, who);
	if (rc == 0 && !in->stale) {
		guard_wrong(w->web->guard, r->remote, in->user);
		note("login.wrong", r, in);
	}
	return rc;
}

/* The header "Fleetline-Login: form". */
static bool
has_form(const struct req *r)
{
	return str_eqz(req_param(r, "HTTP_FLEETLINE_LOGIN"), "form");
}

/* A page that brought a cookie, or says so, has a form of its own to log in by:
 * a challenge would make its browser ask. */
static void
ask_login(struct worker *w, struct req *r, struct ask *q, struct resp *out,
    const struct login *in)
{
	if (in->cookie.len == 0 && in->ticket.len == 0 && !has_form(r))
		challenge(w, q, out, in);
	else if (in->cookie.len > 0)
		(void)resp_header(out, "Set-Cookie",
		    str_of(cookie_text(r, &w->web->conf, str_n("", 0))));
}

int
auth_open(struct worker *w, struct req *r, struct resp *out,
    const struct auth_face *face)
{
	static const struct login nothing;

	if (!is_refused(w, r, face, &nothing))
		return 1;
	face->refuse(out, 403, "foreign origin");
	return 0;
}

int
auth_need(struct worker *w, struct req *r, struct resp *out,
    const struct auth_face *face, struct actor *who)
{
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);
	struct login in;
	bool tried = read_login(w, r, face, &in);
	int rc = 0;

	if (is_refused(w, r, face, &in)) {
		face->refuse(out, 403, "foreign origin");
		return 0;
	}
	if (tried) {
		if (slowed(w, r, out, &in)) {
			face->refuse(out, 429, "too many wrong logins");
			return 0;
		}
		rc = try_login(w, r, &q, &in, who);
	}
	if (rc < 0) {
		log_event(
		    LOG_ERROR, "login.failed", PAIRS(P_STRZ("why", e.text)));
		face->refuse(out, 503, err_phrase(e.kind));
	} else if (rc == 0) {
		ask_login(w, r, &q, out, &in);
		face->refuse(out, 401, "login required");
	} else {
		r->who = arena_strdup(r->arena, who->cred);
	}
	return rc > 0;
}

bool
auth_operator(struct worker *w, struct req *r)
{
	struct str key =
	    behind(STR("Bearer "), req_param(r, "HTTP_AUTHORIZATION"));
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);
	struct actor who;

	if (r->internal || req_is_local(r))
		return true;
	if (key.len == 0 || login_key(&q, key, &who) <= 0)
		return false;
	r->who = arena_strdup(r->arena, who.cred);
	return who.admin;
}
