/* The runner: works in their order, each under a lease that is kept while it
 * lasts. */
#include "runner.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fixture.h"
#include "lease.h"

#define LEASE_MS 1000 /* renewed three times in that */

static struct fixture fx;
static char done[64]; /* what has run */

static void
nap(void)
{
	const struct timespec ms = {0, 5000000};

	(void)nanosleep(&ms, NULL);
}

static void
note(const char *what)
{
	(void)snprintf(
	    done + strlen(done), sizeof(done) - strlen(done), "%s ", what);
}

static struct lease
lease_of(const char *name)
{
	return (struct lease){.name = name, .last_ms = LEASE_MS};
}

static int
plain(struct run *r)
{
	note(run_ask(r)->who->admin ? "plain" : "nobody");
	return 0;
}

static int
odd(struct run *r)
{
	(void)r;
	note("odd");
	return 1;
}

static int
failing(struct run *r)
{
	note("failing");
	return err_set(run_ask(r)->err, ERR_IO, "it does not work");
}

/* Lasts for several leases; nobody else must get it. */
static int
lasting(struct run *r)
{
	struct lease other = lease_of("a");
	struct timespec from, now;
	bool taken = false;

	(void)clock_gettime(CLOCK_MONOTONIC, &from);
	do {
		nap();
		taken = taken || lease_take(&fx.q, &other) != 0;
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - from.tv_sec < 3);
	note(taken ? "taken" : run_goes_on(r) ? "kept" : "lost");
	return 0;
}

/* As if this process had been stopped for so long that another one came. */
static int
robbed(struct run *r)
{
	struct lease other = lease_of("a");

	other.last_ms = 1; /* then ours is one of a clock set back */
	if (lease_take(&fx.q, &other) != 1)
		note("safe");
	for (int i = 0; i < 2000 && run_goes_on(r); i++)
		nap();
	note(run_goes_on(r) ? "goes on" : "told");
	return 0;
}

/* One run beside those that work already. */
static int
run_beside(const struct work *table)
{
	char key[96], db[96];
	struct conf conf = {.run = fx.folder, .database = db, .key_file = key};

	(void)snprintf(db, sizeof(db), "%s/fleetline.db", fx.folder);
	(void)snprintf(key, sizeof(key), "%s/secret.key", fx.folder);
	return runner_run(&conf, table, LEASE_MS);
}

static int
run(const struct work *table)
{
	done[0] = '\0';
	return run_beside(table);
}

static int long_one(struct run *r);

static const struct work both[] = {
    {"a", plain}, {"long", long_one}, {"b", plain}, {NULL, NULL}};

/* Another run comes while this one is in the middle of its works. */
static int
long_one(struct run *r)
{
	(void)r;
	note("[");
	if (run_beside(both) != 0)
		note("failed");
	note("]");
	return 0;
}

int
main(void)
{
	static const struct work good[] = {
	    {"a", plain}, {"b", plain}, {NULL, NULL}};
	static const struct work bad[] = {
	    {"a", failing}, {"b", plain}, {NULL, NULL}};
	static const struct work strange[] = {
	    {"a", odd}, {"b", plain}, {NULL, NULL}};
	static const struct work slow[] = {{"a", lasting}, {NULL, NULL}};
	static const struct work stolen[] = {
	    {"a", robbed}, {"b", plain}, {NULL, NULL}};
	struct lease other = lease_of("a"), more = lease_of("b");

	fx_open(&fx);
	tap_is_int(run(good), 0, "a run in which all goes well");
	tap_is_str(done, "plain plain ", "does all works as administrator");
	tap_is_int(lease_take(&fx.q, &other), 1, "and gives its lease back");
	other.last_ms = 60000;
	tap_is_int(lease_renew(&fx.q, &other), 1, "while another one works");
	tap_is_int(run(good), 0, "a run has nothing to complain of");
	tap_is_str(done, "plain plain ",
	    "(a lease that is longer than any of ours is no lease)");
	other.last_ms = more.last_ms = LEASE_MS * 19 / 10;
	tap_is_int(lease_take(&fx.q, &other), 1, "another one works again");
	tap_is_int(lease_take(&fx.q, &more), 1, "and a third one");
	tap_is_int(run(good), 0, "a run has nothing to complain of");
	tap_is_str(done, "", "and does nothing");
	tap_is_int(lease_release(&fx.q, &more), 0, "one of them ends");
	tap_is_int(run(good), 0, "a run has nothing to complain of");
	tap_is_str(done, "plain ", "and does what is left to do");
	tap_is_int(lease_release(&fx.q, &other), 0, "the other one ends");
	tap_is_int(run(both), 0, "a run that works while another one comes");
	tap_is_str(done, "plain [ plain plain ] plain ",
	    "does the long work alone, which holds up no other");

	tap_is_int(run(bad), 1, "a work that fails shows in the status");
	tap_is_str(done, "failing plain ", "and does not stop the next");
	tap_is_int(run(strange), 1, "so does one that wants to be looked at");
	tap_is_str(done, "odd plain ", "which does not either");
	tap_is_int(run(slow), 0, "a run that lasts for several leases");
	tap_is_str(done, "kept ", "keeps its own");
	tap_is_int(run(stolen), 1, "a run that lost its lease says so");
	tap_is_str(done, "told ", "is told, and begins no other work");
	fx_close(&fx);
	return tap_end();
}
