#include "phone_wait.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "hubwire.h"
#include "instance.h"
#include "jout.h"
#include "net.h"

#define EXPIRE_MAX PHONE_WAIT_KEY /* rows */

/* ---- what one is, for subscribers and the audit ---- */

void
phone_wait_json(struct jout *j, const struct waiting_phone *w)
{
	jout_str(j, "mac", w->mac);
	jout_int(j, "keyDomainId", w->domain_id);
	jout_str(j, "type", w->type);
	jout_str(j, "product", w->product);
	jout_int(j, "ports", w->ports);
	jout_str(j, "version", w->firmware);
	jout_str(j, "address", w->address);
	jout_int(j, "created", w->created);
}

/* "phone":{...}, and what is left of it. */
static void
put_body(struct ask *q, const struct waiting_phone *w, struct snapshot *out)
{
	struct buf text;
	struct jout j;

	buf_init(&text, HUBWIRE_EVENT_MAX);
	buf_puts(&text, "\"phone\":");
	jout_init(&j, buf_sink(&text));
	jout_object(&j, NULL);
	phone_wait_json(&j, w);
	jout_end(&j);
	out->body = str_of(arena_str(q->arena, buf_view(&text)));
	out->gone = str_of(arena_printf(
	    q->arena, "\"mac\":\"%.*s\"", (int)w->mac.len, w->mac.p));
	buf_fini(&text);
}

static int
load(struct ask *q, struct str mac, struct waiting_phone *out)
{
	return load_one(ask_loader(q), STMT_WAITING_PHONE, ARGS(A_STR(mac)),
	    load_waiting_phone, out);
}

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct waiting_phone w;
	int rc = change_found(load(q, key, &w), out);

	(void)id;
	if (rc <= 0)
		return rc;
	out->domain = w.domain_id;
	put_body(q, &w, out);
	return change_values(q,
	    PAIRS(P_STR("type", w.type), P_STR("address", w.address),
		P_INT("ports", w.ports)),
	    out);
}

const struct change_kind phone_wait_kind = {.topic = "phones", .look = look};

/* ---- a visit ---- */

/* Is it anything else already? */
static int
is_taken(struct ask *q, struct str mac)
{
	int64_t one;

	return db_int(
	    q->core->store, STMT_PHONE_TAKEN, ARGS(A_STR(mac)), &one, q->err);
}

static int
forget(struct ask *q, struct str mac)
{
	return change_touch(q, &phone_wait_kind, 0, mac) < 0
		   ? -1
		   : db_do(q->core->store, STMT_WAITING_PHONE_REMOVE,
			 ARGS(A_STR(mac)), q->err);
}

