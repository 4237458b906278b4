#include "turns.h"
#include "arena.h"
#include "must.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

struct turns {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stopping;
	int64_t every_ms;
	turns_fn *fn;
	void *arg;
};

/* False when it is time to stop. */
static bool
wait_turn(struct turns *t)
{
	struct timespec until;
	bool go_on;
	int rc = 0;

	must(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_sec += t->every_ms / 1000;
	must(pthread_mutex_lock(&t->lock) == 0);
	while (!t->stopping && rc == 0)
		rc = pthread_cond_timedwait(&t->wake, &t->lock, &until);
	go_on = !t->stopping;
	must(pthread_mutex_unlock(&t->lock) == 0);
	return go_on;
}

static void *
run(void *arg)
{
	struct turns *t = arg;

	while (t->fn(t->arg) && wait_turn(t))
		;
	return NULL;
}

struct turns *
turns_start(int64_t every_ms, turns_fn *fn, void *arg)
{
	struct turns *t = mem_new(sizeof *t);
	pthread_condattr_t attr;
	sigset_t all, before;
	int rc;

	t->every_ms = every_ms;
	t->fn = fn;
	t->arg = arg;
	must(pthread_mutex_init(&t->lock, NULL) == 0);
	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&t->wake, &attr) == 0);
	must(pthread_condattr_destroy(&attr) == 0);
	must(sigfillset(&all) == 0);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	rc = pthread_create(&t->thread, NULL, run, t);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
	must(rc == 0);
	return t;
}

void
turns_stop(struct turns **pt)
{
	struct turns *t = *pt;

	if (t == NULL)
		return;
	must(pthread_mutex_lock(&t->lock) == 0);
	t->stopping = true;
	must(pthread_cond_signal(&t->wake) == 0);
	must(pthread_mutex_unlock(&t->lock) == 0);
	must(pthread_join(t->thread, NULL) == 0);
	must(pthread_cond_destroy(&t->wake) == 0);
	must(pthread_mutex_destroy(&t->lock) == 0);
	mem_free(t);
	*pt = NULL;
}
