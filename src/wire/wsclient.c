#include "wsclient.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "http1.h"
#include "ws.h"

#define SLICE_MS  200 /* so often is looked whether it is to stop */
#define PIECE     16384
#define FRAME_MAX (WSCLIENT_MESSAGE_MAX + 64)

struct wsclient {
	const struct wsclient_to *to;
	int fd;
	struct ws_in in;
	char piece[PIECE]; /* what came, from at to n not looked at yet */
	size_t at, n;
};

/* ---- the socket ---- */

/* Until it can be read or written. */
static int
await(const struct wsclient *c, short what, struct err *e)
{
	struct pollfd fd = {c->fd, what, 0};

	for (;;) {
		int64_t left = c->to->until_ms - clock_mono_ms();
		int rc;

		if (c->to->stop != NULL && atomic_load(c->to->stop))
			return err_set(e, ERR_IO, "it was stopped");
		if (left <= 0)
			return err_set(e, ERR_IO, "no answer in time");
		rc = poll(&fd, 1, left < SLICE_MS ? (int)left : SLICE_MS);
		if (rc > 0)
			return 0;
		if (rc < 0 && errno != EINTR)
			return err_sys(e, "poll");
	}
}

static int
put(const struct wsclient *c, struct str bytes, struct err *e)
{
	while (bytes.len > 0) {
		ssize_t n = send(c->fd, bytes.p, bytes.len, MSG_NOSIGNAL);

		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return err_set(e, ERR_IO, "the connection ended");
		if (n < 0 && await(c, POLLOUT, e) < 0)
			return -1;
		if (n > 0)
			bytes = str_n(bytes.p + n, bytes.len - (size_t)n);
	}
	return 0;
}

