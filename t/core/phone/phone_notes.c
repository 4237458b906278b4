/*
 * What waits to be written into the trace: counted together, written once, told
 * to subscribers, bounded, and no trouble for what comes after it.
 */
#include "phone_notes.h"

#include <stdio.h>
#include <string.h>

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
test_counts(void)
{
	struct phone_traced *t;

	for (int i = 0; i < 3; i++)
		must(note(north, "001565000001", PHONE_OUTSIDE));
	must(note(north, "001565000001", PHONE_GIVEN));
	tap_is_int((long long)rows("001565000001", &t), 0,
	    "nothing is written before somebody writes");
	must(phone_notes_write(notes, &f.q) == 0);
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 3 &&
		   t[1].reason == PHONE_OUTSIDE && t[0].n == 1,
	    "equal ones are one row with their number, in the order they came");
	must(phone_notes_write(notes, &f.q) == 0);
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 3,
	    "what was written is not written again");
	must(note(north, "001565000001", PHONE_OUTSIDE));
	must(phone_notes_write(notes, &f.q) == 0);
	tap_ok(rows("001565000001", &t) == 2 && t[1].n == 4,
	    "and counts in the row of before");
}

static void
test_events(void)
{
	fx_clear(&f);
	must(note(north, "001565000002", PHONE_OUTSIDE));
	must(phone_notes_write(notes, &f.q) == 0);
	tap_ok(fx_ordered(&f, "\"topic\":\"traces\"") &&
		   fx_ordered(&f, "\\\"mac\\\":\\\"001565000002\\\"") &&
		   fx_ordered(&f, "\\\"reason\\\":\\\"outside\\\""),
	    "subscribers learn a new row");
	fx_clear(&f);
	must(note(north, "001565000002", PHONE_OUTSIDE));
	must(phone_notes_write(notes, &f.q) == 0);
	tap_is_int(told(), 0, "and nothing of what counts in it");
}

static void
test_bounds(void)
{
	char mac[16];
	int added = 0;
	struct phone_traced *t;

	fx_clear(&f);
	for (int i = 0; i < PHONE_NOTES_MAX + 100; i++) {
		(void)snprintf(mac, sizeof(mac), "000413%06x", i);
		added += note(north, mac, PHONE_WAITS);
	}
	tap_is_int(added, PHONE_NOTES_MAX, "who finds it full is told so");
	tap_ok(note(north, "000413000000", PHONE_WAITS),
	    "what only counts has room");
	must(phone_notes_write(notes, &f.q) == 0);
	tap_ok(rows("000413000fff", &t) == 1 && rows("000413001000", &t) == 0,
	    "all that had room is written");
	tap_is_int(told(), PHONE_TRACE_EVENTS,
	    "subscribers learn a share of what is written at once");
	tap_ok(note(north, mac, PHONE_WAITS), "and then there is room again");
	must(phone_notes_write(notes, &f.q) == 0);
}

static void
test_gone(void)
{
	struct phone_traced *t;

	must(note(4711, "001565000003", PHONE_WAITS));
	must(note(north, "001565000004", PHONE_WAITS));
	must(phone_notes_write(notes, &f.q) == 0);
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
