/*
 * accept -- a hub that accepts everything and asks nobody: what a connection of
 * a device costs the simulator, nginx and the network alone, as the floor that
 * bench/run measures ours against.
 *
 *	accept <listening-socket
 *
 * One thread, one epoll set.  It answers each upgrade, each first identify with
 * a challenge as ours does, so that devices do the same work, and takes
 * whatever they answer to it for a proof.  It keeps nothing and tells nobody.
 * A head must come in one piece, as nginx sends it.  Ends with the first
 * signal.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "sysclient.h"
#include "ws.h"

#define BUFFER 65536
#define EVENTS 64
#define LISTEN STDIN_FILENO

struct conn {
	int fd;
	bool open; /* a websocket */
	bool challenged;
	struct ws_in in;
};

static bool
put(const struct conn *c, struct buf *out)
{
	bool done = write(c->fd, out->data, out->len) == (ssize_t)out->len;

	buf_fini(out);
	return done;
}

static bool
upgrade(struct conn *c, const char *head)
{
	static const char name[] = "\r\nSec-WebSocket-Key: ";
	const char *key = strcasestr(head, name);
	char accept[WS_ACCEPT_SIZE];
	struct buf out;

	if (key == NULL || strlen(key) < sizeof(name) - 1 + 24)
		return false;
	ws_accept(str_n(key + sizeof(name) - 1, 24), accept);
	buf_init(&out, BUFFER);
	buf_printf(&out,
	    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
	    accept);
	c->open = true;
	ws_in_init(&c->in, WS_SERVER, SC_JSON_MAX);
	return put(c, &out);
}

static bool
challenge(struct conn *c)
{
	char digits[SC_CHALLENGE_MAX + 1];
	struct buf json, message, out;

	c->challenged = true;
	sc_challenge_new(digits);
	buf_init(&json, BUFFER);
	buf_init(&message, BUFFER);
	buf_init(&out, BUFFER);
	sc_json_challenge(&json, str_of(digits));
	sc_add_admin(&message, SC_CHALLENGE, buf_view(&json));
	ws_frame(&out, WS_SERVER, WS_BINARY, buf_view(&message));
	buf_fini(&json);
	buf_fini(&message);
	return put(c, &out);
}

static bool
take(struct conn *c, struct str in)
{
	struct ws_event ev;
	size_t taken;
	int rc;

	while ((rc = ws_in_feed(&c->in, in.p, in.len, &taken, &ev)) > 0) {
		in = str_n(in.p + taken, in.len - taken);
		if (ev.kind == WS_CLOSE || (!c->challenged && !challenge(c)))
			return false;
	}
	return rc == 0;
}

static bool
serve(struct conn *c)
{
	static char in[BUFFER];
	ssize_t n = read(c->fd, in, sizeof(in) - 1);

	if (n <= 0)
		return false;
	in[n] = '\0';
	return c->open ? take(c, str_n(in, (size_t)n)) : upgrade(c, in);
}

static void
welcome(int set)
{
	struct conn *c = mem_new(sizeof(*c));
	struct epoll_event ev = {.events = EPOLLIN, .data.ptr = c};

	if ((c->fd = accept(LISTEN, NULL, NULL)) < 0 ||
	    epoll_ctl(set, EPOLL_CTL_ADD, c->fd, &ev) < 0)
		abort();
}

static void
allow_sockets(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) < 0)
		return;
	r.rlim_cur = r.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &r);
}

int
main(void)
{
	struct epoll_event ev[EVENTS] = {{.events = EPOLLIN}};
	int set = epoll_create1(EPOLL_CLOEXEC), n;

	allow_sockets();
	if (epoll_ctl(set, EPOLL_CTL_ADD, LISTEN, &ev[0]) < 0)
		return 1;
	while ((n = epoll_wait(set, ev, EVENTS, -1)) > 0 || errno == EINTR)
		for (int i = 0; i < n; i++) {
			struct conn *c = ev[i].data.ptr;

			if (c == NULL) {
				welcome(set);
			} else if (!serve(c)) {
				close(c->fd);
				ws_in_fini(&c->in);
				mem_free(c);
			}
		}
	return 0;
}
