#include "life.h"

#include "clock.h"
#include "log.h"
#include "poll.h"
#include "script.h"
#include "site.h"

#define CONFIG_MAX ((size_t)1 << 20)

/* Does it ask, and take a code? */
static bool
is_open(const struct peer *p)
{
	int64_t age = clock_mono_ms() - p->box.started_ms;

	return p->box.next == BOX_STAYS &&
	       (!p->fresh || age < p->crowd->opt->window_ms);
}

/* An answer that is no 200, or too long, counts for nothing. */
static void
on_file(void *arg, const struct asking_answer *a)
{
	struct life *l = arg;
	struct peer *p = l->peer;
	bool counts = a->status == 200 && !a->cut && is_open(p);

	if (counts && !script_run(&p->box, a->body))
		log_event(
		    LOG_WARN, "script", PAIRS(P_INT("device", p->number)));
	asking_free(&l->asking);
	peer_go_on(p);
}

static void
on_poll(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct life *l = w->data;
	struct peer *p = l->peer;
	struct buf request;

	(void)revents;
	if (l->asking != NULL || !is_open(p))
		return;
	p->crowd->polls++;
	buf_init(&request, POLL_REQUEST_MAX);
	poll_request(&request, &(struct poll_who){.server = &p->crowd->update,
				   .number = p->number,
				   .types = p->crowd->opt->types,
				   .version = peer_version(p),
				   .check = p->box.check});
	l->asking = asking_new(&(struct asking_wish){.loop = loop,
	    .server = &p->crowd->update,
	    .request = &request,
	    .max = SCRIPT_MAX,
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
	asking_free(&l->asking);
	asking_free(&l->sync);
}

void
life_reset(struct life *l)
{
	end(l);
	peer_restart(l->peer, true);
	/* A little later, so that it is up whichever timer comes first. */
	begin(l, 0.01 + (double)l->peer->crowd->opt->restart_ms / 1000);
}

/* ---- what it was told to load or to put ---- */

static struct site_device
device_of(struct peer *p)
{
	return (struct site_device){p->number, p->crowd->opt->types, &p->box};
}

/* It has come; whatever it was. */
static void
take(struct peer *p, const struct asking_answer *a)
{
	struct site_device d = device_of(p);

	switch (p->box.sync.part) {
	case BOX_FIRMWARE:
	case BOX_BOOT:
		box_loaded(&p->box, a->body);
		p->box.next = BOX_RESTARTS;
		break;
	case BOX_LOAD:
		if (a->cut || !site_restore(&d, a->body))
			log_event(LOG_WARN, "config",
			    PAIRS(P_INT("device", p->number)));
		break;
	case BOX_SAVE:
		break;
	}
}

static void
on_sync(void *arg, const struct asking_answer *a)
{
	struct life *l = arg;
	struct peer *p = l->peer;

	if (a->status >= 200 && a->status < 300)
		take(p, a);
	else
		log_event(LOG_WARN, "sync",
		    PAIRS(P_INT("device", p->number),
			P_INT("status", a->status)));
	asking_free(&l->sync);
	peer_go_on(p);
}

/* The head, and what a PUT has behind it. */
static void
put_request(struct buf *out, struct peer *p, const struct server *to)
{
	bool puts = p->box.sync.part == BOX_SAVE;
	struct site_device d = device_of(p);
	struct buf text;

	buf_init(&text, CONFIG_MAX);
	if (puts)
		site_config(&text, &d);
	buf_printf(out,
	    "%s %.*s HTTP/1.1\r\nHost: %.*s\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    puts ? "PUT" : "GET", (int)to->path.len, to->path.p,
	    (int)to->host.len, to->host.p, text.len);
	buf_str(out, buf_view(&text));
	buf_fini(&text);
}

void
life_sync(struct life *l)
{
	struct peer *p = l->peer;
	struct server to = p->crowd->server;
	struct buf request;

	asking_free(&l->sync);
	if (!server_split(str_of(p->box.sync.url), &to.host, &to.path))
		return;
	buf_init(&request, CONFIG_MAX + POLL_REQUEST_MAX);
	put_request(&request, p, &to);
	l->sync = asking_new(&(struct asking_wish){.loop = p->crowd->loop,
	    .server = &to,
	    .request = &request,
	    .max = CONFIG_MAX,
	    .done = on_sync,
	    .arg = l});
}

void
life_fini(struct life *l)
{
	end(l);
}
