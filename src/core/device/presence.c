#include "presence.h"

#include <string.h>

#include "clock.h"
#include "column.h"
#include "connection.h"
#include "db.h"
#include "device_change.h"
#include "device_look.h"
#include "hwid.h"
#include "json.h"
#include "load.h"

/* Events of the answer; the rest goes as orders. */
#define LINES_MAX (HUBWIRE_ANSWER_MAX / 2)

/* One batch. */
struct batch {
	struct ask *q;
	const struct peer *p;
	bool tell;       /* somebody subscribes */
	struct buf *out; /* lines of the answer */
	struct connection_notes notes;
};

/* One entry of it. */
struct entry {
	struct str hw_id;
	int64_t conn;
	bool online;
	int64_t time;
	bool device;       /* level */
	struct str remote; /* address, empty if the hub does not say */
	enum hubwire_end why;
};

/* ---- boots ---- */

static int
new_boot(struct batch *b)
{
	struct store *st = b->q->core->store;
	struct arg hub = A_STR(b->p->hub), boot = A_STR(b->p->boot);
	int64_t time = clock_now_ms();
	struct arg now = A_INT(time);

	if (db_do(st, STMT_BOOT_ADD, ARGS(hub, boot), b->q->err) < 0 ||
	    db_do(st, STMT_BOOT_TRIM, ARGS(hub), b->q->err) < 0 ||
	    connection_reset(b->q, b->p->hub, b->p->boot, time) < 0 ||
	    db_do(st, STMT_PRESENCE_RESET, ARGS(hub, boot, now), b->q->err) <
		0 ||
	    db_do(st, STMT_CLAIM_RESET, ARGS(hub, boot, now), b->q->err) < 0)
		return -1;
	return 1;
}

