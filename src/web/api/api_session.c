/* Messages about the sender's own login, and about logins of accounts. */
#include <string.h>

#include "account.h"
#include "api_table.h"
#include "appticket.h"
#include "attempt.h"
#include "cookie.h"
#include "domain.h"
#include "log.h"
#include "login.h"
#include "setting.h"
#include "signin.h"
#include "totp.h"
#include "web.h"

/* ---- fields ---- */

enum { F_LOGIN_USER, F_LOGIN_PASSWORD, F_LOGIN_CODE, F_LOGIN_TOKEN };
enum { F_PASSWORD_OLD, F_PASSWORD_NEW };
enum { F_LOGINS_ACCOUNT, F_LOGINS_ID };

/* clang-format off */
static const struct field f_login[] = {
    [F_LOGIN_USER] = NEED_TEXT("user", 1, ACCOUNT_NAME_MAX),
    [F_LOGIN_PASSWORD] = NEED_TEXT("password", 1, LOGIN_PASSWORD_MAX),
    [F_LOGIN_CODE] = TEXT("code", 1, TOTP_CODE_MAX),
    [F_LOGIN_TOKEN] = BOOL("token"),
};

static const struct field f_password[] = {
    [F_PASSWORD_OLD] = NEED_TEXT("oldPassword", 1, LOGIN_PASSWORD_MAX),
    [F_PASSWORD_NEW] = NEED_TEXT("password", 1, LOGIN_PASSWORD_MAX),
};

static const struct field f_logins[] = {
    [F_LOGINS_ACCOUNT] = NUMBER("accountId", 0, ID_MAX),
    [F_LOGINS_ID] = NUMBER("id", 1, ID_MAX),
};

static const struct field f_account[] = {
    [F_LOGINS_ACCOUNT] = NUMBER("accountId", 0, ID_MAX),
};
/* clang-format on */

/* ---- logging in ---- */

static void
put_account(struct jout *j, const struct account *x)
{
	jout_int(j, "accountId", x->id);
	jout_str(j, "name", x->name);
	jout_strz(j, "role", role_name(x->role));
}

static int
answer_login(struct call *c, const char *token)
{
	struct jout *j = &c->reply->j;
	struct account x;

	if (account_self(&c->q, &x) < 0)
		return -1;
	reply_open(c->reply);
	put_account(j, &x);
	jout_bool(j, "readOnly", x.read_only);
	if (token != NULL)
		jout_strz(j, "token", token);
	reply_close(c->reply);
	return 0;
}

static int
begin(struct call *c, const struct signin_new *in)
{
	bool token = in->kind == SIGNIN_TOKEN;
	struct http_side *http = c->http;
	const struct actor *nobody = c->q.who;
	struct actor who;
	char text[SIGNIN_SIZE];
	int rc = signin_open(&c->q, in, text, &who);

	c->q.who = &who;
	if (rc == 0 && !token)
		http->cookie =
		    cookie_text(http->req, &http->web->conf, str_of(text));
	if (rc == 0)
		rc = answer_login(c, token ? text : NULL);
	if (rc == 0)
		log_event(LOG_INFO, "login.open",
		    PAIRS(P_STRZ("id", http->req->id),
			P_STR("remote", in->remote), P_STRZ("cred", who.cred)));
	explicit_bzero(text, sizeof(text));
	c->q.who = nobody;
	return rc;
}

static int
login(struct call *c)
{
	struct signin_new in = {
	    .kind = c->v[F_LOGIN_TOKEN].truth ? SIGNIN_TOKEN : SIGNIN_COOKIE};
	struct attempt a;

	if (attempt_begin(c, c->v[F_LOGIN_USER].text, &a) < 0 ||
	    attempt_password(&a, c->v[F_LOGIN_PASSWORD].text, &in.found) < 0 ||
	    attempt_code(&a, &in.found, c->v[F_LOGIN_CODE].text) < 0)
		return -1;
	in.remote = a.remote;
	in.agent = req_param(c->http->req, "HTTP_USER_AGENT");
	return begin(c, &in);
}

/* ---- one's own affairs ---- */

/* The browser forgets what is worth nothing now. */
static int
done_with_cookie(struct call *c)
{
	if (c->http != NULL)
		c->http->cookie = cookie_text(
		    c->http->req, &c->http->web->conf, str_n("", 0));
	return api_done(c);
}

static int
logout(struct call *c)
{
	if (c->q.who->login == 0)
		return err_set(c->q.err, ERR_DENIED, "no login of an account");
	if (signin_end(&c->q, c->q.who->account, c->q.who->login) < 0)
		return -1;
	return done_with_cookie(c);
}

