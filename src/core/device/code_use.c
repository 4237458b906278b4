/* Codes that devices say (code.h, second half). */
#include "access.h"
#include "ask.h"
#include "clock.h"
#include "code.h"
#include "code_guard.h"
#include "code_side.h"
#include "db.h"
#include "deliver.h"
#include "device_place.h"
#include "jout.h"
#include "load.h"
#include "log.h"
#include "peer.h"
#include "places.h"
#include "record.h"

#define LINE_MAX ((size_t)64 << 10)

/* ---- is it right? ---- */

#define SLACK_MS 2000 /* clocks are set back by so much all the time */

static bool
is_open(const struct code *c)
{
	int64_t now = clock_now_ms();

	return c->used == 0 && c->ends > now && c->made <= now + SLACK_MS;
}

/* May its maker still do what it does?  1, 0, -1. */
static int
is_backed(struct ask *q, const struct code *c)
{
	struct actor who = {0};
	struct err no;
	char cred[ACTOR_CRED_SIZE];
	int rc;

	if (str_eqz(c->maker, "local"))
		return 1;
	str_copy(cred, sizeof(cred), c->maker);
	rc = actor_now(q, cred, &who);
	if (rc <= 0)
		return rc;
	who.changing = true;
	return access_need(&who, c->domain_id, &no) == 0 &&
	       (!c->administrative || access_owns(&who, c->domain_id));
}

/* This very device used it, but has not proven its password: what it was sent
 * may have been lost. */
static bool
is_again(const struct code *c, const struct record *k)
{
	return c->used > 0 && c->ends > clock_now_ms() && c->port.len == 0 &&
	       k->device.id > 0 && c->device_id == k->device.id &&
	       k->offered.len > 0;
}

/* A code that counts: 1, 0, -1. */
static int
find(struct ask *q, const struct code_say *s, bool again, struct code *c)
{
	int rc = code_by_digits(q, s->digits, c);

	if (rc <= 0 || !(is_open(c) || (again && is_again(c, s->k))))
		return rc < 0 ? -1 : 0;
	return is_backed(q, c);
}

/* Someone else may be proven as this id at this moment: not before he goes. */
static bool
is_elsewhere(const struct code_say *s)
{
	return s->k->device.online &&
	       !(s->k->conn == s->p->conn && str_eq(s->k->boot, s->p->boot));
}

static const char *
refusal(const struct code *c, const struct code_say *s)
{
	int64_t domain = s->k->device.domain_id;

	if (domain != 0 && domain != c->domain_id)
		return "device is in another domain";
	return is_elsewhere(s) ? "device is connected" : NULL;
}

static void
wrong(const struct code_say *s)
{
	code_guard_wrong(s->p->remote);
	log_event(LOG_WARN, "code.wrong",
	    PAIRS(P_STR("hwId", s->hw_id), P_STR("remote", s->p->remote)));
}

/* 1 it may be looked at, 0 with why not, -1. */
static int
may_try(struct ask *q, const struct code_say *s, enum code_verdict *why)
{
	int known;

	/* What is no code is no guess, either. */
	*why = CODE_WRONG;
	if (!code_is_one(s->digits))
		return 0;
	*why = CODE_WAIT;
	if (code_guard_may(s->p->remote, false))
		return 1;
	known = places_have(q, s->p->remote);
	if (known < 0 || (known > 0 && code_guard_may(s->p->remote, true)))
		return known;
	log_event(LOG_WARN, "code.wait",
	    PAIRS(P_STR("hwId", s->hw_id), P_STR("remote", s->p->remote)));
	return 0;
}

/* ---- the steps of using one ---- */

/* He who does what a code or a token says. */
static struct ask
as_code(const struct ask *q, const struct code *c, struct actor *who)
{
	struct ask as = *q;

	*who = (struct actor){.admin = true, .account = -1};
	str_copy(who->cred, sizeof(who->cred),
	    c->id == 0 ? STR("token")
		       : str_of(arena_printf(
			     q->arena, "code:%lld", (long long)c->id)));
	as.who = who;
	return as;
}

static int
note_used(struct ask *q, const struct code *c, int64_t device, struct str port)
{
	if (c->id == 0)
		return 0;
	return db_do(q->core->store, STMT_CODE_USED,
	    ARGS(A_INT(c->id), A_INT(clock_now_ms()), A_INT(device),
		A_STR(port)),
	    q->err);
}

/* The password that its domain gives, or one of its own: as the code says, and
 * drawn anew, so that nobody learns by a code what a device had before. */
static int
set_kind(struct ask *q, const struct device_change *d, const struct code *c)
{
	enum device_admin kind =
	    c->administrative ? ADMIN_DOMAIN : ADMIN_RANDOM;

	if (db_do(q->core->store, STMT_DEVICE_KIND,
		ARGS(A_INT(d->d.id), A_INT(d->d.type), A_INT(kind)),
		q->err) < 0)
		return -1;
	return db_do(q->core->store, STMT_SECRET_ADMIN_WIPE,
	    ARGS(A_INT(d->d.id)), q->err);
}

