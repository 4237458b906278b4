#include "appconn.h"

#include <stdio.h>
#include <string.h>

#include "apptext.h"
#include "arena.h"
#include "log.h"
#include "must.h"

struct appconn_message {
	STAILQ_ENTRY(appconn_message) link;
	size_t len;
	char text[];
};

struct appconn {
	struct appconns *all;
	struct wsconn *ws; /* NULL once the connection is down */
	struct question *question;
	struct appconn_message *asked; /* what the question is about */
	STAILQ_HEAD(, appconn_message) waiting;
	size_t waits, waiting_bytes;
	struct session_use session; /* .session NULL: not logged in */
	struct subscriber subscriber;
	TAILQ_ENTRY(appconn) link;
	uint64_t conn;
	uint64_t changes;     /* orders about rights before the question */
	bool api;             /* logged in, if only for its last messages */
	char *state, *cursor; /* NULL: none */
	char *remote, *base, *origin, *name;
};

static const struct wsconn_ops socket_ops;
static void ask_next(struct appconn *p);

void
appconns_init(struct appconns *as, struct questions *questions,
    struct sessions *ss, struct subs *subs)
{
	memset(as, 0, sizeof(*as));
	as->questions = questions;
	as->sessions = ss;
	as->subs = subs;
	TAILQ_INIT(&as->dead);
}

/* ---- life ---- */

/* May what its head says travel to the rules?  Absent is good. */
static bool
fits(struct str fact, size_t max)
{
	return fact.len == 0 || question_is_fact(fact, max);
}

int
appconn_open(struct appconns *as, struct wsconn *w, const struct http1 *head)
{
	struct str host = http1_find(head, "Host");
	struct str name = apptext_name(http1_target(head));
	struct appconn *p;

	if (!fits(host, HUBWIRE_BASE_MAX - strlen("https://")) ||
	    !fits(name, HUBWIRE_APP_MAX))
		return 400;
	p = mem_new(sizeof(*p));
	p->all = as;
	p->ws = w;
	p->conn = ++as->last_conn;
	p->remote =
	    question_fact(http1_find(head, "X-Real-IP"), HUBWIRE_REMOTE_MAX);
	p->base = apptext_base(head);
	p->origin = apptext_origin(head);
	p->name = question_fact(name, HUBWIRE_APP_MAX);
	STAILQ_INIT(&p->waiting);
	as->now++;
	wsconn_own(w, &socket_ops, p, HUBWIRE_MESSAGE_MAX);
	return 0;
}

static void
forget_messages(struct appconn *p)
{
	struct appconn_message *m;

	while ((m = STAILQ_FIRST(&p->waiting)) != NULL) {
		STAILQ_REMOVE_HEAD(&p->waiting, link);
		mem_free(m);
	}
	mem_free(p->asked);
	p->asked = NULL;
	p->waits = p->waiting_bytes = 0;
}

static void
appconn_free(struct appconn *p)
{
	must(
	    p->ws == NULL && p->question == NULL && p->session.session == NULL);
	forget_messages(p);
	mem_free(p->state);
	mem_free(p->cursor);
	mem_free(p->remote);
	mem_free(p->base);
	mem_free(p->origin);
	mem_free(p->name);
	mem_free(p);
}

void
appconns_turn(struct appconns *as)
{
	struct appconn *p;

	while ((p = TAILQ_FIRST(&as->dead)) != NULL) {
		TAILQ_REMOVE(&as->dead, p, link);
		appconn_free(p);
	}
}

void
appconns_fini(struct appconns *as)
{
	appconns_turn(as);
}

static void
log_session(const struct appconn *p, const char *event)
{
	log_event(LOG_INFO, event,
	    PAIRS(P_INT("conn", (int64_t)p->conn), P_STRZ("app", p->name),
		P_STRZ("cred", p->session.session->cred)));
}

static void
leave_session(struct appconn *p)
{
	struct session *s = p->session.session;

	if (s == NULL)
		return;
	log_session(p, "session.close");
	subscriber_fini(&p->subscriber);
	session_unuse(&p->session);
	session_end(p->all->sessions, s);
}

/* The client is gone: is what it sent before carried out? */
static bool
may_part(const struct appconn *p, enum hubwire_end why)
{
	return (why == HUBWIRE_END_CLOSED || why == HUBWIRE_END_LOST) &&
	       p->all->parting < APPCONN_PARTING_MAX;
}

/* The next of its last messages, or its end. */
static void
part(struct appconn *p)
{
	mem_free(p->cursor); /* nobody wants a second page */
	p->cursor = NULL;
	if (p->question == NULL) {
		mem_free(p->asked);
		p->asked = NULL;
		ask_next(p);
	}
	if (p->question != NULL)
		return;
	p->all->parting--;
	TAILQ_INSERT_TAIL(&p->all->dead, p, link);
}

