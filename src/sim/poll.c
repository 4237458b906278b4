#include "poll.h"

#include <ctype.h>
#include <errno.h>
#include <unistd.h>

#include "arena.h"
#include "form.h"
#include "http1.h"

#define READ_SIZE 16384
#define HEAD_MAX  4096

struct poll {
	struct poll_wish wish;
	struct ev_io io;
	struct ev_timer late;
	struct http1 *http;
	struct buf out, body;
};

void
poll_free(struct poll **pp)
{
	struct poll *p = *pp;

	if (p == NULL)
		return;
	*pp = NULL;
	ev_io_stop(p->wish.loop, &p->io);
	ev_timer_stop(p->wish.loop, &p->late);
	close(p->io.fd);
	http1_free(&p->http);
	buf_fini(&p->out);
	buf_fini(&p->body);
	mem_free(p);
}

/* Tell the end; a file that did not come whole is none. */
static void
finish(struct poll *p, bool whole)
{
	struct str text = STR("");

	if (whole && http1_status(p->http) == 200 && !buf_failed(&p->body))
		text = buf_view(&p->body);
	ev_io_stop(p->wish.loop, &p->io);
	ev_timer_stop(p->wish.loop, &p->late);
	p->wish.done(p->wish.arg, text);
}

static void
on_late(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop, (void)revents;
	finish(w->data, false);
}

/* ---- what it says ---- */

static void
put_path(struct poll *p)
{
	struct str path = p->wish.server->path;
	const char *product = model_of(p->wish.number, p->wish.types)->product;

	buf_str(&p->out, path);
	if (path.p[path.len - 1] != '/')
		return;
	buf_puts(&p->out, "update-");
	for (; *product != '\0'; product++)
		buf_putc(&p->out, (char)tolower((unsigned char)*product));
	buf_puts(&p->out, ".htm");
}

static void
put_member(struct poll *p, const char *name, struct str value)
{
	buf_printf(&p->out, "%s=", name);
	form_encode(&p->out, value);
}

static void
put_request(struct poll *p)
{
	const struct model *m = model_of(p->wish.number, p->wish.types);
	struct str host = p->wish.server->host;
	char id[MODEL_HWID_SIZE];

	model_hw_id(p->wish.number, id);
	buf_puts(&p->out, "GET ");
	put_path(p);
	put_member(p, "?ver", str_of(m->version));
	put_member(p, "&type", str_of(m->product));
	put_member(p, "&sn", str_of(id));
	put_member(p, "&hwid", str_of(id));
	put_member(p, "&mac", str_of(id));
	if (p->wish.check[0] != '\0')
		put_member(p, "&CHECK", str_of(p->wish.check));
	buf_printf(&p->out,
	    " HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n\r\n",
	    (int)host.len, host.p);
}

/* ---- the socket ---- */

/* 1 the answer is there, 0 not yet, -1 it is none. */
static int
take(struct poll *p, struct str in)
{
	struct http1_event ev;
	size_t taken;
	int rc;

	while ((rc = http1_feed(p->http, in, &taken, &ev)) > 0) {
		in = str_n(in.p + taken, in.len - taken);
		if (ev.kind == HTTP1_BODY)
			buf_str(&p->body, ev.body);
		if (ev.kind == HTTP1_END)
			return 1;
	}
	return rc;
}

static int
pull(struct poll *p)
{
	char space[READ_SIZE];
	ssize_t n = read(p->io.fd, space, sizeof(space));

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	return n == 0 ? (http1_eof(p->http) == 1 ? 1 : -1)
		      : take(p, str_n(space, (size_t)n));
}

static int
push(struct poll *p)
{
	ssize_t n = write(p->io.fd, p->out.data, p->out.len);

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	buf_drop(&p->out, (size_t)n);
	if (p->out.len > 0)
		return 0;
	ev_io_stop(p->wish.loop, &p->io);
	ev_io_modify(&p->io, EV_READ);
	ev_io_start(p->wish.loop, &p->io);
	return 0;
}

static void
on_io(struct ev_loop *loop, ev_io *w, int revents)
{
	struct poll *p = w->data;
	int rc;

	(void)loop;
	rc = (revents & EV_WRITE) != 0 ? push(p) : pull(p);
	if (rc != 0)
		finish(p, rc > 0);
}

struct poll *
poll_new(const struct poll_wish *w)
{
	int fd = server_connect(w->server);
	struct poll *p;

	if (fd < 0)
		return NULL;
	p = mem_new(sizeof(*p));
	p->wish = *w;
	p->http = http1_response_new(false);
	buf_init(&p->out, HEAD_MAX);
	buf_init(&p->body, SCRIPT_MAX);
	put_request(p);
	ev_io_init(&p->io, on_io, fd, EV_WRITE);
	ev_timer_init(&p->late, on_late, POLL_MAX_S, 0);
	p->io.data = p->late.data = p;
	ev_io_start(w->loop, &p->io);
	ev_timer_start(w->loop, &p->late);
	return p;
}
