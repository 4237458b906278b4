#include "app.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api.h"
#include "appstate.h"
#include "appticket.h"
#include "guard.h"
#include "log.h"
#include "login.h"
#include "move.h"
#include "origin.h"
#include "setting.h"

/* One question on its way. */
struct talk {
	struct worker *w;
	struct req *req;
	struct ask q;
	struct err err;
	struct appstate state;
	struct actor who;
	const struct json *message;
	struct reply reply;
	struct buf lines;
	bool close;
	bool failed; /* the store did: the hub answers "busy" itself */
};

static void
end_lines(void *lines)
{
	buf_fini(lines);
}

/* ---- the messages ---- */

static void
challenge(struct talk *t)
{
	uint64_t n;

	crypto_random(&n, sizeof(n));
	(void)snprintf(t->state.challenge, sizeof(t->state.challenge),
	    "%016" PRIu64, n % 10000000000000000U);
	reply_open(&t->reply);
	jout_strz(&t->reply.j, "challenge", t->state.challenge);
	reply_close(&t->reply);
}

static void
login_wrong(struct talk *t)
{
	t->state.challenge[0] = '\0';
	t->state.wrong++;
	t->close = t->state.wrong >= APP_WRONG_MAX;
	t->req->refused = true;
	reply_open(&t->reply);
	jout_bool(&t->reply.j, "ok", false);
	jout_strz(&t->reply.j, "error", "wrong login");
	jout_strz(&t->reply.j, "errorText", "wrong login");
	reply_close(&t->reply);
}

/* How clients reach us: "https://host". */
static const char *
own_origin(const struct talk *t)
{
	const struct conf *conf = &t->w->web->conf;

	if (conf->url[0] != '\0')
		return conf->url;
	return arena_str(t->req->arena, req_fact(t->req, HUBWIRE_FACT_BASE));
}

static void
log_in(struct talk *t, const char *session_key)
{
	t->state.logged_in = true;
	t->req->who = t->who.cred;
	session_draw(&t->state.session);
	t->state.origin = own_origin(t);
	str_copy(t->state.session_key, sizeof(t->state.session_key),
	    str_of(session_key));
}

/* True if a session could not hold what he sees. */
static bool
sees_too_much(struct talk *t)
{
	if (t->who.ndomains <= HUBWIRE_DOMAINS_MAX)
		return false;
	t->req->refused = true;
	reply_error(&t->reply, "too many domains", NULL);
	return true;
}

/* A login that the PBX makes itself says by which host it knows us. */
static void
hear_host(struct talk *t)
{
	const struct json *info = json_member(t->message, "info");
	struct ask q = t->q;

	q.who = &t->who;
	if (str_eqz(json_text(json_member(t->message, "app")),
		"innovaphone-devices") &&
	    json_member(t->message, "pbxObj") == NULL &&
	    move_heard(&q, json_text(json_member(info, "appurl")),
		t->w->web->conf.base) < 0)
		log_event(LOG_WARN, "registration.lost",
		    PAIRS(
			P_STRZ("id", t->req->id), P_STRZ("why", t->err.text)));
}

static void
login_right(struct talk *t, const char *session_key)
{
	const struct conf *conf = &t->w->web->conf;

	log_in(t, session_key);
	hear_host(t);
	reply_open(&t->reply);
	jout_bool(&t->reply.j, "ok", true);
	jout_str(&t->reply.j, "app", json_text(json_member(t->message, "app")));
	jout_strz(&t->reply.j, "domain", conf->domain);
	reply_close(&t->reply);
}

/* Whom the guard counts a login for. */
static struct str
user_of(const struct talk *t)
{
	struct str domain = json_text(json_member(t->message, "domain"));

	return domain.len > 0 ? domain : str_of(t->w->web->conf.domain);
}

/* As login_app; after too many wrong ones for a domain from an address nothing
 * is tried, which answers as a wrong one. */
static int
try_login(struct talk *t, struct str challenge,
    char session_key[LOGIN_SESSION_KEY_SIZE])
{
	struct guard *guard = t->w->web->guard;
	struct str remote = req_fact(t->req, HUBWIRE_FACT_REMOTE);
	struct str user = user_of(t);
	bool slowed = guard_wait(guard, remote, user) > 0;
	int rc = 0;

	if (!slowed)
		rc = login_app(
		    &t->q, t->req->body, challenge, &t->who, session_key);
	if (rc != 0)
		return rc;
	if (!slowed)
		guard_wrong(guard, remote, user);
	log_event(LOG_WARN, slowed ? "login.slowed" : "login.wrong",
	    PAIRS(P_STRZ("id", t->req->id), P_STR("remote", remote),
		P_STR("user", user)));
	return 0;
}

