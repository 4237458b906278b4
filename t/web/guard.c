/*
 * Who guesses is slowed down, others are not.
 */
#include "guard.h"

#include <stdio.h>

#include "clock.h"
#include "count.h"
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
	static const int all[] = {1, 2, 3, 4, 5, 64};
	static const int half[] = {1, 1, 1, 2, 2, 32};
	int inside = 0;

	tap_ok(guard_enter(g) && !guard_enter(g),
	    "who says nothing of workers looks at one password");
	guard_leave(g);
	for (size_t i = 0; i < COUNT(all); i++) {
		guard_workers(g, (size_t)all[i]);
		for (inside = 0; inside < 100 && guard_enter(g);)
			inside++;
		tap_ok(inside == half[i],
		    "of %d workers half look at passwords at once", all[i]);
		while (i + 1 < COUNT(all) && inside-- > 0)
			guard_leave(g);
	}
	guard_leave(g);
	tap_ok(
	    guard_enter(g) && !guard_enter(g), "one that is done makes room");
	guard_free(&g);
}

static void
test_right(void)
{
	struct guard *g = guard_new(BURST, 10);
	int tried = 0;

	for (; tried < 100 && guard_right_wait(g, STR("anna")) == 0; tried++)
		guard_right(g, STR("anna"));
	tap_is_int(tried, GUARD_RIGHT, "right logins are counted");
	tap_ok(guard_right_wait(g, STR("Anna")) > 5000,
	    "then there is one in six seconds");
	tap_ok(guard_right_wait(g, STR("berta")) == 0 &&
		   guard_wait(g, HERE, STR("anna")) == 0 &&
		   guard_code_wait(g, STR("anna")) == 0,
	    "they hinder nobody else, and are no wrong ones");
	clock_shift(6001);
	tap_ok(guard_right_wait(g, STR("anna")) == 0, "it comes back");
	guard_free(&g);
}

int
main(void)
{
	test_user();
	test_address();
	test_codes();
	test_at_once();
	test_right();
	return tap_end();
}
