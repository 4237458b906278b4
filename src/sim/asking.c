#include "asking.h"

#include <errno.h>
#include <unistd.h>

#include "arena.h"
#include "http1.h"

#define READ_SIZE 16384

struct asking {
	struct asking_wish wish;
	struct ev_io io;
	struct ev_timer late;
	struct http1 *http;
	struct buf out, body;
	bool cut;
};

void
asking_free(struct asking **pa)
{
	struct asking *a = *pa;

	if (a == NULL)
		return;
	*pa = NULL;
	ev_io_stop(a->wish.loop, &a->io);
	ev_timer_stop(a->wish.loop, &a->late);
	close(a->io.fd);
	http1_free(&a->http);
	buf_fini(&a->out);
	buf_fini(&a->body);
	mem_free(a);
}

/* Tell the end; an answer that did not come whole is none. */
static void
finish(struct asking *a, bool whole)
{
	const struct asking_answer answer = {
	    .status = whole ? http1_status(a->http) : 0,
	    .body = buf_view(&a->body),
	    .cut = a->cut};

	ev_io_stop(a->wish.loop, &a->io);
	ev_timer_stop(a->wish.loop, &a->late);
	a->wish.done(a->wish.arg, &answer);
}

static void
on_late(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop, (void)revents;
	finish(w->data, false);
}

static void
keep(struct asking *a, struct str body)
{
	size_t room = a->wish.max - a->body.len;

	a->cut = a->cut || body.len > room;
	buf_str(&a->body, str_n(body.p, body.len < room ? body.len : room));
}

/* 1 the answer is there, 0 not yet, -1 it is none. */
static int
take(struct asking *a, struct str in)
{
	struct http1_event ev;
	size_t taken;
	int rc;

	while ((rc = http1_feed(a->http, in, &taken, &ev)) > 0) {
		in = str_n(in.p + taken, in.len - taken);
		if (ev.kind == HTTP1_BODY)
			keep(a, ev.body);
		if (ev.kind == HTTP1_END)
			return 1;
	}
	return rc;
}

static int
pull(struct asking *a)
{
	char space[READ_SIZE];
	ssize_t n = read(a->io.fd, space, sizeof(space));

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	return n == 0 ? (http1_eof(a->http) == 1 ? 1 : -1)
		      : take(a, str_n(space, (size_t)n));
}

static int
push(struct asking *a)
{
	ssize_t n = write(a->io.fd, a->out.data, a->out.len);

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	buf_drop(&a->out, (size_t)n);
	if (a->out.len > 0)
		return 0;
	ev_io_stop(a->wish.loop, &a->io);
	ev_io_modify(&a->io, EV_READ);
	ev_io_start(a->wish.loop, &a->io);
	return 0;
}

static void
on_io(struct ev_loop *loop, ev_io *w, int revents)
{
	struct asking *a = w->data;
	int rc;

	(void)loop;
	rc = (revents & EV_WRITE) != 0 ? push(a) : pull(a);
	if (rc != 0)
		finish(a, rc > 0);
}

struct asking *
asking_new(const struct asking_wish *w)
{
	int fd = server_connect(w->server);
	struct asking *a;

	if (fd < 0) {
		buf_fini(w->request);
		return NULL;
	}
	a = mem_new(sizeof(*a));
	a->wish = *w;
	a->http = http1_response_new(false);
	a->out = *w->request;
	buf_init(&a->body, w->max);
	ev_io_init(&a->io, on_io, fd, EV_WRITE);
	ev_timer_init(&a->late, on_late, ASKING_MAX_S, 0);
	a->io.data = a->late.data = a;
	ev_io_start(w->loop, &a->io);
	ev_timer_start(w->loop, &a->late);
	return a;
}
