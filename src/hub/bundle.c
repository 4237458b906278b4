#include "bundle.h"

#include <string.h>

#include "arena.h"
#include "clock.h"
#include "must.h"

static const struct tunnel_ops frame_ops;

void
bundles_init(struct bundles *cs)
{
	memset(cs, 0, sizeof(*cs));
	TAILQ_INIT(&cs->past);
	TAILQ_INIT(&cs->shut);
	buf_init(&cs->frame, SC_DATA_MAX + SC_TUNNEL_HEAD);
}

void
bundles_turn(struct bundles *cs)
{
	struct tunnel *t;

	while ((t = TAILQ_FIRST(&cs->past)) != NULL) {
		must(t->forgotten);
		TAILQ_REMOVE(&cs->past, t, link);
		tunnel_fini(t);
		mem_free(t);
	}
}

void
bundles_fini(struct bundles *cs)
{
	bundles_turn(cs);
	buf_fini(&cs->frame);
}

void
bundle_init(struct bundle *c, struct bundles *cs, struct wsconn *ws)
{
	c->all = cs;
	c->ws = ws;
	c->last_id = 0;
	TAILQ_INIT(&c->tunnels);
}

static void
forget(struct bundle *c, struct tunnel *t)
{
	if (t->forgotten)
		return;
	must(t->user == NULL && t->shut && c->all->now > 0);
	t->forgotten = true;
	TAILQ_REMOVE(&c->tunnels, t, link);
	if (t->shut_at != 0)
		TAILQ_REMOVE(&c->all->shut, t, shut_link);
	TAILQ_INSERT_TAIL(&c->all->past, t, link);
	c->all->now--;
}

void
bundles_tick(struct bundles *cs, int64_t now)
{
	struct tunnel *t;

	while ((t = TAILQ_FIRST(&cs->shut)) != NULL &&
	       now - t->shut_at >= BUNDLE_SHUT_MS)
		forget(t->device, t);
}

bool
bundle_full(const struct bundle *c, bool program)
{
	const struct tunnel *t;
	size_t n = program ? 0 : BUNDLE_SEATS;

	TAILQ_FOREACH (t, &c->tunnels, link)
		n++;
	return n >= BUNDLE_MAX;
}

struct tunnel *
bundle_open(struct bundle *c, const struct tunnel_request *request)
{
	struct tunnel *t;

	if (bundle_full(c, request->program) || c->last_id == UINT32_MAX ||
	    c->ws == NULL)
		return NULL;
	t = mem_new(sizeof(*t));
	tunnel_init(t, ++c->last_id, &frame_ops, request);
	t->device = c;
	TAILQ_INSERT_TAIL(&c->tunnels, t, link);
	c->all->now++;
	return t;
}

void
bundle_take(struct bundle *c, const struct sc_msg *m)
{
	struct tunnel *t;

	TAILQ_FOREACH (t, &c->tunnels, link)
		if (t->id == m->session)
			break;
	if (t == NULL)
		return; /* of a session long gone */
	tunnel_device(t, m->event, m->data);
	if (tunnel_is_free(t))
		forget(c, t);
}

static void
send_frame(struct tunnel *t, enum sc_event event, struct str data)
{
	struct bundle *c = t->device;
	struct buf *b = &c->all->frame;

	if (event == SC_SHUTDOWN && !t->confirmed) {
		must(t->shut_at == 0); /* asked for once */
		t->shut_at = clock_mono_ms();
		TAILQ_INSERT_TAIL(&c->all->shut, t, shut_link);
	}
	if (c->ws == NULL)
		return;
	buf_clear(b);
	if (event == SC_RECEIVE)
		sc_add_receive(b, t->id, c->all->receive_length);
	else
		sc_add_tunnel(b, t->id, event, data);
	wsconn_send(c->ws, WS_BINARY, buf_view(b));
}

static bool
may_send(struct tunnel *t)
{
	struct bundle *c = t->device;

	return c->ws != NULL && wsconn_queued(c->ws) < CONN_SOFT;
}

static void
on_unused(struct tunnel *t)
{
	forget(t->device, t);
}

static const struct tunnel_ops frame_ops = {
    .frame = send_frame, .may_send = may_send, .unused = on_unused};

/* Call fn for each; a tunnel may leave the list meanwhile. */
static void
for_each(struct bundle *c, void (*fn)(struct tunnel *t))
{
	struct tunnel *t, *next;

	for (t = TAILQ_FIRST(&c->tunnels); t != NULL; t = next) {
		next = TAILQ_NEXT(t, link);
		fn(t);
	}
}

void
bundle_go_on(struct bundle *c)
{
	for_each(c, tunnel_go_on);
}

static void
recheck(struct tunnel *t)
{
	if (t->user != NULL)
		t->user->recheck(t->arg);
}

void
bundle_recheck(struct bundle *c)
{
	for_each(c, recheck);
}

static void
cut(struct tunnel *t)
{
	const struct tunnel_user *user = t->user;

	tunnel_cut(t);
	if (user != NULL)
		user->end(t->arg, TUNNEL_LOST);
}

void
bundle_cut(struct bundle *c)
{
	for_each(c, cut);
}

void
bundle_down(struct bundle *c)
{
	struct tunnel *t;

	c->ws = NULL;
	while ((t = TAILQ_FIRST(&c->tunnels)) != NULL) {
		tunnel_lost(t);
		forget(c, t);
	}
}
