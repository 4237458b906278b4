#include "control.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "door.h"
#include "must.h"
#include "num.h"

enum control_kind { CONTROL_ORDERS, CONTROL_STATUS, CONTROL_TUNNEL };

struct control_request {
	struct relay relay;
	struct control *control;
	enum control_kind kind;
	struct buf line;   /* of orders: the one that is not whole yet */
	struct buf answer; /* one line per order */
	size_t total;
};

int
control_users_load(struct control_users *u, const char *names, struct err *e)
{
	char text[1024], *save = NULL, *name;
	struct passwd *pw;

	str_copy(text, sizeof(text), str_of(names));
	for (name = strtok_r(text, " ,", &save); name != NULL;
	     name = strtok_r(NULL, " ,", &save)) {
		pw = getpwnam(name);
		if (pw == NULL)
			return err_set(e, ERR_INPUT, "no user %s", name);
		if (u->n == CONTROL_USERS_MAX)
			return err_set(e, ERR_LIMIT, "too many users");
		u->ids[u->n++] = pw->pw_uid;
	}
	return 0;
}

static bool
is_user(const struct control_users *u, uid_t uid)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->ids[i] == uid)
			return true;
	return uid == 0 || uid == geteuid();
}

static void
drop_request(struct httpconn *f)
{
	struct control_request *q = f->user;

	must(q != NULL);
	f->user = NULL;
	if (q->relay.httpconn != NULL)
		relay_fini(&q->relay);
	buf_wipe(&q->line);
	buf_wipe(&q->answer);
	mem_free(q);
}

/* ---- orders ---- */

static void
take_orders(struct httpconn *f, struct control_request *q, struct str in)
{
	struct str line;
	size_t n;

	q->total += in.len;
	while ((n = str_find(in, '\n')) < in.len) {
		buf_str(&q->line, str_n(in.p, n));
		if (buf_failed(&q->line)) {
			httpconn_refuse(f, 413);
			return;
		}
		line = str_trim(buf_view(&q->line));
		if (line.len > 0)
			orders_run(q->control->orders, line, &q->answer);
		buf_clear(&q->line);
		in = str_n(in.p + n + 1, in.len - n - 1);
	}
	buf_str(&q->line, in);
	if (q->total > HUBWIRE_ORDERS_MAX || buf_failed(&q->line))
		httpconn_refuse(f, 413);
}

static void
finish_orders(struct httpconn *f, struct control_request *q)
{
	take_orders(f, q, STR("\n")); /* the last line may lack its end */
	httpconn_answer(f, 200, buf_view(&q->answer), http1_keep(f->request));
}

/* ---- the tunnel ---- */

/* /tunnel/<hwId>/<path> */
static bool
parse_tunnel(struct str target, char id[DOOR_ID_SIZE], struct str *path)
{
	static const char start[] = HUBWIRE_TUNNEL;
	struct str rest;
	size_t n;

	if (!str_starts(target, STR(start)))
		return false;
	rest =
	    str_n(target.p + sizeof(start) - 1, target.len - sizeof(start) + 1);
	n = str_find(rest, '/');
	*path = n < rest.len ? str_n(rest.p + n, rest.len - n) : STR("/");
	return door_id(str_n(rest.p, n), id);
}

static int
start_tunnel(
    struct httpconn *f, struct control_request *q, const struct http1 *h)
{
	struct control *c = q->control;
	struct relay_plan plan = {
	    .prefix = STR(""), .target = STR(""), .timeout_ms = c->timeout_ms};
	struct str limit = http1_find(h, HUBWIRE_TUNNEL_TIMEOUT);
	char id[DOOR_ID_SIZE];
	int64_t seconds;

	if (!is_user(&c->tunnel, f->uid))
		return 403;
	if (!parse_tunnel(http1_target(h), id, &plan.target))
		return 404;
	if (num_parse(limit, 1, HUBWIRE_TUNNEL_MAX_S, &seconds))
		plan.timeout_ms = seconds * 1000;
	plan.device =
	    device_of_seat(roster_device(c->orders->roster, str_of(id)));
	if (plan.device == NULL)
		return 503;
	return relay_start(&q->relay, f, h, &plan);
}

/* ---- requests ---- */

static int
route(struct control *c, const struct httpconn *f, const struct http1 *h,
    enum control_kind *kind)
{
	struct str target = http1_target(h);

	if (!is_user(&c->control, f->uid) && !is_user(&c->tunnel, f->uid))
		return 403;
	if (str_starts(target, STR(HUBWIRE_TUNNEL)))
		*kind = CONTROL_TUNNEL;
	else if (str_eqz(target, HUBWIRE_ORDERS))
		*kind = CONTROL_ORDERS;
	else if (str_eqz(target, HUBWIRE_STATUS))
		*kind = CONTROL_STATUS;
	else
		return 404;
	if (*kind == CONTROL_ORDERS && !str_eqz(http1_method(h), "POST"))
		return 405;
	if (*kind == CONTROL_STATUS && !str_eqz(http1_method(h), "GET"))
		return 405;
	return 0;
}

static void
on_head(struct httpconn *f, const struct http1 *h)
{
	struct control *c = f->all->arg;
	struct control_request *q = mem_new(sizeof(*q));
	int status;

	q->control = c;
	buf_init(&q->line, HUBWIRE_ORDER_MAX + 2);
	buf_init(&q->answer, HUBWIRE_ORDERS_MAX);
	f->user = q;
	status = route(c, f, h, &q->kind);
	if (status == 0 && q->kind == CONTROL_TUNNEL)
		status = start_tunnel(f, q, h);
	else if (status == 0 && http1_has(h, "Expect"))
		conn_write(&f->conn, STR("HTTP/1.1 100 Continue\r\n\r\n"));
	if (status != 0)
		httpconn_refuse(f, status);
}

static void
on_body(struct httpconn *f, struct str piece)
{
	struct control_request *q = f->user;

	if (q->kind == CONTROL_TUNNEL)
		relay_body(&q->relay, piece);
	else if (q->kind == CONTROL_ORDERS)
		take_orders(f, q, piece);
}

static void
on_end(struct httpconn *f)
{
	struct control_request *q = f->user;
	struct buf text;

	switch (q->kind) {
	case CONTROL_TUNNEL:
		relay_end(&q->relay);
		return;
	case CONTROL_ORDERS:
		finish_orders(f, q);
		break;
	case CONTROL_STATUS:
		buf_init(&text, 4096);
		q->control->status(q->control->arg, &text);
		httpconn_answer(
		    f, 200, buf_view(&text), http1_keep(f->request));
		buf_fini(&text);
		break;
	}
	drop_request(f); /* the next request makes its own */
}

static void
on_drained(struct httpconn *f)
{
	struct control_request *q = f->user;

	if (q->kind == CONTROL_TUNNEL)
		relay_drained(&q->relay);
}

static const struct httpconn_ops ops = {
    .head = on_head,
    .body = on_body,
    .end = on_end,
    .drained = on_drained,
    .gone = drop_request,
};

void
control_init(struct control *c, struct conns *conns, struct orders *o)
{
	memset(c, 0, sizeof(*c));
	httpconns_init(&c->httpconns, conns, &ops, c);
	c->orders = o;
}