static int
change_password(struct call *c)
{
	struct attempt a;

	if (attempt_own(c, c->v[F_PASSWORD_OLD].text, &a) < 0 ||
	    account_own_password(&c->q, c->v[F_PASSWORD_NEW].text) < 0)
		return -1;
	return done_with_cookie(c);
}

/* Whose logins a message is about: the sender's unless it says. */
static int
whose(struct call *c, int64_t *account)
{
	const struct value *given = &c->v[F_LOGINS_ACCOUNT];

	*account = given->given ? given->number : c->q.who->account;
	if (*account < 0)
		return err_set(c->q.err, ERR_INPUT, "no account");
	return 0;
}

struct logins {
	struct signin *list;
	size_t n;
};

static int
put_logins(struct call *c, bool *last)
{
	const struct logins *k = c->list_arg;
	struct jout *j = &c->reply->j;

	for (size_t i = 0; i < k->n; i++) {
		const struct signin *s = &k->list[i];

		if (!api_item(c))
			continue;
		jout_object(j, NULL);
		jout_int(j, "id", s->id);
		jout_strz(j, "kind", signin_kind_name(s));
		jout_int(j, "created", s->created);
		jout_int(j, "lastUsed", s->used);
		jout_int(j, "ends", s->ends);
		jout_str(j, "address", s->remote);
		jout_str(j, "agent", s->agent);
		jout_bool(j, "own", s->id == c->q.who->login);
		jout_end(j);
	}
	*last = true;
	return 0;
}

static int
get_sessions(struct call *c)
{
	struct logins k;
	int64_t account;

	if (whose(c, &account) < 0)
		return -1;
	if (signin_list(&c->q, account, &k.list, &k.n) < 0)
		return -1;
	c->list_arg = &k;
	return api_list(c, "sessions", put_logins);
}

static int
end_sessions(struct call *c)
{
	int64_t account;

	if (whose(c, &account) < 0 ||
	    signin_end(&c->q, account, c->v[F_LOGINS_ID].number) < 0)
		return -1;
	return api_done(c);
}

/* ---- who it is ---- */

/* Domains of others that he was granted only to look at. */
static void
put_looks(struct jout *j, const struct actor *who)
{
	jout_array(j, "looks");
	for (size_t i = 0; i < who->ndomains; i++)
		if (who->looks[i])
			jout_int(j, NULL, who->domains[i]);
	jout_end(j);
}

static int
get_me(struct call *c)
{
	const struct actor *who = c->q.who;
	struct jout *j = &c->reply->j;
	struct account x;
	struct domain d;

	if (who->login > 0 && account_self(&c->q, &x) < 0)
		return -1;
	if (who->home > 0 && domain_get(&c->q, who->home, &d) <= 0)
		return -1;
	reply_open(c->reply);
	jout_bool(j, "admin", who->admin);
	jout_bool(j, "readOnly", who->read_only);
	if (who->login > 0)
		put_account(j, &x);
	if (who->home > 0) {
		jout_int(j, "domainId", d.id);
		jout_str(j, "domain", d.name);
	}
	jout_bool(j, "own", who->own > 0);
	put_looks(j, who);
	reply_close(c->reply);
	return 0;
}

/* ---- ways to log in ---- */

/* Said to nobody in particular: the console asks before it draws its form. */
static int
get_login_ways(struct call *c)
{
	int domain;

	if (setting_get_choice(&c->q, "console.domain_login", &domain) < 0)
		return -1;
	reply_open(c->reply);
	jout_bool(&c->reply->j, "domain", domain);
	reply_close(c->reply);
	return 0;
}

/* ---- tickets ---- */

static int
get_ticket(struct call *c)
{
	char text[TICKET_SIZE];

	if (appticket_draw(&c->q, text) < 0)
		return -1;
	return api_done_secret(c, "ticket", text);
}

/* ---- the messages ---- */

/* clang-format off */
static const struct message messages[] = {
    {SELF("ChangePassword"), CHANGES, FIELDS(f_password), .run = change_password},
    {SELF("EndSessions"), CHANGES, FIELDS(f_logins), .run = end_sessions},
    {OPEN("GetLoginWays"), READS, .run = get_login_ways},
    {LOGIN("GetMe"), READS, .run = get_me},
    {SELF("GetSessions"), READS, LIST("sessions"), FIELDS(f_account), .run = get_sessions},
    {LOGIN("GetTicket"), READS, .run = get_ticket},
    {OPEN("Login"), CHANGES, FIELDS(f_login), .run = login},
    {SELF("Logout"), CHANGES, .run = logout},
};
/* clang-format on */

const struct api_table api_session = {messages, COUNT(messages)};
