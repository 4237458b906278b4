#include "conn.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "hubwire.h"
#include "log.h"
#include "must.h"

/* An answer of the rules, in frames, may come on top of a full queue. */
#define OUT_MAX (CONN_HARD + 2u * HUBWIRE_ANSWER_MAX)

void
conns_init(struct conns *a, struct loop *l)
{
	memset(a, 0, sizeof(*a));
	a->loop = l;
	a->in = mem_new(CONN_TURN_MAX);
	TAILQ_INIT(&a->dirty);
	TAILQ_INIT(&a->doomed);
	TAILQ_INIT(&a->lagging);
}

void
conns_fini(struct conns *a)
{
	must(a->count == 0);
	mem_free(a->in);
	a->in = NULL;
}

static void
want(struct conn *c)
{
	bool reads = c->reads && !c->is_doomed;
	bool writes = conn_queued(c) > 0 && !c->is_doomed && !c->is_dirty;

	loop_io_want(c->all->loop, &c->io,
	    (reads ? LOOP_READ : 0) | (writes ? LOOP_WRITE : 0));
}

static void
make_queue(struct conn *c)
{
	if (c->queue != NULL)
		return;
	c->queue = mem_new(sizeof(*c->queue));
	c->queue->of = c;
	buf_init(&c->queue->out, OUT_MAX);
}

/* What waits here has changed: so has what waits in all. */
static void
count_queue(struct conn *c)
{
	struct conn_queue *q = c->queue;
	size_t now = c->is_doomed ? 0 : conn_queued(c);

	if (q == NULL)
		return;
	must(c->all->queued >= q->counted);
	c->all->queued += now - q->counted;
	q->counted = now;
}

static void
set_lagging(struct conn *c, bool lags)
{
	struct conn_queue *q = c->queue;
	bool lagged = q != NULL && q->lag_since != 0;

	if (lags && !lagged) {
		make_queue(c);
		c->queue->lag_since = clock_mono_ms();
		TAILQ_INSERT_TAIL(&c->all->lagging, c->queue, lag_link);
	} else if (!lags && lagged) {
		TAILQ_REMOVE(&c->all->lagging, q, lag_link);
		q->lag_since = 0;
	}
}

static void
set_dirty(struct conn *c)
{
	if (c->is_dirty)
		return;
	must(!c->is_doomed);
	c->is_dirty = true;
	c->round = c->all->round;
	TAILQ_INSERT_TAIL(&c->all->dirty, c, turn_link);
}

void
conn_clog(struct conn *c)
{
	if (c->is_clogged || c->is_doomed)
		return;
	c->is_clogged = true;
	c->all->clogged++;
	set_dirty(c);
}

/* Told at the end of the turn, because the caller of conn_out may stand deep in
 * the code of what ends now. */
static void
tell_clogged(struct conn *c)
{
	if (!c->is_clogged || c->told_clogged)
		return;
	c->told_clogged = true;
	log_event(LOG_WARN, "connection.slow",
	    PAIRS(P_INT("queued", (int64_t)conn_queued(c)),
		P_INT("queuedAll", (int64_t)c->all->queued)));
	if (c->ops->clogged != NULL)
		c->ops->clogged(c);
	else
		conn_doom(c);
}

static void
note_progress(struct conn *c)
{
	bool full = conn_queued(c) >= CONN_SOFT;
	bool had_been_full = c->was_full;

	must(c->queue != NULL);
	if (c->queue->lag_since != 0)
		c->queue->lag_since = clock_mono_ms();
	if (!full && !c->finishing)
		set_lagging(c, false);
	c->was_full = full;
	if (had_been_full && !full && conn_open(c) && c->ops->drained != NULL)
		c->ops->drained(c);
}

/* One that is lagging is in a list. */
static void
forget_queue(struct conn *c)
{
	if (c->queue == NULL || c->queue->lag_since != 0)
		return;
	must(c->queue->counted == 0);
	buf_fini(&c->queue->out);
	mem_free(c->queue);
	c->queue = NULL;
}

static void
end_output(struct conn *c)
{
	if (!c->half || shutdown(loop_io_fd(&c->io), SHUT_WR) < 0)
		conn_doom(c);
}

