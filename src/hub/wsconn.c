#include "wsconn.h"

#include <string.h>

#include "arena.h"
#include "clock.h"
#include "must.h"

static const struct conn_ops socket_ops;

void
wsconns_init(struct wsconns *a, struct conns *conns)
{
	memset(a, 0, sizeof(*a));
	a->conns = conns;
	TAILQ_INIT(&a->greeting);
	TAILQ_INIT(&a->alive);
	TAILQ_INIT(&a->patient);
	TAILQ_INIT(&a->closing);
	TAILQ_INIT(&a->trials);
}

static struct wsconn_list *
list_of(struct wsconn *w)
{
	switch (w->state) {
	case WSCONN_GREETING:
		return &w->all->greeting;
	case WSCONN_ALIVE:
		return w->ops->patient ? &w->all->patient : &w->all->alive;
	case WSCONN_CLOSING:
		return &w->all->closing;
	}
	must(false);
	return NULL;
}

/* To the end of the list of this state, which so stays ordered by time. */
static void
set_state(struct wsconn *w, enum wsconn_state state, int64_t now)
{
	must(state >= w->state); /* a connection grows older only */
	TAILQ_REMOVE(list_of(w), w, link);
	w->state = state;
	w->since = now;
	TAILQ_INSERT_TAIL(list_of(w), w, link);
}

void
wsconn_new(struct wsconns *a, int fd)
{
	struct wsconn *w = mem_new(sizeof(*w));

	conn_init(&w->conn, a->conns, fd, &socket_ops);
	w->all = a;
	w->head = http1_request_new();
	w->state = WSCONN_GREETING;
	w->since = clock_mono_ms();
	TAILQ_INSERT_TAIL(&a->greeting, w, link);
}

void
wsconn_own(
    struct wsconn *w, const struct wsconn_ops *ops, void *owner, uint32_t max)
{
	must(w->owner == NULL && w->state == WSCONN_GREETING);
	w->ops = ops;
	w->owner = owner;
	w->max = max;
}

void
wsconn_settle(struct wsconn *w)
{
	if (w->trial != NULL)
		TAILQ_REMOVE(&w->all->trials, w->trial, link);
	mem_free(w->trial);
	w->trial = NULL;
}

/* The owner hears of it once, and nothing more after that. */
static void
leave_owner(struct wsconn *w)
{
	void *owner = w->owner;

	w->owner = NULL;
	wsconn_settle(w);
	if (owner != NULL)
		w->ops->down(owner, w->why);
}

static void
add_frame(struct wsconn *w, enum ws_kind kind, struct str data)
{
	struct buf *out = conn_out(&w->conn);

	if (out == NULL)
		return;
	ws_frame_head(out, kind, data.len);
	buf_str(out, data);
	conn_added(&w->conn);
}

void
wsconn_send(struct wsconn *w, enum ws_kind kind, struct str data)
{
	if (w->state == WSCONN_ALIVE)
		add_frame(w, kind, data);
}

static void
send_close(struct wsconn *w, uint16_t code, const char *reason)
{
	struct buf *out = conn_out(&w->conn);

	w->sent_close = true;
	if (out == NULL)
		return;
	ws_close(out, WS_SERVER, code, str_of(reason));
	conn_added(&w->conn);
}

/* The peer broke the framing (RFC 6455 section 7.1.7): whether it understands
 * our close, nobody knows. */
static bool
is_fault(uint16_t code)
{
	return code == WS_PROTOCOL || code == WS_BAD_TEXT || code == WS_TOO_BIG;
}

void
wsconn_close(
    struct wsconn *w, enum hubwire_end why, uint16_t code, const char *reason)
{
	if (w->state != WSCONN_ALIVE)
		return;
	w->why = why;
	set_state(w, WSCONN_CLOSING, clock_mono_ms());
	send_close(w, code, reason);
	conn_read(&w->conn, true); /* what comes is read and thrown away */
	if (is_fault(code))
		conn_shut(&w->conn);
	leave_owner(w);
}

void
wsconn_overload(struct wsconn *w)
{
	conn_clog(&w->conn);
}

