#include "roster.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "hwid.h"
#include "log.h"
#include "must.h"

void
roster_init(struct roster *r, struct presence *p, size_t claims_max)
{
	memset(r, 0, sizeof(*r));
	r->presence = p;
	r->claims_max = claims_max;
	map_init(&r->by_conn);
	map_init(&r->by_id);
	map_init(&r->by_address);
	/* One claim more than may be stands for a moment. */
	r->by_count = mem_new((claims_max + 2) * sizeof(*r->by_count));
	for (size_t i = 0; i < claims_max + 2; i++)
		TAILQ_INIT(&r->by_count[i]);
}

void
roster_fini(struct roster *r)
{
	must(r->by_conn.count == 0 && r->by_address.count == 0);
	map_fini(&r->by_address);
	mem_free(r->by_count);
	map_fini(&r->by_conn);
	map_fini(&r->by_id);
}

static void
log_seat(const char *event, const struct seat *s, const char *why)
{
	log_event(LOG_INFO, event,
	    PAIRS(P_INT("conn", (int64_t)s->conn), P_STRZ("hwId", s->hw_id),
		P_STRZ("remote", s->remote), P_STRZ("why", why)));
}

static void
report_online(struct roster *r, const struct seat *s)
{
	struct presence_state state = {.hw_id = str_of(s->hw_id),
	    .conn = s->conn,
	    .online = true,
	    .device = s->level == LEVEL_DEVICE,
	    .remote = s->remote};

	presence_report(r->presence, &state);
	log_seat(state.device ? "device.online" : "claim", s, NULL);
}

static void
report_offline(struct roster *r, const struct seat *s, enum hubwire_end why)
{
	struct presence_state state = {.hw_id = str_of(s->hw_id),
	    .conn = s->conn,
	    .device = s->level == LEVEL_DEVICE,
	    .remote = s->remote,
	    .why = why};

	presence_report(r->presence, &state);
	if (state.device)
		log_seat("device.offline", s, hubwire_end_name(why));
}

/* ---- claims, by address ---- */

static struct share *
share_of(struct roster *r, const struct seat *s)
{
	char address[NET_SHARE_SIZE];
	struct map_node *n;
	struct share *h;

	net_share(str_of(s->remote ? s->remote : ""), address);
	for (n = map_first(&r->by_address, map_hash(str_of(address)));
	     n != NULL; n = map_same(n)) {
		h = map_entry(n, struct share, by_address);
		if (strcmp(h->address, address) == 0)
			return h;
	}
	h = mem_new(sizeof(*h));
	str_copy(h->address, sizeof(h->address), str_of(address));
	TAILQ_INIT(&h->claims);
	map_put(&r->by_address, &h->by_address, map_hash(str_of(address)));
	TAILQ_INSERT_TAIL(&r->by_count[0], h, link);
	return h;
}

static void
share_set(struct roster *r, struct share *h, size_t n)
{
	must(n <= r->claims_max + 1);
	TAILQ_REMOVE(&r->by_count[h->n], h, link);
	h->n = n;
	TAILQ_INSERT_TAIL(&r->by_count[n], h, link);
	if (n > r->most)
		r->most = n;
	while (r->most > 0 && TAILQ_EMPTY(&r->by_count[r->most]))
		r->most--;
}

static void
enter_share(struct roster *r, struct seat *s)
{
	must(s->share == NULL);
	s->share = share_of(r, s);
	TAILQ_INSERT_TAIL(&s->share->claims, s, at.claim);
	r->claims_now++;
	share_set(r, s->share, s->share->n + 1);
}

static void
leave_share(struct roster *r, struct seat *s)
{
	struct share *h = s->share;

	must(h != NULL && h->n > 0 && r->claims_now > 0);
	s->share = NULL;
	TAILQ_REMOVE(&h->claims, s, at.claim);
	r->claims_now--;
	share_set(r, h, h->n - 1);
	if (h->n > 0)
		return;
	TAILQ_REMOVE(&r->by_count[0], h, link);
	map_remove(&r->by_address, &h->by_address);
	mem_free(h);
}

void
roster_enter(struct roster *r, struct seat *s)
{
	must(s->hw_id == NULL && s->share == NULL);
	s->conn = ++r->last_conn;
	s->level = LEVEL_NEW;
	map_put(&r->by_conn, &s->by_conn, map_hash_int(s->conn));
}

