#include "peer.h"

#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "arena.h"
#include "clock.h"
#include "json.h"
#include "log.h"
#include "map.h"
#include "model.h"
#include "must.h"
#include "rc4text.h"
#include "sysclient.h"
#include "upgrade.h"

#define READ_SIZE  65536
#define WRITE_HIGH (256 * 1024) /* above this nothing more is read */
#define OUT_MAX    (8 * 1024 * 1024)
#define JSON_ARENA (256 * 1024)

/* One for all: there is one thread. */
static char read_space[READ_SIZE];

static void on_io(struct ev_loop *loop, ev_io *w, int revents);

/* ---- the end of a connection, and the next one ---- */

static void
forget(struct peer *p)
{
	struct crowd *c = p->crowd;

	if (p->state == PEER_IDLE)
		return;
	if (p->state >= PEER_OPEN) {
		c->connected--;
		c->lost++;
	}
	c->answered -= p->answered;
	p->answered = p->due = false;
	tunnel_fini(&p->tunnel);
	upgrade_free(&p->upgrade);
	ws_in_fini(&p->in);
	ws_in_init(&p->in, WS_CLIENT, SC_TUNNEL_HEAD + SC_DATA_MAX);
	buf_fini(&p->out);
	ev_io_stop(c->loop, &p->io);
	close(p->io.fd);
	p->state = PEER_IDLE;
}

static void
retry_after(struct peer *p, double seconds)
{
	ev_timer_stop(p->crowd->loop, &p->retry);
	ev_timer_set(&p->retry, seconds, 0);
	ev_timer_start(p->crowd->loop, &p->retry);
}

static void
drop(struct peer *p)
{
	char id[MODEL_HWID_SIZE];

	if (p->state < PEER_OPEN)
		p->crowd->refused++;
	model_hw_id(p->number, id);
	log_event(LOG_INFO, p->state < PEER_OPEN ? "refused" : "lost",
	    PAIRS(P_STRZ("hwId", id)));
	forget(p);
	retry_after(p, (double)p->crowd->opt->retry_ms / 1000);
}

static void
want(struct peer *p, int events)
{
	if (p->io.events == events && ev_is_active(&p->io))
		return;
	ev_io_stop(p->crowd->loop, &p->io);
	ev_io_modify(&p->io, events);
	ev_io_start(p->crowd->loop, &p->io);
}

/* Write what there is; -1: the connection is gone. */
static int
push(struct peer *p)
{
	ssize_t n;
	int events = EV_READ;

	if (p->out.len > 0) {
		n = write(p->io.fd, p->out.data, p->out.len);
		if (n < 0 && errno != EAGAIN)
			return -1;
		if (n > 0)
			buf_drop(&p->out, (size_t)n);
	}
	if (buf_failed(&p->out))
		return -1;
	if (p->out.len == 0)
		buf_fini(&p->out);
	else
		events =
		    p->out.len > WRITE_HIGH ? EV_WRITE : EV_READ | EV_WRITE;
	want(p, events);
	return 0;
}

static void
on_retry(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct peer *p = w->data;
	int fd;

	(void)loop, (void)revents;
	if (p->box.next == BOX_RESTARTS)
		box_start(&p->box);
	if (p->fresh && !p->typed && box_url(&p->box) == NULL)
		return;
	fd = server_connect(&p->crowd->server);
	p->crowd->attempts++;
	if (fd < 0) {
		p->crowd->refused++;
		retry_after(p, (double)p->crowd->opt->retry_ms / 1000);
		return;
	}
	p->state = PEER_CONNECTING;
	ev_io_init(&p->io, on_io, fd, EV_WRITE);
	p->io.data = p;
	ev_io_start(p->crowd->loop, &p->io);
}

/* ---- frames ---- */

static void
send_message(struct peer *p, struct buf *message)
{
	ws_frame(&p->out, WS_CLIENT, WS_BINARY, buf_view(message));
	buf_fini(message);
	/* A delayed answer comes from a timer, not from on_io, which pushes. */
	if (p->state == PEER_OPEN && !(p->io.events & EV_WRITE))
		want(p, EV_READ | EV_WRITE);
}

void
peer_send_tunnel(
    struct tunnel *t, uint32_t session, uint32_t event, struct str data)
{
	struct peer *p = map_entry(t, struct peer, tunnel);
	struct buf message;

	buf_init(&message, SC_TUNNEL_HEAD + SC_DATA_MAX);
	sc_add_tunnel(&message, session, event, data);
	send_message(p, &message);
}

