#include "tunnel.h"

#include <ev.h>
#include <inttypes.h>
#include <stdio.h>

#include "arena.h"
#include "crypto.h"
#include "http1.h"
#include "journal.h"
#include "model.h"
#include "must.h"
#include "site.h"
#include "sysclient.h"
#include "talk.h"
#include "ws.h"

#define OUT_MAX (4 * TUNNEL_BODY_MAX)

/*
 * A session: a request is read by http (until its END), then the answer stands
 * in out and, for /big, in at..page.bytes; each receive takes a piece.
 */
struct tunnel_session {
	struct tunnel_session *next;
	struct tunnel *owner;
	uint32_t id;
	bool asked;    /* a receive waits for bytes */
	bool answered; /* the answer is made; more requests are not read */
	bool ready;    /* it may be fetched */
	bool done;     /* nothing will be added to it */
	bool bare;     /* HEAD: no body */
	struct http1 *http;
	struct site_page page;
	struct buf out, body;
	struct crypto_hash *sum;
	uint64_t summed, at;
	struct talk *talk; /* after the upgrade */
	struct ev_timer delay;
};

static struct tunnel_session *
find(struct tunnel *t, uint32_t id)
{
	struct tunnel_session *s = t->first;

	while (s != NULL && s->id != id)
		s = s->next;
	return s;
}

static size_t
count(const struct tunnel *t)
{
	size_t n = 0;

	for (const struct tunnel_session *s = t->first; s != NULL; s = s->next)
		n++;
	return n;
}

static struct tunnel_session *
session_new(struct tunnel *t, uint32_t id)
{
	struct tunnel_session *s = mem_new(sizeof(*s));

	s->owner = t;
	s->id = id;
	s->http = http1_request_new();
	buf_init(&s->out, OUT_MAX);
	buf_init(&s->body, TUNNEL_BODY_MAX);
	s->next = t->first;
	t->first = s;
	return s;
}

static void
session_free(struct tunnel_session *s)
{
	struct tunnel_session **at = &s->owner->first;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	if (s->owner->world->loop != NULL)
		ev_timer_stop(s->owner->world->loop, &s->delay);
	talk_free(&s->talk);
	mem_free(s->sum);
	http1_free(&s->http);
	buf_fini(&s->out);
	buf_fini(&s->body);
	mem_free(s);
}

/* ---- answers ---- */

/* The next bytes of /big, framed, into out. */
static void
fill_big(struct tunnel_session *s)
{
	uint64_t left = s->page.bytes - s->at;
	size_t n = left < TUNNEL_RESULT_MAX ? (size_t)left : TUNNEL_RESULT_MAX;
	bool chunked = s->page.framing == SITE_CHUNKED;

	must(s->page.kind == SITE_BIG);
	if (n > 0) {
		if (chunked)
			buf_printf(&s->out, "%zx\r\n", n);
		site_pattern(s->at, buf_reserve(&s->out, n), n);
		buf_added(&s->out, n);
		if (chunked)
			buf_puts(&s->out, "\r\n");
		s->at += n;
	}
	if (s->at == s->page.bytes) {
		if (chunked)
			buf_puts(&s->out, "0\r\n\r\n");
		s->done = true;
	}
}

/* Give a waiting receive what there is; an empty result is the end. */
static void
flush(struct tunnel_session *s)
{
	size_t n;

	if (!s->asked || !s->ready)
		return;
	while (!s->done && s->talk == NULL && s->out.len < TUNNEL_RESULT_MAX)
		fill_big(s);
	if (s->out.len == 0 && !s->done)
		return;
	n = s->out.len < TUNNEL_RESULT_MAX ? s->out.len : TUNNEL_RESULT_MAX;
	s->asked = false;
	s->owner->world->send(
	    s->owner, s->id, SC_RECEIVE_RESULT, str_n(s->out.data, n));
	buf_drop(&s->out, n);
}

static void
on_delay(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct tunnel_session *s = w->data;

	(void)loop, (void)revents;
	s->ready = true;
	flush(s);
}