/* Take s out of its level, without a word to anybody. */
static void
unseat(struct roster *r, struct seat *s)
{
	if (s->level == LEVEL_CLAIM)
		leave_share(r, s);
	else if (s->level == LEVEL_DEVICE)
		map_remove(&r->by_id, &s->at.by_id);
}

void
roster_leave(struct roster *r, struct seat *s, enum hubwire_end why)
{
	unseat(r, s);
	map_remove(&r->by_conn, &s->by_conn);
	must((s->level == LEVEL_NEW) == (s->hw_id == NULL));
	if (s->level != LEVEL_NEW)
		report_offline(r, s, why);
	s->level = LEVEL_NEW;
	mem_free(s->hw_id);
	s->hw_id = NULL;
}

void
roster_late(struct roster *r, const struct seat *s, struct str hw_id)
{
	struct presence_state state = {
	    .hw_id = hw_id, .conn = s->conn, .remote = s->remote};

	presence_report(r->presence, &state);
}

static void
rename_seat(struct seat *s, struct str hw_id)
{
	mem_free(s->hw_id);
	s->hw_id = mem_new(hw_id.len + 1);
	memcpy(s->hw_id, hw_id.p, hw_id.len);
}

/* Leave the level and perhaps the name; the old name goes offline. */
static void
move_to(struct roster *r, struct seat *s, enum level level, struct str hw_id)
{
	must(level != LEVEL_NEW && hwid_ok(hw_id));
	unseat(r, s);
	if (s->level == LEVEL_DEVICE)
		r->demoted(s);
	if (s->level != LEVEL_NEW && !str_eqz(hw_id, s->hw_id))
		report_offline(r, s, HUBWIRE_END_CLOSED);
	if (s->hw_id == NULL || !str_eqz(hw_id, s->hw_id))
		rename_seat(s, hw_id);
	s->level = level;
}

void
roster_drop_claims(struct roster *r, size_t n)
{
	struct share *h;

	while (n-- > 0 && r->most > 0) {
		h = TAILQ_FIRST(&r->by_count[r->most]);
		must(h != NULL && !TAILQ_EMPTY(&h->claims));
		r->dropped++;
		r->close(TAILQ_FIRST(&h->claims), HUBWIRE_END_CROWDED);
	}
}

void
roster_claim(struct roster *r, struct seat *s, struct str hw_id)
{
	if (s->level == LEVEL_CLAIM && str_eqz(hw_id, s->hw_id))
		return;
	move_to(r, s, LEVEL_CLAIM, hw_id);
	s->domain = 0;
	enter_share(r, s);
	report_online(r, s);
	if (r->claims_now > r->claims_max)
		roster_drop_claims(r, r->claims_now - r->claims_max);
}

void
roster_prove(struct roster *r, struct seat *s, const struct proof *p)
{
	struct seat *other = roster_device(r, p->hw_id);

	must(p->domain > 0);
	if (other == s) {
		s->domain = p->domain;
		return;
	}
	if (other != NULL && !p->displace) {
		roster_claim(r, s, p->hw_id);
		return;
	}
	if (other != NULL)
		r->close(other, HUBWIRE_END_REPLACED);
	must(roster_device(r, p->hw_id) == NULL);
	move_to(r, s, LEVEL_DEVICE, p->hw_id);
	s->domain = p->domain;
	map_put(&r->by_id, &s->at.by_id, map_hash(p->hw_id));
	report_online(r, s);
}

void
roster_release(struct roster *r, struct seat *s)
{
	char *id = mem_strdup(s->hw_id);

	must(s->level == LEVEL_DEVICE);
	roster_claim(r, s, str_of(id));
	mem_free(id);
}

struct seat *
roster_device(const struct roster *r, struct str hw_id)
{
	struct map_node *n;
	struct seat *s;

	for (n = map_first(&r->by_id, map_hash(hw_id)); n != NULL;
	     n = map_same(n)) {
		s = map_entry(n, struct seat, at.by_id);
		if (str_eqz(hw_id, s->hw_id))
			return s;
	}
	return NULL;
}

struct seat *
roster_conn(const struct roster *r, uint64_t conn)
{
	struct map_node *n;
	struct seat *s;

	for (n = map_first(&r->by_conn, map_hash_int(conn)); n != NULL;
	     n = map_same(n)) {
		s = map_entry(n, struct seat, by_conn);
		if (s->conn == conn)
			return s;
	}
	return NULL;
}
