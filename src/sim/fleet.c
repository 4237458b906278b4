#include "fleet.h"
#include "arena.h"
#include "buf.h"
#include "device.h"
#include "log.h"
#include "model.h"
#include "must.h"
#include "num.h"

#include <errno.h>
#include <ev.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#define STATUS_S 0.1

/* ---- where to connect ---- */

static int
unix_address(struct fleet *f, const char *path, struct err *e)
{
	struct sockaddr_un *un = (struct sockaddr_un *)&f->address;

	if (strlen(path) >= sizeof un->sun_path)
		return err_set(
		    e, ERR_LIMIT, "the path of the socket is too long");
	un->sun_family = AF_UNIX;
	str_copy(un->sun_path, sizeof un->sun_path, str_of(path));
	f->address_len = sizeof *un;
	return 0;
}

static int
tcp_address(struct fleet *f, struct str host, struct str port, struct err *e)
{
	struct addrinfo *found, hints = {.ai_socktype = SOCK_STREAM};
	char h[256], p[8];
	int rc;

	if (host.len > 2 && host.p[0] == '[')
		host = str_n(host.p + 1, host.len - 2);
	str_copy(h, sizeof h, host);
	str_copy(p, sizeof p, port);
	rc = getaddrinfo(h, p, &hints, &found);
	if (rc != 0)
		return err_set(e, ERR_INPUT, "%s: %s", h, gai_strerror(rc));
	memcpy(&f->address, found->ai_addr, found->ai_addrlen);
	f->address_len = found->ai_addrlen;
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
read_url(struct fleet *f, struct err *e)
{
	struct str url = str_of(f->opt->url), port = STR("80"),
		   scheme = STR("ws://");
	size_t slash, end;
	int64_t n;

	if (!str_starts(url, scheme))
		return err_set(e, ERR_INPUT, "the URL must begin with ws://");
	url = str_n(url.p + scheme.len, url.len - scheme.len);
	slash = str_find(url, '/');
	f->host = str_n(url.p, slash);
	f->path =
	    slash < url.len ? str_n(url.p + slash, url.len - slash) : STR("/");
	if (f->opt->socket != NULL)
		return unix_address(f, f->opt->socket, e);
	end = host_end(f->host);
	if (end < f->host.len)
		port = str_n(f->host.p + end + 1, f->host.len - end - 1);
	if (!num_parse(port, 1, 65535, &n))
		return err_set(e, ERR_INPUT, "the URL has a wrong port");
	return tcp_address(f, str_n(f->host.p, end), port, e);
}

/* ---- what the status file tells ---- */

static void
write_status(const struct fleet *f)
{
	char aside[4096];
	FILE *out;

	if (f->opt->status == NULL || snprintf(aside, sizeof aside, "%s.new",
					  f->opt->status) >= (int)sizeof aside)
		return;
	out = fopen(aside, "we");
	if (out == NULL)
		return;
	fprintf(out,
	    "{\"devices\":%" PRId64 ",\"connected\":%zu,\"answered\":%zu,"
	    "\"attempts\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"lost\":%" PRIu64
	    ",\"requests\":%" PRIu64 "}\n",
	    f->opt->devices, f->connected, f->answered, f->attempts, f->refused,
	    f->lost, f->world.requests);
	if (fclose(out) == 0)
		(void)rename(aside, f->opt->status);
}

static void
save(struct fleet *f)
{
	struct err e;

	if (store_save(&f->store, &e) < 0)
		log_event(LOG_ERROR, "store", "error", e.text, NULL);
}

static void
on_tick(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct fleet *f = w->data;

	(void)loop, (void)revents;
	write_status(f);
	save(f);
}

static void
on_signal(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct fleet *f = w->data;

	(void)revents;
	for (int64_t i = 0; i < f->opt->devices; i++)
		device_leave(&f->devices[i]);
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
start_devices(struct fleet *f)
{
	const struct fleet_options *o = f->opt;
	double step = (double)o->spread_ms / 1000 / (double)o->devices;

	f->devices = mem_new((size_t)o->devices * sizeof *f->devices);
	for (int64_t i = 0; i < o->devices; i++)
		device_init(&f->devices[i], f, (size_t)(o->first + i),
		    step * (double)i);
}

static void
run_loop(struct fleet *f)
{
	ev_timer tick;
	ev_signal term, interrupt;

	ev_timer_init(&tick, on_tick, STATUS_S, STATUS_S);
	tick.data = f;
	ev_timer_start(f->loop, &tick);
	ev_signal_init(&term, on_signal, SIGTERM);
	ev_signal_init(&interrupt, on_signal, SIGINT);
	term.data = interrupt.data = f;
	ev_signal_start(f->loop, &term);
	ev_signal_start(f->loop, &interrupt);
	(void)ev_run(f->loop, 0);
	ev_timer_stop(f->loop, &tick);
	ev_signal_stop(f->loop, &term);
	ev_signal_stop(f->loop, &interrupt);
}

static int
check_options(const struct fleet_options *o, struct err *e)
{
	if (!model_types(o->types))
		return err_set(e, ERR_INPUT, "unknown types %.40s", o->types);
	if (o->first + o->devices > MODEL_MAX)
		return err_set(
		    e, ERR_INPUT, "there are only %d devices", MODEL_MAX);
	return 0;
}

int
fleet_run(const struct fleet_options *opt, struct err *e)
{
	struct fleet f = {.opt = opt};
	int rc = -1;

	if (check_options(opt, e) < 0 || read_url(&f, e) < 0)
		return -1;
	if (store_open(&f.store, opt->store,
		(size_t)(opt->first + opt->devices), e) < 0)
		goto out;
	allow_sockets();
	f.loop = ev_default_loop(EVBACKEND_EPOLL);
	if (f.loop == NULL) {
		err_set(e, ERR_IO, "epoll is not there");
		goto out;
	}
	f.world = (struct tunnel_world){
	    f.loop, opt->types, opt->delay_ms, 0, device_send_tunnel};
	start_devices(&f);
	run_loop(&f);
	for (int64_t i = 0; i < opt->devices; i++)
		device_fini(&f.devices[i]);
	mem_free(f.devices);
	write_status(&f);
	rc = store_save(&f.store, e);
	ev_loop_destroy(f.loop);
out:
	store_close(&f.store);
	return rc;
}
