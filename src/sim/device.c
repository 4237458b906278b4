#include "device.h"
#include "arena.h"
#include "http1.h"
#include "json.h"
#include "log.h"
#include "map.h"
#include "model.h"
#include "must.h"
#include "sysclient.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <unistd.h>

#define READ_SIZE  65536
#define WRITE_HIGH (256 * 1024) /* above this nothing more is read */
#define OUT_MAX    (8 * 1024 * 1024)
#define JSON_ARENA (256 * 1024)

struct device_handshake {
	struct http1 *http;
	char key[25];
};

/* One for all: there is one thread. */
static char read_space[READ_SIZE];

static void on_io(struct ev_loop *loop, ev_io *w, int revents);

/* ---- the end of a connection, and the next one ---- */

static void
handshake_free(struct device *d)
{
	if (d->handshake == NULL)
		return;
	http1_free(&d->handshake->http);
	mem_free(d->handshake);
	d->handshake = NULL;
}

static void
forget(struct device *d)
{
	struct fleet *f = d->fleet;

	if (d->state == DEVICE_IDLE)
		return;
	if (d->state >= DEVICE_OPEN) {
		f->connected--;
		f->lost++;
	}
	f->answered -= d->answered;
	d->answered = false;
	tunnel_fini(&d->tunnel);
	handshake_free(d);
	ws_in_fini(&d->in);
	ws_in_init(&d->in, WS_CLIENT, SC_TUNNEL_HEAD + SC_DATA_MAX);
	buf_fini(&d->out);
	ev_io_stop(f->loop, &d->io);
	close(d->io.fd);
	d->state = DEVICE_IDLE;
}

static void
retry_after(struct device *d, double seconds)
{
	ev_timer_set(&d->retry, seconds, 0);
	ev_timer_start(d->fleet->loop, &d->retry);
}

static void
drop(struct device *d)
{
	char id[MODEL_HWID_SIZE];

	if (d->state < DEVICE_OPEN)
		d->fleet->refused++;
	model_hw_id(d->number, id);
	log_event(LOG_INFO, d->state < DEVICE_OPEN ? "refused" : "lost", "hwId",
	    id, NULL);
	forget(d);
	retry_after(d, (double)d->fleet->opt->retry_ms / 1000);
}

static void
want(struct device *d, int events)
{
	if (d->io.events == events && ev_is_active(&d->io))
		return;
	ev_io_stop(d->fleet->loop, &d->io);
	ev_io_modify(&d->io, events);
	ev_io_start(d->fleet->loop, &d->io);
}

/* Write what there is; -1: the connection is gone. */
static int
push(struct device *d)
{
	ssize_t n;
	int events = EV_READ;

	if (d->out.len > 0) {
		n = write(d->io.fd, d->out.data, d->out.len);
		if (n < 0 && errno != EAGAIN)
			return -1;
		if (n > 0)
			buf_drop(&d->out, (size_t)n);
	}
	if (buf_failed(&d->out))
		return -1;
	if (d->out.len == 0)
		buf_fini(&d->out);
	else
		events =
		    d->out.len > WRITE_HIGH ? EV_WRITE : EV_READ | EV_WRITE;
	want(d, events);
	return 0;
}

