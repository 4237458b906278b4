#include "loop.h"

#include <ev.h>
#include <signal.h>

#include "arena.h"
#include "must.h"

struct hook {
	void (*fn)(void *);
	void *arg;
};

struct loop {
	struct ev_loop *ev;
	ev_prepare turn;
	ev_idle more; /* runs while a turn left something to do */
	ev_signal term, interrupt;
	ev_async wake;
	bool (*on_turn)(void *);
	void *turn_arg;
	struct hook on_term, on_wake;
};

_Static_assert(sizeof(ev_io) <= sizeof((struct loop_io *)0)->raw, "ev_io");
_Static_assert(
    sizeof(ev_timer) <= sizeof((struct loop_timer *)0)->raw, "ev_timer");

static ev_io *
io_of(struct loop_io *io)
{
	return (ev_io *)(void *)io->raw;
}

static ev_timer *
timer_of(struct loop_timer *t)
{
	return (ev_timer *)(void *)t->raw;
}

static void
run_turn(struct ev_loop *ev, ev_prepare *w, int revents)
{
	struct loop *l = w->data;

	(void)revents;
	if (l->on_turn != NULL && l->on_turn(l->turn_arg))
		ev_idle_start(ev, &l->more);
	else
		ev_idle_stop(ev, &l->more);
}

/* Its running is enough: the loop does not sleep. */
static void
run_more(struct ev_loop *ev, ev_idle *w, int revents)
{
	(void)ev;
	(void)w;
	(void)revents;
}

static void
run_term(struct ev_loop *ev, ev_signal *w, int revents)
{
	struct loop *l = w->data;

	(void)ev;
	(void)revents;
	if (l->on_term.fn != NULL)
		l->on_term.fn(l->on_term.arg);
}

static void
run_wake(struct ev_loop *ev, ev_async *w, int revents)
{
	struct loop *l = w->data;

	(void)ev;
	(void)revents;
	if (l->on_wake.fn != NULL)
		l->on_wake.fn(l->on_wake.arg);
}

int
loop_new(struct loop **out, struct err *e)
{
	struct ev_loop *ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	struct loop *l;

	if (ev == NULL)
		return err_set(e, ERR_IO, "cannot make an epoll loop");
	l = mem_new(sizeof(*l));
	l->ev = ev;
	ev_prepare_init(&l->turn, run_turn);
	ev_idle_init(&l->more, run_more);
	ev_signal_init(&l->term, run_term, SIGTERM);
	ev_signal_init(&l->interrupt, run_term, SIGINT);
	ev_async_init(&l->wake, run_wake);
	l->turn.data = l->term.data = l->interrupt.data = l->wake.data = l;
	ev_prepare_start(ev, &l->turn);
	ev_signal_start(ev, &l->term);
	ev_signal_start(ev, &l->interrupt);
	ev_async_start(ev, &l->wake);
	*out = l;
	return 0;
}

void
loop_free(struct loop **l)
{
	if (*l == NULL)
		return;
	ev_loop_destroy((*l)->ev);
	mem_free(*l);
	*l = NULL;
}

void
loop_run(struct loop *l)
{
	(void)ev_run(l->ev, 0);
}

void
loop_stop(struct loop *l)
{
	ev_break(l->ev, EVBREAK_ALL);
}

static void
run_io(struct ev_loop *ev, ev_io *w, int revents)
{
	struct loop_io *io = (struct loop_io *)(void *)w;

	(void)ev;
	io->fn(io, ((revents & EV_READ) ? LOOP_READ : 0) |
		       ((revents & EV_WRITE) ? LOOP_WRITE : 0));
}

void
loop_io_init(struct loop_io *io, int fd, loop_io_fn *fn)
{
	must(fd >= 0 && fn != NULL);
	io->fn = fn;
	ev_io_init(io_of(io), run_io, fd, 0);
}

void
loop_io_want(struct loop *l, struct loop_io *io, unsigned want)
{
	ev_io *w = io_of(io);
	int events = ((want & LOOP_READ) ? EV_READ : 0) |
		     ((want & LOOP_WRITE) ? EV_WRITE : 0);

	if ((w->events & (EV_READ | EV_WRITE)) == events)
		return;
	ev_io_stop(l->ev, w);
	ev_io_set(w, w->fd, events);
	if (events != 0)
		ev_io_start(l->ev, w);
}

int
loop_io_fd(const struct loop_io *io)
{
	return ((const ev_io *)(const void *)io->raw)->fd;
}

static void
run_timer(struct ev_loop *ev, ev_timer *w, int revents)
{
	struct loop_timer *t = (struct loop_timer *)(void *)w;

	(void)revents;
	ev_timer_stop(ev, w);
	t->fn(t->arg);
}

void
loop_timer_init(struct loop_timer *t, loop_timer_fn *fn, void *arg)
{
	must(fn != NULL);
	t->fn = fn;
	t->arg = arg;
	ev_timer_init(timer_of(t), run_timer, 0., 0.);
}

void
loop_timer_set(struct loop *l, struct loop_timer *t, int64_t ms)
{
	ev_timer *w = timer_of(t);

	w->repeat = ms > 0 ? (double)ms / 1000. : 0.0001;
	ev_timer_again(l->ev, w);
}

void
loop_timer_stop(struct loop *l, struct loop_timer *t)
{
	ev_timer_stop(l->ev, timer_of(t));
}

void
loop_on_turn(struct loop *l, bool (*fn)(void *), void *arg)
{
	l->on_turn = fn;
	l->turn_arg = arg;
}

void
loop_on_term(struct loop *l, void (*fn)(void *), void *arg)
{
	l->on_term.fn = fn;
	l->on_term.arg = arg;
}

void
loop_on_wake(struct loop *l, void (*fn)(void *), void *arg)
{
	l->on_wake.fn = fn;
	l->on_wake.arg = arg;
}

void
loop_wake(struct loop *l)
{
	ev_async_send(l->ev, &l->wake);
}
