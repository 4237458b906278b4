#include "phone.h"

#include <string.h>

#include "access.h"
#include "ask.h"
#include "change.h"
#include "checks.h"
#include "clock.h"
#include "db.h"
#include "device_look.h"
#include "device_place.h"
#include "ids.h"
#include "must.h"
#include "net.h"
#include "phone_poll.h"
#include "phone_wait.h"

/* ---- looking ---- */

static size_t
keep_seen(const struct ask *q, struct phone_port *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (access_sees(q->who, list[i].domain_id))
			list[kept++] = list[i];
	return kept;
}

int
phone_list(struct ask *q, int64_t *after, struct phone_port **out, size_t *n)
{
	size_t found;

	*n = 0;
	if (load_list(ask_loader(q), STMT_PHONE_PORT_PAGE,
		ARGS(A_INT(*after), A_INT(PHONE_PAGE)), load_phone_port, out,
		&found) < 0)
		return -1;
	*after = found == PHONE_PAGE ? (*out)[found - 1].id : 0;
	*n = keep_seen(q, *out, found);
	return 0;
}

static int
load_ports(struct ask *q, struct str mac, struct phone_port **out, size_t *n)
{
	return load_list(ask_loader(q), STMT_PHONE_PORTS_OF, ARGS(A_STR(mac)),
	    load_phone_port, out, n);
}

int
phone_find(struct ask *q, struct str mac, struct phone_port **out, size_t *n)
{
	if (load_ports(q, mac, out, n) < 0)
		return -1;
	*n = keep_seen(q, *out, *n);
	return 0;
}

int
phone_served(struct ask *q, struct str mac, struct served_phone *out)
{
	int rc = load_one(ask_loader(q), STMT_SERVED_PHONE_OF, ARGS(A_STR(mac)),
	    load_served_phone, out);

	return rc > 0 ? access_find(q->who, out->domain_id, q->err) : rc;
}

/* ---- the door ---- */

int
phone_door(struct ask *q, struct str mac, int64_t key_domain, bool *served)
{
	int64_t ours = 0;
	int rc = db_int(q->core->store, STMT_PHONE_DOOR,
	    ARGS(A_STR(mac), A_INT(key_domain)), &ours, q->err);

	*served = rc > 0 && ours == 1;
	return rc;
}

int
phone_contact(struct ask *q, const struct served_phone *p, struct str address)
{
	int64_t now = clock_now_ms(), before = now - PHONE_WAIT_NOTE_MS;
	const struct args args = ARGS(
	    A_INT(p->device_id), A_STR(address), A_INT(now), A_INT(before));
	int rc;

	/* Nothing new is nothing to be noted.  What is ahead was noted before
	 * the clock was set back. */
	if (p->seen > before && p->seen <= now && str_eq(p->address, address))
		return 0;
	rc = phone_poll_is_here(q, p->mac, address);
	if (rc < 0)
		return -1;
	if (rc > 0 && str_eq(p->address, address)) {
		/* It is no reason to wait for who writes, either: if somebody
		 * does, the next visit is noted. */
		(void)db_try(q->core->store, STMT_PHONE_CONTACT, args);
		return 0;
	}
	rc = db_run(q->core->store, STMT_PHONE_CONTACT, args, q->err);
	return rc > 0 ? phone_poll_came(q, p->mac, address) : rc;
}

static int
set_firmware(struct ask *q, const struct served_phone *p, struct str firmware)
{
	return change_touch(q, &device_kind, 0, p->mac) < 0
		   ? -1
		   : db_do(q->core->store, STMT_PHONE_DEVICE,
			 ARGS(A_INT(p->device_id), A_STR(firmware)), q->err);
}

int
phone_firmware(struct ask *q, const struct served_phone *p, struct str firmware)
{
	if (firmware.len == 0 || str_eq(firmware, p->firmware))
		return 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, set_firmware(q, p, firmware));
}

/* ---- coming in ---- */

/* What a device becomes. */
struct made {
	struct str type, product, firmware, address, name;
	int64_t ports, key_domain, created, seen, domain;
};

static int
add_ports(struct ask *q, int64_t device, int64_t ports)
{
	for (int64_t port = 0; port < ports; port++) {
		int64_t id = device;

		if ((port > 0 && ids_draw(q, IDS_POINT, &id) < 0) ||
		    db_do(q->core->store, STMT_PHONE_PORT_ADD,
			ARGS(A_INT(id), A_INT(device), A_INT(port)),
			q->err) < 0)
			return -1;
	}
	return 0;
}

