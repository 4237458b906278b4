#include "auth.h"
#include "digest.h"
#include "log.h"
#include "login.h"

#include <string.h>

/* The key behind "Bearer "; empty if the header is something else. */
static struct str
bearer(struct str header)
{
	struct str word = STR("Bearer ");

	if (header.len <= word.len ||
	    !str_eq_nocase(str_n(header.p, word.len), word))
		return str_n("", 0);
	return str_trim(str_n(header.p + word.len, header.len - word.len));
}

static void
challenge(struct worker *w, struct resp *out, bool stale)
{
	static const enum crypto_alg algs[] = {CRYPTO_SHA256, CRYPTO_MD5};
	struct buf value;

	for (size_t i = 0; i < sizeof algs / sizeof algs[0]; i++) {
		buf_init(&value, 1024);
		digest_challenge(w->web->nonces, str_of(w->web->conf.name),
		    algs[i], stale, &value);
		(void)resp_header(out, "WWW-Authenticate", buf_view(&value));
		buf_fini(&value);
	}
	resp_error(out, 401, "login required");
}

/* Try the passwords that the named domain may have. */
static enum digest_result
try_passwords(struct worker *w, const struct req *r, const struct digest *d,
    const struct login_candidate *c, const struct login_candidate **right)
{
	struct digest_request asked = {
	    r->method, r->target, str_of(w->web->conf.name)};
	enum digest_result best = DIGEST_WRONG;

	for (size_t i = 0; i < LOGIN_CANDIDATES && best != DIGEST_OK; i++) {
		enum digest_result now = digest_check(
		    w->web->nonces, d, &asked, str_of(c[i].password));

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
by_digest(struct worker *w, struct req *r, struct ask *q, struct actor *who,
    bool *stale)
{
	struct login_candidate c[LOGIN_CANDIDATES];
	const struct login_candidate *right = NULL;
	enum digest_result result;
	struct digest d;
	int rc = 0;

	if (digest_parse(
		r->arena, req_param(r, "HTTP_AUTHORIZATION"), &d, q->err) < 0)
		return 0;
	if (login_candidates(q, d.username, c) < 0)
		return -1;
	result = try_passwords(w, r, &d, c, &right);
	*stale = result == DIGEST_STALE || result == DIGEST_REPLAY;
	if (result == DIGEST_OK && right != NULL)
		rc = actor_load(q, right->cred, right->epoch, who);
	login_wipe(c);
	return rc;
}

int
auth_need(struct worker *w, struct req *r, struct resp *out, struct actor *who)
{
	struct str header = req_param(r, "HTTP_AUTHORIZATION");
	struct str key = bearer(header);
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);
	bool stale = false;
	int rc = 0;

	if (key.len > 0)
		rc = login_key(&q, key, who);
	else if (header.len > 0)
		rc = by_digest(w, r, &q, who, &stale);
	if (rc < 0) {
		log_event(LOG_ERROR, "login.failed", "why", e.text, NULL);
		resp_error(out, 503, err_phrase(e.kind));
	} else if (rc == 0) {
		challenge(w, out, stale);
	} else {
		r->who = arena_strdup(r->arena, who->cred);
	}
	return rc > 0;
}

static bool
is_loopback(struct str remote)
{
	return str_starts(remote, STR("127.")) || str_eqz(remote, "::1") ||
	       str_eqz(remote, "unix:");
}

bool
auth_operator(struct worker *w, struct req *r)
{
	struct str key = bearer(req_param(r, "HTTP_AUTHORIZATION"));
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);
	struct actor who;

	if (r->internal || is_loopback(r->remote))
		return true;
	if (key.len == 0 || login_key(&q, key, &who) <= 0)
		return false;
	r->who = arena_strdup(r->arena, who.cred);
	return who.admin;
}
