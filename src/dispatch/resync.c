#include "resync.h"

#include <stdio.h>

#include "ask.h"
#include "clock.h"
#include "log.h"
#include "must.h"
#include "phone_id.h"
#include "phone_resync.h"
#include "phone_type.h"
#include "sip_client.h"
#include "target.h"

#define TYPES_MAX ((size_t)4 << 20) /* memory of the types */
#define SIP_PORT  5060

/* A phone that is told now; device 0: free. */
struct told {
	int64_t device, wanted, domain;
	char mac[PHONE_MAC_SIZE];
	char to[NET_SOCKET_SIZE];
	char event[SIP_EVENT_MAX + 1];
};

struct resync {
	const struct conf *conf;
	struct arena memory;
	struct phone_types types;
	struct sip_client *client;
	struct told list[RESYNC_MAX];
};

int
resync_open(struct resync **out, const struct conf *conf, struct err *e)
{
	struct resync *r = mem_new(sizeof(*r));

	r->conf = conf;
	arena_init(&r->memory, TYPES_MAX);
	if (phone_types_load(&r->memory, conf->templates, &r->types, e) < 0) {
		arena_fini(&r->memory);
		mem_free(r);
		return -1;
	}
	r->client = sip_client_new(RESYNC_MAX, str_of(conf->phones_from));
	*out = r;
	return 0;
}

void
resync_close(struct resync **r)
{
	sip_client_free(&(*r)->client);
	arena_fini(&(*r)->memory);
	mem_free(*r);
	*r = NULL;
}

int
resync_fd(const struct resync *r)
{
	return sip_client_fd(r->client);
}

int
resync_wait(const struct resync *r, int max)
{
	int due = sip_client_wait(r->client, clock_mono_ms());

	return due >= 0 && due < max ? due : max;
}

/* ---- what came of it ---- */

static enum phone_told
told_of(const struct sip_result *s)
{
	switch (s->fate) {
	case SIP_ANSWERED:
		return s->logged ? PHONE_TOLD_LOGGED : PHONE_TOLD_ANSWERED;
	case SIP_SILENT:
		return PHONE_TOLD_SILENT;
	case SIP_NOBODY:
		return PHONE_TOLD_NOBODY;
	}
	return PHONE_TOLD_FAILED;
}

static int
note(struct ask *q, const struct phone_resync *x,
    const struct phone_resync_end *end)
{
	log_event(LOG_INFO, "phone.resync",
	    PAIRS(P_STR("mac", x->mac), P_STR("to", end->target),
		P_STRZ("told", phone_told_name(end->told)),
		P_INT("status", end->status)));
	return phone_resync_done(q, x, end);
}

static int
take_results(struct resync *r, struct ask *q)
{
	struct sip_result s;

	while (sip_client_next(r->client, clock_mono_ms(), &s)) {
		struct told *t = &r->list[s.id];
		const struct phone_resync x = {.device_id = t->device,
		    .wanted = t->wanted,
		    .mac = str_of(t->mac),
		    .domain_id = t->domain};
		const struct phone_resync_end end = {.told = told_of(&s),
		    .status = s.status,
		    .target = str_of(t->to),
		    .event = str_of(t->event)};

		t->device = 0;
		if (note(q, &x, &end) < 0)
			return -1;
	}
	return 0;
}

/* ---- the next ---- */

static bool
by_proxy(const struct resync *r)
{
	return r->conf->phones_notify[0] != '\0';
}

static void
find_target(const struct resync *r, const struct phone_resync *x,
    char to[NET_SOCKET_SIZE])
{
	bool v6 = str_find(x->address, ':') < x->address.len;

	if (by_proxy(r))
		str_copy(to, NET_SOCKET_SIZE, str_of(r->conf->phones_notify));
	else
		(void)snprintf(to, NET_SOCKET_SIZE,
		    v6 ? "[%.*s]:%d" : "%.*s:%d", (int)x->address.len,
		    x->address.p, SIP_PORT);
}

