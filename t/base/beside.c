/* The thread beside: sleeps, is woken to end, ends by itself, gets no signals. */
#include "beside.h"

#include <signal.h>
#include <time.h>

#include "tap.h"

struct work {
	struct beside b;
	int turns, most;
	int64_t every_ms;
	bool signals;
};

static void *
work(void *arg)
{
	struct work *w = arg;
	sigset_t mask;

	w->signals = pthread_sigmask(SIG_SETMASK, NULL, &mask) != 0 ||
		     sigismember(&mask, SIGTERM) != 1;
	do
		w->turns++;
	while (w->turns < w->most && beside_sleep(&w->b, w->every_ms));
	return NULL;
}

static void
wait_ms(long ms)
{
	const struct timespec t = {ms / 1000, ms % 1000 * 1000000};

	(void)nanosleep(&t, NULL);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int
main(void)
{
	struct work few = {.most = 3, .every_ms = 20};
	struct work slow = {.most = 1000, .every_ms = 3600000};
	int64_t start;

	beside_start(&few.b, work, &few);
	wait_ms(200);
	beside_stop(&few.b);
	tap_ok(few.turns == 3, "a thread that ended by itself made its turns");
	tap_ok(!few.signals, "it gets no signals");

	start = now_ms();
	beside_start(&slow.b, work, &slow);
	wait_ms(50);
	beside_stop(&slow.b);
	tap_ok(slow.turns == 1, "one that sleeps for an hour makes one turn");
	tap_ok(
	    now_ms() - start < 5000, "and is woken at once when it is to end");
	return tap_end();
}
