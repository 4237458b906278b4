#include "health.h"

#include <pthread.h>

#include "auth.h"
#include "clock.h"
#include "domain.h"
#include "hubclient.h"
#include "jout.h"
#include "json.h"
#include "jump.h"
#include "metrics.h"
#include "must.h"
#include "probe.h"

#define STATUS_MAX  ((size_t)64 << 10) /* bytes of the hub's status */
#define METRICS_MAX ((size_t)1 << 20)  /* bytes of a program's metrics */

/* The other FastCGI programs. */
static const struct program_part {
	const char *name;
	const char *health, *metrics;
	bool vital; /* without it there is no service */
} programs[] = {
    {"rules", "/hub/health", "/hub/metrics", true},
    {"billing", "/billing/health", "/billing/metrics", false},
    {"csvapi", "/csvapi/health", "/csvapi/metrics", false},
};

#define NPROGRAMS (sizeof(programs) / sizeof(programs[0]))

/* What the worker found out, for the slow part. */
struct look {
	const struct web *web;
	bool details;         /* the asker may see them */
	bool known;           /* what was found out lately will do */
	const char *database; /* "ok", or what is wrong */
	const char *clock;    /* the same; see jump.h */
	struct str gauges;    /* metrics that needed the store */
};

/* -1 without a usable answer. */
static int
ask(const struct hubclient *of, const char *path, struct fetch_answer *ans)
{
	struct err e;

	if (hubclient_get(of, path, ans, &e) < 0)
		return -1;
	if (ans->status == 200)
		return 0;
	buf_fini(&ans->body);
	return -1;
}

/* Of the hub. */
static struct hubclient
hub_of(const struct web *w)
{
	return (struct hubclient){.origin = HUBWIRE_CONTROL,
	    .socket = w->control,
	    .timeout_ms = HEALTH_WAIT_MS,
	    .answer_max = STATUS_MAX};
}

/* Of the other programs, by way of nginx. */
static struct hubclient
programs_of(const struct web *w)
{
	return (struct hubclient){.origin = HUBWIRE_INTERNAL,
	    .socket = w->internal,
	    .timeout_ms = HEALTH_WAIT_MS,
	    .answer_max = METRICS_MAX};
}

static const char *
part_state(const struct hubclient *of, const char *path)
{
	struct fetch_answer ans;

	if (ask(of, path, &ans) < 0)
		return "no answer";
	buf_fini(&ans.body);
	return "ok";
}

static const char *
database_state(struct worker *w, struct req *r)
{
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);

	return probe_state(&q, w->web->conf.database);
}

static const char *
clock_state(struct worker *w, struct req *r)
{
	struct actor local;
	struct err e = {0};
	struct ask q;
	int64_t now;
	int rc;

	actor_local(&local);
	q = worker_ask(w, r, &local, &e);
	rc = jump_now(&q, &now);
	return rc > 0 ? "ok" : rc == 0 ? "in doubt" : "no answer";
}

static struct look *
look_new(struct worker *w, struct req *r)
{
	struct look *l = arena_alloc(r->arena, sizeof(*l));

	if (l != NULL)
		l->web = w->web;
	return l;
}

/* ---- health ---- */

/* Sockets in the run folder.  A connection that was kept tells nothing of
 * them, so each is tried. */
static const char *const sockets[] = {"ws", "door", "control", "internal",
    "devices", "rules", "billing", "csvapi"};

#define NSOCKETS (sizeof(sockets) / sizeof(sockets[0]))

/* The parts in the order they are shown. */
struct states {
	const char *database, *clock, *hub, *programs[NPROGRAMS];
	const char *sockets; /* "ok", or the name of the first that is not */
};

/*
 * What was found out a moment ago serves everybody, so that asking often costs
 * nothing; who comes while somebody looks waits for him.
 */
static const struct states busy = {.database = "busy",
    .clock = "busy",
    .hub = "busy",
    .programs = {"busy", "busy", "busy"},
    .sockets = "busy"};

static struct {
	pthread_mutex_t lock;
	int64_t until_ms;
	struct states states;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER};