/* May it be sent to?  Else *why. */
static bool
may_send(const struct resync *r, const struct phone_resync *x, const char *to,
    enum phone_told *why)
{
	const struct target_rule rule = {
	    .private_ok = r->conf->private_ok, .also = r->conf->fetch_local};
	struct sockaddr_storage sa;
	socklen_t len;

	*why = PHONE_TOLD_LATE;
	if (clock_now_ms() - x->wanted > PHONE_RESYNC_LATE_MS)
		return false;
	*why = PHONE_TOLD_NOWHERE;
	if (!net_socket(str_of(to), &sa, &len))
		return false;
	*why = PHONE_TOLD_BARRED;
	return by_proxy(r) ||
	       target_may(&rule, (const struct sockaddr *)&sa, len);
}

/* A place for it, or NULL: it has to wait, or is told now. */
static struct told *
find_place(struct resync *r, const struct phone_resync *x, const char *to)
{
	struct told *place = NULL;
	int of_domain = 0;

	for (size_t i = 0; i < RESYNC_MAX; i++) {
		struct told *t = &r->list[i];

		if (t->device == 0) {
			place = t;
			continue;
		}
		if (t->device == x->device_id ||
		    (!by_proxy(r) && str_eqz(str_of(t->to), to)))
			return NULL;
		of_domain += t->domain == x->domain_id;
	}
	return of_domain < RESYNC_DOMAIN ? place : NULL;
}

static struct str
vendor_of(const struct resync *r, const struct phone_resync *x)
{
	const struct phone_type *t = phone_type_find(&r->types, x->type);

	return t != NULL ? t->vendor : str_n("", 0);
}

static int
send_to(struct resync *r, struct ask *q, const struct phone_resync *x,
    struct told *t)
{
	struct sip_order o = {.to = str_of(t->to),
	    .user = x->mac,
	    .host = by_proxy(r) ? x->domain : str_n("", 0),
	    .event = str_of(t->event),
	    .id = t - r->list};
	struct phone_resync_login login;
	struct err e;
	int rc;

	if (phone_resync_login(q, x, vendor_of(r, x), &login) < 0)
		return -1;
	o.login = login.name;
	o.password = secret_str(&login.password);
	rc = sip_client_send(r->client, &o, clock_mono_ms(), &e);
	secret_wipe(&login.password);
	if (rc < 0)
		log_event(LOG_WARN, "phone.resync",
		    PAIRS(P_STR("mac", x->mac), P_STRZ("why", e.text)));
	return rc == 0;
}

static int
take_order(struct resync *r, struct ask *q, const struct phone_resync *x)
{
	struct str event = phone_types_resync(&r->types, x->type);
	struct phone_resync_end end = {.target = str_n("", 0), .event = event};
	char to[NET_SOCKET_SIZE];
	struct told *t;
	int rc;

	find_target(r, x, to);
	if (!may_send(r, x, to, &end.told))
		return note(q, x, &end);
	t = find_place(r, x, to);
	if (t == NULL)
		return 0;
	*t = (struct told){.device = x->device_id,
	    .wanted = x->wanted,
	    .domain = x->domain_id};
	str_copy(t->mac, sizeof(t->mac), x->mac);
	str_copy(t->to, sizeof(t->to), str_of(to));
	str_copy(t->event, sizeof(t->event), event);
	rc = send_to(r, q, x, t);
	if (rc > 0)
		return 0;
	t->device = 0;
	end.told = PHONE_TOLD_FAILED;
	return rc < 0 ? -1 : note(q, x, &end);
}

int
resync_turn(struct resync *r, struct ask *q)
{
	struct phone_resync *list;
	size_t n;

	if (take_results(r, q) < 0 || phone_resync_waiting(q, &list, &n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (take_order(r, q, &list[i]) < 0)
			return -1;
	return 0;
}
