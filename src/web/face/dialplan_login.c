#include "dialplan_login.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "clock.h"
#include "domain.h"
#include "guard.h"
#include "log.h"
#include "login.h"
#include "must.h"
#include "num.h"
#include "origin.h"
#include "signin.h"
#include "totp.h"

/* ---- right passwords that were looked at a moment ago ---- */

static struct {
	pthread_mutex_t lock;
	unsigned char key[32];
	struct memo {
		unsigned char mark[32]; /* of name and password */
		struct login_found found;
		int64_t until_ms; /* 0: empty */
	} list[DIALPLAN_MEMOS];
} memos = {.lock = PTHREAD_MUTEX_INITIALIZER};

void
dialplan_login_open(void)
{
	crypto_random(memos.key, sizeof(memos.key));
}

void
dialplan_login_close(void)
{
	explicit_bzero(memos.list, sizeof(memos.list));
	explicit_bzero(memos.key, sizeof(memos.key));
}

/* What a request offers as a proof. */
struct offer {
	struct str key, user, password, code, cookie;
};

/* A name holds no NUL (json.h), so that two pairs never look the same. */
static struct memo *
memo_of(const struct offer *o, unsigned char mark[32])
{
	char text[ACCOUNT_NAME_MAX + 1 + LOGIN_PASSWORD_MAX];
	size_t n = o->user.len;

	must(n <= ACCOUNT_NAME_MAX && o->password.len <= LOGIN_PASSWORD_MAX);
	memcpy(text, o->user.p, n);
	text[n++] = '\0';
	memcpy(text + n, o->password.p, o->password.len);
	crypto_hmac_sha256(str_n(memos.key, sizeof(memos.key)),
	    str_n(text, n + o->password.len), mark);
	explicit_bzero(text, sizeof(text));
	return &memos.list[(mark[0] << 8 | mark[1]) % DIALPLAN_MEMOS];
}

static bool
memo_find(const struct offer *o, struct login_found *out)
{
	unsigned char mark[32];
	struct memo *m = memo_of(o, mark);
	bool found;

	must(pthread_mutex_lock(&memos.lock) == 0);
	found = m->until_ms > clock_mono_ms() &&
		crypto_equal(
		    str_n(m->mark, sizeof(m->mark)), str_n(mark, sizeof(mark)));
	if (found)
		*out = m->found;
	must(pthread_mutex_unlock(&memos.lock) == 0);
	return found;
}

static void
memo_keep(const struct offer *o, const struct login_found *found)
{
	struct memo new = {
	    .found = *found, .until_ms = clock_mono_ms() + DIALPLAN_MEMO_MS};
	struct memo *m = memo_of(o, new.mark);

	must(pthread_mutex_lock(&memos.lock) == 0);
	*m = new;
	must(pthread_mutex_unlock(&memos.lock) == 0);
}

/* ---- what is offered ---- */

/* The cookie; empty if there is none, or more than one. */
static struct str
find_cookie(const struct req *r)
{
	struct str header = req_param(r, "HTTP_COOKIE"), one, value = {0};
	size_t n = 0;

	while (header.len > 0 && str_next(&header, ';', &one)) {
		one = str_trim(one);
		if (!str_starts(one, STR(DIALPLAN_COOKIE "=")))
			continue;
		value = str_n(one.p + sizeof(DIALPLAN_COOKIE),
		    one.len - sizeof(DIALPLAN_COOKIE));
		n++;
	}
	return n == 1 ? value : str_n("", 0);
}

static void
read_offer(const struct dialplan *d, struct offer *o)
{
	const struct json *auth = json_member(d->body, "auth");

	*o = (struct offer){
	    .key = json_text(json_member(auth, "key")),
	    .user = json_text(json_member(auth, "username")),
	    .password = json_text(json_member(auth, "password")),
	    .code = json_text(json_member(auth, "code")),
	    .cookie = find_cookie(d->r),
	};
}

static bool
is_password(const struct offer *o)
{
	return o->user.len > 0 && o->user.len <= ACCOUNT_NAME_MAX &&
	       o->password.len > 0 && o->password.len <= LOGIN_PASSWORD_MAX;
}

static bool
is_json(struct str type)
{
	size_t end = str_find(type, ';');

	return str_eq_nocase(
	    str_trim(str_n(type.p, end)), STR("application/json"));
}

