#include "presence.h"

#include <string.h>

#include "clock.h"
#include "db.h"
#include "device_change.h"
#include "event.h"
#include "json.h"
#include "load.h"

#define BODY_MAX  (128 << 10)
#define LINES_MAX (200 << 10) /* the rest goes as orders */

/* One batch. */
struct batch {
	struct ask *q;
	const struct peer *p;
	bool tell;       /* somebody subscribes */
	struct buf *out; /* lines of the answer */
};

/* One entry of it. */
struct entry {
	struct str hw_id;
	int64_t conn;
	bool online;
	int64_t time;
	bool device; /* level */
};

/* ---- boots ---- */

static int
new_boot(struct batch *b)
{
	struct store *st = b->q->core->fast;
	struct arg hub = A_STR(b->p->hub), boot = A_STR(b->p->boot);
	struct arg now = A_INT(clock_now_ms());

	if (db_run(st, STMT_BOOT_ADD, ARGS(hub, boot), b->q->err) < 0 ||
	    db_run(st, STMT_BOOT_TRIM, ARGS(hub), b->q->err) < 0 ||
	    db_run(st, STMT_PRESENCE_RESET, ARGS(hub, boot, now), b->q->err) <
		0 ||
	    db_run(st, STMT_CLAIM_RESET, ARGS(hub, boot, now), b->q->err) < 0)
		return -1;
	return 1;
}

