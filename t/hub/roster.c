/* The roster: who gives way when there are too many claims. */
#include "roster.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "tap.h"

#define CLAIMS 10

static struct presence presence;
static struct roster all;
static int crowded, replaced; /* closed so far */
static uint64_t last;         /* who was closed last */

static void
close_seat(struct seat *s, enum hubwire_end why)
{
	crowded += why == HUBWIRE_END_CROWDED;
	replaced += why == HUBWIRE_END_REPLACED;
	last = s->conn;
	roster_leave(&all, s, why);
	mem_free(s->remote);
	mem_free(s);
}

static void
demoted(struct seat *s)
{
	(void)s;
}

static struct seat *
enter(const char *remote)
{
	struct seat *s = mem_new(sizeof(*s));

	s->remote = remote ? mem_strdup(remote) : NULL;
	roster_enter(&all, s);
	return s;
}

static uint64_t
claim(const char *remote)
{
	struct seat *s = enter(remote);
	uint64_t conn = s->conn;
	char id[32];

	(void)snprintf(id, sizeof(id), "id-%llu", (unsigned long long)conn);
	roster_claim(&all, s, str_of(id));
	return conn;
}

static bool
is_there(uint64_t conn)
{
	return roster_conn(&all, conn) != NULL;
}

static void
test_flood(void)
{
	uint64_t one = claim("192.0.2.1"), two = claim("192.0.2.2"), first;

	first = claim("198.51.100.7");
	for (int i = 0; i < 1000; i++)
		(void)claim("198.51.100.7");
	tap_ok(is_there(one) && is_there(two),
	    "a flood from one address pushes nobody else's claim out");
	tap_ok(!is_there(first), "but the oldest of its own");
	tap_is_int((long long)all.claims_now, CLAIMS, "the limit holds");
	tap_is_int(crowded, 1003 - CLAIMS, "all others were told why");
}

static void
test_networks(void)
{
	uint64_t one;

	roster_drop_claims(&all, CLAIMS);
	tap_is_int((long long)all.claims_now, 0, "all claims may be dropped");
	one = claim("2001:db8:2::1");
	for (int i = 0; i < 100; i++) {
		char remote[40];

		(void)snprintf(remote, sizeof(remote), "2001:db8:1::%x", i + 1);
		(void)claim(remote);
	}
	tap_ok(is_there(one),
	    "a flood from one IPv6 network counts as one address");
	roster_drop_claims(&all, CLAIMS);
}

static void
test_many_addresses(void)
{
	uint64_t first = 0;

	for (int i = 0; i < CLAIMS + 1; i++) {
		char remote[40];

		(void)snprintf(remote, sizeof(remote), "192.0.2.%d", i);
		if (i == 0)
			first = claim(remote);
		else
			(void)claim(remote);
	}
	tap_ok(last == first, "among equals the oldest gives way");
	(void)claim(NULL);
	tap_ok(is_there(all.last_conn), "one without an address counts, too");
	roster_drop_claims(&all, CLAIMS);
}

static void
test_levels(void)
{
	struct proof proof = {STR("0090334100be"), 3, true};
	struct seat *s = enter("192.0.2.1"), *newer = enter("192.0.2.2");

	roster_claim(&all, s, proof.hw_id);
	roster_prove(&all, s, &proof);
	tap_is_int((long long)all.claims_now, 0,
	    "a claim that is proven is none any more");
	roster_prove(&all, newer, &proof);
	tap_ok(replaced == 1 && roster_device(&all, proof.hw_id) == newer,
	    "an older connection of a device is closed as replaced");
	roster_release(&all, newer);
	tap_is_int((long long)all.claims_now, 1,
	    "a device without its domain is a claim");
	roster_drop_claims(&all, 1);
	tap_is_int((long long)all.by_address.count, 0, "no address is left");
}

int
main(void)
{
	presence_init(&presence, NULL);
	roster_init(&all, &presence, CLAIMS);
	all.close = close_seat;
	all.demoted = demoted;
	test_flood();
	test_networks();
	test_many_addresses();
	test_levels();
	roster_fini(&all);
	presence_fini(&presence);
	return tap_end();
}