size_t
wsconn_queued(const struct wsconn *w)
{
	return conn_queued(&w->conn);
}

void
wsconn_read(struct wsconn *w, bool reads)
{
	if (w->state == WSCONN_ALIVE)
		conn_read(&w->conn, reads);
}

/* ---- the upgrade ---- */

static void
refuse(struct wsconn *w, int status)
{
	struct buf *out = conn_out(&w->conn);

	if (out == NULL)
		return;
	buf_printf(out,
	    "HTTP/1.1 %d %s\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n%s\r\n",
	    status, status == 426 ? "Upgrade Required" : "Refused",
	    status == 426 ? "Upgrade: websocket\r\n"
			    "Sec-WebSocket-Version: 13\r\n"
			  : "");
	conn_added(&w->conn);
	conn_finish(&w->conn);
}

static int
check_upgrade(const struct http1 *h)
{
	if (!str_eqz(http1_method(h), "GET") || http1_minor(h) != 1)
		return 400;
	if (!http1_upgraded(h) ||
	    !http1_token(h, "Upgrade", STR("websocket")) ||
	    !str_eqz(http1_find(h, "Sec-WebSocket-Version"), "13"))
		return 426;
	return ws_key_valid(http1_find(h, "Sec-WebSocket-Key")) ? 0 : 400;
}

static void
accept_upgrade(struct wsconn *w)
{
	char accept[WS_ACCEPT_SIZE];
	struct buf *out = conn_out(&w->conn);

	must(out != NULL && w->owner != NULL);
	ws_accept(http1_find(w->head, "Sec-WebSocket-Key"), accept);
	buf_printf(out,
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
	    accept);
	conn_added(&w->conn);
	set_state(w, WSCONN_ALIVE, clock_mono_ms());
	w->trial = mem_new(sizeof(*w->trial));
	*w->trial = (struct wsconn_trial){.of = w, .opened = w->since};
	TAILQ_INSERT_TAIL(&w->all->trials, w->trial, link);
}

/* Returns what of in lies behind the head. */
static struct str
greet(struct wsconn *w, struct str in)
{
	struct http1_event ev;
	size_t taken;
	int rc, status;

	while (in.len > 0) {
		rc = http1_feed(w->head, in, &taken, &ev);
		in = str_n(in.p + taken, in.len - taken);
		if (rc < 0) {
			refuse(w, 400);
			return str_n(NULL, 0);
		}
		if (rc == 0 || ev.kind != HTTP1_END)
			continue;
		status = check_upgrade(w->head);
		if (status == 0)
			status = w->all->open(w->all->open_arg, w, w->head);
		if (status != 0) {
			refuse(w, status);
			return str_n(NULL, 0);
		}
		accept_upgrade(w);
		http1_free(&w->head);
		break;
	}
	return in;
}

/* ---- frames ---- */

static void
take_close(struct wsconn *w, uint16_t code)
{
	if (!w->sent_close) {
		set_state(w, WSCONN_CLOSING, clock_mono_ms());
		send_close(w, code, "");
	}
	conn_finish(&w->conn);
	w->why = HUBWIRE_END_CLOSED;
	leave_owner(w);
}

static void
take_event(struct wsconn *w, const struct ws_event *ev)
{
	switch (ev->kind) {
	case WS_TEXT:
	case WS_BINARY:
		if (w->state != WSCONN_ALIVE)
			break;
		must(w->owner != NULL);
		w->ops->message(w->owner, ev->kind, ev->data);
		break;
	case WS_PING:
		wsconn_send(w, WS_PONG, ev->data);
		break;
	case WS_PONG:
		break;
	case WS_CLOSE:
		take_close(w, ev->code);
		break;
	}
}

static void
forget_input(struct wsconn *w)
{
	if (w->in != NULL)
		ws_in_fini(w->in);
	mem_free(w->in);
	w->in = NULL;
}

