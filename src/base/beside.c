#include "beside.h"

#include <signal.h>
#include <time.h>

#include "must.h"

void
beside_start(struct beside *b, void *(*fn)(void *), void *arg)
{
	pthread_condattr_t attr;
	sigset_t all, before;

	b->ending = false;
	must(pthread_mutex_init(&b->lock, NULL) == 0);
	must(pthread_condattr_init(&attr) == 0);
	must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	must(pthread_cond_init(&b->wake, &attr) == 0);
	must(pthread_condattr_destroy(&attr) == 0);
	must(sigfillset(&all) == 0);
	must(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
	must(pthread_create(&b->thread, NULL, fn, arg) == 0);
	must(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
}

bool
beside_sleep(struct beside *b, int64_t ms)
{
	struct timespec until;
	bool go_on;
	int rc = 0;

	must(ms >= 0);
	must(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	must(pthread_mutex_lock(&b->lock) == 0);
	while (!b->ending && rc == 0)
		rc = pthread_cond_timedwait(&b->wake, &b->lock, &until);
	go_on = !b->ending;
	must(pthread_mutex_unlock(&b->lock) == 0);
	return go_on;
}

void
beside_stop(struct beside *b)
{
	must(pthread_mutex_lock(&b->lock) == 0);
	b->ending = true;
	must(pthread_cond_signal(&b->wake) == 0);
	must(pthread_mutex_unlock(&b->lock) == 0);
	must(pthread_join(b->thread, NULL) == 0);
	must(pthread_cond_destroy(&b->wake) == 0);
	must(pthread_mutex_destroy(&b->lock) == 0);
}