static bool
is_up(const struct states *s)
{
	bool up = str_eqz(str_of(s->database), "ok") &&
		  str_eqz(str_of(s->hub), "ok") &&
		  str_eqz(str_of(s->sockets), "ok");

	for (size_t i = 0; i < NPROGRAMS; i++)
		up = up && (!programs[i].vital ||
			       str_eqz(str_of(s->programs[i]), "ok"));
	return up;
}

static void
put_health(struct resp *out, bool details, const struct states *s)
{
	bool up = is_up(s);
	struct jout j;

	resp_status(out, up ? 200 : 503);
	(void)resp_header(out, "Content-Type", STR("application/json"));
	(void)resp_header(out, "Cache-Control", STR("no-store"));
	jout_init(&j, resp_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "status", up ? "ok" : "down");
	if (details) {
		jout_object(&j, "parts");
		jout_strz(&j, "database", s->database);
		jout_strz(&j, "clock", s->clock);
		jout_strz(&j, "hub", s->hub);
		for (size_t i = 0; i < NPROGRAMS; i++)
			jout_strz(&j, programs[i].name, s->programs[i]);
		jout_strz(&j, "sockets", s->sockets);
		jout_end(&j);
	}
	jout_end(&j);
	(void)resp_write(out, "\n", 1);
}

/* Billing and csvapi may be left out; then they are seen as programs. */
static const char *
sockets_state(const struct web *w, struct arena *a)
{
	for (size_t i = 0; i < NSOCKETS - 2; i++) {
		const char *path = conf_socket(&w->conf, a, sockets[i]);

		if (path == NULL || hubclient_listens(path) <= 0)
			return sockets[i];
	}
	return "ok";
}

static void
look_at(struct req *r, const struct look *l, struct states *s)
{
	struct hubclient hub = hub_of(l->web), others = programs_of(l->web);

	*s = (struct states){.database = l->database, .clock = l->clock};
	s->hub = part_state(&hub, HUBWIRE_STATUS);
	for (size_t i = 0; i < NPROGRAMS; i++)
		s->programs[i] = part_state(&others, programs[i].health);
	s->sockets = sockets_state(l->web, r->arena);
}

static void
health_rest(struct req *r, struct resp *out, void *arg)
{
	const struct look *l = arg;
	struct states s;

	/* The queue of slow work is full, and this is a worker. */
	if (r->busy) {
		put_health(out, l->details, &busy);
		return;
	}
	must(pthread_mutex_lock(&kept.lock) == 0);
	if (!l->known && clock_mono_ms() >= kept.until_ms) {
		look_at(r, l, &kept.states);
		kept.until_ms =
		    clock_mono_ms() +
		    (is_up(&kept.states) ? HEALTH_KEPT_MS : HEALTH_DOWN_MS);
	}
	s = kept.states;
	must(pthread_mutex_unlock(&kept.lock) == 0);
	put_health(out, l->details, &s);
}

static bool
is_known(void)
{
	bool known;

	if (pthread_mutex_trylock(&kept.lock) != 0)
		return false; /* somebody looks */
	known = clock_mono_ms() < kept.until_ms;
	must(pthread_mutex_unlock(&kept.lock) == 0);
	return known;
}

void
health_serve(struct worker *w, struct req *r, struct resp *out)
{
	struct look *l = look_new(w, r);

	if (l == NULL) {
		resp_error(out, 503, err_phrase(ERR_LIMIT));
		return;
	}
	l->details = auth_operator(w, r);
	l->known = is_known();
	if (l->known) {
		health_rest(r, out, l);
		return;
	}
	l->database = database_state(w, r);
	l->clock = clock_state(w, r);
	req_later(r, health_rest, l);
}

/* ---- metrics ---- */

static void
put_domains(struct worker *w, struct req *r, struct buf *out)
{
	struct actor local;
	struct err e;
	struct ask q = worker_ask(w, r, &local, &e);
	struct domain *list;
	int64_t after = 0;
	size_t n = 0;

	actor_local(&local);
	buf_puts(out, "# TYPE fleetline_devices_online gauge\n");
	do {
		struct arena_mark mark = arena_mark(r->arena);

		if (domain_list(&q, after, true, &list, &n) < 0)
			break;
		for (size_t i = 0; i < n; i++)
			buf_printf(out,
			    "fleetline_devices_online{domain=\"%lld\"} %lld\n",
			    (long long)list[i].id,
			    (long long)list[i].count_online);
		after = n > 0 ? list[n - 1].id : after;
		arena_reset(r->arena, mark);
	} while (n == DOMAIN_PAGE);
}