static int
connect_socket(struct device *d)
{
	struct fleet *f = d->fleet;
	const struct sockaddr *to = (const struct sockaddr *)&f->address;
	int one = 1, fd = socket(f->address.ss_family,
			 SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (f->address.ss_family != AF_UNIX)
		(void)setsockopt(
		    fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(fd, to, f->address_len) < 0 && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
on_retry(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct device *d = w->data;
	int fd = connect_socket(d);

	(void)loop, (void)revents;
	d->fleet->attempts++;
	if (fd < 0) {
		d->fleet->refused++;
		retry_after(d, (double)d->fleet->opt->retry_ms / 1000);
		return;
	}
	d->state = DEVICE_CONNECTING;
	ev_io_init(&d->io, on_io, fd, EV_WRITE);
	d->io.data = d;
	ev_io_start(d->fleet->loop, &d->io);
}

/* ---- frames ---- */

static void
send_message(struct device *d, struct buf *message)
{
	ws_frame(&d->out, WS_CLIENT, WS_BINARY, buf_view(message));
	buf_fini(message);
}

void
device_send_tunnel(
    struct tunnel *t, uint32_t session, uint32_t event, struct str data)
{
	struct device *d = map_entry(t, struct device, tunnel);
	struct buf message;

	buf_init(&message, SC_TUNNEL_HEAD + SC_DATA_MAX);
	sc_add_tunnel(&message, session, event, data);
	send_message(d, &message);
}

static void
send_identify(struct device *d, struct str digest)
{
	struct buf message, json;

	buf_init(&json, SC_JSON_MAX);
	buf_init(&message, SC_ADMIN_HEAD + SC_JSON_MAX);
	model_identify(&json, d->number, d->fleet->opt->types, digest);
	sc_add_admin(&message, SC_IDENTIFY, buf_view(&json));
	send_message(d, &message);
	buf_fini(&json);
}

static void
set_answered(struct device *d)
{
	d->fleet->answered += !d->answered;
	d->answered = true;
}

static void
on_challenge(struct device *d, struct str challenge)
{
	const struct model *m = model_of(d->number, d->fleet->opt->types);
	struct str password = store_get(&d->fleet->store, d->number);
	char id[MODEL_HWID_SIZE], digest[CRYPTO_HEX_MAX];
	struct sc_identity who;

	if (password.len == 0)
		return;
	model_hw_id(d->number, id);
	who = (struct sc_identity){
	    str_of(id), str_of(m->product), str_of(m->version)};
	sc_digest(&who, challenge, password, digest);
	send_identify(d, str_of(digest));
	set_answered(d);
}

static void
on_password(struct device *d, struct str password)
{
	char id[MODEL_HWID_SIZE];

	model_hw_id(d->number, id);
	if (!store_put(&d->fleet->store, d->number, password)) {
		log_event(LOG_WARN, "password.length", "hwId", id, NULL);
		return;
	}
	log_event(LOG_INFO, "password", "hwId", id, NULL);
	set_answered(d);
}

static void
on_admin(struct device *d, const struct sc_msg *m)
{
	const struct json *json;
	struct arena a;
	struct err e;

	arena_init(&a, JSON_ARENA);
	if (json_read(&a, m->data, SC_JSON_MAX, &json, &e) == 0) {
		if (m->admin == SC_PASSWORD)
			on_password(
			    d, json_text(json_member(json, "password")));
		if (m->admin == SC_CHALLENGE)
			on_challenge(
			    d, json_text(json_member(json, "challenge")));
	}
	arena_fini(&a);
}

static void
on_message(struct device *d, struct str message)
{
	struct sc_msg m;

	if (sc_parse(message, &m) <= 0)
		return;
	if (m.kind == SC_ADMIN)
		on_admin(d, &m);
	else
		tunnel_take(&d->tunnel, m.session, m.event, m.data);
}

/* -1: the connection is over. */
static int
on_event(struct device *d, const struct ws_event *ev)
{
	switch (ev->kind) {
	case WS_BINARY:
		on_message(d, ev->data);
		return 0;
	case WS_PING:
		ws_frame(&d->out, WS_CLIENT, WS_PONG, ev->data);
		return 0;
	case WS_CLOSE:
		if (d->state == DEVICE_OPEN) {
			ws_close(&d->out, WS_CLIENT, ev->code, STR(""));
			(void)push(d);
		}
		return -1;
	case WS_TEXT:
	case WS_PONG:
		return 0;
	}
	return 0;
}

static int
take_frames(struct device *d, struct str in)
{
	struct ws_event ev;
	size_t taken;
	int rc;

	while ((rc = ws_in_feed(&d->in, in.p, in.len, &taken, &ev)) > 0) {
		in = str_n(in.p + taken, in.len - taken);
		if (on_event(d, &ev) < 0)
			return -1;
	}
	return rc;
}

/* ---- the handshake ---- */

static void
send_upgrade(struct device *d)
{
	struct device_handshake *h = mem_new(sizeof *h);
	struct fleet *f = d->fleet;

	h->http = http1_response_new(false);
	ws_key_new(h->key);
	d->handshake = h;
	d->state = DEVICE_HANDSHAKE;
	buf_printf(&d->out,
	    "GET %.*s HTTP/1.1\r\nHost: %.*s\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
	    "Sec-WebSocket-Version: 13\r\n\r\n",
	    (int)f->path.len, f->path.p, (int)f->host.len, f->host.p, h->key);
}

static bool
accepted(const struct device_handshake *h)
{
	char accept[WS_ACCEPT_SIZE];

	ws_accept(str_of(h->key), accept);
	return http1_status(h->http) == 101 &&
	       str_eqz(http1_find(h->http, "Sec-WebSocket-Accept"), accept);
}

static void
opened(struct device *d)
{
	char id[MODEL_HWID_SIZE];

	handshake_free(d);
	d->state = DEVICE_OPEN;
	d->fleet->connected++;
	model_hw_id(d->number, id);
	log_event(LOG_INFO, "connected", "hwId", id, NULL);
	send_identify(d, STR(""));
}

/* Bytes of the answer to the upgrade; what follows its head are frames. */
static int
take_handshake(struct device *d, struct str in)
{
	struct http1_event ev;
	size_t taken;
	int rc;

	while ((rc = http1_feed(d->handshake->http, in, &taken, &ev)) > 0) {
		in = str_n(in.p + taken, in.len - taken);
		if (ev.kind == HTTP1_HEAD && !accepted(d->handshake))
			return -1;
		if (ev.kind == HTTP1_END) {
			opened(d);
			return take_frames(d, in);
		}
	}
	return rc;
}

/* ---- the socket ---- */

static int
pull(struct device *d)
{
	ssize_t n = read(d->io.fd, read_space, sizeof read_space);

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	if (n == 0)
		return -1;
	if (d->state == DEVICE_HANDSHAKE)
		return take_handshake(d, str_n(read_space, (size_t)n));
	return take_frames(d, str_n(read_space, (size_t)n));
}

static int
check_connected(struct device *d)
{
	int error = 0;
	socklen_t len = sizeof error;

	if (getsockopt(d->io.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 ||
	    error != 0)
		return -1;
	send_upgrade(d);
	return 0;
}

static void
on_io(struct ev_loop *loop, ev_io *w, int revents)
{
	struct device *d = w->data;
	int rc = 0;

	(void)loop;
	if (d->state == DEVICE_CONNECTING)
		rc = check_connected(d);
	else if (revents & EV_READ)
		rc = pull(d);
	if (rc < 0 || push(d) < 0)
		drop(d);
}

void
device_init(struct device *d, struct fleet *f, size_t number, double after)
{
	d->fleet = f;
	d->number = (uint32_t)number;
	d->tunnel.world = &f->world;
	d->tunnel.device = number;
	ws_in_init(&d->in, WS_CLIENT, SC_TUNNEL_HEAD + SC_DATA_MAX);
	buf_init(&d->out, OUT_MAX);
	ev_timer_init(&d->retry, on_retry, after, 0);
	d->retry.data = d;
	ev_timer_start(f->loop, &d->retry);
}

void
device_leave(struct device *d)
{
	ev_timer_stop(d->fleet->loop, &d->retry);
	if (d->state == DEVICE_OPEN) {
		ws_close(&d->out, WS_CLIENT, WS_GOING_AWAY, STR(""));
		(void)push(d);
	}
	forget(d);
}

void
device_fini(struct device *d)
{
	ev_timer_stop(d->fleet->loop, &d->retry);
	forget(d);
}
