#include "delivery.h"

#include "ask.h"
#include "clock.h"
#include "column.h"
#include "db.h"
#include "domain.h"
#include "move.h"
#include "pause.h"
#include "state.h"

/* Clocks of devices go wrong by 100 ppm at most, and count whole seconds. */
#define START_SLACK_MS 2000
#define CLOCK_SLACK    10000

/* ---- looking ---- */

/* Shall devices of this domain get configurations?  1, 0, -1. */
static int
delivers_in(struct ask *q, int64_t domain)
{
	int rc = domain > 0 ? domain_secondary(q, domain) : 1;

	return rc < 0 ? -1 : rc == 0;
}

static bool
by_revision(enum config_type type)
{
	return type == CONFIG_EXPERT || type == CONFIG_TRUST_LIST;
}

/* Was this sent on the present connection? */
static bool
is_here(const struct delivery *d, const struct config_state *s)
{
	return s->conn == d->k.conn && str_eq(s->boot, d->k.boot);
}

static int
load_rest(struct ask *q, struct delivery *d)
{
	int64_t id = d->k.device.id;
	int rc;

	if (config_matches(q, id, &d->list, &d->n) < 0 ||
	    state_list(q, id, &d->states, &d->nstates) < 0)
		return -1;
	d->initial = true;
	for (size_t i = 0; i < d->nstates; i++)
		if (is_here(d, &d->states[i]))
			d->initial = false;
	if (move_of(q, id, &d->url) < 0)
		return -1;
	rc = state_script(q, id, &d->script);
	d->known = rc > 0;
	d->script.device_id = id;
	if (rc >= 0)
		rc = db_int(q->core->store, STMT_CONFIG_LEFT, ARGS(A_INT(id)),
		    &d->left, q->err);
	return rc < 0 ? -1 : 1;
}

int
delivery_look(struct ask *q, struct str hw_id, struct delivery *d)
{
	int rc;

	*d = (struct delivery){0};
	rc = record_load(q, hw_id, &d->k);
	if (rc <= 0 || !d->k.device.online)
		return rc < 0 ? -1 : 0;
	rc = pause_on(q, d->k.device.id);
	d->later = rc > 0;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = delivers_in(q, d->k.device.domain_id);
	if (rc > 0)
		rc = load_rest(q, d);
	if (rc > 0 && d->known && d->script.restarted &&
	    d->script.conn == d->k.conn && str_eq(d->script.boot, d->k.boot))
		d->restarted = true;
	return rc;
}

/* A script: is there a reason to run it? */
static enum delivery_want
wants_script(const struct delivery *d, const struct config *c,
    const struct config_state *s)
{
	if (s == NULL || s->revision != c->revision)
		return DELIVERY_SEND;
	/* Whatever became of others: that one of them was changed says nothing
	 * of it.  An administrator who does forgets that it was stopped. */
	if (s->result == CONFIG_STOPPED)
		return DELIVERY_HAS;
	if (d->restarted && !is_here(d, s))
		return d->script.loops >= DELIVERY_LOOPS ? DELIVERY_STOP
							 : DELIVERY_SEND;
	return s->result == CONFIG_RUNNING ? DELIVERY_GO_ON : DELIVERY_HAS;
}

enum delivery_want
delivery_wants(const struct delivery *d, const struct config *c)
{
	const struct config_state *s = state_find(d->states, d->nstates, c->id);

	if (c->type == CONFIG_EXPERT)
		return wants_script(d, c, s);
	if (s == NULL || s->revision != c->revision)
		return DELIVERY_SEND;
	if (is_here(d, s))
		return DELIVERY_HAS;
	return by_revision(c->type) && s->result == CONFIG_DELIVERED
		   ? DELIVERY_HAS
		   : DELIVERY_SEND;
}

/* ---- restart or reconnect ---- */

bool
delivery_asks(const struct delivery *d)
{
	if (d->known && d->script.conn == d->k.conn &&
	    str_eq(d->script.boot, d->k.boot))
		return false;
	for (size_t i = 0; i < d->n; i++)
		if (d->list[i].type == CONFIG_EXPERT)
			return true;
	return false;
}

static bool
other_version(const struct delivery *d)
{
	const struct device *now = &d->k.device;

	return !str_eq(d->script.version, now->version) ||
	       !str_eq(d->script.fw_build, now->fw_build) ||
	       !str_eq(d->script.bc_build, now->bc_build);
}

/* Has it started since it was seen last?  Either it started after its connection
 * had ended; or, if nobody saw that it broke off, later than it said before. */
static bool
started_since(const struct delivery *d, int64_t started)
{
	int64_t before = d->script.started;

	if (d->left > 0 && started >= d->left)
		return true;
	return before > 0 &&
	       started - before >
		   START_SLACK_MS + (clock_now_ms() - before) / CLOCK_SLACK;
}

static void
judge_rule(struct delivery *d, int64_t started)
{
	struct config_script *s = &d->script;

	if (!d->known) {
		s->rule = CONFIG_RULE_NONE;
		d->restarted = false;
	} else if (other_version(d)) {
		s->rule = CONFIG_RULE_VERSION;
		d->restarted = true;
	} else if (started > 0) {
		s->rule = CONFIG_RULE_UPTIME;
		d->restarted = started_since(d, started);
	} else {
		s->rule = CONFIG_RULE_AWAY;
		d->restarted = d->left > 0 &&
			       d->k.device.since - d->left > DELIVERY_AWAY_MS;
	}
}

