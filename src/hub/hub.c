#include "hub.h"

#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "count.h"
#include "log.h"
#include "must.h"

#define TICK_MS    1000
#define CLAIMS_OUT 16 /* given up when descriptors run out */

/* ---- what the listeners accept ---- */

static void
accept_ws(void *arg, int fd)
{
	struct hub *h = arg;

	wsconn_new(&h->ws, fd);
}

static void
accept_door(void *arg, int fd)
{
	struct hub *h = arg;

	httpconn_new(&h->door.httpconns, fd, (uid_t)-1);
}

static void
accept_control(void *arg, int fd)
{
	struct hub *h = arg;
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		(void)close(fd);
	else
		httpconn_new(&h->control.httpconns, fd, peer.uid);
}

static void
on_full(void *arg)
{
	struct hub *h = arg;

	roster_drop_claims(&h->roster, CLAIMS_OUT);
}

/* A path that ends in "/sysclients" is a device's, any other an app's. */
static int
open_ws(void *arg, struct wsconn *w, const struct http1 *head)
{
	static const char end[] = "/sysclients";
	struct hub *h = arg;
	struct str target = http1_target(head);
	struct str path = str_n(target.p, str_find(target, '?'));

	if (h->goodbye_until != 0)
		return 503;
	if (path.len >= sizeof(end) - 1 &&
	    str_eqz(
		str_n(path.p + path.len - (sizeof(end) - 1), sizeof(end) - 1),
		end))
		return device_open(&h->devices, w, head);
	return appconn_open(&h->appconns, w, head);
}

/* ---- presence and events ---- */

static size_t
count_subscribers(void *arg)
{
	struct hub *h = arg;

	return h->subs.devices;
}

static void
publish_line(void *arg, struct str line)
{
	struct hub *h = arg;

	if (subs_publish_text(&h->subs, line) < 0)
		log_event(LOG_WARN, "event.refused", PAIRS_NONE);
}

/* ---- status ---- */

static void
put_status(void *arg, struct buf *out)
{
	struct hub *h = arg;
	struct jout j;
	const struct {
		const char *name;
		uint64_t value;
	} numbers[] = {
	    {"started", (uint64_t)h->started},
	    {"connections", h->conns.count},
	    {"devices", h->roster.by_id.count},
	    {"claims", h->roster.claims_now},
	    {"apps", h->appconns.now},
	    {"sessions", h->sessions.by_id.count},
	    {"subscriptions", h->subs.count},
	    {"questions", h->questions.in_flight},
	    {"waiting", h->questions.queued},
	    {"failed", h->questions.failed},
	    {"presence", presence_waiting(&h->presence)},
	    {"tunnels", h->devices.bundles.now},
	    {"passthrough", h->door.requests},
	    {"orders", h->orders.done},
	    {"refused", h->orders.refused},
	    {"events", h->subs.published},
	    {"outdated", h->subs.outdated},
	    {"clogged", h->conns.clogged},
	    {"dropped", h->roster.dropped},
	    {"crowded", h->roster.crowded},
	    {"too_long", h->appconns.refused},
	    {"old_rights", h->sessions.outdated},
	};

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "boot", h->boot);
	for (size_t i = 0; i < COUNT(numbers); i++)
		jout_int(&j, numbers[i].name, (int64_t)numbers[i].value);
	jout_end(&j);
}

/* ---- time ---- */

/* What was written and what died in this turn; true: more is left. */
static bool
on_turn(void *arg)
{
	struct hub *h = arg;
	bool more;

	presence_turn(&h->presence);
	more = conns_turn(&h->conns);
	devices_turn(&h->devices);
	appconns_turn(&h->appconns);
	return more;
}

static void
on_tick(void *arg)
{
	struct hub *h = arg;
	int64_t now = clock_mono_ms();

	wsconns_tick(&h->ws, now);
	conns_tick(&h->conns, now);
	devices_tick(&h->devices, now);
	sessions_tick(&h->sessions, now);
	loop_timer_set(h->loop, &h->tick, TICK_MS);
}

/* ---- the end ---- */

static void
doom_all(struct wsconn_list *list)
{
	struct wsconn *w;

	TAILQ_FOREACH (w, list, link) {
		w->why = HUBWIRE_END_HUB;
		conn_doom(&w->conn);
	}
}

static void
say_goodbye(void *arg)
{
	struct hub *h = arg;
	struct wsconn *w;
	bool all_gone = h->conns.count == 0;

	for (size_t i = 0; i < h->goodbye_group; i++) {
		if ((w = wsconns_first(&h->ws)) == NULL)
			break;
		wsconn_close(w, HUBWIRE_END_HUB, WS_GOING_AWAY, "");
	}
	if (all_gone || clock_mono_ms() >= h->goodbye_until)
		loop_stop(h->loop);
	else
		loop_timer_set(h->loop, &h->goodbye, HUB_GOODBYE_STEP);
}

