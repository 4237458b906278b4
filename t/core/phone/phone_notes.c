/*
 * What waits to be written into the trace: counted together, written once, told
 * to subscribers, bounded, and no trouble for what comes after it.
 */
#include "phone_notes.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "fixture.h"
#include "must.h"

static struct fixture f;
static int64_t north;
static struct phone_notes *notes;

static bool
note(int64_t domain, const char *mac, enum phone_reason reason)
{
	const struct phone_event e = {.key_domain = domain,
	    .mac = str_of(mac),
	    .address = STR("192.0.2.7"),
	    .file = STR("{mac}.cfg"),
	    .status = reason == PHONE_GIVEN ? 200 : 404,
	    .reason = reason};

	return phone_notes_add(notes, &e);
}

/* Events since fx_clear. */
static int
told(void)
{
	int n = 0;

	for (size_t i = 0; i < f.orders.len; i++)
		n += f.orders.data[i] == '\n';
	return n;
}

static size_t
rows(const char *mac, struct phone_traced **out)
{
	int64_t before = 0;
	size_t n;

	must(phone_trace_list(&f.q, str_of(mac), &before, out, &n) == 0);
	return n;
}

static void
write_due(void)
{
	must(phone_notes_write(notes, &f.q, false) == 0);
}

static void
test_counts(void)
{
	struct phone_traced *t;

	for (int i = 0; i < 3; i++)
		must(note(north, "001565000001", PHONE_OUTSIDE));
	must(note(north, "001565000001", PHONE_GIVEN));
	tap_is_int((long long)rows("001565000001", &t), 0,
	    "nothing is written before somebody writes");
	write_due();
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 3 &&
		   t[1].reason == PHONE_OUTSIDE && t[0].n == 1,
	    "equal ones are one row with their number, in the order they came");
	write_due();
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 3,
	    "what was written is not written again");
	must(note(north, "001565000001", PHONE_OUTSIDE));
	write_due();
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 3,
	    "what only counts in it waits");
	clock_shift(PHONE_NOTES_REST_MS);
	write_due();
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 4,
	    "a while, and counts in the row of before");
	clock_shift(PHONE_NOTES_REST_MS);
	write_due();
	must(note(north, "001565000001", PHONE_OUTSIDE));
	write_due();
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 5,
	    "what has not come for longer is new");
}

static void
test_events(void)
{
	fx_clear(&f);
	must(note(north, "001565000002", PHONE_OUTSIDE));
	write_due();
	tap_ok(fx_ordered(&f, "\"topic\":\"traces\"") &&
		   fx_ordered(&f, "\\\"mac\\\":\\\"001565000002\\\"") &&
		   fx_ordered(&f, "\\\"reason\\\":\\\"outside\\\""),
	    "subscribers learn a new row");
	fx_clear(&f);
	must(note(north, "001565000002", PHONE_OUTSIDE));
	write_due();
	tap_is_int(told(), 0, "and nothing of what counts in it");
}

static void
write_all(void)
{
	struct arena a;
	struct ask q = f.q;

	arena_init(&a, PHONE_NOTES_MEMORY);
	q.arena = &a;
	must(phone_notes_write(notes, &q, true) == 0);
	arena_fini(&a);
}

/* The i-th of many. */
static const char *
mac_of(int i)
{
	static char mac[16];

	(void)snprintf(mac, sizeof(mac), "000413%06x", (unsigned)i);
	return mac;
}

static void
test_bounds(void)
{
	int added = 0;
	struct phone_traced *t;

	write_all();
	fx_clear(&f);
	for (int i = 0; i < PHONE_NOTES_MAX + 100; i++)
		added += note(north, mac_of(i), PHONE_WAITS);
	tap_is_int(added, PHONE_NOTES_MAX, "who finds it full is told so");
	tap_ok(note(north, "000413000000", PHONE_WAITS),
	    "what only counts has room");
	write_due();
	tap_ok(rows(mac_of(PHONE_NOTES_TURN - 1), &t) == 1 &&
		   rows(mac_of(PHONE_NOTES_TURN), &t) == 0,
	    "so many are written at once");
	tap_is_int(told(), PHONE_TRACE_EVENTS,
	    "subscribers learn a share of what is written at once");
	tap_ok(!note(north, "000413ffffff", PHONE_WAITS),
	    "it is as full as before");
	write_all();
	tap_ok(rows(mac_of(PHONE_NOTES_MAX - 1), &t) == 1 &&
		   rows(mac_of(PHONE_NOTES_MAX), &t) == 0,
	    "all that had room is written");
	tap_ok(rows(mac_of(0), &t) == 1 && t[0].n == 2, "each of it once");
	tap_ok(note(north, "000413ffffff", PHONE_WAITS),
	    "and then there is room again");
	write_due();
}

static void
test_gone(void)
{
	struct phone_traced *t;

	must(note(4711, "001565000003", PHONE_WAITS));
	must(note(north, "001565000004", PHONE_WAITS));
	write_due();
	tap_ok(rows("001565000003", &t) == 0 && rows("001565000004", &t) == 1,
	    "a domain that has gone takes no other's notes with it");
}

int
main(void)
{
	fx_open(&f);
	north = fx_domain(&f, "north.example", FX_PASS);
	notes = phone_notes_new();
	test_counts();
	test_events();
	test_bounds();
	test_gone();
	phone_notes_free(&notes);
	fx_close(&f);
	return tap_end();
}