/* 1 this boot is the hub's present one, 0 it is an earlier one, -1. */
static int
enter_boot(struct batch *b)
{
	struct store *st = b->q->core->store;
	struct row *row;
	int64_t seq;
	bool present = false;
	int rc = db_first(
	    st, STMT_BOOT_NOW, ARGS(A_STR(b->p->hub)), &row, b->q->err);

	if (rc > 0)
		present = str_eq(row_str(row, BOOT_NOW_BOOT), b->p->boot);
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
publish(struct batch *b, struct device *d, bool added)
{
	struct ask *q = b->q;
	struct snapshot sides[2] = {{0}};
	int64_t rev;

	if (db_int(q->core->store, STMT_REV_NEXT, ARGS_NONE, &rev, q->err) <=
		0 ||
	    device_snapshot(q, d, &sides[1]) < 0)
		return -1;
	if (!added)
		sides[0] = sides[1];
	if (b->out->len > LINES_MAX) {
		device_tell(q, d->hw_id, rev, sides);
		return 0;
	}
	event_line(b->out,
	    &(const struct event_thing){device_kind.topic, d->hw_id, 0}, rev,
	    sides);
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
	if (row_null(row, PRESENCE_OF_BOOT) ||
	    !str_eq(row_str(row, PRESENCE_OF_BOOT), b->p->boot))
		return !x->online;
	if (row_int(row, PRESENCE_OF_CONN) != x->conn)
		return row_int(row, PRESENCE_OF_CONN) > x->conn;
	/* A connection never comes back. */
	return x->online || !row_bool(row, PRESENCE_OF_ONLINE);
}

/* The connection of which row tells has ended. */
static void
note_end(struct batch *b, struct connection_note *note, const struct entry *x,
    enum hubwire_end why)
{
	note->c.ended = x->time;
	note->c.cause = str_of(hubwire_end_name(why));
	connection_note(&b->notes, note);
}

/* Notes what the entry says of the device's connections; *nth is the number of
 * the one it is about. */
static void
note_entry(
    struct batch *b, const struct row *row, const struct entry *x, int64_t *nth)
{
	bool was = row_bool(row, PRESENCE_OF_ONLINE);
	bool same = !row_null(row, PRESENCE_OF_BOOT) &&
		    str_eq(row_str(row, PRESENCE_OF_BOOT), b->p->boot) &&
		    row_int(row, PRESENCE_OF_CONN) == x->conn;
	struct connection_note note = {
	    .device = row_int(row, PRESENCE_OF_ID),
	    .nth = row_int(row, PRESENCE_OF_NTH),
	    .domain = row_int(row, PRESENCE_OF_DOMAIN),
	    .c = {.began = was ? row_int(row, PRESENCE_OF_SINCE) : x->time},
	};

	/* Another hub's, perhaps: it will not tell of the end. */
	if (was && !same)
		note_end(b, &note, x, HUBWIRE_END_REPLACED);
	if (!same) {
		note.nth++;
		note.c = (struct connection){.began = x->time};
	}
	note.c.remote = x->remote;
	if (x->online)
		connection_note(&b->notes, &note);
	else
		note_end(b, &note, x, x->why);
	*nth = note.nth;
}

static int
apply_device(struct batch *b, const struct entry *x)
{
	struct ask *q = b->q;
	struct row *row;
	int64_t id = 0, nth = 0;
	int rc = db_first(q->core->store, STMT_PRESENCE_OF,
	    ARGS(A_STR(x->hw_id)), &row, q->err);

	/* Without a domain it is no device, whatever the hub believes. */
	if (rc > 0 && !row_null(row, PRESENCE_OF_DOMAIN) &&
	    !outdated(row, b, x)) {
		id = row_int(row, PRESENCE_OF_ID);
		note_entry(b, row, x, &nth);
	}
	db_done(row);
	if (rc < 0 || id == 0)
		return rc;
	if (db_do(q->core->store, STMT_PRESENCE_SET,
		ARGS(A_INT(id), A_STR(b->p->hub), A_STR(b->p->boot),
		    A_INT(x->conn), A_INT(x->online), A_INT(x->time),
		    A_INT(nth)),
		q->err) < 0)
		return -1;
	if (x->online)
		wake_want(&q->core->wake);
	return tell_device(b, x->hw_id);
}

/* A device whose connection became a claim again is offline as a device. */
static int
leave_device(struct batch *b, const struct entry *x)
{
	struct ask *q = b->q;
	struct connection_note note = {.c = {.began = x->time}};
	struct row *row;
	int rc = db_first(q->core->store, STMT_PRESENCE_LEFT,
	    ARGS(A_STR(x->hw_id), A_STR(b->p->boot), A_INT(x->conn),
		A_INT(x->time)),
	    &row, q->err);

	if (rc > 0) {
		note.device = row_int(row, PRESENCE_LEFT_DEVICE);
		note.nth = row_int(row, PRESENCE_LEFT_NTH);
		note_end(b, &note, x, HUBWIRE_END_ADMIN);
	}
	db_done(row);
	return rc;
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
	rc = db_int(q->core->store, STMT_CLAIM_ONLINE,
	    ARGS(A_STR(b->p->boot), A_INT(x->conn), A_INT(x->online),
		A_INT(x->time)),
	    &id, q->err);
	if (rc <= 0)
		return rc;
	/* The first claim of an id that has no row makes it appear. */
	rc = db_int(q->core->store, STMT_CLAIM_OTHER,
	    ARGS(A_STR(x->hw_id), A_INT(id)), &other, q->err);
	return rc < 0 ? -1 : tell_claim(b, x->hw_id, rc == 0 && x->online);
}

static bool
read_entry(const struct json *v, struct entry *x)
{
	struct str level = json_text(json_item(v, 4));

	/* Five at least; a hub of another edition may say less or more. */
	if (json_length(v) < 5 || json_kind(json_item(v, 2)) != JSON_BOOL)
		return false;
	*x = (struct entry){
	    .hw_id = json_text(json_item(v, 0)),
	    .conn = json_number(json_item(v, 1), 0),
	    .online = json_true(json_item(v, 2)),
	    .time = json_number(json_item(v, 3), 0),
	    .device = str_eqz(level, "device"),
	    .remote = json_text(json_item(v, 5)),
	};
	if (x->remote.len > HUBWIRE_REMOTE_MAX)
		return false;
	if (!hubwire_end_parse(json_text(json_item(v, 6)), &x->why))
		x->why = HUBWIRE_END_LOST;
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
	return connection_flush(q, &b->notes);
}

/* The whole batch is one transaction. */
static int
apply(struct batch *b, const struct json *list)
{
	struct ask *q = b->q;
	int rc = 0;

	if (store_begin(q->core->store, STORE_FAST, q->err) < 0)
		return -1;
	connection_notes_init(&b->notes);
	if (apply_list(b, list) < 0 ||
	    store_commit(q->core->store, q->err) < 0) {
		store_rollback(q->core->store);
		rc = -1;
	}
	connection_notes_fini(&b->notes);
	return rc;
}

int
presence_apply(
    struct ask *q, const struct peer *p, struct str body, struct buf *out)
{
	struct batch b = {.q = q, .p = p, .out = out};
	const struct json *v, *list;

	if (json_read(q->arena, body, HUBWIRE_BATCH_BYTES, &v, q->err) < 0)
		return -1;
	list = json_member(v, "list");
	if (json_length(list) > HUBWIRE_BATCH || p->boot.len == 0)
		return err_set(q->err, ERR_INPUT, "presence batch");
	b.tell = json_number(json_member(v, "subscribers"), 0) > 0;
	buf_puts(out, "{}\n");
	orders_forget(&q->core->orders);
	if (apply(&b, list) < 0)
		return -1;
	wake_send(&q->core->wake);
	return orders_flush(&q->core->orders, q->err);
}