/* Frames: most connections are between two of them, and need no codec. */
static void
take_frames(struct wsconn *w, struct str in)
{
	struct ws_event ev;
	size_t taken;
	int rc;

	if (w->in == NULL) {
		w->in = mem_new(sizeof(*w->in));
		ws_in_init(w->in, WS_SERVER, w->max);
	}
	do {
		rc = ws_in_feed(w->in, in.p, in.len, &taken, &ev);
		if (rc > 0)
			take_event(w, &ev);
		in = str_n(in.p + taken, in.len - taken);
	} while (rc > 0);
	if (rc < 0)
		wsconn_close(w, HUBWIRE_END_ERROR, w->in->fail, "");
	else if (ws_in_idle(w->in))
		forget_input(w);
}

static void
on_bytes(struct conn *c, struct str in)
{
	struct wsconn *w = (struct wsconn *)(void *)c;

	if (w->state == WSCONN_GREETING && conn_open(c))
		in = greet(w, in);
	if (w->state == WSCONN_GREETING)
		return;
	if (w->state == WSCONN_ALIVE)
		set_state(w, WSCONN_ALIVE, clock_mono_ms());
	take_frames(w, in);
}

static void
on_drained(struct conn *c)
{
	struct wsconn *w = (struct wsconn *)(void *)c;

	if (w->state == WSCONN_ALIVE)
		w->ops->drained(w->owner);
}

static void
on_clogged(struct conn *c)
{
	struct wsconn *w = (struct wsconn *)(void *)c;

	if (w->state == WSCONN_ALIVE)
		wsconn_close(
		    w, HUBWIRE_END_ERROR, HUBWIRE_CLOSE_LATER, "too slow");
	else
		conn_doom(c);
}

static void
on_gone(struct conn *c)
{
	struct wsconn *w = (struct wsconn *)(void *)c;

	leave_owner(w);
	TAILQ_REMOVE(list_of(w), w, link);
	forget_input(w);
	http1_free(&w->head);
	mem_free(w);
}

static void
on_eof(struct conn *c)
{
	leave_owner((struct wsconn *)(void *)c);
	conn_doom(c);
}

static const struct conn_ops socket_ops = {
    .bytes = on_bytes,
    .eof = on_eof,
    .drained = on_drained,
    .clogged = on_clogged,
    .gone = on_gone,
    .patient = false,
};

/* ---- time ---- */

/* Doom what is older than limit_ms in a list ordered by time. */
static void
drop_old(struct wsconn_list *list, int64_t now, int64_t limit_ms)
{
	struct wsconn *w;

	TAILQ_FOREACH (w, list, link) {
		if (now - w->since < limit_ms)
			break;
		w->why = HUBWIRE_END_SILENT;
		conn_doom(&w->conn);
	}
}

/* Again and again: who answers none of them may still need them to keep a way
 * open. */
static void
ping_silent(struct wsconn_list *list, int64_t now, int64_t ping_ms)
{
	int left = WSCONN_PINGS_MAX;
	struct wsconn *w;

	TAILQ_FOREACH (w, list, link) {
		if (now - w->since < ping_ms || left == 0)
			break;
		if (now - w->pinged < ping_ms)
			continue;
		add_frame(w, WS_PING, str_n("", 0));
		w->pinged = now;
		left--;
	}
}

struct wsconn *
wsconns_first(const struct wsconns *a)
{
	struct wsconn *w = TAILQ_FIRST(&a->alive);

	return w != NULL ? w : TAILQ_FIRST(&a->patient);
}

void
wsconns_tick(struct wsconns *a, int64_t now)
{
	struct wsconn_trial *t;
	struct wsconn *w;

	drop_old(&a->greeting, now, WSCONN_HEAD_MS);
	drop_old(&a->closing, now, WSCONN_CLOSE_MS);
	drop_old(&a->alive, now, a->idle_ms);
	drop_old(&a->patient, now, a->patient_ms);
	ping_silent(&a->alive, now, a->ping_ms);
	ping_silent(&a->patient, now, a->ping_ms);
	while ((t = TAILQ_FIRST(&a->trials)) != NULL &&
	       now - t->opened >= HUBWIRE_SETTLE_MS) {
		w = t->of;
		wsconn_settle(w);
		must(w->owner != NULL); /* who has none is settled */
		w->ops->unsettled(w->owner);
	}
}