static void
on_term(void *arg)
{
	struct hub *h = arg;

	if (h->goodbye_until != 0)
		return;
	log_event(LOG_INFO, "stop", PAIRS_NONE);
	listen_close(&h->listen_ws);
	listen_close(&h->listen_door);
	listen_close(&h->listen_control);
	h->goodbye_until = clock_mono_ms() + HUB_GOODBYE_MS;
	h->goodbye_group =
	    100 + h->conns.count * 2 * HUB_GOODBYE_STEP / HUB_GOODBYE_MS;
	doom_all(&h->ws.greeting);
	httpconns_close(&h->door.httpconns);
	httpconns_close(&h->control.httpconns);
	say_goodbye(h);
}

/* ---- begin ---- */

static void
raise_limits(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
}

static int
open_listener(
    struct hub *h, struct listener *l, const char *name, struct err *e)
{
	l->full = on_full;
	l->arg = h;
	return listen_open(l, h->loop, conf_socket(h->conf, h->arena, name), e);
}

/* Where browsers and programs come in. */
static void
wire_doors(struct hub *h)
{
	int64_t timeout_ms = h->conf->tunnel_timeout_s * 1000;

	door_init(&h->door, &h->conns);
	h->door.questions = &h->questions;
	h->door.roster = &h->roster;
	h->door.sessions = &h->sessions;
	h->door.timeout_ms = timeout_ms;
	control_init(&h->control, &h->conns, &h->orders);
	h->control.timeout_ms = timeout_ms;
	h->control.status = put_status;
	h->control.arg = h;
}

static void
wire_up(struct hub *h)
{
	const struct conf *c = h->conf;
	struct buf name;

	buf_init(&name, 128);
	buf_printf(&name, "%s/%s", c->hub_id, h->boot);
	conns_init(&h->conns, h->loop);
	wsconns_init(&h->ws, &h->conns);
	h->ws.ping_ms = c->ping_s * 1000;
	h->ws.idle_ms = c->idle_s * 1000;
	h->ws.patient_ms = c->app_idle_s * 1000;
	h->ws.open = open_ws;
	h->ws.open_arg = h;
	questions_init(&h->questions, h->loop,
	    conf_socket(c, h->arena, "internal"), name.data);
	buf_fini(&name);
	presence_init(&h->presence, &h->questions);
	h->presence.subscribers = count_subscribers;
	h->presence.event = publish_line;
	h->presence.arg = h;
	roster_init(&h->roster, &h->presence, (size_t)c->claims_max);
	devices_init(&h->devices, &h->questions, &h->roster);
	h->devices.max = (size_t)c->connections_max;
	h->devices.bundles.receive_length = (uint32_t)c->receive_length;
	sessions_init(&h->sessions);
	subs_init(&h->subs);
	appconns_init(&h->appconns, &h->questions, &h->sessions, &h->subs);
	h->orders = (struct orders){.boot = h->boot,
	    .roster = &h->roster,
	    .sessions = &h->sessions,
	    .subs = &h->subs};
	wire_doors(h);
}

int
hub_open(struct hub *h, const struct conf *conf, struct arena *a, struct err *e)
{
	memset(h, 0, sizeof(*h));
	h->conf = conf;
	h->arena = a;
	h->started = clock_now_ms();
	crypto_guid(h->boot);
	raise_limits();
	if (loop_new(&h->loop, e) < 0)
		return -1;
	wire_up(h);
	h->listen_ws.accepted = accept_ws;
	h->listen_door.accepted = accept_door;
	h->listen_control.accepted = accept_control;
	if (control_users_load(&h->control.control, conf->control_users, e) <
		0 ||
	    control_users_load(&h->control.tunnel, conf->tunnel_users, e) < 0 ||
	    open_listener(h, &h->listen_ws, "ws", e) < 0 ||
	    open_listener(h, &h->listen_door, "door", e) < 0 ||
	    open_listener(h, &h->listen_control, "control", e) < 0)
		return -1;
	loop_on_turn(h->loop, on_turn, h);
	loop_on_term(h->loop, on_term, h);
	loop_on_wake(h->loop, questions_wake, &h->questions);
	loop_timer_init(&h->tick, on_tick, h);
	loop_timer_init(&h->goodbye, say_goodbye, h);
	loop_timer_set(h->loop, &h->tick, TICK_MS);
	return 0;
}

void
hub_run(struct hub *h)
{
	log_event(LOG_INFO, "start", PAIRS(P_STRZ("boot", h->boot)));
	loop_run(h->loop);
	log_event(LOG_INFO, "end", PAIRS_NONE);
}

/* ---- what is left after the loop ---- */

void
hub_close(struct hub *h)
{
	doom_all(&h->ws.greeting);
	doom_all(&h->ws.alive);
	doom_all(&h->ws.patient);
	doom_all(&h->ws.closing);
	httpconns_doom(&h->door.httpconns);
	httpconns_doom(&h->control.httpconns);
	while (conns_turn(&h->conns))
		continue;
	presence_fini(&h->presence);
	questions_fini(&h->questions);
	devices_fini(&h->devices);
	appconns_fini(&h->appconns);
	roster_fini(&h->roster);
	sessions_fini(&h->sessions);
	subs_fini(&h->subs);
	conns_fini(&h->conns);
	listen_close(&h->listen_ws);
	listen_close(&h->listen_door);
	listen_close(&h->listen_control);
	loop_timer_stop(h->loop, &h->tick);
	loop_timer_stop(h->loop, &h->goodbye);
	loop_free(&h->loop);
}
