#include "putback.h"

#include <stdio.h>

#include "access.h"
#include "ask.h"
#include "clock.h"
#include "db.h"
#include "device.h"
#include "device_work.h"
#include "ids.h"
#include "num.h"
#include "putback_side.h"
#include "save.h"
#include "ticket.h"

#define BODY_MAX  ((size_t)4 << 10) /* bytes of an object */
#define ORDER_MS  INT64_C(60000)    /* the device waits so long for a runner */
#define NAME_SIZE 40

/* ---- the device is taken ---- */

static struct device_work
work_of(const struct putback *p, char name[NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, "putback:%lld", (long long)p->id);
	return (struct device_work){.holder = name, .kind = "put-back"};
}

int
putback_hold(struct ask *q, const struct putback *p, int64_t ms)
{
	char name[NAME_SIZE];
	struct device_work w = work_of(p, name);

	w.last_ms = ms;
	return device_work_give(q, p->device_id, &w) < 0
		   ? -1
		   : device_work_take(q, p->device_id, &w);
}

int
putback_let_go(struct ask *q, const struct putback *p)
{
	char name[NAME_SIZE];
	const struct device_work w = work_of(p, name);

	return device_work_give(q, p->device_id, &w);
}

/* ---- what it is ---- */

static const char *const state_names[PUTBACK_STATE__MAX] = {
    "", "waiting", "saving", "telling", "done", "failed", "unsaved"};

bool
putback_is_over(const struct putback *p)
{
	return p->state >= PUTBACK_DONE;
}

const char *
putback_state_name(const struct putback *p)
{
	return state_names[p->state];
}

void
putback_json(struct jout *j, const char *name, const struct putback *p)
{
	jout_object(j, name);
	jout_pairs(
	    j, PAIRS(P_INT("id", p->id), P_INT("domainId", p->domain_id),
		   P_STR("hwId", p->hw_id), P_INT("backupId", p->save_id),
		   P_INT("savedId", p->kept_id), P_STR("instance", p->instance),
		   P_STRZ("state", state_names[p->state]),
		   P_BOOL("unsaved", p->unsaved), P_INT("ordered", p->ordered),
		   P_INT("began", p->began), P_INT("ended", p->ended),
		   P_STR("error", p->error)));
	jout_end(j);
}

static int
load(struct ask *q, int64_t id, struct putback *out)
{
	return load_one(ask_loader(q), STMT_PUTBACK_BY_ID, ARGS(A_INT(id)),
	    load_putback, out);
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct putback p;
	struct buf text;
	struct jout j;
	int rc = change_found(load(q, id, &p), out);

	(void)key;
	if (rc <= 0)
		return rc;
	buf_init(&text, BODY_MAX);
	buf_puts(&text, "\"restore\":");
	jout_init(&j, buf_sink(&text));
	putback_json(&j, NULL, &p);
	out->domain = p.domain_id;
	out->body = str_of(arena_str(q->arena, buf_view(&text)));
	rc = buf_failed(&text) || arena_failed(q->arena)
		 ? err_set(q->err, ERR_LIMIT, "too long a put-back")
		 : change_values(q,
		       PAIRS(P_STRZ("state", state_names[p.state]),
			   P_STR("error", p.error)),
		       out);
	buf_fini(&text);
	return rc;
}

const struct change_kind putback_kind = {.topic = "restores", .look = look};

int
putback_get(struct ask *q, int64_t id, struct putback *out)
{
	int rc = load(q, id, out);

	return rc > 0 ? access_find(q->who, out->domain_id, q->err) : rc;
}

int
putback_list(struct ask *q, const struct putback_page *p, struct putback **out,
    size_t *n)
{
	int64_t before = p->before > 0 ? p->before : INT64_MAX;
	struct device d;

	*n = 0;
	if (err_need(device_get(q, p->hw_id, &d), q->err, ERR_GONE,
		"no such device") < 0)
		return -1;
	return load_list(ask_loader(q), STMT_PUTBACK_PAGE,
	    ARGS(A_INT(d.id), A_INT(d.domain_id), A_INT(before),
		A_INT(PUTBACK_PAGE)),
	    load_putback, out, n);
}

/* ---- ordering ---- */

/* The save's device, if it is still where it was, and there. */
static int
find(struct ask *q, const struct save *s)
{
	struct device d;
	int rc = load_one(ask_loader(q), STMT_DEVICE_BY_ID,
	    ARGS(A_INT(s->device_id)), load_device, &d);

	if (rc > 0 && d.domain_id != s->domain_id)
		rc = 0;
	if (err_need(rc, q->err, ERR_GONE, "the device is not there any more") <
	    0)
		return -1;
	if (access_need(q->who, d.domain_id, q->err) < 0 ||
	    access_change(q->who, q->err) < 0)
		return -1;
	return d.online ? 0 : err_say(q->err, ERR_BUSY, "device offline");
}

static int
check(struct ask *q, int64_t id, struct save *s)
{
	if (err_need(save_get(q, id, s), q->err, ERR_GONE, "no such save") < 0)
		return -1;
	if (str_eqz(s->instance, SAVE_MANAGER))
		return err_say(q->err, ERR_INPUT,
		    "how a manager's dump is put back is not public");
	return find(q, s);
}

/* It is the device's only one, and nobody works on that. */
static int
hold(struct ask *q, const struct putback *p)
{
	int64_t one;
	int rc = db_int(q->core->store, STMT_PUTBACK_OPEN,
	    ARGS(A_INT(p->device_id)), &one, q->err);

	if (rc == 0) {
		rc = putback_hold(q, p, ORDER_MS);
		if (rc != 0)
			return rc < 0 ? -1 : 0;
	}
	return rc < 0 ? -1 : err_say(q->err, ERR_BUSY, "device busy");
}

static int
add(struct ask *q, const struct putback_wish *w, int64_t *id)
{
	struct putback p = {0};
	struct save s;
	char name[NAME_SIZE];

	if (check(q, w->save, &s) < 0 || ids_draw(q, IDS_PUTBACK, &p.id) < 0)
		return -1;
	p.device_id = s.device_id;
	(void)snprintf(name, sizeof(name), "%lld", (long long)s.id);
	if (hold(q, &p) < 0 ||
	    change_touch(q, &putback_kind, p.id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_PUTBACK_ADD,
		ARGS(A_INT(p.id), A_INT(s.device_id), A_INT(s.domain_id),
		    A_INT(s.id), A_STR(s.instance), A_INT(w->unsaved),
		    A_INT(clock_now_ms())),
		q->err) < 0)
		return -1;
	*id = p.id;
	return change_say(q, "save.put-back", str_of(name),
	    PAIRS(P_INT("id", p.id), P_INT("device", s.device_id),
		P_INT("domain", s.domain_id), P_BOOL("unsaved", w->unsaved)));
}

int
putback_order(struct ask *q, const struct putback_wish *w, int64_t *id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, add(q, w, id));
}

/* ---- the device fetches it ---- */

int
putback_text(struct ask *q, struct str ticket, struct buf *out)
{
	struct str payload;
	struct save s;
	int64_t id;
	int rc = ticket_take(q, PUTBACK_PURPOSE, ticket, &payload);

	buf_init(out, DUMP_MAX);
	if (rc > 0)
		rc = num_parse(payload, 1, INT64_MAX, &id) ? save_get(q, id, &s)
							   : 0;
	return err_need(rc, q->err, ERR_GONE, "no such ticket") < 0
		   ? -1
		   : save_text(q, &s, out);
}