/* A device that is in no domain any more comes in again with new ports.  One
 * that waited may now come for its files, from where it was. */
static int
add_phone(struct ask *q, int64_t device, const struct made *m)
{
	struct store *st = q->core->store;
	char place[NET_SHARE_SIZE] = "";
	int64_t generation, until = 0;

	if (m->address.len > 0) {
		net_share(m->address, place);
		until =
		    clock_now_ms() + PHONE_WINDOW_MINUTES * 60 * INT64_C(1000);
	}
	if (change_rev(q, &generation) < 0 ||
	    db_do(st, STMT_PHONE_FORGET, ARGS(A_INT(device)), q->err) < 0 ||
	    db_do(st, STMT_PHONE_ADD,
		ARGS(A_INT(device), A_ID(m->key_domain), A_STR(m->type),
		    A_STR(m->address), A_INT(m->created), A_INT(m->seen),
		    A_STRZ(place), A_INT(generation), A_INT(until)),
		q->err) < 0 ||
	    db_do(st, STMT_PHONE_DEVICE,
		ARGS(A_INT(device), A_STR(m->firmware)), q->err) < 0)
		return -1;
	return add_ports(q, device, m->ports);
}

/* The device is touched and in no domain: it is a phone in one from now on. */
static int
place(struct ask *q, struct device_change *c, const struct made *m,
    const char *what)
{
	static const enum device_type phone = DEVICE_PHONE;

	if (c->d.domain_id != 0)
		return err_set(q->err, ERR_EXISTS, "device is in a domain");
	if ((c->d.id == 0 && place_row(q, c, m->product) < 0) ||
	    place_into(q, c, m->domain) < 0 || place_kind(q, c, &phone) < 0 ||
	    device_change_name(q, c->d.id, m->name) < 0 ||
	    add_phone(q, c->d.id, m) < 0)
		return -1;
	return device_change_say(q, c, what,
	    PAIRS(P_INT("domain", m->domain), P_STR("type", m->type),
		P_INT("ports", m->ports)));
}

static int
need_domain(struct ask *q, int64_t domain)
{
	return access_need(q->who, domain, q->err) < 0
		   ? -1
		   : place_need_domain(q, domain);
}

static struct made
made_of(const struct waiting_phone *w)
{
	return (struct made){.type = w->type,
	    .product = w->product,
	    .firmware = w->firmware,
	    .address = w->address,
	    .name = str_n("", 0),
	    .ports = w->ports,
	    .key_domain = w->domain_id,
	    .created = w->created,
	    .seen = w->seen};
}

static int
promote(struct ask *q, const struct waiting_phone *w, const struct made *m)
{
	struct device_change c;

	if (device_change_need_or_claim(q, w->mac, &c) < 0 ||
	    change_touch(q, &phone_wait_kind, 0, w->mac) < 0 ||
	    db_do(q->core->store, STMT_WAITING_PHONE_REMOVE,
		ARGS(A_STR(w->mac)), q->err) < 0)
		return -1;
	if (place(q, &c, m, "phone.promote") < 0)
		return -1;
	/* It asked; how long ago that is, phone_poll_left sees. */
	return phone_poll_inside(q, w->mac, w->address);
}

static int
promote_found(struct ask *q, struct str mac, int64_t domain, int64_t *ports)
{
	struct waiting_phone w;
	struct made m;

	if (need_domain(q, domain) < 0 ||
	    err_need(phone_wait_get(q, mac, &w), q->err, ERR_GONE,
		"no such phone waits") < 0)
		return -1;
	m = made_of(&w);
	m.domain = domain;
	*ports = m.ports;
	return promote(q, &w, &m);
}

int
phone_promote(struct ask *q, struct str mac, int64_t domain, int64_t *ports)
{
	*ports = 0;
	if (change_begin(q) < 0)
		return -1;
	return change_end(q, promote_found(q, mac, domain, ports));
}

