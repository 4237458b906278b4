#include "app.h"
#include "arena.h"
#include "log.h"
#include "must.h"

#include <stdio.h>
#include <string.h>

#define CURSOR_MAX 2048

struct app_message {
	STAILQ_ENTRY(app_message) link;
	size_t len;
	char text[];
};

struct app {
	struct apps *all;
	struct wsconn *ws; /* NULL once the connection is down */
	struct ask *ask;
	struct app_message *asked; /* what the question is about */
	STAILQ_HEAD(, app_message) waiting;
	size_t waits, waiting_bytes;
	struct session_use session; /* .session NULL: not logged in */
	struct subscriber subscriber;
	TAILQ_ENTRY(app) link;
	uint64_t conn;
	uint64_t changes;     /* orders about rights before the question */
	char *state, *cursor; /* NULL: none */
	char *remote, *base, *name;
};

static const struct wsconn_ops socket_ops;
static void ask_next(struct app *p);

void
apps_init(
    struct apps *as, struct asks *asks, struct sessions *ss, struct subs *subs)
{
	memset(as, 0, sizeof *as);
	as->asks = asks;
	as->sessions = ss;
	as->subs = subs;
	TAILQ_INIT(&as->dead);
}

struct str
app_name_of(struct str target)
{
	struct str path = str_n(target.p, str_find(target, '?')), name = path;

	for (size_t i = 0; i < path.len; i++)
		if (path.p[i] == '/')
			name = str_n(path.p + i + 1, path.len - i - 1);
	if (name.len > 4 &&
	    str_eq_nocase(str_n(name.p + name.len - 4, 4), STR(".htm")))
		name.len -= 4;
	if (name.len > 0 && name.p[0] == '$')
		name = str_n(name.p + 1, name.len - 1);
	if (name.len > 0 && name.p[name.len - 1] == '$')
		name.len--;
	return name;
}

/* ---- life ---- */

/* "scheme://host" as the app used it; NULL if nginx did not say. */
static char *
base_of(const struct http1 *head)
{
	struct str host = http1_find(head, "Host");
	struct buf b;
	char *base;

	if (!ask_is_fact(host, 255))
		return NULL;
	buf_init(&b, 300);
	buf_puts(&b, str_eqz(http1_find(head, "X-Forwarded-Proto"), "https")
			 ? "https://"
			 : "http://");
	buf_str(&b, host);
	base = mem_strdup(b.data);
	buf_fini(&b);
	return base;
}

int
app_open(struct apps *as, struct wsconn *w, const struct http1 *head)
{
	struct app *p = mem_new(sizeof *p);

	p->all = as;
	p->ws = w;
	p->conn = ++as->last_conn;
	p->remote = ask_fact(http1_find(head, "X-Real-IP"), 64);
	p->base = base_of(head);
	p->name = ask_fact(app_name_of(http1_target(head)), 128);
	STAILQ_INIT(&p->waiting);
	as->now++;
	wsconn_own(w, &socket_ops, p, APP_MESSAGE_MAX);
	return 0;
}

static void
forget_messages(struct app *p)
{
	struct app_message *m;

	while ((m = STAILQ_FIRST(&p->waiting)) != NULL) {
		STAILQ_REMOVE_HEAD(&p->waiting, link);
		mem_free(m);
	}
	mem_free(p->asked);
	p->asked = NULL;
}

static void
app_free(struct app *p)
{
	forget_messages(p);
	mem_free(p->state);
	mem_free(p->cursor);
	mem_free(p->remote);
	mem_free(p->base);
	mem_free(p->name);
	mem_free(p);
}

void
apps_turn(struct apps *as)
{
	struct app *p;

	while ((p = TAILQ_FIRST(&as->dead)) != NULL) {
		TAILQ_REMOVE(&as->dead, p, link);
		app_free(p);
	}
}

void
apps_fini(struct apps *as)
{
	apps_turn(as);
}

static void
log_session(const struct app *p, const char *event)
{
	char conn[24];

	(void)snprintf(conn, sizeof conn, "%llu", (unsigned long long)p->conn);
	log_event(LOG_INFO, event, "conn", conn, "app", p->name, "cred",
	    p->session.session->cred, NULL);
}

static void
leave_session(struct app *p)
{
	struct session *s = p->session.session;

	if (s == NULL)
		return;
	log_session(p, "session.close");
	subscriber_fini(p->all->subs, &p->subscriber);
	session_unuse(&p->session);
	session_end(p->all->sessions, s);
}

static void
on_down(void *owner)
{
	struct app *p = owner;

	p->ws = NULL;
	p->all->now--;
	leave_session(p);
	ask_cancel(&p->ask);
	TAILQ_INSERT_TAIL(&p->all->dead, p, link);
}

static void
app_close(struct app *p, unsigned code, const char *reason)
{
	if (p->ws != NULL)
		wsconn_close(p->ws, (uint16_t)code, reason);
}

static void
on_unsettled(void *owner)
{
	app_close(owner, WS_POLICY, "no login");
}

/* ---- the session ---- */

/* An order ended it: the session goes by itself. */
static void
on_session_ended(void *arg)
{
	struct app *p = arg;

	subscriber_fini(p->all->subs, &p->subscriber);
	app_close(p, WS_POLICY, "session ended");
}

static const struct session_use_ops session_ops = {on_session_ended, NULL};

static void
send_text(void *arg, struct str message)
{
	struct app *p = arg;

	if (p->ws != NULL)
		wsconn_send(p->ws, WS_TEXT, message);
}

