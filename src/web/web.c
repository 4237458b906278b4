#include "web.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "guard.h"
#include "log.h"
#include "metrics.h"
#include "must.h"
#include "num.h"
#include "route.h"
#include "startup.h"
#include "uri.h"
#include "watch.h"

#define CONF_MAX ((size_t)1 << 20) /* bytes of memory for configuration */

int
web_open(struct web *w, const char *program, const char *file, struct err *e)
{
	memset(w, 0, sizeof(*w));
	arena_init(&w->arena, CONF_MAX);
	if (startup_conf(program, file, &w->arena, &w->conf, e) < 0)
		return -1;
	w->control = conf_socket(&w->conf, &w->arena, "control");
	w->internal = conf_socket(&w->conf, &w->arena, "internal");
	w->nonces = digest_nonces_new(NONCE_LIFE_MS, NONCES_KEPT);
	w->guard = guard_new(w->conf.login_burst, w->conf.login_per_minute);
	w->sessions = sessions_new();
	return 0;
}

void
web_close(struct web *w)
{
	digest_nonces_free(&w->nonces);
	guard_free(&w->guard);
	sessions_free(&w->sessions);
	arena_fini(&w->arena);
}

void *
worker_begin(void *arg, struct err *e)
{
	struct worker *w = mem_new(sizeof(*w));

	w->web = arg;
	if (core_open(&w->core, &w->web->conf, e) < 0) {
		mem_free(w);
		return NULL;
	}
	return w;
}

void
worker_end(void *arg)
{
	struct worker *w = arg;

	core_close(&w->core);
	mem_free(w);
}

struct ask
worker_ask(
    struct worker *w, struct req *r, const struct actor *who, struct err *e)
{
	struct ask q = {
	    .core = &w->core, .arena = r->arena, .who = who, .err = e};

	return q;
}

/* Count the database time of the request that was just served. */
static void
note(struct worker *w)
{
	struct core_stats now = {0};

	core_times(&w->core, &now);
	metrics_database((uint64_t)(now.statements - w->seen.statements),
	    (uint64_t)(now.busy_us - w->seen.busy_us));
	w->seen = now;
}

void
worker_done(struct req *r, struct resp *out, int64_t us)
{
	char ms[32];
	char *end;
	int64_t hundredths = (us + 5) / 10;

	metrics_note(
	    r->series, r->refused || out->broken || out->status >= 400, us);
	end = num_put_signed(ms, hundredths / 100);
	*end++ = '.';
	*num_put(end, num_magnitude(hundredths % 100), 2) = '\0';
	log_event(LOG_INFO, "request",
	    PAIRS(P_STRZ("id", r->id), P_STR("method", r->method),
		P_STRZ("path", req_log_path(r)), P_STRZ("mt", r->mt),
		P_INT("status", out->status), P_FLAG("refused", r->refused),
		P_FLAG("gone", out->gone), P_FLAG("broken", out->broken),
		P_STRZ("ms", ms), P_STRZ("who", r->who)));
}

/* ---- the main of a program ---- */

static void
serve_one(void *arg, struct req *r, struct resp *out)
{
	struct worker *w = arg;

	routes_serve(w->web->routes, str_of(w->web->conf.base), w, r, out);
	note(w);
}

static int
serve(const struct program *p, struct web *w, struct err *e)
{
	struct fcgi_setup s = {.listen_fd = STDIN_FILENO,
	    .threads = (size_t)p->threads(&w->conf),
	    .body_max = p->body_max,
	    .arg = w,
	    .begin = worker_begin,
	    .end = worker_end,
	    .serve = serve_one,
	    .done = worker_done};
	int rc;

	metrics_open(p->metrics);
	guard_workers(w->guard, s.threads);
	w->routes = p->routes;
	routes_open(w->routes);
	if (p->prepare != NULL)
		p->prepare();
	if (watch_start(&w->conf, e) < 0 ||
	    (p->start != NULL && p->start(w, e) < 0))
		return -1;
	log_event(LOG_INFO, "start", PAIRS(P_STRZ("version", PACKAGE_VERSION)));
	log_gather();
	rc = fcgi_run(&s, e);
	log_gather_end();
	if (p->stop != NULL)
		p->stop();
	watch_stop();
	return rc;
}

int
program_main(const struct program *p, int argc, char **argv)
{
	struct web w;
	struct err e = {0};
	int status, rc;
	const char *file =
	    startup_file(p->name, " <listening-socket", argc, argv, &status);

	if (file == NULL)
		return status;
	rc = web_open(&w, p->name, file, &e);
	if (rc == 0)
		rc = serve(p, &w, &e);
	if (rc < 0)
		log_event(LOG_ERROR, "stop", PAIRS(P_STRZ("why", e.text)));
	else
		log_event(LOG_INFO, "stop", PAIRS_NONE);
	web_close(&w);
	return rc < 0 ? 1 : 0;
}
