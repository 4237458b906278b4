/* The sweep of hub.fcgi, see rules.h. */
#include "deliver.h"
#include "log.h"
#include "must.h"
#include "rules.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#define SWEEP_MEMORY ((size_t)8 << 20)

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	struct core core;
} sweep = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void
once(void)
{
	struct arena a;
	struct err e = {0};
	struct ask q = {&sweep.core, &a, NULL, &e};

	arena_init(&a, SWEEP_MEMORY);
	if (deliver_sweep(&q) < 0)
		log_event(LOG_WARN, "sweep.failed", "why", e.text, NULL);
	arena_fini(&a);
}

/* False when it is time to stop. */
static bool
wait_turn(void)
{
	struct timespec until;
	bool go_on;

	must(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_sec += SWEEP_MS / 1000;
	must(pthread_mutex_lock(&sweep.lock) == 0);
	if (!sweep.stopping)
		(void)pthread_cond_timedwait(&sweep.wake, &sweep.lock, &until);
	go_on = !sweep.stopping;
	must(pthread_mutex_unlock(&sweep.lock) == 0);
	return go_on;
}

static void *
run(void *arg)
{
	(void)arg;
	while (wait_turn())
		once();
	return NULL;
}

int
rules_sweep_start(struct web *w, struct err *e)
{
	pthread_condattr_t attr;
	sigset_t all, before;
	int rc;

	if (core_open(&sweep.core, &w->conf, e) < 0)
		return -1;
	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&sweep.wake, &attr) == 0);
	must(pthread_condattr_destroy(&attr) == 0);
	/* Signals are for the thread that serves. */
	must(sigfillset(&all) == 0);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	rc = pthread_create(&sweep.thread, NULL, run, NULL);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	must(rc == 0);
	return 0;
}

void
rules_sweep_stop(void)
{
	must(pthread_mutex_lock(&sweep.lock) == 0);
	sweep.stopping = true;
	must(pthread_cond_signal(&sweep.wake) == 0);
	must(pthread_mutex_unlock(&sweep.lock) == 0);
	must(pthread_join(sweep.thread, NULL) == 0);
	must(pthread_cond_destroy(&sweep.wake) == 0);
	core_close(&sweep.core);
}
