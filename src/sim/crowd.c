#include "crowd.h"

#include <errno.h>
#include <ev.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "file.h"
#include "log.h"
#include "model.h"
#include "must.h"
#include "num.h"
#include "peer.h"

#define STATUS_S   0.1
#define STATUS_MAX 4096

/* ---- where to connect ---- */

static int
unix_address(struct crowd *c, const char *path, struct err *e)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&c->address;

	if (strlen(path) >= sizeof(un->sun_path))
		return err_set(
		    e, ERR_LIMIT, "the path of the socket is too long");
	un->sun_family = AF_UNIX;
	str_copy(un->sun_path, sizeof(un->sun_path), str_of(path));
	c->address_len = sizeof(*un);
	return 0;
}

static int
tcp_address(struct crowd *c, struct str host, struct str port, struct err *e)
{
	struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
	char h[256], p[8];
	int rc;

	if (host.len > 2 && host.p[0] == '[')
		host = str_n(host.p + 1, host.len - 2);
	str_copy(h, sizeof(h), host);
	str_copy(p, sizeof(p), port);
	rc = getaddrinfo(h, p, &hints, &found);
	if (rc != 0)
		return err_set(e, ERR_INPUT, "%s: %s", h, gai_strerror(rc));
	memcpy(&c->address, found->ai_addr, found->ai_addrlen);
	c->address_len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

/* Position after the host: the colon before the port, or the end. */
static size_t
host_end(struct str host)
{
	size_t closing = str_find(host, ']');

	if (closing == host.len)
		return str_find(host, ':');
	return closing + 1;
}

static int
read_url(struct crowd *c, struct err *e)
{
	struct str url = str_of(c->opt->url), port = STR("80"),
		   scheme = STR("ws://");
	size_t slash, end;
	int64_t n;

	if (!str_starts(url, scheme))
		return err_set(e, ERR_INPUT, "the URL must begin with ws://");
	url = str_n(url.p + scheme.len, url.len - scheme.len);
	slash = str_find(url, '/');
	c->host = str_n(url.p, slash);
	c->path =
	    slash < url.len ? str_n(url.p + slash, url.len - slash) : STR("/");
	if (c->opt->socket != NULL)
		return unix_address(c, c->opt->socket, e);
	end = host_end(c->host);
	if (end < c->host.len)
		port = str_n(c->host.p + end + 1, c->host.len - end - 1);
	if (!num_parse(port, 1, 65535, &n))
		return err_set(e, ERR_INPUT, "the URL has a wrong port");
	return tcp_address(c, str_n(c->host.p, end), port, e);
}

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
	    ",\"requests\":%" PRIu64 "}\n",
	    c->opt->devices, c->connected, c->answered, c->attempts, c->refused,
	    c->lost, c->world.requests);
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
	for (int64_t i = 0; i < o->devices; i++)
		peer_init(&c->devices[i], c, (size_t)(o->first + i),
		    step * (double)i);
}

static void
run_loop(struct crowd *c)
{
	ev_timer tick;
	ev_signal term, interrupt;

	ev_timer_init(&tick, on_tick, STATUS_S, STATUS_S);
	tick.data = c;
	ev_timer_start(c->loop, &tick);
	ev_signal_init(&term, on_signal, SIGTERM);
	ev_signal_init(&interrupt, on_signal, SIGINT);
	term.data = interrupt.data = c;
	ev_signal_start(c->loop, &term);
	ev_signal_start(c->loop, &interrupt);
	(void)ev_run(c->loop, 0);
	ev_timer_stop(c->loop, &tick);
	ev_signal_stop(c->loop, &term);
	ev_signal_stop(c->loop, &interrupt);
}

int
crowd_run(const struct crowd_options *opt, struct err *e)
{
	struct crowd c = {.opt = opt};
	int rc = -1;

	must(model_types(opt->types) && opt->first + opt->devices <= MODEL_MAX);
	if (read_url(&c, e) < 0)
		return -1;
	if (store_open(&c.store, opt->store,
		(size_t)(opt->first + opt->devices), e) < 0)
		goto out;
	allow_sockets();
	c.loop = ev_default_loop(EVBACKEND_EPOLL);
	if (c.loop == NULL) {
		err_set(e, ERR_IO, "epoll is not there");
		goto out;
	}
	c.world = (struct tunnel_world){.loop = c.loop,
	    .types = opt->types,
	    .delay_ms = opt->delay_ms,
	    .requests = 0,
	    .send = peer_send_tunnel};
	start_devices(&c);
	run_loop(&c);
	for (int64_t i = 0; i < opt->devices; i++)
		peer_fini(&c.devices[i]);
	mem_free(c.devices);
	write_status(&c);
	rc = store_save(&c.store, e);
	ev_loop_destroy(c.loop);
out:
	store_close(&c.store);
	return rc;
}
