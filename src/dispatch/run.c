#include "run.h"

#include <stdarg.h>
#include <stdio.h>

#include "clock.h"
#include "move.h"
#include "must.h"
#include "run_side.h"
#include "state.h"

#define ARENA_MAX ((size_t)16 << 20)
#define WORDS_MAX 200

/* ---- results ---- */

const char *
run_words(struct run *r, const char *fmt, ...)
{
	char text[WORDS_MAX];
	const char *kept;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	kept = arena_strdup(&r->arena, text);
	return kept != NULL ? kept : "no room for words";
}

struct config_state *
run_state(struct run *r, size_t i)
{
	const struct config *c = &r->d.list[i];
	const struct config_state *old =
	    state_find(r->d.states, r->d.nstates, c->id);
	struct config_state *s = &r->results[i].s;

	if (s->config_id == 0) {
		if (old != NULL)
			*s = *old;
		s->device_id = r->d.k.device.id;
		s->config_id = c->id;
	}
	s->revision = c->revision;
	s->boot = r->d.k.boot;
	s->conn = r->d.k.conn;
	s->time = clock_now_ms();
	return s;
}

void
run_result(struct run *r, size_t i, enum config_result result, const char *why)
{
	struct config_state *s = run_state(r, i);

	s->result = result;
	s->why = str_of(why);
	r->results[i].dirty = true;
}

const char *
run_wrong(struct run *r, const struct courier_answer *a)
{
	if (a->fate != COURIER_ANSWERED)
		return run_words(r, "%s", a->err.text);
	return a->status >= 200 && a->status < 300
		   ? NULL
		   : run_words(r, "HTTP %d", a->status);
}

static void
cut(struct run *r, const char *why)
{
	r->cut = true;
	r->why = why;
}

/* The path without what may be a secret. */
static int
path_length(const char *path)
{
	return (int)str_find(str_of(path), '?');
}

/* ---- structured types ---- */

static bool
is_script(const struct config *c)
{
	return c->type == CONFIG_EXPERT;
}

static bool
wants(const struct run *r, size_t i)
{
	return !is_script(&r->d.list[i]) &&
	       delivery_wants(&r->d, &r->d.list[i]) == DELIVERY_SEND;
}

/* The requests of configuration at; one that has none is delivered, one that
 * cannot have any has failed.  One that has changed since the run began is left to
 * the run that follows because of that. */
static void
plan(struct run *r)
{
	struct command_wish w = {.type = r->d.list[r->at].type};
	struct config_item *items;

	r->npaths = r->ipath = 0;
	if (config_items(&r->q, &r->d.list[r->at], &items, &w.n) < 0) {
		if (r->err.kind != ERR_GONE)
			run_result(r, r->at, CONFIG_FAILED,
			    run_words(r, "%s", r->err.text));
		return;
	}
	w.items = items;
	if (commands_requests(
		r->commands, &w, &r->arena, &r->paths, &r->npaths, &r->err) < 0)
		run_result(
		    r, r->at, CONFIG_FAILED, run_words(r, "%s", r->err.text));
	else if (r->npaths == 0)
		run_result(r, r->at, CONFIG_DELIVERED, "");
}

static bool
next_value(struct run *r)
{
	while (r->ipath == r->npaths) {
		while (++r->at < r->d.n && !wants(r, r->at))
			;
		if (r->at >= r->d.n)
			return false;
		if (r->cut)
			run_result(r, r->at, CONFIG_FAILED,
			    run_words(r, "not sent: %s", r->why));
		else
			plan(r);
	}
	r->request.path = r->paths[r->ipath];
	return true;
}

static void
take_value(struct run *r, const struct courier_answer *a)
{
	const char *path = r->paths[r->ipath++];
	const char *wrong = run_wrong(r, a);

	r->results[r->at].sent = wrong == NULL || r->results[r->at].sent;
	if (wrong == NULL) {
		if (r->ipath == r->npaths)
			run_result(r, r->at, CONFIG_DELIVERED, "");
		return;
	}
	run_result(r, r->at, CONFIG_FAILED,
	    run_words(r, "%s at %s %.*s", wrong,
		config_type_name(r->d.list[r->at].type), path_length(path),
		path));
	r->ipath = r->npaths; /* what is left of it is not sent */
	if (a->fate == COURIER_GONE || a->fate == COURIER_SILENT)
		cut(r, wrong);
}

/* ---- write and activate ---- */

static bool
any_sent(const struct run *r)
{
	for (size_t i = 0; i < r->d.n; i++)
		if (r->results[i].sent)
			return true;
	return false;
}