/* Those that were not seen for long, some at a time. */
static int
expire(struct ask *q, int64_t before)
{
	struct str *macs;
	size_t n;

	if (load_list(ask_loader(q), STMT_WAITING_PHONE_OLD,
		ARGS(A_INT(before), A_INT(EXPIRE_MAX)), load_str, &macs,
		&n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (forget(q, macs[i]) < 0)
			return -1;
	return 0;
}

/* A list that has room for max rows: how many, and whom it can do without. */
struct share {
	enum stmt count, oldest;
	int64_t max;
};

static const struct share by_key = {
    STMT_WAITING_PHONE_COUNT, STMT_WAITING_PHONE_OLDEST, PHONE_WAIT_KEY};
static const struct share by_place = {STMT_WAITING_PHONE_COUNT_PLACE,
    STMT_WAITING_PHONE_OLDEST_PLACE, PHONE_WAIT_ADDRESS};

/* Who would give way for one more, in out; nobody if there is room.  1 there is
 * room or somebody would, 0, -1. */
static int
find_room(struct ask *q, const struct share *s, struct arg of, struct str *out)
{
	int64_t n = 0, before = clock_now_ms() - PHONE_WAIT_FIRM_MS;

	*out = str_n("", 0);
	if (db_int(q->core->store, s->count, ARGS(of), &n, q->err) < 0)
		return -1;
	return n < s->max ? 1
			  : load_one(ask_loader(q), s->oldest,
				ARGS(of, A_INT(before)), load_str, out);
}

static int
make_room(struct ask *q, const struct share *s, struct arg of)
{
	struct str mac;
	int rc = find_room(q, s, of, &mac);

	if (rc > 0 && mac.len > 0)
		rc = forget(q, mac) < 0 ? -1 : 1;
	return rc;
}

/* Is there no room for it?  Without a transaction: a scanner shall cost no
 * more than who is known, nor be told from him by the time it takes. */
static int
is_full(struct ask *q, const struct phone_visit *in)
{
	char place[NET_SHARE_SIZE];
	struct str mac;
	int rc;

	net_share(in->address, place);
	rc = find_room(q, &by_place, A_STRZ(place), &mac);
	if (rc > 0)
		rc = find_room(q, &by_key, A_INT(in->key_domain), &mac);
	return rc < 0 ? -1 : rc == 0;
}

static int
add(struct ask *q, const struct phone_visit *in, const char *place)
{
	int64_t now = clock_now_ms();
	int rc = expire(q, now - PHONE_WAIT_KEPT_MS);

	if (rc == 0)
		rc = make_room(q, &by_place, A_STRZ(place));
	if (rc > 0)
		rc = make_room(q, &by_key, A_INT(in->key_domain));
	if (rc <= 0)
		return rc;
	return db_run(q->core->store, STMT_WAITING_PHONE_ADD,
	    ARGS(A_STR(in->mac), A_INT(in->key_domain), A_STR(in->type),
		A_STR(in->product), A_INT(in->ports), A_STR(in->firmware),
		A_STR(in->address), A_STRZ(place), A_INT(now)),
	    q->err);
}

static bool
is_news(const struct waiting_phone *w, const struct phone_visit *in)
{
	int64_t now = clock_now_ms();

	/* What is ahead was noted before the clock was set back. */
	return w->seen + PHONE_WAIT_NOTE_MS <= now || w->seen > now ||
	       w->domain_id != in->key_domain || !str_eq(w->type, in->type) ||
	       !str_eq(w->address, in->address);
}

/* It was here before. */
static int
note(struct ask *q, const struct waiting_phone *w, const struct phone_visit *in,
    const char *place)
{
	if (!is_news(w, in))
		return 1;
	return db_run(q->core->store, STMT_WAITING_PHONE_SEEN,
	    ARGS(A_STR(in->mac), A_INT(in->key_domain), A_STR(in->type),
		A_STR(in->product), A_INT(in->ports), A_STR(in->firmware),
		A_STR(in->address), A_STRZ(place), A_INT(clock_now_ms())),
	    q->err);
}

static int
visit(struct ask *q, const struct phone_visit *in, int *waits)
{
	char place[NET_SHARE_SIZE];
	struct waiting_phone w;
	int rc = is_taken(q, in->mac);

	*waits = 0;
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	net_share(in->address, place);
	if (change_touch(q, &phone_wait_kind, 0, in->mac) < 0)
		return -1;
	rc = load(q, in->mac, &w);
	if (rc >= 0)
		rc = rc > 0 ? note(q, &w, in, place) : add(q, in, place);
	*waits = rc > 0;
	return rc < 0 ? -1 : 0;
}

int
phone_wait_look(struct ask *q, const struct phone_visit *in)
{
	struct waiting_phone w;
	int rc = load(q, in->mac, &w);

	if (rc == 0) {
		rc = is_full(q, in);
		rc = rc < 0 ? -1 : !rc;
	}
	return rc;
}

int
phone_wait_visit(struct ask *q, const struct phone_visit *in)
{
	struct waiting_phone w;
	int waits = 0, rc = load(q, in->mac, &w);

	if (rc < 0 || (rc > 0 && !is_news(&w, in)))
		return rc;
	if (rc == 0) {
		int full = is_full(q, in);

		if (full != 0)
			return full < 0 ? -1 : 0;
	}
	if (change_begin(q) < 0 || change_end(q, visit(q, in, &waits)) < 0)
		return -1;
	return waits;
}

/* ---- people ---- */

/* 1 he sees all that wait, 0 those of his domains, -1. */
static int
sees_all(struct ask *q)
{
	struct instance i;

	if (instance_get(q, &i) < 0)
		return -1;
	return access_sees(q->who, i.domain_id);
}

int
phone_wait_list(
    struct ask *q, struct str *after, struct waiting_phone **out, size_t *n)
{
	int all = sees_all(q);
	size_t found, kept = 0;

	*n = 0;
	if (all < 0 || load_list(ask_loader(q), STMT_WAITING_PHONE_PAGE,
			   ARGS(A_STR(*after), A_INT(PHONE_WAIT_PAGE)),
			   load_waiting_phone, out, &found) < 0)
		return -1;
	*after =
	    found == PHONE_WAIT_PAGE ? (*out)[found - 1].mac : str_n("", 0);
	for (size_t i = 0; i < found; i++)
		if (all > 0 || access_sees(q->who, (*out)[i].domain_id))
			(*out)[kept++] = (*out)[i];
	*n = kept;
	return 0;
}

int
phone_wait_get(struct ask *q, struct str mac, struct waiting_phone *out)
{
	struct instance i;
	int rc = instance_get(q, &i) < 0 ? -1 : load(q, mac, out);

	if (rc <= 0)
		return rc;
	rc = access_find(q->who, i.domain_id, q->err);
	return rc > 0 ? 1 : access_find(q->who, out->domain_id, q->err);
}

static int
drop(struct ask *q, struct str mac, int64_t *ports)
{
	struct waiting_phone w;

	if (err_need(phone_wait_get(q, mac, &w), q->err, ERR_GONE,
		"no such phone waits") < 0 ||
	    forget(q, mac) < 0)
		return -1;
	*ports = w.ports;
	return change_say(
	    q, "phone.demote", mac, PAIRS(P_INT("domain", w.domain_id)));
}

int
phone_wait_remove(struct ask *q, struct str mac, int64_t *ports)
{
	*ports = 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, drop(q, mac, ports));
}
