#include <string.h>

#include "api.h"
#include "api_face.h"
#include "auth.h"
#include "uri.h"

/* A call with its answer, so that both can go on in a slow thread. */
struct exchange {
	struct call call;
	struct reply reply;
	struct uris uris;
	struct http_side http;
	struct actor who;
	struct err err;
};

/* What stands before the login. */
static bool
acceptable(const struct req *r, struct resp *out)
{
	if (r->body_state == REQ_BODY_TOO_BIG)
		resp_error(out, 413, "message too large");
	else if (r->body_state == REQ_BODY_SHORT)
		resp_error(out, 400, "message cut short");
	return r->body_state == REQ_BODY_WHOLE;
}

/* True if the client asks for one message per line. */
static bool
wants_lines(const struct req *r)
{
	struct str type = STR("application/x-ndjson");
	struct str accept = req_param(r, "HTTP_ACCEPT");

	return memmem(accept.p, accept.len, type.p, type.len) != NULL;
}

static void
set_up(struct exchange *x, struct worker *w, struct req *r, struct resp *out)
{
	const struct conf *conf = &w->web->conf;
	bool lines = wants_lines(r);

	uris_init(&x->uris, conf, r,
	    conf->url[0] != '\0' ? conf->url : req_origin(r));
	x->uris.sessions = w->web->sessions;
	reply_init(&x->reply, lines ? REPLY_LINES : REPLY_OBJECT,
	    resp_sink(out), REPLY_NO_END);
	x->http = (struct http_side){.web = w->web, .req = r};
	x->call.http = &x->http;
	x->call.reply = &x->reply;
	x->call.uris = &x->uris;
	x->call.control = w->web->control;
	x->call.conf = conf;
	(void)resp_header(out, "Content-Type",
	    lines ? STR("application/x-ndjson") : STR("application/json"));
	(void)resp_header(out, "Cache-Control", STR("no-store"));
}

/* A message that leaves no answer still gets its JSON object. */
static void
finish(struct exchange *x, struct req *r, struct resp *out)
{
	if (!x->reply.sent)
		(void)resp_write(out, "{}\n", 3);
	if (x->http.cookie != NULL)
		(void)resp_header(out, "Set-Cookie", str_of(x->http.cookie));
	if (x->http.retry_ms > 0)
		resp_retry_after(out, x->http.retry_ms);
	r->refused = x->call.refused;
}

static void
finish_later(struct req *r, struct resp *out, void *arg)
{
	struct exchange *x = arg;

	x->call.later(&x->call, r->busy);
	finish(x, r, out);
}

/* Is it a message that needs no login?  Whoever brings one is asked for that
 * before his message is read. */
static bool
is_open(struct exchange *x, const struct req *r)
{
	return !req_has(r, "HTTP_AUTHORIZATION") &&
	       api_read(&x->call, r->body) > 0 && x->call.message != NULL &&
	       x->call.message->right == RIGHT_OPEN;
}

static bool
let_in(struct exchange *x, struct worker *w, struct req *r, struct resp *out)
{
	x->who.account = -1;
	if (is_open(x, r))
		return auth_open(w, r, out, &auth_json) > 0;
	return auth_need(w, r, out, &auth_json, &x->who) > 0;
}

void
api_http(struct worker *w, struct req *r, struct resp *out)
{
	struct exchange *x = arena_alloc(r->arena, sizeof(*x));

	if (x == NULL) {
		resp_error(out, 503, err_phrase(ERR_LIMIT));
		return;
	}
	x->call.q = worker_ask(w, r, &x->who, &x->err);
	if (!acceptable(r, out) || !let_in(x, w, r, out))
		return;
	set_up(x, w, r, out);
	if (x->call.text == NULL && api_read(&x->call, r->body) == 0) {
		if (resp_restart(out))
			resp_error(out, 400, "not a message");
		return;
	}
	api_answer(&x->call);
	if (x->call.message != NULL)
		r->mt = x->call.message->mt;
	r->series = api_series(x->call.message);
	if (x->call.later != NULL)
		req_later(r, finish_later, x);
	else
		finish(x, r, out);
}