static int
add(struct ask *q, const struct phone_new *in)
{
	struct made m = {.type = in->type->key,
	    .product = in->type->name,
	    .firmware = str_n("", 0),
	    .address = str_n("", 0),
	    .name = in->name,
	    .ports = in->type->ports,
	    .created = clock_now_ms(),
	    .domain = in->domain};
	struct waiting_phone w;
	struct device_change c;
	int rc = phone_wait_get(q, in->mac, &w);

	if (rc < 0 || need_domain(q, in->domain) < 0 ||
	    device_change_need_or_claim(q, in->mac, &c) < 0)
		return -1;
	if (rc > 0 || c.d.id != 0)
		return err_set(q->err, ERR_EXISTS, "there is such a phone");
	return place(q, &c, &m, "phone.add");
}

int
phone_add(struct ask *q, const struct phone_new *in)
{
	if (access_admin(q->who, q->err) < 0 ||
	    (in->name.len > 0 &&
		check_name(in->name, DEVICE_NAME_MAX, q->err) < 0) ||
	    change_begin(q) < 0)
		return -1;
	return change_end(q, add(q, in));
}

/* ---- moving ---- */

/* Where the ports of a phone are to be. */
struct plan {
	struct device_change c;
	struct phone_port *ports;
	int64_t *to; /* of each */
	size_t n;
};

static bool
is_named(const struct phone_move *in, const struct phone_port *p)
{
	return in->port < 0 || p->port == in->port;
}

/* Fill the plan; the ports that are named become those of out. */
static int
make_plan(struct ask *q, const struct phone_move *in, struct plan *x,
    struct phone_moved *out)
{
	out->list = arena_array(q->arena, x->n, sizeof(*out->list));
	x->to = arena_array(q->arena, x->n, sizeof(*x->to));
	if (out->list == NULL || x->to == NULL)
		return err_set(q->err, ERR_LIMIT, "too many ports");
	for (size_t i = 0; i < x->n; i++) {
		struct phone_port *p = &x->ports[i];
		bool named = is_named(in, p);
		bool moves = named && (!in->verify || p->domain_id == in->from);

		x->to[i] = moves ? in->to : p->domain_id;
		if (named)
			out->list[out->n++] = *p;
		out->moved += moves;
	}
	return out->n > 0 ? 0 : err_set(q->err, ERR_GONE, "no such port");
}

/* Ports know where they are only if that is elsewhere than their device. */
static int
move_port(struct ask *q, const struct plan *x, size_t i)
{
	const struct phone_port *p = &x->ports[i];
	int64_t home = x->to[0], owner = p->owner;

	if (x->to[i] != p->domain_id)
		owner = x->to[i] == home ? x->c.d.owner : 0;
	return db_do(q->core->store, STMT_PHONE_PORT_PLACE,
	    ARGS(A_INT(p->id), A_ID(x->to[i] == home ? 0 : x->to[i]),
		A_ID(owner)),
	    q->err);
}

static int
move(struct ask *q, const struct plan *x)
{
	must(x->n > 0 && x->ports[0].port == 0);
	for (size_t i = 1; i < x->n; i++)
		if (move_port(q, x, i) < 0)
			return -1;
	if (x->to[0] == x->ports[0].domain_id)
		return 0;
	return place_into(q, &x->c, x->to[0]);
}

/* What was named, as it is now. */
static int
reload(struct ask *q, const struct phone_move *in, struct phone_moved *out)
{
	struct phone_port *list;
	size_t n, at = 0;

	if (load_ports(q, in->mac, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n && at < out->n; i++)
		if (is_named(in, &list[i]))
			out->list[at++] = list[i];
	return 0;
}

static int
assign(struct ask *q, const struct phone_move *in, struct phone_moved *out)
{
	struct plan x = {0};

	if (need_domain(q, in->to) < 0 ||
	    device_change_need(q, in->mac, &x.c) < 0 ||
	    load_ports(q, in->mac, &x.ports, &x.n) < 0)
		return -1;
	if (x.n == 0)
		return err_set(q->err, ERR_GONE, "no such phone");
	if (make_plan(q, in, &x, out) < 0 || move(q, &x) < 0 ||
	    reload(q, in, out) < 0)
		return -1;
	return device_change_say(q, &x.c, "phone.assign",
	    PAIRS(P_INT("port", in->port), P_INT("domain", in->to),
		P_INT("moved", out->moved)));
}

int
phone_assign(
    struct ask *q, const struct phone_move *in, struct phone_moved *out)
{
	*out = (struct phone_moved){0};
	if (access_admin(q->who, q->err) < 0 || change_begin(q) < 0)
		return -1;
	return change_end(q, assign(q, in, out));
}