const char *
peer_version(const struct peer *p)
{
	const struct model *m = model_of(p->number, p->crowd->opt->types);

	return box_version(&p->box, m->version);
}

static void
send_identify(struct peer *p, struct str digest)
{
	const struct model_says says = {.digest = digest,
	    .code = str_of(p->typed ? p->crowd->opt->code : NULL),
	    .version = peer_version(p),
	    .firmware = p->box.firmware,
	    .boot = p->box.boot};
	struct buf message, json;

	buf_init(&json, SC_JSON_MAX);
	buf_init(&message, SC_ADMIN_HEAD + SC_JSON_MAX);
	model_identify(&json, p->number, p->crowd->opt->types, says);
	sc_add_admin(&message, SC_IDENTIFY, buf_view(&json));
	send_message(p, &message);
	buf_fini(&json);
}

static void
set_answered(struct peer *p)
{
	p->crowd->answered += !p->answered;
	p->answered = true;
}

static void
on_challenge(struct peer *p, struct str challenge)
{
	const struct model *m = model_of(p->number, p->crowd->opt->types);
	struct str password = store_get(&p->crowd->store, p->number);
	char id[MODEL_HWID_SIZE], digest[CRYPTO_HEX_MAX];
	struct sc_identity who;

	if (password.len == 0)
		return;
	model_hw_id(p->number, id);
	who = (struct sc_identity){
	    str_of(id), str_of(m->product), str_of(peer_version(p))};
	sc_digest(&who, challenge, password, digest);
	send_identify(p, str_of(digest));
	set_answered(p);
}

static void
on_password(struct peer *p, struct str password)
{
	char id[MODEL_HWID_SIZE];

	model_hw_id(p->number, id);
	if (!store_put(&p->crowd->store, p->number, password)) {
		log_event(
		    LOG_WARN, "password.length", PAIRS(P_STRZ("hwId", id)));
		return;
	}
	log_event(LOG_INFO, "password", PAIRS(P_STRZ("hwId", id)));
	p->fresh = p->typed = false;
	set_answered(p);
}

/* A new administrative password, which only an App Platform has a use for. */
static void
on_admin_password(struct peer *p, const struct json *v)
{
	struct buf plain;

	buf_init(&plain, RC4TEXT_KEY_MAX);
	if (rc4text_decrypt(&plain, json_text(json_member(v, "seed")),
		store_get(&p->crowd->store, p->number),
		json_text(json_member(v, "pwd"))) == 0)
		platform_password(&p->box.platform, buf_view(&plain));
	buf_wipe(&plain);
}

static void
on_admin(struct peer *p, const struct sc_msg *m)
{
	const struct json *json;
	struct arena a;
	struct err e;

	arena_init(&a, JSON_ARENA);
	if (json_read(&a, m->data, SC_JSON_MAX, &json, &e) == 0) {
		if (m->admin == SC_PASSWORD)
			on_password(
			    p, json_text(json_member(json, "password")));
		if (m->admin == SC_ADMIN_PASSWORD)
			on_admin_password(p, json);
		if (m->admin == SC_CHALLENGE)
			on_challenge(
			    p, json_text(json_member(json, "challenge")));
	}
	arena_fini(&a);
}

static void
on_message(struct peer *p, struct str message)
{
	struct sc_msg m;

	if (sc_parse(message, &m) <= 0)
		return;
	if (m.kind == SC_ADMIN)
		on_admin(p, &m);
	else
		tunnel_take(&p->tunnel, m.session, m.event, m.data);
}

/* -1: the connection is over. */
static int
on_event(struct peer *p, const struct ws_event *ev)
{
	switch (ev->kind) {
	case WS_BINARY:
		on_message(p, ev->data);
		return 0;
	case WS_PING:
		ws_frame(&p->out, WS_CLIENT, WS_PONG, ev->data);
		return 0;
	case WS_CLOSE:
		if (p->state == PEER_OPEN) {
			ws_close(&p->out, WS_CLIENT, ev->code, STR(""));
			(void)push(p);
		}
		return -1;
	case WS_TEXT:
	case WS_PONG:
		return 0;
	}
	return 0;
}

static int
take_frames(struct peer *p, struct str in)
{
	struct ws_event ev;
	size_t taken;
	int rc;

	while ((rc = ws_in_feed(&p->in, in.p, in.len, &taken, &ev)) > 0) {
		in = str_n(in.p + taken, in.len - taken);
		if (on_event(p, &ev) < 0)
			return -1;
	}
	return rc;
}

/* ---- the handshake ---- */

