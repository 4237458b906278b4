#include "relay.h"

#include <string.h>

#include "arena.h"
#include "must.h"

static const struct tunnel_user tunnel_user;
static const struct session_use_ops session_ops;

static char *
copy_str(struct str s)
{
	char *copy = mem_new(s.len + 1);

	if (s.len > 0)
		memcpy(copy, s.p, s.len);
	return copy;
}

static struct rewrite
rewrite_of(const struct relay *r)
{
	struct rewrite w = {.prefix = str_of(r->prefix),
	    .host = str_of(r->host),
	    .hosts = str_of(r->device->hosts),
	    .path = str_of(r->path),
	    .confined = r->confined,
	    .sandboxed = r->sandboxed};

	return w;
}

/* ---- ends ---- */

/* The tunnel is none of ours any more. */
static void
leave_tunnel(struct relay *r)
{
	r->tunnel = NULL;
	loop_timer_stop(r->loop, &r->timer);
	session_unuse(&r->session);
}

static void
fail(struct relay *r, int status)
{
	must(r->httpconn != NULL);
	if (r->tunnel != NULL)
		tunnel_cut(r->tunnel);
	leave_tunnel(r);
	if (r->head_sent)
		conn_doom(&r->httpconn->conn);
	else
		httpconn_refuse(r->httpconn, status);
}

static void
on_timeout(void *arg)
{
	fail(arg, 504);
}

static void
on_session_ended(void *arg)
{
	fail(arg, 403);
}

/* The device moved, or the rights of the session changed. */
static void
on_changed(void *arg)
{
	struct relay *r = arg;

	if (r->tunnel != NULL && r->session.session != NULL &&
	    !session_reaches(r->session.session, r->device->seat.domain))
		fail(r, 403);
}

static const struct session_use_ops session_ops = {
    .ended = on_session_ended, .changed = on_changed};

void
relay_fini(struct relay *r)
{
	if (r->tunnel != NULL)
		tunnel_cut(r->tunnel);
	leave_tunnel(r);
	mem_free(r->prefix);
	mem_free(r->host);
	mem_free(r->path);
	r->prefix = r->host = r->path = NULL;
}

/* ---- towards the device ---- */

static void
send_head(struct relay *r, const struct http1 *h, struct str target)
{
	struct rewrite w = rewrite_of(r);
	struct buf head;

	buf_init(&head, 4 * HTTP1_HEAD_MAX);
	rewrite_request(&head, h, target, &w);
	tunnel_write(r->tunnel, buf_view(&head));
	buf_wipe(&head);
}

int
relay_start(struct relay *r, struct httpconn *f, const struct http1 *h,
    const struct relay_plan *plan)
{
	struct tunnel_request request = {.user = &tunnel_user,
	    .arg = r,
	    .to_head = str_eqz(http1_method(h), "HEAD"),
	    .may_upgrade = http1_upgraded(h),
	    .program = plan->session == NULL};

	must(r->tunnel == NULL);
	r->to_head = request.to_head;
	r->httpconn = f;
	r->loop = f->conn.all->loop;
	loop_timer_init(&r->timer, on_timeout, r);
	r->device = plan->device;
	r->tunnel = device_tunnel(plan->device, &request);
	if (r->tunnel == NULL)
		return device_full(plan->device, request.program) ? 429 : 503;
	r->timeout_ms = plan->timeout_ms;
	r->confined = plan->session != NULL;
	r->sandboxed = plan->sandboxed;
	if (plan->session != NULL)
		session_use(plan->session, &r->session, &session_ops, r);
	r->prefix = copy_str(plan->prefix);
	r->host = copy_str(http1_find(h, "Host"));
	r->path = copy_str(plan->target);
	r->up_chunked = http1_chunked(h);
	r->old_client = http1_minor(h) == 0;
	if (http1_has(h, "Expect"))
		conn_write(&f->conn, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	send_head(r, h, plan->target);
	return 0;
}

void
relay_body(struct relay *r, struct str piece)
{
	struct buf chunk;

	if (r->tunnel == NULL)
		return;
	if (!r->up_chunked || r->httpconn->raw)
		tunnel_write(r->tunnel, piece);
	else {
		buf_init(&chunk, piece.len + 32);
		buf_printf(&chunk, "%zx\r\n", piece.len);
		buf_str(&chunk, piece);
		buf_puts(&chunk, "\r\n");
		tunnel_write(r->tunnel, buf_view(&chunk));
		buf_fini(&chunk);
	}
	if (r->tunnel != NULL && tunnel_queued(r->tunnel) >= RELAY_UP)
		httpconn_hold(r->httpconn, true);
}

void
relay_end(struct relay *r)
{
	if (r->tunnel != NULL && r->up_chunked)
		tunnel_write(r->tunnel, STR("0\r\n\r\n"));
	if (r->tunnel != NULL)
		tunnel_write_end(r->tunnel);
}

static void
on_moved(void *arg)
{
	struct relay *r = arg;

	if (tunnel_waits(r->tunnel) && !r->is_pipe)
		loop_timer_set(r->loop, &r->timer, r->timeout_ms);
	else
		loop_timer_stop(r->loop, &r->timer);
	if (r->httpconn->held && tunnel_queued(r->tunnel) < RELAY_UP / 2)
		httpconn_hold(r->httpconn, false);
}

/* ---- towards the client ---- */

static enum rewrite_body
body_of(const struct relay *r, const struct http1 *h)
{
	int status = http1_status(h);

	if (status == 101)
		return BODY_UPGRADE;
	if (r->to_head || status == 204 || status == 304)
		return BODY_NONE;
	if (!http1_chunked(h) && http1_length(h) >= 0)
		return BODY_LENGTH;
	return r->old_client ? BODY_CLOSE : BODY_CHUNKED;
}

static void
on_head(void *arg, const struct http1 *h)
{
	struct relay *r = arg;
	struct rewrite w = rewrite_of(r);
	enum rewrite_body body = body_of(r, h);
	struct buf head;

	r->head_sent = true;
	r->down_chunked = body == BODY_CHUNKED;
	r->is_pipe = body == BODY_UPGRADE;
	buf_init(&head, 8 * HTTP1_HEAD_MAX);
	rewrite_response(&head, h, body, &w);
	conn_write(&r->httpconn->conn, buf_view(&head));
	buf_wipe(&head);
}

static void
on_body(void *arg, struct str piece)
{
	struct relay *r = arg;
	struct buf *out = conn_out(&r->httpconn->conn);

	if (out == NULL)
		return;
	if (r->down_chunked)
		buf_printf(out, "%zx\r\n", piece.len);
	buf_str(out, piece);
	if (r->down_chunked)
		buf_puts(out, "\r\n");
	conn_added(&r->httpconn->conn);
	if (conn_queued(&r->httpconn->conn) >= CONN_SOFT)
		tunnel_pause(r->tunnel, true);
}

void
relay_drained(struct relay *r)
{
	if (r->tunnel != NULL)
		tunnel_pause(r->tunnel, false);
}

static void
on_end(void *arg, enum tunnel_end how)
{
	struct relay *r = arg;

	leave_tunnel(r);
	if (how != TUNNEL_WHOLE) {
		fail(r, how == TUNNEL_LOST ? 503 : 502);
		return;
	}
	if (r->down_chunked)
		conn_write(&r->httpconn->conn, STR("0\r\n\r\n"));
	r->httpconn->answered = true;
	conn_finish(&r->httpconn->conn);
}

static const struct tunnel_user tunnel_user = {
    .head = on_head,
    .body = on_body,
    .end = on_end,
    .moved = on_moved,
    .recheck = on_changed,
};
