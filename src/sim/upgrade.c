#include "upgrade.h"

#include "arena.h"
#include "http1.h"
#include "ws.h"

struct upgrade {
	struct http1 *http;
	char key[25];
};

struct upgrade *
upgrade_new(struct buf *out, struct str host, struct str path)
{
	struct upgrade *u = mem_new(sizeof(*u));

	u->http = http1_response_new(false);
	ws_key_new(u->key);
	buf_printf(out,
	    "GET %.*s HTTP/1.1\r\nHost: %.*s\r\nUpgrade: websocket\r\n"
	    "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
	    "Sec-WebSocket-Version: 13\r\n\r\n",
	    (int)path.len, path.p, (int)host.len, host.p, u->key);
	return u;
}

void
upgrade_free(struct upgrade **u)
{
	if (*u == NULL)
		return;
	http1_free(&(*u)->http);
	mem_free(*u);
	*u = NULL;
}

static bool
accepted(const struct upgrade *u)
{
	char accept[WS_ACCEPT_SIZE];

	ws_accept(str_of(u->key), accept);
	return http1_status(u->http) == 101 &&
	       str_eqz(http1_find(u->http, "Sec-WebSocket-Accept"), accept);
}

int
upgrade_feed(struct upgrade *u, struct str in, size_t *taken)
{
	struct http1_event ev;
	size_t n;
	int rc;

	*taken = 0;
	while ((rc = http1_feed(u->http, in, &n, &ev)) > 0) {
		in = str_n(in.p + n, in.len - n);
		*taken += n;
		if (ev.kind == HTTP1_HEAD && !accepted(u))
			return -1;
		if (ev.kind == HTTP1_END)
			return 1;
	}
	return rc;
}