/* Restarts right behind a script.  Once there were too many it stays so. */
static void
count_loops(struct config_script *s, int64_t since)
{
	if (s->loops >= DELIVERY_LOOPS)
		return;
	if (s->ran == 0 || since - s->ran > DELIVERY_RIGHT_MS) {
		s->loops = 0;
	} else if (s->loops == 0 || since - s->first > DELIVERY_LOOP_MS) {
		s->loops = 1;
		s->first = since;
	} else {
		s->loops++;
	}
	s->ran = 0; /* one restart for one script */
}

void
delivery_judge(struct delivery *d, int64_t uptime_s)
{
	struct config_script *s = &d->script;
	int64_t started = uptime_s >= 0 ? clock_now_ms() - uptime_s * 1000 : 0;

	judge_rule(d, started);
	s->restarted = d->restarted;
	if (d->restarted)
		count_loops(s, d->k.device.since);
	s->version = d->k.device.version;
	s->fw_build = d->k.device.fw_build;
	s->bc_build = d->k.device.bc_build;
	s->started = started;
	s->boot = d->k.boot;
	s->conn = d->k.conn;
	d->known = true;
}

/* ---- what is kept ---- */

int
delivery_begin(struct ask *q)
{
	return store_begin(q->core->store, STORE_FAST, q->err);
}

int
delivery_end(struct ask *q, int rc)
{
	if (rc >= 0 && store_commit(q->core->store, q->err) == 0)
		return 0;
	store_rollback(q->core->store);
	return -1;
}

int
delivery_save(struct ask *q, const struct config_state *s)
{
	return db_do(q->core->store, STMT_CONFIG_STATE_SAVE,
	    ARGS(A_INT(s->device_id), A_INT(s->config_id), A_INT(s->revision),
		A_STR(s->boot), A_INT(s->conn), A_INT(s->time),
		A_INT(s->result), A_STR(s->why), A_INT(s->line),
		A_STR(s->serial)),
	    q->err);
}

int
delivery_save_script(struct ask *q, const struct config_script *s)
{
	return db_do(q->core->store, STMT_CONFIG_SCRIPT_SAVE,
	    ARGS(A_INT(s->device_id), A_STR(s->version), A_STR(s->fw_build),
		A_STR(s->bc_build), A_INT(s->started), A_STR(s->boot),
		A_INT(s->conn), A_INT(s->rule), A_INT(s->restarted),
		A_INT(s->ran), A_INT(s->loops), A_INT(s->first)),
	    q->err);
}

int
delivery_count(struct ask *q, size_t delivered, size_t failed)
{
	return db_do(q->core->store, STMT_DELIVERY_COUNT,
	    ARGS(A_INT((int64_t)delivered), A_INT((int64_t)failed)), q->err);
}

int
delivery_figures(struct ask *q, struct delivery_figures *out)
{
	return load_one(ask_loader(q), STMT_DELIVERY_FIGURES,
		   ARGS(A_INT(clock_now_ms())), load_delivery_figures, out) < 0
		   ? -1
		   : 0;
}

int
delivery_done(struct ask *q, const struct delivery *d)
{
	if (d->later)
		return delivery_again(q, d->k.device.id);
	return db_do(q->core->store, STMT_DUE_DONE,
	    ARGS(A_INT(d->k.device.id), A_STR(d->k.boot), A_INT(d->k.conn)),
	    q->err);
}

int
delivery_again(struct ask *q, int64_t device)
{
	return db_do(
	    q->core->store, STMT_DUE_AGAIN, ARGS(A_INT(device)), q->err);
}

/* ---- which devices to look at ---- */

static void
load_next(const struct row *row, struct arena *a, void *out)
{
	struct delivery_next *x = out;

	*x = (struct delivery_next){row_int(row, DELIVERY_NEXT_ID),
	    row_dup(row, DELIVERY_NEXT_HW_ID, a),
	    row_int(row, DELIVERY_NEXT_REV)};
}

int
delivery_due(
    struct ask *q, int64_t after, struct delivery_next **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_DUE_DEVICES,
	    ARGS(A_INT(after), A_INT(DELIVERY_PAGE), A_INT(clock_now_ms())),
	    load_next, out, n);
}

int
delivery_devices(struct ask *q, int64_t rev, int64_t after,
    struct delivery_next **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_CHANGED_DEVICES,
	    ARGS(A_INT(rev), A_INT(after), A_INT(DELIVERY_PAGE)), load_next,
	    out, n);
}

int
delivery_domains(
    struct ask *q, int64_t rev, struct delivery_next **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_CHANGED_DOMAINS,
	    ARGS(A_INT(rev), A_INT(DELIVERY_PAGE)), load_next, out, n);
}

int
delivery_of_domain(struct ask *q, int64_t domain, int64_t after,
    struct delivery_next **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_DOMAIN_DEVICES,
	    ARGS(A_INT(domain), A_INT(after), A_INT(DELIVERY_PAGE)), load_next,
	    out, n);
}

int
delivery_now(struct ask *q, int64_t *rev)
{
	return db_rev(q->core->store, rev, q->err);
}

int
delivery_mark(struct ask *q, int64_t *rev)
{
	return db_int(q->core->store, STMT_DELIVERY_MARK, ARGS_NONE, rev,
		   q->err) < 0
		   ? -1
		   : 0;
}

int
delivery_mark_set(struct ask *q, int64_t rev)
{
	return db_do(
	    q->core->store, STMT_DELIVERY_MARK_SET, ARGS(A_INT(rev)), q->err);
}