static void
on_down(void *owner, enum hubwire_end why)
{
	struct appconn *p = owner;
	bool parts = may_part(p, why);

	must(p->ws != NULL && p->all->now > 0);
	p->ws = NULL;
	p->all->now--;
	p->all->parting++;
	leave_session(p);
	if (!parts) {
		question_cancel(&p->question);
		forget_messages(p);
	}
	part(p);
}

/* What waits is not carried out. */
static void
appconn_close(struct appconn *p, unsigned code, const char *reason)
{
	if (p->ws != NULL)
		wsconn_close(p->ws, HUBWIRE_END_ERROR, (uint16_t)code, reason);
	else
		forget_messages(p);
}

static void
on_unsettled(void *owner)
{
	appconn_close(owner, HUBWIRE_CLOSE_POLICY, "no login");
}

/* ---- the session ---- */

/* An order ended it: the session goes by itself. */
static void
on_session_ended(void *arg)
{
	struct appconn *p = arg;

	subscriber_fini(&p->subscriber);
	appconn_close(p, HUBWIRE_CLOSE_POLICY, "session ended");
}

static void
send_text(void *arg, struct str message)
{
	struct appconn *p = arg;

	if (p->ws != NULL)
		wsconn_send(p->ws, WS_TEXT, message);
}

static const struct session_use_ops session_ops = {
    .ended = on_session_ended, .tell = send_text};

static void
on_overrun(void *arg)
{
	struct appconn *p = arg;

	if (p->ws != NULL)
		wsconn_overload(p->ws);
}

static void
log_in(struct appconn *p, const struct json *text)
{
	struct session *s;

	p->api = true;
	if (p->ws == NULL)
		return;
	leave_session(p);
	s = session_open(p->all->sessions, text, 0);
	if (s == NULL || !TAILQ_EMPTY(&s->uses)) {
		appconn_close(p, HUBWIRE_CLOSE_BROKEN, "no session");
		return;
	}
	session_use(s, &p->session, &session_ops, p);
	subscriber_init(p->all->subs, &p->subscriber, s, send_text, p);
	p->subscriber.overrun = on_overrun;
	wsconn_settle(p->ws);
	log_session(p, "session.open");
}

/* ---- answers ---- */

static void
set_text(char **at, const struct json *v, size_t max)
{
	if (json_kind(v) != JSON_STRING)
		return;
	mem_free(*at);
	*at = question_fact(json_text(v), max);
}

static void
send_lines(struct appconn *p, struct str rest)
{
	struct str line;

	while (rest.len > 0 && str_next(&rest, '\n', &line) && p->ws != NULL)
		if (line.len > 0)
			wsconn_send(p->ws, WS_TEXT, line);
}

/* Says to the app, in the place of the rules, why its message has no answer. */
static void
send_error(struct appconn *p, const char *phrase)
{
	struct buf out;

	must(p->asked != NULL);
	buf_init(&out, 2 * HUBWIRE_MESSAGE_MAX);
	apptext_error(str_n(p->asked->text, p->asked->len), phrase, &out);
	if (out.len > 0 && !buf_failed(&out) && p->ws != NULL)
		wsconn_send(p->ws, WS_TEXT, buf_view(&out));
	buf_fini(&out);
	mem_free(p->cursor);
	p->cursor = NULL;
	if (p->session.session != NULL)
		subscriber_let_go(&p->subscriber);
}

/* The rules want more of the hub than it carries: the app hears of it. */
static void
refuse_answer(struct appconn *p, const char *what)
{
	log_event(LOG_ERROR, "answer.refused",
	    PAIRS(P_INT("conn", (int64_t)p->conn), P_STRZ("what", what)));
	p->all->refused++;
	send_error(p, HUBWIRE_TOO_LONG);
}

/* Is the command a text that is no fact of at most max bytes? */
static bool
too_long(const struct json *command, size_t max)
{
	return json_kind(command) == JSON_STRING &&
	       !question_is_fact(json_text(command), max);
}

/* What of the commands cannot be carried out, or NULL. */
static const char *
unfit(const struct json *c)
{
	if (too_long(json_member(c, "state"), HUBWIRE_STATE_MAX))
		return "state";
	if (too_long(json_member(c, "cursor"), HUBWIRE_CURSOR_MAX))
		return "cursor";
	if (json_length(json_member(json_member(c, "session"), "domains")) >
	    HUBWIRE_DOMAINS_MAX)
		return "domains";
	return NULL;
}

