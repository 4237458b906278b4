#include "putback_run.h"

#include <stdio.h>

#include "arrival.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "http1.h"
#include "hubclient.h"
#include "job_side.h"
#include "putback_side.h"
#include "recipe.h"
#include "save.h"
#include "setting.h"
#include "supply.h"
#include "ticket.h"

#define SILENT_S   10 /* that a device may be, asked for its configuration */
#define URL_MS     (15 * INT64_C(60000))
#define ANSWER_MAX ((size_t)64 << 10)
#define LEFT_MAX   1000 /* rows at once */
#define MARGIN_MS  10000

/* ---- its row ---- */

struct step {
	const struct putback *row;
	enum putback_state state;
	const char *why; /* "": nothing is wrong */
	bool moved;      /* it was still ours */
};

/* The audit has the end. */
static int
say_end(struct ask *q, const struct step *s)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "%lld", (long long)s->row->save_id);
	return change_say(q, "save.put-back.end", str_of(name),
	    PAIRS(P_INT("id", s->row->id), P_INT("device", s->row->device_id),
		P_INT("domain", s->row->domain_id)));
}

/* A device that has taken a configuration may restart: it is left in peace. */
static int
free_device(struct ask *q, const struct step *s)
{
	int rc;

	if (s->state != PUTBACK_DONE || s->row->instance.len > 0)
		return putback_let_go(q, s->row);
	rc = putback_hold(q, s->row, PUTBACK_REST_S * INT64_C(1000));
	return rc < 0 ? -1 : 0;
}

static int
step_on(struct ask *q, void *arg)
{
	struct step *s = arg;
	bool over = s->state >= PUTBACK_DONE;
	int rc;

	if (change_touch(q, &putback_kind, s->row->id, STR("")) < 0)
		return -1;
	rc = db_run(q->core->store, STMT_PUTBACK_STEP,
	    ARGS(A_INT(s->row->id), A_INT(s->row->turn), A_INT(s->state),
		A_INT(over ? clock_now_ms() : 0), A_STRZ(s->why)),
	    q->err);
	s->moved = rc > 0;
	if (rc <= 0 || !over)
		return rc < 0 ? -1 : 0;
	return free_device(q, s) < 0 ? -1 : say_end(q, s);
}

/* A change whose events the hub has not confirmed is an error, and kept. */
static int
is_at(struct ask *q, const struct putback *row, enum putback_state state)
{
	struct putback p;
	int rc = load_one(ask_loader(q), STMT_PUTBACK_BY_ID,
	    ARGS(A_INT(row->id)), load_putback, &p);

	return rc > 0 && p.turn == row->turn && p.state == state ? 1 : -1;
}

/* 1 it is in that state, 0 it is no longer ours, -1. */
static int
go_to(struct ask *q, const struct putback *row, enum putback_state state,
    const char *why)
{
	struct step s = {.row = row, .state = state, .why = why};

	return job_change(q, step_on, &s) == 0 ? s.moved : is_at(q, row, state);
}

/* ---- taking ---- */