/* Some bytes, behind those that were looked at. */
static int
get(struct wsclient *c, struct err *e)
{
	ssize_t n;

	do {
		if (await(c, POLLIN, e) < 0)
			return -1;
		n = recv(c->fd, c->piece, sizeof(c->piece), 0);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	if (n <= 0)
		return err_set(e, ERR_IO, "the connection ended");
	c->at = 0;
	c->n = (size_t)n;
	return 0;
}

static int
dial(struct wsclient *c, struct err *e)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *path = c->to->socket;

	if (strlen(path) >= sizeof(to.sun_path))
		return err_set(e, ERR_INPUT, "too long a path of a socket");
	str_copy(to.sun_path, sizeof(to.sun_path), str_of(path));
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0 ||
	    connect(c->fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return err_sys(e, "%s", path);
	return 0;
}

/* ---- the upgrade ---- */

static int
ask(const struct wsclient *c, const char *key, struct err *e)
{
	struct buf head;
	int rc;

	buf_init(&head, PIECE);
	buf_printf(&head,
	    "GET %s HTTP/1.1\r\nHost: control\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
	    "Sec-WebSocket-Key: %s\r\n\r\n",
	    c->to->path, key);
	rc = buf_failed(&head) ? err_set(e, ERR_LIMIT, "too long a path")
			       : put(c, buf_view(&head), e);
	buf_fini(&head);
	return rc;
}

/* What the hub says in the device's place is told by its type. */
static int
refused(const struct http1 *h, struct err *e)
{
	int status = http1_status(h);

	if (!str_eqz(http1_find(h, "Content-Type"), HTTP1_NOT_DEVICE))
		return err_set(e, ERR_IO, "it answers %d", status);
	if (status == 429)
		return err_set(e, ERR_IO, "the device has too many requests");
	return err_set(e, ERR_IO,
	    status == 503   ? "the device is not connected"
	    : status == 504 ? "no answer in time"
			    : "the answer is no HTTP");
}

static int
judge(const struct http1 *h, const char *key, struct err *e)
{
	char accept[WS_ACCEPT_SIZE];

	if (http1_status(h) != 101)
		return refused(h, e);
	ws_accept(str_of(key), accept);
	return http1_upgraded(h) &&
		       str_eqz(http1_find(h, "Sec-WebSocket-Accept"), accept)
		   ? 0
		   : err_set(e, ERR_IO, "it is no websocket");
}

/* Until the head is over; what is behind it stays in the piece. */
static int
read_head(struct wsclient *c, struct http1 *h, const char *key, struct err *e)
{
	struct http1_event ev;
	size_t taken;
	int rc;

	for (;;) {
		if (c->at == c->n && get(c, e) < 0)
			return -1;
		rc = http1_feed(
		    h, str_n(c->piece + c->at, c->n - c->at), &taken, &ev);
		c->at += taken;
		if (rc < 0)
			return err_set(e, ERR_IO, "the answer is no HTTP");
		if (rc > 0 && ev.kind == HTTP1_HEAD && judge(h, key, e) < 0)
			return -1;
		if (rc > 0 && ev.kind == HTTP1_END)
			return 0;
	}
}

static int
upgrade(struct wsclient *c, struct err *e)
{
	struct http1 *h = http1_response_new(false);
	char key[25];
	int rc;

	ws_key_new(key);
	rc = ask(c, key, e) < 0 ? -1 : read_head(c, h, key, e);
	http1_free(&h);
	return rc;
}

static void
drop(struct wsclient **c)
{
	ws_in_fini(&(*c)->in);
	if ((*c)->fd >= 0)
		(void)close((*c)->fd);
	mem_free(*c);
	*c = NULL;
}

int
wsclient_open(
    struct wsclient **out, const struct wsclient_to *to, struct err *e)
{
	struct wsclient *c = mem_new(sizeof(*c));

	c->to = to;
	c->fd = -1;
	ws_in_init(&c->in, WS_CLIENT, WSCLIENT_MESSAGE_MAX);
	*out = c;
	if (dial(c, e) == 0 && upgrade(c, e) == 0)
		return 0;
	drop(out);
	return -1;
}

/* ---- messages ---- */

static int
say(const struct wsclient *c, enum ws_kind kind, struct str data, struct err *e)
{
	struct buf frame;
	int rc;

	buf_init(&frame, FRAME_MAX);
	ws_frame(&frame, WS_CLIENT, kind, data);
	rc = buf_failed(&frame) ? err_set(e, ERR_LIMIT, "too long a message")
				: put(c, buf_view(&frame), e);
	buf_wipe(&frame);
	return rc;
}

int
wsclient_send(struct wsclient *c, struct str text, struct err *e)
{
	return say(c, WS_TEXT, text, e);
}

/* 1 it is a message, 0 it was for us, -1. */
static int
take(const struct wsclient *c, const struct ws_event *ev, struct err *e)
{
	switch (ev->kind) {
	case WS_TEXT:
		return 1;
	case WS_PING:
		return say(c, WS_PONG, ev->data, e);
	case WS_CLOSE:
		return err_set(e, ERR_IO, "the connection was closed");
	case WS_BINARY:
	case WS_PONG:
		break;
	}
	return 0;
}

int
wsclient_next(struct wsclient *c, struct str *text, struct err *e)
{
	struct ws_event ev;
	size_t taken;
	int rc;

	for (;;) {
		rc = ws_in_feed(
		    &c->in, c->piece + c->at, c->n - c->at, &taken, &ev);
		c->at += taken;
		if (rc < 0)
			return err_set(e, ERR_IO, "it breaks the framing");
		if (rc > 0)
			rc = take(c, &ev, e);
		else if (get(c, e) < 0)
			return -1;
		if (rc != 0)
			break;
	}
	*text = rc > 0 ? ev.data : STR("");
	return rc > 0 ? 0 : -1;
}

void
wsclient_close(struct wsclient **c)
{
	struct buf frame;

	if (*c == NULL)
		return;
	buf_init(&frame, 256);
	ws_close(&frame, WS_CLIENT, WS_NORMAL, STR(""));
	(void)!send((*c)->fd, frame.data, frame.len, MSG_NOSIGNAL);
	buf_fini(&frame);
	drop(c);
}
