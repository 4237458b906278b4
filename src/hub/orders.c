#include "orders.h"

#include <string.h>

#include "arena.h"
#include "count.h"
#include "device.h"
#include "json.h"

#define ORDER_ARENA (16u << 20)

/* NULL: done; else why not. */
typedef const char *order_fn(struct orders *o, const struct json *order);

static struct device *
device_named(const struct orders *o, const struct json *order)
{
	struct str id = json_text(json_member(order, "hwId"));

	return device_of_seat(roster_device(o->roster, id));
}

/* A connection of this boot that goes by the hardware id of the order. */
static struct device *
connection_named(const struct orders *o, const struct json *order)
{
	int64_t conn = json_number(json_member(order, "conn"), -1);
	struct str id = json_text(json_member(order, "hwId"));
	struct seat *s;

	if (!str_eqz(json_text(json_member(order, "boot")), o->boot))
		return NULL;
	s = conn > 0 ? roster_conn(o->roster, (uint64_t)conn) : NULL;
	if (s == NULL || s->hw_id == NULL || !str_eqz(id, s->hw_id))
		return NULL;
	return device_of_seat(s);
}

static const char *
order_send(struct orders *o, const struct json *order)
{
	bool exact = json_kind(json_member(order, "conn")) != JSON_NONE;
	struct device *d =
	    exact ? connection_named(o, order) : device_named(o, order);

	if (d == NULL)
		return "not connected";
	return device_command(d, order) ? NULL : "state too long";
}

static const char *
order_move(struct orders *o, const struct json *order)
{
	int64_t domain = json_number(json_member(order, "domain"), 0);
	struct device *d = device_named(o, order);

	if (domain <= 0)
		return "no domain";
	if (d == NULL)
		return "not connected";
	device_move(d, domain);
	return NULL;
}

static const char *
order_release(struct orders *o, const struct json *order)
{
	struct device *d = device_named(o, order);

	if (d == NULL)
		return "not connected";
	device_release(d);
	return NULL;
}

static const char *
order_drop(struct orders *o, const struct json *order)
{
	int64_t code =
	    json_number(json_member(order, "close"), HUBWIRE_CLOSE_REMOVED);
	struct device *d = device_named(o, order);

	if (d == NULL)
		return "not connected";
	if (code < 0 || code > UINT16_MAX || !ws_code_valid((unsigned)code))
		return "no close code";
	device_close(d, HUBWIRE_END_ADMIN, (unsigned)code, "");
	return NULL;
}

static const char *
order_event(struct orders *o, const struct json *order)
{
	return subs_publish(o->subs, order) < 0 ? "not an event" : NULL;
}

static const char *
order_end(struct orders *o, const struct json *order)
{
	struct str cred = json_text(json_member(order, "cred"));
	struct str id = json_text(json_member(order, "session"));
	struct session *s;

	if (cred.len > 0)
		(void)sessions_end_cred(o->sessions, cred,
		    json_number(json_member(order, "rev"), 0));
	else if (id.len == 0)
		return "neither cred nor session";
	s = id.len > 0 ? session_find(o->sessions, id) : NULL;
	if (s != NULL)
		session_end(o->sessions, s);
	return NULL;
}

static const char *
order_rights(struct orders *o, const struct json *order)
{
	struct str cred = json_text(json_member(order, "cred"));

	if (cred.len == 0 ||
	    json_kind(json_member(order, "domains")) != JSON_ARRAY)
		return "neither cred nor domains";
	if (!session_rights_fit(order)) {
		/* Rather none than an older right. */
		(void)sessions_end_cred(o->sessions, cred, 0);
		return "too many domains";
	}
	(void)sessions_set_rights(o->sessions, cred, order);
	return NULL;
}

/* For one session of this boot, whatever it has subscribed to. */
static const char *
order_tell(struct orders *o, const struct json *order)
{
	struct str line = json_text(json_member(order, "line"));
	struct session *s =
	    session_find(o->sessions, json_text(json_member(order, "session")));

	if (line.len == 0 || line.len > HUBWIRE_MESSAGE_MAX)
		return "no message";
	if (!str_eqz(json_text(json_member(order, "boot")), o->boot) ||
	    s == NULL ||
	    !session_sees(s, json_number(json_member(order, "domain"), 0)) ||
	    !session_tell(s, line))
		return "no such session";
	return NULL;
}

static const struct {
	const char *name;
	order_fn *run;
} table[] = {
    {HUBWIRE_ORDER_SEND, order_send},
    {HUBWIRE_ORDER_MOVE, order_move},
    {HUBWIRE_ORDER_RELEASE, order_release},
    {HUBWIRE_ORDER_DROP, order_drop},
    {HUBWIRE_ORDER_EVENT, order_event},
    {HUBWIRE_ORDER_END, order_end},
    {HUBWIRE_ORDER_RIGHTS, order_rights},
    {HUBWIRE_ORDER_TELL, order_tell},
};

static const char *
run(struct orders *o, const struct json *order)
{
	struct str name = json_text(json_member(order, "order"));

	for (size_t i = 0; i < COUNT(table); i++)
		if (str_eqz(name, table[i].name))
			return table[i].run(o, order);
	return "unknown order";
}

void
orders_run(struct orders *o, struct str line, struct buf *answer)
{
	const struct json *order;
	const char *why = "not a JSON text";
	struct arena a;
	struct err e;

	arena_init(&a, ORDER_ARENA);
	if (json_read(&a, line, HUBWIRE_ORDER_MAX, &order, &e) == 0)
		why = run(o, order);
	arena_fini(&a);
	if (why == NULL) {
		o->done++;
		buf_puts(answer, "{\"ok\":true}\n");
	} else {
		o->refused++;
		buf_printf(answer, "{\"ok\":false,\"error\":\"%s\"}\n", why);
	}
}