static void
put_store(struct worker *w, struct buf *out)
{
	struct core_stats s = {0};
	struct err e;
	bool up = core_stats(&w->core, &s, &e) == 0;
	struct sink to = buf_sink(out);
	const struct {
		const char *name, *help;
		int64_t value;
	} all[] = {
	    {"fleetline_database_up", "1 if the database answers.", up},
	    {"fleetline_devices", "Devices known.", s.devices},
	    {"fleetline_devices_unassigned", "Devices in no domain.",
		s.unassigned},
	    {"fleetline_claims", "Connections without proof.", s.claims},
	    {"fleetline_domains", "Domains.", s.domains},
	    {"fleetline_accounts", "Accounts.", s.accounts},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		(void)metrics_gauge(
		    to, all[i].name, all[i].help, (double)all[i].value);
}

/* Each number of the hub's status becomes fleetline_hub_<name>. */
static int
put_hub_number(void *arg, struct str name, const struct json *v)
{
	char metric[96] = "fleetline_hub_";

	if (json_kind(v) != JSON_INT || name.len > 64)
		return 1;
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] < 'a' || name.p[i] > 'z')
			return 1;
	str_copy(metric + 14, sizeof(metric) - 14, name);
	(void)metrics_gauge(resp_sink(arg), metric, "See fleetline-hub(8).",
	    (double)json_number(v, 0));
	return 1;
}

static void
put_hub(struct req *r, struct resp *out, const struct look *l)
{
	struct fetch_answer ans;
	const struct json *status = NULL;
	struct err e;
	struct hubclient hub = hub_of(l->web);
	bool up = ask(&hub, HUBWIRE_STATUS, &ans) == 0;

	(void)metrics_gauge(
	    resp_sink(out), "fleetline_hub_up", "1 if the hub answers.", up);
	if (!up)
		return;
	if (json_read(r->arena, buf_view(&ans.body), STATUS_MAX, &status, &e) ==
	    0)
		json_each(status, put_hub_number, out);
	buf_fini(&ans.body);
}

/* What another program says of itself. */
static void
put_program(struct resp *out, const struct look *l, const char *path)
{
	struct hubclient others = programs_of(l->web);
	struct fetch_answer ans;

	if (ask(&others, path, &ans) < 0)
		return;
	(void)resp_write(out, ans.body.data, ans.body.len);
	buf_fini(&ans.body);
}

static void
metrics_rest(struct req *r, struct resp *out, void *arg)
{
	const struct look *l = arg;

	(void)resp_header(
	    out, "Content-Type", STR("text/plain; version=0.0.4"));
	(void)metrics_print(resp_sink(out));
	(void)resp_write(out, l->gauges.p, l->gauges.len);
	if (r->busy)
		return;
	put_hub(r, out, l);
	for (size_t i = 0; i < NPROGRAMS; i++)
		put_program(out, l, programs[i].metrics);
}

void
metrics_serve(struct worker *w, struct req *r, struct resp *out)
{
	struct look *l = look_new(w, r);
	struct buf gauges;

	if (l == NULL || !auth_operator(w, r)) {
		resp_error(out, 403, err_phrase(ERR_DENIED));
		return;
	}
	buf_init(&gauges, METRICS_MAX);
	put_store(w, &gauges);
	put_domains(w, r, &gauges);
	l->gauges = str_of(arena_str(r->arena, buf_view(&gauges)));
	buf_fini(&gauges);
	req_later(r, metrics_rest, l);
}

/* ---- of the other programs ---- */

void
health_own(struct worker *w, struct req *r, struct resp *out)
{
	struct core_stats stats;
	struct err e;
	bool up = core_stats(&w->core, &stats, &e) == 0;
	const char *state = up ? "ok" : "no answer";

	resp_text(out, up ? 200 : 503, "application/json",
	    str_of(arena_printf(r->arena, "{\"database\":\"%s\"}\n", state)));
}

void
metrics_own(struct worker *w, struct req *r, struct resp *out)
{
	(void)w;
	(void)r;
	(void)resp_header(
	    out, "Content-Type", STR("text/plain; version=0.0.4"));
	(void)metrics_print(resp_sink(out));
}
