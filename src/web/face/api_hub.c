#include <stdio.h>
#include <string.h>

#include "api.h"
#include "api_face.h"
#include "appstate.h"
#include "log.h"
#include "num.h"
#include "peer.h"
#include "signin.h"
#include "uri.h"

/* A call, its lines and what the hub is told about them. */
struct exchange {
	struct call call;
	struct app_side app;
	struct reply reply;
	struct uris uris;
	struct actor who;
	struct err err;
	struct buf lines;
};

static void
end_lines(void *lines)
{
	buf_fini(lines);
}

/* ---- cursors: part.after.skip; the hub sends the message again ---- */

static const char *
make_cursor(struct call *c)
{
	return arena_printf(c->q.arena, "%lld.%lld.%zu",
	    (long long)c->cursor.at.part, (long long)c->cursor.at.after,
	    c->cursor.skip);
}

static bool
read_cursor(struct call *c, struct str cursor)
{
	struct str part, after, skip;
	int64_t n;

	if (!str_next(&cursor, '.', &part) || !str_next(&cursor, '.', &after) ||
	    !str_next(&cursor, '.', &skip) || cursor.len > 0)
		return false;
	if (!num_parse(part, INT64_MIN, INT64_MAX, &c->cursor.at.part) ||
	    !num_parse(after, INT64_MIN, INT64_MAX, &c->cursor.at.after) ||
	    !num_parse(skip, 0, INT32_MAX, &n))
		return false;
	c->cursor.skip = (size_t)n;
	c->app->resumed = true;
	return true;
}

/* ---- the answer ---- */

/* What the hub could not carry becomes an error for the app. */
static void
check_room(struct exchange *x)
{
	const struct message *m = x->call.message;

	if (!buf_failed(&x->lines))
		return;
	log_event(
	    LOG_WARN, "api.too-long", PAIRS(P_STRZ("mt", m ? m->mt : "")));
	buf_clear(&x->lines);
	reply_error(&x->reply, HUBWIRE_TOO_LONG, NULL);
	x->app.subscribe.len = 0;
	x->app.more = false;
}

static void
commands(struct exchange *x, struct resp *out)
{
	struct jout j;

	jout_init(&j, resp_sink(out));
	jout_object(&j, NULL);
	if (x->app.subscribe.len > 0)
		jout_raw(&j, "subscribe", x->app.subscribe);
	if (x->app.more)
		jout_strz(&j, "cursor", make_cursor(&x->call));
	jout_end(&j);
	(void)resp_write(out, "\n", 1);
}

static void
finish(struct exchange *x, struct req *r, struct resp *out)
{
	check_room(x);
	commands(x, out);
	(void)resp_write(out, x->lines.data, x->lines.len);
	r->refused = x->call.refused || x->reply.error;
}

static void
finish_later(struct req *r, struct resp *out, void *arg)
{
	struct exchange *x = arg;

	x->call.later(&x->call, r->busy);
	finish(x, r, out);
}

/* The session is over: say so and close. */
static void
close_app(struct resp *out)
{
	char text[32];
	int n = snprintf(
	    text, sizeof(text), "{\"close\":%d}\n", HUBWIRE_CLOSE_POLICY);

	resp_text(out, 200, "text/plain", str_n(text, (size_t)n));
}

/* ---- the question ---- */

/* Who asks.  1, 0 nobody any more, -1 error. */
static int
resume(struct exchange *x, struct worker *w, struct req *r)
{
	struct appstate s;
	struct peer peer;
	int rc;

	x->call.q = worker_ask(w, r, NULL, &x->err);
	if (!appstate_read(r->arena, req_fact(r, HUBWIRE_FACT_STATE), &s) ||
	    !s.logged_in)
		return 0;
	rc = actor_resume(&x->call.q, s.actor, &x->who);
	x->call.q.who = &x->who;
	uris_init(&x->uris, &w->web->conf, r, s.origin);
	x->uris.session = s.session;
	x->uris.open = true;
	x->app.session = str_of(x->uris.session.id);
	x->app.session_key = str_of(arena_strdup(r->arena, s.session_key));
	x->app.boot = peer_hub(&peer, req_fact(r, HUBWIRE_FACT_HUB)) ? peer.boot
								     : STR("");
	return rc;
}

static bool
set_up(struct exchange *x, struct worker *w, struct req *r)
{
	struct str cursor = req_fact(r, HUBWIRE_FACT_CURSOR);

	buf_init(&x->lines, HUBWIRE_LINES_MAX);
	if (arena_defer(r->arena, end_lines, &x->lines) < 0)
		return false;
	reply_init(&x->reply, REPLY_LINES, buf_sink(&x->lines), HUB_ROOM);
	x->call.reply = &x->reply;
	x->call.uris = &x->uris;
	x->call.control = w->web->control;
	x->call.conf = &w->web->conf;
	x->call.app = &x->app;
	return cursor.len == 0 || read_cursor(&x->call, cursor);
}

static void
run(struct exchange *x, struct req *r, struct resp *out)
{
	r->who = x->who.cred;
	if (api_call(&x->call, r->body) == 0) {
		buf_puts(&x->lines, "{\"error\":\"not a message\"}\n");
		x->call.refused = true;
	}
	if (x->call.message != NULL)
		r->mt = x->call.message->mt;
	if (r->mt != NULL && strcmp(r->mt, "KeepAlive") != 0)
		signin_touch(&x->call.q);
	r->series = api_series(x->call.message);
	(void)resp_header(out, "Content-Type", STR("text/plain"));
	if (x->call.later != NULL)
		req_later(r, finish_later, x);
	else
		finish(x, r, out);
}

void
api_hub(struct worker *w, struct req *r, struct resp *out)
{
	struct exchange *x = arena_alloc(r->arena, sizeof(*x));
	int known;

	if (r->body_state != REQ_BODY_WHOLE || x == NULL) {
		resp_error(out, 413, "message too large");
		return;
	}
	known = resume(x, w, r);
	if (known < 0) {
		log_event(
		    LOG_ERROR, "api.error", PAIRS(P_STRZ("why", x->err.text)));
		resp_error(out, 503, err_phrase(x->err.kind));
	} else if (known == 0) {
		close_app(out);
	} else if (!set_up(x, w, r)) {
		resp_error(out, 400, "invalid cursor");
	} else {
		run(x, r, out);
	}
}
