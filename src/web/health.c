#include "health.h"
#include "auth.h"
#include "domain.h"
#include "fetch.h"
#include "jout.h"
#include "json.h"
#include "metrics.h"

#define STATUS_MAX  ((size_t)64 << 10) /* bytes of the hub's status */
#define METRICS_MAX ((size_t)1 << 20)  /* bytes of a program's metrics */

/* What the worker found out, for the slow part. */
struct look {
	const struct web *web;
	bool details;         /* the asker may see them */
	const char *database; /* "ok", or what is wrong */
	struct str gauges;    /* metrics that needed the store */
};

/* GET url on a unix socket; -1 without a usable answer. */
static int
ask(const char *socket, const char *url, size_t max, struct fetch_answer *ans)
{
	struct fetch_request r = {.socket = socket,
	    .method = "GET",
	    .url = url,
	    .timeout_ms = HEALTH_WAIT_MS,
	    .answer_max = max};
	struct err e;

	if (fetch_now(&r, ans, &e) < 0)
		return -1;
	if (ans->status == 200)
		return 0;
	buf_fini(&ans->body);
	return -1;
}

static const char *
part_state(const char *socket, const char *url)
{
	struct fetch_answer ans;

	if (ask(socket, url, STATUS_MAX, &ans) < 0)
		return "no answer";
	buf_fini(&ans.body);
	return "ok";
}

static const char *
database_state(struct worker *w, struct core_stats *stats)
{
	struct err e;

	return core_stats(&w->core, stats, &e) < 0 ? "no answer" : "ok";
}

static struct look *
look_new(struct worker *w, struct req *r)
{
	struct look *l = arena_alloc(r->arena, sizeof *l);

	if (l != NULL)
		l->web = w->web;
	return l;
}

/* ---- health ---- */

static void
put_health(
    struct resp *out, const struct look *l, const char *hub, const char *rules)
{
	bool up = str_eqz(str_of(l->database), "ok") &&
		  str_eqz(str_of(hub), "ok") && str_eqz(str_of(rules), "ok");
	struct jout j;

	resp_status(out, up ? 200 : 503);
	(void)resp_header(out, "Content-Type", STR("application/json"));
	(void)resp_header(out, "Cache-Control", STR("no-store"));
	jout_init(&j, resp_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "status", up ? "ok" : "down");
	if (l->details) {
		jout_object(&j, "parts");
		jout_strz(&j, "database", l->database);
		jout_strz(&j, "hub", hub);
		jout_strz(&j, "rules", rules);
		jout_end(&j);
	}
	jout_end(&j);
	(void)resp_write(out, "\n", 1);
}

static void
health_rest(struct req *r, struct resp *out, void *arg)
{
	const struct look *l = arg;

	if (r->busy)
		put_health(out, l, "busy", "busy");
	else
		put_health(out, l,
		    part_state(l->web->control, "http://control/status"),
		    part_state(l->web->internal, "http://internal/hub/health"));
}

void
health_serve(struct worker *w, struct req *r, struct resp *out)
{
	struct core_stats stats;
	struct look *l = look_new(w, r);

	if (l == NULL) {
		resp_error(out, 503, err_phrase(ERR_LIMIT));
		return;
	}
	l->details = auth_operator(w, r);
	l->database = database_state(w, &stats);
	req_later(r, health_rest, l);
}

void
health_of_rules(struct worker *w, struct req *r, struct resp *out)
{
	struct core_stats stats;
	const char *state = database_state(w, &stats);

	resp_text(out, str_eqz(str_of(state), "ok") ? 200 : 503,
	    "application/json",
	    str_of(arena_printf(r->arena, "{\"database\":\"%s\"}\n", state)));
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
	bool up = str_eqz(str_of(database_state(w, &s)), "ok");
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

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
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
	str_copy(metric + 14, sizeof metric - 14, name);
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
	bool up = ask(l->web->control, "http://control/status", STATUS_MAX,
		      &ans) == 0;

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
put_program(struct resp *out, const struct look *l, const char *url)
{
	struct fetch_answer ans;

	if (ask(l->web->internal, url, METRICS_MAX, &ans) < 0)
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
	put_program(out, l, "http://internal/hub/metrics");
	put_program(out, l, "http://internal/billing/metrics");
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

void
metrics_of_program(struct resp *out)
{
	(void)resp_header(
	    out, "Content-Type", STR("text/plain; version=0.0.4"));
	(void)metrics_print(resp_sink(out));
}
