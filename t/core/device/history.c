/* How many devices were online: what is noted when, and what is read. */
#include "history.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "db.h"
#include "fixture.h"
#include "must.h"

#define MINUTE INT64_C(60000)
#define DAY    (24 * 60 * MINUTE)

static struct fixture f;
static int64_t north, south;
static int64_t start; /* midnight, as the clock of the test began */
static bool may_go_on = true;

static bool
goes_on(void *arg)
{
	(void)arg;
	return may_go_on;
}

/* It is so many ms after the start. */
static void
at(int64_t ms)
{
	clock_shift(start + ms - clock_now_ms());
}

/* For how many domains a run of now noted something. */
static int64_t
run(void)
{
	int64_t count = -1;

	if (history_note(&f.q, goes_on, NULL, &count) < 0) {
		tap_diag("%s", f.err.text);
		count = -1;
	}
	fx_clear(&f);
	return count;
}

static void
sql(const char *text)
{
	if (store_exec(f.core.store, text, &f.err) < 0)
		tap_diag("%s", f.err.text);
}

/* A domain has so many devices, the first of them online. */
static void
devices(int64_t domain, int count, int online)
{
	static int next;
	char text[400];

	(void)snprintf(text, sizeof(text),
	    "DELETE FROM presence WHERE device_id IN"
	    " (SELECT id FROM device WHERE domain_id = %lld);"
	    "DELETE FROM device WHERE domain_id = %lld;",
	    (long long)domain, (long long)domain);
	sql(text);
	for (int i = 0; i < count; i++, next++) {
		(void)snprintf(text, sizeof(text),
		    "INSERT INTO device (id, hw_id, domain_id, rev, type)"
		    " VALUES (%d, 'x%d', %lld, 1, 2);"
		    "INSERT INTO presence (device_id, hub, boot, conn, online,"
		    " since, nth) VALUES (%d, 'h', 'b', 1, %d, 0, 1);",
		    1000 + next, next, (long long)domain, 1000 + next,
		    i < online);
		sql(text);
	}
}

/* "online/min/max/known/unassigned" of each step, "-" for a gap. */
static const char *
read_as(const struct actor *who, const struct history_query *in)
{
	static char out[4096];
	struct ask q = fx_as(&f, who);
	struct history h;
	size_t n = 0;

	if (history_get(&q, in, &h) < 0)
		return f.err.say != NULL ? f.err.say : err_phrase(f.err.kind);
	out[0] = '\0';
	for (size_t i = 0; i < h.n && n < sizeof(out) - 100; i++) {
		const struct history_step *s = &h.list[i];

		n += (size_t)snprintf(out + n, sizeof(out) - n,
		    s->count > 0 ? "%s%lld/%lld/%lld/%lld/%lld" : "%s-",
		    i > 0 ? " " : "", (long long)s->online, (long long)s->min,
		    (long long)s->max, (long long)s->known,
		    (long long)s->unassigned);
	}
	return out;
}

static const char *
read_it(int64_t domain, int64_t from, int64_t to, int64_t step)
{
	return read_as(&f.admin, &(struct history_query){.domain_id = domain,
				     .from = start + from,
				     .to = start + to,
				     .step = step});
}

static void
test_note(void)
{
	at(0);
	devices(north, 4, 1);
	tap_is_int(run(), 3, "every domain is noted");
	devices(north, 4, 3);
	at(4 * MINUTE);
	tap_is_int(run(), 0, "five minutes once, however often it runs");
	at(5 * MINUTE);
	tap_is_int(run(), 3, "the next ones are");
	tap_is_str(read_it(north, 0, 10 * MINUTE, 5), "1/1/1/4/0 3/3/3/4/0",
	    "and read as they were");
	tap_is_str(read_it(0, 0, 10 * MINUTE, 5), "1/1/1/4/0 3/3/3/4/0",
	    "the whole instance is their sum");
}

static void
test_gap(void)
{
	at(65 * MINUTE + 59999);
	devices(north, 5, 0);
	tap_is_int(run(), 3, "a run that comes an hour late");
	tap_is_str(read_it(north, 0, 70 * MINUTE, 10),
	    "2/1/3/4/0 - - - - - 0/0/0/5/0",
	    "notes one point: a gap is no zero");
}

static void
test_back(void)
{
	devices(north, 5, 5);
	at(0);
	tap_is_int(run(), 0, "a clock that was set back notes nothing twice");
	tap_is_str(read_it(north, 0, 5 * MINUTE, 5), "1/1/1/4/0",
	    "what was noted stays");
}

static void
test_steps(void)
{
	devices(north, 4, 4);
	at(DAY - 1);
	(void)run();
	devices(north, 3, 3);
	at(DAY);
	(void)run();
	tap_is_str(read_it(north, DAY - 1, DAY + 1, 5), "4/4/4/4/0 3/3/3/3/0",
	    "over midnight");
	tap_is_str(read_it(north, 0, DAY + 1, 1440), "2/0/4/5/0 3/3/3/3/0",
	    "a step is average, least, greatest, and the greatest known");
	tap_is_str(read_it(north, 7 * MINUTE, 9 * MINUTE, 10), "2/1/3/4/0",
	    "a span is widened to whole steps");
}