static void
fail_sent(struct run *r, const char *why)
{
	for (size_t i = 0; i < r->d.n; i++)
		if (r->results[i].sent &&
		    r->results[i].s.result == CONFIG_DELIVERED)
			run_result(r, i, CONFIG_FAILED, why);
}

static const char *
deed(const struct run *r)
{
	return r->phase == PHASE_WRITE      ? "write"
	       : r->phase == PHASE_ACTIVATE ? "activate"
					    : "uptime";
}

static bool
next_deed(struct run *r)
{
	struct str path = commands_path(r->commands, deed(r));

	if (!any_sent(r))
		return false;
	if (r->cut) {
		fail_sent(r, run_words(r, "no %s: %s", deed(r), r->why));
		return false;
	}
	r->request.path = arena_str(&r->arena, path);
	return path.len > 0 && r->request.path != NULL;
}

static void
take_deed(struct run *r, const struct courier_answer *a)
{
	const char *wrong = run_wrong(r, a);

	if (wrong != NULL)
		fail_sent(r, run_words(r, "%s at %s", wrong, deed(r)));
	if (a->fate == COURIER_GONE || a->fate == COURIER_SILENT)
		cut(r, wrong);
}

/* ---- restart or reconnect ---- */

static void
judge(struct run *r, int64_t uptime)
{
	delivery_judge(&r->d, uptime);
	r->scripts_dirty = true;
}

static bool
next_uptime(struct run *r)
{
	struct str path = commands_path(r->commands, deed(r));

	if (r->cut || !delivery_asks(&r->d))
		return false;
	r->request.path = arena_str(&r->arena, path);
	if (path.len > 0 && commands_attribute(r->commands, deed(r)).len > 0 &&
	    r->request.path != NULL)
		return true;
	judge(r, -1);
	return false;
}

static void
take_uptime(struct run *r, const struct courier_answer *a)
{
	if (a->fate == COURIER_GONE || a->fate == COURIER_SILENT)
		cut(r, run_wrong(r, a));
	else
		judge(r, run_script_uptime(r, a));
}

/* ---- other vendors' devices ---- */

static void
all_wanted(struct run *r, enum config_result result, const char *why)
{
	for (size_t i = 0; i < r->d.n; i++)
		if (wants(r, i))
			run_result(r, i, result, why);
}

static bool
next_order(struct run *r)
{
	struct config *list = arena_array(&r->arena, r->d.n, sizeof(*list));
	size_t n = 0;
	int rc;

	if (r->at > 0 || list == NULL)
		return false;
	for (size_t i = 0; i < r->d.n; i++)
		if (wants(r, i))
			list[n++] = r->d.list[i];
	r->at = 1;
	rc = delivery_order(&r->q, &r->d, list, n, &r->order);
	r->request.line = buf_view(&r->order);
	if (rc > 0)
		return true;
	if (rc < 0 && r->err.kind == ERR_GONE)
		return false; /* it has changed: one more run follows */
	all_wanted(r, CONFIG_FAILED,
	    rc < 0 ? run_words(r, "%s", r->err.text) : "it has no password");
	return false;
}

static void
take_order(struct run *r, const struct courier_answer *a)
{
	const char *wrong = run_wrong(r, a);

	if (wrong == NULL &&
	    !str_starts(buf_view(&a->body), STR("{\"ok\":true")))
		wrong = "the connection ended";
	all_wanted(r, wrong == NULL ? CONFIG_DELIVERED : CONFIG_FAILED,
	    wrong == NULL ? "" : wrong);
}

/* ---- the machine ---- */

static bool
next_script(struct run *r)
{
	return !r->cut && run_script_next(r);
}

static const struct {
	enum run_kind kind;
	bool (*next)(struct run *r); /* true: r->request is what is sent */
	void (*take)(struct run *r, const struct courier_answer *a);
} phases[] = {
    [PHASE_ORDER] = {RUN_ORDER, next_order, take_order},
    [PHASE_VALUES] = {RUN_GET, next_value, take_value},
    [PHASE_WRITE] = {RUN_GET, next_deed, take_deed},
    [PHASE_ACTIVATE] = {RUN_GET, next_deed, take_deed},
    [PHASE_UPTIME] = {RUN_GET, next_uptime, take_uptime},
    [PHASE_SCRIPT] = {RUN_GET, next_script, run_script_take},
    [PHASE_MOVE] = {RUN_GET, run_move_next, run_move_take},
};

/* Write and activate are asked for once. */
static bool
is_single(enum phase p)
{
	return p == PHASE_WRITE || p == PHASE_ACTIVATE || p == PHASE_UPTIME;
}

