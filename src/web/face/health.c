#include "health.h"

#include <pthread.h>

#include "auth.h"
#include "clock.h"
#include "command.h"
#include "jout.h"
#include "jump.h"
#include "lease.h"
#include "must.h"
#include "others.h"
#include "probe.h"

/* What the worker found out, for the slow part. */
struct look {
	const struct web *web;
	bool details;         /* the asker may see them */
	bool known;           /* what was found out lately will do */
	const char *database; /* "ok", or what is wrong */
	const char *clock;    /* the same; see jump.h */
	const char *tasks;    /* the same: somebody works on jobs */
};

static const char *
part_state(const struct hubclient *of, const char *path)
{
	struct fetch_answer ans;

	if (others_ask(of, path, &ans) < 0)
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

static const char *
tasks_state(struct worker *w, struct req *r)
{
	struct err e = {0};
	struct ask q = worker_ask(w, r, NULL, &e);

	return lease_held(&q, "tasks") > 0 ? "ok" : "no answer";
}

/* ---- health ---- */

/* Sockets in the run folder.  A connection that was kept tells nothing of
 * them, so each is tried. */
static const char *const sockets[] = {"ws", "door", "control", "internal",
    "devices", "rules", "billing", "csvapi", "dialplan", "provision"};

#define NSOCKETS (sizeof(sockets) / sizeof(sockets[0]))
#define OPTIONAL 4

/* The parts in the order they are shown. */
struct states {
	const char *database, *clock, *hub, *programs[OTHERS_MAX];
	const char *deliver; /* fleetline-deliver listens */
	const char *tasks;   /* fleetline-tasks has its lease */
	char commands[160];  /* "ok", or what is wrong with its table */
	const char *sockets; /* "ok", or the name of the first that is not */
};

/*
 * What was found out a moment ago serves everybody, so that asking often costs
 * nothing; who comes while somebody looks waits for him.
 */
static const struct states busy = {.database = "busy",
    .clock = "busy",
    .hub = "busy",
    .programs = {"busy", "busy", "busy", "busy", "busy"},
    .deliver = "busy",
    .tasks = "busy",
    .commands = "busy",
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

	for (size_t i = 0; i < OTHERS_MAX; i++)
		up = up && (!others[i].vital ||
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
		for (size_t i = 0; i < OTHERS_MAX; i++)
			jout_strz(&j, others[i].name, s->programs[i]);
		jout_strz(&j, "deliver", s->deliver);
		jout_strz(&j, "tasks", s->tasks);
		jout_strz(&j, "commands", s->commands);
		jout_strz(&j, "sockets", s->sockets);
		jout_end(&j);
	}
	jout_end(&j);
	(void)resp_write(out, "\n", 1);
}

/* Those behind the rules may be left out; then they are seen as programs. */
static const char *
sockets_state(const struct web *w, struct arena *a)
{
	for (size_t i = 0; i < NSOCKETS - OPTIONAL; i++) {
		const char *path = conf_socket(&w->conf, a, sockets[i]);

		if (path == NULL || hubclient_listens(path) <= 0)
			return sockets[i];
	}
	return "ok";
}

static const char *
deliver_state(const struct web *w, struct arena *a)
{
	const char *path = conf_socket(&w->conf, a, "deliver");

	return path != NULL && wake_listens(path) ? "ok" : "no answer";
}

/* As fleetline-deliver reads it; it goes on with the last good one. */
static void
commands_state(const struct web *w, struct states *s)
{
	struct err e;
	struct commands *c = commands_load(w->conf.commands, &e);

	str_copy(s->commands, sizeof(s->commands),
	    str_of(c != NULL ? "ok" : e.text));
	commands_drop(&c);
}

static void
look_at(struct req *r, const struct look *l, struct states *s)
{
	struct hubclient hub = others_hub(l->web);
	struct hubclient programs = others_programs(l->web);

	*s = (struct states){
	    .database = l->database, .clock = l->clock, .tasks = l->tasks};
	s->hub = part_state(&hub, HUBWIRE_STATUS);
	for (size_t i = 0; i < OTHERS_MAX; i++)
		s->programs[i] = part_state(&programs, others[i].health);
	s->deliver = deliver_state(l->web, r->arena);
	commands_state(l->web, s);
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
	struct look *l = arena_alloc(r->arena, sizeof(*l));

	if (l == NULL) {
		resp_error(out, 503, err_phrase(ERR_LIMIT));
		return;
	}
	l->web = w->web;
	l->details = auth_operator(w, r);
	l->known = is_known();
	if (l->known) {
		health_rest(r, out, l);
		return;
	}
	l->database = database_state(w, r);
	l->clock = clock_state(w, r);
	l->tasks = tasks_state(w, r);
	req_later(r, health_rest, l);
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