/* Is it the form of the console?  An App that a PBX logs in has the guid of an
 * object; the form has none, and says so. */
static bool
is_form(const struct talk *t)
{
	static const char none[] = "00000000000000000000000000000000";

	return str_eqz(json_text(json_member(t->message, "app")),
		   "innovaphone-devices") &&
	       json_member(t->message, "pbxObj") == NULL &&
	       str_eqz(json_text(json_member(t->message, "guid")), none);
}

/* 1 a domain may log in so, 0 not: the instance wants people to have accounts. */
static int
may_log_in(struct talk *t)
{
	int yes;

	if (!is_form(t))
		return 1;
	if (setting_get_choice(&t->q, "console.domain_login", &yes) < 0)
		return -1;
	if (!yes)
		log_event(LOG_WARN, "login.form",
		    PAIRS(P_STRZ("id", t->req->id),
			P_STR("remote", req_fact(t->req, HUBWIRE_FACT_REMOTE)),
			P_STR("user", user_of(t))));
	return yes;
}

static void
login(struct talk *t)
{
	char session_key[LOGIN_SESSION_KEY_SIZE] = "";
	int rc = may_log_in(t);

	if (rc > 0 && t->state.challenge[0] == '\0')
		rc = 0;
	if (rc > 0)
		rc = try_login(t, str_of(t->state.challenge), session_key);
	if (rc < 0 && t->err.kind == ERR_IO) {
		t->failed = true;
	} else if (rc <= 0) {
		login_wrong(t);
	} else if (!sees_too_much(t)) {
		login_right(t, session_key);
	}
	explicit_bzero(session_key, sizeof(session_key));
}

/* ---- a login by ticket ---- */

/* A page of somebody else opened this websocket. */
static bool
is_foreign(struct talk *t)
{
	struct str origin = req_fact(t->req, HUBWIRE_FACT_ORIGIN);

	if (origin.len == 0 || origin_is(origin, own_origin(t)))
		return false;
	log_event(LOG_WARN, "login.foreign",
	    PAIRS(P_STRZ("id", t->req->id),
		P_STR("remote", req_fact(t->req, HUBWIRE_FACT_REMOTE)),
		P_STR("origin", origin)));
	return true;
}

/* Guessed tickets are counted as wrong logins of one user. */
static int
try_ticket(struct talk *t, char session_key[LOGIN_SESSION_KEY_SIZE])
{
	struct guard *guard = t->w->web->guard;
	struct str remote = req_fact(t->req, HUBWIRE_FACT_REMOTE);
	struct str user = STR("ticket");
	int rc;

	if (is_foreign(t) || guard_wait(guard, remote, user) > 0)
		return 0;
	rc = appticket_take(&t->q, json_text(json_member(t->message, "ticket")),
	    &t->who, session_key);
	if (rc == 0) {
		guard_wrong(guard, remote, user);
		log_event(LOG_WARN, "login.wrong",
		    PAIRS(P_STRZ("id", t->req->id), P_STR("remote", remote),
			P_STR("user", user)));
	}
	return rc;
}

/* The key is only told where nobody on the way can read it. */
static void
ticket_right(struct talk *t, const char *session_key)
{
	bool closed =
	    str_starts(req_fact(t->req, HUBWIRE_FACT_BASE), STR("https:"));

	log_in(t, closed ? session_key : "");
	reply_open(&t->reply);
	jout_bool(&t->reply.j, "ok", true);
	jout_strz(&t->reply.j, "domain", t->w->web->conf.domain);
	if (closed)
		jout_strz(&t->reply.j, "sessionKey", session_key);
	reply_close(&t->reply);
}

static void
ticket_login(struct talk *t)
{
	char session_key[LOGIN_SESSION_KEY_SIZE] = "";
	int rc = try_ticket(t, session_key);

	if (rc < 0)
		t->failed = true;
	else if (rc == 0)
		login_wrong(t);
	else if (!sees_too_much(t))
		ticket_right(t, session_key);
	explicit_bzero(session_key, sizeof(session_key));
}

/* The PBX Manager tests a password it has stored; it brings the challenge. */
static void
check_login(struct talk *t)
{
	struct str challenge = json_text(json_member(t->message, "challenge"));
	char session_key[LOGIN_SESSION_KEY_SIZE];
	int rc = try_login(t, challenge, session_key);

	explicit_bzero(session_key, sizeof(session_key));
	t->failed = rc < 0 && t->err.kind == ERR_IO;
	if (rc <= 0) {
		t->state.wrong++;
		t->close = t->state.wrong >= APP_WRONG_MAX;
	}
	reply_open(&t->reply);
	jout_bool(&t->reply.j, "ok", rc > 0);
	reply_close(&t->reply);
}