int
putback_left(struct ask *q)
{
	struct putback *list;
	size_t n;

	if (load_list(ask_loader(q), STMT_PUTBACK_LEFT, ARGS(A_INT(LEFT_MAX)),
		load_putback, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool told = list[i].state == PUTBACK_TELLING;

		if (go_to(q, &list[i], told ? PUTBACK_FAILED : PUTBACK_WAITING,
			told ? "fleetline-tasks ended before the device had "
			       "answered: it may have loaded it"
			     : "") < 0)
			return -1;
	}
	return 0;
}

struct taking {
	struct putback_run *out;
	bool taken;
};

/* It was held for it since the order; perhaps not for long enough. */
static int
take_it(struct ask *q, void *arg)
{
	struct taking *t = arg;
	struct putback *row = &t->out->row;
	int rc = putback_hold(q, row, t->out->last_ms);

	if (rc <= 0)
		return rc;
	if (change_touch(q, &putback_kind, row->id, STR("")) < 0)
		return -1;
	rc = db_run(q->core->store, STMT_PUTBACK_TAKE,
	    ARGS(A_INT(row->id), A_INT(row->turn), A_INT(clock_now_ms())),
	    q->err);
	t->taken = rc > 0;
	row->turn++;
	return rc < 0 ? -1 : 0;
}

/* Until when, and its texts. */
static int
prepare(struct ask *q, const struct putback *p, struct putback_run *out)
{
	int64_t seconds = PUTBACK_KEEP_S + PUTBACK_TELL_S;

	if (p->instance.len > 0 &&
	    setting_get_int(q, "jobs.timeout", &seconds) < 0)
		return -1;
	out->row = *p;
	out->end = 0;
	out->last_ms = seconds * 1000 + MARGIN_MS;
	str_copy(out->hw_id, sizeof(out->hw_id), p->hw_id);
	str_copy(out->instance, sizeof(out->instance), p->instance);
	out->row.hw_id = str_of(out->hw_id);
	out->row.instance = str_of(out->instance);
	out->row.error = STR("");
	return 0;
}

int
putback_take(struct ask *q, struct putback_run *out)
{
	struct taking t = {.out = out};
	struct putback p = {.id = 0};
	int rc;

	while (!t.taken) {
		rc = load_one(ask_loader(q), STMT_PUTBACK_NEXT,
		    ARGS(A_INT(p.id)), load_putback, &p);
		if (rc <= 0)
			return rc;
		if (p.ordered + PUTBACK_WAIT_MS <= clock_now_ms())
			rc = go_to(q, &p, PUTBACK_FAILED,
			    "nobody had time for it within ten minutes");
		else if ((rc = prepare(q, &p, out)) == 0)
			rc = job_change(q, take_it, &t);
		if (rc < 0)
			return -1;
	}
	return 1;
}

/* ---- what it has now ---- */

static int
judge(const struct fetch_answer *a, struct err *e)
{
	if (str_eqz(str_of(a->type), HTTP1_NOT_DEVICE))
		return err_set(e, ERR_IO,
		    a->status == 503 ? "device offline" : "no answer");
	return a->status >= 200 && a->status < 300
		   ? 0
		   : err_set(e, ERR_IO, "the device answers %d", a->status);
}

/* What the device answers, into out, which the caller wipes. */
static int
ask_device(const struct putback_run *r, const char *path, struct hubclient how,
    struct buf *out, struct err *e)
{
	char all[HWID_MAX + 4 * SUPPLY_URL_MAX + 64];
	struct fetch_answer ans;

	how.origin = HUBWIRE_CONTROL;
	how.socket = r->control;
	if ((size_t)snprintf(all, sizeof(all), HUBWIRE_TUNNEL "%s%s", r->hw_id,
		path) >= sizeof(all))
		return err_set(e, ERR_LIMIT, "too long a command");
	if (hubclient_get(&how, all, &ans, e) < 0)
		return err_set(e, ERR_IO, "no answer");
	*out = ans.body;
	return judge(&ans, e);
}

static struct manager
manager_of(const struct putback_run *r)
{
	return (struct manager){.control = r->control,
	    .hw_id = r->row.hw_id,
	    .until_ms = clock_mono_ms() + (r->last_ms - MARGIN_MS) / 2,
	    .stop = r->stop};
}

static int
read_now(const struct putback_run *r, struct buf *out, struct err *e)
{
	const struct hubclient how = {.timeout_ms = PUTBACK_KEEP_S * 1000,
	    .answer_max = SAVE_MAX,
	    .device_s = SILENT_S};
	struct manager m = manager_of(r);

	return r->row.instance.len > 0
		   ? manager_dump(&m, r->row.instance, out, e)
		   : ask_device(r, "/cfg.txt", how, out, e);
}

struct kept {
	const struct putback *row;
	const struct saveform *form;
	struct str text;
};

/* The device, in the domain in which it was when somebody was allowed to do this. */
static int
is_there(struct ask *q, const struct putback *row)
{
	struct device d;
	int rc = load_one(ask_loader(q), STMT_DEVICE_BY_ID,
	    ARGS(A_INT(row->device_id)), load_device, &d);

	if (rc > 0 && d.domain_id != row->domain_id)
		rc = 0;
	return err_need(
	    rc, q->err, ERR_GONE, "the device is not there any more");
}

/* Only the newest of those that were saved so stay. */
static int
expire(struct ask *q, const struct putback *row)
{
	return db_do(q->core->store, STMT_PUTBACK_SAVES_EXPIRE,
		   ARGS(A_INT(row->device_id), A_INT(row->domain_id),
		       A_STR(row->instance), A_INT(LEFT_MAX),
		       A_INT(PUTBACK_SAVES)),
		   q->err) < 0
		   ? -1
		   : db_do(q->core->store, STMT_PUTBACK_EXPIRE,
			 ARGS(A_INT(row->device_id), A_INT(PUTBACK_ORDERS)),
			 q->err);
}

static int
keep(struct ask *q, void *arg)
{
	const struct kept *k = arg;
	const struct save_new x = {.device_id = k->row->device_id,
	    .domain_id = k->row->domain_id,
	    .instance = k->row->instance,
	    .text = k->text};
	int64_t id;
	int rc;

	if (is_there(q, k->row) < 0 || save_put(q, k->form, &x, &id) < 0)
		return -1;
	rc = db_run(q->core->store, STMT_PUTBACK_KEPT,
	    ARGS(A_INT(k->row->id), A_INT(k->row->turn), A_INT(id)), q->err);
	if (rc <= 0)
		return rc < 0
			   ? -1
			   : err_set(q->err, ERR_GONE, "somebody else does it");
	return expire(q, k->row);
}

static int
keep_now(struct ask *q, const struct putback_run *r)
{
	struct saveform form = {0};
	struct kept k = {.row = &r->row, .form = &form};
	struct buf now;
	int rc = 0;

	buf_init(&now, DUMP_MAX);
	if (r->row.instance.len == 0)
		rc = saveform_load(q->arena, q->core->templates, &form, q->err);
	if (rc == 0)
		rc = read_now(r, &now, q->err);
	k.text = buf_view(&now);
	if (rc == 0)
		rc = job_change(q, keep, &k);
	buf_wipe(&now);
	return rc;
}

/* ---- telling it ---- */

/* The command, with a URL for one GET. */
static const char *
make_path(struct ask *q, const struct conf *conf, const struct putback_run *r)
{
	char payload[32], owner[32];
	const struct ticket_new x = {.purpose = PUTBACK_PURPOSE,
	    .owner = owner,
	    .payload = str_n(payload, (size_t)snprintf(payload, sizeof(payload),
					  "%lld", (long long)r->row.save_id)),
	    .life_ms = URL_MS};
	const char *url, *path = NULL;
	struct recipe recipe;
	struct buf text;

	(void)snprintf(
	    owner, sizeof(owner), "device:%lld", (long long)r->row.device_id);
	url = arrival_place(q, conf, &x, r->row.hw_id);
	if (url == NULL ||
	    recipe_load(q->arena, conf->templates, &recipe, q->err) < 0)
		return NULL;
	buf_init(&text, 4 * SUPPLY_URL_MAX);
	buf_putc(&text, '/');
	if (recipe_path(&recipe, PART_PUTBACK, str_of(url), STR(""), &text) &&
	    !buf_failed(&text))
		path = arena_str(q->arena, buf_view(&text));
	buf_fini(&text);
	if (path == NULL)
		(void)err_set(
		    q->err, ERR_INPUT, "update.conf has no command for it");
	return path;
}

/* What goes to the device: a command, or a dump. */
struct load {
	const char *path;
	struct buf dump;
};

static int
make_load(struct ask *q, const struct conf *conf, const struct putback_run *r,
    struct load *out)
{
	struct save s;

	buf_init(&out->dump, DUMP_MAX);
	if (is_there(q, &r->row) < 0 ||
	    err_need(save_get(q, r->row.save_id, &s), q->err, ERR_GONE,
		"no such save") < 0)
		return -1;
	if (r->row.instance.len > 0)
		return save_text(q, &s, &out->dump);
	out->path = make_path(q, conf, r);
	return out->path != NULL ? 0 : -1;
}

static int
send_load(const struct putback_run *r, struct load *x, struct err *e)
{
	const struct hubclient how = {.timeout_ms = (PUTBACK_TELL_S + 1) * 1000,
	    .answer_max = ANSWER_MAX,
	    .device_s = PUTBACK_TELL_S};
	struct manager m = manager_of(r);
	struct buf answer;
	int rc;

	if (x->path == NULL)
		return manager_restore(
		    &m, r->row.instance, buf_view(&x->dump), e);
	buf_init(&answer, ANSWER_MAX);
	rc = ask_device(r, x->path, how, &answer, e);
	buf_fini(&answer);
	return rc;
}

/* How it has ended; the caller keeps that. */
static int
ends(struct putback_run *r, enum putback_state how, const char *why)
{
	r->end = how;
	str_copy(r->why, sizeof(r->why), str_of(why));
	return 0;
}

/* note: what was wrong before, and did not matter. */
static int
tell(struct ask *q, const struct conf *conf, struct putback_run *r,
    const char *note)
{
	struct load x = {0};
	int rc = make_load(q, conf, r, &x);

	if (rc < 0) {
		rc = ends(r, PUTBACK_FAILED, q->err->text);
	} else if ((rc = go_to(q, &r->row, PUTBACK_TELLING, "")) > 0) {
		struct err e = {0};

		rc = send_load(r, &x, &e) == 0
			 ? ends(r, PUTBACK_DONE, note)
			 : ends(r, PUTBACK_FAILED, e.text);
	}
	buf_wipe(&x.dump);
	return rc;
}

/* Until it has ended, or must not go on here. */
static int
work(struct ask *q, const struct conf *conf, struct putback_run *r)
{
	char note[sizeof(q->err->text)] = "", why[sizeof(q->err->text)];

	if (keep_now(q, r) < 0) {
		str_copy(why, sizeof(why), str_of(q->err->text));
		(void)snprintf(note, sizeof(note),
		    r->row.unsaved ? "what it had is not saved: %.90s"
				   : "what it has now cannot be saved: %.90s",
		    why);
	}
	if (atomic_load(r->stop))
		return 0; /* the next runner begins anew */
	if (note[0] != '\0' && !r->row.unsaved)
		return ends(r, PUTBACK_UNSAVED, note);
	return tell(q, conf, r, note);
}

int
putback_do(struct ask *q, const struct conf *conf, struct putback_run *r)
{
	if (r->end == 0 && work(q, conf, r) < 0)
		return -1;
	return r->end == 0 || go_to(q, &r->row, r->end, r->why) >= 0 ? 0 : -1;
}
