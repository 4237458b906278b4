#include "move.h"

#include "access.h"
#include "ask.h"
#include "change.h"
#include "clock.h"
#include "db.h"
#include "load.h"
#include "log.h"
#include "net.h"
#include "num.h"
#include "setting.h"
#include "sysclient.h"

#define URL_MAX ((size_t)4 << 10)

enum push { PUSH_OFF, PUSH_MANUAL, PUSH_PBX };

static int
load(struct ask *q, struct move *m)
{
	int rc =
	    load_one(ask_loader(q), STMT_MOVE_GET, ARGS_NONE, load_move, m);

	return err_need(rc, q->err, ERR_IO, "no row of moves");
}

static bool
is_on(const struct move *m)
{
	return m->to.len > 0 && m->ended == 0;
}

static int
scope(struct ask *q, struct str from, struct move_scope *out)
{
	return load_one(ask_loader(q), STMT_MOVE_SCOPE,
		   ARGS(A_STR(from), A_INT(DEVICE_APP_PLATFORM)),
		   load_move_scope, out) < 0
		   ? -1
		   : 0;
}

/* What the audit has of it. */
static int
look(struct ask *q, int64_t id, struct str key, struct snapshot *out)
{
	struct move m;

	(void)id;
	(void)key;
	*out = (struct snapshot){.there = true};
	if (load(q, &m) < 0)
		return -1;
	return change_values(q,
	    PAIRS(P_STR("heard", m.told), P_STR("from", m.from),
		P_STR("to", m.to), P_STR("why", m.why)),
	    out);
}

static const struct change_kind move_kind = {.look = look};

/* ---- beginning ---- */

/* "", or ":" and a port. */
static bool
is_port(struct str s)
{
	int64_t port;

	return s.len == 0 ||
	       (s.p[0] == ':' &&
		   num_parse(str_n(s.p + 1, s.len - 1), 1, UINT16_MAX, &port));
}

/* A name or an address, the one of IPv6 in brackets, maybe with a port. */
static bool
is_host(struct str s)
{
	bool six = s.len > 0 && s.p[0] == '[';
	size_t n = six ? str_find(s, ']') + 1 : str_find(s, ':');

	if (n == 0 || n > s.len || s.len > MOVE_HOST_MAX ||
	    !is_port(str_n(s.p + n, s.len - n)))
		return false;
	return six ? net_is_address(str_n(s.p + 1, n - 2))
		   : str_only(str_n(s.p, n), STR_ALNUM, ".-");
}

static int
check(const struct move_wish *w, struct err *e)
{
	if (w->from.len == 0 || !is_host(w->to))
		return err_say(e, ERR_INPUT, "invalid host");
	return str_eq(w->from, w->to)
		   ? err_say(e, ERR_INPUT, "they are the same host")
		   : 0;
}

static int
preview(struct ask *q, struct str from, struct move_preview *out)
{
	if (scope(q, from, &out->scope) < 0)
		return -1;
	return load_list(ask_loader(q), STMT_MOVE_FIRST,
	    ARGS(A_STR(from), A_INT(DEVICE_APP_PLATFORM), A_INT(MOVE_FIRST)),
	    load_str, &out->first, &out->n);
}

static int
put(struct ask *q, const struct move_wish *w)
{
	struct store *st = q->core->store;
	struct buf url;
	int rc;

	buf_init(&url, URL_MAX);
	sc_url(&url, arena_str(q->arena, w->to), w->base, NULL);
	wake_want(&q->core->wake);
	if (change_touch(q, &move_kind, 1, STR("")) < 0 ||
	    db_do(st, STMT_MOVED_CLEAR, ARGS_NONE, q->err) < 0 ||
	    db_do(st, STMT_MOVE_BEGIN,
		ARGS(A_STR(w->from), A_STR(w->to), A_STR(buf_view(&url)),
		    A_INT(clock_now_ms())),
		q->err) < 0)
		rc = -1;
	else
		rc = change_say(q, "registration.move", w->to,
		    PAIRS(P_STR("from", w->from)));
	buf_fini(&url);
	return rc;
}

static int
begin(struct ask *q, const struct move_wish *w)
{
	int push;

	if (setting_get_choice(q, "registration.push", &push) < 0)
		return -1;
	return push == PUSH_OFF
		   ? err_say(q->err, ERR_EXISTS, "registration.push is off")
		   : put(q, w);
}

int
move_begin(struct ask *q, const struct move_wish *w, struct move_preview *out)
{
	*out = (struct move_preview){.n = 0};
	if (access_admin(q->who, q->err) < 0 || check(w, q->err) < 0 ||
	    preview(q, w->from, out) < 0)
		return -1;
	if (w->dry)
		return 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, begin(q, w));
}

/* ---- ending ---- */

static int
end(struct ask *q, const struct move *m, const char *why)
{
	if (change_touch(q, &move_kind, 1, STR("")) < 0 ||
	    db_do(q->core->store, STMT_MOVE_END,
		ARGS(A_INT(clock_now_ms()), A_STRZ(why)), q->err) < 0)
		return -1;
	return change_say(
	    q, "registration.stop", m->to, PAIRS(P_STRZ("why", why)));
}