static void
send_upgrade(struct peer *p)
{
	const struct server *server = &p->crowd->server;
	struct str host = server->host, path = server->path;
	const char *url = box_url(&p->box);

	if (url != NULL)
		(void)server_split(str_of(url), &host, &path);
	p->upgrade = upgrade_new(&p->out, host, path);
	p->state = PEER_HANDSHAKE;
}

static void
opened(struct peer *p)
{
	char id[MODEL_HWID_SIZE];

	upgrade_free(&p->upgrade);
	p->state = PEER_OPEN;
	p->crowd->connected++;
	model_hw_id(p->number, id);
	log_event(LOG_INFO, "connected", PAIRS(P_STRZ("hwId", id)));
	send_identify(p, STR(""));
}

/* Bytes of the answer to the upgrade; what follows its head are frames. */
static int
take_handshake(struct peer *p, struct str in)
{
	size_t taken;
	int rc = upgrade_feed(p->upgrade, in, &taken);

	if (rc <= 0)
		return rc;
	opened(p);
	return take_frames(p, str_n(in.p + taken, in.len - taken));
}

/* ---- the socket ---- */

static int
pull(struct peer *p)
{
	ssize_t n = read(p->io.fd, read_space, sizeof(read_space));

	if (n < 0)
		return errno == EAGAIN ? 0 : -1;
	if (n == 0)
		return -1;
	if (p->state == PEER_HANDSHAKE)
		return take_handshake(p, str_n(read_space, (size_t)n));
	return take_frames(p, str_n(read_space, (size_t)n));
}

static int
check_connected(struct peer *p)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(p->io.fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 ||
	    error != 0)
		return -1;
	send_upgrade(p);
	return 0;
}

static void
on_io(struct ev_loop *loop, ev_io *w, int revents)
{
	struct peer *p = w->data;
	int rc = 0;

	(void)loop;
	if (p->state == PEER_CONNECTING)
		rc = check_connected(p);
	else if (revents & EV_READ)
		rc = pull(p);
	if (rc < 0 || push(p) < 0)
		drop(p);
	else if (p->due)
		peer_go_on(p);
}

void
peer_init(struct peer *p, struct crowd *c, size_t number, double after)
{
	p->crowd = c;
	p->number = (uint32_t)number;
	p->tunnel.world = &c->world;
	p->tunnel.device = number;
	p->tunnel.box = &p->box;
	p->fresh = c->opt->fresh && store_get(&c->store, number).len == 0;
	box_start(&p->box);
	ws_in_init(&p->in, WS_CLIENT, SC_TUNNEL_HEAD + SC_DATA_MAX);
	buf_init(&p->out, OUT_MAX);
	ev_timer_init(&p->retry, on_retry, after, 0);
	p->retry.data = p;
	ev_timer_start(c->loop, &p->retry);
}

/* ---- what happens to the device ---- */

/* Say good-bye, and come again after so many seconds. */
static void
leave(struct peer *p, double back)
{
	peer_leave(p);
	retry_after(p, back);
}

void
peer_go_on(struct peer *p)
{
	switch (p->box.next) {
	case BOX_STAYS:
		break;
	case BOX_MOVES:
		p->box.next = BOX_STAYS;
		leave(p, 0);
		break;
	case BOX_SYNCS:
		p->box.next = BOX_STAYS;
		p->crowd->sync(p);
		break;
	case BOX_RESTARTS:
		leave(p, (double)p->crowd->opt->restart_ms / 1000);
		break;
	}
}

void
peer_act(struct tunnel *t)
{
	struct peer *p = map_entry(t, struct peer, tunnel);

	p->due = true; /* it is called from the middle of a frame */
}

void
peer_type_code(struct peer *p)
{
	p->typed = true;
	leave(p, 0);
}

void
peer_restart(struct peer *p, bool long_reset)
{
	if (long_reset) {
		box_clear(&p->box);
		store_forget(&p->crowd->store, p->number);
		p->fresh = true;
		p->typed = false;
	}
	p->box.next = BOX_RESTARTS;
	p->box.started_ms = clock_mono_ms();
	peer_go_on(p);
}

void
peer_leave(struct peer *p)
{
	ev_timer_stop(p->crowd->loop, &p->retry);
	if (p->state == PEER_OPEN) {
		ws_close(&p->out, WS_CLIENT, WS_GOING_AWAY, STR(""));
		(void)push(p);
	}
	forget(p);
}

void
peer_fini(struct peer *p)
{
	ev_timer_stop(p->crowd->loop, &p->retry);
	forget(p);
	box_fini(&p->box);
}