/* May the cookie count, which a browser adds by itself? */
static bool
may_cookie(const struct dialplan *d)
{
	const struct req *r = d->r;

	if (origin_is_foreign(r, d->w->web->conf.url))
		return false;
	return !req_has(r, "HTTP_ORIGIN") ||
	       is_json(req_param(r, "CONTENT_TYPE"));
}

/* ---- trying ---- */

static void
note(const struct dialplan *d, const char *event, struct str user)
{
	log_event(LOG_WARN, event,
	    PAIRS(P_STRZ("id", d->r->id), P_STR("remote", d->r->remote),
		P_STR("user", user)));
}

/* Too many wrong ones: nothing is tried. */
static bool
is_slowed(struct dialplan *d, struct str user, int64_t wait)
{
	if (wait > 0) {
		d->wait_ms = wait;
		note(d, "login.slowed", user);
	}
	return wait > 0;
}

/* rc of what was tried; a wrong one counts. */
static int
count(struct dialplan *d, struct str user, int rc)
{
	if (rc == 0) {
		guard_wrong(d->w->web->guard, d->r->remote, user);
		note(d, "login.wrong", user);
	}
	return rc;
}

static int
by_key(struct dialplan *d, struct str key)
{
	static const struct str user = STR("key");

	if (is_slowed(
		d, user, guard_wait(d->w->web->guard, d->r->remote, user)))
		return 0;
	return count(d, user, login_key(&d->q, key, &d->who));
}

/* The password itself; 1, 0, -1. */
static int
try_password(struct dialplan *d, const struct offer *o, struct login_found *out)
{
	struct guard *g = d->w->web->guard;
	int rc;

	if (is_slowed(d, o->user, guard_wait(g, d->r->remote, o->user)) ||
	    is_slowed(d, o->user, guard_right_wait(g, o->user)))
		return 0;
	if (!guard_enter(g))
		return err_set(&d->err, ERR_BUSY, "many logins");
	rc = count(d, o->user, login_account(&d->q, o->user, o->password, out));
	guard_leave(g);
	if (rc > 0)
		guard_right(g, o->user);
	return rc;
}

/* Of who has a second factor: may he come in with this code?  1, 0, -1. */
static int
try_code(struct dialplan *d, const struct offer *o, int64_t account)
{
	struct guard *g = d->w->web->guard;
	enum totp_result result;

	if (is_slowed(d, o->user, guard_code_wait(g, o->user)))
		return 0;
	if (totp_check(&d->q, account, o->code, &result) < 0)
		return -1;
	if (result == TOTP_WRONG) {
		guard_code_wrong(g, o->user);
		return count(d, o->user, 0);
	}
	return result != TOTP_MISSING;
}

/* In any call: whoever has a second factor has no code here. */
static int
by_password(struct dialplan *d, const struct offer *o)
{
	struct login_found found;
	char cred[ACTOR_CRED_SIZE];
	int rc = 1;

	if (!memo_find(o, &found)) {
		struct offer bare = *o;

		bare.code = str_n("", 0);
		rc = try_password(d, o, &found);
		if (rc > 0)
			rc = try_code(d, &bare, found.account);
		if (rc > 0)
			memo_keep(o, &found);
	}
	if (rc <= 0)
		return rc;
	(void)snprintf(
	    cred, sizeof(cred), "account:%lld", (long long)found.account);
	return actor_load(&d->q, cred, found.epoch, &d->who);
}

int
dialplan_who(struct dialplan *d)
{
	struct offer o;

	read_offer(d, &o);
	if (o.key.len > 0)
		return by_key(d, o.key);
	if (is_password(&o))
		return by_password(d, &o);
	if (o.user.len > 0 || o.cookie.len == 0 || !may_cookie(d))
		return 0;
	return signin_use(&d->q, o.cookie, SIGNIN_REST, &d->who);
}

/* ---- /rest/auth ---- */

static void
put_cookie(struct dialplan *d, const char *value)
{
	const char *own = d->w->web->conf.url[0] != '\0' ? d->w->web->conf.url
							 : req_origin(d->r);
	bool secure = own != NULL && strncmp(own, "https:", 6) == 0;

	(void)resp_header(d->out, "Set-Cookie",
	    str_of(arena_printf(d->r->arena,
		DIALPLAN_COOKIE
		"=%s; Path=/rest; HttpOnly; SameSite=Strict%s%s",
		value, secure ? "; Secure" : "",
		value[0] == '\0' ? "; Max-Age=0" : "")));
}