static int
stop(struct ask *q)
{
	struct move m;

	if (load(q, &m) < 0)
		return -1;
	return is_on(&m) ? end(q, &m, "") : 0;
}

int
move_stop(struct ask *q)
{
	if (access_admin(q->who, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, stop(q));
}

/* ---- looking ---- */

static int
count(struct ask *q, struct move_counts *n)
{
	return load_one(ask_loader(q), STMT_MOVED_COUNTS,
		   ARGS(A_INT(clock_now_ms() - MOVE_BACK_MS)), load_move_counts,
		   n) < 0
		   ? -1
		   : 0;
}

int
move_get(struct ask *q, struct move_standing *out)
{
	*out = (struct move_standing){.m.began = 0};
	return access_admin(q->who, q->err) < 0 || load(q, &out->m) < 0 ||
		       count(q, &out->n) < 0 ||
		       scope(q, out->m.from, &out->left) < 0
		   ? -1
		   : 0;
}

/* ---- what the PBX says ---- */

/* "https://host:port/..." */
static struct str
host_of(struct str url)
{
	size_t scheme = str_find(url, ':');
	struct str rest = str_n(url.p + scheme, url.len - scheme), host;

	if (!str_starts(rest, STR("://")))
		return STR("");
	rest = str_n(rest.p + 3, rest.len - 3);
	host = str_n(rest.p, str_find(rest, '/'));
	return is_host(host) ? host : STR("");
}

static int
heard(struct ask *q, const struct move_wish *w)
{
	int push;

	if (setting_get_choice(q, "registration.push", &push) < 0 ||
	    change_touch(q, &move_kind, 1, STR("")) < 0 ||
	    db_do(q->core->store, STMT_MOVE_HEARD, ARGS(A_STR(w->to)), q->err) <
		0 ||
	    change_say(q, "registration.heard", w->to,
		PAIRS(P_STR("from", w->from))) < 0)
		return -1;
	return w->from.len > 0 && push == PUSH_PBX ? put(q, w) : 0;
}

int
move_heard(struct ask *q, struct str app_url, const char *base)
{
	struct move_wish w = {.to = host_of(app_url), .base = base};
	struct move m;

	if (!q->who->admin || w.to.len == 0)
		return 0;
	if (load(q, &m) < 0)
		return -1;
	w.from = m.told;
	if (str_eq(w.from, w.to))
		return 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, heard(q, &w));
}

/* ---- going on ---- */

/* How many may be chosen now; -1: it stops. */
static int64_t
room(const struct move *m, const struct move_counts *n)
{
	bool first = m->back < MOVE_FIRST;

	if (n->failed > (first ? 0 : MOVE_FAILED))
		return -1;
	if (first)
		return m->back + n->away < MOVE_FIRST
			   ? MOVE_FIRST - m->back - n->away
			   : 0;
	return MOVE_AWAY - (n->away - n->failed);
}

static int
choose(struct ask *q, const struct move *m, int64_t most)
{
	int rc = db_run(q->core->store, STMT_MOVED_CHOOSE,
	    ARGS(A_STR(m->from), A_INT(DEVICE_APP_PLATFORM),
		A_INT(clock_now_ms()), A_INT(most)),
	    q->err);

	if (rc <= 0)
		return rc;
	log_event(LOG_INFO, "registration.told",
	    PAIRS(P_STR("host", m->to), P_INT("devices", rc)));
	return db_do(q->core->store, STMT_MOVED_DUE, ARGS_NONE, q->err) < 0 ? -1
									    : 1;
}

static int
step(struct ask *q, struct move *m, int *chosen)
{
	struct store *st = q->core->store;
	int back = db_run(st, STMT_MOVED_BACK, ARGS(A_STR(m->from)), q->err);
	struct move_counts n;
	int64_t most;

	if (back < 0 ||
	    (back > 0 &&
		db_do(st, STMT_MOVE_BACK, ARGS(A_INT(back)), q->err) < 0) ||
	    count(q, &n) < 0)
		return -1;
	m->back += back;
	most = room(m, &n);
	if (most < 0)
		return end(q, m, "devices have not come back");
	*chosen = most > 0 ? choose(q, m, most) : 0;
	return *chosen < 0 ? -1 : 0;
}

int
move_turn(struct ask *q)
{
	struct actor me;
	struct ask as = *q;
	struct move m;
	int push, chosen = 0;

	if (load(q, &m) < 0)
		return -1;
	if (!is_on(&m))
		return 0;
	if (setting_get_choice(q, "registration.push", &push) < 0)
		return -1;
	if (push == PUSH_OFF)
		return 0;
	actor_local(&me);
	as.who = &me;
	if (change_begin(&as) < 0 ||
	    change_end(&as, step(&as, &m, &chosen)) < 0)
		return -1;
	return chosen;
}

int
move_of(struct ask *q, int64_t device, struct str *url)
{
	return load_one(
	    ask_loader(q), STMT_MOVED_OF, ARGS(A_INT(device)), load_str, url);
}

int
move_said(struct ask *q, int64_t device, struct str why)
{
	return db_do(q->core->store, STMT_MOVED_TOLD,
	    ARGS(A_INT(device), A_INT(clock_now_ms()), A_STR(why)), q->err);
}
