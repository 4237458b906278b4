/*
 * The token buckets: burst, refill, names apart, bounded memory.
 */
#include "throttle.h"

#include <stdio.h>

#include "clock.h"
#include "tap.h"

static void
test_bucket(void)
{
	struct throttle *t = throttle_new(100, 5, 60);
	struct str a = STR("192.0.2.1"), b = STR("192.0.2.2");
	int64_t wait;
	bool all = true;

	for (int i = 0; i < 5; i++)
		all = throttle_take(t, a) == 0 && all;
	tap_ok(all, "a name has its burst");
	wait = throttle_take(t, a);
	tap_ok(wait > 900 && wait <= 1001, "then it waits for the next token");
	tap_ok(throttle_wait(t, b) == 0, "another name does not");
	tap_ok(throttle_wait(t, b) == 0, "and asking takes nothing");
	clock_shift(1001);
	tap_ok(throttle_take(t, a) == 0, "after a second there is one");
	tap_ok(throttle_take(t, a) > 0, "but only one");
	clock_shift(3600 * 1000);
	for (int i = 0; i < 5; i++)
		all = throttle_take(t, a) == 0 && all;
	tap_ok(all && throttle_take(t, a) > 0, "an hour fills it, not more");
	throttle_free(&t);
	tap_ok(t == NULL, "free leaves NULL");
}

static void
test_crowd(void)
{
	struct throttle *t = throttle_new(64, 3, 1);
	struct str bad = STR("198.51.100.1");
	char name[32];

	while (throttle_take(t, bad) == 0)
		;
	for (int i = 0; i < 100000; i++) {
		int n = snprintf(name, sizeof(name), "2001:db8:%x::", i);

		(void)throttle_wait(t, str_n(name, (size_t)n));
	}
	tap_ok(throttle_wait(t, bad) > 0,
	    "one that failed is remembered among 100,000 that did not");
	throttle_free(&t);
}

static void
test_rate(void)
{
	struct throttle *t = throttle_new(8, 10, 1);
	struct str who = STR("198.51.100.1");

	tap_ok(throttle_take(t, who) == 0, "one of ten is taken");
	throttle_rate(t, 1, 1);
	tap_ok(throttle_take(t, who) == 0 && throttle_take(t, who) > 0,
	    "with a smaller burst nine are one");
	throttle_rate(t, 100, 60000);
	clock_shift(1000);
	tap_ok(throttle_take(t, who) == 0 && throttle_take(t, who) == 0,
	    "with a greater rate they come back sooner");
	throttle_free(&t);
}

int
main(void)
{
	test_bucket();
	test_crowd();
	test_rate();
	return tap_end();
}
