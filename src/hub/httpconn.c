#include "httpconn.h"

#include <string.h>

#include "arena.h"
#include "count.h"
#include "must.h"

static const struct conn_ops socket_ops;

void
httpconns_init(struct httpconns *all, struct conns *conns,
    const struct httpconn_ops *fops, void *arg)
{
	memset(all, 0, sizeof(*all));
	all->conns = conns;
	all->ops = fops;
	all->arg = arg;
	all->header = "";
	TAILQ_INIT(&all->list);
}

void
httpconns_close(struct httpconns *all)
{
	struct httpconn *f;

	all->closing = true;
	TAILQ_FOREACH (f, &all->list, link)
		if (f->user == NULL)
			conn_finish(&f->conn);
}

void
httpconns_doom(struct httpconns *all)
{
	struct httpconn *f;

	TAILQ_FOREACH (f, &all->list, link)
		conn_doom(&f->conn);
}

void
httpconn_new(struct httpconns *all, int fd, uid_t uid)
{
	struct httpconn *f = mem_new(sizeof(*f));

	conn_init(&f->conn, all->conns, fd, &socket_ops);
	f->all = all;
	TAILQ_INSERT_TAIL(&all->list, f, link);
	f->uid = uid;
	f->request = http1_request_new();
	buf_init(&f->kept, 2 * CONN_TURN_MAX);
}

static const char *
reason_of(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
	    {200, "OK"},
	    {400, "Bad Request"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {413, "Content Too Large"},
	    {429, "Too Many Requests"},
	    {502, "Bad Gateway"},
	    {503, "Service Unavailable"},
	    {504, "Gateway Timeout"},
	};

	for (size_t i = 0; i < COUNT(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Error";
}

void
httpconn_answer(struct httpconn *f, int status, struct str body, bool keep)
{
	struct buf *out = conn_out(&f->conn);

	if (f->answered || out == NULL)
		return;
	keep = keep && !f->all->closing;
	f->answered = !keep;
	buf_printf(out,
	    "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Content-Type-Options: nosniff\r\n%s%s%s\r\n",
	    status, reason_of(status),
	    status == 200 ? "application/json" : HTTP1_NOT_DEVICE, body.len,
	    f->all->header, status == 429 ? "Retry-After: 1\r\n" : "", keep ? "" : "Connection: close\r\n");
	buf_str(out, body);
	conn_added(&f->conn);
	if (!keep)
		conn_finish(&f->conn);
}

void
httpconn_refuse(struct httpconn *f, int status)
{
	struct buf b;

	buf_init(&b, 128);
	buf_printf(&b, "%s\n", reason_of(status));
	httpconn_answer(f, status, buf_view(&b), false);
	buf_fini(&b);
}

static void
take_event(struct httpconn *f, const struct http1_event *ev)
{
	const struct httpconn_ops *ops = f->all->ops;

	switch (ev->kind) {
	case HTTP1_HEAD:
		must(f->user == NULL); /* it would be lost */
		ops->head(f, f->request);
		break;
	case HTTP1_BODY:
		if (f->user != NULL)
			ops->body(f, ev->body);
		break;
	case HTTP1_END:
		f->raw = http1_upgraded(f->request);
		if (f->user != NULL)
			ops->end(f);
		f->whole = f->user != NULL && !f->raw;
		break;
	}
}

/* One step; returns how many bytes were used, all if nothing can be done. */
static size_t
step(struct httpconn *f, struct str in)
{
	struct http1_event ev;
	size_t taken;
	int rc;

	if (f->answered || f->whole || !conn_open(&f->conn))
		return in.len;
	if (f->raw) {
		if (f->user != NULL)
			f->all->ops->body(f, in);
		return in.len;
	}
	rc = http1_feed(f->request, in, &taken, &ev);
	if (rc < 0) {
		httpconn_refuse(f, 400);
		return in.len;
	}
	if (rc > 0)
		take_event(f, &ev);
	return taken;
}

/* Use what can be used; the rest is kept until it is let go. */
static void
parse(struct httpconn *f, struct str in)
{
	if (f->parsing)
		return;
	must(f->request != NULL);
	f->parsing = true;
	while (in.len > 0 && !f->held) {
		size_t taken = step(f, in);

		in = str_n(in.p + taken, in.len - taken);
	}
	f->parsing = false;
	if (in.len > 0)
		buf_str(&f->kept, in);
	if (buf_failed(&f->kept))
		conn_doom(&f->conn);
}

void
httpconn_hold(struct httpconn *f, bool held)
{
	struct buf kept = f->kept;

	f->held = held;
	conn_read(&f->conn, !held);
	if (held || f->parsing || kept.len == 0)
		return;
	buf_init(&f->kept, kept.max);
	parse(f, buf_view(&kept));
	buf_fini(&kept);
}

static void
on_bytes(struct conn *c, struct str in)
{
	struct httpconn *f = (struct httpconn *)(void *)c;

	if (f->held)
		buf_str(&f->kept, in);
	else
		parse(f, in);
}

static void
on_drained(struct conn *c)
{
	struct httpconn *f = (struct httpconn *)(void *)c;

	if (f->user != NULL)
		f->all->ops->drained(f);
}

static void
on_gone(struct conn *c)
{
	struct httpconn *f = (struct httpconn *)(void *)c;

	if (f->user != NULL)
		f->all->ops->gone(f);
	TAILQ_REMOVE(&f->all->list, f, link);
	http1_free(&f->request);
	buf_wipe(&f->kept);
	mem_free(f);
}

static const struct conn_ops socket_ops = {
    .bytes = on_bytes,
    .drained = on_drained,
    .gone = on_gone,
    .patient = true,
};