static void
make_ready(struct tunnel_session *s)
{
	struct tunnel_world *world = s->owner->world;

	world->requests++;
	s->answered = true;
	if (world->delay_ms == 0) {
		s->ready = true;
		return;
	}
	ev_timer_init(&s->delay, on_delay, (double)world->delay_ms / 1000, 0);
	s->delay.data = s;
	ev_timer_start(world->loop, &s->delay);
}

static void
put_head(struct tunnel_session *s, const char *status, uint64_t length)
{
	buf_printf(&s->out, "HTTP/1.1 %s\r\nContent-Type: %s\r\n", status,
	    s->page.type);
	switch (s->page.framing) {
	case SITE_LENGTH:
		buf_printf(&s->out, "Content-Length: %" PRIu64 "\r\n", length);
		break;
	case SITE_CHUNKED:
		buf_puts(&s->out, "Transfer-Encoding: chunked\r\n");
		break;
	case SITE_CLOSE:
		buf_puts(&s->out, "Connection: close\r\n");
		break;
	}
	buf_puts(&s->out, "\r\n");
}

/* A body that is known as a whole. */
static void
put_whole(struct tunnel_session *s, const char *status, struct str body)
{
	bool chunked = s->page.framing == SITE_CHUNKED;

	s->done = true;
	put_head(s, status, body.len);
	if (s->bare)
		return;
	if (chunked && body.len > 0)
		buf_printf(&s->out, "%zx\r\n", body.len);
	buf_str(&s->out, body);
	if (chunked)
		buf_puts(&s->out, body.len > 0 ? "\r\n0\r\n\r\n" : "0\r\n\r\n");
}

static void
put_sum(struct tunnel_session *s)
{
	char hex[CRYPTO_HEX_MAX], text[128];

	(void)crypto_hash_hex(s->sum, hex);
	snprintf(text, sizeof(text), "%" PRIu64 " %s\n", s->summed, hex);
	put_whole(s, "200 OK", str_of(text));
}

static void
put_upgrade(struct tunnel_session *s)
{
	struct str key = http1_find(s->http, "Sec-WebSocket-Key");
	char accept[WS_ACCEPT_SIZE];

	if (!http1_upgraded(s->http) || !ws_key_valid(key)) {
		put_whole(s, "400 Bad Request", STR("no websocket\n"));
		return;
	}
	ws_accept(key, accept);
	buf_printf(&s->out,
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
	    accept);
	s->talk = talk_new(
	    s->page.kind == SITE_MANAGER ? &s->owner->box->platform : NULL);
}

static struct site_device
device_of(const struct tunnel_session *s)
{
	const struct tunnel *t = s->owner;

	return (struct site_device){t->device, t->world->types, t->box};
}

static void
put_command(struct tunnel_session *s)
{
	struct site_device d = device_of(s);

	if (site_command(&d, http1_target(s->http)))
		put_whole(s, "200 OK", STR("ok\n"));
	else
		put_whole(s, "400 Bad Request", STR("no command\n"));
}

/* Half of what it promises. */
static void
put_half(struct tunnel_session *s)
{
	put_head(s, "200 OK", 6);
	buf_puts(&s->out, "ok\n");
	s->done = true;
}

/* The request is whole. */
static void
put_big(struct tunnel_session *s)
{
	put_head(s, "200 OK", s->page.bytes);
	s->done = s->bare;
}

static void
put_echo(struct tunnel_session *s)
{
	if (buf_failed(&s->body))
		put_whole(s, "413 Content Too Large", STR("too long\n"));
	else
		put_whole(s, "200 OK", buf_view(&s->body));
}

/* What an App Platform has only. */
static void
put_platform(struct tunnel_session *s)
{
	struct buf text;
	const char *status;

	buf_init(&text, TUNNEL_BODY_MAX);
	status = platform_serve(&s->owner->box->platform, http1_target(s->http),
	    buf_view(&s->body), &text);
	put_whole(s, status, buf_view(&text));
	buf_fini(&text);
}

static void
put_text(struct tunnel_session *s)
{
	struct site_device d = device_of(s);

	s->page.text(&s->body, &d);
	put_whole(s, "200 OK", buf_view(&s->body));
}

