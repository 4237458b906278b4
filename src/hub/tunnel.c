#include "tunnel.h"

#include <string.h>

#include "must.h"

/* The users stop writing long before. */
#define UP_MAX (1u << 20)

/* The table of the header. */
static void
check(const struct tunnel *t)
{
	must((t->user == NULL) == t->shut);
	must(!t->confirmed || t->shut);
	if (t->user == NULL)
		return;
	must(t->up_ended || (t->in_head && !t->receiving));
	must(!t->is_pipe || (t->may_upgrade && !t->in_head));
	must(t->up_sent <= t->up.len);
}

void
tunnel_init(struct tunnel *t, uint32_t id, const struct tunnel_ops *ops,
    const struct tunnel_request *r)
{
	memset(t, 0, sizeof(*t));
	t->id = id;
	t->ops = ops;
	t->user = r->user;
	t->arg = r->arg;
	t->may_upgrade = r->may_upgrade;
	t->in_head = true;
	t->response = http1_response_new(r->to_head);
	buf_init(&t->up, UP_MAX);
	check(t);
}

void
tunnel_fini(struct tunnel *t)
{
	http1_free(&t->response);
	buf_wipe(&t->up);
}

bool
tunnel_is_free(const struct tunnel *t)
{
	return t->user == NULL && t->confirmed;
}

bool
tunnel_waits(const struct tunnel *t)
{
	return t->sending || t->receiving;
}

size_t
tunnel_queued(const struct tunnel *t)
{
	return t->up.len - t->up_sent;
}

static void
shut_down(struct tunnel *t)
{
	if (t->shut)
		return;
	t->shut = true;
	if (t->opened)
		t->ops->frame(t, SC_SHUTDOWN, str_n("", 0));
	else
		t->confirmed = true;
}

/* Without its user from now on. */
static void
leave(struct tunnel *t)
{
	shut_down(t);
	t->user = NULL;
	tunnel_fini(t);
	t->up_sent = 0;
	if (tunnel_is_free(t))
		t->ops->unused(t);
}

static void
end(struct tunnel *t, enum tunnel_end how)
{
	const struct tunnel_user *user = t->user;

	if (user == NULL)
		return;
	leave(t);
	user->end(t->arg, how);
}

static void
send_next(struct tunnel *t)
{
	size_t n = tunnel_queued(t);

	if (t->sending || n == 0 || (n < SC_SEND_MAX && !t->up_ended) ||
	    !t->ops->may_send(t))
		return;
	if (n > SC_SEND_MAX)
		n = SC_SEND_MAX;
	t->sending = t->opened = true;
	t->ops->frame(t, SC_SEND, str_n(t->up.data + t->up_sent, n));
	buf_sent(&t->up, &t->up_sent, n);
}

static void
receive_next(struct tunnel *t)
{
	bool asked = t->up_ended && tunnel_queued(t) == 0 && !t->sending;

	if (t->receiving || t->paused || !(asked || t->is_pipe))
		return;
	t->receiving = true;
	t->ops->frame(t, SC_RECEIVE, str_n("", 0));
}

static void
pump(struct tunnel *t)
{
	if (t->user == NULL)
		return;
	check(t);
	send_next(t);
	receive_next(t);
	check(t);
	t->user->moved(t->arg);
}

void
tunnel_write(struct tunnel *t, struct str bytes)
{
	if (t->user == NULL)
		return;
	buf_str(&t->up, bytes);
	if (buf_failed(&t->up))
		end(t, TUNNEL_BROKEN);
	else
		pump(t);
}

void
tunnel_write_end(struct tunnel *t)
{
	t->up_ended = true;
	pump(t);
}

void
tunnel_pause(struct tunnel *t, bool paused)
{
	t->paused = paused;
	if (!paused)
		pump(t);
}

void
tunnel_go_on(struct tunnel *t)
{
	pump(t);
}

void
tunnel_cut(struct tunnel *t)
{
	if (t->user == NULL)
		return;
	leave(t);
	check(t);
}

void
tunnel_lost(struct tunnel *t)
{
	t->confirmed = t->shut = true;
	end(t, TUNNEL_LOST);
	check(t);
}

/* ---- the response ---- */

static void
take_head(struct tunnel *t)
{
	int status = http1_status(t->response);

	if (status == 101 && !(t->may_upgrade && http1_upgraded(t->response)))
		end(t, TUNNEL_BROKEN);
	else if (status >= 200 || status == 101) {
		t->in_head = false;
		t->user->head(t->arg, t->response);
	}
}

/* The end of a 1xx is not the end; the end of a 101 begins the pipe. */
static void
take_end(struct tunnel *t)
{
	if (t->in_head)
		return;
	if (http1_upgraded(t->response))
		t->is_pipe = true;
	else
		end(t, TUNNEL_WHOLE);
}

static void
take_event(struct tunnel *t, const struct http1_event *ev)
{
	switch (ev->kind) {
	case HTTP1_HEAD:
		take_head(t);
		break;
	case HTTP1_BODY:
		t->user->body(t->arg, ev->body);
		break;
	case HTTP1_END:
		take_end(t);
		break;
	}
}

static void
take_bytes(struct tunnel *t, struct str in)
{
	struct http1_event ev;
	size_t taken;
	int rc;

	while (t->user != NULL && !t->is_pipe && in.len > 0) {
		rc = http1_feed(t->response, in, &taken, &ev);
		in = str_n(in.p + taken, in.len - taken);
		if (rc < 0)
			end(t, TUNNEL_BROKEN);
		else if (rc > 0)
			take_event(t, &ev);
	}
	if (t->user != NULL && t->is_pipe && in.len > 0)
		t->user->body(t->arg, in);
}

static void
take_eof(struct tunnel *t)
{
	bool whole = t->is_pipe || (!t->in_head && http1_eof(t->response) == 1);

	end(t, whole ? TUNNEL_WHOLE : TUNNEL_BROKEN);
}

static void
take_shutdown(struct tunnel *t)
{
	t->confirmed = true;
	shut_down(t); /* answered once, if we have not asked ourselves */
	if (t->user != NULL)
		take_eof(t);
}

void
tunnel_device(struct tunnel *t, uint32_t event, struct str data)
{
	switch (event) {
	case SC_SEND_RESULT:
		t->sending = false;
		break;
	case SC_RECEIVE_RESULT:
		/* What was not asked for is not wanted. */
		if (t->receiving && t->user != NULL) {
			t->receiving = false;
			if (data.len > 0)
				take_bytes(t, data);
			else
				take_eof(t);
		}
		break;
	case SC_SHUTDOWN:
		take_shutdown(t);
		check(t);
		return;
	default:
		return;
	}
	pump(t);
}
