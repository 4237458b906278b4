/*
 * Who guesses is slowed down, others are not.
 */
#include "guard.h"

#include <stdio.h>

#include "clock.h"
#include "tap.h"

#define HERE  STR("192.0.2.1")
#define BURST 10
#define THERE STR("192.0.2.2")

/* Guess until refused, n times at most; how often it was tried. */
static int
guess(struct guard *g, struct str remote, struct str user, int n)
{
	int tried = 0;

	for (; tried < n && guard_wait(g, remote, user) == 0; tried++)
		guard_wrong(g, remote, user);
	return tried;
}

static void
test_user(void)
{
	struct guard *g = guard_new(BURST, 10);
	int64_t wait;

	tap_is_int(guess(g, HERE, STR("red.example"), 1000), BURST,
	    "a thousand guesses: the burst is tried");
	wait = guard_wait(g, HERE, STR("red.example"));
	tap_ok(wait > 5000 && wait <= 6001, "then one in six seconds");
	tap_ok(guard_wait(g, HERE, STR("RED.Example")) > 0,
	    "another case is the same user");
	tap_ok(guard_wait(g, HERE, STR("blue.example")) == 0,
	    "another user from there is not hindered");
	tap_ok(guard_wait(g, THERE, STR("red.example")) == 0,
	    "nor this one from elsewhere");
	clock_shift(6001);
	tap_ok(guess(g, HERE, STR("red.example"), 5) == 1,
	    "after six seconds there is one try");
	guard_free(&g);
	tap_ok(g == NULL, "free leaves NULL");
}

static void
test_address(void)
{
	struct guard *g = guard_new(BURST, 10);
	char user[32];
	int tried = 0;

	for (int i = 0; i < 1000; i++) {
		int n = snprintf(user, sizeof(user), "%d.example", i);

		tried += guess(g, HERE, str_n(user, (size_t)n), 1);
	}
	tap_is_int(tried, GUARD_ADDRESS * BURST,
	    "a thousand users of an address: its burst is tried");
	tap_ok(guard_wait(g, THERE, STR("0.example")) == 0,
	    "another address is not hindered");
	tap_is_int(guess(g, STR("2001:db8::1"), STR("x"), 1000), BURST,
	    "an IPv6 address");
	tap_ok(guard_wait(g, STR("2001:db8::ffff"), STR("x")) > 0,
	    "counts with its network");
	guard_free(&g);
}

static void
test_codes(void)
{
	struct guard *g = guard_new(BURST, 10);
	int tried = 0;

	for (; tried < 100 && guard_code_wait(g, STR("anna")) == 0; tried++)
		guard_code_wrong(g, STR("anna"));
	tap_is_int(tried, BURST, "codes of one user are counted from anywhere");
	tap_ok(guard_code_wait(g, STR("ANNA")) > 50000,
	    "then there is one a minute");
	tap_ok(guard_code_wait(g, STR("berta")) == 0 &&
		   guard_wait(g, HERE, STR("anna")) == 0,
	    "other users and passwords are not hindered");
	guard_free(&g);
}

static void
test_at_once(void)
{
	struct guard *g = guard_new(BURST, 10);
	int inside = 0;

	while (inside < 100 && guard_enter(g))
		inside++;
	tap_is_int(inside, GUARD_AT_ONCE,
	    "no more than a few passwords are looked at at once");
	guard_leave(g);
	tap_ok(
	    guard_enter(g) && !guard_enter(g), "one that is done makes room");
	guard_free(&g);
}

int
main(void)
{
	test_user();
	test_address();
	test_codes();
	test_at_once();
	return tap_end();
}
