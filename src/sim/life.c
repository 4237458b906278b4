#include "life.h"

#include "clock.h"
#include "log.h"

/* Does it ask, and take a code? */
static bool
is_open(const struct peer *p)
{
	int64_t age = clock_mono_ms() - p->box.started_ms;

	return p->box.next == BOX_STAYS &&
	       (!p->fresh || age < p->crowd->opt->window_ms);
}

static void
on_file(void *arg, struct str text)
{
	struct life *l = arg;
	struct peer *p = l->peer;

	if (is_open(p) && !script_run(&p->box, text))
		log_event(
		    LOG_WARN, "script", PAIRS(P_INT("device", p->number)));
	poll_free(&l->asking);
	peer_go_on(p);
}

static void
on_poll(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct life *l = w->data;
	struct peer *p = l->peer;

	(void)revents;
	if (l->asking != NULL || !is_open(p))
		return;
	p->crowd->polls++;
	l->asking = poll_new(&(struct poll_wish){.loop = loop,
	    .server = &p->crowd->update,
	    .number = p->number,
	    .types = p->crowd->opt->types,
	    .check = p->box.check,
	    .done = on_file,
	    .arg = l});
}

static void
on_type(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct life *l = w->data;
	struct peer *p = l->peer;

	(void)loop, (void)revents;
	if (!is_open(p) || store_get(&p->crowd->store, p->number).len > 0)
		log_event(
		    LOG_WARN, "code.closed", PAIRS(P_INT("device", p->number)));
	else
		peer_type_code(p);
}

/* The device is up in so many seconds. */
static void
begin(struct life *l, double up)
{
	const struct crowd_options *o = l->peer->crowd->opt;
	struct ev_loop *loop = l->peer->crowd->loop;

	if (o->update != NULL) {
		ev_timer_set(&l->poll, up, (double)o->poll_ms / 1000);
		ev_timer_start(loop, &l->poll);
	}
	if (o->code != NULL && l->peer->number == (uint32_t)o->first) {
		ev_timer_set(&l->type, up + (double)o->code_ms / 1000, 0);
		ev_timer_start(loop, &l->type);
	}
}

void
life_init(struct life *l, struct peer *p)
{
	l->peer = p;
	ev_init(&l->poll, on_poll);
	ev_init(&l->type, on_type);
	l->poll.data = l->type.data = l;
	begin(l, 0);
}

static void
end(struct life *l)
{
	ev_timer_stop(l->peer->crowd->loop, &l->poll);
	ev_timer_stop(l->peer->crowd->loop, &l->type);
	poll_free(&l->asking);
}

void
life_reset(struct life *l)
{
	end(l);
	peer_restart(l->peer, true);
	/* A little later, so that it is up whichever timer comes first. */
	begin(l, 0.01 + (double)l->peer->crowd->opt->restart_ms / 1000);
}

void
life_fini(struct life *l)
{
	end(l);
}
