/* One-time tickets: once, in time, for what they were drawn for. */
#include "ticket.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "fixture.h"

#define LIFE INT64_C(30000)

static struct fixture f;

static void
draw(const char *purpose, const char *owner, char text[TICKET_SIZE])
{
	struct ticket_new in = {.purpose = purpose,
	    .owner = owner,
	    .payload = STR("for a"),
	    .life_ms = LIFE};

	tap_ok(ticket_draw(&f.q, &in, text) == 0, "a ticket for %s is drawn",
	    purpose);
}

static int
take(const char *purpose, const char *text)
{
	struct str payload = STR("untouched");
	int rc = ticket_take(&f.q, purpose, str_of(text), &payload);

	if (rc > 0 && !str_eqz(payload, "for a"))
		return -2;
	return rc;
}

static void
test_once(void)
{
	char a[TICKET_SIZE], b[TICKET_SIZE];

	draw("app", "key:1", a);
	draw("app", "key:1", b);
	tap_ok(strlen(a) == TICKET_LEN && strcmp(a, b) != 0,
	    "it has 32 characters, each time others");
	tap_is_int(take("app", a), 1, "who brings it gets what was put in");
	tap_is_int(take("app", a), 0, "the second time nothing");
	tap_is_int(take("upload", b), 0, "nor for another purpose");
	tap_is_int(take("app", b), 1, "which does not use it up");
	b[3] = (char)(b[3] == 'x' ? 'y' : 'x');
	tap_is_int(take("app", b), 0, "a guessed one opens nothing");
	tap_is_int(take("app", ""), 0, "nor an empty one");
}

static void
test_time(void)
{
	char a[TICKET_SIZE], b[TICKET_SIZE], c[TICKET_SIZE];

	draw("app", "key:1", a);
	draw("app", "key:1", b);
	draw("app", "key:1", c);
	clock_shift(LIFE - 1000);
	tap_is_int(take("app", a), 1, "it is good until its end");
	clock_shift(1000);
	tap_is_int(take("app", b), 0, "and not after it");
	clock_shift(-2 * LIFE);
	tap_is_int(take("app", c), 0,
	    "nor by a clock that was set back before it was drawn");
	clock_shift(LIFE);
}

/* Remove all that are there: how many. */
static int
clear(void)
{
	return db_run(
	    f.core.store, STMT_TICKETS_OVER, ARGS(A_INT(INT64_MAX)), &f.err);
}

static void
test_bounds(void)
{
	char first[TICKET_SIZE], other[TICKET_SIZE], text[TICKET_SIZE];
	struct ticket_new in = {.purpose = "app",
	    .owner = "key:7",
	    .payload = STR("for a"),
	    .life_ms = LIFE};
	int rc = 0;

	draw("app", "key:7", first);
	draw("app", "key:8", other);
	for (int i = 0; i < TICKETS_MAX && rc == 0; i++) {
		clock_shift(1);
		rc = ticket_draw(&f.q, &in, text);
	}
	tap_is_int(rc, 0, "an owner draws many");
	tap_is_int(take("app", first), 0, "the oldest gives way");
	tap_is_int(take("app", text), 1, "the newest does not");
	tap_is_int(take("app", other), 1, "nor that of another owner");
	clock_shift(LIFE + 1);
	draw("app", "key:8", other);
	tap_ok(ticket_expire(&f.q) == 0 && clear() == 1,
	    "those that are over are swept, and no others");
}

static void
test_at_rest(void)
{
	char text[TICKET_SIZE], path[96], bytes[4096];
	bool found = false;
	size_t n;
	FILE *in;

	draw("app", "key:1", text);
	(void)snprintf(path, sizeof(path), "%s/fleetline.db-wal", f.folder);
	in = fopen(path, "r");
	while (in != NULL && (n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		found = found || memmem(bytes, n, text, TICKET_LEN) != NULL;
	tap_ok(in != NULL && !found, "the store does not hold its text");
	if (in != NULL)
		(void)fclose(in);
}

int
main(void)
{
	fx_open(&f);
	test_once();
	test_time();
	test_bounds();
	test_at_rest();
	fx_close(&f);
	return tap_end();
}