/* The companies that he may act for; the first is his own. */
static int
put_companies(struct dialplan *d, struct str *first)
{
	struct domain *page;
	size_t n = DOMAIN_PAGE;
	int64_t after = 0;

	jout_array(&d->j, "companies");
	while (n == DOMAIN_PAGE) {
		if (domain_list(&d->q, after, false, &page, &n) < 0)
			return -1;
		for (size_t i = 0; i < n; i++) {
			struct str name =
			    dialplan_name(d, page[i].id, page[i].name);

			if (first->len == 0 || page[i].id == d->who.home)
				*first = name;
			jout_str(&d->j, NULL, name);
			after = page[i].id;
		}
	}
	jout_end(&d->j);
	return 0;
}

/* Whatever is known of his own: his first company. */
static void
put_perms(struct dialplan *d, struct str company)
{
	jout_object(&d->j, "perms");
	if (d->who.admin)
		jout_strz(&d->j, "system-admin", "yes");
	else if (company.len > 0)
		jout_str(&d->j, "company-admin", company);
	jout_end(&d->j);
}

static int
answer_user(struct dialplan *d, const char *session)
{
	struct account x = {.id = 0, .name = STR("")};
	struct str company = {0};

	if (account_acting(&d->q, &x) < 0)
		return -1;
	dialplan_begin(d);
	jout_object(&d->j, "user");
	jout_int(&d->j, "id", x.id);
	jout_str(&d->j, "login", x.name);
	jout_str(&d->j, "name", x.name);
	if (put_companies(d, &company) < 0)
		return -1;
	if (company.len == 0)
		company = STR(DOMAIN_DEFAULT);
	jout_str(&d->j, "company", company);
	jout_str(&d->j, "home", company);
	if (session != NULL)
		jout_strz(&d->j, "session", session);
	put_perms(d, company);
	jout_end(&d->j);
	dialplan_end(d);
	return 0;
}

/* A login that a cookie names ends: another one takes its place, because who
 * knows a session from before must not have what it becomes. */
static int
end_session(struct dialplan *d, struct str cookie)
{
	struct actor old = {.account = -1};
	struct ask q = d->q;
	int rc = cookie.len > 0 && may_cookie(d)
		     ? signin_use(&q, cookie, SIGNIN_REST, &old)
		     : 0;

	q.who = &old;
	return rc > 0 ? signin_end(&q, old.account, old.login) : rc;
}

static int
open_session(
    struct dialplan *d, const struct offer *o, const struct login_found *found)
{
	struct signin_new in = {.found = *found,
	    .kind = SIGNIN_REST,
	    .remote = d->r->remote,
	    .agent = req_param(d->r, "HTTP_USER_AGENT")};
	char text[SIGNIN_SIZE];
	int rc = end_session(d, o->cookie);

	if (rc == 0)
		rc = signin_open(&d->q, &in, text, &d->who);
	if (rc == 0) {
		put_cookie(d, text);
		rc = answer_user(d, text);
	}
	explicit_bzero(text, sizeof(text));
	return rc;
}

static int
log_in(struct dialplan *d, const struct offer *o)
{
	struct login_found found;
	int rc = is_password(o) ? try_password(d, o, &found) : 0;

	if (rc > 0)
		rc = try_code(d, o, found.account);
	if (rc > 0)
		return open_session(d, o, &found);
	if (rc == 0 && d->wait_ms == 0)
		return dialplan_fail(d, "Login failed");
	return rc;
}

int
dialplan_auth(struct dialplan *d)
{
	struct offer o;
	int rc;

	read_offer(d, &o);
	if (o.user.len > 0 && o.key.len == 0)
		return log_in(d, &o);
	rc = dialplan_who(d);
	if (rc > 0)
		return answer_user(d, NULL);
	if (rc == 0 && d->wait_ms == 0)
		return dialplan_fail(d, "Login failed");
	return rc;
}

int
dialplan_logout(struct dialplan *d)
{
	struct offer o;
	int rc;

	read_offer(d, &o);
	if (o.cookie.len == 0 || !may_cookie(d))
		return dialplan_fail(d, "Not logged in");
	rc = signin_use(&d->q, o.cookie, SIGNIN_REST, &d->who);
	if (rc == 0)
		return dialplan_fail(d, "Not logged in");
	if (rc < 0 || signin_end(&d->q, d->who.account, d->who.login) < 0)
		return -1;
	put_cookie(d, "");
	dialplan_begin(d);
	dialplan_end(d);
	return 0;
}