static int64_t
steps_of(int64_t from, int64_t to, int64_t *step)
{
	struct history h;

	if (history_get(&f.q,
		&(struct history_query){
		    .domain_id = north, .from = start + from, .to = start + to},
		&h) < 0)
		return -1;
	*step = h.step;
	return (int64_t)h.n;
}

static void
test_limits(void)
{
	const struct history_query endless = {
	    .domain_id = north, .to = INT64_C(253402300799999)};
	int64_t step = 0;

	tap_ok(steps_of(0, 7 * DAY, &step) == HISTORY_POINTS && step == 5,
	    "a week has five minutes");
	tap_ok(steps_of(0, 7 * DAY + 1, &step) > 0 && step == 10,
	    "what is longer has coarser steps");
	tap_ok(steps_of(-400 * DAY, 0, &step) == 1600 && step == 360,
	    "400 days have six hours");
	tap_is_str(read_it(north, 0, 7 * DAY + 1, 5),
	    "more than 2016 points: a shorter span, or a greater step",
	    "an answer has a limit");
	tap_is_str(read_as(&f.admin, &endless),
	    "more than 2016 points: a shorter span, or a greater step",
	    "a span without end is refused");
	tap_is_str(read_it(north, 0, DAY, 7), "step is a multiple of 5 minutes",
	    "there are no steps of seven minutes");
	tap_is_str(read_it(north, DAY, DAY, 5), "from is not before to",
	    "an empty span is refused");
}

static void
test_rights(void)
{
	struct actor who = {.domains = &south, .ndomains = 1};
	struct history_query in = {
	    .domain_id = north, .from = start, .to = start + 1, .step = 5};
	struct ask q = fx_as(&f, &who);
	int64_t count;

	tap_is_str(read_as(&who, &in), "not found",
	    "a tenant asking for another's history finds none");
	in.domain_id = 0;
	tap_is_str(
	    read_as(&who, &in), "not found", "nor that of the whole instance");
	in.domain_id = 4711;
	tap_is_str(read_as(&f.admin, &in), "not found",
	    "of what is not there an administrator finds none");
	in.domain_id = south;
	tap_is_str(read_as(&who, &in), "0/0/0/0/0", "his own he does");
	tap_ok(history_note(&q, goes_on, NULL, &count) < 0,
	    "noting is for administrators");
}

static int64_t
rows(void)
{
	struct row *row;
	int64_t n = 0;
	int rc = db_first(f.core.store, STMT_HISTORY_DAYS,
	    ARGS(A_INT(north), A_INT(0), A_INT(INT64_MAX)), &row, &f.err);

	for (; rc > 0; rc = db_next(row, &f.err))
		n++;
	db_done(row);
	return n;
}

static void
test_expire(void)
{
	tap_is_int(rows(), 2, "two days are there");
	f.core.clock = CLOCK_TRUSTED;
	at(400 * DAY);
	(void)run();
	tap_is_int(rows(), 2, "the first one is gone 400 days later");
	tap_is_str(read_it(north, 0, DAY, 1440), "-", "it is");
	at(400 * DAY + 5 * MINUTE);
	f.core.clock = CLOCK_DOUBTED;
	sql("INSERT INTO last_run VALUES ('jobs', 1, 0)");
	tap_is_int(run(), 3,
	    "while the clock is in doubt it notes the last run's time");
	tap_is_int(rows(), 3, "and by that nothing expires");
	f.core.clock = CLOCK_TRUSTED;
}

static void
test_end(void)
{
	char text[64];

	may_go_on = false;
	at(401 * DAY);
	tap_is_int(run(), 0, "a run that lost its lease stops");
	may_go_on = true;
	tap_is_int(run(), 3, "the next one does the rest");
	devices(north, 0, 0);
	(void)snprintf(text, sizeof(text), "DELETE FROM domain WHERE id = %lld",
	    (long long)north);
	sql(text);
	tap_is_int(rows(), 0, "a domain takes its history with it");
	sql("UPDATE history SET points = x'0902' WHERE domain_id = 0");
	tap_is_str(read_it(0, 401 * DAY, 401 * DAY + 1, 5), "-",
	    "a damaged day is a gap");
	at(401 * DAY + 5 * MINUTE);
	tap_is_int(run(), 2, "and noting goes on");
}

int
main(void)
{
	fx_open(&f);
	f.core.clock = CLOCK_TRUSTED;
	north = fx_domain(&f, "north.example", "north-pass");
	south = fx_domain(&f, "south.example", "south-pass");
	start = clock_now_ms() / DAY * DAY + DAY;
	test_note();
	test_gap();
	test_back();
	test_steps();
	test_limits();
	test_rights();
	test_expire();
	test_end();
	fx_close(&f);
	return tap_end();
}
