#include "code.h"

#include <stdio.h>
#include <string.h>

#include "access.h"
#include "ask.h"
#include "category.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "code_side.h"
#include "db.h"
#include "device.h"
#include "domain.h"
#include "ids.h"
#include "secret.h"

#define PLACE      "code"
#define DRAWN_BITS 40 /* a little more than twelve digits need */
#define DRAWN_END  INT64_C(1000000000000)

/* ---- digits ---- */

static void
draw(char digits[CODE_DIGITS + 1])
{
	uint64_t v;

	do {
		crypto_random(&v, sizeof(v));
		v >>= 64 - DRAWN_BITS;
	} while (v >= DRAWN_END);
	(void)snprintf(
	    digits, CODE_DIGITS + 1, "%012llu", (unsigned long long)v);
}

/* People write them in groups. */
static bool
plain(struct str text, char digits[CODE_DIGITS + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == ' ' || text.p[i] == '-')
			continue;
		if (n == CODE_DIGITS || text.p[i] < '0' || text.p[i] > '9')
			return false;
		digits[n++] = text.p[i];
	}
	digits[n] = '\0';
	return n == CODE_DIGITS;
}

bool
code_is_one(struct str text)
{
	char digits[CODE_DIGITS + 1];

	return plain(text, digits);
}

int
code_by_digits(struct ask *q, struct str text, struct code *out)
{
	unsigned char hash[SECRET_MARK_SIZE];
	char digits[CODE_DIGITS + 1];

	if (!plain(text, digits))
		return 0;
	secret_mark(q->core, PLACE, str_of(digits), hash);
	return load_one(ask_loader(q), STMT_CODE_BY_HASH,
	    ARGS(A_BLOB(str_n(hash, sizeof(hash)))), load_code, out);
}

static int
by_id(struct ask *q, int64_t id, struct code *out)
{
	return load_one(
	    ask_loader(q), STMT_CODE_BY_ID, ARGS(A_INT(id)), load_code, out);
}

/* ---- what a code is, for the audit ---- */

static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct code c;
	int rc = by_id(q, id, &c);

	(void)key;
	*out = (struct snapshot){.there = rc > 0};
	if (rc <= 0)
		return rc;
	out->domain = c.domain_id;
	return change_values(q,
	    PAIRS(P_STR("category", c.category), P_STR("name", c.name),
		P_BOOL("administrative", c.administrative),
		P_STRZ("state", code_state(&c)), P_STR("hwId", c.hw_id)),
	    out);
}

const struct change_kind code_kind = {.look = look};

/* "...42": enough to know it again. */
static struct str
label(struct ask *q, struct str tail)
{
	return str_of(arena_printf(q->arena, "...%.*s", (int)tail.len, tail.p));
}

/* ---- making ---- */

static int
need_category(struct ask *q, const struct code_wish *w, struct category *k)
{
	int rc = category_find(q, w->domain, w->category, k);

	if (err_need(rc, q->err, ERR_GONE, "no such category") < 0)
		return -1;
	return k->config
		   ? 0
		   : err_say(q->err, ERR_INPUT, "not a provisioning category");
}

/* His share of the domain's. */
static int
need_share(struct ask *q, int64_t domain, int64_t now)
{
	char maker[ACTOR_CRED_SIZE];
	int64_t his = 0;

	actor_said(q->who, maker);
	if (!q->who->admin &&
	    db_int(q->core->store, STMT_CODE_OPEN_BY,
		ARGS(A_INT(now), A_INT(domain), A_STRZ(maker)), &his,
		q->err) < 0)
		return -1;
	return his < CODE_OPEN_MAKER
		   ? 0
		   : err_say(q->err, ERR_LIMIT, "too many open codes of yours");
}

static int
need_room(struct ask *q, int64_t domain, int64_t now)
{
	struct store *st = q->core->store;
	int64_t of_it = 0, all = 0;

	if (db_do(st, STMT_CODE_EXPIRE, ARGS(A_INT(now - CODE_KEPT_MS)),
		q->err) < 0 ||
	    db_do(st, STMT_CODE_TRIM,
		ARGS(A_INT(domain), A_INT(now), A_INT(CODE_ROWS_DOMAIN - 1)),
		q->err) < 0 ||
	    db_int(st, STMT_CODE_OPEN_OF, ARGS(A_INT(now), A_INT(domain)),
		&of_it, q->err) < 0 ||
	    db_int(st, STMT_CODE_OPEN, ARGS(A_INT(now)), &all, q->err) < 0)
		return -1;
	if (of_it >= CODE_OPEN_DOMAIN || all >= CODE_OPEN_INSTANCE)
		return err_say(q->err, ERR_LIMIT, "too many open codes");
	return 0;
}

