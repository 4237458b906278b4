#include "arrive.h"

#include "actor.h"
#include "arrival.h"
#include "log.h"
#include "putback.h"
#include "web.h"

/* The ticket in <base>/dav/<ticket>/<name>; several slashes count as one. */
static struct str
ticket_in(const struct req *r, struct str base)
{
	struct str rest = str_n(r->path.p + base.len, r->path.len - base.len),
		   word = STR("");

	for (int found = 0; found < 2 && str_next(&rest, '/', &word);)
		found += word.len > 0;
	return word;
}

static void
say(struct resp *out, int status, const char *text)
{
	(void)resp_header(out, "Cache-Control", STR("no-store"));
	resp_text(out, status, "text/plain", str_of(text));
}

static void
say_error(struct resp *out, const struct err *e)
{
	if (e->kind == ERR_INPUT)
		say(out, 400, "no configuration\n");
	else if (e->kind == ERR_GONE)
		say(out, 404, "not found\n");
	else
		say(out, 503, "unavailable\n");
}

/* A device fetches what is put back. */
static void
give(struct ask *q, struct req *r, struct str ticket, struct resp *out)
{
	struct buf text;

	if (putback_text(q, ticket, &text) == 0) {
		(void)resp_header(out, "Cache-Control", STR("no-store"));
		resp_text(out, 200, "text/plain", buf_view(&text));
	} else {
		r->refused = true;
		say_error(out, q->err);
	}
	buf_wipe(&text);
}

static void
take(struct ask *q, struct req *r, struct str ticket, struct resp *out)
{
	if (arrival_take(q, ticket, r->body) == 0) {
		say(out, 201, "kept\n");
		return;
	}
	r->refused = true;
	log_event(LOG_WARN, "save.refused",
	    PAIRS(P_STRZ("id", r->id), P_STRZ("why", q->err->text)));
	say_error(out, q->err);
}

void
arrive_serve(struct worker *w, struct req *r, struct resp *out)
{
	struct str ticket = ticket_in(r, str_of(w->web->conf.base));
	struct err e = {0};
	struct actor me;
	struct ask q;

	if (r->body_state != REQ_BODY_WHOLE) {
		r->refused = true;
		say(out, r->body_state == REQ_BODY_TOO_BIG ? 413 : 400,
		    "not all of it\n");
		return;
	}
	actor_local(&me);
	q = worker_ask(w, r, &me, &e);
	if (str_eqz(r->method, "GET"))
		give(&q, r, ticket, out);
	else
		take(&q, r, ticket, out);
}