static void
nothing(struct talk *t)
{
	reply_open(&t->reply);
	reply_close(&t->reply);
}

static const struct app_message {
	const char *mt, *result;
	void (*run)(struct talk *t);
} messages[] = {
    {"AppChallenge", "AppChallengeResult", challenge},
    {"AppLogin", "AppLoginResult", login},
    {"AppCheckLogin", "AppCheckLoginResult", check_login},
    {"TicketLogin", "TicketLoginResult", ticket_login},
    {"CheckBuild", "CheckBuildResult", nothing},
    {"KeepAlive", "KeepAlive", nothing},
};

/* ---- the way of a message ---- */

/* Compact text of src, to be echoed; empty if absent or too long. */
static struct str
echo_src(struct talk *t)
{
	const struct json *src = json_member(t->message, "src");
	struct str out = str_n("", 0);
	struct buf text;

	if (json_kind(src) == JSON_NONE)
		return out;
	buf_init(&text, API_SRC_MAX);
	json_print(src, &text);
	if (!buf_failed(&text))
		out =
		    str_n(arena_str(t->req->arena, buf_view(&text)), text.len);
	buf_fini(&text);
	return out.p ? out : str_n("", 0);
}

static void
refuse(struct talk *t, struct str mt)
{
	const struct message *m = api_find(mt);

	t->req->refused = true;
	if (m != NULL)
		reply_expect(&t->reply, m->array, m->list);
	t->reply.mt = str_of(
	    arena_printf(t->req->arena, "%.*sResult", (int)mt.len, mt.p));
	reply_error(&t->reply, "login required", NULL);
}

static void
dispatch(struct talk *t)
{
	struct str mt;

	if (json_read(t->req->arena, t->req->body, API_MESSAGE_MAX, &t->message,
		&t->err) < 0 ||
	    json_kind(t->message) != JSON_OBJECT)
		t->message = NULL;
	mt = json_text(json_member(t->message, "mt"));
	if (mt.len == 0 || mt.len > API_NAME_MAX) {
		t->req->refused = true;
		buf_puts(&t->lines, "{\"error\":\"not a message\"}\n");
		return;
	}
	t->reply.src = echo_src(t);
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++)
		if (str_eqz(mt, messages[i].mt)) {
			t->req->mt = messages[i].mt;
			t->reply.mt = str_of(messages[i].result);
			messages[i].run(t);
			return;
		}
	refuse(t, mt);
}

/* First line: what the hub shall do; then the messages. */
static void
answer(struct talk *t, struct resp *out)
{
	const char *state = appstate_text(t->req->arena, &t->state, &t->who);
	struct buf session;
	struct jout j;

	buf_init(&session, HUBWIRE_ANSWER_MAX);
	jout_init(&j, resp_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "state", state);
	if (t->state.logged_in) {
		session_json(&t->state.session, &t->who, &session);
		jout_raw(&j, "session", buf_view(&session));
	}
	if (t->close)
		jout_int(&j, "close", HUBWIRE_CLOSE_POLICY);
	jout_end(&j);
	(void)resp_write(out, "\n", 1);
	(void)resp_write(out, t->lines.data, t->lines.len);
	buf_wipe(&session);
}

void
app_question(struct worker *w, struct req *r, struct resp *out)
{
	struct talk *t = arena_alloc(r->arena, sizeof(*t));

	if (t == NULL || !appstate_read(r->arena,
			     req_fact(r, HUBWIRE_FACT_STATE), &t->state)) {
		resp_error(out, 400, "invalid state");
		return;
	}
	t->w = w;
	t->req = r;
	t->q = worker_ask(w, r, NULL, &t->err);
	buf_init(&t->lines, HUBWIRE_LINES_MAX);
	if (arena_defer(r->arena, end_lines, &t->lines) < 0) {
		resp_error(out, 503, err_phrase(ERR_LIMIT));
		return;
	}
	reply_init(&t->reply, REPLY_LINES, buf_sink(&t->lines), REPLY_NO_END);
	dispatch(t);
	if (buf_failed(&t->lines)) {
		/* It would have echoed more than an answer holds. */
		buf_clear(&t->lines);
		reply_error(&t->reply, HUBWIRE_TOO_LONG, NULL);
	}
	if (t->failed) {
		log_event(
		    LOG_ERROR, "app.failed", PAIRS(P_STRZ("why", t->err.text)));
		resp_error(out, 503, err_phrase(t->err.kind));
		return;
	}
	(void)resp_header(out, "Content-Type", STR("text/plain"));
	answer(t, out);
}