static void
on_overrun(void *arg)
{
	struct app *p = arg;

	if (p->ws != NULL)
		wsconn_overload(p->ws);
}

static void
log_in(struct app *p, const struct json *text)
{
	struct session *s;

	leave_session(p);
	s = session_open(p->all->sessions, text, 0);
	if (s == NULL || !TAILQ_EMPTY(&s->uses)) {
		app_close(p, WS_INTERNAL, "no session");
		return;
	}
	session_use(s, &p->session, &session_ops, p);
	subscriber_init(&p->subscriber, s, send_text, p);
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
	*at = ask_fact(json_text(v), max);
}

static void
send_lines(struct app *p, struct str rest)
{
	struct str line;

	while (rest.len > 0 && str_next(&rest, '\n', &line) && p->ws != NULL)
		if (line.len > 0)
			wsconn_send(p->ws, WS_TEXT, line);
}

static void
carry_out(struct app *p, const struct answer *ans)
{
	const struct json *c = ans->commands;
	const struct json *session = json_member(c, "session");
	const struct json *subscribe = json_member(c, "subscribe");
	int64_t code = json_number(json_member(c, "close"), 0);

	if (json_kind(session) == JSON_OBJECT &&
	    p->changes != p->all->sessions->changes) {
		/* perhaps from before a right was taken away: log in anew */
		app_close(p, WS_TRY_LATER, "rights have changed");
		return;
	}
	set_text(&p->state, json_member(c, "state"), ASK_STATE_MAX);
	if (json_kind(session) == JSON_OBJECT)
		log_in(p, session);
	if (p->session.session != NULL) {
		p->session.session->state = p->state;
		if (json_kind(subscribe) == JSON_OBJECT)
			(void)subscriber_add(
			    p->all->subs, &p->subscriber, subscribe);
	}
	mem_free(p->cursor);
	p->cursor = NULL;
	set_text(&p->cursor, json_member(c, "cursor"), CURSOR_MAX);
	send_lines(p, ans->lines);
	if (p->cursor == NULL && p->session.session != NULL)
		subscriber_let_go(&p->subscriber);
	if (ws_code_valid((unsigned)code))
		app_close(p, (unsigned)code, "");
}

void
app_busy_answer(struct str message, struct buf *out)
{
	const struct json *m;
	struct arena a;
	struct buf mt;
	struct jout j;
	struct err e;

	arena_init(&a, 1u << 20);
	buf_init(&mt, APP_MESSAGE_MAX + 64);
	if (json_read(&a, message, APP_MESSAGE_MAX, &m, &e) == 0 &&
	    json_text(json_member(m, "mt")).len > 0) {
		buf_str(&mt, json_text(json_member(m, "mt")));
		buf_puts(&mt, "Result");
		jout_init(&j, buf_sink(out));
		jout_object(&j, NULL);
		jout_str(&j, "mt", buf_view(&mt));
		if (json_kind(json_member(m, "src")) != JSON_NONE)
			jout_raw(&j, "src", json_raw_member(message, "src"));
		jout_strz(&j, "error", "busy");
		jout_end(&j);
	}
	buf_fini(&mt);
	arena_fini(&a);
}

static void
send_busy(struct app *p)
{
	struct buf out;

	buf_init(&out, 2 * APP_MESSAGE_MAX);
	app_busy_answer(str_n(p->asked->text, p->asked->len), &out);
	if (out.len > 0 && !buf_failed(&out))
		wsconn_send(p->ws, WS_TEXT, buf_view(&out));
	buf_fini(&out);
	mem_free(p->cursor);
	p->cursor = NULL;
	if (p->session.session != NULL)
		subscriber_let_go(&p->subscriber);
}

static void
on_answer(void *arg, const struct answer *ans)
{
	struct app *p = arg;

	p->ask = NULL;
	if (ans != NULL)
		carry_out(p, ans);
	else
		send_busy(p);
	if (p->cursor == NULL) {
		mem_free(p->asked);
		p->asked = NULL;
	}
	ask_next(p);
}

/* ---- questions ---- */

static void
read_again(struct app *p)
{
	bool full = p->waits >= APP_WAITING_MAX ||
		    p->waiting_bytes >= APP_WAITING_BYTES;

	if (p->ws != NULL)
		wsconn_read(p->ws, !full);
}

static void
ask_next(struct app *p)
{
	bool api = p->session.session != NULL;
	struct ask_facts facts = {
	    p->conn, p->remote, p->state, NULL, NULL, NULL, p->cursor};
	struct app_message *m = STAILQ_FIRST(&p->waiting);
	struct str body = str_n("", 0);

	if (p->ws == NULL || p->ask != NULL ||
	    wsconn_queued(p->ws) >= CONN_SOFT)
		return;
	if (p->cursor == NULL) {
		if (m == NULL)
			return;
		STAILQ_REMOVE_HEAD(&p->waiting, link);
		p->waits--;
		p->waiting_bytes -= m->len;
		p->asked = m;
		body = str_n(m->text, m->len);
		read_again(p);
	}
	facts.base = p->base;
	facts.app = p->name;
	p->changes = p->all->sessions->changes;
	p->ask = ask_new(p->all->asks, api ? ASK_API : ASK_APP, &facts, body);
	ask_then(p->ask, on_answer, p);
}

static void
on_message(void *owner, enum ws_kind kind, struct str data)
{
	struct app *p = owner;
	struct app_message *m;

	if (kind != WS_TEXT) {
		app_close(p, WS_UNSUPPORTED, "text only");
		return;
	}
	m = mem_new(sizeof *m + data.len);
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
};