static void
put_page(struct tunnel_session *s)
{
	switch (s->page.kind) {
	case SITE_TEXT:
		put_text(s);
		break;
	case SITE_COMMAND:
		put_command(s);
		break;
	case SITE_ERROR:
		put_whole(s, "500 Internal Server Error", STR("failed\n"));
		break;
	case SITE_HANG:
		break;
	case SITE_CUT:
		put_half(s);
		break;
	case SITE_BIG:
		put_big(s);
		break;
	case SITE_ECHO:
		put_echo(s);
		break;
	case SITE_SUM:
		put_sum(s);
		break;
	case SITE_WS:
	case SITE_MANAGER:
		put_upgrade(s);
		break;
	case SITE_PLATFORM:
		put_platform(s);
		break;
	case SITE_NONE:
		put_whole(s, "404 Not Found", STR("not found\n"));
		break;
	}
}

static void
respond(struct tunnel_session *s)
{
	put_page(s);
	buf_fini(&s->body);
	if (s->page.kind != SITE_HANG)
		make_ready(s);
}

/* ---- requests ---- */

static void
find_page(struct tunnel_session *s)
{
	struct tunnel *t = s->owner;
	struct str target = http1_target(s->http);
	struct site_device d = device_of(s);
	char id[MODEL_HWID_SIZE];

	model_hw_id(t->device, id);
	if (t->world->journal != NULL)
		journal_add(t->world->journal, str_of(id),
		    http1_method(s->http), target);
	site_find(&d, target, &s->page);
	site_break(&s->page, fault_find(t->world->faults, str_of(id), target));
}

static void
on_event(struct tunnel_session *s, const struct http1_event *ev)
{
	switch (ev->kind) {
	case HTTP1_HEAD:
		find_page(s);
		s->bare = str_eqz(http1_method(s->http), "HEAD");
		if (s->page.kind == SITE_SUM) {
			s->sum = mem_new(sizeof(*s->sum));
			crypto_hash_init(s->sum, CRYPTO_SHA256);
		}
		break;
	case HTTP1_BODY:
		if (s->page.kind == SITE_ECHO || s->page.kind == SITE_PLATFORM)
			buf_str(&s->body, ev->body);
		if (s->sum != NULL)
			crypto_hash_add(s->sum, ev->body);
		s->summed += ev->body.len;
		break;
	case HTTP1_END:
		respond(s);
		break;
	}
}

static void
bad_request(struct tunnel_session *s)
{
	s->page = (struct site_page){.kind = SITE_NONE,
	    .type = "text/plain",
	    .text = NULL,
	    .bytes = 0,
	    .framing = SITE_LENGTH};
	put_whole(s, "400 Bad Request", STR("bad request\n"));
	make_ready(s);
}

static void
take_bytes(struct tunnel_session *s, struct str in)
{
	struct http1_event ev;
	size_t taken;
	int rc = 1;

	while (!s->answered && rc > 0) {
		rc = http1_feed(s->http, in, &taken, &ev);
		if (rc > 0)
			on_event(s, &ev);
		in = str_n(in.p + taken, in.len - taken);
	}
	if (rc < 0)
		bad_request(s);
	if (s->talk != NULL && !talk_take(s->talk, in, &s->out))
		s->done = true;
}

void
tunnel_take(struct tunnel *t, uint32_t id, uint32_t event, struct str data)
{
	struct tunnel_session *s = find(t, id);

	switch (event) {
	case SC_SEND:
		if (s == NULL && count(t) >= TUNNEL_SESSIONS_MAX) {
			t->world->send(t, id, SC_SHUTDOWN, STR(""));
			return;
		}
		if (s == NULL)
			s = session_new(t, id);
		t->world->send(t, id, SC_SEND_RESULT, STR(""));
		take_bytes(s, data);
		flush(s);
		break;
	case SC_RECEIVE:
		if (s == NULL)
			return;
		s->asked = true;
		flush(s);
		break;
	case SC_SHUTDOWN:
		t->world->send(t, id, SC_SHUTDOWN, STR(""));
		if (s != NULL)
			session_free(s);
		if (t->box->next != BOX_STAYS)
			t->world->act(t);
		break;
	default:
		break;
	}
}

void
tunnel_fini(struct tunnel *t)
{
	while (t->first != NULL)
		session_free(t->first);
}
