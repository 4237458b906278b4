#include "rules.h"
#include "app.h"
#include "device_door.h"
#include "health.h"
#include "identify.h"
#include "log.h"
#include "metrics.h"
#include "num.h"
#include "presence.h"

#include <string.h>

/* A question: reads peer and body, fills the answer. */
typedef int question(
    struct ask *q, const struct peer *p, struct str body, struct buf *out);

static bool
read_peer(const struct req *r, struct peer *p)
{
	struct str conn = req_fact(r, HUBWIRE_FACT_CONN);

	*p = (struct peer){0};
	p->remote = req_fact(r, HUBWIRE_FACT_REMOTE);
	p->query = req_fact(r, HUBWIRE_FACT_QUERY);
	p->state = req_fact(r, HUBWIRE_FACT_STATE);
	if (conn.len > 0 && !num_parse(conn, 1, INT64_MAX, &p->conn))
		return false;
	return peer_hub(p, req_fact(r, HUBWIRE_FACT_HUB));
}

static int
ask_identify(
    struct ask *q, const struct peer *p, struct str body, struct buf *out)
{
	if (identify(q, p, body, out) < 0)
		return -1;
	buf_putc(out, '\n');
	return 0;
}

static int
ask_provision(
    struct ask *q, const struct peer *p, struct str body, struct buf *out)
{
	if (identify_provision(q, p, body, out) < 0)
		return -1;
	buf_putc(out, '\n');
	return 0;
}

static int
ask_door(struct ask *q, const struct peer *p, struct str body, struct buf *out)
{
	if (device_door(q, p->state, body, out) < 0)
		return -1;
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		buf_putc(out, '\n');
	return 0;
}

static struct route {
	const char *path;
	question *ask;
	size_t series;
} routes[] = {
    {HUBWIRE_PATH HUBWIRE_IDENTIFY, ask_identify, 0},
    {HUBWIRE_PATH HUBWIRE_PROVISION, ask_provision, 0},
    {HUBWIRE_PATH HUBWIRE_PRESENCE, presence_apply, 0},
    {HUBWIRE_PATH HUBWIRE_DOOR, ask_door, 0},
};
#define NROUTES (sizeof routes / sizeof routes[0])

static size_t app_series;

void
rules_prepare(void)
{
	for (size_t i = 0; i < NROUTES; i++)
		routes[i].series =
		    metrics_series(routes[i].path + strlen(HUBWIRE_PATH));
	app_series = metrics_series(HUBWIRE_APP);
}

static void
answer(struct worker *w, struct req *r, struct resp *out, question *ask)
{
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);
	struct peer peer;
	struct buf text;

	if (!read_peer(r, &peer) || r->body_state != REQ_BODY_WHOLE) {
		resp_error(out, 400, "invalid question");
		return;
	}
	buf_init(&text, HUBWIRE_ANSWER_MAX);
	if (ask(&q, &peer, r->body, &text) < 0 || buf_failed(&text)) {
		log_event(LOG_ERROR, "question.failed",
		    PAIRS(P_STRZ("id", r->id), P_STR("path", r->path),
			P_STRZ("why", e.text)));
		resp_error(out, 503, err_phrase(e.kind));
	} else {
		resp_text(out, 200, "text/plain", buf_view(&text));
	}
	buf_wipe(&text);
}

static void
serve_question(struct worker *w, struct req *r, struct resp *out)
{
	for (size_t i = 0; i < NROUTES; i++)
		if (str_eqz(r->path, routes[i].path)) {
			r->series = routes[i].series;
			answer(w, r, out, routes[i].ask);
			return;
		}
	if (str_eqz(r->path, HUBWIRE_PATH HUBWIRE_APP)) {
		r->series = app_series;
		app_question(w, r, out);
	} else if (!health_of_program(w, r, out)) {
		resp_error(out, 404, "not found");
	}
}

void
rules_serve(void *arg, struct req *r, struct resp *out)
{
	struct worker *w = arg;

	if (r->internal)
		serve_question(w, r, out);
	else
		resp_error(out, 404, "not found");
	worker_note(w);
}