static int
watch_it(struct ask *q, int64_t id, const struct code_watch *w)
{
	struct store *st = q->core->store;

	if (w == NULL || w->session.len == 0)
		return 0;
	if (db_do(st, STMT_CODE_WATCH,
		ARGS(A_INT(id), A_STR(w->boot), A_STR(w->session),
		    A_STR(w->src), A_STR(w->api)),
		q->err) < 0)
		return -1;
	return db_do(st, STMT_CODE_WATCH_TRIM,
	    ARGS(A_INT(id), A_INT(CODE_WATCHES - 1)), q->err);
}

static int
insert(struct ask *q, const struct code_wish *w, const struct category *k,
    struct code_made *out)
{
	int64_t now = clock_now_ms();
	unsigned char hash[SECRET_MARK_SIZE];
	char maker[ACTOR_CRED_SIZE];

	actor_said(q->who, maker);
	draw(out->digits);
	secret_mark(q->core, PLACE, str_of(out->digits), hash);
	out->ends = now + (w->rollout ? CODE_ROLLOUT_MS : CODE_LIFE_MS);
	return db_do(q->core->store, STMT_CODE_ADD,
	    ARGS(A_INT(out->id), A_BLOB(str_n(hash, sizeof(hash))),
		A_STRZ(out->digits + CODE_DIGITS - 2), A_INT(w->domain),
		A_INT(k->id), A_STR(w->name), A_STRZ(maker),
		A_INT(w->administrative), A_INT(now), A_INT(out->ends)),
	    q->err);
}

static int
add(struct ask *q, const struct code_wish *w, const struct code_watch *watch,
    struct code_made *out)
{
	struct category k;

	if (need_category(q, w, &k) < 0 ||
	    need_room(q, w->domain, clock_now_ms()) < 0 ||
	    need_share(q, w->domain, clock_now_ms()) < 0 ||
	    ids_draw(q, IDS_CODE, &out->id) < 0 ||
	    change_touch(q, &code_kind, out->id, STR("")) < 0 ||
	    insert(q, w, &k, out) < 0 || watch_it(q, out->id, watch) < 0)
		return -1;
	return change_say(q, "code.add",
	    label(q, str_of(out->digits + CODE_DIGITS - 2)),
	    PAIRS(P_INT("id", out->id), P_INT("domain", w->domain),
		P_BOOL("rollout", w->rollout)));
}

int
code_add(struct ask *q, const struct code_wish *w,
    const struct code_watch *watch, struct code_made *out)
{
	memset(out, 0, sizeof(*out));
	if (access_need(q->who, w->domain, q->err) < 0 ||
	    (w->administrative && access_own(q->who, w->domain, q->err) < 0) ||
	    (w->name.len > 0 &&
		check_name(w->name, DEVICE_NAME_MAX, q->err) < 0) ||
	    change_begin(q) < 0)
		return -1;
	return change_end(q, add(q, w, watch, out));
}

/* ---- looking, revoking ---- */

int
code_list(
    struct ask *q, int64_t domain, int64_t before, struct code **out, size_t *n)
{
	struct args which = ARGS(A_INT(domain),
	    A_INT(before > 0 ? before : INT64_MAX), A_INT(CODE_PAGE));

	return access_need(q->who, domain, q->err) < 0
		   ? -1
		   : load_list(ask_loader(q), STMT_CODE_PAGE, which, load_code,
			 out, n);
}

const char *
code_state(const struct code *c)
{
	return c->used > 0                ? "used"
	       : c->ends > clock_now_ms() ? "open"
					  : "over";
}

static int
need_open(struct ask *q, const struct code *c)
{
	const char *state = code_state(c);

	if (str_eqz(STR("open"), state))
		return 0;
	return err_say(q->err, ERR_EXISTS,
	    c->used > 0 ? "the code was used" : "the code is over");
}

static int
revoke(struct ask *q, int64_t id)
{
	struct code c;
	int rc = by_id(q, id, &c);

	if (rc > 0)
		rc = access_find(q->who, c.domain_id, q->err);
	if (err_need(rc, q->err, ERR_GONE, "no such code") < 0 ||
	    need_open(q, &c) < 0 ||
	    change_touch(q, &code_kind, id, STR("")) < 0 ||
	    db_do(q->core->store, STMT_CODE_END,
		ARGS(A_INT(id), A_INT(clock_now_ms())), q->err) < 0)
		return -1;
	return change_say(q, "code.remove", label(q, c.tail),
	    PAIRS(P_INT("id", id), P_INT("domain", c.domain_id)));
}

int
code_revoke(struct ask *q, int64_t id)
{
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, revoke(q, id));
}

int
code_find(struct ask *q, int64_t domain, struct str digits,
    const struct code_watch *watch, struct code *out)
{
	int rc;

	if (access_need(q->who, domain, q->err) < 0)
		return -1;
	rc = code_by_digits(q, digits, out);
	if (rc <= 0 || out->domain_id != domain)
		return rc < 0 ? -1 : 0;
	if (out->used == 0 && out->ends > clock_now_ms() && watch != NULL &&
	    (change_begin(q) < 0 ||
		change_end(q, watch_it(q, out->id, watch)) < 0))
		return -1;
	return 1;
}