const struct run_request *
run_next(struct run *r)
{
	if (r->ready)
		return &r->request;
	if (clock_mono_ms() - r->began_ms > RUN_MAX_MS && !r->cut)
		cut(r, "it took too long");
	r->ready = true;
	r->request = (struct run_request){.hw_id = r->d.k.device.hw_id};
	while (r->phase < PHASE_END) {
		r->request.kind = phases[r->phase].kind;
		if (phases[r->phase].next(r))
			return &r->request;
		r->phase = r->phase == PHASE_ORDER ? PHASE_END : r->phase + 1;
	}
	r->request.kind = RUN_END;
	return &r->request;
}

void
run_take(struct run *r, const struct courier_answer *a)
{
	must(r->ready && r->phase < PHASE_END);
	if (a->fate == COURIER_FULL && r->tries < RUN_FULL) {
		r->tries++;
		r->request.keep = false; /* it is */
		r->request.not_before_ms = clock_mono_ms() + RUN_FULL_MS;
		return;
	}
	r->tries = 0;
	r->ready = false;
	phases[r->phase].take(r, a);
	if (is_single(r->phase))
		r->phase++;
}

/* ---- begin and end ---- */

static bool
lacks_any(const struct run *r)
{
	if (delivery_asks(&r->d) || r->d.url.len > 0)
		return true;
	for (size_t i = 0; i < r->d.n; i++)
		if (delivery_wants(&r->d, &r->d.list[i]) != DELIVERY_HAS)
			return true;
	return false;
}

static int
look(struct run *r, struct str hw_id)
{
	int rc = delivery_look(&r->q, hw_id, &r->d);

	if (rc <= 0)
		return rc;
	r->results = arena_array(&r->arena, r->d.n + 1, sizeof(*r->results));
	if (r->results == NULL)
		return err_set(&r->err, ERR_LIMIT, "too many configurations");
	r->phase = r->d.k.device.other ? PHASE_ORDER : PHASE_VALUES;
	r->at = r->phase == PHASE_VALUES ? SIZE_MAX : 0;
	return lacks_any(r);
}

int
run_begin(struct core *core, const struct commands *commands, struct str hw_id,
    struct run **out, struct err *e)
{
	struct run *r = mem_new(sizeof(*r));
	int rc;

	arena_init(&r->arena, ARENA_MAX);
	buf_init(&r->order, 0);
	r->commands = commands;
	r->began_ms = clock_mono_ms();
	r->q = (struct ask){
	    .core = core, .arena = &r->arena, .who = NULL, .err = &r->err};
	rc = look(r, hw_id);
	if (rc < 0)
		*e = r->err;
	if (rc <= 0)
		r->phase = PHASE_END;
	*out = r;
	return rc;
}

void
run_free(struct run **r)
{
	if (*r == NULL)
		return;
	buf_wipe(&(*r)->order);
	arena_fini(&(*r)->arena);
	mem_free(*r);
	*r = NULL;
}

int64_t
run_device(const struct run *r)
{
	return r->d.k.device.id;
}

/* All that is not kept yet. */
static int
keep_results(struct run *r, struct ask *q)
{
	for (size_t i = 0; i < r->d.n && r->results != NULL; i++) {
		if (!r->results[i].dirty)
			continue;
		if (delivery_save(q, &r->results[i].s) < 0)
			return -1;
	}
	if (r->move.dirty &&
	    move_said(q, r->d.k.device.id, str_of(r->move.why)) < 0)
		return -1;
	return r->scripts_dirty ? delivery_save_script(q, &r->d.script) : 0;
}

void
run_kept(struct run *r)
{
	for (size_t i = 0; i < r->d.n && r->results != NULL; i++)
		r->results[i].dirty = false;
	r->scripts_dirty = r->move.dirty = false;
	r->request.keep = false;
}

int
run_keep(struct run *r, struct err *e)
{
	struct ask q = r->q;

	q.err = e;
	must(r->ready && r->request.keep);
	return keep_results(r, &q);
}

int
run_save(struct run *r, struct err *e)
{
	struct ask q = r->q;

	q.err = e;
	if (r->d.k.device.id == 0 || keep_results(r, &q) < 0)
		return r->d.k.device.id == 0 ? 0 : -1;
	return delivery_done(&q, &r->d);
}

void
run_count(const struct run *r, size_t *delivered, size_t *failed)
{
	*delivered = *failed = 0;
	for (size_t i = 0; i < r->d.n && r->results != NULL; i++) {
		enum config_result result = r->results[i].s.result;

		if (r->results[i].s.config_id == 0)
			continue;
		*delivered += result == CONFIG_DELIVERED;
		*failed += result == CONFIG_FAILED;
	}
}