static int
take(struct ask *q, const struct code_say *s, const struct code *c)
{
	struct chosen to = {
	    .hub = s->p->hub,
	    .boot = s->p->boot,
	    .conn = s->p->conn,
	    .told = s->told,
	};
	struct device_change d;

	if (device_change_need_or_claim(q, s->hw_id, &d) < 0 ||
	    (c->id != 0 && change_touch(q, &code_kind, c->id, STR("")) < 0) ||
	    (d.d.id == 0 && place_row(q, &d, STR("")) < 0) ||
	    (d.d.domain_id == 0 && place_into(q, &d, c->domain_id) < 0) ||
	    set_kind(q, &d, c) < 0 ||
	    (c->name.len > 0 && device_change_name(q, d.d.id, c->name) < 0) ||
	    db_do(q->core->store, STMT_DEVICE_CATEGORY_ADD,
		ARGS(A_INT(d.d.id), A_INT(c->category_id)), q->err) < 0 ||
	    place_take(q, &d, &to) < 0 || note_used(q, c, d.d.id, STR("")) < 0)
		return -1;
	return device_change_say(q, &d, "device.provision",
	    PAIRS(P_INT("domain", c->domain_id), P_STR("category", c->category),
		P_INT("code", c->id)));
}

int
code_take(struct ask *q, const struct code_say *s, const struct code *c)
{
	struct actor who;
	struct ask as = as_code(q, c, &who);

	return change_part(&as) < 0 ? -1
				    : change_part_end(&as, take(&as, s, c));
}

/* ---- telling who waits ---- */

static void
put_line(struct buf *out, const struct code_watch *w, struct str digits,
    const struct device *d, const char *error)
{
	struct jout j;

	jout_init(&j, buf_sink(out));
	jout_object(&j, NULL);
	jout_strz(&j, "mt", "DeviceProvisioned");
	if (w->src.len > 0)
		jout_raw(&j, "src", w->src);
	if (w->api.len > 0)
		jout_raw(&j, "api", w->api);
	jout_str(&j, "code", digits);
	if (error != NULL) {
		jout_strz(&j, "error", error);
	} else {
		device_json(&j, "device", d, STR(""));
		if (w->api.len > 0) /* its name in the client API */
			device_json(&j, "gateway", d, STR(""));
	}
	jout_end(&j);
}

int
code_tell(struct ask *q, const struct code *c, const struct code_say *s,
    const char *error)
{
	struct code_watch *list;
	struct snapshot ignored;
	struct device d;
	struct buf line;
	size_t n;

	if (device_look(q, s->hw_id, &d, &ignored) < 0 ||
	    load_list(ask_loader(q), STMT_CODE_WATCHES, ARGS(A_INT(c->id)),
		load_code_watch, &list, &n) < 0)
		return -1;
	d.online = true; /* it is just saying it; presence comes later */
	for (size_t i = 0; i < n; i++) {
		buf_init(&line, LINE_MAX);
		put_line(&line, &list[i], s->digits, &d, error);
		orders_tell(
		    &q->core->orders, &list[i], c->domain_id, buf_view(&line));
		buf_fini(&line);
	}
	return 0;
}

/* ---- a device, a port ---- */

int
code_use(struct ask *q, const struct code_say *s, struct code *c,
    enum code_verdict *verdict)
{
	const char *why;
	int rc = may_try(q, s, verdict);

	if (rc <= 0)
		return rc;
	*verdict = CODE_WRONG;
	rc = find(q, s, true, c);
	if (rc < 0)
		return -1;
	if (rc == 0) {
		wrong(s);
		return 0;
	}
	why = refusal(c, s);
	if (why != NULL) {
		*verdict = CODE_REFUSED;
		log_event(LOG_WARN, "code.refused",
		    PAIRS(P_STR("hwId", s->hw_id), P_STRZ("why", why)));
		return code_tell(q, c, s, why);
	}
	*verdict = CODE_RIGHT;
	return code_take(q, s, c);
}

static int
take_port(struct ask *q, const struct code_say *s, const struct code *c,
    struct str port)
{
	struct device_change d;

	if (device_change_need(q, s->hw_id, &d) < 0 ||
	    change_touch(q, &code_kind, c->id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_CODE_PHONE,
		ARGS(A_INT(d.d.id), A_STR(port)), q->err) < 0 ||
	    note_used(q, c, d.d.id, port) < 0 || code_tell(q, c, s, NULL) < 0)
		return -1;
	return device_change_say(q, &d, "device.port",
	    PAIRS(P_STR("port", port), P_INT("code", c->id)));
}

/* A code of another domain says no more than one that is none. */
static int
try_port(struct ask *q, const struct code_say *s, struct str port,
    enum code_verdict *verdict)
{
	struct actor who;
	struct code c;
	struct ask as;
	int rc = code_by_digits(q, s->digits, &c);

	if (rc < 0)
		return -1;
	*verdict = CODE_WRONG;
	if (rc == 0 || !is_open(&c) || c.domain_id != s->k->device.domain_id) {
		wrong(s);
		return 0;
	}
	*verdict = CODE_RIGHT;
	as = as_code(q, &c, &who);
	return take_port(&as, s, &c, port);
}

int
code_use_port(struct ask *q, const struct code_say *s, struct str port,
    enum code_verdict *verdict)
{
	int rc = may_try(q, s, verdict);

	if (rc <= 0)
		return rc;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, try_port(q, s, port, verdict));
}