/* False: it does not fit. */
static bool
subscribe(struct appconn *p, const struct json *command)
{
	return json_kind(command) != JSON_OBJECT ||
	       p->session.session == NULL ||
	       subscriber_add(&p->subscriber, command) == 0;
}

static void
carry_out(struct appconn *p, const struct answer *ans)
{
	const struct json *c = ans->commands;
	const struct json *session = json_member(c, "session");
	int64_t code = json_number(json_member(c, "close"), 0);
	const char *what = unfit(c);

	if (json_kind(session) == JSON_OBJECT &&
	    p->changes != p->all->sessions->changes) {
		/* perhaps from before a right was taken away: log in anew */
		appconn_close(p, HUBWIRE_CLOSE_LATER, "rights have changed");
		return;
	}
	if (what != NULL) {
		refuse_answer(p, what);
		return;
	}
	set_text(&p->state, json_member(c, "state"), HUBWIRE_STATE_MAX);
	if (json_kind(session) == JSON_OBJECT)
		log_in(p, session);
	if (p->session.session != NULL)
		p->session.session->state = p->state;
	if (!subscribe(p, json_member(c, "subscribe"))) {
		refuse_answer(p, "subscribe");
		return;
	}
	mem_free(p->cursor);
	p->cursor = NULL;
	set_text(&p->cursor, json_member(c, "cursor"), HUBWIRE_CURSOR_MAX);
	send_lines(p, ans->lines);
	if (p->cursor == NULL && p->session.session != NULL)
		subscriber_let_go(&p->subscriber);
	if (ws_code_valid((unsigned)code))
		appconn_close(p, (unsigned)code, "");
}

static void
on_answer(void *arg, const struct answer *ans)
{
	struct appconn *p = arg;
	bool long_one = ans == NULL && question_too_long(p->question);
	bool was_up = p->ws != NULL; /* else it is parting */

	p->question = NULL;
	if (ans != NULL)
		carry_out(p, ans);
	else if (long_one)
		refuse_answer(p, "answer");
	else if (was_up)
		send_error(p, HUBWIRE_BUSY);
	else
		forget_messages(p); /* of which nobody would hear */
	if (p->cursor == NULL) {
		mem_free(p->asked);
		p->asked = NULL;
	}
	if (p->ws != NULL)
		ask_next(p);
	else if (!was_up)
		part(p);
}

/* ---- questions ---- */

static void
read_again(struct appconn *p)
{
	bool full = p->waits >= HUBWIRE_APP_WAITING ||
		    p->waiting_bytes >= HUBWIRE_APP_WAITING_BYTES;

	if (p->ws != NULL)
		wsconn_read(p->ws, !full);
}

static void
ask_next(struct appconn *p)
{
	struct question_facts facts = {.conn = p->conn,
	    .remote = p->remote,
	    .state = p->state,
	    .base = p->base,
	    .origin = p->origin,
	    .app = p->name,
	    .cursor = p->cursor};
	struct appconn_message *m = STAILQ_FIRST(&p->waiting);

	if (p->question != NULL ||
	    (p->ws != NULL && wsconn_queued(p->ws) >= CONN_SOFT))
		return;
	if (p->cursor == NULL) {
		if (m == NULL)
			return;
		must(p->asked == NULL && p->waits > 0 &&
		     p->waiting_bytes >= m->len);
		STAILQ_REMOVE_HEAD(&p->waiting, link);
		p->waits--;
		p->waiting_bytes -= m->len;
		p->asked = m;
		read_again(p);
	}
	must(p->asked != NULL);
	p->changes = p->all->sessions->changes;
	p->question = question_new(p->all->questions,
	    p->api ? QUESTION_API : QUESTION_APP, &facts,
	    str_n(p->asked->text, p->asked->len));
	question_then(p->question, on_answer, p);
}

static void
on_message(void *owner, enum ws_kind kind, struct str data)
{
	struct appconn *p = owner;
	struct appconn_message *m;

	if (kind != WS_TEXT) {
		appconn_close(p, WS_UNSUPPORTED, "text only");
		return;
	}
	m = mem_new(sizeof(*m) + data.len);
	m->len = data.len;
	memcpy(m->text, data.p, data.len);
	STAILQ_INSERT_TAIL(&p->waiting, m, link);
	p->waits++;
	p->waiting_bytes += data.len;
	read_again(p);
	ask_next(p);
}

static void
on_drained(void *owner)
{
	ask_next(owner);
}

static const struct wsconn_ops socket_ops = {
    .message = on_message,
    .drained = on_drained,
    .unsettled = on_unsettled,
    .down = on_down,
    .patient = true,
};