static void
flush(struct conn *c)
{
	size_t n = conn_queued(c);
	ssize_t wrote = 0;

	if (n > CONN_TURN_MAX)
		n = CONN_TURN_MAX;
	if (n > 0)
		wrote =
		    send(loop_io_fd(&c->io), c->queue->out.data + c->queue->at,
			n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (wrote < 0 && errno != EAGAIN && errno != EINTR) {
		conn_doom(c);
		return;
	}
	if (wrote > 0) {
		buf_sent(&c->queue->out, &c->queue->at, (size_t)wrote);
		count_queue(c);
		note_progress(c);
	}
	if (conn_queued(c) == 0) {
		forget_queue(c);
		if (c->finishing)
			end_output(c);
	}
	want(c);
}

static void
take_input(struct conn *c)
{
	ssize_t n =
	    recv(loop_io_fd(&c->io), c->all->in, CONN_TURN_MAX, MSG_DONTWAIT);

	if (n > 0) {
		c->ops->bytes(c, str_n(c->all->in, (size_t)n));
		return;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	conn_read(c, false);
	if (n == 0 && c->ops->eof != NULL)
		c->ops->eof(c);
	else
		conn_doom(c);
}

static void
on_ready(struct loop_io *io, unsigned ready)
{
	struct conn *c = (struct conn *)(void *)io;

	if ((ready & LOOP_WRITE) && !c->is_doomed)
		flush(c);
	if ((ready & LOOP_READ) && !c->is_doomed && c->reads)
		take_input(c);
}

void
conn_init(struct conn *c, struct conns *a, int fd, const struct conn_ops *ops)
{
	_Static_assert(offsetof(struct conn, io) == 0, "on_ready casts");
	must(fd >= 0 && ops->bytes != NULL && ops->gone != NULL);
	memset(c, 0, sizeof(*c));
	c->all = a;
	c->ops = ops;
	loop_io_init(&c->io, fd, on_ready);
	c->reads = true;
	a->count++;
	a->opened++;
	want(c);
}

bool
conn_open(const struct conn *c)
{
	return !c->finishing && !c->is_doomed;
}

size_t
conn_queued(const struct conn *c)
{
	const struct conn_queue *q = c->queue;

	must(q == NULL || q->at <= q->out.len);
	return q != NULL ? q->out.len - q->at : 0;
}

struct buf *
conn_out(struct conn *c)
{
	size_t hard;

	if (!conn_open(c))
		return NULL;
	hard = c->all->queued < CONNS_HARD ? CONN_HARD : CONN_TIGHT;
	if (!c->ops->patient && conn_queued(c) >= hard)
		conn_clog(c);
	if (c->is_clogged && !c->told_clogged)
		return NULL;
	make_queue(c);
	return &c->queue->out;
}

void
conn_added(struct conn *c)
{
	if (c->is_doomed)
		return;
	if (c->queue != NULL && buf_failed(&c->queue->out)) {
		conn_doom(c);
		return;
	}
	count_queue(c);
	if (conn_queued(c) >= CONN_SOFT) {
		c->was_full = true;
		set_lagging(c, true);
	}
	set_dirty(c);
}

void
conn_write(struct conn *c, struct str s)
{
	struct buf *out = conn_out(c);

	if (out == NULL)
		return;
	buf_str(out, s);
	conn_added(c);
}

void
conn_read(struct conn *c, bool reads)
{
	if (c->reads == reads)
		return;
	c->reads = reads;
	want(c);
}

void
conn_finish(struct conn *c)
{
	if (!conn_open(c))
		return;
	c->finishing = true;
	set_lagging(c, true);
	set_dirty(c);
}

void
conn_shut(struct conn *c)
{
	c->half = true;
	conn_finish(c);
}

void
conn_doom(struct conn *c)
{
	if (c->is_doomed)
		return;
	if (c->is_dirty)
		TAILQ_REMOVE(&c->all->dirty, c, turn_link);
	c->is_dirty = false;
	c->is_doomed = true;
	set_lagging(c, false);
	count_queue(c);
	TAILQ_INSERT_TAIL(&c->all->doomed, c, turn_link);
	want(c);
}

static void
reap(struct conn *c)
{
	struct conns *a = c->all;

	must(c->is_doomed && !c->is_dirty && a->count > 0);
	TAILQ_REMOVE(&a->doomed, c, turn_link);
	loop_io_want(a->loop, &c->io, 0);
	(void)close(loop_io_fd(&c->io));
	forget_queue(c);
	a->count--;
	c->ops->gone(c);
}

bool
conns_turn(struct conns *a)
{
	bool round = a->round;
	struct conn *c;

	/* Only those of this turn: writing may make others dirty. */
	a->round = !round;
	while ((c = TAILQ_FIRST(&a->dirty)) != NULL && c->round == round) {
		TAILQ_REMOVE(&a->dirty, c, turn_link);
		c->is_dirty = false;
		tell_clogged(c);
		if (!c->is_doomed)
			flush(c);
	}
	for (int i = 0; i < CONN_REAP_MAX; i++) {
		if ((c = TAILQ_FIRST(&a->doomed)) == NULL)
			break;
		reap(c);
	}
	return !TAILQ_EMPTY(&a->dirty) || !TAILQ_EMPTY(&a->doomed);
}

void
conns_tick(struct conns *a, int64_t now_ms)
{
	struct conn_queue *q, *next;

	for (q = TAILQ_FIRST(&a->lagging); q != NULL; q = next) {
		int64_t waited = now_ms - q->lag_since;
		struct conn *c = q->of;

		next = TAILQ_NEXT(q, lag_link);
		if (c->ops->patient || c->finishing || c->is_clogged) {
			if (waited > CONN_STUCK_MS)
				conn_doom(c);
		} else if (waited > CONN_SOFT_MS)
			conn_clog(c);
	}
}
