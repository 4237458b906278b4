#include "roster.h"
#include "arena.h"
#include "log.h"
#include "must.h"

#include <stdio.h>
#include <string.h>

#define CODE_REPLACED 1000
#define CODE_CROWDED  1013

void
roster_init(struct roster *r, struct presence *p, size_t claims_max)
{
	memset(r, 0, sizeof *r);
	r->presence = p;
	r->claims_max = claims_max;
	map_init(&r->by_conn);
	map_init(&r->by_id);
	TAILQ_INIT(&r->claims);
}

void
roster_fini(struct roster *r)
{
	must(r->by_conn.count == 0);
	map_fini(&r->by_conn);
	map_fini(&r->by_id);
}

bool
roster_is_id(struct str s)
{
	static const char more[] = "._:-";

	for (size_t i = 0; i < s.len; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') &&
		    !((s.p[i] | 0x20) >= 'a' && (s.p[i] | 0x20) <= 'z') &&
		    memchr(more, s.p[i], sizeof more - 1) == NULL)
			return false;
	return s.len > 0 && s.len <= ROSTER_ID_MAX && !str_eqz(s, ".") &&
	       !str_eqz(s, "..");
}

static void
log_seat(const char *event, uint64_t conn, const char *hw_id)
{
	char number[24];

	(void)snprintf(number, sizeof number, "%llu", (unsigned long long)conn);
	log_event(LOG_INFO, event, "conn", number, "hwId", hw_id, NULL);
}

static void
report(struct roster *r, const struct seat *s, bool online)
{
	struct presence_state state = {
	    str_of(s->hw_id), s->conn, online, s->level == LEVEL_DEVICE};

	presence_report(r->presence, &state);
	if (s->level == LEVEL_DEVICE)
		log_seat(online ? "device.online" : "device.offline", s->conn,
		    s->hw_id);
	else if (online)
		log_seat("claim", s->conn, s->hw_id);
}

void
roster_enter(struct roster *r, struct seat *s)
{
	s->conn = ++r->last_conn;
	s->level = LEVEL_NEW;
	map_put(&r->by_conn, &s->by_conn, map_hash_int(s->conn));
}

/* Take s out of its level, without a word to anybody. */
static void
unseat(struct roster *r, struct seat *s)
{
	if (s->level == LEVEL_CLAIM) {
		TAILQ_REMOVE(&r->claims, s, claim);
		r->claims_now--;
	} else if (s->level == LEVEL_DEVICE)
		map_remove(&r->by_id, &s->by_id);
}

void
roster_leave(struct roster *r, struct seat *s)
{
	unseat(r, s);
	map_remove(&r->by_conn, &s->by_conn);
	if (s->level != LEVEL_NEW)
		report(r, s, false);
	s->level = LEVEL_NEW;
	mem_free(s->hw_id);
	s->hw_id = NULL;
}

void
roster_late(struct roster *r, const struct seat *s, struct str hw_id)
{
	struct presence_state state = {hw_id, s->conn, false, false};

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
	unseat(r, s);
	if (s->level == LEVEL_DEVICE)
		r->demoted(s);
	if (s->level != LEVEL_NEW && !str_eqz(hw_id, s->hw_id))
		report(r, s, false);
	if (s->hw_id == NULL || !str_eqz(hw_id, s->hw_id))
		rename_seat(s, hw_id);
	s->level = level;
}

void
roster_drop_claims(struct roster *r, size_t n)
{
	struct seat *s;

	while (n-- > 0 && (s = TAILQ_FIRST(&r->claims)) != NULL) {
		r->dropped++;
		r->close(s, CODE_CROWDED, "too many");
	}
}

void
roster_claim(struct roster *r, struct seat *s, struct str hw_id)
{
	if (s->level == LEVEL_CLAIM && str_eqz(hw_id, s->hw_id))
		return;
	move_to(r, s, LEVEL_CLAIM, hw_id);
	s->domain = 0;
	TAILQ_INSERT_TAIL(&r->claims, s, claim);
	r->claims_now++;
	report(r, s, true);
	if (r->claims_now > r->claims_max)
		roster_drop_claims(r, r->claims_now - r->claims_max);
}

void
roster_prove(struct roster *r, struct seat *s, const struct proof *p)
{
	struct seat *other = roster_device(r, p->hw_id);

	if (other == s) {
		s->domain = p->domain;
		return;
	}
	if (other != NULL && !p->displace) {
		roster_claim(r, s, p->hw_id);
		return;
	}
	if (other != NULL)
		r->close(other, CODE_REPLACED, "replaced");
	must(roster_device(r, p->hw_id) == NULL);
	move_to(r, s, LEVEL_DEVICE, p->hw_id);
	s->domain = p->domain;
	map_put(&r->by_id, &s->by_id, map_hash(p->hw_id));
	report(r, s, true);
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
		s = map_entry(n, struct seat, by_id);
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
