#include "rules.h"

#include "app.h"
#include "count.h"
#include "device_door.h"
#include "health.h"
#include "identify.h"
#include "log.h"
#include "num.h"
#include "presence.h"
#include "rules_side.h"

/* A question: reads peer and body, fills the answer. */
typedef int question(
    struct ask *q, const struct peer *p, struct str body, struct buf *out);

bool
rules_peer(const struct str facts[HUBWIRE_FACTS], struct peer *p)
{
	struct str conn = facts[HUBWIRE_FACT_CONN];

	*p = (struct peer){0};
	p->remote = facts[HUBWIRE_FACT_REMOTE];
	p->query = facts[HUBWIRE_FACT_QUERY];
	p->host = facts[HUBWIRE_FACT_HOST];
	p->state = facts[HUBWIRE_FACT_STATE];
	if (conn.len > 0 && !num_parse(conn, 1, INT64_MAX, &p->conn))
		return false;
	return peer_hub(p, facts[HUBWIRE_FACT_HUB]);
}

bool
rules_peer_of(const struct req *r, struct peer *p)
{
	struct str facts[HUBWIRE_FACTS];

	for (size_t i = 0; i < HUBWIRE_FACTS; i++)
		facts[i] = req_fact(r, (enum hubwire_fact)i);
	return rules_peer(facts, p);
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

void
rules_failed(const struct req *r, const struct err *e)
{
	log_event(LOG_ERROR, "question.failed",
	    PAIRS(P_STRZ("id", r->id), P_STR("path", r->path),
		P_STRZ("why", e->text)));
}

void
rules_answer(struct req *r, struct resp *out, int rc, const struct buf *text,
    const struct err *e)
{
	if (rc >= 0 && !buf_failed(text)) {
		resp_text(out, 200, "text/plain", buf_view(text));
		return;
	}
	rules_failed(r, e);
	resp_error(out, 503, err_phrase(e->kind));
}

static void
answer(struct worker *w, struct req *r, struct resp *out, question *ask)
{
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);
	struct peer peer;
	struct buf text;

	if (!rules_peer_of(r, &peer) || r->body_state != REQ_BODY_WHOLE) {
		resp_error(out, 400, "invalid question");
		return;
	}
	buf_init(&text, HUBWIRE_ANSWER_MAX);
	rules_answer(r, out, ask(&q, &peer, r->body, &text), &text, &e);
	buf_wipe(&text);
}

static void
serve_provision(struct worker *w, struct req *r, struct resp *out)
{
	answer(w, r, out, ask_provision);
}

static void
serve_presence(struct worker *w, struct req *r, struct resp *out)
{
	answer(w, r, out, presence_apply);
}

static void
serve_door(struct worker *w, struct req *r, struct resp *out)
{
	answer(w, r, out, ask_door);
}

/* clang-format off */
#define QUESTION(name, serve) \
	{HUBWIRE_PATH name, ROUTE_INTERNAL, "POST", serve, name}
/* clang-format on */

static const struct route list[] = {
    QUESTION(HUBWIRE_IDENTIFY, rules_identify),
    QUESTION(HUBWIRE_IDENTIFY_MANY, rules_identify_many),
    QUESTION(HUBWIRE_PROVISION, serve_provision),
    QUESTION(HUBWIRE_PRESENCE, serve_presence),
    QUESTION(HUBWIRE_DOOR, serve_door),
    QUESTION(HUBWIRE_APP, app_question),
    HEALTH_ROUTES("/hub"),
};

const struct routes rules_routes = {list, COUNT(list), resp_error};
