#include "crowd.h"

#include <ev.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/resource.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "life.h"
#include "log.h"
#include "model.h"
#include "must.h"
#include "peer.h"

#define STATUS_S   0.1
#define STATUS_MAX 4096

/* ---- what the status file tells ---- */

static void
write_status(const struct crowd *c)
{
	struct buf text;
	struct err e;

	if (c->opt->status == NULL)
		return;
	buf_init(&text, STATUS_MAX);
	buf_printf(&text,
	    "{\"devices\":%" PRId64 ",\"connected\":%zu,\"answered\":%zu,"
	    "\"attempts\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"lost\":%" PRIu64
	    ",\"requests\":%" PRIu64 ",\"polls\":%" PRIu64 "}\n",
	    c->opt->devices, c->connected, c->answered, c->attempts, c->refused,
	    c->lost, c->world.requests, c->polls);
	if (file_replace(
		c->opt->status, FILE_MODE_PUBLIC, buf_view(&text), &e) < 0)
		log_event(LOG_DEBUG, "status", PAIRS(P_STRZ("error", e.text)));
	buf_fini(&text);
}

static void
save(struct crowd *c)
{
	struct err e;

	if (store_save(&c->store, &e) < 0)
		log_event(LOG_ERROR, "store", PAIRS(P_STRZ("error", e.text)));
}

static void
on_tick(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct crowd *c = w->data;

	(void)loop, (void)revents;
	write_status(c);
	save(c);
}

static void
on_signal(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct crowd *c = w->data;

	(void)revents;
	for (int64_t i = 0; i < c->opt->devices; i++)
		peer_leave(&c->devices[i]);
	ev_break(loop, EVBREAK_ALL);
}

/* SIGUSR1: somebody pulls all plugs; SIGUSR2: a long reset of all. */
static void
on_reset(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct crowd *c = w->data;

	(void)loop, (void)revents;
	for (int64_t i = 0; i < c->opt->devices; i++)
		if (w->signum == SIGUSR2)
			life_reset(&c->lives[i]);
		else
			peer_restart(&c->devices[i], false);
}

static void
on_wish(struct peer *p)
{
	struct crowd *c = p->crowd;

	life_sync(&c->lives[p->number - (size_t)c->opt->first]);
}

/* ---- running ---- */

static void
allow_sockets(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

static void
start_devices(struct crowd *c)
{
	const struct crowd_options *o = c->opt;
	double step = (double)o->spread_ms / 1000 / (double)o->devices;

	c->devices = mem_new((size_t)o->devices * sizeof(*c->devices));
	c->lives = mem_new((size_t)o->devices * sizeof(*c->lives));
	for (int64_t i = 0; i < o->devices; i++) {
		peer_init(&c->devices[i], c, (size_t)(o->first + i),
		    step * (double)i);
		life_init(&c->lives[i], &c->devices[i]);
	}
}

static void
end_devices(struct crowd *c)
{
	for (int64_t i = 0; i < c->opt->devices; i++) {
		life_fini(&c->lives[i]);
		peer_fini(&c->devices[i]);
	}
	mem_free(c->lives);
	mem_free(c->devices);
}

static void
watch_signal(struct crowd *c, ev_signal *w, int number,
    void (*on)(struct ev_loop *loop, ev_signal *w, int revents))
{
	ev_signal_init(w, on, number);
	w->data = c;
	ev_signal_start(c->loop, w);
}

static void
run_loop(struct crowd *c)
{
	ev_timer tick;
	ev_signal signals[4];

	ev_timer_init(&tick, on_tick, STATUS_S, STATUS_S);
	tick.data = c;
	ev_timer_start(c->loop, &tick);
	watch_signal(c, &signals[0], SIGTERM, on_signal);
	watch_signal(c, &signals[1], SIGINT, on_signal);
	watch_signal(c, &signals[2], SIGUSR1, on_reset);
	watch_signal(c, &signals[3], SIGUSR2, on_reset);
	(void)ev_run(c->loop, 0);
	ev_timer_stop(c->loop, &tick);
	for (size_t i = 0; i < 4; i++)
		ev_signal_stop(c->loop, &signals[i]);
}

/* Where its devices connect to, and what they leave. */
static int
open_all(struct crowd *c, struct err *e)
{
	const struct crowd_options *o = c->opt;

	if (server_find(&c->server, o->url, "ws://", o->socket, e) < 0 ||
	    (o->update != NULL &&
		server_find(&c->update, o->update, "http://", NULL, e) < 0) ||
	    store_open(
		&c->store, o->store, (size_t)(o->first + o->devices), e) < 0 ||
	    journal_open(&c->journal, o->journal, e) < 0)
		return -1;
	allow_sockets();
	c->loop = ev_default_loop(EVBACKEND_EPOLL);
	return c->loop != NULL ? 0 : err_set(e, ERR_IO, "epoll is not there");
}

int
crowd_run(const struct crowd_options *opt, struct err *e)
{
	struct crowd c = {.opt = opt, .journal = {-1}, .sync = on_wish};
	int rc;

	must(model_types(opt->types) && opt->first + opt->devices <= MODEL_MAX);
	rc = open_all(&c, e);
	if (rc == 0) {
		c.world = (struct tunnel_world){.loop = c.loop,
		    .types = opt->types,
		    .delay_ms = opt->delay_ms,
		    .faults = opt->faults,
		    .journal = &c.journal,
		    .send = peer_send_tunnel,
		    .act = peer_act};
		start_devices(&c);
		run_loop(&c);
		end_devices(&c);
		write_status(&c);
		rc = store_save(&c.store, e);
		ev_loop_destroy(c.loop);
	}
	journal_close(&c.journal);
	store_close(&c.store);
	return rc;
}