/* 1 this boot is the hub's present one, 0 it is an earlier one, -1. */
static int
enter_boot(struct batch *b)
{
	struct store *st = b->q->core->fast;
	struct row *row;
	int64_t seq;
	bool present = false;
	int rc = db_first(
	    st, STMT_BOOT_NOW, ARGS(A_STR(b->p->hub)), &row, b->q->err);

	if (rc > 0)
		present = str_eq(row_str(row, 0), b->p->boot);
	db_done(row);
	if (rc < 0 || present)
		return rc;
	rc = db_int(
	    st, STMT_BOOT_KNOWN, ARGS(A_STR(b->p->boot)), &seq, b->q->err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return new_boot(b);
}

/* ---- events ---- */

/* before and after as they are now; added: it was not there before. */
static int
publish(struct batch *b, const struct device *d, bool added)
{
	struct ask *q = b->q;
	struct place before = {0}, after;
	int64_t rev;

	if (db_int(q->core->fast, STMT_REV_NEXT, ARGS_NONE, &rev, q->err) <=
		0 ||
	    event_place(q, q->core->fast, d, &after) < 0)
		return -1;
	if (!added)
		before = after;
	if (b->out->len > LINES_MAX) {
		event_device_order(q, rev, &before, &after);
		return 0;
	}
	event_device(b->out, rev, &before, &after);
	buf_putc(b->out, '\n');
	return 0;
}

/* An assigned device, or a row without a domain, changed its presence. */
static int
tell_device(struct batch *b, struct str hw_id)
{
	struct ask as = *b->q;
	struct actor admin;
	struct device d;
	int rc;

	if (!b->tell)
		return 0;
	actor_local(&admin);
	as.who = &admin;
	rc = device_get(&as, hw_id, &d);
	return rc > 0 ? publish(b, &d, false) : rc;
}

/* A claim did; first: nothing unassigned of its id was there before. */
static int
tell_claim(struct batch *b, struct str hw_id, bool first)
{
	struct device d;
	int rc;

	if (!b->tell)
		return 0;
	rc = device_find_unassigned(b->q, hw_id, &d);
	return rc > 0 ? publish(b, &d, first && d.id == 0) : rc;
}

/* ---- entries ---- */

/* True if what is known of this hub's boot stands above the entry. */
static bool
outdated(const struct row *row, const struct batch *b, const struct entry *x)
{
	if (row_null(row, 2) || !str_eq(row_str(row, 2), b->p->boot))
		return !x->online;
	if (row_int(row, 3) != x->conn)
		return row_int(row, 3) > x->conn;
	/* A connection never comes back. */
	return x->online || !row_bool(row, 4);
}

static int
apply_device(struct batch *b, const struct entry *x)
{
	struct ask *q = b->q;
	struct row *row;
	int64_t id = 0;
	int rc = db_first(q->core->fast, STMT_PRESENCE_OF,
	    ARGS(A_STR(x->hw_id)), &row, q->err);

	/* Without a domain it is no device, whatever the hub believes. */
	if (rc > 0 && !row_null(row, 1) && !outdated(row, b, x))
		id = row_int(row, 0);
	db_done(row);
	if (rc < 0 || id == 0)
		return rc;
	if (db_run(q->core->fast, STMT_PRESENCE_SET,
		ARGS(A_INT(id), A_STR(b->p->hub), A_STR(b->p->boot),
		    A_INT(x->conn), A_INT(x->online), A_INT(x->time)),
		q->err) < 0)
		return -1;
	return tell_device(b, x->hw_id);
}

/* A device whose connection became a claim again is offline as a device. */
static int
leave_device(struct batch *b, const struct entry *x)
{
	struct ask *q = b->q;

	return db_run(q->core->fast, STMT_PRESENCE_LEFT,
	    ARGS(A_STR(x->hw_id), A_STR(b->p->boot), A_INT(x->conn),
		A_INT(x->time)),
	    q->err);
}

static int
apply_claim(struct batch *b, const struct entry *x)
{
	struct ask *q = b->q;
	int64_t id, other;
	int rc = leave_device(b, x);

	if (rc < 0)
		return -1;
	if (rc > 0 && tell_device(b, x->hw_id) < 0)
		return -1;
	rc = db_int(q->core->fast, STMT_CLAIM_ONLINE,
	    ARGS(A_STR(b->p->boot), A_INT(x->conn), A_INT(x->online),
		A_INT(x->time)),
	    &id, q->err);
	if (rc <= 0)
		return rc;
	/* The first claim of an id that has no row makes it appear. */
	rc = db_int(q->core->fast, STMT_CLAIM_OTHER,
	    ARGS(A_STR(x->hw_id), A_INT(id)), &other, q->err);
	return rc < 0 ? -1 : tell_claim(b, x->hw_id, rc == 0 && x->online);
}

static bool
read_entry(const struct json *v, struct entry *x)
{
	struct str level = json_text(json_item(v, 4));

	if (json_length(v) != 5 || json_kind(json_item(v, 2)) != JSON_BOOL)
		return false;
	*x = (struct entry){
	    .hw_id = json_text(json_item(v, 0)),
	    .conn = json_number(json_item(v, 1), 0),
	    .online = json_true(json_item(v, 2)),
	    .time = json_number(json_item(v, 3), 0),
	    .device = str_eqz(level, "device"),
	};
	return x->conn > 0 && x->hw_id.len > 0 && x->hw_id.len <= HWID_MAX &&
	       (x->device || str_eqz(level, "claim"));
}

static int
apply_list(struct batch *b, const struct json *list)
{
	struct ask *q = b->q;
	struct entry x;
	int rc = enter_boot(b);

	if (rc <= 0)
		return rc;
	for (size_t i = 0; i < json_length(list); i++) {
		struct arena_mark m = arena_mark(q->arena);

		if (!read_entry(json_item(list, i), &x))
			return err_set(q->err, ERR_INPUT, "presence entry");
		rc = x.device ? apply_device(b, &x) : apply_claim(b, &x);
		if (rc < 0)
			return -1;
		arena_reset(q->arena, m);
	}
	return 0;
}

int
presence_apply(
    struct ask *q, const struct peer *p, struct str body, struct buf *out)
{
	struct batch b = {.q = q, .p = p, .out = out};
	const struct json *v, *list;

	if (json_read(q->arena, body, BODY_MAX, &v, q->err) < 0)
		return -1;
	list = json_member(v, "list");
	if (json_length(list) > PRESENCE_BATCH_MAX || p->boot.len == 0)
		return err_set(q->err, ERR_INPUT, "presence batch");
	b.tell = json_number(json_member(v, "subscribers"), 0) > 0;
	buf_puts(out, "{}\n");
	orders_forget(&q->core->orders);
	if (store_begin(q->core->fast, q->err) < 0)
		return -1;
	if (apply_list(&b, list) < 0 ||
	    store_commit(q->core->fast, q->err) < 0) {
		store_rollback(q->core->fast);
		return -1;
	}
	return orders_flush(&q->core->orders, q->err);
}
